/*
 * inside.h - what the server's own files share; nothing outside src/http includes it.
 *
 * server.c turns the loop, exchange.c takes requests out of the library, respond.c puts answers in.
 * All of it runs on the server's thread but for http_respond_from_anywhere, wake and stop.
 */
#pragma once
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdatomic.h>

#include "http/linger.h"
#include "http/listen.h"
#include "http/server.h"
#include "loop/mailbox.h"

/* What a connection is being waited for; each has a time it may take. */
enum watch_kind {
    WATCH_HEADER, /* a new connection, or one whose request line is there */
    WATCH_BODY,
    WATCH_APP,     /* nothing: the application has the request, or the end is on its way */
    WATCH_SENDING, /* the client is to take the answer */
    WATCH_IDLE,
    WATCH_COUNT
};

struct connection {
    struct connection *older, *newer; /* in the list of its watch */
    enum watch_kind watch;
    int64_t since_us;
    int fd; /* the library's; only ever shut down here, never closed */
    int peer_uid;
    bool refused; /* it may still be sending when the library closes */
    char peer[INET6_ADDRSTRLEN];
    struct http_exchange *exchange; /* under way, or NULL */
};

/* Everybody in a list may take equally long, so it is in the order of the deadlines. */
struct watch {
    struct connection *oldest, *newest;
    int64_t allowed_us; /* 0: for ever */
};

/* One request and its answer. Taken from a list of spares, so that its memory is used again. */
struct http_exchange {
    struct letter letter; /* first: the mailbox holds exchanges that are answered */
    struct http_server *server;
    struct connection *connection;
    struct MHD_Connection *mhd; /* NULL once the library is done with it */
    enum exchange_stage { STAGE_HEADER, STAGE_BODY, STAGE_APP, STAGE_ANSWERED } stage;
    bool app_holds; /* handed over and not answered yet */
    bool suspended;
    bool queued;           /* the library has the answer */
    const char *target_at; /* where the library has the target */
    struct arena arena;
    struct buf body;
    struct http_request request;
    size_t body_bytes_max;
    int status; /* of `response`, an answer from another thread on its way here */
    struct MHD_Response *response;
    struct http_exchange *next_spare;
};

/* An answer that is given often. */
struct ready_response {
    struct MHD_Response *response; /* NULL: free */
    int asked, status;             /* what was asked for, and what came of it */
    bool close;
    char content_type[64];
    size_t body_len;
    char body[128];
};
#define READY_RESPONSES 8

struct http_server {
    struct http_server_config config;
    struct listening listening;
    struct MHD_Daemon *daemon;
    int epoll_fd; /* the library's */
    struct mailbox mailbox;
    atomic_bool woken;
    atomic_int_fast64_t stop_grace_ms; /* asked for and not seen yet; -1 otherwise */
    atomic_size_t connections;
    int64_t now_us;
    int64_t accept_after_us; /* out of descriptors: do not try before */
    bool stopping;
    int64_t stop_us;
    bool arrived;  /* requests came in since `round` was called */
    bool answered; /* suspended exchanges were resumed since the library ran */
    struct watch watches[WATCH_COUNT];
    struct lingerers lingerers;
    struct http_exchange *spare;
    struct ready_response ready[READY_RESPONSES];
    size_t ready_next;
    /* `lock` orders the end of the server against answers from other threads. */
    pthread_mutex_t lock;
    atomic_bool closed;
    size_t handed; /* exchanges the application has; after `closed` under the lock */
};

/* server.c */
void connection_watch(struct http_server *server, struct connection *connection,
                      enum watch_kind watch);
void server_free(struct http_server *server);

/* exchange.c: the library's callbacks, with the server as context */
void *exchange_begin(void *context, const char *target, struct MHD_Connection *mhd);
enum MHD_Result exchange_step(void *context, struct MHD_Connection *mhd, const char *url,
                              const char *method, const char *version, const char *upload,
                              size_t *upload_len, void **exchange);
void exchange_end(void *context, struct MHD_Connection *mhd, void **exchange,
                  enum MHD_RequestTerminationCode how);
void exchange_recycle(struct http_exchange *exchange);
void exchange_free(struct http_exchange *exchange);

/* respond.c */
/* The answer http_respond_from_anywhere put into the mailbox goes on its way. */
void exchange_deliver(struct http_exchange *exchange);
/* The application answered an exchange of a server that is closed. */
void exchange_abandon(struct http_exchange *exchange);
/* Answer without the application, before it has the request; the connection ends with it. */
enum MHD_Result exchange_refuse(struct http_exchange *exchange,
                                const struct http_response *response);
void ready_release(struct http_server *server);
