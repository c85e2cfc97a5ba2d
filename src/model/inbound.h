/*
 * inbound.h - a text as it came in: what a provider reads and what policy decides on.
 */
#pragma once
#include "base/str.h"

#define MEDIA_MOST 10

struct media_item {
    struct str url, content_type;
};

enum opt_out_type { OPT_OUT_TYPE_NONE, OPT_OUT_TYPE_STOP, OPT_OUT_TYPE_START, OPT_OUT_TYPE_HELP };

struct inbound_message {
    struct str sid;      /* "SM…" or "MM…" and 32 hex digits */
    struct str account;  /* "AC…" */
    struct str from, to; /* as received: E.164, short code or alphanumeric */
    struct str body;     /* UTF-8: bytes that were not are U+FFFD, NUL is U+2400; may be empty */
    struct str service;  /* MessagingServiceSid, or empty */
    enum opt_out_type opt_out_type;
    int64_t segments; /* as the provider counts; 1 when it does not say */
    struct media_item media[MEDIA_MOST];
    size_t media_count;
    struct str fields; /* every other parameter, form-encoded, in the order received */
};
