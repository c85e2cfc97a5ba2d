/*
 * phone.h - phone numbers: what the wire says, what people type, what people read.
 *
 * The wire path checks shapes only (nanoseconds). libphonenumber is asked at the edges: what a
 * person typed, how a number is shown, which country it is in. Its metadata is old, so a number
 * that it calls invalid is never refused for that reason.
 */
#pragma once
#include "base/arena.h"
#include "base/err.h"

enum phone_kind {
    PHONE_NONE,        /* not an address at all */
    PHONE_E164,        /* + and 8 to 15 digits, the first not 0 */
    PHONE_SHORT_CODE,  /* 3 to 8 digits */
    PHONE_ALPHANUMERIC /* 1 to 11 letters, digits, spaces, & . + - _ with at least one letter */
};

/* The class of an address by its shape alone. Source: ITU-T E.164; Twilio's sender names. */
enum phone_kind phone_kind(struct str address);

/*
 * What a person typed as E.164: "(555) 010-1234" with region "US" gives "+15550101234". Full-width
 * digits, punctuation, "tel:" and "00" or "011" prefixes are understood; letters and extensions are
 * not. E.164 input is kept as it is without asking the library.
 *
 * text    blanks around it do not matter; more than 64 bytes are no phone number.
 * region  ISO 3166-1 alpha-2, or empty when only international input is acceptable.
 * ret     made in `arena`.
 * Errors  ERR_INVALID, with a sentence that says what is wrong and gives an example.
 */
bool phone_parse(struct str text, struct str region, struct arena *arena, struct str *ret,
                 struct err *err);

/* For people: "+1 555-010-1234", or "(555) 010-1234" if `region` is its own. In `arena`. */
struct str phone_display(struct str e164, struct str region, struct arena *arena);

/*
 * Two letters, "US" for +1 numbers of the United States; "" when unknown. Numbers in a range newer
 * than the metadata get the main country of their code, except for +1, which many share.
 * In `arena`.
 */
struct str phone_country(struct str e164, struct arena *arena);
