/*
 * grapheme_test.c - clusters end where Unicode Standard Annex 29 says.
 *
 * A row shows the clusters with '|' between them; the text is the row without the bars.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sms/grapheme.h"

static const struct cluster_case {
    const char *name, *clusters;
} cases[] = {
    { "letters stand alone", "a|b|c" },
    { "CR LF is one", "a|\r\n|b" },
    { "LF CR is two", "a|\n|\r|b" },
    { "an accent joins its letter", "e\u0301|e" },
    { "many accents join one letter", "z\u0301\u0302\u0303\u0304|z" },
    { "an accent does not join a control", "\n|\u0301|a" },
    { "an accent at the start stands alone", "\u0301|a" },
    { "a blank can carry an accent", " \u0301|a" },
    { "a skin tone joins a hand", "👍🏽|👍🏽" },
    { "a variation selector joins a heart", "❤️|❤️" },
    { "a keycap is one", "1️⃣|2️⃣" },
    { "two regional indicators are a flag", "🇩🇪|🇫🇷|🇩" },
    { "a letter between halves of flags", "🇩|a|🇪" },
    { "a flag of tags is one", "🏴󠁧󠁢󠁷󠁬󠁳󠁿|a" },
    { "a family joined by joiners is one", "👨‍👩‍👧‍👦|👨‍👩‍👧‍👦" },
    { "a rainbow flag is one", "🏳️‍🌈|🏳️‍🌈" },
    { "a joiner between letters joins only back", "a\u200D|b" },
    { "a joiner after a letter joins no pictograph", "a\u200D|👧" },
    { "two pictographs without a joiner are two", "👨|👩" },
    { "a joiner at the end stays", "👨\u200D" },
    { "Hangul parts are one syllable", "\u1112\u1161\u11AB|\u1112\u1161" },
    { "a Hangul syllable takes a trailing part", "하\u11AB|한\u11AB|한" },
    { "a Hangul syllable with a tail takes no vowel", "한|\u1161" },
    { "a spacing mark joins", "का|का" },
    { "a sign that stands in front joins forward", "\u0600\u0661|\u0661" },
    { "ideographs stand alone", "你|好" },
    { "a zero-width space stands alone", "a|\u200B|\u0301" },
    { "bytes that are not UTF-8 stand alone", "\xFF|\xC3|a" },
    { "a cut character is its bytes", "a|\xF0|\x9F|\x91" },
};

static void ends(void **state)
{
    const struct cluster_case *c = *state;
    char text[128];
    size_t len = 0, at = 0;
    const char *piece = c->clusters;

    for (const char *p = c->clusters; *p != '\0'; p++) {
        if (*p != '|')
            text[len++] = *p;
    }
    while (at < len) {
        size_t bytes = strcspn(piece, "|");

        assert_int_equal(grapheme_end(str_make(text, len), at), at + bytes);
        at += bytes;
        piece += bytes + (piece[bytes] == '|');
    }
    assert_int_equal(*piece, '\0');
    assert_int_equal(grapheme_end(str_make(text, len), len), len);
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(cases)];

    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        tests[i] = (struct CMUnitTest){ cases[i].name, ends, NULL, NULL, (void *)&cases[i] };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
