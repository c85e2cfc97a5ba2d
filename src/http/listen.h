/* listen.h - the listening socket of an HTTP server: addresses as people write them, stale unix
 * sockets. */
#pragma once
#include "base/err.h"

struct listening {
    int fd;         /* non-blocking, close-on-exec */
    int port;       /* bound; 0 on a unix socket */
    char path[108]; /* of the unix socket, to unlink at the end; empty otherwise */
};

/*
 * "127.0.0.1:8000", "[::1]:8000" or "unix:PATH"; addresses are numbers, names are not looked up. A
 * unix socket that nobody listens on is replaced, anything else at PATH is left alone. ERR_INVALID
 * for a bad address, ERR_UNAVAILABLE when it is in use.
 */
bool listening_open(const char *address, unsigned unix_mode, struct listening *ret,
                    struct err *err);
void listening_close(struct listening *listening); /* twice is fine once opened */
