/*
 * checkpoint.c - the thread that copies the spool's log into its database.
 *
 * A passive checkpoint that does not reach the end of the log does not flush the database, so the
 * thread flushes it by itself, through SQLite's own file: opening the database file once more and
 * closing it would drop SQLite's locks (sqlite.org/howtocorrupt.html, 2.2). Then the finishing one
 * has little to do.
 */
#include "spool/checkpoint.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>

#define FRAMES_WANTED 4000 /* 16 MB of log: longer ones give fewer stalls, and longer starts */
#define FRAMES_LEFT 300    /* few enough for the appending thread to finish */
#define ROUNDS_MOST 8      /* a log that grows as fast as it is copied is finished all the same */

enum state { STATE_IDLE, STATE_WANTED, STATE_NEARLY, STATE_STOP };

struct checkpointer {
    sqlite3 *db; /* the thread's, from its start on */
    pthread_t thread;
    pthread_mutex_t lock; /* guards state */
    pthread_cond_t changed;
    enum state state;
    atomic_bool failed;
};

static bool flush(sqlite3 *db)
{
    sqlite3_file *file = NULL;

    return sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, &file) == SQLITE_OK &&
           file->pMethods->xSync(file, SQLITE_SYNC_NORMAL | SQLITE_SYNC_DATAONLY) == SQLITE_OK;
}

/* Copy until little is left. A full disk or a busy log is no failure: it is tried again later. */
static void approach(struct checkpointer *c)
{
    int frames = 0, copied = 0;

    for (int round = 0; round < ROUNDS_MOST; round++) {
        int rc =
            sqlite3_wal_checkpoint_v2(c->db, NULL, SQLITE_CHECKPOINT_PASSIVE, &frames, &copied);

        if (rc == SQLITE_IOERR_FSYNC || (rc == SQLITE_OK && !flush(c->db)))
            atomic_store(&c->failed, true);
        if (rc != SQLITE_OK || atomic_load(&c->failed) || frames - copied < FRAMES_LEFT)
            return;
    }
}

static void *run(void *arg)
{
    struct checkpointer *c = arg;

    pthread_mutex_lock(&c->lock);
    while (c->state != STATE_STOP) {
        if (c->state != STATE_WANTED) {
            pthread_cond_wait(&c->changed, &c->lock);
            continue;
        }
        pthread_mutex_unlock(&c->lock);
        approach(c);
        pthread_mutex_lock(&c->lock);
        if (c->state == STATE_WANTED)
            c->state = STATE_NEARLY;
    }
    pthread_mutex_unlock(&c->lock);
    return NULL;
}

/* Signals are for the threads that wait for them. */
static bool start(struct checkpointer *c)
{
    sigset_t all, before;
    bool ok;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    ok = pthread_create(&c->thread, NULL, run, c) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return ok;
}

static void release(struct checkpointer *c)
{
    /* After a failed flush the log is all there is: it must not be taken for copied. */
    if (atomic_load(&c->failed))
        sqlite3_db_config(c->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    sqlite3_close(c->db);
    pthread_mutex_destroy(&c->lock);
    pthread_cond_destroy(&c->changed);
    free(c);
}

bool checkpointer_create(const char *path, struct checkpointer **ret, struct err *err)
{
    struct checkpointer *c = calloc(1, sizeof(*c));

    if (!c)
        die("out of memory");
    pthread_mutex_init(&c->lock, NULL);
    pthread_cond_init(&c->changed, NULL);
    if (sqlite3_open_v2(path, &c->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) ||
        sqlite3_extended_result_codes(c->db, 1) ||
        sqlite3_exec(c->db,
                     "PRAGMA wal_autocheckpoint = 0; PRAGMA synchronous = FULL;"
                     "SELECT count(*) FROM sqlite_schema",
                     NULL, NULL, NULL))
        err_set(err, ERR_UNAVAILABLE, "checkpoints of %s: %s", path, sqlite3_errmsg(c->db));
    else if (!start(c))
        err_set(err, ERR_UNAVAILABLE, "checkpoints of %s: no thread to be had", path);
    else {
        *ret = c;
        return true;
    }
    release(c);
    return false;
}

void checkpointer_destroy(struct checkpointer *c)
{
    if (!c)
        return;
    pthread_mutex_lock(&c->lock);
    c->state = STATE_STOP;
    pthread_cond_signal(&c->changed);
    pthread_mutex_unlock(&c->lock);
    pthread_join(c->thread, NULL);
    release(c);
}

void checkpointer_tend(struct checkpointer *c, sqlite3 *writer, int frames)
{
    bool finish = false;

    if (checkpointer_failed(c))
        return;
    pthread_mutex_lock(&c->lock);
    if (c->state == STATE_NEARLY) {
        c->state = STATE_IDLE;            /* the thread sleeps until it is wanted again */
        finish = frames >= FRAMES_WANTED; /* a shorter log has started over already */
    } else if (c->state == STATE_IDLE && frames >= FRAMES_WANTED) {
        c->state = STATE_WANTED;
        pthread_cond_signal(&c->changed);
    }
    pthread_mutex_unlock(&c->lock);
    if (finish && sqlite3_wal_checkpoint_v2(writer, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL) ==
                      SQLITE_IOERR_FSYNC)
        atomic_store(&c->failed, true);
}

bool checkpointer_failed(const struct checkpointer *c)
{
    return atomic_load(&c->failed);
}
