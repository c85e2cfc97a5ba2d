/*
 * segment_split_test.c - where long texts are cut, and what holds for every cut.
 *
 * The rows show the parts; below them thousands of made-up texts are cut and the pieces are put
 * together again.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/chance.h"
#include "sms/grapheme.h"
#include "sms/segment.h"

#define PARTS_MOST 4
#define FORTY "Forty letters and blanks stand in here, "

/* `repeat` times `before`, then `text`. */
// clang-format off
static const struct split_case {
    const char *name, *before;
    size_t repeat;
    const char *text;
    size_t segments_max;
    size_t count;
    const char *ends[PARTS_MOST]; /* how each part ends */
} cases[] = {
    { "an empty text has no part", "", 0, "", 1, 0, { NULL } },
    { "a blank text has no part", " \r\n\t", 50, "\u3000", 1, 0, { NULL } },
    { "a short text is one part without blanks around", " ", 3,
      "Hello there. \n", 1, 1, { "Hello there." } },
    { "160 septets fit one segment", "a", 159, "b", 1, 1, { "ab" } },
    { "one septet more does not", "a", 160, "b", 1, 2, { "aa", "b" } },
    { "306 septets fit two segments", "a", 305, "b", 2, 1, { "ab" } },
    { "blanks at the end take no room", "a", 159, "b   \r\n", 1, 1, { "ab" } },
    { "a blank that GSM-7 lacks takes no room at the end", "a", 159, "b\t\u2003", 1, 1, { "ab" } },
    { "cut at the end of a sentence", FORTY, 3,
      "so. And then more words to come here now.", 1, 2,
      { "so.", "And then more words to come here now." } },
    { "cut at a line end", FORTY, 3,
      "so\nand then more words to come here in the end", 1, 2,
      { "here, so", "and then more words to come here in the end" } },
    { "cut at a question's closing quote", FORTY, 3,
      "\"so?\" and then more words to come here and there", 1, 2,
      { "here, \"so?\"", "and then more words to come here and there" } },
    { "a sentence that ends too early does not cut", "", 0,
      "Yes. " FORTY FORTY FORTY "and then more words to come here in the end", 1, 2,
      { "come here in", "the end" } },
    { "an abbreviation does not cut", FORTY, 3,
      "at 6 p.m. today and then home again for long", 1, 2, { "home again for", "long" } },
    { "a list's number does not cut", FORTY, 3,
      "here is 2. Potatoes and so on and on again", 1, 2, { "and on", "again" } },
    { "else at the end of a word", FORTY, 4, "and on", 1, 2, { "stand in here,", "and on" } },
    { "a long word moves whole", "word ", 20,
      "https://example.org/a/page/with/a/long/path/that/goes/on/and/on/and/on", 1, 2,
      { "word", "on/and/on" } },
    { "a word longer than a message is cut inside", "a", 400, "", 1, 3, { "a", "a", "a" } },
    { "a no-break space does not cut", "a", 60,
      "\u00A0bbbbbbbbbbbb", 1, 2, { "\u00A0bbbbbbbbb", "bbb" } },
    { "one part is UCS-2, the next is not", "ж", 60,
      ". Then plain text follows that fits GSM-7 very well again.", 1, 2,
      { "ж.", "Then plain text follows that fits GSM-7 very well again." } },
    { "1600 units are the most, however many segments", "a", 1601, "", 100, 2, { "a", "a" } },
    { "800 emoji are the most", "😀", 801, "", 100, 2, { "😀", "😀" } },
    { "no segments is taken as one", "a", 161, "", 0, 2, { "a", "a" } },
    { "ideographs are cut between two", "你好", 40, "", 1, 2, { "好", "好" } },
    { "an ideographic stop ends a sentence", "你好", 25,
      "吗？「是」的。再见再见再见再见再见再见再见", 1, 2, { "」的。", "再见" } },
    { "a closing bracket stays with its sentence", "你好", 25,
      "「吗。」再见再见再见再见再见再见再见再见再见", 1, 2, { "吗。」", "再见" } },
    { "a flag stays whole", "ж", 69, "🇩🇪", 1, 2, { "ж", "🇩🇪" } },
    { "a family stays whole", "ж", 62, "👨‍👩‍👧‍👦", 1, 2, { "ж", "👨‍👩‍👧‍👦" } },
    { "a skin tone stays on its hand", "ж", 68, "👍🏽", 1, 2, { "ж", "👍🏽" } },
    { "an accent stays on its letter", "ж", 69, "e\u0301", 1, 2, { "ж", "e\u0301" } },
    { "a cluster longer than a message is cut inside", "\u0301", 150,
      "", 1, 3, { "\u0301", "\u0301", "\u0301" } },
    { "an accent on a blank is no blank", "a", 3, " \u0301", 1, 1, { "aaa \u0301" } },
    { "bytes that are not UTF-8 are kept", "\xFF", 71, "", 1, 2, { "\xFF", "\xFF" } },
};
// clang-format on

static void splits(void **state)
{
    const struct split_case *c = *state;
    CLEANUP(arena_release) struct arena arena = { 0 };
    CLEANUP(buf_release) struct buf text = { 0 };
    struct str *parts;

    for (size_t i = 0; i < c->repeat; i++)
        buf_add_text(&text, c->before);
    buf_add_text(&text, c->text);
    assert_int_equal(segment_split(buf_view(&text), c->segments_max, &arena, &parts), c->count);
    for (size_t i = 0; i < c->count; i++) {
        if (!str_ends(parts[i], str_of(c->ends[i])))
            fail_msg("part %zu is: %.*s", i + 1, STR_ARGS(parts[i]));
    }
}

static size_t utf16_units(struct str s)
{
    size_t units = 0;
    uint32_t c;

    for (size_t at = 0; str_next_char(s, &at, &c);)
        units += c > 0xFFFF ? 2 : 1;
    return units;
}

static bool all_blank(struct str s)
{
    uint32_t c;

    for (size_t at = 0; str_next_char(s, &at, &c);) {
        if (c != ' ' && c != '\t' && c != '\r' && c != '\n' && c != 0x3000)
            return false;
    }
    return true;
}

/* The cluster of `text` that byte `at` is inside of; an empty view when one begins there. */
static struct str cluster_around(struct str text, size_t at)
{
    size_t start = 0, end = 0;

    while (end < at) {
        start = end;
        end = grapheme_end(text, start);
    }
    return end == at ? (struct str){ 0 } : str_slice(text, start, end - start);
}

static bool fits(struct str part, size_t segments_max)
{
    return segment_count(part).segments <= segments_max && utf16_units(part) <= 1600;
}

static void check_split(struct str text, size_t segments_max)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    struct str *parts, cut;
    size_t count = segment_split(text, segments_max, &arena, &parts), at = 0;

    for (size_t i = 0; i < count; i++) {
        size_t start = (size_t)(parts[i].ptr - text.ptr);

        assert_true(start >= at && parts[i].len > 0);
        assert_true(all_blank(str_slice(text, at, start - at)));
        at = start + parts[i].len;
        assert_true(at <= text.len);
        assert_true(fits(parts[i], segments_max));
        cut = cluster_around(text, at);
        assert_true(cut.len == 0 || !fits(cut, segments_max));
    }
    assert_true(all_blank(str_slice(text, at, text.len - at)));
}

/* Texts of pieces that are hard to cut: everything the cutter looks at, and broken bytes. */
static void parts_give_back_the_text(void **state)
{
    static const char *const pieces[] = {
        "a",
        "word",
        " ",
        "  ",
        ". ",
        "? ",
        "! ",
        "\n",
        "\r\n",
        "\t",
        "é",
        "e\u0301",
        "ж",
        "你",
        "。",
        "」",
        "\u3000",
        "👍🏽",
        "🇩🇪",
        "🇩",
        "👨‍👩‍👧‍👦",
        "\u200D",
        "{",
        "€",
        "\xFF",
        "\xF0\x9F",
        "\u0301\u0301",
        "1.",
        "http://example.org/a-long-path-without-any-blank-in-it",
        "…",
        "\u00A0",
    };
    struct chance chance;

    (void)state;
    chance_init_number(&chance, 1600);
    for (size_t round = 0; round < 1500; round++) {
        CLEANUP(buf_release) struct buf text = { 0 };
        size_t kinds = (size_t)chance_below(&chance, ARRAY_LEN(pieces)) + 1;
        size_t first = (size_t)chance_below(&chance, ARRAY_LEN(pieces));
        int64_t length = chance_below(&chance, round % 50 == 0 ? 3000 : 300);

        for (int64_t i = 0; i < length; i++) {
            size_t piece =
                (first + (size_t)chance_below(&chance, (int64_t)kinds)) % ARRAY_LEN(pieces);

            buf_add_text(&text, pieces[piece]);
        }
        check_split(buf_view(&text), (size_t)chance_below(&chance, 12) + 1);
    }
}

/* A text that is one endless cluster, or blanks, costs in proportion to its length. */
static void endless_clusters_are_cut(void **state)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    CLEANUP(buf_release) struct buf text = { 0 };
    struct str *parts;

    (void)state;
    for (size_t i = 0; i < 200000; i++)
        buf_add_text(&text, "\u0301");
    assert_int_equal(segment_split(buf_view(&text), 10, &arena, &parts), (200000 + 669) / 670);
    for (size_t i = 0; i < 200000; i++)
        buf_add_text(&text, " ");
    buf_add_text(&text, "a");
    assert_int_equal(segment_split(buf_view(&text), 100, &arena, &parts), 126);
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(cases) + 2] = {
        cmocka_unit_test(parts_give_back_the_text),
        cmocka_unit_test(endless_clusters_are_cut),
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        tests[i + 2] = (struct CMUnitTest){ cases[i].name, splits, NULL, NULL, (void *)&cases[i] };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
