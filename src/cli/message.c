/*
 * message.c - `answerback message`: texts in and out.
 */
#include "cli/lookup.h"
#include "cli/options.h"
#include "cli/view.h"

static const struct column listed[] = { { "ID", "id" },         { "AT (UTC)", "at" },
                                        { "FROM", "from" },     { "TO", "to" },
                                        { "STATUS", "status" }, { "OUTCOME", "why.outcome" },
                                        { "BODY", "body" } };
static const struct column shown[] = { { "id", "id" },
                                       { "direction", "direction" },
                                       { "from", "from" },
                                       { "to", "to" },
                                       { "body", "body" },
                                       { "media", "media" },
                                       { "at (UTC)", "at" },
                                       { "status", "status" },
                                       { "outcome", "why.outcome" },
                                       { "error", "error" },
                                       { "error code", "error_code" },
                                       { "segments", "segments" },
                                       { "origin", "origin" },
                                       { "user", "user" },
                                       { "number", "number" },
                                       { "conversation", "conversation" },
                                       { "provider's id", "provider_sid" },
                                       { "done (UTC)", "done_at" } };

static int list(struct cli *cli)
{
    struct list_options o = { 0 };
    struct str user = { 0 }, conversation = { 0 }, id, path = str_of("/v1/messages");
    const struct cli_option options[] = { LIST_OPTIONS(&o),
                                          { "--user", OPTION_TEXT, &user },
                                          { "--conversation", OPTION_TEXT, &conversation } };
    int code = options_read(cli, options, ARRAY_LEN(options), 0, 0);

    if (!code && user.ptr && conversation.ptr)
        return cli_usage(cli, "--user or --conversation, not both");
    if (!code && user.ptr) {
        code = lookup_user(cli, user, &id);
        if (!code)
            path = client_query(&cli->arena, path, "user", id);
    }
    if (!code && conversation.ptr) {
        id = client_part(&cli->arena, conversation);
        path = arena_printf(&cli->arena, "/v1/conversations/%.*s/messages", STR_ARGS(id));
    }
    return code ? code : view_list(cli, path, &o, listed, ARRAY_LEN(listed));
}

static int show(struct cli *cli)
{
    bool json = false;
    const struct cli_option options[] = { { "--json", OPTION_FLAG, &json } };
    struct str id;
    int code = options_read(cli, options, ARRAY_LEN(options), 1, 1);

    if (code)
        return code;
    id = client_part(&cli->arena, options_argument(cli, 0));
    return view_show(cli, "GET", arena_printf(&cli->arena, "/v1/messages/%.*s", STR_ARGS(id)), NULL,
                     json, shown, ARRAY_LEN(shown));
}

static const struct action actions[] = {
    { "list", "[--user USER | --conversation ID] [--limit N | --all] [--json]", "newest first",
      list },
    { "show", "ID|SID [--json]", "one message with its status", show },
};

const struct command command_message = {
    .name = "message",
    .arguments = "ACTION ...",
    .summary = "texts in and out",
    .details = "ID is ours (msg_…), SID the provider's (SM…, MM…).\n\n"
               "examples:\n"
               "  answerback message list --user Ann --limit 10\n"
               "  answerback message list --json --all | jq -r .data[].body\n",
    .actions = actions,
    .action_count = ARRAY_LEN(actions),
};
