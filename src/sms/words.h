/*
 * words.h - a text as words with their classes. Private to the sms room.
 *
 * The words of lexicon.tsv have classes; any other word has none and is only there. Slips of the
 * thumb, repeated letters, digits for letters ("st0p") and letters apart ("s t o p") are read as
 * the word they stand for.
 */
#pragma once
#include "base/str.h"
#include "sms/word_class.h"

#define WORDS_MOST 400 /* a provider's text has at most 1600 characters */

struct word {
    uint64_t classes[4];   /* bits of enum word_class */
    uint32_t start, end;   /* its bytes in the text */
    bool clause, question; /* first of a clause; its clause is a question */
    bool leads, opens;     /* all before it in its clause, in the text, is FILL */
    bool trails, closes;   /* it and all behind it in its clause, in the text, is FILL */
};

struct words {
    struct word list[WORDS_MOST];
    size_t count;
    bool laughing;  /* with emoji; words that laugh are in the list */
    bool hand_sign; /* a stop sign or a rude gesture among the emoji */
};

/* Words after the first WORDS_MOST are not read. */
void words_read(struct words *ret, struct str text);
static inline bool word_is(const struct word *word, enum word_class class)
{
    return (word->classes[class / 64] >> (class % 64) & 1) != 0;
}
