/*
 * send.c - `answerback send`: a text to somebody, on behalf of a user.
 *
 * It is queued, not sent, when the command ends; the outbound door may refuse (opted out).
 */
#include <stdio.h>

#include "cli/input.h"
#include "cli/lookup.h"
#include "cli/options.h"
#include "cli/story.h"
#include "cli/view.h"

#define BODY_BYTES_MOST ((size_t)64 << 10)

struct send_options {
    struct str user, to, from, at;
    struct option_values media;
    bool json;
};

/* The argument, or stdin without its last line end. */
static int read_body(struct cli *cli, const struct send_options *o, struct str *ret)
{
    *ret = options_argument(cli, 0);
    if (cli->argc == 0 && o->media.count > 0)
        return CLI_OK;
    if (cli->argc > 0 && !str_is(*ret, "-"))
        return CLI_OK;
    if (!options_stdin(cli, BODY_BYTES_MOST, ret))
        return CLI_USAGE;
    if (!str_is_utf8(*ret))
        return cli_usage(cli, "what came on stdin is not UTF-8 text");
    if (str_ends(*ret, str_of("\n")))
        ret->len--;
    return CLI_OK;
}

static int fill(struct cli *cli, const struct send_options *o, json_t *body)
{
    json_t *media = json_array();
    struct str text, id = { 0 };
    int code;

    json_object_set_new(body, "media_urls", media);
    for (size_t i = 0; i < o->media.count; i++)
        json_array_append_new(media, json_stringn(o->media.at[i].ptr, o->media.at[i].len));
    code = read_body(cli, o, &text);
    if (!code && o->user.ptr)
        code = lookup_user(cli, o->user, &id);
    if (code)
        return code;
    input_text(body, "user", id);
    input_text(body, "to", o->to);
    input_text(body, "from", o->from);
    input_text(body, "send_at", o->at);
    input_text(body, "body", text);
    return CLI_OK;
}

static int run(struct cli *cli)
{
    CLEANUP(answer_release) struct answer answer = { 0 };
    CLEANUP(json_drop) json_t *body = json_object();
    struct send_options o = { 0 };
    const struct cli_option options[] = {
        { "--user", OPTION_TEXT, &o.user },   { "--to", OPTION_TEXT, &o.to },
        { "--from", OPTION_TEXT, &o.from },   { "--at", OPTION_TEXT, &o.at },
        { "--media", OPTION_MANY, &o.media }, { "--json", OPTION_FLAG, &o.json },
    };
    int64_t segments = 0;
    int code = options_read(cli, options, ARRAY_LEN(options), 0, 1);

    if (!code && !o.to.ptr)
        return cli_usage(cli, "--to is needed: the phone to text");
    if (!code)
        code = fill(cli, &o, body);
    if (!code)
        code = client_ask(cli, "POST", str_of("/v1/messages"), json_incref(body), &answer);
    if (code)
        return code;
    json_get_int(answer.json, "segments", false, &segments, NULL);
    if (o.json)
        view_json(&answer);
    else
        printf("%.*s %.*s: %lld segment%s, %.*s\n", STR_ARGS(story_text(answer.json, "id")),
               STR_ARGS(story_text(answer.json, "status")), (long long)segments,
               segments == 1 ? "" : "s", STR_ARGS(story_text(answer.json, "encoding")));
    return CLI_OK;
}

const struct command command_send = {
    .name = "send",
    .arguments = "--user USER --to PHONE [--from NUMBER] [--at TIME] [--media URL]... [BODY | -]",
    .summary = "text somebody on behalf of a user",
    .details =
        "Without BODY, or with -, the text is read from stdin. It prints the message's id, and "
        "the\n"
        "segments that will be billed. Who opted out is not texted: exit code 2.\n\n"
        "  --user USER     an id (usr_…), a name or a phone of theirs\n"
        "  --to PHONE      whom to text\n"
        "  --from NUMBER   which number of ours; not needed when there is only one it can be\n"
        "  --at TIME       not before then, as in 2026-11-21T09:30:00+01:00\n"
        "  --media URL     a picture or file, https://; several times\n"
        "  --json          what the server answered\n\n"
        "example:\n"
        "  answerback send --user Ann --to +12025550101 \"The parcel is here.\"\n",
    .run = run,
};
