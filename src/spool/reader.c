/*
 * reader.c - the reading side of the spool: entries in order, none left out.
 *
 * It has a connection of its own, which cannot write. A position that is not there is an error,
 * never a step to the next one: whoever stands before a gap has lost texts, and must hear of it.
 */
#include "spool/spool.h"

#include <sqlite3.h>
#include <stdlib.h>

#include "spool/entry.h"

#define BUSY_WAIT_MS 2000

static const char select_entries[] =
    "SELECT position, sealed FROM entries WHERE position > ?1 ORDER BY position LIMIT ?2";

struct spool_reader {
    sqlite3 *db;
    sqlite3_stmt *select;
    struct vault_key key;
};

static bool fail(struct spool_reader *r, struct err *err)
{
    int rc = sqlite3_errcode(r->db) & 0xFF;

    return err_set(err,
                   rc == SQLITE_CORRUPT || rc == SQLITE_NOTADB ? ERR_INTERNAL : ERR_UNAVAILABLE,
                   "reading the spool: %s", sqlite3_errmsg(r->db));
}

bool spool_reader_open(const char *path, const struct vault *vault, struct spool_reader **ret,
                       struct err *err)
{
    struct spool_reader *r = calloc(1, sizeof(*r));

    if (!r)
        die("out of memory");
    vault_spool_key(vault, &r->key);
    if (sqlite3_open_v2(path, &r->db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL) ||
        sqlite3_busy_timeout(r->db, BUSY_WAIT_MS) ||
        sqlite3_prepare_v3(r->db, select_entries, -1, SQLITE_PREPARE_PERSISTENT, &r->select,
                           NULL)) {
        fail(r, err);
        spool_reader_close(r);
        return false;
    }
    *ret = r;
    return true;
}

void spool_reader_close(struct spool_reader *r)
{
    if (!r)
        return;
    sqlite3_finalize(r->select);
    sqlite3_close(r->db);
    vault_key_wipe(&r->key);
    free(r);
}

/* The row that the statement stands on, which must be the one at `position`. */
static bool take_row(struct spool_reader *r, int64_t position, struct arena *arena,
                     struct spool_entry *ret, struct err *err)
{
    int64_t found = sqlite3_column_int64(r->select, 0);
    struct str sealed = { sqlite3_column_blob(r->select, 1), 0 };

    sealed.len = (size_t)sqlite3_column_bytes(r->select, 1);
    if (found != position || sealed.len == 0)
        return err_set(err, ERR_CONFLICT,
                       "spool entry %lld is gone and the next is %lld: it was applied to another "
                       "database than this one",
                       (long long)position, (long long)found);
    return entry_unseal(&r->key, sealed, position, arena, ret, err);
}

bool spool_read(struct spool_reader *r, int64_t position, size_t count_max, struct arena *arena,
                struct spool_entry *ret, size_t *ret_count, struct err *err)
{
    struct err why = { 0 };
    size_t count = 0;
    bool ok = true;
    int rc = SQLITE_DONE;

    sqlite3_bind_int64(r->select, 1, position);
    sqlite3_bind_int64(r->select, 2, (int64_t)count_max);
    while (ok && (rc = sqlite3_step(r->select)) == SQLITE_ROW) {
        ok = take_row(r, position + (int64_t)count + 1, arena, &ret[count], &why);
        count += ok;
    }
    if (ok && rc != SQLITE_DONE)
        ok = fail(r, &why);
    sqlite3_reset(r->select);
    if (!ok && count == 0) {
        if (err)
            *err = why;
        return false;
    }
    *ret_count = count; /* what is wrong behind them is told when these have been taken */
    return true;
}
