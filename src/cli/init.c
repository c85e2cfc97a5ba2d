/*
 * init.c - `answerback init`: a data directory ready to serve, and the first admin token.
 */
#include <stdio.h>

#include "app/app.h"
#include "cli/cli.h"

static int run(struct cli *cli)
{
    struct config config;
    struct log log;
    struct app_init done = { 0 };
    struct err err = { 0 };

    if (cli->argc > 0)
        return cli_usage(cli, "it takes no arguments");
    if (!cli_config(cli, &config))
        return CLI_USAGE;
    log = cli_log(&config);
    if (!app_init(&config, &log, &cli->arena, &done, &err))
        return cli_fail(cli, &err);
    fprintf(stderr, "Made %.*s: the key %.*s and an empty database.\n", STR_ARGS(config.data_dir),
            STR_ARGS(config.key_file));
    fprintf(stderr,
            "Keep a copy of the key apart from the backups: without it nothing can be read.\n");
    fprintf(stderr, "The admin token, shown this once:\n");
    printf("%.*s\n", STR_ARGS(done.admin_token));
    return CLI_OK;
}

const struct command command_init = {
    .name = "init",
    .arguments = "",
    .summary = "make the data directory, the key, the database and an admin token",
    .details =
        "Run it once before the first `serve`; the admin token is shown this one time, on stdout.\n"
        "`serve` on an empty data directory makes key and database by itself, without a token.\n\n"
        "example:\n"
        "  ANSWERBACK_DATA_DIR=/var/lib/answerback answerback init > admin-token\n",
    .run = run,
};
