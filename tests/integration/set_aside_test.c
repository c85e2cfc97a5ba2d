/*
 * set_aside_test.c - what cannot be applied never blocks the others.
 *
 * A user's data key is damaged behind the store's back: that user's texts, turns and sends cannot
 * be handled. Everybody else's must be, in the same run; what was set aside is kept, sealed.
 */
#include <sqlite3.h>

#include "world.h"

#define SICK "+12025550111"
#define WELL "+12025550112"

static void damage(struct world *w, struct id user)
{
    sqlite3 *db;
    sqlite3_stmt *statement;

    assert_int_equal(sqlite3_open(w->database, &db), SQLITE_OK);
    sqlite3_busy_timeout(db, 5000);
    assert_int_equal(sqlite3_prepare_v2(db,
                                        "UPDATE users SET wrapped_key = zeroblob(73) WHERE id = ?",
                                        -1, &statement, NULL),
                     SQLITE_OK);
    sqlite3_bind_blob(statement, 1, user.bytes, sizeof(user.bytes), SQLITE_STATIC);
    assert_int_equal(sqlite3_step(statement), SQLITE_DONE);
    assert_int_equal(sqlite3_changes(db), 1);
    sqlite3_finalize(statement);
    sqlite3_close(db);
}

/* A minute with failures and waits in it, which settle would not stand. */
static void live(struct world *w)
{
    for (int i = 0; i < 120; i++) {
        struct err err = { 0 };
        int64_t next_ms;

        engine_step(w->engine, w->now_ms, &next_ms, &err);
        w->now_ms += 500;
    }
}

static size_t messages_in(struct world *w, struct id user)
{
    struct message *messages;
    size_t count, found = 0;

    messages = messages_of(w, user, &count);
    for (size_t i = 0; i < count; i++)
        found += messages[i].direction == DIRECTION_INBOUND;
    return found;
}

static void texts_of_others_go_on(void **state)
{
    struct world *w = *state;
    struct id sick = add_user(w, "echo", SICK), well = add_user(w, "echo", WELL);
    struct str kept;
    struct err err = { 0 };

    damage(w, sick);
    text(w, WELL, SHARED, "one");
    text(w, SICK, SHARED, "hello"); /* cannot be applied */
    text(w, WELL, SHARED, "two");
    live(w);
    assert_int_equal(messages_in(w, well), 2);
    assert_int_equal(spool_entries(w->spool), 0);
    MUST(store_setting(w->store, "quarantine/2", &w->arena, &kept, &err));
    assert_true(kept.len > 0);
    assert_int_equal(str_find(kept, str_of("hello")), -1); /* sealed */
}

static void a_turn_that_cannot_start_waits_alone(void **state)
{
    struct world *w = *state;
    struct id sick = add_user(w, "echo", SICK);

    add_user(w, "echo", WELL);
    text(w, SICK, SHARED, "hello");
    settle(w); /* its turn waits for the window */
    damage(w, sick);
    text(w, WELL, SHARED, "good day");
    live(w);
    assert_int_equal(creates(w, "good day"), 1);
    assert_int_equal(creates(w, "hello"), 0);
}

#define STORY(function)                                    \
    {                                                      \
#function, function, world_open, world_close, NULL \
    }

int main(void)
{
    static const struct CMUnitTest tests[] = {
        STORY(texts_of_others_go_on),
        STORY(a_turn_that_cannot_start_waits_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
