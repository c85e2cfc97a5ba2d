/*
 * engine_test.c - the engine in a made-up world: seeded dice, a virtual clock, a provider that
 * misbehaves.
 *
 * Real store, spool, policy, echo agent and Twilio translator; only the HTTP client is replaced, by
 * one that accepts texts into a ledger of its own and then loses, delays or falsifies its answers,
 * and every third person has an agent that is slow, fails or never answers. People text a shared
 * number and a shop's; commands send, opt out, take over and erase in the same batches; the disk
 * fills up; the engine is killed at random. After a quiet phase the ledger is compared with the
 * database. A failing seed replays: pass its number as the only argument; two arguments are the
 * first seed and how many.
 */
#include <assert.h>
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
#include "store/inside.h"
#include "tool/notes/notes.h"

#define SEEDS 60
#define SEEDS_MOST 10000
#define PEOPLE 6  /* with a user each */
#define PHONES 9  /* theirs and those of strangers */
#define NUMBERS 2 /* the shared one and the shop's */
#define TEXTS 150
#define CREATES_MOST 1000
#define HOUR_MS INT64_C(3600000)
#define MINUTE_MS INT64_C(60000)
static const char *const our_numbers[NUMBERS] = { "+12025550100", "+12025550101" };
#define ACCOUNT "AC0123456789abcdef0123456789abcdef"

/* A text that the provider accepted. */
struct create {
    char from[20], to[20], body[200], sid[40], callback[300];
    int64_t at_ms;
};

/* A text whose answer was lost, by us or with the process: it may leave out of turn. */
struct doubt {
    char body[200];
};

/* An answer on its way back to the engine. */
struct answer {
    int64_t due_ms; /* 0: free */
    http_done *done;
    void *context;
    enum http_failure failure;
    int status;
    char body[20000];
    char create[200]; /* body of the text that this is the answer to; empty for a list */
};

/* A question to the slow agent that is not answered yet. */
struct question {
    int64_t due_ms; /* 0: free */
    uint64_t handle;
    agent_done *done;
    void *context;
    struct agent_result result;
    char text[40];
};

struct deed {                   /* a command */
    struct engine_command base; /* first */
    struct world *world;
    enum deed_kind { DEED_SEND, DEED_OPT_OUT, DEED_HUMAN, DEED_AGENT, DEED_ERASE } kind;
    int person;
    char body[40];
    bool ok;
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
    struct agent slow;
    struct agent *agents[3];
    struct engine *engine;
    struct create creates[CREATES_MOST];
    size_t create_count;
    struct doubt doubts[CREATES_MOST];
    size_t doubt_count;
    struct answer answers[128];
    struct question questions[64];
    uint64_t question_count;
    struct callback callbacks[512];
    struct id users[PEOPLE], shop;
    bool erased[PEOPLE];
    /* after the last word of each that the engine has applied */
    bool opted_out[PHONES][NUMBERS], opted_out_of_all[PHONES]; /* the latter: of their own user */
    int texts, sends;
    size_t erased_texts;
    bool disk_full;
};

static bool happens(struct world *w, int per_cent)
{
    return w->faults && chance_below(&w->dice, 100) < per_cent;
}

/* ---- the provider's side ---- */

static void note_doubt(struct world *w, const char *body)
{
    assert_true(w->doubt_count < CREATES_MOST);
    snprintf(w->doubts[w->doubt_count++].body, sizeof(w->doubts[0].body), "%s", body);
}

static bool is_doubtful(const struct world *w, struct str body)
{
    for (size_t i = 0; i < w->doubt_count; i++) {
        if (str_is(body, w->doubts[i].body))
            return true;
    }
    return false;
}

static void answer_later(struct world *w, http_done *done, void *context, enum http_failure failure,
                         int status, const char *body, const char *create)
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
        snprintf(answer->create, sizeof(answer->create), "%s", create);
        if (failure == HTTP_UNKNOWN || status == 500)
            note_doubt(w, create);
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

static int phone_index_of(const char *phone)
{
    return atoi(phone + strlen(phone) - 2) - 10;
}

static int number_of(const char *phone)
{
    return strcmp(phone, our_numbers[0]) == 0 ? 0 : 1;
}

/* The engine had committed every earlier word of this person's when it started this call. */
static void check_consent(const struct world *w, const char *from, const char *to, const char *body)
{
    int phone = phone_index_of(to), number = number_of(from);

    bool out = w->opted_out[phone][number] || (number == 0 && w->opted_out_of_all[phone]);

    if (out && !strstr(body, "opted out"))
        fail_msg("\"%s\" was offered from %s to %s, who had opted out", body, from, to);
}

static struct create *accept_create(struct world *w, const struct http_call *call)
{
    struct create *create = &w->creates[w->create_count++];

    assert_true(w->create_count < CREATES_MOST);
    *create = (struct create){ .at_ms = w->now_ms };
    copy(http_param(call->body, "From", &w->arena), create->from, sizeof(create->from));
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
    char from[20], to[20], text[200], body[600];
    struct create *create;

    copy(http_param(call->body, "From", &w->arena), from, sizeof(from));
    copy(http_param(call->body, "To", &w->arena), to, sizeof(to));
    copy(http_param(call->body, "Body", &w->arena), text, sizeof(text));
    check_consent(w, from, to, text);
    if (happens(w, 10)) {
        answer_later(w, done, context, HTTP_OK, 429, "{\"code\":20429,\"status\":429}", text);
    } else if (happens(w, 5)) {
        answer_later(w, done, context, HTTP_NOT_SENT, 0, "", text);
    } else if (happens(w, 5)) {
        answer_later(w, done, context, HTTP_UNKNOWN, 0, "", text); /* lost before it was accepted */
    } else {
        create = accept_create(w, call);
        snprintf(body, sizeof(body), "{\"sid\":\"%s\",\"status\":\"queued\"}", create->sid);
        if (happens(w, 10))
            answer_later(w, done, context, HTTP_UNKNOWN, 0, "", text);
        else if (happens(w, 10))
            answer_later(w, done, context, HTTP_OK, 500, "oops", text);
        else
            answer_later(w, done, context, HTTP_OK, 201, body, text);
    }
}

static void get_list(struct world *w, const struct http_call *call, http_done *done, void *context)
{
    struct str url = call->url, path;
    CLEANUP(buf_release) struct buf out = { 0 };
    struct json_writer json = { .out = &out };
    struct str to, from;

    str_cut(&url, '?', &path);
    to = http_param(url, "To", &w->arena);
    from = http_param(url, "From", &w->arena);
    json_open_object(&json);
    json_key(&json, "messages");
    json_open_array(&json);
    for (size_t i = w->create_count; i > 0; i--) {
        const struct create *create = &w->creates[i - 1];
        time_t at = (time_t)(create->at_ms / 1000);
        struct tm tm;
        char date[64];

        if (!str_is(to, create->to) || !str_is(from, create->from))
            continue;
        gmtime_r(&at, &tm);
        strftime(date, sizeof(date), "%a, %d %b %Y %H:%M:%S +0000", &tm);
        json_open_object(&json);
        json_field_text(&json, "sid", create->sid);
        json_field_text(&json, "from", create->from);
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
        answer_later(w, done, context, HTTP_OK, 503, "down", "");
    else
        answer_later(w, done, context, HTTP_OK, 200, buf_text(&out), "");
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

/* ---- the slow agent ---- */

#define WORLD_OF(agent) ((struct world *)(void *)((char *)(agent)-offsetof(struct world, slow)))

static void answer_question(struct question *q)
{
    q->due_ms = 0;
    q->done(q->context, &q->result);
}

static uint64_t slow_start(struct agent *a, const struct agent_request *request, agent_done *done,
                           void *context)
{
    struct world *w = WORLD_OF(a);
    struct question *q = w->questions;

    while (q->due_ms != 0)
        q++;
    assert_true(q < w->questions + ARRAY_LEN(w->questions));
    assert_true(request->message_count > 0);
    *q = (struct question){ .due_ms = w->now_ms + 1 + chance_below(&w->dice, MINUTE_MS),
                            .handle = ++w->question_count,
                            .done = done,
                            .context = context };
    if (!w->faults)
        q->due_ms = w->now_ms + 1000;
    if (happens(w, 10))
        q->due_ms = INT64_MAX; /* until it is cancelled */
    if (happens(w, 20)) {
        q->result = (struct agent_result){ .verdict = AGENT_FAILED, .retry = happens(w, 50) };
    } else if (happens(w, 5)) {
        q->result = (struct agent_result){ .verdict = AGENT_SILENT };
    } else {
        snprintf(q->text, sizeof(q->text), "slow %llu", (unsigned long long)q->handle);
        q->result = (struct agent_result){ .verdict = AGENT_TEXT, .text = str_of(q->text) };
    }
    return q->handle;
}

static void slow_cancel(struct agent *a, uint64_t handle)
{
    struct world *w = WORLD_OF(a);

    for (size_t i = 0; i < ARRAY_LEN(w->questions); i++) {
        struct question *q = &w->questions[i];

        if (q->due_ms == 0 || q->handle != handle)
            continue;
        if (!happens(w, 20)) /* else the answer was on its way already */
            q->result = (struct agent_result){ .verdict = AGENT_FAILED };
        answer_question(q);
    }
}

static void slow_destroy(struct agent *a)
{
    (void)a;
}

static const struct agent_ops slow_ops = {
    .kind = "slow", .start = slow_start, .cancel = slow_cancel, .destroy = slow_destroy
};

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

static struct id add_user(struct world *w, struct store_tx *tx, struct id_maker *ids,
                          const char *kind, int phone)
{
    struct user user = { .id = id_make(ids, w->now_ms, &w->dice),
                         .agent_kind = str_of(kind),
                         .agent_settings = str_of("{}"),
                         .created_ms = w->now_ms };
    struct scope scope;
    struct err err = { 0 };

    MUST(store_add_user(tx, &user, &w->dice, &err));
    MUST(store_scope(w->store, user.id, &w->arena, &scope, &err));
    if (phone >= 0)
        MUST(store_add_phone(tx, &scope, arena_printf(&w->arena, "+120255501%02d", 10 + phone),
                             w->now_ms, &w->dice, &err));
    return user.id;
}

static void add_people(struct world *w)
{
    CLEANUP(store_rollback) struct store_tx tx = { 0 };
    struct id_maker ids = { 0 };
    struct err err = { 0 };

    MUST(store_begin(w->store, &tx, &err));
    for (int i = 0; i < PEOPLE; i++)
        w->users[i] = add_user(w, &tx, &ids, i % 3 == 0 ? "slow" : "echo", i);
    w->shop = add_user(w, &tx, &ids, "echo", -1);
    for (int i = 0; i < NUMBERS; i++)
        MUST(store_add_number(&tx,
                              &(struct number){ .id = id_make(&ids, w->now_ms, &w->dice),
                                                .phone = str_of(our_numbers[i]),
                                                .routing = (enum routing)i,
                                                .user = i == 1 ? w->shop : USER_INSTALLATION,
                                                .provider_handles_opt_out = i == 0,
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
    w->slow.ops = &slow_ops;
    w->agents[0] = echo_create();
    w->agents[1] = &w->slow;
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

        if (answer->due_ms == 0)
            continue;
        answer->done(answer->context, &gone);
        answer->due_ms = 0;
        if (answer->create[0])
            note_doubt(w, answer->create);
    }
    for (size_t i = 0; i < ARRAY_LEN(w->questions); i++) {
        if (w->questions[i].due_ms != 0)
            answer_question(&w->questions[i]);
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

static void text_in(struct world *w, int phone, int number, int sid, const char *body)
{
    append(w, SPOOL_INBOUND, (struct str){ 0 },
           arena_printf(&w->arena,
                        "AccountSid=" ACCOUNT
                        "&MessageSid=SMaaaaaaaa%024x&From=%%2B120255501%02d&To=%%2B%s"
                        "&Body=%s&NumMedia=0&NumSegments=1",
                        (unsigned)sid, 10 + phone, our_numbers[number] + 1, body));
}

static void limit_disk(struct world *w, bool full)
{
    struct err err = { 0 };

    w->disk_full = full;
    MUST(w->store->driver->ops->script(
        w->store->driver, full ? "PRAGMA max_page_count = 1" : "PRAGMA max_page_count = 1000000000",
        &err));
}

static void step(struct world *w)
{
    struct err err = { 0 };
    int64_t next_ms;
    int steps = 0;

    do {
        if (!engine_step(w->engine, w->now_ms, &next_ms, &err)) {
            if (!w->disk_full || err.kind != ERR_UNAVAILABLE)
                fail_msg("step: %s", err.text);
            w->now_ms = next_ms;
            if (chance_below(&w->dice, 3) == 0)
                limit_disk(w, false);
        }
        assert_true(++steps < 1000);
    } while (next_ms <= w->now_ms);
}

/* Somebody texts: a number, so that the answer can be told, or a keyword. Applied by a later step.
 */
static void somebody_texts(struct world *w)
{
    int phone = (int)chance_below(&w->dice, PHONES), number = chance_below(&w->dice, 4) == 0;
    int kind = (int)chance_below(&w->dice, 12);
    char body[40];
    int sid = ++w->texts;

    snprintf(body, sizeof(body), "text+%d", sid);
    text_in(w, phone, number, sid,
            kind == 0   ? "STOP"
            : kind <= 2 ? "START"
            : kind == 3 ? "HELP"
                        : body);
    if (happens(w, 20))
        text_in(w, phone, number, sid, body); /* the webhook comes again */
    if (kind == 0) {
        w->opted_out[phone][number] = true;
    } else if (kind <= 2) {
        w->opted_out[phone][number] = false;
        if (number == 0)
            w->opted_out_of_all[phone] = false;
    }
}

/* ---- commands ---- */

static size_t inbound_of(struct world *w, struct id user, struct arena *arena, struct message **ret,
                         size_t *ret_count)
{
    struct scope scope;
    size_t inbound = 0;
    struct err err = { 0 };

    MUST(store_scope(w->store, user, arena, &scope, &err));
    MUST(store_messages_of_user(w->store, &scope, (struct id){ { 0 } }, 10000, arena, ret,
                                ret_count, &err));
    for (size_t i = 0; i < *ret_count; i++)
        inbound += (*ret)[i].direction == DIRECTION_INBOUND;
    return inbound;
}

static bool take_over(struct world *w, struct deed *deed, struct engine_tx *tx,
                      const struct scope *scope, struct err *err)
{
    struct message *messages;
    size_t count;

    inbound_of(w, w->users[deed->person], tx->arena, &messages, &count);
    return count == 0 || engine_set_handled_by(
                             tx, scope, messages[0].conversation,
                             deed->kind == DEED_HUMAN ? HANDLED_BY_HUMAN : HANDLED_BY_AGENT, err);
}

static bool deed_apply(struct engine_command *command, struct engine_tx *tx, struct err *err)
{
    struct deed *deed = (struct deed *)command;
    struct world *w = deed->world;
    struct str phone = arena_printf(tx->arena, "+120255501%02d", 10 + deed->person);
    struct scope *scope = ARENA_NEW(tx->arena, struct scope);
    struct message *messages, message;
    size_t count;

    if (!store_scope(tx->tx->store, w->users[deed->person], tx->arena, scope, err))
        return false;
    switch (deed->kind) {
    case DEED_SEND:
        return engine_send_text(tx, scope, NULL, phone, str_of(deed->body), (struct str){ 0 },
                                tx->now_ms + 60000 * (deed->body[strlen(deed->body) - 1] & 1),
                                &message, err);
    case DEED_OPT_OUT:
        return engine_record_consent(tx, scope, NULL, phone, CONSENT_OPT_OUT, "api",
                                     str_of("a letter"), err);
    case DEED_HUMAN:
    case DEED_AGENT: return take_over(w, deed, tx, scope, err);
    case DEED_ERASE:
        w->erased_texts = inbound_of(w, scope->user, tx->arena, &messages, &count);
        return store_erase_user(tx->tx, scope, err);
    }
    die("a deed of kind %d", (int)deed->kind);
}

static void deed_done(struct engine_command *command, bool ok, const struct err *err)
{
    struct deed *deed = (struct deed *)command;
    struct world *w = deed->world;

    deed->ok = ok;
    if (!ok && err->kind != ERR_UNAVAILABLE && err->kind != ERR_CONFLICT &&
        err->kind != ERR_NOT_FOUND)
        fail_msg("a command failed: %s", err->text);
    if (ok && deed->kind == DEED_OPT_OUT)
        w->opted_out_of_all[deed->person] = true;
    if (ok && deed->kind == DEED_ERASE)
        w->erased[deed->person] = true;
}

static void somebody_commands(struct world *w, enum deed_kind kind)
{
    struct deed *deed = ARENA_NEW(&w->arena, struct deed);

    *deed = (struct deed){ .base = { .apply = deed_apply, .done = deed_done },
                           .world = w,
                           .kind = kind,
                           .person = (int)chance_below(&w->dice, PEOPLE) };
    snprintf(deed->body, sizeof(deed->body), "api %d", ++w->sends);
    engine_submit(w->engine, &deed->base);
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
    for (size_t i = 0; i < ARRAY_LEN(w->questions); i++) {
        if (w->questions[i].due_ms != 0 && w->questions[i].due_ms <= w->now_ms)
            answer_question(&w->questions[i]);
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
    step(w); /* commands are answered; what the step starts is lost */
    lose_answers(w);
    engine_destroy(w->engine);
    if (happens(w, 30))
        w->now_ms -= chance_below(&w->dice, MINUTE_MS); /* the clock was set right */
    open_engine(w);
}

/* ---- the comparison ---- */

/* Times it was accepted; *ret_first: its place among all. */
static size_t accepted(const struct world *w, struct str to, struct str body, size_t *ret_first)
{
    size_t count = 0;

    for (size_t i = w->create_count; i > 0; i--) {
        if (str_is(to, w->creates[i - 1].to) && str_is(body, w->creates[i - 1].body)) {
            count++;
            *ret_first = i - 1;
        }
    }
    return count;
}

/* Policy's own texts look all the same. */
static bool is_unique(struct str body)
{
    return str_starts(body, str_of("text")) || str_starts(body, str_of("api")) ||
           str_starts(body, str_of("slow"));
}

static void compare_outbound(const struct message *m, size_t times)
{
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
}

static struct str phone_of_sid(const struct world *w, struct str sid)
{
    for (size_t i = 0; i < w->create_count; i++) {
        if (str_is(sid, w->creates[i].sid))
            return str_of(w->creates[i].to);
    }
    return (struct str){ 0 };
}

/*
 * Answers of one conversation leave in turn, but for those in doubt, and those that were queued
 * before the clock was set back: they are due later than what came after them.
 */
static void compare_order(struct world *w, const struct message *messages, size_t count)
{
    for (size_t i = 0; i < count; i++) { /* newest first */
        struct str to = phone_of_sid(w, messages[i].provider_sid);
        size_t place = 0, other = 0;

        if (!str_is(messages[i].origin, "agent") || !is_unique(messages[i].body) ||
            is_doubtful(w, messages[i].body) || accepted(w, to, messages[i].body, &place) == 0)
            continue;
        for (size_t k = i + 1; k < count; k++) {
            const struct message *m = &messages[k];

            if (id_equal(m->conversation, messages[i].conversation) &&
                m->at_ms <= messages[i].at_ms && str_is(m->origin, "agent") &&
                !is_doubtful(w, m->body) && accepted(w, to, m->body, &other) > 0)
                assert_true(other < place);
        }
    }
}

/* How many texts a user has; all of them must have ended. */
static size_t compare_user(struct world *w, struct id user, struct str phone,
                           size_t *accepted_total)
{
    struct message *messages;
    size_t count, inbound = inbound_of(w, user, &w->arena, &messages, &count);

    for (size_t k = 0; k < count; k++) {
        const struct message *m = &messages[k];
        size_t times, place;

        if (m->direction == DIRECTION_INBOUND) {
            assert_int_not_equal(m->outcome, OUTCOME_PENDING);
            assert_true(m->done_ms > 0);
            continue;
        }
        if (!is_unique(m->body))
            continue;
        times =
            accepted(w, phone.len > 0 ? phone : phone_of_sid(w, m->provider_sid), m->body, &place);
        if (phone.len > 0 || m->provider_sid.len > 0)
            compare_outbound(m, times);
        *accepted_total += times;
    }
    compare_order(w, messages, count);
    return inbound;
}

static void compare(struct world *w)
{
    size_t inbound = w->erased_texts, known = 0, known_at_shop = 0, shared = 0, shop = 0;

    for (int i = 0; i < PEOPLE; i++) {
        if (!w->erased[i])
            inbound += compare_user(w, w->users[i],
                                    arena_printf(&w->arena, "+120255501%02d", 10 + i), &known);
    }
    inbound += compare_user(w, w->shop, (struct str){ 0 }, &known_at_shop);
    inbound += compare_user(w, USER_INSTALLATION, (struct str){ 0 }, &known);
    assert_int_equal(inbound, w->texts);
    for (size_t i = 0; i < w->create_count; i++) {
        int phone = phone_index_of(w->creates[i].to);
        bool to_erased = phone < PEOPLE && w->erased[phone];

        if (!is_unique(str_of(w->creates[i].body)))
            continue;
        if (number_of(w->creates[i].from) == 1)
            shop++;
        else if (!to_erased)
            shared++;
    }
    assert_int_equal(known, shared);
    assert_true(known_at_shop <= shop); /* one in doubt there does not name its phone */
}

static void live(struct world *w)
{
    for (int i = 0; i < TEXTS; i++) {
        somebody_texts(w);
        if (happens(w, 30))
            somebody_texts(w);
        if (happens(w, 20))
            somebody_commands(w, DEED_SEND);
        if (happens(w, 3))
            somebody_commands(w, DEED_OPT_OUT);
        if (happens(w, 5))
            somebody_commands(w, chance_below(&w->dice, 2) ? DEED_HUMAN : DEED_AGENT);
        if (i == TEXTS / 2)
            somebody_commands(w, DEED_ERASE);
        if (happens(w, 3))
            limit_disk(w, true);
        step(w);
        for (int64_t rounds = chance_below(&w->dice, 6); rounds > 0; rounds--)
            pass_time(w, 4000);
        if (happens(w, 6))
            crash(w);
    }
}

static void lives_through(void **state)
{
    uint64_t seed = (uint64_t)(uintptr_t)*state;
    struct world *w = world_open(seed);

    w->faults = true;
    live(w);
    w->faults = false;
    limit_disk(w, false);
    for (int i = 0; i < 400; i++)
        pass_time(w, 60000);
    compare(w);
    world_close(w);
}

int main(int argc, char **argv)
{
    static struct CMUnitTest tests[SEEDS_MOST];
    static char names[SEEDS_MOST][32];
    size_t first = argc > 1 ? strtoul(argv[1], NULL, 10) : 1;
    size_t count = argc > 2 ? strtoul(argv[2], NULL, 10) : argc > 1 ? 1 : SEEDS;

    assert(count <= SEEDS_MOST);
    for (size_t i = 0; i < count; i++) {
        snprintf(names[i], sizeof(names[i]), "seed %zu", first + i);
        tests[i] = (struct CMUnitTest){ names[i], lives_through, NULL, NULL, (void *)(first + i) };
    }
    return _cmocka_run_group_tests("simulation", tests, count, NULL, NULL);
}
