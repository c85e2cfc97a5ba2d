/*
 * table.c - a chained hash table that doubles.
 *
 * Slots keep their address when it grows, because entries are linked anew and never moved.
 */
#include "simulator/table.h"

#include <stdlib.h>

#include "base/err.h"

#define BUCKETS_FIRST 64

struct table_entry {
    struct table_entry *next;
    uint64_t hash;
    struct str key;
    void *value;
};

static void grow(struct table *table)
{
    size_t bucket_count = table->bucket_count ? table->bucket_count * 2 : BUCKETS_FIRST;
    struct table_entry **buckets = calloc(bucket_count, sizeof(struct table_entry *));

    if (!buckets)
        die("out of memory (%zu buckets wanted)", bucket_count);
    for (size_t i = 0; i < table->bucket_count; i++) {
        struct table_entry *entry = table->buckets[i];

        while (entry) {
            struct table_entry *next = entry->next;
            struct table_entry **bucket = &buckets[entry->hash & (bucket_count - 1)];

            entry->next = *bucket;
            *bucket = entry;
            entry = next;
        }
    }
    free(table->buckets);
    table->buckets = buckets;
    table->bucket_count = bucket_count;
}

static struct table_entry *find(const struct table *table, uint64_t hash, struct str key)
{
    struct table_entry *entry = NULL;

    if (table->bucket_count > 0)
        entry = table->buckets[hash & (table->bucket_count - 1)];
    while (entry && (entry->hash != hash || !str_equal(entry->key, key)))
        entry = entry->next;
    return entry;
}

void **table_slot(struct table *table, struct arena *arena, struct str key)
{
    uint64_t hash = str_hash(key);
    struct table_entry *entry = find(table, hash, key);
    struct table_entry **bucket;

    if (entry)
        return &entry->value;
    if (table->count >= table->bucket_count)
        grow(table);
    bucket = &table->buckets[hash & (table->bucket_count - 1)];
    entry = ARENA_NEW(arena, struct table_entry);
    *entry = (struct table_entry){ .next = *bucket, .hash = hash, .key = arena_copy(arena, key) };
    *bucket = entry;
    table->count++;
    return &entry->value;
}

void *table_find(const struct table *table, struct str key)
{
    const struct table_entry *entry = find(table, str_hash(key), key);

    return entry ? entry->value : NULL;
}

void table_release(struct table *table)
{
    free(table->buckets);
    *table = (struct table){ 0 };
}
