/*
 * grapheme.c - find the ends of grapheme clusters.
 *
 * A cluster is decided from the characters before the cut alone, so one pass with a little memory
 * is enough: what the last character was, how many flags' halves, and whether a pictograph leads.
 * The rules are named as in Unicode Standard Annex 29, 3.1.1.
 */
#include "sms/grapheme.h"

#include "sms/grapheme_table.h"

#define HANGUL_FIRST 0xAC00U /* the syllables stand in order, 28 trailing forms each */
#define HANGUL_LAST 0xD7A3U
#define HANGUL_TRAILING 28U

struct cluster {
    enum grapheme_class last;
    bool flag_half;  /* an odd number of regional indicators so far */
    bool pictograph; /* a pictograph followed only by extenders, and by a joiner when `last` is one
                      */
};

static enum grapheme_class class_of(uint32_t character)
{
    size_t low = 0, high = ARRAY_LEN(grapheme_ranges);

    if (character >= 0x20 && character < 0x7F)
        return GRAPHEME_OTHER;
    if (character >= HANGUL_FIRST && character <= HANGUL_LAST)
        return (character - HANGUL_FIRST) % HANGUL_TRAILING == 0 ? GRAPHEME_LV : GRAPHEME_LVT;
    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (character > grapheme_ranges[middle].last)
            low = middle + 1;
        else if (character < grapheme_ranges[middle].first)
            high = middle;
        else
            return grapheme_ranges[middle].class;
    }
    return GRAPHEME_OTHER;
}

static bool joins(const struct cluster *c, enum grapheme_class next)
{
    if (c->last == GRAPHEME_CN || next == GRAPHEME_CN)
        return false; /* GB4, GB5 */
    if (next == GRAPHEME_EX || next == GRAPHEME_ZW || next == GRAPHEME_SM)
        return true; /* GB9, GB9a */
    if (c->last == GRAPHEME_PP)
        return true; /* GB9b */
    if (c->last == GRAPHEME_L)
        return next == GRAPHEME_L || next == GRAPHEME_V || next == GRAPHEME_LV ||
               next == GRAPHEME_LVT; /* GB6 */
    if (c->last == GRAPHEME_LV || c->last == GRAPHEME_V)
        return next == GRAPHEME_V || next == GRAPHEME_T; /* GB7 */
    if (c->last == GRAPHEME_LVT || c->last == GRAPHEME_T)
        return next == GRAPHEME_T; /* GB8 */
    if (next == GRAPHEME_XP)
        return c->pictograph && c->last == GRAPHEME_ZW; /* GB11 */
    return next == GRAPHEME_RI && c->flag_half;         /* GB12, GB13 */
}

static void take(struct cluster *c, enum grapheme_class next)
{
    c->flag_half = next == GRAPHEME_RI && !c->flag_half;
    c->pictograph =
        next == GRAPHEME_XP || (c->pictograph && (next == GRAPHEME_EX || next == GRAPHEME_ZW));
    c->last = next;
}

size_t grapheme_end(struct str s, size_t at)
{
    struct cluster cluster = { 0 };
    uint32_t character;
    size_t end = at;

    if (!str_next_char(s, &at, &character))
        return s.len;
    end = at;
    if (character == '\r' && end < s.len && s.ptr[end] == '\n')
        return end + 1; /* GB3 */
    if (character < 0x80 && (end == s.len || (unsigned char)s.ptr[end] < 0x80))
        return end; /* no ASCII character joins another, but for those two */
    take(&cluster, class_of(character));
    while (str_next_char(s, &at, &character)) {
        enum grapheme_class next = class_of(character);

        if (!joins(&cluster, next))
            break;
        take(&cluster, next);
        end = at;
    }
    return end;
}
