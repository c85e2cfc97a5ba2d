/*
 * parts_test.c - the small pure parts: cursors, problems, tokens, lengths.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "web/cursor.h"
#include "web/inside.h"
#include "web/problem.h"
#include "web/token.h"

/* ---- cursors ---- */

static const struct id ann = { { 1 } }, ben = { { 2 } }, at = { { 9, 9, 9 } };

static const struct cursor_case {
    const char *name, *list;
    const struct id *owner;
    size_t flip; /* character to change; CURSOR_TEXT_BYTES: none */
    size_t len;
    bool want;
} cursor_cases[] = {
    { "its own list goes on", "/v1/messages", &ann, CURSOR_TEXT_BYTES, 64, true },
    { "not another list's", "/v1/conversations", &ann, CURSOR_TEXT_BYTES, 64, false },
    { "not another user's", "/v1/messages", &ben, CURSOR_TEXT_BYTES, 64, false },
    { "another position is forged", "/v1/messages", &ann, 3, 64, false },
    { "another proof is forged", "/v1/messages", &ann, 60, 64, false },
    { "cut short", "/v1/messages", &ann, CURSOR_TEXT_BYTES, 62, false },
    { "empty", "/v1/messages", &ann, CURSOR_TEXT_BYTES, 0, false },
};

static void checks_cursor(void **state)
{
    const struct cursor_case *c = *state;
    static const unsigned char key[32] = { 7 };
    struct vault *vault = vault_open_bytes(key);
    char text[CURSOR_TEXT_BYTES];
    struct id got = { 0 };

    cursor_format(vault, "/v1/messages", ann, at, text);
    if (c->flip < CURSOR_TEXT_BYTES)
        text[c->flip] = text[c->flip] == '0' ? '1' : '0';
    assert_int_equal(cursor_parse(vault, c->list, *c->owner, str_make(text, c->len), &got),
                     c->want);
    if (c->want)
        assert_true(id_equal(got, at));
    vault_close(vault);
}

static void numbers_in_cursors(void **state)
{
    static const uint64_t numbers[] = { 0, 1, 200, UINT32_MAX, UINT64_MAX };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
        assert_true(cursor_to_number(cursor_number(numbers[i])) == numbers[i]);
}

/* ---- problems ---- */

static const struct problem_case {
    const char *name;
    int status;
    const char *field, *detail, *want;
} problem_cases[] = {
    { "with a field", 400, "phones[0]", "phones[0]: too short",
      "{\"type\":\"about:blank\",\"title\":\"Bad Request\",\"status\":400,"
      "\"detail\":\"phones[0]: too short\",\"field\":\"phones[0]\"}" },
    { "without a field", 404, "", PROBLEM_NOT_FOUND,
      "{\"type\":\"about:blank\",\"title\":\"Not Found\",\"status\":404,"
      "\"detail\":\"there is no such thing here\"}" },
    { "what was typed is escaped", 400, "a\"b", "\x01<\xFF",
      "{\"type\":\"about:blank\",\"title\":\"Bad Request\",\"status\":400,"
      "\"detail\":\"\\u0001<\xEF\xBF\xBD\",\"field\":\"a\\\"b\"}" },
};

static void writes_problem(void **state)
{
    const struct problem_case *c = *state;
    struct arena arena = { 0 };
    struct str json = problem_json(c->status, str_of(c->field), str_of(c->detail), &arena);

    assert_string_equal(json.ptr, c->want);
    arena_release(&arena);
}

/* ---- tokens and lengths ---- */

static void tokens_are_of_their_form(void **state)
{
    struct arena arena = { 0 };
    struct chance chance;
    struct str one, other;

    (void)state;
    chance_init_number(&chance, 1);
    one = token_make(&chance, &arena);
    other = token_make(&chance, &arena);
    assert_true(token_is_one(one));
    assert_false(str_equal(one, other));
    assert_false(token_is_one(str_slice(one, 0, one.len - 1)));
    assert_false(token_is_one(str_of("")));
    assert_false(token_is_one(str_of("xx_0123456789012345678901234567890123456789012")));
    assert_false(token_is_one(str_of("ab_0123456789012345678901234567890123456789 12")));
    arena_release(&arena);
}

static void lengths_are_in_utf16(void **state)
{
    (void)state;
    assert_int_equal(utf16_units(str_of("")), 0);
    assert_int_equal(utf16_units(str_of("abc")), 3);
    assert_int_equal(utf16_units(str_of("\xC3\xA9")), 1);
    assert_int_equal(utf16_units(str_of("\xF0\x9F\x98\x80")), 2);
}

static const struct zone_case {
    const char *name, *zone;
    bool want;
} zone_cases[] = {
    { "a zone", "America/New_York", true },
    { "three parts", "America/Argentina/Buenos_Aires", true },
    { "UTC", "UTC", true },
    { "none", "", true },
    { "no such zone", "Mars/Olympus", false },
    { "a folder", "America", false },
    { "a file of the database that is no zone", "zone.tab", false },
    { "a way out", "../../../etc/passwd", false },
    { "a way out from inside", "America/../../../../etc/passwd", false },
    { "an absolute path", "/usr/share/zoneinfo/UTC", false },
    { "much too long", "Aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
      false },
};

static void knows_zones(void **state)
{
    const struct zone_case *c = *state;
    struct err err = { 0 };

    assert_int_equal(read_timezone(str_of(c->zone), "timezone", &err), c->want);
    assert_string_equal(err.field, c->want ? "" : "timezone");
}

#define ROWS(table, run)                                      \
    for (size_t i = 0; i < ARRAY_LEN(table); i++)             \
        tests[count++] = (struct CMUnitTest)                  \
        {                                                     \
            table[i].name, run, NULL, NULL, (void *)&table[i] \
        }

int main(void)
{
    struct CMUnitTest
        tests[ARRAY_LEN(cursor_cases) + ARRAY_LEN(problem_cases) + ARRAY_LEN(zone_cases) + 3];
    size_t count = 0;

    ROWS(cursor_cases, checks_cursor);
    ROWS(problem_cases, writes_problem);
    ROWS(zone_cases, knows_zones);
    tests[count++] = (struct CMUnitTest)cmocka_unit_test(numbers_in_cursors);
    tests[count++] = (struct CMUnitTest)cmocka_unit_test(tokens_are_of_their_form);
    tests[count++] = (struct CMUnitTest)cmocka_unit_test(lengths_are_in_utf16);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
