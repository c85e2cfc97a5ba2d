/*
 * simulator_test.c - the simulator over real sockets, with a pretend program under test behind it.
 *
 * Each test opens a simulator and a `target`, the server that gets the webhooks. Nothing sleeps:
 * tests wait with POST /simulator/wait or for the target's condition. All phone numbers are
 * fictional.
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "base/json.h"
#include "http/client.h"
#include "http/server.h"
#include "simulator/signature.h"
#include "simulator/simulator.h"

#define ACCOUNT "AC00000000000000000000000000000001"
#define OTHER_ACCOUNT "AC00000000000000000000000000000002"
#define TOKEN "0123456789abcdef0123456789abcdef"
#define OURS "+12025550100"
#define TOLL_FREE "+18005550199"
#define SHORT_CODE "12345"
#define ANNE "+12025550101"
#define BEN "+447700900123"
#define REQUESTS_MAX 64

/* ---- the program under test ---- */

struct seen {
    struct str path, body, signature, token;
};

struct target {
    struct http_server *server;
    pthread_t thread;
    pthread_mutex_t lock; /* all below */
    struct arena arena;
    struct seen seen[REQUESTS_MAX];
    size_t count;
    int status; /* of the answers to /sms; the fallback and callbacks get 200 */
    const char *content_type, *body;
};

static struct str keep(struct target *target, struct str text)
{
    return arena_copy(&target->arena, text);
}

static void target_handle(void *context, struct http_request *request)
{
    struct target *target = context;
    struct http_response response = { .status = 200,
                                      .content_type = "text/xml",
                                      .body = str_of("<Response/>") };

    pthread_mutex_lock(&target->lock);
    if (target->count < REQUESTS_MAX)
        target->seen[target->count++] =
            (struct seen){ keep(target, request->target), keep(target, request->body),
                           keep(target, http_header_find(request, "X-Twilio-Signature")),
                           keep(target, http_header_find(request, "I-Twilio-Idempotency-Token")) };
    if (str_starts(request->path, str_of("/sms"))) {
        response.status = target->status;
        response.content_type = target->content_type;
        response.body = str_of(target->body);
    }
    pthread_mutex_unlock(&target->lock);
    http_respond(request->exchange, &response);
}

static void *target_run(void *context)
{
    struct target *target = context;

    http_server_run(target->server);
    return NULL;
}

static void target_open(struct target *target)
{
    struct http_server_config config = {
        .listen = "127.0.0.1:0", .connections_max = 100, .context = target, .handle = target_handle
    };

    *target = (struct target){ .status = 200, .content_type = "text/xml", .body = "<Response/>" };
    pthread_mutex_init(&target->lock, NULL);
    assert_true(http_server_open(&config, &target->server, NULL));
    assert_int_equal(pthread_create(&target->thread, NULL, target_run, target), 0);
}

static void target_close(struct target *target)
{
    http_server_stop(target->server, 1000);
    pthread_join(target->thread, NULL);
    http_server_close(target->server);
    pthread_mutex_destroy(&target->lock);
    arena_release(&target->arena);
}

/* ---- the world of a test ---- */

struct world {
    struct simulator *sim;
    pthread_t thread;
    struct target target;
    struct arena arena;
    char base[64], hook[64];
    size_t events[4]; /* by kind; written on the simulator's thread */
    char reply[256];
};

static void note_event(void *context, const struct simulator_event *event)
{
    struct world *world = context;

    world->events[event->kind]++;
    if (event->kind == SIMULATOR_PROVIDER_REPLY)
        snprintf(world->reply, sizeof(world->reply), "%.*s", STR_ARGS(event->body));
}

static void *simulator_thread(void *context)
{
    struct world *world = context;

    simulator_run(world->sim);
    return NULL;
}

static int world_open(void **state)
{
    struct world *world = calloc(1, sizeof(*world));
    char url[96];
    const struct simulator_number numbers[] = { { .phone = OURS },
                                                { .phone = TOLL_FREE },
                                                { .phone = SHORT_CODE } };
    struct simulator_config config = { .listen = "127.0.0.1:0",
                                       .account_sid = ACCOUNT,
                                       .auth_token = TOKEN,
                                       .webhook_url = url,
                                       .numbers = numbers,
                                       .number_count = ARRAY_LEN(numbers),
                                       .sent_after_ms = 1,
                                       .delivered_after_ms = 1,
                                       .seed = 1,
                                       .on_event = note_event,
                                       .context = world };

    if (!world)
        return -1;
    target_open(&world->target);
    snprintf(world->hook, sizeof(world->hook), "http://127.0.0.1:%d",
             http_server_port(world->target.server));
    snprintf(url, sizeof(url), "%s/sms", world->hook);
    assert_true(simulator_open(&config, &world->sim, NULL));
    snprintf(world->base, sizeof(world->base), "http://127.0.0.1:%d", simulator_port(world->sim));
    assert_int_equal(pthread_create(&world->thread, NULL, simulator_thread, world), 0);
    *state = world;
    return 0;
}

static int world_close(void **state)
{
    struct world *world = *state;

    simulator_stop(world->sim);
    pthread_join(world->thread, NULL);
    simulator_close(world->sim);
    target_close(&world->target);
    arena_release(&world->arena);
    free(world);
    return 0;
}

static struct http_result fetch(struct world *world, const char *method, struct str path,
                                struct str body, const char *user)
{
    struct http_result result = { 0 };
    struct http_header type = { STR("Content-Type"), STR("application/x-www-form-urlencoded") };
    struct http_call call = { .method = method,
                              .url = arena_printf(&world->arena, "%s%.*s", world->base,
                                                  STR_ARGS(path)),
                              .headers = &type,
                              .header_count = 1,
                              .body = body,
                              .user = str_of(user),
                              .password = str_of(user ? TOKEN : NULL) };
    struct err err = { 0 };

    if (!http_fetch(&call, &world->arena, &result, &err))
        fail_msg("%s %.*s: %s", method, STR_ARGS(path), err.text);
    return result;
}

/* A request to the REST API; `path` follows the account. The answer is the caller's to drop. */
static json_t *api(struct world *world, const char *method, const char *path, const char *body,
                   int want_status)
{
    struct str full = path[0] == '/' && path[1] == '2'
                          ? str_of(path)
                          : arena_printf(&world->arena, "/2010-04-01/Accounts/" ACCOUNT "%s", path);
    struct http_result result = fetch(world, method, full, str_of(body), ACCOUNT);
    json_t *json = result.body.len > 0 ? json_read(result.body, NULL) : json_object();

    assert_int_equal(result.status, want_status);
    assert_non_null(json);
    return json;
}

static json_t *control(struct world *world, const char *method, const char *path, const char *body,
                       int want_status)
{
    struct http_result result = fetch(
        world, method, arena_printf(&world->arena, "/simulator/%s", path), str_of(body), NULL);
    json_t *json = result.body.len > 0 ? json_read(result.body, NULL) : json_object();

    assert_int_equal(result.status, want_status);
    assert_non_null(json);
    return json;
}

/* Like control, when only the status matters. */
static void command(struct world *world, const char *method, const char *path, const char *body,
                    int want_status)
{
    json_t *json = control(world, method, path, body, want_status);

    json_drop(&json);
}

static const char *text_of(json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));

    return text ? text : "";
}

static int64_t int_of(json_t *object, const char *key)
{
    return json_integer_value(json_object_get(object, key));
}

static void wait_for(struct world *world, const char *what)
{
    CLEANUP(json_drop) json_t *json = control(world, "POST", "wait", what, 200);

    assert_true(json_is_true(json_object_get(json, "met")));
}

static int64_t stat(struct world *world, const char *name)
{
    CLEANUP(json_drop) json_t *json = control(world, "GET", "stats", "", 200);

    assert_true(json_is_integer(json_object_get(json, name)));
    return int_of(json, name);
}

/* Create a message that is accepted; its SID lasts as long as the world. */
static const char *send_text(struct world *world, const char *form)
{
    CLEANUP(json_drop) json_t *json = api(world, "POST", "/Messages.json", form, 201);

    return arena_copy(&world->arena, str_of(text_of(json, "sid"))).ptr;
}

/* A person texts us; wait until the webhook has ended. */
static const char *text_us(struct world *world, const char *json)
{
    CLEANUP(json_drop) json_t *answer = control(world, "POST", "texts", json, 201);
    const char *sid = arena_copy(&world->arena, str_of(text_of(answer, "sid"))).ptr;

    wait_for(world, "{\"idle\":true}");
    return sid;
}

static size_t seen_count(struct world *world)
{
    size_t count;

    pthread_mutex_lock(&world->target.lock);
    count = world->target.count;
    pthread_mutex_unlock(&world->target.lock);
    return count;
}

static struct seen seen_at(struct world *world, size_t i)
{
    struct seen seen;

    pthread_mutex_lock(&world->target.lock);
    assert_true(i < world->target.count);
    seen = world->target.seen[i];
    pthread_mutex_unlock(&world->target.lock);
    return seen;
}

static struct str seen_param(struct world *world, size_t i, const char *name)
{
    return http_param(seen_at(world, i).body, name, &world->arena);
}

static void answer_with(struct world *world, int status, const char *content_type, const char *body)
{
    pthread_mutex_lock(&world->target.lock);
    world->target.status = status;
    world->target.content_type = content_type;
    world->target.body = body;
    pthread_mutex_unlock(&world->target.lock);
}

static bool is_signed(struct world *world, size_t i)
{
    struct seen seen = seen_at(world, i);
    struct str rest = seen.body;
    struct param params[64];
    size_t count = 0;
    bool bad = false;
    char signature[SIGNATURE_BYTES];

    while (count < ARRAY_LEN(params) &&
           http_form_next(&rest, &world->arena, &params[count].name, &params[count].value, &bad))
        count++;
    assert_false(bad);
    signature_make(str_of(TOKEN),
                   arena_printf(&world->arena, "%s%.*s", world->hook, STR_ARGS(seen.path)), params,
                   count, signature);
    return str_equal(seen.signature, str_of(signature));
}

/* ---- creates that are refused ---- */

static const struct refuse_case {
    const char *name, *form;
    int status, code;
} refusals[] = {
    { "no To", "From=%2B12025550100&Body=x", 400, 21604 },
    { "no From", "To=%2B12025550101&Body=x", 400, 21603 },
    { "no Body", "To=%2B12025550101&From=%2B12025550100", 400, 21602 },
    { "an empty Body", "To=%2B12025550101&From=%2B12025550100&Body=", 400, 21602 },
    { "To without a plus", "To=12025550101&From=%2B12025550100&Body=x", 400, 21211 },
    { "To with an unescaped plus", "To=+12025550101&From=%2B12025550100&Body=x", 400, 21211 },
    { "To with a letter", "To=%2B1202555010a&From=%2B12025550100&Body=x", 400, 21211 },
    { "To too long", "To=%2B1202555010112345&From=%2B12025550100&Body=x", 400, 21211 },
    { "To is From", "To=%2B12025550100&From=%2B12025550100&Body=x", 400, 21211 },
    { "From is not ours", "To=%2B12025550101&From=%2B12025550199&Body=x", 400, 21606 },
    { "a bad escape", "To=%2B12025550101&From=%2B12025550100&Body=%zz", 400, 20001 },
    { "StatusCallback without a scheme",
      "To=%2B12025550101&From=%2B12025550100&Body=x&StatusCallback=example.com", 400, 21609 },
    { "StatusCallback with an underscore",
      "To=%2B12025550101&From=%2B12025550100&Body=x&StatusCallback=http%3A%2F%2Fa_b%2F", 400,
      21609 },
    { "MediaUrl without a scheme", "To=%2B12025550101&From=%2B12025550100&MediaUrl=x.png", 400,
      21620 },
    { "eleven media",
      "To=%2B12025550101&From=%2B12025550100&MediaUrl=1&MediaUrl=2&MediaUrl=3&MediaUrl=4"
      "&MediaUrl=5&MediaUrl=6&MediaUrl=7&MediaUrl=8&MediaUrl=9&MediaUrl=10&MediaUrl=11",
      400, 21623 },
    { "a service that is none", "To=%2B12025550101&MessagingServiceSid=MG1&Body=x", 404, 20404 },
    { "scheduled without a service",
      "To=%2B12025550101&From=%2B12025550100&Body=x&ScheduleType=fixed"
      "&SendAt=2099-01-01T00%3A00%3A00Z",
      400, 35118 },
    { "scheduled without a time",
      "To=%2B12025550101&Body=x&ScheduleType=fixed"
      "&MessagingServiceSid=MG00000000000000000000000000000001",
      400, 35111 },
    { "scheduled too far ahead",
      "To=%2B12025550101&Body=x&ScheduleType=fixed&SendAt=2099-01-01T00%3A00%3A00Z"
      "&MessagingServiceSid=MG00000000000000000000000000000001",
      400, 35114 },
    { "magic From 1", "To=%2B12025550101&From=%2B15005550001&Body=x", 400, 21212 },
    { "magic From 7", "To=%2B12025550101&From=%2B15005550007&Body=x", 400, 21606 },
    { "magic From 8", "To=%2B12025550101&From=%2B15005550008&Body=x", 400, 21611 },
    { "magic To 1", "To=%2B15005550001&From=%2B12025550100&Body=x", 400, 21211 },
    { "magic To 2", "To=%2B15005550002&From=%2B12025550100&Body=x", 400, 21612 },
    { "magic To 3", "To=%2B15005550003&From=%2B12025550100&Body=x", 400, 21408 },
    { "magic To 4", "To=%2B15005550004&From=%2B12025550100&Body=x", 400, 21610 },
    { "magic To 9", "To=%2B15005550009&From=%2B12025550100&Body=x", 400, 21614 },
};

static const void *row_of(void **state, struct world **ret)
{
    const void *row = *state;
    void *world = NULL;

    assert_int_equal(world_open(&world), 0);
    *ret = world;
    return row;
}

static void end_row(struct world *world)
{
    void *state = world;

    world_close(&state);
}

static void refuses_create(void **state)
{
    struct world *world;
    const struct refuse_case *c = row_of(state, &world);
    CLEANUP(json_drop) json_t *json = api(world, "POST", "/Messages.json", c->form, c->status);
    CLEANUP(json_drop) json_t *books = control(world, "GET", "attempts", "", 200);
    json_t *attempt = json_array_get(json_object_get(books, "attempts"), 0);

    assert_int_equal(int_of(json, "code"), c->code);
    assert_int_equal(int_of(json, "status"), c->status);
    assert_non_null(strstr(text_of(json, "more_info"), "https://www.twilio.com/docs/errors/"));
    assert_string_equal(text_of(attempt, "result"), "refused");
    assert_int_equal(int_of(attempt, "error_code"), c->code);
    assert_int_equal(stat(world, "outbound"), 0);
    end_row(world);
}

static void refuses_long_body(void **state)
{
    struct world *world = *state;
    CLEANUP(buf_release) struct buf form = { 0 };

    buf_add_text(&form, "To=%2B12025550101&From=%2B12025550100&Body=");
    for (int i = 0; i < 1600; i++)
        buf_add_char(&form, 'a');
    send_text(world, buf_text(&form));
    buf_add_char(&form, 'a');
    json_t *json = api(world, "POST", "/Messages.json", buf_text(&form), 400);
    assert_int_equal(int_of(json, "code"), 21617);
    json_drop(&json);
}

/* ---- paths and credentials ---- */

static const struct path_case {
    const char *name, *method, *path, *user;
    int status, code;
} paths[] = {
    { "no credentials", "GET", "/2010-04-01/Accounts/" ACCOUNT "/Messages.json", NULL, 401, 20003 },
    { "another's credentials", "POST", "/2010-04-01/Accounts/" ACCOUNT "/Messages.json",
      OTHER_ACCOUNT, 401, 20003 },
    { "another account", "POST", "/2010-04-01/Accounts/" OTHER_ACCOUNT "/Messages.json", ACCOUNT,
      404, 20404 },
    { "no such message", "GET",
      "/2010-04-01/Accounts/" ACCOUNT "/Messages/SM00000000000000000000000000000000.json", ACCOUNT,
      404, 20404 },
    { "no such number", "GET",
      "/2010-04-01/Accounts/" ACCOUNT
      "/IncomingPhoneNumbers/PN00000000000000000000000000000000.json",
      ACCOUNT, 404, 20404 },
    { "a resource we do not have", "GET", "/2010-04-01/Accounts/" ACCOUNT "/Calls.json", ACCOUNT,
      404, 20404 },
    { "a method that is none", "DELETE", "/2010-04-01/Accounts/" ACCOUNT "/Messages.json", ACCOUNT,
      405, 20004 },
    { "a page without its token", "GET", "/2010-04-01/Accounts/" ACCOUNT "/Messages.json?Page=1",
      ACCOUNT, 400, 20001 },
    { "a token of no message", "GET",
      "/2010-04-01/Accounts/" ACCOUNT "/Messages.json?Page=1&PageToken=PASM1", ACCOUNT, 400,
      20001 },
    { "a date that is none", "GET",
      "/2010-04-01/Accounts/" ACCOUNT "/Messages.json?DateSent%3E=tomorrow", ACCOUNT, 400, 20001 },
    { "the account itself", "GET", "/2010-04-01/Accounts/" ACCOUNT ".json", ACCOUNT, 200, 0 },
};

static void answers_path(void **state)
{
    struct world *world;
    const struct path_case *c = row_of(state, &world);
    struct http_result result = fetch(world, c->method, str_of(c->path), str_of("Body=x"), c->user);
    CLEANUP(json_drop) json_t *json = json_read(result.body, NULL);

    assert_int_equal(result.status, c->status);
    assert_int_equal(int_of(json, "code"), c->code);
    end_row(world);
}

/* ---- the control API's own mistakes ---- */

static const struct control_case {
    const char *name, *method, *path, *body, *detail;
    int status;
} controls[] = {
    { "no such path", "GET", "nothing", "", "no such path", 404 },
    { "no such method", "GET", "reset", "", "method", 405 },
    { "no JSON", "POST", "faults", "{", "not JSON", 400 },
    { "no object", "POST", "faults", "[]", "object", 400 },
    { "no such fault", "POST", "faults", "{\"fault\":\"flood\"}", "no fault \"flood\"", 400 },
    { "a fault without a name", "POST", "faults", "{}", "fault is missing", 400 },
    { "too many per mille", "POST", "faults", "{\"fault\":\"delay\",\"per_mille\":1001}",
      "per_mille", 400 },
    { "an unknown field", "POST", "faults", "{\"fault\":\"delay\",\"ever\":1}", "ever", 400 },
    { "a text to nobody", "POST", "texts",
      "{\"from\":\"+12025550101\",\"to\":\"+12025550177\",\"body\":\"x\"}",
      "POST /simulator/numbers", 404 },
    { "a text from nobody", "POST", "texts", "{\"from\":\"Anne\",\"to\":\"+12025550100\"}", "from",
      400 },
    { "a text without a sender", "POST", "texts", "{\"to\":\"+12025550100\"}", "from is missing",
      400 },
    { "a SID that is none", "POST", "texts",
      "{\"from\":\"+12025550101\",\"to\":\"+12025550100\",\"sid\":\"SM1\"}", "sid", 400 },
    { "media that is not base64", "POST", "texts",
      "{\"from\":\"+12025550101\",\"to\":\"+12025550100\","
      "\"media\":[{\"content_type\":\"image/png\",\"data\":\"?\"}]}",
      "base64", 400 },
    { "no such text", "GET", "texts/SM00000000000000000000000000000000", "", "no inbound text",
      404 },
    { "a negative sequence", "GET", "messages?after=-1", "", "after", 400 },
    { "no such direction", "GET", "messages?direction=up", "", "direction", 400 },
    { "a wait too long", "POST", "wait", "{\"timeout_ms\":600001}", "timeout_ms", 400 },
    { "a number that is none", "POST", "numbers", "{\"phone\":\"5\"}", "phone", 400 },
    { "a webhook that is none", "POST", "numbers",
      "{\"phone\":\"+12025550110\",\"sms_url\":\"sms\"}", "sms_url", 400 },
    { "a delay below nothing", "POST", "settings", "{\"sent_after_ms\":-1}", "sent_after_ms", 400 },
};

static void explains_mistake(void **state)
{
    struct world *world;
    const struct control_case *c = row_of(state, &world);
    CLEANUP(json_drop) json_t *json = control(world, c->method, c->path, c->body, c->status);

    assert_int_equal(int_of(json, "status"), c->status);
    assert_non_null(strstr(text_of(json, "detail"), c->detail));
    end_row(world);
}

/* ---- faults of a create ---- */

static const struct fault_case {
    const char *name, *fault;
    int status;         /* of the faulty answer */
    int64_t outbound;   /* booked by it */
    const char *result; /* in the attempts */
    const char *type;   /* Content-Type of the answer */
} faults[] = {
    { "429", "{\"fault\":\"too_many_requests\",\"retry_after_s\":7}", 429, 0, "refused",
      "application/json" },
    { "a refusal by code", "{\"fault\":\"refuse\",\"error_code\":21614}", 400, 0, "refused",
      "application/json" },
    { "500 before", "{\"fault\":\"error_before\"}", 500, 0, "not_accepted", "application/json" },
    { "502 before", "{\"fault\":\"bad_gateway_before\"}", 502, 0, "not_accepted", "text/html" },
    { "a stall before", "{\"fault\":\"timeout_before\",\"delay_ms\":1}", 504, 0, "not_accepted",
      "" },
    { "500 after", "{\"fault\":\"error_after\"}", 500, 1, "accepted", "application/json" },
    { "502 after", "{\"fault\":\"bad_gateway_after\"}", 502, 1, "accepted", "text/html" },
    { "a stall after", "{\"fault\":\"timeout_after\",\"delay_ms\":1}", 504, 1, "accepted", "" },
    { "an unreadable 201", "{\"fault\":\"unreadable\"}", 201, 1, "accepted", "application/json" },
    { "a delay", "{\"fault\":\"delay\",\"delay_ms\":1}", 201, 1, "accepted", "application/json" },
    { "certain chance", "{\"fault\":\"error_before\",\"per_mille\":1000,\"next\":1}", 500, 0,
      "not_accepted", "application/json" },
    { "of this recipient", "{\"fault\":\"error_before\",\"to\":\"+12025550101\"}", 500, 0,
      "not_accepted", "application/json" },
    { "not of another's", "{\"fault\":\"error_before\",\"to\":\"+12025550102\"}", 201, 1,
      "accepted", "application/json" },
    { "not of another sender's", "{\"fault\":\"error_after\",\"from\":\"+12025550102\"}", 201, 1,
      "accepted", "application/json" },
    { "none left", "{\"fault\":\"error_before\",\"next\":0}", 201, 1, "accepted",
      "application/json" },
};

#define PLAIN_FORM "To=%2B12025550101&From=%2B12025550100&Body=hello"
#define MESSAGES "/2010-04-01/Accounts/" ACCOUNT "/Messages.json"

static void fails_as_told(void **state)
{
    struct world *world;
    const struct fault_case *c = row_of(state, &world);
    struct http_result result;
    json_t *books, *attempt;

    command(world, "POST", "faults", c->fault, 201);
    result = fetch(world, "POST", str_of(MESSAGES), str_of(PLAIN_FORM), ACCOUNT);
    assert_int_equal(result.status, c->status);
    assert_true(str_is(http_result_header(&result, "Content-Type"), c->type));
    assert_int_equal(stat(world, "outbound"), c->outbound);
    books = control(world, "GET", "attempts", "", 200);
    attempt = json_array_get(json_object_get(books, "attempts"), 0);
    assert_string_equal(text_of(attempt, "result"), c->result);
    assert_int_equal(int_of(attempt, "http_status"), strstr(c->fault, "timeout") ? 0 : c->status);
    json_drop(&books);
    if (strstr(c->fault, "retry_after_s"))
        assert_true(str_is(http_result_header(&result, "Retry-After"), "7"));
    command(world, "DELETE", "faults", "", 204);
    send_text(world, PLAIN_FORM); /* one fault, one failure */
    assert_int_equal(stat(world, "outbound"), c->outbound + 1);
    end_row(world);
}

static void repeats_chance_with_seed(void **state)
{
    uint64_t runs[2] = { 0, 0 };

    (void)state;
    for (size_t run = 0; run < 2; run++) {
        void *opened = NULL;
        struct world *world;

        assert_int_equal(world_open(&opened), 0);
        world = opened;
        command(world, "POST", "faults", "{\"fault\":\"error_before\",\"per_mille\":500}", 201);
        for (int i = 0; i < 32; i++) {
            struct http_result result =
                fetch(world, "POST", str_of(MESSAGES), str_of(PLAIN_FORM), ACCOUNT);

            runs[run] = runs[run] << 1 | (result.status == 500);
        }
        end_row(world);
    }
    assert_true(runs[0] == runs[1]);
    assert_true(runs[0] != 0 && runs[0] != UINT32_MAX);
}

static void fails_list(void **state)
{
    struct world *world = *state;
    json_t *json;

    command(world, "POST", "faults", "{\"fault\":\"list_error\"}", 201);
    json = api(world, "GET", "/Messages.json", "", 500);
    assert_int_equal(int_of(json, "code"), 20500);
    json_drop(&json);
    json = api(world, "GET", "/Messages.json", "", 200);
    json_drop(&json);
}

/* ---- statuses and callbacks ---- */

static const struct callback_case {
    const char *name, *fault, *statuses; /* as the target sees them */
    const char *last;                    /* status of the message */
    int code;
} callbacks[] = {
    { "sent, then delivered", NULL, "sent delivered", "delivered", 0 },
    { "undelivered", "{\"fault\":\"undelivered\"}", "sent undelivered/30003", "undelivered",
      30003 },
    { "undelivered by code", "{\"fault\":\"undelivered\",\"error_code\":30007}",
      "sent undelivered/30007", "undelivered", 30007 },
    { "failed", "{\"fault\":\"failed\",\"error_code\":30006}", "failed/30006", "failed", 30006 },
    { "no receipt ever", "{\"fault\":\"no_receipt\"}", "sent", "sent", 0 },
    { "the first is lost", "{\"fault\":\"drop_callback\"}", "delivered", "delivered", 0 },
    { "both are lost", "{\"fault\":\"drop_callback\",\"next\":2}", "", "delivered", 0 },
    { "the first comes twice", "{\"fault\":\"duplicate_callback\"}", "sent sent delivered",
      "delivered", 0 },
    { "both come twice", "{\"fault\":\"duplicate_callback\",\"per_mille\":1000}",
      "sent sent delivered delivered", "delivered", 0 },
    { "in the wrong order", "{\"fault\":\"reorder_callbacks\"}", "delivered sent", "delivered", 0 },
    { "one of a stranger", "{\"fault\":\"stray_callback\"}", "sent ?sent delivered", "delivered",
      0 },
};

static void tells_status(void **state)
{
    struct world *world;
    const struct callback_case *c = row_of(state, &world);
    CLEANUP(buf_release) struct buf got = { 0 };
    const char *sid;
    json_t *message;

    if (c->fault)
        command(world, "POST", "faults", c->fault, 201);
    sid = send_text(world, arena_printf(&world->arena, "%s&StatusCallback=%s%%2Fstatus%%3Fid%%3D7",
                                        PLAIN_FORM, world->hook)
                               .ptr);
    wait_for(world, "{\"idle\":true}");
    for (size_t i = 0; i < seen_count(world); i++) {
        struct str status = seen_param(world, i, "MessageStatus");
        struct str code = seen_param(world, i, "ErrorCode");
        bool stranger = !str_is(seen_param(world, i, "MessageSid"), sid);

        assert_true(is_signed(world, i));
        assert_true(str_is(seen_at(world, i).path, "/status?id=7"));
        assert_true(str_equal(status, seen_param(world, i, "SmsStatus")));
        assert_true(str_is(seen_param(world, i, "To"), ANNE));
        buf_addf(&got, "%s%s%.*s%s%.*s", i > 0 ? " " : "", stranger ? "?" : "", STR_ARGS(status),
                 code.ptr ? "/" : "", STR_ARGS(code));
    }
    assert_string_equal(buf_text(&got), c->statuses);
    message = api(world, "GET", arena_printf(&world->arena, "/Messages/%s.json", sid).ptr, "", 200);
    assert_string_equal(text_of(message, "status"), c->last);
    assert_int_equal(int_of(message, "error_code"), c->code);
    json_drop(&message);
    end_row(world);
}

static void queues_through_a_service(void **state)
{
    struct world *world = *state;
    json_t *json = api(world, "POST", "/Messages.json",
                       arena_printf(&world->arena,
                                    "To=%%2B12025550101&Body=x&StatusCallback=%s%%2Fstatus"
                                    "&MessagingServiceSid=MG00000000000000000000000000000001",
                                    world->hook)
                           .ptr,
                       201);

    assert_string_equal(text_of(json, "status"), "accepted");
    assert_string_equal(text_of(json, "num_segments"), "0");
    assert_true(json_is_null(json_object_get(json, "from")));
    json_drop(&json);
    wait_for(world, "{\"idle\":true}");
    assert_true(str_is(seen_param(world, 0, "MessageStatus"), "queued"));
    assert_true(str_is(seen_param(world, 0, "From"), OURS));
    assert_int_equal(seen_count(world), 3);
}

static void sends_nothing_from_magic_number(void **state)
{
    struct world *world = *state;
    const char *sid = send_text(world, "To=%2B12025550101&From=%2B15005550006&Body=x");
    CLEANUP(json_drop) json_t *json = NULL;

    wait_for(world, "{\"idle\":true}");
    json = api(world, "GET", arena_printf(&world->arena, "/Messages/%s.json", sid).ptr, "", 200);
    assert_string_equal(text_of(json, "status"), "queued");
}

/* ---- the message resource ---- */

static void writes_whole_resource(void **state)
{
    struct world *world = *state;
    static const char *const fields[] = {
        "body",
        "num_segments",
        "direction",
        "from",
        "to",
        "date_updated",
        "price",
        "error_message",
        "uri",
        "account_sid",
        "num_media",
        "status",
        "messaging_service_sid",
        "sid",
        "date_sent",
        "date_created",
        "error_code",
        "price_unit",
        "api_version",
        "subresource_uris",
    };
    CLEANUP(json_drop)
    json_t *json = api(
        world, "POST", "/Messages.json",
        "To=%2B447700900123&From=%2B12025550100&Body=Gr%C3%BC%C3%9Fe+%F0%9F%8D%90&Attempt=1", 201);

    for (size_t i = 0; i < ARRAY_LEN(fields); i++)
        assert_non_null(json_object_get(json, fields[i]));
    assert_int_equal(json_object_size(json), ARRAY_LEN(fields));
    assert_string_equal(text_of(json, "body"), "Gr\xC3\xBC\xC3\x9F"
                                               "e \xF0\x9F\x8D\x90");
    assert_string_equal(text_of(json, "num_segments"), "1");
    assert_string_equal(text_of(json, "num_media"), "0");
    assert_string_equal(text_of(json, "direction"), "outbound-api");
    assert_string_equal(text_of(json, "status"), "queued");
    assert_string_equal(text_of(json, "to"), BEN);
    assert_true(json_is_null(json_object_get(json, "date_sent")));
    assert_true(json_is_null(json_object_get(json, "error_code")));
    assert_int_equal(strlen(text_of(json, "date_created")),
                     strlen("Sat, 21 Nov 2026 01:00:00 +0000"));
    assert_int_equal(strlen(text_of(json, "sid")), 34);
}

static void redacts_and_deletes(void **state)
{
    struct world *world = *state;
    const char *sid = send_text(world, PLAIN_FORM);
    const char *path = arena_printf(&world->arena, "/Messages/%s.json", sid).ptr;
    json_t *json;

    wait_for(world, "{\"idle\":true}");
    json = api(world, "POST", path, "Body=", 200);
    assert_string_equal(text_of(json, "body"), "");
    json_drop(&json);
    json = api(world, "POST", path, "Body=other", 400);
    assert_int_equal(int_of(json, "code"), 30400);
    json_drop(&json);
    json = api(world, "POST", path, "Body=&Status=canceled", 400);
    json_drop(&json);
    json = api(world, "POST", path, "Status=canceled", 409);
    assert_int_equal(int_of(json, "code"), 30409);
    json_drop(&json);
    json = api(world, "DELETE", path, "", 204);
    json_drop(&json);
    json = api(world, "GET", path, "", 404);
    json_drop(&json);
    json = control(world, "GET", "messages", "", 200); /* the books remember */
    assert_string_equal(text_of(json_array_get(json_object_get(json, "messages"), 0), "body"),
                        "hello");
    json_drop(&json);
}

static void keeps_unfinished(void **state)
{
    struct world *world = *state;
    const char *path;
    json_t *json;

    command(world, "POST", "settings", "{\"sent_after_ms\":600000}", 200);
    path = arena_printf(&world->arena, "/Messages/%s.json", send_text(world, PLAIN_FORM)).ptr;
    json = api(world, "DELETE", path, "", 409);
    json_drop(&json);
    json = api(world, "POST", path, "Body=", 409);
    assert_int_equal(int_of(json, "code"), 20009);
    json_drop(&json);
}

static void cancels_scheduled(void **state)
{
    struct world *world = *state;
    time_t then = time(NULL) + 3600;
    struct tm tm;
    char at[40];
    json_t *json;
    const char *path;

    gmtime_r(&then, &tm);
    strftime(at, sizeof(at), "%Y-%m-%dT%H%%3A%M%%3A%SZ", &tm);
    json = api(world, "POST", "/Messages.json",
               arena_printf(&world->arena,
                            "To=%%2B12025550101&Body=x&ScheduleType=fixed&SendAt=%s"
                            "&StatusCallback=%s%%2Fstatus"
                            "&MessagingServiceSid=MG00000000000000000000000000000001",
                            at, world->hook)
                   .ptr,
               201);
    assert_string_equal(text_of(json, "status"), "scheduled");
    path = arena_printf(&world->arena, "/Messages/%s.json", text_of(json, "sid")).ptr;
    json_drop(&json);
    wait_for(world, "{\"idle\":true}"); /* what is scheduled keeps nobody waiting */
    json = api(world, "POST", path, "Status=canceled", 200);
    assert_string_equal(text_of(json, "status"), "canceled");
    json_drop(&json);
    wait_for(world, "{\"callbacks\":1}");
    assert_true(str_is(seen_param(world, 0, "MessageStatus"), "canceled"));
}

/* ---- lists ---- */

static const struct list_case {
    const char *name, *query;
    size_t pages[5]; /* how many messages on each page, up to a 0 */
} lists[] = {
    { "all on one page", "", { 8 } },
    { "three to a page", "?PageSize=3", { 3, 3, 2 } },
    { "exactly full pages", "?PageSize=4", { 4, 4 } },
    { "to one person", "?To=%2B12025550101", { 5 } },
    { "to one person in pages", "?PageSize=2&To=%2B12025550101", { 2, 2, 1 } },
    { "from one person", "?From=%2B12025550101", { 1 } },
    { "one pair", "?From=%2B12025550100&To=%2B447700900123&PageSize=1", { 1, 1 } },
    { "a pair that never wrote", "?From=%2B447700900123&To=%2B12025550101", { 0 } },
    { "sent since long ago", "?DateSent%3E=2026-01-01&PageSize=5", { 5, 3 } },
    { "sent since the time", "?DateSent%3E=2026-01-01T00:00:00Z", { 8 } },
    { "sent long ago", "?DateSent%3C=2001-01-01", { 0 } },
    { "sent on a day long ago", "?DateSent=2001-01-01", { 0 } },
};

static void pages_list(void **state)
{
    struct world *world;
    const struct list_case *c = row_of(state, &world);
    const char *path = arena_printf(&world->arena, "/Messages.json%s", c->query).ptr;
    char last[64] = "";
    size_t page = 0;

    for (int i = 0; i < 5; i++)
        send_text(world, PLAIN_FORM);
    for (int i = 0; i < 2; i++)
        send_text(world, "To=%2B447700900123&From=%2B12025550100&Body=hello");
    text_us(world, "{\"from\":\"" ANNE "\",\"to\":\"" OURS "\",\"body\":\"hi\"}");
    do {
        CLEANUP(json_drop) json_t *json = api(world, "GET", path, "", 200);
        json_t *messages = json_object_get(json, "messages");

        assert_int_equal(json_array_size(messages), c->pages[page]);
        assert_int_equal(int_of(json, "page"), page);
        for (size_t i = 0; i < json_array_size(messages); i++) {
            const char *sid = text_of(json_array_get(messages, i), "sid");

            assert_string_not_equal(sid, last);
            snprintf(last, sizeof(last), "%s", sid);
        }
        path = json_is_null(json_object_get(json, "next_page_uri"))
                   ? NULL
                   : arena_copy(&world->arena, str_of(text_of(json, "next_page_uri"))).ptr;
        page++;
    } while (path);
    assert_true(page == ARRAY_LEN(c->pages) || c->pages[page] == 0);
    end_row(world);
}

static void lists_newest_first(void **state)
{
    struct world *world = *state;
    const char *first = send_text(world, PLAIN_FORM), *second = send_text(world, PLAIN_FORM);
    CLEANUP(json_drop) json_t *json = api(world, "GET", "/Messages.json", "", 200);
    json_t *messages = json_object_get(json, "messages");

    assert_string_equal(text_of(json_array_get(messages, 0), "sid"), second);
    assert_string_equal(text_of(json_array_get(messages, 1), "sid"), first);
}

static void filters_out_unsent(void **state)
{
    struct world *world = *state;
    json_t *json;

    command(world, "POST", "settings", "{\"sent_after_ms\":600000}", 200);
    send_text(world, PLAIN_FORM);
    json = api(world, "GET", "/Messages.json?DateSent%3E=2001-01-01", "", 200);
    assert_int_equal(json_array_size(json_object_get(json, "messages")), 0);
    json_drop(&json);
}

/* ---- inbound texts ---- */

static const char *const hello =
    "{\"from\":\"" ANNE "\",\"to\":\"" OURS "\",\"body\":\"hi & bye\"}";

static void posts_signed_webhook(void **state)
{
    struct world *world = *state;
    const char *sid = text_us(world, hello);
    static const struct {
        const char *name, *value;
    } fields[] = {
        { "AccountSid", ACCOUNT },  { "ApiVersion", "2010-04-01" }, { "Body", "hi & bye" },
        { "From", ANNE },           { "FromCity", "WASHINGTON" },   { "FromCountry", "US" },
        { "FromState", "DC" },      { "FromZip", "20001" },         { "NumMedia", "0" },
        { "NumSegments", "1" },     { "SmsStatus", "received" },    { "To", OURS },
        { "ToCity", "WASHINGTON" }, { "ToCountry", "US" },          { "ToState", "DC" },
        { "ToZip", "20001" },
    };

    assert_int_equal(seen_count(world), 1);
    for (size_t i = 0; i < ARRAY_LEN(fields); i++)
        assert_true(str_is(seen_param(world, 0, fields[i].name), fields[i].value));
    assert_true(str_is(seen_param(world, 0, "MessageSid"), sid));
    assert_true(str_is(seen_param(world, 0, "SmsSid"), sid));
    assert_true(str_is(seen_param(world, 0, "SmsMessageSid"), sid));
    assert_true(is_signed(world, 0));
    assert_int_equal(seen_at(world, 0).token.len, 32);
}

static const struct webhook_case {
    const char *name;
    const char *fragment; /* of the number's URL */
    const char *fallback; /* path at the target, or NULL */
    const char *fault;
    int status;
    const char *content_type, *body;
    size_t requests;
    const char *outcome; /* in the books */
    int64_t code;
} webhooks[] = {
    { "TwiML", "", NULL, NULL, 200, "text/xml", "<Response/>", 1, "ok", 0 },
    { "204", "", NULL, NULL, 204, NULL, "", 1, "ok", 0 },
    { "500 is not repeated", "", NULL, NULL, 500, "text/plain", "", 1, "failed", 11217 },
    { "500 is repeated when asked for", "#rc=2&rp=5xx", NULL, NULL, 500, NULL, "", 3, "failed",
      11217 },
    { "all is repeated", "#rc=1&rp=all", NULL, NULL, 503, NULL, "", 2, "failed", 11217 },
    { "403 is no 5xx", "#rc=2&rp=5xx", NULL, NULL, 403, NULL, "", 1, "failed", 11217 },
    { "403 is a 4xx", "#rc=1&rp=ct,4xx", NULL, NULL, 403, NULL, "", 2, "failed", 11217 },
    { "a redirect is not followed", "", NULL, NULL, 302, NULL, "", 1, "failed", 11217 },
    { "no retries", "#rc=0&rp=all", NULL, NULL, 500, NULL, "", 1, "failed", 11217 },
    { "the fallback helps", "", "/fallback", NULL, 500, NULL, "", 2, "ok", 0 },
    { "the fallback after retries", "#rc=1&rp=all", "/fallback", NULL, 500, NULL, "", 3, "ok", 0 },
    { "the fallback after bad TwiML", "", "/fallback", NULL, 200, "text/html", "<p>", 2, "ok", 0 },
    { "the fallback fails, too", "", "/sms", NULL, 500, NULL, "", 2, "failed", 11217 },
    { "JSON is no answer", "", NULL, NULL, 200, "application/json", "{}", 1, "failed", 12300 },
    { "a wrong signature", "", NULL, "{\"fault\":\"wrong_signature\"}", 200, "text/xml",
      "<Response/>", 1, "ok", 0 },
    { "the same text twice", "", NULL, "{\"fault\":\"duplicate_text\"}", 200, "text/xml",
      "<Response/>", 2, "ok", 0 },
};

static void calls_webhook(void **state)
{
    struct world *world;
    const struct webhook_case *c = row_of(state, &world);
    struct str number = arena_printf(&world->arena,
                                     "{\"phone\":\"" OURS "\",\"sms_url\":\"%s/sms%s\","
                                     "\"sms_fallback_url\":\"%s%s\"}",
                                     world->hook, c->fragment, c->fallback ? world->hook : "",
                                     c->fallback ? c->fallback : "");
    CLEANUP(json_drop) json_t *books = NULL;
    const char *sid;
    size_t count;

    command(world, "POST", "numbers", number.ptr, 201);
    if (c->fault)
        command(world, "POST", "faults", c->fault, 201);
    answer_with(world, c->status, c->content_type, c->body);
    sid = text_us(world, hello);
    count = seen_count(world);
    assert_int_equal(count, c->requests);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(is_signed(world, i), !c->fault || !strstr(c->fault, "wrong"));
    if (c->fallback) {
        assert_true(seen_param(world, count - 1, "ErrorCode").len > 0);
        assert_true(seen_param(world, count - 1, "ErrorUrl").len > 0);
    } else {
        assert_true(str_equal(seen_at(world, 0).token, seen_at(world, count - 1).token));
    }
    books = control(world, "GET", arena_printf(&world->arena, "texts/%s", sid).ptr, "", 200);
    assert_string_equal(text_of(books, "webhook"), c->outcome);
    assert_int_equal(int_of(books, "error_code"), c->code);
    assert_int_equal(json_array_size(json_object_get(books, "attempts")), c->requests);
    end_row(world);
}

static void survives_closed_port(void **state)
{
    struct world *world = *state;
    struct http_server *server;
    struct http_server_config config = { .listen = "127.0.0.1:0",
                                         .connections_max = 1,
                                         .handle = target_handle };
    int port;
    json_t *json;
    const char *sid;

    assert_true(http_server_open(&config, &server, NULL)); /* a port that nobody else has */
    port = http_server_port(server);
    http_server_close(server);
    command(world, "POST", "numbers",
            arena_printf(&world->arena,
                         "{\"phone\":\"" OURS "\",\"sms_url\":\"http://127.0.0.1:%d/sms\"}", port)
                .ptr,
            201);
    sid = text_us(world, hello);
    json = control(world, "GET", arena_printf(&world->arena, "texts/%s", sid).ptr, "", 200);
    assert_int_equal(int_of(json, "error_code"), 11205);
    assert_int_equal(json_array_size(json_object_get(json, "attempts")), 2); /* once repeated */
    json_drop(&json);
}

static void keeps_text_without_webhook(void **state)
{
    struct world *world = *state;
    const char *sid;
    json_t *json;

    command(world, "POST", "numbers", "{\"phone\":\"" OURS "\",\"sms_url\":\"\"}", 201);
    sid = text_us(world, hello);
    json = control(world, "GET", arena_printf(&world->arena, "texts/%s", sid).ptr, "", 200);
    assert_string_equal(text_of(json, "webhook"), "none");
    json_drop(&json);
    json = api(world, "GET", arena_printf(&world->arena, "/Messages/%s.json", sid).ptr, "", 200);
    assert_string_equal(text_of(json, "direction"), "inbound");
    assert_string_equal(text_of(json, "status"), "received");
    json_drop(&json);
}

static void replays_text(void **state)
{
    struct world *world = *state;
    const char *sid = text_us(world, hello);

    text_us(world, arena_printf(&world->arena, "{\"sid\":\"%s\"}", sid).ptr);
    assert_int_equal(seen_count(world), 2);
    assert_true(str_is(seen_param(world, 1, "MessageSid"), sid));
    assert_true(str_is(seen_param(world, 1, "Body"), "hi & bye"));
    assert_int_equal(stat(world, "inbound"), 1);
}

static void takes_given_sid(void **state)
{
    struct world *world = *state;
    const char *sid = text_us(world, "{\"from\":\"" ANNE "\",\"to\":\"" OURS "\",\"body\":\"x\","
                                     "\"sid\":\"SM0123456789abcdef0123456789abcdef\","
                                     "\"opt_out_type\":\"HELP\"}");

    assert_string_equal(sid, "SM0123456789abcdef0123456789abcdef");
    assert_true(str_is(seen_param(world, 0, "OptOutType"), "HELP"));
}

static void serves_media(void **state)
{
    struct world *world = *state;
    struct http_result result;
    struct str url;
    json_t *json;

    text_us(world, "{\"from\":\"" ANNE "\",\"to\":\"" OURS "\",\"media\":["
                   "{\"content_type\":\"image/png\",\"data\":\"aGVsbG8=\"},"
                   "{\"content_type\":\"text/vcard\",\"data\":\"\"}]}");
    assert_true(str_starts(seen_param(world, 0, "MessageSid"), str_of("MM")));
    assert_true(str_is(seen_param(world, 0, "NumMedia"), "2"));
    assert_true(str_is(seen_param(world, 0, "MediaContentType1"), "text/vcard"));
    url = seen_param(world, 0, "MediaUrl0");
    assert_true(str_starts(url, str_of(world->base)));
    url = str_slice(url, strlen(world->base), url.len);
    result = fetch(world, "GET", url, (struct str){ 0 }, NULL);
    assert_int_equal(result.status, 401);
    result = fetch(world, "GET", url, (struct str){ 0 }, ACCOUNT);
    assert_int_equal(result.status, 200);
    assert_true(str_is(result.body, "hello"));
    assert_true(str_is(http_result_header(&result, "Content-Type"), "image/png"));
    command(world, "POST", "settings", "{\"media_redirect\":true}", 200);
    result = fetch(world, "GET", url, (struct str){ 0 }, ACCOUNT);
    assert_int_equal(result.status, 307);
    url = http_result_header(&result, "Location");
    url = str_slice(url, strlen(world->base), url.len);
    assert_int_equal(fetch(world, "GET", url, (struct str){ 0 }, ACCOUNT).status, 400);
    assert_int_equal(fetch(world, "GET", url, (struct str){ 0 }, NULL).status, 200);
    json = api(world, "GET",
               arena_printf(&world->arena, "/Messages/%.*s/Media.json",
                            STR_ARGS(seen_param(world, 0, "MessageSid")))
                   .ptr,
               "", 200);
    assert_int_equal(json_array_size(json_object_get(json, "media_list")), 2);
    json_drop(&json);
}

static void sends_twiml_replies(void **state)
{
    struct world *world = *state;
    CLEANUP(json_drop) json_t *books = NULL;
    json_t *reply;

    answer_with(world, 200, "text/xml", "<Response><Message>Hi there</Message></Response>");
    text_us(world, hello);
    wait_for(world, "{\"outbound\":1}");
    books = control(world, "GET", "messages", "", 200);
    reply = json_array_get(json_object_get(books, "messages"), 0);
    assert_string_equal(text_of(reply, "direction"), "outbound-reply");
    assert_string_equal(text_of(reply, "to"), ANNE);
    assert_string_equal(text_of(reply, "from"), OURS);
    assert_string_equal(text_of(reply, "body"), "Hi there");
}

/* ---- opting out ---- */

static const struct opt_case {
    const char *name, *number, *words; /* one after the other, cut at '|' */
    int status;                        /* of a create to that person afterwards */
    size_t replies;                    /* answers of the provider itself */
} opts[] = {
    { "STOP", OURS, "STOP", 400, 1 },
    { "any case, blanks around", OURS, "  sToP \n", 400, 1 },
    { "OPTOUT", OURS, "optout", 400, 1 },
    { "twice answered once", OURS, "STOP|QUIT", 400, 1 },
    { "STOP and START", OURS, "STOP|START", 201, 2 },
    { "STOP and YES", OURS, "STOP|yes", 201, 2 },
    { "HELP does not opt in", OURS, "STOP|HELP", 400, 2 },
    { "toll-free does not know YES", TOLL_FREE, "STOP|YES", 400, 1 },
    { "toll-free knows UNSTOP", TOLL_FREE, "STOP|UNSTOP", 201, 2 },
    { "a short code's application answers", SHORT_CODE, "STOP", 201, 0 },
    { "STOP in a sentence", OURS, "please STOP", 201, 0 },
    { "STOP with a full stop", OURS, "stop.", 201, 0 },
    { "opt out in two words", OURS, "opt out", 201, 0 },
    { "YES to a question", OURS, "yes", 201, 0 },
};

static void handles_opt_out(void **state)
{
    struct world *world;
    const struct opt_case *c = row_of(state, &world);
    struct str words = str_of(c->words), word;
    json_t *json;

    while (str_cut(&words, '|', &word)) {
        CLEANUP(buf_release) struct buf text = { 0 };
        struct json_writer w = { .out = &text };

        json_open_object(&w);
        json_field_text(&w, "from", ANNE);
        json_field_text(&w, "to", c->number);
        json_field_str(&w, "body", word);
        json_close_object(&w);
        text_us(world, buf_text(&text));
        assert_true(str_equal(seen_param(world, seen_count(world) - 1, "Body"), word));
    }
    json = api(world, "POST", "/Messages.json",
               arena_printf(&world->arena, "To=%%2B12025550101&From=%s%s&Body=x",
                            c->number[0] == '+' ? "%2B" : "", c->number + (c->number[0] == '+'))
                   .ptr,
               c->status);
    assert_int_equal(int_of(json, "code"), c->status == 400 ? 21610 : 0);
    json_drop(&json);
    send_text(world, "To=%2B447700900123&From=%2B12025550100&Body=x"); /* nobody else is touched */
    assert_int_equal(world->events[SIMULATOR_PROVIDER_REPLY], c->replies);
    end_row(world);
}

static void leaves_opt_out_to_application(void **state)
{
    struct world *world = *state;

    command(world, "POST", "settings", "{\"provider_handles_opt_out\":false}", 200);
    text_us(world, "{\"from\":\"" ANNE "\",\"to\":\"" OURS "\",\"body\":\"STOP\"}");
    send_text(world, PLAIN_FORM);
    assert_int_equal(stat(world, "opted_out"), 0);
}

static void fails_late_through_a_service(void **state)
{
    struct world *world = *state;
    const char *sid;
    json_t *json;

    text_us(world, "{\"from\":\"" ANNE "\",\"to\":\"" OURS "\",\"body\":\"STOP\"}");
    sid = send_text(world, "To=%2B12025550101&Body=x"
                           "&MessagingServiceSid=MG00000000000000000000000000000001");
    wait_for(world, "{\"idle\":true}");
    json = api(world, "GET", arena_printf(&world->arena, "/Messages/%s.json", sid).ptr, "", 200);
    assert_string_equal(text_of(json, "status"), "failed");
    assert_int_equal(int_of(json, "error_code"), 21610);
    json_drop(&json);
}

/* ---- numbers, waiting, books, events ---- */

static void changes_numbers(void **state)
{
    struct world *world = *state;
    json_t *json =
        api(world, "GET", "/IncomingPhoneNumbers.json?PhoneNumber=%2B12025550100", "", 200);
    json_t *list = json_object_get(json, "incoming_phone_numbers");
    const char *path;

    assert_int_equal(json_array_size(list), 1);
    path = arena_printf(&world->arena, "/IncomingPhoneNumbers/%s.json",
                        text_of(json_array_get(list, 0), "sid"))
               .ptr;
    json_drop(&json);
    json = api(
        world, "POST", path,
        arena_printf(&world->arena, "SmsUrl=%s%%2Fsms%%2Fnew&SmsMethod=GET", world->hook).ptr, 200);
    assert_non_null(strstr(text_of(json, "sms_url"), "/sms/new"));
    json_drop(&json);
    json = api(world, "POST", path, "SmsUrl=nonsense", 400);
    json_drop(&json);
    json = api(world, "POST", path, "SmsMethod=PUT", 400);
    json_drop(&json);
    json = api(world, "GET", path, "", 200);
    assert_string_equal(text_of(json, "sms_method"), "GET");
    json_drop(&json);
    text_us(world, hello);
    assert_true(str_starts(seen_at(world, 0).path, str_of("/sms/new?")));
    assert_true(is_signed(world, 0)); /* over the URL with its query, and no body */
}

static void gives_up_waiting(void **state)
{
    struct world *world = *state;
    CLEANUP(json_drop)
    json_t *json = control(world, "POST", "wait", "{\"outbound\":1,\"timeout_ms\":1}", 200);

    assert_true(json_is_false(json_object_get(json, "met")));
}

static void *send_later(void *context)
{
    send_text(context, PLAIN_FORM);
    return NULL;
}

static void waits_for_outbound(void **state)
{
    struct world *world = *state;
    struct world other = { .sim = world->sim }; /* an arena of its own for the other thread */
    pthread_t thread;

    memcpy(other.base, world->base, sizeof(other.base));
    assert_int_equal(pthread_create(&thread, NULL, send_later, &other), 0);
    wait_for(world, "{\"outbound\":1}");
    pthread_join(thread, NULL);
    arena_release(&other.arena);
}

static void resets(void **state)
{
    struct world *world = *state;
    json_t *json;

    command(world, "POST", "settings", "{\"sent_after_ms\":600000}", 200);
    command(world, "POST", "faults", "{\"fault\":\"delay\",\"next\":1000}", 201);
    command(world, "DELETE", "faults", "", 204);
    text_us(world, "{\"from\":\"" ANNE "\",\"to\":\"" TOLL_FREE "\",\"body\":\"STOP\"}");
    send_text(world, PLAIN_FORM);
    command(world, "POST", "reset", "", 204);
    assert_int_equal(stat(world, "outbound"), 0);
    assert_int_equal(stat(world, "opted_out"), 0);
    assert_int_equal(stat(world, "unfinished"), 0);
    json = control(world, "GET", "messages?direction=all", "", 200);
    assert_int_equal(json_array_size(json_object_get(json, "messages")), 0);
    json_drop(&json);
    send_text(world, PLAIN_FORM); /* numbers stay, settings are the first ones again */
    wait_for(world, "{\"idle\":true}");
}

static void books_in_order(void **state)
{
    struct world *world = *state;
    json_t *json, *list;

    send_text(world, "To=%2B12025550101&From=%2B12025550100&Body=one");
    text_us(world, hello);
    send_text(world, "To=%2B447700900123&From=%2B12025550100&Body=two");
    json = control(world, "GET", "messages?limit=1", "", 200);
    list = json_object_get(json, "messages");
    assert_string_equal(text_of(json_array_get(list, 0), "body"), "one");
    assert_int_equal(int_of(json, "last"), 1);
    assert_true(json_is_true(json_object_get(json, "more")));
    json_drop(&json);
    json = control(world, "GET", "messages?after=1", "", 200);
    list = json_object_get(json, "messages");
    assert_int_equal(json_array_size(list), 1);
    assert_string_equal(text_of(json_array_get(list, 0), "body"), "two");
    assert_int_equal(int_of(json_array_get(list, 0), "seq"), 3);
    json_drop(&json);
    json = control(world, "GET", "messages?direction=all&to=%2B12025550100", "", 200);
    assert_int_equal(json_array_size(json_object_get(json, "messages")), 1);
    json_drop(&json);
}

static void texts_in_process(void **state)
{
    struct world *world = *state;
    const struct simulator_media media = { STR("image/gif"), STR("GIF89a") };
    char sid[SIMULATOR_SID_BYTES];
    struct err err = { 0 };

    assert_true(
        simulator_text(world->sim, str_of(BEN), str_of(OURS), str_of("x"), &media, 1, sid, &err));
    wait_for(world, "{\"webhooks\":1}");
    assert_true(str_is(seen_param(world, 0, "MessageSid"), sid));
    assert_true(str_is(seen_param(world, 0, "FromCountry"), "GB"));
    assert_int_equal(world->events[SIMULATOR_INBOUND], 1);
    assert_true(simulator_text(world->sim, str_of(BEN), str_of("+12025550188"), str_of("lost"),
                               NULL, 0, sid, &err));
    assert_false(
        simulator_text(world->sim, str_of("Ben"), str_of(OURS), str_of("x"), NULL, 0, sid, &err));
    assert_int_equal(err.kind, ERR_INVALID);
    assert_string_equal(err.field, "from");
    send_text(world, PLAIN_FORM);
    wait_for(world, "{\"idle\":true}");
    assert_int_equal(world->events[SIMULATOR_OUTBOUND], 1);
    assert_int_equal(world->events[SIMULATOR_STATUS], 2);
}

static void stops_with_work_under_way(void **state)
{
    struct world *world = *state;

    command(world, "POST", "faults", "{\"fault\":\"no_receipt\",\"next\":3}", 201);
    for (int i = 0; i < 3; i++)
        send_text(world, arena_printf(&world->arena, "%s&StatusCallback=%s%%2Fstatus", PLAIN_FORM,
                                      world->hook)
                             .ptr);
    command(world, "POST", "texts", hello, 201);
}

static void closes_without_running(void **state)
{
    struct simulator_config config = { .listen = "127.0.0.1:0",
                                       .account_sid = ACCOUNT,
                                       .auth_token = TOKEN };
    struct simulator *sim = NULL;

    (void)state;
    assert_true(simulator_open(&config, &sim, NULL));
    assert_true(simulator_text(sim, str_of(ANNE), str_of(OURS), str_of("x"), NULL, 0, NULL, NULL));
    simulator_close(sim);
    simulator_close(NULL);
}

static const struct simulator_number bad_number[] = { { .phone = "12025550100" } };
static const struct simulator_number bad_hook[] = { { .phone = OURS, .sms_url = "sms" } };
static const struct config_case {
    const char *name;
    struct simulator_config config;
} configs[] = {
    { "no account", { .listen = "127.0.0.1:0", .auth_token = TOKEN } },
    { "a short account", { .listen = "127.0.0.1:0", .account_sid = "AC1", .auth_token = TOKEN } },
    { "no token", { .listen = "127.0.0.1:0", .account_sid = ACCOUNT } },
    { "no address", { .listen = "nowhere", .account_sid = ACCOUNT, .auth_token = TOKEN } },
    { "a webhook without a scheme",
      { .listen = "127.0.0.1:0",
        .account_sid = ACCOUNT,
        .auth_token = TOKEN,
        .webhook_url = "localhost/sms" } },
    { "a webhook with six retries",
      { .listen = "127.0.0.1:0",
        .account_sid = ACCOUNT,
        .auth_token = TOKEN,
        .webhook_url = "http://localhost/sms#rc=6" } },
    { "a number without a plus",
      { .listen = "127.0.0.1:0",
        .account_sid = ACCOUNT,
        .auth_token = TOKEN,
        .numbers = bad_number,
        .number_count = 1 } },
    { "a number with a bad webhook",
      { .listen = "127.0.0.1:0",
        .account_sid = ACCOUNT,
        .auth_token = TOKEN,
        .numbers = bad_hook,
        .number_count = 1 } },
};

static void refuses_config(void **state)
{
    const struct config_case *c = *state;
    struct simulator *sim = NULL;
    struct err err = { 0 };

    assert_false(simulator_open(&c->config, &sim, &err));
    assert_int_equal(err.kind, ERR_INVALID);
    assert_true(err.text[0] != '\0');
    assert_null(sim);
}

#define ROWS(table, function)                                                       \
    for (size_t i = 0; i < ARRAY_LEN(table); i++)                                   \
        tests[n++] = (struct CMUnitTest)                                            \
        {                                                                           \
            (table)[i].name, function, NULL, NULL, (void *)(uintptr_t) & (table)[i] \
        }

int main(void)
{
    const struct CMUnitTest with_world[] = {
        cmocka_unit_test_setup_teardown(refuses_long_body, world_open, world_close),
        cmocka_unit_test_setup_teardown(fails_list, world_open, world_close),
        cmocka_unit_test_setup_teardown(queues_through_a_service, world_open, world_close),
        cmocka_unit_test_setup_teardown(sends_nothing_from_magic_number, world_open, world_close),
        cmocka_unit_test_setup_teardown(writes_whole_resource, world_open, world_close),
        cmocka_unit_test_setup_teardown(redacts_and_deletes, world_open, world_close),
        cmocka_unit_test_setup_teardown(keeps_unfinished, world_open, world_close),
        cmocka_unit_test_setup_teardown(cancels_scheduled, world_open, world_close),
        cmocka_unit_test_setup_teardown(lists_newest_first, world_open, world_close),
        cmocka_unit_test_setup_teardown(filters_out_unsent, world_open, world_close),
        cmocka_unit_test_setup_teardown(posts_signed_webhook, world_open, world_close),
        cmocka_unit_test_setup_teardown(survives_closed_port, world_open, world_close),
        cmocka_unit_test_setup_teardown(keeps_text_without_webhook, world_open, world_close),
        cmocka_unit_test_setup_teardown(replays_text, world_open, world_close),
        cmocka_unit_test_setup_teardown(takes_given_sid, world_open, world_close),
        cmocka_unit_test_setup_teardown(serves_media, world_open, world_close),
        cmocka_unit_test_setup_teardown(sends_twiml_replies, world_open, world_close),
        cmocka_unit_test_setup_teardown(leaves_opt_out_to_application, world_open, world_close),
        cmocka_unit_test_setup_teardown(fails_late_through_a_service, world_open, world_close),
        cmocka_unit_test_setup_teardown(changes_numbers, world_open, world_close),
        cmocka_unit_test_setup_teardown(gives_up_waiting, world_open, world_close),
        cmocka_unit_test_setup_teardown(waits_for_outbound, world_open, world_close),
        cmocka_unit_test_setup_teardown(resets, world_open, world_close),
        cmocka_unit_test_setup_teardown(books_in_order, world_open, world_close),
        cmocka_unit_test_setup_teardown(texts_in_process, world_open, world_close),
        cmocka_unit_test_setup_teardown(stops_with_work_under_way, world_open, world_close),
        cmocka_unit_test(repeats_chance_with_seed),
        cmocka_unit_test(closes_without_running),
    };
    struct CMUnitTest tests[ARRAY_LEN(refusals) + ARRAY_LEN(paths) + ARRAY_LEN(controls) +
                            ARRAY_LEN(faults) + ARRAY_LEN(callbacks) + ARRAY_LEN(lists) +
                            ARRAY_LEN(webhooks) + ARRAY_LEN(opts) + ARRAY_LEN(configs) +
                            ARRAY_LEN(with_world)];
    size_t n = 0;

    ROWS(refusals, refuses_create);
    ROWS(paths, answers_path);
    ROWS(controls, explains_mistake);
    ROWS(faults, fails_as_told);
    ROWS(callbacks, tells_status);
    ROWS(lists, pages_list);
    ROWS(webhooks, calls_webhook);
    ROWS(opts, handles_opt_out);
    ROWS(configs, refuses_config);
    memcpy(&tests[n], with_world, sizeof(with_world));
    assert_int_equal(n + ARRAY_LEN(with_world), ARRAY_LEN(tests));
    return cmocka_run_group_tests(tests, NULL, NULL);
}
