/*
 * ranking.h - which of a list of texts a question is about.
 *
 * SQLite's full-text index FTS5 in memory, with English stems ("deliver" finds "delivering"), any
 * script, and no regard for accents. A rank alone cannot say that nothing fits: bm25 has no fixed
 * scale, so a match also tells how much of the question it covers and how much of the text the
 * question covers. Not for two threads at once.
 */
#pragma once
#include "agent/rule/words.h"
#include "base/err.h"

struct ranking;

struct ranking_match {
    size_t entry;
    double asked;  /* 0 to 1: how much of the question the text has; unknown words count half */
    double covers; /* 0 to 1: how much of the text the question has */
    double both;   /* their harmonic mean */
    double bm25;   /* smaller is better */
    bool exact;    /* word for word the same */
};

/* NULL with `err` (ERR_INTERNAL) when SQLite cannot; ended with ranking_destroy. */
struct ranking *ranking_create(struct err *err);
void ranking_destroy(struct ranking *r);
/* A text of `entry`; an entry may have several. Texts without words are left out. */
bool ranking_add(struct ranking *r, size_t entry, struct str text, struct err *err);
/* The entry that has a text which is word for word `question`; false when none has. */
bool ranking_exact(const struct ranking *r, struct words question, struct arena *arena,
                   size_t *ret_entry);
/*
 * The entries that have at least one topic word of `question`, the one that fits best first, each
 * once, in `arena`. A question of fillers only ("who are you") finds nothing but its exact equal.
 */
bool ranking_find(struct ranking *r, struct words question, struct arena *arena,
                  struct ranking_match **ret, size_t *ret_count, struct err *err);
