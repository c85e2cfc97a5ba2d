/* segment.h - how many SMS segments a text takes, and how to cut one that is too long. */
#pragma once
#include "base/arena.h"
#include "base/str.h"

enum sms_encoding { SMS_GSM7, SMS_UCS2 };

#define SEGMENTS_MOST 64 /* units are told for this many; a provider's text has at most 24 */

struct segment_count {
    enum sms_encoding encoding;
    size_t units;    /* GSM-7: septets, two for an extension character; UCS-2: 16-bit code units */
    size_t segments; /* what the provider bills for; 1 for an empty text */
    size_t segment_units[SEGMENTS_MOST]; /* units in each of the first SEGMENTS_MOST segments */
};

/*
 * Count the segments needed to send `text` as one message. One character that GSM-7 lacks moves the
 * whole text to UCS-2; no character, surrogate pair or grapheme cluster that fits is cut.
 *
 * text     UTF-8, borrowed for the call only; bytes that are not UTF-8 count as U+FFFD.
 * Source   alphabets: 3GPP TS 23.038, 6.2.1; concatenation header: 3GPP TS 23.040, 9.2.3.24.1.
 *          Vectors from Twilio's calculator: tests/data/twilio/segment-vectors.json.
 */
struct segment_count segment_count(struct str text);
const char *sms_encoding_name(enum sms_encoding encoding); /* "GSM-7" or "UCS-2" */

/*
 * Smart encoding: replace characters that GSM-7 lacks by look-alikes (curly quotes, dashes, …). As
 * Twilio does it: every listed replacement is made, also when the text stays UCS-2 all the same.
 * Before that, a letter and a combining accent become the one letter that GSM-7 has for them.
 * Result in `arena`; `text` itself when there is nothing to replace.
 */
struct str segment_smart(struct str text, struct arena *arena);

/*
 * Cut a long text into messages of at most `segments_max` segments and 1600 UTF-16 units each, at
 * the end of a sentence or word where there is one, never inside a character or grapheme cluster.
 * Blanks at the cuts are dropped. The parts are views of `text`; the array is made in `arena`. An
 * empty or blank text gives no part.
 */
size_t segment_split(struct str text, size_t segments_max, struct arena *arena,
                     struct str **ret_parts);
