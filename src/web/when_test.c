/*
 * when_test.c - times and days as people write them.
 *
 * The milliseconds were computed with another program (GNU date).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "web/when.h"

static const struct time_case {
    const char *name, *text;
    bool ok;
    int64_t want_ms;
} times[] = {
    { "the beginning", "1970-01-01T00:00:00Z", true, 0 },
    { "UTC", "2026-11-21T08:30:00Z", true, 1795249800000 },
    { "milliseconds", "2026-11-21T08:30:00.250Z", true, 1795249800250 },
    { "finer than milliseconds", "2026-11-21T08:30:00.250999Z", true, 1795249800250 },
    { "tenths", "2026-11-21T08:30:00.5Z", true, 1795249800500 },
    { "east of Greenwich", "2026-11-21T09:30:00+01:00", true, 1795249800000 },
    { "west of Greenwich", "2026-11-21T02:00:00-06:30", true, 1795249800000 },
    { "small letters", "2026-11-21t08:30:00z", true, 1795249800000 },
    { "a blank for the T", "2026-11-21 08:30:00Z", true, 1795249800000 },
    { "a leap day", "2028-02-29T00:00:00Z", true, 1835395200000 },
    { "the leap day of 2000", "2000-02-29T00:00:00Z", true, 951782400000 },
    { "a leap second", "2016-12-31T23:59:60Z", true, 1483228800000 },
    { "no offset", "2026-11-21T08:30:00", false, 0 },
    { "an offset without colon", "2026-11-21T08:30:00+0100", false, 0 },
    { "no seconds", "2026-11-21T08:30Z", false, 0 },
    { "no leap day", "2026-02-29T00:00:00Z", false, 0 },
    { "no leap day in 2100", "2100-02-29T00:00:00Z", false, 0 },
    { "month 13", "2026-13-01T00:00:00Z", false, 0 },
    { "month 0", "2026-00-01T00:00:00Z", false, 0 },
    { "day 0", "2026-01-00T00:00:00Z", false, 0 },
    { "hour 24", "2026-01-01T24:00:00Z", false, 0 },
    { "minute 60", "2026-01-01T00:60:00Z", false, 0 },
    { "second 61", "2026-01-01T00:00:61Z", false, 0 },
    { "offset 24:00", "2026-01-01T00:00:00+24:00", false, 0 },
    { "a dot and nothing", "2026-01-01T00:00:00.Z", false, 0 },
    { "something behind", "2026-01-01T00:00:00Z ", false, 0 },
    { "only a day", "2026-01-01", false, 0 },
    { "before 1970", "1969-12-31T23:59:59Z", false, 0 },
    { "a number", "1795249800", false, 0 },
    { "nothing", "", false, 0 },
};

static void reads_time(void **state)
{
    const struct time_case *c = *state;
    int64_t ms = 0;

    assert_int_equal(when_parse(str_of(c->text), &ms), c->ok);
    if (c->ok)
        assert_int_equal(ms, c->want_ms);
}

static void a_nul_inside_is_refused(void **state)
{
    int64_t ms;

    (void)state;
    assert_false(when_parse(str_make("2026-11-21T08:30:00\0", 20), &ms));
}

static void days_go_there_and_back(void **state)
{
    char text[WHEN_DAY_BYTES];
    int64_t day;

    (void)state;
    for (int64_t want = 0; want < 2932897; want += 97) { /* to the end of 9999 */
        assert_true(when_parse_day(when_format_day(want, text), &day));
        assert_int_equal(day, want);
    }
    assert_true(str_is(when_format_day(20778, text), "2026-11-21"));
    assert_false(when_parse_day(str_of("2026-11-31"), &day));
    assert_false(when_parse_day(str_of("2026-1-1"), &day));
    assert_false(when_parse_day(str_of("2026-11-21T00:00:00Z"), &day));
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(times) + 2];

    for (size_t i = 0; i < ARRAY_LEN(times); i++)
        tests[i] = (struct CMUnitTest){ times[i].name, reads_time, NULL, NULL, (void *)&times[i] };
    tests[ARRAY_LEN(times)] = (struct CMUnitTest)cmocka_unit_test(a_nul_inside_is_refused);
    tests[ARRAY_LEN(times) + 1] = (struct CMUnitTest)cmocka_unit_test(days_go_there_and_back);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
