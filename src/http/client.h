/*
 * client.h - the one HTTP client: it does all the waiting on other servers.
 *
 * libcurl multi on one thread. A request is never sent twice by itself: the body is given through a
 * read callback that cannot be rewound, redirects are not followed, and what may have reached the
 * server is told apart from what cannot have. Only a GET, which changes nothing, is asked again
 * when its kept-alive connection turns out dead. Tests and the simulation put another `struct
 * http_client` in its place.
 */
#pragma once
#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "http/server.h"

enum http_failure {
    HTTP_OK,       /* there is a status and a whole body */
    HTTP_NOT_SENT, /* name lookup, connect or TLS failed, or not one byte of the request left */
    HTTP_UNKNOWN,  /* timeout, reset, broken or too long answer: it may have been acted on */
    HTTP_CANCELLED /* cancel or shutdown before anything was sent; after that UNKNOWN */
};

struct http_result {
    enum http_failure failure;
    int status;
    struct str body;
    const struct http_header *headers; /* of the answer */
    size_t header_count;
    struct str error; /* a sentence, without the URL's query */
    int64_t elapsed_us;
};
struct str http_result_header(const struct http_result *result, const char *name);

/* A request to make. Filled by a translator (provider, agent); everything lives in the caller's
 * arena and is copied by http_start. */
struct http_call {
    const char *method; /* GET, POST, PUT, PATCH or DELETE */
    struct str url;     /* http:// or https:// */
    const struct http_header *headers;
    size_t header_count;
    struct str user, password; /* HTTP Basic when user is not empty; sent to this URL's host only */
    struct str body;
    struct str unix_socket;     /* path: connect there instead; empty otherwise */
    int64_t connect_timeout_ms; /* 5000 when 0 */
    int64_t timeout_ms;         /* whole call; 15000 when 0 */
    size_t response_bytes_max;  /* 1 MiB when 0; beyond it the call fails as UNKNOWN */
};

/* Called once per started call, on the client's thread; `result` is valid during the call only. */
typedef void http_done(void *context, const struct http_result *result);

struct http_client {
    const struct http_client_ops *ops;
};
struct http_client_ops {
    /* Never fails: what cannot be started is told through `done` as NOT_SENT. Returns a handle for
     * cancel. Any thread. */
    uint64_t (*start)(struct http_client *client, const struct http_call *call, http_done *done,
                      void *context);
    void (*cancel)(struct http_client *client,
                   uint64_t handle);             /* any thread; unknown handles are fine */
    void (*destroy)(struct http_client *client); /* cancels all that is under way, calls their done,
                                                    ends the thread */
};

uint64_t http_start(struct http_client *client, const struct http_call *call, http_done *done,
                    void *context);
void http_cancel(struct http_client *client, uint64_t handle);
void http_client_destroy(struct http_client *client); /* NULL is fine */

/* The real one, with its thread started. connections_max: to one host at a time. */
struct http_client *http_client_create(size_t connections_max);

/*
 * One call, waiting for its end; for the command line. The result's texts are made in `arena`. True
 * when failure is HTTP_OK, whatever the status.
 */
bool http_fetch(const struct http_call *call, struct arena *arena, struct http_result *ret,
                struct err *err);
