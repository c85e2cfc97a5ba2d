/*
 * nanp_test.c - countries, states and zones by the first digits, and the two tables themselves.
 *
 * The tables are checked against libphonenumber where that has an opinion, and every zone against
 * the system's zone database.
 */
#include "sms/nanp.h"

// clang-format off
#include <setjmp.h>
#include <cmocka.h>
// clang-format on

#include "base/arena.h"
#include "base/zone.h"
#include "sms/nanp_table.h"
#include "sms/phone.h"

// clang-format off
static const struct place_case {
    const char *name, *phone, *country, *region, *zone; /* zone: the first */
} cases[] = {
    { "Washington, D.C.", "+12025550100", "US", "DC", "America/New_York" },
    { "Florida", "+13055550100", "US", "FL", "America/New_York" },
    { "El Paso is Texas on mountain time too", "+19155550100", "US", "TX", "America/Chicago" },
    { "Arizona", "+16025550100", "US", "AZ", "America/Phoenix" },
    { "Ontario keeps New York's time", "+14165550100", "CA", "ON", "America/New_York" },
    { "Newfoundland", "+17095550100", "CA", "NL", "America/St_Johns" },
    { "Canada's north", "+18675550100", "CA", "", "America/Denver" },
    { "Jamaica is not the US", "+18765550100", "JM", "", "America/Jamaica" },
    { "Jamaica's second code", "+16585550100", "JM", "", "America/Jamaica" },
    { "the Dominican Republic", "+18095550100", "DO", "", "America/Santo_Domingo" },
    { "its third code", "+18495550100", "DO", "", "America/Santo_Domingo" },
    { "Turks and Caicos", "+16495550100", "TC", "", "America/Grand_Turk" },
    { "the Bahamas", "+12425550100", "BS", "", "America/Nassau" },
    { "Puerto Rico has a code of its own", "+17875550100", "PR", "", "America/Puerto_Rico" },
    { "Guam", "+16715550100", "GU", "", "Pacific/Guam" },
    { "the films' code counts as US", "+15550100", "US", "", "America/New_York" },
    { "so does one that nobody has", "+12995550100", "US", "", "America/New_York" },
    { "and toll-free", "+18005550100", "US", "", "America/New_York" },
    { "Twilio's test numbers", "+15005550006", "US", "", "America/New_York" },
    { "personal numbers are in no country", "+15215550100", "", "", "America/New_York" },
    { "premium numbers are in no country", "+19005550100", "", "", "America/New_York" },
    { "a bare +1", "+1", "US", "", "America/New_York" },
    { "Britain", "+447700900123", "GB", "", "Europe/London" },
    { "Germany", "+4915550100", "DE", "", "Europe/Berlin" },
    { "Russia", "+79005550100", "RU", "", "Europe/Moscow" },
    { "Kazakhstan shares +7", "+77005550100", "KZ", "", "Asia/Almaty" },
    { "Curacao shares +599", "+59995550100", "CW", "", "America/Curacao" },
    { "the rest of +599", "+59935550100", "BQ", "", "America/Kralendijk" },
    { "Portugal", "+351915550100", "PT", "", "Europe/Lisbon" },
    { "satellites", "+881655550100", "", "", "UTC" },
    { "international premium", "+979155550100", "", "", "UTC" },
    { "a code nobody has", "+999155550100", "", "", "UTC" },
    { "a short code", "72345", "", "", "UTC" },
    { "a name", "ACME", "", "", "UTC" },
    { "no plus", "12025550100", "", "", "UTC" },
    { "a plus alone", "+", "", "", "UTC" },
    { "a zero first", "+02025550100", "", "", "UTC" },
    { "another channel", "whatsapp:+12025550100", "", "", "UTC" },
    { "nothing", "", "", "", "UTC" },
};
// clang-format on

static void finds_place(void **state)
{
    const struct place_case *c = *state;
    struct phone_place place = phone_place(str_of(c->phone));
    struct str zones = str_of(place.zones), zone;

    assert_string_equal(place.country, c->country);
    assert_string_equal(phone_country_code(str_of(c->phone)), c->country);
    assert_string_equal(place.region, c->region);
    assert_true(phone_zone_next(&zones, &zone));
    assert_true(str_is(zone, c->zone));
}

static void check_zones(const char *zones)
{
    struct str rest = str_of(zones), zone;

    while (phone_zone_next(&rest, &zone)) {
        if (zone.len == 0 || !zone_known(zone))
            fail_msg("no such zone: %.*s", STR_ARGS(zone));
    }
}

static void tables_are_sorted(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(areas); i++) {
        assert_in_range(areas[i].code, 200, 999);
        assert_true(i == 0 || areas[i - 1].code < areas[i].code);
        check_zones(areas[i].zones);
    }
    for (size_t i = 0; i < ARRAY_LEN(calling_codes); i++) {
        assert_true(i == 0 || calling_codes[i - 1].code < calling_codes[i].code);
        assert_int_equal(strlen(calling_codes[i].country), 2);
        check_zones(calling_codes[i].zones);
    }
}

/* libphonenumber's data is older than ours: it knows no code that we lack, and may lack some. */
static void agrees_with_libphonenumber(void **state)
{
    CLEANUP(arena_release) struct arena arena = { 0 };

    (void)state;
    for (int code = 200; code <= 999; code++) {
        struct str phone = arena_printf(&arena, "+1%d2345678", code);
        struct str theirs = phone_country(phone, &arena);
        const char *ours = phone_country_code(phone);

        if (theirs.len > 0 && *ours && !str_is(theirs, ours))
            fail_msg("%d: %s, but libphonenumber says %.*s", code, ours, STR_ARGS(theirs));
    }
}

static void knows_countries(void **state)
{
    (void)state;
    assert_true(phone_country_known((struct str)STR("US")));
    assert_true(phone_country_known((struct str)STR("JM")));
    assert_true(phone_country_known((struct str)STR("GB")));
    assert_false(phone_country_known((struct str)STR("UK")));
    assert_false(phone_country_known((struct str)STR("us")));
    assert_false(phone_country_known((struct str)STR("USA")));
    assert_false(phone_country_known((struct str)STR("")));
    assert_false(phone_country_known((struct str)STR("\0\0")));
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(cases) + 3] = {
        cmocka_unit_test(tables_are_sorted),
        cmocka_unit_test(agrees_with_libphonenumber),
        cmocka_unit_test(knows_countries),
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        tests[i + 3] =
            (struct CMUnitTest){ cases[i].name, finds_place, NULL, NULL, (void *)&cases[i] };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
