/*
 * mailbox.c - a list under a lock and an eventfd that is written once per filling.
 */
#include "loop/mailbox.h"

#include <limits.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/err.h"

void mailbox_init(struct mailbox *box)
{
    pthread_mutex_init(&box->lock, NULL);
    box->first = NULL;
    box->last = &box->first;
    box->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (box->fd < 0)
        die("no eventfd: too many open files");
}

void mailbox_release(struct mailbox *box)
{
    pthread_mutex_destroy(&box->lock);
    close(box->fd);
}

void mailbox_wake(struct mailbox *box)
{
    uint64_t one = 1;
    ssize_t written = write(box->fd, &one, sizeof(one));

    (void)written; /* it fails only when the count is full, and then it is readable anyway */
}

void mailbox_put(struct mailbox *box, struct letter *letter)
{
    bool was_empty;

    letter->next = NULL;
    pthread_mutex_lock(&box->lock);
    was_empty = !box->first;
    *box->last = letter;
    box->last = &letter->next;
    pthread_mutex_unlock(&box->lock);
    if (was_empty)
        mailbox_wake(box);
}

struct letter *mailbox_take(struct mailbox *box)
{
    struct letter *all;
    uint64_t count;
    ssize_t got = read(box->fd, &count, sizeof(count));

    (void)got; /* nothing to read means nobody woke us; there may be letters all the same */
    pthread_mutex_lock(&box->lock);
    all = box->first;
    box->first = NULL;
    box->last = &box->first;
    pthread_mutex_unlock(&box->lock);
    return all;
}

void mailbox_wait(struct mailbox *box, int64_t timeout_ms)
{
    struct pollfd poll_fd = { .fd = box->fd, .events = POLLIN };

    if (timeout_ms > INT_MAX)
        timeout_ms = INT_MAX;
    poll(&poll_fd, 1, timeout_ms < 0 ? -1 : (int)timeout_ms);
}
