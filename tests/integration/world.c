/*
 * world.c - the parts that stand around the engine in integration tests.
 */
#include "world.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "agent/echo/echo.h"
#include "provider/twilio/twilio.h"

#define STEPS_MOST 400 /* in one settle: more is spinning */

void must(bool ok, const struct err *err, const char *what)
{
    if (!ok)
        fail_msg("%s: %s", what, err->text);
}

/* ---- the provider's side ---- */

static uint64_t client_start(struct http_client *client, const struct http_call *call,
                             http_done *done, void *context)
{
    struct world *w = (struct world *)client;
    struct call *c = &w->calls[w->call_count++];
    struct str url = http_param(call->body, "StatusCallback", &w->arena), before;

    assert_true(w->call_count < CALLS_MOST);
    str_cut(&url, '?', &before);
    *c = (struct call){ .is_list = strcmp(call->method, "GET") == 0,
                        .to = http_param(call->body, "To", &w->arena),
                        .body = http_param(call->body, "Body", &w->arena),
                        .query = url,
                        .done = done,
                        .context = context };
    c->to = arena_copy(&w->arena, c->to);
    c->body = arena_copy(&w->arena, c->body);
    c->query = arena_copy(&w->arena, c->query);
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

void answer_call(struct world *w, struct call *call, enum http_failure failure, int http_status,
                 const char *body)
{
    struct http_result result = { .failure = failure, .status = http_status, .body = str_of(body) };

    (void)w;
    assert_false(call->answered);
    call->answered = true;
    call->done(call->context, &result);
}

const char *sid_of(struct world *w, int number)
{
    return arena_printf(&w->arena, "SM%032x", (unsigned)number).ptr;
}

void accept_call(struct world *w, struct call *call, int sid)
{
    answer_call(
        w, call, HTTP_OK, 201,
        arena_printf(&w->arena, "{\"sid\":\"%s\",\"status\":\"queued\"}", sid_of(w, sid)).ptr);
}

struct call *next_call(struct world *w, bool is_list)
{
    size_t i = 0;

    while (i < w->call_count && (w->calls[i].answered || w->calls[i].is_list != is_list))
        i++;
    if (i == w->call_count)
        fail_msg("there is no open %s", is_list ? "list" : "create");
    return &w->calls[i];
}

size_t open_calls(const struct world *w)
{
    size_t count = 0;

    for (size_t i = 0; i < w->call_count; i++)
        count += !w->calls[i].answered;
    return count;
}

size_t creates(const struct world *w, const char *body)
{
    size_t count = 0;

    for (size_t i = 0; i < w->call_count; i++)
        count += !w->calls[i].is_list && (!body || str_is(w->calls[i].body, body));
    return count;
}

void accept_all(struct world *w)
{
    settle(w);
    while (open_calls(w) > 0) {
        accept_call(w, next_call(w, false), 100000 + (int)w->call_count);
        settle(w);
    }
}

/* ---- the slow agent ---- */

#define WORLD_OF(agent) ((struct world *)(void *)((char *)(agent)-offsetof(struct world, slow)))

static uint64_t slow_start(struct agent *a, const struct agent_request *request, agent_done *done,
                           void *context)
{
    struct world *w = WORLD_OF(a);
    struct question *q = &w->questions[w->question_count++];

    assert_true(w->question_count < CALLS_MOST);
    *q = (struct question){ .turn = request->turn, .done = done, .context = context };
    for (size_t i = 0; i < request->message_count; i++)
        q->new_texts += request->messages[i].is_new;
    return w->question_count;
}

static void slow_cancel(struct agent *a, uint64_t handle)
{
    struct world *w = WORLD_OF(a);
    struct question *q = &w->questions[handle - 1];

    q->cancelled = true;
    if (!q->answered)
        answer_question(w, handle - 1, AGENT_FAILED, "");
}

static void slow_destroy(struct agent *a)
{
    (void)a;
}

static const struct agent_ops slow_ops = {
    .kind = "slow", .start = slow_start, .cancel = slow_cancel, .destroy = slow_destroy
};

void answer_question(struct world *w, size_t which, enum agent_verdict verdict, const char *text)
{
    struct question *q = &w->questions[which];
    struct agent_result result = { .verdict = verdict, .text = str_of(text) };

    assert_true(which < w->question_count);
    assert_false(q->answered);
    q->answered = true;
    q->done(q->context, &result);
}

/* ---- the world ---- */

static void open_engine(struct world *w)
{
    struct err err = { 0 };

    MUST(engine_create(&w->config, w->now_ms, &w->engine, &err));
}

static void configure(struct world *w)
{
    static const struct tool *const tools[] = { NULL };

    w->config = (struct engine_config){ .store = w->store,
                                        .spool = w->spool,
                                        .spool_reader = w->reader,
                                        .vault = w->vault,
                                        .client = &w->client,
                                        .provider = w->provider,
                                        .agents = w->agents,
                                        .tools = tools,
                                        .metrics = &w->metrics,
                                        .chance = &w->engine_chance,
                                        .public_url = str_of("https://sms.example.com"),
                                        .limits = { .auto_reply_enabled = true,
                                                    .answers_max = 5,
                                                    .window_ms = 3600000,
                                                    .unknown_window_ms = 86400000 },
                                        .agent_window_ms = 1000,
                                        .agent_timeout_ms = 30000,
                                        .unknown_wait_ms = 15000,
                                        .absence_window_ms = 900000,
                                        .reply_ttl_ms = 1800000,
                                        .sends_in_flight_max = 8,
                                        .turns_running_max = 8,
                                        .answer_segments_max = 1,
                                        .answer_parts_max = 3 };
}

int world_open(void **state)
{
    static const unsigned char key[32] = { 9 };
    struct world *w = calloc(1, sizeof(*w));
    struct store_config store = { 0 };
    struct err err = { 0 };

    assert_non_null(w);
    w->client.ops = &client_ops;
    w->slow.ops = &slow_ops;
    w->now_ms = NOW_MS;
    chance_init_number(&w->chance, 1);
    chance_init_number(&w->engine_chance, 2);
    snprintf(w->folder, sizeof(w->folder), "%s/answerback-world-XXXXXX",
             access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    assert_non_null(mkdtemp(w->folder));
    snprintf(w->database, sizeof(w->database), "%s/a.db", w->folder);
    snprintf(w->spool_path, sizeof(w->spool_path), "%s/spool.db", w->folder);
    w->vault = vault_open_bytes(key);
    store = (struct store_config){ .path = w->database, .vault = w->vault };
    MUST(store_migrate(&store, NOW_MS, &w->chance, NULL, &err));
    MUST(store_open(&store, &w->store, &err));
    MUST(spool_open(w->spool_path, w->vault, 10000, 10000000, &w->spool, &err));
    MUST(spool_reader_open(w->spool_path, w->vault, &w->reader, &err));
    w->provider =
        twilio_create(&(struct twilio_config){ .account_sid = str_of(ACCOUNT),
                                               .auth_token = str_of("token"),
                                               .api_base = str_of("http://127.0.0.1:1"),
                                               .public_url = str_of("https://sms.example.com") });
    w->agents[0] = echo_create();
    w->agents[1] = &w->slow;
    configure(w);
    open_engine(w);
    add_number(w, (struct number){ .phone = str_of(SHARED), .provider_handles_opt_out = true });
    *state = w;
    return 0;
}

/* Whatever is under way is lost; its events only give their memory back. */
static void lose(struct world *w)
{
    for (size_t i = 0; i < w->call_count; i++) {
        if (!w->calls[i].answered)
            answer_call(w, &w->calls[i], HTTP_UNKNOWN, 0, "");
    }
    for (size_t i = 0; i < w->question_count; i++) {
        if (!w->questions[i].answered)
            answer_question(w, i, AGENT_FAILED, "");
    }
}

void world_restart(struct world *w)
{
    lose(w);
    engine_destroy(w->engine);
    open_engine(w);
}

int world_close(void **state)
{
    struct world *w = *state;
    char line[100];

    lose(w);
    engine_destroy(w->engine);
    w->agents[0]->ops->destroy(w->agents[0]);
    w->provider->ops->destroy(w->provider);
    spool_reader_close(w->reader);
    spool_close(w->spool);
    store_close(w->store);
    vault_close(w->vault);
    arena_release(&w->arena);
    snprintf(line, sizeof(line), "rm -r %s", w->folder);
    assert_int_equal(system(line), 0);
    free(w);
    return 0;
}

void settle(struct world *w)
{
    int64_t next_ms;
    struct err err = { 0 };

    /* An agent that answers at once does so after the step has looked into the inbox. */
    for (int i = 0, quiet = 0; i < STEPS_MOST; i++) {
        MUST(engine_step(w->engine, w->now_ms, &next_ms, &err));
        quiet = next_ms > w->now_ms ? quiet + 1 : 0;
        if (quiet == 3)
            return;
    }
    fail_msg("the engine spins");
}

void pass(struct world *w, int64_t ms)
{
    w->now_ms += ms;
    settle(w);
}

/* ---- commands ---- */

struct test_command {
    struct engine_command base; /* first */
    struct world *world;
    command_apply *apply;
    const void *context;
    bool done, ok;
    struct err err;
};

static bool apply_command(struct engine_command *base, struct engine_tx *tx, struct err *err)
{
    struct test_command *c = (struct test_command *)base;

    return c->apply(c->world, tx, c->context, err);
}

static void command_done(struct engine_command *base, bool ok, const struct err *err)
{
    struct test_command *c = (struct test_command *)base;

    c->done = true;
    c->ok = ok;
    if (!ok)
        c->err = *err;
}

static struct test_command *submit(struct world *w, command_apply *apply, const void *context)
{
    struct test_command *c = ARENA_NEW(&w->arena, struct test_command);

    *c = (struct test_command){ .base = { .apply = apply_command, .done = command_done },
                                .world = w,
                                .apply = apply,
                                .context = context };
    engine_submit(w->engine, &c->base);
    return c;
}

void command_later(struct world *w, command_apply *apply, const void *context)
{
    submit(w, apply, context);
}

bool command(struct world *w, command_apply *apply, const void *context, struct err *err)
{
    struct test_command *c = submit(w, apply, context);

    settle(w);
    assert_true(c->done);
    if (!c->ok)
        *err = c->err;
    return c->ok;
}

struct scope *scope_of(struct world *w, struct store *store, struct id user)
{
    struct scope *scope = ARENA_NEW(&w->arena, struct scope);
    struct err err = { 0 };

    MUST(store_scope(store, user, &w->arena, scope, &err));
    return scope;
}

struct new_user {
    struct user user;
    const char *phone;
};

static bool apply_user(struct world *w, struct engine_tx *tx, const void *context, struct err *err)
{
    const struct new_user *new = context;

    return store_add_user(tx->tx, &new->user, tx->chance, err) &&
           (!new->phone || store_add_phone(tx->tx, scope_of(w, tx->tx->store, new->user.id),
                                           str_of(new->phone), tx->now_ms, tx->chance, err));
}

struct id add_user(struct world *w, const char *kind, const char *phone)
{
    struct id_maker ids = { 0 };
    struct new_user new = { .user = { .id = id_make(&ids, w->now_ms, &w->chance),
                                      .agent_kind = str_of(kind),
                                      .agent_settings = str_of("{}"),
                                      .invite_code = str_of(phone ? "" : "JOIN-US"),
                                      .created_ms = w->now_ms },
                            .phone = phone };
    struct err err = { 0 };

    MUST(command(w, apply_user, &new, &err));
    return new.user.id;
}

static bool apply_number(struct world *w, struct engine_tx *tx, const void *context,
                         struct err *err)
{
    (void)w;
    return store_add_number(tx->tx, context, tx->chance, err) && engine_numbers_changed(tx, err);
}

struct id add_number(struct world *w, struct number number)
{
    struct id_maker ids = { 0 };
    struct err err = { 0 };

    number.id = id_make(&ids, w->now_ms, &w->chance);
    number.created_ms = w->now_ms;
    MUST(command(w, apply_number, &number, &err));
    return number.id;
}

/* ---- the spool ---- */

static void append(struct world *w, enum spool_kind kind, struct str query, struct str body)
{
    struct spool_entry entry = { .kind = kind,
                                 .received_ms = w->now_ms,
                                 .account = str_of(ACCOUNT),
                                 .query = query,
                                 .body = body };
    struct err err = { 0 };

    MUST(spool_append(w->spool, &entry, 1, &w->chance, &err));
}

static struct str encoded(struct world *w, const char *value)
{
    struct buf out = { 0 };
    struct str copy;

    http_encode(&out, str_of(value));
    copy = arena_copy(&w->arena, buf_view(&out));
    buf_release(&out);
    return copy;
}

void text(struct world *w, const char *from, const char *to, const char *body)
{
    append(w, SPOOL_INBOUND, (struct str){ 0 },
           arena_printf(&w->arena,
                        "AccountSid=" ACCOUNT "&MessageSid=SMaaaaaaaa%024x&From=%.*s&To=%.*s"
                        "&Body=%.*s&NumMedia=0&NumSegments=1",
                        (unsigned)++w->sids, STR_ARGS(encoded(w, from)), STR_ARGS(encoded(w, to)),
                        STR_ARGS(encoded(w, body))));
}

void status(struct world *w, struct str query, const char *sid, const char *word, int code)
{
    struct str body =
        arena_printf(&w->arena, "AccountSid=" ACCOUNT "&MessageSid=%s&MessageStatus=%s", sid, word);

    if (code != 0)
        body = arena_printf(&w->arena, "%.*s&ErrorCode=%d", STR_ARGS(body), code);
    append(w, SPOOL_STATUS, query, body);
}

/* ---- what became of it ---- */

struct message *messages_of(struct world *w, struct id user, size_t *ret_count)
{
    struct message *messages;
    struct err err = { 0 };

    MUST(store_messages_of_user(w->store, scope_of(w, w->store, user), (struct id){ { 0 } }, 1000,
                                &w->arena, &messages, ret_count, &err));
    for (size_t i = 0; i < *ret_count / 2; i++) {
        struct message swap = messages[i];

        messages[i] = messages[*ret_count - 1 - i];
        messages[*ret_count - 1 - i] = swap;
    }
    return messages;
}

static struct message find_message(struct world *w, struct id user, enum direction direction,
                                   const char *body)
{
    size_t count, found = 0, which = 0;
    struct message *messages = messages_of(w, user, &count);

    for (size_t i = 0; i < count; i++) {
        if (messages[i].direction == direction && str_is(messages[i].body, body)) {
            found++;
            which = i;
        }
    }
    if (found != 1)
        fail_msg("%zu messages \"%s\"", found, body);
    return messages[which];
}

struct message received(struct world *w, struct id user, const char *body)
{
    return find_message(w, user, DIRECTION_INBOUND, body);
}

struct message sent(struct world *w, struct id user, const char *body)
{
    return find_message(w, user, DIRECTION_OUTBOUND, body);
}

enum outcome outcome_of(struct world *w, struct id user, const char *body)
{
    return received(w, user, body).outcome;
}
