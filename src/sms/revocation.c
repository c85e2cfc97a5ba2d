/*
 * revocation.c - recognise a revocation in free words.
 *
 * The words are in lexicon.tsv, the patterns in patterns.tsv; here is what spans clauses: a lone
 * "stop" beside other sentences, signs made with emoji alone, and a plain wish to go on, which
 * undoes all ("unsubscribe me from the newsletter but keep texting").
 */
#include "sms/revocation.h"

#include "sms/keyword.h"
#include "sms/pattern.h"

#define LONE_STOP_WORDS_MOST 16 /* in a longer text a lone "stop" may mean anything */

static bool has(const struct words *w, size_t i, enum word_class class)
{
    return word_is(&w->list[i], class);
}

static size_t clause_end(const struct words *w, size_t at)
{
    for (at++; at < w->count && !w->list[at].clause;)
        at++;
    return at;
}

/* Whether every word of the clause is "stop" or FILL, and one is "stop". */
static bool clause_is_stop(const struct words *w, size_t first, size_t end)
{
    bool stop = false;

    for (size_t i = first; i < end; i++) {
        if (has(w, i, WORD_BARESTOP))
            stop = true;
        else if (!has(w, i, WORD_FILL))
            return false;
    }
    return stop;
}

static bool clause_supports(const struct words *w, size_t first, size_t end)
{
    bool only_fill = true, support = false;

    for (size_t i = first; i < end; i++) {
        if (has(w, i, WORD_HOLDON))
            return false;
        support = support || has(w, i, WORD_SUPPORT);
        only_fill =
            only_fill && (has(w, i, WORD_FILL) || has(w, i, WORD_NO) || has(w, i, WORD_GREET));
    }
    return support || only_fill;
}

/* "Not interested. Stop." - a clause that is only "stop", and all others go with that. */
static bool find_lone_stop(const struct words *w, struct pattern_match *ret)
{
    bool found = false;

    if (w->count > LONE_STOP_WORDS_MOST || w->laughing)
        return false;
    for (size_t first = 0; first < w->count;) {
        size_t end = clause_end(w, first);

        if (clause_is_stop(w, first, end)) {
            *ret =
                (struct pattern_match){ "stop alone: not interested. stop", false, first, end - 1 };
            found = true;
        } else if (!clause_supports(w, first, end))
            return false;
        first = end;
    }
    return found;
}

/* "who is this stop" - a text that ends in it, behind words that mean a stranger. */
static bool find_last_stop(const struct words *w, struct pattern_match *ret)
{
    size_t last = w->count;
    bool strong = false;

    while (last > 0 && has(w, last - 1, WORD_FILL) && !has(w, last - 1, WORD_BARESTOP))
        last--;
    if (last < 3 || !has(w, last - 1, WORD_BARESTOP) || !has(w, last - 2, WORD_STOPTAIL))
        return false;
    for (size_t i = 0; i + 1 < last; i++)
        strong = strong || has(w, i, WORD_STRONG);
    *ret = (struct pattern_match){ "stop alone: who is this stop", false, last - 1, last - 1 };
    return strong;
}

/* "stop I already voted" - the same with "stop" first. */
static bool find_first_stop(const struct words *w, struct pattern_match *ret)
{
    size_t first = 0;
    bool strong = false;

    while (first < w->count && has(w, first, WORD_FILL))
        first++;
    if (first + 2 >= w->count || !has(w, first, WORD_BARESTOP) || !has(w, first + 1, WORD_NEXTWORD))
        return false;
    for (size_t i = first + 1; i < w->count; i++)
        strong = strong || has(w, i, WORD_STRONG);
    *ret = (struct pattern_match){ "stop alone: stop who is this", false, first, first };
    return strong && w->count <= LONE_STOP_WORDS_MOST;
}

/* "Abmelden bitte" - a keyword with nothing but FILL around it. */
static bool find_keyword(const struct words *w, struct str body, struct pattern_match *ret)
{
    size_t first = 0, last = w->count - 1;
    struct str text;

    while (first < last && has(w, first, WORD_FILL))
        first++;
    while (last > first && has(w, last, WORD_FILL))
        last--;
    text = str_slice(body, w->list[first].start, w->list[last].end - w->list[first].start);
    *ret = (struct pattern_match){ "stop alone: a keyword with please", false, first, last };
    return (first > 0 || last + 1 < w->count) && !w->laughing &&
           keyword_detect(text, NULL) == KEYWORD_OPT_OUT;
}

/* "We bought one already please stop" - a clause that ends in it, at the end of the text. */
static bool find_please_stop(const struct words *w, struct pattern_match *ret)
{
    size_t last = w->count - 1;

    *ret = (struct pattern_match){ "stop alone: please stop at the end", false, last, last };
    return last >= 2 && last < LONE_STOP_WORDS_MOST && !w->laughing &&
           has(w, last, WORD_BARESTOP) && has(w, last - 1, WORD_PLEASE) && !w->list[last].clause &&
           !pattern_is_of_others(w, last);
}

static enum revocation level_of(const struct words *w, struct str body, struct pattern_match *ret)
{
    struct pattern_match likely;

    *ret = pattern_find(w, PATTERN_CLEAR);
    if (ret->id)
        return ret->likely_only ? REVOCATION_LIKELY : REVOCATION_CLEAR;
    if (find_lone_stop(w, ret) || find_last_stop(w, ret) || find_first_stop(w, ret))
        return REVOCATION_CLEAR;
    likely = pattern_find(w, PATTERN_LIKELY);
    if (!likely.id)
        return find_keyword(w, body, ret) || find_please_stop(w, ret) ? REVOCATION_LIKELY
                                                                      : REVOCATION_NONE;
    *ret = likely;
    return REVOCATION_LIKELY;
}

enum revocation revocation_detect(struct str body, struct revocation_match *ret)
{
    enum revocation level = REVOCATION_NONE;
    struct revocation_match found = { "sign alone: a stop sign", str_trim(body) };
    struct pattern_match match;
    struct words words;

    words_read(&words, body);
    if (words.count == 0)
        level = words.hand_sign && !words.laughing ? REVOCATION_LIKELY : REVOCATION_NONE;
    else if (!pattern_asks_more(&words)) {
        level = level_of(&words, body, &match);
        if (level != REVOCATION_NONE) {
            size_t start = words.list[match.first].start;

            found.rule = match.id;
            found.span = str_slice(body, start, words.list[match.last].end - start);
        }
    }
    if (ret && level != REVOCATION_NONE)
        *ret = found;
    return level;
}
