/*
 * model.h - the nouns, as plain values, and their legal changes.
 *
 * Everything here is a value: texts are borrowed from whoever made the value (usually an arena).
 * Names of enum values in JSON and in the database are the ones the *_name functions give.
 */
#pragma once
#include "base/arena.h"
#include "base/id.h"
#include "base/str.h"

/* The user that owns what nobody owns: texts of unknown senders, numbers, settings. All zeros. */
#define USER_INSTALLATION ((struct id){ { 0 } })

enum direction { DIRECTION_INBOUND, DIRECTION_OUTBOUND };

/* Delivery of an outbound message. The provider's words, and ours for what it never saw. */
enum message_status {
    STATUS_RECEIVED, /* inbound */
    STATUS_QUEUED,   /* ours to send; also Twilio's accepted, scheduled, queued */
    STATUS_SENDING,  /* offered to the provider, or the provider says sending */
    STATUS_SENT,
    STATUS_DELIVERED,
    STATUS_UNDELIVERED,
    STATUS_FAILED,
    STATUS_CANCELED, /* kept back at the outbound door or cancelled; the reason is in `error` */
    STATUS_READ,
    STATUS_UNCONFIRMED /* nobody can say whether it went out; a person decides */
};
const char *message_status_name(enum message_status status);
bool message_status_parse(struct str name, enum message_status *ret); /* Twilio's words too */
/* Ranks grow; first terminal wins, never backwards. Source: design 5; twilio.com message statuses.
 */
bool message_status_may_follow(enum message_status before, enum message_status after);

/* How an inbound text ended (design 9.3). */
enum outcome {
    OUTCOME_PENDING,
    OUTCOME_ANSWERED,
    OUTCOME_DUPLICATE,
    OUTCOME_UNKNOWN_SENDER,
    OUTCOME_OPT_OUT,
    OUTCOME_OPT_IN,
    OUTCOME_HELP,
    OUTCOME_REVOCATION_ASKED,
    OUTCOME_OPTED_OUT,
    OUTCOME_AUTO_REPLY,
    OUTCOME_LOOP,
    OUTCOME_HELD,
    OUTCOME_NOT_ALLOWLISTED,
    OUTCOME_RATE_LIMITED,
    OUTCOME_OVER_BUDGET,
    OUTCOME_AFTER_HOURS,
    OUTCOME_HUMAN,
    OUTCOME_SUSPENDED,
    OUTCOME_AUTO_REPLY_DISABLED,
    OUTCOME_AGENT_SILENT,
    OUTCOME_AGENT_FAILED,
    OUTCOME_SUPERSEDED,
    OUTCOME_BLOCKED_BY_PROVIDER,
    OUTCOME_COUNT
};
const char *outcome_name(enum outcome outcome);

enum routing { ROUTING_BY_SENDER, ROUTING_BY_NUMBER };
const char *routing_name(enum routing routing); /* "by_sender", "by_number" */

/* What a text from an unknown sender gets on a shared number. */
enum unknown_policy { UNKNOWN_IGNORE, UNKNOWN_REPLY, UNKNOWN_INVITE, UNKNOWN_USER };
const char *unknown_policy_name(enum unknown_policy policy); /* "ignore" "reply" "invite" "user" */

/* What a new contact of a dedicated number gets. */
enum first_contact { FIRST_ADMIT, FIRST_HOLD };
const char *first_contact_name(enum first_contact policy); /* "admit", "hold" */

/* What a text does that only looks like a wish to get no more (sms/revocation.h). */
enum revocation_policy {
    REVOCATION_CONFIRM, /* ask once, and ask no agent until it is answered */
    REVOCATION_STOP,    /* take it for one */
    REVOCATION_FLAG     /* say so in `why`, and go on */
};
const char *revocation_policy_name(enum revocation_policy policy); /* "confirm" "stop" "flag" */

struct user {
    struct id id;
    struct str name, timezone; /* timezone: IANA name, or empty */
    struct str agent_kind;     /* "echo", "rule", … */
    struct str agent_settings; /* JSON object, as the agent's kind wants it */
    struct str invite_code;    /* empty: nobody can join by code */
    int64_t retention_days;    /* 0: kept until erased */
    bool suspended;
    int64_t created_ms;
};

/* How an invite code is compared, wherever it is stored or texted: trimmed, ASCII upper case. In
 * `arena`. */
struct str invite_code_normal(struct str code, struct arena *arena);

struct number {
    struct id id;
    struct str phone; /* E.164, or a short code */
    struct str name;  /* for people; may be empty */
    enum routing routing;
    struct id user; /* by_number: whose; by_sender with UNKNOWN_USER: the default user; else zero */
    enum unknown_policy unknown;
    struct str unknown_text; /* reply and invite: what is answered */
    enum first_contact first;
    struct str help_text, opt_out_text, opt_in_text; /* where we answer; empty: the defaults */
    enum revocation_policy revocation;
    bool provider_handles_opt_out; /* the provider answers STOP, START and HELP (long codes,
                                      toll-free) */
    struct str region;             /* ISO country for what people type; empty: from the phone */
    int64_t created_ms;
};

/* Times of the last answers of a conversation, for the exact sliding window. Newest last. */
#define RECENT_ANSWERS_MOST 100

enum handled_by { HANDLED_BY_AGENT, HANDLED_BY_HUMAN };
const char *handled_by_name(enum handled_by who); /* "agent", "human" */

struct conversation {
    struct id id, user, number, contact;
    unsigned char contact_index[16]; /* the user's own blind index of the contact's phone */
    struct id last_message;          /* zero when there is none */
    struct id turn;                  /* the turn that is waiting or running; zero when none */
    enum handled_by handled_by;
    int64_t messages_in, messages_out;
    int64_t last_in_ms, last_out_ms;
    size_t recent_count;
    int64_t recent_ms[RECENT_ANSWERS_MOST];
    /* today's usage, moved to usage_daily when the day (UTC, days since 1970) changes */
    int64_t day, day_in, day_out, day_segments_in, day_segments_out;
    int64_t asked_ms; /* when we asked whether they want no more texts; 0: no question is open */
    int64_t created_ms;
};

struct contact {
    struct id id, user;
    struct str phone, name;
    int64_t created_ms;
};

struct message {
    struct id id, user, conversation, number;
    struct id previous; /* of the conversation; zero for the first */
    enum direction direction;
    struct str body;
    struct str fields; /* inbound: the provider's other fields, form-encoded; outbound: empty */
    struct str media;  /* JSON list of {"url","content_type"}; empty when none */
    struct str provider_sid; /* "SM…"; empty until known */
    enum message_status status;
    int64_t segments;
    int64_t error_code;   /* the provider's, or 0 */
    struct str error;     /* a sentence for people; empty when none */
    enum outcome outcome; /* inbound */
    struct str why;       /* inbound: JSON list of layers */
    struct id turn;       /* the turn that covers it or that made it; zero when none */
    struct id reply; /* inbound: policy's own answer to it (HELP, unknown sender); zero when none */
    struct str origin; /* outbound: "agent", "api", "reply" (policy text), "schedule" */
    int64_t at_ms;     /* inbound: when it reached the door; outbound: when it was queued */
    int64_t done_ms;   /* inbound: when its outcome was final; outbound: last status */
};

#define TURN_REPLIES_MOST 10

enum turn_state {
    TURN_WAITING,
    TURN_RUNNING,
    TURN_ANSWERED,
    TURN_SILENT,
    TURN_FAILED,
    TURN_SUPERSEDED
};
const char *turn_state_name(enum turn_state state);

struct turn {
    struct id id, user, conversation;
    enum turn_state state;
    struct id first_message, last_message; /* the new texts it answers, along the links */
    int64_t attempts;
    int64_t due_ms; /* WAITING: when to start; RUNNING: its deadline; 0 when finished */
    int64_t created_ms, started_ms, finished_ms;
    struct id replies[TURN_REPLIES_MOST]; /* the outbound messages that it made */
    size_t reply_count;
    struct str detail; /* for people: which rule answered, why it failed or stayed silent */
};

enum send_state { SEND_READY, SEND_SENDING, SEND_UNKNOWN, SEND_DONE };
const char *send_state_name(enum send_state state);

/* What is owed to the provider for one outbound message; its key is the message's id. */
struct send {
    struct id message, user, conversation, number;
    enum send_state state;
    int64_t attempts; /* offers made so far; the token of the current one */
    int64_t repeats;  /* offers made again after an unknown outcome */
    int64_t clean_listings;
    int64_t due_ms; /* READY: not before; UNKNOWN: next look; 0 when done */
    int64_t first_offer_ms, last_offer_ms, expires_ms;
};

struct status_event {
    struct id message;
    enum message_status status;
    int64_t error_code, at_ms;
};

enum consent_kind { CONSENT_OPT_OUT, CONSENT_OPT_IN };
const char *consent_kind_name(enum consent_kind kind); /* "opt_out", "opt_in" */

struct consent_event {
    struct id id, user, number; /* number zero: all numbers of the user */
    struct str phone;
    enum consent_kind kind;
    struct str source;   /* "keyword", "opt_out_type", "api", "provider" */
    struct str evidence; /* the keyword, message SID, token name, code */
    int64_t at_ms;
};

struct allowlist_entry {
    struct id user;
    struct str phone;
    struct str added_by; /* "conversation_init", "manual", "system" */
    int64_t added_ms;
};

struct api_token {
    struct id id, user; /* user zero: admin */
    struct str name;
    int64_t created_ms;
};

struct fact { /* what an agent remembers */
    struct id id, user, contact;
    struct str text;
    int64_t created_ms;
};

struct usage_day {
    int64_t day; /* days since 1970-01-01, UTC */
    int64_t messages_in, messages_out, segments_in, segments_out;
};
