/*
 * text_test.c - what strangers wrote cannot move the cursor, and columns stay aligned.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cli/text.h"

static const struct safe_case {
    const char *name;
    struct str text;
    const char *want;
} safe_cases[] = {
    { "plain text stays", STR("Café at 6 😀"), "Café at 6 😀" },
    { "a line end at the end goes", STR("hi\n"), "hi" },
    { "line ends inside become what is asked for", STR("a\nb\n\nc"), "a|b||c" },
    { "tabs and returns are blanks", STR("a\tb\rc"), "a b c" },
    { "an escape sequence loses its escape", STR("\033[31mred"), "\uFFFD[31mred" },
    { "a NUL is shown", STR("a\0b"), "a\uFFFDb" },
    { "delete is shown", STR("a\x7F"), "a\uFFFD" },
    { "the escape of 8 bits",
      STR("\xC2\x9B"
          "31m"),
      "\uFFFD31m" },
    { "what turns the line around", STR("a\u202Eb\u2066c"), "a\uFFFDb\uFFFDc" },
    { "separators of lines and paragraphs", STR("a\u2028b\u2029"), "a\uFFFDb\uFFFD" },
    { "bytes that are not UTF-8", STR("\xC3("), "\uFFFD(" },
    { "nothing", STR(""), "" },
};

static void makes_safe(void **state)
{
    const struct safe_case *c = *state;
    CLEANUP(arena_release) struct arena arena = { 0 };

    assert_string_equal(text_safe(c->text, "|", &arena).ptr, c->want);
}

static const struct width_case {
    const char *name, *text;
    size_t width;
    size_t cut_to;
    const char *cut;
} width_cases[] = {
    { "ASCII", "hello", 5, 4, "hel…" },
    { "it fits", "hello", 5, 5, "hello" },
    { "accents are one column", "Café", 4, 3, "Ca…" },
    { "a combining accent takes none", "Cafe\u0301", 4, 4, "Cafe\u0301" },
    { "Chinese takes two each", "你好吗", 6, 4, "你…" },
    { "a wide character that would stick out is left off", "你好吗", 6, 5, "你好…" },
    { "emoji take two", "a😀b", 4, 3, "a…" },
    { "no limit", "hello", 5, 0, "hello" },
    { "nothing", "", 0, 3, "" },
};

static void measures_and_cuts(void **state)
{
    const struct width_case *c = *state;
    CLEANUP(arena_release) struct arena arena = { 0 };
    struct str cut = text_cut(str_of(c->text), c->cut_to, &arena);

    assert_int_equal(text_width(str_of(c->text)), c->width);
    assert_int_equal(cut.len, strlen(c->cut));
    assert_memory_equal(cut.ptr, c->cut, cut.len);
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(safe_cases) + ARRAY_LEN(width_cases)];
    size_t count = 0;

    for (size_t i = 0; i < ARRAY_LEN(safe_cases); i++)
        tests[count++] = (struct CMUnitTest){ safe_cases[i].name, makes_safe, NULL, NULL,
                                              (void *)&safe_cases[i] };
    for (size_t i = 0; i < ARRAY_LEN(width_cases); i++)
        tests[count++] = (struct CMUnitTest){ width_cases[i].name, measures_and_cuts, NULL, NULL,
                                              (void *)&width_cases[i] };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
