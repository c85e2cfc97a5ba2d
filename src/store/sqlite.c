/*
 * sqlite.c - the SQLite driver: WAL, synchronous=FULL, one writer, checkpoints in the background.
 *
 * A checkpoint in the writing thread is what makes the slowest commits (measured: 60 ms and more).
 * So a thread with its own connection copies most of the log back and flushes the database file
 * itself, because a checkpoint that did not reach the end flushes nothing; the writer then finishes
 * the little that is left between two transactions. The database file is never opened by other
 * means: closing such a descriptor would drop SQLite's locks on it.
 * Sources: sqlite.org/wal.html; sqlite.org/c3ref/c_fcntl_begin_atomic_write.html (FILE_POINTER).
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#include "store/driver.h"
#include "store/sqlite_log.h"

#define CHECKPOINT_FRAMES 8000 /* of log before the background begins: 32 MB */
#define LEFT_FOR_WRITER 300    /* frames that the writer may finish in a few milliseconds */
#define CHECKPOINT_ROUNDS 8    /* then the writer finishes whatever is left */

enum tending { TENDING_IDLE, TENDING_WANTED, TENDING_PREPARED };

struct checkpointer {
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    atomic_int state;  /* enum tending; WANTED and stop are signalled under the lock */
    atomic_int frames; /* in the log now; the writer says so after each commit */
    bool stop, running;
    int trigger; /* frames in the log at which the next one is wanted; the writer's */
    sqlite3 *db; /* the thread's own connection */
};

/* Prepared statements by the address of their query. Half empty at least. */
#define STATEMENT_SLOTS 512

struct statement {
    const struct query *query;
    sqlite3_stmt *stmt;
};

struct sqlite {
    struct driver base; /* first: a driver pointer is a sqlite pointer */
    sqlite3 *db;
    int lock_fd; /* -1: a reader */
    const struct log *log;
    struct statement statements[STATEMENT_SLOTS];
    size_t statement_count;
    struct checkpointer checkpointer;
    struct log_layer layer; /* the writer's */
};

static const struct dialect dialect[] = {
    { "bytes", "BLOB" },  { "text", "TEXT" },
    { "int", "INTEGER" }, { "clustered", "STRICT, WITHOUT ROWID" },
    { "heap", "STRICT" }, { NULL, NULL },
};

/* ---- errors ---- */

static bool fail(sqlite3 *db, struct err *err)
{
    int code = sqlite3_extended_errcode(db);
    const char *why = sqlite3_errmsg(db);

    switch (code & 0xFF) {
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PROTOCOL:
    case SQLITE_NOMEM: return err_set(err, ERR_UNAVAILABLE, "database: %s (%d)", why, code);
    default: break;
    }
    if (code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY)
        return err_set(err, ERR_CONFLICT, "database: %s", why);
    return err_set(err, ERR_INTERNAL, "database: %s (%d)", why, code);
}

static bool exec(sqlite3 *db, const char *sql, struct err *err)
{
    return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK || fail(db, err);
}

/* ---- statements ---- */

static struct statement *slot_of(struct sqlite *s, const struct query *query)
{
    size_t at = ((uintptr_t)query >> 4) * 0x9E3779B1u % STATEMENT_SLOTS;

    while (s->statements[at].query && s->statements[at].query != query)
        at = (at + 1) % STATEMENT_SLOTS;
    return &s->statements[at];
}

static sqlite3_stmt *prepare(struct sqlite *s, const struct query *query, struct err *err)
{
    struct statement *slot = slot_of(s, query);

    if (slot->query)
        return slot->stmt;
    if (s->statement_count == STATEMENT_SLOTS / 2)
        die("more than %d different queries", STATEMENT_SLOTS / 2);
    if (sqlite3_prepare_v3(s->db, query->sql, -1, SQLITE_PREPARE_PERSISTENT, &slot->stmt, NULL) !=
        SQLITE_OK) {
        fail(s->db, err);
        return NULL;
    }
    /* SQLite numbers $1 and $2 by where they first stand in the text. */
    for (int i = 1; i <= sqlite3_bind_parameter_count(slot->stmt); i++) {
        if (atoi(sqlite3_bind_parameter_name(slot->stmt, i) + 1) != i)
            die("parameters out of order in: %s", query->sql);
    }
    if ((size_t)sqlite3_bind_parameter_count(slot->stmt) != query->params)
        die("%zu parameters expected in: %s", query->params, query->sql);
    slot->query = query;
    s->statement_count++;
    return slot->stmt;
}

static int bind(sqlite3_stmt *stmt, int at, const struct value *v)
{
    switch (v->kind) {
    case VALUE_NULL: return sqlite3_bind_null(stmt, at);
    case VALUE_INT: return sqlite3_bind_int64(stmt, at, v->number);
    case VALUE_BYTES:
        return sqlite3_bind_blob64(stmt, at, v->bytes.len > 0 ? v->bytes.ptr : "", v->bytes.len,
                                   SQLITE_STATIC);
    case VALUE_TEXT:
        return sqlite3_bind_text64(stmt, at, v->bytes.len > 0 ? v->bytes.ptr : "", v->bytes.len,
                                   SQLITE_STATIC, SQLITE_UTF8);
    }
    die("value of unknown kind %d", (int)v->kind);
}

static struct value cell(sqlite3_stmt *stmt, int at, struct arena *arena)
{
    struct value v = { .kind = VALUE_NULL };
    const void *bytes;

    switch (sqlite3_column_type(stmt, at)) {
    case SQLITE_INTEGER:
        v.kind = VALUE_INT;
        v.number = sqlite3_column_int64(stmt, at);
        break;
    case SQLITE_TEXT:
    case SQLITE_BLOB:
        v.kind = sqlite3_column_type(stmt, at) == SQLITE_TEXT ? VALUE_TEXT : VALUE_BYTES;
        bytes = sqlite3_column_blob(stmt, at);
        v.bytes = arena_copy(arena, (struct str){ bytes, (size_t)sqlite3_column_bytes(stmt, at) });
        break;
    default: break;
    }
    return v;
}

/* Rows as they come, in arrays that double. */
struct collector {
    struct arena *arena;
    size_t count, capacity, columns;
    struct value *cells;
    size_t *from;
};

static void collect(struct collector *c, sqlite3_stmt *stmt, size_t from)
{
    if (c->count == c->capacity) {
        size_t capacity = c->capacity > 0 ? c->capacity * 2 : 8;
        struct value *cells = ARENA_ARRAY(c->arena, struct value, capacity * c->columns);
        size_t *froms = ARENA_ARRAY(c->arena, size_t, capacity);

        if (c->count > 0) {
            memcpy(cells, c->cells, c->count * c->columns * sizeof(*cells));
            memcpy(froms, c->from, c->count * sizeof(*froms));
        }
        c->cells = cells;
        c->from = froms;
        c->capacity = capacity;
    }
    for (size_t i = 0; i < c->columns; i++)
        c->cells[c->count * c->columns + i] = cell(stmt, (int)i, c->arena);
    c->from[c->count++] = from;
}

static bool run_row(struct sqlite *s, sqlite3_stmt *stmt, size_t at, const struct value *params,
                    size_t count, struct collector *c, struct err *err)
{
    int code;

    for (size_t i = 0; i < count; i++) {
        if (bind(stmt, (int)i + 1, &params[i]) != SQLITE_OK)
            return fail(s->db, err);
    }
    while ((code = sqlite3_step(stmt)) == SQLITE_ROW) {
        if (c)
            collect(c, stmt, at);
    }
    if (code != SQLITE_DONE)
        fail(s->db, err);
    sqlite3_reset(stmt);
    return code == SQLITE_DONE;
}

static bool sqlite_run(struct driver *driver, const struct query *query, const struct value *params,
                       size_t count, struct arena *arena, struct rows *ret_rows,
                       size_t *ret_changed, struct err *err)
{
    struct sqlite *s = (struct sqlite *)driver;
    sqlite3_stmt *stmt = prepare(s, query, err);
    struct collector c = { .arena = arena };

    if (!stmt)
        return false;
    c.columns = (size_t)sqlite3_column_count(stmt);
    for (size_t i = 0; i < count; i++) {
        if (!run_row(s, stmt, i, params ? params + i * query->params : NULL, query->params,
                     ret_rows ? &c : NULL, err))
            return false;
        if (ret_changed)
            ret_changed[i] = (size_t)sqlite3_changes64(s->db);
    }
    if (ret_rows)
        *ret_rows = (struct rows){ c.count, c.columns, c.cells, c.from };
    return true;
}

static bool sqlite_script(struct driver *driver, const char *sql, struct err *err)
{
    return exec(((struct sqlite *)driver)->db, sql, err);
}

static bool sqlite_has_table(struct driver *driver, const char *name, bool *ret, struct err *err)
{
    static const struct query named = {
        "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = coalesce($1, name) LIMIT 1", 1
    };
    CLEANUP(arena_release) struct arena arena = { 0 };
    struct value param = { .kind = name ? VALUE_TEXT : VALUE_NULL, .bytes = str_of(name) };
    struct rows rows;

    if (!sqlite_run(driver, &named, &param, 1, &arena, &rows, NULL, err))
        return false;
    *ret = rows.count > 0;
    return true;
}

/* ---- transactions ---- */

static const struct query begin = { "BEGIN IMMEDIATE", 0 };
static const struct query commit = { "COMMIT", 0 };
static const struct query rollback = { "ROLLBACK", 0 };
static const struct query savepoint = { "SAVEPOINT command", 0 };
static const struct query savepoint_keep = { "RELEASE command", 0 };
static const struct query savepoint_undo = { "ROLLBACK TO command", 0 };

static bool run_plain(struct driver *driver, const struct query *query, struct err *err)
{
    return sqlite_run(driver, query, NULL, 1, NULL, NULL, NULL, err);
}
static bool sqlite_begin(struct driver *driver, struct err *err)
{
    return run_plain(driver, &begin, err);
}
static void sqlite_rollback(struct driver *driver)
{
    /* After a full disk SQLite may have rolled back by itself. */
    if (!sqlite3_get_autocommit(((struct sqlite *)driver)->db))
        run_plain(driver, &rollback, NULL);
}
static bool sqlite_commit(struct driver *driver, struct err *err)
{
    if (run_plain(driver, &commit, err))
        return true;
    sqlite_rollback(driver);
    return false;
}
static bool sqlite_savepoint(struct driver *driver, struct err *err)
{
    return run_plain(driver, &savepoint, err);
}
static bool sqlite_savepoint_keep(struct driver *driver, struct err *err)
{
    return run_plain(driver, &savepoint_keep, err);
}
static bool sqlite_savepoint_undo(struct driver *driver, struct err *err)
{
    return run_plain(driver, &savepoint_undo, err) && run_plain(driver, &savepoint_keep, err);
}

/* ---- checkpoints ---- */

/*
 * Copy what can be copied and flush the database file. Frames that are left, those included that
 * the writer added meanwhile (SQLite counts only up to where it began); 0 when it failed.
 */
static int checkpoint_round(struct checkpointer *c)
{
    int frames = 0, copied = 0;
    sqlite3_file *file = NULL;

    if (sqlite3_wal_checkpoint_v2(c->db, NULL, SQLITE_CHECKPOINT_PASSIVE, &frames, &copied) !=
            SQLITE_OK ||
        sqlite3_file_control(c->db, "main", SQLITE_FCNTL_FILE_POINTER, &file) != SQLITE_OK ||
        file->pMethods->xSync(file, SQLITE_SYNC_NORMAL | SQLITE_SYNC_DATAONLY) != SQLITE_OK)
        return 0; /* the writer will see for itself */
    return atomic_load(&c->frames) - copied;
}

/* Until little is left, or until the writer adds as fast as we copy. */
static void checkpoint_most(struct checkpointer *c)
{
    int before = INT_MAX, left = checkpoint_round(c);

    for (int i = 1; i < CHECKPOINT_ROUNDS && left > LEFT_FOR_WRITER && left < before / 4 * 3; i++) {
        before = left;
        left = checkpoint_round(c);
    }
}

static void *checkpoint_thread(void *argument)
{
    struct checkpointer *c = argument;
    bool stop = false;

    while (!stop) {
        pthread_mutex_lock(&c->lock);
        while (!c->stop && atomic_load(&c->state) != TENDING_WANTED)
            pthread_cond_wait(&c->wake, &c->lock);
        stop = c->stop;
        pthread_mutex_unlock(&c->lock);
        if (stop)
            break;
        checkpoint_most(c);
        atomic_store(&c->state, TENDING_PREPARED);
    }
    return NULL;
}

/* SQLite calls this in the writer's thread after each commit, with the frames now in the log. */
static int after_commit(void *argument, sqlite3 *db, const char *schema, int frames)
{
    struct checkpointer *c = argument;

    (void)db;
    (void)schema;
    atomic_store(&c->frames, frames);
    if (frames < c->trigger || atomic_load(&c->state) != TENDING_IDLE)
        return SQLITE_OK;
    pthread_mutex_lock(&c->lock);
    atomic_store(&c->state, TENDING_WANTED);
    pthread_cond_signal(&c->wake);
    pthread_mutex_unlock(&c->lock);
    return SQLITE_OK;
}

static void sqlite_tend(struct driver *driver)
{
    struct sqlite *s = (struct sqlite *)driver;
    struct checkpointer *c = &s->checkpointer;
    int frames = 0, copied = 0;

    if (!c->running || atomic_load(&c->state) != TENDING_PREPARED)
        return;
    /* A reader of old rows or a full disk can leave some for the next time: never an error. */
    if (sqlite3_wal_checkpoint_v2(s->db, NULL, SQLITE_CHECKPOINT_PASSIVE, &frames, &copied) !=
            SQLITE_OK ||
        copied < frames)
        c->trigger = (frames > 0 ? frames : c->trigger) + CHECKPOINT_FRAMES;
    else
        c->trigger = CHECKPOINT_FRAMES;
    atomic_store(&c->state, TENDING_IDLE);
}

/* ---- opening and closing ---- */

static bool take_lock(struct sqlite *s, const char *path, struct err *err)
{
    CLEANUP(buf_release) struct buf name = { 0 };

    buf_addf(&name, "%s.lock", path);
    s->lock_fd = open(buf_text(&name), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (s->lock_fd < 0)
        return err_set(err, ERR_UNAVAILABLE, "%s: %s", buf_text(&name), strerror(errno));
    if (flock(s->lock_fd, LOCK_EX | LOCK_NB) != 0)
        return err_set(err, ERR_CONFLICT, "another process is writing to this database");
    return true;
}

/* `layer` NULL: the system's own file layer. */
static bool open_connection(const char *path, int flags, const char *layer, const char *settings,
                            sqlite3 **ret, struct err *err)
{
    if (sqlite3_open_v2(path, ret, flags | SQLITE_OPEN_NOMUTEX, layer) != SQLITE_OK)
        return fail(*ret, err);
    sqlite3_extended_result_codes(*ret, 1);
    sqlite3_busy_timeout(*ret, 5000);
    return exec(*ret, settings, err);
}

/* An empty file that only we can read; SQLite gives its -wal and -shm the same mode. */
static bool create_file(const char *path, struct err *err)
{
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    if (fd < 0)
        return errno == EEXIST || err_set(err, ERR_UNAVAILABLE, "%s: %s", path, strerror(errno));
    close(fd);
    return true;
}

static bool start_checkpointer(struct sqlite *s, const char *path, struct err *err)
{
    struct checkpointer *c = &s->checkpointer;

    if (!open_connection(path, SQLITE_OPEN_READWRITE, NULL,
                         "PRAGMA synchronous = FULL; PRAGMA cache_size = -256;", &c->db, err))
        return false;
    c->trigger = CHECKPOINT_FRAMES;
    pthread_mutex_init(&c->lock, NULL);
    pthread_cond_init(&c->wake, NULL);
    if (pthread_create(&c->thread, NULL, checkpoint_thread, c) != 0)
        return err_set(err, ERR_UNAVAILABLE, "no thread for checkpoints: %s", strerror(errno));
    c->running = true;
    sqlite3_wal_hook(s->db, after_commit, c);
    return true;
}

static void stop_checkpointer(struct checkpointer *c)
{
    if (c->running) {
        pthread_mutex_lock(&c->lock);
        c->stop = true;
        pthread_cond_signal(&c->wake);
        pthread_mutex_unlock(&c->lock);
        pthread_join(c->thread, NULL);
        pthread_cond_destroy(&c->wake);
        pthread_mutex_destroy(&c->lock);
    }
    sqlite3_close(c->db);
}

static void sqlite_close_driver(struct driver *driver)
{
    struct sqlite *s = (struct sqlite *)driver;

    if (!s)
        return;
    stop_checkpointer(&s->checkpointer);
    for (size_t i = 0; i < STATEMENT_SLOTS; i++)
        sqlite3_finalize(s->statements[i].stmt);
    sqlite3_close(s->db);
    log_layer_release(&s->layer);
    if (s->lock_fd >= 0)
        close(s->lock_fd);
    free(s);
}

static const char *const writer_settings =
    "PRAGMA page_size = 4096; PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0;"
    "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON;"
    "PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY; PRAGMA journal_size_limit = "
    "134217728;";
static const char *const reader_settings =
    "PRAGMA query_only = ON; PRAGMA cache_size = -4096; PRAGMA temp_store = MEMORY;";

static bool open_all(struct sqlite *s, const struct driver_config *config, struct err *err)
{
    if (config->read_only) {
        if (access(config->path, F_OK) != 0)
            return err_set(err, ERR_CONFLICT, "there is no database at %s: run migrate",
                           config->path);
        return open_connection(config->path, SQLITE_OPEN_READONLY, NULL, reader_settings, &s->db,
                               err);
    }
    if (log_layer_init(&s->layer) != SQLITE_OK)
        return err_set(err, ERR_INTERNAL, "SQLite has no file layer");
    return take_lock(s, config->path, err) && (!config->create || create_file(config->path, err)) &&
           open_connection(config->path, SQLITE_OPEN_READWRITE, s->layer.name, writer_settings,
                           &s->db, err) &&
           start_checkpointer(s, config->path, err);
}

static bool sqlite_open_driver(const struct driver_config *config, struct driver **ret,
                               struct err *err)
{
    struct sqlite *s = calloc(1, sizeof(*s));

    if (!s)
        die("out of memory");
    /* A lock around every allocation, to count them for nobody. Refused, harmlessly, once SQLite is
     * in use. */
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    s->base.ops = &sqlite_driver;
    s->lock_fd = -1;
    s->log = config->log;
    if (!open_all(s, config, err)) {
        sqlite_close_driver(&s->base);
        return false;
    }
    *ret = &s->base;
    return true;
}

const struct driver_ops sqlite_driver = {
    .name = "sqlite",
    .dialect = dialect,
    .open = sqlite_open_driver,
    .close = sqlite_close_driver,
    .has_table = sqlite_has_table,
    .script = sqlite_script,
    .run = sqlite_run,
    .begin = sqlite_begin,
    .commit = sqlite_commit,
    .rollback = sqlite_rollback,
    .savepoint = sqlite_savepoint,
    .savepoint_keep = sqlite_savepoint_keep,
    .savepoint_undo = sqlite_savepoint_undo,
    .tend = sqlite_tend,
};
