/*
 * explain.c - `answerback explain`: what would happen to a text, with no effect at all.
 */
#include <stdio.h>
#include <stdlib.h>

#include "cli/input.h"
#include "cli/options.h"
#include "cli/story.h"
#include "cli/view.h"
#include "cli/words.h"

/* The answer has its layers where a message has them under `why`. */
static void tell(struct buf *out, json_t *explanation, const struct style *style)
{
    CLEANUP(json_drop) json_t *as_message = json_pack("{s:O}", "why", explanation);
    struct str rule = story_text(json_object_get(explanation, "route"), "rule");
    struct str user = story_text(json_object_get(explanation, "route"), "user");
    struct str reply = story_text(explanation, "reply");
    const char *meaning = words_route(rule);

    buf_addf(out, "route    %.*s%s%s%s%.*s\n", STR_ARGS(rule), meaning ? ": " : "",
             meaning ? meaning : "", user.len > 0 ? ", " : "", STR_ARGS(user));
    buf_add_text(out, "screens\n");
    story_screens(out, as_message, style);
    buf_addf(out, "would    %s%.*s%s (%.*s)\n", style->bold,
             STR_ARGS(story_text(explanation, "would")), style->reset,
             STR_ARGS(story_text(explanation, "outcome")));
    if (reply.len > 0) {
        buf_add_text(out, "reply    ");
        story_body(out, reply, 9);
        buf_add_char(out, '\n');
    }
}

static int run(struct cli *cli)
{
    CLEANUP(answer_release) struct answer answer = { 0 };
    CLEANUP(buf_release) struct buf out = { 0 };
    struct style style = style_of(stdout, getenv("NO_COLOR"), getenv("TERM"));
    struct str from = { 0 }, to = { 0 };
    bool json = false;
    const struct cli_option options[] = { { "--from", OPTION_TEXT, &from },
                                          { "--to", OPTION_TEXT, &to },
                                          { "--json", OPTION_FLAG, &json } };
    int code = options_read(cli, options, ARRAY_LEN(options), 1, 1);
    json_t *body;

    if (code)
        return code;
    if (!from.ptr || !to.ptr)
        return cli_usage(cli, "--from and --to are needed: who texts which number of ours");
    body = json_object();
    input_text(body, "from", from);
    input_text(body, "to", to);
    input_text(body, "body", options_argument(cli, 0));
    code = client_ask(cli, "POST", str_of("/v1/explain"), body, &answer);
    if (code)
        return code;
    if (json) {
        view_json(&answer);
        return CLI_OK;
    }
    tell(&out, answer.json, &style);
    fwrite(out.ptr, 1, out.len, stdout);
    return CLI_OK;
}

const struct command command_explain = {
    .name = "explain",
    .arguments = "--from PHONE --to PHONE BODY [--json]",
    .summary = "what would happen to a text, without doing it",
    .details =
        "The same decisions as for a real text, over what is stored now: whose it would be,\n"
        "what each screen would say, and what would be done. Nothing is written or sent.\n\n"
        "  --from PHONE   who texts\n"
        "  --to PHONE     the number of ours\n\n"
        "example:\n"
        "  answerback explain --from +12025550103 --to +12025550100 \"are you open?\"\n",
    .run = run,
};
