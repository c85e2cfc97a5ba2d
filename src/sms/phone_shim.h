/*
 * phone_shim.h - the few questions we ask libphonenumber, in C. Private to the sms room.
 *
 * Thread-safe, and no exception comes out. The first call loads the metadata, some 12 ms; each
 * later one takes some 20 us. Whether a number is valid is never asked: the metadata is older than
 * many.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define PHONE_SHIM_BYTES 64 /* room for any number as a text, with its NUL */

enum phone_shim_result {
    PHONE_SHIM_OK,
    PHONE_SHIM_NOT_A_NUMBER,
    PHONE_SHIM_UNKNOWN_COUNTRY, /* no country code in the text, or one the metadata lacks */
    PHONE_SHIM_TOO_SHORT,       /* for its country; a number without its area code also */
    PHONE_SHIM_TOO_LONG
};

struct phone_shim_number {
    char e164[PHONE_SHIM_BYTES];
    bool international; /* written with + or the region's own prefix for calls abroad */
};

/* `region` may be empty. `ret` is set only when the result is PHONE_SHIM_OK. */
enum phone_shim_result phone_shim_parse(const char *text, size_t text_len, const char *region,
                                        size_t region_len, struct phone_shim_number *ret);

/* The number in its national form, or in the international one, into `ret`; false when unknown. */
bool phone_shim_format(const char *e164, size_t e164_len, bool national,
                       char ret[PHONE_SHIM_BYTES]);

/*
 * The region of the number, two letters and a NUL; false when the metadata does not tell. When it
 * knows the country code but no range for the number, it is the region that mainly has that code,
 * except for +1, which 25 countries share.
 */
bool phone_shim_region(const char *e164, size_t e164_len, char ret[3]);

/* The country code of a region, 1 for "US", or 0 when there is no such region. */
int phone_shim_country_code(const char *region, size_t region_len);

#ifdef __cplusplus
}
#endif
