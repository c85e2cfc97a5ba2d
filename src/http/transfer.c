/*
 * transfer.c - what is told to libcurl, and what its answer means.
 *
 * The body goes out through a callback that refuses to be rewound: left to itself, libcurl sends a
 * POST again without a word when a kept-alive connection dies before the answer's first byte. Where
 * there is no body to refuse with, and doing it twice would matter, a fresh connection is made for
 * the same end.
 */
#include "http/transfer.h"

#include <stdio.h>
#include <stdlib.h>

#include "loop/clock.h"

#define CONNECT_TIMEOUT_MS 5000
#define TIMEOUT_MS 15000
#define RESPONSE_BYTES_MAX (1024 * 1024)
#define RESPONSE_HEADERS_MAX 200
#define RESPONSE_HEADER_BYTES_MAX (64 * 1024)
#define CONNECTION_IDLE_MOST_S 30L /* less than servers keep an idle connection */

/* ---- callbacks ---- */

static size_t give_body(char *room, size_t size, size_t count, void *context)
{
    struct transfer *t = context;
    struct str piece = str_slice(t->call.body, t->sent, size * count);

    if (piece.len > 0)
        memcpy(room, piece.ptr, piece.len);
    t->sent += piece.len;
    return piece.len;
}

static int refuse_rewind(void *context, curl_off_t offset, int origin)
{
    (void)context;
    (void)offset;
    (void)origin;
    return CURL_SEEKFUNC_FAIL;
}

static size_t take_body(char *bytes, size_t size, size_t count, void *context)
{
    struct transfer *t = context;

    buf_add(&t->answer, str_make(bytes, size * count));
    if (t->answer.failed) {
        t->too_long = true;
        return 0;
    }
    return size * count;
}

/* A line of the answer's header. Each status line begins anew: there may be a 100 before the
 * answer. */
static size_t take_header(char *bytes, size_t size, size_t count, void *context)
{
    struct transfer *t = context;
    struct str line = str_make(bytes, size * count);
    struct str name;

    if (str_starts(line, str_of("HTTP/")) && str_find_char(line, ':') < 0) {
        t->header_count = t->header_bytes = 0;
        return line.len;
    }
    t->header_bytes += line.len;
    if (t->header_count == RESPONSE_HEADERS_MAX || t->header_bytes > RESPONSE_HEADER_BYTES_MAX) {
        t->too_long = true;
        return 0;
    }
    if (str_find_char(line, ':') < 0)
        return size * count;
    str_cut(&line, ':', &name);
    if (!t->headers)
        t->headers = ARENA_ARRAY(&t->arena, struct http_header, RESPONSE_HEADERS_MAX);
    t->headers[t->header_count++] = (struct http_header){ arena_copy(&t->arena, str_trim(name)),
                                                          arena_copy(&t->arena, str_trim(line)) };
    return size * count;
}

/* ---- before ---- */

void transfer_set(struct transfer *t, const struct http_call *call)
{
    struct http_header *headers = ARENA_ARRAY(&t->arena, struct http_header, call->header_count);

    t->call = *call;
    t->call.method = arena_copy(&t->arena, str_of(call->method)).ptr;
    t->call.url = arena_copy(&t->arena, call->url);
    t->call.user = arena_copy(&t->arena, call->user);
    t->call.password = arena_copy(&t->arena, call->password);
    t->call.body = arena_copy(&t->arena, call->body);
    t->call.unix_socket = arena_copy(&t->arena, call->unix_socket);
    for (size_t i = 0; i < call->header_count; i++) {
        headers[i].name = arena_copy(&t->arena, call->headers[i].name);
        headers[i].value = arena_copy(&t->arena, call->headers[i].value);
    }
    t->call.headers = headers;
    t->started_us = clock_mono_us();
}

static bool is_clean(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (((unsigned char)s.ptr[i] < ' ' && s.ptr[i] != '\t') || s.ptr[i] == 0x7f)
            return false;
    }
    return true;
}

static bool refuse(struct transfer *t, const char *why)
{
    snprintf(t->error, sizeof(t->error), "%s", why);
    return false;
}

static void add_line(struct transfer *t, const char *line)
{
    struct curl_slist *longer = curl_slist_append(t->header_lines, line);

    if (!longer)
        die("out of memory (a header)");
    t->header_lines = longer;
}

static bool add_header_lines(struct transfer *t)
{
    bool has_type = false;

    for (size_t i = 0; i < t->call.header_count; i++) {
        const struct http_header *h = &t->call.headers[i];

        if (h->name.len == 0 || !is_clean(h->name) || str_find_char(h->name, ':') >= 0 ||
            !is_clean(h->value))
            return refuse(t, "a header has a line end or another character that it must not have");
        has_type = has_type || str_equal_nocase(h->name, str_of("Content-Type"));
        /* libcurl's own way to write a header without a value */
        add_line(t, arena_printf(&t->arena, h->value.len > 0 ? "%.*s: %.*s" : "%.*s;%.*s",
                                 STR_ARGS(h->name), STR_ARGS(h->value))
                        .ptr);
    }
    if (!has_type)
        add_line(t, "Content-Type:"); /* leaves out the one libcurl would add */
    add_line(t, "Expect:");
    return true;
}

static bool check_call(struct transfer *t)
{
    static const char *const methods[] = { "GET", "POST", "PUT", "PATCH", "DELETE" };
    const struct http_call *call = &t->call;
    size_t known = 0;

    while (known < ARRAY_LEN(methods) && strcmp(call->method, methods[known]) != 0)
        known++;
    if (known == ARRAY_LEN(methods))
        return refuse(t, "the method is none of GET, POST, PUT, PATCH and DELETE");
    if (!is_clean(call->url) || !is_clean(call->unix_socket))
        return refuse(t, "the URL has a character that it must not have");
    if (!is_clean(call->user) || !is_clean(call->password) || str_find_char(call->user, ':') >= 0)
        return refuse(t, "the user or password has a character that it must not have");
    return true;
}

static void set_method(struct transfer *t)
{
    bool post = strcmp(t->call.method, "POST") == 0;
    bool has_body = t->call.body.len > 0;

    if (post || has_body) {
        curl_easy_setopt(t->easy, CURLOPT_POST, 1L);
        curl_easy_setopt(t->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)t->call.body.len);
        curl_easy_setopt(t->easy, CURLOPT_READFUNCTION, give_body);
        curl_easy_setopt(t->easy, CURLOPT_READDATA, t);
        curl_easy_setopt(t->easy, CURLOPT_SEEKFUNCTION, refuse_rewind);
    }
    if (!post)
        curl_easy_setopt(t->easy, CURLOPT_CUSTOMREQUEST, t->call.method);
    if (!has_body && strcmp(t->call.method, "GET") != 0)
        curl_easy_setopt(t->easy, CURLOPT_FRESH_CONNECT, 1L);
}

static void set_limits(struct transfer *t)
{
    const struct http_call *call = &t->call;

    t->answer.limit = call->response_bytes_max > 0 ? call->response_bytes_max : RESPONSE_BYTES_MAX;
    curl_easy_setopt(
        t->easy, CURLOPT_CONNECTTIMEOUT_MS,
        (long)(call->connect_timeout_ms > 0 ? call->connect_timeout_ms : CONNECT_TIMEOUT_MS));
    curl_easy_setopt(t->easy, CURLOPT_TIMEOUT_MS,
                     (long)(call->timeout_ms > 0 ? call->timeout_ms : TIMEOUT_MS));
    curl_easy_setopt(t->easy, CURLOPT_MAXAGE_CONN, CONNECTION_IDLE_MOST_S);
    curl_easy_setopt(t->easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(t->easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(t->easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(t->easy, CURLOPT_PROXY, ""); /* none, whatever the environment says */
    curl_easy_setopt(t->easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    curl_easy_setopt(t->easy, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(t->easy, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_easy_setopt(t->easy, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
    curl_easy_setopt(t->easy, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(t->easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(t->easy, CURLOPT_QUICK_EXIT,
                     1L); /* do not wait for a name lookup that hangs */
}

bool transfer_prepare(struct transfer *t)
{
    if (!t->easy)
        t->easy = curl_easy_init();
    if (!t->easy)
        die("out of memory (a libcurl handle)");
    if (!check_call(t) || !add_header_lines(t))
        return false;
    curl_easy_setopt(t->easy, CURLOPT_ERRORBUFFER, t->error);
    curl_easy_setopt(t->easy, CURLOPT_PRIVATE, t);
    if (curl_easy_setopt(t->easy, CURLOPT_URL, t->call.url.ptr) != CURLE_OK)
        return refuse(t, "the URL is too long");
    set_method(t);
    set_limits(t);
    curl_easy_setopt(t->easy, CURLOPT_HTTPHEADER, t->header_lines);
    curl_easy_setopt(t->easy, CURLOPT_USERAGENT, "answerback/" ANSWERBACK_VERSION);
    if (t->call.user.len > 0) {
        curl_easy_setopt(t->easy, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
        curl_easy_setopt(t->easy, CURLOPT_USERNAME, t->call.user.ptr);
        curl_easy_setopt(t->easy, CURLOPT_PASSWORD, t->call.password.ptr);
    }
    if (t->call.unix_socket.len > 0)
        curl_easy_setopt(t->easy, CURLOPT_UNIX_SOCKET_PATH, t->call.unix_socket.ptr);
    curl_easy_setopt(t->easy, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(t->easy, CURLOPT_WRITEDATA, t);
    curl_easy_setopt(t->easy, CURLOPT_HEADERFUNCTION, take_header);
    curl_easy_setopt(t->easy, CURLOPT_HEADERDATA, t);
    return true;
}

/* ---- after ---- */

/* Whether a byte of the request was given to the network. */
static bool has_left(const struct transfer *t)
{
    long header_bytes = 0;
    curl_off_t body_bytes = 0;

    if (!t->easy)
        return false;
    curl_easy_getinfo(t->easy, CURLINFO_REQUEST_SIZE, &header_bytes);
    curl_easy_getinfo(t->easy, CURLINFO_SIZE_UPLOAD_T, &body_bytes);
    return header_bytes > 0 || body_bytes > 0;
}

void transfer_result(struct transfer *t, CURLcode code, struct http_result *ret)
{
    long status = 0;

    *ret = (struct http_result){ .elapsed_us = clock_mono_us() - t->started_us };
    if (code == CURLE_OK) {
        curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
        ret->failure = HTTP_OK;
        ret->status = (int)status;
        ret->body = buf_view(&t->answer);
        ret->headers = t->headers;
        ret->header_count = t->header_count;
        return;
    }
    ret->failure = has_left(t) ? HTTP_UNKNOWN : HTTP_NOT_SENT;
    if (t->too_long)
        ret->error =
            arena_printf(&t->arena, "the answer is too long (limit %zu bytes)", t->answer.limit);
    else
        ret->error = str_of(t->error[0] != '\0' ? t->error : curl_easy_strerror(code));
}

void transfer_cancelled(struct transfer *t, struct http_result *ret)
{
    *ret = (struct http_result){ .failure = has_left(t) ? HTTP_UNKNOWN : HTTP_CANCELLED,
                                 .error = str_of("cancelled"),
                                 .elapsed_us = clock_mono_us() - t->started_us };
}

void transfer_clear(struct transfer *t)
{
    CURL *easy = t->easy;
    struct arena arena = t->arena;
    struct buf answer = t->answer;

    if (easy)
        curl_easy_reset(easy); /* its counters too, which has_left reads */
    curl_slist_free_all(t->header_lines);
    arena_reset(&arena);
    if (answer.capacity > RESPONSE_HEADER_BYTES_MAX)
        buf_release(&answer);
    buf_clear(&answer);
    *t = (struct transfer){ .easy = easy, .arena = arena, .answer = answer };
}

void transfer_release(struct transfer *t)
{
    transfer_clear(t);
    arena_release(&t->arena);
    buf_release(&t->answer);
    if (t->easy)
        curl_easy_cleanup(t->easy);
    t->easy = NULL;
}
