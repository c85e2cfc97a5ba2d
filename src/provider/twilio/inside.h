/*
 * inside.h - what the files of this folder share: the provider's struct and its operations.
 *
 * twilio.c has the struct's life and the door, read.c the webhooks, send.c the REST API.
 */
#pragma once
#include "provider/provider.h"
#include "provider/twilio/signature.h"

struct twilio {
    struct provider base; /* first: a provider pointer is a twilio pointer */
    struct arena arena;   /* holds the texts below */
    struct str account_sid, auth_token, api_base, public_url;
    struct signature_key *keys[2]; /* primary and secondary; NULL: not set */
};

static inline const struct twilio *twilio_of(const struct provider *p)
{
    return (const struct twilio *)p;
}

/* "SM" or "MM" and 32 lower-case hex digits. */
bool twilio_is_message_sid(struct str sid);
/* Well-formed UTF-8 for people: other bytes become U+FFFD, NUL becomes U+2400. `s` itself when
 * clean. */
struct str twilio_clean(struct str s, struct arena *arena);
/*
 * A date of RFC 2822 ("Fri, 13 Aug 2010 01:16:22 +0000") as Unix milliseconds; false when it is
 * none.
 */
bool twilio_parse_date(struct str text, int64_t *ret_ms);

/* The operations of provider.h that are not in twilio.c. */
bool twilio_read_inbound(const struct provider *p, struct str form, struct arena *arena,
                         struct inbound_message *ret, struct err *err);
bool twilio_read_status(const struct provider *p, struct str form, struct arena *arena,
                        struct status_callback *ret, struct err *err);
void twilio_build_send(const struct provider *p, const struct outbound_message *message,
                       struct arena *arena, struct http_call *ret);
void twilio_read_send(const struct provider *p, const struct http_result *result,
                      struct arena *arena, struct send_reply *ret);
void twilio_build_list(const struct provider *p, struct str from, struct str to,
                       struct str page_url, struct arena *arena, struct http_call *ret);
bool twilio_read_list(const struct provider *p, const struct http_result *result,
                      struct arena *arena, struct message_list *ret, struct err *err);
