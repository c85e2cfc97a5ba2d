/*
 * retention_test.c - what is deleted when, and what is not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "store/store.h"

#define DAY_MS INT64_C(86400000)
#define NOW_MS INT64_C(1795000000000)

struct fixture {
    char folder[48];
    struct vault *vault;
    struct store *store;
    struct store_tx tx;
    struct arena arena;
    struct chance chance;
    struct id_maker ids;
    struct scope keeps_30, keeps_all;
};

static struct id add_user(struct fixture *f, int64_t days)
{
    struct user user = { .id = id_make(&f->ids, NOW_MS - 100 * DAY_MS, &f->chance),
                         .agent_kind = str_of("echo"),
                         .agent_settings = str_of("{\"kind\":\"echo\"}"),
                         .retention_days = days,
                         .created_ms = NOW_MS - 100 * DAY_MS };

    assert_true(store_add_user(&f->tx, &user, &f->chance, NULL));
    return user.id;
}

static int set_up(void **state)
{
    static const unsigned char key[32] = { 5 };
    struct fixture *f = calloc(1, sizeof(*f));
    struct store_config config = { 0 };

    chance_init_number(&f->chance, 1);
    snprintf(f->folder, sizeof(f->folder), "/tmp/answerback-retention-XXXXXX");
    assert_non_null(mkdtemp(f->folder));
    f->vault = vault_open_bytes(key);
    config.path = arena_printf(&f->arena, "%s/a.db", f->folder).ptr;
    config.vault = f->vault;
    assert_true(store_migrate(&config, NOW_MS, &f->chance, NULL, NULL));
    assert_true(store_open(&config, &f->store, NULL));
    assert_true(store_begin(f->store, &f->tx, NULL));
    assert_true(store_scope(f->store, add_user(f, 30), &f->arena, &f->keeps_30, NULL));
    assert_true(store_scope(f->store, add_user(f, 0), &f->arena, &f->keeps_all, NULL));
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    char command[80];

    store_rollback(&f->tx);
    store_close(f->store);
    vault_close(f->vault);
    arena_release(&f->arena);
    snprintf(command, sizeof(command), "rm -r %s", f->folder);
    assert_int_equal(system(command), 0);
    free(f);
    return 0;
}

static struct id add_message(struct fixture *f, const struct scope *scope, int64_t age_days)
{
    struct id_maker ids = { 0 };
    int64_t at_ms = NOW_MS - age_days * DAY_MS;
    struct message message = { .id = id_make(&ids, at_ms, &f->chance),
                               .user = scope->user,
                               .direction = DIRECTION_OUTBOUND,
                               .status = STATUS_SENT,
                               .body = str_of("a text"),
                               .at_ms = at_ms };
    struct message_write row = { scope, &message };

    assert_true(store_add_messages(&f->tx, &row, 1, &f->chance, NULL));
    return message.id;
}

static bool is_there(struct fixture *f, const struct scope *scope, struct id message)
{
    struct message ignored;

    return store_message(f->store, scope, message, &f->arena, &ignored, NULL);
}

static size_t retire_all(struct fixture *f, int64_t now_ms, size_t limit)
{
    size_t total = 0, deleted;
    bool more = true;

    while (more) {
        assert_true(store_retire(&f->tx, now_ms, limit, &deleted, &more, NULL));
        assert_true(deleted <= limit);
        total += deleted;
    }
    return total;
}

static void only_old_ones_of_users_who_want_it(void **state)
{
    struct fixture *f = *state;
    struct id old = add_message(f, &f->keeps_30, 31), young = add_message(f, &f->keeps_30, 29);
    struct id others = add_message(f, &f->keeps_all, 90);

    assert_int_equal(retire_all(f, NOW_MS, 100), 1);
    assert_false(is_there(f, &f->keeps_30, old));
    assert_true(is_there(f, &f->keeps_30, young));
    assert_true(is_there(f, &f->keeps_all, others));
    assert_int_equal(retire_all(f, NOW_MS, 100), 0);
    assert_int_equal(retire_all(f, NOW_MS + 2 * DAY_MS, 100), 1); /* the young one has aged */
}

static void goes_on_where_it_stopped(void **state)
{
    struct fixture *f = *state;

    for (int i = 0; i < 50; i++) {
        add_message(f, &f->keeps_all, 90 - i);
        add_message(f, &f->keeps_30, 90 - i);
    }
    assert_int_equal(retire_all(f, NOW_MS, 7), 50);
}

static void its_events_go_too(void **state)
{
    struct fixture *f = *state;
    struct status_event event = { .message = add_message(f, &f->keeps_30, 40),
                                  .status = STATUS_SENT,
                                  .at_ms = NOW_MS },
                        *events;
    bool fresh;
    size_t count;

    assert_true(store_add_status_event(&f->tx, &f->keeps_30, &event, &fresh, NULL));
    assert_int_equal(retire_all(f, NOW_MS, 100), 1);
    assert_true(store_status_events(f->store, &f->keeps_30, event.message, &f->arena, &events,
                                    &count, NULL));
    assert_int_equal(count, 0);
}

static void what_is_owed_stays_until_it_is_settled(void **state)
{
    struct fixture *f = *state;
    struct id owed = add_message(f, &f->keeps_30, 40), after = add_message(f, &f->keeps_30, 39);
    struct send send = {
        .message = owed, .user = f->keeps_30.user, .state = SEND_READY, .due_ms = NOW_MS + DAY_MS
    };

    assert_true(store_put_sends(&f->tx, &send, 1, NULL));
    assert_int_equal(retire_all(f, NOW_MS, 1), 0); /* and it does not run for ever */
    assert_int_equal(retire_all(f, NOW_MS, 100), 1);
    assert_true(is_there(f, &f->keeps_30, owed));
    assert_false(is_there(f, &f->keeps_30, after));
    send.state = SEND_DONE;
    assert_true(store_put_sends(&f->tx, &send, 1, NULL));
    assert_int_equal(retire_all(f, NOW_MS, 100), 1);
    assert_false(is_there(f, &f->keeps_30, owed));
}

static void a_user_who_changes_days_is_looked_at_again(void **state)
{
    struct fixture *f = *state;
    struct id old = add_message(f, &f->keeps_all, 90);
    struct user user;

    assert_int_equal(retire_all(f, NOW_MS, 100), 0);
    assert_true(store_user(f->store, &f->keeps_all, &f->arena, &user, NULL));
    user.retention_days = 30;
    assert_true(store_put_user(&f->tx, &f->keeps_all, &user, &f->chance, NULL));
    assert_int_equal(retire_all(f, NOW_MS, 100), 1);
    assert_false(is_there(f, &f->keeps_all, old));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(only_old_ones_of_users_who_want_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(goes_on_where_it_stopped, set_up, tear_down),
        cmocka_unit_test_setup_teardown(its_events_go_too, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_owed_stays_until_it_is_settled, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_user_who_changes_days_is_looked_at_again, set_up,
                                        tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
