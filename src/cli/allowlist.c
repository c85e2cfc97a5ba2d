/*
 * allowlist.c - `answerback allowlist`: who may be answered for a user.
 *
 * Newcomers come onto it by themselves where the number admits them.
 */
#include "cli/input.h"
#include "cli/lookup.h"
#include "cli/options.h"
#include "cli/view.h"

static const struct column columns[] = { { "PHONE", "phone" },
                                         { "ADDED BY", "added_by" },
                                         { "ADDED (UTC)", "added_at" } };

static int user_path(struct cli *cli, struct str *ret)
{
    struct str id;
    int code = lookup_user(cli, options_argument(cli, 0), &id);

    if (!code)
        *ret = arena_printf(&cli->arena, "/v1/users/%.*s/allowlist", STR_ARGS(id));
    return code;
}

static int list(struct cli *cli)
{
    struct list_options o = { 0 };
    const struct cli_option options[] = { LIST_OPTIONS(&o) };
    struct str path;
    int code = options_read(cli, options, ARRAY_LEN(options), 1, 1);

    if (!code)
        code = user_path(cli, &path);
    return code ? code : view_list(cli, path, &o, columns, ARRAY_LEN(columns));
}

static int add(struct cli *cli)
{
    bool json = false;
    const struct cli_option options[] = { { "--json", OPTION_FLAG, &json } };
    json_t *body;
    struct str path;
    int code = options_read(cli, options, ARRAY_LEN(options), 2, 2);

    if (!code)
        code = user_path(cli, &path);
    if (code)
        return code;
    body = json_object();
    input_text(body, "phone", options_argument(cli, 1));
    return view_show(cli, "POST", path, body, json, columns, ARRAY_LEN(columns));
}

static int remove_entry(struct cli *cli)
{
    CLEANUP(answer_release) struct answer answer = { 0 };
    struct str path, phone;
    int code = options_read(cli, NULL, 0, 2, 2);

    if (!code)
        code = user_path(cli, &path);
    if (code)
        return code;
    phone = client_part(&cli->arena, options_argument(cli, 1));
    path = arena_printf(&cli->arena, "%.*s/%.*s", STR_ARGS(path), STR_ARGS(phone));
    return client_ask(cli, "DELETE", path, NULL, &answer);
}

static const struct action actions[] = {
    { "list", "USER [--limit N | --all] [--json]", "who may be answered", list },
    { "add", "USER PHONE [--json]", "answer this phone; approves a newcomer who is held", add },
    { "remove", "USER PHONE", "keep this phone's texts and answer them no more", remove_entry },
};

const struct command command_allowlist = {
    .name = "allowlist",
    .arguments = "ACTION ...",
    .summary = "who may be answered for a user",
    .details = "USER is an id (usr_…), a name or a phone of theirs.\n\n"
               "example:\n"
               "  answerback allowlist add Rosa +12025550103\n",
    .actions = actions,
    .action_count = ARRAY_LEN(actions),
};
