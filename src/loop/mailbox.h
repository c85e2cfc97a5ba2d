/*
 * mailbox.h - handing work to another thread.
 *
 * Many threads put letters in, one takes all of them out. The descriptor becomes readable when a
 * letter is waiting, so the taker can sleep in poll; putting many letters wakes it once.
 */
#pragma once
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

/* Stands first in what is handed over; the taker gets it back and casts. */
struct letter {
    struct letter *next;
};

struct mailbox {
    pthread_mutex_t lock;
    struct letter *first, **last;
    int fd; /* readable when something waits */
};

void mailbox_init(struct mailbox *box);
void mailbox_release(struct mailbox *box); /* letters still inside are the caller's to free */
void mailbox_put(struct mailbox *box, struct letter *letter);
/* All letters, oldest first, or NULL; the descriptor is quiet again. */
struct letter *mailbox_take(struct mailbox *box);
/* Make the descriptor readable without a letter. Safe in a signal handler. */
void mailbox_wake(struct mailbox *box);
/* Wait until something waits or `timeout_ms` is over (-1: for ever). */
void mailbox_wait(struct mailbox *box, int64_t timeout_ms);
