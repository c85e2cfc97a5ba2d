/*
 * linger.c - read and drop, up to a second and a megabyte each.
 *
 * The limits are what a refused client may cost; past them it gets its reset.
 */
#include "http/linger.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#define LINGER_US 1000000
#define LINGER_BYTES (1024 * 1024)

void linger_add(struct lingerers *lingerers, int fd, int64_t now_us)
{
    int own = lingerers->count < LINGERERS_MAX ? fcntl(fd, F_DUPFD_CLOEXEC, 0) : -1;

    if (own < 0)
        return;
    shutdown(own, SHUT_WR);
    lingerers->each[lingerers->count].fd = own;
    lingerers->each[lingerers->count].until_us = now_us + LINGER_US;
    lingerers->each[lingerers->count].bytes_left = LINGER_BYTES;
    lingerers->count++;
}

size_t linger_poll(const struct lingerers *lingerers, struct pollfd *fds)
{
    for (size_t i = 0; i < lingerers->count; i++)
        fds[i] = (struct pollfd){ .fd = lingerers->each[i].fd, .events = POLLIN };
    return lingerers->count;
}

/* False at the end of the stream, of the allowance, or on an error. */
static bool drop_some(int fd, size_t *bytes_left)
{
    char nowhere[16384];
    ssize_t got = recv(fd, nowhere, sizeof(nowhere), MSG_DONTWAIT);

    if (got <= 0 || (size_t)got >= *bytes_left)
        return false;
    *bytes_left -= (size_t)got;
    return true;
}

void linger_turn(struct lingerers *lingerers, const struct pollfd *fds, int64_t now_us)
{
    for (size_t i = lingerers->count; i-- > 0;) { /* backwards: the last fills a gap */
        bool stays = lingerers->each[i].until_us > now_us;

        if (stays && fds[i].revents != 0)
            stays = drop_some(lingerers->each[i].fd, &lingerers->each[i].bytes_left);
        if (stays)
            continue;
        close(lingerers->each[i].fd);
        lingerers->each[i] = lingerers->each[--lingerers->count];
    }
}

int64_t linger_next_us(const struct lingerers *lingerers)
{
    int64_t next_us = INT64_MAX;

    for (size_t i = 0; i < lingerers->count; i++) {
        if (lingerers->each[i].until_us < next_us)
            next_us = lingerers->each[i].until_us;
    }
    return next_us;
}

void linger_release(struct lingerers *lingerers)
{
    while (lingerers->count > 0)
        close(lingerers->each[--lingerers->count].fd);
}
