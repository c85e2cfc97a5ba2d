/*
 * web_test.c - the whole of the web over loopback: real server, store, spool and engine.
 *
 * Only the far sides are made up: a provider whose signature is a header, an agent that says
 * "hello", and an HTTP client that accepts every text. One house is built for all rows; rows do not
 * depend on each other. Nothing sleeps: what the engine does in its own time is asked for until it
 * is there.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <ftw.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "loop/clock.h"
#include "web/inside.h"

#define ADMIN_TOKEN "the-admin-token-of-this-test"
#define SHARED "+12025550100"
#define DEDICATED "+12025550111" /* Ben's */
#define ANN_PHONE "+12025550101"
#define BEN_PHONE "+12025550102"
#define GUEST "+12025550150" /* texts Ben's number */
#define ANSWER_BYTES (1 << 20)
#define PATIENCE_US INT64_C(20000000)

/* ---- the far sides ---- */

static struct str param(struct str form, const char *name, struct arena *arena)
{
    struct str value = http_param(form, name, arena);

    return value.ptr ? value : str_of("");
}

static bool fake_verify(const struct provider *p, const struct http_request *request,
                        struct err *err)
{
    (void)p;
    return str_is(http_header_find(request, "X-Signed"), "yes") ||
           err_set(err, ERR_DENIED, "no signature");
}

static bool fake_read_inbound(const struct provider *p, struct str form, struct arena *arena,
                              struct inbound_message *ret, struct err *err)
{
    struct inbound_message m = { .sid = param(form, "MessageSid", arena),
                                 .account = str_of("AC0"),
                                 .from = param(form, "From", arena),
                                 .to = param(form, "To", arena),
                                 .body = param(form, "Body", arena),
                                 .segments = 1,
                                 .fields =
                                     str_of("FromCity=Springfield&FromCity=Twice&A%20b=%22") };

    (void)p;
    if (m.from.len == 0)
        return err_set_field(err, "From", "From is missing");
    *ret = m;
    return true;
}

static bool fake_read_status(const struct provider *p, struct str form, struct arena *arena,
                             struct status_callback *ret, struct err *err)
{
    struct status_callback s = { .sid = param(form, "MessageSid", arena),
                                 .account = str_of("AC0"),
                                 .status_text = param(form, "MessageStatus", arena) };

    (void)p;
    s.known = message_status_parse(s.status_text, &s.status);
    if (s.sid.len == 0)
        return err_set_field(err, "MessageSid", "MessageSid is missing");
    *ret = s;
    return true;
}

static void fake_build_send(const struct provider *p, const struct outbound_message *message,
                            struct arena *arena, struct http_call *ret)
{
    (void)p;
    (void)arena;
    *ret =
        (struct http_call){ .method = "POST", .url = STR("http://far.side/"), .body = message->to };
}

static atomic_int sids;

static void fake_read_send(const struct provider *p, const struct http_result *result,
                           struct arena *arena, struct send_reply *ret)
{
    (void)p;
    (void)result;
    *ret = (struct send_reply){ .outcome = SENT_ACCEPTED,
                                .sid = arena_printf(arena, "SM%032d",
                                                    9000 + atomic_fetch_add(&sids, 1)),
                                .status = STATUS_QUEUED };
}

static struct provider_error fake_error(const struct provider *p, int64_t code)
{
    (void)p;
    return (struct provider_error){ .code = code, .meaning = "", .action = "" };
}

static struct http_response fake_acknowledge(const struct provider *p)
{
    (void)p;
    return (struct http_response){ .status = 200,
                                   .content_type = "text/xml",
                                   .body = STR("<Response/>") };
}

static const struct provider_ops provider_ops = {
    .name = "fake",
    .verify = fake_verify,
    .read_inbound = fake_read_inbound,
    .read_status = fake_read_status,
    .build_send = fake_build_send,
    .read_send = fake_read_send,
    .error_by_code = fake_error,
    .acknowledge = fake_acknowledge,
};

static bool fake_check(const struct agent *a, json_t *settings, struct err *err)
{
    static const char *const known[] = { "kind", "words", NULL };
    struct str words = { 0 };

    (void)a;
    return json_check_keys(settings, known, err) &&
           json_get_str(settings, "words", false, &words, err);
}

static uint64_t fake_start(struct agent *a, const struct agent_request *request, agent_done *done,
                           void *context)
{
    (void)a;
    (void)request;
    done(context, &(struct agent_result){ .verdict = AGENT_TEXT, .text = STR("hello") });
    return 0;
}

static void fake_agent_cancel(struct agent *a, uint64_t handle)
{
    (void)a;
    (void)handle;
}

static const struct agent_ops agent_ops = {
    .kind = "rule", .check = fake_check, .start = fake_start, .cancel = fake_agent_cancel
};

static uint64_t far_start(struct http_client *client, const struct http_call *call, http_done *done,
                          void *context)
{
    (void)client;
    (void)call;
    done(context, &(struct http_result){ .failure = HTTP_OK, .status = 201 });
    return 1;
}

static void far_cancel(struct http_client *client, uint64_t handle)
{
    (void)client;
    (void)handle;
}

static const struct http_client_ops client_ops = { .start = far_start, .cancel = far_cancel };

/* ---- the house ---- */

struct options {
    bool no_provider, admin_listen, full;
};

struct name {
    const char *name;
    char value[ID_TEXT_BYTES + 16];
};

struct house {
    char folder[64], socket[96];
    struct vault *vault;
    struct store *writer, *reader;
    struct spool *spool;
    struct spool_reader *spool_reader;
    struct provider provider;
    struct agent agent, *agents[2];
    const struct tool *tools[1];
    struct http_client client;
    struct chance chance;
    struct metrics metrics;
    struct log log;
    struct config config;
    struct engine *engine;
    pthread_t engine_thread;
    struct web *web;
    struct name names[24];
    size_t name_count;
    char ann_token[64], ben_token[64];
    char answer[ANSWER_BYTES];
};

static void must(bool ok, const struct err *err)
{
    if (!ok)
        fail_msg("%s", err->text);
}

static const char *in_folder(const struct house *h, const char *file, char path[128])
{
    snprintf(path, 128, "%s/%s", h->folder, file);
    return path;
}

static void open_files(struct house *h, const struct options *options)
{
    static const unsigned char key[32] = { 42 };
    struct store_config config = { .log = &h->log };
    struct err err = { 0 };
    char path[128];

    snprintf(h->folder, sizeof(h->folder), "/tmp/answerback-web-XXXXXX");
    assert_non_null(mkdtemp(h->folder));
    in_folder(h, "log", path);
    h->log =
        (struct log){ .least = LOG_DEBUG, .fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600) };
    h->vault = vault_open_bytes(key);
    config.vault = h->vault;
    config.path = in_folder(h, "answerback.db", path);
    must(store_migrate(&config, clock_now_ms(), &h->chance, NULL, &err), &err);
    must(store_open(&config, &h->writer, &err), &err);
    config.read_only = true;
    must(store_open(&config, &h->reader, &err), &err);
    in_folder(h, "spool.db", path);
    must(spool_open(path, h->vault, options->full ? 0 : 1000, 1 << 24, &h->spool, &err), &err);
    must(spool_reader_open(path, h->vault, &h->spool_reader, &err), &err);
}

static void *run_engine(void *engine)
{
    engine_run(engine);
    return NULL;
}

static void start_engine(struct house *h, const struct policy_limits *limits)
{
    struct err err = { 0 };
    struct engine_config config = { .store = h->writer,
                                    .spool = h->spool,
                                    .spool_reader = h->spool_reader,
                                    .vault = h->vault,
                                    .client = &h->client,
                                    .provider = &h->provider,
                                    .agents = h->agents,
                                    .tools = h->tools,
                                    .log = &h->log,
                                    .metrics = &h->metrics,
                                    .chance = &h->chance,
                                    .public_url = STR("http://public.example"),
                                    .limits = *limits,
                                    .agent_timeout_ms = 1000,
                                    .unknown_wait_ms = 1000,
                                    .absence_window_ms = 1000,
                                    .reply_ttl_ms = 100000,
                                    .sends_in_flight_max = 8,
                                    .turns_running_max = 8,
                                    .answer_segments_max = 8,
                                    .answer_parts_max = 2 };

    must(engine_create(&config, clock_now_ms(), &h->engine, &err), &err);
    assert_int_equal(pthread_create(&h->engine_thread, NULL, run_engine, h->engine), 0);
}

static struct house *house_open(const struct options *options)
{
    struct house *h = calloc(1, sizeof(*h));
    struct policy_limits limits = { .auto_reply_enabled = true,
                                    .answers_max = 100,
                                    .window_ms = 3600000,
                                    .unknown_window_ms = 86400000 };
    struct web_config config = { .config = &h->config, .limits = limits, .log = &h->log };
    struct err err = { 0 };

    clock_chance(&h->chance);
    open_files(h, options);
    h->provider.ops = &provider_ops;
    h->agent.ops = &agent_ops;
    h->agents[0] = &h->agent;
    h->client.ops = &client_ops;
    start_engine(h, &limits);
    h->config.listen = str_of("127.0.0.1:0");
    h->config.admin_token = str_of(ADMIN_TOKEN);
    h->config.api_base = str_of("https://api.example");
    if (options->admin_listen)
        h->config.admin_listen = str_of("127.0.0.1:0");
    snprintf(h->socket, sizeof(h->socket), "%s/admin.sock", h->folder);
    config.spool = h->spool;
    config.provider = options->no_provider ? NULL : &h->provider;
    config.engine = h->engine;
    config.vault = h->vault;
    config.reader = h->reader;
    config.admin_socket_path = h->socket;
    config.metrics = &h->metrics;
    must(web_create(&config, &h->web, &err), &err);
    web_start(h->web);
    return h;
}

static int remove_entry(const char *path, const struct stat *st, int kind, struct FTW *where)
{
    (void)st;
    (void)kind;
    (void)where;
    return remove(path);
}

static void house_close(struct house *h)
{
    web_stop(h->web, 2000);
    engine_stop(h->engine, 2000);
    pthread_join(h->engine_thread, NULL);
    web_destroy(h->web);
    engine_destroy(h->engine);
    spool_reader_close(h->spool_reader);
    spool_close(h->spool);
    store_close(h->reader);
    store_close(h->writer);
    vault_close(h->vault);
    close(h->log.fd);
    nftw(h->folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
    free(h);
}

/* ---- asking ---- */

enum who { NOBODY, ADMIN, ANN, BEN, STRANGER };

static int dial(const struct house *h, int port)
{
    struct sockaddr_in tcp = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
    struct sockaddr_un local = { .sun_family = AF_UNIX };
    struct timeval patience = { .tv_sec = 20 };
    int fd = socket(port > 0 ? AF_INET : AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    tcp.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    snprintf(local.sun_path, sizeof(local.sun_path), "%s", h->socket);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    if (port > 0)
        assert_int_equal(connect(fd, (struct sockaddr *)&tcp, sizeof(tcp)), 0);
    else
        assert_int_equal(connect(fd, (struct sockaddr *)&local, sizeof(local)), 0);
    return fd;
}

/* Send it all, read to the end; the whole answer is in h->answer. Returns the status. */
static int exchange(struct house *h, int port, struct str request)
{
    size_t len = 0;
    ssize_t got = 1;
    int fd = dial(h, port), status = 0;

    /* A server that refuses early may close before it has read everything. */
    for (size_t sent = 0; sent < request.len && got > 0; sent += (size_t)got)
        got = send(fd, request.ptr + sent, request.len - sent, MSG_NOSIGNAL);
    do {
        got = recv(fd, h->answer + len, ANSWER_BYTES - 1 - len, 0);
        len += got > 0 ? (size_t)got : 0;
    } while (got > 0);
    h->answer[len] = '\0';
    close(fd);
    assert_int_equal(sscanf(h->answer, "HTTP/1.1 %d", &status), 1);
    return status;
}

static const char *token_of(const struct house *h, enum who who)
{
    switch (who) {
    case ADMIN: return ADMIN_TOKEN;
    case ANN: return h->ann_token;
    case BEN: return h->ben_token;
    case STRANGER: return "ab_0000000000000000000000000000000000000000000";
    case NOBODY: break;
    }
    return NULL;
}

/* "{ann}" becomes what that name stands for. */
static void add_named(const struct house *h, struct buf *out, const char *text)
{
    for (; *text; text++) {
        size_t i = 0;

        while (i < h->name_count && strncmp(text, h->names[i].name, strlen(h->names[i].name)) != 0)
            i++;
        if (i == h->name_count) {
            buf_add_char(out, *text);
            continue;
        }
        buf_add_text(out, h->names[i].value);
        text += strlen(h->names[i].name) - 1;
    }
}

/* headers: further lines, each with its CRLF; NULL for none. body: NULL for none. */
static int ask_port(struct house *h, int port, enum who who, const char *method, const char *path,
                    const char *headers, const char *body)
{
    CLEANUP(buf_release) struct buf request = { 0 }, text = { 0 };
    const char *token = token_of(h, who);

    buf_addf(&request, "%s ", method);
    add_named(h, &request, path);
    buf_add_text(&request, " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n");
    if (token)
        buf_addf(&request, "Authorization: Bearer %s\r\n", token);
    if (headers)
        add_named(h, &request, headers);
    if (body) {
        add_named(h, &text, body);
        if (!headers || !strstr(headers, "Content-Type"))
            buf_add_text(&request, "Content-Type: application/json\r\n");
        buf_addf(&request, "Content-Length: %zu\r\n", text.len);
    }
    buf_add_text(&request, "\r\n");
    buf_add(&request, buf_view(&text));
    return exchange(h, port, buf_view(&request));
}

static int ask(struct house *h, enum who who, const char *method, const char *path,
               const char *body)
{
    return ask_port(h, web_port(h->web), who, method, path, NULL, body);
}

static const char *answer_body(const struct house *h)
{
    const char *end = strstr(h->answer, "\r\n\r\n");

    return end ? end + 4 : "";
}

static json_t *answer_json(const struct house *h)
{
    struct err err = { 0 };
    json_t *json = json_read(str_of(answer_body(h)), &err);

    if (!json)
        fail_msg("%s: %s", err.text, h->answer);
    return json;
}

/* A member of the answer by a path such as "why/outcome" or "data/0/id"; "" when absent or null. */
static const char *answer_at(struct house *h, const char *path, char value[256])
{
    json_t *json = answer_json(h), *at = json;
    struct str rest = str_of(path), part;
    char key[64];

    while (at && str_cut(&rest, '/', &part)) {
        snprintf(key, sizeof(key), "%.*s", STR_ARGS(part));
        at = json_is_array(at) ? json_array_get(at, strtoul(key, NULL, 10))
                               : json_object_get(at, key);
    }
    value[0] = '\0';
    if (json_is_string(at))
        snprintf(value, 256, "%s", json_string_value(at));
    else if (json_is_integer(at))
        snprintf(value, 256, "%lld", (long long)json_integer_value(at));
    else if (json_is_boolean(at))
        snprintf(value, 256, "%s", json_is_true(at) ? "true" : "false");
    json_decref(json);
    return value;
}

static void expect(struct house *h, int status, int want)
{
    if (status != want)
        fail_msg("%d instead of %d: %s", status, want, h->answer);
}

static void expect_at(struct house *h, const char *path, const char *want)
{
    char value[256];

    if (strcmp(answer_at(h, path, value), want) != 0)
        fail_msg("%s is \"%s\" instead of \"%s\": %s", path, value, want, h->answer);
}

static void name_it(struct house *h, const char *name, const char *value)
{
    struct name *n = &h->names[h->name_count++];

    assert_true(h->name_count <= ARRAY_LEN(h->names));
    n->name = name;
    snprintf(n->value, sizeof(n->value), "%s", value);
}

/* ---- what is in the house ---- */

static int text_in(struct house *h, const char *sid, const char *from, const char *to,
                   const char *body)
{
    CLEANUP(buf_release) struct buf form = { 0 };

    buf_addf(&form, "MessageSid=%s&From=%%2B%s&To=%%2B%s&Body=%s", sid, from + 1, to + 1, body);
    return ask_port(h, web_port(h->web), NOBODY, "POST", "/sms-router/webhook/sms",
                    "X-Signed: yes\r\nContent-Type: application/x-www-form-urlencoded\r\n",
                    buf_text(&form));
}

/* Ask until the answer has `want` there: the engine works in its own time. */
static void wait_for(struct house *h, const char *path, const char *at, const char *want)
{
    int64_t end_us = clock_mono_us() + PATIENCE_US;
    char value[256];

    do {
        int status = ask(h, ADMIN, "GET", path, NULL);

        if (status == 200 && strcmp(answer_at(h, at, value), want) == 0)
            return;
        sched_yield();
    } while (clock_mono_us() < end_us);
    fail_msg("%s of %s never became %s: %s", at, path, want, h->answer);
}

struct fact_command {
    struct engine_command command;
    struct mailbox done;
    struct letter letter;
    struct fact fact;
};

static bool add_fact(struct engine_command *command, struct engine_tx *tx, struct err *err)
{
    struct fact_command *c = (struct fact_command *)command;
    struct scope scope;

    c->fact.id = engine_new_id(tx);
    c->fact.contact = c->fact.id;
    c->fact.text = str_of("likes rye");
    return store_scope(tx->tx->store, c->fact.user, tx->arena, &scope, err) &&
           store_add_fact(tx->tx, &scope, &c->fact, tx->chance, err);
}

static void fact_added(struct engine_command *command, bool ok, const struct err *err)
{
    struct fact_command *c = (struct fact_command *)command;

    must(ok, err);
    mailbox_put(&c->done, &c->letter);
}

static void furnish_fact(struct house *h, const char *name, const char *user)
{
    struct fact_command c = { .command = { .apply = add_fact, .done = fact_added } };
    char text[ID_TEXT_BYTES];

    assert_true(id_parse(ID_USER, str_of(user), &c.fact.user));
    mailbox_init(&c.done);
    engine_submit(h->engine, &c.command);
    while (!mailbox_take(&c.done))
        mailbox_wait(&c.done, -1);
    mailbox_release(&c.done);
    name_it(h, name, id_format(ID_FACT, c.fact.id, text).ptr);
}

static void furnish_user(struct house *h, const char *name, const char *token_name,
                         const char *fact_name, const char *body, char token[64])
{
    char value[256], user[64];

    expect(h, ask(h, ADMIN, "POST", "/v1/users", body), 201);
    snprintf(user, sizeof(user), "%s", answer_at(h, "id", value));
    name_it(h, name, user);
    snprintf(value, sizeof(value), "{\"name\":\"t\",\"user\":\"%s\"}", user);
    expect(h, ask(h, ADMIN, "POST", "/v1/tokens", value), 201);
    name_it(h, token_name, answer_at(h, "id", value));
    snprintf(token, 64, "%s", answer_at(h, "token", value));
    furnish_fact(h, fact_name, user);
}

static void furnish_conversation(struct house *h, const char *conversation, const char *message,
                                 const char *sid)
{
    char value[256], path[128];

    snprintf(path, sizeof(path), "/v1/messages/%s", sid);
    wait_for(h, path, "why/outcome", "answered");
    name_it(h, message, answer_at(h, "id", value));
    name_it(h, conversation, answer_at(h, "conversation", value));
}

#define ANN_SID "SM00000000000000000000000000000001"
#define BEN_SID "SM00000000000000000000000000000002"

static int furnish(void **state)
{
    struct house *h = house_open(&(struct options){ 0 });
    char value[256];

    *state = h;
    furnish_user(h, "{ann}", "{ann-token}", "{ann-fact}",
                 "{\"name\":\"Ann\",\"phones\":[\"" ANN_PHONE "\"]}", h->ann_token);
    furnish_user(h, "{ben}", "{ben-token}", "{ben-fact}",
                 "{\"name\":\"Ben\",\"phones\":[\"(202) 555-0102\"],\"invite_code\":\"rye-bread\"}",
                 h->ben_token);
    expect(h,
           ask(h, ADMIN, "POST", "/v1/numbers",
               "{\"phone\":\"" SHARED "\",\"routing\":\"by_sender\"}"),
           201);
    name_it(h, "{shared}", answer_at(h, "id", value));
    expect(h,
           ask(h, ADMIN, "POST", "/v1/numbers",
               "{\"phone\":\"" DEDICATED "\",\"routing\":\"by_number\",\"user\":\"{ben}\"}"),
           201);
    name_it(h, "{bakery}", answer_at(h, "id", value));
    assert_int_equal(text_in(h, ANN_SID, ANN_PHONE, SHARED, "hi+from+Ann"), 200);
    assert_int_equal(text_in(h, BEN_SID, GUEST, DEDICATED, "hi+from+a+guest"), 200);
    furnish_conversation(h, "{ann-conversation}", "{ann-message}", ANN_SID);
    furnish_conversation(h, "{ben-conversation}", "{ben-message}", BEN_SID);
    return 0;
}

static int clear_out(void **state)
{
    house_close(*state);
    return 0;
}

/* ---- one request, one answer ---- */

static const struct api_case {
    const char *name;
    enum who who;
    const char *method, *path, *body;
    int want;
    const char *field; /* named by the problem; NULL: none is asked for */
} api_cases[] = {
    /* who may */
    { "no token", NOBODY, "GET", "/v1/users", NULL, 401, NULL },
    { "an unknown token", STRANGER, "GET", "/v1/users", NULL, 401, NULL },
    { "a token in the URL", NOBODY, "GET", "/v1/users?access_token=" ADMIN_TOKEN, NULL, 401, NULL },
    { "users are made by admins", ANN, "POST", "/v1/users", "{}", 403, NULL },
    { "users are erased by admins", ANN, "DELETE", "/v1/users/{ann}", NULL, 403, NULL },
    { "phones are given by admins", ANN, "POST", "/v1/users/{ann}/phones", "{}", 403, NULL },
    { "numbers are made by admins", ANN, "POST", "/v1/numbers", "{}", 403, NULL },
    { "a user may not lift a suspension", ANN, "PATCH", "/v1/users/{ann}", "{\"suspended\":false}",
      403, NULL },
    { "metrics from this machine", NOBODY, "GET", "/metrics", NULL, 200, NULL },
    /* what there is */
    { "no such path", ADMIN, "GET", "/v1/nothing", NULL, 404, NULL },
    { "a path that has other methods", ADMIN, "PUT", "/v1/users", "{}", 405, NULL },
    { "alive", NOBODY, "GET", "/healthz", NULL, 200, NULL },
    { "ready", NOBODY, "GET", "/readyz", NULL, 200, NULL },
    { "the installation is no user", ADMIN, "GET", "/v1/users/usr_00000000000000000000000000000000",
      NULL, 404, NULL },
    { "another kind's id", ADMIN, "GET", "/v1/users/{shared}", NULL, 404, NULL },
    { "an id in capitals", ADMIN, "GET", "/v1/messages/MSG_0", NULL, 404, NULL },
    /* lists */
    { "limit 0", ADMIN, "GET", "/v1/users?limit=0", NULL, 400, "limit" },
    { "limit 201", ADMIN, "GET", "/v1/users?limit=201", NULL, 400, "limit" },
    { "limit of no number", ADMIN, "GET", "/v1/users?limit=many", NULL, 400, "limit" },
    { "a forged cursor", ADMIN, "GET",
      "/v1/users?cursor=0000000000000000000000000000000000000000000000000000000000000000", NULL,
      400, "cursor" },
    { "a parameter that it does not have", ADMIN, "GET", "/v1/users?color=red", NULL, 400,
      "color" },
    { "a broken escape in the query", ADMIN, "GET", "/v1/users?limit=%2", NULL, 400, NULL },
    { "a broken escape in the path", ADMIN, "GET", "/v1/users/%zz", NULL, 400, NULL },
    { "numbers", ANN, "GET", "/v1/numbers", NULL, 200, NULL },
    { "users", ANN, "GET", "/v1/users", NULL, 200, NULL },
    { "conversations", ANN, "GET", "/v1/conversations", NULL, 200, NULL },
    { "everybody's conversations", ADMIN, "GET", "/v1/conversations", NULL, 200, NULL },
    { "everybody's messages", ADMIN, "GET", "/v1/messages", NULL, 200, NULL },
    { "a user's messages", ADMIN, "GET", "/v1/messages?user={ann}", NULL, 200, NULL },
    { "tokens", ANN, "GET", "/v1/tokens", NULL, 200, NULL },
    /* bodies */
    { "no JSON", ADMIN, "POST", "/v1/users", "name=Ann", 400, NULL },
    { "half a JSON", ADMIN, "POST", "/v1/users", "{\"name\":", 400, NULL },
    { "a list", ADMIN, "POST", "/v1/users", "[]", 400, NULL },
    { "an empty body", ADMIN, "POST", "/v1/users", "", 400, NULL },
    { "a doubled key", ADMIN, "POST", "/v1/users", "{\"name\":\"a\",\"name\":\"b\"}", 400, NULL },
    { "bytes that are no UTF-8", ADMIN, "POST", "/v1/users", "{\"name\":\"\xC3\x28\"}", 400, NULL },
    { "a body where none is taken", ADMIN, "GET", "/v1/users", "{}", 413, NULL },
    /* users */
    { "an unknown field", ADMIN, "POST", "/v1/users", "{\"nmae\":\"Ann\"}", 400, "nmae" },
    { "a name that is a number", ADMIN, "POST", "/v1/users", "{\"name\":7}", 400, "name" },
    { "a name on two lines", ADMIN, "POST", "/v1/users", "{\"name\":\"a\\nb\"}", 400, "name" },
    { "a name with a NUL", ADMIN, "POST", "/v1/users", "{\"name\":\"a\\u0000b\"}", 400, "name" },
    { "a phone that is none", ADMIN, "POST", "/v1/users", "{\"phones\":[\"hello\"]}", 400,
      "phones[0]" },
    { "a second phone that is none", ADMIN, "POST", "/v1/users",
      "{\"phones\":[\"+12025550177\",\"12\"]}", 400, "phones[1]" },
    { "a phone twice", ADMIN, "POST", "/v1/users",
      "{\"phones\":[\"+12025550177\",\"(202) 555-0177\"]}", 400, "phones[1]" },
    { "a phone that is a number", ADMIN, "POST", "/v1/users", "{\"phones\":[12025550177]}", 400,
      "phones[0]" },
    { "somebody's phone", ADMIN, "POST", "/v1/users", "{\"phones\":[\"" ANN_PHONE "\"]}", 409,
      NULL },
    { "somebody's invite code", ADMIN, "POST", "/v1/users", "{\"invite_code\":\"Rye-Bread\"}", 409,
      NULL },
    { "an invite code of three letters", ADMIN, "POST", "/v1/users", "{\"invite_code\":\"abc\"}",
      400, "invite_code" },
    { "an invite code that is a keyword", ADMIN, "POST", "/v1/users", "{\"invite_code\":\"stop\"}",
      400, "invite_code" },
    { "a time zone that is none", ADMIN, "POST", "/v1/users", "{\"timezone\":\"Mars/Olympus\"}",
      400, "timezone" },
    { "negative retention", ADMIN, "POST", "/v1/users", "{\"retention_days\":-1}", 400,
      "retention_days" },
    { "no such agent", ADMIN, "POST", "/v1/users", "{\"agent\":{\"kind\":\"oracle\"}}", 400,
      "agent.kind" },
    { "an agent without kind", ADMIN, "POST", "/v1/users", "{\"agent\":{}}", 400, "agent.kind" },
    { "agent settings of a wrong type", ADMIN, "POST", "/v1/users",
      "{\"agent\":{\"kind\":\"rule\",\"words\":1}}", 400, "agent.words" },
    { "the same, by PUT", ANN, "PUT", "/v1/users/{ann}/agent", "{\"kind\":\"rule\",\"words\":1}",
      400, "words" },
    { "agent settings", ANN, "PUT", "/v1/users/{ann}/agent", "{\"kind\":\"rule\",\"words\":\"w\"}",
      200, NULL },
    { "phones are not patched", ADMIN, "PATCH", "/v1/users/{ann}", "{\"phones\":[]}", 400,
      "phones" },
    { "a phone that the user does not have", ADMIN, "DELETE",
      "/v1/users/{ann}/phones/%2B12025550199", NULL, 404, NULL },
    /* lists of phones */
    { "no phone", ANN, "POST", "/v1/users/{ann}/allowlist", "{}", 400, "phone" },
    { "not on the allowlist", ANN, "DELETE", "/v1/users/{ann}/allowlist/%2B12025550199", NULL, 404,
      NULL },
    { "an opt-out without evidence", ANN, "POST", "/v1/users/{ann}/opt-outs",
      "{\"phone\":\"+12025550160\"}", 400, "evidence" },
    { "an opt-out of no number", ANN, "POST", "/v1/users/{ann}/opt-outs",
      "{\"phone\":\"+12025550160\",\"evidence\":\"e\",\"number\":\"num_0\"}", 400, "number" },
    { "an opt-out of another's number", ANN, "POST", "/v1/users/{ann}/opt-outs",
      "{\"phone\":\"+12025550160\",\"evidence\":\"e\",\"number\":\"{bakery}\"}", 400, "number" },
    { "an opt-out of a number that others share", ANN, "POST", "/v1/users/{ann}/opt-outs",
      "{\"phone\":\"+12025550160\",\"evidence\":\"e\",\"number\":\"{shared}\"}", 400, "number" },
    { "the same, by an admin", ADMIN, "POST", "/v1/users/{ann}/opt-outs",
      "{\"phone\":\"+12025550165\",\"evidence\":\"e\",\"number\":\"{shared}\"}", 201, NULL },
    { "a consent without evidence", ANN, "DELETE", "/v1/users/{ann}/opt-outs/%2B12025550160", NULL,
      400, "evidence" },
    { "a consent of somebody who is not out", ANN, "DELETE",
      "/v1/users/{ann}/opt-outs/%2B12025550161?evidence=letter", NULL, 404, NULL },
    /* numbers */
    { "a number without phone", ADMIN, "POST", "/v1/numbers", "{}", 400, "phone" },
    { "a dedicated number without user", ADMIN, "POST", "/v1/numbers",
      "{\"phone\":\"+12025550120\",\"routing\":\"by_number\"}", 400, "user" },
    { "a dedicated number of nobody", ADMIN, "POST", "/v1/numbers",
      "{\"phone\":\"+12025550120\",\"routing\":\"by_number\",\"user\":\"usr_0\"}", 400, "user" },
    { "a shared number with a user", ADMIN, "POST", "/v1/numbers",
      "{\"phone\":\"+12025550120\",\"routing\":\"by_sender\",\"user\":\"{ann}\"}", 400, "user" },
    { "a routing that is none", ADMIN, "POST", "/v1/numbers",
      "{\"phone\":\"+12025550120\",\"routing\":\"by_magic\"}", 400, "routing" },
    { "a reply without text", ADMIN, "POST", "/v1/numbers",
      "{\"phone\":\"+12025550120\",\"unknown_sender\":{\"policy\":\"reply\"}}", 400,
      "unknown_sender.text" },
    { "a default user that is missing", ADMIN, "POST", "/v1/numbers",
      "{\"phone\":\"+12025550120\",\"unknown_sender\":{\"policy\":\"user\"}}", 400,
      "unknown_sender.user" },
    { "a number that is there", ADMIN, "POST", "/v1/numbers", "{\"phone\":\"" SHARED "\"}", 409,
      NULL },
    { "a region that is none", ADMIN, "POST", "/v1/numbers",
      "{\"phone\":\"+12025550120\",\"region\":\"USA\"}", 400, "region" },
    { "a phone is not patched", ADMIN, "PATCH", "/v1/numbers/{shared}",
      "{\"phone\":\"+12025550121\"}", 400, "phone" },
    { "a number with conversations stays", ADMIN, "DELETE", "/v1/numbers/{bakery}", NULL, 409,
      NULL },
    /* conversations */
    { "handled by nobody we know", ANN, "PATCH", "/v1/conversations/{ann-conversation}",
      "{\"handled_by\":\"cat\"}", 400, "handled_by" },
    { "nothing to change", ANN, "PATCH", "/v1/conversations/{ann-conversation}", "{}", 400,
      "handled_by" },
    /* messages */
    { "an admin's message without user", ADMIN, "POST", "/v1/messages",
      "{\"to\":\"+12025550160\",\"body\":\"x\"}", 400, "user" },
    { "no to", ANN, "POST", "/v1/messages", "{\"body\":\"x\"}", 400, "to" },
    { "to a name", ANN, "POST", "/v1/messages", "{\"to\":\"PIZZA\",\"body\":\"x\"}", 400, "to" },
    { "no body", ANN, "POST", "/v1/messages", "{\"to\":\"+12025550160\"}", 400, "body" },
    { "a body of blanks", ANN, "POST", "/v1/messages",
      "{\"to\":\"+12025550160\",\"body\":\"  \\n\"}", 400, "body" },
    { "a body with a NUL", ANN, "POST", "/v1/messages",
      "{\"to\":\"+12025550160\",\"body\":\"a\\u0000\"}", 400, "body" },
    { "from a number that is not ours", ANN, "POST", "/v1/messages",
      "{\"to\":\"+12025550160\",\"body\":\"x\",\"from\":\"+12025550190\"}", 400, "from" },
    { "from another user's number", ANN, "POST", "/v1/messages",
      "{\"to\":\"+12025550160\",\"body\":\"x\",\"from\":\"" DEDICATED "\"}", 400, "from" },
    { "media by http", ANN, "POST", "/v1/messages",
      "{\"to\":\"+12025550160\",\"body\":\"x\",\"media_urls\":[\"http://a.example/1\"]}", 400,
      "media_urls[0]" },
    { "media by file", ANN, "POST", "/v1/messages",
      "{\"to\":\"+12025550160\",\"body\":\"x\",\"media_urls\":[\"https://a.example/1\",\"file:///"
      "x\"]}",
      400, "media_urls[1]" },
    { "eleven media", ANN, "POST", "/v1/messages",
      "{\"to\":\"+12025550160\",\"body\":\"x\",\"media_urls\":[\"https://a\",\"https://"
      "a\",\"https://a\","
      "\"https://a\",\"https://a\",\"https://a\",\"https://a\",\"https://a\",\"https://"
      "a\",\"https://a\","
      "\"https://a\"]}",
      400, "media_urls" },
    { "a time that is none", ANN, "POST", "/v1/messages",
      "{\"to\":\"+12025550160\",\"body\":\"x\",\"send_at\":\"tomorrow\"}", 400, "send_at" },
    { "a time that is over", ANN, "POST", "/v1/messages",
      "{\"to\":\"+12025550160\",\"body\":\"x\",\"send_at\":\"2001-01-01T00:00:00Z\"}", 400,
      "send_at" },
    { "for another user", ANN, "POST", "/v1/messages",
      "{\"user\":\"{ben}\",\"to\":\"+12025550160\",\"body\":\"x\"}", 404, NULL },
    { "of another user", ANN, "GET", "/v1/messages?user={ben}", NULL, 404, NULL },
    /* explain, usage, tokens */
    { "explain without from", ADMIN, "POST", "/v1/explain",
      "{\"to\":\"" SHARED "\",\"body\":\"x\"}", 400, "from" },
    { "explain what would be another's", ANN, "POST", "/v1/explain",
      "{\"from\":\"" GUEST "\",\"to\":\"" DEDICATED "\",\"body\":\"x\"}", 404, NULL },
    { "explain what would be nobody's", ANN, "POST", "/v1/explain",
      "{\"from\":\"+12025550163\",\"to\":\"" SHARED "\",\"body\":\"x\"}", 404, NULL },
    { "days that are none", ADMIN, "GET", "/v1/usage?from=yesterday", NULL, 400, "from" },
    { "days back to front", ADMIN, "GET", "/v1/usage?from=2026-11-02&to=2026-11-01", NULL, 400,
      "from" },
    { "a hundred years", ADMIN, "GET", "/v1/usage?from=1980-01-01&to=2080-01-01", NULL, 400,
      "from" },
    { "usage of all", ADMIN, "GET", "/v1/usage", NULL, 200, NULL },
    { "usage of one", ANN, "GET", "/v1/usage", NULL, 200, NULL },
    { "a token for another user", ANN, "POST", "/v1/tokens", "{\"user\":\"{ben}\"}", 404, NULL },
    { "a token for nobody", ADMIN, "POST", "/v1/tokens", "{\"user\":\"usr_1\"}", 404, NULL },
};

struct row {
    const void *c;
    struct house **house;
};

static void answers(void **state)
{
    const struct row *row = *state;
    const struct api_case *c = row->c;
    struct house *h = *row->house;

    expect(h, ask(h, c->who, c->method, c->path, c->body), c->want);
    if (c->field)
        expect_at(h, "field", c->field);
    if (c->want >= 400)
        assert_non_null(strstr(h->answer, "application/problem+json"));
    if (c->want == 405)
        assert_non_null(strstr(h->answer, "Allow: GET, POST\r\n"));
    if (c->want == 401)
        assert_non_null(strstr(h->answer, "WWW-Authenticate: Bearer\r\n"));
}

/* ---- webhooks ---- */

#define FORM "Content-Type: application/x-www-form-urlencoded\r\n"
#define SIGNED "X-Signed: yes\r\n"

static const struct hook_case {
    const char *name, *method, *path, *headers, *body;
    int want;
} hook_cases[] = {
    { "a signed text", "POST", "/sms-router/webhook/sms", SIGNED FORM,
      "MessageSid=SM00000000000000000000000000000011&From=%2B12025550170&To=%2B12025550100&Body=x",
      200 },
    { "the short path", "POST", "/webhook/sms", SIGNED FORM,
      "MessageSid=SM00000000000000000000000000000012&From=%2B12025550170&To=%2B12025550100&Body=x",
      200 },
    { "by GET", "GET",
      "/webhook/"
      "sms?MessageSid=SM00000000000000000000000000000013&From=%2B12025550170&To=%2B12025550100&"
      "Body=x",
      SIGNED, NULL, 200 },
    { "a status", "POST", "/sms-router/webhook/status?m=msg_0&a=1&t=x", SIGNED FORM,
      "MessageSid=SM00000000000000000000000000000014&MessageStatus=sent", 200 },
    { "a content type with a charset", "POST", "/webhook/sms",
      SIGNED "Content-Type: Application/X-WWW-Form-Urlencoded; charset=utf-8\r\n",
      "MessageSid=SM00000000000000000000000000000015&From=%2B12025550170&To=%2B12025550100&Body=x",
      200 },
    { "unsigned", "POST", "/sms-router/webhook/sms", FORM, "From=%2B12025550170", 403 },
    { "wrongly signed", "POST", "/sms-router/webhook/sms", "X-Signed: no\r\n" FORM, "From=%2B1",
      403 },
    { "an unsigned status", "POST", "/sms-router/webhook/status", FORM, "MessageSid=SM1", 403 },
    { "unsigned by GET", "GET", "/webhook/sms?From=%2B12025550170", NULL, NULL, 403 },
    { "an admin's token is no signature", "POST", "/webhook/sms",
      "Authorization: Bearer " ADMIN_TOKEN "\r\n" FORM, "From=%2B12025550170", 403 },
    { "signed, and no sender", "POST", "/sms-router/webhook/sms", SIGNED FORM, "Body=x", 400 },
    { "signed, and no body", "POST", "/sms-router/webhook/sms", SIGNED FORM, "", 400 },
    { "a status of no message", "POST", "/sms-router/webhook/status", SIGNED FORM, "x=y", 400 },
    { "JSON", "POST", "/sms-router/webhook/sms", SIGNED "Content-Type: application/json\r\n", "{}",
      415 },
    { "another method", "PUT", "/sms-router/webhook/sms", SIGNED FORM, "x", 405 },
    { "a status by GET", "GET", "/sms-router/webhook/status", SIGNED, NULL, 405 },
    { "another path", "POST", "/webhook/sms/more", SIGNED FORM, "x", 404 },
};

static void admits(void **state)
{
    const struct row *row = *state;
    const struct hook_case *c = row->c;
    struct house *h = *row->house;

    expect(h, ask_port(h, web_port(h->web), NOBODY, c->method, c->path, c->headers, c->body),
           c->want);
    if (c->want == 200)
        assert_string_equal(answer_body(h), "<Response/>");
    else
        assert_non_null(strstr(h->answer, "application/problem+json"));
}

static void a_large_webhook_is_refused(void **state)
{
    struct house *h = *(struct house **)((struct row *)*state)->house;
    CLEANUP(buf_release) struct buf body = { 0 };

    buf_add_text(&body, "Body=");
    memset(buf_extend(&body, WEBHOOK_BODY_BYTES_MOST), 'x', WEBHOOK_BODY_BYTES_MOST);
    expect(
        h,
        ask_port(h, web_port(h->web), NOBODY, "POST", "/webhook/sms", SIGNED FORM, buf_text(&body)),
        413);
}

static void a_large_api_body_is_refused(void **state)
{
    struct house *h = *(struct house **)((struct row *)*state)->house;
    CLEANUP(buf_release) struct buf request = { 0 };

    buf_addf(&request,
             "POST /v1/users HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n"
             "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n",
             ADMIN_TOKEN, API_BODY_BYTES_MOST + 1);
    expect(h, exchange(h, web_port(h->web), buf_view(&request)), 413);
}

/* ---- the wall between users ---- */

/* What Ben has, for each place an id can stand in. */
static const struct {
    const char *before; /* the pattern up to the argument */
    const char *his, *random;
} places[] = {
    { "/v1/users/", "{ben}", "usr_0190000000007000800000000000abcd" },
    { "/v1/users/{}/phones/", "%2B12025550102", "%2B12025550102" },
    { "/v1/users/{}/allowlist/", "%2B12025550150", "%2B12025550150" },
    { "/v1/users/{}/opt-outs/", "%2B12025550150", "%2B12025550150" },
    { "/v1/users/{}/memory/", "{ben-fact}", "fct_0190000000007000800000000000abcd" },
    { "/v1/numbers/", "{bakery}", "num_0190000000007000800000000000abcd" },
    { "/v1/conversations/", "{ben-conversation}", "cnv_0190000000007000800000000000abcd" },
    { "/v1/messages/", "{ben-message}", "msg_0190000000007000800000000000abcd" },
    { "/v1/tokens/", "{ben-token}", "tok_0190000000007000800000000000abcd" },
};

static void add_path(struct buf *path, const char *pattern, bool his)
{
    const char *at = pattern, *slot;

    while ((slot = strstr(at, "{}"))) {
        size_t i = 0;

        while (i < ARRAY_LEN(places) &&
               (strlen(places[i].before) != (size_t)(slot - pattern) ||
                strncmp(pattern, places[i].before, (size_t)(slot - pattern)) != 0))
            i++;
        if (i == ARRAY_LEN(places))
            fail_msg("the test knows no id for %s", pattern);
        buf_add(path, str_make(at, (size_t)(slot - at)));
        buf_add_text(path, his ? places[i].his : places[i].random);
        at = slot + 2;
    }
    buf_add_text(path, at);
}

static void ask_as_ann(struct house *h, const struct web_route *route, bool his, int *ret_status,
                       struct buf *ret_body)
{
    CLEANUP(buf_release) struct buf path = { 0 };

    add_path(&path, route->pattern, his);
    *ret_status =
        ask(h, ANN, route->method, buf_text(&path), route->flags & ROUTE_BODY ? "{}" : NULL);
    buf_add_text(ret_body, answer_body(h));
}

static void anothers_and_nobodys_look_alike(void **state)
{
    struct house *h = *(struct house **)((struct row *)*state)->house;
    size_t count = 0;

    for (size_t i = 0; i < route_count; i++) {
        CLEANUP(buf_release) struct buf his = { 0 }, random = { 0 };
        int his_status, random_status;

        if (!(routes[i].flags & ROUTE_API) || !strstr(routes[i].pattern, "{}"))
            continue;
        ask_as_ann(h, &routes[i], true, &his_status, &his);
        ask_as_ann(h, &routes[i], false, &random_status, &random);
        if (his_status != (routes[i].flags & ROUTE_ADMIN ? 403 : 404) ||
            his_status != random_status || !str_equal(buf_view(&his), buf_view(&random)))
            fail_msg("%s %s: %d %s; %d %s", routes[i].method, routes[i].pattern, his_status,
                     buf_text(&his), random_status, buf_text(&random));
        count++;
    }
    assert_true(count >= 25);
}

static void the_wall_holds_in_lists_too(void **state)
{
    static const char *const paths[] = {
        "/v1/users",  "/v1/conversations", "/v1/messages",
        "/v1/tokens", "/v1/numbers",       "/v1/users/{ann}/memory"
    };
    static const char *const his[] = { "{ben}",       "{ben-conversation}", "{ben-message}",
                                       "{ben-token}", "{bakery}",           "{ben-fact}" };
    struct house *h = *(struct house **)((struct row *)*state)->house;

    for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
        expect(h, ask(h, ANN, "GET", paths[i], NULL), 200);
        for (size_t j = 0; j < ARRAY_LEN(his); j++) {
            CLEANUP(buf_release) struct buf id = { 0 };

            add_named(h, &id, his[j]);
            assert_null(strstr(h->answer, buf_text(&id)));
        }
    }
    expect(h, ask(h, ANN, "GET", "/v1/messages/" BEN_SID, NULL), 404);
    expect(h, ask(h, BEN, "GET", "/v1/messages/" BEN_SID, NULL), 200);
}

static void a_cursor_is_its_owners(void **state)
{
    struct house *h = *(struct house **)((struct row *)*state)->house;
    char next[256], path[400];

    expect(h, ask(h, ADMIN, "GET", "/v1/messages?limit=1", NULL), 200);
    answer_at(h, "next", next);
    assert_int_equal(strlen(next), 64);
    snprintf(path, sizeof(path), "/v1/messages?limit=1&cursor=%s", next);
    expect(h, ask(h, ADMIN, "GET", path, NULL), 200);
    expect(h, ask(h, ANN, "GET", path, NULL), 400);
    expect_at(h, "field", "cursor");
    snprintf(path, sizeof(path), "/v1/conversations?limit=1&cursor=%s", next);
    expect(h, ask(h, ADMIN, "GET", path, NULL), 400);
}

/* ---- what happens to a text ---- */

static void an_inbound_text_says_why(void **state)
{
    struct house *h = *(struct house **)((struct row *)*state)->house;
    char reply[256], path[300];

    expect(h, ask(h, ANN, "GET", "/v1/messages/" ANN_SID, NULL), 200);
    expect_at(h, "direction", "inbound");
    expect_at(h, "from", ANN_PHONE);
    expect_at(h, "to", SHARED);
    expect_at(h, "body", "hi from Ann");
    expect_at(h, "fields/FromCity", "Springfield");
    expect_at(h, "fields/A b", "\"");
    expect_at(h, "why/outcome", "answered");
    expect_at(h, "why/agent", "rule");
    answer_at(h, "why/replies/0", reply);
    snprintf(path, sizeof(path), "/v1/messages/%s", reply);
    wait_for(h, path, "status", "queued");
    expect(h, ask(h, ANN, "GET", path, NULL), 200);
    expect_at(h, "direction", "outbound");
    expect_at(h, "to", ANN_PHONE);
    expect_at(h, "from", SHARED);
    expect_at(h, "body", "hello");
    expect_at(h, "origin", "agent");
    expect_at(h, "why", "");
}

static void a_stranger_belongs_to_the_installation(void **state)
{
    struct house *h = *(struct house **)((struct row *)*state)->house;
    const char *path = "/v1/messages/SM00000000000000000000000000000021";

    assert_int_equal(
        text_in(h, "SM00000000000000000000000000000021", "+12025550171", SHARED, "who+is+this"),
        200);
    wait_for(h, path, "why/outcome", "unknown_sender");
    expect_at(h, "user", "");
    expect_at(h, "from", "+12025550171");
    expect(h, ask(h, ANN, "GET", path, NULL), 404);
}

static void a_text_by_get_is_stored_too(void **state)
{
    struct house *h = *(struct house **)((struct row *)*state)->house;

    expect(h,
           ask_port(h, web_port(h->web), NOBODY, "GET",
                    "/webhook/sms?MessageSid=SM00000000000000000000000000000023&From=%2B12025550101"
                    "&To=%2B12025550100&Body=by+GET",
                    SIGNED, NULL),
           200);
    wait_for(h, "/v1/messages/SM00000000000000000000000000000023", "why/outcome", "answered");
    expect_at(h, "body", "by GET");
}

static void a_text_to_no_number_of_ours_is_kept(void **state)
{
    struct house *h = *(struct house **)((struct row *)*state)->house;

    assert_int_equal(
        text_in(h, "SM00000000000000000000000000000022", ANN_PHONE, "+12025550199", "hm"), 200);
    wait_for(h, "/v1/messages/SM00000000000000000000000000000022", "why/outcome", "unknown_sender");
    expect_at(h, "number", "");
    expect_at(h, "to", "");
    expect(h, ask(h, ADMIN, "GET", "/v1/messages", NULL), 200);
    expect(h, ask(h, ADMIN, "GET", "/v1/conversations", NULL), 200);
}

/* ---- sending ---- */

static int post(struct house *h, enum who who, const char *path, const char *key, const char *body)
{
    char header[200];

    snprintf(header, sizeof(header), "Idempotency-Key: %s\r\n", key);
    return ask_port(h, web_port(h->web), who, "POST", path, header, body);
}

static void a_key_gets_its_answer_again(void **state)
{
    struct house *h = *(struct house **)((struct row *)*state)->house;
    const char *body = "{\"to\":\"(202) 555-0161\",\"body\":\"once\"}";
    char first[256], again[256];

    expect(h, post(h, ANN, "/v1/messages", "k1", body), 202);
    answer_at(h, "id", first);
    expect_at(h, "segments", "1");
    expect_at(h, "encoding", "GSM-7");
    expect(h, post(h, ANN, "/v1/messages", "k1", body), 202);
    assert_string_equal(answer_at(h, "id", again), first);
    expect(h, post(h, ANN, "/v1/messages", "k1", "{\"to\":\"+12025550161\",\"body\":\"twice\"}"),
           422);
    expect(h, post(h, BEN, "/v1/messages", "k1", body), 202); /* a key is its sender's own */
    assert_string_not_equal(answer_at(h, "id", again), first);
    expect(h, post(h, ANN, "/v1/messages", "k2", body), 202);
    assert_string_not_equal(answer_at(h, "id", again), first);
}

static void a_bad_key_is_refused(void **state)
{
    struct house *h = *(struct house **)((struct row *)*state)->house;
    char key[150];

    memset(key, 'k', sizeof(key) - 1);
    key[129] = '\0';
    expect(h, post(h, ANN, "/v1/messages", key, "{}"), 400);
    expect(h, post(h, ANN, "/v1/messages", "\xC3\xA9", "{}"), 400);
}

static void what_failed_may_be_tried_again(void **state)
{
    struct house *h = *(struct house **)((struct row *)*state)->house;
    const char *body = "{\"phones\":[\"+12025550178\"]}";
    char id[256], path[300];

    expect(h, post(h, ADMIN, "/v1/users", "u1", "{\"phones\":[\"" BEN_PHONE "\"]}"), 409);
    expect(h, post(h, ADMIN, "/v1/users", "u1", body), 201);
    snprintf(path, sizeof(path), "/v1/users/%s", answer_at(h, "id", id));
    expect(h, ask(h, ADMIN, "DELETE", path, NULL), 204);
    expect(h, ask(h, ADMIN, "GET", path, NULL), 404);
}

static void the_door_has_the_last_word(void **state)
{
    struct house *h = *(struct house **)((struct row *)*state)->house;
    const char *text = "{\"to\":\"+12025550162\",\"body\":\"x\"}";
    const char *out = "{\"phone\":\"+12025550162\",\"evidence\":\"asked by phone\"}";

    expect(h, ask(h, ANN, "POST", "/v1/users/{ann}/opt-outs", out), 201);
    expect_at(h, "source", "api");
    expect_at(h, "number", "");
    expect(h, ask(h, ANN, "POST", "/v1/messages", text), 409);
    expect_at(h, "detail", "opted_out");
    expect(h, ask(h, BEN, "POST", "/v1/messages", text), 202); /* Ann's ledger is Ann's */
    expect(h,
           ask(h, ANN, "DELETE", "/v1/users/{ann}/opt-outs/+12025550162",
               "{\"evidence\":\"a letter\"}"),
           204);
    expect(h, ask(h, ANN, "POST", "/v1/messages", text), 202);
}

static void only_start_lifts_a_stop(void **state)
{
    struct house *h = *(struct house **)((struct row *)*state)->house;

    assert_int_equal(
        text_in(h, "SM00000000000000000000000000000031", "+12025550164", DEDICATED, "STOP"), 200);
    wait_for(h, "/v1/messages/SM00000000000000000000000000000031", "why/outcome", "opt_out");
    expect(h, ask(h, BEN, "GET", "/v1/users/{ben}/opt-outs", NULL), 200);
    expect_at(h, "data/0/phone", "+12025550164");
    expect(h,
           ask(h, BEN, "DELETE", "/v1/users/{ben}/opt-outs/%2B12025550164?evidence=letter", NULL),
           409);
    /* Nor does saying it once more make it ours to lift. */
    expect(h,
           ask(h, BEN, "POST", "/v1/users/{ben}/opt-outs",
               "{\"phone\":\"+12025550164\",\"evidence\":\"e\",\"number\":\"{bakery}\"}"),
           201);
    expect(h,
           ask(h, BEN, "DELETE", "/v1/users/{ben}/opt-outs/%2B12025550164?evidence=letter", NULL),
           409);
}

/* ---- the rest ---- */

static void the_allowlist_keeps_what_was_first(void **state)
{
    struct house *h = *(struct house **)((struct row *)*state)->house;
    const char *body = "{\"phone\":\"202-555-0165\"}";
    char first[256], again[256];

    expect(h, ask(h, ANN, "POST", "/v1/users/{ann}/allowlist", body), 201);
    expect_at(h, "phone", "+12025550165");
    expect_at(h, "added_by", "manual");
    answer_at(h, "added_at", first);
    expect(h, ask(h, ANN, "POST", "/v1/users/{ann}/allowlist", body), 200);
    assert_string_equal(answer_at(h, "added_at", again), first);
    expect(h, ask(h, ANN, "DELETE", "/v1/users/{ann}/allowlist/+12025550165", NULL), 204);
    expect(h, ask(h, ANN, "DELETE", "/v1/users/{ann}/allowlist/+12025550165", NULL), 404);
}

static void a_person_takes_over_and_gives_back(void **state)
{
    struct house *h = *(struct house **)((struct row *)*state)->house;
    const char *path = "/v1/conversations/{ben-conversation}";

    expect(h, ask(h, BEN, "PATCH", path, "{\"handled_by\":\"human\"}"), 200);
    expect_at(h, "handled_by", "human");
    expect(h, ask(h, BEN, "GET", path, NULL), 200);
    expect_at(h, "handled_by", "human");
    expect_at(h, "contact/phone", GUEST);
    expect(h, ask(h, BEN, "PATCH", path, "{\"handled_by\":\"agent\"}"), 200);
    expect_at(h, "handled_by", "agent");
    expect(h, ask(h, BEN, "GET", path, NULL), 200);
    expect_at(h, "handled_by", "agent");
}

static void explaining_has_no_effect(void **state)
{
    struct house *h = *(struct house **)((struct row *)*state)->house;
    const char *body = "{\"from\":\"" ANN_PHONE "\",\"to\":\"" SHARED "\",\"body\":\"hi\"}";
    char in[256], later[256];

    expect(h, ask(h, ANN, "GET", "/v1/conversations/{ann-conversation}", NULL), 200);
    answer_at(h, "messages_in", in);
    expect(h, ask(h, ANN, "POST", "/v1/explain", body), 200);
    expect_at(h, "outcome", "pending");
    expect_at(h, "would", "ask the agent");
    expect_at(h, "route/rule", "by_sender");
    expect_at(h, "layers/0/verdict", "pass");
    expect(h, ask(h, ANN, "GET", "/v1/conversations/{ann-conversation}", NULL), 200);
    assert_string_equal(answer_at(h, "messages_in", later), in);
}

static void users_change_field_by_field(void **state)
{
    struct house *h = *(struct house **)((struct row *)*state)->house;
    char id[256], path[300];

    expect(h, ask(h, ADMIN, "POST", "/v1/users", "{\"name\":\"Cy\",\"retention_days\":30}"), 201);
    snprintf(path, sizeof(path), "/v1/users/%s", answer_at(h, "id", id));
    expect(h, ask(h, ADMIN, "PATCH", path, "{\"timezone\":\"Europe/London\",\"suspended\":true}"),
           200);
    expect_at(h, "name", "Cy");
    expect_at(h, "retention_days", "30");
    expect_at(h, "timezone", "Europe/London");
    expect_at(h, "suspended", "true");
    expect_at(h, "agent/kind", "rule");
    expect(h, ask(h, ADMIN, "PATCH", path, "{\"suspended\":false,\"name\":null}"), 200);
    expect_at(h, "name", "Cy");
    expect_at(h, "suspended", "false");
    expect(h, ask(h, ADMIN, "DELETE", path, NULL), 204);
}

static void a_users_end_ends_its_tokens_and_frees_its_number(void **state)
{
    struct house *h = *(struct house **)((struct row *)*state)->house;
    char id[256], user[300], body[400], number[300], token[256], header[400];

    expect(h, ask(h, ADMIN, "POST", "/v1/users", "{\"name\":\"Dee\"}"), 201);
    snprintf(user, sizeof(user), "/v1/users/%s", answer_at(h, "id", id));
    snprintf(body, sizeof(body),
             "{\"phone\":\"+12025550123\",\"routing\":\"by_number\",\"user\":\"%s\"}", id);
    expect(h, ask(h, ADMIN, "POST", "/v1/numbers", body), 201);
    snprintf(body, sizeof(body), "{\"user\":\"%s\"}", id);
    snprintf(number, sizeof(number), "/v1/numbers/%s", answer_at(h, "id", id));
    expect(h, ask(h, ADMIN, "POST", "/v1/tokens", body), 201);
    snprintf(header, sizeof(header), "Authorization: Bearer %s\r\n", answer_at(h, "token", token));
    expect(h, ask_port(h, web_port(h->web), NOBODY, "GET", user, header, NULL), 200);
    expect(h, ask(h, ADMIN, "DELETE", user, NULL), 204);
    expect(h, ask_port(h, web_port(h->web), NOBODY, "GET", user, header, NULL), 401);
    expect(h, ask(h, ADMIN, "GET", number, NULL), 200);
    expect_at(h, "user", "");
    expect(h, ask(h, ADMIN, "DELETE", number, NULL), 204);
}

static void a_users_token_is_not_traded_up(void **state)
{
    struct house *h = *(struct house **)((struct row *)*state)->house;
    char token[256], id[256], user[ID_TEXT_BYTES + 16], header[400], path[300];
    CLEANUP(buf_release) struct buf ann = { 0 };

    expect(h, ask(h, ANN, "POST", "/v1/tokens", "{\"name\":\"mine\"}"), 201);
    add_named(h, &ann, "{ann}");
    snprintf(user, sizeof(user), "%s", buf_text(&ann));
    expect_at(h, "user", user);
    answer_at(h, "id", id);
    snprintf(header, sizeof(header), "Authorization: Bearer %s\r\n", answer_at(h, "token", token));
    expect(h, ask_port(h, web_port(h->web), NOBODY, "POST", "/v1/users", header, "{}"), 403);
    expect(h, ask(h, ADMIN, "GET", "/v1/tokens", NULL), 200);
    assert_null(strstr(h->answer, token));
    snprintf(path, sizeof(path), "/v1/tokens/%s", id);
    expect(h, ask(h, ANN, "DELETE", path, NULL), 204);
    expect(h, ask_port(h, web_port(h->web), NOBODY, "GET", "/v1/users", header, NULL), 401);
}

static void a_shared_numbers_default_user_is_private(void **state)
{
    struct house *h = *(struct house **)((struct row *)*state)->house;
    char id[256], path[300];

    expect(h,
           ask(h, ADMIN, "POST", "/v1/numbers",
               "{\"phone\":\"+12025550124\",\"unknown_sender\":{\"policy\":\"user\",\"user\":"
               "\"{ben}\"}}"),
           201);
    snprintf(path, sizeof(path), "/v1/numbers/%s", answer_at(h, "id", id));
    expect(h, ask(h, ANN, "GET", path, NULL), 200);
    expect_at(h, "unknown_sender/user", "");
    expect(h, ask(h, BEN, "GET", path, NULL), 200);
    assert_string_not_equal(answer_at(h, "unknown_sender/user", id), "");
    expect(h, ask(h, ADMIN, "DELETE", path, NULL), 204);
}

static void the_socket_needs_no_token(void **state)
{
    struct house *h = *(struct house **)((struct row *)*state)->house;
    char header[200];

    expect(h, ask_port(h, 0, NOBODY, "GET", "/v1/users", NULL, NULL), 200);
    expect(h, ask_port(h, 0, NOBODY, "GET", "/healthz", NULL, NULL), 200);
    expect(h, ask_port(h, 0, NOBODY, "POST", "/webhook/sms", SIGNED FORM, "x=y"), 404);
    snprintf(header, sizeof(header), "Authorization: Bearer %s\r\n", h->ann_token);
    expect(h, ask_port(h, 0, NOBODY, "POST", "/v1/users", header, "{}"), 403);
}

static void metrics_are_not_for_everybody(void **state)
{
    struct house *h = *(struct house **)((struct row *)*state)->house;
    const char *proxied = "X-Forwarded-For: 192.0.2.1\r\n";
    int port = web_port(h->web);

    expect(h, ask_port(h, port, NOBODY, "GET", "/metrics", NULL, NULL), 200);
    assert_non_null(strstr(h->answer, "answerback_webhook_requests_total{result=\"accepted\"}"));
    expect(h, ask_port(h, port, NOBODY, "GET", "/metrics", proxied, NULL), 401);
    expect(h, ask_port(h, port, ANN, "GET", "/metrics", proxied, NULL), 403);
    expect(h, ask_port(h, port, ADMIN, "GET", "/metrics", proxied, NULL), 200);
}

static void the_log_holds_no_phone_and_no_text(void **state)
{
    struct house *h = *(struct house **)((struct row *)*state)->house;
    static char text[1 << 20];
    ssize_t len = pread(h->log.fd, text, sizeof(text) - 1, 0);

    assert_true(len > 0);
    text[len] = '\0';
    assert_non_null(strstr(text, "webhook_refused"));
    assert_null(strstr(text, "2025550"));
    assert_null(strstr(text, "hi from"));
    assert_null(strstr(text, ADMIN_TOKEN));
    assert_null(strstr(text, h->ann_token));
}

/* ---- other houses ---- */

static void without_an_account_webhooks_wait(void **state)
{
    struct house *h = house_open(&(struct options){ .no_provider = true });

    (void)state;
    expect(h, text_in(h, BEN_SID, GUEST, SHARED, "x"), 503);
    assert_non_null(strstr(h->answer, "Retry-After: "));
    expect(h, ask(h, ADMIN, "GET", "/v1/users", NULL), 200);
    house_close(h);
}

static void too_many_waiting_are_shed(void **state)
{
    struct house *h = *(struct house **)((struct row *)*state)->house;

    atomic_fetch_add(&h->web->api_waiting, API_WAITING_MOST);
    expect(h, ask(h, ADMIN, "GET", "/v1/users", NULL), 503);
    assert_non_null(strstr(h->answer, "Retry-After: "));
    expect(h, ask(h, NOBODY, "GET", "/readyz", NULL), 200);
    atomic_fetch_sub(&h->web->api_waiting, API_WAITING_MOST);
    expect(h, ask(h, ADMIN, "GET", "/v1/users", NULL), 200);
}

static void a_full_spool_sheds(void **state)
{
    struct house *h = house_open(&(struct options){ .full = true });

    (void)state;
    expect(h, text_in(h, BEN_SID, GUEST, SHARED, "x"), 503);
    assert_non_null(strstr(h->answer, "Retry-After: "));
    expect(h, ask(h, NOBODY, "GET", "/readyz", NULL), 503);
    expect(h, ask(h, NOBODY, "GET", "/healthz", NULL), 200);
    assert_true(metric_get(&h->metrics, METRIC_WEBHOOK_SHED) > 0);
    house_close(h);
}

static void an_admin_address_takes_the_api_away(void **state)
{
    struct house *h = house_open(&(struct options){ .admin_listen = true });
    int admin = web_admin_port(h->web);

    (void)state;
    expect(h, ask(h, ADMIN, "GET", "/v1/users", NULL), 404);
    expect(h, ask(h, ADMIN, "GET", "/metrics", NULL), 404);
    expect(h, ask(h, NOBODY, "GET", "/healthz", NULL), 200);
    expect(h, ask_port(h, admin, ADMIN, "GET", "/v1/users", NULL, NULL), 200);
    expect(h, ask_port(h, admin, NOBODY, "GET", "/v1/users", NULL, NULL), 401);
    expect(h, ask_port(h, admin, NOBODY, "GET", "/metrics", NULL, NULL), 200);
    expect(h, ask_port(h, admin, NOBODY, "POST", "/webhook/sms", SIGNED FORM, "x=y"), 404);
    house_close(h);
}

static void an_address_in_use_is_said(void **state)
{
    struct house *h = *(struct house **)((struct row *)*state)->house;
    struct config config = h->config;
    struct web_config again = { .config = &config, .spool = h->spool };
    struct err err = { 0 };
    char listen[40];
    struct web *web;

    snprintf(listen, sizeof(listen), "127.0.0.1:%d", web_port(h->web));
    config.listen = str_of(listen);
    assert_false(web_create(&again, &web, &err));
    assert_int_equal(err.kind, ERR_UNAVAILABLE);
}

static const struct {
    const char *name;
    CMUnitTestFunction run;
} stories[] = {
#define STORY(name) \
    {               \
#name, name \
    }
    STORY(a_large_webhook_is_refused),
    STORY(a_large_api_body_is_refused),
    STORY(anothers_and_nobodys_look_alike),
    STORY(the_wall_holds_in_lists_too),
    STORY(a_cursor_is_its_owners),
    STORY(an_inbound_text_says_why),
    STORY(a_stranger_belongs_to_the_installation),
    STORY(a_text_by_get_is_stored_too),
    STORY(a_text_to_no_number_of_ours_is_kept),
    STORY(a_key_gets_its_answer_again),
    STORY(a_bad_key_is_refused),
    STORY(what_failed_may_be_tried_again),
    STORY(the_door_has_the_last_word),
    STORY(only_start_lifts_a_stop),
    STORY(the_allowlist_keeps_what_was_first),
    STORY(a_person_takes_over_and_gives_back),
    STORY(explaining_has_no_effect),
    STORY(users_change_field_by_field),
    STORY(a_users_end_ends_its_tokens_and_frees_its_number),
    STORY(a_users_token_is_not_traded_up),
    STORY(a_shared_numbers_default_user_is_private),
    STORY(the_socket_needs_no_token),
    STORY(metrics_are_not_for_everybody),
    STORY(without_an_account_webhooks_wait),
    STORY(too_many_waiting_are_shed),
    STORY(a_full_spool_sheds),
    STORY(an_admin_address_takes_the_api_away),
    STORY(an_address_in_use_is_said),
    STORY(the_log_holds_no_phone_and_no_text),
};

#define ROWS_MOST (ARRAY_LEN(api_cases) + ARRAY_LEN(hook_cases) + ARRAY_LEN(stories))

int main(void)
{
    static struct CMUnitTest tests[ROWS_MOST];
    static struct row rows[ROWS_MOST];
    struct house *house = NULL;
    size_t count = 0;
    int failed;

    for (size_t i = 0; i < ARRAY_LEN(api_cases); i++, count++)
        tests[count] = (struct CMUnitTest){ api_cases[i].name, answers, NULL, NULL, &rows[count] };
    for (size_t i = 0; i < ARRAY_LEN(hook_cases); i++, count++)
        tests[count] = (struct CMUnitTest){ hook_cases[i].name, admits, NULL, NULL, &rows[count] };
    for (size_t i = 0; i < ARRAY_LEN(stories); i++, count++)
        tests[count] =
            (struct CMUnitTest){ stories[i].name, stories[i].run, NULL, NULL, &rows[count] };
    for (size_t i = 0; i < ROWS_MOST; i++) {
        rows[i].house = &house;
        rows[i].c = i < ARRAY_LEN(api_cases) ? (const void *)&api_cases[i]
                    : i < ARRAY_LEN(api_cases) + ARRAY_LEN(hook_cases)
                        ? (const void *)&hook_cases[i - ARRAY_LEN(api_cases)]
                        : NULL;
    }
    furnish((void **)&house);
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    clear_out((void **)&house);
    return failed;
}
