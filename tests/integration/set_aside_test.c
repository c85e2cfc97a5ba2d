/*
 * set_aside_test.c - what cannot be applied never blocks the others.
 *
 * A user's data key is damaged behind the store's back: that user's texts, turns and sends cannot
 * be handled. Everybody else's must be, in the same run; what was set aside is kept.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "agent/echo/echo.h"
#include "engine/engine.h"
#include "provider/twilio/twilio.h"

#define ACCOUNT "AC0123456789abcdef0123456789abcdef"
#define OUR_NUMBER "+12025550100"
#define NOW_MS INT64_C(1795000000000)
#define MUST(call) must((call), &err, #call)

struct world {
    char folder[48], database[80], spool_path[80];
    struct vault *vault;
    struct store *store;
    struct spool *spool;
    struct spool_reader *reader;
    struct provider *provider;
    struct agent *agents[2];
    struct engine *engine;
    struct chance chance, engine_chance;
    struct arena arena;
    struct metrics metrics;
    struct id sick, well;
    int64_t now_ms;
};

static void must(bool ok, const struct err *err, const char *what)
{
    if (!ok)
        fail_msg("%s: %s", what, err->text);
}

static uint64_t never_start(struct http_client *client, const struct http_call *call,
                            http_done *done, void *context)
{
    struct http_result result = { .failure = HTTP_NOT_SENT };

    (void)client;
    (void)call;
    done(context, &result);
    return 0;
}

static const struct http_client_ops offline = { .start = never_start };

static struct id add_user(struct world *w, struct store_tx *tx, struct id_maker *ids,
                          const char *phone)
{
    struct user user = { .id = id_make(ids, NOW_MS, &w->chance),
                         .agent_kind = str_of("echo"),
                         .agent_settings = str_of("{\"kind\":\"echo\"}"),
                         .created_ms = NOW_MS };
    struct scope scope;
    struct err err = { 0 };

    MUST(store_add_user(tx, &user, &w->chance, &err));
    MUST(store_scope(w->store, user.id, &w->arena, &scope, &err));
    MUST(store_add_phone(tx, &scope, str_of(phone), NOW_MS, &w->chance, &err));
    return user.id;
}

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

static int set_up(void **state)
{
    static const unsigned char key[32] = { 9 };
    static struct http_client client = { .ops = &offline };
    static const struct tool *const tools[] = { NULL };
    CLEANUP(store_rollback) struct store_tx tx = { 0 };
    struct world *w = calloc(1, sizeof(*w));
    struct id_maker ids = { 0 };
    struct store_config store = { 0 };
    struct err err = { 0 };

    w->now_ms = NOW_MS;
    chance_init_number(&w->chance, 1);
    chance_init_number(&w->engine_chance, 2);
    snprintf(w->folder, sizeof(w->folder), "/tmp/answerback-aside-XXXXXX");
    assert_non_null(mkdtemp(w->folder));
    snprintf(w->database, sizeof(w->database), "%s/a.db", w->folder);
    snprintf(w->spool_path, sizeof(w->spool_path), "%s/spool.db", w->folder);
    w->vault = vault_open_bytes(key);
    store = (struct store_config){ .path = w->database, .vault = w->vault };
    MUST(store_migrate(&store, NOW_MS, &w->chance, NULL, &err));
    MUST(store_open(&store, &w->store, &err));
    MUST(spool_open(w->spool_path, w->vault, 1000, 1000000, &w->spool, &err));
    MUST(spool_reader_open(w->spool_path, w->vault, &w->reader, &err));
    w->provider = twilio_create(&(struct twilio_config){ .account_sid = str_of(ACCOUNT),
                                                         .auth_token = str_of("token"),
                                                         .api_base = str_of("http://127.0.0.1:1"),
                                                         .public_url = str_of("http://x") });
    w->agents[0] = echo_create();
    MUST(store_begin(w->store, &tx, &err));
    w->sick = add_user(w, &tx, &ids, "+12025550111");
    w->well = add_user(w, &tx, &ids, "+12025550112");
    MUST(store_add_number(&tx,
                          &(struct number){ .id = id_make(&ids, NOW_MS, &w->chance),
                                            .phone = str_of(OUR_NUMBER),
                                            .routing = ROUTING_BY_SENDER,
                                            .provider_handles_opt_out = true,
                                            .created_ms = NOW_MS },
                          &w->chance, &err));
    MUST(store_commit(&tx, &err));
    MUST(engine_create(&(struct engine_config){ .store = w->store,
                                                .spool = w->spool,
                                                .spool_reader = w->reader,
                                                .vault = w->vault,
                                                .client = &client,
                                                .provider = w->provider,
                                                .agents = w->agents,
                                                .tools = tools,
                                                .metrics = &w->metrics,
                                                .chance = &w->engine_chance,
                                                .public_url = str_of("http://x"),
                                                .limits = { .auto_reply_enabled = true,
                                                            .answers_max = 10,
                                                            .window_ms = 3600000,
                                                            .unknown_window_ms = 86400000 },
                                                .agent_window_ms = 1000,
                                                .agent_timeout_ms = 30000,
                                                .unknown_wait_ms = 15000,
                                                .absence_window_ms = 900000,
                                                .reply_ttl_ms = 1800000,
                                                .sends_in_flight_max = 8,
                                                .turns_running_max = 8,
                                                .answer_segments_max = 4,
                                                .answer_parts_max = 3 },
                       NOW_MS, &w->engine, &err));
    *state = w;
    return 0;
}

static int tear_down(void **state)
{
    struct world *w = *state;
    char command[80];

    engine_destroy(w->engine);
    w->agents[0]->ops->destroy(w->agents[0]);
    w->provider->ops->destroy(w->provider);
    spool_reader_close(w->reader);
    spool_close(w->spool);
    store_close(w->store);
    vault_close(w->vault);
    arena_release(&w->arena);
    snprintf(command, sizeof(command), "rm -r %s", w->folder);
    assert_int_equal(system(command), 0);
    free(w);
    return 0;
}

static void text_in(struct world *w, const char *phone, int sid)
{
    struct str body = arena_printf(&w->arena,
                                   "AccountSid=" ACCOUNT "&MessageSid=SM%032x&From=%%2B%s&To=%%2B"
                                   "12025550100&Body=hello+%d&NumMedia=0",
                                   (unsigned)sid, phone + 1, sid);
    struct spool_entry entry = {
        .kind = SPOOL_INBOUND, .received_ms = w->now_ms, .account = str_of(ACCOUNT), .body = body
    };
    struct err err = { 0 };

    MUST(spool_append(w->spool, &entry, 1, &w->chance, &err));
}

/* Step through `hours` of failures and waits. */
static void live(struct world *w, int64_t duration_ms)
{
    int64_t end_ms = w->now_ms + duration_ms;

    while (w->now_ms < end_ms) {
        struct err err = { 0 };
        int64_t next_ms;

        engine_step(w->engine, w->now_ms, &next_ms, &err);
        w->now_ms += 500;
    }
}

static size_t messages_of(struct world *w, struct id user, enum direction direction)
{
    struct scope scope;
    struct message *messages;
    size_t count, found = 0;
    struct err err = { 0 };

    MUST(store_scope(w->store, user, &w->arena, &scope, &err));
    MUST(store_messages_of_user(w->store, &scope, (struct id){ { 0 } }, 1000, &w->arena, &messages,
                                &count, &err));
    for (size_t i = 0; i < count; i++)
        found += messages[i].direction == direction;
    return found;
}

static void texts_of_others_go_on(void **state)
{
    struct world *w = *state;
    struct str kept;
    struct err err = { 0 };

    damage(w, w->sick);
    text_in(w, "+12025550112", 1);
    text_in(w, "+12025550111", 2); /* cannot be applied */
    text_in(w, "+12025550112", 3);
    live(w, 60000);
    assert_int_equal(messages_of(w, w->well, DIRECTION_INBOUND), 2);
    assert_int_equal(spool_entries(w->spool), 0);
    MUST(store_setting(w->store, "quarantine/2", &w->arena, &kept, &err));
    assert_true(kept.len > 0);
    assert_int_equal(str_find(kept, str_of("hello")), -1); /* sealed */
}

static void a_turn_that_cannot_start_waits_alone(void **state)
{
    struct world *w = *state;
    int64_t next_ms;
    struct err err = { 0 };

    text_in(w, "+12025550111", 1);
    MUST(engine_step(w->engine, w->now_ms, &next_ms, &err)); /* its turn waits for the window */
    damage(w, w->sick);
    text_in(w, "+12025550112", 2);
    live(w, 60000);
    assert_int_equal(messages_of(w, w->well, DIRECTION_OUTBOUND), 1);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(texts_of_others_go_on, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_turn_that_cannot_start_waits_alone, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
