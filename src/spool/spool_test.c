/*
 * spool_test.c - what was acknowledged is there again, in order, whatever went wrong in between.
 *
 * Faults come from two places: SQLite's own table of system calls gives write errors, and fdatasync
 * is replaced for this whole program, so that flushes can be counted and can fail.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "spool/spool.h"

/* ---- faults ---- */

static atomic_int flushes;       /* since the start of the program */
static atomic_int flush_error;   /* errno of every flush; 0: they work */
static atomic_ulong flush_inode; /* the one file whose flushes fail; 0: all */
static atomic_int write_error;   /* errno of SQLite's writes; 0: they work */
static atomic_int writes_before; /* writes that still work */

static bool flush_fails(int fd)
{
    struct stat st;

    if (atomic_load(&flush_error) == 0 || fstat(fd, &st) != 0)
        return false;
    return atomic_load(&flush_inode) == 0 || atomic_load(&flush_inode) == st.st_ino;
}

__attribute__((visibility("default"))) int fdatasync(int fd)
{
    atomic_fetch_add(&flushes, 1);
    if (flush_fails(fd)) {
        errno = atomic_load(&flush_error);
        return -1;
    }
    return (int)syscall(SYS_fdatasync, fd);
}

static bool write_fails(void)
{
    if (atomic_load(&write_error) == 0 || atomic_fetch_sub(&writes_before, 1) > 0)
        return false;
    errno = atomic_load(&write_error);
    return true;
}

static ssize_t failing_pwrite(int fd, const void *bytes, size_t len, off_t at)
{
    return write_fails() ? -1 : pwrite(fd, bytes, len, at);
}

static ssize_t failing_write(int fd, const void *bytes, size_t len)
{
    return write_fails() ? -1 : write(fd, bytes, len);
}

static void fail_writes(int error, int after)
{
    static const char *const calls[] = { "pwrite", "pwrite64" };
    sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);

    vfs->xSetSystemCall(vfs, "write", (sqlite3_syscall_ptr)failing_write);
    for (size_t i = 0; i < ARRAY_LEN(calls); i++)
        vfs->xSetSystemCall(vfs, calls[i], (sqlite3_syscall_ptr)failing_pwrite);
    atomic_store(&writes_before, after);
    atomic_store(&write_error, error);
}

static void heal(void)
{
    atomic_store(&write_error, 0);
    atomic_store(&flush_error, 0);
    atomic_store(&flush_inode, 0);
}

/* ---- a spool in a folder of its own ---- */

struct place {
    char folder[32], path[64];
    struct vault *vault;
    struct spool *spool;
    struct spool_reader *reader;
    struct chance chance;
    struct arena arena;
};

static void place_open(struct place *p)
{
    assert_true(spool_open(p->path, p->vault, 100, 1 << 20, &p->spool, NULL));
    assert_true(spool_reader_open(p->path, p->vault, &p->reader, NULL));
}

static void place_close(struct place *p)
{
    spool_reader_close(p->reader);
    spool_close(p->spool);
    p->reader = NULL;
    p->spool = NULL;
}

static void place_init(struct place *p)
{
    static const unsigned char master[32] = { 42 };

    memset(p, 0, sizeof(*p));
    snprintf(p->folder, sizeof(p->folder), "/tmp/spool_test.XXXXXX");
    assert_non_null(mkdtemp(p->folder));
    snprintf(p->path, sizeof(p->path), "%s/spool.db", p->folder);
    p->vault = vault_open_bytes(master);
    chance_init_number(&p->chance, 1);
    place_open(p);
}

static void place_release(struct place *p)
{
    static const char *const ends[] = { "", "-wal", "-shm", ".lock" };

    heal();
    place_close(p);
    vault_close(p->vault);
    arena_release(&p->arena);
    for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
        char path[80];

        snprintf(path, sizeof(path), "%s%s", p->path, ends[i]);
        unlink(path);
    }
    assert_int_equal(rmdir(p->folder), 0);
}

/* Append `count` texts that say their number, from `first` on. */
static bool append(struct place *p, int64_t first, size_t count, struct err *err)
{
    struct spool_entry *entries = ARENA_ARRAY(&p->arena, struct spool_entry, count);

    for (size_t i = 0; i < count; i++) {
        entries[i].kind = SPOOL_INBOUND;
        entries[i].body = arena_printf(&p->arena, "Body=%lld", (long long)first + (long long)i);
    }
    return spool_append(p->spool, entries, count, &p->chance, err);
}

/* The texts after `position` must be numbered `first` and on, `count` of them. */
static void expect(struct place *p, int64_t position, int64_t first, size_t count)
{
    struct spool_entry *entries = ARENA_ARRAY(&p->arena, struct spool_entry, count + 1);
    size_t got = 0;

    assert_true(spool_read(p->reader, position, count + 1, &p->arena, entries, &got, NULL));
    assert_int_equal(got, count);
    for (size_t i = 0; i < count; i++) {
        struct str want = arena_printf(&p->arena, "Body=%lld", (long long)first + (long long)i);

        assert_int_equal(entries[i].position, position + 1 + (int64_t)i);
        assert_true(str_equal(entries[i].body, want));
    }
}

/* Ask or change the file behind the spool's back. */
static int64_t sql(struct place *p, const char *text)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *stmt = NULL;
    int64_t value = 0;

    assert_int_equal(sqlite3_open(p->path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, text, -1, &stmt, NULL), SQLITE_OK);
    if (sqlite3_step(stmt) == SQLITE_ROW)
        value = sqlite3_column_int64(stmt, 0);
    assert_int_equal(sqlite3_finalize(stmt), SQLITE_OK);
    sqlite3_close(db);
    return value;
}

/* ---- contents ---- */

static const struct content_case {
    const char *name;
    enum spool_kind kind;
    int64_t received_ms;
    struct str account, query, body, dedupe;
} content_cases[] = {
    { "an inbound text", SPOOL_INBOUND, 1795251600000, STR("AC1"), STR("n=1"),
      STR("From=%2B12025550100&Body=hi"), STR("a-b-c") },
    { "a status", SPOOL_STATUS, 1, STR("AC1"), STR("m=msg_1&t=2"), STR("MessageStatus=sent"),
      STR("") },
    { "nothing but a kind", SPOOL_STATUS, 0, STR(""), STR(""), STR(""), STR("") },
    { "NUL bytes and what is not UTF-8", SPOOL_INBOUND, 5, STR("\0"), STR("\xFF\xFE"),
      STR("a\0b\x80"), STR("\0\0") },
    { "a clock before 1970", SPOOL_INBOUND, -1, STR("AC1"), STR(""), STR("x"), STR("") },
};

static void contents(void **state)
{
    const struct content_case *c = *state;
    CLEANUP(place_release) struct place p;
    struct spool_entry entry = { .kind = c->kind,
                                 .received_ms = c->received_ms,
                                 .account = c->account,
                                 .query = c->query,
                                 .body = c->body,
                                 .dedupe = c->dedupe };
    struct spool_entry got = { 0 };
    size_t count = 0;

    place_init(&p);
    assert_true(spool_append(p.spool, &entry, 1, &p.chance, NULL));
    assert_int_equal(entry.position, 1);
    assert_true(spool_read(p.reader, 0, 1, &p.arena, &got, &count, NULL));
    assert_int_equal(count, 1);
    assert_int_equal(got.position, 1);
    assert_int_equal(got.kind, c->kind);
    assert_int_equal(got.received_ms, c->received_ms);
    assert_true(str_equal(got.account, c->account));
    assert_true(str_equal(got.query, c->query));
    assert_true(str_equal(got.body, c->body));
    assert_true(str_equal(got.dedupe, c->dedupe));
}

static void a_large_body(void **state)
{
    CLEANUP(place_release) struct place p;
    struct spool_entry entry = { .kind = SPOOL_INBOUND }, got = { 0 };
    size_t count = 0;
    char *bytes;

    (void)state;
    place_init(&p);
    bytes = arena_alloc(&p.arena, 300000);
    chance_bytes(&p.chance, bytes, 300000);
    entry.body = str_make(bytes, 300000);
    assert_true(spool_append(p.spool, &entry, 1, &p.chance, NULL));
    assert_true(spool_read(p.reader, 0, 1, &p.arena, &got, &count, NULL));
    assert_true(str_equal(got.body, entry.body));
}

static bool file_holds(struct place *p, const char *end, struct str text)
{
    char path[80];
    FILE *file;
    char *bytes = arena_alloc(&p->arena, 1 << 20);
    size_t len;

    snprintf(path, sizeof(path), "%s%s", p->path, end);
    file = fopen(path, "r");
    assert_non_null(file);
    len = fread(bytes, 1, 1 << 20, file);
    fclose(file);
    assert_true(len > 1000);
    return str_find(str_make(bytes, len), text) >= 0;
}

static void nothing_is_readable_on_disk(void **state)
{
    CLEANUP(place_release) struct place p;
    struct spool_entry entry = { .kind = SPOOL_INBOUND, .body = STR("canary-of-a-text") };

    (void)state;
    place_init(&p);
    assert_true(spool_append(p.spool, &entry, 1, &p.chance, NULL));
    assert_false(file_holds(&p, "-wal", entry.body));
    assert_true(file_holds(&p, "-wal", str_of("CREATE TABLE"))); /* it is the log that is read */
    place_close(&p); /* only now may the database be opened and closed by other means */
    assert_false(file_holds(&p, "", entry.body));
}

/* ---- order, restart, trimming ---- */

static void reads_in_order_from_anywhere(void **state)
{
    CLEANUP(place_release) struct place p;
    struct spool_entry entries[3];
    size_t count = 0;

    (void)state;
    place_init(&p);
    expect(&p, 0, 0, 0);
    assert_true(append(&p, 1, 3, NULL));
    assert_true(append(&p, 4, 1, NULL));
    assert_true(append(&p, 5, 6, NULL));
    assert_int_equal(spool_last_position(p.spool), 10);
    expect(&p, 0, 1, 10);
    expect(&p, 7, 8, 3);
    expect(&p, 10, 11, 0);
    assert_true(spool_read(p.reader, 4, 3, &p.arena, entries, &count, NULL));
    assert_int_equal(count, 3);
    assert_int_equal(entries[2].position, 7);
}

static void no_entries_are_no_flush(void **state)
{
    CLEANUP(place_release) struct place p;
    int before;

    (void)state;
    place_init(&p);
    before = atomic_load(&flushes);
    assert_true(spool_append(p.spool, NULL, 0, &p.chance, NULL));
    assert_int_equal(atomic_load(&flushes), before);
    assert_int_equal(spool_last_position(p.spool), 0);
}

static void a_batch_is_one_flush(void **state)
{
    CLEANUP(place_release) struct place p;
    int before;

    (void)state;
    place_init(&p);
    assert_true(append(&p, 1, 1, NULL)); /* the first one writes and flushes the log's header too */
    before = atomic_load(&flushes);
    assert_true(append(&p, 2, 50, NULL));
    assert_int_equal(atomic_load(&flushes), before + 1);
    spool_applied(p.spool, 51);
    spool_tend(p.spool);
    spool_tend(p.spool);
    assert_int_equal(sql(&p, "SELECT count(*) FROM entries"), 1);
    assert_int_equal(atomic_load(&flushes), before + 1); /* trimming needs none */
    assert_true(append(&p, 52, 1, NULL));
    assert_int_equal(atomic_load(&flushes), before + 2); /* and leaves flushing on */
}

static void a_restart_goes_on(void **state)
{
    CLEANUP(place_release) struct place p;

    (void)state;
    place_init(&p);
    assert_true(append(&p, 1, 5, NULL));
    place_close(&p);
    place_open(&p);
    assert_int_equal(spool_last_position(p.spool), 5);
    assert_int_equal(spool_entries(p.spool), 5);
    spool_applied(p.spool, 3);
    assert_int_equal(spool_entries(p.spool), 2);
    assert_true(append(&p, 6, 2, NULL));
    expect(&p, 3, 4, 4);
}

static void positions_outlive_a_full_trim(void **state)
{
    CLEANUP(place_release) struct place p;

    (void)state;
    place_init(&p);
    assert_true(append(&p, 1, 5, NULL));
    spool_applied(p.spool, 5);
    spool_tend(p.spool); /* of the round that appended */
    assert_int_equal(sql(&p, "SELECT count(*) FROM entries"), 5);
    spool_tend(p.spool); /* an idle one */
    assert_int_equal(sql(&p, "SELECT count(*) FROM entries"), 1);
    assert_int_equal(sql(&p, "SELECT sum(length(sealed)) FROM entries"), 0);
    place_close(&p);
    place_open(&p);
    assert_int_equal(spool_last_position(p.spool), 5);
    assert_int_equal(spool_entries(p.spool), 0);
    assert_int_equal(spool_bytes(p.spool), 0);
    assert_true(append(&p, 6, 1, NULL));
    expect(&p, 5, 6, 1);
}

static void trims_in_bounded_steps(void **state)
{
    CLEANUP(place_release) struct place p;

    (void)state;
    place_init(&p);
    for (int64_t first = 1; first <= 3000; first += 500)
        assert_true(append(&p, first, 500, NULL));
    spool_applied(p.spool, 100);
    spool_tend(p.spool);
    assert_int_equal(sql(&p, "SELECT min(position) FROM entries"), 1); /* not worth it yet */
    spool_applied(p.spool, 2500);
    spool_tend(p.spool);
    assert_int_equal(sql(&p, "SELECT min(position) FROM entries"), 1025);
    spool_tend(p.spool);
    assert_int_equal(sql(&p, "SELECT min(position) FROM entries"), 2049);
    spool_tend(p.spool);
    assert_int_equal(sql(&p, "SELECT min(position) FROM entries"), 2501);
    spool_tend(p.spool);
    assert_int_equal(sql(&p, "SELECT count(*) FROM entries"), 500);
    expect(&p, 2500, 2501, 500);
}

static void nothing_unapplied_is_trimmed(void **state)
{
    CLEANUP(place_release) struct place p;

    (void)state;
    place_init(&p);
    assert_true(append(&p, 1, 600, NULL));
    for (int round = 0; round < 3; round++)
        spool_tend(p.spool);
    assert_int_equal(sql(&p, "SELECT count(*) FROM entries"), 600);
}

static void a_lost_spool_goes_on_after_the_engine(void **state)
{
    CLEANUP(place_release) struct place p;

    (void)state;
    place_init(&p);
    spool_applied(p.spool, 1000);
    assert_true(append(&p, 1, 2, NULL));
    expect(&p, 1000, 1, 2);
    assert_int_equal(spool_entries(p.spool), 2);
}

static void the_log_starts_over(void **state)
{
    CLEANUP(place_release) struct place p;
    char path[80];
    unsigned char first[4] = { 0 }, now[4] = { 0 };
    struct spool_entry entry = { .kind = SPOOL_INBOUND };
    bool started_over = false;
    int fd;

    (void)state;
    place_init(&p);
    snprintf(path, sizeof(path), "%s-wal", p.path);
    fd = open(path, O_RDONLY);
    assert_true(fd >= 0);
    entry.body = str_make(arena_alloc(&p.arena, 1 << 19), 1 << 19);
    assert_true(spool_append(p.spool, &entry, 1, &p.chance, NULL));
    assert_int_equal(pread(fd, first, 4, 12),
                     4); /* the log's checkpoint count: SQLite file format, 4.1 */
    for (int round = 0; round < 2000 && !started_over; round++) {
        assert_true(spool_append(p.spool, &entry, 1, &p.chance, NULL));
        spool_applied(p.spool, spool_last_position(p.spool));
        spool_tend(p.spool);
        assert_int_equal(pread(fd, now, 4, 12), 4);
        started_over = memcmp(first, now, 4) != 0;
    }
    close(fd);
    assert_true(started_over);
}

/* ---- bounds: 100 entries, 1 MiB ---- */

static const struct bound_case {
    const char *name;
    size_t appended, applied, count, bytes;
    bool full;
} bound_cases[] = {
    { "room in an empty spool", 0, 0, 100, 1000, false },
    { "one entry too many", 0, 0, 101, 1000, true },
    { "one byte too many", 0, 0, 1, (1 << 20) + 1, true },
    { "just room for one", 99, 0, 1, 1, false },
    { "room for none", 100, 0, 1, 1, true },
    { "what is applied makes room", 100, 1, 1, 1, false },
    { "but not for more", 100, 1, 2, 1, true },
    { "bytes of those that wait count", 50, 0, 1, (1 << 20) - 1000, true },
    { "bytes of those applied do not", 50, 50, 1, 1 << 20, false },
    { "a number from nowhere", 0, 0, SIZE_MAX / 2, 1, true },
};

static void bounds(void **state)
{
    const struct bound_case *c = *state;
    CLEANUP(place_release) struct place p;

    place_init(&p);
    assert_true(append(&p, 1, c->appended, NULL));
    spool_applied(p.spool, (int64_t)c->applied);
    assert_int_equal(spool_entries(p.spool), c->appended - c->applied);
    assert_int_equal(spool_is_full(p.spool, c->count, c->bytes), c->full);
}

/* ---- what was tampered with: ten entries, then this, then reading ---- */

static const struct damage_case {
    const char *name, *sql;
    size_t readable;
    enum err_kind want;
} damage_cases[] = {
    { "a changed byte",
      "UPDATE entries SET sealed = substr(sealed, 1, 60) || x'00' || substr(sealed, 62)"
      " WHERE position = 4",
      3, ERR_INTERNAL },
    { "a cut entry", "UPDATE entries SET sealed = substr(sealed, 1, 50) WHERE position = 1", 0,
      ERR_INTERNAL },
    { "an entry at another position",
      "UPDATE entries SET sealed = (SELECT sealed FROM entries WHERE position = 1)"
      " WHERE position = 2",
      1, ERR_INTERNAL },
    { "a text in place of bytes", "UPDATE entries SET sealed = 'hello' WHERE position = 3", 2,
      ERR_INTERNAL },
    { "a missing entry", "DELETE FROM entries WHERE position = 5", 4, ERR_CONFLICT },
    { "missing entries at the start", "DELETE FROM entries WHERE position < 4", 0, ERR_CONFLICT },
    { "an emptied entry", "UPDATE entries SET sealed = x'' WHERE position = 1", 0, ERR_CONFLICT },
};

static void damage(void **state)
{
    const struct damage_case *c = *state;
    CLEANUP(place_release) struct place p;
    struct spool_entry entries[10];
    struct err err = { 0 };
    size_t count = 99;

    place_init(&p);
    assert_true(append(&p, 1, 10, NULL));
    sql(&p, c->sql);
    if (c->readable > 0) {
        assert_true(spool_read(p.reader, 0, 10, &p.arena, entries, &count, &err));
        assert_int_equal(count, c->readable);
        assert_int_equal(err.kind, ERR_NONE);
        count = 99;
    }
    assert_false(spool_read(p.reader, (int64_t)c->readable, 10, &p.arena, entries, &count, &err));
    assert_int_equal(err.kind, c->want);
    assert_int_equal(count, 99);
}

/* ---- well sealed, but not an entry as we know it ---- */

#define HEAD "\1\1\0\0\0\0\0\0\0\0"
#define EMPTY "\0\0\0\0"

static const struct form_case {
    const char *name;
    struct str inside;
    bool ok;
} form_cases[] = {
    { "four empty texts", STR(HEAD EMPTY EMPTY EMPTY EMPTY), true },
    { "nothing", STR(""), false },
    { "a head alone", STR(HEAD), false },
    { "three texts", STR(HEAD EMPTY EMPTY EMPTY), false },
    { "a length cut short", STR(HEAD EMPTY EMPTY EMPTY "\0\0\0"), false },
    { "a text cut short", STR(HEAD EMPTY EMPTY EMPTY "\2\0\0\0x"), false },
    { "a length beyond all memory", STR(HEAD EMPTY EMPTY EMPTY "\xFF\xFF\xFF\xFF"), false },
    { "something behind it", STR(HEAD EMPTY EMPTY EMPTY EMPTY "x"), false },
    { "another version", STR("\2\1\0\0\0\0\0\0\0\0" EMPTY EMPTY EMPTY EMPTY), false },
    { "an unknown kind", STR("\1\3\0\0\0\0\0\0\0\0" EMPTY EMPTY EMPTY EMPTY), false },
    { "no kind", STR("\1\0\0\0\0\0\0\0\0\0" EMPTY EMPTY EMPTY EMPTY), false },
};

static void forms(void **state)
{
    const struct form_case *c = *state;
    CLEANUP(place_release) struct place p;
    const struct vault_place first = { "spool", "entry", { { 0 } }, { { [15] = 1 } } };
    struct spool_entry got;
    struct vault_key key;
    struct err err = { 0 };
    struct str sealed;
    size_t count = 0;
    char *hex;

    place_init(&p);
    vault_spool_key(p.vault, &key);
    sealed = vault_seal(&key, &first, c->inside, &p.chance, &p.arena);
    hex = arena_alloc(&p.arena, 2 * sealed.len + 1);
    hex_encode(sealed.ptr, sealed.len, hex);
    sql(&p, arena_printf(&p.arena, "INSERT INTO entries VALUES (1, x'%s')", hex).ptr);
    assert_int_equal(spool_read(p.reader, 0, 1, &p.arena, &got, &count, &err), c->ok);
    assert_int_equal(err.kind, c->ok ? ERR_NONE : ERR_INTERNAL);
}

static void another_master_reads_nothing(void **state)
{
    static const unsigned char master[32] = { 43 };
    CLEANUP(place_release) struct place p;
    struct spool_reader *reader = NULL;
    struct spool_entry entry;
    struct err err = { 0 };
    struct vault *other = vault_open_bytes(master);
    size_t count;

    (void)state;
    place_init(&p);
    assert_true(append(&p, 1, 1, NULL));
    assert_true(spool_reader_open(p.path, other, &reader, NULL));
    assert_false(spool_read(reader, 0, 1, &p.arena, &entry, &count, &err));
    assert_int_equal(err.kind, ERR_INTERNAL);
    spool_reader_close(reader);
    vault_close(other);
}

/* ---- opening ---- */

static void a_second_opener_is_refused(void **state)
{
    CLEANUP(place_release) struct place p;
    struct spool *second = NULL;
    struct err err = { 0 };

    (void)state;
    place_init(&p);
    assert_false(spool_open(p.path, p.vault, 1, 1, &second, &err));
    assert_int_equal(err.kind, ERR_CONFLICT);
    assert_true(append(&p, 1, 1, NULL)); /* the first is none the worse */
    place_close(&p);
    place_open(&p);
    expect(&p, 0, 1, 1);
}

static void only_the_owner_can_read_it(void **state)
{
    static const char *const ends[] = { "", "-wal", "-shm", ".lock" };
    CLEANUP(place_release) struct place p;

    (void)state;
    umask(0);
    place_init(&p);
    assert_true(append(&p, 1, 1, NULL));
    for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
        char path[80];
        struct stat st;

        snprintf(path, sizeof(path), "%s%s", p.path, ends[i]);
        assert_int_equal(stat(path, &st), 0);
        assert_int_equal(st.st_mode & 07777, 0600);
    }
}

static void a_newer_version_is_refused(void **state)
{
    CLEANUP(place_release) struct place p;
    struct err err = { 0 };

    (void)state;
    place_init(&p);
    sql(&p, "PRAGMA user_version = 2");
    place_close(&p);
    assert_false(spool_open(p.path, p.vault, 1, 1, &p.spool, &err));
    assert_int_equal(err.kind, ERR_INVALID);
    assert_non_null(strstr(err.text, "newer"));
}

static void what_is_no_database_is_refused(void **state)
{
    CLEANUP(place_release) struct place p;
    struct err err = { 0 };
    FILE *file;

    (void)state;
    place_init(&p);
    place_close(&p);
    file = fopen(p.path, "w");
    assert_non_null(file);
    for (int i = 0; i < 1000; i++)
        fputs("not a database\n", file);
    fclose(file);
    assert_false(spool_open(p.path, p.vault, 1, 1, &p.spool, &err));
    assert_int_equal(err.kind, ERR_INTERNAL);
    memset(&err, 0, sizeof(err));
    assert_false(spool_reader_open(p.path, p.vault, &p.reader, &err));
    assert_int_equal(err.kind, ERR_INTERNAL);
}

static void a_missing_folder_is_told(void **state)
{
    CLEANUP(place_release) struct place p;
    struct spool *spool = NULL;
    struct spool_reader *reader = NULL;
    struct err err = { 0 };

    (void)state;
    place_init(&p);
    assert_false(spool_open("/tmp/no such folder/spool.db", p.vault, 1, 1, &spool, &err));
    assert_int_equal(err.kind, ERR_UNAVAILABLE);
    assert_false(spool_reader_open("/tmp/no such folder/spool.db", p.vault, &reader, &err));
    assert_null(spool);
    assert_null(reader);
}

/* ---- the disk ---- */

static const struct write_case {
    const char *name;
    int error, after;
} write_cases[] = {
    { "the disk is full", ENOSPC, 0 },
    { "the disk is full in the middle of a batch", ENOSPC, 5 },
    { "the quota is used up", EDQUOT, 0 },
    { "an I/O error", EIO, 0 },
    { "an I/O error in the middle of a batch", EIO, 5 },
    { "a disk that went read-only", EROFS, 0 },
};

static void write_errors(void **state)
{
    const struct write_case *c = *state;
    CLEANUP(place_release) struct place p;
    struct err err = { 0 };

    place_init(&p);
    assert_true(append(&p, 1, 3, NULL));
    for (int again = 0; again < 2; again++) {
        fail_writes(c->error, c->after);
        assert_false(append(&p, 1000, 40, &err));
        assert_int_equal(err.kind, ERR_UNAVAILABLE);
        assert_int_equal(spool_last_position(p.spool), 3);
        assert_int_equal(spool_entries(p.spool), 3);
        expect(&p, 0, 1, 3);
        spool_tend(p.spool);
    }
    heal();
    assert_true(append(&p, 4, 2, NULL));
    expect(&p, 0, 1, 5);
    place_close(&p);
    place_open(&p);
    expect(&p, 0, 1, 5);
}

static void a_failed_trim_loses_nothing(void **state)
{
    CLEANUP(place_release) struct place p;

    (void)state;
    place_init(&p);
    assert_true(append(&p, 1, 600, NULL));
    spool_applied(p.spool, 400);
    fail_writes(EIO, 0);
    spool_tend(p.spool);
    heal();
    assert_true(append(&p, 601, 1, NULL));
    expect(&p, 400, 401, 201);
    spool_tend(p.spool);
    assert_int_equal(sql(&p, "SELECT min(position) FROM entries"), 401);
}

static void a_failed_flush_is_no_acknowledgement(void **state)
{
    CLEANUP(place_release) struct place p;
    struct err err = { 0 };

    (void)state;
    place_init(&p);
    assert_true(append(&p, 1, 3, NULL));
    atomic_store(&flush_error, EIO);
    assert_false(append(&p, 1000, 2, &err));
    assert_int_equal(err.kind, ERR_UNAVAILABLE);
    assert_false(append(&p, 1000, 2, &err)); /* nor while the file cannot be opened cleanly */
    assert_int_equal(err.kind, ERR_UNAVAILABLE);
    heal();
    assert_true(append(&p, 4, 2, NULL));
    expect(&p, 0, 1, 5);
}

/* The log is whole, but what was copied out of it may be lost: only a restart helps, and loses
 * nothing. */
static void a_failed_checkpoint_ends_acknowledging(void **state)
{
    CLEANUP(place_release) struct place p;
    struct spool_entry entry = { .kind = SPOOL_INBOUND }, got;
    struct err err = { 0 };
    int64_t last;
    struct stat st;

    (void)state;
    place_init(&p);
    entry.body = str_make(arena_alloc(&p.arena, 1 << 19), 1 << 19);
    assert_int_equal(stat(p.path, &st), 0);
    atomic_store(&flush_inode, st.st_ino);
    atomic_store(&flush_error, EIO);
    for (int round = 0; round < 2000; round++) {
        if (!spool_append(p.spool, &entry, 1, &p.chance, &err))
            break;
        spool_tend(p.spool);
    }
    assert_int_equal(err.kind, ERR_UNAVAILABLE);
    assert_non_null(strstr(err.text, "restart"));
    heal();
    assert_false(append(&p, 1, 1, NULL));
    last = spool_last_position(p.spool);
    place_close(&p);
    place_open(&p);
    assert_int_equal(spool_last_position(p.spool), last);
    for (int64_t position = 0; position < last; position++) {
        CLEANUP(arena_release) struct arena arena = { 0 };
        size_t count = 0;

        assert_true(spool_read(p.reader, position, 1, &arena, &got, &count, NULL));
        assert_int_equal(count, 1);
        assert_true(str_equal(got.body, entry.body));
    }
    assert_true(append(&p, 1, 1, NULL));
}

static void a_limit_on_file_size_is_a_full_disk(void **state)
{
    CLEANUP(place_release) struct place p;
    struct rlimit before, small;
    struct err err = { 0 };

    (void)state;
    place_init(&p);
    assert_true(append(&p, 1, 3, NULL));
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = before;
    small.rlim_cur = 16384;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    assert_false(append(&p, 1000, 100, &err));
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(err.kind, ERR_UNAVAILABLE);
    assert_true(append(&p, 4, 100, NULL));
    expect(&p, 0, 1, 103);
}

/* ---- threads and crashes ---- */

#define BATCHES 100
#define BATCH 20

static void *append_batches(void *arg)
{
    struct place *p = arg;

    for (int64_t i = 0; i < BATCHES; i++) {
        if (!append(p, 1 + i * BATCH, BATCH, NULL))
            return NULL;
        spool_tend(p->spool);
    }
    return p;
}

static void reads_while_another_thread_appends(void **state)
{
    CLEANUP(place_release) struct place p;
    CLEANUP(arena_release) struct arena arena = { 0 };
    int64_t position = 0;
    pthread_t thread;
    void *done = NULL;

    (void)state;
    place_init(&p);
    assert_int_equal(pthread_create(&thread, NULL, append_batches, &p), 0);
    while (position < BATCHES * BATCH) {
        struct spool_entry entries[64];
        size_t count = 0;

        arena_reset(&arena);
        assert_true(spool_read(p.reader, position, 64, &arena, entries, &count, NULL));
        for (size_t i = 0; i < count; i++) {
            struct str want = arena_printf(&arena, "Body=%lld", (long long)++position);

            assert_int_equal(entries[i].position, position);
            assert_true(str_equal(entries[i].body, want));
        }
        spool_applied(p.spool, position);
        assert_true(spool_entries(p.spool) >= 0 && spool_bytes(p.spool) >= 0);
        if (count == 0)
            sched_yield();
    }
    pthread_join(thread, &done);
    assert_ptr_equal(done, &p);
    assert_int_equal(spool_entries(p.spool), 0);
    assert_int_equal(spool_bytes(p.spool), 0);
}

/* Append for ever, and tell each position once it is acknowledged. */
static void append_until_killed(struct place *p, int pipe_fd)
{
    if (!spool_open(p->path, p->vault, 100, 1 << 20, &p->spool, NULL))
        _exit(1);
    for (int64_t first = 1;; first += 3) {
        int64_t position = first + 2;

        arena_reset(&p->arena);
        if (!append(p, first, 3, NULL) ||
            write(pipe_fd, &position, sizeof(position)) != (ssize_t)sizeof(position))
            _exit(1);
        spool_tend(p->spool);
    }
}

static void what_was_acknowledged_outlives_a_kill(void **state)
{
    CLEANUP(place_release) struct place p;
    int64_t position, acknowledged = 0, last;
    int fds[2], status;
    pid_t child;

    (void)state;
    place_init(&p);
    place_close(&p);
    assert_int_equal(pipe(fds), 0);
    child = fork();
    assert_true(child >= 0);
    if (child == 0)
        append_until_killed(&p, fds[1]);
    close(fds[1]);
    for (int i = 0; i < 50; i++) {
        assert_int_equal(read(fds[0], &position, sizeof(position)), sizeof(position));
        acknowledged = position;
    }
    kill(child, SIGKILL);
    while (read(fds[0], &position, sizeof(position)) == (ssize_t)sizeof(position))
        acknowledged = position;
    waitpid(child, &status, 0);
    close(fds[0]);
    assert_true(WIFSIGNALED(status));
    place_open(&p);
    last = spool_last_position(p.spool);
    assert_true(last >= acknowledged && acknowledged >= 150);
    expect(&p, 0, 1, (size_t)last);
    assert_true(append(&p, last + 1, 1, NULL));
    expect(&p, last, last + 1, 1);
}

static const struct CMUnitTest plain_tests[] = {
    cmocka_unit_test(a_large_body),
    cmocka_unit_test(nothing_is_readable_on_disk),
    cmocka_unit_test(reads_in_order_from_anywhere),
    cmocka_unit_test(no_entries_are_no_flush),
    cmocka_unit_test(a_batch_is_one_flush),
    cmocka_unit_test(a_restart_goes_on),
    cmocka_unit_test(positions_outlive_a_full_trim),
    cmocka_unit_test(trims_in_bounded_steps),
    cmocka_unit_test(nothing_unapplied_is_trimmed),
    cmocka_unit_test(a_lost_spool_goes_on_after_the_engine),
    cmocka_unit_test(the_log_starts_over),
    cmocka_unit_test(another_master_reads_nothing),
    cmocka_unit_test(a_second_opener_is_refused),
    cmocka_unit_test(only_the_owner_can_read_it),
    cmocka_unit_test(a_newer_version_is_refused),
    cmocka_unit_test(what_is_no_database_is_refused),
    cmocka_unit_test(a_missing_folder_is_told),
    cmocka_unit_test(a_failed_trim_loses_nothing),
    cmocka_unit_test(a_failed_flush_is_no_acknowledgement),
    cmocka_unit_test(a_failed_checkpoint_ends_acknowledging),
    cmocka_unit_test(a_limit_on_file_size_is_a_full_disk),
    cmocka_unit_test(reads_while_another_thread_appends),
    cmocka_unit_test(what_was_acknowledged_outlives_a_kill),
};

#define ADD_ROWS(cases, function)                                        \
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)                        \
        tests[count++] = (struct CMUnitTest)                             \
        {                                                                \
            (cases)[i].name, (function), NULL, NULL, (void *)&(cases)[i] \
        }

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(content_cases) + ARRAY_LEN(bound_cases) +
                            ARRAY_LEN(damage_cases) + ARRAY_LEN(form_cases) +
                            ARRAY_LEN(write_cases) + ARRAY_LEN(plain_tests)];
    size_t count = 0;

    ADD_ROWS(content_cases, contents);
    ADD_ROWS(bound_cases, bounds);
    ADD_ROWS(damage_cases, damage);
    ADD_ROWS(form_cases, forms);
    ADD_ROWS(write_cases, write_errors);
    memcpy(tests + count, plain_tests, sizeof(plain_tests));
    return cmocka_run_group_tests(tests, NULL, NULL);
}
