/*
 * date_test.c - dates of the REST API.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "provider/twilio/inside.h"

static const struct date_case {
    const char *name, *text;
    int64_t want_ms; /* -1: no date */
} cases[] = {
    { "the documented form", "Fri, 13 Aug 2010 01:16:22 +0000", INT64_C(1281662182000) },
    { "the first second", "Thu, 01 Jan 1970 00:00:00 +0000", 0 },
    { "a leap day", "Thu, 29 Feb 2024 12:00:00 +0000", INT64_C(1709208000000) },
    { "the day after a leap day", "Fri, 01 Mar 2024 00:00:00 +0000", INT64_C(1709251200000) },
    { "a year without one", "Mon, 01 Mar 2100 00:00:00 +0000", INT64_C(4107542400000) },
    { "the last second of a year", "Thu, 31 Dec 2026 23:59:59 +0000", INT64_C(1798761599000) },
    { "east of Greenwich", "Fri, 13 Aug 2010 03:16:22 +0200", INT64_C(1281662182000) },
    { "west of it", "Thu, 12 Aug 2010 20:46:22 -0430", INT64_C(1281662182000) },
    { "the zone by name", "Fri, 13 Aug 2010 01:16:22 GMT", INT64_C(1281662182000) },
    { "no day's name", "13 Aug 2010 01:16:22 +0000", INT64_C(1281662182000) },
    { "one digit", "Sun, 1 Aug 2010 00:00:00 +0000", INT64_C(1280620800000) },
    { "no seconds", "Fri, 13 Aug 2010 01:16 +0000", INT64_C(1281662160000) },
    { "nothing", "", -1 },
    { "an ISO date", "2010-08-13T01:16:22Z", -1 },
    { "no zone", "Fri, 13 Aug 2010 01:16:22", -1 },
    { "a zone that is none", "Fri, 13 Aug 2010 01:16:22 MESZ", -1 },
    { "something after it", "Fri, 13 Aug 2010 01:16:22 +0000 (UTC)", -1 },
    { "a month that is none", "Fri, 13 ugS 2010 01:16:22 +0000", -1 },
    { "a month in another language", "Fr, 13 Mai 2010 01:16:22 +0000", -1 },
    { "day 0", "Fri, 00 Aug 2010 01:16:22 +0000", -1 },
    { "day 32", "Fri, 32 Aug 2010 01:16:22 +0000", -1 },
    { "hour 24", "Fri, 13 Aug 2010 24:16:22 +0000", -1 },
    { "minute 60", "Fri, 13 Aug 2010 01:60:22 +0000", -1 },
    { "a year of two digits", "Fri, 13 Aug 10 01:16:22 +0000", -1 },
    { "a year before time began", "Wed, 31 Dec 1969 23:59:59 +0000", -1 },
    { "a number that overflows", "Fri, 99999999999999999999 Aug 2010 01:16:22 +0000", -1 },
};

static void parses(void **state)
{
    const struct date_case *c = *state;
    int64_t at_ms = -1;

    assert_int_equal(twilio_parse_date(str_of(c->text), &at_ms), c->want_ms >= 0);
    assert_true(at_ms == c->want_ms);
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(cases)];

    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        tests[i] = (struct CMUnitTest){ cases[i].name, parses, NULL, NULL, (void *)&cases[i] };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
