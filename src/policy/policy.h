/*
 * policy.h - what happens to an inbound text: pure decisions over plain values.
 *
 * Two steps, neither reading clock, socket or database: policy_route says whose text it is, then,
 * with what that user's rows say, policy_decide runs the screens in order and gives exactly one
 * outcome. The live path, explain, replay and the simulation call the same two functions.
 *
 * A screen is one file, screen_<name>.c, and one row in the table in policy.c.
 */
#pragma once
#include "base/arena.h"
#include "model/inbound.h"
#include "model/model.h"

/* ---- route: by number, then by sender ---- */

struct route_input {
    const struct inbound_message *message;
    const struct number *number;   /* the row of message->to; NULL: a number we do not have */
    const struct id *sender_user;  /* by_sender: who has the sender's phone; NULL: nobody */
    const struct id *invited_user; /* whose invite code the whole body is; NULL: nobody's */
};
enum route_kind {
    ROUTE_USER,   /* `user` answers */
    ROUTE_JOIN,   /* as ROUTE_USER, and the sender's phone is to be added to that user */
    ROUTE_UNKNOWN /* nobody's: stored for the installation */
};
struct route {
    enum route_kind kind;
    struct id user;
    const char *rule;      /* for why: "by_number", "by_sender", "invite_code", "default_user",
                              "no_such_number", "unknown_sender" … */
    struct str reply;      /* ROUTE_UNKNOWN: one-segment answer (number's unknown_text), or empty */
    struct str join_reply; /* ROUTE_JOIN: what welcomes the person */
};
/* True when the number's policy makes an invite code worth looking up for this body. */
bool policy_wants_invite(const struct number *number, struct str body);
void policy_route(const struct route_input *in, struct route *ret);

/* ---- screens ---- */

enum consent_state { CONSENT_NONE, CONSENT_OUT, CONSENT_IN };

struct policy_limits {
    bool auto_reply_enabled;        /* SMS_AUTO_REPLY_ENABLED */
    int64_t answers_max, window_ms; /* per conversation: at most answers_max in any window */
    int64_t unknown_window_ms;      /* an unknown sender gets one answer in this long: a day */
};

struct policy_input {
    const struct inbound_message *message;
    int64_t now_ms;
    const struct number *number; /* NULL only with ROUTE_UNKNOWN */
    const struct route *route;
    const struct user *user; /* the row of route->user; the installation's for ROUTE_UNKNOWN */
    const struct conversation *conversation; /* NULL: this is the contact's first text */
    enum consent_state
        consent; /* of this contact for this number, or for all numbers of the user */
    bool allowlisted;
    struct policy_limits limits;
};

struct layer {
    const char *layer;   /* "consent", "auto_reply", "first_message", … */
    const char *verdict; /* "pass" or "stop" */
    struct str detail; /* the rule that matched and the numbers it saw; empty when there is nothing
                          to say */
};
#define LAYERS_MOST 16

struct policy_decision {
    enum outcome outcome;             /* OUTCOME_PENDING when a turn is owed */
    struct layer layers[LAYERS_MOST]; /* in order, up to the one that stopped it */
    size_t layer_count;
    bool admit;          /* put the contact on the allowlist, added by "conversation_init" */
    bool join;           /* ROUTE_JOIN: add the sender's phone to the user */
    bool record_consent; /* write `consent_kind` to the ledger, with source and evidence */
    enum consent_kind consent_kind;
    const char *consent_source; /* "keyword", "opt_out_type", "revocation" */
    struct str evidence;        /* the keyword, or the rule of revocation that matched */
    bool cancel_owed; /* cancel what is queued and the waiting turn of this conversation */
    struct str reply; /* a text of policy's own to send (HELP, confirmation, unknown sender); empty:
                         none */
    bool ask;      /* the reply asks whether they want no more texts: no agent until they answer */
    bool answered; /* that question is answered */
    bool reply_despite_opt_out; /* the reply is the one confirmation that may follow a STOP */
    bool turn;                  /* an agent shall answer */
};
/* Texts in `ret` are static, borrowed from `in`, or made in `arena`. */
void policy_decide(const struct policy_input *in, struct arena *arena, struct policy_decision *ret);

/* The layers as the JSON list that is stored with a message: [{"layer":…,"verdict":…,"detail":…}].
 */
struct str policy_layers_json(const struct policy_decision *decision, struct arena *arena);

/* ---- the sliding window, also used where an answer is queued ---- */

/* How many of the recent answers fall into (now - window, now]. */
int64_t window_count(const struct conversation *conversation, int64_t now_ms, int64_t window_ms);
/* Note an answer; the oldest is dropped beyond RECENT_ANSWERS_MOST. */
void window_add(struct conversation *conversation, int64_t now_ms);

/* ---- the outbound door: may this text be queued, may it leave now? ---- */

struct outbound_input {
    const struct number *number;
    const struct user *user;
    struct str to;
    enum consent_state consent;
    bool allowlisted;
    bool answer;       /* a direct answer to a text of theirs */
    bool confirmation; /* the one confirmation of a STOP */
};
/* NULL when it may; otherwise the reason, static, as stored with the message ("opted_out",
 * "user_suspended", "not_allowlisted", …). */
const char *policy_outbound(const struct outbound_input *in);
