/*
 * dormancy_test.c - when a phone's person is doubted, and when that would be an insult.
 */
#include "policy/dormancy.h"

// clang-format off
#include <setjmp.h>
#include <cmocka.h>
// clang-format on

#define DAY INT64_C(86400000)
#define NOW (20000 * DAY)

// clang-format off
static const struct dormancy_case {
    const char *name;
    int64_t silent_ms, dormant_ms; /* silent -1: never texted */
    bool by_sender, has_secret;
    enum ownership_doubt doubt;
    enum dormancy_verdict want;
    const char *rule, *detail;
} cases[] = {
    { "texted today", 0, 270 * DAY, false, false, DOUBT_NONE, DORMANCY_SAME, NULL, "" },
    { "a millisecond before", 270 * DAY - 1, 270 * DAY, false, false, DOUBT_NONE, DORMANCY_SAME, NULL, "" },
    { "nine months", 270 * DAY, 270 * DAY, false, false, DOUBT_NONE, DORMANCY_FRESH, "silence", "silent for 270 days, the limit is 270" },
    { "a clock that stepped back", -DAY, 270 * DAY, false, false, DOUBT_NONE, DORMANCY_SAME, NULL, "" },
    { "the first text ever", -1, 270 * DAY, true, true, DOUBT_NONE, DORMANCY_SAME, NULL, "" },
    { "never dormant", 9000 * DAY, RULES_NEVER, true, true, DOUBT_NONE, DORMANCY_SAME, NULL, "" },
    { "a user's own phone is asked", 271 * DAY, 270 * DAY, true, true, DOUBT_NONE, DORMANCY_ASK, "silence", "silent for 271 days, the limit is 270" },
    { "and locked with nothing to ask for", 271 * DAY, 270 * DAY, true, false, DOUBT_NONE, DORMANCY_LOCKED, "silence", "silent for 271 days, the limit is 270" },
    { "wrong number, yesterday's contact", DAY, 270 * DAY, false, false, DOUBT_TEXT, DORMANCY_FRESH, "text", "the person wrote \"wrong number\"" },
    { "wrong number, a user's own phone", DAY, 270 * DAY, true, true, DOUBT_TEXT, DORMANCY_ASK, "text", "the person wrote \"wrong number\"" },
    { "doubt is said before silence", 300 * DAY, 270 * DAY, false, false, DOUBT_TEXT, DORMANCY_FRESH, "text", "the person wrote \"wrong number\"" },
    { "doubt counts where nothing goes dormant", DAY, RULES_NEVER, false, false, DOUBT_CARRIER, DORMANCY_FRESH, "carrier", "the carrier reported error 30005" },
};

static const struct text_case {
    const char *text;
    const char *want; /* NULL: no doubt */
} texts[] = {
    { "wrong number", "wrong number" },
    { "Wrong number!!", "wrong number" },
    { "Sorry, you have the wrong number.", "wrong number" },
    { "I think you've got the wrong person", "wrong person" },
    { "You texted the wrong number dude", "wrong number" },
    { "new phone who dis", "new phone who dis" },
    { "New phone, who dis?", "new phone who dis" },
    { "New number, who's this", "new number whos this" },
    { "new phone who\xe2\x80\x99s this?", "new phone whos this" },
    { "This isn't Maria's number anymore", "isnt * number anymore" },
    { "This is not John Smith's number anymore", "not * number anymore" },
    { "Bob no longer has this number", "no longer has this number" },
    { "I just got this number last week, not sure who you want", "just got this number" },
    { "No one by that name here", "no one by that name" },
    { "N\xc3\xbamero equivocado", "n\xc3\xbamero equivocado" },
    { "numero equivocado, lo siento", "numero equivocado" },
    { "Is this the wrong number for the bakery?", NULL },
    { "sorry do I have the wrong number? I want to book a table", NULL },
    { "I dialed the wrong number earlier, can I book now?", NULL },
    { "I gave you the wrong number, my wife's is different", NULL },
    { "oops I typed the wrong number, we are 5 not 4", NULL },
    { "You charged me for the wrong number of seats", NULL },
    { "it's not the wrong number, it's me", NULL },
    { "I no longer need a number", NULL },
    { "I have a new phone!", NULL },
    { "new phone, can you resend the code", NULL },
    { "who is this?", NULL },
    { "what's your number", NULL },
    { "wrong", NULL },
    { "the number is wrong on my invoice", NULL },
    { "my number changed to 2025550123", NULL },
    { "STOP", NULL },
    { "hello", NULL },
    { "", NULL },
    { "...", NULL },
    { "Yesterday I told you about my order and then somebody called me and said it was the wrong number and I was so confused that I hung up on them right away", NULL },
};
// clang-format on

static void decides(void **state)
{
    const struct dormancy_case *c = *state;
    CLEANUP(arena_release) struct arena arena = { 0 };
    struct policy_rules rules = rules_default();
    struct dormancy_input in = { .rules = &rules,
                                 .now_ms = NOW,
                                 .last_ms = c->silent_ms == -1 ? 0 : NOW - c->silent_ms,
                                 .by_sender = c->by_sender,
                                 .has_secret = c->has_secret,
                                 .doubt = c->doubt,
                                 .doubt_evidence = "wrong number",
                                 .doubt_code = 30005 };
    struct dormancy dormancy;

    rules.dormant_ms = c->dormant_ms;
    dormancy = dormancy_check(&in, &arena);
    assert_int_equal(dormancy.verdict, c->want);
    assert_true(str_is(dormancy.detail, c->detail));
    if (c->rule)
        assert_string_equal(dormancy.rule, c->rule);
    else
        assert_null(dormancy.rule);
}

static void doubts(void **state)
{
    const struct text_case *c = *state;
    const char *phrase = dormancy_text_doubt(str_of(c->text));

    if (c->want) {
        assert_non_null(phrase);
        assert_string_equal(phrase, c->want);
    } else {
        assert_null(phrase);
    }
}

static void knows_errors(void **state)
{
    (void)state;
    assert_true(dormancy_error_doubt(30005));
    assert_true(dormancy_error_doubt(30006));
    assert_false(dormancy_error_doubt(30003)); /* off or out of reach: later */
    assert_false(dormancy_error_doubt(30007)); /* filtered: our text's fault */
    assert_false(dormancy_error_doubt(21610)); /* opted out: theirs all the same */
    assert_false(dormancy_error_doubt(0));
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(cases) + ARRAY_LEN(texts) + 1] = {
        cmocka_unit_test(knows_errors),
    };
    size_t n = 1;

    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        tests[n++] = (struct CMUnitTest){ cases[i].name, decides, NULL, NULL, (void *)&cases[i] };
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        tests[n++] = (struct CMUnitTest){ texts[i].text, doubts, NULL, NULL, (void *)&texts[i] };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
