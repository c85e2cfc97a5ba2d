/*
 * token.c - making bearer tokens, and hashing them.
 *
 * A plain hash is enough: 256 random bits cannot be guessed from it.
 */
#include "web/token.h"

#include <sodium.h>

#define RANDOM_BYTES 32
#define TOKEN_TEXT_BYTES 46 /* of a whole token */
#define VARIANT sodium_base64_VARIANT_URLSAFE_NO_PADDING

struct str token_make(struct chance *chance, struct arena *arena)
{
    unsigned char bytes[RANDOM_BYTES];
    char text[sodium_base64_ENCODED_LEN(RANDOM_BYTES, VARIANT)];

    chance_bytes(chance, bytes, sizeof(bytes));
    sodium_bin2base64(text, sizeof(text), bytes, sizeof(bytes), VARIANT);
    sodium_memzero(bytes, sizeof(bytes));
    return arena_printf(arena, "ab_%s", text);
}

void token_hash(struct str token, unsigned char ret[TOKEN_HASH_BYTES])
{
    crypto_hash_sha256(ret, (const unsigned char *)token.ptr, token.len);
}

bool token_is_one(struct str text)
{
    if (text.len != TOKEN_TEXT_BYTES || !str_starts(text, str_of("ab_")))
        return false;
    for (size_t i = 3; i < text.len; i++) {
        char c = text.ptr[i];

        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
              c == '-' || c == '_'))
            return false;
    }
    return true;
}
