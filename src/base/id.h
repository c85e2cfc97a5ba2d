/*
 * id.h - names of rows: UUIDv7, printed with a prefix that says what they name.
 *
 * Printed form: "usr_" and 32 lower-case hex digits. Time-ordered, so new rows go to the end of a
 * table's tree. Source: RFC 9562, 5.7.
 */
#pragma once
#include "base/chance.h"
#include "base/str.h"

struct id {
    unsigned char bytes[16];
};

enum id_kind {
    ID_USER,
    ID_NUMBER,
    ID_CONTACT,
    ID_CONVERSATION,
    ID_MESSAGE,
    ID_TURN,
    ID_TOKEN,
    ID_FACT,
    ID_CONSENT
};
#define ID_TEXT_BYTES 37 /* prefix, 32 hex digits, NUL */

/*
 * Makes ids that grow: within one maker each is larger than the one before, even when the clock
 * stands still or steps back. A zeroed maker is ready.
 */
struct id_maker {
    uint64_t last_ms;
    unsigned counter;
};
struct id id_make(struct id_maker *maker, int64_t now_ms, struct chance *chance);
int64_t id_time_ms(struct id id); /* when it was made, Unix time */

/* Fill `text` with the printed form and return a view of it (without the NUL). */
struct str id_format(enum id_kind kind, struct id id, char text[ID_TEXT_BYTES]);
/* False unless `text` is the printed form of this kind. Dashes are not accepted. */
bool id_parse(enum id_kind kind, struct str text, struct id *ret);
bool id_equal(struct id a, struct id b);
bool id_is_zero(struct id id);
int id_compare(struct id a, struct id b);
struct str id_bytes(const struct id *id); /* the 16 bytes as a view of *id */
