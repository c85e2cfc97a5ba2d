/*
 * caps.h - may one more answer go out: the emergency stop, countries, pumping guard, caps, budgets.
 *
 * Pure checks over counters that the store keeps. caps_list says which counters an answer touches;
 * the caller fills in what they stand at, asks caps_check, and adds each counter's `add` in the
 * transaction that queues the answer. A conversation's own limit is not here: its exact sliding
 * window lives in the conversation's row (window_count).
 */
#pragma once
#include "policy/rules.h"

enum cap_kind {
    CAP_UNKNOWN_PREFIX, /* answers to unknown senders of one number range */
    CAP_UNKNOWN_TOTAL,
    CAP_USER, /* answers of one user */
    CAP_NUMBER,
    CAP_TOTAL,
    CAP_SEGMENTS, /* budgets of one user */
    CAP_MESSAGES,
    CAP_MONEY /* micros */
};
const char *cap_kind_name(enum cap_kind kind); /* "unknown_prefix", "user" …: for keys and JSON */

#define CAP_PREFIX_BYTES 16

/*
 * What a counter is kept under. A counter's period never comes back: when it has passed, the row
 * may be deleted.
 */
struct cap_key {
    enum cap_kind kind;
    struct id id;                  /* the user or the number; zero for the others */
    char prefix[CAP_PREFIX_BYTES]; /* CAP_UNKNOWN_PREFIX: the phone without its last four digits */
    int64_t period_start_ms;       /* counted from 1970 in steps of the window: days are UTC days */
    int64_t period_end_ms;
};

struct cap_use {
    struct cap_key key;
    int64_t add;   /* what this answer adds */
    int64_t limit; /* most that may have been used afterwards */
    int64_t used;  /* before this answer: zero from caps_list, filled in by the caller */
};

enum cap_stop { CAP_RUNNING, CAP_STOP_NUMBER, CAP_STOP_USER, CAP_STOP_ALL };

struct caps_input {
    const struct policy_rules *rules;        /* the user's */
    const struct policy_rules *installation; /* for what users share: numbers, totals, strangers */
    struct id user, number;
    struct str own_phone, own_region; /* of the number; region: ISO country, or empty */
    struct str to;
    bool unknown; /* `to` is nobody's phone: an answer to an unknown sender */
    /*
     * The confirmation of a STOP, or HELP. Caps of users and numbers and budgets do not hold it
     * back; the emergency stop, countries and the pumping guard do, because these words cost as
     * much as any other when machines send them.
     */
    bool compliance;
    int64_t segments; /* of this text, at least 1 */
    int64_t now_ms;
    enum cap_stop stop; /* the emergency switch that is on, the widest one */
};

#define CAPS_MOST 8

/* The counters that hold for this answer, cheapest to exceed first. Returns how many. */
size_t caps_list(const struct caps_input *in, struct cap_use ret[CAPS_MOST]);

struct cap_verdict {
    bool pass;
    const char *reason;   /* static, as stored: "emergency_stop", "country_closed",
                             "unknown_sender_length", "unknown_sender_cap", "user_cap", "number_cap",
                             "total_cap", "over_budget"; NULL when it passes */
    enum outcome outcome; /* for the text that is answered; OUTCOME_PENDING when it passes */
    struct str detail;    /* for why: the rule and its numbers; in the arena or static */
    int64_t retry_ms;     /* when it would pass again by time alone; 0: not by waiting */
};

/* `uses` from caps_list with `used` filled in. */
struct cap_verdict caps_check(const struct caps_input *in, const struct cap_use *uses, size_t count,
                              struct arena *arena);

/* May texts go to this country? Also for texts that are no answers. `own_region` may be empty. */
bool caps_country_open(const struct policy_rules *rules, struct str own_phone,
                       struct str own_region, struct str to);

/* The key as one text, "user/<32 hex>//<start>", for stores that want one. */
#define CAP_KEY_BYTES 96
struct str cap_key_text(const struct cap_key *key, char text[CAP_KEY_BYTES]);
