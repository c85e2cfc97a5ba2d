/*
 * texts.h - the webhooks of pretend people, signed as Twilio signs them.
 *
 * Shared by the load generator, which sends them, and the seeder, which stores what such texts
 * leave behind. The phones are of the benchmark's own making: +1 555 and seven digits, one for each
 * user.
 */
#pragma once
#include "base/chance.h"
#include "base/str.h"

#define TEXTS_USERS_MOST 10000000
#define TEXTS_PHONE_BYTES 13 /* "+1555", seven digits, NUL */
#define TEXTS_SID_BYTES 35   /* "SM", 32 hex digits, NUL */

struct str texts_phone(size_t user, char room[TEXTS_PHONE_BYTES]);
struct str texts_sid(struct chance *chance, char room[TEXTS_SID_BYTES]);
/* Something that a person may text, the same for the same `which`. */
const char *texts_body(uint64_t which);

struct texts {
    struct str url;        /* as configured at Twilio: what the signature covers */
    struct str host, path; /* of the request itself */
    struct str account, auth_token, number;
    size_t users; /* From is one of this many, evenly */
    bool in_turn; /* one after the other instead, from `next` on */
    size_t next;
    struct chance chance;
};

/* Append one whole HTTP request with a text of its own. */
void texts_request(struct texts *texts, struct buf *out);
/* The parameters that nothing but the record needs, form-encoded, as texts_request sends them. */
extern const char texts_geography[];
