/*
 * keyword_test.c - keywords are whole messages; words inside messages are none.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "sms/keyword.h"

static const struct keyword_case {
    const char *name, *body;
    enum keyword want;
    const char *word;
} cases[] = {
    { "STOP", "STOP", KEYWORD_OPT_OUT, "STOP" },
    { "STOPALL", "STOPALL", KEYWORD_OPT_OUT, "STOPALL" },
    { "STOP ALL", "Stop all", KEYWORD_OPT_OUT, "STOP ALL" },
    { "UNSUBSCRIBE", "unsubscribe", KEYWORD_OPT_OUT, "UNSUBSCRIBE" },
    { "CANCEL", "Cancel", KEYWORD_OPT_OUT, "CANCEL" },
    { "END", "end", KEYWORD_OPT_OUT, "END" },
    { "QUIT", "quit", KEYWORD_OPT_OUT, "QUIT" },
    { "REVOKE", "revoke", KEYWORD_OPT_OUT, "REVOKE" },
    { "OPTOUT", "OPTOUT", KEYWORD_OPT_OUT, "OPTOUT" },
    { "OPT OUT", "opt out", KEYWORD_OPT_OUT, "OPT OUT" },
    { "OPT-OUT", "OPT-OUT", KEYWORD_OPT_OUT, "OPT OUT" },
    { "two blanks between", "opt  out", KEYWORD_OPT_OUT, "OPT OUT" },
    { "a line end between", "opt\r\nout", KEYWORD_OPT_OUT, "OPT OUT" },
    { "a no-break hyphen between", "opt\u2011out", KEYWORD_OPT_OUT, "OPT OUT" },
    { "a hyphen with blanks between", "Opt - Out", KEYWORD_OPT_OUT, "OPT OUT" },
    { "START", "START", KEYWORD_OPT_IN, "START" },
    { "UNSTOP", "unstop", KEYWORD_OPT_IN, "UNSTOP" },
    { "YES", "Yes", KEYWORD_YES, "YES" },
    { "HELP", "help", KEYWORD_HELP, "HELP" },
    { "INFO", "Info", KEYWORD_HELP, "INFO" },

    { "case and blanks do not matter", " sToP\r\n", KEYWORD_OPT_OUT, "STOP" },
    { "a full stop", "Stop.", KEYWORD_OPT_OUT, "STOP" },
    { "exclamation marks", "STOP!!!", KEYWORD_OPT_OUT, "STOP" },
    { "straight quotes", "\"STOP\"", KEYWORD_OPT_OUT, "STOP" },
    { "curly quotes", "“stop”", KEYWORD_OPT_OUT, "STOP" },
    { "angle quotes", "«Stop»", KEYWORD_OPT_OUT, "STOP" },
    { "brackets", "(stop)", KEYWORD_OPT_OUT, "STOP" },
    { "stars", "*STOP*", KEYWORD_OPT_OUT, "STOP" },
    { "a hash", "#stop", KEYWORD_OPT_OUT, "STOP" },
    { "an emoji behind", "STOP 🛑", KEYWORD_OPT_OUT, "STOP" },
    { "emoji around, one with a skin tone", "🙏🏽 stop ✋🏽", KEYWORD_OPT_OUT, "STOP" },
    { "an emoji with a variation selector", "help ❤️", KEYWORD_HELP, "HELP" },
    { "a family behind", "yes 👨‍👩‍👧", KEYWORD_YES, "YES" },
    { "a flag behind", "info 🇩🇪", KEYWORD_HELP, "INFO" },
    { "a no-break space", "\u00A0STOP\u00A0", KEYWORD_OPT_OUT, "STOP" },
    { "a zero-width space inside", "ST\u200BOP", KEYWORD_OPT_OUT, "STOP" },
    { "a byte order mark", "\uFEFFSTOP", KEYWORD_OPT_OUT, "STOP" },
    { "writing direction marks", "\u202ASTOP\u202C", KEYWORD_OPT_OUT, "STOP" },
    { "a word joiner and a soft hyphen", "un\u00ADsub\u2060scribe", KEYWORD_OPT_OUT,
      "UNSUBSCRIBE" },
    { "full-width capitals", "ＳＴＯＰ", KEYWORD_OPT_OUT, "STOP" },
    { "full-width small letters and stop", "ｓｔｏｐ．", KEYWORD_OPT_OUT, "STOP" },
    { "an ideographic blank between", "ＯＰＴ\u3000ＯＵＴ", KEYWORD_OPT_OUT, "OPT OUT" },
    { "an ideographic full stop", "stop。", KEYWORD_OPT_OUT, "STOP" },
    { "mathematical bold", "𝐒𝐓𝐎𝐏", KEYWORD_OPT_OUT, "STOP" },
    { "mathematical sans-serif small", "𝗌𝗍𝗈𝗉", KEYWORD_OPT_OUT, "STOP" },
    { "letters in circles", "ⓢⓣⓞⓟ", KEYWORD_OPT_OUT, "STOP" },
    { "letters in squares", "🅂🅃🄾🄿", KEYWORD_OPT_OUT, "STOP" },
    { "small capitals", "ᴇɴᴅ", KEYWORD_OPT_OUT, "END" },
    { "letterlike symbols", "ℍℯℓℙ", KEYWORD_HELP, "HELP" },
    { "a Turkish keyboard's dotted capital", "QUİT", KEYWORD_OPT_OUT, "QUIT" },
    { "a Turkish keyboard's dotless small", "ınfo", KEYWORD_HELP, "INFO" },
    { "a control character", "STOP\x01", KEYWORD_OPT_OUT, "STOP" },
    { "broken UTF-8 behind", "STOP \xF0\x9F", KEYWORD_OPT_OUT, "STOP" },

    { "nothing", "", KEYWORD_NONE, NULL },
    { "blanks", " \r\n", KEYWORD_NONE, NULL },
    { "punctuation", "...!?", KEYWORD_NONE, NULL },
    { "an emoji", "🛑", KEYWORD_NONE, NULL },
    { "only what nobody sees", "\u200B\uFEFF", KEYWORD_NONE, NULL },
    { "stop by at six", "stop by at six", KEYWORD_NONE, NULL },
    { "please stop by", "please stop by", KEYWORD_NONE, NULL },
    { "don't stop", "don't stop", KEYWORD_NONE, NULL },
    { "stop with a number", "stop 2", KEYWORD_NONE, NULL },
    { "stop twice", "stop, stop", KEYWORD_NONE, NULL },
    { "stop, thanks", "stop, thanks", KEYWORD_NONE, NULL },
    { "stopped", "stopped", KEYWORD_NONE, NULL },
    { "bus stop", "bus stop", KEYWORD_NONE, NULL },
    { "nonstop", "non-stop", KEYWORD_NONE, NULL },
    { "end of the day", "end of the day", KEYWORD_NONE, NULL },
    { "the end", "the end", KEYWORD_NONE, NULL },
    { "weekend", "weekend", KEYWORD_NONE, NULL },
    { "send", "send", KEYWORD_NONE, NULL },
    { "friend", "friend", KEYWORD_NONE, NULL },
    { "ended", "ended", KEYWORD_NONE, NULL },
    { "cancel my 2pm", "cancel my 2pm", KEYWORD_NONE, NULL },
    { "cancel it", "Cancel it.", KEYWORD_NONE, NULL },
    { "cancelled", "cancelled", KEYWORD_NONE, NULL },
    { "quite", "quite", KEYWORD_NONE, NULL },
    { "I quit", "I quit!", KEYWORD_NONE, NULL },
    { "help me", "help me", KEYWORD_NONE, NULL },
    { "can you help", "can you help?", KEYWORD_NONE, NULL },
    { "helpful", "helpful", KEYWORD_NONE, NULL },
    { "information", "information", KEYWORD_NONE, NULL },
    { "info on flights", "info on flights", KEYWORD_NONE, NULL },
    { "yes please", "yes please", KEYWORD_NONE, NULL },
    { "yes, at six", "Yes, at six", KEYWORD_NONE, NULL },
    { "yesterday", "yesterday", KEYWORD_NONE, NULL },
    { "start over", "start over", KEYWORD_NONE, NULL },
    { "restart", "restart", KEYWORD_NONE, NULL },
    { "opt", "opt", KEYWORD_NONE, NULL },
    { "out opt", "out opt", KEYWORD_NONE, NULL },
    { "opt out of one thing", "opt out of the survey", KEYWORD_NONE, NULL },
    { "an arrow between", "opt → out", KEYWORD_NONE, NULL },
    { "letters apart", "s t o p", KEYWORD_NONE, NULL },
    { "a reaction quotes the word", "Liked “STOP”", KEYWORD_NONE, NULL },
    { "our own footer quoted back", "Reply STOP to unsubscribe", KEYWORD_NONE, NULL },
    { "a keyword and a signature", "STOP\n\nSent from my phone", KEYWORD_NONE, NULL },
    { "a keyword in another script's text", "STOP 停", KEYWORD_NONE, NULL },
    { "Cyrillic letters that look Latin", "ЅТОР", KEYWORD_NONE, NULL },
    { "half the word", "unsub", KEYWORD_NONE, NULL },
    { "raised letters", "ˢᵗᵒᵖ", KEYWORD_OPT_OUT, "STOP" },
    { "a ligature", "ﬁn", KEYWORD_NONE, NULL },
    { "a trade mark behind", "STOP™", KEYWORD_OPT_OUT, "STOP" },
    { "accents where the word has some", "Arrêt", KEYWORD_OPT_OUT, "ARRÊT" },
    { "no accents where it has some", "arret", KEYWORD_OPT_OUT, "ARRÊT" },
    { "an accent apart", "ARRE\u0302T", KEYWORD_OPT_OUT, "ARRÊT" },
    { "German without umlauts", "Kuendigen!", KEYWORD_OPT_OUT, "KUENDIGEN" },
    { "Danish ae", "HJAELP", KEYWORD_HELP, "HJÆLP" },
    { "Polish l with a stroke", "¡pomoc!", KEYWORD_HELP, "POMOC" },
    { "Spanish of three words", "¡Dar de baja!", KEYWORD_OPT_OUT, "DAR DE BAJA" },
    { "Spanish yes", "Sí", KEYWORD_YES, "SÍ" },
    { "end in French and Spanish is none", "fin", KEYWORD_NONE, NULL },
    { "end in German is none", "Ende", KEYWORD_NONE, NULL },
    { "end in Polish is none", "koniec", KEYWORD_NONE, NULL },
    { "enough is none", "basta", KEYWORD_NONE, NULL },
    { "Spanish for is none", "para", KEYWORD_NONE, NULL },
    { "a bus stop in French", "arrêt de bus", KEYWORD_NONE, NULL },
    { "a weekend in Spanish", "fin de semana", KEYWORD_NONE, NULL },
    { "help with a thing in German", "Hilfe bei der Bestellung", KEYWORD_NONE, NULL },
    { "a long word", "stopstopstopstopstopstopstopstopstopstopstop", KEYWORD_NONE, NULL },
};

static void detects(void **state)
{
    const struct keyword_case *c = *state;
    const char *word = NULL;

    assert_int_equal(keyword_detect(str_of(c->body), &word), c->want);
    assert_int_equal(keyword_detect(str_of(c->body), NULL), c->want);
    if (c->word)
        assert_string_equal(word, c->word);
    else
        assert_null(word);
}

static void nul_bytes_are_not_seen(void **state)
{
    const struct str body = STR("\0STOP\0");

    (void)state;
    assert_int_equal(keyword_detect(body, NULL), KEYWORD_OPT_OUT);
    assert_int_equal(keyword_detect((struct str){ 0 }, NULL), KEYWORD_NONE);
}

/* An operator's words; NULL for no keyword. */
static const struct extra_case {
    const char *name, *body;
    enum keyword want;
    const char *word;
    enum keyword_origin origin;
} extras[] = {
    { "a word of the operator", "Weg damit", KEYWORD_OPT_OUT, "weg-damit", KEYWORD_OF_OPERATOR },
    { "in another form", "»WEG DAMIT!«", KEYWORD_OPT_OUT, "weg-damit", KEYWORD_OF_OPERATOR },
    { "a word in another script", "ｽﾄｯﾌﾟ。", KEYWORD_OPT_OUT, "ｽﾄｯﾌﾟ", KEYWORD_OF_OPERATOR },
    { "a language's word taken back", "alto", KEYWORD_NONE, NULL, KEYWORD_OF_OPERATOR },
    { "a language's word with another meaning", "Baja", KEYWORD_HELP, "baja", KEYWORD_OF_OPERATOR },
    { "the provider's words stay", "STOP", KEYWORD_OPT_OUT, "STOP", KEYWORD_OF_PROVIDER },
    { "the law's words stay", "opt out", KEYWORD_OPT_OUT, "OPT OUT", KEYWORD_OF_LAW },
    { "the languages' others stay", "parar", KEYWORD_OPT_OUT, "PARAR", KEYWORD_OF_LANGUAGE },
    { "inside a sentence it is none", "Weg damit, sofort", KEYWORD_NONE, NULL,
      KEYWORD_OF_OPERATOR },
    { "an empty word matches nothing", "", KEYWORD_NONE, NULL, KEYWORD_OF_OPERATOR },
};

static void detects_also(void **state)
{
    static const struct keyword_extra items[] = {
        { "weg-damit", KEYWORD_OPT_OUT }, { "ｽﾄｯﾌﾟ", KEYWORD_OPT_OUT }, { "Alto", KEYWORD_NONE },
        { "baja", KEYWORD_HELP },         { "STOP", KEYWORD_NONE },     { "OPT-OUT", KEYWORD_HELP },
        { "", KEYWORD_OPT_OUT },
    };
    const struct keyword_list list = { items, ARRAY_LEN(items) };
    const struct extra_case *c = *state;
    const char *word = NULL;

    assert_int_equal(keyword_detect_also(str_of(c->body), &list, &word), c->want);
    if (!c->word) {
        assert_null(word);
        return;
    }
    assert_string_equal(word, c->word);
    assert_int_equal(keyword_origin(word), c->origin);
}

static void knows_what_the_provider_does(void **state)
{
    (void)state;
    assert_int_equal(keyword_detect_provider(str_of(" Stop\n")), KEYWORD_OPT_OUT);
    assert_int_equal(keyword_detect_provider(str_of("yes")), KEYWORD_YES);
    assert_int_equal(keyword_detect_provider(str_of("INFO")), KEYWORD_HELP);
    assert_int_equal(keyword_detect_provider(str_of("stop.")), KEYWORD_NONE);
    assert_int_equal(keyword_detect_provider(str_of("opt out")), KEYWORD_NONE);
    assert_int_equal(keyword_detect_provider(str_of("ARRET")), KEYWORD_NONE);
    assert_int_equal(keyword_detect_provider(str_of("")), KEYWORD_NONE);
    assert_true(keyword_is_possible(str_of("weg damit!")));
    assert_false(keyword_is_possible(str_of("...")));
    assert_false(keyword_is_possible(str_of("one, two")));
    assert_false(keyword_is_possible(str_of("a keyword that is longer than any keyword may be")));
}

static void table_row_agrees(struct str row)
{
    static const char *const meanings[] = { [KEYWORD_OPT_OUT] = "stop",
                                            [KEYWORD_OPT_IN] = "start",
                                            [KEYWORD_YES] = "yes",
                                            [KEYWORD_HELP] = "help" };
    static const char *const origins[] = { [KEYWORD_OF_PROVIDER] = "provider",
                                           [KEYWORD_OF_LAW] = "law",
                                           [KEYWORD_OF_LANGUAGE] = "language" };
    struct str meaning = { 0 }, origin = { 0 }, languages = { 0 }, word = { 0 };
    const char *found = NULL;
    enum keyword got;

    assert_true(str_cut(&row, '\t', &meaning) && str_cut(&row, '\t', &origin) &&
                str_cut(&row, '\t', &languages) && str_cut(&row, '\t', &word));
    got = keyword_detect(word, &found);
    assert_non_null(found);
    assert_true(str_is(word, found));
    assert_true(str_is(meaning, meanings[got]));
    assert_true(str_is(origin, origins[keyword_origin(found)]));
}

/* keyword_table.h was made of the keywords.tsv that stands beside it. */
static void table_agrees(void **state)
{
    CLEANUP(buf_release) struct buf file = { 0 };
    FILE *in = fopen(TEST_DATA_DIR "/../../src/sms/keywords.tsv", "r");
    struct str rest, row;
    char bytes[4096];
    size_t len, rows = 0;

    (void)state;
    assert_non_null(in);
    while ((len = fread(bytes, 1, sizeof(bytes), in)) > 0)
        buf_add(&file, str_make(bytes, len));
    assert_int_equal(fclose(in), 0);
    rest = buf_view(&file);
    while (str_cut(&rest, '\n', &row)) {
        if (row.len == 0 || row.ptr[0] == '#')
            continue;
        table_row_agrees(row);
        rows++;
    }
    assert_true(rows > 100);
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(cases) + ARRAY_LEN(extras) + 3] = {
        cmocka_unit_test(nul_bytes_are_not_seen),
        cmocka_unit_test(knows_what_the_provider_does),
        cmocka_unit_test(table_agrees),
    };
    struct CMUnitTest *next = &tests[3];

    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        *next++ = (struct CMUnitTest){ cases[i].name, detects, NULL, NULL, (void *)&cases[i] };
    for (size_t i = 0; i < ARRAY_LEN(extras); i++)
        *next++ =
            (struct CMUnitTest){ extras[i].name, detects_also, NULL, NULL, (void *)&extras[i] };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
