/*
 * usage.c - `answerback usage`: texts and segments by day, of one user or of all.
 */
#include <stdio.h>

#include "cli/lookup.h"
#include "cli/options.h"
#include "cli/view.h"

static const struct column columns[] = { { "DAY (UTC)", "day" },
                                         { "TEXTS IN", "messages_in" },
                                         { "TEXTS OUT", "messages_out" },
                                         { "SEGMENTS IN", "segments_in" },
                                         { "SEGMENTS OUT", "segments_out" } };

static void print_days(json_t *usage)
{
    CLEANUP(grid_release) struct grid grid;
    json_t *total = json_object_get(usage, "total"), *each;
    size_t i;

    grid_init(&grid, columns, ARRAY_LEN(columns));
    json_array_foreach (json_object_get(usage, "days"), i, each)
        grid_add(&grid, each);
    if (json_is_object(total)) {
        json_object_set_new(total, "day", json_string("total"));
        grid_add(&grid, total);
    }
    grid_print(&grid, stdout);
}

static int run(struct cli *cli)
{
    CLEANUP(answer_release) struct answer answer = { 0 };
    struct str user = { 0 }, from = { 0 }, to = { 0 }, id, path = str_of("/v1/usage");
    bool json = false;
    const struct cli_option options[] = { { "--user", OPTION_TEXT, &user },
                                          { "--from", OPTION_TEXT, &from },
                                          { "--to", OPTION_TEXT, &to },
                                          { "--json", OPTION_FLAG, &json } };
    int code = options_read(cli, options, ARRAY_LEN(options), 0, 0);

    if (!code && user.ptr) {
        code = lookup_user(cli, user, &id);
        if (!code)
            path = arena_printf(&cli->arena, "/v1/users/%.*s/usage", STR_ARGS(id));
    }
    if (code)
        return code;
    path = client_query(&cli->arena, path, "from", from);
    path = client_query(&cli->arena, path, "to", to);
    code = client_ask(cli, "GET", path, NULL, &answer);
    if (!code && json)
        view_json(&answer);
    else if (!code)
        print_days(answer.json);
    return code;
}

const struct command command_usage = {
    .name = "usage",
    .arguments = "[--user USER] [--from DAY] [--to DAY] [--json]",
    .summary = "texts and segments by day",
    .details = "Days are UTC, as in 2026-11-21, both included; the last 30 when not given.\n"
               "Segments are what the provider bills.\n\n"
               "example:\n"
               "  answerback usage --user Ann --from 2026-11-01 --to 2026-11-30\n",
    .run = run,
};
