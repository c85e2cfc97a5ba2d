/*
 * cli.c - the table of commands, help, and what all commands share.
 *
 * A new command is a file, a row here and a paragraph in the man page.
 */
#include "cli/cli.h"

#include <signal.h>
#include <stdio.h>

#include "cli/dispatch.h"
#include "cli/suggest.h"

/* In the order in which a newcomer meets them. */
static const struct {
    const char *title;
    const struct command *commands[12]; /* NULL-ended */
} groups[] = {
    { "run it",
      { &command_demo, &command_init, &command_serve, &command_doctor, &command_migrate,
        &command_simulator, &command_version } },
    { "set it up",
      { &command_user, &command_number, &command_allowlist, &command_opt_out, &command_token } },
    { "see what happens",
      { &command_tail, &command_message, &command_conversation, &command_why, &command_explain,
        &command_usage } },
    { "texts", { &command_send, &command_segments } },
};

static const struct command *find(struct str name)
{
    for (size_t i = 0; i < ARRAY_LEN(groups); i++) {
        for (size_t j = 0; groups[i].commands[j]; j++) {
            if (str_is(name, groups[i].commands[j]->name))
                return groups[i].commands[j];
        }
    }
    return NULL;
}

static void print_overview(FILE *out)
{
    fprintf(out, "answerback - a self-hosted SMS router: texts in, the right agent's answer out\n\n"
                 "usage: answerback [--config FILE] COMMAND [ARGUMENTS]\n");
    for (size_t i = 0; i < ARRAY_LEN(groups); i++) {
        fprintf(out, "\n%s\n", groups[i].title);
        for (size_t j = 0; groups[i].commands[j]; j++)
            fprintf(out, "  %-13s %s\n", groups[i].commands[j]->name,
                    groups[i].commands[j]->summary);
    }
    fprintf(out, "\n`answerback help COMMAND` says more. To see it work: `answerback demo`.\n");
}

static void print_help(FILE *out, const struct command *command)
{
    fprintf(out, "answerback %s - %s\n\n", command->name, command->summary);
    if (command->run)
        fprintf(out, "usage: answerback %s%s%s\n", command->name, command->arguments[0] ? " " : "",
                command->arguments);
    for (size_t i = 0; i < command->action_count; i++) {
        const struct action *action = &command->actions[i];

        fprintf(out, "%s answerback %s %s%s%s\n             %s\n",
                i == 0 && !command->run ? "usage:" : "      ", command->name, action->name,
                action->arguments[0] ? " " : "", action->arguments, action->summary);
    }
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

struct str cli_variable(const struct cli *cli, const char *name)
{
    for (size_t i = 0; cli->environment[i]; i++) {
        struct str value = str_of(cli->environment[i]), key;

        if (str_cut(&value, '=', &key) && str_is(key, name))
            return value;
    }
    return (struct str){ 0 };
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

void cli_print_who(const struct cli *cli)
{
    fprintf(stderr, "answerback %s%s%s: ", cli->command->name, cli->action ? " " : "",
            cli->action ? cli->action->name : "");
}

int cli_fail(const struct cli *cli, const struct err *err)
{
    cli_print_who(cli);
    fprintf(stderr, "%s\n", err->text);
    return cli_exit_of(err);
}

int cli_usage(const struct cli *cli, const char *format, ...)
{
    va_list args;

    cli_print_who(cli);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fprintf(stderr, " (see `answerback help %s`)\n", cli->command->name);
    return CLI_USAGE;
}

static int refuse_command(struct str name)
{
    const char *names[64];
    const char *near;
    size_t count = 0;

    for (size_t i = 0; i < ARRAY_LEN(groups); i++) {
        for (size_t j = 0; groups[i].commands[j]; j++)
            names[count++] = groups[i].commands[j]->name;
    }
    near = suggest(name, names, count);
    fprintf(stderr, "answerback: there is no command %.*s", STR_ARGS(name));
    if (near)
        fprintf(stderr, "; is `answerback %s` meant?\n", near);
    else
        fprintf(stderr, "; `answerback help` lists them\n");
    return CLI_USAGE;
}

static int help(int argc, char **argv)
{
    const struct command *command = argc > 0 ? find(str_of(argv[0])) : NULL;

    if (argc > 0 && !command)
        return refuse_command(str_of(argv[0]));
    if (command)
        print_help(stdout, command);
    else
        print_overview(stdout);
    return CLI_OK;
}

static bool wants_help(int argc, char **argv)
{
    for (int i = 0; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
            return true;
    }
    return false;
}

/* How many of the arguments are the action's name; 0 when it is another. */
static int match_action(const struct cli *cli, const struct action *action)
{
    struct str rest = str_of(action->name), word;
    int count = 0;

    while (str_cut(&rest, ' ', &word)) {
        if (count >= cli->argc || !str_is(word, cli->argv[count]))
            return 0;
        count++;
    }
    return count;
}

static int refuse_action(const struct cli *cli)
{
    const struct command *command = cli->command;
    CLEANUP(buf_release) struct buf list = { 0 };
    const char *names[32];

    for (size_t i = 0; i < command->action_count && i < ARRAY_LEN(names); i++) {
        names[i] = command->actions[i].name;
        buf_addf(&list, "%s%s", i > 0 ? ", " : "", names[i]);
    }
    if (cli->argc == 0)
        return cli_usage(cli, "say what to do: %s", buf_text(&list));
    names[0] = suggest(str_of(cli->argv[0]), names, command->action_count);
    if (names[0])
        return cli_usage(cli, "there is no `%s`; is `%s` meant?", cli->argv[0], names[0]);
    return cli_usage(cli, "there is no `%s`, but %s", cli->argv[0], buf_text(&list));
}

static int run(struct cli *cli)
{
    const struct command *command = cli->command;

    for (size_t i = 0; i < command->action_count; i++) {
        int words = match_action(cli, &command->actions[i]);

        if (words > 0) {
            cli->action = &command->actions[i];
            cli->argc -= words;
            cli->argv += words;
            return cli->action->run(cli);
        }
    }
    if (!command->run || (command->action_count > 0 && cli->argc > 0 && cli->argv[0][0] != '-'))
        return refuse_action(cli);
    return command->run(cli);
}

/* What did not reach the disk or the reader of a pipe must not pass for success. */
static int finish_output(int code)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return code;
    return code == CLI_OK ? CLI_FAILED : code;
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
    cli.command = find(str_of(strcmp(argv[at], "--version") == 0 ? "version" : argv[at]));
    if (!cli.command)
        return refuse_command(str_of(argv[at]));
    cli.argc = argc - at - 1;
    cli.argv = argv + at + 1;
    if (wants_help(cli.argc, cli.argv)) {
        print_help(stdout, cli.command);
        return CLI_OK;
    }
    code = finish_output(run(&cli));
    arena_release(&cli.arena);
    return code;
}
