/*
 * inside.h - the threads of the web and what they hold. Private to this room.
 *
 * A surface is one listening address with its thread; the API thread belongs to all of them. `door`
 * is touched by the thread of the first surface only.
 */
#pragma once
#include <pthread.h>
#include <stdatomic.h>

#include "base/chance.h"
#include "web/api.h"

#define SURFACES_MOST 3 /* LISTEN, ADMIN_LISTEN, the admin socket */
#define API_WAITING_MOST 1000
#define API_BODY_BYTES_MOST ((size_t)1 << 20)
#define WEBHOOK_BODY_BYTES_MOST ((size_t)64 << 10)

struct surface {
    struct web *web;
    struct http_server *server;
    pthread_t thread;
    unsigned kinds;     /* route kinds that are served here */
    bool admin_listen;  /* ADMIN_LISTEN: metrics without a token */
    bool peer_is_admin; /* the admin socket: the kernel says who asks */
};

/* Webhooks that were verified in this round and wait for its one flush. */
struct door {
    struct http_request **requests;
    struct spool_entry *entries;
    size_t count, capacity, bytes;
    struct chance chance;
};

struct web {
    struct web_config config;
    struct surface surfaces[SURFACES_MOST];
    size_t surface_count;
    bool started;
    struct door door;
    atomic_int_fast64_t append_failed_us; /* clock_mono_us of the last failure; 0: none */
    struct mailbox api_box;
    pthread_t api_thread;
    atomic_bool api_stopping;
    atomic_int api_waiting; /* calls taken in and not yet answered */
    struct chance api_chance;
    bool has_admin_token;
    unsigned char admin_token_hash[32];
};

/* webhook.c: on the door's thread. */
struct http_admission webhook_admit(struct surface *surface, const struct http_request *request);
void webhook_inbound(struct surface *surface, struct http_request *request);
void webhook_status(struct surface *surface, struct http_request *request);
void webhook_round(struct surface *surface);
void door_release(struct door *door);

/* health.c: on any server's thread. */
void health_live(struct surface *surface, struct http_request *request);
void health_ready(struct surface *surface, struct http_request *request);

/* respond.c: answers that need no API thread. */
void respond_problem(struct http_request *request, int status, const char *detail);
struct http_admission refuse(struct arena *arena, int status, const char *detail, struct str allow);

/* auth.c */
/* Why a request without a token is not let in, seen from its header alone; NULL when it may go on.
 */
const char *auth_refusal(const struct surface *surface, const struct http_request *request);
void auth_note_refusal(const struct web *web, const struct http_request *request, const char *why);
/* Who asks. 401 in error_status when nobody we know. On the API thread. */
bool auth_identify(struct api_call *call, struct err *err);

/* api.c: `api_submit` on a server's thread, `api_run` is the API thread. */
struct http_admission api_admit(struct surface *surface, const struct web_route *route,
                                const struct http_request *request);
void api_submit(struct surface *surface, const struct route_found *found,
                struct http_request *request);
void *api_run(void *web);
