/*
 * erase_test.c - after erasing, no table has anything of the user but what must outlive it.
 */
#include "store/testing.h"

#include <sqlite3.h>

#define PHONE "+15550100001"
#define NUMBER_PHONE "+15550100100"
#define SID "SM0123456789abcdef0123456789abcdef"
#define TABLES_MOST 40

/* Claims name no one; consent stays by keyed index. */
static const char *const outlive[] = { "claims", "consent_events", "consents", "settings" };

struct table {
    char name[64];
    int64_t rows;
};

static size_t count_rows(struct fixture *f, struct table tables[TABLES_MOST])
{
    sqlite3 *db;
    sqlite3_stmt *list, *stmt;
    size_t count = 0;

    assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db,
                                        "SELECT name FROM sqlite_master WHERE type = 'table'"
                                        " ORDER BY name",
                                        -1, &list, NULL),
                     SQLITE_OK);
    while (sqlite3_step(list) == SQLITE_ROW) {
        char sql[128];

        snprintf(tables[count].name, sizeof(tables[count].name), "%s",
                 (const char *)sqlite3_column_text(list, 0));
        snprintf(sql, sizeof(sql), "SELECT count(*) FROM %s", tables[count].name);
        assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), SQLITE_OK);
        assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
        tables[count++].rows = sqlite3_column_int64(stmt, 0);
        sqlite3_finalize(stmt);
    }
    sqlite3_finalize(list);
    sqlite3_close(db);
    return count;
}

static bool outlives(const char *table)
{
    for (size_t i = 0; i < ARRAY_LEN(outlive); i++) {
        if (strcmp(outlive[i], table) == 0)
            return true;
    }
    return false;
}

/* Everything that a user can have, in every table. */
static struct thread fill(struct fixture *f, const char *phone, struct id number)
{
    struct scope a = new_user(f, "a", phone);
    struct thread t = new_thread(f, a, number, phone, 20), other;
    struct str sid = STR(SID), hash = STR("0123456789abcdef0123456789abcdef");
    struct id message = t.conversation.last_message;
    struct fact fact = { next_id(f), a.user, t.contact.id, STR("secret"), NOW_MS };
    struct allowlist_entry entry = { a.user, STR("+15550100007"), STR("manual"), NOW_MS };
    struct consent_event consent = { .id = next_id(f),
                                     .user = a.user,
                                     .number = number,
                                     .phone = str_of(phone),
                                     .source = STR("keyword"),
                                     .evidence = STR("STOP") };
    struct status_event event = { message, STATUS_SENT, 0, NOW_MS };
    struct api_token token = { next_id(f), a.user, STR("t"), NOW_MS };
    struct send send = { .message = message, .user = a.user, .conversation = t.conversation.id };
    struct turn turns[] = {
        { .id = next_id(f), .state = TURN_SUPERSEDED, .first_message = message },
        { .id = next_id(f), .state = TURN_ANSWERED, .first_message = message },
        { .id = next_id(f), .state = TURN_WAITING }
    };
    struct conversation_write write = { &t.scope, &t.conversation, false };
    struct store_tx tx;
    bool fresh;

    other = new_thread(f, a, next_id(f), "+15550100008", 3);
    t.conversation.day++;
    tx = begin(f);
    for (size_t i = 0; i < ARRAY_LEN(turns); i++) {
        turns[i].user = a.user;
        turns[i].conversation = other.conversation.id;
    }
    OK(f, store_put_conversations(&tx, &write, 1, &f->err)); /* closes a day of usage */
    OK(f, store_claim(&tx, &sid, &message, 1, &fresh, &f->err));
    OK(f, store_add_fact(&tx, &a, &fact, &f->chance, &f->err));
    OK(f, store_add_allowlist(&tx, &a, &entry, &f->chance, &fresh, &f->err));
    OK(f, store_add_consent(&tx, &a, &consent, &f->chance, &f->err));
    OK(f, store_add_status_event(&tx, &a, &event, &fresh, &f->err));
    OK(f, store_add_token(&tx, &token, hash, &f->err));
    OK(f, store_put_sends(&tx, &send, 1, &f->err));
    OK(f, store_put_turns(&tx, turns, ARRAY_LEN(turns), &f->err));
    commit(f, &tx);
    return t;
}

static void erasing_leaves_nothing(void **state)
{
    struct table before[TABLES_MOST], full[TABLES_MOST], after[TABLES_MOST];
    struct fixture *f = fixture_new();
    struct id number = new_number(f, NUMBER_PHONE, USER_INSTALLATION), broken;
    size_t count = count_rows(f, before), rows, grown = 0;
    struct thread t = fill(f, PHONE, number);
    struct consent_event *events;
    struct store_tx tx;
    struct scope gone, next;
    bool holds;
    (void)state;

    assert_int_equal(count_rows(f, full), count);
    for (size_t i = 0; i < count; i++)
        grown += full[i].rows > before[i].rows;
    assert_int_equal(grown, 15); /* every table that can hold something of a user does */
    tx = begin(f);
    OK(f, store_erase_user(&tx, &t.scope, &f->err));
    FAILS(f, ERR_NOT_FOUND, store_erase_user(&tx, &t.scope, &f->err));
    commit(f, &tx);
    assert_int_equal(count_rows(f, after), count);
    for (size_t i = 0; i < count; i++) {
        if (!outlives(after[i].name) && after[i].rows != before[i].rows)
            fail_msg("%s keeps %d rows of the user", after[i].name,
                     (int)(after[i].rows - before[i].rows));
    }
    FAILS(f, ERR_NOT_FOUND, store_scope(f->store, t.scope.user, &f->arena, &gone, &f->err));
    OK(f, store_verify_ledger(f->store, &holds, &broken, &rows, &f->err));
    assert_true(holds && rows == 1);
    /* The key was kept on purpose here: even so there is no phone left to open. */
    OK(f, store_opt_outs(f->store, &t.scope, 0, 9, &f->arena, &events, &count, &f->err));
    assert_true(count == 1 && events[0].phone.len == 0);
    /* Somebody new with the same phone still is opted out on that number. */
    next = new_user(f, "b", PHONE);
    assert_true(lane_of(f, &next, number, PHONE).opted_out);
    fixture_drop(f);
}

static void another_user_keeps_all(void **state)
{
    struct table before[TABLES_MOST], after[TABLES_MOST];
    struct fixture *f = fixture_new();
    struct thread stays = fill(f, PHONE, next_id(f)), goes;
    size_t count = count_rows(f, before);
    struct message *messages;
    struct store_tx tx;
    (void)state;

    goes = new_thread(f, new_user(f, "b", "+15550100002"), next_id(f), "+15550100002", 5);
    tx = begin(f);
    OK(f, store_erase_user(&tx, &goes.scope, &f->err));
    commit(f, &tx);
    assert_int_equal(count_rows(f, after), count);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(after[i].rows, before[i].rows);
    OK(f, store_messages_of_user(f->store, &stays.scope, (struct id){ 0 }, 50, &f->arena, &messages,
                                 &count, &f->err));
    assert_int_equal(count, 23);
    fixture_drop(f);
}

static void a_user_with_a_number_stays(void **state)
{
    struct fixture *f = fixture_new();
    struct scope a = new_user(f, "a", PHONE);
    struct id number = new_number(f, NUMBER_PHONE, a.user);
    struct store_tx tx = begin(f);
    (void)state;

    FAILS(f, ERR_CONFLICT, store_erase_user(&tx, &a, &f->err));
    assert_true(str_find(str_of(f->err.text), str_of("still belongs")) >= 0);
    OK(f, store_remove_number(&tx, number, &f->err));
    OK(f, store_erase_user(&tx, &a, &f->err));
    commit(f, &tx);
    fixture_drop(f);
}

static void the_installation_stays(void **state)
{
    struct fixture *f = fixture_new();
    struct scope zero = scope_of(f, USER_INSTALLATION);
    CLEANUP(store_rollback) struct store_tx tx = begin(f);
    (void)state;

    FAILS(f, ERR_CONFLICT, store_erase_user(&tx, &zero, &f->err));
    store_rollback(&tx);
    fixture_drop(f);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "erasing leaves nothing of the user", erasing_leaves_nothing, NULL, NULL, NULL },
        { "erasing leaves another user alone", another_user_keeps_all, NULL, NULL, NULL },
        { "a user who has a number is not erased", a_user_with_a_number_stays, NULL, NULL, NULL },
        { "the installation is not erased", the_installation_stays, NULL, NULL, NULL },
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
