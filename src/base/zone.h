/*
 * zone.h - wall-clock time of an IANA time zone.
 *
 * Abseil's time library behind C functions. It reads the system's zone database (package tzdata),
 * so a zone whose rules change is right after tzdata's next update; ICU carries a copy of its own
 * that a stable release of Debian does not renew. No environment, no global zone: safe from any
 * thread.
 */
#pragma once
#include "base/str.h"

#ifdef __cplusplus
extern "C" {
#endif

struct local_day {
    int year, month, day; /* month and day from 1 */
    int weekday;          /* 0 Monday to 6 Sunday */
};

struct local_time {
    struct local_day day;
    int minutes; /* the wall clock, since 00:00 */
    int second;
    int offset_minutes; /* east of Greenwich */
};

/* Is this the name of a zone that the system has? Empty means UTC and is one. */
bool zone_known(struct str zone);
/* What the clocks of `zone` show at `at_ms` (Unix time). A zone that is not known counts as UTC. */
struct local_time zone_local(struct str zone, int64_t at_ms);
/*
 * When the clocks of `zone` show `minutes` past 00:00 of `day`. Where clocks are put forward and
 * skip that time, as much later as is skipped (02:30 gives 03:30); where they are put back and show
 * it twice, the first time. `minutes` may go past the day's end, and then counts on into the next.
 */
int64_t zone_instant(struct str zone, struct local_day day, int minutes);

struct local_day day_add(struct local_day day, int days);
/* Days from `from` to `to`; negative when `to` comes first. */
int day_distance(struct local_day from, struct local_day to);
/* False when there is no such day. */
bool day_make(int year, int month, int day, struct local_day *ret);

#ifdef __cplusplus
}
#endif
