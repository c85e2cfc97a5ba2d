/*
 * autoreply_test.c - machines are recognised, people who write of vacations and cars are not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sms/autoreply.h"

/* The text is its own name in the report. `phrase` is NULL for what a person wrote. */
static const struct autoreply_case {
    const char *body, *phrase;
} cases[] = {
    { "Automatic reply: I am away until Monday.", "automatic reply" },
    { "AUTOMATIC REPLY - back on the 4th", "automatic reply" },
    { "[Auto-Reply] I can't answer now", "auto reply" },
    { "Auto-reply: busy", "auto reply" },
    { "(autoreply)", "autoreply" },
    { "Hi. Auto response: I will answer tomorrow", "auto response" },
    { "Thanks for texting! This is an automated message.", "this is an automated message" },
    { "This is an auto‑reply from Pat", "this is an auto reply" },
    { "Out of office", "out of office" },
    { "Out-of-office: back Monday", "out of office" },
    { "OUT OF OFFICE REPLY: back Monday", "out of office reply" },
    { "Out of office until 4 May", "out of office until" },
    { "Hello, I am currently out of the office with no phone.", "am currently out of the office" },
    { "I’m out of office this week", "im out of office" },
    { "OOO", "ooo" },
    { "ooo: back Monday", "ooo back" },
    { "OOO until Monday", "ooo until" },
    { "Hi, I'm OOO this week.", "im ooo" },
    { "Away message: gone fishing", "away message" },
    { "[Vacation responder] I am at the sea", "vacation responder" },
    { "I am currently on vacation and cannot answer", "am currently on vacation" },
    { "On vacation! I will respond when I return.", "will respond when i return" },
    { "Thank you for your message. I'll get back to you upon my return",
      "get back to you upon my return" },
    { "I'm driving right now, I'll get back to you later", "im driving right now" },
    { "I am driving right now.", "am driving right now" },
    { "I’m driving with Do Not Disturb While Driving turned on. I’ll see your message when I get "
      "where I’m going.",
      "driving with do not disturb" },
    { "I’m driving with Focus turned on.", "driving with focus turned on" },
    { "(I’m not receiving notifications. If this is urgent, reply “urgent” to send a notification "
      "through with your original message.)",
      "im not receiving notifications" },
    { "On my way. Sent from my car", "sent from my car" },
    { "Undeliverable: your text", "undeliverable" },
    { "Message not delivered", "message not delivered" },
    { "Your message could not be delivered.", "your message could not be delivered" },
    { "Free Msg: Unable to send message - Message Blocking is active.",
      "free msg unable to send message" },
    { "Delivery Status Notification (Failure)", "delivery status notification" },
    { "Our office is currently closed. We open at 9.", "our office is currently closed" },
    { "ＯＵＴ ＯＦ ＯＦＦＩＣＥ", "out of office" },
    { "Out of\u200B office", "out of office" },
    { "Respuesta automática: vuelvo el lunes", "respuesta automatica" },
    { "Actualmente estoy fuera de la oficina.", "estoy fuera de la oficina" },
    { "Réponse automatique : de retour lundi", "reponse automatique" },
    { "Je suis actuellement absente du bureau.", "actuellement absente du bureau" },
    { "Message d’absence", "message dabsence" },
    { "Abwesenheitsnotiz: bis Montag", "abwesenheitsnotiz" },
    { "Ich bin derzeit nicht im Büro.", "ich bin derzeit nicht im buro" },

    { "", NULL },
    { "cool", NULL },
    { "Coool, see you at six", NULL },
    { "Ooo that sounds great!", NULL },
    { "Ooo! Nice", NULL },
    { "ooo, what's that", NULL },
    { "oooh", NULL },
    { "Are you ooo tomorrow?", NULL },
    { "I'm ooo on Friday, can you move my 2pm?", NULL },
    { "weekend", NULL },
    { "How was your vacation?", NULL },
    { "I am on vacation next week, can we reschedule?", NULL },
    { "We're on vacation until the 5th. Please hold our mail.", NULL },
    { "Book me a vacation rental", NULL },
    { "Vacation message for mom please", NULL },
    { "I'm out of the office on Friday, can we move the call?", NULL },
    { "I'll be out of the office Friday so let's do next week", NULL },
    { "Is Bob out of office", NULL },
    { "Out of office supplies, need paper", NULL },
    { "Sorry, I was out of office yesterday", NULL },
    { "Please set my out of office message", NULL },
    { "Can you turn on auto-reply for me", NULL },
    { "What is an auto-reply?", NULL },
    { "Automatic reply is broken", NULL },
    { "Automatic replies are annoying", NULL },
    { "Is this an automated message?", NULL },
    { "I think this is an automated message", NULL },
    { "I got an automated message from the bank", NULL },
    { "Change my away message", NULL },
    { "I'm driving to Boston tomorrow", NULL },
    { "I'm driving right now, can you call the dentist for me?", NULL },
    { "Who was driving right now", NULL },
    { "I was sent from my car dealer to you", NULL },
    { "sent from my cart", NULL },
    { "My delivery failed yesterday", NULL },
    { "Did the mail delivery come", NULL },
    { "My phone says message not delivered when I text Ann", NULL },
    { "This package is undeliverable they say", NULL },
    { "I'll call you when I get back", NULL },
    { "Let's talk when I return", NULL },
    { "When will you respond", NULL },
    { "Are you currently unavailable?", NULL },
    { "Are we currently closed?", NULL },
    { "Do not disturb me please", NULL },
    { "I can't find the do not disturb setting", NULL },
    { "I am leaving the office", NULL },
    { "Remind me to buy office chairs, we're out", NULL },
    { "I'm busy, talk later", NULL },
    { "No respondas al mensaje automático del banco", NULL },
    { "¿Estoy fuera de la oficina mañana?", NULL },
    { "Je suis en vacances la semaine prochaine", NULL },
    { "Ich bin nächste Woche im Urlaub", NULL },
};

static void detects(void **state)
{
    const struct autoreply_case *c = *state;
    const char *got = autoreply_detect(str_of(c->body));

    if (c->phrase) {
        assert_non_null(got);
        assert_string_equal(got, c->phrase);
    } else if (got)
        fail_msg("taken for \"%s\"", got);
}

static void long_text_is_read_to_its_limit(void **state)
{
    CLEANUP(buf_release) struct buf text = { 0 };

    (void)state;
    for (size_t i = 0; i < 300; i++)
        buf_add_text(&text, "word ");
    buf_add_text(&text, "\nSent from my car");
    assert_non_null(autoreply_detect(buf_view(&text)));
    buf_clear(&text);
    for (size_t i = 0; i < 5000; i++)
        buf_add_text(&text, "word ");
    buf_add_text(&text, "\nSent from my car");
    assert_null(autoreply_detect(buf_view(&text)));
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(cases) + 1] = { cmocka_unit_test(
        long_text_is_read_to_its_limit) };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        tests[i + 1] = (struct CMUnitTest){ cases[i].body, detects, NULL, NULL, (void *)&cases[i] };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
