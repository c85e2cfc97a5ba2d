/*
 * when.h - times as people text them: "tomorrow at 9", "in 20 minutes", "fri 5pm", "12 March".
 *
 * English. Reading knows no clock and no zone: it says what the words mean, and resolving turns
 * that into a day or an instant. An hour without am or pm is kept as unsure until then. Dates in
 * figures are read only as 2026-12-24, because 3/4 means two different days.
 */
#pragma once
#include "agent/rule/words.h"
#include "base/zone.h"

enum when_day { WHEN_NO_DAY, WHEN_IN_DAYS, WHEN_WEEKDAY, WHEN_DATE };
enum when_part { WHEN_NO_PART, WHEN_MORNING, WHEN_AFTERNOON, WHEN_EVENING, WHEN_NIGHT };

struct when {
    int64_t in_minutes; /* "in 20 minutes"; then nothing else is set. 0: not said */
    enum when_day day;
    int days;              /* IN_DAYS: from today, 0 is today */
    int weekday;           /* WEEKDAY: 0 Monday */
    bool weekday_next;     /* "next friday": not today */
    bool weekday_each;     /* "fridays" */
    int year, month, date; /* DATE: year 0 when not said */
    bool has_time;
    bool hour_unsure; /* has_time, 1 to 12 o'clock without am or pm */
    int minutes;      /* since 00:00 */
    enum when_part part;
};

/* True when all of `w` is one time; at least one word. */
bool when_read(struct words w, struct when *ret);
/* The longest start of `w` that is a time; how many words, 0 when none. */
size_t when_read_start(struct words w, struct when *ret);
/*
 * The longest end of `w` that is a time; how many words, 0 when none. It is none after a word that
 * ties it to what stands before, as in "get ready for tomorrow" or "sit in the sun".
 */
size_t when_read_end(struct words w, struct when *ret);
/* The longest time anywhere in `w`; how many words, and from which on. */
size_t when_find(struct words w, struct when *ret, size_t *ret_from);

/* The day that is meant, seen from `today`; false when there is none, as 31 April. */
bool when_day(const struct when *when, struct local_day today, struct local_day *ret);

enum when_result {
    WHEN_OK,
    WHEN_PAST,    /* all of it has passed */
    WHEN_TOO_FAR, /* more than a year ahead */
    WHEN_NO_TIME, /* today, but no time of day */
    WHEN_NO_SUCH  /* no such day */
};
/*
 * When that is next, later than `now_ms`. Without a time of day: 9 am, or what the part of the day
 * suggests. An unsure hour without a day is whichever of am and pm comes first; with a day, 1 to 6
 * is in the afternoon and 7 to 11 in the morning.
 */
enum when_result when_instant(const struct when *when, struct str zone, int64_t now_ms,
                              int64_t *ret_ms);

/* "5 pm", "5:30 pm", "noon", "midnight"; or "17:00". */
void when_say_time(struct buf *out, int minutes, bool clock_24);
/* "today", "tomorrow (Sunday)", "on Friday", "on Friday 4 December", with a year unless it is this.
 */
void when_say_day(struct buf *out, struct local_day day, struct local_day today);
const char *when_weekday_name(int weekday); /* "Monday" */
const char *when_month_name(int month);     /* 1: "January" */
