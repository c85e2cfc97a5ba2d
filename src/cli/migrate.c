/*
 * migrate.c - `answerback migrate`: apply the migrations that the database lacks.
 */
#include <stdio.h>

#include "app/app.h"
#include "cli/cli.h"

static int run(struct cli *cli)
{
    struct config config;
    struct log log;
    struct err err = { 0 };
    size_t applied = 0;

    if (cli->argc > 0)
        return cli_usage(cli, "it takes no arguments");
    if (!cli_config(cli, &config))
        return CLI_USAGE;
    log = cli_log(&config);
    if (!app_migrate(&config, &log, &applied, &err))
        return cli_fail(cli, &err);
    if (applied == 0)
        printf("The database is up to date.\n");
    else
        printf("%zu migration%s applied.\n", applied, applied == 1 ? "" : "s");
    return CLI_OK;
}

const struct command command_migrate = {
    .name = "migrate",
    .arguments = "",
    .summary = "bring the database up to this program's version",
    .details =
        "`serve` does it by itself on SQLite. Not while a server runs on the data directory.\n",
    .run = run,
};
