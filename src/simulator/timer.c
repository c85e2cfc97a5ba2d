/*
 * timer.c - a binary heap of pointers whose members know their place.
 */
#include "simulator/timer.h"

#include <stdlib.h>

#include "base/err.h"

static bool sooner(const struct timer *a, const struct timer *b)
{
    return a->due_us != b->due_us ? a->due_us < b->due_us : a->order < b->order;
}

static void place(struct timers *timers, size_t i, struct timer *timer)
{
    timers->heap[i] = timer;
    timer->at = i + 1;
}

static void sift_up(struct timers *timers, size_t i, struct timer *timer)
{
    while (i > 0 && sooner(timer, timers->heap[(i - 1) / 2])) {
        place(timers, i, timers->heap[(i - 1) / 2]);
        i = (i - 1) / 2;
    }
    place(timers, i, timer);
}

static void sift_down(struct timers *timers, size_t i, struct timer *timer)
{
    for (;;) {
        size_t child = 2 * i + 1;

        if (child + 1 < timers->count && sooner(timers->heap[child + 1], timers->heap[child]))
            child++;
        if (child >= timers->count || !sooner(timers->heap[child], timer))
            break;
        place(timers, i, timers->heap[child]);
        i = child;
    }
    place(timers, i, timer);
}

void timer_cancel(struct timers *timers, struct timer *timer)
{
    size_t i = timer->at - 1;
    struct timer *last;

    if (timer->at == 0)
        return;
    timer->at = 0;
    last = timers->heap[--timers->count];
    if (last == timer)
        return;
    if (i > 0 && sooner(last, timers->heap[(i - 1) / 2]))
        sift_up(timers, i, last);
    else
        sift_down(timers, i, last);
}

void timer_set(struct timers *timers, struct timer *timer, int64_t due_us,
               void (*fire)(struct simulator *sim, struct timer *timer))
{
    timer_cancel(timers, timer);
    if (timers->count == timers->capacity) {
        size_t capacity = timers->capacity ? timers->capacity * 2 : 64;
        struct timer **heap = realloc(timers->heap, capacity * sizeof(struct timer *));

        if (!heap)
            die("out of memory (%zu timers wanted)", capacity);
        timers->heap = heap;
        timers->capacity = capacity;
    }
    timer->due_us = due_us;
    timer->order = timers->order++;
    timer->fire = fire;
    sift_up(timers, timers->count++, timer);
}

struct timer *timers_take(struct timers *timers, int64_t now_us)
{
    struct timer *first;

    if (timers->count == 0 || timers->heap[0]->due_us > now_us)
        return NULL;
    first = timers->heap[0];
    timer_cancel(timers, first);
    return first;
}

int64_t timers_next_us(const struct timers *timers)
{
    return timers->count > 0 ? timers->heap[0]->due_us : INT64_MAX;
}

void timers_release(struct timers *timers)
{
    free(timers->heap);
    *timers = (struct timers){ 0 };
}
