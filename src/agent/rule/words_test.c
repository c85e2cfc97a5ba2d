/*
 * words_test.c - where words begin and end, and where sentences do.
 *
 * Words are shown joined by '|', sentences by " / ".
 */
#include "agent/rule/words.h"

// clang-format off
#include <setjmp.h>
#include <cmocka.h>
// clang-format on

// clang-format off
static const struct words_case {
    const char *name;
    struct str text;
    const char *want;
} words_cases[] = {
    { "blanks and punctuation part words", STR("Hi, Rosa!  Open?"), "hi|rosa|open" },
    { "a hyphen between letters parts words", STR("gluten-free"), "gluten|free" },
    { "an apostrophe inside a word goes", STR("don't What's"), "dont|whats" },
    { "so does a curly one", STR("don\xe2\x80\x99t"), "dont" },
    { "quotes are no apostrophes", STR("'hello' o' me"), "hello|o|me" },
    { "clock times stay whole", STR("at 5:30, 17:00."), "at|5:30|17:00" },
    { "dates stay whole", STR("2026-12-24 24/7"), "2026-12-24|24/7" },
    { "a range of letters and digits does not", STR("mon-5"), "mon|5" },
    { "a.m. is one word", STR("5 a.m. or 6 P.M."), "5|am|or|6|pm" },
    { "a colon at the end goes", STR("note: milk"), "note|milk" },
    { "other scripts are letters", STR("Gr\xc3\xbc\xc3\x9f Gott"), "gr\xc3\xbc\xc3\x9f|gott" },
    { "a no-break space is none", STR("a\xc2\xa0" "b"), "a|b" },
    { "a NUL parts words", STR("a\0b"), "a|b" },
    { "bytes that are no UTF-8", STR("\xff\xfe" "x"), "\xff\xfe" "x" },
    { "only punctuation", STR("?!... --"), "" },
    { "nothing", STR(""), "" },
};

static const struct sentence_case {
    const char *name, *text, *want;
} sentence_cases[] = {
    { "marks end sentences", "Hi! Are you open? Thanks.", "Hi / Are you open / Thanks" },
    { "a line break ends one", "hi\nopen", "hi / open" },
    { "a comma does not", "hi, open", "hi, open" },
    { "the dot of a time does not", "at 5.30 or 6 p.m. today", "at 5.30 or 6 p.m. today" },
    { "and before a question", "are you open and do you deliver", "are you open / do you deliver" },
    { "and between things does not", "bread and butter", "bread and butter" },
    { "and at the end does not", "bread and", "bread and" },
    { "nothing", " . ", "" },
};
// clang-format on

static void cuts_words(void **state)
{
    const struct words_case *c = *state;
    CLEANUP(arena_release) struct arena arena = { 0 };
    CLEANUP(buf_release) struct buf out = { 0 };
    struct words w = words_of(&arena, c->text);

    for (size_t i = 0; i < w.count; i++) {
        if (i > 0)
            buf_add_char(&out, '|');
        buf_add(&out, w.at[i].text);
        assert_true(w.at[i].from < w.at[i].to && w.at[i].to <= c->text.len);
    }
    assert_string_equal(buf_text(&out), c->want);
}

static void cuts_sentences(void **state)
{
    const struct sentence_case *c = *state;
    CLEANUP(arena_release) struct arena arena = { 0 };
    CLEANUP(buf_release) struct buf out = { 0 };
    struct words rest = words_of(&arena, str_of(c->text)), sentence;

    while (words_sentence(&rest, &sentence)) {
        if (out.len > 0)
            buf_add_text(&out, " / ");
        buf_add(&out, words_source(sentence));
    }
    assert_string_equal(buf_text(&out), c->want);
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(words_cases) + ARRAY_LEN(sentence_cases)];
    size_t n = 0;

    for (size_t i = 0; i < ARRAY_LEN(words_cases); i++)
        tests[n++] = (struct CMUnitTest){ words_cases[i].name, cuts_words, NULL, NULL,
                                          (void *)&words_cases[i] };
    for (size_t i = 0; i < ARRAY_LEN(sentence_cases); i++)
        tests[n++] = (struct CMUnitTest){ sentence_cases[i].name, cuts_sentences, NULL, NULL,
                                          (void *)&sentence_cases[i] };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
