/*
 * timer.h - things to do later, soonest first.
 *
 * A timer stands inside the struct it belongs to, so setting one takes no memory of its own and
 * cancelling one is cheap. A zeroed timer is not set; a zeroed struct timers is empty and ready.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct simulator;

struct timer {
    int64_t due_us; /* of clock_mono_us */
    uint64_t order; /* equal times fire in the order they were set */
    size_t at;      /* place in the heap plus one; 0 when not set */
    void (*fire)(struct simulator *sim, struct timer *timer);
};

struct timers {
    struct timer **heap;
    size_t count, capacity;
    uint64_t order;
};

/* Set anew, whether or not it was set. */
void timer_set(struct timers *timers, struct timer *timer, int64_t due_us,
               void (*fire)(struct simulator *sim, struct timer *timer));
void timer_cancel(struct timers *timers, struct timer *timer); /* fine when it is not set */
/* Take the soonest that is due by `now_us` off; NULL when none is. */
struct timer *timers_take(struct timers *timers, int64_t now_us);
int64_t timers_next_us(const struct timers *timers); /* INT64_MAX when empty */
void timers_release(struct timers *timers);
