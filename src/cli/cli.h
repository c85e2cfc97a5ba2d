/*
 * cli.h - the command line: one file per command, one row in the table in cli.c.
 *
 * Exit codes: 0 it worked; 1 it did not; 2 the call or the configuration is wrong; 3 the server
 * cannot be reached; 4 there is no such thing. Results go to stdout, everything else to stderr.
 */
#pragma once
#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "config/config.h"

enum cli_exit { CLI_OK = 0, CLI_FAILED = 1, CLI_USAGE = 2, CLI_UNREACHABLE = 3, CLI_NOT_FOUND = 4 };

/* What every command is given. */
struct cli {
    struct arena arena;      /* freed when the program ends */
    const char *config_path; /* --config FILE, or NULL */
    const char *const *environment;
    const struct command *command;
    int argc; /* what follows the command's name */
    char **argv;
};

struct command {
    const char *name, *arguments, *summary;
    const char *details; /* shown by `answerback help NAME`: options and examples */
    int (*run)(struct cli *cli);
};

/* Read the configuration; on failure the one line is printed and false returned: exit with
 * CLI_USAGE. */
bool cli_config(struct cli *cli, struct config *ret);
struct log cli_log(const struct config *config);
/* Print "answerback NAME: text" and, for a wrong call, how it is called. Both return the exit code.
 */
int cli_fail(const struct cli *cli, const struct err *err);
int cli_usage(const struct cli *cli, const char *format, ...) PRINTF_LIKE(2, 3);
int cli_exit_of(const struct err *err);

/* The commands, each in its own file. */
int command_init(struct cli *cli);
int command_migrate(struct cli *cli);
int command_serve(struct cli *cli);
int command_version(struct cli *cli);
