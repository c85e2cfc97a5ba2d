/*
 * simulator.h - a pretend Twilio on a port of its own: the other side of the wire.
 *
 * It answers the REST API (create, read, list, redact, delete, numbers, media), posts signed
 * inbound webhooks and status callbacks, and misbehaves on demand. Its books live in its own
 * memory, so they outlast every crash of the program under test. Nothing reaches a real phone.
 * docs/simulator.md has the wire surface and the control API under /simulator.
 *
 * It shares no code with src/provider/twilio, so a wrong idea about Twilio has to be had twice.
 */
#pragma once
#include "base/err.h"
#include "base/log.h"
#include "base/str.h"

#define SIMULATOR_SID_BYTES 35 /* two letters, 32 hex digits, NUL */

struct simulator;

enum simulator_event_kind {
    SIMULATOR_OUTBOUND,       /* a create was accepted */
    SIMULATOR_STATUS,         /* an outbound message changed its status */
    SIMULATOR_INBOUND,        /* the webhook of an inbound text has ended, well or not */
    SIMULATOR_PROVIDER_REPLY, /* we answered STOP, START or HELP ourselves; `body` is that answer */
};

/* Valid during the call only. */
struct simulator_event {
    enum simulator_event_kind kind;
    struct str sid, from, to,
        body;           /* PROVIDER_REPLY: sid of the text that asked, from our number */
    const char *status; /* STATUS, OUTBOUND: "queued", "sent", … */
    int error_code;     /* STATUS: of failed and undelivered; INBOUND: 11200 …; else 0 */
    int http_status;    /* INBOUND: of the last attempt; 0 when nothing came back */
};

struct simulator_number {
    const char *phone;   /* "+1…" or a short code */
    const char *sms_url; /* NULL: the config's webhook_url; "": texts are kept, nobody is called */
    const char *sms_fallback_url; /* called when sms_url fails; NULL for none */
};

struct simulator_config {
    const char *listen;               /* "127.0.0.1:0"; see http/server.h */
    const char *public_url;           /* base of media URLs; NULL: http:// and what was bound */
    const char *account_sid;          /* "AC" and 32 hex digits */
    const char *auth_token;           /* signs webhooks, and is the password of account_sid */
    const char *api_key, *api_secret; /* a second pair that may sign in; NULL for none */
    /* Where inbound texts go. A fragment such as #rc=2&rp=all sets retries as Twilio has them. */
    const char *webhook_url;
    const struct simulator_number *numbers;
    size_t number_count;
    bool provider_ignores_opt_out; /* false, the default: STOP, START and HELP are handled here */
    int64_t sent_after_ms;         /* from create to `sent`; 20 when 0 */
    int64_t delivered_after_ms;    /* from `sent` to the last status; 30 when 0 */
    uint64_t seed;                 /* of SIDs and fault dice; 0: from the operating system */
    const struct log *log;         /* borrowed; NULL: quiet */
    /* Called on the simulator's thread; must not block nor call simulator_close. May be NULL. */
    void (*on_event)(void *context, const struct simulator_event *event);
    void *context;
};

/*
 * Check the configuration and bind; texts are copied. Requests are answered from simulator_run on.
 * Errors  ERR_INVALID for a bad address, SID, number or URL; ERR_UNAVAILABLE when the port is
 * taken.
 */
bool simulator_open(const struct simulator_config *config, struct simulator **ret, struct err *err);
/* Serve on the calling thread until simulator_stop. */
void simulator_run(struct simulator *sim);
void simulator_stop(struct simulator *sim); /* any thread; also in a signal handler */
/* After simulator_run has returned, or without it. Webhooks under way are given up. NULL is fine.
 */
void simulator_close(struct simulator *sim);
int simulator_port(const struct simulator *sim);

struct simulator_media {
    struct str content_type, bytes;
};

/*
 * Let a person text one of our numbers: the text is booked and its signed webhook posted. Any
 * thread; everything is copied. `ret_sid` names the text at once, before the webhook has left.
 * Errors  ERR_INVALID when `from` or `to` is no number, the body is over 1600 characters, or there
 * are more than ten media. A `to` that is not ours is only seen later: it is logged and dropped.
 */
bool simulator_text(struct simulator *sim, struct str from, struct str to, struct str body,
                    const struct simulator_media *media, size_t media_count,
                    char ret_sid[SIMULATOR_SID_BYTES], struct err *err);
