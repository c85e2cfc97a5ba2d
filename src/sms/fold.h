/*
 * fold.h - text as keywords and phrases compare it. Private to the sms room.
 *
 * Small letters without accents; characters that Unicode says are only another form of Latin
 * letters or digits become those (full-width, mathematical, circled, raised, ligatures; also "ss"
 * for the sharp s), and what nobody sees (zero-width characters, selectors, accents by themselves)
 * is passed over. Letters outside Latin, Greek and Cyrillic stay as they are.
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
    uint32_t written;   /* the character as it stands in the text */
    size_t start;       /* its first byte there */
    enum fold_class class;
};

/* Reads `text` from its start; the other members begin as zero. */
struct fold_reader {
    struct str text;
    size_t at, start;
    const char *rest; /* what is left of a character that shows several letters */
};

/* The next folded character. False at the end. */
bool fold_next(struct fold_reader *reader, struct fold *ret);
