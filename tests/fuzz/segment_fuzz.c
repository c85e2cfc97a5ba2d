/*
 * segment_fuzz.c - any bytes as a text: count, replace, cut, and look for keywords and phrases.
 *
 * A libFuzzer entry. The first byte says how many segments a part may have; the rest is the text.
 * What must hold for every text ends the program when it does not.
 */
#include <stdlib.h>

#include "sms/autoreply.h"
#include "sms/keyword.h"
#include "sms/ownership.h"
#include "sms/phone.h"
#include "sms/revocation.h"
#include "sms/segment.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Not assert, which a build may leave out. */
static void must(bool holds)
{
    if (!holds)
        abort();
}

static void check_count(struct str text)
{
    struct segment_count count = segment_count(text);
    size_t single_max = count.encoding == SMS_GSM7 ? 160 : 70;
    size_t several_max = count.encoding == SMS_GSM7 ? 153 : 67;
    size_t units = 0;

    must(count.segments >= 1);
    must((count.segments == 1) == (count.units <= single_max));
    must(count.segments >=
         (count.segments == 1 ? 1 : (count.units + several_max - 1) / several_max));
    for (size_t i = 0; i < SEGMENTS_MOST; i++) {
        must(count.segment_units[i] <= (count.segments == 1 ? single_max : several_max));
        must((count.segment_units[i] == 0) == (i >= count.segments || count.units == 0));
        units += count.segment_units[i];
    }
    must(units == count.units || count.segments > SEGMENTS_MOST);
}

static size_t utf16_units(struct str text)
{
    size_t units = 0;
    uint32_t character;

    for (size_t at = 0; str_next_char(text, &at, &character);)
        units += character > 0xFFFF ? 2 : 1;
    return units;
}

static bool all_blank(struct str text)
{
    uint32_t c;

    for (size_t at = 0; str_next_char(text, &at, &c);) {
        if (c != ' ' && (c < '\t' || c > '\r') && c != 0x85 && c != 0x1680 &&
            (c < 0x2000 || c > 0x200A) && c != 0x2028 && c != 0x2029 && c != 0x205F && c != 0x3000)
            return false;
    }
    return true;
}

static void check_split(struct str text, size_t segments_max, struct arena *arena)
{
    struct str *parts;
    size_t count = segment_split(text, segments_max, arena, &parts), at = 0;

    for (size_t i = 0; i < count; i++) {
        size_t start = (size_t)(parts[i].ptr - text.ptr);

        must(start >= at && start + parts[i].len <= text.len && parts[i].len > 0);
        must(all_blank(str_slice(text, at, start - at)));
        must(segment_count(parts[i]).segments <= segments_max);
        must(utf16_units(parts[i]) <= 1600);
        must(!str_is_utf8(text) || str_is_utf8(parts[i]));
        at = start + parts[i].len;
    }
    must(all_blank(str_slice(text, at, text.len - at)));
}

static void check_smart(struct str text, struct arena *arena)
{
    struct str smart = segment_smart(text, arena);
    uint32_t character;

    must(segment_count(text).encoding == SMS_UCS2 || str_equal(smart, text));
    must(!str_is_utf8(text) || str_is_utf8(smart));
    for (size_t at = 0; str_is_utf8(text) && str_next_char(smart, &at, &character);)
        must(character >= ' ' ? character != 0x2019 && character != '`' : character != '\t');
}

static void check_keyword(struct str text)
{
    const char *word = NULL;
    enum keyword keyword = keyword_detect(text, &word);

    must((keyword == KEYWORD_NONE) == (word == NULL));
    must(!word || keyword_detect(str_of(word), NULL) == keyword);
}

static void check_phone(struct str text, struct arena *arena)
{
    struct str e164 = { 0 };

    must(phone_kind(text) != PHONE_E164 || (text.len >= 9 && text.len <= 16));
    if (phone_parse(text, str_of("US"), arena, &e164, NULL))
        must(phone_kind(e164) == PHONE_E164);
    must(phone_country(text, arena).len == 0 || phone_kind(text) == PHONE_E164);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = { 0 };
    struct str text = str_make((const char *)data, size);
    size_t segments_max = 1;

    if (size > 0) {
        segments_max = data[0] % 16 + 1U;
        text = str_slice(text, 1, size);
    }
    check_count(text);
    check_split(text, segments_max, &arena);
    check_smart(text, &arena);
    check_keyword(text);
    (void)autoreply_detect(text);
    (void)ownership_doubt(text, NULL);
    (void)revocation_detect(text, NULL);
    check_phone(text, &arena);
    arena_release(&arena);
    return 0;
}
