/*
 * isolation_test.c - nobody reaches another user's rows, through any function that takes a scope.
 *
 * Two users, each with everything a user can have. Every probe asks as Mallory for what is Alice's:
 * first with Mallory's own scope, which must find nothing and change nothing; then with Alice's id
 * and Mallory's key, as if the first wall were gone, which must open nothing; then for rows that
 * were moved to Mallory in the file itself, as if the second were.
 */
#include "store/testing.h"

#include <sqlite3.h>

#define ALICE_PHONE "+15550100001"
#define MALLORY_PHONE "+15550100002"
#define ALICE_FRIEND "+15550100003"

/* All that one user has. */
struct estate {
    struct scope scope;
    struct id number, inbound, outbound, fact;
    struct thread thread;
    struct turn turn;
    struct send send;
    struct consent_event consent;
};

static struct estate new_estate(struct fixture *f, const char *name, const char *phone)
{
    struct estate e = { .scope = new_user(f, name, phone), .number = next_id(f) };
    struct fact fact = { .id = next_id(f), .user = e.scope.user, .text = str_of("a secret") };
    struct allowlist_entry entry = { e.scope.user, str_of(ALICE_FRIEND), str_of("manual"), NOW_MS };
    struct status_event event;
    struct store_tx tx;
    bool fresh;

    e.thread = new_thread(f, e.scope, e.number, phone, 0);
    tx = begin(f);
    e.inbound = add_text(f, &tx, &e.thread, DIRECTION_INBOUND, "a secret");
    e.outbound = add_text(f, &tx, &e.thread, DIRECTION_OUTBOUND, "a secret");
    e.turn = (struct turn){ .id = next_id(f),
                            .user = e.scope.user,
                            .conversation = e.thread.conversation.id,
                            .state = TURN_WAITING,
                            .first_message = e.inbound };
    e.send = (struct send){ .message = e.outbound,
                            .user = e.scope.user,
                            .conversation = e.thread.conversation.id,
                            .number = e.number,
                            .state = SEND_READY };
    e.consent = (struct consent_event){ .id = next_id(f),
                                        .user = e.scope.user,
                                        .number = e.number,
                                        .phone = str_of(phone),
                                        .source = str_of("keyword"),
                                        .evidence = str_of("STOP"),
                                        .at_ms = NOW_MS };
    event = (struct status_event){ e.outbound, STATUS_SENT, 0, NOW_MS };
    e.fact = fact.id;
    fact.contact = e.thread.contact.id;
    OK(f, store_add_fact(&tx, &e.scope, &fact, &f->chance, &f->err));
    OK(f, store_add_allowlist(&tx, &e.scope, &entry, &f->chance, &fresh, &f->err));
    OK(f, store_put_turns(&tx, &e.turn, 1, &f->err));
    OK(f, store_put_sends(&tx, &e.send, 1, &f->err));
    OK(f, store_add_consent(&tx, &e.scope, &e.consent, &f->chance, &f->err));
    OK(f, store_add_status_event(&tx, &e.scope, &event, &fresh, &f->err));
    commit(f, &tx);
    return e;
}

/* ---- probes: how many of `of`'s rows are reached under `as`; -1 when the call failed ---- */

static int lanes(struct fixture *f, const struct scope *as, const struct estate *of)
{
    struct lane_key key = { .scope = as, .number = of->number };
    struct lane lane;

    memcpy(key.contact_index, of->thread.conversation.contact_index, VAULT_INDEX_BYTES);
    if (!store_lanes(f->store, &key, 1, &lane, &f->err))
        return -1;
    return lane.exists + lane.has_contact + lane.allowlisted + lane.opted_out;
}
static int turn(struct fixture *f, const struct scope *as, const struct estate *of)
{
    struct turn got;

    return store_turn(f->store, as, of->turn.id, &f->arena, &got, &f->err) ? 1 : -1;
}
static int send(struct fixture *f, const struct scope *as, const struct estate *of)
{
    struct send got;

    return store_send(f->store, as, of->send.message, &got, &f->err) ? 1 : -1;
}
static int ready_sends(struct fixture *f, const struct scope *as, const struct estate *of)
{
    struct send *got;
    size_t count;

    return store_ready_sends(f->store, as, of->thread.conversation.id, &f->arena, &got, &count,
                             &f->err)
               ? (int)count
               : -1;
}
static int message(struct fixture *f, const struct scope *as, const struct estate *of)
{
    struct message got;

    return store_message(f->store, as, of->inbound, &f->arena, &got, &f->err) ? 1 : -1;
}
static int messages_back(struct fixture *f, const struct scope *as, const struct estate *of)
{
    struct message *got;
    size_t count;

    return store_messages_back(f->store, as, of->thread.conversation.id, of->inbound, 9, &f->arena,
                               &got, &count, &f->err)
               ? (int)count
               : -1;
}
/* The caller's own rows are fine here; another's are counted. */
static int messages_of_user(struct fixture *f, const struct scope *as, const struct estate *of)
{
    struct message *got;
    size_t count;
    int reached = 0;

    if (!store_messages_of_user(f->store, as, (struct id){ 0 }, 9, &f->arena, &got, &count,
                                &f->err))
        return -1;
    for (size_t i = 0; i < count; i++)
        reached += id_equal(got[i].id, of->inbound) || id_equal(got[i].id, of->outbound);
    return reached;
}
static int status_events(struct fixture *f, const struct scope *as, const struct estate *of)
{
    struct status_event *got;
    size_t count;

    return store_status_events(f->store, as, of->outbound, &f->arena, &got, &count, &f->err)
               ? (int)count
               : -1;
}
static int conversation(struct fixture *f, const struct scope *as, const struct estate *of)
{
    struct conversation got;

    return store_conversation(f->store, as, of->thread.conversation.id, &got, &f->err) ? 1 : -1;
}
static int conversations(struct fixture *f, const struct scope *as, const struct estate *of)
{
    struct conversation *got;
    size_t count;
    int reached = 0;

    if (!store_conversations(f->store, as, (struct id){ 0 }, 9, &f->arena, &got, &count, &f->err))
        return -1;
    for (size_t i = 0; i < count; i++)
        reached += id_equal(got[i].id, of->thread.conversation.id);
    return reached;
}
static int contact(struct fixture *f, const struct scope *as, const struct estate *of)
{
    struct contact got;

    return store_contact(f->store, as, of->thread.contact.id, &f->arena, &got, &f->err) ? 1 : -1;
}
static int facts(struct fixture *f, const struct scope *as, const struct estate *of)
{
    struct fact *got;
    size_t count;

    return store_facts(f->store, as, of->thread.contact.id, 9, &f->arena, &got, &count, &f->err)
               ? (int)count
               : -1;
}
static int opt_outs(struct fixture *f, const struct scope *as, const struct estate *of)
{
    struct consent_event *got;
    size_t count;
    int reached = 0;

    if (!store_opt_outs(f->store, as, 0, 9, &f->arena, &got, &count, &f->err))
        return -1;
    for (size_t i = 0; i < count; i++)
        reached += id_equal(got[i].id, of->consent.id);
    return reached;
}
/* Both users have ALICE_FRIEND on it: each sees one row. */
static int allowlist(struct fixture *f, const struct scope *as, const struct estate *of)
{
    struct allowlist_entry *got;
    size_t count;

    (void)of;
    if (!store_allowlist(f->store, as, 0, 9, &f->arena, &got, &count, &f->err))
        return -1;
    return count == 1 ? 0 : (int)count;
}
static int user(struct fixture *f, const struct scope *as, const struct estate *of)
{
    struct user got;

    (void)of;
    if (!store_user(f->store, as, &f->arena, &got, &f->err))
        return -1;
    return str_is(got.name, "Alice");
}
static int phones(struct fixture *f, const struct scope *as, const struct estate *of)
{
    struct str *got;
    size_t count;
    int reached = 0;

    (void)of;
    if (!store_phones(f->store, as, &f->arena, &got, &count, &f->err))
        return -1;
    for (size_t i = 0; i < count; i++)
        reached += str_is(got[i], ALICE_PHONE);
    return reached;
}
static int usage(struct fixture *f, const struct scope *as, const struct estate *of)
{
    struct usage_day *got;
    size_t count;

    (void)of;
    if (!store_usage(f->store, as, 0, TODAY + 1, &f->arena, &got, &count, &f->err))
        return -1;
    return count == 1 && got[0].messages_in == 1 ? 0 : 1; /* only the caller's own */
}

/* ---- writes: 1 when the call says that it did something ---- */

static int written(struct fixture *f, struct store_tx *tx, bool ok)
{
    OK(f, store_commit(tx, &f->err));
    return ok ? 1 : -1;
}
static int set_outcome(struct fixture *f, const struct scope *as, const struct estate *of)
{
    struct store_tx tx = begin(f);

    return written(f, &tx,
                   store_set_outcome(&tx, as, of->inbound, OUTCOME_ANSWERED, of->turn.id,
                                     of->outbound, NOW_MS, &f->err));
}
static int set_status(struct fixture *f, const struct scope *as, const struct estate *of)
{
    struct store_tx tx = begin(f);

    return written(f, &tx,
                   store_set_status(&tx, as, of->outbound, STATUS_FAILED, str_of("SMx"), 1,
                                    str_of("x"), NOW_MS, &f->err));
}
static int put_conversation(struct fixture *f, const struct scope *as, const struct estate *of)
{
    struct conversation changed = of->thread.conversation;
    struct conversation_write write = { as, &changed, false };
    struct store_tx tx = begin(f);

    return written(f, &tx, store_put_conversations(&tx, &write, 1, &f->err));
}
static int put_conversation_as_own(struct fixture *f, const struct scope *as,
                                   const struct estate *of)
{
    struct conversation changed = of->thread.conversation;
    struct conversation_write write = { as, &changed, false };
    struct store_tx tx = begin(f);

    changed.user = as->user;
    return written(f, &tx, store_put_conversations(&tx, &write, 1, &f->err));
}
static int add_contact(struct fixture *f, const struct scope *as, const struct estate *of)
{
    struct contact theirs = of->thread.contact;
    struct contact_write write = { as, &theirs };
    struct store_tx tx = begin(f);

    theirs.id = next_id(f);
    return written(f, &tx, store_add_contacts(&tx, &write, 1, &f->chance, &f->err));
}
static int add_message(struct fixture *f, const struct scope *as, const struct estate *of)
{
    struct message theirs = { .id = next_id(f), .user = of->scope.user };
    struct message_write write = { as, &theirs };
    struct store_tx tx = begin(f);

    return written(f, &tx, store_add_messages(&tx, &write, 1, &f->chance, &f->err));
}
static int put_turn_as_own(struct fixture *f, const struct scope *as, const struct estate *of)
{
    struct turn changed = of->turn;
    struct store_tx tx = begin(f);

    changed.user = as->user;
    changed.state = TURN_FAILED;
    return written(f, &tx, store_put_turns(&tx, &changed, 1, &f->err));
}
static int put_send_as_own(struct fixture *f, const struct scope *as, const struct estate *of)
{
    struct send changed = of->send;
    struct store_tx tx = begin(f);

    changed.user = as->user;
    return written(f, &tx, store_put_sends(&tx, &changed, 1, &f->err));
}
static int drop_send_as_own(struct fixture *f, const struct scope *as, const struct estate *of)
{
    struct scope alice = scope_of(f, of->scope.user);
    struct send changed = of->send, got;
    struct store_tx tx = begin(f);

    changed.user = as->user;
    changed.state = SEND_DONE;
    OK(f, store_put_sends(&tx, &changed, 1, &f->err));
    commit(f, &tx);
    return store_send(f->store, &alice, of->send.message, &got, &f->err) ? 0 : 1;
}
static int put_user(struct fixture *f, const struct scope *as, const struct estate *of)
{
    struct user changed = { .id = of->scope.user, .name = str_of("Mallory was here") };
    struct store_tx tx = begin(f);

    return written(f, &tx, store_put_user(&tx, as, &changed, &f->chance, &f->err));
}
static int remove_phone(struct fixture *f, const struct scope *as, const struct estate *of)
{
    struct store_tx tx = begin(f);

    (void)of;
    return written(f, &tx, store_remove_phone(&tx, as, str_of(ALICE_PHONE), &f->err));
}
static int add_allowlist(struct fixture *f, const struct scope *as, const struct estate *of)
{
    struct allowlist_entry entry = { of->scope.user, str_of("+15550100004"), str_of("x"), NOW_MS };
    struct store_tx tx = begin(f);
    bool fresh;

    return written(f, &tx, store_add_allowlist(&tx, as, &entry, &f->chance, &fresh, &f->err));
}
static int remove_allowlist(struct fixture *f, const struct scope *as, const struct estate *of)
{
    struct scope alice = scope_of(f, of->scope.user);
    struct allowlist_entry *got;
    struct store_tx tx = begin(f);
    size_t count;

    OK(f, store_remove_allowlist(&tx, as, str_of(ALICE_FRIEND), &f->err)); /* the caller's own */
    commit(f, &tx);
    OK(f, store_allowlist(f->store, &alice, 0, 9, &f->arena, &got, &count, &f->err));
    return count == 1 ? 0 : 1;
}
static int add_consent(struct fixture *f, const struct scope *as, const struct estate *of)
{
    struct consent_event theirs = of->consent;
    struct store_tx tx = begin(f);

    theirs.id = next_id(f);
    return written(f, &tx, store_add_consent(&tx, as, &theirs, &f->chance, &f->err));
}
static int add_fact(struct fixture *f, const struct scope *as, const struct estate *of)
{
    struct fact theirs = { .id = next_id(f), .user = of->scope.user, .text = str_of("x") };
    struct store_tx tx = begin(f);

    return written(f, &tx, store_add_fact(&tx, as, &theirs, &f->chance, &f->err));
}
static int remove_fact(struct fixture *f, const struct scope *as, const struct estate *of)
{
    struct store_tx tx = begin(f);

    return written(f, &tx, store_remove_fact(&tx, as, of->fact, &f->err));
}
static int erase(struct fixture *f, const struct scope *as, const struct estate *of)
{
    struct scope alice;
    struct store_tx tx = begin(f);

    OK(f, store_erase_user(&tx, as, &f->err)); /* the caller's own */
    commit(f, &tx);
    alice = scope_of(f, of->scope.user);
    return message(f, &alice, of) == 1 && facts(f, &alice, of) == 1 ? 0 : 1;
}

static const struct probe {
    const char *name;
    int (*ask)(struct fixture *f, const struct scope *as, const struct estate *of);
    bool owner_can; /* the same call works for the owner: the probe asks for something real */
} probes[] = {
    { "lanes", lanes, true },
    { "a turn", turn, true },
    { "a send", send, true },
    { "ready sends", ready_sends, true },
    { "a message", message, true },
    { "history of a conversation", messages_back, true },
    { "all messages", messages_of_user, true },
    { "status events", status_events, true },
    { "a conversation", conversation, true },
    { "conversations", conversations, true },
    { "a contact", contact, true },
    { "facts", facts, true },
    { "opt-outs", opt_outs, true },
    { "the allowlist", allowlist, false },
    { "the user", user, true },
    { "phones", phones, true },
    { "usage", usage, false },
    { "changing an outcome", set_outcome, true },
    { "changing a status", set_status, true },
    { "changing a conversation", put_conversation, true },
    { "changing a conversation as one's own", put_conversation_as_own, true },
    { "adding a contact", add_contact, false },
    { "adding a message", add_message, true },
    { "changing a turn as one's own", put_turn_as_own, true },
    { "changing a send as one's own", put_send_as_own, true },
    { "ending a send as one's own", drop_send_as_own, true },
    { "changing the user", put_user, true },
    { "removing a phone", remove_phone, true },
    { "adding to the allowlist", add_allowlist, true },
    { "removing from the allowlist", remove_allowlist, true },
    { "adding consent", add_consent, true },
    { "adding a fact", add_fact, true },
    { "removing a fact", remove_fact, true },
    { "erasing", erase, false },
};

/* What is sealed stays shut even without the first wall. */
static const struct probe sealed[] = {
    { "a message: the key", message, true },
    { "history of a conversation: the key", messages_back, true },
    { "all messages: the key", messages_of_user, true },
    { "a contact: the key", contact, true },
    { "facts: the key", facts, true },
    { "opt-outs: the key", opt_outs, true },
    { "the allowlist: the key", allowlist, true },
    { "the user: the key", user, true },
    { "phones: the key", phones, true },
};

static void a_scope_reaches_its_own_rows_only(void **state)
{
    const struct probe *probe = *state;
    struct fixture *f = fixture_new();
    struct estate alice = new_estate(f, "Alice", ALICE_PHONE);
    struct estate mallory = new_estate(f, "Mallory", MALLORY_PHONE);
    int reached = probe->ask(f, &mallory.scope, &alice);

    assert_true(reached <= 0);
    if (reached < 0)
        assert_true(f->err.kind == ERR_NOT_FOUND || f->err.kind == ERR_INTERNAL);
    if (probe->owner_can)
        assert_true(probe->ask(f, &alice.scope, &alice) > 0);
    fixture_drop(f);
}

static void a_key_opens_its_own_rows_only(void **state)
{
    const struct probe *probe = *state;
    struct fixture *f = fixture_new();
    struct estate alice = new_estate(f, "Alice", ALICE_PHONE);
    struct estate mallory = new_estate(f, "Mallory", MALLORY_PHONE);
    struct scope forged = mallory.scope;

    forged.user = alice.scope.user;
    assert_int_equal(probe->ask(f, &forged, &alice), -1);
    assert_int_equal(f->err.kind, ERR_INTERNAL);
    fixture_drop(f);
}

/* ---- rows moved in the file ---- */

static const struct move {
    const char *name, *sql; /* ?1 Alice, ?2 Mallory */
    int (*ask)(struct fixture *f, const struct scope *as, const struct estate *of);
} moves[] = {
    { "a message moved to another user", "UPDATE messages SET user_id = ?2 WHERE user_id = ?1",
      message },
    { "a contact moved to another user",
      "UPDATE OR REPLACE contacts SET user_id = ?2 WHERE user_id = ?1", contact },
    { "a phone moved to another user", "UPDATE user_phones SET user_id = ?2 WHERE user_id = ?1",
      phones },
    { "a fact moved to another user", "UPDATE memory_facts SET user_id = ?2 WHERE user_id = ?1",
      facts },
    { "a profile copied to another user",
      "UPDATE users SET profile = (SELECT profile FROM users WHERE id = ?1) WHERE id = ?2", user },
    { "a key copied to another user",
      "UPDATE users SET wrapped_key = (SELECT wrapped_key FROM users WHERE id = ?1) WHERE id = ?2",
      NULL },
    { "a body put where the extra is", "UPDATE messages SET extra = body WHERE user_id = ?1",
      NULL },
};

static void run_sql(struct fixture *f, const char *sql, const struct id *alice,
                    const struct id *mallory)
{
    sqlite3 *db;
    sqlite3_stmt *stmt;

    assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), SQLITE_OK);
    sqlite3_bind_blob(stmt, 1, alice->bytes, 16, SQLITE_STATIC);
    if (sqlite3_bind_parameter_count(stmt) > 1)
        sqlite3_bind_blob(stmt, 2, mallory->bytes, 16, SQLITE_STATIC);
    assert_int_equal(sqlite3_step(stmt), SQLITE_DONE);
    assert_true(sqlite3_changes(db) > 0);
    sqlite3_finalize(stmt);
    sqlite3_close(db);
}

static void a_moved_row_does_not_open(void **state)
{
    const struct move *move = *state;
    struct fixture *f = fixture_new();
    struct estate alice = new_estate(f, "Alice", ALICE_PHONE);
    struct estate mallory = new_estate(f, "Mallory", MALLORY_PHONE);
    struct message got;
    struct scope scope;

    fixture_close(f);
    run_sql(f, move->sql, &alice.scope.user, &mallory.scope.user);
    fixture_open(f);
    if (move->ask)
        assert_int_equal(move->ask(f, &mallory.scope, &alice), -1);
    else
        assert_false(
            store_scope(f->store, mallory.scope.user, &f->arena, &scope, &f->err) &&
            store_message(f->store, &alice.scope, alice.inbound, &f->arena, &got, &f->err));
    assert_int_equal(f->err.kind, ERR_INTERNAL);
    fixture_drop(f);
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(probes) + ARRAY_LEN(sealed) + ARRAY_LEN(moves)];
    size_t count = 0;

    for (size_t i = 0; i < ARRAY_LEN(probes); i++)
        tests[count++] = (struct CMUnitTest){ probes[i].name, a_scope_reaches_its_own_rows_only,
                                              NULL, NULL, (void *)&probes[i] };
    for (size_t i = 0; i < ARRAY_LEN(sealed); i++)
        tests[count++] = (struct CMUnitTest){ sealed[i].name, a_key_opens_its_own_rows_only, NULL,
                                              NULL, (void *)&sealed[i] };
    for (size_t i = 0; i < ARRAY_LEN(moves); i++)
        tests[count++] = (struct CMUnitTest){ moves[i].name, a_moved_row_does_not_open, NULL, NULL,
                                              (void *)&moves[i] };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
