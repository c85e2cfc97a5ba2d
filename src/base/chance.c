/*
 * chance.c - a ChaCha20 stream given out in pieces.
 *
 * After every refill the first 32 bytes become the next key, so that what was given out cannot be
 * computed again from the state (fast key erasure).
 */
#include "base/chance.h"

#include <sodium.h>

void chance_init(struct chance *chance, const unsigned char seed[32])
{
    memset(chance, 0, sizeof(*chance));
    memcpy(chance->key, seed, sizeof(chance->key));
    chance->used = sizeof(chance->ready);
}

void chance_init_number(struct chance *chance, uint64_t seed)
{
    unsigned char bytes[32] = { 0 };

    memcpy(bytes, &seed, sizeof(seed));
    chance_init(chance, bytes);
}

static void refill(struct chance *chance)
{
    unsigned char nonce[crypto_stream_chacha20_NONCEBYTES] = { 0 };

    memcpy(nonce, &chance->block, sizeof(chance->block));
    chance->block++;
    crypto_stream_chacha20(chance->ready, sizeof(chance->ready), nonce, chance->key);
    memcpy(chance->key, chance->ready, sizeof(chance->key));
    chance->used = sizeof(chance->key);
}

void chance_bytes(struct chance *chance, void *bytes, size_t len)
{
    unsigned char *to = bytes;

    while (len > 0) {
        size_t take;

        if (chance->used == sizeof(chance->ready))
            refill(chance);
        take = sizeof(chance->ready) - chance->used;
        if (take > len)
            take = len;
        memcpy(to, chance->ready + chance->used, take);
        memset(chance->ready + chance->used, 0, take);
        chance->used += take;
        to += take;
        len -= take;
    }
}

uint64_t chance_next(struct chance *chance)
{
    uint64_t value;

    chance_bytes(chance, &value, sizeof(value));
    return value;
}

int64_t chance_below(struct chance *chance, int64_t below)
{
    uint64_t range = (uint64_t)below;
    uint64_t biased = UINT64_MAX - UINT64_MAX % range; /* from here on a draw would be uneven */
    uint64_t draw;

    do {
        draw = chance_next(chance);
    } while (draw >= biased);
    return (int64_t)(draw % range);
}
