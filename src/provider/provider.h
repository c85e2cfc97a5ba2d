/*
 * provider.h - the company that carries our texts, as a translator.
 *
 * A provider checks who signed a request, reads requests into plain values, builds requests as
 * plain values and reads the answers. It opens no socket, keeps no state that changes, and may be
 * used from any thread.
 */
#pragma once
#include "http/client.h"
#include "http/server.h"
#include "model/inbound.h"
#include "model/model.h"

struct status_callback {
    struct str sid, account;
    struct str status_text; /* the provider's word */
    enum message_status status;
    bool known;         /* false: a word we do not know; recorded, not applied */
    int64_t error_code; /* 0: none */
    struct str error;   /* ErrorMessage, or empty */
};

/* How the provider's error codes are acted upon. Source: tests/data/twilio/error-codes.json. */
enum error_class {
    ERROR_PERMANENT_RECIPIENT,
    ERROR_OPTED_OUT,
    ERROR_SENDER_CONFIG,
    ERROR_TRANSIENT,
    ERROR_THROTTLED,
    ERROR_CONTENT_FILTERED,
    ERROR_ACCOUNT,
    ERROR_BAD_REQUEST,
    ERROR_WEBHOOK,
    ERROR_INFO
};
enum error_retry {
    RETRY_NEVER,
    RETRY_ONCE,
    RETRY_BACKOFF,
    RETRY_RECONCILE,
    RETRY_NEXT_DAY,
    RETRY_AFTER_FIX
};
struct provider_error {
    int64_t code;
    enum error_class class;
    enum error_retry retry;
    const char *meaning, *action; /* for people */
};

struct outbound_message {
    struct str from, to, body;
    struct str service; /* send through this Messaging Service; empty: directly */
    const struct str *media_urls;
    size_t media_count;
    struct str status_callback; /* URL */
    int64_t validity_s;         /* 0: the provider's default */
};

enum send_outcome {
    SENT_ACCEPTED, /* the provider has it: `sid` names it */
    SENT_REFUSED, /* it said no: `error` says why; never again unchanged unless its class says so */
    SENT_NOT,     /* it cannot have been processed (429, never left): safe to offer again */
    SENT_UNKNOWN  /* it may have been accepted: reconcile before anything else */
};
struct send_reply {
    enum send_outcome outcome;
    struct str sid;
    enum message_status status;  /* ACCEPTED: the provider's first status */
    struct provider_error error; /* REFUSED and NOT: code 0 when the answer named none */
    struct str detail;           /* for people, without phone numbers */
    int64_t retry_after_s;       /* 0: the provider did not say */
};

/* One row of the provider's list of messages, for settling unknown outcomes. */
struct listed_message {
    struct str sid, from, to, body;
    enum message_status status;
    int64_t error_code, created_ms, media_count;
    bool outbound;
};
struct message_list {
    struct listed_message *rows; /* newest first */
    size_t count;
    struct str next_url; /* next page; empty at the end */
};

struct provider {
    const struct provider_ops *ops;
};
struct provider_ops {
    const char *name; /* as the configuration has it */
    /*
     * True when the request was signed with a token of ours for the URL that it came to. Also
     * false, with the reason for the log, when the header is missing or the account is not ours.
     * Constant time.
     */
    bool (*verify)(const struct provider *p, const struct http_request *request, struct err *err);
    /* `form`: the raw parameters (body of a POST, query of a GET). ERR_INVALID names the field. */
    bool (*read_inbound)(const struct provider *p, struct str form, struct arena *arena,
                         struct inbound_message *ret, struct err *err);
    bool (*read_status)(const struct provider *p, struct str form, struct arena *arena,
                        struct status_callback *ret, struct err *err);
    void (*build_send)(const struct provider *p, const struct outbound_message *message,
                       struct arena *arena, struct http_call *ret);
    void (*read_send)(const struct provider *p, const struct http_result *result,
                      struct arena *arena, struct send_reply *ret);
    /* Messages from one number to another, newest first; `page_url` from a list before, or empty.
     */
    void (*build_list)(const struct provider *p, struct str from, struct str to,
                       struct str page_url, struct arena *arena, struct http_call *ret);
    bool (*read_list)(const struct provider *p, const struct http_result *result,
                      struct arena *arena, struct message_list *ret, struct err *err);
    /* What a code means; an unknown one is told as such, with a class that never retries by itself.
     */
    struct provider_error (*error_by_code)(const struct provider *p, int64_t code);
    /* The answer to a webhook that is accepted. */
    struct http_response (*acknowledge)(const struct provider *p);
    void (*destroy)(struct provider *p);
};
