/*
 * arena.h - memory that goes all at once.
 *
 * What is made while handling a batch comes from one arena; nothing in it is freed by itself. A
 * zeroed arena is empty and ready. Running out of memory ends the process: the spool has what was
 * accepted.
 */
#pragma once
#include "base/str.h"

struct arena {
    struct arena_block *newest;
};

/* Zeroed memory, aligned for anything, valid until arena_release or arena_reset. Never NULL. */
void *arena_alloc(struct arena *arena, size_t bytes);
#define ARENA_NEW(arena, type) ((type *)arena_alloc((arena), sizeof(type)))
#define ARENA_ARRAY(arena, type, count) ((type *)arena_alloc_array((arena), sizeof(type), (count)))
void *arena_alloc_array(struct arena *arena, size_t bytes, size_t count);
/* A copy of `s`; it is followed by a NUL, so its ptr is a C string when `s` holds none inside. */
struct str arena_copy(struct arena *arena, struct str s);
struct str arena_printf(struct arena *arena, const char *format, ...) PRINTF_LIKE(2, 3);
void arena_reset(struct arena *arena);   /* empty, the first block kept for the next batch */
void arena_release(struct arena *arena); /* fine on a zeroed arena, and twice */
