/*
 * cli.c - the table of commands, help, and what all commands share.
 *
 * A new command is a file, a row here and a paragraph in the man page.
 */
#include "cli/cli.h"

#include <signal.h>
#include <stdio.h>

#include "cli/dispatch.h"

static const struct command commands[] = {
    { "init", "", "make the data directory, the key, the database and an admin token",
      "Run it once before the first `serve`; the admin token is shown this one time.\n"
      "`serve` on an empty data directory makes key and database by itself, without a token.\n",
      command_init },
    { "migrate", "", "bring the database up to this program's version",
      "`serve` does it by itself on SQLite. Not while a server runs on the data directory.\n",
      command_migrate },
    { "serve", "", "run the server until SIGTERM or Ctrl-C",
      "Configuration comes from the environment (see `man answerback`) and `--config FILE`.\n",
      command_serve },
    { "version", "", "print the version of the program and of its libraries", "", command_version },
};

static const struct command *find(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    }
    return NULL;
}

static void print_overview(FILE *out)
{
    fprintf(out, "answerback - a self-hosted SMS router: texts in, the right agent's answer out\n\n"
                 "usage: answerback [--config FILE] COMMAND [ARGUMENTS]\n\n");
    for (size_t i = 0; i < ARRAY_LEN(commands); i++)
        fprintf(out, "  %-13s %s\n", commands[i].name, commands[i].summary);
    fprintf(out, "\n`answerback help COMMAND` says more. To see it work: `answerback demo`.\n");
}

static void print_help(FILE *out, const struct command *command)
{
    fprintf(out, "usage: answerback %s%s%s\n\n%s\n", command->name,
            command->arguments[0] ? " " : "", command->arguments, command->summary);
    if (command->details[0])
        fprintf(out, "\n%s", command->details);
}

bool cli_config(struct cli *cli, struct config *ret)
{
    struct err err = { 0 };

    if (config_load(cli->environment, cli->config_path, &cli->arena, ret, &err))
        return true;
    fprintf(stderr, "answerback %s: %s\n", cli->command->name, err.text);
    return false;
}

struct log cli_log(const struct config *config)
{
    return (struct log){ .least = config->log_level, .text = config->log_text, .fd = 2 };
}

int cli_exit_of(const struct err *err)
{
    switch (err->kind) {
    case ERR_INVALID:
    case ERR_CONFLICT:
    case ERR_DENIED: return CLI_USAGE;
    case ERR_NOT_FOUND: return CLI_NOT_FOUND;
    case ERR_NONE:
    case ERR_UNAVAILABLE:
    case ERR_INTERNAL: return CLI_FAILED;
    }
    return CLI_FAILED;
}

int cli_fail(const struct cli *cli, const struct err *err)
{
    fprintf(stderr, "answerback %s: %s\n", cli->command->name, err->text);
    return cli_exit_of(err);
}

int cli_usage(const struct cli *cli, const char *format, ...)
{
    va_list args;

    fprintf(stderr, "answerback %s: ", cli->command->name);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fprintf(stderr, "\nusage: answerback %s %s\n", cli->command->name, cli->command->arguments);
    return CLI_USAGE;
}

static int help(int argc, char **argv)
{
    const struct command *command = argc > 0 ? find(argv[0]) : NULL;

    if (argc > 0 && !command) {
        fprintf(stderr, "answerback help: there is no command %s\n", argv[0]);
        return CLI_USAGE;
    }
    if (command)
        print_help(stdout, command);
    else
        print_overview(stdout);
    return CLI_OK;
}

static bool wants_help(int argc, char **argv)
{
    for (int i = 0; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
            return true;
    }
    return false;
}

int cli_dispatch(int argc, char **argv, const char *const *environment)
{
    struct cli cli = { .environment = environment };
    int at = 1, code;

    signal(SIGPIPE, SIG_IGN);
    if (argc > at + 1 && strcmp(argv[at], "--config") == 0) {
        cli.config_path = argv[at + 1];
        at += 2;
    }
    if (at >= argc) {
        print_overview(stderr);
        return CLI_USAGE;
    }
    if (strcmp(argv[at], "help") == 0 || strcmp(argv[at], "--help") == 0 ||
        strcmp(argv[at], "-h") == 0)
        return help(argc - at - 1, argv + at + 1);
    cli.command = find(strcmp(argv[at], "--version") == 0 ? "version" : argv[at]);
    if (!cli.command) {
        fprintf(stderr, "answerback: there is no command %s; `answerback help` lists them\n",
                argv[at]);
        return CLI_USAGE;
    }
    cli.argc = argc - at - 1;
    cli.argv = argv + at + 1;
    if (wants_help(cli.argc, cli.argv)) {
        print_help(stdout, cli.command);
        return CLI_OK;
    }
    code = cli.command->run(&cli);
    arena_release(&cli.arena);
    return code;
}
