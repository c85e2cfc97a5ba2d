/*
 * pairs.c - taking a form apart, every pair at once.
 */
#include "provider/twilio/pairs.h"

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The byte that the escape at `at` stands for, or -1 when it is none. */
static int unescape(struct str form, size_t at)
{
    int high, low;

    if (form.len - at < 3)
        return -1;
    high = hex_value(form.ptr[at + 1]);
    low = hex_value(form.ptr[at + 2]);
    return high < 0 || low < 0 ? -1 : high * 16 + low;
}

/* From `at` on, how far nothing stands for anything but itself. */
static size_t plain_end(struct str form, size_t at)
{
    static const bool means_more[256] = { ['%'] = true, ['&'] = true, ['+'] = true, ['='] = true };

    while (at < form.len && !means_more[(unsigned char)form.ptr[at]])
        at++;
    return at;
}

/* Decode the pair that starts at `at` to `*out`, move that on, and return where the pair ends. */
static size_t take_pair(struct str form, size_t at, char **out, struct pair *ret,
                        bool *ret_malformed)
{
    size_t start = at;
    char *name = *out, *value = NULL, *to = name;

    for (;; at++) {
        size_t end = plain_end(form, at);
        char c;

        memcpy(to, form.ptr + at, end - at);
        to += end - at;
        at = end;
        if (at == form.len || form.ptr[at] == '&')
            break;
        c = form.ptr[at];
        if (c == '=' && !value) {
            value = to;
            continue;
        }
        if (c == '+') {
            c = ' ';
        } else if (c == '%') {
            int byte = unescape(form, at);

            if (byte >= 0) {
                c = (char)byte;
                at += 2;
            } else {
                *ret_malformed = true;
            }
        }
        *to++ = c; // NOLINT(clang-analyzer-core.NullDereference): *out is never NULL
    }
    if (!value)
        value = to;
    ret->raw = str_slice(form, start, at - start);
    ret->name = str_make(name, (size_t)(value - name));
    ret->value = str_make(value, (size_t)(to - value));
    *out = to;
    return at;
}

size_t pairs_split(struct str form, struct arena *arena, struct pair **ret, bool *ret_malformed)
{
    char *out = arena_alloc(arena, form.len);
    size_t most = 1, count = 0;

    for (struct str rest = form, pair; str_cut(&rest, '&', &pair);)
        most++;
    *ret = ARENA_ARRAY(arena, struct pair, most);
    *ret_malformed = false;
    for (size_t at = 0; at < form.len; at++) { /* each step passes over the '&' behind a pair */
        at = take_pair(form, at, &out, &(*ret)[count], ret_malformed);
        count += (*ret)[count].raw.len > 0;
    }
    return count;
}
