/*
 * server.h - an HTTP/1.1 server on one thread of its own, over libmicrohttpd's external epoll loop.
 *
 * Requests are collected whole, checked strictly, and handed over; an answer may come at once or
 * later. The adapter adds what the library lacks: it refuses (400 and close) two Content-Lengths or
 * Hosts, a length with chunked coding, a space before a colon, bare CR or NUL in values, and it
 * closes whoever has not sent a whole header or body by a deadline. It knows nothing of texting.
 *
 * Everything except http_server_wake, http_server_stop and http_respond_from_anywhere happens on
 * the server's thread.
 */
#pragma once
#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

struct http_server;

struct http_header {
    struct str name, value;
};

struct http_request {
    struct str
        method; /* "GET", "POST", …; a HEAD comes as "GET", its answer goes without the body */
    struct str target; /* path and query exactly as received */
    struct str path;   /* before '?', not decoded */
    struct str query;  /* after '?', not decoded; empty when none */
    const struct http_header *headers;
    size_t header_count;
    struct str body;
    struct str peer;     /* address for logs; "unix" on a unix socket */
    int peer_uid;        /* of the process at the other end of a unix socket; -1 otherwise */
    int64_t received_us; /* clock_mono_us when it was whole */
    struct arena *arena; /* lives until the answer is sent; the request's texts live as long */
    struct http_exchange *exchange; /* give it to http_respond, once */
};

/* The first header of that name (case does not matter), or the empty view with NULL ptr. */
struct str http_header_find(const struct http_request *request, const char *name);
/*
 * A query or form parameter, decoded ('+' and %XX) into the request's arena; first of its name.
 * NULL ptr when absent. `encoded` is the query or the body.
 */
struct str http_param(struct str encoded, const char *name, struct arena *arena);
/* Step through an encoded form: decoded name and value in `arena`. False at the end; a malformed
 * escape sets *ret_bad and stops. */
bool http_form_next(struct str *rest, struct arena *arena, struct str *ret_name,
                    struct str *ret_value, bool *ret_bad);

struct http_response {
    int status;
    const char *content_type;          /* NULL: no Content-Type */
    struct str body;                   /* copied before http_respond returns */
    const struct http_header *headers; /* further ones; may be NULL */
    size_t header_count;
    bool close; /* close the connection afterwards */
};

/* What is decided when the header is there, before any body is read. */
struct http_admission {
    int refuse_status;      /* 0: go on. Otherwise answered at once and the connection closed */
    struct str refuse_body; /* static or in the request's arena */
    const char *refuse_content_type;
    const struct http_header *refuse_headers;
    size_t refuse_header_count;
    size_t body_bytes_max; /* beyond it 413, before anything is buffered */
};

struct http_server_config {
    const char *listen;        /* "127.0.0.1:8000", "[::1]:8000", "0.0.0.0:0", or "unix:PATH" */
    unsigned unix_mode;        /* permissions of a unix socket, e.g. 0600 */
    size_t connections_max;    /* beyond it new connections are closed */
    size_t header_bytes_max;   /* 32 KiB when 0: 431 */
    int64_t header_timeout_ms; /* 10000 when 0: from connect (or end of the last answer) to header
                                  end */
    int64_t body_timeout_ms;   /* 15000 when 0: from header end to body end; 408 and close */
    int64_t idle_timeout_ms;   /* 60000 when 0: kept-alive without a request */
    void *context;             /* given to all the callbacks */
    /* Header is whole: look at method, path, headers (body is empty). May be NULL: 1 MiB, go on. */
    struct http_admission (*admit)(void *context, const struct http_request *request);
    /* Request is whole. Answer with http_respond now or later; the request stays valid until then.
     */
    void (*handle)(void *context, struct http_request *request);
    /* After each round in which requests came in: answer in one go what `handle` gathered. May be
     * NULL. */
    void (*round)(void *context);
    /* After http_server_wake. May be NULL. */
    void (*woken)(void *context);
};

/* Bind and listen; nothing is served before http_server_run. ERR_INVALID for a bad address,
 * ERR_UNAVAILABLE when it is in use. */
bool http_server_open(const struct http_server_config *config, struct http_server **ret,
                      struct err *err);
/* The port that was bound (for ":0"); 0 on a unix socket. */
int http_server_port(const struct http_server *server);
/* Serve until http_server_stop. Call it on the thread that shall be the server's. */
void http_server_run(struct http_server *server);
/* Ask the thread to stop: no new connections, requests under way get up to grace_ms to be answered.
 * Any thread, signal-safe. */
void http_server_stop(struct http_server *server, int64_t grace_ms);
void http_server_wake(struct http_server *server);  /* any thread, signal-safe */
void http_server_close(struct http_server *server); /* after run has returned; NULL is fine */
size_t http_server_connections(const struct http_server *server); /* open now; any thread */

/* Answer. Server's thread only. The request and its arena are gone afterwards. */
void http_respond(struct http_exchange *exchange, const struct http_response *response);
/*
 * Answer from any thread: the response is copied, the server woken. The request must not be touched
 * by the caller afterwards.
 */
void http_respond_from_anywhere(struct http_exchange *exchange,
                                const struct http_response *response);

/* Strictly decode %XX and '+' (when plus_is_space); false on a malformed escape. In `arena`. */
bool http_decode(struct str encoded, bool plus_is_space, struct arena *arena, struct str *ret);
/* RFC 3986 percent-encoding of everything but unreserved characters. */
void http_encode(struct buf *out, struct str plain);
