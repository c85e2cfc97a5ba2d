/*
 * twilio.h - Twilio Programmable Messaging as a provider.
 *
 * `doctor signature` uses provider/twilio/signature.h beside this; everything else goes through the
 * table of functions in provider/provider.h.
 */
#pragma once
#include "provider/provider.h"

struct twilio_config {
    struct str account_sid;          /* "AC…" */
    struct str auth_token;           /* the primary one: signs webhooks, and is the REST password */
    struct str auth_token_secondary; /* accepted for webhooks while rotating; empty: none */
    struct str api_base;             /* "https://api.twilio.com"; a slash at the end is dropped */
    struct str public_url;           /* what the targets of requests are joined to; likewise */
};

/* Copies the configuration. Without an auth token every webhook is denied. */
struct provider *twilio_create(const struct twilio_config *config);
