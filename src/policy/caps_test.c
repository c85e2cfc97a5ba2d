/*
 * caps_test.c - counters of one answer, and what is said when one is used up.
 *
 * The table gives a policy file, the answer, and what each counter stands at, by its kind.
 */
#include "policy/caps.h"

// clang-format off
#include <setjmp.h>
#include <cmocka.h>
// clang-format on

#define NOW INT64_C(1795248000000) /* 2026-11-21 08:00 UTC */
#define KINDS (CAP_MONEY + 1)

// clang-format off
static const struct caps_case {
    const char *name, *rules, *own, *to;
    bool unknown, compliance;
    int64_t segments;
    enum cap_stop stop;
    int64_t used[KINDS];
    const char *reason; /* NULL: it passes */
    enum outcome outcome;
    const char *detail;
} cases[] = {
    { "no limits", "", "+12025550100", "+12025550123", .segments = 3 },
    { "the last answer of the day", "answers-per-user 5 per day", "+12025550100", "+12025550123",
      .segments = 1, .used = { [CAP_USER] = 4 } },
    { "one more", "answers-per-user 5 per day", "+12025550100", "+12025550123", .segments = 1,
      .used = { [CAP_USER] = 5 }, .reason = "user_cap", .outcome = OUTCOME_RATE_LIMITED,
      .detail = "answers of the user: 5 used of 5 in 86400 s, this text adds 1" },
    { "of a limit that was lowered", "answers-per-user 5 per day", "+12025550100", "+12025550123",
      .segments = 1, .used = { [CAP_USER] = 9 }, .reason = "user_cap",
      .outcome = OUTCOME_RATE_LIMITED,
      .detail = "answers of the user: 9 used of 5 in 86400 s, this text adds 1" },
    { "a limit of none at all", "answers-per-user 0 per day", "+12025550100", "+12025550123",
      .segments = 1, .reason = "user_cap", .outcome = OUTCOME_RATE_LIMITED,
      .detail = "answers of the user: 0 used of 0 in 86400 s, this text adds 1" },
    { "the number's", "answers-per-number 5 per hour", "+12025550100", "+12025550123",
      .segments = 1, .used = { [CAP_NUMBER] = 5 }, .reason = "number_cap",
      .outcome = OUTCOME_RATE_LIMITED,
      .detail = "answers of the number: 5 used of 5 in 3600 s, this text adds 1" },
    { "everybody's", "answers-in-total 5 per hour", "+12025550100", "+12025550123",
      .segments = 1, .used = { [CAP_TOTAL] = 5 }, .reason = "total_cap",
      .outcome = OUTCOME_RATE_LIMITED,
      .detail = "answers in total: 5 used of 5 in 3600 s, this text adds 1" },
    { "segments fit exactly", "budget segments 10 per day", "+12025550100", "+12025550123",
      .segments = 3, .used = { [CAP_SEGMENTS] = 7 } },
    { "a long text does not fit where a short one would", "budget segments 10 per day",
      "+12025550100", "+12025550123", .segments = 3, .used = { [CAP_SEGMENTS] = 8 },
      .reason = "over_budget", .outcome = OUTCOME_OVER_BUDGET,
      .detail = "segments of the user: 8 used of 10 in 86400 s, this text adds 3" },
    { "messages", "budget messages 10 per day", "+12025550100", "+12025550123", .segments = 1,
      .used = { [CAP_MESSAGES] = 10 }, .reason = "over_budget", .outcome = OUTCOME_OVER_BUDGET,
      .detail = "messages of the user: 10 used of 10 in 86400 s, this text adds 1" },
    { "money", "budget money 1.00 per day\nprice-per-segment 0.0079", "+12025550100",
      "+12025550123", .segments = 2, .used = { [CAP_MONEY] = 990000 }, .reason = "over_budget",
      .outcome = OUTCOME_OVER_BUDGET,
      .detail = "money of the user: 0.990000 used of 1.000000 in 86400 s, this text costs 0.015800" },
    { "money without a price is never used up", "budget money 1.00 per day", "+12025550100",
      "+12025550123", .segments = 2, .used = { [CAP_MONEY] = 1000000 } },
    { "a stranger's first", "", "+12025550100", "+12025550123", true, .segments = 1 },
    { "a stranger gets no long text", "", "+12025550100", "+12025550123", true, .segments = 2,
      .reason = "unknown_sender_length", .outcome = OUTCOME_UNKNOWN_SENDER,
      .detail = "an unknown sender gets one segment; the text takes 2" },
    { "strangers of one range", "", "+12025550100", "+12025550123", true, .segments = 1,
      .used = { [CAP_UNKNOWN_PREFIX] = 50 }, .reason = "unknown_sender_cap",
      .outcome = OUTCOME_RATE_LIMITED,
      .detail = "answers to unknown senders of one number range: 50 used of 50 in 86400 s, this text adds 1" },
    { "strangers in total", "", "+12025550100", "+12025550123", true, .segments = 1,
      .used = { [CAP_UNKNOWN_TOTAL] = 1000 }, .reason = "unknown_sender_cap",
      .outcome = OUTCOME_RATE_LIMITED,
      .detail = "answers to unknown senders: 1000 used of 1000 in 86400 s, this text adds 1" },
    { "strangers' caps are not for people we know", "", "+12025550100", "+12025550123",
      .segments = 1, .used = { [CAP_UNKNOWN_TOTAL] = 1000 } },
    { "the confirmation of a STOP has no budget", "budget messages 10 per day", "+12025550100",
      "+12025550123", .compliance = true, .segments = 1, .used = { [CAP_MESSAGES] = 10 } },
    { "HELP of a pumped range is held all the same", "", "+12025550100", "+12025550123", true,
      true, .segments = 2, .used = { [CAP_UNKNOWN_PREFIX] = 50 }, .reason = "unknown_sender_cap",
      .outcome = OUTCOME_RATE_LIMITED,
      .detail = "answers to unknown senders of one number range: 50 used of 50 in 86400 s, this text adds 1" },
    { "HELP may be long", "", "+12025550100", "+12025550123", true, true, .segments = 2 },
    { "Jamaica is not the US", "", "+12025550100", "+18765550123", .segments = 1,
      .reason = "country_closed", .outcome = OUTCOME_RATE_LIMITED,
      .detail = "texts to JM are not allowed" },
    { "nor is Canada", "", "+12025550100", "+14165550123", .segments = 1,
      .reason = "country_closed", .outcome = OUTCOME_RATE_LIMITED,
      .detail = "texts to CA are not allowed" },
    { "Canada opened", "countries US CA", "+12025550100", "+14165550123", .segments = 1 },
    { "Jamaica not yet", "countries US CA", "+12025550100", "+18765550123", .segments = 1,
      .reason = "country_closed", .outcome = OUTCOME_RATE_LIMITED,
      .detail = "texts to JM are not allowed" },
    { "a list without one's own", "countries GB", "+12025550100", "+12025550123", .segments = 1,
      .reason = "country_closed", .outcome = OUTCOME_RATE_LIMITED,
      .detail = "texts to US are not allowed" },
    { "a premium number", "", "+12025550100", "+19005550123", .segments = 1,
      .reason = "country_closed", .outcome = OUTCOME_RATE_LIMITED,
      .detail = "the phone is in no country: satellite, premium or personal number" },
    { "a satellite, where countries are listed", "countries US", "+12025550100", "+881655550123",
      .segments = 1, .reason = "country_closed", .outcome = OUTCOME_RATE_LIMITED,
      .detail = "the phone is in no country: satellite, premium or personal number" },
    { "everywhere", "countries all", "+12025550100", "+881655550123", .segments = 1 },
    { "from a short code without a region", "", "72345", "+447700900123", .segments = 1 },
    { "a British number at home", "", "+447700900100", "+447700900123", .segments = 1 },
    { "to a short code", "", "+12025550100", "72345", .segments = 1 },
    { "a closed country holds HELP too", "", "+12025550100", "+18765550123", false, true,
      .segments = 1, .reason = "country_closed", .outcome = OUTCOME_RATE_LIMITED,
      .detail = "texts to JM are not allowed" },
    { "everything stopped", "", "+12025550100", "+12025550123", .segments = 1,
      .stop = CAP_STOP_ALL, .reason = "emergency_stop", .outcome = OUTCOME_SUSPENDED,
      .detail = "the emergency stop of everything is on" },
    { "the number stopped, HELP as well", "", "+12025550100", "+12025550123", false, true,
      .segments = 1, .stop = CAP_STOP_NUMBER, .reason = "emergency_stop",
      .outcome = OUTCOME_SUSPENDED, .detail = "the emergency stop of the number is on" },
    { "stopped is said before closed", "", "+12025550100", "+18765550123", .segments = 1,
      .stop = CAP_STOP_USER, .reason = "emergency_stop", .outcome = OUTCOME_SUSPENDED,
      .detail = "the emergency stop of the user is on" },
};
// clang-format on

static void judges(void **state)
{
    const struct caps_case *c = *state;
    CLEANUP(arena_release) struct arena arena = { 0 };
    struct policy_rules base = rules_default(), rules;
    struct caps_input in = { .rules = &rules,
                             .installation = &rules,
                             .user = { { 1 } },
                             .number = { { 2 } },
                             .own_phone = str_of(c->own),
                             .to = str_of(c->to),
                             .unknown = c->unknown,
                             .compliance = c->compliance,
                             .segments = c->segments,
                             .now_ms = NOW,
                             .stop = c->stop };
    struct cap_use uses[CAPS_MOST];
    struct cap_verdict verdict;
    size_t count;

    assert_true(rules_parse(str_of(c->rules), &base, &arena, &rules, NULL));
    count = caps_list(&in, uses);
    for (size_t i = 0; i < count; i++)
        uses[i].used = c->used[uses[i].key.kind];
    verdict = caps_check(&in, uses, count, &arena);
    assert_int_equal(verdict.pass, c->reason == NULL);
    assert_int_equal(verdict.outcome, c->outcome);
    if (c->reason) {
        assert_string_equal(verdict.reason, c->reason);
        assert_true(str_is(verdict.detail, c->detail));
    }
}

static void lists_keys(void **state)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    struct policy_rules base = rules_default(), rules;
    struct caps_input in = { .rules = &rules,
                             .installation = &rules,
                             .user = { { 0xAA } },
                             .number = { { 0xBB } },
                             .to = STR("+12025550123"),
                             .unknown = true,
                             .segments = 2,
                             .now_ms = NOW };
    struct cap_use uses[CAPS_MOST];
    char text[CAP_KEY_BYTES];
    static const struct str file =
        STR("answers-per-user 1 per day\nanswers-per-number 1 per hour\nanswers-in-total 1 per 1m\n"
            "budget segments 1 per day\nbudget messages 1 per day\nbudget money 1 per day\n"
            "price-per-segment 0.5\n");
    static const char *const want[] = {
        "unknown_prefix/00000000000000000000000000000000/+1202555/1795219200000",
        "unknown_total/00000000000000000000000000000000//1795219200000",
        "user/aa000000000000000000000000000000//1795219200000",
        "number/bb000000000000000000000000000000//1795248000000",
        "total/00000000000000000000000000000000//1795248000000",
        "segments/aa000000000000000000000000000000//1795219200000",
        "messages/aa000000000000000000000000000000//1795219200000",
        "money/aa000000000000000000000000000000//1795219200000",
    };
    static const int64_t adds[] = { 1, 1, 1, 1, 1, 2, 1, 1000000 };

    (void)state;
    assert_true(rules_parse(file, &base, &arena, &rules, NULL));
    assert_int_equal(caps_list(&in, uses), ARRAY_LEN(want));
    for (size_t i = 0; i < ARRAY_LEN(want); i++) {
        assert_true(str_is(cap_key_text(&uses[i].key, text), want[i]));
        assert_int_equal(uses[i].add, adds[i]);
    }
    in.now_ms = uses[0].key.period_end_ms - 1; /* the same day to its last millisecond */
    assert_int_equal(caps_list(&in, uses), ARRAY_LEN(want));
    assert_true(str_is(cap_key_text(&uses[0].key, text), want[0]));
    in.now_ms++;
    caps_list(&in, uses);
    assert_false(str_is(cap_key_text(&uses[0].key, text), want[0]));
}

/* What users share is the installation's word, whatever a user's own file says. */
static void keeps_shared_caps(void **state)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    struct policy_rules base = rules_default(), user;
    struct caps_input in = { .rules = &user,
                             .installation = &base,
                             .to = STR("+12025550123"),
                             .unknown = true,
                             .segments = 1,
                             .now_ms = NOW };
    struct cap_use uses[CAPS_MOST];
    static const struct str file = STR("unknown-senders none\nanswers-in-total 5 per day\n");

    (void)state;
    assert_true(rules_parse(file, &base, &arena, &user, NULL));
    assert_int_equal(caps_list(&in, uses), 2);
    assert_int_equal(uses[0].key.kind, CAP_UNKNOWN_PREFIX);
    assert_int_equal(uses[1].key.kind, CAP_UNKNOWN_TOTAL);
}

/* A full day passes again at midnight; a text larger than the whole budget never does. */
static void says_when_again(void **state)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    struct policy_rules rules = rules_default();
    struct caps_input in = { .rules = &rules,
                             .installation = &rules,
                             .own_phone = STR("+12025550100"),
                             .to = STR("+12025550123"),
                             .segments = 1,
                             .now_ms = NOW };
    struct cap_use uses[CAPS_MOST];
    size_t count;

    (void)state;
    rules.budget_segments.most = 2;
    count = caps_list(&in, uses);
    uses[0].used = 2;
    assert_int_equal(caps_check(&in, uses, count, &arena).retry_ms, 1795219200000 + 86400000);
    in.segments = 3;
    count = caps_list(&in, uses);
    assert_int_equal(caps_check(&in, uses, count, &arena).retry_ms, 0);
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(cases) + 3] = {
        cmocka_unit_test(lists_keys),
        cmocka_unit_test(keeps_shared_caps),
        cmocka_unit_test(says_when_again),
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        tests[i + 3] = (struct CMUnitTest){ cases[i].name, judges, NULL, NULL, (void *)&cases[i] };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
