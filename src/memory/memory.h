/*
 * memory.h - what an agent remembers of a contact between conversations.
 *
 * Facts are kept per contact: what was learned from one is never shown in another's conversation.
 * Writes belong to the caller's transaction. Errors are the store's, and those named here.
 */
#pragma once
#include "store/store.h"

#define MEMORY_FACTS_MOST 500 /* of one contact */

/* Whose memory, in which transaction, now. */
struct memory {
    struct store_tx *tx;
    const struct scope *scope;
    struct id contact;
    int64_t now_ms;
    struct chance *chance;
    struct id_maker *ids;
    struct arena *arena; /* for what is read along the way */
};

/*
 * Remember a text. One that is remembered already moves to the front instead of being kept twice.
 * ERR_CONFLICT when the contact has MEMORY_FACTS_MOST already.
 */
bool memory_remember(const struct memory *memory, struct str text, struct err *err);
/* Forget every fact that is exactly `text`; *ret_count of them, 0 is no error. */
bool memory_forget(const struct memory *memory, struct str text, size_t *ret_count,
                   struct err *err);
