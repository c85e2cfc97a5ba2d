/*
 * str_test.c - views, numbers, UTF-8, hex, and buffers that refuse to grow.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/str.h"

/* ---- one text in, one text out ---- */

static struct str trimmed(struct str s)
{
    return str_trim(s);
}
static struct str first_three(struct str s)
{
    return str_slice(s, 0, 3);
}
static struct str from_three(struct str s)
{
    return str_slice(s, 3, SIZE_MAX);
}

static const struct text_case {
    const char *name;
    struct str (*function)(struct str s);
    struct str in, want;
} text_cases[] = {
    { "trim takes blanks at both ends", trimmed, STR(" \t\r\n\v\fa b\n "), STR("a b") },
    { "trim leaves nothing of blanks", trimmed, STR(" \n "), STR("") },
    { "trim of nothing", trimmed, STR(""), STR("") },
    { "trim leaves a no-break space", trimmed, STR("\xC2\xA0"), STR("\xC2\xA0") },
    { "trim leaves a NUL", trimmed, STR("\0a\0"), STR("\0a\0") },
    { "slice from the start", first_three, STR("abcdef"), STR("abc") },
    { "slice of less than was asked for", first_three, STR("ab"), STR("ab") },
    { "slice to the end", from_three, STR("abcdef"), STR("def") },
    { "slice from beyond the end", from_three, STR("ab"), STR("") },
};

static void texts(void **state)
{
    const struct text_case *c = *state;

    assert_true(str_equal(c->function(c->in), c->want));
}

static void a_view_of_nothing_is_harmless(void **state)
{
    struct str none = { NULL, 0 }, part;

    (void)state;
    assert_int_equal(str_of(NULL).len, 0);
    assert_true(str_equal(none, str_of("")));
    assert_int_equal(str_trim(none).len, 0);
    assert_null(str_slice(none, 1, 2).ptr);
    assert_int_equal(str_find_char(none, 'a'), -1);
    assert_int_equal(str_find(none, str_of("")), 0);
    assert_int_equal(str_find(none, str_of("a")), -1);
    assert_false(str_cut(&none, ',', &part));
    assert_true(str_is_utf8(none));
}

/* ---- comparing ---- */

static const struct compare_case {
    const char *name;
    struct str a, b;
    int order;                        /* of str_compare */
    bool nocase, starts, ends, holds; /* a and b without case; a starts with, ends with, holds b */
} compare_cases[] = {
    { "equal", STR("abc"), STR("abc"), 0, true, true, true, true },
    { "equal but for case", STR("aBc"), STR("Abc"), 1, true, false, false, false },
    { "umlauts have no case here", STR("\xC3\xA4"), STR("\xC3\x84"), 1, false, false, false,
      false },
    { "a beginning", STR("abc"), STR("ab"), 1, false, true, false, true },
    { "an end", STR("abc"), STR("bc"), -1, false, false, true, true },
    { "a middle", STR("abc"), STR("b"), -1, false, false, false, true },
    { "nothing is in everything", STR("abc"), STR(""), 1, false, true, true, true },
    { "longer than the text", STR("ab"), STR("abc"), -1, false, false, false, false },
    { "bytes are unsigned", STR("\x80"), STR("\x7F"), 1, false, false, false, false },
    { "a NUL is a byte like others", STR("a\0b"), STR("a\0c"), -1, false, false, false, false },
    { "a NUL does not end a text", STR("a\0"), STR("a"), 1, false, true, false, true },
    { "[ is not { without case", STR("["), STR("{"), -1, false, false, false, false },
    { "at sign is not a backtick", STR("@"), STR("`"), -1, false, false, false, false },
};

static void compares(void **state)
{
    const struct compare_case *c = *state;
    int order = str_compare(c->a, c->b);

    assert_int_equal((order > 0) - (order < 0), c->order);
    order = str_compare(c->b, c->a);
    assert_int_equal((order > 0) - (order < 0), -c->order);
    assert_int_equal(str_equal(c->a, c->b), c->order == 0);
    assert_int_equal(str_equal_nocase(c->a, c->b), c->nocase);
    assert_int_equal(str_starts(c->a, c->b), c->starts);
    assert_int_equal(str_ends(c->a, c->b), c->ends);
    assert_int_equal(str_find(c->a, c->b) >= 0, c->holds);
}

/* ---- cutting ---- */

static const struct cut_case {
    const char *name, *text, *parts; /* each part in brackets */
} cut_cases[] = {
    { "three parts", "a,b,c", "[a][b][c]" },      { "one part", "abc", "[abc]" },
    { "nothing is one empty part", "", "[]" },    { "a separator alone", ",", "[][]" },
    { "empty parts count", ",a,,", "[][a][][]" },
};

static void cuts(void **state)
{
    const struct cut_case *c = *state;
    CLEANUP(buf_release) struct buf parts = { 0 };
    struct str rest = str_of(c->text), part;

    while (str_cut(&rest, ',', &part))
        buf_addf(&parts, "[%.*s]", STR_ARGS(part));
    assert_string_equal(buf_text(&parts), c->parts);
}

/* ---- numbers ---- */

static const struct number_case {
    const char *name, *text;
    bool ok;
    int64_t want;
} number_cases[] = {
    { "zero", "0", true, 0 },
    { "a sign", "-7", true, -7 },
    { "a plus", "+7", true, 7 },
    { "leading zeros", "007", true, 7 },
    { "minus zero", "-0", true, 0 },
    { "the largest", "9223372036854775807", true, INT64_MAX },
    { "the smallest", "-9223372036854775808", true, INT64_MIN },
    { "one above the largest", "9223372036854775808", false, 0 },
    { "one below the smallest", "-9223372036854775809", false, 0 },
    { "far above", "99999999999999999999999", false, 0 },
    { "nothing", "", false, 0 },
    { "a sign alone", "-", false, 0 },
    { "two signs", "--1", false, 0 },
    { "a blank before", " 1", false, 0 },
    { "a blank behind", "1 ", false, 0 },
    { "a fraction", "1.0", false, 0 },
    { "hex", "0x10", false, 0 },
    { "a letter", "1a", false, 0 },
    { "a digit of another script", "\xD9\xA1", false, 0 },
};

static void numbers(void **state)
{
    const struct number_case *c = *state;
    int64_t value = -99;

    assert_int_equal(str_to_int(str_of(c->text), &value), c->ok);
    assert_true(value == (c->ok ? c->want : -99));
}

/* ---- UTF-8 ---- */

static const struct utf8_case {
    const char *name;
    struct str bytes;
    bool good;
    size_t count; /* characters, U+FFFD for each bad byte */
    uint32_t last;
} utf8_cases[] = {
    { "ASCII", STR("az"), true, 2, 'z' },
    { "NUL", STR("\0"), true, 1, 0 },
    { "two bytes", STR("\xC2\x80"), true, 1, 0x80 },
    { "three bytes", STR("\xE2\x82\xAC"), true, 1, 0x20AC },
    { "four bytes", STR("\xF0\x9F\x98\x80"), true, 1, 0x1F600 },
    { "the last character", STR("\xF4\x8F\xBF\xBF"), true, 1, 0x10FFFF },
    { "just before the surrogates", STR("\xED\x9F\xBF"), true, 1, 0xD7FF },
    { "U+FFFD itself", STR("\xEF\xBF\xBD"), true, 1, 0xFFFD },
    { "a surrogate", STR("\xED\xA0\x80"), false, 3, 0xFFFD },
    { "beyond the last", STR("\xF4\x90\x80\x80"), false, 4, 0xFFFD },
    { "a continuation alone", STR("\x80"), false, 1, 0xFFFD },
    { "two bytes for ASCII", STR("\xC0\xAF"), false, 2, 0xFFFD },
    { "three bytes for two", STR("\xE0\x80\xAF"), false, 3, 0xFFFD },
    { "four bytes for three", STR("\xF0\x80\x80\xAF"), false, 4, 0xFFFD },
    { "five bytes", STR("\xF8\x88\x80\x80\x80"), false, 5, 0xFFFD },
    { "cut short", STR("\xE2\x82"), false, 2, 0xFFFD },
    { "cut short by ASCII", STR("\xE2\x82z"), false, 3, 'z' },
    { "no such byte", STR("\xFF"), false, 1, 0xFFFD },
};

static void utf8(void **state)
{
    const struct utf8_case *c = *state;
    CLEANUP(buf_release) struct buf again = { 0 };
    size_t at = 0, count = 0;
    uint32_t character = 1;

    assert_int_equal(str_is_utf8(c->bytes), c->good);
    while (str_next_char(c->bytes, &at, &character)) {
        buf_add_utf8(&again, character);
        count++;
    }
    assert_int_equal(count, c->count);
    assert_int_equal(character, c->last);
    assert_int_equal(str_equal(buf_view(&again), c->bytes), c->good);
    assert_true(str_is_utf8(buf_view(&again)));
}

/* ---- hex ---- */

static const struct hex_case {
    const char *name, *hex;
    bool ok; /* as three bytes */
} hex_cases[] = {
    { "lower case", "00ff1a", true },    { "upper case", "00FF1A", true },
    { "mixed case", "00fF1a", true },    { "too short", "00ff", false },
    { "too long", "00ff1a00", false },   { "an odd digit", "00ff1", false },
    { "no hex digit", "00fg1a", false }, { "a blank", "00 f1a", false },
    { "a prefix", "0x00ff", false },
};

static void hex(void **state)
{
    const struct hex_case *c = *state;
    unsigned char bytes[3];
    char text[7] = { 0 };

    assert_int_equal(hex_decode(str_of(c->hex), bytes, sizeof(bytes)), c->ok);
    if (!c->ok)
        return;
    hex_encode(bytes, sizeof(bytes), text);
    assert_string_equal(text, "00ff1a");
}

/* ---- buffers ---- */

static void a_buffer_grows(void **state)
{
    CLEANUP(buf_release) struct buf b = { 0 };

    (void)state;
    assert_string_equal(buf_text(&b), "");
    for (int i = 0; i < 10000; i++)
        buf_addf(&b, "%d,", i % 10);
    assert_false(b.failed);
    assert_int_equal(b.len, 20000);
    assert_int_equal(strlen(buf_text(&b)), 20000);
    buf_clear(&b);
    buf_add_char(&b, 'x');
    assert_true(str_is(buf_view(&b), "x"));
}

static void a_buffer_stops_at_its_limit(void **state)
{
    CLEANUP(buf_release) struct buf b = { .limit = 10 };

    (void)state;
    buf_add_text(&b, "12345");
    buf_add_text(&b, "123456");
    assert_true(b.failed);
    assert_int_equal(b.len, 5); /* what was there stays */
    assert_string_equal(buf_text(&b), "");
    assert_null(buf_extend(&b, 100));
    buf_clear(&b);
    assert_false(b.failed);
    buf_add_text(&b, "1234567890");
    assert_false(b.failed);
}

static void a_released_buffer_is_empty(void **state)
{
    struct buf b = { .limit = 10 };

    (void)state;
    buf_release(&b);
    buf_add_text(&b, "text");
    buf_release(&b);
    buf_release(&b);
    assert_null(b.ptr);
    assert_int_equal(b.len, 0);
    assert_int_equal(b.limit, 10);
}

static const struct CMUnitTest plain_tests[] = {
    cmocka_unit_test(a_view_of_nothing_is_harmless),
    cmocka_unit_test(a_buffer_grows),
    cmocka_unit_test(a_buffer_stops_at_its_limit),
    cmocka_unit_test(a_released_buffer_is_empty),
};

#define ADD_ROWS(cases, function)                                        \
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)                        \
        tests[count++] = (struct CMUnitTest)                             \
        {                                                                \
            (cases)[i].name, (function), NULL, NULL, (void *)&(cases)[i] \
        }

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(text_cases) + ARRAY_LEN(compare_cases) +
                            ARRAY_LEN(cut_cases) + ARRAY_LEN(number_cases) + ARRAY_LEN(utf8_cases) +
                            ARRAY_LEN(hex_cases) + ARRAY_LEN(plain_tests)];
    size_t count = 0;

    ADD_ROWS(text_cases, texts);
    ADD_ROWS(compare_cases, compares);
    ADD_ROWS(cut_cases, cuts);
    ADD_ROWS(number_cases, numbers);
    ADD_ROWS(utf8_cases, utf8);
    ADD_ROWS(hex_cases, hex);
    memcpy(tests + count, plain_tests, sizeof(plain_tests));
    return cmocka_run_group_tests(tests, NULL, NULL);
}
