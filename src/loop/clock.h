/*
 * clock.h - the only clock and the only dice.
 *
 * Threads read the time here once a round and pass it down as `now_ms`. A simulation gives the
 * engine its own times and never calls these.
 */
#pragma once
#include "base/chance.h"

int64_t clock_now_ms(void);  /* Unix time in milliseconds */
int64_t clock_mono_us(void); /* microseconds that never step back, for durations and deadlines */
/* Seed from the operating system; ends the process when it gives no randomness. */
void clock_chance(struct chance *chance);
