/*
 * spool.h - the promise: what was accepted is on disk before anybody is told so.
 *
 * An append-only SQLite file of its own (WAL, synchronous=FULL), sealed. The door appends a batch
 * with one flush; the engine reads in order from the position that it stored with its own results,
 * and says what it has applied, which is then trimmed. One thread appends (and trims), another
 * reads: two handles on one file. Positions grow by one and are never used twice.
 */
#pragma once
#include "base/arena.h"
#include "base/err.h"
#include "vault/vault.h"

enum spool_kind { SPOOL_INBOUND = 1, SPOOL_STATUS = 2 };

struct spool_entry {
    int64_t position; /* 0 until appended */
    enum spool_kind kind;
    int64_t received_ms; /* when it reached the door */
    struct str account;  /* the provider account it was verified for */
    struct str query;    /* of the URL it came to, without '?' */
    struct str body;     /* form parameters, as received */
    struct str dedupe;   /* I-Twilio-Idempotency-Token, or empty */
};

struct spool;        /* the appending side */
struct spool_reader; /* the reading side */

/*
 * path             created when missing, mode 0600
 * entries_max, bytes_max  bounds on what is appended and not yet applied
 */
bool spool_open(const char *path, const struct vault *vault, int64_t entries_max, int64_t bytes_max,
                struct spool **ret, struct err *err);
void spool_close(struct spool *spool); /* NULL is fine */

/* True when `count` more entries of `bytes` in all would pass a bound: answer 503. Any thread. */
bool spool_is_full(const struct spool *spool, size_t count, size_t bytes);
/*
 * Append all entries, in order, in one flushed transaction, and set their positions. False: none
 * may be acknowledged (ERR_UNAVAILABLE: disk full, I/O error); whether they are on disk is then
 * unknown.
 */
bool spool_append(struct spool *spool, struct spool_entry *entries, size_t count,
                  struct chance *chance, struct err *err);
/*
 * The engine has applied everything up to and including `position`. Any thread; trimming follows
 * with spool_tend. Tell the engine's stored position once before the first append: a spool that is
 * behind it (the file was lost) then goes on after it, where the engine will look.
 */
void spool_applied(struct spool *spool, int64_t position);
/* Trim and checkpoint when it is worth it; the appending thread calls it once a round. */
void spool_tend(struct spool *spool);
/* What is appended and not yet applied. Any thread. */
int64_t spool_entries(const struct spool *spool);
int64_t spool_bytes(const struct spool *spool);
int64_t spool_last_position(const struct spool *spool);

bool spool_reader_open(const char *path, const struct vault *vault, struct spool_reader **ret,
                       struct err *err);
void spool_reader_close(struct spool_reader *reader);
/*
 * Up to `count_max` entries after `position`, in order, into ret (its texts in `arena`). No gaps:
 * an entry that does not open is an error (ERR_INTERNAL), never skipped; those before it are given
 * first. ERR_CONFLICT when the next entry was trimmed already: the engine's database is older than
 * the spool, as after a restore.
 */
bool spool_read(struct spool_reader *reader, int64_t position, size_t count_max,
                struct arena *arena, struct spool_entry *ret, size_t *ret_count, struct err *err);
