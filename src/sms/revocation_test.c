/*
 * revocation_test.c - rules, spans and traps one by one; the figures are corpus_test.c's.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "sms/revocation.h"

/* The text is its own name in the report. `rule` is only compared where given. */
static const struct revocation_case {
    const char *body;
    enum revocation want;
    const char *span, *rule;
} cases[] = {
    { "Hi, please stop texting me. Thanks, Bob", REVOCATION_CLEAR, "stop texting me",
      "stop + contact verb: stop texting me" },
    { "take my name off your mailing list", REVOCATION_CLEAR, "take my name off your mailing list",
      "list: take my name off your list" },
    { "Lose this number!", REVOCATION_CLEAR, "Lose this number", "number: lose my number" },
    { "no more messages", REVOCATION_CLEAR, "no more messages", "no more: no more messages" },
    { "Do not contact me again.", REVOCATION_CLEAR, "not contact me", NULL },
    { "PLEASE STOP", REVOCATION_CLEAR, "STOP", "stop alone: please stop" },
    { "Not interested. Stop.", REVOCATION_CLEAR, "Stop", "stop alone: not interested. stop" },
    { "who is this stop", REVOCATION_CLEAR, "stop", "stop alone: who is this stop" },
    { "I've asked you to stop texting me", REVOCATION_CLEAR, NULL, NULL },
    { "If you don't stop texting me I'm calling a lawyer", REVOCATION_CLEAR, NULL, NULL },
    { "stoooop texting me", REVOCATION_CLEAR, "stoooop texting me", NULL },
    { "st0p texting me", REVOCATION_CLEAR, NULL, NULL },
    { "s t o p", REVOCATION_CLEAR, NULL, NULL },
    { "stop f**king texting me", REVOCATION_CLEAR, NULL, NULL },
    { "stop mesaging me", REVOCATION_CLEAR, NULL, NULL },
    { "ＳＴＯＰ ｔｅｘｔｉｎｇ ｍｅ", REVOCATION_CLEAR, NULL, NULL },
    { "No me manden más mensajes", REVOCATION_CLEAR, NULL, NULL },
    { "Quítenme de su lista", REVOCATION_CLEAR, NULL, NULL },
    { "Ne m'écrivez plus", REVOCATION_CLEAR, NULL, NULL },
    { "Schreiben Sie mir bitte nicht mehr", REVOCATION_CLEAR, NULL, NULL },
    { "Sair, por favor", REVOCATION_LIKELY, "Sair", "stop alone: a keyword with please" },
    { "How do I stop these messages?", REVOCATION_LIKELY, NULL, NULL },
    { "stop texting me at night", REVOCATION_LIKELY, NULL, NULL },
    { "this is harassment", REVOCATION_LIKELY, NULL, NULL },
    { "Please email me instead of texting", REVOCATION_LIKELY, "instead of texting", NULL },
    { "🛑🛑", REVOCATION_LIKELY, "🛑🛑", "sign alone: a stop sign" },

    { "", REVOCATION_NONE, NULL, NULL },
    { "😂🛑", REVOCATION_NONE, NULL, NULL },
    { "cancel my 2pm", REVOCATION_NONE, NULL, NULL },
    { "stop by at six", REVOCATION_NONE, NULL, NULL },
    { "I want to quit smoking", REVOCATION_NONE, NULL, NULL },
    { "end of the day", REVOCATION_NONE, NULL, NULL },
    { "don't stop", REVOCATION_NONE, NULL, NULL },
    { "please don't stop texting me", REVOCATION_NONE, NULL, NULL },
    { "I don't want you to stop texting me", REVOCATION_NONE, NULL, NULL },
    { "tell Mike to stop texting me", REVOCATION_NONE, NULL, NULL },
    { "my ex won't stop texting me", REVOCATION_NONE, NULL, NULL },
    { "why did you stop texting me?", REVOCATION_NONE, NULL, NULL },
    { "I'll stop texting you now", REVOCATION_NONE, NULL, NULL },
    { "stop it 😂", REVOCATION_NONE, NULL, NULL },
    { "stop it, you're too funny lol", REVOCATION_NONE, NULL, NULL },
    { "stop sending forks with my order", REVOCATION_NONE, NULL, NULL },
    { "don't text me until six", REVOCATION_NONE, NULL, NULL },
    { "don't call me, text me", REVOCATION_NONE, NULL, NULL },
    { "stop calling me and text instead", REVOCATION_NONE, NULL, NULL },
    { "unsubscribe me from the newsletter but keep texting", REVOCATION_NONE, NULL, NULL },
    { "please stop sending the invoices to my old address", REVOCATION_NONE, NULL, NULL },
    { "opt out of the survey", REVOCATION_NONE, NULL, NULL },
    { "take me off the waiting list", REVOCATION_NONE, NULL, NULL },
    { "Reply STOP to unsubscribe", REVOCATION_NONE, NULL, NULL },
    { "Liked “Reply STOP to opt out”", REVOCATION_NONE, NULL, NULL },
    { "not interested", REVOCATION_NONE, NULL, NULL },
    { "no more pizza", REVOCATION_NONE, NULL, NULL },
    { "I got no more messages, is it broken?", REVOCATION_NONE, NULL, NULL },
    { "leave the package alone", REVOCATION_NONE, NULL, NULL },
    { "no dejen de escribirme", REVOCATION_NONE, NULL, NULL },
    { "para mandar mensajes", REVOCATION_NONE, NULL, NULL },
    { "n'arrêtez pas de m'écrire", REVOCATION_NONE, NULL, NULL },
    { "stop\xF0\x9F by", REVOCATION_NONE, NULL, NULL },
};

static void detects(void **state)
{
    const struct revocation_case *c = *state;
    struct revocation_match match = { 0 };

    assert_int_equal(revocation_detect(str_of(c->body), &match), c->want);
    assert_int_equal(revocation_detect(str_of(c->body), NULL), c->want);
    if (c->want == REVOCATION_NONE) {
        assert_null(match.rule);
        return;
    }
    assert_non_null(match.rule);
    assert_true(match.span.ptr >= c->body &&
                match.span.ptr + match.span.len <= c->body + strlen(c->body));
    if (c->rule)
        assert_string_equal(match.rule, c->rule);
    if (c->span && !str_is(match.span, c->span))
        fail_msg("span is \"%.*s\"", STR_ARGS(match.span));
}

/* Texts made of one phrase over and over end, and what stands behind the words that are read is not
 * seen. */
static void long_texts_end(void **state)
{
    static const char *const phrases[] = { "you ", "stop de ", "no ", "remove me of de ",
                                           "s t o p " };
    CLEANUP(buf_release) struct buf text = { 0 };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(phrases); i++) {
        buf_clear(&text);
        while (text.len < 64000)
            buf_add_text(&text, phrases[i]);
        (void)revocation_detect(buf_view(&text), NULL);
    }
    buf_clear(&text);
    while (text.len < 4000)
        buf_add_text(&text, "word ");
    buf_add_text(&text, ". Please stop texting me");
    assert_int_equal(revocation_detect(buf_view(&text), NULL), REVOCATION_NONE);
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(cases) + 1] = { cmocka_unit_test(long_texts_end) };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        tests[i + 1] = (struct CMUnitTest){ cases[i].body, detects, NULL, NULL, (void *)&cases[i] };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
