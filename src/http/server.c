/*
 * server.c - the server's loop: one poll for the listening socket, the library and the mailbox.
 *
 * Connections are accepted here and given to the library, so that the cap closes the surplus
 * instead of letting it wait, and each connection stands in the list of what it is waited for. The
 * library's panic handler is left alone: it may not return, and what it panics about (a descriptor
 * closed behind its back, a suspended connection at the end) does not happen here.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http/inside.h"
#include "loop/clock.h"

#define ROUNDS_MAX 4              /* before the mailbox and new connections get their turn */
#define ACCEPTS_MAX 64            /* likewise */
#define ACCEPT_PAUSE_US 100000    /* after running out of descriptors */
#define LIBRARY_BYTES (12 * 1024) /* what the library needs beside a request's header */

/* ---- connections and their deadlines ---- */

static void watch_remove(struct watch *list, struct connection *connection)
{
    if (connection->older)
        connection->older->newer = connection->newer;
    else
        list->oldest = connection->newer;
    if (connection->newer)
        connection->newer->older = connection->older;
    else
        list->newest = connection->older;
}

static void watch_add(struct watch *list, struct connection *connection)
{
    connection->older = list->newest;
    connection->newer = NULL;
    if (list->newest)
        list->newest->newer = connection;
    else
        list->oldest = connection;
    list->newest = connection;
}

void connection_watch(struct http_server *server, struct connection *connection,
                      enum watch_kind watch)
{
    watch_remove(&server->watches[connection->watch], connection);
    connection->watch = watch;
    connection->since_us = server->now_us;
    watch_add(&server->watches[watch], connection);
}

static void connection_name_peer(struct connection *connection, const struct sockaddr *address)
{
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } peer = { 0 };
    struct ucred process;
    socklen_t len = sizeof(process);

    connection->peer_uid = -1;
    if (address->sa_family == AF_INET) {
        memcpy(&peer.v4, address, sizeof(peer.v4));
        inet_ntop(AF_INET, &peer.v4.sin_addr, connection->peer, sizeof(connection->peer));
    } else if (address->sa_family == AF_INET6) {
        memcpy(&peer.v6, address, sizeof(peer.v6));
        inet_ntop(AF_INET6, &peer.v6.sin6_addr, connection->peer, sizeof(connection->peer));
    } else {
        snprintf(connection->peer, sizeof(connection->peer), "unix");
        if (getsockopt(connection->fd, SOL_SOCKET, SO_PEERCRED, &process, &len) == 0)
            connection->peer_uid = (int)process.uid;
    }
}

static void connection_notify(void *context, struct MHD_Connection *mhd, void **cell,
                              enum MHD_ConnectionNotificationCode what)
{
    struct http_server *server = context;
    struct connection *connection = *cell;

    if (what == MHD_CONNECTION_NOTIFY_CLOSED) { /* all but the descriptor, which is next */
        if (connection->refused && !server->stopping)
            linger_add(&server->lingerers, connection->fd, server->now_us);
        watch_remove(&server->watches[connection->watch], connection);
        free(connection);
        *cell = NULL;
        atomic_fetch_sub(&server->connections, 1);
        return;
    }
    connection = calloc(1, sizeof(*connection));
    if (!connection)
        die("out of memory (a connection)");
    connection->fd = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
    connection_name_peer(
        connection, MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr);
    connection->watch = WATCH_HEADER;
    connection->since_us = server->now_us;
    watch_add(&server->watches[WATCH_HEADER], connection);
    *cell = connection;
    atomic_fetch_add(&server->connections, 1);
}

/* The library sees the end of the stream and lets go of the connection by itself. */
static void connection_end(struct http_server *server, struct connection *connection)
{
    shutdown(connection->fd, SHUT_RDWR);
    connection_watch(server, connection, WATCH_APP);
}

static void connection_expire(struct http_server *server, struct connection *connection)
{
    static const char late[] = "HTTP/1.1 408 Request Timeout\r\n"
                               "Connection: close\r\nContent-Length: 0\r\n\r\n";

    if (connection->exchange && connection->watch != WATCH_SENDING)
        send(connection->fd, late, sizeof(late) - 1, MSG_NOSIGNAL | MSG_DONTWAIT);
    connection_end(server, connection);
}

static void expire(struct http_server *server)
{
    for (size_t i = 0; i < WATCH_COUNT; i++) {
        struct watch *list = &server->watches[i];

        while (list->allowed_us > 0 && list->oldest &&
               list->oldest->since_us + list->allowed_us <= server->now_us)
            connection_expire(server, list->oldest);
    }
}

/* ---- the loop ---- */

static void accept_waiting(struct http_server *server)
{
    for (int i = 0; i < ACCEPTS_MAX; i++) {
        struct sockaddr_storage peer = { 0 };
        socklen_t len = sizeof(peer);
        int fd = accept4(server->listening.fd, (struct sockaddr *)&peer, &len,
                         SOCK_NONBLOCK | SOCK_CLOEXEC);

        if (fd < 0) {
            if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
                server->accept_after_us = server->now_us + ACCEPT_PAUSE_US;
            if (errno == ECONNABORTED || errno == EINTR)
                continue;
            return;
        }
        if (atomic_load(&server->connections) >= server->config.connections_max)
            close(fd);
        else
            MHD_add_connection(server->daemon, fd, (struct sockaddr *)&peer,
                               len); /* or closes it */
    }
}

static void begin_stop(struct http_server *server, int64_t grace_ms)
{
    struct connection *connection, *newer;

    server->stopping = true;
    server->stop_us = server->now_us + grace_ms * 1000;
    listening_close(&server->listening);
    for (connection = server->watches[WATCH_IDLE].oldest; connection; connection = newer) {
        newer = connection->newer;
        connection_end(server, connection);
    }
    for (connection = server->watches[WATCH_HEADER].oldest; connection; connection = newer) {
        newer = connection->newer;
        if (!connection->exchange)
            connection_end(server, connection);
    }
}

static void take_mail(struct http_server *server)
{
    struct letter *letter = mailbox_take(&server->mailbox);
    int64_t grace_ms = atomic_exchange(&server->stop_grace_ms, -1);

    while (letter) {
        struct http_exchange *exchange = (struct http_exchange *)letter;

        letter = letter->next;
        exchange_deliver(exchange);
    }
    if (atomic_exchange(&server->woken, false) && server->config.woken)
        server->config.woken(server->config.context);
    if (grace_ms >= 0)
        begin_stop(server, grace_ms);
}

/* Let the library read, hand over and write until it is quiet, or others should have a turn. */
static void serve(struct http_server *server)
{
    for (int i = 0; i < ROUNDS_MAX; i++) {
        server->answered = false;
        MHD_run(server->daemon);
        if (server->arrived) {
            server->arrived = false;
            if (server->config.round)
                server->config.round(server->config.context);
        }
        if (!server->answered)
            break;
    }
}

/* True when the library has work that its descriptor does not show, such as a pipelined request. */
static bool is_busy(struct http_server *server)
{
    MHD_UNSIGNED_LONG_LONG timeout_ms;

    return server->answered ||
           (MHD_get_timeout(server->daemon, &timeout_ms) == MHD_YES && timeout_ms == 0);
}

static int wait_ms(const struct http_server *server)
{
    int64_t next_us = linger_next_us(&server->lingerers);

    for (size_t i = 0; i < WATCH_COUNT; i++) {
        const struct watch *list = &server->watches[i];

        if (list->allowed_us > 0 && list->oldest &&
            list->oldest->since_us + list->allowed_us < next_us)
            next_us = list->oldest->since_us + list->allowed_us;
    }
    if (server->stopping && server->stop_us < next_us)
        next_us = server->stop_us;
    if (server->accept_after_us > server->now_us && server->accept_after_us < next_us)
        next_us = server->accept_after_us;
    if (next_us == INT64_MAX)
        return -1;
    next_us -= clock_mono_us();
    if (next_us <= 0)
        return 0;
    return next_us / 1000 >= INT_MAX ? INT_MAX : (int)(next_us / 1000) + 1;
}

static void turn(struct http_server *server)
{
    bool busy = is_busy(server);
    bool accepting = !server->stopping && server->accept_after_us <= server->now_us;
    struct pollfd fds[3 + LINGERERS_MAX] = {
        { .fd = server->mailbox.fd, .events = POLLIN },
        { .fd = server->epoll_fd, .events = POLLIN },
        { .fd = accepting ? server->listening.fd : -1, .events = POLLIN },
    };
    size_t count = 3 + linger_poll(&server->lingerers, fds + 3);

    poll(fds, count, busy ? 0 : wait_ms(server));
    server->now_us = clock_mono_us();
    linger_turn(&server->lingerers, fds + 3, server->now_us);
    if (fds[0].revents != 0)
        take_mail(server);
    if (fds[2].revents != 0 && !server->stopping)
        accept_waiting(server);
    if (fds[1].revents != 0 || busy || server->answered)
        serve(server);
    expire(server);
}

/* What the application still has is answered for it: the library may not end with it suspended. */
static void give_up(struct http_server *server)
{
    struct connection *connection, *newer;

    for (connection = server->watches[WATCH_APP].oldest; connection; connection = newer) {
        newer = connection->newer;
        if (connection->exchange && connection->exchange->suspended)
            exchange_refuse(connection->exchange, &(struct http_response){ .status = 503 });
    }
    MHD_run(server->daemon);
    MHD_run(server->daemon);
    MHD_stop_daemon(server->daemon);
    server->daemon = NULL;
}

void http_server_run(struct http_server *server)
{
    while (!server->stopping ||
           (atomic_load(&server->connections) > 0 && server->now_us < server->stop_us))
        turn(server);
    give_up(server);
}

/* ---- beginning and end ---- */

static bool start_library(struct http_server *server, struct err *err)
{
    const struct http_server_config *config = &server->config;

    server->daemon = MHD_start_daemon(
        MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_NO_LISTEN_SOCKET, 0, NULL, NULL,
        exchange_step, server, MHD_OPTION_URI_LOG_CALLBACK, exchange_begin, server,
        MHD_OPTION_NOTIFY_COMPLETED, exchange_end, server, MHD_OPTION_NOTIFY_CONNECTION,
        connection_notify, server, MHD_OPTION_CONNECTION_LIMIT,
        (unsigned int)config->connections_max + 1, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        config->header_bytes_max + LIBRARY_BYTES, MHD_OPTION_END);
    if (!server->daemon)
        return err_set(err, ERR_UNAVAILABLE, "the HTTP library does not start: %s",
                       strerror(errno));
    server->epoll_fd = MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
    return true;
}

static int64_t or_default(int64_t value, int64_t otherwise)
{
    return value > 0 ? value : otherwise;
}

bool http_server_open(const struct http_server_config *config, struct http_server **ret,
                      struct err *err)
{
    struct listening listening;
    struct http_server *server;

    if (config->connections_max == 0 || config->connections_max >= UINT_MAX)
        return err_set(err, ERR_INVALID, "connections_max must be at least 1");
    if (!listening_open(config->listen, config->unix_mode, &listening, err))
        return false;
    server = calloc(1, sizeof(*server));
    if (!server)
        die("out of memory (a server)");
    server->config = *config;
    server->config.listen = NULL; /* the caller's, and done with */
    server->config.header_bytes_max =
        config->header_bytes_max > 0 ? config->header_bytes_max : 32 * 1024;
    server->listening = listening;
    server->watches[WATCH_HEADER].allowed_us = or_default(config->header_timeout_ms, 10000) * 1000;
    server->watches[WATCH_BODY].allowed_us = or_default(config->body_timeout_ms, 15000) * 1000;
    server->watches[WATCH_IDLE].allowed_us = or_default(config->idle_timeout_ms, 60000) * 1000;
    server->watches[WATCH_SENDING].allowed_us = server->watches[WATCH_IDLE].allowed_us;
    server->now_us = clock_mono_us();
    atomic_store(&server->stop_grace_ms, -1);
    pthread_mutex_init(&server->lock, NULL);
    mailbox_init(&server->mailbox);
    if (!start_library(server, err)) {
        http_server_close(server);
        return false;
    }
    *ret = server;
    return true;
}

int http_server_port(const struct http_server *server)
{
    return server->listening.port;
}

size_t http_server_connections(const struct http_server *server)
{
    return atomic_load(&server->connections);
}

void http_server_wake(struct http_server *server)
{
    atomic_store(&server->woken, true);
    mailbox_wake(&server->mailbox);
}

void http_server_stop(struct http_server *server, int64_t grace_ms)
{
    atomic_store(&server->stop_grace_ms, grace_ms > 0 ? grace_ms : 0);
    mailbox_wake(&server->mailbox);
}

void server_free(struct http_server *server)
{
    while (server->spare) {
        struct http_exchange *next = server->spare->next_spare;

        exchange_free(server->spare);
        server->spare = next;
    }
    ready_release(server);
    linger_release(&server->lingerers);
    mailbox_release(&server->mailbox);
    pthread_mutex_destroy(&server->lock);
    free(server);
}

void http_server_close(struct http_server *server)
{
    struct letter *letter;
    bool last;

    if (!server)
        return;
    listening_close(&server->listening);
    if (server->daemon)
        give_up(server);
    pthread_mutex_lock(&server->lock);
    atomic_store(&server->closed, true);
    letter = mailbox_take(&server->mailbox);
    while (letter) {
        struct http_exchange *exchange = (struct http_exchange *)letter;

        letter = letter->next;
        exchange_deliver(exchange);
    }
    last = server->handed == 0;
    pthread_mutex_unlock(&server->lock);
    if (last)
        server_free(server);
}

struct str http_header_find(const struct http_request *request, const char *name)
{
    for (size_t i = 0; i < request->header_count; i++) {
        if (str_equal_nocase(request->headers[i].name, str_of(name)))
            return request->headers[i].value;
    }
    return (struct str){ 0 };
}
