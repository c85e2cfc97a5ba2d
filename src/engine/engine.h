/*
 * engine.h - events in, one transaction, effects out.
 *
 * One engine thread owns every state change. It takes what waits (spooled webhooks, commands,
 * results of agents and sends, what is due), decides, commits once, and only then calls agents,
 * sends texts and answers commands. What must not be forgotten is a row, so a crash at any
 * instruction loses nothing.
 */
#pragma once
#include "agent/agent.h"
#include "base/metrics.h"
#include "http/client.h"
#include "loop/mailbox.h"
#include "policy/policy.h"
#include "provider/provider.h"
#include "spool/spool.h"
#include "store/store.h"
#include "tool/tool.h"

struct engine;

struct engine_config {
    struct store
        *store; /* the writing connection; the engine's from now on, still closed by the caller */
    struct spool *spool;
    struct spool_reader *spool_reader;
    const struct vault *vault;
    struct http_client *client;
    const struct provider *provider; /* NULL: no account is configured; texts stay queued */
    struct agent *const *agents;     /* NULL-ended */
    const struct tool *const *tools; /* NULL-ended */
    const struct log *log;
    struct metrics *metrics;
    struct chance *chance; /* the engine thread's own */
    struct str public_url;
    struct policy_limits limits;
    int64_t agent_window_ms, agent_timeout_ms;
    int64_t unknown_wait_ms, absence_window_ms, reply_ttl_ms;
    size_t sends_in_flight_max, turns_running_max;
    size_t answer_segments_max; /* of one message; a longer answer is split */
    size_t answer_parts_max;    /* messages of one answer */
};

/* Recovers what a former run left owed. `now_ms` as everywhere: Unix time. */
bool engine_create(const struct engine_config *config, int64_t now_ms, struct engine **ret,
                   struct err *err);
void engine_destroy(struct engine *engine); /* after the run has returned; NULL is fine */

/*
 * One batch: everything that waits, one transaction, its effects. Returns false when the
 * transaction failed: nothing was kept or sent and the same events come again. *ret_next_ms is when
 * to step again at the latest, or `now_ms` when more is waiting already. The simulation calls this
 * with its own times.
 */
bool engine_step(struct engine *engine, int64_t now_ms, int64_t *ret_next_ms, struct err *err);

/* The engine thread: step, wait, step, until engine_stop. */
void engine_run(struct engine *engine);
/*
 * Ask engine_run to end: apply what is spooled, start nothing new, wait at most `grace_ms` for
 * agents and sends under way, commit, return. Any thread.
 */
void engine_stop(struct engine *engine, int64_t grace_ms);
/* The spool has grown. Any thread. */
void engine_wake(struct engine *engine);

/* ---- commands: what the API and the command line ask for ---- */

struct engine_tx {
    struct engine *engine;
    struct store_tx *tx;
    struct arena *arena; /* until the batch's effects are done, `done` of this command included */
    int64_t now_ms;
    struct chance *chance;
};

/*
 * Embedded first in a struct of the caller's, who keeps it alive until `done`. `apply` runs on the
 * engine thread in a savepoint: false undoes what it did. `done` runs on the engine thread after
 * the commit (or after the failure, with `err`); the command is the caller's again then.
 */
struct engine_command {
    struct letter letter;
    bool (*apply)(struct engine_command *command, struct engine_tx *tx, struct err *err);
    void (*done)(struct engine_command *command, bool ok, const struct err *err);
    bool ok;        /* the engine's, between apply and done */
    struct err err; /* the engine's */
};
void engine_submit(struct engine *engine, struct engine_command *command); /* any thread */

/*
 * For use inside apply. A `scope` given to any of these must live as long as tx->arena: lanes keep
 * it until the batch is written.
 */
struct id engine_new_id(struct engine_tx *tx);
/* Read the numbers again after a change to them (at commit; other commands of the batch see the new
 * ones). */
bool engine_numbers_changed(struct engine_tx *tx, struct err *err);
const struct number *engine_number(struct engine_tx *tx,
                                   struct id number); /* NULL: no such number */
const struct number *engine_number_by_phone(struct engine_tx *tx, struct str phone);
/*
 * Queue a text of the operator's or the API's: through the outbound door in this transaction.
 * number   sends it; NULL: the user's own number, else the only shared one
 * send_at_ms  0: now
 * media_json  JSON list of {"url"} or empty
 * ret      the queued message (status QUEUED), its texts in tx->arena
 * Errors   ERR_INVALID naming the field, ERR_CONFLICT with the door's reason ("opted_out").
 */
bool engine_send_text(struct engine_tx *tx, const struct scope *scope, const struct number *number,
                      struct str to, struct str body, struct str media_json, int64_t send_at_ms,
                      struct message *ret, struct err *err);
/* Opt a phone out of (or back into) one number, or (number NULL) all numbers of the user; queued
 * texts are cancelled. */
bool engine_record_consent(struct engine_tx *tx, const struct scope *scope,
                           const struct number *number, struct str phone, enum consent_kind kind,
                           const char *source, struct str evidence, struct err *err);
/* Takeover and back. A waiting or running turn is superseded when a human takes over. */
bool engine_set_handled_by(struct engine_tx *tx, const struct scope *scope, struct id conversation,
                           enum handled_by who, struct err *err);
/* The agent of that kind, to check settings with; NULL: there is none. Any thread. */
const struct agent *engine_agent(const struct engine *engine, struct str kind);

/* ---- explain: the same decision, with no effect ---- */

struct explanation {
    struct route route;
    bool number_found;
    struct number number;
    struct policy_decision decision;
};
/*
 * What would happen to this text now. `store` is any connection, the caller's thread its own. When
 * `only_user` is not zero and the text would be another's, ERR_NOT_FOUND.
 */
bool engine_explain(struct store *store, const struct vault *vault,
                    const struct policy_limits *limits, const struct inbound_message *message,
                    struct id only_user, int64_t now_ms, struct arena *arena,
                    struct explanation *ret, struct err *err);
