/*
 * autoreply.c - recognise texts that a machine sent.
 *
 * A wrong hit leaves a person without an answer, so the phrases are those that people do not write:
 * somebody who says "I'm on vacation next week, can we move it?" is no machine. What people do
 * write counts where it comes with another sign: "I'm driving" with "I'll get back to you". A miss
 * costs little, since rate limits end a loop of two machines. Phrases are rows of autoreply.tsv.
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
    CALM = 16,  /* only in a text that asks no question, since people say this too */
    /* Weak ones: they count in pairs, in a text that asks no question. */
    ABSENT = 32,   /* somebody is away or busy */
    THANKS = 64,   /* "thank you for contacting" */
    PROMISE = 128, /* one person will answer: people write that, too */
    OFFICE = 256,  /* "within 24 hours", "a representative will" */
    MESSAGE = 512, /* "your message to" */
    FAILURE = 1024 /* "could not be delivered" */
};
#define WEAK (ABSENT | THANKS | PROMISE | OFFICE | MESSAGE | FAILURE)

#include "sms/autoreply_table.h"

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
    struct fold_reader reader = { .text = s };
    struct gap gap = { 0 };
    struct fold fold;
    uint32_t sign;

    w->count = 0;
    w->question = false;
    while (w->count + 2 < SEEN_CHARS_MOST && fold_next(&reader, &fold)) {
        if (fold.class != FOLD_LETTER) {
            gap_add(&gap, &fold);
            w->question = w->question || fold.character == '?' || fold.written == 0xBF;
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

static bool is_sign(uint32_t c)
{
    return c == BLANK || c == STOP || c == BREAK;
}

/* Whether `phrase` stands at `at`, which begins a word. */
static bool phrase_at(const struct phrase *phrase, const struct words *w, size_t at)
{
    uint32_t before = at == 0 ? BREAK : w->characters[at - 1], after;

    if (((phrase->where & START) != 0 && at != 0) ||
        ((phrase->where & CLAUSE) != 0 && before == BLANK) ||
        ((phrase->where & (CALM | WEAK)) != 0 && w->question))
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

/* The phrase that is a sign by itself, the longest at the first place; weak ones are noted. */
static const char *word_scan(const struct words *w, size_t at, unsigned *weak, const char **ret)
{
    uint32_t letter = w->characters[at], second = at + 1 < w->count ? w->characters[at + 1] : 0;
    const char *found = NULL;
    size_t bucket, first, end;

    if (letter < 'a' || letter > 'z')
        return NULL;
    bucket = (letter - 'a') * 27 + (second >= 'a' && second <= 'z' ? second - 'a' + 1 : 0);
    first = phrase_starts[bucket];
    end = phrase_starts[bucket + 1];
    for (size_t i = first; i < end; i++) {
        const struct phrase *phrase = &phrases[i];

        if (!phrase_at(phrase, w, at))
            continue;
        if ((phrase->where & WEAK) == 0)
            found = phrase->text;
        else if ((phrase->where & WEAK & ~*weak) != 0) {
            *weak |= phrase->where & WEAK;
            *ret = phrase->text;
        }
    }
    return found;
}

static bool is_pair(unsigned weak)
{
    static const unsigned pairs[] = { ABSENT | PROMISE, ABSENT | THANKS, ABSENT | OFFICE,
                                      THANKS | OFFICE, MESSAGE | FAILURE };

    for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
        if ((weak & pairs[i]) == pairs[i])
            return true;
    }
    return false;
}

const char *autoreply_detect(struct str body)
{
    const char *phrase, *last_weak = NULL;
    struct words words;
    unsigned weak = 0;

    words_fold(&words, body);
    for (size_t at = 0; at < words.count; at++) {
        if (at > 0 && !is_sign(words.characters[at - 1]))
            continue;
        phrase = word_scan(&words, at, &weak, &last_weak);
        if (phrase)
            return phrase;
    }
    return is_pair(weak) ? last_weak : NULL;
}
