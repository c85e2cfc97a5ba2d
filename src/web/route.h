/*
 * route.h - which row of a table a method and a path mean.
 *
 * Private to this room. Pure: a pattern is a path whose segments are literal or "{}". Segments are
 * compared as received and arguments given back undecoded; an empty segment matches nothing.
 */
#pragma once
#include "base/arena.h"
#include "base/str.h"

#define ROUTE_ARGS_MOST 2

struct api_call;
struct err;
struct surface;
struct http_request;

enum route_flag {
    ROUTE_WEBHOOK = 1,    /* signed by the provider, answered by the server's own thread */
    ROUTE_HEALTH = 2,     /* answered by the server's own thread, whatever else is slow */
    ROUTE_API = 4,        /* done by the API thread */
    ROUTE_ADMIN = 8,      /* 403 for a user's token */
    ROUTE_BODY = 16,      /* has a JSON object as its body */
    ROUTE_BODY_MAYBE = 32 /* may have one */
};
#define ROUTE_KINDS (ROUTE_WEBHOOK | ROUTE_HEALTH | ROUTE_API)

struct web_route {
    const char *method;
    const char *pattern;
    unsigned flags;
    const char *const *query; /* names of the query parameters it takes, NULL-ended; NULL: none */
    /* ROUTE_API: fill call->out, or set call->write; false: a problem is answered. */
    bool (*handle)(struct api_call *call, struct err *err);
    /* The others: answer, or keep the request for the end of the round. */
    void (*direct)(struct surface *surface, struct http_request *request);
};

/* Every address of the program, in the order of docs/api.md. */
extern const struct web_route routes[];
extern const size_t route_count;

struct route_found {
    const struct web_route *route; /* NULL: see `allow` */
    struct str args[ROUTE_ARGS_MOST];
    struct str allow; /* methods that the path has, for 405; empty: there is no such path */
};

/* Rows of `table` that are of none of the `kinds` count as absent. `allow` is made in `arena`. */
struct route_found route_find(const struct web_route *table, size_t count, unsigned kinds,
                              struct str method, struct str path, struct arena *arena);
