/*
 * respond.c - from struct http_response to the library's response, and on its way.
 *
 * Short answers without further headers are kept and given again, which saves most of what an
 * answer costs. An answer that cannot be sent as it stands (a line end in a header) becomes a bare
 * 500: a header left out in silence could be the one that mattered.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "http/inside.h"

static struct MHD_Response *library_response(struct str body)
{
    struct MHD_Response *made = MHD_create_response_from_buffer(
        body.len, body.len > 0 ? (void *)(uintptr_t)body.ptr : NULL, MHD_RESPMEM_MUST_COPY);

    if (!made)
        die("out of memory (an answer of %zu bytes)", body.len);
    return made;
}

static bool add_headers(struct MHD_Response *made, const struct http_response *response,
                        struct arena *arena)
{
    if (response->close &&
        MHD_add_response_header(made, MHD_HTTP_HEADER_CONNECTION, "close") != MHD_YES)
        return false;
    if (response->content_type && MHD_add_response_header(made, MHD_HTTP_HEADER_CONTENT_TYPE,
                                                          response->content_type) != MHD_YES)
        return false;
    for (size_t i = 0; i < response->header_count; i++) {
        struct str name = arena_copy(arena, response->headers[i].name);
        struct str value = arena_copy(arena, response->headers[i].value);

        if (strlen(name.ptr) != name.len || strlen(value.ptr) != value.len ||
            MHD_add_response_header(made, name.ptr, value.ptr) != MHD_YES)
            return false;
    }
    return true;
}

/* Any thread: `arena` is the exchange's, which the caller holds. */
static struct MHD_Response *response_build(const struct http_response *response,
                                           struct arena *arena, int *ret_status)
{
    bool bodiless = response->status == 204 || response->status == 304;
    struct MHD_Response *made = library_response(bodiless ? (struct str){ 0 } : response->body);

    assert(response->status >= 200 && response->status <= 599);
    *ret_status = response->status;
    if (!add_headers(made, response, arena)) {
        MHD_destroy_response(made);
        made = library_response((struct str){ 0 });
        *ret_status = 500;
    }
    return made;
}

/* A response for the server's thread to give at once. `*ret_kept`: it is not the caller's to
 * destroy. */
static struct MHD_Response *response_find(struct http_server *server,
                                          const struct http_response *response, struct arena *arena,
                                          int *ret_status, bool *ret_kept)
{
    const char *content_type = response->content_type ? response->content_type : "";
    struct ready_response *ready;

    *ret_kept = response->header_count == 0 && response->body.len <= sizeof(ready->body) &&
                strlen(content_type) < sizeof(ready->content_type);
    if (!*ret_kept)
        return response_build(response, arena, ret_status);
    for (size_t i = 0; i < READY_RESPONSES; i++) {
        ready = &server->ready[i];
        if (ready->response && ready->asked == response->status &&
            ready->close == response->close &&
            str_equal(str_make(ready->body, ready->body_len), response->body) &&
            strcmp(ready->content_type, content_type) == 0) {
            *ret_status = ready->status;
            return ready->response;
        }
    }
    ready = &server->ready[server->ready_next++ % READY_RESPONSES];
    if (ready->response)
        MHD_destroy_response(ready->response);
    ready->response = response_build(response, arena, &ready->status);
    ready->asked = *ret_status = response->status;
    *ret_status = ready->status;
    ready->close = response->close;
    snprintf(ready->content_type, sizeof(ready->content_type), "%s", content_type);
    ready->body_len = response->body.len;
    if (response->body.len > 0)
        memcpy(ready->body, response->body.ptr, response->body.len);
    return ready->response;
}

void ready_release(struct http_server *server)
{
    for (size_t i = 0; i < READY_RESPONSES; i++) {
        if (server->ready[i].response)
            MHD_destroy_response(server->ready[i].response);
        server->ready[i].response = NULL;
    }
}

/* When it cannot be queued the library asks once more, and exchange_step then ends the connection.
 */
static void queue(struct http_exchange *exchange, int status, struct MHD_Response *response)
{
    exchange->queued = MHD_queue_response(exchange->mhd, (unsigned int)status, response) == MHD_YES;
    exchange->stage = STAGE_ANSWERED;
    connection_watch(exchange->server, exchange->connection, WATCH_SENDING);
    if (exchange->suspended) {
        exchange->suspended = false;
        exchange->server->answered = true;
        MHD_resume_connection(exchange->mhd);
    }
}

enum MHD_Result exchange_refuse(struct http_exchange *exchange,
                                const struct http_response *response)
{
    struct http_response closing = *response;
    struct MHD_Response *made;
    int status;
    bool kept;

    closing.close = true;
    exchange->connection->refused = true;
    made = response_find(exchange->server, &closing, &exchange->arena, &status, &kept);
    queue(exchange, status, made);
    if (!kept)
        MHD_destroy_response(made);
    return exchange->queued ? MHD_YES : MHD_NO;
}

/* The application has answered. False when the library let go of the exchange before. */
static bool take_back(struct http_exchange *exchange)
{
    assert(exchange->app_holds);
    exchange->app_holds = false;
    exchange->server->handed--;
    return exchange->mhd;
}

void http_respond(struct http_exchange *exchange, const struct http_response *response)
{
    struct MHD_Response *made;
    int status;
    bool kept;

    if (atomic_load(&exchange->server->closed)) {
        exchange_abandon(exchange);
    } else if (!take_back(exchange)) {
        exchange_recycle(exchange);
    } else {
        made = response_find(exchange->server, response, &exchange->arena, &status, &kept);
        queue(exchange, status, made);
        if (!kept)
            MHD_destroy_response(made);
    }
}

void http_respond_from_anywhere(struct http_exchange *exchange,
                                const struct http_response *response)
{
    struct http_server *server = exchange->server;
    bool closed;

    exchange->response = response_build(response, &exchange->arena, &exchange->status);
    pthread_mutex_lock(&server->lock);
    closed = atomic_load(&server->closed);
    if (!closed)
        mailbox_put(&server->mailbox, &exchange->letter);
    pthread_mutex_unlock(&server->lock);
    if (closed)
        exchange_abandon(exchange);
}

void exchange_deliver(struct http_exchange *exchange)
{
    struct MHD_Response *response = exchange->response;

    exchange->response = NULL;
    if (take_back(exchange))
        queue(exchange, exchange->status, response);
    else
        exchange_recycle(exchange);
    MHD_destroy_response(response);
}

void exchange_abandon(struct http_exchange *exchange)
{
    struct http_server *server = exchange->server;
    bool last;

    exchange_free(exchange);
    pthread_mutex_lock(&server->lock);
    last = --server->handed == 0;
    pthread_mutex_unlock(&server->lock);
    if (last)
        server_free(server);
}
