/* strict.h - what is wrong with a request's header that the HTTP library let through. */
#pragma once
#include "http/server.h"

/* A header as it was read, in the caller's terms. */
struct strict_header {
    const char *version; /* "HTTP/1.1" */
    struct str method, target;
    const struct http_header *headers;
    size_t header_count;
};

/* What the body is framed by; only meaningful when strict_check returned 0. */
struct strict_framing {
    bool chunked;
    bool has_length;
    uint64_t length;
};

/*
 * The status to refuse it with (400, 414, 431), or 0 when there is nothing wrong.
 *
 * Source: RFC 9112, sections 2.2, 3.2, 5.1, 6.1 and 6.3; RFC 9110, 5.5 and 5.6.2.
 */
int strict_check(const struct strict_header *header, struct strict_framing *ret);
