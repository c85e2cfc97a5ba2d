/*
 * smart.c - smart encoding: look-alikes for what GSM-7 lacks.
 *
 * Every replacement that the provider lists is made, even when something else keeps the text UCS-2,
 * because the provider does so. A letter and a combining accent first become the one letter that
 * GSM-7 has for them; without that the listed tilde and circumflex would end up beside their
 * letters.
 */
#include "sms/gsm7.h"
#include "sms/segment.h"

static const struct {
    uint32_t letter, accent;
    const char *composed;
} compositions[] = {
    { 'A', 0x030A, "Å" }, { 'A', 0x0308, "Ä" }, { 'C', 0x0327, "Ç" }, { 'E', 0x0301, "É" },
    { 'N', 0x0303, "Ñ" }, { 'O', 0x0308, "Ö" }, { 'U', 0x0308, "Ü" }, { 'a', 0x0300, "à" },
    { 'a', 0x0308, "ä" }, { 'a', 0x030A, "å" }, { 'e', 0x0300, "è" }, { 'e', 0x0301, "é" },
    { 'i', 0x0300, "ì" }, { 'n', 0x0303, "ñ" }, { 'o', 0x0300, "ò" }, { 'o', 0x0308, "ö" },
    { 'u', 0x0300, "ù" }, { 'u', 0x0308, "ü" },
};

/* The letter that `letter` and the accent at `*at` make together, stepping over the accent, or
 * NULL. */
static const char *compose(struct str text, size_t *at, uint32_t letter)
{
    size_t after = *at;
    uint32_t accent;

    if (letter >= 0x80 || !str_next_char(text, &after, &accent) || accent < 0x0300)
        return NULL;
    for (size_t i = 0; i < ARRAY_LEN(compositions); i++) {
        if (compositions[i].letter == letter && compositions[i].accent == accent) {
            *at = after;
            return compositions[i].composed;
        }
    }
    return NULL;
}

/* Step over one piece of `text` at `*at`; its replacement, or the bytes as they are. */
static struct str next_piece(struct str text, size_t *at, bool *ret_replaced)
{
    size_t start = *at;
    uint32_t character;
    const char *replacement;

    str_next_char(text, at, &character);
    replacement = compose(text, at, character);
    if (!replacement)
        replacement = gsm7_lookalike(character);
    if (!replacement)
        return str_slice(text, start, *at - start);
    *ret_replaced = true;
    return str_of(replacement);
}

struct str segment_smart(struct str text, struct arena *arena)
{
    bool replaced = false;
    size_t len = 0, written = 0;
    char *copy;

    for (size_t at = 0; at < text.len;)
        len += next_piece(text, &at, &replaced).len;
    if (!replaced)
        return text;
    copy = arena_alloc(arena, len + 1);
    for (size_t at = 0; at < text.len;) {
        struct str piece = next_piece(text, &at, &replaced);

        if (piece.len > 0)
            memcpy(copy + written, piece.ptr, piece.len);
        written += piece.len;
    }
    return str_make(copy, len);
}
