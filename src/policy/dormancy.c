/*
 * dormancy.c - is this still the person we knew?
 *
 * Doubt comes before silence, because it is the better reason. The phrases are compared word by
 * word after a plain folding (small letters, no punctuation, no apostrophes), so spelling with
 * accents has rows of its own.
 */
#include "policy/dormancy.h"

#define DAY_MS INT64_C(86400000)
#define WORDS_MOST 24      /* a longer text is about something else */
#define WORD_BYTES_MOST 20 /* longer words are cut: no phrase has one */

struct words {
    char at[WORDS_MOST][WORD_BYTES_MOST + 1];
    size_t count;
    bool more; /* there were more words than fit */
};

static bool is_letter(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c >= 0x80;
}

/* The apostrophe in "isn't", also the curly one, is left out of its word. */
static size_t apostrophe_len(struct str s, size_t at)
{
    struct str rest = str_slice(s, at, s.len);

    if (rest.len > 0 && rest.ptr[0] == '\'')
        return 1;
    return str_starts(rest, (struct str)STR("\xe2\x80\x99")) ? 3 : 0;
}

static struct words split(struct str body)
{
    struct words words = { .count = 0 };
    size_t len = 0;

    for (size_t i = 0; i < body.len;) {
        size_t skip = apostrophe_len(body, i);
        char c = body.ptr[i];

        if (skip > 0) {
            i += skip;
            continue;
        }
        i++;
        if (!is_letter((unsigned char)c)) {
            words.count += len > 0;
            len = 0;
            continue;
        }
        if (words.count == WORDS_MOST) {
            words.more = true;
            return words;
        }
        if (len < WORD_BYTES_MOST)
            words.at[words.count][len++] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    words.count += len > 0;
    return words;
}

/* Does the phrase stand at word `at`? A "*" in it is any one word or two. */
static bool matches_at(const struct words *words, size_t at, struct str phrase)
{
    struct str word;

    if (!str_cut(&phrase, ' ', &word))
        return true;
    if (at == words->count)
        return false;
    if (str_is(word, "*"))
        return matches_at(words, at + 1, phrase) ||
               (at + 1 < words->count && matches_at(words, at + 2, phrase));
    return str_is(word, words->at[at]) && matches_at(words, at + 1, phrase);
}

static bool contains(const struct words *words, const char *phrase)
{
    for (size_t i = 0; i < words->count; i++) {
        if (words->at[i][0] == *phrase && matches_at(words, i, str_of(phrase)))
            return true;
    }
    return false;
}

/* What turns the sentence round: a question about our number, a story about somebody else's. */
static const char *const denials[] = {
    "is this the wrong number",     "is this a wrong number",
    "is it the wrong number",       "do i have the wrong number",
    "did i text the wrong number",  "did i get the wrong number",
    "do i have a wrong number",     "if this is the wrong number",
    "i have the wrong number",      "i had the wrong number",
    "i must have the wrong number", "i got the wrong number",
    "gave you the wrong number",    "gave you a wrong number",
    "gave me the wrong number",     "gave him the wrong number",
    "gave her the wrong number",    "gave them the wrong number",
    "gave the wrong number",        "give the wrong number",
    "put the wrong number",         "put in the wrong number",
    "typed the wrong number",       "entered the wrong number",
    "i called the wrong number",    "i dialed the wrong number",
    "i texted the wrong number",    "wrong number of",
    "not the wrong number",         "not a wrong number",
    "es este el numero equivocado", "tengo el numero equivocado",
};

static const char *const phrases[] = {
    "wrong number",
    "wrong person",
    "wrong phone",
    "new phone who dis",
    "new phone who this",
    "new phone who is this",
    "new phone whos this",
    "new number who dis",
    "new number who is this",
    "new number whos this",
    "not * number anymore",
    "not * number any more",
    "no longer his number",
    "no longer her number",
    "no longer their number",
    "isnt * number anymore",
    "isnt * number any more",
    "is not * phone anymore",
    "isnt * phone anymore",
    "no longer has this number",
    "no longer have this number",
    "no longer uses this number",
    "no longer owns this number",
    "doesnt have this number",
    "does not have this number",
    "doesnt use this number",
    "dont know who * is you have",
    "just got this number",
    "just got this phone number",
    "recently got this number",
    "i have this number now",
    "this is my number now",
    "this number belongs to someone else",
    "this number belongs to somebody else",
    "this is not * you are looking for",
    "you are texting the wrong",
    "youre texting the wrong",
    "nobody by that name",
    "nobody here by that name",
    "no one by that name",
    "no one here by that name",
    "nobody named * here",
    "no one named * here",
    "numero equivocado",
    "n\xc3\xbamero equivocado",
    "persona equivocada",
    "se equivoc\xc3\xb3 de n\xc3\xbamero",
    "se equivoco de numero",
    "se ha equivocado de n\xc3\xbamero",
    "se ha equivocado de numero",
    "ya no es el n\xc3\xbamero de",
    "ya no es el numero de",
};

const char *dormancy_text_doubt(struct str body)
{
    struct words words;

    if (body.len > 400)
        return NULL;
    words = split(body);
    if (words.more)
        return NULL;
    for (size_t i = 0; i < ARRAY_LEN(denials); i++) {
        if (contains(&words, denials[i]))
            return NULL;
    }
    for (size_t i = 0; i < ARRAY_LEN(phrases); i++) {
        if (contains(&words, phrases[i]))
            return phrases[i];
    }
    return NULL;
}

bool dormancy_error_doubt(int64_t error_code)
{
    return error_code == 30005 || error_code == 30006;
}

static enum dormancy_verdict strictness(const struct dormancy_input *in)
{
    if (!in->by_sender)
        return DORMANCY_FRESH;
    return in->has_secret ? DORMANCY_ASK : DORMANCY_LOCKED;
}

struct dormancy dormancy_check(const struct dormancy_input *in, struct arena *arena)
{
    int64_t silent_ms = in->now_ms - in->last_ms;
    int64_t dormant_ms = in->rules->dormant_ms;

    switch (in->doubt) {
    case DOUBT_NONE: break;
    case DOUBT_TEXT:
        return (struct dormancy){ strictness(in), "text",
                                  arena_printf(arena, "the person wrote \"%s\"",
                                               in->doubt_evidence ? in->doubt_evidence : "") };
    case DOUBT_CARRIER:
        return (struct dormancy){ strictness(in), "carrier",
                                  arena_printf(arena, "the carrier reported error %lld",
                                               (long long)in->doubt_code) };
    }
    if (dormant_ms == RULES_NEVER || in->last_ms == 0 || silent_ms < dormant_ms)
        return (struct dormancy){ .verdict = DORMANCY_SAME };
    return (struct dormancy){ strictness(in), "silence",
                              arena_printf(arena, "silent for %lld days, the limit is %lld",
                                           (long long)(silent_ms / DAY_MS),
                                           (long long)(dormant_ms / DAY_MS)) };
}
