/*
 * autoreply.c - recognise texts that a machine sent.
 *
 * A wrong hit leaves a person without an answer, so the phrases are those that people do not write:
 * somebody who says "I'm on vacation next week, can we move it?" is no machine. A miss costs
 * little, since rate limits end a loop of two machines. Another language is more rows, nothing
 * else.
 */
#include "sms/autoreply.h"

#include "sms/fold.h"

#define SEEN_CHARS_MOST 2048 /* a provider's text has at most 1600 */

/* Where a phrase counts. */
enum {
    ANYWHERE = 0,
    START = 1,  /* only at the start of the text */
    CLAUSE = 2, /* only after a sentence or line, or at the start */
    CLOSED = 4, /* only before a stop, colon, bracket, line end, or the end of the text */
    LABEL = 8,  /* the same without . ! ? */
    CALM = 16   /* only in a text that asks no question, since people say this too */
};

/* Phrases as folded: small ASCII letters, no accents, no apostrophes, one blank between words. */
// clang-format off
static const struct phrase {
    const char *text;
    unsigned where;
} phrases[] = {
    /* labels that machines put in front, or in brackets */
    { "automatic reply", CLAUSE | CLOSED },
    { "automatic response", CLAUSE | CLOSED },
    { "automatic message", CLAUSE | CLOSED },
    { "automated reply", CLAUSE | CLOSED },
    { "automated response", CLAUSE | CLOSED },
    { "automated message", CLAUSE | CLOSED },
    { "auto reply", CLAUSE | CLOSED },
    { "autoreply", CLAUSE | CLOSED },
    { "auto response", CLAUSE | CLOSED },
    { "auto responder", CLAUSE | CLOSED },
    { "autoresponder", CLAUSE | CLOSED },
    { "away message", CLAUSE | CLOSED },
    { "vacation reply", CLAUSE | CLOSED },
    { "vacation message", CLAUSE | CLOSED },
    { "vacation responder", CLAUSE | CLOSED },
    { "vacation auto reply", CLAUSE | CLOSED },
    { "out of office", CLAUSE | CLOSED },
    { "out of the office", CLAUSE | CLOSED },
    { "out of office reply", CLAUSE | CLOSED },
    { "out of office autoreply", CLAUSE | CLOSED },
    { "out of office auto reply", CLAUSE | CLOSED },
    { "out of office message", CLAUSE | CLOSED },
    { "out of office notification", CLAUSE | CLOSED },
    { "out of office response", CLAUSE | CLOSED },
    { "ooo", START | LABEL },
    { "respuesta automatica", CLAUSE | CLOSED },
    { "mensaje automatico", CLAUSE | CLOSED },
    { "fuera de la oficina", CLAUSE | CLOSED },
    { "reponse automatique", CLAUSE | CLOSED },
    { "message automatique", CLAUSE | CLOSED },
    { "message dabsence", CLAUSE | CLOSED },
    { "automatische antwort", CLAUSE | CLOSED },
    { "automatische nachricht", CLAUSE | CLOSED },
    { "abwesenheitsnotiz", CLAUSE | CLOSED },
    { "abwesenheitsmeldung", CLAUSE | CLOSED },
    { "abwesenheitsnachricht", CLAUSE | CLOSED },
    { "risposta automatica", CLAUSE | CLOSED },
    { "resposta automatica", CLAUSE | CLOSED },

    /* a machine saying so */
    { "this is an automated message", CLAUSE },
    { "this is an automated reply", CLAUSE },
    { "this is an automated response", CLAUSE },
    { "this is an automated text", CLAUSE },
    { "this is an automatic message", CLAUSE },
    { "this is an automatic reply", CLAUSE },
    { "this is an automatic response", CLAUSE },
    { "this is an auto reply", CLAUSE },
    { "this is an autoreply", CLAUSE },
    { "this is an auto response", CLAUSE },
    { "this is an auto generated", CLAUSE },
    { "this is an automatically generated", CLAUSE },
    { "this message was automatically generated", CLAUSE },
    { "this message was sent automatically", CLAUSE },
    { "do not reply to this message", CALM },
    { "this number is not monitored", CALM },
    { "this inbox is not monitored", CALM },
    { "this mailbox is not monitored", CALM },
    { "your message has been received", CALM },
    { "we have received your message", CALM },
    { "este es un mensaje automatico", CLAUSE },
    { "esta es una respuesta automatica", CLAUSE },
    { "ceci est un message automatique", CLAUSE },
    { "ceci est une reponse automatique", CLAUSE },
    { "dies ist eine automatische", CLAUSE },
    { "dies ist eine automatisch", CLAUSE },

    /* out of office */
    { "am out of office", CALM },
    { "am out of the office", CALM },
    { "am currently out of office", CALM },
    { "am currently out of the office", CALM },
    { "im out of office", CALM },
    { "im out of the office", CALM },
    { "im currently out of office", CALM },
    { "im currently out of the office", CALM },
    { "currently out of office", START | CALM },
    { "currently out of the office", START | CALM },
    { "out of office until", START | CALM },
    { "out of office till", START | CALM },
    { "out of office from", START | CALM },
    { "out of office through", START | CALM },
    { "out of the office until", START | CALM },
    { "out of the office from", START | CALM },
    { "am ooo", CALM },
    { "im ooo", CALM },
    { "be ooo", CALM },
    { "is ooo", CALM },
    { "are ooo", CALM },
    { "currently ooo", CALM },
    { "ooo until", CALM },
    { "ooo till", CALM },
    { "ooo from", CALM },
    { "ooo through", CALM },
    { "ooo today", CALM },
    { "ooo tomorrow", CALM },
    { "ooo this week", CALM },
    { "ooo next week", CALM },
    { "ooo back", CALM },
    { "ooo returning", CALM },
    { "our office is currently closed", CALM },
    { "our offices are currently closed", CALM },
    { "we are currently closed", CALM },
    { "outside of our business hours", CALM },
    { "outside of our normal business hours", CALM },
    { "actualmente fuera de la oficina", CALM },
    { "estoy fuera de la oficina", CALM },
    { "estare fuera de la oficina", CALM },
    { "actuellement absent du bureau", CALM },
    { "actuellement absente du bureau", CALM },
    { "suis absent du bureau", CALM },
    { "suis absente du bureau", CALM },
    { "derzeit nicht im buro", CALM },
    { "derzeit nicht im buero", CALM },
    { "momentan nicht im buro", CALM },
    { "zurzeit nicht im buro", CALM },

    /* away, and what becomes of the message */
    { "am currently on vacation", CALM },
    { "im currently on vacation", CALM },
    { "am currently on holiday", CALM },
    { "im currently on holiday", CALM },
    { "am currently on leave", CALM },
    { "am currently on annual leave", CALM },
    { "im currently on annual leave", CALM },
    { "am currently on parental leave", CALM },
    { "am currently on maternity leave", CALM },
    { "am currently away from my desk", CALM },
    { "am currently unavailable", CALM },
    { "im currently unavailable", CALM },
    { "am on vacation and will", CALM },
    { "im on vacation and will", CALM },
    { "vacation with limited access", CALM },
    { "limited access to email", CALM },
    { "limited access to my email", CALM },
    { "limited access to messages", CALM },
    { "will respond when i return", ANYWHERE },
    { "will reply when i return", ANYWHERE },
    { "will respond upon my return", ANYWHERE },
    { "will reply upon my return", ANYWHERE },
    { "will respond as soon as i return", ANYWHERE },
    { "will reply as soon as i return", ANYWHERE },
    { "get back to you when i return", ANYWHERE },
    { "get back to you upon my return", ANYWHERE },
    { "respond to your message when i return", ANYWHERE },
    { "respond to your message upon my return", ANYWHERE },
    { "reply to your message when i return", ANYWHERE },
    { "reply to your message upon my return", ANYWHERE },
    { "respondere a mi regreso", ANYWHERE },
    { "respondere cuando regrese", ANYWHERE },
    { "actualmente de vacaciones", CALM },
    { "actuellement en conges", CALM },
    { "actuellement en vacances", CALM },
    { "repondrai a mon retour", ANYWHERE },
    { "repondrai des mon retour", ANYWHERE },
    { "derzeit im urlaub", CALM },
    { "nach meiner ruckkehr", CALM },

    /* driving, and telephones told to be quiet */
    { "am driving right now", CALM },
    { "im driving right now", CALM },
    { "am currently driving", CALM },
    { "im currently driving", CALM },
    { "driving with do not disturb", ANYWHERE },
    { "driving with focus turned on", ANYWHERE },
    { "see your message when i get where im going", ANYWHERE },
    { "im not receiving notifications", CALM },
    { "i am not receiving notifications", CALM },
    { "reply urgent to send a notification", ANYWHERE },
    { "sent from my car", CLAUSE | CLOSED },
    { "cannot take your call", CALM },
    { "unable to take your call", CALM },
    { "estoy conduciendo en este momento", CALM },
    { "je conduis actuellement", CALM },
    { "je suis au volant", CALM },
    { "ich fahre gerade auto", CALM },

    /* what could not be delivered */
    { "undeliverable", START | LABEL },
    { "undelivered mail returned to sender", ANYWHERE },
    { "delivery status notification", ANYWHERE },
    { "mail delivery subsystem", ANYWHERE },
    { "mail delivery failed", START },
    { "message delivery failed", START },
    { "failure notice", START | LABEL },
    { "message not delivered", CLAUSE | CLOSED },
    { "message failed to send", CLAUSE | CLOSED },
    { "your message could not be delivered", CALM },
    { "your message was not delivered", CALM },
    { "this message could not be delivered", CALM },
    { "unable to send message", START },
    { "free msg unable to send message", ANYWHERE },
    { "message blocking is active", CALM },
    { "short code may have expired", ANYWHERE },
    { "this number cannot receive text messages", CALM },
    { "this number does not accept text messages", CALM },
    { "this number is unable to receive text messages", CALM },
    { "el mensaje no pudo ser entregado", CALM },
    { "nachricht konnte nicht zugestellt werden", CALM },
};
// clang-format on

/* A text as words: letters, and between words one of the signs below. */
enum { BLANK = ' ', STOP = '.', BREAK = ':' }; /* the weakest first; a break is any other end */

struct words {
    uint32_t characters[SEEN_CHARS_MOST];
    size_t count;
    bool question;
};

/* What stands between two words. */
struct gap {
    bool any, blank, stop, line;
    unsigned hyphens, quotes;
};

static void gap_add(struct gap *g, const struct fold *fold)
{
    uint32_t c = fold->character;

    g->any = true;
    g->hyphens += fold->class == FOLD_HYPHEN;
    g->quotes += fold->class == FOLD_QUOTE;
    g->blank = g->blank || fold->class == FOLD_BLANK || c == ',' || c == '/';
    if (c == '\n' || c == ':' || c == '(' || c == ')' || c == '[' || c == ']' || c == '<' ||
        c == '>' || c == '*' || c == '|' || c == '=' || c == '#')
        g->line = true;
    else if (fold->class == FOLD_MARK && c != ',' && c != '/')
        g->stop = true;
}

/* The one sign for all of it; 0 for an apostrophe inside a word. */
static uint32_t gap_sign(const struct gap *g)
{
    bool dash = g->hyphens > 1 || (g->hyphens == 1 && g->blank);

    if (!g->any || (g->quotes == 1 && !g->blank && !g->stop && !g->line && g->hyphens == 0))
        return 0;
    return g->line || dash ? BREAK : g->stop ? STOP : BLANK;
}

static void words_fold(struct words *w, struct str s)
{
    struct gap gap = { 0 };
    struct fold fold;
    uint32_t sign;

    w->count = 0;
    w->question = false;
    for (size_t at = 0; w->count + 2 < SEEN_CHARS_MOST && fold_next(s, &at, &fold);) {
        if (fold.class != FOLD_LETTER) {
            gap_add(&gap, &fold);
            w->question = w->question || fold.character == '?' || fold.character == 0xBF;
            continue;
        }
        sign = gap_sign(&gap);
        if (w->count > 0 && sign != 0)
            w->characters[w->count++] = sign;
        w->characters[w->count++] = fold.character;
        gap = (struct gap){ 0 };
    }
    sign = gap_sign(&gap);
    if (w->count > 0 && sign != 0)
        w->characters[w->count++] = sign;
}

static bool is_sign(uint32_t c) { return c == BLANK || c == STOP || c == BREAK; }

/* Whether `phrase` stands at `at`, which begins a word. */
static bool phrase_at(const struct phrase *phrase, const struct words *w, size_t at)
{
    uint32_t before = at == 0 ? BREAK : w->characters[at - 1], after;

    if (((phrase->where & START) != 0 && at != 0) ||
        ((phrase->where & CLAUSE) != 0 && before == BLANK) ||
        ((phrase->where & CALM) != 0 && w->question))
        return false;
    for (const char *p = phrase->text; *p != '\0'; p++, at++) {
        if (at == w->count)
            return false;
        if (*p == ' ' ? !is_sign(w->characters[at]) : (unsigned char)*p != w->characters[at])
            return false;
    }
    after = at == w->count ? BREAK : w->characters[at];
    if (!is_sign(after))
        return false;
    return ((phrase->where & CLOSED) == 0 || after != BLANK) &&
           ((phrase->where & LABEL) == 0 || after == BREAK);
}

const char *autoreply_detect(struct str body)
{
    struct words words;

    words_fold(&words, body);
    for (size_t at = 0; at < words.count; at++) {
        if (at > 0 && !is_sign(words.characters[at - 1]))
            continue;
        for (size_t i = 0; i < ARRAY_LEN(phrases); i++) {
            if ((unsigned char)phrases[i].text[0] == words.characters[at] &&
                phrase_at(&phrases[i], &words, at))
                return phrases[i].text;
        }
    }
    return NULL;
}
