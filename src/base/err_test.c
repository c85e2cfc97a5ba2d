/*
 * err_test.c - one line, outermost first, never too long.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/err.h"

#define LONG_100                                                                                   \
    "12345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012" \
    "34"                                                                                           \
    "567890"

static const struct text_case {
    const char *name, *inner, *outer, *want; /* outer NULL: nothing is added */
} text_cases[] = {
    { "as it was set", "disk is full", NULL, "disk is full" },
    { "with what was done before it", "disk is full", "commit", "commit: disk is full" },
    { "an empty text", "", "commit", "commit: " },
    { "line ends become blanks", "a\r\nb\tc\x7F", "x\ny", "x y: a  b c " },
    { "a percent sign is a text", "100%s", "5%d", "5%d: 100%s" },
};

static void texts(void **state)
{
    const struct text_case *c = *state;
    struct err err = { 0 };

    assert_false(err_set(&err, ERR_UNAVAILABLE, "%s", c->inner));
    if (c->outer)
        assert_false(err_add(&err, "%s", c->outer));
    assert_int_equal(err.kind, ERR_UNAVAILABLE);
    assert_string_equal(err.text, c->want);
    assert_string_equal(err.field, "");
}

static void long_texts_are_cut(void **state)
{
    struct err err = { 0 };

    (void)state;
    err_set(&err, ERR_INTERNAL, "%s%s%s", LONG_100, LONG_100, LONG_100);
    assert_int_equal(strlen(err.text), sizeof(err.text) - 1);
    for (int i = 0; i < 5; i++)
        err_add(&err, "%s", LONG_100);
    assert_int_equal(strlen(err.text), sizeof(err.text) - 1);
    assert_memory_equal(err.text, LONG_100 ": " LONG_100, 202);
}

static void a_field_is_named(void **state)
{
    struct err err = { .kind = ERR_INTERNAL };

    (void)state;
    assert_false(err_set_field(&err, "phones[0]", "%s is no phone", "x"));
    assert_int_equal(err.kind, ERR_INVALID);
    assert_string_equal(err.field, "phones[0]");
    assert_false(err_add(&err, "user"));
    assert_string_equal(err.field, "phones[0]");
    assert_string_equal(err.text, "user: x is no phone");
    assert_false(err_set_field(&err, LONG_100, "long"));
    assert_int_equal(strlen(err.field), sizeof(err.field) - 1);
    assert_false(err_set(&err, ERR_DENIED, "no"));
    assert_string_equal(err.field, ""); /* a new error is about no field until it says so */
}

static void nobody_needs_to_listen(void **state)
{
    (void)state;
    assert_false(err_set(NULL, ERR_INTERNAL, "x"));
    assert_false(err_set_field(NULL, "a", "x"));
    assert_false(err_add(NULL, "x"));
}

static const struct CMUnitTest plain_tests[] = {
    cmocka_unit_test(long_texts_are_cut),
    cmocka_unit_test(a_field_is_named),
    cmocka_unit_test(nobody_needs_to_listen),
};

#define ADD_ROWS(cases, function)                                        \
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)                        \
        tests[count++] = (struct CMUnitTest)                             \
        {                                                                \
            (cases)[i].name, (function), NULL, NULL, (void *)&(cases)[i] \
        }

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(text_cases) + ARRAY_LEN(plain_tests)];
    size_t count = 0;

    ADD_ROWS(text_cases, texts);
    memcpy(tests + count, plain_tests, sizeof(plain_tests));
    return cmocka_run_group_tests(tests, NULL, NULL);
}
