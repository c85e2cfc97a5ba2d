/*
 * token.c - `answerback token`: who may use the API from elsewhere.
 *
 * The token itself goes to stdout alone, so that a script can take it; the rest to stderr.
 */
#include <stdio.h>

#include "cli/input.h"
#include "cli/lookup.h"
#include "cli/options.h"
#include "cli/story.h"
#include "cli/view.h"

static const struct column columns[] = {
    { "ID", "id" }, { "USER", "user" }, { "CREATED (UTC)", "created_at" }, { "NAME", "name" }
};

static int create(struct cli *cli)
{
    CLEANUP(answer_release) struct answer answer = { 0 };
    struct str name = { 0 }, user = { 0 }, id = { 0 };
    bool json = false;
    const struct cli_option options[] = { { "--name", OPTION_TEXT, &name },
                                          { "--user", OPTION_TEXT, &user },
                                          { "--json", OPTION_FLAG, &json } };
    int code = options_read(cli, options, ARRAY_LEN(options), 0, 0);
    json_t *body;

    if (!code && user.ptr)
        code = lookup_user(cli, user, &id);
    if (code)
        return code;
    body = json_object();
    input_text(body, "name", name);
    input_text(body, "user", id);
    code = client_ask(cli, "POST", str_of("/v1/tokens"), body, &answer);
    if (code)
        return code;
    if (json) {
        view_json(&answer);
        return CLI_OK;
    }
    fprintf(stderr, "%s, shown this once (%.*s):\n",
            user.ptr ? "A token for this user" : "An admin token",
            STR_ARGS(story_text(answer.json, "id")));
    printf("%.*s\n", STR_ARGS(story_text(answer.json, "token")));
    return CLI_OK;
}

static int list(struct cli *cli)
{
    struct list_options o = { .unpaged = true };
    const struct cli_option options[] = { { "--json", OPTION_FLAG, &o.json } };
    int code = options_read(cli, options, ARRAY_LEN(options), 0, 0);

    return code ? code : view_list(cli, str_of("/v1/tokens"), &o, columns, ARRAY_LEN(columns));
}

static int remove_token(struct cli *cli)
{
    CLEANUP(answer_release) struct answer answer = { 0 };
    struct str id;
    int code = options_read(cli, NULL, 0, 1, 1);

    if (code)
        return code;
    id = client_part(&cli->arena, options_argument(cli, 0));
    return client_ask(cli, "DELETE", arena_printf(&cli->arena, "/v1/tokens/%.*s", STR_ARGS(id)),
                      NULL, &answer);
}

static const struct action actions[] = {
    { "create", "[--name NAME] [--user USER] [--json]", "make one; it is shown this once", create },
    { "list", "[--json]", "all tokens, without the secrets", list },
    { "remove", "ID", "it opens nothing any more", remove_token },
};

const struct command command_token = {
    .name = "token",
    .arguments = "ACTION ...",
    .summary = "tokens for the API",
    .details =
        "With --user a token sees that user only; without, everything. On this machine the\n"
        "commands need no token: they use the socket in the data directory.\n\n"
        "example: use it from elsewhere\n"
        "  answerback token create --name laptop\n"
        "  ANSWERBACK_URL=https://sms.example.com ANSWERBACK_TOKEN=ab_… answerback user list\n",
    .actions = actions,
    .action_count = ARRAY_LEN(actions),
};
