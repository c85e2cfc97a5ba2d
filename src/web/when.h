/*
 * when.h - times and days as people write them in requests.
 *
 * Private to this room. Pure; the proleptic Gregorian calendar, years 1970 to 9999.
 */
#pragma once
#include "base/str.h"

/*
 * RFC 3339 with any offset ("2026-11-21T09:30:00+01:00") as Unix milliseconds; what is finer than a
 * millisecond is dropped, a leap second counts as the second after it. False when it is not one.
 */
bool when_parse(struct str text, int64_t *ret_ms);
bool when_parse_day(struct str text, int64_t *ret_day); /* "2026-11-21" as days since 1970 */
#define WHEN_DAY_BYTES 11
struct str when_format_day(int64_t day, char text[WHEN_DAY_BYTES]);
