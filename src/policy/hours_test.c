/*
 * hours_test.c - quiet and opening hours, at their edges, across zones and changes of the clocks.
 *
 * Rows give wall clocks of one zone, so that they can be read; 2026-11-22 is a Sunday. Clocks in
 * New York go forward on 2026-03-08 and back on 2026-11-01.
 */
#include "policy/hours.h"

// clang-format off
#include <setjmp.h>
#include <cmocka.h>
// clang-format on

#define NY "America/New_York"
#define CHICAGO "America/Chicago"
#define NOT_QUIET NULL

// clang-format off
static const struct quiet_case {
    const char *name, *rules, *phone, *zone, *known; /* zone: of the two times; known: recipient's */
    const char *at, *until; /* NOT_QUIET: may leave at once */
    const char *rule;
} quiets[] = {
    { "noon", "", "+12125550100", NY, "", "2026-11-20T12:00", NOT_QUIET, NULL },
    { "a minute before nine at night", "", "+12125550100", NY, "", "2026-11-20T20:59", NOT_QUIET, NULL },
    { "nine at night", "", "+12125550100", NY, "", "2026-11-20T21:00", "2026-11-21T09:00", "quiet hours" },
    { "after midnight", "", "+12125550100", NY, "", "2026-11-21T00:10", "2026-11-21T09:00", "quiet hours" },
    { "a minute before nine", "", "+12125550100", NY, "", "2026-11-21T08:59", "2026-11-21T09:00", "quiet hours" },
    { "nine in the morning", "", "+12125550100", NY, "", "2026-11-21T09:00", NOT_QUIET, NULL },
    { "Florida before eight at night", "", "+13055550100", NY, "", "2026-11-20T19:59", NOT_QUIET, NULL },
    { "Florida at eight at night", "", "+13055550100", NY, "", "2026-11-20T20:00", "2026-11-21T09:00", "the law of Florida" },
    { "Florida's law outlives a later rule", "quiet 23:00-06:00", "+13055550100", NY, "", "2026-11-20T20:00", "2026-11-21T08:00", "the law of Florida" },
    { "West Florida waits for its western half", "", "+18505550100", NY, "", "2026-11-20T09:00", "2026-11-20T10:00", "quiet hours" },
    { "and stops with its eastern one", "", "+18505550100", NY, "", "2026-11-20T20:00", "2026-11-21T10:00", "the law of Florida" },
    { "Texas on Saturday morning", "", "+12145550100", CHICAGO, "", "2026-11-21T10:00", NOT_QUIET, NULL },
    { "Texas on Sunday morning", "", "+12145550100", CHICAGO, "", "2026-11-22T10:00", "2026-11-22T12:00", "the law of Texas" },
    { "Texas on Sunday afternoon", "", "+12145550100", CHICAGO, "", "2026-11-22T12:00", NOT_QUIET, NULL },
    { "Alabama not on Sundays", "", "+12055550100", CHICAGO, "", "2026-11-21T20:00", "2026-11-23T09:00", "the law of Alabama" },
    { "Rhode Island on Friday evening", "", "+14015550100", NY, "", "2026-11-20T18:30", "2026-11-21T10:00", "the law of Rhode Island" },
    { "Rhode Island on Saturday evening", "", "+14015550100", NY, "", "2026-11-21T17:00", "2026-11-23T09:00", "the law of Rhode Island" },
    { "New York has no law of its own here", "", "+12125550100", NY, "", "2026-11-22T09:30", NOT_QUIET, NULL },
    { "London", "", "+447700900123", "Europe/London", "", "2026-11-20T22:00", "2026-11-21T09:00", "quiet hours" },
    { "London while it is night in New York", "", "+447700900123", NY, "", "2026-11-20T04:30", NOT_QUIET, NULL },
    { "a code nobody has waits for Hawaii", "", "+15550100", NY, "", "2026-11-20T13:00", "2026-11-20T14:00", "quiet hours" },
    { "and stops with New York", "", "+15550100", NY, "", "2026-11-20T21:00", "2026-11-21T14:00", "quiet hours" },
    { "Russia waits for Kaliningrad", "", "+79005550100", "Europe/Moscow", "", "2026-11-20T09:00", "2026-11-20T10:00", "quiet hours" },
    { "and stops with Kamchatka", "", "+79005550100", "Europe/Moscow", "", "2026-11-20T12:00", "2026-11-21T10:00", "quiet hours" },
    { "no common hour: the main zone decides", "quiet 12:00-11:00", "+79005550100", "Europe/Moscow", "", "2026-11-20T11:30", NOT_QUIET, NULL },
    { "no common hour, at the wrong one", "quiet 12:00-11:00", "+79005550100", "Europe/Moscow", "", "2026-11-20T12:00", "2026-11-21T11:00", "quiet hours" },
    { "a known zone is believed", "", "+12125550100", NY, "Europe/Berlin", "2026-11-20T15:30", "2026-11-21T03:00", "quiet hours" },
    { "the state's law stays with a known zone", "", "+13055550100", CHICAGO, CHICAGO, "2026-11-20T20:30", "2026-11-21T09:00", "the law of Florida" },
    { "a zone that is none is not believed", "", "+12125550100", NY, "Mars/Base", "2026-11-20T12:00", NOT_QUIET, NULL },
    { "never quiet", "quiet none", "+12125550100", NY, "", "2026-11-20T03:00", NOT_QUIET, NULL },
    { "never quiet, state laws neither", "quiet none", "+14015550100", NY, "", "2026-11-22T03:00", NOT_QUIET, NULL },
    { "quiet at noon", "quiet 12:00-14:00", "+12125550100", NY, "", "2026-11-20T13:00", "2026-11-20T14:00", "quiet hours" },
    { "before it", "quiet 12:00-14:00", "+12125550100", NY, "", "2026-11-20T11:59", NOT_QUIET, NULL },
    { "from Texas' law into quiet at noon", "quiet 12:00-14:00", "+12145550100", CHICAGO, "", "2026-11-22T11:00", "2026-11-22T14:00", "the law of Texas" },
    { "quiet until midnight", "quiet 20:00-24:00", "+12125550100", NY, "", "2026-11-20T23:00", "2026-11-21T00:00", "quiet hours" },
    { "the night when clocks go forward", "", "+12125550100", NY, "", "2026-03-08T01:30", "2026-03-08T09:00", "quiet hours" },
    { "the night when clocks go back", "", "+12125550100", NY, "", "2026-11-01T00:30", "2026-11-01T09:00", "quiet hours" },
    { "an end that clocks skip", "quiet 22:00-02:30", "+12125550100", NY, "", "2026-03-08T01:00", "2026-03-08T03:30", "quiet hours" },
    { "a short code has no place", "", "72345", "UTC", "", "2026-11-20T22:00", "2026-11-21T09:00", "quiet hours" },
    { "nothing at all", "", "", "UTC", "", "2026-11-20T12:00", NOT_QUIET, NULL },
};

static const struct opening_case {
    const char *name, *rules, *zone, *at;
    const char *next; /* NULL: open; "never" */
} openings[] = {
    { "no hours are always open", "", NY, "2026-11-22T03:00", NULL },
    { "open", "open mon-fri 09:00-17:00", NY, "2026-11-20T09:00", NULL },
    { "the last minute", "open mon-fri 09:00-17:00", NY, "2026-11-20T16:59", NULL },
    { "closing time", "open mon-fri 09:00-17:00", NY, "2026-11-20T17:00", "2026-11-23T09:00" },
    { "the weekend", "open mon-fri 09:00-17:00", NY, "2026-11-22T12:00", "2026-11-23T09:00" },
    { "before opening", "open mon-fri 09:00-17:00", NY, "2026-11-20T08:59", "2026-11-20T09:00" },
    { "the user's zone, not ours", "open mon-fri 09:00-17:00", "Europe/Berlin", "2026-11-20T08:30", "2026-11-20T09:00" },
    { "lunch", "open fri 09:00-12:00\nopen fri 13:00-17:00", NY, "2026-11-20T12:30", "2026-11-20T13:00" },
    { "ranges in any order", "open fri 13:00-17:00\nopen fri 09:00-12:00", NY, "2026-11-20T08:00", "2026-11-20T09:00" },
    { "ranges that touch", "open fri 13:00-17:00\nopen fri 09:00-13:00", NY, "2026-11-20T13:00", NULL },
    { "past midnight, still Friday's", "open fri 18:00-02:00", NY, "2026-11-21T01:59", NULL },
    { "past Friday's end", "open fri 18:00-02:00", NY, "2026-11-21T02:00", "2026-11-27T18:00" },
    { "Friday's small hours are Thursday's", "open fri 18:00-02:00", NY, "2026-11-20T01:00", "2026-11-20T18:00" },
    { "a holiday", "open daily 09:00-17:00\nclosed 2026-12-25", NY, "2026-12-25T10:00", "2026-12-26T09:00" },
    { "the night before a holiday still runs", "open daily 18:00-02:00\nclosed 2026-12-25", NY, "2026-12-25T01:00", NULL },
    { "a holiday without opening hours", "closed 2026-12-25", NY, "2026-12-25T10:00", "2026-12-26T00:00" },
    { "the day after it", "closed 2026-12-25", NY, "2026-12-26T00:00", NULL },
    { "once a year", "open mon 09:00-10:00\nclosed 2026-11-23\nclosed 2026-11-30", NY, "2026-11-22T10:00", "2026-12-07T09:00" },
    { "clocks go forward over the opening", "open sun 02:30-05:00", NY, "2026-03-08T01:59", "2026-03-08T03:30" },
    { "an hour lost is no hour gained", "open daily 09:00-17:00", NY, "2026-03-08T17:00", "2026-03-09T09:00" },
    { "no zone is UTC", "open daily 09:00-17:00", "", "2026-11-20T17:00", "2026-11-21T09:00" },
};
// clang-format on

static int64_t moment(const char *text, const char *zone)
{
    int64_t number[5];
    static const size_t start[] = { 0, 5, 8, 11, 14 }, len[] = { 4, 2, 2, 2, 2 };
    struct local_day day;

    for (size_t i = 0; i < ARRAY_LEN(number); i++)
        assert_true(str_to_int(str_slice(str_of(text), start[i], len[i]), &number[i]));
    assert_true(day_make((int)number[0], (int)number[1], (int)number[2], &day));
    return zone_instant(str_of(zone), day, (int)(number[3] * 60 + number[4]));
}

static struct policy_rules rules_of(const char *text, struct arena *arena)
{
    struct policy_rules base = rules_default(), rules;
    struct err err = { 0 };

    if (!rules_parse(str_of(text), &base, arena, &rules, &err))
        fail_msg("%s", err.text);
    return rules;
}

static void keeps_quiet(void **state)
{
    const struct quiet_case *c = *state;
    CLEANUP(arena_release) struct arena arena = { 0 };
    struct policy_rules rules = rules_of(c->rules, &arena);
    int64_t now_ms = moment(c->at, c->zone);
    struct quiet quiet = quiet_check(&rules, str_of(c->phone), str_of(c->known), now_ms);

    assert_int_equal(quiet.quiet, c->until != NOT_QUIET);
    assert_int_equal(quiet.until_ms, c->until ? moment(c->until, c->zone) : now_ms);
    if (c->rule)
        assert_string_equal(quiet.rule, c->rule);
    else
        assert_null(quiet.rule);
}

static void knows_opening(void **state)
{
    const struct opening_case *c = *state;
    CLEANUP(arena_release) struct arena arena = { 0 };
    struct policy_rules rules = rules_of(c->rules, &arena);
    int64_t now_ms = moment(c->at, c->zone);
    struct opening opening = opening_check(&rules, str_of(c->zone), now_ms);

    assert_int_equal(opening.open, c->next == NULL);
    assert_int_equal(opening.next_ms, c->next ? moment(c->next, c->zone) : now_ms);
    assert_true(opening.open || opening.period != 0);
}

/* In the hour that clocks show twice: quiet ends at the first 01:30, and comes back at the second
 * 01:00 until 01:30. */
static void counts_on_in_repeated_hour(void **state)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    struct policy_rules rules = rules_of("quiet 22:00-01:30", &arena);
    struct str phone = STR("+12125550100");
    int64_t first_ms = moment("2026-11-01T01:00", NY), minute_ms = 60000;
    struct quiet quiet = quiet_check(&rules, phone, (struct str){ 0 }, first_ms);

    (void)state;
    assert_int_equal(quiet.until_ms, first_ms + 30 * minute_ms);
    quiet = quiet_check(&rules, phone, (struct str){ 0 }, first_ms + 75 * minute_ms);
    assert_int_equal(quiet.until_ms, first_ms + 90 * minute_ms);
}

/* Whenever and whoever: what is held may leave when it is said to, and not a minute before. */
static void until_is_exact(void **state)
{
    static const char *const phones[] = { "+12125550100", "+13055550100", "+18505550100",
                                          "+12145550100", "+14015550100", "+15550100",
                                          "+79005550100", "+61255550100", "+5511955550100" };
    struct policy_rules rules = rules_default();
    int64_t at_ms = moment("2026-02-27T00:07", "UTC");

    (void)state;
    for (int i = 0; i < 1500; i++, at_ms += INT64_C(37) * 60000) {
        struct str phone = str_of(phones[(size_t)i % ARRAY_LEN(phones)]), zone = { 0 };
        struct quiet quiet = quiet_check(&rules, phone, zone, at_ms);

        if (!quiet.quiet)
            continue;
        assert_true(quiet.until_ms > at_ms);
        assert_false(quiet_check(&rules, phone, zone, quiet.until_ms).quiet);
        assert_true(quiet_check(&rules, phone, zone, quiet.until_ms - 60000).quiet);
    }
}

/* All of one closed stretch has one period, and the next stretch another. */
static void names_periods(void **state)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    struct policy_rules rules = rules_of("open mon-fri 09:00-17:00", &arena);
    struct str zone = STR(NY);
    int64_t friday = opening_check(&rules, zone, moment("2026-11-20T17:00", NY)).period;

    (void)state;
    assert_int_equal(opening_check(&rules, zone, moment("2026-11-22T23:59", NY)).period, friday);
    assert_int_equal(opening_check(&rules, zone, moment("2026-11-23T08:59", NY)).period, friday);
    assert_int_not_equal(opening_check(&rules, zone, moment("2026-11-23T17:00", NY)).period,
                         friday);
}

static void may_never_open(void **state)
{
    struct rules_hours hours = { 0, 0, 60 }; /* on no day: files cannot say so, callers can */
    struct policy_rules rules = rules_default();
    struct opening opening;

    (void)state;
    rules.open = &hours;
    rules.open_count = 1;
    opening = opening_check(&rules, (struct str){ 0 }, moment("2026-11-20T17:00", NY));
    assert_false(opening.open);
    assert_true(opening.next_ms == OPENING_FOREVER);
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(quiets) + ARRAY_LEN(openings) + 4] = {
        cmocka_unit_test(counts_on_in_repeated_hour),
        cmocka_unit_test(until_is_exact),
        cmocka_unit_test(names_periods),
        cmocka_unit_test(may_never_open),
    };
    size_t n = 4;

    for (size_t i = 0; i < ARRAY_LEN(quiets); i++)
        tests[n++] =
            (struct CMUnitTest){ quiets[i].name, keeps_quiet, NULL, NULL, (void *)&quiets[i] };
    for (size_t i = 0; i < ARRAY_LEN(openings); i++)
        tests[n++] = (struct CMUnitTest){ openings[i].name, knows_opening, NULL, NULL,
                                          (void *)&openings[i] };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
