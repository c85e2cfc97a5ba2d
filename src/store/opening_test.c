/*
 * opening_test.c - which databases are opened, which are refused, and that a refusal writes
 * nothing.
 */
#include "store/testing.h"

#include <sqlite3.h>
#include <sys/stat.h>

static void run_sql(struct fixture *f, const char *sql)
{
    sqlite3 *db;

    assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

static uint64_t sum_of_file(struct fixture *f)
{
    CLEANUP(buf_release) struct buf content = { 0 };
    FILE *file = fopen(f->path, "rb");
    int c;

    assert_non_null(file);
    while ((c = fgetc(file)) != EOF)
        buf_add_char(&content, (char)c);
    fclose(file);
    return str_hash(buf_view(&content));
}

/* What is done to a closed database before it is opened again. */
static const struct refusal {
    const char *name, *sql;
    bool wrong_key;
    const char *why; /* part of the reason */
} refusals[] = {
    { "another master key", NULL, true, "master key" },
    { "a newer version",
      "INSERT INTO schema_migrations SELECT 1000, 'later', checksum, 1 FROM schema_migrations"
      " LIMIT 1",
      false, "newer" },
    { "a migration with another checksum", "UPDATE schema_migrations SET checksum = zeroblob(32)",
      false, "migration 1" },
    { "a migration without a checksum", "UPDATE schema_migrations SET checksum = x''", false,
      "migration 1" },
    { "a hole in the migrations", "UPDATE schema_migrations SET version = version + 5", false,
      "migration 1" },
    { "no migration at all", "DELETE FROM schema_migrations", false, "empty" },
    { "another program's tables", "DROP TABLE schema_migrations", false, "another program" },
    { "no check value", "DELETE FROM settings WHERE name = 'vault_check'", false, "master key" },
};

static void refuses(void **state)
{
    const struct refusal *c = *state;
    struct fixture *f = fixture_new();
    struct vault *other =
        vault_open_bytes((const unsigned char *)"another key of thirty-two bytes");
    uint64_t before;

    fixture_close(f);
    if (c->sql)
        run_sql(f, c->sql);
    if (c->wrong_key)
        f->config.vault = other;
    before = sum_of_file(f);
    FAILS(f, ERR_CONFLICT, store_open(&f->config, &f->store, &f->err));
    assert_true(str_find(str_of(f->err.text), str_of(c->why)) >= 0);
    FAILS(f, ERR_CONFLICT, store_migrate(&f->config, NOW_MS, &f->chance, NULL, &f->err));
    f->config.read_only = true;
    FAILS(f, ERR_CONFLICT, store_open(&f->config, &f->store, &f->err));
    assert_true(sum_of_file(f) == before);
    vault_close(other);
    fixture_drop(f);
}

static void no_database(void **state)
{
    struct fixture *f = fixture_new();
    (void)state;

    fixture_close(f);
    unlink(f->path);
    for (int reader = 0; reader < 2; reader++) {
        f->config.read_only = reader;
        FAILS(f, ERR_CONFLICT, store_open(&f->config, &f->store, &f->err));
        assert_true(str_find(str_of(f->err.text), str_of("run migrate")) >= 0);
        assert_int_not_equal(access(f->path, F_OK), 0);
    }
    fixture_drop(f);
}

static void a_second_writer(void **state)
{
    struct fixture *f = fixture_new();
    struct store *second;
    (void)state;

    FAILS(f, ERR_CONFLICT, store_open(&f->config, &second, &f->err));
    FAILS(f, ERR_CONFLICT, store_migrate(&f->config, NOW_MS, &f->chance, NULL, &f->err));
    f->config.read_only = true;
    OK(f, store_open(&f->config, &second, &f->err));
    store_close(second);
    f->config.read_only = false;
    fixture_close(f);
    fixture_open(f);
    fixture_drop(f);
}

static void a_reader(void **state)
{
    struct fixture *f = fixture_new();
    struct store_config config = f->config;
    struct store *reader;
    struct store_tx tx = begin(f);
    int64_t position;
    (void)state;

    config.read_only = true;
    OK(f, store_set_spool_position(&tx, 5, &f->err));
    OK(f, store_open(&config, &reader, &f->err));
    OK(f, store_spool_position(reader, &position, &f->err));
    assert_int_equal(position, 0); /* not before the commit */
    commit(f, &tx);
    OK(f, store_spool_position(reader, &position, &f->err));
    assert_int_equal(position, 5);
    FAILS(f, ERR_INTERNAL, store_begin(reader, &tx, &f->err));
    store_close(reader);
    fixture_drop(f);
}

static void migrating_twice(void **state)
{
    struct fixture *f = fixture_new();
    size_t applied = 9;
    (void)state;

    fixture_close(f);
    OK(f, store_migrate(&f->config, NOW_MS, &f->chance, &applied, &f->err));
    assert_int_equal(applied, 0);
    fixture_open(f);
    assert_true(scope_of(f, USER_INSTALLATION).found);
    fixture_drop(f);
}

static void others_cannot_read_it(void **state)
{
    static const char *const ends[] = { "", "-wal", "-shm", ".lock" };
    struct fixture *f = fixture_new();
    struct store_tx tx = begin(f);
    (void)state;

    OK(f, store_set_spool_position(&tx, 5, &f->err));
    commit(f, &tx);
    for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
        struct str name = arena_printf(&f->arena, "%s%s", f->path, ends[i]);
        struct stat st;

        assert_int_equal(stat(name.ptr, &st), 0);
        assert_int_equal(st.st_mode & 077, 0);
    }
    fixture_drop(f);
}

int main(void)
{
    static const struct CMUnitTest plain[] = {
        { "no database is made by opening", no_database, NULL, NULL, NULL },
        { "a second writer is refused, a reader is not", a_second_writer, NULL, NULL, NULL },
        { "a reader sees commits and writes nothing", a_reader, NULL, NULL, NULL },
        { "migrating twice does nothing", migrating_twice, NULL, NULL, NULL },
        { "others cannot read the files", others_cannot_read_it, NULL, NULL, NULL },
    };
    struct CMUnitTest tests[ARRAY_LEN(plain) + ARRAY_LEN(refusals)];
    size_t count = 0;

    for (size_t i = 0; i < ARRAY_LEN(plain); i++)
        tests[count++] = plain[i];
    for (size_t i = 0; i < ARRAY_LEN(refusals); i++)
        tests[count++] =
            (struct CMUnitTest){ refusals[i].name, refuses, NULL, NULL, (void *)&refusals[i] };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
