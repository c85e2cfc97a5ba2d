/*
 * id.c - making, printing and reading UUIDv7 ids.
 *
 * Layout: 48 bits of milliseconds, 4 of version, 12 of counter, 2 of variant, 62 random. The
 * counter starts at a random value below 1024 in each millisecond; when it runs over, the time
 * moves on by one.
 */
#include "base/id.h"

#include "base/err.h"

static const char *const prefixes[] = {
    [ID_USER] = "usr_",         [ID_NUMBER] = "num_",  [ID_CONTACT] = "con_",
    [ID_CONVERSATION] = "cnv_", [ID_MESSAGE] = "msg_", [ID_TURN] = "trn_",
    [ID_TOKEN] = "tok_",        [ID_FACT] = "fct_",    [ID_CONSENT] = "cns_",
};

struct id id_make(struct id_maker *maker, int64_t now_ms, struct chance *chance)
{
    struct id id;
    uint64_t ms = (uint64_t)now_ms;

    if (ms > maker->last_ms) {
        maker->last_ms = ms;
        maker->counter = (unsigned)(chance_next(chance) % 1024);
    } else if (++maker->counter > 0xFFF) {
        maker->last_ms++;
        maker->counter = 0;
    }
    chance_bytes(chance, id.bytes + 8, 8);
    for (int i = 0; i < 6; i++)
        id.bytes[i] = (unsigned char)(maker->last_ms >> (40 - 8 * i));
    id.bytes[6] = (unsigned char)(0x70 | maker->counter >> 8);
    id.bytes[7] = (unsigned char)maker->counter;
    id.bytes[8] = (unsigned char)(0x80 | (id.bytes[8] & 0x3F));
    return id;
}

int64_t id_time_ms(struct id id)
{
    uint64_t ms = 0;

    for (int i = 0; i < 6; i++)
        ms = ms << 8 | id.bytes[i];
    return (int64_t)ms;
}

struct str id_format(enum id_kind kind, struct id id, char text[ID_TEXT_BYTES])
{
    memcpy(text, prefixes[kind], 4);
    hex_encode(id.bytes, sizeof(id.bytes), text + 4);
    text[ID_TEXT_BYTES - 1] = '\0';
    return (struct str){ text, ID_TEXT_BYTES - 1 };
}

bool id_parse(enum id_kind kind, struct str text, struct id *ret)
{
    return str_starts(text, str_of(prefixes[kind])) &&
           hex_decode(str_slice(text, 4, text.len), ret->bytes, sizeof(ret->bytes));
}

bool id_equal(struct id a, struct id b)
{
    return memcmp(a.bytes, b.bytes, sizeof(a.bytes)) == 0;
}

bool id_is_zero(struct id id)
{
    return id_equal(id, (struct id){ 0 });
}

int id_compare(struct id a, struct id b)
{
    return memcmp(a.bytes, b.bytes, sizeof(a.bytes));
}

struct str id_bytes(const struct id *id)
{
    return (struct str){ (const char *)id->bytes, sizeof(id->bytes) };
}
