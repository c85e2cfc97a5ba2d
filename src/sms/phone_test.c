/*
 * phone_test.c - shapes of addresses, what people type, and what they read.
 *
 * All numbers are fictional: 555-01xx of North America, Ofcom's drama ranges for the United
 * Kingdom, and made-up ones of countries without such ranges are avoided.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sms/phone.h"

static const struct kind_case {
    const char *name, *address;
    enum phone_kind want;
} kind_cases[] = {
    { "E.164", "+12025550100", PHONE_E164 },
    { "E.164 of 8 digits", "+15550100", PHONE_E164 },
    { "E.164 of 15 digits", "+155501000000000", PHONE_E164 },
    { "7 digits are too few", "+1555010", PHONE_NONE },
    { "16 digits are too many", "+1555010000000000", PHONE_NONE },
    { "no country begins with 0", "+02025550100", PHONE_NONE },
    { "a blank inside", "+1 2025550100", PHONE_NONE },
    { "a blank behind", "+12025550100 ", PHONE_NONE },
    { "a letter inside", "+1202555010a", PHONE_NONE },
    { "two pluses", "++12025550100", PHONE_NONE },
    { "a plus alone", "+", PHONE_NONE },
    { "no plus", "12025550100", PHONE_NONE },
    { "full-width digits", "+１２０２５５５０１００", PHONE_NONE },
    { "another channel", "whatsapp:+12025550100", PHONE_NONE },
    { "a short code of 5", "55501", PHONE_SHORT_CODE },
    { "a short code of 3", "555", PHONE_SHORT_CODE },
    { "a short code of 8", "55501000", PHONE_SHORT_CODE },
    { "two digits", "55", PHONE_NONE },
    { "nine digits", "555010000", PHONE_NONE },
    { "a name", "Acme", PHONE_ALPHANUMERIC },
    { "a name with signs", "A&B-Co_1.+ ", PHONE_ALPHANUMERIC },
    { "a name of 11", "ElevenChars", PHONE_ALPHANUMERIC },
    { "a name of 12", "TwelveChars1", PHONE_NONE },
    { "a name without letters", "1-2-3-4", PHONE_NONE },
    { "a name with an accent", "Café", PHONE_NONE },
    { "a name with a forbidden sign", "Acme!", PHONE_NONE },
    { "nothing", "", PHONE_NONE },
};

static void tells_kind(void **state)
{
    const struct kind_case *c = *state;

    assert_int_equal(phone_kind(str_of(c->address)), c->want);
}

static void nul_is_no_sign(void **state)
{
    const struct str address = STR("Ac\0me");

    (void)state;
    assert_int_equal(phone_kind(address), PHONE_NONE);
    assert_int_equal(phone_kind((struct str){ 0 }), PHONE_NONE);
}

static const struct parse_case {
    const char *name, *text, *region;
    const char *want; /* NULL: refused, with `why` in the sentence */
    const char *why;
} parse_cases[] = {
    { "E.164 stays", "+12025550100", "", "+12025550100", NULL },
    { "E.164 stays, with any region", "+12025550100", "GB", "+12025550100", NULL },
    { "E.164 stays though its length is wrong there", "+120255501001", "US", "+120255501001",
      NULL },
    { "E.164 of no known country stays", "+99912345678", "", "+99912345678", NULL },
    { "blanks around E.164", "  +12025550100\r\n", "", "+12025550100", NULL },
    { "an area code newer than the metadata", "(555) 010-1234", "US", "+15550101234", NULL },
    { "dots", "202.555.0100", "US", "+12025550100", NULL },
    { "hyphens", "202-555-0100", "US", "+12025550100", NULL },
    { "the trunk digit", "1 (202) 555-0100", "US", "+12025550100", NULL },
    { "a region in small letters", "202 555 0100", "us", "+12025550100", NULL },
    { "Canada's numbers are read alike", "202 555 0100", "CA", "+12025550100", NULL },
    { "international with blanks", "+1 202 555 0100", "", "+12025550100", NULL },
    { "international in another region", "+1 (202) 555-0100", "GB", "+12025550100", NULL },
    { "no-break spaces and a no-break hyphen", "+1\u00A0202\u00A0555\u20110100", "", "+12025550100",
      NULL },
    { "an en dash", "202–555–0100", "US", "+12025550100", NULL },
    { "full-width digits and plus", "＋１２０２５５５０１００", "", "+12025550100", NULL },
    { "full-width brackets", "（２０２）５５５－０１００", "US", "+12025550100", NULL },
    { "Arabic digits", "+١٢٠٢٥٥٥٠١٠٠", "", "+12025550100", NULL },
    { "writing directions of an address book", "\u202A+1 202-555-0100\u202C", "", "+12025550100",
      NULL },
    { "tel:", "tel:+1-202-555-0100", "", "+12025550100", NULL },
    { "TEL: of plain E.164", "TEL:+12025550100", "", "+12025550100", NULL },
    { "sms:", "sms:2025550100", "US", "+12025550100", NULL },
    { "quotes of a table", "\"+1 202 555 0100\"", "", "+12025550100", NULL },
    { "00 where it is the prefix", "00 44 7700 900123", "DE", "+447700900123", NULL },
    { "00 where it is not", "00 44 7700 900123", "US", "+447700900123", NULL },
    { "00 without a region", "00447700900123", "", "+447700900123", NULL },
    { "0011 where it is the prefix", "0011 44 7700 900123", "AU", "+447700900123", NULL },
    { "011 where it is the prefix", "011 44 7700 900123", "US", "+447700900123", NULL },
    { "011 without a region", "011 44 7700 900123", "", "+447700900123", NULL },
    { "011 begins an area code elsewhere", "0113 496 0123", "GB", "+441134960123", NULL },
    { "the trunk 0", "07700 900123", "GB", "+447700900123", NULL },
    { "the trunk 0 in brackets", "+44 (0)7700 900123", "", "+447700900123", NULL },
    { "a country code the metadata lacks", "+999 1234 5678", "", "+99912345678", NULL },

    { "nothing", "", "US", NULL, "missing" },
    { "blanks", " \t", "US", NULL, "missing" },
    { "a plus alone", "+", "US", NULL, "missing" },
    { "punctuation", "(-)", "US", NULL, "missing" },
    { "words", "call me", "US", NULL, "not a phone number" },
    { "letters for digits", "202-555-TEXT", "US", NULL, "no letters" },
    { "an extension", "(202) 555-0100 ext. 5", "US", NULL, "extension" },
    { "an extension by its sign", "(202) 555-0100 #5", "US", NULL, "extension" },
    { "two numbers", "+12025550100, +12025550101", "", NULL, "no letters" },
    { "a second plus", "1+2025550100", "US", NULL, "at its start" },
    { "an e-mail address", "someone@example.org", "US", NULL, "not a phone number" },
    { "an emoji", "📞 202 555 0100", "US", NULL, "not a phone number" },
    { "broken UTF-8", "202\xFF 5550100", "US", NULL, "no letters" },
    { "no area code", "555-0100", "US", NULL, "too short" },
    { "too long for its country", "202 555 0100 0", "US", NULL, "too long" },
    { "international, too short", "+1 202 555", "", NULL, "too short" },
    { "international, too long", "+1 202 555 0100 00", "", NULL, "too long" },
    { "national without a region", "202 555 0100", "", NULL, "no country code" },
    { "national with a region that is none", "202 555 0100", "XX", NULL, "no country code" },
    { "an area code that begins 011, without a region", "0113 496 0123", "", NULL,
      "no country code" },
    { "no country begins with 0", "+0 202 555 0100", "", NULL, "phone number" },
    { "a short code", "55501", "US", NULL, "too short" },
    { "more than a number has room for",
      "+1 202 555 0100                                                        x", "", NULL,
      "too long" },
};

static void parses(void **state)
{
    const struct parse_case *c = *state;
    CLEANUP(arena_release) struct arena arena = { 0 };
    struct str got = STR("untouched");
    struct err err = { 0 };
    bool ok = phone_parse(str_of(c->text), str_of(c->region), &arena, &got, &err);

    assert_int_equal(ok, c->want != NULL);
    if (ok) {
        assert_string_equal(got.ptr, c->want);
        assert_int_equal(phone_kind(got), PHONE_E164);
        assert_int_equal(err.kind, ERR_NONE);
        return;
    }
    assert_true(str_is(got, "untouched"));
    assert_int_equal(err.kind, ERR_INVALID);
    assert_non_null(strstr(err.text, c->why));
    assert_non_null(strstr(err.text, "+12025550100"));
}

static const struct show_case {
    const char *name, *e164, *region, *shown, *country;
} show_cases[] = {
    { "abroad", "+12025550100", "GB", "+1 202-555-0100", "US" },
    { "without a region", "+12025550100", "", "+1 202-555-0100", "US" },
    { "at home", "+12025550100", "US", "(202) 555-0100", "US" },
    { "at home in small letters", "+12025550100", "us", "(202) 555-0100", "US" },
    { "a neighbour with the same country code", "+12025550100", "CA", "+1 202-555-0100", "US" },
    { "a Canadian number", "+16135550123", "US", "+1 613-555-0123", "CA" },
    { "an area code newer than the metadata", "+15550101234", "US", "(555) 010-1234", "" },
    { "the same abroad", "+15550101234", "", "+1 555-010-1234", "" },
    { "a range that the metadata lacks", "+447700900123", "GB", "07700 900123", "GB" },
    { "the same abroad", "+447700900123", "US", "+44 7700 900123", "GB" },
    { "no known country", "+99912345678", "US", "+99912345678", "" },
    { "a service of no country", "+80000000000", "US", "+800 0000 0000", "" },
    { "a short code", "55501", "US", "55501", "" },
    { "a name", "Acme", "US", "Acme", "" },
    { "nothing", "", "US", "", "" },
};

static void shows(void **state)
{
    const struct show_case *c = *state;
    CLEANUP(arena_release) struct arena arena = { 0 };
    struct str shown = phone_display(str_of(c->e164), str_of(c->region), &arena);
    struct str country = phone_country(str_of(c->e164), &arena);

    assert_string_equal(shown.ptr, c->shown);
    assert_string_equal(country.ptr, c->country);
}

int main(void)
{
    struct CMUnitTest
        tests[ARRAY_LEN(kind_cases) + ARRAY_LEN(parse_cases) + ARRAY_LEN(show_cases) + 1];
    size_t count = 0;

    tests[count++] = (struct CMUnitTest)cmocka_unit_test(nul_is_no_sign);
    for (size_t i = 0; i < ARRAY_LEN(kind_cases); i++)
        tests[count++] = (struct CMUnitTest){ kind_cases[i].name, tells_kind, NULL, NULL,
                                              (void *)&kind_cases[i] };
    for (size_t i = 0; i < ARRAY_LEN(parse_cases); i++)
        tests[count++] =
            (struct CMUnitTest){ parse_cases[i].name, parses, NULL, NULL, (void *)&parse_cases[i] };
    for (size_t i = 0; i < ARRAY_LEN(show_cases); i++)
        tests[count++] =
            (struct CMUnitTest){ show_cases[i].name, shows, NULL, NULL, (void *)&show_cases[i] };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
