/*
 * str.h - text as views that borrow and buffers that own.
 *
 * A view is passed by value and never released; a buffer is released once with buf_release. Text
 * may hold any byte, NUL included, so nothing here relies on a terminating NUL except where it says
 * so.
 */
#pragma once
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define ARRAY_LEN(array) (sizeof(array) / sizeof((array)[0]))
#define PRINTF_LIKE(text, args) __attribute__((__format__(__printf__, text, args)))
#define CLEANUP(function) __attribute__((cleanup(function)))

/* A view borrows. It may hold NUL bytes, need not end in one, and is passed by value. */
struct str {
    const char *ptr;
    size_t len;
};

/* A view of a string literal; usable in constant initialisers. */
#define STR(literal)                       \
    {                                      \
        "" literal, sizeof("" literal) - 1 \
    }
/* For printf's "%.*s": printf("%.*s", STR_ARGS(view)). */
#define STR_ARGS(s) (int)(s).len, (s).len > 0 ? (s).ptr : ""

/* The text of a NUL-terminated string without its NUL; NULL gives the empty view. */
struct str str_of(const char *text);
struct str str_make(const char *ptr, size_t len);

bool str_equal(struct str a, struct str b);
bool str_equal_nocase(struct str a, struct str b); /* ASCII letters only */
bool str_is(struct str a, const char *text);       /* equal to a NUL-terminated string */
int str_compare(struct str a, struct str b);       /* by byte value, like memcmp then length */
bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);
/* Where `needle` first stands in `s`, or -1. An empty needle stands at 0. */
ptrdiff_t str_find(struct str s, struct str needle);
ptrdiff_t str_find_char(struct str s, char c);
/* From byte `start` on, at most `len` bytes; both are cut to what there is. */
struct str str_slice(struct str s, size_t start, size_t len);
/* Without ASCII blanks (space, \t, \n, \v, \f, \r) at both ends. */
struct str str_trim(struct str s);
/*
 * Take the part before the first `separator` off `rest` into `ret`; the separator goes too. False
 * when `rest` is used up (an empty part before a separator still counts as one):
 *     while (str_cut(&rest, ',', &part)) ...
 */
bool str_cut(struct str *rest, char separator, struct str *ret);
/* A whole decimal number, with a sign if any, nothing around it; false when it is not or overflows.
 */
bool str_to_int(struct str s, int64_t *ret);
/* True when the bytes are well-formed UTF-8 (no surrogates, no overlong forms). */
bool str_is_utf8(struct str s);
/*
 * Decode one character at `*at` and step over it. Bytes that are not UTF-8 give U+FFFD, one byte
 * each. False at the end.
 */
bool str_next_char(struct str s, size_t *at, uint32_t *ret);
/* FNV-1a, for in-memory hash tables whose keys no outsider chooses. */
uint64_t str_hash(struct str s);

/* A buffer owns its bytes. Past `limit` it stays `failed`, so write everything, then ask once. */
struct buf {
    char *ptr;
    size_t len, capacity;
    size_t limit; /* most bytes it may hold; 0 means no limit but memory */
    bool failed;
};

void buf_add(struct buf *b, struct str s);
void buf_add_text(struct buf *b, const char *text); /* NUL-terminated */
void buf_add_char(struct buf *b, char c);
void buf_add_utf8(struct buf *b, uint32_t character);
void buf_addf(struct buf *b, const char *format, ...) PRINTF_LIKE(2, 3);
void buf_vaddf(struct buf *b, const char *format, va_list args) PRINTF_LIKE(2, 0);
/* Room for `len` more bytes at the end, to be filled by the caller; NULL when failed. */
char *buf_extend(struct buf *b, size_t len);
/* The bytes as a NUL-terminated string (the NUL is not counted), or "" when failed or empty. */
const char *buf_text(struct buf *b);
struct str buf_view(const struct buf *b); /* valid until the next change to b */
void buf_clear(struct buf *b);            /* empty again, memory kept, `failed` reset */
void buf_release(struct buf *b);          /* fine on a zeroed buffer, and twice */

/* Bytes as lower-case hex; `hex` has room for 2 * len characters, no NUL is written. */
void hex_encode(const void *bytes, size_t len, char *hex);
/* Hex of either case into `len` bytes; false unless it is exactly 2 * len hex digits. */
bool hex_decode(struct str hex, void *bytes, size_t len);
