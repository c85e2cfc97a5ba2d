/*
 * store.h - every query, written once, over a small driver (driver.h).
 *
 * Takes and gives plain values: sealing happens inside, under the key of the scope. What belongs to
 * a user is reached through that user's scope only. Writes need an open transaction; reads work on
 * any connection. Functions that the hot path uses take whole batches. A `struct store` is one
 * connection, used by one thread at a time: the engine has the only writing one, readers open their
 * own.
 *
 * Errors, everywhere: ERR_UNAVAILABLE when the database cannot do it now (full disk, I/O error,
 * locked), ERR_INTERNAL for rows that do not open or are not what they should be; others are told
 * by name. Texts in results are made in `arena`. Lists give at most `limit` rows after (or before)
 * the cursor id; a zero id starts at the beginning.
 */
#pragma once
#include "base/arena.h"
#include "base/chance.h"
#include "base/err.h"
#include "base/log.h"
#include "model/model.h"
#include "vault/vault.h"

struct store;

struct store_config {
    const char *path;          /* of the SQLite file */
    const struct vault *vault; /* borrowed for as long as the store is open */
    const struct log *log;
    bool read_only;
};

/*
 * Open, and check that the schema's version is ours and that the master key is the database's. A
 * database of a newer version and a wrong key are refused (ERR_CONFLICT) and nothing is written. A
 * writer that finds an older schema (or none) is refused too (ERR_CONFLICT "… run migrate") unless
 * store_migrate was called first. A second writer on the same file is refused.
 */
bool store_open(const struct store_config *config, struct store **ret, struct err *err);
void store_close(struct store *store); /* NULL is fine */
/*
 * Apply the migrations that are missing, each in a transaction, checksums of the applied ones
 * checked. On a new database also the installation's own user row and check value are made.
 * ret_applied may be NULL.
 */
bool store_migrate(const struct store_config *config, int64_t now_ms, struct chance *chance,
                   size_t *ret_applied, struct err *err);
/* Version of this program's schema, and of the file (0: none). */
int64_t store_version(void);

/* ---- transactions (writer only) ---- */

struct store_tx {
    struct store *store;
    bool open;
};
bool store_begin(struct store *store, struct store_tx *ret, struct err *err);
bool store_commit(struct store_tx *tx,
                  struct err *err);       /* false: rolled back, or (I/O error) unknown */
void store_rollback(struct store_tx *tx); /* does nothing after a commit; for CLEANUP */
/* Inside a transaction: undo one command without losing the others. */
bool store_savepoint(struct store_tx *tx, struct err *err);
bool store_savepoint_keep(struct store_tx *tx, struct err *err);
bool store_savepoint_undo(struct store_tx *tx, struct err *err);
/*
 * Between two transactions, on the writer's thread: finish a checkpoint that the background has
 * prepared. Cheap when there is nothing to do.
 */
void store_tend(struct store *store);

/* ---- scopes: the only way to a user's rows ---- */

struct scope {
    struct id user;
    struct vault_key key;
    bool found; /* false: no such user; then nothing else is set */
    bool suspended;
    struct str agent_kind; /* in the arena that was given */
};
/* The scopes of many users at once, in order. USER_INSTALLATION is always found. */
bool store_scopes(struct store *store, const struct id *users, size_t count, struct arena *arena,
                  struct scope *ret, struct err *err);
/* One; ERR_NOT_FOUND when there is no such user. */
bool store_scope(struct store *store, struct id user, struct arena *arena, struct scope *ret,
                 struct err *err);

/* ---- the hot path, in batches ---- */

/*
 * Claim provider SIDs for ever, each for a message of ours. ret_fresh[i] is false when the SID was
 * claimed before, also within this batch.
 */
bool store_claim(struct store_tx *tx, const struct str *sids, const struct id *messages,
                 size_t count, bool *ret_fresh, struct err *err);
/* Who has these phones (blind index of the installation) on by_sender numbers; zero id: nobody. */
bool store_route_senders(struct store *store, const unsigned char (*phone_index)[VAULT_INDEX_BYTES],
                         size_t count, struct id *ret, struct err *err);
/* Whose invite code has this index; zero id: nobody's. */
bool store_find_invite(struct store *store, const unsigned char index[VAULT_INDEX_BYTES],
                       struct id *ret, struct err *err);

struct lane_key {
    const struct scope *scope;
    struct id number;
    unsigned char contact_index[VAULT_INDEX_BYTES]; /* vault_index(user, "phone", phone) */
    unsigned char phone_index[VAULT_INDEX_BYTES];   /* vault_index(installation, "phone", phone) */
};
struct lane {
    bool exists;                      /* there is a conversation */
    struct conversation conversation; /* when it exists */
    bool has_contact;
    struct id contact;        /* when has_contact: known to this user, on whatever number */
    bool opted_out, opted_in; /* latest consent of (phone, number) or (phone, user): out wins */
    bool allowlisted;
};
bool store_lanes(struct store *store, const struct lane_key *keys, size_t count, struct lane *ret,
                 struct err *err);

struct contact_write {
    const struct scope *scope;
    const struct contact *contact;
};
struct conversation_write {
    const struct scope *scope;
    const struct conversation *conversation;
    bool insert;
};
struct message_write {
    const struct scope *scope;
    const struct message *message;
};
bool store_add_contacts(struct store_tx *tx, const struct contact_write *rows, size_t count,
                        struct chance *chance, struct err *err);
/* The day counters of a conversation whose `day` changed are first added to usage_daily. */
bool store_put_conversations(struct store_tx *tx, const struct conversation_write *rows,
                             size_t count, struct err *err);
bool store_add_messages(struct store_tx *tx, const struct message_write *rows, size_t count,
                        struct chance *chance, struct err *err);
bool store_put_turns(struct store_tx *tx, const struct turn *rows, size_t count,
                     struct err *err); /* insert or replace */
bool store_put_sends(struct store_tx *tx, const struct send *rows, size_t count,
                     struct err *err); /* insert or replace; SEND_DONE removes the row */

/* What is known of spooled entries: applied up to here, in the same transaction as their results.
 */
bool store_spool_position(struct store *store, int64_t *ret, struct err *err);
bool store_set_spool_position(struct store_tx *tx, int64_t position, struct err *err);

/* ---- what is owed ---- */

bool store_due_turns(struct store *store, int64_t now_ms, size_t limit, struct arena *arena,
                     struct turn **ret, size_t *ret_count, struct err *err);
/*
 * READY and UNKNOWN ones whose due_ms is reached, oldest first. A READY one is left out while an
 * earlier message of its conversation is SENDING, or READY and either due or offered before, so
 * that answers leave in order; one that is scheduled for later or UNKNOWN stands in nobody's way.
 */
bool store_due_sends(struct store *store, int64_t now_ms, size_t limit, struct arena *arena,
                     struct send **ret, size_t *ret_count, struct err *err);
/* The earliest due_ms of all turns and sends that are owed; INT64_MAX when nothing is. */
bool store_next_due(struct store *store, int64_t *ret_ms, struct err *err);
/* After a start: running turns wait again (due now), SENDING becomes UNKNOWN (due at
 * unknown_due_ms). */
bool store_recover(struct store_tx *tx, int64_t now_ms, int64_t unknown_due_ms, size_t *ret_turns,
                   size_t *ret_sends, struct err *err);
bool store_turn(struct store *store, const struct scope *scope, struct id turn, struct arena *arena,
                struct turn *ret, struct err *err); /* ERR_NOT_FOUND */
bool store_send(struct store *store, const struct scope *scope, struct id message, struct send *ret,
                struct err *err); /* ERR_NOT_FOUND */
/* The sends of a conversation that are READY (to be cancelled after a STOP). */
bool store_ready_sends(struct store *store, const struct scope *scope, struct id conversation,
                       struct arena *arena, struct send **ret, size_t *ret_count, struct err *err);

/* ---- messages and conversations ---- */

/* Whose it is: for admins, and for callbacks. ERR_NOT_FOUND. The caller then opens that scope, or
 * not. */
bool store_message_owner(struct store *store, struct id message, struct id *ret_user,
                         struct err *err);
bool store_conversation_owner(struct store *store, struct id conversation, struct id *ret_user,
                              struct err *err);
bool store_find_sid(struct store *store, struct str sid, struct id *ret_message,
                    struct err *err); /* ERR_NOT_FOUND */

bool store_message(struct store *store, const struct scope *scope, struct id id,
                   struct arena *arena, struct message *ret, struct err *err);
/* Newest first, along the links from `from` (a message id; zero: the conversation's last), at most
 * `limit`. */
bool store_messages_back(struct store *store, const struct scope *scope, struct id conversation,
                         struct id from, size_t limit, struct arena *arena, struct message **ret,
                         size_t *ret_count, struct err *err);
/* All of a user's messages, newest first, with ids below `before` (zero: from the newest). */
bool store_messages_of_user(struct store *store, const struct scope *scope, struct id before,
                            size_t limit, struct arena *arena, struct message **ret,
                            size_t *ret_count, struct err *err);
/* Ids and owners of the newest messages of everybody, for the operator's view. */
struct owned_id {
    struct id id, user;
};
bool store_messages_newest(struct store *store, struct id before, size_t limit, struct arena *arena,
                           struct owned_id **ret, size_t *ret_count, struct err *err);
/* Ends (or changes) the outcome of an inbound message. */
bool store_set_outcome(struct store_tx *tx, const struct scope *scope, struct id message,
                       enum outcome outcome, struct id turn, struct id reply, int64_t done_ms,
                       struct err *err);
/* Changes an outbound message's delivery. `sid` empty keeps what is there; `error` NULL ptr keeps
 * it. */
bool store_set_status(struct store_tx *tx, const struct scope *scope, struct id message,
                      enum message_status status, struct str sid, int64_t error_code,
                      struct str error, int64_t at_ms, struct err *err);
/* False in *ret_fresh when this (message, status, code) was recorded before. */
bool store_add_status_event(struct store_tx *tx, const struct scope *scope,
                            const struct status_event *event, bool *ret_fresh, struct err *err);
bool store_status_events(struct store *store, const struct scope *scope, struct id message,
                         struct arena *arena, struct status_event **ret, size_t *ret_count,
                         struct err *err);

bool store_conversation(struct store *store, const struct scope *scope, struct id id,
                        struct conversation *ret, struct err *err);
bool store_conversations(struct store *store, const struct scope *scope, struct id after,
                         size_t limit, struct arena *arena, struct conversation **ret,
                         size_t *ret_count, struct err *err);
bool store_conversations_newest(struct store *store, struct id before, size_t limit,
                                struct arena *arena, struct owned_id **ret, size_t *ret_count,
                                struct err *err);
bool store_contact(struct store *store, const struct scope *scope, struct id id,
                   struct arena *arena, struct contact *ret, struct err *err);

/* ---- users, phones, numbers ---- */

bool store_add_user(struct store_tx *tx, const struct user *user, struct chance *chance,
                    struct err *err); /* ERR_CONFLICT: invite code taken */
bool store_put_user(struct store_tx *tx, const struct scope *scope, const struct user *user,
                    struct chance *chance, struct err *err);
bool store_user(struct store *store, const struct scope *scope, struct arena *arena,
                struct user *ret, struct err *err);
bool store_users(struct store *store, struct id after, size_t limit, struct arena *arena,
                 struct id **ret, size_t *ret_count, struct err *err);
/* Erase: the key first, then every row of the user (claims stay: they name no one). */
bool store_erase_user(struct store_tx *tx, const struct scope *scope, struct err *err);

bool store_add_phone(struct store_tx *tx, const struct scope *scope, struct str phone,
                     int64_t now_ms, struct chance *chance,
                     struct err *err); /* ERR_CONFLICT when any user has it; does not say who */
bool store_remove_phone(struct store_tx *tx, const struct scope *scope, struct str phone,
                        struct err *err); /* ERR_NOT_FOUND */
bool store_phones(struct store *store, const struct scope *scope, struct arena *arena,
                  struct str **ret, size_t *ret_count, struct err *err);

bool store_add_number(struct store_tx *tx, const struct number *number, struct chance *chance,
                      struct err *err); /* ERR_CONFLICT: phone is there */
bool store_put_number(struct store_tx *tx, const struct number *number, struct chance *chance,
                      struct err *err);
bool store_remove_number(
    struct store_tx *tx, struct id number,
    struct err *err); /* ERR_NOT_FOUND; ERR_CONFLICT when it has conversations */
bool store_numbers(struct store *store, struct arena *arena, struct number **ret, size_t *ret_count,
                   struct err *err);

/* ---- allowlist, consent, facts ---- */

bool store_add_allowlist(struct store_tx *tx, const struct scope *scope,
                         const struct allowlist_entry *entry, struct chance *chance,
                         bool *ret_fresh, struct err *err);
bool store_remove_allowlist(struct store_tx *tx, const struct scope *scope, struct str phone,
                            struct err *err); /* ERR_NOT_FOUND */
/* By time added; the cursor is `offset`. */
bool store_allowlist(struct store *store, const struct scope *scope, size_t offset, size_t limit,
                     struct arena *arena, struct allowlist_entry **ret, size_t *ret_count,
                     struct err *err);

/*
 * Append to the hash-chained ledger and change the state that lanes see. event->number zero: all
 * numbers of the user. The state keeps the event that made it so; a second one of the same kind
 * takes its place only when its source is not "api".
 */
bool store_add_consent(struct store_tx *tx, const struct scope *scope,
                       const struct consent_event *event, struct chance *chance, struct err *err);
/* Who is opted out now: the event that made it so. */
bool store_opt_outs(struct store *store, const struct scope *scope, size_t offset, size_t limit,
                    struct arena *arena, struct consent_event **ret, size_t *ret_count,
                    struct err *err);
/* True when the chain of all ledger rows holds; otherwise *ret_broken is the first row that does
 * not. */
bool store_verify_ledger(struct store *store, bool *ret_holds, struct id *ret_broken,
                         size_t *ret_rows, struct err *err);

bool store_add_fact(struct store_tx *tx, const struct scope *scope, const struct fact *fact,
                    struct chance *chance, struct err *err);
bool store_remove_fact(struct store_tx *tx, const struct scope *scope, struct id fact,
                       struct err *err);
/* Of one contact, newest first; contact zero: all of the user. */
bool store_facts(struct store *store, const struct scope *scope, struct id contact, size_t limit,
                 struct arena *arena, struct fact **ret, size_t *ret_count, struct err *err);

/* ---- usage, tokens, settings, idempotency ---- */

/* Days from..to inclusive (days since 1970, UTC), oldest first, days without use left out. */
bool store_usage(struct store *store, const struct scope *scope, int64_t from_day, int64_t to_day,
                 struct arena *arena, struct usage_day **ret, size_t *ret_count, struct err *err);
bool store_usage_total(struct store *store, int64_t from_day, int64_t to_day, struct arena *arena,
                       struct usage_day **ret, size_t *ret_count, struct err *err);

/* `hash` is SHA-256 (32 bytes) of the token. */
bool store_add_token(struct store_tx *tx, const struct api_token *token, struct str hash,
                     struct err *err);
bool store_find_token(struct store *store, struct str hash, struct arena *arena,
                      struct api_token *ret, struct err *err); /* ERR_NOT_FOUND */
bool store_tokens(struct store *store, struct id user, bool all, struct arena *arena,
                  struct api_token **ret, size_t *ret_count, struct err *err);
bool store_remove_token(struct store_tx *tx, struct id token, struct id user, bool any_user,
                        struct err *err); /* ERR_NOT_FOUND */

bool store_setting(struct store *store, const char *name, struct arena *arena, struct str *ret,
                   struct err *err); /* empty when unset */
bool store_set_setting(struct store_tx *tx, const char *name, struct str value, struct err *err);

/* A POST that carried Idempotency-Key: what was answered. `key` and `request` are 32-byte hashes.
 */
struct saved_answer {
    int64_t status;
    struct str request_hash, body;
};
bool store_find_answer(struct store *store, struct str key, struct arena *arena, bool *ret_found,
                       struct saved_answer *ret, struct err *err);
bool store_save_answer(struct store_tx *tx, struct str key, const struct saved_answer *answer,
                       int64_t now_ms, struct chance *chance,
                       struct err *err); /* older than 24 h are dropped along the way */

/* ---- retention ---- */

/*
 * Delete messages older than their user keeps them (users.retention_days; 0 keeps for ever), with
 * their turns and status events, oldest first. Looks at no more than `limit` messages; *ret_more:
 * call again. A text that is still owed stays until it is settled. Claims stay: a replayed webhook
 * is still known.
 */
bool store_retire(struct store_tx *tx, int64_t now_ms, size_t limit, size_t *ret_deleted,
                  bool *ret_more, struct err *err);
