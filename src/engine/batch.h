/*
 * batch.h - one batch of the engine: its transaction, the lanes it has open, the effects it will
 * have.
 *
 * Private to the engine's room. A lane is a conversation as this batch sees it: loaded once,
 * changed by many events, written by batch_flush. Rows to insert wait beside it so that they leave
 * in batches. Nothing in a batch outlives it; what must be remembered is in the store when it ends.
 */
#pragma once
#include "engine/engine.h"
#include "engine/event.h"

/* A conversation in this batch. */
struct lane_work {
    struct lane_work *next_same_hash, *next;
    struct lane_key key;
    struct lane lane;            /* conversation, consent, allowlist; kept up to date */
    const struct number *number; /* NULL: removed, or never ours */
    struct str phone;            /* the contact's */
    struct contact *new_contact; /* to insert */
    bool insert, dirty;          /* what batch_flush does with the conversation */
    bool turn_loaded, turn_dirty;
    struct turn turn; /* of conversation.turn, when turn_loaded */
};

enum effect_kind { EFFECT_ASK, EFFECT_CANCEL, EFFECT_OFFER, EFFECT_LIST };

struct effect {
    struct effect *next;
    enum effect_kind kind;
    struct id user;
    union {
        struct { /* EFFECT_ASK: call an agent */
            struct agent *agent;
            struct id turn;
            int64_t attempt;
            struct agent_request request;
        } ask;
        struct id cancel; /* EFFECT_CANCEL: the turn whose call is to be given up */
        struct {          /* EFFECT_OFFER: offer a text to the provider */
            struct id message;
            int64_t attempt;
            struct http_call call;
        } offer;
        struct { /* EFFECT_LIST: look whether the provider has it */
            struct id message;
            struct http_call call;
        } list;
    };
};

#define LANE_BUCKETS 1024

struct message_entry {
    struct message_entry *next;
    const struct scope *scope;
    struct message message;
};
struct turn_entry {
    struct turn_entry *next;
    struct turn turn;
};
struct send_entry {
    struct send_entry *next;
    struct send send;
};

struct batch {
    struct engine *engine;
    struct store_tx tx;
    struct arena *arena; /* the engine's, reset after the effects */
    int64_t now_ms;
    struct engine_tx public;
    struct lane_work *buckets[LANE_BUCKETS], *lanes;
    struct message_entry *messages, **messages_end;
    struct turn_entry *turns;
    struct send_entry *sends;
    struct effect *effects, **effects_end;
    bool work_due; /* something may be startable now */
    bool numbers_changed;
    int64_t counts[METRIC_COUNT]; /* added to the metrics after the commit */
};

/* An agent call or an offer under way: known from the effect until its event has been applied. */
struct flight {
    struct id id; /* turn or message */
    int64_t attempt;
    struct agent *agent; /* NULL for an offer; so the rest */
    uint64_t handle;
    int64_t deadline_ms;
};

/* What was being worked on, so that a failure can be pinned to it. */
enum stage { STAGE_OTHER, STAGE_SPOOL, STAGE_EVENT, STAGE_TURN, STAGE_SEND };
struct suspect {
    enum stage stage;
    struct turn turn; /* STAGE_TURN */
    struct send send; /* STAGE_SEND */
};

struct engine {
    struct engine_config config;
    struct mailbox inbox;
    struct id_maker ids;
    struct arena arena;         /* of the batch */
    struct arena numbers_arena; /* of the numbers below */
    struct number *numbers;     /* sorted by phone */
    struct number **numbers_by_id;
    size_t number_count;
    int64_t spool_position; /* applied and committed */
    int64_t next_due_ms;
    int64_t next_retire_ms;               /* when to look for messages that are kept no longer */
    struct event *pending, **pending_end; /* taken from the inbox, not yet committed */
    struct flight *turns, *offers;
    size_t turn_count, offer_count;
    struct batch *batch; /* the one under way */
    struct suspect suspect;
    unsigned failures; /* in a row */
    unsigned careful;  /* so many more steps take one thing at a time */
    atomic_bool stopping;
    atomic_int_fast64_t stop_grace_ms;
};

/* ---- batch.c ---- */

void batch_init(struct batch *b, struct engine *engine, int64_t now_ms);
/* Write everything that waits and forget the lanes. */
bool batch_flush(struct batch *b, struct err *err);
/* Forget what waits: the savepoint it belongs to is undone. */
void batch_drop(struct batch *b);
struct id batch_id(struct batch *b);
struct effect *batch_effect(struct batch *b, enum effect_kind kind, struct id user);

/* The lane of a phone at a number for a user; found or made ready to be made. `scope` must live as
 * long as the batch. */
bool lane_open(struct batch *b, const struct scope *scope, const struct number *number,
               struct id number_id, struct str phone, struct lane_work **ret, struct err *err);
/* The same by conversation. ERR_NOT_FOUND. */
bool lane_open_conversation(struct batch *b, const struct scope *scope, struct id conversation,
                            struct lane_work **ret, struct err *err);
/* A later opt-out wins over an earlier opt-in and the other way round; the store has decided that.
 */
static inline enum consent_state lane_consent(const struct lane *lane)
{
    return lane->opted_out ? CONSENT_OUT : lane->opted_in ? CONSENT_IN : CONSENT_NONE;
}
/* Look a lane up in this batch, or put it there as loaded elsewhere. */
struct lane_work *lane_find(struct batch *b, const struct lane_key *key);
struct lane_work *lane_insert(struct batch *b, const struct lane_key *key, const struct lane *lane,
                              const struct number *number, struct str phone);
void lane_key_make(struct batch *b, const struct scope *scope, struct id number, struct str phone,
                   struct lane_key *ret);
/* The contact is on the allowlist now: for every lane of this contact in the batch. */
void lane_allow(struct batch *b, struct lane_work *lane);
/* Make the contact and conversation when there is none yet. */
void lane_ensure(struct batch *b, struct lane_work *lane);
/* Append a message to the lane: id, links, counters and usage are set here. Returns the waiting
 * row. */
struct message *lane_append(struct batch *b, struct lane_work *lane, const struct message *message);
/* Change the outcome of a message that may still be waiting in this batch. */
bool batch_set_outcome(struct batch *b, const struct scope *scope, struct id message,
                       enum outcome outcome, struct id turn, struct id reply, struct err *err);
bool batch_scope(struct batch *b, struct id user, struct scope **ret, struct err *err);

/* ---- route.c ---- */

/* Whose text it is. `sender`: who has the phone it came from, zero: nobody. Texts may be in
 * `arena`. */
bool route_text(struct store *store, const struct vault *vault,
                const struct inbound_message *message, const struct number *number,
                const struct id *sender, struct arena *arena, struct route *ret, struct err *err);

/* ---- inbound.c, status.c ---- */

bool inbound_apply(struct batch *b, const struct spool_entry *entries, size_t count,
                   struct err *err);
bool status_apply(struct batch *b, const struct spool_entry *entry, struct err *err);

/* ---- turn.c ---- */

/* A new text wants an answer: join the waiting turn, supersede the running one, or make one. */
bool turn_want(struct batch *b, struct lane_work *lane, struct message *message, struct err *err);
/* Give up the waiting or running turn; its texts get `outcome`. */
bool turn_supersede(struct batch *b, struct lane_work *lane, enum outcome outcome,
                    const char *detail, struct err *err);
bool turn_start_due(struct batch *b, struct err *err);
bool turn_answered(struct batch *b, struct event *event, struct err *err);
/* The inbound texts of a turn get another outcome: its answer was refused by the provider. */
bool turn_set_outcomes(struct batch *b, const struct scope *scope, const struct turn *turn,
                       enum outcome outcome, struct err *err);

/* ---- outbox.c, reconcile.c ---- */

struct outbox_text {
    struct str body, media;
    const char *origin;
    struct id turn;
    int64_t send_at_ms; /* 0: now */
    bool answer, confirmation;
};
/*
 * Through the outbound door. Refused: the message is stored as CANCELED with the reason, which is
 * also given in *ret_reason (static); otherwise it is NULL and the send is owed.
 */
struct message *outbox_queue(struct batch *b, struct lane_work *lane,
                             const struct outbox_text *text, const char **ret_reason);
/* Cancel what is queued for this lane; what is in flight cannot be recalled. */
bool outbox_cancel_ready(struct batch *b, struct lane_work *lane, const char *reason,
                         struct err *err);
bool outbox_start_due(struct batch *b, struct err *err);
bool outbox_offered(struct batch *b, struct event *event, struct err *err);
/* The provider has it under this SID: by its answer, a callback or its list. `code`: its error, or
 * 0. */
bool outbox_bind(struct batch *b, const struct scope *scope, struct send *send, struct str sid,
                 enum message_status status, int64_t code, struct err *err);
/* The SID is this message's, whatever else the message is bound to: no other may take it for its
 * own. */
bool outbox_claim(struct batch *b, struct id message, struct str sid, struct err *err);
/* The URLs of a message's media, in `arena`. */
size_t outbox_media(struct str media, struct arena *arena, const struct str **ret);
/* The provider said that this phone opted out of this sender. */
bool outbox_learn_opt_out(struct batch *b, struct lane_work *lane, int64_t code, struct err *err);
bool reconcile_start(struct batch *b, const struct scope *scope, struct send *send,
                     struct err *err);
bool reconcile_listed(struct batch *b, struct event *event, struct err *err);
/* Wait 1 s, 2 s, 4 s … up to 256 s, less at most half. */
int64_t retry_at_ms(int64_t now_ms, int64_t attempt, struct chance *chance);

/* ---- failure.c ---- */

/* Keep a spooled entry that cannot be applied, sealed, under its position. */
bool quarantine(struct engine *engine, struct store_tx *tx, const struct spool_entry *entry,
                struct err *err);
/* A batch failed: commands are told, memory is read again, and what fails again and again is set
 * aside. */
void engine_failed(struct engine *engine, const struct err *err, int64_t now_ms);

/* ---- effects.c ---- */

/* The first `count` pending events are done with: flights land, commands are answered, memory goes.
 */
void events_release(struct engine *engine, size_t count);

void effects_perform(struct batch *b);

/* ---- numbers.c ---- */

bool numbers_load(struct engine *engine, struct err *err);
const struct number *numbers_by_phone(const struct engine *engine, struct str phone);
const struct number *numbers_by_id(const struct engine *engine, struct id id);
