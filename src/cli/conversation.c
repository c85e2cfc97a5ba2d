/*
 * conversation.c - `answerback conversation`: threads, and who answers in them.
 */
#include "cli/lookup.h"
#include "cli/options.h"
#include "cli/view.h"

static const struct column listed[] = { { "ID", "id" },
                                        { "CONTACT", "contact.phone" },
                                        { "USER", "user" },
                                        { "IN", "messages_in" },
                                        { "OUT", "messages_out" },
                                        { "LAST IN (UTC)", "last_in_at" },
                                        { "ANSWERED BY", "handled_by" } };
static const struct column shown[] = { { "id", "id" },
                                       { "contact", "contact.phone" },
                                       { "name", "contact.name" },
                                       { "user", "user" },
                                       { "number", "number" },
                                       { "answered by", "handled_by" },
                                       { "messages in", "messages_in" },
                                       { "messages out", "messages_out" },
                                       { "last in (UTC)", "last_in_at" },
                                       { "last out (UTC)", "last_out_at" },
                                       { "created (UTC)", "created_at" } };
static const struct column messages[] = { { "AT (UTC)", "at" },
                                          { "FROM", "from" },
                                          { "STATUS", "status" },
                                          { "OUTCOME", "why.outcome" },
                                          { "BODY", "body" } };

static int list(struct cli *cli)
{
    struct list_options o = { 0 };
    struct str user = { 0 }, id, path = str_of("/v1/conversations");
    const struct cli_option options[] = { LIST_OPTIONS(&o), { "--user", OPTION_TEXT, &user } };
    int code = options_read(cli, options, ARRAY_LEN(options), 0, 0);

    if (!code && user.ptr) {
        code = lookup_user(cli, user, &id);
        if (!code)
            path = arena_printf(&cli->arena, "/v1/users/%.*s/conversations", STR_ARGS(id));
    }
    return code ? code : view_list(cli, path, &o, listed, ARRAY_LEN(listed));
}

static int read_one(struct cli *cli, bool *json, struct str *ret_path)
{
    const struct cli_option options[] = { { "--json", OPTION_FLAG, json } };
    struct str id;
    int code = options_read(cli, options, ARRAY_LEN(options), 1, 1);

    if (code)
        return code;
    id = client_part(&cli->arena, options_argument(cli, 0));
    *ret_path = arena_printf(&cli->arena, "/v1/conversations/%.*s", STR_ARGS(id));
    return CLI_OK;
}

static int show(struct cli *cli)
{
    struct list_options o = { 0 };
    struct str path;
    int code = read_one(cli, &o.json, &path);

    if (!code)
        code = view_show(cli, "GET", path, NULL, o.json, shown, ARRAY_LEN(shown));
    if (code)
        return code;
    if (!o.json)
        printf("\n");
    return view_list(cli, arena_printf(&cli->arena, "%.*s/messages", STR_ARGS(path)), &o, messages,
                     ARRAY_LEN(messages));
}

static int hand_to(struct cli *cli, const char *who)
{
    bool json = false;
    struct str path;
    int code = read_one(cli, &json, &path);

    return code ? code
                : view_show(cli, "PATCH", path, json_pack("{s:s}", "handled_by", who), json, shown,
                            ARRAY_LEN(shown));
}

static int take(struct cli *cli)
{
    return hand_to(cli, "human");
}

static int give_back(struct cli *cli)
{
    return hand_to(cli, "agent");
}

static const struct action actions[] = {
    { "list", "[--user USER] [--limit N | --all] [--json]", "newest first", list },
    { "show", "CONVERSATION [--json]", "one, with its latest messages", show },
    { "take", "CONVERSATION [--json]", "a person answers from here on; the agent is silent", take },
    { "give-back", "CONVERSATION [--json]", "the agent answers again", give_back },
};

const struct command command_conversation = {
    .name = "conversation",
    .arguments = "ACTION ...",
    .summary = "threads with a contact; take one over from the agent",
    .details = "CONVERSATION is an id (cnv_…) from the list. USER is an id, a name or a phone.\n\n"
               "example: answer somebody yourself\n"
               "  answerback conversation take cnv_…\n"
               "  answerback send --user Rosa --to +12025550103 \"Your cake is ready.\"\n",
    .actions = actions,
    .action_count = ARRAY_LEN(actions),
};
