/*
 * text.c - texts of strangers on a terminal.
 *
 * Widths are those of common terminals: East Asian wide characters and emoji take two columns,
 * combining marks none. Sources: Unicode Standard Annex 11 (ranges merged), UAX 9 for the
 * direction characters.
 */
#include "cli/text.h"

#include <sys/ioctl.h>
#include <unistd.h>

struct range {
    uint32_t first, last;
};

static const struct range wide[] = {
    { 0x1100, 0x115F },   { 0x231A, 0x231B },   { 0x2E80, 0x303E },   { 0x3041, 0xA4CF },
    { 0xA960, 0xA97C },   { 0xAC00, 0xD7A3 },   { 0xF900, 0xFAFF },   { 0xFE30, 0xFE6F },
    { 0xFF01, 0xFF60 },   { 0xFFE0, 0xFFE6 },   { 0x1F1E6, 0x1F1FF }, { 0x1F300, 0x1F64F },
    { 0x1F680, 0x1F6FF }, { 0x1F900, 0x1FAFF }, { 0x20000, 0x3FFFD },
};
static const struct range narrow_to_nothing[] = {
    { 0x0300, 0x036F }, { 0x0483, 0x0489 }, { 0x0591, 0x05BD },   { 0x064B, 0x065F },
    { 0x0E31, 0x0E31 }, { 0x0E34, 0x0E3A }, { 0x1AB0, 0x1AFF },   { 0x1DC0, 0x1DFF },
    { 0x200B, 0x200D }, { 0x2060, 0x2064 }, { 0x20D0, 0x20FF },   { 0xFE00, 0xFE0F },
    { 0xFE20, 0xFE2F }, { 0xFEFF, 0xFEFF }, { 0x1F3FB, 0x1F3FF }, { 0xE0000, 0xE0FFF },
};
/* What turns the direction of the line, and so can make it say something else. */
static const struct range turning[] = {
    { 0x061C, 0x061C }, { 0x200E, 0x200F }, { 0x2028, 0x202E }, { 0x2066, 0x2069 }
};

static bool is_in(const struct range *ranges, size_t count, uint32_t c)
{
    for (size_t i = 0; i < count; i++) {
        if (c >= ranges[i].first && c <= ranges[i].last)
            return true;
    }
    return false;
}

static size_t width_of(uint32_t c)
{
    if (is_in(narrow_to_nothing, ARRAY_LEN(narrow_to_nothing), c))
        return 0;
    return is_in(wide, ARRAY_LEN(wide), c) ? 2 : 1;
}

struct str text_safe(struct str s, const char *line_end, struct arena *arena)
{
    CLEANUP(buf_release) struct buf out = { 0 };
    size_t at = 0;
    uint32_t c;

    s = str_ends(s, str_of("\n")) ? str_slice(s, 0, s.len - 1) : s;
    while (str_next_char(s, &at, &c)) {
        if (c == '\n')
            buf_add_text(&out, line_end);
        else if (c == '\t' || c == '\r')
            buf_add_char(&out, ' ');
        else if (c < ' ' || (c >= 0x7F && c < 0xA0) || is_in(turning, ARRAY_LEN(turning), c))
            buf_add_utf8(&out, 0xFFFD);
        else
            buf_add_utf8(&out, c);
    }
    return arena_copy(arena, buf_view(&out));
}

size_t text_width(struct str s)
{
    size_t at = 0, width = 0;
    uint32_t c;

    while (str_next_char(s, &at, &c))
        width += width_of(c);
    return width;
}

struct str text_cut(struct str s, size_t columns, struct arena *arena)
{
    size_t at = 0, end = 0, width = 0;
    uint32_t c;

    if (text_width(s) <= columns || columns == 0)
        return s;
    while (str_next_char(s, &at, &c) && width + width_of(c) <= columns - 1) {
        width += width_of(c);
        end = at;
    }
    return arena_printf(arena, "%.*s…", (int)end, s.ptr);
}

void text_pad(FILE *out, struct str s, size_t columns)
{
    size_t width = text_width(s);

    fwrite(s.ptr, 1, s.len, out);
    for (; width < columns; width++)
        fputc(' ', out);
}

size_t text_terminal_columns(int fd)
{
    struct winsize size;

    if (!isatty(fd))
        return 0;
    return ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}
