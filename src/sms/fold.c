/*
 * fold.c - fold text for comparing.
 *
 * Latin letters come from Unicode's decompositions (fold_table.h), blanks and marks from the
 * look-alikes of smart encoding (gsm7.c); what both lack is here, as ranges from the code charts.
 * What is not known as punctuation, symbol or blank counts as a letter, so that a word in any
 * script keeps a keyword from being the whole message.
 */
#include "sms/fold.h"

#include "sms/fold_table.h"
#include "sms/gsm7.h"

struct range {
    uint32_t first, last;
};

/* In order, as all range tables here. */
static const struct range unseen[] = {
    { 0x00AD, 0x00AD },   /* soft hyphen */
    { 0x0300, 0x036F },   /* combining accents */
    { 0x034F, 0x034F },   /* grapheme joiner */
    { 0x061C, 0x061C },   /* writing direction, here and at 200E, 202A, 2066 */
    { 0x180B, 0x180F },   /* Mongolian selectors */
    { 0x1AB0, 0x1AFF },   /* more accents, here and at 1DC0, 20D0, FE20 */
    { 0x1DC0, 0x1DFF },   /**/
    { 0x200B, 0x200F },   /* zero-width blank, joiners */
    { 0x202A, 0x202E },   /**/
    { 0x2060, 0x206F },   /**/
    { 0x20D0, 0x20FF },   /**/
    { 0x3164, 0x3164 },   /* Hangul filler */
    { 0xFE00, 0xFE0F },   /* variation selectors, here and at E0100 */
    { 0xFE20, 0xFE2F },   /**/
    { 0xFEFF, 0xFEFF },   /* byte order mark */
    { 0xE0000, 0xE0FFF }, /* tags */
};

/* Punctuation and symbols; within them come first the letters and blanks that fold_next looks for.
 */
static const struct range marks[] = {
    { 0x0080, 0x00BF },   /* Latin-1 controls and symbols */
    { 0x00D7, 0x00D7 },   /* multiplication sign */
    { 0x00F7, 0x00F7 },   /* division sign */
    { 0x02B0, 0x02FF },   /* modifier letters, mostly used as quotes */
    { 0x037E, 0x037E },   /* Greek question mark */
    { 0x0387, 0x0387 },   /* Greek semicolon */
    { 0x055A, 0x055F },   /* Armenian */
    { 0x0589, 0x058F },   /**/
    { 0x05BE, 0x05C7 },   /* Hebrew points and punctuation */
    { 0x05F3, 0x05F4 },   /**/
    { 0x0600, 0x061F },   /* Arabic signs and punctuation */
    { 0x064B, 0x065F },   /* Arabic vowel points */
    { 0x066A, 0x066D },   /**/
    { 0x06D4, 0x06D4 },   /* Arabic full stop */
    { 0x0964, 0x0965 },   /* Devanagari full stops */
    { 0x2000, 0x2BFF },   /* punctuation, arrows, mathematics, pictographs of the first plane */
    { 0x2E00, 0x2E7F },   /* more punctuation */
    { 0x3000, 0x3004 },   /* East Asian punctuation */
    { 0x3008, 0x3020 },   /**/
    { 0x3030, 0x3030 },   /**/
    { 0x303D, 0x303F },   /**/
    { 0x30FB, 0x30FB },   /* middle dot */
    { 0xE000, 0xF8FF },   /* private use */
    { 0xFE10, 0xFE6F },   /* vertical and small forms */
    { 0xFF01, 0xFF0F },   /* full-width and half-width punctuation */
    { 0xFF1A, 0xFF20 },   /**/
    { 0xFF3B, 0xFF40 },   /**/
    { 0xFF5B, 0xFF65 },   /**/
    { 0xFFE0, 0xFFFD },   /* full-width signs; U+FFFD stands for bytes that are no text */
    { 0x1F000, 0x1FAFF }, /* emoji and other pictographs */
    { 0xF0000, 0x10FFFF } /* private use */
};

static bool in_ranges(const struct range *ranges, size_t count, uint32_t character)
{
    size_t low = 0, high = count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (character > ranges[middle].last)
            low = middle + 1;
        else if (character < ranges[middle].first)
            high = middle;
        else
            return true;
    }
    return false;
}

/* The letters or digits that a character shows, or NULL when it shows none of ours. */
static const char *shown(uint32_t character)
{
    size_t low = 0, high = ARRAY_LEN(fold_rows);

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (fold_rows[middle].character == character)
            return fold_rows[middle].text;
        if (fold_rows[middle].character < character)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

/* Small letters, where Unicode's charts make that easy. */
static uint32_t small(uint32_t c)
{
    if ((c >= 'A' && c <= 'Z') || (c >= 0x391 && c <= 0x3A9) || (c >= 0x410 && c <= 0x42F))
        return c + 32; /* Latin, Greek, Cyrillic */
    if (c == 0x14A)
        return c + 1; /* ENG */
    if (c >= 0x400 && c <= 0x40F)
        return c + 80;
    return c;
}

static enum fold_class class_of(uint32_t c)
{
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
        return FOLD_LETTER;
    if (c == ' ' || (c >= '\t' && c <= '\r'))
        return FOLD_BLANK;
    if (c == '-' || c == '_' || (c >= 0x2010 && c <= 0x2015) || c == 0x2212)
        return FOLD_HYPHEN;
    if (c == '"' || c == '\'' || c == '`')
        return FOLD_QUOTE;
    if (c < 0x80)
        return FOLD_MARK;
    return in_ranges(marks, ARRAY_LEN(marks), c) ? FOLD_MARK : FOLD_LETTER;
}

static uint32_t fold_char(uint32_t c)
{
    const char *lookalike;

    if (c == '\n' || c == '\r' || c == 0x0B || c == 0x0C || c == 0x85 || c == 0x2028 || c == 0x2029)
        return '\n';
    lookalike = c >= 0x80 || c == '\t' ? gsm7_lookalike(c) : NULL;
    if (lookalike && lookalike[0] != '\0')
        c = (unsigned char)lookalike[0]; /* several stand only for blanks and marks */
    return small(c == 0x1680 ? ' ' : c);
}

static bool is_ascii(char c)
{
    return (unsigned char)c >= ' ' && (unsigned char)c < 0x80;
}

bool fold_next(struct fold_reader *r, struct fold *ret)
{
    const char *text;
    uint32_t c;

    while (!r->rest || *r->rest == '\0') {
        r->start = r->at;
        if (r->at < r->text.len && is_ascii(r->text.ptr[r->at])) { /* most of most texts */
            ret->written = (unsigned char)r->text.ptr[r->at++];
            ret->character = small(ret->written);
            ret->class = class_of(ret->character);
            ret->start = r->start;
            return true;
        }
        if (!str_next_char(r->text, &r->at, &c))
            return false;
        ret->written = c;
        text = c >= 0x80 ? shown(c) : NULL;
        if (text) {
            r->rest = text;
            break;
        }
        if (c < 0x20 ? (c < '\t' || c > '\r') : in_ranges(unseen, ARRAY_LEN(unseen), c))
            continue;
        ret->character = fold_char(c);
        ret->class = class_of(ret->character);
        ret->start = r->start;
        return true;
    }
    ret->character = (unsigned char)*r->rest++;
    ret->class = FOLD_LETTER;
    ret->start = r->start;
    return true;
}
