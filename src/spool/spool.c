/*
 * spool.c - the appending side: one flushed transaction a batch, trimming, and who may open the
 * file.
 *
 * Trimming is not flushed: what comes back after a crash has been applied, and the engine's
 * position says so. The newest row is never deleted, only emptied, because the next position is
 * counted from it. A failed flush is never taken lightly: see reconnect() and checkpoint.h.
 */
#include "spool/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sqlite3.h>

#include "spool/checkpoint.h"
#include "spool/entry.h"

#define SPOOL_VERSION 1
#define TRIM_LEAST 256 /* rows in one go: fewer are not worth a transaction */
#define TRIM_MOST 1024 /* rows in one go: more would be felt as a stall */
#define LOG_BYTES (4 * 1024 * 1024)
#define BUSY_WAIT_MS 2000

enum statement {
    DO_BEGIN,
    DO_COMMIT,
    DO_ROLLBACK,
    DO_INSERT,
    DO_DELETE,
    DO_EMPTY,
    DO_LIST,
    STATEMENT_COUNT
};
static const char *const statements[STATEMENT_COUNT] = {
    [DO_BEGIN] = "BEGIN IMMEDIATE",
    [DO_COMMIT] = "COMMIT",
    [DO_ROLLBACK] = "ROLLBACK",
    [DO_INSERT] = "INSERT INTO entries (position, sealed) VALUES (?1, ?2)",
    [DO_DELETE] = "DELETE FROM entries WHERE position < ?1",
    [DO_EMPTY] = "UPDATE entries SET sealed = x'' WHERE position = ?1",
    [DO_LIST] = "SELECT position, length(sealed) FROM entries ORDER BY position",
};

/* Deleted rows are sealed, so they need no overwriting; a large page cache would only hold them. */
static const char settings[] = "PRAGMA synchronous = FULL;"
                               "PRAGMA wal_autocheckpoint = 0; PRAGMA secure_delete = OFF;"
                               "PRAGMA temp_store = MEMORY; PRAGMA cache_size = -4096";
static const char schema[] = "CREATE TABLE IF NOT EXISTS entries"
                             " (position INTEGER PRIMARY KEY, sealed BLOB NOT NULL);"
                             "PRAGMA user_version = 1";
_Static_assert(SPOOL_VERSION == 1, "the schema names it too");

struct waiting {
    int64_t position, bytes;
};

struct spool {
    char *path;
    int lock_fd; /* held while we live: one process, one spool */
    int64_t entries_max, bytes_max;
    struct vault_key key;
    struct checkpointer *checkpointer;

    /* of the appending thread only */
    struct arena arena;
    sqlite3 *db; /* NULL after an I/O error, until it is opened again */
    sqlite3_stmt *statements[STATEMENT_COUNT];
    int frames;    /* in the log after the last commit */
    int64_t first; /* the oldest row in the file; 0 when there is none */
    bool emptied;  /* the newest row is an emptied one, and all before it are gone */
    bool appended; /* since the last spool_tend */

    pthread_mutex_t lock; /* guards what waits, and every change of the numbers below */
    struct waiting *waiting;
    size_t waiting_start, waiting_end, waiting_capacity;
    atomic_int_fast64_t entries, bytes, last, applied;
};

/* ---- what waits to be applied ---- */

static void add_waiting(struct spool *s, int64_t position, int64_t bytes)
{
    if (s->waiting_end == s->waiting_capacity && s->waiting_start > s->waiting_capacity / 2) {
        memmove(s->waiting, s->waiting + s->waiting_start,
                (s->waiting_end - s->waiting_start) * sizeof(*s->waiting));
        s->waiting_end -= s->waiting_start;
        s->waiting_start = 0;
    }
    if (s->waiting_end == s->waiting_capacity) {
        s->waiting_capacity = s->waiting_capacity ? s->waiting_capacity * 2 : 256;
        s->waiting = reallocarray(s->waiting, s->waiting_capacity, sizeof(*s->waiting));
        if (!s->waiting)
            die("out of memory");
    }
    s->waiting[s->waiting_end++] = (struct waiting){ position, bytes };
    atomic_fetch_add(&s->entries, 1);
    atomic_fetch_add(&s->bytes, bytes);
}

static void drop_waiting(struct spool *s, int64_t until)
{
    while (s->waiting_start < s->waiting_end && s->waiting[s->waiting_start].position <= until) {
        atomic_fetch_sub(&s->entries, 1);
        atomic_fetch_sub(&s->bytes, s->waiting[s->waiting_start].bytes);
        s->waiting_start++;
    }
}

void spool_applied(struct spool *s, int64_t position)
{
    pthread_mutex_lock(&s->lock);
    if (position > atomic_load(&s->applied)) {
        atomic_store(&s->applied, position);
        drop_waiting(s, position);
    }
    pthread_mutex_unlock(&s->lock);
}

int64_t spool_entries(const struct spool *s)
{
    return atomic_load(&s->entries);
}

int64_t spool_bytes(const struct spool *s)
{
    return atomic_load(&s->bytes);
}

int64_t spool_last_position(const struct spool *s)
{
    return atomic_load(&s->last);
}

bool spool_is_full(const struct spool *s, size_t count, size_t bytes)
{
    return (int64_t)count > s->entries_max - spool_entries(s) ||
           (int64_t)bytes > s->bytes_max - spool_bytes(s);
}

/* ---- the database ---- */

static int count_frames(void *arg, sqlite3 *db, const char *name, int frames)
{
    struct spool *s = arg;

    (void)db, (void)name;
    s->frames = frames;
    return SQLITE_OK;
}

/* One step of a statement that gives no rows. */
static int perform(struct spool *s, enum statement which)
{
    sqlite3_step(s->statements[which]);
    return sqlite3_reset(s->statements[which]);
}

static int perform_on(struct spool *s, enum statement which, int64_t position)
{
    sqlite3_bind_int64(s->statements[which], 1, position);
    return perform(s, which);
}

static void disconnect(struct spool *s)
{
    for (size_t i = 0; i < STATEMENT_COUNT; i++) {
        sqlite3_finalize(s->statements[i]);
        s->statements[i] = NULL;
    }
    if (s->db && s->checkpointer && checkpointer_failed(s->checkpointer))
        sqlite3_db_config(s->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    sqlite3_close(s->db);
    s->db = NULL;
}

static bool fail(struct spool *s, struct err *err)
{
    int rc = sqlite3_errcode(s->db) & 0xFF;

    return err_set(err,
                   rc == SQLITE_CORRUPT || rc == SQLITE_NOTADB ? ERR_INTERNAL : ERR_UNAVAILABLE,
                   "spool %s: %s", s->path, sqlite3_errmsg(s->db));
}

/* The one value that `sql` gives, as text. */
static bool ask(struct spool *s, const char *sql, char ret[16])
{
    sqlite3_stmt *stmt = NULL;
    bool ok = sqlite3_prepare_v2(s->db, sql, -1, &stmt, NULL) == SQLITE_OK &&
              sqlite3_step(stmt) == SQLITE_ROW;

    if (ok)
        snprintf(ret, 16, "%s", (const char *)sqlite3_column_text(stmt, 0));
    sqlite3_finalize(stmt);
    return ok;
}

/* Make the table, unless a newer program made it and may have changed what it means. */
static bool check_schema(struct spool *s, struct err *err)
{
    char mode[16], version[16];

    if (!ask(s, "PRAGMA user_version", version))
        return fail(s, err);
    if (atoi(version) > SPOOL_VERSION)
        return err_set(err, ERR_INVALID, "spool %s is of version %s, newer than this program",
                       s->path, version);
    if (!ask(s, "PRAGMA journal_mode = WAL", mode))
        return fail(s, err);
    if (strcmp(mode, "wal") != 0)
        return err_set(err, ERR_UNAVAILABLE,
                       "spool %s: its file system cannot share memory, which the log needs",
                       s->path);
    if (atoi(version) == 0 && sqlite3_exec(s->db, schema, NULL, NULL, NULL) != SQLITE_OK)
        return fail(s, err);
    return true;
}

static bool connect_db(struct spool *s, struct err *err)
{
    if (sqlite3_open_v2(s->path, &s->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) ||
        sqlite3_extended_result_codes(s->db, 1) || sqlite3_busy_timeout(s->db, BUSY_WAIT_MS) ||
        sqlite3_exec(s->db, settings, NULL, NULL, NULL))
        return fail(s, err);
    if (!check_schema(s, err))
        return false;
    sqlite3_wal_hook(s->db, count_frames, s);
    for (size_t i = 0; i < STATEMENT_COUNT; i++) {
        if (sqlite3_prepare_v3(s->db, statements[i], -1, SQLITE_PREPARE_PERSISTENT,
                               &s->statements[i], NULL) != SQLITE_OK)
            return fail(s, err);
    }
    return true;
}

/* What the file holds. Rows that were emptied count for their position only. */
static bool load(struct spool *s, struct err *err)
{
    sqlite3_stmt *list = s->statements[DO_LIST];

    pthread_mutex_lock(&s->lock);
    s->waiting_start = s->waiting_end = 0;
    atomic_store(&s->entries, 0);
    atomic_store(&s->bytes, 0);
    s->first = 0;
    s->emptied = false;
    while (sqlite3_step(list) == SQLITE_ROW) {
        int64_t position = sqlite3_column_int64(list, 0), bytes = sqlite3_column_int64(list, 1);

        s->emptied = s->first == 0 && bytes == 0;
        if (s->first == 0)
            s->first = position;
        if (position > atomic_load(&s->last))
            atomic_store(&s->last, position);
        if (bytes > 0 && position > atomic_load(&s->applied))
            add_waiting(s, position, bytes);
    }
    pthread_mutex_unlock(&s->lock);
    return sqlite3_reset(list) == SQLITE_OK || fail(s, err);
}

/*
 * After an I/O error: what was written may or may not be there, and pages that the kernel could not
 * write may be marked as written. So recovery decides, and the whole log is copied and flushed
 * before the next append: nothing acknowledged later may stand behind a hole in it.
 */
static bool reconnect(struct spool *s, struct err *err)
{
    if (connect_db(s, err) && load(s, err)) {
        if (sqlite3_wal_checkpoint_v2(s->db, NULL, SQLITE_CHECKPOINT_RESTART, NULL, NULL) ==
            SQLITE_OK)
            return true;
        fail(s, err);
    }
    if (err)
        err->kind = ERR_UNAVAILABLE;
    disconnect(s);
    return err_add(err, "after an I/O error");
}

/* ---- opening ---- */

/* A lock on a file beside it: the database file has locks of its own, which a close would drop. */
static bool take_lock(struct spool *s, struct err *err)
{
    CLEANUP(buf_release) struct buf path = { 0 };

    buf_addf(&path, "%s.lock", s->path);
    s->lock_fd = open(buf_text(&path), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (s->lock_fd < 0)
        return err_set(err, ERR_UNAVAILABLE, "%s: %s", buf_text(&path), strerror(errno));
    if (flock(s->lock_fd, LOCK_EX | LOCK_NB) != 0)
        return err_set(err, ERR_CONFLICT, "spool %s is in use by another process", s->path);
    return true;
}

/* SQLite would make it readable for others; what exists is left as it is. */
static bool make_file(struct spool *s, struct err *err)
{
    int fd = open(s->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    if (fd < 0 && errno != EEXIST)
        return err_set(err, ERR_UNAVAILABLE, "spool %s: %s", s->path, strerror(errno));
    if (fd >= 0)
        close(fd);
    return true;
}

/*
 * Fill the first part of the log with zeros: flushing what grows a file takes twice as long, which
 * a lone text would feel; under load the log soon has its full size and keeps it. Zeros end a log,
 * as anything does whose checksum is wrong. It is only about speed, so errors are let be.
 */
static void size_log(struct spool *s)
{
    static const char zeros[64 * 1024];
    CLEANUP(buf_release) struct buf path = { 0 };
    struct stat st;
    int fd;

    buf_addf(&path, "%s-wal", s->path);
    fd = open(buf_text(&path), O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return;
    if (fstat(fd, &st) == 0) {
        off_t at = st.st_size;

        while (at < LOG_BYTES && pwrite(fd, zeros, sizeof(zeros), at) == (ssize_t)sizeof(zeros))
            at += (off_t)sizeof(zeros);
        fdatasync(fd);
    }
    close(fd);
}

bool spool_open(const char *path, const struct vault *vault, int64_t entries_max, int64_t bytes_max,
                struct spool **ret, struct err *err)
{
    struct spool *s = calloc(1, sizeof(*s));

    if (!s || !(s->path = strdup(path)))
        die("out of memory");
    pthread_mutex_init(&s->lock, NULL);
    s->entries_max = entries_max;
    s->bytes_max = bytes_max;
    s->lock_fd = -1;
    vault_spool_key(vault, &s->key);
    if (!take_lock(s, err) || !make_file(s, err) || !connect_db(s, err) || !load(s, err) ||
        !checkpointer_create(path, &s->checkpointer, err)) {
        spool_close(s);
        return false;
    }
    size_log(s);
    *ret = s;
    return true;
}

void spool_close(struct spool *s)
{
    if (!s)
        return;
    /* The last to close copies the log, so the checkpointer is: it knows when a flush has failed.
     */
    disconnect(s);
    checkpointer_destroy(s->checkpointer);
    if (s->lock_fd >= 0)
        close(s->lock_fd);
    vault_key_wipe(&s->key);
    arena_release(&s->arena);
    pthread_mutex_destroy(&s->lock);
    free(s->waiting);
    free(s->path);
    free(s);
}

/* ---- appending ---- */

/* Undo, and drop a connection whose file can no longer be trusted. */
static void give_up(struct spool *s, int rc)
{
    if (!sqlite3_get_autocommit(s->db))
        perform(s, DO_ROLLBACK);
    if (!sqlite3_get_autocommit(s->db) ||
        ((rc & 0xFF) != SQLITE_FULL && (rc & 0xFF) != SQLITE_BUSY))
        disconnect(s);
}

static int insert_all(struct spool *s, const struct str *sealed, size_t count, int64_t position)
{
    sqlite3_stmt *insert = s->statements[DO_INSERT];
    int rc = perform(s, DO_BEGIN);

    for (size_t i = 0; rc == SQLITE_OK && i < count; i++) {
        sqlite3_bind_blob64(insert, 2, sealed[i].ptr, sealed[i].len, SQLITE_STATIC);
        rc = perform_on(s, DO_INSERT, position + (int64_t)i);
    }
    return rc == SQLITE_OK ? perform(s, DO_COMMIT) : rc;
}

/* The next position. The engine may be ahead of us when it was given a new, empty spool. */
static int64_t next_position(struct spool *s)
{
    int64_t last = atomic_load(&s->last), applied = atomic_load(&s->applied);

    return (last > applied ? last : applied) + 1;
}

static void keep(struct spool *s, struct spool_entry *entries, const struct str *sealed,
                 size_t count, int64_t position)
{
    pthread_mutex_lock(&s->lock);
    for (size_t i = 0; i < count; i++) {
        entries[i].position = position + (int64_t)i;
        add_waiting(s, entries[i].position, (int64_t)sealed[i].len);
    }
    atomic_store(&s->last, position + (int64_t)count - 1);
    pthread_mutex_unlock(&s->lock);
    if (s->first == 0)
        s->first = position;
    s->emptied = false;
    s->appended = true;
}

bool spool_append(struct spool *s, struct spool_entry *entries, size_t count, struct chance *chance,
                  struct err *err)
{
    int64_t position = next_position(s);
    struct str *sealed;
    int rc;

    if (count == 0)
        return true;
    if (checkpointer_failed(s->checkpointer))
        return err_set(err, ERR_UNAVAILABLE, "spool %s: its disk failed a flush; restart", s->path);
    if (!s->db) {
        if (!reconnect(s, err))
            return false;
        position = next_position(s);
    }
    sealed = ARENA_ARRAY(&s->arena, struct str, count);
    for (size_t i = 0; i < count; i++)
        sealed[i] = entry_seal(&s->key, &entries[i], position + (int64_t)i, chance, &s->arena);
    rc = insert_all(s, sealed, count, position);
    if (rc == SQLITE_OK) {
        keep(s, entries, sealed, count, position);
    } else {
        err_set(err, ERR_UNAVAILABLE, "spool %s: %s", s->path, sqlite3_errmsg(s->db));
        give_up(s, rc);
    }
    arena_reset(&s->arena);
    return rc == SQLITE_OK;
}

/* ---- trimming ---- */

/* Delete what stands before `end`; with `all`, the newest row is emptied as well. */
static int delete_rows(struct spool *s, int64_t end, bool all)
{
    int rc = perform(s, DO_BEGIN);

    if (rc == SQLITE_OK)
        rc = perform_on(s, DO_DELETE, end);
    if (rc == SQLITE_OK && all)
        rc = perform_on(s, DO_EMPTY, end);
    return rc == SQLITE_OK ? perform(s, DO_COMMIT) : rc;
}

/* The oldest row there is, for after a deletion: positions may have been left out. */
static int64_t oldest_row(struct spool *s)
{
    sqlite3_stmt *list = s->statements[DO_LIST];
    int64_t position = sqlite3_step(list) == SQLITE_ROW ? sqlite3_column_int64(list, 0) : 0;

    sqlite3_reset(list);
    return position;
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static void trim(struct spool *s, bool idle)
{
    int64_t last = atomic_load(&s->last), applied = least(atomic_load(&s->applied), last);
    int64_t end = least(applied + 1, last); /* the newest row stays */
    bool all = idle && applied == last && s->first > 0 && !s->emptied;
    int rc;

    if (!all && (s->first == 0 || end - s->first < TRIM_LEAST))
        return;
    if (end - s->first > TRIM_MOST) {
        end = s->first + TRIM_MOST;
        all = false;
    }
    sqlite3_exec(s->db, "PRAGMA synchronous = NORMAL", NULL, NULL, NULL);
    rc = delete_rows(s, end, all);
    if (rc == SQLITE_OK) {
        s->first = oldest_row(s);
        s->emptied = all;
    } else {
        give_up(s, rc);
    }
    /* Appending without a flush is the one thing that must not happen. */
    if (s->db && sqlite3_exec(s->db, "PRAGMA synchronous = FULL", NULL, NULL, NULL) != SQLITE_OK)
        disconnect(s);
}

void spool_tend(struct spool *s)
{
    bool idle = !s->appended;

    s->appended = false;
    if (s->db)
        trim(s, idle);
    if (s->db)
        checkpointer_tend(s->checkpointer, s->db, s->frames);
}
