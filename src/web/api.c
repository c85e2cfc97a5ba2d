/*
 * api.c - the API thread: take a call, find out who asks, let its handler work, answer.
 *
 * A call travels server thread -> API thread -> (writes only) engine thread -> server thread, and
 * is owned by one of them at a time; call_answer is the only way out. Reads never touch the engine,
 * and a write is checked here before the engine sees it.
 */
#include <sodium.h>
#include <stdlib.h>

#include "loop/clock.h"
#include "web/inside.h"
#include "web/problem.h"

#define IDEMPOTENCY_KEY_BYTES_MOST 128

struct store *api_reader(const struct api_call *call)
{
    return call->web->config.reader;
}
struct engine *api_engine(const struct api_call *call)
{
    return call->web->config.engine;
}
const struct web_config *api_config(const struct api_call *call)
{
    return &call->web->config;
}

/* ---- the end of a call ---- */

static void call_answer(struct api_call *call, int status, const char *content_type,
                        struct str text)
{
    const struct http_header headers[] = {
        { STR("Cache-Control"), STR("no-store") },
        { STR("X-Content-Type-Options"), STR("nosniff") },
        status == 401 ? (struct http_header){ STR("WWW-Authenticate"), STR("Bearer") }
                      : (struct http_header){ STR("Retry-After"), STR("5") },
    };
    struct http_response response = {
        .status = status,
        .content_type = status == 204 ? NULL : content_type,
        .body = text,
        .headers = headers,
        .header_count = status == 401 || status == 503 ? 3 : 2,
    };
    struct http_exchange *exchange = call->request->exchange;
    struct web *web = call->web;
    struct buf body = call->body;
    json_t *input = call->input;

    metric_add(web->config.metrics, METRIC_API_REQUESTS, 1);
    http_respond_from_anywhere(exchange, &response); /* the call is gone from here on */
    buf_release(&body);
    json_decref(input);
    atomic_fetch_sub(&web->api_waiting, 1);
}

static void call_fail(struct api_call *call, const struct err *err)
{
    int status = call->error_status != 0 ? call->error_status : problem_status(err->kind);
    struct str detail = str_of(err->text), field = str_of(err->field);

    if (status == 404) { /* missing or another's: in the same words, whoever found out */
        field = str_of("");
        detail = str_of(PROBLEM_NOT_FOUND);
    }
    if (status >= 500) {
        log_line(call->web->config.log, LOG_ERROR, "api_failed",
                 log_str("method", call->request->method), log_text("path", call->route->pattern),
                 log_int("status", status), log_int("incident", (int64_t)call->incident),
                 log_text("reason", err->text));
        field = str_of("");
        detail = arena_printf(call->arena, "%s; incident %llu in the log",
                              status == 503 ? "not possible right now, try again"
                                            : "something went wrong here",
                              (unsigned long long)call->incident);
    }
    call_answer(call, status, PROBLEM_TYPE, problem_json(status, field, detail, call->arena));
}

static void call_succeed(struct api_call *call)
{
    if (call->body.failed)
        die("out of memory (an answer)");
    call_answer(call, call->status, call->content_type, buf_view(&call->body));
}

/* ---- the same answer to the same key ---- */

static void hash_add(crypto_hash_sha256_state *state, struct str part)
{
    uint64_t len = part.len;

    crypto_hash_sha256_update(state, (const unsigned char *)&len, sizeof(len));
    if (part.len > 0)
        crypto_hash_sha256_update(state, (const unsigned char *)part.ptr, part.len);
}

/* A key is its sender's own: two users may use the same one. */
static bool read_idempotency_key(struct api_call *call, struct err *err)
{
    struct str key = http_header_find(call->request, "Idempotency-Key");
    crypto_hash_sha256_state state;

    if (!key.ptr || !str_is(call->request->method, "POST"))
        return true;
    if (key.len == 0 || key.len > IDEMPOTENCY_KEY_BYTES_MOST)
        return err_set(err, ERR_INVALID, "Idempotency-Key must have 1 to 128 characters");
    for (size_t i = 0; i < key.len; i++) {
        if (key.ptr[i] < ' ' || key.ptr[i] > '~')
            return err_set(err, ERR_INVALID, "Idempotency-Key must be printable ASCII");
    }
    crypto_hash_sha256_init(&state);
    hash_add(&state, id_bytes(&call->who.user));
    hash_add(&state, id_bytes(&call->who.token));
    hash_add(&state, key);
    crypto_hash_sha256_final(&state, call->key_hash);
    crypto_hash_sha256_init(&state);
    hash_add(&state, call->request->method);
    hash_add(&state, call->request->target);
    hash_add(&state, call->request->body);
    crypto_hash_sha256_final(&state, call->request_hash);
    call->idempotent = true;
    return true;
}

/* The answer that was given to this key before, if any, becomes the call's. */
static bool find_answer(struct api_call *call, struct store *store, struct arena *arena,
                        bool *ret_found, struct err *err)
{
    struct str key = { (const char *)call->key_hash, sizeof(call->key_hash) };
    struct str hash = { (const char *)call->request_hash, sizeof(call->request_hash) };
    struct saved_answer saved;

    *ret_found = false;
    if (!call->idempotent)
        return true;
    if (!store_find_answer(store, key, arena, ret_found, &saved, err))
        return false;
    if (!*ret_found)
        return true;
    if (!str_equal(saved.request_hash, hash)) {
        call->error_status = 422;
        return err_set(err, ERR_CONFLICT,
                       "this Idempotency-Key was used before with another request");
    }
    call->status = (int)saved.status;
    buf_add(&call->body, saved.body);
    return true;
}

static bool save_answer(struct api_call *call, struct engine_tx *tx, struct err *err)
{
    struct saved_answer answer = {
        .status = call->status,
        .request_hash = { (const char *)call->request_hash, sizeof(call->request_hash) },
        .body = buf_view(&call->body),
    };

    if (!call->idempotent)
        return true;
    return store_save_answer(tx->tx, str_make((const char *)call->key_hash, sizeof(call->key_hash)),
                             &answer, tx->now_ms, tx->chance, err);
}

/* ---- writes: on the engine's thread ---- */

static bool write_apply(struct engine_command *command, struct engine_tx *tx, struct err *err)
{
    struct api_call *call = (struct api_call *)command;
    bool found;

    buf_clear(&call->body);
    call->out = (struct json_writer){ .out = &call->body };
    call->error_status = 0;
    if (!find_answer(call, tx->tx->store, tx->arena, &found, err))
        return false;
    if (found)
        return true;
    return call->write(call, tx, err) && save_answer(call, tx, err);
}

static void write_done(struct engine_command *command, bool ok, const struct err *err)
{
    struct api_call *call = (struct api_call *)command;

    if (ok)
        call_succeed(call);
    else
        call_fail(call, err);
}

/* ---- the API thread ---- */

static bool decode_args(struct api_call *call, struct err *err)
{
    for (size_t i = 0; i < ROUTE_ARGS_MOST && call->args[i].ptr; i++) {
        if (!http_decode(call->args[i], false, call->arena, &call->args[i]))
            return err_set(err, ERR_INVALID, "the path has a broken %%-escape");
    }
    return true;
}

static bool check_query(const struct api_call *call, struct err *err)
{
    struct str rest = call->request->query, name, value;
    const char *const *known;
    bool bad = false;

    while (http_form_next(&rest, call->arena, &name, &value, &bad)) {
        known = call->route->query;
        while (known && *known && !str_is(name, *known))
            known++;
        if (!known || !*known)
            return err_set_field(err, arena_copy(call->arena, name).ptr,
                                 "%.*s is not a parameter of this path", STR_ARGS(name));
    }
    return bad ? err_set(err, ERR_INVALID, "the query has a broken %%-escape") : true;
}

static bool read_body(struct api_call *call, struct err *err)
{
    if (!(call->route->flags & (ROUTE_BODY | ROUTE_BODY_MAYBE)))
        return true;
    if (call->request->body.len == 0 && (call->route->flags & ROUTE_BODY_MAYBE))
        return true;
    call->input = json_read(call->request->body, err);
    if (!call->input)
        return err_add(err, "the body is");
    if (!json_is_object(call->input))
        return err_set(err, ERR_INVALID, "the body must be a JSON object");
    return true;
}

static bool check_call(struct api_call *call, struct err *err)
{
    if (!auth_identify(call, err))
        return false;
    if ((call->route->flags & ROUTE_ADMIN) && !call->who.admin)
        return err_set(err, ERR_DENIED, "only an admin's token may do this");
    return decode_args(call, err) && check_query(call, err) && read_body(call, err) &&
           read_idempotency_key(call, err);
}

static void call_run(struct api_call *call)
{
    struct err err = { 0 };
    bool found = false;

    call->now_ms = clock_now_ms();
    call->incident = (uint64_t)chance_below(&call->web->api_chance, INT64_C(1000000000000));
    if (!check_call(call, &err) ||
        !find_answer(call, api_reader(call), call->arena, &found, &err)) {
        call_fail(call, &err);
    } else if (found) {
        call_succeed(call);
    } else if (!call->route->handle(call, &err)) {
        call_fail(call, &err);
    } else if (call->write) {
        call->command = (struct engine_command){ .apply = write_apply, .done = write_done };
        engine_submit(api_engine(call), &call->command);
    } else {
        call_succeed(call);
    }
}

void *api_run(void *context)
{
    struct web *web = context;

    for (;;) {
        bool stopping = atomic_load(&web->api_stopping); /* before the last look into the box */
        struct letter *letter = mailbox_take(&web->api_box);

        if (!letter && stopping)
            return NULL;
        while (letter) {
            struct api_call *call = (struct api_call *)letter;

            letter = letter->next; /* the call may be gone after its run */
            call_run(call);
        }
        if (!stopping)
            mailbox_wait(&web->api_box, -1);
    }
}

/* ---- a server's thread ---- */

static bool is_json(const struct http_request *request)
{
    struct str type = http_header_find(request, "Content-Type"), media;

    return str_cut(&type, ';', &media) &&
           str_equal_nocase(str_trim(media), str_of("application/json"));
}

static bool has_body(const struct http_request *request)
{
    struct str length = http_header_find(request, "Content-Length");

    return http_header_find(request, "Transfer-Encoding").ptr ||
           (length.ptr && !str_is(length, "0"));
}

struct http_admission api_admit(struct surface *surface, const struct web_route *route,
                                const struct http_request *request)
{
    struct web *web = surface->web;
    bool takes_body = route->flags & (ROUTE_BODY | ROUTE_BODY_MAYBE);
    const char *why = auth_refusal(surface, request);

    if (why) {
        auth_note_refusal(web, request, why);
        return refuse(request->arena, 401, why, str_of(""));
    }
    if (atomic_load(&web->api_waiting) >= API_WAITING_MOST)
        return refuse(request->arena, 503, "too many requests are waiting; try again", str_of(""));
    if (takes_body && has_body(request) && !is_json(request))
        return refuse(request->arena, 415, "the body must be application/json", str_of(""));
    return (struct http_admission){ .body_bytes_max = takes_body ? API_BODY_BYTES_MOST : 0 };
}

void api_submit(struct surface *surface, const struct route_found *found,
                struct http_request *request)
{
    struct api_call *call = ARENA_NEW(request->arena, struct api_call);

    call->web = surface->web;
    call->surface = surface;
    call->request = request;
    call->arena = request->arena;
    call->route = found->route;
    memcpy(call->args, found->args, sizeof(call->args));
    call->status = 200;
    call->content_type = "application/json";
    call->out = (struct json_writer){ .out = &call->body };
    atomic_fetch_add(&surface->web->api_waiting, 1);
    mailbox_put(&surface->web->api_box, &call->command.letter);
}
