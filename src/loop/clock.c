/*
 * clock.c - reading the operating system's clock and randomness.
 */
#include "loop/clock.h"

#include <errno.h>
#include <sys/random.h>
#include <time.h>

#include "base/err.h"

int64_t clock_now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return now.tv_sec * INT64_C(1000) + now.tv_nsec / 1000000;
}

int64_t clock_mono_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000000) + now.tv_nsec / 1000;
}

void clock_chance(struct chance *chance)
{
    unsigned char seed[32];

    if (getrandom(seed, sizeof(seed), 0) != (ssize_t)sizeof(seed))
        die("the operating system gives no random bytes (errno %d)", errno);
    chance_init(chance, seed);
}
