/*
 * why.c - `answerback why`: what each layer said about a text, how it ended, and what was answered.
 */
#include <stdio.h>
#include <stdlib.h>

#include "cli/options.h"
#include "cli/story.h"
#include "cli/view.h"

static int get_message(struct cli *cli, struct str id, struct answer *ret)
{
    struct str part = client_part(&cli->arena, id);

    return client_ask(cli, "GET", arena_printf(&cli->arena, "/v1/messages/%.*s", STR_ARGS(part)),
                      NULL, ret);
}

/* When, from whom, to whom, and what. */
static void tell_head(struct buf *out, json_t *message, const struct style *style)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    struct str at = view_value(message, "at", &arena), from = view_value(message, "from", &arena);
    struct str to = view_value(message, "to", &arena);

    buf_addf(out, "%s%.*s%s  %.*s UTC  %.*s → %.*s\n", style->dim,
             STR_ARGS(story_text(message, "id")), style->reset, STR_ARGS(at), STR_ARGS(from),
             STR_ARGS(to));
    buf_add_text(out, "  ");
    story_body(out, story_text(message, "body"), 2);
    buf_add_char(out, '\n');
}

static int tell_replies(struct cli *cli, struct buf *out, json_t *message,
                        const struct style *style)
{
    json_t *replies = json_object_get(json_object_get(message, "why"), "replies"), *each;
    size_t i;

    json_array_foreach (replies, i, each) {
        CLEANUP(answer_release) struct answer reply = { 0 };
        int code = get_message(cli, str_of(json_string_value(each)), &reply);

        if (code)
            return code;
        buf_add_text(out, "\nanswer\n");
        tell_head(out, reply.json, style);
        buf_add_text(out, "  delivery: ");
        story_delivery(out, reply.json, style);
    }
    return CLI_OK;
}

static int tell_inbound(struct cli *cli, struct buf *out, json_t *message,
                        const struct style *style)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    struct str user = view_value(message, "user", &arena);
    struct str turn = view_value(message, "why.turn", &arena);

    tell_head(out, message, style);
    buf_addf(out, "\nbelongs to %s\n",
             str_is(user, "-") ? "nobody: kept for the operator" : user.ptr);
    buf_add_text(out, "\nscreens\n");
    story_screens(out, message, style);
    buf_add_text(out, "\noutcome ");
    story_outcome(out, message, style);
    if (!str_is(turn, "-"))
        buf_addf(out, "  %s%.*s%s\n", style->dim, STR_ARGS(turn), style->reset);
    return tell_replies(cli, out, message, style);
}

static void tell_outbound(struct buf *out, json_t *message, const struct style *style)
{
    tell_head(out, message, style);
    buf_addf(out, "\nsent by %.*s\ndelivery: ", STR_ARGS(story_text(message, "origin")));
    story_delivery(out, message, style);
}

static int run(struct cli *cli)
{
    CLEANUP(answer_release) struct answer answer = { 0 };
    CLEANUP(buf_release) struct buf out = { 0 };
    struct style style = style_of(stdout, getenv("NO_COLOR"), getenv("TERM"));
    bool json = false;
    const struct cli_option options[] = { { "--json", OPTION_FLAG, &json } };
    int code = options_read(cli, options, ARRAY_LEN(options), 1, 1);

    if (!code)
        code = get_message(cli, options_argument(cli, 0), &answer);
    if (code)
        return code;
    if (json) {
        view_json(&answer);
        return CLI_OK;
    }
    if (str_is(story_text(answer.json, "direction"), "inbound"))
        code = tell_inbound(cli, &out, answer.json, &style);
    else
        tell_outbound(&out, answer.json, &style);
    fwrite(out.ptr, 1, out.len, stdout);
    return code;
}

const struct command command_why = {
    .name = "why",
    .arguments = "ID|SID [--json]",
    .summary = "why a text was answered as it was, or not at all",
    .details =
        "ID is ours (msg_…), SID the provider's (SM…, MM…). Every inbound text has a recorded\n"
        "reason: each screen's verdict in order, the outcome, the agent's turn, and the answers\n"
        "with their delivery.\n\n"
        "example:\n"
        "  answerback message list --limit 1\n"
        "  answerback why msg_…\n",
    .run = run,
};
