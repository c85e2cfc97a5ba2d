/*
 * story.c - what happened to a message, told for people.
 */
#include "cli/story.h"

#include "cli/text.h"
#include "cli/words.h"

struct str story_text(json_t *object, const char *key)
{
    struct str text = { 0 };

    json_get_str(object, key, false, &text, NULL);
    return text;
}

static void add_safe(struct buf *out, struct str text)
{
    CLEANUP(arena_release) struct arena arena = { 0 };

    buf_add(out, text_safe(text, " ", &arena));
}

void story_body(struct buf *out, struct str body, size_t indent)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    struct str line_end = arena_printf(&arena, "\n%*s", (int)indent, "");

    buf_add(out, text_safe(body, line_end.ptr, &arena));
}

static void add_layer(struct buf *out, json_t *layer, const struct style *style)
{
    struct str name = story_text(layer, "layer"), detail = story_text(layer, "detail");
    bool passed = str_is(story_text(layer, "verdict"), "pass");

    buf_addf(out, "  %s%s%s ", passed ? style->good : style->bad, passed ? "✓" : "■", style->reset);
    buf_addf(out, "%-18.*s ", STR_ARGS(name));
    if (detail.len > 0)
        add_safe(out, detail);
    else
        buf_addf(out, "%s%s%s", style->dim, words_layer(name), style->reset);
    buf_add_char(out, '\n');
}

void story_screens(struct buf *out, json_t *message, const struct style *style)
{
    json_t *layers = json_object_get(json_object_get(message, "why"), "layers"), *each;
    size_t i;

    json_array_foreach (layers, i, each)
        add_layer(out, each, style);
}

void story_outcome(struct buf *out, json_t *message, const struct style *style)
{
    json_t *why = json_object_get(message, "why"), *ms = json_object_get(why, "ms");
    struct str outcome = story_text(why, "outcome"), detail = story_text(why, "detail");
    struct str agent = story_text(why, "agent");
    int64_t total = -1;

    buf_addf(out, "%s%.*s%s  %s\n", style->bold, STR_ARGS(outcome), style->reset,
             words_outcome(outcome));
    json_get_int(ms, "total", false, &total, NULL);
    if (agent.len == 0)
        return;
    buf_addf(out, "  agent %.*s", STR_ARGS(agent));
    if (detail.len > 0) {
        buf_add_text(out, ": ");
        add_safe(out, detail);
    }
    if (total >= 0)
        buf_addf(out, " %s(%lld ms in all)%s", style->dim, (long long)total, style->reset);
    buf_add_char(out, '\n');
}

void story_delivery(struct buf *out, json_t *message, const struct style *style)
{
    json_t *events = json_object_get(message, "status_events"), *each;
    struct str status = story_text(message, "status"), error = story_text(message, "error");
    bool good = str_is(status, "delivered") || str_is(status, "read") || str_is(status, "sent");
    int64_t code = 0;
    size_t i;

    json_array_foreach (events, i, each) {
        struct str before = story_text(each, "status");

        if (!str_equal(before, status))
            buf_addf(out, "%.*s → ", STR_ARGS(before));
    }
    buf_addf(out, "%s%.*s%s",
             good                           ? style->good
             : words_status_is_last(status) ? style->bad
                                            : "",
             STR_ARGS(status), style->reset);
    json_get_int(message, "error_code", false, &code, NULL);
    if (code != 0)
        buf_addf(out, ", error %lld", (long long)code);
    if (error.len > 0) {
        buf_add_text(out, ": ");
        add_safe(out, error);
    } else if (!good) {
        buf_addf(out, ": %s", words_status(status));
    }
    buf_add_char(out, '\n');
}
