/*
 * words_test.c - every code that the server can give has plain words, and names are suggested.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cli/suggest.h"
#include "cli/words.h"
#include "model/model.h"

static void every_outcome_has_words(void **state)
{
    (void)state;
    for (int i = 0; i < OUTCOME_COUNT; i++)
        assert_true(strlen(words_outcome(str_of(outcome_name((enum outcome)i)))) > 0);
    assert_string_equal(words_outcome(str_of("something new")), "");
}

static void every_status_has_words(void **state)
{
    (void)state;
    for (int i = 0; i <= STATUS_UNCONFIRMED; i++)
        assert_true(strlen(words_status(str_of(message_status_name((enum message_status)i)))) > 0);
    assert_string_equal(words_status(str_of("something new")), "");
}

/* Nobody waits for a text that has ended, nor turns away from one that has not. */
static void the_last_status_is_known(void **state)
{
    static const char *const last[] = { "delivered", "undelivered", "failed",
                                        "canceled",  "read",        "unconfirmed" };
    static const char *const before[] = { "queued", "sending", "sent" };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(last); i++)
        assert_true(words_status_is_last(str_of(last[i])));
    for (size_t i = 0; i < ARRAY_LEN(before); i++)
        assert_false(words_status_is_last(str_of(before[i])));
}

static const struct suggest_case {
    const char *name, *typed, *want;
} suggest_cases[] = {
    { "a letter too many", "serrve", "serve" },
    { "a letter missing", "usge", "usage" },
    { "two letters swapped", "sned", "send" },
    { "the beginning of a name", "conv", "conversation" },
    { "a wrong letter", "--jsom", "--json" },
    { "another word altogether", "frobnicate", NULL },
    { "nothing typed", "", NULL },
    { "one letter", "x", NULL },
    { "much too long", "conversationconversationconversationconversation", NULL },
};

static void suggests(void **state)
{
    static const char *const names[] = {
        "serve", "send", "usage", "conversation", "--json", "why"
    };
    const struct suggest_case *c = *state;
    const char *got = suggest(str_of(c->typed), names, ARRAY_LEN(names));

    if (c->want)
        assert_string_equal(got ? got : "", c->want);
    else
        assert_null(got);
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(suggest_cases) + 3];
    size_t count = 0;

    tests[count++] = (struct CMUnitTest)cmocka_unit_test(every_outcome_has_words);
    tests[count++] = (struct CMUnitTest)cmocka_unit_test(every_status_has_words);
    tests[count++] = (struct CMUnitTest)cmocka_unit_test(the_last_status_is_known);
    for (size_t i = 0; i < ARRAY_LEN(suggest_cases); i++)
        tests[count++] = (struct CMUnitTest){ suggest_cases[i].name, suggests, NULL, NULL,
                                              (void *)&suggest_cases[i] };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
