/*
 * state.h - what the simulator's parts share: its books, its faults, and who offers which function.
 *
 * Everything here belongs to the simulator's one thread, but for `posted`, `sid_count`, `stopping`
 * and the alarm, which say so. What the books hold lives in `books` and goes with POST
 * /simulator/reset.
 */
#pragma once
#include <pthread.h>
#include <stdatomic.h>

#include "base/chance.h"
#include "base/json.h"
#include "http/client.h"
#include "http/server.h"
#include "loop/mailbox.h"
#include "simulator/signature.h"
#include "simulator/simulator.h"
#include "simulator/table.h"
#include "simulator/timer.h"

/* ---- faults ---- */

/* When a fault is asked for, and about what. */
enum fault_stage {
    STAGE_ARRIVAL,  /* a create, before it is looked at */
    STAGE_ACCEPTED, /* a create, just booked */
    STAGE_ANSWER,   /* a create's answer, of either kind */
    STAGE_OUTCOME,  /* how an accepted message shall end */
    STAGE_ORDER,    /* the order of an accepted message's callbacks */
    STAGE_CALLBACK, /* one callback */
    STAGE_TEXT,     /* the webhook of one inbound text */
    STAGE_LIST,     /* a list request */
};

enum fault_kind {
    FAULT_NONE,
    FAULT_TOO_MANY_REQUESTS,
    FAULT_REFUSE,
    FAULT_ERROR_BEFORE,
    FAULT_BAD_GATEWAY_BEFORE,
    FAULT_TIMEOUT_BEFORE,
    FAULT_ERROR_AFTER,
    FAULT_BAD_GATEWAY_AFTER,
    FAULT_TIMEOUT_AFTER,
    FAULT_UNREADABLE,
    FAULT_DELAY,
    FAULT_UNDELIVERED,
    FAULT_FAILED,
    FAULT_NO_RECEIPT,
    FAULT_REORDER_CALLBACKS,
    FAULT_DROP_CALLBACK,
    FAULT_DUPLICATE_CALLBACK,
    FAULT_STRAY_CALLBACK,
    FAULT_WRONG_SIGNATURE,
    FAULT_DUPLICATE_TEXT,
    FAULT_LIST_ERROR,
};

struct fault {
    struct fault *next;
    enum fault_kind kind;
    int64_t id;
    int64_t left;      /* times it will still apply; -1: no end, chance decides */
    int64_t per_mille; /* 0: always while `left` lasts */
    int64_t delay_ms, retry_after_s, error_code; /* -1: not given */
    struct str to, from;                         /* empty: any */
    int64_t applied;
};

const char *fault_name(enum fault_kind kind);
/* Read a fault of the control API; it is made in sim->fault_arena and counts from now on. */
bool fault_add(struct simulator *sim, json_t *object, const struct fault **ret, struct err *err);
/* The first fault of that stage that applies to this pair, with its count taken down; else NULL. */
const struct fault *fault_pick(struct simulator *sim, enum fault_stage stage, struct str from,
                               struct str to);
void fault_write(struct json_writer *w, const struct fault *fault);
void faults_clear(struct simulator *sim);

/* ---- books ---- */

enum direction { DIRECTION_INBOUND, DIRECTION_OUTBOUND_API, DIRECTION_OUTBOUND_REPLY };

enum status {
    STATUS_ACCEPTED,
    STATUS_SCHEDULED,
    STATUS_QUEUED,
    STATUS_SENT,
    STATUS_DELIVERED,
    STATUS_UNDELIVERED,
    STATUS_FAILED,
    STATUS_CANCELED,
    STATUS_RECEIVED,
};

struct number {
    struct number *next;
    char sid[SIMULATOR_SID_BYTES];
    struct str phone, friendly_name, sms_url, sms_method, fallback_url, fallback_method,
        status_callback;
    int64_t created_ms, updated_ms;
};

struct media {
    struct media *next;
    char sid[SIMULATOR_SID_BYTES];
    struct str content_type, bytes;
    struct str url; /* outbound: where the sender said it is; never fetched */
    bool deleted;
};

/* One try at posting something, or one callback that was held back. */
struct post_record {
    struct post_record *next;
    struct str url;
    int64_t at_ms, elapsed_us;
    int http_status;     /* 0: nothing came back */
    const char *outcome; /* "pending", "ok", "failed", "dropped" */
    struct str error;
    bool fallback, bad_signature, duplicate, stray;
    enum status status; /* callbacks: what was told */
    int error_code;
    unsigned tries;
};
struct post_records {
    struct post_record *first, *last;
    size_t count;
};

struct message {
    uint64_t seq; /* place in the books, from 1 */
    char sid[SIMULATOR_SID_BYTES];
    enum direction direction;
    enum status status;
    int error_code;
    bool deleted, redacted;
    struct str to, from, body, status_callback, service_sid;
    int64_t created_ms, updated_ms, sent_ms;
    unsigned segments;
    struct media *media;
    size_t media_count;
    struct message *older_to, *older_from, *older_pair; /* next older of the same To, From, both */
    /* outbound */
    struct timer step;
    enum status ending; /* SENT: no receipt ever comes */
    int ending_code;
    bool reorder;
    struct delivery *stashed;           /* reorder: the callback that waits for the next one */
    struct delivery *callbacks_waiting; /* oldest first; one at a time is under way */
    struct delivery *callback_under_way;
    struct post_records posts; /* outbound: callbacks; inbound: webhook tries */
    /* inbound */
    const char *keyword; /* "STOP", "START", "HELP" when we handled it; else NULL */
    struct str opt_out_type;
    size_t webhooks_under_way, webhooks_ended;
    int webhook_code; /* 0, or why the last webhook failed: 11200 … */
};

struct attempt {
    uint64_t seq;
    int64_t at_ms;
    const char *result; /* "accepted", "refused", "unauthorized", "not_accepted" */
    int http_status;    /* what was answered; 0: nothing */
    int error_code;
    enum fault_kind fault;
    const struct message *message; /* NULL unless accepted */
    struct str from, to, body;
};

struct counters {
    uint64_t requests, attempts, outbound, refused, faulted, inbound, webhooks, webhooks_failed,
        callbacks, callbacks_failed, callbacks_dropped;
};

/* What a message needs to be booked; texts are copied. */
struct draft {
    enum direction direction;
    enum status status;
    struct str sid; /* empty: a new one */
    struct str to, from, body, status_callback, service_sid;
    const struct simulator_media *media; /* inbound; or: */
    const struct str *media_urls;        /* outbound */
    size_t media_count;
};
struct message *book_add(struct simulator *sim, const struct draft *draft);
struct message *book_find(const struct simulator *sim, struct str sid);
/* Newest first: the newest of a chain, then each next older. Empty filters mean any. */
struct message *book_newest(const struct simulator *sim, struct str from, struct str to);
struct message *book_older(const struct simulator *sim, const struct message *message, bool by_from,
                           bool by_to);
struct attempt *book_attempt(struct simulator *sim);
struct post_record *book_post(struct simulator *sim, struct message *message);
bool book_is_blocked(const struct simulator *sim, struct str ours, struct str theirs);
/* True when that changed anything. */
bool book_block(struct simulator *sim, struct str ours, struct str theirs, bool blocked);
void book_clear(struct simulator *sim);
struct number *number_find(const struct simulator *sim, struct str phone);
struct number *number_find_sid(const struct simulator *sim, struct str sid);
/* Found or made, with the default webhook. */
struct number *number_add(struct simulator *sim, struct str phone);
bool phone_is_e164(struct str phone);
bool phone_is_short_code(struct str phone);
bool phone_is_toll_free(struct str phone);

/* ---- the simulator ---- */

struct settings {
    int64_t sent_after_ms, delivered_after_ms;
    bool provider_handles_opt_out, media_redirect;
};

/* Work from another thread; `kind` says what it stands in. */
struct posted {
    struct letter letter; /* first */
    enum { POSTED_DELIVERY, POSTED_TEXT } kind;
};

struct text_order {
    struct posted posted; /* first */
    struct text_order *next;
    char sid[SIMULATOR_SID_BYTES];
    struct str from, to, body, opt_out_type;
    struct simulator_media *media;
    size_t media_count;
};

struct simulator {
    struct arena lasting; /* configuration and numbers */
    struct str account_sid, auth_token, webhook_url, base_url, basic[2];
    const struct log *log;
    void (*on_event)(void *context, const struct simulator_event *event);
    void *context;
    struct http_server *server;
    struct http_client *client;
    struct chance chance;
    uint64_t sid_seed;
    _Atomic uint64_t sid_count; /* any thread */
    atomic_bool stopping;       /* any thread */
    bool draining;              /* stopping, as seen here */
    struct mailbox posted;      /* any thread */

    struct settings settings, settings_first;
    struct timers timers;
    struct held *held; /* answers that wait for their time */
    struct waiter *waiters;
    struct delivery *deliveries;                     /* under way or waiting for their turn */
    struct delivery *launches_first, *launches_last; /* of them: not started yet, oldest first */
    size_t deliveries_count, started_count, steps_count;
    struct text_order *orders_first, *orders_last; /* of simulator_text: not looked at yet */
    struct number *numbers;
    struct table number_by_phone, number_by_sid;

    struct arena fault_arena;
    struct fault *faults;
    int64_t fault_id;

    struct arena books;
    struct message **messages; /* by seq - 1 */
    size_t message_count, message_capacity;
    struct attempt **attempts;
    size_t attempt_count, attempt_capacity;
    struct table by_sid, by_to, by_from, by_pair, blocks, media_by_sid;
    size_t blocks_count;
    struct counters counters;

    /* The thread that wakes the server's when a timer is due. */
    pthread_t ticker;
    pthread_mutex_t alarm_lock;
    pthread_cond_t alarm_changed;
    int64_t alarm_us; /* under alarm_lock */
    bool ticker_ends; /* under alarm_lock */
    int64_t alarm_known_us;
};

/* A SID nobody had before: `prefix` and 32 hex digits. Any thread. */
void sid_make(struct simulator *sim, const char prefix[2], char ret[SIMULATOR_SID_BYTES]);
bool sid_is(struct str sid, const char *prefix); /* of the right form; prefix "SM", "MG", … */
void sim_timer_set(struct simulator *sim, struct timer *timer, int64_t after_ms,
                   void (*fire)(struct simulator *sim, struct timer *timer));
void sim_emit(struct simulator *sim, const struct simulator_event *event);
/* Answer now or after delay_ms. Everything in `response` but its body must last: request's arena.
 */
void sim_answer(struct simulator *sim, struct http_request *request,
                const struct http_response *response, int64_t delay_ms);
/* Let the client wait for delay_ms, then give up on it: 504 and the connection closed. */
void sim_stall(struct simulator *sim, struct http_request *request, int64_t delay_ms);
/* The end: answer all that is held or waits, and start nothing more. */
void sim_drain(struct simulator *sim);
/* True when these could be a text of a person to a number; whose number is asked later. */
bool sim_check_text(struct str from, struct str to, struct str body, size_t media_count,
                    struct err *err);

/* ---- posting to the program under test (delivery.c) ---- */

struct endpoint {
    struct str url;            /* to be called and signed: no fragment, no user */
    struct str user, password; /* of the URL, decoded */
    int64_t connect_ms, read_ms, total_ms;
    unsigned retries, retry_on; /* bits of enum retry_class */
};
/* Source of the fragment's keys:
 * https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides */
bool endpoint_parse(struct str url, struct arena *arena, struct endpoint *ret, struct err *err);

enum delivery_kind { DELIVERY_TEXT, DELIVERY_CALLBACK };

struct delivery {
    struct posted posted; /* first */
    struct simulator *sim;
    struct delivery *previous, *next; /* of sim->deliveries */
    struct delivery *waiting_next;    /* of callbacks_waiting, or of the launches */
    struct arena arena;               /* holds the delivery too */
    enum delivery_kind kind;
    struct message *message; /* NULL when the books were cleared meanwhile */
    struct str url;          /* as configured, fragment and all */
    struct endpoint endpoint;
    bool get;
    struct param *params;
    size_t param_count, param_capacity;
    char token[33];
    bool bad_signature, fallback;
    struct post_record *record; /* callbacks: the one record of all tries; NULL for a stray's */
    unsigned tries;
    int64_t started_us, started_ms;
    /* the last try's end, filled on the client's thread */
    enum http_failure failure;
    int http_status;
    struct str content_type, body, error;
    int64_t elapsed_us;
};
struct delivery *delivery_create(struct simulator *sim, enum delivery_kind kind,
                                 struct message *message);
void delivery_param(struct delivery *d, const char *name, struct str value); /* value is copied */
/* False when `url` cannot be called; the delivery can be given another then. */
bool delivery_set_url(struct delivery *d, struct str url, bool get, struct err *err);
void delivery_start(struct delivery *d); /* one try */
/* The client is done with a try: record it, try again or tell carrier_delivery_ended. */
void delivery_try_ended(struct simulator *sim, struct delivery *d);
void delivery_destroy(struct delivery *d);
bool delivery_succeeded(const struct delivery *d);

/* ---- what the carrier does (carrier.c) ---- */

/* Texts of other threads, oldest first, are taken as fast as their webhooks get away. */
void carrier_take_order(struct simulator *sim, struct text_order *order);
/* A person texts us. NULL when `to` is not ours. A known SID is posted again. */
struct message *carrier_text(struct simulator *sim, const struct text_order *order);
void carrier_accept(struct simulator *sim, struct message *message, int64_t send_at_ms);
void carrier_cancel(struct simulator *sim, struct message *message); /* a scheduled one */
void carrier_delivery_ended(struct simulator *sim, struct delivery *d);

/* ---- the answer to a webhook (twiml.c) ---- */

struct twiml_reply {
    struct twiml_reply *next;
    struct str to, from, body, status_callback; /* empty: the default */
    struct str *media_urls;
    size_t media_count;
};
/* 0, or the code Twilio would log: 12100, 12200, 12300, 11750. Replies are made in `arena`. */
int twiml_parse(struct str content_type, struct str body, struct arena *arena,
                struct twiml_reply **ret);

/* ---- what is written on the wire (resource.c) ---- */

const char *status_name(enum status status);
const char *direction_name(enum direction direction);
/* Answer with what was written; the buffer is copied. */
void answer_json(struct simulator *sim, struct http_request *request, int status,
                 const struct buf *json, int64_t delay_ms);
void write_rfc2822(struct json_writer *w, const char *key, int64_t time_ms);
void write_message(struct simulator *sim, struct json_writer *w, const struct message *message);
void write_number(struct simulator *sim, struct json_writer *w, const struct number *number);
void write_media(struct simulator *sim, struct json_writer *w, const struct message *message,
                 const struct media *media);

/* ---- who answers what ---- */

void api_handle(struct simulator *sim, struct http_request *request);     /* /2010-04-01 */
void control_handle(struct simulator *sim, struct http_request *request); /* /simulator */
void control_check_waiters(struct simulator *sim); /* after anything happened */
void control_release_waiters(struct simulator *sim);
