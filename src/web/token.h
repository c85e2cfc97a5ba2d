/* token.h - bearer tokens: how one is made, and what is kept of it. */
#pragma once
#include "base/arena.h"
#include "base/chance.h"

#define TOKEN_HASH_BYTES 32

/* A new token, "ab_" and 43 characters of base64url: 256 random bits. In `arena`. */
struct str token_make(struct chance *chance, struct arena *arena);
/* SHA-256 of it: all that is stored. */
void token_hash(struct str token, unsigned char ret[TOKEN_HASH_BYTES]);
bool token_is_one(struct str text); /* of that form; whether it is known is another question */
