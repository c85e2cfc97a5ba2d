/*
 * str.c - views and buffers of text.
 *
 * Everything is by byte; only str_next_char and str_is_utf8 know of characters. A buffer that
 * cannot grow keeps what it has and is marked failed, so that callers need one check after many
 * writes.
 */
#include "base/str.h"

#include <stdio.h>
#include <stdlib.h>

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

struct str str_of(const char *text)
{
    return (struct str){ text, text ? strlen(text) : 0 };
}

struct str str_make(const char *ptr, size_t len)
{
    return (struct str){ ptr, len };
}

bool str_equal(struct str a, struct str b)
{
    // NOLINTNEXTLINE(clang-analyzer-core.NonNullParamChecker): what has a length has bytes
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

bool str_equal_nocase(struct str a, struct str b)
{
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++) {
        if (lower(a.ptr[i]) != lower(b.ptr[i]))
            return false;
    }
    return true;
}

bool str_is(struct str a, const char *text)
{
    return str_equal(a, str_of(text));
}

int str_compare(struct str a, struct str b)
{
    size_t shorter = a.len < b.len ? a.len : b.len;
    int order = shorter > 0 ? memcmp(a.ptr, b.ptr, shorter) : 0;

    if (order != 0)
        return order;
    return a.len < b.len ? -1 : a.len > b.len;
}

bool str_starts(struct str s, struct str prefix)
{
    return s.len >= prefix.len && str_equal(str_make(s.ptr, prefix.len), prefix);
}

bool str_ends(struct str s, struct str suffix)
{
    return s.len >= suffix.len && str_equal(str_slice(s, s.len - suffix.len, suffix.len), suffix);
}

ptrdiff_t str_find(struct str s, struct str needle)
{
    const char *at;

    if (needle.len == 0)
        return 0;
    at = s.len >= needle.len ? memmem(s.ptr, s.len, needle.ptr, needle.len) : NULL;
    return at ? at - s.ptr : -1;
}

ptrdiff_t str_find_char(struct str s, char c)
{
    const char *at = s.len > 0 ? memchr(s.ptr, c, s.len) : NULL;

    return at ? at - s.ptr : -1;
}

struct str str_slice(struct str s, size_t start, size_t len)
{
    if (start > s.len)
        start = s.len;
    if (len > s.len - start)
        len = s.len - start;
    return (struct str){ s.ptr ? s.ptr + start : NULL, len };
}

struct str str_trim(struct str s)
{
    while (s.len > 0 && is_blank(s.ptr[0]))
        s = str_slice(s, 1, s.len);
    while (s.len > 0 && is_blank(s.ptr[s.len - 1]))
        s.len--;
    return s;
}

bool str_cut(struct str *rest, char separator, struct str *ret)
{
    ptrdiff_t at;

    if (!rest->ptr)
        return false;
    at = str_find_char(*rest, separator);
    if (at < 0) {
        *ret = *rest;
        *rest = (struct str){ 0 };
    } else {
        *ret = str_slice(*rest, 0, (size_t)at);
        *rest = str_slice(*rest, (size_t)at + 1, rest->len);
    }
    return true;
}

bool str_to_int(struct str s, int64_t *ret)
{
    bool negative = s.len > 0 && s.ptr[0] == '-';
    int64_t value = 0;

    if (s.len > 0 && (s.ptr[0] == '-' || s.ptr[0] == '+'))
        s = str_slice(s, 1, s.len);
    if (s.len == 0)
        return false;
    for (size_t i = 0; i < s.len; i++) {
        int digit = s.ptr[i] - '0';

        if (digit < 0 || digit > 9 || __builtin_mul_overflow(value, 10, &value) ||
            __builtin_sub_overflow(value, digit, &value)) /* downwards, so that INT64_MIN fits */
            return false;
    }
    if (!negative && value == INT64_MIN)
        return false;
    *ret = negative ? value : -value;
    return true;
}

/* The length of the well-formed UTF-8 character at `at`, 0 when there is none. */
static size_t decode(struct str s, size_t at, uint32_t *ret)
{
    static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
    unsigned char first = (unsigned char)s.ptr[at];
    size_t len = first < 0x80 ? 1 : first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    uint32_t value = len == 1 ? first : first & (0xFFU >> (len + 1));

    if (len == 0 || first > 0xF4 || len > s.len - at)
        return 0;
    for (size_t i = 1; i < len; i++) {
        unsigned char next = (unsigned char)s.ptr[at + i];

        if ((next & 0xC0) != 0x80)
            return 0;
        value = value << 6 | (next & 0x3F);
    }
    if (value < least[len] || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF))
        return 0;
    *ret = value;
    return len;
}

bool str_is_utf8(struct str s)
{
    uint32_t ignored;

    for (size_t at = 0; at < s.len;) {
        size_t len = decode(s, at, &ignored);

        if (len == 0)
            return false;
        at += len;
    }
    return true;
}

bool str_next_char(struct str s, size_t *at, uint32_t *ret)
{
    size_t len;

    if (*at >= s.len)
        return false;
    len = decode(s, *at, ret);
    if (len == 0) {
        *ret = 0xFFFD;
        len = 1;
    }
    *at += len;
    return true;
}

uint64_t str_hash(struct str s)
{
    uint64_t hash = UINT64_C(14695981039346656037);

    for (size_t i = 0; i < s.len; i++)
        hash = (hash ^ (unsigned char)s.ptr[i]) * UINT64_C(1099511628211);
    return hash;
}

/* Room for `len` more bytes and, beyond the limit, a NUL. */
static bool reserve(struct buf *b, size_t len)
{
    size_t wanted;
    char *grown;

    if (b->failed || __builtin_add_overflow(b->len, len, &wanted) ||
        (b->limit > 0 && wanted > b->limit) || wanted >= SIZE_MAX / 2) {
        b->failed = true;
        return false;
    }
    if (wanted < b->capacity)
        return true;
    wanted = wanted + wanted / 2 + 64;
    grown = realloc(b->ptr, wanted);
    if (!grown) {
        b->failed = true;
        return false;
    }
    b->ptr = grown;
    b->capacity = wanted;
    return true;
}

char *buf_extend(struct buf *b, size_t len)
{
    char *at;

    if (!reserve(b, len))
        return NULL;
    at = b->ptr + b->len;
    b->len += len;
    return at;
}

void buf_add(struct buf *b, struct str s)
{
    char *at = buf_extend(b, s.len);

    if (at && s.len > 0)
        memcpy(at, s.ptr, s.len);
}

void buf_add_text(struct buf *b, const char *text)
{
    buf_add(b, str_of(text));
}

void buf_add_char(struct buf *b, char c)
{
    buf_add(b, str_make(&c, 1));
}

void buf_add_utf8(struct buf *b, uint32_t character)
{
    if (character < 0x80) {
        buf_add_char(b, (char)character);
    } else if (character < 0x800) {
        buf_add_char(b, (char)(0xC0 | character >> 6));
        buf_add_char(b, (char)(0x80 | (character & 0x3F)));
    } else if (character < 0x10000) {
        buf_add_char(b, (char)(0xE0 | character >> 12));
        buf_add_char(b, (char)(0x80 | (character >> 6 & 0x3F)));
        buf_add_char(b, (char)(0x80 | (character & 0x3F)));
    } else {
        buf_add_char(b, (char)(0xF0 | character >> 18));
        buf_add_char(b, (char)(0x80 | (character >> 12 & 0x3F)));
        buf_add_char(b, (char)(0x80 | (character >> 6 & 0x3F)));
        buf_add_char(b, (char)(0x80 | (character & 0x3F)));
    }
}

void buf_vaddf(struct buf *b, const char *format, va_list args)
{
    va_list again;
    int len;

    va_copy(again, args);
    len = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (len < 0 || !reserve(b, (size_t)len)) {
        b->failed = true;
        return;
    }
    vsnprintf(b->ptr + b->len, (size_t)len + 1, format, args);
    b->len += (size_t)len;
}

void buf_addf(struct buf *b, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    buf_vaddf(b, format, args);
    va_end(args);
}

const char *buf_text(struct buf *b)
{
    if (!reserve(b, 0))
        return "";
    b->ptr[b->len] = '\0';
    return b->ptr;
}

struct str buf_view(const struct buf *b)
{
    return (struct str){ b->ptr, b->len };
}

void buf_clear(struct buf *b)
{
    b->len = 0;
    b->failed = false;
}

void buf_release(struct buf *b)
{
    free(b->ptr);
    *b = (struct buf){ .limit = b->limit };
}

void hex_encode(const void *bytes, size_t len, char *hex)
{
    const unsigned char *from = bytes;

    for (size_t i = 0; i < len; i++) {
        hex[2 * i] = "0123456789abcdef"[from[i] >> 4];
        hex[2 * i + 1] = "0123456789abcdef"[from[i] & 15];
    }
}

static int hex_digit(char c)
{
    c = lower(c);
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool hex_decode(struct str hex, void *bytes, size_t len)
{
    unsigned char *to = bytes;

    if (hex.len != 2 * len)
        return false;
    for (size_t i = 0; i < hex.len; i++) {
        if (hex_digit(hex.ptr[i]) < 0)
            return false;
    }
    for (size_t i = 0; i < len; i++)
        to[i] = (unsigned char)((unsigned)hex_digit(hex.ptr[2 * i]) << 4 |
                                (unsigned)hex_digit(hex.ptr[2 * i + 1]));
    return true;
}
