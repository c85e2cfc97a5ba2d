/*
 * options.h - "--name VALUE", "--name=VALUE" and "--flag", by a table.
 *
 * Options stand anywhere; after "--" nothing is one. What is left is the command's arguments.
 */
#pragma once
#include "cli/cli.h"

struct option_values { /* of an option that may be given several times */
    struct str at[32];
    size_t count;
};

struct cli_option {
    const char *name; /* "--json" */
    enum option_kind {
        OPTION_FLAG,   /* bool */
        OPTION_TEXT,   /* struct str; ptr is NULL when it was not given */
        OPTION_NUMBER, /* int64_t, at least 0 */
        OPTION_MANY    /* struct option_values */
    } kind;
    void *to;
};

/*
 * Take the options out of cli->argv, and check that `least` to `most` arguments are left. CLI_OK,
 * or what is wrong has been printed and CLI_USAGE is the exit code.
 */
int options_read(struct cli *cli, const struct cli_option *options, size_t count, int least,
                 int most);
/* Argument `at`, or the empty view. */
struct str options_argument(const struct cli *cli, int at);
/*
 * All of stdin, byte for byte, in the command's arena. What is wrong has been printed when false.
 */
bool options_stdin(struct cli *cli, size_t bytes_max, struct str *ret);
/* The same of a file; "-" is stdin. */
bool options_file(struct cli *cli, struct str path, size_t bytes_max, struct str *ret);
