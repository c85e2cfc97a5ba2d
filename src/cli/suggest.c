/*
 * suggest.c - the known name that is nearest to what was typed.
 *
 * Distance counts letters put in, dropped, changed or swapped with their neighbour; more than a
 * third of the name wrong is another name.
 */
#include "cli/suggest.h"

#define LETTERS_MOST 40

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Source: optimal string alignment, a restricted Damerau-Levenshtein distance. */
static size_t distance(struct str a, struct str b)
{
    size_t rows[3][LETTERS_MOST + 1];
    size_t *older = rows[0], *old = rows[1], *now = rows[2];

    for (size_t j = 0; j <= b.len; j++)
        old[j] = j;
    for (size_t i = 1; i <= a.len; i++) {
        size_t *spare = older;

        now[0] = i;
        for (size_t j = 1; j <= b.len; j++) {
            now[j] =
                least(least(old[j], now[j - 1]) + 1, old[j - 1] + (a.ptr[i - 1] != b.ptr[j - 1]));
            if (i > 1 && j > 1 && a.ptr[i - 1] == b.ptr[j - 2] && a.ptr[i - 2] == b.ptr[j - 1])
                now[j] = least(now[j], older[j - 2] + 1);
        }
        older = old;
        old = now;
        now = spare;
    }
    return old[b.len];
}

const char *suggest(struct str typed, const char *const *names, size_t count)
{
    const char *best = NULL;
    size_t best_distance = SIZE_MAX;

    if (typed.len == 0 || typed.len > LETTERS_MOST)
        return NULL;
    for (size_t i = 0; i < count; i++) {
        struct str name = str_of(names[i]);
        size_t d = name.len <= LETTERS_MOST ? distance(typed, name) : SIZE_MAX;

        if (typed.len >= 3 && str_starts(name, typed))
            d = 1;
        if (d < best_distance) {
            best_distance = d;
            best = names[i];
        }
    }
    return best && best_distance * 3 <= least(strlen(best), typed.len) + 1 ? best : NULL;
}
