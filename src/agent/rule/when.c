/*
 * when.c - times as people text them: "tomorrow at 9", "in 20 minutes", "fri 5pm", "12 March".
 *
 * A time is a row of items (a day, a time of day, a part of the day), each at most once and in any
 * order; each reader below takes one item off the front. What is no item makes the whole no time.
 */
#include "agent/rule/when.h"

#include "base/err.h"

#define MINUTE_MS INT64_C(60000)
#define DAY_MINUTES 1440

static const char *const weekdays[] = { "Monday", "Tuesday",  "Wednesday", "Thursday",
                                        "Friday", "Saturday", "Sunday" };
static const char *const months[] = { "January",   "February", "March",    "April",
                                      "May",       "June",     "July",     "August",
                                      "September", "October",  "November", "December" };

const char *when_weekday_name(int weekday)
{
    return weekdays[weekday];
}

const char *when_month_name(int month)
{
    return months[month - 1];
}

/* As people write them, short forms too; in the order of the names above. */
static const char *const weekday_words[] = {
    "monday mon", "tuesday tue tues", "wednesday wed weds", "thursday thu thur thurs",
    "friday fri", "saturday sat",     "sunday sun",
};
static const char *const weekday_plurals[] = { "mondays", "tuesdays",  "wednesdays", "thursdays",
                                               "fridays", "saturdays", "sundays" };
static const char *const month_words[] = { "january jan", "february feb", "march mar",
                                           "april apr",   "may",          "june jun",
                                           "july jul",    "august aug",   "september sep sept",
                                           "october oct", "november nov", "december dec" };

static int find_in(struct str word, const char *const *lists, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (word_in(word, lists[i]))
            return (int)i;
    }
    return -1;
}

static int weekday_of(struct str word, bool *ret_each)
{
    int day = find_in(word, weekday_words, ARRAY_LEN(weekday_words));

    *ret_each = day < 0;
    return day >= 0 ? day : find_in(word, weekday_plurals, ARRAY_LEN(weekday_plurals));
}

static int month_of(struct str word)
{
    return find_in(word, month_words, ARRAY_LEN(month_words));
}

/* The digits that `word` starts with; *ret_rest is what follows. -1 when there are none, or over 4.
 */
static int leading_number(struct str word, struct str *ret_rest)
{
    int value = 0;
    size_t n = 0;

    while (n < word.len && n < 5 && word.ptr[n] >= '0' && word.ptr[n] <= '9')
        value = value * 10 + (word.ptr[n++] - '0');
    *ret_rest = str_slice(word, n, word.len);
    return n == 0 || n > 4 ? -1 : value;
}

/* "20", "twenty", "a"; -1 when it is no amount. */
static int amount_of(struct str word)
{
    static const char *const small[] = { "a",     "two",   "three", "four", "five",   "six",
                                         "seven", "eight", "nine",  "ten",  "eleven", "twelve" };
    struct str rest;
    int value = leading_number(word, &rest);

    if (value >= 0)
        return rest.len == 0 ? value : -1;
    if (word_in(word, "an one"))
        return 1;
    for (size_t i = 0; i < ARRAY_LEN(small); i++) {
        if (str_is(word, small[i]))
            return (int)i + 1;
    }
    if (str_is(word, "fifteen"))
        return 15;
    if (str_is(word, "twenty"))
        return 20;
    return str_is(word, "thirty") ? 30 : -1;
}

/* Minutes in a unit, or 0. */
static int64_t unit_of(struct str word)
{
    if (word_in(word, "m min mins minute minutes"))
        return 1;
    if (word_in(word, "h hr hrs hour hours"))
        return 60;
    if (word_in(word, "d day days"))
        return DAY_MINUTES;
    return word_in(word, "week weeks wk wks") ? 7 * DAY_MINUTES : 0;
}

/* "20 minutes", "20min", "half an hour", "an hour and a half", "a couple of hours". */
static size_t read_amount(struct words w, int64_t *ret_minutes, int64_t *ret_unit)
{
    static const char *const half[] = { "half an hour", "half hour", NULL };
    static const char *const couple[] = { "a couple of", "a couple", "couple of", NULL };
    size_t n = words_start_any(w, half);
    struct str rest;
    int amount;

    *ret_unit = 60;
    if (n > 0) {
        *ret_minutes = 30;
        return n;
    }
    n = words_start_any(w, couple);
    amount = n > 0 ? 2 : (w.count > 0 ? amount_of(w.at[0].text) : -1);
    n = n > 0 ? n : 1;
    if (amount >= 0 && n < w.count && (*ret_unit = unit_of(w.at[n].text)) > 0) {
        *ret_minutes = amount * *ret_unit;
        n++;
        if (words_start(words_part(w, n, w.count), "and a half") > 0 && *ret_unit == 60) {
            *ret_minutes += 30;
            n += 3;
        }
        return n;
    }
    amount = w.count > 0 ? leading_number(w.at[0].text, &rest) : -1; /* "20min" */
    if (amount < 0 || (*ret_unit = unit_of(rest)) == 0)
        return 0;
    *ret_minutes = amount * *ret_unit;
    return 1;
}

/* "in 20 minutes", "in 1 hour and 30 minutes", "2 hours from now", "in 3 days". */
static size_t read_relative(struct words w, struct when *ret)
{
    bool in = words_start(w, "in") > 0;
    size_t n = in ? 1 : 0, more;
    int64_t minutes, unit, added, added_unit;

    more = read_amount(words_part(w, n, w.count), &minutes, &unit);
    if (more == 0)
        return 0;
    n += more;
    if (unit < DAY_MINUTES) {
        size_t and = n < w.count && str_is(w.at[n].text, "and") ? 1 : 0;

        more = n + and < w.count ? read_amount(words_part(w, n + and, w.count), &added, &added_unit)
                                 : 0;
        if (more > 0 && added_unit < unit) {
            minutes += added;
            n += and+more;
        }
    }
    if (!in) {
        more = words_start(words_part(w, n, w.count), "from now");
        if (more == 0)
            return 0;
        n += more;
    }
    if (unit < DAY_MINUTES) {
        ret->in_minutes = minutes > 0 ? minutes : 1;
    } else { /* by the calendar, so that the hour stays the same when clocks change */
        ret->day = WHEN_IN_DAYS;
        ret->days = (int)(minutes / DAY_MINUTES);
    }
    return n;
}

/* "2026-12-24" */
static bool read_iso_date(struct str word, struct when *ret)
{
    struct str year, month, rest = word;
    int64_t y, m, d;

    if (word.len != 10 || !str_cut(&rest, '-', &year) || !str_cut(&rest, '-', &month) ||
        !str_to_int(year, &y) || !str_to_int(month, &m) || !str_to_int(rest, &d) || y < 1970 ||
        y > 9999 || m < 1 || m > 12 || d < 1 || d > 31)
        return false;
    ret->day = WHEN_DATE;
    ret->year = (int)y;
    ret->month = (int)m;
    ret->date = (int)d;
    return true;
}

/* "4", "4th"; 0 when it is no day of a month. */
static int date_of(struct str word)
{
    struct str rest;
    int value = leading_number(word, &rest);

    return value >= 1 && value <= 31 && (rest.len == 0 || word_in(rest, "st nd rd th")) ? value : 0;
}

/* "12 March", "March 12th 2027", "the 12th of March". */
static size_t read_month_date(struct words w, struct when *ret)
{
    size_t n = words_start(w, "the");
    int month = -1, date = 0;
    struct str rest;

    if (n < w.count && (date = date_of(w.at[n].text)) > 0) {
        n++;
        n += words_start(words_part(w, n, w.count), "of");
        month = n < w.count ? month_of(w.at[n].text) : -1;
        n++;
    } else if (n + 1 < w.count) {
        month = month_of(w.at[n].text);
        date = date_of(w.at[n + 1].text);
        n += 2;
    }
    if (month < 0 || date == 0)
        return 0;
    if (n < w.count && w.at[n].text.len == 4 && leading_number(w.at[n].text, &rest) >= 1970 &&
        rest.len == 0)
        ret->year = leading_number(w.at[n++].text, &rest);
    ret->day = WHEN_DATE;
    ret->month = month + 1;
    ret->date = date;
    return n;
}

/* A day that is named from today. "tonight" and "this evening" say the part of the day too. */
static size_t read_near_day(struct words w, struct when *ret)
{
    // clang-format off
    static const struct { const char *phrase; int days; enum when_part part; } near[] = {
        { "today", 0, WHEN_NO_PART },
        { "tonight", 0, WHEN_NIGHT },
        { "tonite", 0, WHEN_NIGHT },
        { "this morning", 0, WHEN_MORNING },
        { "this afternoon", 0, WHEN_AFTERNOON },
        { "this evening", 0, WHEN_EVENING },
        { "the day after tomorrow", 2, WHEN_NO_PART },
        { "day after tomorrow", 2, WHEN_NO_PART },
        { "tomorrow night", 1, WHEN_NIGHT },
        { "tomorrow", 1, WHEN_NO_PART },
        { "tomorow", 1, WHEN_NO_PART },
        { "tommorow", 1, WHEN_NO_PART },
        { "tommorrow", 1, WHEN_NO_PART },
        { "tmrw", 1, WHEN_NO_PART },
        { "tmr", 1, WHEN_NO_PART },
        { "next week", 7, WHEN_NO_PART },
    };
    // clang-format on

    for (size_t i = 0; i < ARRAY_LEN(near); i++) {
        size_t n = words_start(w, near[i].phrase);

        if (n > 0 && (near[i].part == WHEN_NO_PART || ret->part == WHEN_NO_PART)) {
            ret->day = WHEN_IN_DAYS;
            ret->days = near[i].days;
            ret->part = near[i].part != WHEN_NO_PART ? near[i].part : ret->part;
            return n;
        }
    }
    return 0;
}

/* Holidays that have a date of their own; those that move with the year are left to the operator.
 */
static size_t read_holiday(struct words w, struct when *ret)
{
    // clang-format off
    static const struct { const char *phrase; int month, date; } holidays[] = {
        { "christmas eve", 12, 24 },    { "christmas day", 12, 25 }, { "xmas", 12, 25 },
        { "boxing day", 12, 26 },       { "new years eve", 12, 31 }, { "new years day", 1, 1 },
        { "new year", 1, 1 },           { "new years", 1, 1 },       { "valentines day", 2, 14 },
        { "halloween", 10, 31 },        { "christmas", 12, 25 },
    };
    // clang-format on

    for (size_t i = 0; i < ARRAY_LEN(holidays); i++) {
        size_t n = words_start(w, holidays[i].phrase);

        if (n > 0) {
            ret->day = WHEN_DATE;
            ret->month = holidays[i].month;
            ret->date = holidays[i].date;
            return n;
        }
    }
    return 0;
}

static size_t read_day(struct words w, struct when *ret)
{
    size_t n = read_near_day(w, ret), more;
    bool each;

    if (n > 0)
        return n;
    n = words_start(w, "on");
    more = read_month_date(words_part(w, n, w.count), ret);
    if (more == 0)
        more = read_holiday(words_part(w, n, w.count), ret);
    if (more > 0)
        return n + more;
    if (n < w.count && read_iso_date(w.at[n].text, ret))
        return n + 1;
    if (n < w.count && word_in(w.at[n].text, "next this coming"))
        ret->weekday_next = str_is(w.at[n++].text, "next");
    if (n >= w.count || (ret->weekday = weekday_of(w.at[n].text, &each)) < 0)
        return 0;
    ret->day = WHEN_WEEKDAY;
    ret->weekday_each = each;
    return n + 1;
}

/* "5:30", "17:00", "5.30", "5"; *ret_hour and *ret_minute. What follows the figures must be `rest`.
 */
static bool read_clock(struct str word, int *ret_hour, int *ret_minute, struct str *ret_rest)
{
    struct str rest;

    *ret_minute = -1;
    *ret_hour = leading_number(word, &rest);
    if (*ret_hour < 0 || *ret_hour > 24)
        return false;
    if (rest.len > 0 && (rest.ptr[0] == ':' || rest.ptr[0] == '.')) {
        size_t digits = rest.len;

        *ret_minute = leading_number(str_slice(rest, 1, rest.len), ret_rest);
        digits -= ret_rest->len + 1;
        return digits == 2 && *ret_minute >= 0 && *ret_minute <= 59 &&
               (*ret_hour < 24 || *ret_minute == 0);
    }
    *ret_rest = rest;
    return true;
}

/* "at 5pm", "5 pm", "at 17:00", "17:00", "at 5", "at 5 oclock", "noon". A bare "5" is none. */
static size_t read_time(struct words w, struct when *ret)
{
    size_t n = words_skip(w, "at by around") > 0 ? 1 : 0;
    bool at = n > 0, meridiem = false, pm = false;
    int hour, minute;
    struct str rest;

    if (n < w.count && word_in(w.at[n].text, "noon midday midnight")) {
        ret->minutes = str_is(w.at[n].text, "midnight") ? DAY_MINUTES : 12 * 60;
        ret->has_time = true;
        return n + 1;
    }
    if (n >= w.count || !read_clock(w.at[n].text, &hour, &minute, &rest))
        return 0;
    n++;
    if (rest.len == 0 && n < w.count && word_in(w.at[n].text, "am pm"))
        rest = w.at[n++].text;
    else if (rest.len == 0 && n < w.count && str_is(w.at[n].text, "oclock") && hour <= 12)
        n++, at = true;
    if (rest.len > 0) {
        if (!word_in(rest, "am pm a p") || hour < 1 || hour > 12)
            return 0;
        meridiem = true;
        pm = rest.ptr[0] == 'p';
        hour = hour % 12 + (pm ? 12 : 0);
    }
    if (!meridiem && !at && minute < 0)
        return 0;
    ret->has_time = true;
    ret->hour_unsure = !meridiem && hour >= 1 && hour <= 12 && w.at[n - 1].text.ptr[0] != '0';
    ret->minutes = hour * 60 + (minute > 0 ? minute : 0);
    return n;
}

static size_t read_part(struct words w, struct when *ret)
{
    // clang-format off
    static const struct { const char *phrase; enum when_part part; } parts[] = {
        { "in the morning", WHEN_MORNING },     { "morning", WHEN_MORNING },
        { "in the afternoon", WHEN_AFTERNOON }, { "afternoon", WHEN_AFTERNOON },
        { "in the evening", WHEN_EVENING },     { "evening", WHEN_EVENING },
        { "at night", WHEN_NIGHT },
    };
    // clang-format on

    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        size_t n = words_start(w, parts[i].phrase);

        if (n > 0) {
            ret->part = parts[i].part;
            return n;
        }
    }
    return 0;
}

/* One item off the front of `w`, of a kind that `ret` does not have yet. */
static size_t read_item(struct words w, struct when *ret)
{
    struct when item = *ret;
    size_t n = 0;

    if (item.in_minutes > 0)
        return 0;
    if (item.day == WHEN_NO_DAY)
        n = read_relative(w, &item);
    if (n > 0 && item.in_minutes > 0 && (item.has_time || item.part != WHEN_NO_PART))
        return 0;
    if (n == 0 && item.day == WHEN_NO_DAY) {
        item = *ret;
        n = read_day(w, &item);
    }
    if (n == 0 && !item.has_time) {
        item = *ret;
        n = read_time(w, &item);
    }
    if (n == 0 && item.part == WHEN_NO_PART) {
        item = *ret;
        n = read_part(w, &item);
    }
    if (n > 0)
        *ret = item;
    return n;
}

/* "at 8 in the evening", "tonight at 8": the part of the day says which 8 is meant. */
static void settle_hour(struct when *when)
{
    int hour = when->minutes / 60;
    bool late = when->part == WHEN_AFTERNOON || when->part == WHEN_EVENING ||
                (when->part == WHEN_NIGHT && hour >= 5 && hour < 12);

    if (!when->has_time || !when->hour_unsure || when->part == WHEN_NO_PART)
        return;
    if (late && hour < 12)
        when->minutes += 12 * 60;
    if (when->part == WHEN_NIGHT && hour == 12)
        when->minutes = DAY_MINUTES + when->minutes % 60;
    when->hour_unsure = false;
}

size_t when_read_start(struct words w, struct when *ret)
{
    struct when when = { 0 };
    size_t n = 0, more;

    while (n < w.count && (more = read_item(words_part(w, n, w.count), &when)) > 0)
        n += more;
    if (n > 0) {
        settle_hour(&when);
        *ret = when;
    }
    return n;
}

bool when_read(struct words w, struct when *ret)
{
    struct when when;

    if (w.count == 0 || when_read_start(w, &when) < w.count)
        return false;
    *ret = when;
    return true;
}

#define WHEN_WORDS_MOST 12

size_t when_read_end(struct words w, struct when *ret)
{
    for (size_t n = w.count < WHEN_WORDS_MOST ? w.count : WHEN_WORDS_MOST; n > 0; n--) {
        if (!when_read(words_part(w, w.count - n, w.count), ret))
            continue;
        if (n < w.count && word_in(w.at[w.count - n - 1].text,
                                   "for about of the a in on until till before after since from to "
                                   "with my this his her our your is are was be"))
            return 0;
        return n;
    }
    return 0;
}

size_t when_find(struct words w, struct when *ret, size_t *ret_from)
{
    size_t most = 0;

    for (size_t i = 0; i < w.count; i++) {
        struct when when;
        size_t n = when_read_start(words_part(w, i, w.count), &when);

        if (n > most) {
            most = n;
            *ret = when;
            *ret_from = i;
        }
    }
    return most;
}

bool when_day(const struct when *when, struct local_day today, struct local_day *ret)
{
    switch (when->day) {
    case WHEN_NO_DAY: *ret = today; return true;
    case WHEN_IN_DAYS: *ret = day_add(today, when->days); return true;
    case WHEN_WEEKDAY: {
        int days = (when->weekday - today.weekday + 7) % 7;

        *ret = day_add(today, days == 0 && when->weekday_next ? 7 : days);
        return true;
    }
    case WHEN_DATE:
        if (when->year > 0)
            return day_make(when->year, when->month, when->date, ret);
        if (day_make(today.year, when->month, when->date, ret) && day_distance(today, *ret) >= 0)
            return true;
        for (int ahead = 1; ahead <= 8; ahead++) { /* eight for 29 February */
            if (day_make(today.year + ahead, when->month, when->date, ret))
                return true;
        }
        return false;
    }
    die("day of unknown kind %d", (int)when->day);
}

/* Minutes of the day that are meant, for a `when` with a day. */
static int minutes_on_day(const struct when *when)
{
    static const int usual[] = { [WHEN_NO_PART] = 9 * 60,
                                 [WHEN_MORNING] = 9 * 60,
                                 [WHEN_AFTERNOON] = 15 * 60,
                                 [WHEN_EVENING] = 19 * 60,
                                 [WHEN_NIGHT] = 20 * 60 };

    if (!when->has_time)
        return usual[when->part];
    if (when->hour_unsure && when->minutes < 7 * 60)
        return when->minutes + 12 * 60;
    return when->minutes;
}

/* The first time after now that the clocks show `minutes`, or with an unsure hour 12 hours more. */
static int64_t next_showing(const struct when *when, struct str zone, struct local_day today,
                            int64_t now_ms)
{
    bool either = when->has_time && when->hour_unsure;
    int minutes = when->has_time ? when->minutes : minutes_on_day(when);

    if (either)
        minutes %= 12 * 60;
    for (int half = 0; half < 4; half++) {
        int64_t at_ms =
            zone_instant(zone, day_add(today, half / 2), minutes + (half % 2) * 12 * 60);

        if (at_ms > now_ms && (either || half % 2 == 0))
            return at_ms;
    }
    return zone_instant(zone, day_add(today, 2), minutes);
}

enum when_result when_instant(const struct when *when, struct str zone, int64_t now_ms,
                              int64_t *ret_ms)
{
    struct local_day today = zone_local(zone, now_ms).day, day;
    int64_t at_ms;

    if (when->in_minutes > 0) {
        at_ms = now_ms + when->in_minutes * MINUTE_MS;
    } else if (when->day == WHEN_NO_DAY) {
        at_ms = next_showing(when, zone, today, now_ms);
    } else {
        if (!when_day(when, today, &day))
            return WHEN_NO_SUCH;
        if (day_distance(today, day) == 0 && !when->has_time && when->part == WHEN_NO_PART)
            return WHEN_NO_TIME;
        at_ms = zone_instant(zone, day, minutes_on_day(when));
        if (at_ms <= now_ms && when->hour_unsure &&
            when->minutes < 12 * 60) /* "today at 8", at 9 */
            at_ms = zone_instant(zone, day, when->minutes + 12 * 60);
        if (at_ms <= now_ms && when->day == WHEN_WEEKDAY)
            at_ms = zone_instant(zone, day_add(day, 7), minutes_on_day(when));
        if (at_ms <= now_ms && when->day == WHEN_DATE && when->year == 0 &&
            day_make(day.year + 1, day.month, day.day, &day))
            at_ms = zone_instant(zone, day, minutes_on_day(when));
    }
    if (at_ms <= now_ms)
        return WHEN_PAST;
    if (at_ms - now_ms > 366 * DAY_MINUTES * MINUTE_MS)
        return WHEN_TOO_FAR;
    *ret_ms = at_ms;
    return WHEN_OK;
}

void when_say_time(struct buf *out, int minutes, bool clock_24)
{
    int hour = minutes / 60 % 24, minute = minutes % 60, shown = hour % 12 == 0 ? 12 : hour % 12;

    if (clock_24)
        buf_addf(out, "%02d:%02d", minutes == DAY_MINUTES ? 24 : hour, minute);
    else if (minute == 0 && hour % 12 == 0)
        buf_add_text(out, hour == 0 ? "midnight" : "noon");
    else if (minute == 0)
        buf_addf(out, "%d %s", shown, hour < 12 ? "am" : "pm");
    else
        buf_addf(out, "%d:%02d %s", shown, minute, hour < 12 ? "am" : "pm");
}

void when_say_day(struct buf *out, struct local_day day, struct local_day today)
{
    int ahead = day_distance(today, day);

    if (ahead == 0) {
        buf_add_text(out, "today");
    } else if (ahead == 1) {
        buf_addf(out, "tomorrow (%s)", weekdays[day.weekday]);
    } else {
        buf_addf(out, "on %s", weekdays[day.weekday]);
        if (ahead < 0 || ahead > 6)
            buf_addf(out, " %d %s", day.day, months[day.month - 1]);
        if (day.year != today.year)
            buf_addf(out, " %d", day.year);
    }
}
