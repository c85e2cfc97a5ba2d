/*
 * gsm7.c - the GSM-7 alphabet and smart encoding's look-alikes.
 *
 * The alphabet is the default one of 3GPP TS 23.038, 6.2.1, as the provider counts it: escape and
 * the national tables are not characters. tests/data/twilio/gsm7.json is compared with this by
 * gsm7_test.c.
 */
#include "sms/gsm7.h"

#include "sms/smart_table.h"

/* Beyond ASCII, in order. */
// clang-format off
static const uint16_t basic_letters[] = {
    0x00A1, 0x00A3, 0x00A4, 0x00A5, 0x00A7, 0x00BF, 0x00C4, 0x00C5, 0x00C6, 0x00C7, 0x00C9, 0x00D1,
    0x00D6, 0x00D8, 0x00DC, 0x00DF, 0x00E0, 0x00E4, 0x00E5, 0x00E6, 0x00E8, 0x00E9, 0x00EC, 0x00F1,
    0x00F2, 0x00F6, 0x00F8, 0x00F9, 0x00FC, 0x0393, 0x0394, 0x0398, 0x039B, 0x039E, 0x03A0, 0x03A3,
    0x03A6, 0x03A8, 0x03A9,
};
// clang-format on

static unsigned ascii_units(uint32_t character)
{
    switch (character) {
    case '\f':
    case '[':
    case '\\':
    case ']':
    case '^':
    case '{':
    case '|':
    case '}':
    case '~': return 2;
    case '\n':
    case '\r': return 1;
    case '`': return 0;
    default: return character >= ' ' && character < 0x7F;
    }
}

unsigned gsm7_units(uint32_t character)
{
    size_t low = 0, high = ARRAY_LEN(basic_letters);

    if (character < 0x80)
        return ascii_units(character);
    if (character == 0x20AC)
        return 2;
    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (basic_letters[middle] == character)
            return 1;
        if (basic_letters[middle] < character)
            low = middle + 1;
        else
            high = middle;
    }
    return 0;
}

const char *gsm7_lookalike(uint32_t character)
{
    size_t low = 0, high = ARRAY_LEN(smart_rows);

    if (character >= ' ' && character < 0x7F && character != '`')
        return NULL;
    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (smart_rows[middle].character == character)
            return smart_rows[middle].replacement;
        if (smart_rows[middle].character < character)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}
