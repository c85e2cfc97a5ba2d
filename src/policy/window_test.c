/*
 * window_test.c - the sliding window, at its edges.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "policy/policy.h"

static const struct window_case {
    const char *name;
    int64_t at_ms[5];
    size_t count;
    int64_t now_ms, window_ms, want;
} cases[] = {
    { "nothing was answered yet", { 0 }, 0, 5000, 1000, 0 },
    { "an answer of this very millisecond counts", { 5000 }, 1, 5000, 1000, 1 },
    { "exactly one window ago is outside", { 4000 }, 1, 5000, 1000, 0 },
    { "one millisecond later is inside", { 4001 }, 1, 5000, 1000, 1 },
    { "both sides of the edge", { 3999, 4000, 4001, 4002, 5000 }, 5, 5000, 1000, 3 },
    { "a time ahead of a clock that stepped back", { 5001 }, 1, 5000, 1000, 0 },
    { "a window of nothing", { 5000 }, 1, 5000, 0, 0 },
    { "a window longer than time itself", { 1, 2 }, 2, 5000, 10000, 2 },
};

static void counts(void **state)
{
    const struct window_case *c = *state;
    struct conversation conversation = { .recent_count = c->count };

    memcpy(conversation.recent_ms, c->at_ms, sizeof(c->at_ms));
    assert_int_equal(window_count(&conversation, c->now_ms, c->window_ms), c->want);
}

static void drops_the_oldest(void **state)
{
    struct conversation conversation = { 0 };

    (void)state;
    for (int64_t at = 1; at <= RECENT_ANSWERS_MOST + 3; at++)
        window_add(&conversation, at);
    assert_int_equal(conversation.recent_count, RECENT_ANSWERS_MOST);
    assert_int_equal(conversation.recent_ms[0], 4);
    assert_int_equal(conversation.recent_ms[RECENT_ANSWERS_MOST - 1], RECENT_ANSWERS_MOST + 3);
}

/* Ten in any hour, offered one a minute for a day: no hour, wherever it starts, may hold eleven. */
static void never_exceeds(void **state)
{
    enum { MINUTE = 60 * 1000, HOUR = 60 * MINUTE, MOST = 10, MINUTES = 24 * 60 };
    struct conversation conversation = { 0 };
    bool answered[MINUTES] = { false };

    (void)state;
    for (int minute = 0; minute < MINUTES; minute++) {
        int64_t now_ms = (int64_t)(minute + 1) * MINUTE;

        answered[minute] = window_count(&conversation, now_ms, HOUR) < MOST;
        if (answered[minute])
            window_add(&conversation, now_ms);
    }
    for (int start = 0; start + 60 <= MINUTES; start++) {
        int held = 0;

        for (int minute = start; minute < start + 60; minute++)
            held += answered[minute];
        assert_int_equal(held, MOST);
    }
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(cases) + 2] = {
        { "a full window drops the oldest", drops_the_oldest, NULL, NULL, NULL },
        { "no hour holds more than the limit", never_exceeds, NULL, NULL, NULL },
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        tests[i + 2] = (struct CMUnitTest){ cases[i].name, counts, NULL, NULL, (void *)&cases[i] };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
