/*
 * segments.c - GSM-7 when every character allows it, UCS-2 otherwise.
 */
#include "simulator/segments.h"

/* The basic alphabet beyond ASCII, in order of code point. */
static const uint16_t gsm_beyond_ascii[] = {
    0xA1, 0xA3, 0xA4, 0xA5,  0xA7,  0xBF,  0xC4,  0xC5,  0xC6,  0xC7,  0xC9,  0xD1,  0xD6,
    0xD8, 0xDC, 0xDF, 0xE0,  0xE4,  0xE5,  0xE6,  0xE8,  0xE9,  0xEC,  0xF1,  0xF2,  0xF6,
    0xF8, 0xF9, 0xFC, 0x393, 0x394, 0x398, 0x39B, 0x39E, 0x3A0, 0x3A3, 0x3A6, 0x3A8, 0x3A9,
};

/* Septets a character takes: 1, 2 for the extension table, 0 when GSM-7 lacks it. */
static unsigned gsm_units(uint32_t character)
{
    if (character == 0x20AC || character == '\f')
        return 2;
    if (character < 0x80) {
        if (character == '`' || character == 0x7F)
            return 0;
        if (character < ' ')
            return character == '\n' || character == '\r' ? 1 : 0;
        return strchr("^{}\\[~]|", (int)character) ? 2 : 1;
    }
    for (size_t i = 0; i < ARRAY_LEN(gsm_beyond_ascii); i++) {
        if (gsm_beyond_ascii[i] == character)
            return 1;
    }
    return 0;
}

static unsigned ucs_units(uint32_t character)
{
    return character > 0xFFFF ? 2 : 1;
}

static unsigned count_segments(struct str text, unsigned (*units)(uint32_t), unsigned one,
                               unsigned several)
{
    size_t total = 0, at = 0;
    unsigned segments = 1, used = 0;
    uint32_t character;

    while (str_next_char(text, &at, &character)) {
        unsigned more = units(character);

        total += more;
        if (used + more > several) {
            segments++;
            used = 0;
        }
        used += more;
    }
    return total <= one ? 1 : segments;
}

unsigned text_segments(struct str text)
{
    size_t at = 0;
    uint32_t character;

    while (str_next_char(text, &at, &character)) {
        if (gsm_units(character) == 0)
            return count_segments(text, ucs_units, 70, 67);
    }
    return count_segments(text, gsm_units, 160, 153);
}

size_t text_units(struct str text)
{
    size_t at = 0, total = 0;
    uint32_t character;

    while (str_next_char(text, &at, &character))
        total += ucs_units(character);
    return total;
}
