/*
 * docs_test.c - the example of docs/agents.md works, and so does the conversation below it.
 *
 * Reads the page itself: the first JSON block after the word "example:" and the text block after
 * that. In the conversation "> " is the contact, "< " the agent, and " / " a line break.
 */
#include "agent/rule/rule.h"

#include <stdio.h>

// clang-format off
#include <setjmp.h>
#include <cmocka.h>
// clang-format on

#define NOW_MS INT64_C(1795248000000) /* 2026-11-21 09:00 in Berlin */

static void read_page(struct buf *page)
{
    FILE *file = fopen(TEST_DATA_DIR "/../../docs/agents.md", "rb");
    size_t got;

    assert_non_null(file);
    do {
        got = fread(buf_extend(page, 4096), 1, 4096, file);
        page->len -= 4096 - got;
    } while (got == 4096);
    fclose(file);
}

/* What stands between the first `open` in `rest` and the fence after it; `rest` goes behind. */
static struct str take_block(struct str *rest, const char *open)
{
    ptrdiff_t from = str_find(*rest, str_of(open)), to;
    struct str block;

    assert_true(from >= 0);
    block = str_slice(*rest, (size_t)from + strlen(open), rest->len);
    to = str_find(block, (struct str)STR("\n```"));
    assert_true(to >= 0);
    *rest = str_slice(block, (size_t)to, block.len);
    return str_slice(block, 0, (size_t)to);
}

static void hear(void *context, const struct agent_result *result)
{
    struct buf *said = context;

    for (size_t i = 0; i < result->text.len; i++) {
        if (result->text.ptr[i] == '\n')
            buf_add_text(said, " / ");
        else
            buf_add_char(said, result->text.ptr[i]);
    }
}

static void has_conversation(struct agent *a, struct str settings, struct str conversation)
{
    static const struct agent_tool tools[] = { { "remember", "", "{}" },
                                               { "forget", "", "{}" },
                                               { "remind", "", "{}" } };
    struct str line;
    size_t count = 0;

    while (str_cut(&conversation, '\n', &line)) {
        CLEANUP(buf_release) struct buf said = { 0 };
        CLEANUP(buf_release) struct buf want = { 0 };
        struct agent_message message = { .body = str_slice(line, 2, line.len), .is_new = true };
        struct agent_request request = { .settings = settings,
                                         .timezone = STR("Europe/Berlin"),
                                         .messages = &message,
                                         .message_count = 1,
                                         .tools = tools,
                                         .tool_count = ARRAY_LEN(tools),
                                         .now_ms = NOW_MS };

        if (line.len == 0)
            continue;
        assert_true(str_starts(line, (struct str)STR("> ")));
        a->ops->start(a, &request, hear, &said);
        assert_true(str_cut(&conversation, '\n', &line));
        buf_add(&want, str_slice(line, 2, line.len));
        assert_string_equal(buf_text(&said), buf_text(&want));
        count++;
    }
    assert_true(count >= 5);
}

static void example_works(void **state)
{
    CLEANUP(buf_release) struct buf page = { 0 };
    CLEANUP(json_drop) json_t *json = NULL;
    struct agent *a = rule_create();
    struct str rest, settings;
    struct err err = { 0 };

    (void)state;
    read_page(&page);
    rest = buf_view(&page);
    rest = str_slice(rest, (size_t)str_find(rest, (struct str)STR("<!-- example:")), rest.len);
    settings = take_block(&rest, "```json\n");
    json = json_read(settings, &err);
    assert_non_null(json);
    assert_true(a->ops->check(a, json, &err));
    has_conversation(a, settings, take_block(&rest, "```text\n"));
    a->ops->destroy(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(example_works) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
