/*
 * faults_test.c - a full disk and a sudden death: what was committed is there, and nothing else.
 *
 * The dying program is a child of the test; it says on a pipe how far it is and is killed there.
 */
#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "store/inside.h"
#include "store/testing.h"

#define PHONE "+15550100001"

/* ---- full disk ---- */

static bool add_texts(struct fixture *f, struct thread *t, size_t count)
{
    CLEANUP(store_rollback) struct store_tx tx = { 0 };
    char body[1000];

    memset(body, 'x', sizeof(body));
    if (!store_begin(f->store, &tx, &f->err))
        return false;
    for (size_t i = 0; i < count; i++) {
        struct message message = { .id = next_id(f),
                                   .user = t->scope.user,
                                   .conversation = t->conversation.id,
                                   .body = { body, sizeof(body) } };
        struct message_write write = { &t->scope, &message };

        if (!store_add_messages(&tx, &write, 1, &f->chance, &f->err))
            return false;
    }
    return store_commit(&tx, &f->err);
}

static void limit_pages(struct fixture *f, bool on)
{
    OK(f, f->store->driver->ops->script(
              f->store->driver,
              on ? "PRAGMA max_page_count = 1" : "PRAGMA max_page_count = 1000000000", &f->err));
}

static void limit_file(struct fixture *f, bool on)
{
    struct rlimit limit;

    (void)f;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = on ? 100000 : limit.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static const struct full_case {
    const char *name;
    void (*limit)(struct fixture *f, bool on);
} full_cases[] = {
    { "a full database file", limit_pages },
    { "a full log file", limit_file },
};

static size_t newest_count(struct fixture *f)
{
    struct owned_id *ids;
    size_t count;

    OK(f,
       store_messages_newest(f->store, (struct id){ 0 }, 100000, &f->arena, &ids, &count, &f->err));
    return count;
}

static void a_full_disk_passes(void **state)
{
    const struct full_case *c = *state;
    struct fixture *f = fixture_new();
    struct thread t = new_thread(f, new_user(f, "a", PHONE), next_id(f), PHONE, 3);

    signal(SIGXFSZ, SIG_IGN);
    c->limit(f, true);
    for (int i = 0; i < 3; i++)
        FAILS(f, ERR_UNAVAILABLE, add_texts(f, &t, 200));
    assert_int_equal(newest_count(f), 3); /* reading goes on */
    c->limit(f, false);
    assert_true(add_texts(f, &t, 200));
    assert_int_equal(newest_count(f), 203);
    fixture_close(f);
    fixture_open(f);
    assert_int_equal(newest_count(f), 203);
    fixture_drop(f);
}

/* ---- sudden death ---- */

#define TEXTS_A_COMMIT 40

static const struct death_case {
    const char *name;
    int commits; /* the child is killed after this many */
    bool inside; /* … in the middle of the next transaction */
} death_cases[] = {
    { "before the first commit", 0, true },
    { "after the first commit", 1, false },
    { "in the second transaction", 1, true },
    { "after some commits", 9, false },
    { "in a transaction after some commits", 12, true },
    { "while the log is copied back", 700, true },
};

static void tell(int fd, char what)
{
    if (write(fd, &what, 1) != 1)
        _exit(1);
}

/* Commit for ever; position counts transactions, each with the same number of texts. */
_Noreturn static void commit_until_killed(struct fixture *f, struct thread *t, int fd)
{
    for (int64_t position = 1;; position++) {
        struct store_tx tx = begin(f);

        OK(f, store_set_spool_position(&tx, position, &f->err));
        for (int i = 0; i < TEXTS_A_COMMIT; i++) {
            add_text(f, &tx, t, DIRECTION_INBOUND, "a text that may be cut off");
            if (i == TEXTS_A_COMMIT / 2)
                tell(fd, 'm');
        }
        commit(f, &tx);
        store_tend(f->store);
        tell(fd, 'c');
    }
}

static void check_integrity(struct fixture *f)
{
    sqlite3 *db;
    sqlite3_stmt *stmt;

    assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, "PRAGMA integrity_check", -1, &stmt, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
    assert_string_equal((const char *)sqlite3_column_text(stmt, 0), "ok");
    sqlite3_finalize(stmt);
    sqlite3_close(db);
}

static void wait_for(int fd, const struct death_case *c)
{
    int commits = 0;
    char what = 0;

    while (commits < c->commits || (c->inside && what != 'm')) {
        assert_int_equal(read(fd, &what, 1), 1);
        commits += what == 'c';
    }
}

static void death_loses_nothing(void **state)
{
    const struct death_case *c = *state;
    struct fixture *f = fixture_new();
    struct thread t = new_thread(f, new_user(f, "a", PHONE), next_id(f), PHONE, 0);
    struct message *messages;
    int pipes[2], status;
    int64_t position;
    size_t count;
    pid_t child;

    fixture_close(f); /* no thread and no lock of ours goes into the child */
    assert_int_equal(pipe(pipes), 0);
    child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        fixture_open(f);
        commit_until_killed(f, &t, pipes[1]);
    }
    close(pipes[1]);
    wait_for(pipes[0], c);
    kill(child, SIGKILL);
    assert_int_equal(waitpid(child, &status, 0), child);
    close(pipes[0]);
    assert_true(WIFSIGNALED(status));

    fixture_open(f);
    OK(f, store_spool_position(f->store, &position, &f->err));
    assert_true(position >= c->commits);
    OK(f, store_messages_of_user(f->store, &t.scope, (struct id){ 0 }, 100000, &f->arena, &messages,
                                 &count, &f->err));
    assert_int_equal(count, (size_t)position * TEXTS_A_COMMIT);
    fixture_close(f);
    check_integrity(f);
    fixture_drop(f);
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(full_cases) + ARRAY_LEN(death_cases)];
    size_t count = 0;

    for (size_t i = 0; i < ARRAY_LEN(full_cases); i++)
        tests[count++] = (struct CMUnitTest){ full_cases[i].name, a_full_disk_passes, NULL, NULL,
                                              (void *)&full_cases[i] };
    for (size_t i = 0; i < ARRAY_LEN(death_cases); i++)
        tests[count++] = (struct CMUnitTest){ death_cases[i].name, death_loses_nothing, NULL, NULL,
                                              (void *)&death_cases[i] };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
