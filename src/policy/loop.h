/*
 * loop.h - is the other side a machine that answers our answers?
 *
 * A conversation keeps its last rounds: a text, and when we answered it. A text that comes back the
 * same, or faster than anybody types, round after round, ends the exchange before its loop_after'th
 * message (six by default); the provider's own guard waits for 30 in 30 s. One round proves
 * nothing: people repeat themselves, and type fast.
 */
#pragma once
#include "base/arena.h"
#include "base/str.h"

#define LOOP_ROUNDS_MOST 5
#define LOOP_BYTES_MOST 120 /* of a packed ring */

struct loop_round {
    uint64_t print;      /* of the words, so that near-same texts have near-same prints */
    int64_t in_ms;       /* the text; of several that came before one answer the last */
    int64_t answered_ms; /* our automatic answer; 0: none yet */
    unsigned bytes;      /* of all texts of the round, at most 2047 */
    unsigned words;      /* of its last text, at most 15 */
    bool looped;         /* this text was found to be a machine's */
};

/* Zeroed: nothing was said yet. Newest last. */
struct loop_ring {
    struct loop_round rounds[LOOP_ROUNDS_MOST];
    size_t count;
};

struct loop_verdict {
    bool loop;
    const char *rule;    /* static: "same_text", "short_text", "near_text", "regular_text",
                            "machine_pace", "still_looping"; NULL when it is no loop */
    int64_t texts;       /* in a row that fit the rule */
    int64_t delay_ms;    /* longest wait of theirs after an answer of ours */
    int64_t bytes_per_s; /* "machine_pace": the slowest of them */
};

/*
 * Note a text from the other side and judge the exchange. A copy of the ring may be given where
 * nothing shall change.
 *
 * loop_after  most messages of both sides that a machine's exchange may have, 4 to 6; negative: the
 *             text is noted and never a loop.
 */
struct loop_verdict loop_text(struct loop_ring *ring, int64_t loop_after, struct str body,
                              int64_t at_ms);
/* Note that we answered, when the answer is queued. Not for what a person of ours writes. */
void loop_answer(struct loop_ring *ring, int64_t at_ms);
/* What the guard saw, for why: "the same text 3 times, each within 4 s of our answer". */
struct str loop_detail(const struct loop_verdict *verdict, struct arena *arena);

/* The ring as bytes for the conversation's row; returns how many. Times keep their milliseconds
 * for 49 days. */
size_t loop_pack(const struct loop_ring *ring, unsigned char ret[LOOP_BYTES_MOST]);
/* False, and the ring empty, when these are no packed ring. No bytes are an empty ring. */
bool loop_unpack(const void *bytes, size_t len, struct loop_ring *ret);
