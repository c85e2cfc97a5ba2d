/*
 * pattern.h - patterns of words by class (patterns.tsv). Private to the sms room.
 */
#pragma once
#include "sms/words.h"

enum pattern_level { PATTERN_LIKELY, PATTERN_CLEAR, PATTERN_OWNER };

/*
 * The pattern of `level` that matches first in the text; its id (static), or NULL. `likely_only`
 * says that something around it makes a clear one only likely; the words matched are first to last.
 */
struct pattern_match {
    const char *id;
    bool likely_only;
    size_t first, last;
};
struct pattern_match pattern_find(const struct words *words, enum pattern_level level);
/* Whether in the clause of the word `first`, before it, somebody else is to do it or said it, or it
 * has happened: "tell Mike to", "did you". */
bool pattern_is_of_others(const struct words *words, size_t first);
/* Whether the writer asks to go on ("keep texting me"). */
bool pattern_asks_more(const struct words *words);
