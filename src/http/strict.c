/*
 * strict.c - refuse what two HTTP parsers could read in two ways.
 *
 * Whatever is ambiguous is refused, even where the standard lets a server repair it: two equal
 * lengths, folding, absolute targets. The library has refused some of this before us; a row in
 * server_test.c tells who does what.
 */
#include "http/strict.h"

#define TARGET_BYTES_MAX 8192
#define HEADERS_MAX 100

/* A character of a method or a header's name. */
static bool is_token_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != '\0' && strchr("!#$%&'*+-.^_`|~", c));
}

static bool is_token(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (!is_token_char(s.ptr[i]))
            return false;
    }
    return s.len > 0;
}

/* Visible characters, blanks, tabs and bytes above ASCII. */
static bool is_value(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];

        if ((c < ' ' && c != '\t') || c == 0x7f)
            return false;
    }
    return true;
}

/* A path with perhaps a query: no host in front, no fragment, nothing that must be escaped. */
static bool is_target(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] <= ' ' || s.ptr[i] > '~' || s.ptr[i] == '#')
            return false;
    }
    return s.len > 0 && s.ptr[0] == '/';
}

static bool length_parse(struct str s, uint64_t *ret)
{
    uint64_t length = 0;

    if (s.len == 0 || s.len > 18)
        return false;
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] < '0' || s.ptr[i] > '9')
            return false;
        length = length * 10 + (uint64_t)(s.ptr[i] - '0');
    }
    *ret = length;
    return true;
}

static bool is_host(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (!(s.ptr[i] > ' ' && s.ptr[i] <= '~') || strchr("/\\?#@,\"<>^`{|}", s.ptr[i]))
            return false;
    }
    return true;
}

int strict_check(const struct strict_header *header, struct strict_framing *ret)
{
    bool old = strcmp(header->version, "HTTP/1.0") == 0;
    size_t hosts = 0, lengths = 0, codings = 0;

    *ret = (struct strict_framing){ 0 };
    if (header->target.len > TARGET_BYTES_MAX)
        return 414;
    if (header->header_count > HEADERS_MAX)
        return 431;
    if ((!old && strcmp(header->version, "HTTP/1.1") != 0) || !is_token(header->method) ||
        !is_target(header->target) || str_is(header->method, "CONNECT") ||
        str_is(header->method, "TRACE"))
        return 400;
    for (size_t i = 0; i < header->header_count; i++) {
        const struct http_header *h = &header->headers[i];

        if (!is_token(h->name) || !is_value(h->value))
            return 400;
        if (str_equal_nocase(h->name, str_of("Host"))) {
            hosts++;
            if (!is_host(h->value))
                return 400;
        } else if (str_equal_nocase(h->name, str_of("Content-Length"))) {
            lengths++;
            if (!length_parse(h->value, &ret->length))
                return 400;
        } else if (str_equal_nocase(h->name, str_of("Transfer-Encoding"))) {
            codings++;
            if (!str_equal_nocase(h->value, str_of("chunked")))
                return 400;
        }
    }
    if (hosts > 1 || (hosts == 0 && !old) || lengths > 1 || codings > 1 || lengths + codings > 1 ||
        (codings > 0 && old))
        return 400;
    ret->has_length = lengths > 0;
    ret->chunked = codings > 0;
    return 0;
}
