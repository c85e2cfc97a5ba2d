/*
 * form.c - percent-encoding and application/x-www-form-urlencoded, exact over raw bytes.
 *
 * Nothing is repaired: a '%' without two hex digits is an error, never a literal percent sign, and
 * the bytes that come out need not be UTF-8. Signatures are computed over these bytes, so line ends
 * and NULs stay as they are. tests/fuzz/form_fuzz.c holds the round trip.
 */
#include "http/server.h"

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

bool http_decode(struct str encoded, bool plus_is_space, struct arena *arena, struct str *ret)
{
    char *plain = arena_alloc(arena, encoded.len + 1);
    size_t len = 0;

    for (size_t i = 0; i < encoded.len; i++) {
        char c = encoded.ptr[i];

        if (c == '%') {
            int high = encoded.len - i > 2 ? hex_value(encoded.ptr[i + 1]) : -1;
            int low = encoded.len - i > 2 ? hex_value(encoded.ptr[i + 2]) : -1;

            if (high < 0 || low < 0)
                return false;
            c = (char)(high * 16 + low);
            i += 2;
        } else if (c == '+' && plus_is_space) {
            c = ' ';
        }
        plain[len++] = c;
    }
    *ret = (struct str){ plain, len };
    return true;
}

void http_encode(struct buf *out, struct str plain)
{
    static const char digits[] = "0123456789ABCDEF";

    for (size_t i = 0; i < plain.len; i++) {
        unsigned char c = (unsigned char)plain.ptr[i];
        bool unreserved = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                          (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';

        if (unreserved) {
            buf_add_char(out, (char)c);
        } else {
            buf_add_char(out, '%');
            buf_add_char(out, digits[c >> 4]);
            buf_add_char(out, digits[c & 15]);
        }
    }
}

/* The next pair as it was sent. Nothing between two '&' is no pair; no '=' means an empty value. */
static bool next_pair(struct str *rest, struct str *ret_name, struct str *ret_value)
{
    struct str pair;

    while (str_cut(rest, '&', &pair)) {
        ptrdiff_t equals;

        if (pair.len == 0)
            continue;
        equals = str_find_char(pair, '=');
        if (equals < 0)
            equals = (ptrdiff_t)pair.len;
        *ret_name = str_slice(pair, 0, (size_t)equals);
        *ret_value = str_slice(pair, (size_t)equals + 1, pair.len);
        return true;
    }
    return false;
}

bool http_form_next(struct str *rest, struct arena *arena, struct str *ret_name,
                    struct str *ret_value, bool *ret_bad)
{
    struct str name, value, plain_name, plain_value;

    if (!next_pair(rest, &name, &value))
        return false;
    if (!http_decode(name, true, arena, &plain_name) ||
        !http_decode(value, true, arena, &plain_value)) {
        *ret_bad = true;
        *rest = (struct str){ 0 };
        return false;
    }
    *ret_name = plain_name;
    *ret_value = plain_value;
    return true;
}

struct str http_param(struct str encoded, const char *name, struct arena *arena)
{
    struct str sent_name, sent_value, plain;

    while (next_pair(&encoded, &sent_name, &sent_value)) {
        bool plainly = str_find_char(sent_name, '%') < 0 && str_find_char(sent_name, '+') < 0;

        if (plainly)
            plain = sent_name;
        else if (!http_decode(sent_name, true, arena, &plain))
            continue;
        if (!str_is(plain, name))
            continue;
        if (!http_decode(sent_value, true, arena, &plain))
            break;
        return plain;
    }
    return (struct str){ 0 };
}
