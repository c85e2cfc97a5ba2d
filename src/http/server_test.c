/*
 * server_test.c - raw bytes in, what comes back, and whether the connection stays.
 *
 * Rows say what happens, not who does it: some of the refusals are libmicrohttpd's own (0.9.75),
 * some are ours. Two rows record leniency that cannot be seen from outside the library. A read that
 * lasts five seconds is a failure; nothing here sleeps.
 */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
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

#include "http/server.h"
#include "loop/clock.h"

#define READ_SECONDS 5
#define HELD_MAX 64

/* ---- the application under the server ---- */

struct app {
    struct http_server *server;
    pthread_t thread;
    struct http_exchange *for_round[HELD_MAX];
    size_t for_round_count;
    struct http_exchange *held[HELD_MAX]; /* answered when woken, or from a thread of the test's */
    size_t held_count;
    size_t rounds;
    int last_peer_uid;
    pthread_mutex_t lock; /* for what the test's thread looks at */
    pthread_cond_t changed;
};

static struct http_admission app_admit(void *context, const struct http_request *request)
{
    static const struct http_header retry[] = { { STR("Retry-After"), STR("7") } };
    struct http_admission admission = { .body_bytes_max = 65536 };

    (void)context;
    assert_int_equal(request->body.len, 0);
    if (str_is(request->path, "/tiny"))
        admission.body_bytes_max = 4;
    if (str_is(request->path, "/refused"))
        admission = (struct http_admission){ .refuse_status = 429,
                                             .refuse_body = STR("later"),
                                             .refuse_content_type = "text/plain",
                                             .refuse_headers = retry,
                                             .refuse_header_count = 1 };
    return admission;
}

static void respond_echo(struct http_request *request)
{
    struct str x = http_header_find(request, "x-a");
    struct http_response response = { .status = 200, .content_type = "text/plain" };

    response.body =
        arena_printf(request->arena, "%.*s|%.*s|%.*s|%.*s|%.*s|%zu|%.*s", STR_ARGS(request->method),
                     STR_ARGS(request->target), STR_ARGS(request->path), STR_ARGS(request->query),
                     STR_ARGS(x), request->header_count, STR_ARGS(request->body));
    http_respond(request->exchange, &response);
}

static void respond_big(struct http_request *request)
{
    size_t len = 32 * 1024 * 1024; /* more than the kernel buffers for a socket */
    struct http_response response = { .status = 200,
                                      .body = { arena_alloc(request->arena, len), len } };

    http_respond(request->exchange, &response);
}

static void respond_status(struct http_request *request)
{
    static const struct http_header split[] = { { STR("X-B"), STR("a\r\nX-C: d") } };
    static const struct http_header two[] = { { STR("X-B"), STR("1") }, { STR("X-B"), STR("2") } };
    struct http_response response = { .status = 204 };

    if (str_is(request->path, "/split"))
        response = (struct http_response){ .status = 200, .headers = split, .header_count = 1 };
    if (str_is(request->path, "/two-headers"))
        response = (struct http_response){ .status = 200, .headers = two, .header_count = 2 };
    if (str_is(request->path, "/close"))
        response = (struct http_response){ .status = 200, .body = STR("bye"), .close = true };
    http_respond(request->exchange, &response);
}

static void app_handle(void *context, struct http_request *request)
{
    struct app *app = context;

    pthread_mutex_lock(&app->lock);
    app->last_peer_uid = request->peer_uid;
    if (str_is(request->path, "/round")) {
        app->for_round[app->for_round_count++] = request->exchange;
    } else if (str_is(request->path, "/hold")) {
        app->held[app->held_count++] = request->exchange;
        pthread_cond_broadcast(&app->changed);
    } else if (str_is(request->path, "/204") || str_is(request->path, "/split") ||
               str_is(request->path, "/two-headers") || str_is(request->path, "/close")) {
        respond_status(request);
    } else if (str_is(request->path, "/big")) {
        respond_big(request);
    } else {
        respond_echo(request);
    }
    pthread_mutex_unlock(&app->lock);
}

static void app_round(void *context)
{
    struct app *app = context;
    struct http_response response = { .status = 200, .body = STR("in the round") };

    pthread_mutex_lock(&app->lock);
    app->rounds++;
    pthread_mutex_unlock(&app->lock);
    while (app->for_round_count > 0)
        http_respond(app->for_round[--app->for_round_count], &response);
}

static void app_woken(void *context)
{
    struct app *app = context;
    struct http_response response = { .status = 200, .body = STR("woken") };

    pthread_mutex_lock(&app->lock);
    while (app->held_count > 0)
        http_respond(app->held[--app->held_count], &response);
    pthread_mutex_unlock(&app->lock);
}

static void *app_thread(void *context)
{
    http_server_run(((struct app *)context)->server);
    return NULL;
}

static void app_start(struct app *app, struct http_server_config config)
{
    struct err err = { 0 };

    pthread_mutex_init(&app->lock, NULL);
    pthread_cond_init(&app->changed, NULL);
    config.listen = config.listen ? config.listen : "127.0.0.1:0";
    config.connections_max = config.connections_max > 0 ? config.connections_max : 100;
    config.context = app;
    config.admit = app_admit;
    config.handle = app_handle;
    config.round = app_round;
    config.woken = app_woken;
    if (!http_server_open(&config, &app->server, &err))
        fail_msg("%s", err.text);
    assert_int_equal(pthread_create(&app->thread, NULL, app_thread, app), 0);
}

static void app_stop(struct app *app, int64_t grace_ms)
{
    http_server_stop(app->server, grace_ms);
    pthread_join(app->thread, NULL);
    http_server_close(app->server);
    pthread_mutex_destroy(&app->lock);
    pthread_cond_destroy(&app->changed);
}

static void app_await_held(struct app *app, size_t count)
{
    struct timespec until;

    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += READ_SECONDS;
    pthread_mutex_lock(&app->lock);
    while (app->held_count < count)
        assert_int_equal(pthread_cond_timedwait(&app->changed, &app->lock, &until), 0);
    pthread_mutex_unlock(&app->lock);
}

/* ---- a client that sends what it is told ---- */

struct answer {
    int status; /* 0: the connection ended without one */
    struct buf head, body;
};

static void answer_release(struct answer *answer)
{
    buf_release(&answer->head);
    buf_release(&answer->body);
}

static int connect_to(const struct app *app)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_port = htons((uint16_t)http_server_port(app->server)),
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    struct timeval patience = { .tv_sec = READ_SECONDS };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    return fd;
}

static bool send_all(int fd, struct str bytes)
{
    while (bytes.len > 0) {
        ssize_t sent = send(fd, bytes.ptr, bytes.len, MSG_NOSIGNAL);

        if (sent <= 0)
            return false;
        bytes = str_slice(bytes, (size_t)sent, bytes.len);
    }
    return true;
}

/* Exactly `len` bytes more, unless the connection ends before. */
static bool read_more(int fd, struct buf *into, size_t len)
{
    while (len > 0) {
        char bytes[4096];
        ssize_t got = recv(fd, bytes, len < sizeof(bytes) ? len : sizeof(bytes), 0);

        if (got <= 0) {
            if (got < 0 && errno != ECONNRESET)
                fail_msg("nothing came for %d seconds", READ_SECONDS);
            return false;
        }
        buf_add(into, str_make(bytes, (size_t)got));
        len -= (size_t)got;
    }
    return true;
}

static struct str head_find(const struct answer *answer, const char *name)
{
    struct str rest = buf_view(&answer->head), line, key;

    while (str_cut(&rest, '\n', &line)) {
        if (str_cut(&line, ':', &key) && str_equal_nocase(key, str_of(name)))
            return str_trim(line);
    }
    return (struct str){ 0 };
}

static void read_answer(int fd, bool bodiless, struct answer *answer)
{
    int64_t len = 0;

    buf_clear(&answer->head);
    buf_clear(&answer->body);
    answer->status = 0;
    while (!str_ends(buf_view(&answer->head), str_of("\r\n\r\n"))) {
        if (!read_more(fd, &answer->head, 1))
            return;
    }
    assert_true(str_starts(buf_view(&answer->head), str_of("HTTP/1.1 ")));
    answer->status = atoi(buf_text(&answer->head) + strlen("HTTP/1.1 "));
    if (!bodiless && head_find(answer, "Content-Length").ptr)
        assert_true(str_to_int(head_find(answer, "Content-Length"), &len));
    assert_true(read_more(fd, &answer->body, (size_t)len));
}

/* Read up to the end of the connection, whatever still comes. */
static void await_end(int fd)
{
    CLEANUP(buf_release) struct buf rest = { 0 };

    while (read_more(fd, &rest, 1))
        ;
}

static void assert_still_serves(int fd)
{
    CLEANUP(answer_release) struct answer answer = { 0 };

    assert_true(send_all(fd, str_of("GET /again HTTP/1.1\r\nHost: x\r\n\r\n")));
    read_answer(fd, false, &answer);
    assert_int_equal(answer.status, 200);
    assert_string_equal(buf_text(&answer.body), "GET|/again|/again|||1|");
}

/* ---- one request, one answer ---- */

enum then { STAYS, ENDS };

static const struct raw_case {
    const char *name;
    struct str sent;
    int status;
    enum then then;
    const char *body; /* NULL: any */
} raw_cases[] = {
    // clang-format off
    { "a plain request", STR("GET /p?q=%20 HTTP/1.1\r\nHost: x\r\n\r\n"), 200, STAYS, "GET|/p?q=%20|/p|q=%20||1|" },
    { "blanks around a value", STR("GET /p HTTP/1.1\r\nHost: x\r\nX-A: \t v w \t\r\n\r\n"), 200, STAYS, "GET|/p|/p||v w|2|" },
    { "no blank before a value", STR("GET /p HTTP/1.1\r\nHost:x\r\nx-a:v\r\n\r\n"), 200, STAYS, "GET|/p|/p||v|2|" },
    { "an empty value", STR("GET /p HTTP/1.1\r\nHost: x\r\nX-A:\r\n\r\n"), 200, STAYS, "GET|/p|/p|||2|" },
    { "bytes above ASCII in a value", STR("GET /p HTTP/1.1\r\nHost: x\r\nX-A: \xc3\xa9\r\n\r\n"), 200, STAYS, "GET|/p|/p||\xc3\xa9|2|" },
    { "the first of two equal names", STR("GET /p HTTP/1.1\r\nHost: x\r\nX-A: 1\r\nX-A: 2\r\n\r\n"), 200, STAYS, "GET|/p|/p||1|3|" },
    { "the target is not decoded", STR("GET /%2e%2E/%00?a=%zz&b+c HTTP/1.1\r\nHost: x\r\n\r\n"), 200, STAYS, "GET|/%2e%2E/%00?a=%zz&b+c|/%2e%2E/%00|a=%zz&b+c||1|" },
    { "a second question mark", STR("GET /p?a?b HTTP/1.1\r\nHost: x\r\n\r\n"), 200, STAYS, "GET|/p?a?b|/p|a?b||1|" },
    { "a body", STR("POST /p HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\na\0\r\nb"), 200, STAYS, NULL },
    { "an empty body", STR("POST /p HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"), 200, STAYS, "POST|/p|/p|||2|" },
    { "a POST without length has no body", STR("POST /p HTTP/1.1\r\nHost: x\r\n\r\n"), 200, STAYS, "POST|/p|/p|||1|" },
    { "a chunked body", STR("POST /p HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1;e=f\r\nc\r\n0\r\nT: v\r\n\r\n"), 200, STAYS, "POST|/p|/p|||2|abc" },
    { "a method of its own", STR("PATCH /p HTTP/1.1\r\nHost: x\r\n\r\n"), 200, STAYS, "PATCH|/p|/p|||1|" },
    { "an empty line before", STR("\r\nGET /p HTTP/1.1\r\nHost: x\r\n\r\n"), 200, STAYS, "GET|/p|/p|||1|" },
    { "the connection ends when asked to", STR("GET /p HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"), 200, ENDS, NULL },
    { "1.0 ends by itself", STR("GET /p HTTP/1.0\r\n\r\n"), 200, ENDS, "GET|/p|/p|||0|" },
    { "answered in the round", STR("GET /round HTTP/1.1\r\nHost: x\r\n\r\n"), 200, STAYS, "in the round" },
    { "a body answered in the round", STR("POST /round HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nab"), 200, STAYS, "in the round" },
    { "no content", STR("GET /204 HTTP/1.1\r\nHost: x\r\n\r\n"), 204, STAYS, "" },
    { "an answer that closes", STR("GET /close HTTP/1.1\r\nHost: x\r\n\r\n"), 200, ENDS, "bye" },
    { "two answer headers of one name", STR("GET /two-headers HTTP/1.1\r\nHost: x\r\n\r\n"), 200, STAYS, "" },
    { "an answer header with a line end is a 500", STR("GET /split HTTP/1.1\r\nHost: x\r\n\r\n"), 500, STAYS, "" },

    { "refused at the door", STR("POST /refused HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc"), 429, ENDS, "later" },
    { "refused before the body is sent", STR("POST /refused HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\n"), 429, ENDS, "later" },
    { "refused without a body", STR("GET /refused HTTP/1.1\r\nHost: x\r\n\r\n"), 429, ENDS, "later" },
    { "a body as long as may be", STR("POST /tiny HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nabcd"), 200, STAYS, "POST|/tiny|/tiny|||2|abcd" },
    { "a body a byte too long", STR("POST /tiny HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nabcde"), 413, ENDS, "" },
    { "a length too long is refused before it comes", STR("POST /tiny HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n"), 413, ENDS, "" },
    { "a length of 18 digits", STR("POST /p HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999999999999\r\n\r\n"), 413, ENDS, "" },
    { "chunks as long as may be", STR("POST /tiny HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n2\r\ncd\r\n0\r\n\r\n"), 200, STAYS, "POST|/tiny|/tiny|||2|abcd" },
    { "chunks too long", STR("POST /tiny HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n1\r\ne\r\n"), 413, ENDS, "" },
    { "a chunk too long for any number", STR("POST /tiny HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nabc"), 413, ENDS, NULL },

    { "two lengths", STR("POST /p HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc"), 400, ENDS, NULL },
    { "two equal lengths", STR("POST /p HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\ncontent-length: 2\r\n\r\nab"), 400, ENDS, NULL },
    { "a list of lengths", STR("POST /p HTTP/1.1\r\nHost: x\r\nContent-Length: 2, 2\r\n\r\nab"), 400, ENDS, NULL },
    { "a length with a sign", STR("POST /p HTTP/1.1\r\nHost: x\r\nContent-Length: +2\r\n\r\nab"), 400, ENDS, NULL },
    { "a negative length", STR("POST /p HTTP/1.1\r\nHost: x\r\nContent-Length: -2\r\n\r\nab"), 400, ENDS, NULL },
    { "a length in hex", STR("POST /p HTTP/1.1\r\nHost: x\r\nContent-Length: 0x2\r\n\r\nab"), 400, ENDS, NULL },
    { "an empty length", STR("POST /p HTTP/1.1\r\nHost: x\r\nContent-Length:\r\n\r\nab"), 400, ENDS, NULL },
    { "a length beyond any number", STR("POST /p HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\nab"), 413, ENDS, NULL },
    { "a length and chunks", STR("POST /p HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), 400, ENDS, NULL },
    { "chunks and a length", STR("POST /p HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n0\r\n\r\n"), 400, ENDS, NULL },
    { "chunked twice", STR("POST /p HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), 400, ENDS, NULL },
    { "another coding", STR("POST /p HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"), 400, ENDS, NULL },
    { "a coding nobody knows", STR("POST /p HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"), 400, ENDS, NULL },
    { "chunks on 1.0", STR("POST /p HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), 400, ENDS, NULL },
    { "a chunk size that is no hex", STR("POST /p HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0x1\r\na\r\n0\r\n\r\n"), 400, ENDS, NULL },
    { "a negative chunk", STR("POST /p HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\na\r\n0\r\n\r\n"), 400, ENDS, NULL },
    { "a chunk longer than it says", STR("POST /p HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n"), 400, ENDS, NULL },
    { "two hosts", STR("GET /p HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n"), 400, ENDS, NULL },
    { "two equal hosts", STR("GET /p HTTP/1.1\r\nHost: x\r\nHOST: x\r\n\r\n"), 400, ENDS, NULL },
    { "no host", STR("GET /p HTTP/1.1\r\n\r\n"), 400, ENDS, NULL },
    { "a host with a path", STR("GET /p HTTP/1.1\r\nHost: x/y\r\n\r\n"), 400, ENDS, NULL },
    { "a host with a user", STR("GET /p HTTP/1.1\r\nHost: u@x\r\n\r\n"), 400, ENDS, NULL },
    { "two hosts in one", STR("GET /p HTTP/1.1\r\nHost: x, y\r\n\r\n"), 400, ENDS, NULL },
    { "a space before the colon", STR("GET /p HTTP/1.1\r\nHost: x\r\nX-A : v\r\n\r\n"), 400, ENDS, NULL },
    { "a host with a space before the colon", STR("GET /p HTTP/1.1\r\nHost : x\r\n\r\n"), 400, ENDS, NULL },
    { "a tab in a name", STR("GET /p HTTP/1.1\r\nHost: x\r\nX\tA: v\r\n\r\n"), 400, ENDS, NULL },
    { "no name", STR("GET /p HTTP/1.1\r\nHost: x\r\n: v\r\n\r\n"), 400, ENDS, NULL },
    { "no colon", STR("GET /p HTTP/1.1\r\nHost: x\r\nX-A\r\n\r\n"), 400, ENDS, NULL },
    { "a bare CR in a value", STR("GET /p HTTP/1.1\r\nHost: x\r\nX-A: a\rb\r\n\r\n"), 400, ENDS, NULL },
    { "a NUL in a value", STR("GET /p HTTP/1.1\r\nHost: x\r\nX-A: a\0b\r\n\r\n"), 400, ENDS, NULL },
    { "a NUL at the end of the last value", STR("GET /p HTTP/1.1\r\nHost: x\0\r\n\r\n"), 400, ENDS, NULL },
    { "a NUL in a name", STR("GET /p HTTP/1.1\r\nHost: x\r\nX\0A: b\r\n\r\n"), 400, ENDS, NULL },
    { "a control character in a value", STR("GET /p HTTP/1.1\r\nHost: x\r\nX-A: a\x1b[m\r\n\r\n"), 400, ENDS, NULL },
    { "DEL in a value", STR("GET /p HTTP/1.1\r\nHost: x\r\nX-A: a\x7f\r\n\r\n"), 400, ENDS, NULL },
    { "a folded line", STR("GET /p HTTP/1.1\r\nHost: x\r\nX-A: a\r\n b\r\n\r\n"), 400, ENDS, NULL },
    { "a fold that hides a length", STR("POST /p HTTP/1.1\r\nHost: x\r\nX-A: a\r\n Content-Length: 3\r\n\r\nabc"), 400, ENDS, NULL },
    { "the first line folded", STR("GET /p HTTP/1.1\r\n Host: x\r\n\r\n"), 400, ENDS, NULL },
    { "all lines end in a bare LF", STR("GET /p HTTP/1.1\nHost: x\n\n"), 400, ENDS, NULL },
    { "one line ends in a bare LF", STR("GET /p HTTP/1.1\r\nHost: x\nX-A: b\r\n\r\n"), 400, ENDS, NULL },
    { "the last line ends in a bare LF", STR("GET /p HTTP/1.1\r\nHost: x\r\n\n"), 400, ENDS, NULL },
    { "a NUL in the target", STR("GET /p\0q HTTP/1.1\r\nHost: x\r\n\r\n"), 400, ENDS, NULL },
    { "a NUL in the query", STR("GET /p?a\0b HTTP/1.1\r\nHost: x\r\n\r\n"), 400, ENDS, NULL },
    { "a NUL in the method", STR("GE\0T /p HTTP/1.1\r\nHost: x\r\n\r\n"), 400, ENDS, NULL },
    { "a space in the target", STR("GET /p q HTTP/1.1\r\nHost: x\r\n\r\n"), 400, ENDS, NULL },
    { "two spaces after the method", STR("GET  /p HTTP/1.1\r\nHost: x\r\n\r\n"), 400, ENDS, NULL },
    { "two spaces before the version", STR("GET /p  HTTP/1.1\r\nHost: x\r\n\r\n"), 400, ENDS, NULL },
    { "bytes above ASCII in the target", STR("GET /\xc3\xa9 HTTP/1.1\r\nHost: x\r\n\r\n"), 400, ENDS, NULL },
    { "a fragment in the target", STR("GET /p#f HTTP/1.1\r\nHost: x\r\n\r\n"), 400, ENDS, NULL },
    { "an absolute target", STR("GET http://y/p HTTP/1.1\r\nHost: x\r\n\r\n"), 400, ENDS, NULL },
    { "a target without slash", STR("GET p HTTP/1.1\r\nHost: x\r\n\r\n"), 400, ENDS, NULL },
    { "the target of OPTIONS", STR("OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n"), 400, ENDS, NULL },
    { "CONNECT", STR("CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n"), 400, ENDS, NULL },
    { "CONNECT with a path", STR("CONNECT /p HTTP/1.1\r\nHost: x\r\n\r\n"), 400, ENDS, NULL },
    { "TRACE", STR("TRACE /p HTTP/1.1\r\nHost: x\r\n\r\n"), 400, ENDS, NULL },
    { "a method that is no word", STR("G(T /p HTTP/1.1\r\nHost: x\r\n\r\n"), 400, ENDS, NULL },
    { "0.9", STR("GET /p\r\n\r\n"), 400, ENDS, NULL },
    { "1.2", STR("GET /p HTTP/1.2\r\nHost: x\r\n\r\n"), 400, ENDS, NULL },
    { "2.0", STR("GET /p HTTP/2.0\r\nHost: x\r\n\r\n"), 505, ENDS, NULL },
    { "a version in small letters", STR("GET /p http/1.1\r\nHost: x\r\n\r\n"), 400, ENDS, NULL },
    { "an HTTP/2 preface", STR("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), 505, ENDS, NULL },
    { "a TLS greeting: no answer", STR("\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03\n\n\n"), 0, ENDS, NULL },
    { "tabs in the request line: no answer", STR("GET\t/p\tHTTP/1.1\r\nHost: x\r\n\r\n"), 0, ENDS, NULL },
    { "recorded: a bare LF between chunks passes", STR("POST /p HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\nab\n0\n\n"), 200, STAYS, "POST|/p|/p|||2|ab" },
    // clang-format on
};

static struct app shared;

static int start_shared(void **state)
{
    (void)state;
    app_start(&shared, (struct http_server_config){ 0 });
    return 0;
}

static int stop_shared(void **state)
{
    (void)state;
    app_stop(&shared, 1000);
    return 0;
}

static void answers_raw(void **state)
{
    const struct raw_case *c = *state;
    CLEANUP(answer_release) struct answer answer = { 0 };
    int fd = connect_to(&shared);

    assert_true(send_all(fd, c->sent));
    read_answer(fd, false, &answer);
    assert_int_equal(answer.status, c->status);
    if (c->body)
        assert_string_equal(buf_text(&answer.body), c->body);
    if (c->then == STAYS)
        assert_still_serves(fd);
    else
        await_end(fd);
    close(fd);
}

/* The same bytes one at a time: what is decided may not hang on how they come. */
static void answers_byte_by_byte(void **state)
{
    CLEANUP(answer_release) struct answer answer = { 0 };
    int on = 1;

    (void)state;
    for (size_t row = 0; row < ARRAY_LEN(raw_cases); row++) {
        const struct raw_case *c = &raw_cases[row];
        int fd = connect_to(&shared);

        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
        for (size_t i = 0; i < c->sent.len && send_all(fd, str_slice(c->sent, i, 1)); i++)
            ;
        if (c->then == STAYS) { /* a refused one may be reset by what comes after */
            read_answer(fd, false, &answer);
            if (answer.status != c->status)
                fail_msg("%s: %d", c->name, answer.status);
        }
        close(fd);
    }
}

/* ---- sizes ---- */

static const struct size_case {
    const char *name;
    size_t target_len, headers, header_len;
    int status;
} size_cases[] = {
    { "a target of 8 KiB", 8192, 1, 10, 200 },
    { "a target longer than 8 KiB", 8193, 1, 10, 414 },
    { "a target longer than all the header may be", 70000, 1, 10, 414 },
    { "a hundred headers", 2, 98, 10, 200 },
    { "more than a hundred headers", 2, 99, 10, 431 },
    { "ten thousand headers", 2, 10000, 10, 431 },
    { "a header of 31 KiB", 2, 31, 1000, 200 },
    { "a header longer than 32 KiB", 2, 33, 1000, 431 },
    { "one line longer than 32 KiB", 2, 1, 33000, 431 },
    { "one line longer than the library's memory", 2, 1, 200000, 431 },
};

static void add_many(struct buf *out, char c, size_t count)
{
    while (count-- > 0)
        buf_add_char(out, c);
}

static void limits_size(void **state)
{
    const struct size_case *c = *state;
    CLEANUP(answer_release) struct answer answer = { 0 };
    CLEANUP(buf_release) struct buf out = { 0 };
    int fd = connect_to(&shared);

    buf_add_text(&out, "GET /");
    add_many(&out, 'a', c->target_len - 1);
    buf_add_text(&out, " HTTP/1.1\r\nHost: x\r\nUser-Agent: y\r\n");
    for (size_t i = 0; i < c->headers; i++) {
        buf_add_text(&out, "X-B: ");
        add_many(&out, 'b', c->header_len);
        buf_add_text(&out, "\r\n");
    }
    buf_add_text(&out, "\r\n");
    send_all(fd, buf_view(&out));
    read_answer(fd, false, &answer);
    assert_int_equal(answer.status, c->status);
    if (c->status == 200)
        assert_still_serves(fd);
    else
        await_end(fd);
    close(fd);
}

static void reads_413_though_still_sending(void **state)
{
    CLEANUP(answer_release) struct answer answer = { 0 };
    CLEANUP(buf_release) struct buf out = { 0 };
    int fd = connect_to(&shared);

    (void)state;
    buf_add_text(&out, "POST /p HTTP/1.1\r\nHost: x\r\nContent-Length: 500000\r\n\r\n");
    add_many(&out, 'a', 500000);
    assert_true(send_all(fd, buf_view(&out)));
    read_answer(fd, false, &answer);
    assert_int_equal(answer.status, 413);
    await_end(fd);
    close(fd);
}

/* ---- whoever is too slow ---- */

static const struct slow_case {
    const char *name;
    struct str sent;
    char drip;     /* sent again and again; NUL: nothing more comes */
    int status;    /* what is said before the end; 0: nothing */
    bool answered; /* `sent` holds a whole request first */
} slow_cases[] = {
    // clang-format off
    { "slow: nothing is sent", STR(""), '\0', 0, false },
    { "slow: a request line in drips", STR(""), 'G', 0, false },
    { "slow: half a request line", STR("GET /p HT"), '\0', 0, false },
    { "slow: a header that stops", STR("GET /p HTTP/1.1\r\nHost: x\r\nX-A: b"), '\0', 408, false },
    { "slow: a header in drips", STR("GET /p HTTP/1.1\r\nHost: x\r\nX-A: b"), 'b', 408, false },
    { "slow: a body that does not begin", STR("POST /p HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n"), '\0', 408, false },
    { "slow: a body that stops", STR("POST /p HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc"), '\0', 408, false },
    { "slow: a body in drips", STR("POST /p HTTP/1.1\r\nHost: x\r\nContent-Length: 9999\r\n\r\nabc"), 'd', 408, false },
    { "slow: chunks that stop", STR("POST /p HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n"), '\0', 408, false },
    { "slow: a chunk in drips", STR("POST /p HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nfff\r\n"), 'e', 408, false },
    { "slow: idle after an answer", STR("GET /p HTTP/1.1\r\nHost: x\r\n\r\n"), '\0', 0, true },
    { "slow: drips after an answer", STR("GET /p HTTP/1.1\r\nHost: x\r\n\r\n"), 'G', 0, true },
    { "slow: a second header in drips", STR("GET /p HTTP/1.1\r\nHost: x\r\n\r\nGET /q HTTP/1.1\r\nX-A: "), 'G', 408, true },
    // clang-format on
};

/* Drip until there is something to read; true while the server still listens. */
static void drip_until_readable(int fd, char drip)
{
    struct pollfd poll_fd = { .fd = fd, .events = POLLIN };
    int64_t give_up_us = clock_mono_us() + READ_SECONDS * INT64_C(1000000);

    while (poll(&poll_fd, 1, drip != '\0' ? 20 : READ_SECONDS * 1000) == 0 &&
           send_all(fd, str_make(&drip, 1)))
        assert_true(clock_mono_us() < give_up_us);
}

static void ends_the_slow(void **state)
{
    const struct slow_case *c = *state;
    CLEANUP(answer_release) struct answer answer = { 0 };
    struct app app = { 0 };
    int fd;

    app_start(&app, (struct http_server_config){
                        .header_timeout_ms = 200, .body_timeout_ms = 200, .idle_timeout_ms = 200 });
    fd = connect_to(&app);
    assert_true(send_all(fd, c->sent));
    if (c->answered) {
        read_answer(fd, false, &answer);
        assert_int_equal(answer.status, 200);
    }
    drip_until_readable(fd, c->drip);
    read_answer(fd, false, &answer);
    assert_int_equal(answer.status, c->status);
    await_end(fd);
    close(fd);
    app_stop(&app, 0);
}

static void await_connections(const struct app *app, size_t count)
{
    int64_t give_up_us = clock_mono_us() + READ_SECONDS * INT64_C(1000000);

    while (http_server_connections(app->server) != count) {
        assert_true(clock_mono_us() < give_up_us);
        sched_yield();
    }
}

static void ends_who_does_not_read(void **state)
{
    struct app app = { 0 };
    int fd;

    (void)state;
    app_start(&app, (struct http_server_config){ .idle_timeout_ms = 200 });
    fd = connect_to(&app);
    assert_true(send_all(fd, str_of("GET /big HTTP/1.1\r\nHost: x\r\n\r\n")));
    await_connections(&app, 1);
    await_connections(&app, 0);
    close(fd);
    app_stop(&app, 0);
}

/* ---- answers later, from elsewhere, to nobody ---- */

static const char hold_request[] = "GET /hold HTTP/1.1\r\nHost: x\r\n\r\n";

static void answers_head_without_body(void **state)
{
    CLEANUP(answer_release) struct answer answer = { 0 };
    int fd = connect_to(&shared);

    (void)state;
    assert_true(send_all(fd, str_of("HEAD /round HTTP/1.1\r\nHost: x\r\n\r\n")));
    read_answer(fd, true, &answer);
    assert_int_equal(answer.status, 200);
    assert_true(str_is(head_find(&answer, "content-length"), "12"));
    assert_still_serves(fd);
    close(fd);
}

static void says_continue(void **state)
{
    CLEANUP(answer_release) struct answer answer = { 0 };
    int fd = connect_to(&shared);

    (void)state;
    assert_true(send_all(fd, str_of("POST /p HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n"
                                    "Expect: 100-continue\r\n\r\n")));
    read_answer(fd, true, &answer);
    assert_int_equal(answer.status, 100);
    assert_true(send_all(fd, str_of("ab")));
    read_answer(fd, false, &answer);
    assert_int_equal(answer.status, 200);
    assert_still_serves(fd);
    assert_true(send_all(fd, str_of("POST /tiny HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n"
                                    "Expect: 100-continue\r\n\r\n")));
    read_answer(fd, false, &answer);
    assert_int_equal(answer.status, 413);
    await_end(fd);
    close(fd);
}

static void answers_pipelined_in_order(void **state)
{
    static const char *const want[] = { "GET|/1|/1|||1|", "in the round", "GET|/2|/2|||1|",
                                        "in the round" };
    CLEANUP(answer_release) struct answer answer = { 0 };
    int fd = connect_to(&shared);

    (void)state;
    assert_true(send_all(fd, str_of("GET /1 HTTP/1.1\r\nHost: x\r\n\r\n"
                                    "GET /round HTTP/1.1\r\nHost: x\r\n\r\n"
                                    "GET /2 HTTP/1.1\r\nHost: x\r\n\r\n"
                                    "GET /round HTTP/1.1\r\nHost: x\r\n\r\n")));
    for (size_t i = 0; i < ARRAY_LEN(want); i++) {
        read_answer(fd, false, &answer);
        assert_string_equal(buf_text(&answer.body), want[i]);
    }
    assert_still_serves(fd);
    close(fd);
}

static void answers_many_at_once(void **state)
{
    CLEANUP(answer_release) struct answer answer = { 0 };
    int fds[HELD_MAX];

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(fds); i++)
        fds[i] = connect_to(&shared);
    for (int turn = 0; turn < 20; turn++) {
        for (size_t i = 0; i < ARRAY_LEN(fds); i++)
            assert_true(send_all(fds[i], str_of("GET /round HTTP/1.1\r\nHost: x\r\n\r\n")));
        for (size_t i = 0; i < ARRAY_LEN(fds); i++) {
            read_answer(fds[i], false, &answer);
            assert_int_equal(answer.status, 200);
        }
    }
    for (size_t i = 0; i < ARRAY_LEN(fds); i++)
        close(fds[i]);
}

static void answers_when_woken(void **state)
{
    CLEANUP(answer_release) struct answer answer = { 0 };
    int fd = connect_to(&shared);

    (void)state;
    assert_true(send_all(fd, str_of(hold_request)));
    app_await_held(&shared, 1);
    http_server_wake(shared.server);
    read_answer(fd, false, &answer);
    assert_string_equal(buf_text(&answer.body), "woken");
    assert_still_serves(fd);
    close(fd);
}

static struct http_exchange *take_held(struct app *app)
{
    struct http_exchange *exchange;

    app_await_held(app, 1);
    pthread_mutex_lock(&app->lock);
    exchange = app->held[--app->held_count];
    pthread_mutex_unlock(&app->lock);
    return exchange;
}

static void answers_from_anywhere(void **state)
{
    static const struct http_header headers[] = { { STR("X-B"), STR("c") } };
    CLEANUP(answer_release) struct answer answer = { 0 };
    int fd = connect_to(&shared);

    (void)state;
    for (int i = 0; i < 50; i++) {
        struct http_response response = { .status = 201,
                                          .content_type = "text/plain",
                                          .body = STR("from afar"),
                                          .headers = headers,
                                          .header_count = 1 };

        assert_true(send_all(fd, str_of(hold_request)));
        http_respond_from_anywhere(take_held(&shared), &response);
        read_answer(fd, false, &answer);
        assert_int_equal(answer.status, 201);
        assert_true(str_is(head_find(&answer, "x-b"), "c"));
        assert_true(str_is(head_find(&answer, "content-type"), "text/plain"));
        assert_string_equal(buf_text(&answer.body), "from afar");
    }
    close(fd);
}

enum parting { CLOSED, RESET, HALF_CLOSED };
static const struct parting_case {
    const char *name;
    struct str sent;
    bool held;
    enum parting parting;
} parting_cases[] = {
    { "gone: closed while it waits", STR("GET /hold HTTP/1.1\r\nHost: x\r\n\r\n"), true, CLOSED },
    { "gone: reset while it waits", STR("GET /hold HTTP/1.1\r\nHost: x\r\n\r\n"), true, RESET },
    { "gone: pipelined, then reset", STR("GET /hold HTTP/1.1\r\nHost: x\r\n\r\nGET /p HT"), true,
      RESET },
    { "gone: reset in the header", STR("GET /p HTTP/1.1\r\nHo"), false, RESET },
    { "gone: closed in the header", STR("GET /p HTTP/1.1\r\nHo"), false, CLOSED },
    { "gone: reset in the body", STR("POST /p HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc"),
      false, RESET },
    { "gone: closed in the body",
      STR("POST /p HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc"), false, CLOSED },
    { "gone: half closed in the body",
      STR("POST /p HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc"), false, HALF_CLOSED },
};

/*
 * The library misses an end that comes together with the bytes before it, so it is our deadlines
 * that end such a connection.
 */
static void survives_parting(void **state)
{
    const struct parting_case *c = *state;
    const struct linger reset = { .l_onoff = 1 };
    struct app app = { 0 };
    int fd, other;

    app_start(&app,
              (struct http_server_config){ .header_timeout_ms = 1000, .body_timeout_ms = 1000 });
    fd = connect_to(&app);
    assert_true(send_all(fd, c->sent));
    await_connections(&app, 1);
    if (c->held)
        app_await_held(&app, 1);
    if (c->parting == RESET)
        setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
    if (c->parting == HALF_CLOSED) {
        shutdown(fd, SHUT_WR);
        await_end(fd);
    }
    close(fd);
    other = connect_to(&app);
    assert_still_serves(other);
    http_server_wake(app.server);
    await_connections(&app, 1);
    assert_still_serves(other);
    close(other);
    app_stop(&app, 0);
}

static void serves_a_thousand_on_one_connection(void **state)
{
    int fd = connect_to(&shared);

    (void)state;
    for (int i = 0; i < 1000; i++)
        assert_still_serves(fd);
    close(fd);
}

static void closes_the_surplus(void **state)
{
    struct app app = { 0 };
    int first, second, third;

    (void)state;
    app_start(&app, (struct http_server_config){ .connections_max = 2 });
    first = connect_to(&app);
    second = connect_to(&app);
    assert_still_serves(first);
    assert_still_serves(second);
    third = connect_to(&app);
    await_end(third);
    assert_still_serves(first);
    close(first);
    await_connections(&app, 1);
    close(third);
    third = connect_to(&app);
    assert_still_serves(third);
    close(second);
    close(third);
    app_stop(&app, 0);
}

/* ---- the end ---- */

static void lets_requests_finish(void **state)
{
    struct http_response response = { .status = 200, .body = STR("just in time") };
    CLEANUP(answer_release) struct answer answer = { 0 };
    struct app app = { 0 };
    int fd, idle;

    (void)state;
    app_start(&app, (struct http_server_config){ 0 });
    idle = connect_to(&app);
    assert_still_serves(idle);
    fd = connect_to(&app);
    assert_true(send_all(fd, str_of(hold_request)));
    app_await_held(&app, 1);
    http_server_stop(app.server, READ_SECONDS * 1000);
    await_end(idle);
    http_respond_from_anywhere(take_held(&app), &response);
    read_answer(fd, false, &answer);
    assert_string_equal(buf_text(&answer.body), "just in time");
    await_end(fd);
    app_stop(&app, READ_SECONDS * 1000);
    close(fd);
    close(idle);
}

static void gives_up_after_the_grace(void **state)
{
    struct http_response response = { .status = 200, .body = STR("too late") };
    CLEANUP(answer_release) struct answer answer = { 0 };
    struct app app = { 0 };
    struct http_exchange *late, *later;
    int fd, other;

    (void)state;
    app_start(&app, (struct http_server_config){ 0 });
    fd = connect_to(&app);
    assert_true(send_all(fd, str_of(hold_request)));
    late = take_held(&app);
    other = connect_to(&app);
    assert_true(send_all(other, str_of(hold_request)));
    later = take_held(&app);
    http_server_stop(app.server, 1);
    pthread_join(app.thread, NULL);
    read_answer(fd, false, &answer);
    assert_int_equal(answer.status, 503);
    http_respond_from_anywhere(late, &response);
    http_server_close(app.server);
    http_respond_from_anywhere(later, &response); /* nobody is there any more, and nothing breaks */
    close(fd);
    close(other);
    pthread_mutex_destroy(&app.lock);
    pthread_cond_destroy(&app.changed);
}

static void closes_without_having_run(void **state)
{
    struct http_server_config config = { .listen = "127.0.0.1:0",
                                         .connections_max = 1,
                                         .handle = app_handle };
    struct http_server *server = NULL;

    (void)state;
    assert_true(http_server_open(&config, &server, NULL));
    http_server_close(server);
    http_server_close(NULL);
}

/* ---- where it listens ---- */

static const struct address_case {
    const char *name, *listen;
    enum err_kind kind; /* ERR_NONE: it opens */
} address_cases[] = {
    { "listen: IPv4", "127.0.0.1:0", ERR_NONE },
    { "listen: everywhere", "0.0.0.0:0", ERR_NONE },
    { "listen: no port", "127.0.0.1", ERR_INVALID },
    { "listen: an empty port", "127.0.0.1:", ERR_INVALID },
    { "listen: a port too large", "127.0.0.1:65536", ERR_INVALID },
    { "listen: a negative port", "127.0.0.1:-1", ERR_INVALID },
    { "listen: a port with a sign", "127.0.0.1:+80", ERR_INVALID },
    { "listen: a port with letters", "127.0.0.1:80a", ERR_INVALID },
    { "listen: a name", "localhost:0", ERR_INVALID },
    { "listen: no address", ":8000", ERR_INVALID },
    { "listen: IPv6 without brackets", "::1:0", ERR_INVALID },
    { "listen: an open bracket", "[::1:0", ERR_INVALID },
    { "listen: IPv6 without port", "[::1]", ERR_INVALID },
    { "listen: IPv4 in brackets", "[127.0.0.1]:0", ERR_INVALID },
    { "listen: nothing", "", ERR_INVALID },
    { "listen: somebody else's address", "192.0.2.1:0", ERR_INVALID },
    { "listen: an empty path", "unix:", ERR_INVALID },
    { "listen: a path too long",
      "unix:/tmp/"
      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
      ERR_INVALID },
    { "listen: a folder that is not there", "unix:/nowhere/at/all", ERR_UNAVAILABLE },
};

static void listens(void **state)
{
    const struct address_case *c = *state;
    struct http_server_config config = { .listen = c->listen,
                                         .connections_max = 1,
                                         .handle = app_handle };
    struct http_server *server = NULL;
    struct err err = { 0 };

    assert_int_equal(http_server_open(&config, &server, &err), c->kind == ERR_NONE);
    assert_int_equal(err.kind, c->kind);
    if (server)
        assert_true(http_server_port(server) > 0);
    http_server_close(server);
}

static void refuses_a_port_in_use(void **state)
{
    char listen[32];
    struct http_server_config config = { .listen = listen,
                                         .connections_max = 1,
                                         .handle = app_handle };
    struct http_server *server = NULL;
    struct err err = { 0 };

    (void)state;
    snprintf(listen, sizeof(listen), "127.0.0.1:%d", http_server_port(shared.server));
    assert_false(http_server_open(&config, &server, &err));
    assert_int_equal(err.kind, ERR_UNAVAILABLE);
}

static void serves_on_a_unix_socket(void **state)
{
    char folder[] = "/tmp/http-test-XXXXXX";
    char listen[64];
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    struct app app = { 0 };
    struct http_server_config config = {
        .listen = listen, .unix_mode = 0600, .connections_max = 9, .handle = app_handle
    };
    struct http_server *second = NULL;
    struct stat found;
    struct err err = { 0 };
    FILE *file;
    int fd, stale;

    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(listen, sizeof(listen), "unix:%s/socket", folder);
    snprintf(address.sun_path, sizeof(address.sun_path), "%s/socket", folder);
    stale = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(stale, (struct sockaddr *)&address, sizeof(address)), 0);
    close(stale); /* a socket nobody listens on stays behind */

    app_start(&app, config);
    assert_int_equal(http_server_port(app.server), 0);
    assert_int_equal(stat(address.sun_path, &found), 0);
    assert_int_equal(found.st_mode & 0777, 0600);
    assert_false(http_server_open(&config, &second, &err));
    assert_int_equal(err.kind, ERR_UNAVAILABLE);
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    assert_still_serves(fd);
    assert_int_equal(app.last_peer_uid, (int)getuid());
    close(fd);
    app_stop(&app, 0);
    assert_int_equal(stat(address.sun_path, &found), -1);

    file = fopen(address.sun_path, "we");
    assert_non_null(file);
    fclose(file);
    assert_false(http_server_open(&config, &second, &err));
    assert_int_equal(err.kind, ERR_INVALID);
    assert_int_equal(unlink(address.sun_path), 0);
    assert_int_equal(rmdir(folder), 0);
}

int main(void)
{
    static const struct CMUnitTest single[] = {
        cmocka_unit_test(answers_byte_by_byte),
        cmocka_unit_test(reads_413_though_still_sending),
        cmocka_unit_test(ends_who_does_not_read),
        cmocka_unit_test(answers_head_without_body),
        cmocka_unit_test(says_continue),
        cmocka_unit_test(answers_pipelined_in_order),
        cmocka_unit_test(answers_many_at_once),
        cmocka_unit_test(answers_when_woken),
        cmocka_unit_test(answers_from_anywhere),
        cmocka_unit_test(serves_a_thousand_on_one_connection),
        cmocka_unit_test(closes_the_surplus),
        cmocka_unit_test(lets_requests_finish),
        cmocka_unit_test(gives_up_after_the_grace),
        cmocka_unit_test(closes_without_having_run),
        cmocka_unit_test(refuses_a_port_in_use),
        cmocka_unit_test(serves_on_a_unix_socket),
    };
    struct CMUnitTest tests[ARRAY_LEN(single) + ARRAY_LEN(raw_cases) + ARRAY_LEN(size_cases) +
                            ARRAY_LEN(slow_cases) + ARRAY_LEN(parting_cases) +
                            ARRAY_LEN(address_cases)];
    size_t n = 0;

#define ADD(cases, function)                      \
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) \
    tests[n++] =                                  \
        (struct CMUnitTest){ cases[i].name, function, NULL, NULL, (void *)(uintptr_t)&cases[i] }
    ADD(raw_cases, answers_raw);
    ADD(size_cases, limits_size);
    ADD(slow_cases, ends_the_slow);
    ADD(parting_cases, survives_parting);
    ADD(address_cases, listens);
#undef ADD
    for (size_t i = 0; i < ARRAY_LEN(single); i++)
        tests[n++] = single[i];
    return cmocka_run_group_tests(tests, start_shared, stop_shared);
}
