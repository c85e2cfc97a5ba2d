/*
 * engine_test.c - the engine in a made-up world: seeded dice, a virtual clock, a provider that
 * misbehaves.
 *
 * Real store, spool, policy, echo agent and Twilio translator; only the HTTP client is replaced, by
 * one that accepts texts into a ledger of its own and then loses, delays or falsifies its answers.
 * The engine is killed at random. After a quiet phase the ledger is compared with the database. A
 * failing seed replays: pass its number as the only argument.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "agent/echo/echo.h"
#include "engine/engine.h"
#include "provider/twilio/twilio.h"
#include "tool/notes/notes.h"

#define SEEDS 60
#define PEOPLE 6
#define TEXTS 150
#define CREATES_MOST 1000
#define HOUR_MS INT64_C(3600000)
#define OUR_NUMBER "+12025550100"
#define ACCOUNT "AC0123456789abcdef0123456789abcdef"

/* A text that the provider accepted. */
struct create {
    char to[20], body[200], sid[40], callback[300];
    int64_t at_ms;
    bool listed; /* its list shows it already */
};

/* An answer on its way back to the engine. */
struct answer {
    int64_t due_ms; /* 0: free */
    http_done *done;
    void *context;
    enum http_failure failure;
    int status;
    char body[20000];
};

struct callback {
    int64_t due_ms; /* 0: free */
    char query[200], sid[40];
    const char *status;
};

struct world {
    struct http_client client; /* first: the engine's pointer to it is one to the world */
    struct chance dice, engine_dice;
    int64_t now_ms;
    bool faults;
    struct arena arena;
    char folder[64];
    struct vault *vault;
    struct store *store;
    struct spool *spool;
    struct spool_reader *reader;
    struct provider *provider;
    struct agent *agents[2];
    struct engine *engine;
    struct create creates[CREATES_MOST];
    size_t create_count;
    struct answer answers[128];
    struct callback callbacks[512];
    struct id users[PEOPLE];
    bool opted_out[PEOPLE]; /* after the last text of each that the engine has applied */
    int texts;
};

static bool happens(struct world *w, int per_cent)
{
    return w->faults && chance_below(&w->dice, 100) < per_cent;
}

/* ---- the provider's side ---- */

static void answer_later(struct world *w, http_done *done, void *context, enum http_failure failure,
                         int status, const char *body)
{
    for (size_t i = 0; i < ARRAY_LEN(w->answers); i++) {
        struct answer *answer = &w->answers[i];

        if (answer->due_ms != 0)
            continue;
        *answer = (struct answer){ .due_ms = w->now_ms + 1 + chance_below(&w->dice, 3000),
                                   .done = done,
                                   .context = context,
                                   .failure = failure,
                                   .status = status };
        snprintf(answer->body, sizeof(answer->body), "%s", body);
        return;
    }
    fail_msg("more calls under way than the engine may make");
}

static void call_back(struct world *w, const struct create *create, const char *status)
{
    const char *query = strchr(create->callback, '?');

    if (happens(w, 30))
        return;
    for (size_t i = 0; i < ARRAY_LEN(w->callbacks); i++) {
        struct callback *callback = &w->callbacks[i];

        if (callback->due_ms != 0)
            continue;
        callback->due_ms = w->now_ms + 1 + chance_below(&w->dice, 20000);
        callback->status = status;
        snprintf(callback->query, sizeof(callback->query), "%s", query ? query + 1 : "");
        snprintf(callback->sid, sizeof(callback->sid), "%s", create->sid);
        if (!happens(w, 20))
            return; /* else once more */
    }
}

static void copy(struct str from, char *to, size_t size)
{
    snprintf(to, size, "%.*s", STR_ARGS(from));
}

static int person_of(const char *phone)
{
    return atoi(phone + strlen(phone) - 2) - 10;
}

static struct create *accept_create(struct world *w, const struct http_call *call)
{
    struct create *create = &w->creates[w->create_count++];

    assert_true(w->create_count < CREATES_MOST);
    *create = (struct create){ .at_ms = w->now_ms, .listed = true };
    copy(http_param(call->body, "To", &w->arena), create->to, sizeof(create->to));
    copy(http_param(call->body, "Body", &w->arena), create->body, sizeof(create->body));
    copy(http_param(call->body, "StatusCallback", &w->arena), create->callback,
         sizeof(create->callback));
    snprintf(create->sid, sizeof(create->sid), "SM%032x", (unsigned)w->create_count);
    call_back(w, create, "sent");
    call_back(w, create, "delivered");
    return create;
}

static void post_create(struct world *w, const struct http_call *call, http_done *done,
                        void *context)
{
    char to[20], body[600];
    struct create *create;

    copy(http_param(call->body, "To", &w->arena), to, sizeof(to));
    /* The engine had committed every earlier text of this person's when it started this call. */
    if (w->opted_out[person_of(to)])
        fail_msg("a text was offered to somebody who had opted out");
    if (happens(w, 10)) {
        answer_later(w, done, context, HTTP_OK, 429, "{\"code\":20429,\"status\":429}");
    } else if (happens(w, 5)) {
        answer_later(w, done, context, HTTP_NOT_SENT, 0, "");
    } else if (happens(w, 5)) {
        answer_later(w, done, context, HTTP_UNKNOWN, 0, ""); /* lost before it was accepted */
    } else {
        create = accept_create(w, call);
        snprintf(body, sizeof(body), "{\"sid\":\"%s\",\"status\":\"queued\"}", create->sid);
        if (happens(w, 10))
            answer_later(w, done, context, HTTP_UNKNOWN, 0, "");
        else if (happens(w, 10))
            answer_later(w, done, context, HTTP_OK, 500, "oops");
        else
            answer_later(w, done, context, HTTP_OK, 201, body);
    }
}

static void get_list(struct world *w, const struct http_call *call, http_done *done, void *context)
{
    struct str url = call->url, path;
    CLEANUP(buf_release) struct buf out = { 0 };
    struct json_writer json = { .out = &out };
    struct str to;

    str_cut(&url, '?', &path);
    to = http_param(url, "To", &w->arena);
    json_open_object(&json);
    json_key(&json, "messages");
    json_open_array(&json);
    for (size_t i = w->create_count; i > 0; i--) {
        const struct create *create = &w->creates[i - 1];
        time_t at = (time_t)(create->at_ms / 1000);
        struct tm tm;
        char date[64];

        if (!str_is(to, create->to))
            continue;
        gmtime_r(&at, &tm);
        strftime(date, sizeof(date), "%a, %d %b %Y %H:%M:%S +0000", &tm);
        json_open_object(&json);
        json_field_text(&json, "sid", create->sid);
        json_field_text(&json, "from", OUR_NUMBER);
        json_field_text(&json, "to", create->to);
        json_field_text(&json, "body", create->body);
        json_field_text(&json, "status", "sent");
        json_field_text(&json, "direction", "outbound-api");
        json_field_text(&json, "num_media", "0");
        json_field_text(&json, "date_created", date);
        json_field_null(&json, "error_code");
        json_close_object(&json);
        if (out.len > sizeof(w->answers[0].body) - 1000)
            break;
    }
    json_close_array(&json);
    json_field_null(&json, "next_page_uri");
    json_close_object(&json);
    if (happens(w, 20))
        answer_later(w, done, context, HTTP_OK, 503, "down");
    else
        answer_later(w, done, context, HTTP_OK, 200, buf_text(&out));
}

static uint64_t client_start(struct http_client *client, const struct http_call *call,
                             http_done *done, void *context)
{
    struct world *w = (struct world *)client;

    if (strcmp(call->method, "POST") == 0)
        post_create(w, call, done, context);
    else
        get_list(w, call, done, context);
    return 0;
}

static void client_cancel(struct http_client *client, uint64_t handle)
{
    (void)client;
    (void)handle;
}

static void client_destroy(struct http_client *client)
{
    (void)client;
}

static const struct http_client_ops client_ops = { client_start, client_cancel, client_destroy };

/* ---- the world ---- */

#define MUST(call) must((call), &err, #call)
static void must(bool ok, const struct err *err, const char *what)
{
    if (!ok)
        fail_msg("%s: %s", what, err->text);
}

static void open_engine(struct world *w)
{
    static const struct tool *const tools[] = { &tool_remember, NULL };
    struct engine_config config = {
        .store = w->store,
        .spool = w->spool,
        .spool_reader = w->reader,
        .vault = w->vault,
        .client = &w->client,
        .provider = w->provider,
        .agents = w->agents,
        .tools = tools,
        .chance = &w->engine_dice,
        .public_url = str_of("https://sms.example.com"),
        .limits = { .auto_reply_enabled = true,
                    .answers_max = 100,
                    .window_ms = HOUR_MS,
                    .unknown_window_ms = 24 * HOUR_MS },
        .agent_window_ms = 1500,
        .agent_timeout_ms = 30000,
        .unknown_wait_ms = 15000,
        .absence_window_ms = 900000,
        .reply_ttl_ms = 4 * HOUR_MS,
        .sends_in_flight_max = 8,
        .turns_running_max = 8,
        .answer_segments_max = 4,
        .answer_parts_max = 3,
    };
    struct err err = { 0 };

    MUST(engine_create(&config, w->now_ms, &w->engine, &err));
}

static void add_people(struct world *w)
{
    CLEANUP(store_rollback) struct store_tx tx = { 0 };
    struct id_maker ids = { 0 };
    struct err err = { 0 };

    MUST(store_begin(w->store, &tx, &err));
    for (int i = 0; i < PEOPLE; i++) {
        struct user user = { .id = id_make(&ids, w->now_ms, &w->dice),
                             .agent_kind = str_of("echo"),
                             .agent_settings = str_of("{\"kind\":\"echo\"}"),
                             .created_ms = w->now_ms };
        struct scope scope;

        MUST(store_add_user(&tx, &user, &w->dice, &err));
        MUST(store_scope(w->store, user.id, &w->arena, &scope, &err));
        MUST(store_add_phone(&tx, &scope, arena_printf(&w->arena, "+120255501%02d", 10 + i),
                             w->now_ms, &w->dice, &err));
        w->users[i] = user.id;
    }
    MUST(store_add_number(&tx,
                          &(struct number){ .id = id_make(&ids, w->now_ms, &w->dice),
                                            .phone = str_of(OUR_NUMBER),
                                            .routing = ROUTING_BY_SENDER,
                                            .provider_handles_opt_out = true,
                                            .created_ms = w->now_ms },
                          &w->dice, &err));
    MUST(store_commit(&tx, &err));
}

static struct world *world_open(uint64_t seed)
{
    static const unsigned char key[32] = { 7 };
    struct world *w = calloc(1, sizeof(*w));
    struct store_config store = { 0 };
    char path[100];
    struct err err = { 0 };

    assert_non_null(w);
    w->client.ops = &client_ops;
    w->now_ms = INT64_C(1795000000000);
    chance_init_number(&w->dice, seed);
    chance_init_number(&w->engine_dice, seed + 1000000);
    snprintf(w->folder, sizeof(w->folder), "%s/answerback-simulation-XXXXXX",
             access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    assert_non_null(mkdtemp(w->folder));
    w->vault = vault_open_bytes(key);
    snprintf(path, sizeof(path), "%s/a.db", w->folder);
    store.path = arena_copy(&w->arena, str_of(path)).ptr;
    store.vault = w->vault;
    MUST(store_migrate(&store, w->now_ms, &w->dice, NULL, &err));
    MUST(store_open(&store, &w->store, &err));
    snprintf(path, sizeof(path), "%s/spool.db", w->folder);
    MUST(spool_open(path, w->vault, 100000, 100000000, &w->spool, &err));
    MUST(spool_reader_open(path, w->vault, &w->reader, &err));
    w->provider =
        twilio_create(&(struct twilio_config){ .account_sid = str_of(ACCOUNT),
                                               .auth_token = str_of("token"),
                                               .api_base = str_of("http://127.0.0.1:1"),
                                               .public_url = str_of("https://sms.example.com") });
    w->agents[0] = echo_create();
    add_people(w);
    open_engine(w);
    return w;
}

/* What is under way is lost with the process; its events only give their memory back. */
static void lose_answers(struct world *w)
{
    for (size_t i = 0; i < ARRAY_LEN(w->answers); i++) {
        struct answer *answer = &w->answers[i];
        struct http_result gone = { .failure = HTTP_UNKNOWN };

        if (answer->due_ms != 0)
            answer->done(answer->context, &gone);
        answer->due_ms = 0;
    }
}

static void world_close(struct world *w)
{
    char command[100];

    lose_answers(w);
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
}

static void append(struct world *w, enum spool_kind kind, struct str query, struct str body)
{
    struct spool_entry entry = { .kind = kind,
                                 .received_ms = w->now_ms,
                                 .account = str_of(ACCOUNT),
                                 .query = query,
                                 .body = body };
    struct err err = { 0 };

    MUST(spool_append(w->spool, &entry, 1, &w->dice, &err));
}

static void text_in(struct world *w, int person, int sid, const char *body)
{
    append(w, SPOOL_INBOUND, (struct str){ 0 },
           arena_printf(&w->arena,
                        "AccountSid=" ACCOUNT
                        "&MessageSid=SMaaaaaaaa%024x&From=%%2B120255501%02d&To=%%2B"
                        "12025550100&Body=%s&NumMedia=0&NumSegments=1",
                        (unsigned)sid, 10 + person, body));
}

static void step(struct world *w)
{
    struct err err = { 0 };
    int64_t next_ms;

    do {
        MUST(engine_step(w->engine, w->now_ms, &next_ms, &err));
    } while (next_ms <= w->now_ms);
}

/* Somebody texts: a number, so that the answer can be told, or a keyword. */
static void somebody_texts(struct world *w)
{
    int person = (int)chance_below(&w->dice, PEOPLE);
    int kind = (int)chance_below(&w->dice, 10);
    char body[40];
    int sid = ++w->texts;

    snprintf(body, sizeof(body), "text+%d", sid);
    text_in(w, person, sid, kind == 0 ? "STOP" : kind <= 2 ? "START" : body);
    if (happens(w, 20))
        text_in(w, person, sid, body); /* the webhook comes again */
    step(w);
    if (kind == 0)
        w->opted_out[person] = true;
    else if (kind <= 2)
        w->opted_out[person] = false;
}

static void deliver_due(struct world *w)
{
    for (size_t i = 0; i < ARRAY_LEN(w->answers); i++) {
        struct answer *answer = &w->answers[i];
        struct http_result result = { .failure = answer->failure,
                                      .status = answer->status,
                                      .body = str_of(answer->body) };

        if (answer->due_ms == 0 || answer->due_ms > w->now_ms)
            continue;
        answer->due_ms = 0;
        answer->done(answer->context, &result);
    }
    for (size_t i = 0; i < ARRAY_LEN(w->callbacks); i++) {
        struct callback *callback = &w->callbacks[i];

        if (callback->due_ms == 0 || callback->due_ms > w->now_ms)
            continue;
        callback->due_ms = 0;
        append(w, SPOOL_STATUS, arena_copy(&w->arena, str_of(callback->query)),
               arena_printf(&w->arena, "AccountSid=" ACCOUNT "&MessageSid=%s&MessageStatus=%s",
                            callback->sid, callback->status));
    }
}

static void pass_time(struct world *w, int64_t most_ms)
{
    w->now_ms += 1 + chance_below(&w->dice, most_ms);
    deliver_due(w);
    step(w);
}

static void crash(struct world *w)
{
    lose_answers(w);
    engine_destroy(w->engine);
    open_engine(w);
}

/* ---- the comparison ---- */

static size_t accepted(const struct world *w, struct str to, struct str body)
{
    size_t count = 0;

    for (size_t i = 0; i < w->create_count; i++) {
        if (str_is(to, w->creates[i].to) && str_is(body, w->creates[i].body))
            count++;
    }
    return count;
}

static void compare(struct world *w)
{
    size_t inbound = 0, accepted_total = 0;
    struct err err = { 0 };

    for (int i = 0; i < PEOPLE; i++) {
        struct str phone = arena_printf(&w->arena, "+120255501%02d", 10 + i);
        struct scope scope;
        struct message *messages;
        size_t count;

        MUST(store_scope(w->store, w->users[i], &w->arena, &scope, &err));
        MUST(store_messages_of_user(w->store, &scope, (struct id){ { 0 } }, 10000, &w->arena,
                                    &messages, &count, &err));
        for (size_t k = 0; k < count; k++) {
            const struct message *m = &messages[k];
            size_t times = accepted(w, phone, m->body);

            if (m->direction == DIRECTION_INBOUND) {
                inbound++;
                assert_int_not_equal(m->outcome, OUTCOME_PENDING);
                continue;
            }
            switch (m->status) {
            case STATUS_QUEUED:
            case STATUS_SENT:
            case STATUS_DELIVERED:
                assert_true(m->provider_sid.len > 0);
                assert_int_equal(times, 1);
                break;
            case STATUS_CANCELED: assert_int_equal(times, 0); break;
            case STATUS_UNCONFIRMED: assert_true(times <= 1); break;
            default: fail_msg("a text ended as %s", message_status_name(m->status));
            }
            accepted_total += times;
        }
    }
    assert_int_equal(inbound, w->texts);
    assert_int_equal(accepted_total, w->create_count);
}

static void lives_through(void **state)
{
    uint64_t seed = (uint64_t)(uintptr_t)*state;
    struct world *w = world_open(seed);

    w->faults = true;
    for (int i = 0; i < TEXTS; i++) {
        somebody_texts(w);
        for (int64_t rounds = chance_below(&w->dice, 6); rounds > 0; rounds--)
            pass_time(w, 4000);
        if (happens(w, 6))
            crash(w);
    }
    w->faults = false;
    for (int i = 0; i < 400; i++)
        pass_time(w, 60000);
    compare(w);
    world_close(w);
}

int main(int argc, char **argv)
{
    struct CMUnitTest tests[SEEDS];
    static char names[SEEDS][32];
    size_t only = argc > 1 ? strtoul(argv[1], NULL, 10) : 0;

    for (size_t i = 0; i < SEEDS; i++) {
        size_t seed = only > 0 ? only : i + 1;

        snprintf(names[i], sizeof(names[i]), "seed %zu", seed);
        tests[i] = (struct CMUnitTest){ names[i], lives_through, NULL, NULL, (void *)seed };
    }
    return _cmocka_run_group_tests("simulation", tests, only > 0 ? 1 : SEEDS, NULL, NULL);
}
