/* gsm7.h - the GSM-7 alphabet and the look-alikes it has for other characters. Private to the sms
 * room. */
#pragma once
#include "base/str.h"

struct smart_row {
    uint32_t character;
    const char *replacement; /* GSM-7, at most 7 characters; may be empty */
};

/* Septets that `character` takes: 1, 2 from the extension table, 0 when GSM-7 lacks
 * it. 23.038, 6.2.1. */
unsigned gsm7_units(uint32_t character);

/* What smart encoding puts in its place (static), or NULL when it has nothing. */
const char *gsm7_lookalike(uint32_t character);
