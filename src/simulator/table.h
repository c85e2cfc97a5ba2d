/*
 * table.h - texts to pointers, in memory that goes all at once.
 *
 * Entries live in an arena of the caller and are never removed; a value may be set to NULL. A
 * zeroed table is empty and ready; after the arena is reset, table_release makes it so again.
 */
#pragma once
#include "base/arena.h"

struct table {
    struct table_entry **buckets;
    size_t bucket_count, count;
};

/* Where the value of `key` stands, NULL at first; valid for good. The key is copied into `arena`.
 */
void **table_slot(struct table *table, struct arena *arena, struct str key);
void *table_find(const struct table *table, struct str key); /* NULL when absent */
void table_release(struct table *table);
