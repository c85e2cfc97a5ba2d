/*
 * fold.h - text as keywords and phrases compare it. Private to the sms room.
 *
 * Small letters without accents; full-width, mathematical, circled and small-capital forms become
 * the letters they show, and what nobody sees (zero-width characters, selectors, accents by
 * themselves) is passed over. This is not Unicode's NFKC: letters outside Latin, Greek and Cyrillic
 * stay as they are.
 */
#pragma once
#include "base/str.h"

enum fold_class {
    FOLD_LETTER, /* letters and digits of any script */
    FOLD_BLANK,  /* blanks, line ends too */
    FOLD_HYPHEN, /* hyphens, dashes, the low line */
    FOLD_QUOTE,  /* quotes and apostrophes */
    FOLD_MARK    /* other punctuation, symbols, emoji */
};

struct fold {
    uint32_t character; /* a line end is '\n' whatever it was; any other blank is ' ' */
    enum fold_class class;
};

/* Fold the character at `*at` and step over it and what is passed over before it. False at the end.
 */
bool fold_next(struct str s, size_t *at, struct fold *ret);
