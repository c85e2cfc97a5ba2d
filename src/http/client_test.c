/*
 * client_test.c - what a server may do to a call, and what the caller is told.
 *
 * The server here plays a script: for each request it gets, one move. It counts every request that
 * arrives, on whatever connection, because the point is that nothing arrives twice.
 */
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "http/client.h"

#define PATIENCE_SECONDS 10
#define MOVES_MAX 4

/* ---- a server that follows a script ---- */

enum move {
    ANSWER,       /* send the row's text, keep the connection */
    ANSWER_CLOSE, /* send the row's text, close */
    CLOSE,        /* close without a word */
    RESET,        /* likewise, with a reset */
    HANG,         /* never answer */
    CLOSE_UNREAD, /* close the connection as soon as it is there */
};

struct peer {
    int listen_fd, stop_fd[2];
    int port;
    pthread_t thread;
    const enum move *moves; /* one for each request; the last again and again */
    size_t move_count;
    struct str answer;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    size_t requests, connections;
    struct buf first; /* the first request, whole */
    int fds[16];
    struct buf read[16];
    size_t fd_count;
};

/* A whole request at the front of what was read: its length, or 0. */
static size_t request_len(const struct buf *read)
{
    ptrdiff_t end = str_find(buf_view(read), str_of("\r\n\r\n"));
    ptrdiff_t length = str_find(buf_view(read), str_of("Content-Length: "));
    size_t len;

    if (end < 0)
        return 0;
    len = (size_t)end + 4;
    if (length >= 0 && length < end)
        len += (size_t)atoi(read->ptr + length + strlen("Content-Length: "));
    return read->len >= len ? len : 0;
}

static void peer_drop(struct peer *peer, size_t at, bool reset)
{
    const struct linger linger = { .l_onoff = 1 };

    if (reset)
        setsockopt(peer->fds[at], SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
    close(peer->fds[at]);
    buf_release(&peer->read[at]);
    peer->fds[at] = peer->fds[--peer->fd_count];
    peer->read[at] = peer->read[peer->fd_count];
}

static enum move peer_next_move(struct peer *peer, struct str request)
{
    size_t number;

    pthread_mutex_lock(&peer->lock);
    number = peer->requests++;
    if (number == 0)
        buf_add(&peer->first, request);
    pthread_cond_broadcast(&peer->changed);
    pthread_mutex_unlock(&peer->lock);
    return peer->moves[number < peer->move_count ? number : peer->move_count - 1];
}

static void peer_read(struct peer *peer, size_t at)
{
    char bytes[65536];
    ssize_t got = recv(peer->fds[at], bytes, sizeof(bytes), 0);
    struct str answer = peer->answer;
    enum move move;
    size_t len;

    if (got <= 0) {
        peer_drop(peer, at, false);
        return;
    }
    buf_add(&peer->read[at], str_make(bytes, (size_t)got));
    len = request_len(&peer->read[at]);
    if (len == 0)
        return;
    move = peer_next_move(peer, str_slice(buf_view(&peer->read[at]), 0, len));
    buf_clear(&peer->read[at]);
    if (move == ANSWER || move == ANSWER_CLOSE)
        send(peer->fds[at], answer.ptr, answer.len, MSG_NOSIGNAL);
    if (move == ANSWER_CLOSE || move == CLOSE || move == RESET)
        peer_drop(peer, at, move == RESET);
}

static void peer_accept(struct peer *peer)
{
    int fd = accept4(peer->listen_fd, NULL, NULL, SOCK_CLOEXEC);

    assert_true(fd >= 0 && peer->fd_count < ARRAY_LEN(peer->fds));
    pthread_mutex_lock(&peer->lock);
    peer->connections++;
    pthread_mutex_unlock(&peer->lock);
    peer->fds[peer->fd_count] = fd;
    peer->read[peer->fd_count++] = (struct buf){ 0 };
    if (peer->moves[0] == CLOSE_UNREAD)
        peer_drop(peer, peer->fd_count - 1, true);
}

static void *peer_thread(void *context)
{
    struct peer *peer = context;

    for (;;) {
        struct pollfd fds[2 + ARRAY_LEN(peer->fds)] = {
            { .fd = peer->stop_fd[0], .events = POLLIN },
            { .fd = peer->listen_fd, .events = POLLIN },
        };

        for (size_t i = 0; i < peer->fd_count; i++)
            fds[2 + i] = (struct pollfd){ .fd = peer->fds[i], .events = POLLIN };
        poll(fds, 2 + peer->fd_count, -1);
        if (fds[0].revents != 0)
            return NULL;
        for (size_t i = peer->fd_count; i-- > 0;) {
            if (fds[2 + i].revents != 0)
                peer_read(peer, i);
        }
        if (fds[1].revents != 0)
            peer_accept(peer);
    }
}

static void peer_start(struct peer *peer, const enum move *moves, size_t count, struct str answer)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t len = sizeof(address);

    *peer = (struct peer){ .moves = moves, .move_count = count, .answer = answer };
    pthread_mutex_init(&peer->lock, NULL);
    pthread_cond_init(&peer->changed, NULL);
    assert_int_equal(pipe(peer->stop_fd), 0);
    peer->listen_fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(peer->listen_fd, (struct sockaddr *)&address, sizeof(address)), 0);
    assert_int_equal(listen(peer->listen_fd, 16), 0);
    assert_int_equal(getsockname(peer->listen_fd, (struct sockaddr *)&address, &len), 0);
    peer->port = ntohs(address.sin_port);
    assert_int_equal(pthread_create(&peer->thread, NULL, peer_thread, peer), 0);
}

/* What it counted and kept stays to be looked at. */
static void peer_stop(struct peer *peer)
{
    close(peer->stop_fd[1]);
    pthread_join(peer->thread, NULL);
    close(peer->stop_fd[0]);
    close(peer->listen_fd);
    while (peer->fd_count > 0)
        peer_drop(peer, 0, false);
}

static void peer_release(struct peer *peer)
{
    buf_release(&peer->first);
    pthread_mutex_destroy(&peer->lock);
    pthread_cond_destroy(&peer->changed);
}

static struct timespec patience_end(void)
{
    struct timespec until;

    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += PATIENCE_SECONDS;
    return until;
}

static void peer_await_requests(struct peer *peer, size_t count)
{
    struct timespec until = patience_end();

    pthread_mutex_lock(&peer->lock);
    while (peer->requests < count)
        assert_int_equal(pthread_cond_timedwait(&peer->changed, &peer->lock, &until), 0);
    pthread_mutex_unlock(&peer->lock);
}

/* ---- what the caller is told ---- */

struct outcome {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    size_t count;
    struct arena arena;
    struct http_result result; /* the last one, copied */
    struct str answer_header;  /* X-B of it */
};

static void outcome_init(struct outcome *outcome)
{
    *outcome = (struct outcome){ 0 };
    pthread_mutex_init(&outcome->lock, NULL);
    pthread_cond_init(&outcome->changed, NULL);
}

static void outcome_release(struct outcome *outcome)
{
    arena_release(&outcome->arena);
    pthread_mutex_destroy(&outcome->lock);
    pthread_cond_destroy(&outcome->changed);
}

static void outcome_take(void *context, const struct http_result *result)
{
    struct outcome *outcome = context;

    pthread_mutex_lock(&outcome->lock);
    outcome->count++;
    outcome->result = *result;
    outcome->result.body = arena_copy(&outcome->arena, result->body);
    outcome->result.error = arena_copy(&outcome->arena, result->error);
    outcome->answer_header = http_result_header(result, "x-b");
    if (outcome->answer_header.ptr)
        outcome->answer_header = arena_copy(&outcome->arena, outcome->answer_header);
    pthread_cond_broadcast(&outcome->changed);
    pthread_mutex_unlock(&outcome->lock);
}

static void outcome_await(struct outcome *outcome, size_t count)
{
    struct timespec until = patience_end();

    pthread_mutex_lock(&outcome->lock);
    while (outcome->count < count)
        assert_int_equal(pthread_cond_timedwait(&outcome->changed, &outcome->lock, &until), 0);
    pthread_mutex_unlock(&outcome->lock);
}

/* ---- one call, one move ---- */

#define OK_ANSWER "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-B: c \r\n\r\nok"

static const struct call_case {
    const char *name;
    enum move move;
    struct str answer;
    enum http_failure failure;
    int status;
    const char *body;
    size_t response_bytes_max;
    int64_t timeout_ms;
} call_cases[] = {
    // clang-format off
    { "an answer", ANSWER, STR(OK_ANSWER), HTTP_OK, 200, "ok", 0, 0 },
    { "an answer and the end", ANSWER_CLOSE, STR(OK_ANSWER), HTTP_OK, 200, "ok", 0, 0 },
    { "any status is an answer", ANSWER, STR("HTTP/1.1 503 No\r\nContent-Length: 4\r\n\r\nbusy"), HTTP_OK, 503, "busy", 0, 0 },
    { "an answer without body", ANSWER, STR("HTTP/1.1 204 No Content\r\n\r\n"), HTTP_OK, 204, "", 0, 0 },
    { "a chunked answer", ANSWER, STR("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n"), HTTP_OK, 200, "abc", 0, 0 },
    { "an answer that ends with the connection", ANSWER_CLOSE, STR("HTTP/1.1 200 OK\r\n\r\nall"), HTTP_OK, 200, "all", 0, 0 },
    { "a 100 before the answer", ANSWER, STR("HTTP/1.1 100 Continue\r\nX-B: no\r\n\r\n" OK_ANSWER), HTTP_OK, 200, "ok", 0, 0 },
    { "a redirect is not followed", ANSWER, STR("HTTP/1.1 302 Found\r\nLocation: http://192.0.2.1/\r\nContent-Length: 0\r\n\r\n"), HTTP_OK, 302, "", 0, 0 },
    { "a 307 is not followed", ANSWER, STR("HTTP/1.1 307 T\r\nLocation: /again\r\nContent-Length: 0\r\n\r\n"), HTTP_OK, 307, "", 0, 0 },
    { "a 401 is not answered", ANSWER, STR("HTTP/1.1 401 Who\r\nWWW-Authenticate: Digest realm=\"x\", nonce=\"y\"\r\nContent-Length: 0\r\n\r\n"), HTTP_OK, 401, "", 0, 0 },
    { "an answer as long as may be", ANSWER, STR("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nabcd"), HTTP_OK, 200, "abcd", 4, 0 },
    { "an answer too long", ANSWER, STR("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabcde"), HTTP_UNKNOWN, 0, "", 4, 0 },
    { "a chunked answer too long", ANSWER, STR("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n0\r\n\r\n"), HTTP_UNKNOWN, 0, "", 4, 0 },
    { "no answer but the end", CLOSE, STR(""), HTTP_UNKNOWN, 0, "", 0, 0 },
    { "no answer but a reset", RESET, STR(""), HTTP_UNKNOWN, 0, "", 0, 0 },
    { "no answer at all", HANG, STR(""), HTTP_UNKNOWN, 0, "", 0, 200 },
    { "half an answer, then silence", ANSWER, STR("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"), HTTP_UNKNOWN, 0, "", 0, 200 },
    { "half an answer, then the end", ANSWER_CLOSE, STR("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"), HTTP_UNKNOWN, 0, "", 0, 0 },
    { "half a header, then silence", ANSWER, STR("HTTP/1.1 200 OK\r\nConte"), HTTP_UNKNOWN, 0, "", 0, 200 },
    { "half a chunk, then the end", ANSWER_CLOSE, STR("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab"), HTTP_UNKNOWN, 0, "", 0, 0 },
    { "chunks without their end", ANSWER_CLOSE, STR("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n"), HTTP_UNKNOWN, 0, "", 0, 0 },
    { "no HTTP", ANSWER_CLOSE, STR("hello there\r\n\r\n"), HTTP_UNKNOWN, 0, "", 0, 0 },
    { "a chunk size that is no hex", ANSWER, STR("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"), HTTP_UNKNOWN, 0, "", 0, 0 },
    // clang-format on
};

static struct http_call call_to(const struct peer *peer, struct arena *arena)
{
    return (struct http_call){ .method = "POST",
                               .url = arena_printf(arena, "http://127.0.0.1:%d/path?secret=1",
                                                   peer->port),
                               .body = STR("To=%2B12025550100&Body=hi") };
}

static void tells_outcome(void **state)
{
    const struct call_case *c = *state;
    CLEANUP(arena_release) struct arena arena = { 0 };
    CLEANUP(peer_release) struct peer peer;
    struct outcome outcome;
    struct http_client *client = http_client_create(4);
    struct http_call call;

    peer_start(&peer, &c->move, 1, c->answer);
    outcome_init(&outcome);
    call = call_to(&peer, &arena);
    call.response_bytes_max = c->response_bytes_max;
    call.timeout_ms = c->timeout_ms > 0 ? c->timeout_ms : PATIENCE_SECONDS * 1000;
    http_start(client, &call, outcome_take, &outcome);
    outcome_await(&outcome, 1);
    http_client_destroy(client);
    assert_int_equal(outcome.result.failure, c->failure);
    assert_int_equal(outcome.result.status, c->status);
    assert_string_equal(outcome.result.body.ptr, c->body);
    assert_int_equal(outcome.result.error.len > 0, c->failure != HTTP_OK);
    assert_true(str_find(outcome.result.error, str_of("secret")) < 0);
    assert_int_equal(outcome.count, 1);
    peer_stop(&peer);
    assert_int_equal(peer.requests, 1);
    if (str_find(c->answer, str_of("X-B: c")) >= 0)
        assert_true(str_is(outcome.answer_header, "c"));
    outcome_release(&outcome);
}

/* ---- never twice, unless it changes nothing ---- */

static const struct second_case {
    const char *name, *method;
    struct str body;
    enum move second;
    enum http_failure failure;
    size_t requests; /* in all, the first included */
} second_cases[] = {
    { "second: a POST on a connection that dies", "POST", STR("a=b"), CLOSE, HTTP_UNKNOWN, 2 },
    { "second: a POST on a connection that is reset", "POST", STR("a=b"), RESET, HTTP_UNKNOWN, 2 },
    { "second: a POST without body", "POST", STR(""), CLOSE, HTTP_UNKNOWN, 2 },
    { "second: a DELETE", "DELETE", STR(""), CLOSE, HTTP_UNKNOWN, 2 },
    { "second: a DELETE with a body", "DELETE", STR("a=b"), CLOSE, HTTP_UNKNOWN, 2 },
    { "second: a GET is asked again", "GET", STR(""), CLOSE, HTTP_OK, 3 },
    { "second: a POST that is answered", "POST", STR("a=b"), ANSWER, HTTP_OK, 2 },
};

static void never_sends_twice(void **state)
{
    const struct second_case *c = *state;
    const enum move moves[MOVES_MAX] = { ANSWER, c->second, ANSWER, ANSWER };
    CLEANUP(arena_release) struct arena arena = { 0 };
    CLEANUP(peer_release) struct peer peer;
    struct outcome outcome;
    struct http_client *client = http_client_create(1);
    struct http_call call;

    peer_start(&peer, moves, MOVES_MAX, (struct str)STR(OK_ANSWER));
    outcome_init(&outcome);
    call = call_to(&peer, &arena);
    http_start(client, &call, outcome_take, &outcome);
    outcome_await(&outcome, 1);
    assert_int_equal(outcome.result.failure, HTTP_OK);
    call.method = c->method;
    call.body = c->body;
    http_start(client, &call, outcome_take, &outcome);
    outcome_await(&outcome, 2);
    assert_int_equal(outcome.result.failure, c->failure);
    http_client_destroy(client);
    peer_stop(&peer);
    if (c->second == ANSWER)
        assert_int_equal(peer.connections, 1);
    assert_int_equal(outcome.count, 2);
    assert_int_equal(peer.requests, c->requests);
    outcome_release(&outcome);
}

/* ---- what is never sent ---- */

static const struct http_header good_header = { STR("X-A"), STR("b") };
static const struct http_header split_header = { STR("X-A"), STR("b\r\nX-C: d") };
static const struct http_header split_name = { STR("X-A: b\r\nX-C"), STR("d") };
static const struct http_header nul_header = { STR("X-A"), STR("b\0c") };

static const struct unsent_case {
    const char *name, *method;
    struct str url;
    struct str user;
    const struct http_header *header;
} unsent_cases[] = {
    { "unsent: nobody listens", "POST", STR("http://127.0.0.1:1/"), STR(""), &good_header },
    { "unsent: no such name", "POST", STR("http://nowhere.invalid/"), STR(""), &good_header },
    { "unsent: a file", "GET", STR("file:///etc/hostname"), STR(""), &good_header },
    { "unsent: FTP", "GET", STR("ftp://127.0.0.1/x"), STR(""), &good_header },
    { "unsent: no URL", "GET", STR(""), STR(""), &good_header },
    { "unsent: no host", "GET", STR("http:///x"), STR(""), &good_header },
    { "unsent: a user in the URL", "GET", STR("http://u:p@127.0.0.1:1/"), STR(""), &good_header },
    { "unsent: a line end in the URL", "GET", STR("http://127.0.0.1:1/\r\nX: y"), STR(""),
      &good_header },
    { "unsent: a NUL in the URL", "GET", STR("http://127.0.0.1:1/\0x"), STR(""), &good_header },
    { "unsent: a method of its own", "BREW", STR("http://127.0.0.1:1/"), STR(""), &good_header },
    { "unsent: a colon in the user", "GET", STR("http://127.0.0.1:1/"), STR("a:b"), &good_header },
    { "unsent: a line end in a header", "GET", STR("http://127.0.0.1:1/"), STR(""), &split_header },
    { "unsent: a line end in a header's name", "GET", STR("http://127.0.0.1:1/"), STR(""),
      &split_name },
    { "unsent: a NUL in a header", "GET", STR("http://127.0.0.1:1/"), STR(""), &nul_header },
};

static void does_not_send(void **state)
{
    const struct unsent_case *c = *state;
    struct outcome outcome;
    struct http_client *client = http_client_create(1);
    struct http_call call = {
        .method = c->method, .url = c->url, .user = c->user, .headers = c->header, .header_count = 1
    };

    outcome_init(&outcome);
    http_start(client, &call, outcome_take, &outcome);
    outcome_await(&outcome, 1);
    assert_int_equal(outcome.result.failure, HTTP_NOT_SENT);
    assert_true(outcome.result.error.len > 0);
    http_client_destroy(client);
    outcome_release(&outcome);
}

static void does_not_send_without_tls(void **state)
{
    const enum move move = CLOSE;
    CLEANUP(arena_release) struct arena arena = { 0 };
    CLEANUP(peer_release) struct peer peer;
    struct outcome outcome;
    struct http_client *client = http_client_create(1);
    struct http_call call;

    (void)state;
    peer_start(&peer, &move, 1, (struct str){ 0 });
    outcome_init(&outcome);
    call = call_to(&peer, &arena);
    call.url = arena_printf(&arena, "https://127.0.0.1:%d/", peer.port);
    call.timeout_ms = 500;
    http_start(client, &call, outcome_take, &outcome);
    outcome_await(&outcome, 1);
    assert_int_equal(outcome.result.failure, HTTP_NOT_SENT);
    peer_stop(&peer);
    assert_int_equal(peer.requests, 0);
    http_client_destroy(client);
    outcome_release(&outcome);
}

/* ---- what is sent ---- */

static void sends_what_it_is_told(void **state)
{
    static const struct http_header headers[] = { { STR("Content-Type"), STR("text/x") },
                                                  { STR("X-Empty"), STR("") } };
    const enum move move = ANSWER;
    CLEANUP(arena_release) struct arena arena = { 0 };
    CLEANUP(peer_release) struct peer peer;
    struct http_result result;
    struct http_call call;
    struct str first;

    (void)state;
    peer_start(&peer, &move, 1, (struct str)STR(OK_ANSWER));
    call = call_to(&peer, &arena);
    call.url = arena_printf(&arena, "http://127.0.0.1:%d/a/../b?c=%%20", peer.port);
    call.headers = headers;
    call.header_count = ARRAY_LEN(headers);
    call.user = str_of("AC1");
    call.password = str_of("pass:word");
    call.body = (struct str)STR("a\0\r\nb");
    assert_true(http_fetch(&call, &arena, &result, NULL));
    assert_int_equal(result.status, 200);
    peer_stop(&peer);
    first = buf_view(&peer.first);
    assert_true(str_starts(first, str_of("POST /a/../b?c=%20 HTTP/1.1\r\n")));
    assert_true(str_ends(first, (struct str)STR("\r\n\r\na\0\r\nb")));
    assert_true(str_find(first, str_of("\r\nAuthorization: Basic QUMxOnBhc3M6d29yZA==\r\n")) > 0);
    assert_true(str_find(first, str_of("\r\nContent-Length: 5\r\n")) > 0);
    assert_true(str_find(first, str_of("\r\nContent-Type: text/x\r\n")) > 0);
    assert_true(str_find(first, str_of("\r\nX-Empty:\r\n")) > 0);
    assert_true(str_find(first, str_of("\r\nUser-Agent: answerback/")) > 0);
    assert_true(str_find(first, str_of("Expect:")) < 0);
}

static void ignores_proxies_of_the_environment(void **state)
{
    const enum move move = ANSWER;
    CLEANUP(arena_release) struct arena arena = { 0 };
    CLEANUP(peer_release) struct peer peer;
    struct http_result result;
    struct http_call call;

    (void)state;
    peer_start(&peer, &move, 1, (struct str)STR(OK_ANSWER));
    call = call_to(&peer, &arena);
    setenv("http_proxy", "http://127.0.0.1:1/", 1);
    setenv("all_proxy", "http://127.0.0.1:1/", 1);
    assert_true(http_fetch(&call, &arena, &result, NULL));
    unsetenv("http_proxy");
    unsetenv("all_proxy");
    assert_int_equal(result.status, 200);
    assert_true(str_is(http_result_header(&result, "X-B"), "c"));
    assert_null(http_result_header(&result, "X-None").ptr);
    peer_stop(&peer);
}

static void fetch_tells_why_not(void **state)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    struct http_call call = { .method = "GET", .url = STR("http://127.0.0.1:1/") };
    struct http_result result;
    struct err err = { 0 };

    (void)state;
    assert_false(http_fetch(&call, &arena, &result, &err));
    assert_int_equal(result.failure, HTTP_NOT_SENT);
    assert_int_equal(err.kind, ERR_UNAVAILABLE);
    assert_true(err.text[0] != '\0');
    call.unix_socket = (struct str)STR("/nowhere/socket");
    assert_false(http_fetch(&call, &arena, &result, &err));
    assert_int_equal(result.failure, HTTP_NOT_SENT);
}

/* ---- both ends of this room together ---- */

static void hello_handle(void *context, struct http_request *request)
{
    struct http_response response = { .status = 200, .body = STR("hello") };

    (void)context;
    http_respond(request->exchange, &response);
}

static void *hello_thread(void *context)
{
    http_server_run(context);
    return NULL;
}

static void fetches_over_a_unix_socket(void **state)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    char folder[] = "/tmp/http-test-XXXXXX";
    struct http_server_config config = { .connections_max = 4,
                                         .unix_mode = 0600,
                                         .handle = hello_handle };
    struct http_call call = { .method = "GET", .url = STR("http://localhost/x") };
    struct http_server *server;
    struct http_result result;
    pthread_t thread;

    (void)state;
    assert_non_null(mkdtemp(folder));
    config.listen = arena_printf(&arena, "unix:%s/socket", folder).ptr;
    call.unix_socket = arena_printf(&arena, "%s/socket", folder);
    assert_true(http_server_open(&config, &server, NULL));
    assert_int_equal(pthread_create(&thread, NULL, hello_thread, server), 0);
    assert_true(http_fetch(&call, &arena, &result, NULL));
    assert_true(str_is(result.body, "hello"));
    http_server_stop(server, 0);
    pthread_join(thread, NULL);
    http_server_close(server);
    assert_int_equal(rmdir(folder), 0);
}

static void makes_many_calls(void **state)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    struct http_server_config config = { .listen = "127.0.0.1:0",
                                         .connections_max = 8,
                                         .handle = hello_handle };
    struct http_client *client = http_client_create(4);
    struct http_call call = { .method = "POST", .body = STR("a=b") };
    struct http_server *server;
    struct outcome outcome;
    pthread_t thread;

    (void)state;
    outcome_init(&outcome);
    assert_true(http_server_open(&config, &server, NULL));
    assert_int_equal(pthread_create(&thread, NULL, hello_thread, server), 0);
    call.url = arena_printf(&arena, "http://127.0.0.1:%d/", http_server_port(server));
    for (int i = 0; i < 500; i++)
        http_start(client, &call, outcome_take, &outcome);
    outcome_await(&outcome, 500);
    assert_int_equal(outcome.result.failure, HTTP_OK);
    assert_in_range(http_server_connections(server), 1, 4);
    http_client_destroy(client);
    http_server_stop(server, 0);
    pthread_join(thread, NULL);
    http_server_close(server);
    outcome_release(&outcome);
}

/* ---- cancelled ---- */

static void cancels(void **state)
{
    const enum move move = HANG;
    CLEANUP(arena_release) struct arena arena = { 0 };
    CLEANUP(peer_release) struct peer peer;
    struct outcome sent, waiting;
    struct http_client *client = http_client_create(1);
    struct http_call call;
    uint64_t first, second;

    (void)state;
    peer_start(&peer, &move, 1, (struct str){ 0 });
    outcome_init(&sent);
    outcome_init(&waiting);
    call = call_to(&peer, &arena);
    first = http_start(client, &call, outcome_take, &sent);
    peer_await_requests(&peer, 1);
    second = http_start(client, &call, outcome_take, &waiting); /* no connection is free for it */
    http_cancel(client, second);
    outcome_await(&waiting, 1);
    assert_int_equal(waiting.result.failure, HTTP_CANCELLED);
    http_cancel(client, first);
    outcome_await(&sent, 1);
    assert_int_equal(sent.result.failure, HTTP_UNKNOWN);
    http_cancel(client, first);
    http_cancel(client, 12345);
    http_client_destroy(client);
    assert_int_equal(sent.count + waiting.count, 2);
    peer_stop(&peer);
    assert_int_equal(peer.requests, 1);
    outcome_release(&sent);
    outcome_release(&waiting);
}

struct again {
    struct http_client *client;
    const struct http_call *call;
    struct outcome outcome;
};

/* A caller that tries again at once, even while the client ends. */
static void start_again(void *context, const struct http_result *result)
{
    struct again *again = context;

    outcome_take(&again->outcome, result);
    if (again->outcome.count == 1)
        http_start(again->client, again->call, outcome_take, &again->outcome);
}

static void tells_everybody_at_the_end(void **state)
{
    const enum move move = HANG;
    CLEANUP(arena_release) struct arena arena = { 0 };
    CLEANUP(peer_release) struct peer peer;
    struct again again;
    struct http_call call;

    (void)state;
    peer_start(&peer, &move, 1, (struct str){ 0 });
    outcome_init(&again.outcome);
    again.client = http_client_create(1);
    call = call_to(&peer, &arena);
    again.call = &call;
    http_start(again.client, &call, start_again, &again);
    peer_await_requests(&peer, 1);
    http_client_destroy(again.client);
    assert_int_equal(again.outcome.count, 2);
    assert_int_equal(again.outcome.result.failure, HTTP_CANCELLED);
    http_client_destroy(NULL);
    peer_stop(&peer);
    outcome_release(&again.outcome);
}

static void unread_is_unknown_or_not_sent(void **state)
{
    const enum move move = CLOSE_UNREAD;
    CLEANUP(arena_release) struct arena arena = { 0 };
    CLEANUP(peer_release) struct peer peer;
    struct http_result result;
    struct http_call call;

    (void)state;
    peer_start(&peer, &move, 1, (struct str){ 0 });
    call = call_to(&peer, &arena);
    assert_false(http_fetch(&call, &arena, &result, NULL));
    /* whether a byte left before the reset came is the kernel's affair */
    assert_true(result.failure == HTTP_UNKNOWN || result.failure == HTTP_NOT_SENT);
    peer_stop(&peer);
    assert_int_equal(peer.requests, 0);
}

int main(void)
{
    static const struct CMUnitTest single[] = {
        cmocka_unit_test(does_not_send_without_tls),
        cmocka_unit_test(sends_what_it_is_told),
        cmocka_unit_test(ignores_proxies_of_the_environment),
        cmocka_unit_test(fetch_tells_why_not),
        cmocka_unit_test(fetches_over_a_unix_socket),
        cmocka_unit_test(makes_many_calls),
        cmocka_unit_test(cancels),
        cmocka_unit_test(tells_everybody_at_the_end),
        cmocka_unit_test(unread_is_unknown_or_not_sent),
    };
    struct CMUnitTest tests[ARRAY_LEN(single) + ARRAY_LEN(call_cases) + ARRAY_LEN(second_cases) +
                            ARRAY_LEN(unsent_cases)];
    size_t n = 0;

#define ADD(cases, function)                      \
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) \
    tests[n++] =                                  \
        (struct CMUnitTest){ cases[i].name, function, NULL, NULL, (void *)(uintptr_t)&cases[i] }
    ADD(call_cases, tells_outcome);
    ADD(second_cases, never_sends_twice);
    ADD(unsent_cases, does_not_send);
#undef ADD
    for (size_t i = 0; i < ARRAY_LEN(single); i++)
        tests[n++] = single[i];
    return cmocka_run_group_tests(tests, NULL, NULL);
}
