/*
 * arena.c - blocks of memory chained newest first, given out from the newest.
 *
 * A block doubles the one before it up to 1 MiB; a larger wish gets a block of its own size.
 */
#include "base/arena.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/err.h"

#define BLOCK_BYTES_FIRST 16384
#define BLOCK_BYTES_MOST (1024 * 1024)

struct arena_block {
    struct arena_block *older;
    size_t used, size;
    _Alignas(max_align_t) char bytes[];
};

static void add_block(struct arena *arena, size_t at_least)
{
    size_t size = arena->newest ? arena->newest->size * 2 : BLOCK_BYTES_FIRST;
    struct arena_block *block;

    if (size > BLOCK_BYTES_MOST)
        size = BLOCK_BYTES_MOST;
    if (size < at_least)
        size = at_least;
    block = malloc(sizeof(*block) + size);
    if (!block)
        die("out of memory (%zu bytes wanted)", size);
    *block = (struct arena_block){ .older = arena->newest, .size = size };
    arena->newest = block;
}

void *arena_alloc(struct arena *arena, size_t bytes)
{
    size_t rounded =
        (bytes + _Alignof(max_align_t) - 1) / _Alignof(max_align_t) * _Alignof(max_align_t);
    void *at;

    if (rounded < bytes)
        die("out of memory (%zu bytes wanted)", bytes);
    if (!arena->newest || arena->newest->size - arena->newest->used < rounded)
        add_block(arena, rounded);
    at = arena->newest->bytes + arena->newest->used;
    arena->newest->used += rounded;
    return memset(at, 0, rounded);
}

void *arena_alloc_array(struct arena *arena, size_t bytes, size_t count)
{
    size_t total;

    if (__builtin_mul_overflow(bytes, count, &total))
        die("out of memory (%zu times %zu bytes wanted)", count, bytes);
    return arena_alloc(arena, total);
}

struct str arena_copy(struct arena *arena, struct str s)
{
    char *copy = arena_alloc(arena, s.len + 1);

    if (s.len > 0)
        memcpy(copy, s.ptr, s.len);
    return (struct str){ copy, s.len };
}

struct str arena_printf(struct arena *arena, const char *format, ...)
{
    va_list args;
    int len;
    char *text;

    va_start(args, format);
    len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (len < 0)
        die("a format that cannot be printed: %s", format);
    text = arena_alloc(arena, (size_t)len + 1);
    va_start(args, format);
    vsnprintf(text, (size_t)len + 1, format, args);
    va_end(args);
    return (struct str){ text, (size_t)len };
}

void arena_reset(struct arena *arena)
{
    while (arena->newest && arena->newest->older) {
        struct arena_block *older = arena->newest->older;

        free(arena->newest);
        arena->newest = older;
    }
    if (arena->newest)
        arena->newest->used = 0;
}

void arena_release(struct arena *arena)
{
    arena_reset(arena);
    free(arena->newest);
    arena->newest = NULL;
}
