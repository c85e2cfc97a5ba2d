/*
 * echo.c - the agent that says back what it was told.
 *
 * Every new text of the turn gets a line, in order. A text without words but with pictures is
 * counted
 * ("[2 attachments]"); one with neither gets no line, and a turn of only such texts gets silence.
 */
#include "agent/echo/echo.h"

#include <stdlib.h>

static bool echo_check(const struct agent *a, json_t *settings, struct err *err)
{
    static const char *const known[] = { "kind", NULL };

    (void)a;
    return json_check_keys(settings, known, err);
}

static void add_line(struct buf *text, const struct agent_message *m)
{
    struct str body = str_trim(m->body);

    if (body.len == 0 && m->media_count == 0)
        return;
    if (text->len > 0)
        buf_add_char(text, '\n');
    if (body.len > 0)
        buf_add(text, body);
    else
        buf_addf(text, "[%zu attachment%s]", m->media_count, m->media_count == 1 ? "" : "s");
}

static uint64_t echo_start(struct agent *a, const struct agent_request *request, agent_done *done,
                           void *context)
{
    CLEANUP(buf_release) struct buf text = { 0 };
    struct agent_result result = { .verdict = AGENT_SILENT };

    (void)a;
    for (size_t i = 0; i < request->message_count; i++) {
        const struct agent_message *m = &request->messages[i];

        if (m->is_new && m->role == ROLE_CONTACT)
            add_line(&text, m);
    }
    if (text.len > 0) {
        result.verdict = AGENT_TEXT;
        result.text = buf_view(&text);
    } else {
        result.detail = str_of("nothing to say back");
    }
    done(context, &result);
    return 0;
}

/* It has always finished already. */
static void echo_cancel(struct agent *a, uint64_t handle)
{
    (void)a;
    (void)handle;
}

static void echo_destroy(struct agent *a)
{
    free(a);
}

static const struct agent_ops echo_ops = {
    .kind = "echo",
    .check = echo_check,
    .start = echo_start,
    .cancel = echo_cancel,
    .destroy = echo_destroy,
};

struct agent *echo_create(void)
{
    struct agent *a = calloc(1, sizeof(*a));

    if (!a)
        die("out of memory");
    a->ops = &echo_ops;
    return a;
}
