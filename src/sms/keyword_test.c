/*
 * keyword_test.c - keywords are whole messages; words inside messages are none.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

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

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(cases) + 1] = { cmocka_unit_test(nul_bytes_are_not_seen) };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        tests[i + 1] = (struct CMUnitTest){ cases[i].name, detects, NULL, NULL, (void *)&cases[i] };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
