/*
 * entry.c - putting a spool entry into sealed bytes and taking it out again.
 *
 * The layout is on disks that a newer program will read: a change is a new ENTRY_VERSION, and the
 * old one must stay readable as long as a spool written with it can be there.
 */
#include "spool/entry.h"

#define ENTRY_VERSION 1
#define ENTRY_HEAD_BYTES 10
#define TEXT_COUNT 4

static struct vault_place place_of(int64_t position)
{
    struct vault_place place = { .table = "spool", .column = "entry" };

    for (int i = 0; i < 8; i++)
        place.row.bytes[15 - i] = (unsigned char)((uint64_t)position >> (8 * i));
    return place;
}

static unsigned char *put_number(unsigned char *to, uint64_t value, int bytes)
{
    for (int i = 0; i < bytes; i++)
        *to++ = (unsigned char)(value >> (8 * i));
    return to;
}

static uint64_t get_number(const char *from, int bytes)
{
    uint64_t value = 0;

    for (int i = bytes - 1; i >= 0; i--)
        value = value << 8 | (unsigned char)from[i];
    return value;
}

struct str entry_seal(const struct vault_key *key, const struct spool_entry *entry,
                      int64_t position, struct chance *chance, struct arena *arena)
{
    struct vault_place place = place_of(position);
    const struct str texts[TEXT_COUNT] = { entry->account, entry->query, entry->body,
                                           entry->dedupe };
    size_t len = ENTRY_HEAD_BYTES;
    unsigned char *plain, *at;

    for (size_t i = 0; i < TEXT_COUNT; i++)
        len += 4 + texts[i].len;
    at = plain = arena_alloc(arena, len);
    at = put_number(at, ENTRY_VERSION, 1);
    at = put_number(at, entry->kind, 1);
    at = put_number(at, (uint64_t)entry->received_ms, 8);
    for (size_t i = 0; i < TEXT_COUNT; i++) {
        at = put_number(at, texts[i].len, 4);
        if (texts[i].len > 0)
            memcpy(at, texts[i].ptr, texts[i].len);
        at += texts[i].len;
    }
    return vault_seal(key, &place, str_make((const char *)plain, len), chance, arena);
}

/* Take one length-prefixed text off `rest`. */
static bool take_text(struct str *rest, struct str *ret)
{
    uint64_t len;

    if (rest->len < 4)
        return false;
    len = get_number(rest->ptr, 4);
    if (len > rest->len - 4)
        return false;
    *ret = str_slice(*rest, 4, (size_t)len);
    *rest = str_slice(*rest, 4 + (size_t)len, rest->len);
    return true;
}

bool entry_unseal(const struct vault_key *key, struct str sealed, int64_t position,
                  struct arena *arena, struct spool_entry *ret, struct err *err)
{
    struct vault_place place = place_of(position);
    struct spool_entry entry = { .position = position };
    struct str *const texts[TEXT_COUNT] = { &entry.account, &entry.query, &entry.body,
                                            &entry.dedupe };
    struct str rest;
    bool whole;

    if (!vault_unseal(key, &place, sealed, arena, &rest, err))
        return err_add(err, "spool entry %lld", (long long)position);
    whole = rest.len >= ENTRY_HEAD_BYTES && rest.ptr[0] == ENTRY_VERSION &&
            (rest.ptr[1] == SPOOL_INBOUND || rest.ptr[1] == SPOOL_STATUS);
    if (whole) {
        entry.kind = (enum spool_kind)rest.ptr[1];
        entry.received_ms = (int64_t)get_number(rest.ptr + 2, 8);
        rest = str_slice(rest, ENTRY_HEAD_BYTES, rest.len);
        for (size_t i = 0; whole && i < TEXT_COUNT; i++)
            whole = take_text(&rest, texts[i]);
    }
    if (!whole || rest.len > 0)
        return err_set(err, ERR_INTERNAL, "spool entry %lld has an unknown form",
                       (long long)position);
    *ret = entry;
    return true;
}
