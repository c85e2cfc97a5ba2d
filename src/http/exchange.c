/*
 * exchange.c - take one request out of the library: header, body, and over to the application.
 *
 * The library calls exchange_begin with the request line, exchange_step for the header, for each
 * piece of body and for the end, and exchange_end when the answer is sent or the connection lost.
 * It parses more leniently than we allow, so everything it says about the header is checked again;
 * see strict.c and, for what it hides, is_torn.
 */
#include <assert.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "http/inside.h"
#include "http/strict.h"
#include "loop/clock.h"

#define BODY_BYTES_MAX (1024 * 1024) /* when there is no `admit` */
#define BODY_BYTES_KEPT (64 * 1024)  /* a spare with more gives its memory back */

/* The release whose buffers is_torn knows; any other is taken at its word. */
#define LAYOUT_KNOWN "0.9.75"

void *exchange_begin(void *context, const char *target, struct MHD_Connection *mhd)
{
    struct http_server *server = context;
    struct http_exchange *exchange = server->spare;
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

    if (exchange) {
        server->spare = exchange->next_spare;
    } else {
        exchange = calloc(1, sizeof(*exchange));
        if (!exchange)
            die("out of memory (an exchange)");
        exchange->server = server;
    }
    exchange->connection = info->socket_context;
    exchange->connection->exchange = exchange;
    exchange->mhd = mhd;
    exchange->stage = STAGE_HEADER;
    exchange->target_at = target;
    exchange->request.target = arena_copy(&exchange->arena, str_of(target));
    if (exchange->connection->watch == WATCH_IDLE)
        connection_watch(server, exchange->connection, WATCH_HEADER);
    return exchange;
}

void exchange_recycle(struct http_exchange *exchange)
{
    struct http_server *server = exchange->server;
    struct arena arena = exchange->arena;
    struct buf body = exchange->body;

    arena_reset(&arena);
    buf_clear(&body);
    if (body.capacity > BODY_BYTES_KEPT)
        buf_release(&body);
    *exchange = (struct http_exchange){
        .server = server, .arena = arena, .body = body, .next_spare = server->spare
    };
    server->spare = exchange;
}

void exchange_free(struct http_exchange *exchange)
{
    if (exchange->response)
        MHD_destroy_response(exchange->response);
    arena_release(&exchange->arena);
    buf_release(&exchange->body);
    free(exchange);
}

void exchange_end(void *context, struct MHD_Connection *mhd, void **cell,
                  enum MHD_RequestTerminationCode how)
{
    struct http_server *server = context;
    struct http_exchange *exchange = *cell;

    (void)mhd;
    (void)how;
    if (!exchange)
        return;
    *cell = NULL;
    exchange->connection->exchange = NULL;
    connection_watch(server, exchange->connection, WATCH_IDLE);
    if (server->stopping)
        shutdown(exchange->connection->fd, SHUT_RDWR);
    exchange->mhd = NULL;
    if (!exchange->app_holds)
        exchange_recycle(exchange);
}

struct gathering {
    struct http_header *headers;
    size_t count, bytes;
};

static enum MHD_Result gather(void *context, enum MHD_ValueKind kind, const char *name,
                              size_t name_len, const char *value, size_t value_len)
{
    struct gathering *g = context;

    (void)kind;
    g->headers[g->count++] =
        (struct http_header){ { name, name_len }, { value ? value : "", value_len } };
    g->bytes += name_len + value_len + 2;
    return MHD_YES;
}

/*
 * True when the bytes of the header cannot have been what the library says they were. It ends each
 * part in place with NULs, one for each byte of the separator, so a line that ended in a bare LF, a
 * NUL that cut a value or the target short, and a folded line all leave a gap that is too small or
 * too large.
 */
static bool is_torn(const struct http_exchange *exchange, const char *method, const char *version,
                    const struct gathering *g)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(exchange->mhd, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    const char *end = method + info->header_size;
    const char *next = method + strlen(method) + 1;

    if (strcmp(MHD_get_version(), LAYOUT_KNOWN) != 0)
        return false;
    if (exchange->target_at != next || version != next + exchange->request.target.len + 1)
        return true;
    next = version + strlen(version) + 2;
    for (size_t i = 0; i < g->count; i++) {
        const struct http_header *h = &g->headers[i];

        if (h->name.ptr != next)
            return true;
        next += h->name.len + 1;
        if (h->value.ptr < next || h->value.ptr + h->value.len + 4 > end)
            return true;
        for (; next < h->value.ptr; next++) {
            if (*next != ' ' && *next != '\t')
                return true;
        }
        next += h->value.len;
        if (next[0] != '\0' || next[1] != '\0')
            return true;
        next += 2;
    }
    return next + 2 != end;
}

/* A copy that lives as long as the exchange; the library's own goes with the connection. */
static struct str keep(char **room, struct str s)
{
    struct str kept = { *room, s.len };

    memcpy(*room, s.ptr, s.len);
    *room += s.len + 1;
    return kept;
}

static void fill_request(struct http_exchange *exchange, const char *method,
                         const struct gathering *g)
{
    struct http_request *request = &exchange->request;
    ptrdiff_t question = str_find_char(request->target, '?');
    char *room = arena_alloc(&exchange->arena, g->bytes);

    request->method =
        strcmp(method, "HEAD") == 0 ? str_of("GET") : arena_copy(&exchange->arena, str_of(method));
    request->path =
        question < 0 ? request->target : str_slice(request->target, 0, (size_t)question);
    if (question >= 0)
        request->query = str_slice(request->target, (size_t)question + 1, request->target.len);
    for (size_t i = 0; i < g->count; i++) {
        g->headers[i].name = keep(&room, g->headers[i].name);
        g->headers[i].value = keep(&room, str_trim(g->headers[i].value));
    }
    request->headers = g->headers;
    request->header_count = g->count;
    request->peer = str_of(exchange->connection->peer);
    request->peer_uid = exchange->connection->peer_uid;
    request->arena = &exchange->arena;
    request->exchange = exchange;
}

static enum MHD_Result refuse_status(struct http_exchange *exchange, int status)
{
    return exchange_refuse(exchange, &(struct http_response){ .status = status });
}

/* Ask the application whether it wants this at all. False when the refusal is on its way. */
static bool admit(struct http_exchange *exchange, const struct strict_framing *framing,
                  enum MHD_Result *ret)
{
    struct http_server *server = exchange->server;
    struct http_admission admission = { .body_bytes_max = BODY_BYTES_MAX };

    if (server->config.admit)
        admission = server->config.admit(server->config.context, &exchange->request);
    exchange->body_bytes_max = admission.body_bytes_max;
    if (admission.refuse_status != 0) {
        *ret = exchange_refuse(
            exchange, &(struct http_response){ .status = admission.refuse_status,
                                               .content_type = admission.refuse_content_type,
                                               .body = admission.refuse_body,
                                               .headers = admission.refuse_headers,
                                               .header_count = admission.refuse_header_count });
        return false;
    }
    if (framing->has_length && framing->length > admission.body_bytes_max) {
        *ret = refuse_status(exchange, 413);
        return false;
    }
    return true;
}

static enum MHD_Result take_header(struct http_exchange *exchange, const char *method,
                                   const char *version)
{
    struct http_server *server = exchange->server;
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(exchange->mhd, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    int count = MHD_get_connection_values(exchange->mhd, MHD_HEADER_KIND, NULL, NULL);
    struct gathering g = { .headers =
                               ARENA_ARRAY(&exchange->arena, struct http_header, (size_t)count) };
    struct strict_framing framing;
    enum MHD_Result result = MHD_NO;
    int status;

    if (info->header_size > server->config.header_bytes_max)
        return refuse_status(exchange, 431);
    MHD_get_connection_values_n(exchange->mhd, MHD_HEADER_KIND, gather, &g);
    if (is_torn(exchange, method, version, &g))
        return refuse_status(exchange, 400);
    status = strict_check(&(struct strict_header){ .version = version,
                                                   .method = str_of(method),
                                                   .target = exchange->request.target,
                                                   .headers = g.headers,
                                                   .header_count = g.count },
                          &framing);
    if (status != 0)
        return refuse_status(exchange, status);
    fill_request(exchange, method, &g);
    if (!admit(exchange, &framing, &result))
        return result;
    exchange->stage = STAGE_BODY;
    if (framing.chunked || framing.length > 0)
        connection_watch(server, exchange->connection, WATCH_BODY);
    return MHD_YES;
}

/*
 * A chunked body has no length to refuse it by beforehand, and in the middle of a body the library
 * takes no answer any more, so this one is written past it.
 */
static enum MHD_Result take_body(struct http_exchange *exchange, struct str piece)
{
    static const char too_large[] = "HTTP/1.1 413 Content Too Large\r\n"
                                    "Connection: close\r\nContent-Length: 0\r\n\r\n";

    if (piece.len > exchange->body_bytes_max - exchange->body.len) {
        send(exchange->connection->fd, too_large, sizeof(too_large) - 1,
             MSG_NOSIGNAL | MSG_DONTWAIT);
        exchange->connection->refused = true;
        exchange->stage = STAGE_ANSWERED;
        return MHD_NO;
    }
    buf_add(&exchange->body, piece);
    return MHD_YES;
}

static enum MHD_Result hand_over(struct http_exchange *exchange)
{
    struct http_server *server = exchange->server;

    exchange->stage = STAGE_APP;
    exchange->app_holds = true;
    exchange->request.body = buf_view(&exchange->body);
    exchange->request.received_us = clock_mono_us();
    connection_watch(server, exchange->connection, WATCH_APP);
    server->handed++;
    server->arrived = true;
    server->config.handle(server->config.context, &exchange->request);
    if (exchange->stage == STAGE_ANSWERED)
        return exchange->queued ? MHD_YES : MHD_NO;
    exchange->suspended = true;
    MHD_suspend_connection(exchange->mhd);
    return MHD_YES;
}

enum MHD_Result exchange_step(void *context, struct MHD_Connection *mhd, const char *url,
                              const char *method, const char *version, const char *upload,
                              size_t *upload_len, void **cell)
{
    struct http_exchange *exchange = *cell;
    struct str piece = { upload, *upload_len };

    (void)context;
    (void)mhd;
    (void)url;
    switch (exchange->stage) {
    case STAGE_HEADER: return take_header(exchange, method, version);
    case STAGE_BODY:
        *upload_len = 0;
        return piece.len > 0 ? take_body(exchange, piece) : hand_over(exchange);
    case STAGE_APP:
    case STAGE_ANSWERED: break; /* it asks again because the answer could not be queued */
    }
    return MHD_NO;
}
