/*
 * tail.c - `answerback tail`: texts as they come and go.
 *
 * It asks for the newest messages every half second; each is shown once, as it was when first
 * seen. An inbound text that is `pending` then will get its answer as a line of its own.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "cli/lookup.h"
#include "cli/options.h"
#include "cli/story.h"
#include "cli/text.h"
#include "cli/view.h"

#define POLL_MS 500
#define PAGES_MOST 20

struct tail {
    struct cli *cli;
    struct str path; /* with its query */
    bool json;
    struct style style;
    char last[ID_TEXT_BYTES]; /* the newest message that was shown; ids grow with time */
};

static void show_person(struct tail *tail, json_t *message)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    bool inbound = str_is(story_text(message, "direction"), "inbound");
    struct str at = view_value(message, "at", &arena), body = view_value(message, "body", &arena);
    struct str from = view_value(message, "from", &arena), to = view_value(message, "to", &arena);
    struct str how = view_value(message, inbound ? "why.outcome" : "status", &arena);
    size_t columns = text_terminal_columns(1), used;

    used = 20 + text_width(from) + 3 + text_width(to) + 2 + 15;
    if (columns > used + 20)
        body = text_cut(body, columns - used, &arena);
    printf("%s%.*s%s %s%.*s → %.*s%s  %-14.*s %.*s\n", tail->style.dim, STR_ARGS(at),
           tail->style.reset, inbound ? "" : tail->style.ours, STR_ARGS(from), STR_ARGS(to),
           tail->style.reset, STR_ARGS(how), STR_ARGS(body));
}

static void show(struct tail *tail, json_t *message)
{
    char *text;

    if (!tail->json) {
        show_person(tail, message);
        return;
    }
    text = json_dumps(message, JSON_COMPACT);
    printf("%s\n", text ? text : "null");
    free(text);
}

/* Add what is new on this page to `fresh`, newest first; *ret_more when all of it was. */
static int read_page(struct tail *tail, struct arena *arena, json_t *fresh, struct str *cursor,
                     bool *ret_more)
{
    CLEANUP(answer_release) struct answer answer = { 0 };
    struct str next = { 0 };
    json_t *each;
    size_t i;
    int code = client_ask(tail->cli, "GET", client_query(arena, tail->path, "cursor", *cursor),
                          NULL, &answer);

    if (code)
        return code;
    *ret_more = true;
    json_array_foreach (json_object_get(answer.json, "data"), i, each) {
        if (str_compare(story_text(each, "id"), str_of(tail->last)) <= 0)
            *ret_more = false;
        else
            json_array_append(fresh, each);
    }
    json_get_str(answer.json, "next", false, &next, NULL);
    *cursor = arena_copy(arena, next);
    *ret_more = *ret_more && next.ptr;
    return CLI_OK;
}

/* One look. With `quiet` what is there already is passed over. */
static int look(struct tail *tail, bool quiet)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    CLEANUP(json_drop) json_t *fresh = json_array();
    struct str cursor = { 0 };
    bool more = true;

    for (int pages = 0; more && pages < (quiet ? 1 : PAGES_MOST); pages++) {
        int code = read_page(tail, &arena, fresh, &cursor, &more);

        if (code)
            return code;
    }
    if (json_array_size(fresh) > 0)
        snprintf(tail->last, sizeof(tail->last), "%.*s",
                 STR_ARGS(story_text(json_array_get(fresh, 0), "id")));
    for (size_t i = json_array_size(fresh); i > 0 && !quiet; i--)
        show(tail, json_array_get(fresh, i - 1));
    return CLI_OK;
}

static int run(struct cli *cli)
{
    static const struct timespec pause = { 0, POLL_MS * 1000000L };
    struct tail tail = { .cli = cli, .path = str_of("/v1/messages?limit=200") };
    struct str user = { 0 }, id;
    const struct cli_option options[] = { { "--user", OPTION_TEXT, &user },
                                          { "--json", OPTION_FLAG, &tail.json } };
    int code = options_read(cli, options, ARRAY_LEN(options), 0, 0);

    if (!code && user.ptr) {
        code = lookup_user(cli, user, &id);
        if (!code)
            tail.path = client_query(&cli->arena, tail.path, "user", id);
    }
    if (code)
        return code;
    tail.style = style_of(stdout, getenv("NO_COLOR"), getenv("TERM"));
    code = look(&tail, true);
    while (!code && fflush(stdout) == 0) {
        nanosleep(&pause, NULL);
        code = look(&tail, false);
    }
    return code;
}

const struct command command_tail = {
    .name = "tail",
    .arguments = "[--user USER] [--json]",
    .summary = "watch texts come and go",
    .details =
        "Shows messages from now on until Ctrl-C, by asking for the newest ones every 500 ms. "
        "Each\n"
        "is shown once, as it was when first seen; `answerback why` says how it went on. With\n"
        "--json every line is one message.\n",
    .run = run,
};
