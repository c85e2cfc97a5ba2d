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
    struct str server_base, server_socket; /* client.c's, once it has looked */
    const struct command *command;
    const struct action *action; /* of a command that has some; else NULL */
    int argc; /* what follows the command's name and action; after options_read without options */
    char **argv;
};

/* One of the things that a command such as `user` can do. Two words make one name: "phone add". */
struct action {
    const char *name, *arguments, *summary;
    int (*run)(struct cli *cli);
};

struct command {
    const char *name, *arguments, *summary;
    const char *details; /* shown by `answerback help NAME`: options and examples */
    const struct action *actions;
    size_t action_count;
    int (*run)(struct cli *cli); /* when no action is named; NULL: one must be */
};

/* Read the configuration; on failure the one line is printed and false returned: exit with
 * CLI_USAGE. */
bool cli_config(struct cli *cli, struct config *ret);
struct log cli_log(const struct config *config);
/* A variable of the environment; empty when unset. */
struct str cli_variable(const struct cli *cli, const char *name);
void cli_print_who(const struct cli *cli); /* "answerback user add: " on stderr */
/* Print "answerback NAME: text" and, for a wrong call, where to read how it is called. Both return
 * the exit code. */
int cli_fail(const struct cli *cli, const struct err *err);
int cli_usage(const struct cli *cli, const char *format, ...) PRINTF_LIKE(2, 3);
int cli_exit_of(const struct err *err);

/* The commands, each in a file of its own. */
extern const struct command command_allowlist, command_conversation, command_demo, command_doctor,
    command_explain, command_init, command_message, command_migrate, command_number,
    command_opt_out, command_segments, command_send, command_serve, command_simulator, command_tail,
    command_token, command_usage, command_user, command_version, command_why;
