/*
 * chance.h - random bytes as an argument.
 *
 * A ChaCha20 stream: from a seed that the loop took of the operating system it is fit for keys,
 * nonces and tokens; from a fixed seed it replays a test or a simulation byte for byte. Not for two
 * threads at once: each thread has its own.
 */
#pragma once
#include "base/str.h"

struct chance {
    unsigned char key[32];
    uint64_t block;
    unsigned char ready[512];
    size_t used; /* bytes of `ready` given out */
};

/* `seed` is 32 bytes; the same seed gives the same bytes on every machine. */
void chance_init(struct chance *chance, const unsigned char seed[32]);
void chance_init_number(struct chance *chance, uint64_t seed); /* for tests and simulations */
void chance_bytes(struct chance *chance, void *bytes, size_t len);
uint64_t chance_next(struct chance *chance);
/* Evenly from 0 to below - 1; below is at least 1. */
int64_t chance_below(struct chance *chance, int64_t below);
