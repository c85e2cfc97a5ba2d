/*
 * web.c - the listening addresses and their threads.
 *
 * With ADMIN_LISTEN the public address serves webhooks and health only; everything else there does
 * not exist. Threads are stopped before the memory goes: first the servers, which wait for answers
 * of the API, then the API thread.
 */
#include "web/web.h"

#include <stdlib.h>

#include "loop/clock.h"
#include "web/inside.h"
#include "web/token.h"

#define DOOR_CONNECTIONS_MOST 2048
/* A text by GET has 1600 characters of nine bytes each at most. The HTTP library clears twice as
 * much memory with each request, so more would cost every webhook. */
#define HEADER_BYTES_MOST (16 * 1024)
#define ADMIN_CONNECTIONS_MOST 256
#define SOCKET_CONNECTIONS_MOST 64

/* The server would refuse a body that is too large by itself, but without a word. */
static struct http_admission check_length(const struct http_request *request,
                                          struct http_admission admission)
{
    struct str length = http_header_find(request, "Content-Length");
    int64_t bytes;

    if (admission.refuse_status != 0 || !length.ptr || !str_to_int(length, &bytes) ||
        bytes <= (int64_t)admission.body_bytes_max)
        return admission;
    return refuse(request->arena, 413,
                  admission.body_bytes_max > 0 ? "the body is too large"
                                               : "a body is not taken here",
                  str_of(""));
}

static struct http_admission admit(void *context, const struct http_request *request)
{
    struct surface *surface = context;
    struct route_found found = route_find(routes, route_count, surface->kinds, request->method,
                                          request->path, request->arena);

    if (!found.route && found.allow.len > 0)
        return refuse(request->arena, 405, "this path does not have that method", found.allow);
    if (!found.route)
        return refuse(request->arena, 404, "there is no such path", str_of(""));
    if (found.route->flags & ROUTE_WEBHOOK)
        return check_length(request, webhook_admit(surface, request));
    if (found.route->flags & ROUTE_API)
        return check_length(request, api_admit(surface, found.route, request));
    return check_length(request, (struct http_admission){ 0 });
}

static void handle(void *context, struct http_request *request)
{
    struct surface *surface = context;
    struct route_found found = route_find(routes, route_count, surface->kinds, request->method,
                                          request->path, request->arena);

    if (!found.route)
        die("a request for no route was admitted");
    if (found.route->direct)
        found.route->direct(surface, request);
    else
        api_submit(surface, &found, request);
}

static void round_end(void *context)
{
    webhook_round(context);
}

static bool open_surface(struct web *web, const char *listen, unsigned kinds, size_t connections,
                         struct err *err)
{
    struct surface *surface = &web->surfaces[web->surface_count];
    struct http_server_config config = {
        .listen = listen,
        .unix_mode = 0600,
        .connections_max = connections,
        .header_bytes_max = HEADER_BYTES_MOST,
        .context = surface,
        .admit = admit,
        .handle = handle,
        .round = kinds & ROUTE_WEBHOOK ? round_end : NULL,
    };

    *surface = (struct surface){ .web = web, .kinds = kinds };
    if (!http_server_open(&config, &surface->server, err))
        return err_add(err, "%s", listen);
    web->surface_count++;
    return true;
}

static bool open_surfaces(struct web *web, struct err *err)
{
    const struct config *config = web->config.config;
    bool split = config->admin_listen.len > 0;
    struct arena arena = { 0 };
    bool ok;

    ok = open_surface(web, arena_copy(&arena, config->listen).ptr,
                      ROUTE_WEBHOOK | ROUTE_HEALTH | (split ? 0 : ROUTE_API), DOOR_CONNECTIONS_MOST,
                      err);
    if (ok && split) {
        ok = open_surface(web, arena_copy(&arena, config->admin_listen).ptr,
                          ROUTE_HEALTH | ROUTE_API, ADMIN_CONNECTIONS_MOST, err);
        web->surfaces[web->surface_count - 1].admin_listen = ok;
    }
    if (ok && web->config.admin_socket_path) {
        ok = open_surface(web, arena_printf(&arena, "unix:%s", web->config.admin_socket_path).ptr,
                          ROUTE_HEALTH | ROUTE_API, SOCKET_CONNECTIONS_MOST, err);
        web->surfaces[web->surface_count - 1].peer_is_admin = ok;
    }
    arena_release(&arena);
    return ok;
}

bool web_create(const struct web_config *config, struct web **ret, struct err *err)
{
    struct web *web = calloc(1, sizeof(*web));
    struct str token = config->config->admin_token;

    if (!web)
        die("out of memory (the web)");
    web->config = *config;
    mailbox_init(&web->api_box);
    clock_chance(&web->door.chance);
    clock_chance(&web->api_chance);
    web->has_admin_token = token.len > 0;
    if (web->has_admin_token)
        token_hash(token, web->admin_token_hash);
    if (!open_surfaces(web, err)) {
        web_destroy(web);
        return false;
    }
    *ret = web;
    return true;
}

int web_port(const struct web *web)
{
    return http_server_port(web->surfaces[0].server);
}

int web_admin_port(const struct web *web)
{
    for (size_t i = 0; i < web->surface_count; i++) {
        if (web->surfaces[i].admin_listen)
            return http_server_port(web->surfaces[i].server);
    }
    return 0;
}

static void *serve(void *context)
{
    struct surface *surface = context;

    http_server_run(surface->server);
    return NULL;
}

static void start_thread(pthread_t *thread, void *(*run)(void *), void *context)
{
    int error = pthread_create(thread, NULL, run, context);

    if (error != 0)
        die("cannot start a thread: %s", strerror(error));
}

void web_start(struct web *web)
{
    start_thread(&web->api_thread, api_run, web);
    for (size_t i = 0; i < web->surface_count; i++)
        start_thread(&web->surfaces[i].thread, serve, &web->surfaces[i]);
    web->started = true;
}

void web_stop(struct web *web, int64_t grace_ms)
{
    if (!web->started)
        return;
    for (size_t i = 0; i < web->surface_count; i++)
        http_server_stop(web->surfaces[i].server, grace_ms);
    for (size_t i = 0; i < web->surface_count; i++)
        pthread_join(web->surfaces[i].thread, NULL);
    atomic_store(&web->api_stopping, true);
    mailbox_wake(&web->api_box);
    pthread_join(web->api_thread, NULL);
    web->started = false;
}

void web_destroy(struct web *web)
{
    if (!web)
        return;
    for (size_t i = 0; i < web->surface_count; i++)
        http_server_close(web->surfaces[i].server);
    mailbox_release(&web->api_box);
    door_release(&web->door);
    free(web);
}
