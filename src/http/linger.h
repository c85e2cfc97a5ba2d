/*
 * linger.h - let a refused client read why, before its connection is reset.
 *
 * A socket that is closed with bytes still unread resets the connection, and the reset overtakes
 * the answer. So whoever is refused while still sending is read from, to no purpose, for a short
 * while.
 */
#pragma once
#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LINGERERS_MAX 64

struct lingerers {
    size_t count;
    struct {
        int fd;
        int64_t until_us;
        size_t bytes_left;
    } each[LINGERERS_MAX];
};

/* Keep the socket behind `fd` open by a descriptor of our own. Does nothing when there are too
 * many. */
void linger_add(struct lingerers *lingerers, int fd, int64_t now_us);
/* Fill `fds` (LINGERERS_MAX of them) for poll; returns how many. */
size_t linger_poll(const struct lingerers *lingerers, struct pollfd *fds);
/* After the poll: read and drop what came, close who is done or late. */
void linger_turn(struct lingerers *lingerers, const struct pollfd *fds, int64_t now_us);
int64_t linger_next_us(const struct lingerers *lingerers); /* INT64_MAX when there is nobody */
void linger_release(struct lingerers *lingerers);
