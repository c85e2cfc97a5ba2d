/*
 * echo_test.c - what the echo agent says back, and what it leaves unsaid.
 *
 * A row is a turn of up to four messages.
 */
#include "agent/echo/echo.h"

// clang-format off
#include <setjmp.h>
#include <cmocka.h>
// clang-format on

static const struct echo_case {
    const char *name;
    struct agent_message messages[4];
    size_t count;
    enum agent_verdict want;
    struct str text;
} cases[] = {
    { "one text", { { .body = STR("hello"), .is_new = true } }, 1, AGENT_TEXT, STR("hello") },
    { "every new text gets a line",
      { { .body = STR("one"), .is_new = true }, { .body = STR("two"), .is_new = true } },
      2,
      AGENT_TEXT,
      STR("one\ntwo") },
    { "blanks around a text go, those inside stay",
      { { .body = STR("  a  b\r\n"), .is_new = true } },
      1,
      AGENT_TEXT,
      STR("a  b") },
    { "earlier texts are not said again",
      { { .body = STR("old") }, { .body = STR("new"), .is_new = true } },
      2,
      AGENT_TEXT,
      STR("new") },
    { "what an agent or a person here said is not said back",
      { { .body = STR("x"), .role = ROLE_AGENT, .is_new = true },
        { .body = STR("y"), .role = ROLE_HUMAN, .is_new = true } },
      2,
      AGENT_SILENT,
      STR("") },
    { "one picture without words",
      { { .media_count = 1, .is_new = true } },
      1,
      AGENT_TEXT,
      STR("[1 attachment]") },
    { "pictures without words are counted",
      { { .body = STR(" "), .media_count = 3, .is_new = true } },
      1,
      AGENT_TEXT,
      STR("[3 attachments]") },
    { "words win over pictures",
      { { .body = STR("look"), .media_count = 2, .is_new = true } },
      1,
      AGENT_TEXT,
      STR("look") },
    { "a blank text gets no line",
      { { .body = STR(" \n"), .is_new = true }, { .body = STR("b"), .is_new = true } },
      2,
      AGENT_TEXT,
      STR("b") },
    { "only blanks: silence",
      { { .body = STR(" \t"), .is_new = true } },
      1,
      AGENT_SILENT,
      STR("") },
    { "no messages: silence", { { .is_new = false } }, 0, AGENT_SILENT, STR("") },
    { "nothing new: silence", { { .body = STR("old") } }, 1, AGENT_SILENT, STR("") },
    { "a text keeps its bytes, NUL included",
      { { .body = STR("a\0b"), .is_new = true } },
      1,
      AGENT_TEXT,
      STR("a\0b") },
};

static const struct check_case {
    const char *name, *settings;
    bool want;
} checks[] = {
    { "no settings at all", "{}", true },
    { "only the kind", "{\"kind\":\"echo\"}", true },
    { "a stranger is refused", "{\"kind\":\"echo\",\"greeting\":\"hi\"}", false },
};

struct heard {
    const struct echo_case *want;
    int calls;
};

static void hear(void *context, const struct agent_result *result)
{
    struct heard *heard = context;

    heard->calls++;
    assert_int_equal(result->verdict, heard->want->want);
    assert_true(str_equal(result->text, heard->want->text));
    assert_int_equal(result->call_count, 0);
}

static void says_back(void **state)
{
    struct heard heard = { .want = *state };
    struct agent *a = echo_create();
    struct agent_request request = { .messages = heard.want->messages,
                                     .message_count = heard.want->count };
    uint64_t handle = a->ops->start(a, &request, hear, &heard);

    a->ops->cancel(a, handle);
    assert_int_equal(heard.calls, 1);
    a->ops->destroy(a);
}

static void checks_settings(void **state)
{
    const struct check_case *c = *state;
    CLEANUP(json_drop) json_t *settings = json_read(str_of(c->settings), NULL);
    struct agent *a = echo_create();
    struct err err = { 0 };

    assert_int_equal(a->ops->check(a, settings, &err), c->want);
    if (!c->want) {
        assert_int_equal(err.kind, ERR_INVALID);
        assert_string_equal(err.field, "greeting");
    }
    a->ops->destroy(a);
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(cases) + ARRAY_LEN(checks)];
    size_t n = 0;

    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        tests[n++] = (struct CMUnitTest){ cases[i].name, says_back, NULL, NULL, (void *)&cases[i] };
    for (size_t i = 0; i < ARRAY_LEN(checks); i++)
        tests[n++] =
            (struct CMUnitTest){ checks[i].name, checks_settings, NULL, NULL, (void *)&checks[i] };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
