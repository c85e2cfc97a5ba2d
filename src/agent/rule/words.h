/*
 * words.h - a text as words, so that rules compare words and never pieces of them.
 *
 * A word is a run of letters and digits; an apostrophe inside is dropped ("don't" is "dont"), and
 * these hold a word together: ':' '.' '/' '-' between digits ("5:30", "2026-12-24") and the dots of
 * "a.m.". ASCII letters are made lower case. Beyond ASCII everything counts as a letter but the
 * punctuation of Latin-1, U+3000 to U+3003, and the punctuation, symbols and emoji of U+2000 to
 * U+2BFF and U+1F000 to U+1FAFF.
 */
#pragma once
#include "base/arena.h"
#include "base/str.h"

struct word {
    struct str text; /* as compared */
    size_t from, to; /* where it stands in the source */
    bool starts;     /* first of its sentence */
    bool asked;      /* a question mark follows it, before the next word */
};

struct words {
    const struct word *at;
    size_t count;
    struct str source;
};

/* All words of `source`, which must outlive them; `arena` holds the rest. */
struct words words_of(struct arena *arena, struct str source);
/* Words `from` to before `to`, of the same source. */
struct words words_part(struct words w, size_t from, size_t to);
/* What the source has from the first to the last word: without what stands before and after them.
 */
struct str words_source(struct words w);
/* The words joined by one blank each, for comparing whole texts. */
struct str words_joined(struct arena *arena, struct words w);

/* Is `word` one of the words of `list`, which are separated by one blank each? */
bool word_in(struct str word, const char *list);
/* How many words of `w`, from its start on, are in `list`. */
size_t words_skip(struct words w, const char *list);
/* True when all words are in `list`. */
bool words_all_in(struct words w, const char *list);
/* How many words `phrase` has (separated by one blank each) if `w` starts with it, else 0. */
size_t words_start(struct words w, const char *phrase);
/* The longest start of `w` among `phrases`, a NULL-ended list; 0 when none. */
size_t words_start_any(struct words w, const char *const *phrases);
/* Where `phrase`, itself as words, first stands in `w`, or -1. An empty one stands nowhere. */
ptrdiff_t words_find(struct words w, struct words phrase);

/* Is `word` one of `name`'s, also without the s of its possessive: "Rosa" of "Rosa's Bakery"? */
bool words_name(struct words name, struct str word);

/* English words that carry no topic: "the", "do", "your", "please". */
bool word_is_filler(struct str word);
/* Does it look like a question: a question mark, or an English word that asks at its start? */
bool words_ask(struct words w);

/*
 * Take the next sentence off `rest`: up to a full stop, question or exclamation mark or line break,
 * or up to "and" before a word that starts a question. False when nothing is left.
 */
bool words_sentence(struct words *rest, struct words *ret);
