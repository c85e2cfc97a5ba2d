/*
 * demo_line_test.c - what the lines of a demo's script mean.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "app/demo.h"
#include "cli/demo_line.h"

static const struct line_case {
    const char *name, *line;
    bool ok;
    enum demo_line_kind kind;
    const char *from, *to, *text;
} cases[] = {
    { "an empty line", "", true, DEMO_NOTHING, "", "", "" },
    { "blanks", " \t\r", true, DEMO_NOTHING, "", "", "" },
    { "a comment", "  # hello: there", true, DEMO_COMMENT, "", "", "hello: there" },
    { "a text of Ann's", "ann: hi", true, DEMO_TEXT, "+12025550101", DEMO_SHARED, "hi" },
    { "case does not matter", "Ann : hi ", true, DEMO_TEXT, "+12025550101", DEMO_SHARED, "hi" },
    { "the stranger texts the bakery", "stranger: hi", true, DEMO_TEXT, "+12025550103", DEMO_BAKERY,
      "hi" },
    { "another number", "ben@bakery: hi", true, DEMO_TEXT, "+12025550102", DEMO_BAKERY, "hi" },
    { "anybody", "+12025550199@shared: hi", true, DEMO_TEXT, "+12025550199", DEMO_SHARED, "hi" },
    { "a number by its phone", "ann@+12025550110: hi", true, DEMO_TEXT, "+12025550101", DEMO_BAKERY,
      "hi" },
    { "only the first colon counts", "ann: at 10:30 # sharp", true, DEMO_TEXT, "+12025550101",
      DEMO_SHARED, "at 10:30 # sharp" },
    { "an expectation", "expect: 44:11", true, DEMO_EXPECT, "", "", "44:11" },
    { "its opposite", "expect-not: 4411", true, DEMO_EXPECT_NOT, "", "", "4411" },
    { "no colon", "ann hi", false, DEMO_NOTHING, "", "", "" },
    { "nobody", "bob: hi", false, DEMO_NOTHING, "", "", "" },
    { "no name", ": hi", false, DEMO_NOTHING, "", "", "" },
    { "no text", "ann:", false, DEMO_NOTHING, "", "", "" },
    { "blanks for a text", "ann:   ", false, DEMO_NOTHING, "", "", "" },
    { "no such number", "ann@home: hi", false, DEMO_NOTHING, "", "", "" },
    { "an empty number", "ann@: hi", false, DEMO_NOTHING, "", "", "" },
    { "not a phone", "+1202x: hi", false, DEMO_NOTHING, "", "", "" },
    { "nothing expected", "expect:", false, DEMO_NOTHING, "", "", "" },
    { "a misspelt expectation", "expct: x", false, DEMO_NOTHING, "", "", "" },
};

static void reads(void **state)
{
    const struct line_case *c = *state;
    struct demo_line line;
    struct err err = { 0 };
    bool ok = demo_line_read(str_of(c->line), &line, &err);

    assert_int_equal(ok, c->ok);
    if (!ok) {
        assert_int_equal(err.kind, ERR_INVALID);
        return;
    }
    assert_int_equal(line.kind, c->kind);
    assert_true(str_is(line.from, c->from));
    assert_true(str_is(line.to, c->to));
    assert_true(str_is(line.text, c->text));
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(cases)];

    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        tests[i] = (struct CMUnitTest){ cases[i].name, reads, NULL, NULL, (void *)&cases[i] };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
