/*
 * zone_test.c - wall clocks across changes in both directions, and names that must not be opened.
 *
 * Instants were worked out with GNU date from the same zone database. Zones are picked for their
 * rules: Lord_Howe changes by half an hour, Mexico gave daylight saving up in 2022.
 */
#include "base/zone.h"

// clang-format off
#include <setjmp.h>
#include <cmocka.h>
// clang-format on

// clang-format off
static const struct instant_case {
    const char *name, *zone;
    int year, month, day, minutes;
    int64_t want; /* seconds of Unix time */
} instants[] = {
    { "UTC", "UTC", 2026, 11, 21, 480, 1795248000 },
    { "no zone is UTC", "", 2026, 11, 21, 480, 1795248000 },
    { "an unknown zone is UTC", "Europe/Nowhere", 2026, 11, 21, 480, 1795248000 },
    { "Berlin in winter", "Europe/Berlin", 2026, 11, 21, 540, 1795248000 },
    { "Berlin in summer", "Europe/Berlin", 2026, 7, 1, 600, 1782892800 },
    { "Berlin, the minute before clocks go forward", "Europe/Berlin", 2026, 3, 29, 119, 1774745940 },
    { "Berlin, the minute after", "Europe/Berlin", 2026, 3, 29, 180, 1774746000 },
    { "Berlin, a time that is skipped is as much later", "Europe/Berlin", 2026, 3, 29, 150, 1774747800 },
    { "Berlin, a time that comes twice is the first", "Europe/Berlin", 2026, 10, 25, 150, 1792888200 },
    { "Berlin, after the second", "Europe/Berlin", 2026, 10, 25, 180, 1792893600 },
    { "New York, skipped", "America/New_York", 2026, 3, 8, 150, 1772955000 },
    { "New York, twice", "America/New_York", 2026, 11, 1, 90, 1793511000 },
    { "Lord Howe changes by half an hour", "Australia/Lord_Howe", 2026, 10, 4, 135, 1791042300 },
    { "Mexico City has no summer time any more", "America/Mexico_City", 2026, 7, 1, 540, 1782918000 },
    { "minutes past the day's end", "Europe/Berlin", 2026, 11, 20, 1440 + 540, 1795248000 },
    { "a far year, by the zone's last rule", "Europe/Berlin", 2060, 7, 1, 600, 2855894400 },
};

static const struct local_case {
    const char *name, *zone;
    int64_t at_s;
    int year, month, day, weekday, minutes, offset;
} locals[] = {
    { "UTC", "", 1795248000, 2026, 11, 21, 5, 480, 0 },
    { "east of Greenwich", "Asia/Kolkata", 1795248000, 2026, 11, 21, 5, 810, 330 },
    { "the day before, in the west", "Pacific/Honolulu", 1795248000, 2026, 11, 20, 4, 1320, -600 },
    { "first half past two", "Europe/Berlin", 1792888200, 2026, 10, 25, 6, 150, 120 },
    { "second half past two", "Europe/Berlin", 1792891800, 2026, 10, 25, 6, 150, 60 },
    { "before 1970", "UTC", -1, 1969, 12, 31, 2, 1439, 0 },
};

static const struct name_case {
    const char *name;
    struct str zone;
    bool want;
} names[] = {
    { "a zone", STR("America/Argentina/Buenos_Aires"), true },
    { "a zone with a sign", STR("Etc/GMT+5"), true },
    { "none", STR(""), true },
    { "one that is not there", STR("Europe/Nowhere"), false },
    { "a way up", STR("../../../etc/passwd"), false },
    { "an absolute path", STR("/usr/share/zoneinfo/UTC"), false },
    { "a directory", STR("Europe"), false },
    { "a file that is no zone", STR("zone.tab"), false },
    { "a NUL inside", STR("UTC\0x"), false },
    { "blanks", STR(" UTC"), false },
    { "a rule instead of a name", STR("CET-1CEST,M3.5.0,M10.5.0/3"), false },
};
// clang-format on

static void finds_instant(void **state)
{
    const struct instant_case *c = *state;
    struct local_day day;

    assert_true(day_make(c->year, c->month, c->day, &day));
    assert_int_equal(zone_instant(str_of(c->zone), day, c->minutes), c->want * 1000);
}

static void finds_local(void **state)
{
    const struct local_case *c = *state;
    struct local_time t = zone_local(str_of(c->zone), c->at_s * 1000);

    assert_int_equal(t.day.year, c->year);
    assert_int_equal(t.day.month, c->month);
    assert_int_equal(t.day.day, c->day);
    assert_int_equal(t.day.weekday, c->weekday);
    assert_int_equal(t.minutes, c->minutes);
    assert_int_equal(t.offset_minutes, c->offset);
}

static void knows_name(void **state)
{
    const struct name_case *c = *state;

    assert_int_equal(zone_known(c->zone), c->want);
}

static void counts_days(void **state)
{
    struct local_day day, later;

    (void)state;
    assert_false(day_make(2026, 2, 29, &day));
    assert_false(day_make(2026, 13, 1, &day));
    assert_false(day_make(2026, 1, 0, &day));
    assert_false(day_make(1800, 1, 1, &day));
    assert_true(day_make(2028, 2, 28, &day));
    later = day_add(day, 2);
    assert_int_equal(later.month, 3);
    assert_int_equal(later.day, 1);
    assert_int_equal(later.weekday, 2);
    assert_int_equal(day_distance(day, later), 2);
    assert_int_equal(day_distance(later, day), -2);
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(instants) + ARRAY_LEN(locals) + ARRAY_LEN(names) + 1];
    size_t n = 0;

    for (size_t i = 0; i < ARRAY_LEN(instants); i++)
        tests[n++] = (struct CMUnitTest){ instants[i].name, finds_instant, NULL, NULL,
                                          (void *)&instants[i] };
    for (size_t i = 0; i < ARRAY_LEN(locals); i++)
        tests[n++] =
            (struct CMUnitTest){ locals[i].name, finds_local, NULL, NULL, (void *)&locals[i] };
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        tests[n++] =
            (struct CMUnitTest){ names[i].name, knows_name, NULL, NULL, (void *)&names[i] };
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(counts_days);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
