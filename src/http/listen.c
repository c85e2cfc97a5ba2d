/*
 * listen.c - bind and listen.
 *
 * A unix socket gets its permissions between bind and listen: until listen nobody can connect, so
 * there is no moment at which the wrong people can. The umask, which belongs to the whole process,
 * is not used.
 */
#include "http/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define BACKLOG 1024
#define SOCKET_FLAGS (SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC)

union address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    struct sockaddr_un local;
};

static bool address_parse(struct str text, union address *ret, socklen_t *ret_len)
{
    ptrdiff_t bracket = str_find_char(text, ']');
    struct str host = { 0 }, port_text;
    int64_t port;
    char host_text[INET6_ADDRSTRLEN];
    bool v6 = str_starts(text, str_of("[")) && bracket > 0;

    if (v6) {
        host = str_slice(text, 1, (size_t)bracket - 1);
        text = str_slice(text, (size_t)bracket + 1, text.len);
        if (!str_starts(text, str_of(":")))
            return false;
        port_text = str_slice(text, 1, text.len);
    } else {
        ptrdiff_t colon = str_find_char(text, ':');

        if (colon < 0)
            return false;
        host = str_slice(text, 0, (size_t)colon);
        port_text = str_slice(text, (size_t)colon + 1, text.len);
    }
    if (host.len >= sizeof(host_text) || port_text.len == 0 || port_text.ptr[0] == '+' ||
        !str_to_int(port_text, &port) || port < 0 || port > 65535)
        return false;
    snprintf(host_text, sizeof(host_text), "%.*s", STR_ARGS(host));
    *ret = (union address){ 0 };
    if (v6) {
        ret->v6.sin6_family = AF_INET6;
        ret->v6.sin6_port = htons((uint16_t)port);
        *ret_len = sizeof(ret->v6);
        return inet_pton(AF_INET6, host_text, &ret->v6.sin6_addr) == 1;
    }
    ret->v4.sin_family = AF_INET;
    ret->v4.sin_port = htons((uint16_t)port);
    *ret_len = sizeof(ret->v4);
    return inet_pton(AF_INET, host_text, &ret->v4.sin_addr) == 1;
}

/* Make room for a socket at the address's path. False when somebody listens there or it is no
 * socket. */
static bool path_clear(const struct sockaddr_un *local, struct err *err)
{
    struct stat found;
    int fd, failure;

    if (lstat(local->sun_path, &found) != 0)
        return true;
    if (!S_ISSOCK(found.st_mode))
        return err_set(err, ERR_INVALID, "%s is there already and no socket", local->sun_path);
    fd = socket(AF_UNIX, SOCKET_FLAGS, 0);
    if (fd < 0)
        return err_set(err, ERR_UNAVAILABLE, "socket: %s", strerror(errno));
    failure = connect(fd, (const struct sockaddr *)local, sizeof(*local)) == 0 ? 0 : errno;
    close(fd);
    if (failure != ECONNREFUSED)
        return err_set(err, ERR_UNAVAILABLE, "%s is in use", local->sun_path);
    if (unlink(local->sun_path) != 0)
        return err_set(err, ERR_UNAVAILABLE, "%s: %s", local->sun_path, strerror(errno));
    return true;
}

static bool bind_and_listen(int fd, const char *text, const union address *address, socklen_t len,
                            unsigned unix_mode, struct err *err)
{
    int on = 1;
    bool local = address->any.sa_family == AF_UNIX;

    if (!local)
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (bind(fd, &address->any, len) != 0)
        return err_set(err, errno == EADDRNOTAVAIL ? ERR_INVALID : ERR_UNAVAILABLE, "%s: %s", text,
                       strerror(errno));
    if (local && chmod(address->local.sun_path, unix_mode) != 0)
        return err_set(err, ERR_UNAVAILABLE, "permissions of %s: %s", text, strerror(errno));
    if (listen(fd, BACKLOG) != 0)
        return err_set(err, ERR_UNAVAILABLE, "%s: %s", text, strerror(errno));
    return true;
}

static int bound_port(int fd)
{
    union address bound = { 0 };
    socklen_t len = sizeof(bound);

    if (getsockname(fd, &bound.any, &len) != 0 || bound.any.sa_family == AF_UNIX)
        return 0;
    return ntohs(bound.any.sa_family == AF_INET ? bound.v4.sin_port : bound.v6.sin6_port);
}

bool listening_open(const char *text, unsigned unix_mode, struct listening *ret, struct err *err)
{
    struct listening listening = { .fd = -1 };
    union address address = { 0 };
    socklen_t len = sizeof(address.local);

    if (str_starts(str_of(text), str_of("unix:"))) {
        const char *path = text + strlen("unix:");

        if (path[0] == '\0' || strlen(path) >= sizeof(listening.path))
            return err_set(err, ERR_INVALID, "%s: a path of 1 to %zu bytes is wanted", text,
                           sizeof(listening.path) - 1);
        address.local.sun_family = AF_UNIX;
        snprintf(address.local.sun_path, sizeof(address.local.sun_path), "%s", path);
        if (!path_clear(&address.local, err))
            return false;
        snprintf(listening.path, sizeof(listening.path), "%s", path);
    } else if (!address_parse(str_of(text), &address, &len)) {
        return err_set(err, ERR_INVALID,
                       "%s is no address like 127.0.0.1:8000, [::1]:8000 or unix:PATH", text);
    }
    listening.fd = socket(address.any.sa_family, SOCKET_FLAGS, 0);
    if (listening.fd < 0)
        return err_set(err, ERR_UNAVAILABLE, "socket: %s", strerror(errno));
    if (!bind_and_listen(listening.fd, text, &address, len, unix_mode, err)) {
        close(listening.fd);
        return false;
    }
    listening.port = bound_port(listening.fd);
    *ret = listening;
    return true;
}

void listening_close(struct listening *listening)
{
    if (listening->fd < 0)
        return;
    if (listening->path[0] != '\0')
        unlink(listening->path);
    close(listening->fd);
    listening->fd = -1;
}
