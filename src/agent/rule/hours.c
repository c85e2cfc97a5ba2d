/*
 * hours.c - "are you open tomorrow?", answered from the opening hours.
 *
 * First the day and the time are taken out of the sentence (when.c), then what is left must be of a
 * closed vocabulary. All arithmetic is in wall-clock minutes of a day, so that a change of the
 * clocks moves no opening hour. A range belongs to the day it starts on, also where it ends after
 * midnight.
 */
#include "agent/rule/hours.h"

#include "agent/rule/when.h"

#define DAY_MINUTES 1440
#define DAYS_AHEAD_MOST 60 /* how far to look for the next opening; longer closures name none */

enum ask { ASK_NOTHING, ASK_NOW, ASK_DAY, ASK_WEEKEND, ASK_WEEK };

#define WHENS_MOST 3 /* "saturday and sunday" */

struct question {
    enum ask ask;
    bool yes_no; /* "are you open …", which wants a yes or a no first */
    struct when whens[WHENS_MOST];
    size_t when_count;
};

struct shop {
    const struct rule_settings *settings;
    struct local_day today;
    int now; /* minutes since 00:00 */
};

/* Reading the question */

/* What may stand beside "open", "close" and "hours" without changing what is asked. */
static bool fits(struct str word, struct words name)
{
    return word_in(word,
                   "open opens opened opening close closes closed closing shut hours hour hrs "
                   "time times business store shop office place bakery cafe restaurant bar pub "
                   "salon clinic studio practice pharmacy library museum gym bank market") ||
           word_in(word,
                   "what whats when whens is are r am be do does will would could can it its "
                   "the a your ur you u yall we they this that there at on in for of from to "
                   "til till until before after past by about as if i im id was know tell me let "
                   "get please pls "
                   "plz still right now currently already today again yet just also and or so "
                   "hi hello hey good morning afternoon evening thanks thank guys folks wondering "
                   "wanted like ok okay any which days day late early which long how "
                   "schedule regular normal usual working need going gonna") ||
           words_name(name, word);
}

/* Trap words and orders of words that make the same vocabulary mean something else. */
static bool misleads(struct words w)
{
    static const char *const phrases[] = {
        "how close",  "so close", "are you close", "r u close",      "close to",
        "i open",     "i close",  "i like",        "to open",        "to close",
        "open to",    "open for", "open it",       "can you open",   "could you open",
        "can u open", "hour of",  "hours of",      "thanks for the", NULL
    };

    for (size_t i = 0; i < w.count; i++) {
        if (words_start_any(words_part(w, i, w.count), phrases) > 0)
            return true;
    }
    return false;
}

static bool has_word(struct words w, const char *list)
{
    for (size_t i = 0; i < w.count; i++) {
        if (word_in(w.at[i].text, list))
            return true;
    }
    return false;
}

/* The words left when `count` from `from` on are taken out. */
static struct words without(struct arena *arena, struct words w, size_t from, size_t count)
{
    struct word *left = ARENA_ARRAY(arena, struct word, w.count);
    size_t n = 0;

    for (size_t i = 0; i < w.count; i++) {
        if (i < from || i >= from + count)
            left[n++] = w.at[i];
    }
    return (struct words){ left, n, w.source };
}

/* Does it ask, rather than tell? "you were closed", "I am open to that". */
static bool asks_hours(struct words w, bool asked)
{
    bool open = has_word(w, "open opens opened opening"), shut = has_word(w, "closed closing shut");

    if (has_word(w, "close closes"))
        return has_word(w, "when what whats time do does will u you") &&
               has_word(w, "when what whats time until till til");
    if (has_word(w, "hours hrs"))
        return has_word(w, "what whats when your ur the opening business store shop office open "
                           "hi hello hey working") ||
               w.count == 1;
    if (has_word(w, "opening") && has_word(w, "time times"))
        return true;
    if (open || shut)
        return asked || w.count <= 4 ||
               has_word(w, "when what whats is are r do does will would if until till til");
    return false;
}

/* "24 hours", "until 8": the only bare numbers that fit. */
static bool number_fits(struct words w, size_t i)
{
    int64_t number;

    if (!str_to_int(w.at[i].text, &number))
        return str_is(w.at[i].text, "24/7");
    return number == 24 ||
           (i > 0 && word_in(w.at[i - 1].text, "until till til from to before after past"));
}

/* "at 5 pm, are you open tomorrow": a time and a day that were said apart belong together. */
static void join_whens(struct question *q)
{
    struct when *a = &q->whens[0], *b = &q->whens[1];

    if (q->when_count != 2 || (a->day == WHEN_NO_DAY) == (b->day == WHEN_NO_DAY) ||
        a->has_time == b->has_time)
        return;
    if (a->day == WHEN_NO_DAY) {
        b->has_time = true;
        b->minutes = a->minutes;
        b->hour_unsure = a->hour_unsure;
        *a = *b;
    } else {
        a->has_time = true;
        a->minutes = b->minutes;
        a->hour_unsure = b->hour_unsure;
    }
    q->when_count = 1;
}

/* Take the days and times out of `w` into `q`; false when one of them fits no opening hours. */
static bool take_whens(struct words *w, struct arena *arena, struct question *q)
{
    size_t from = 0, n;

    while (q->when_count < WHENS_MOST && (n = when_find(*w, &q->whens[q->when_count], &from)) > 0) {
        if (q->whens[q->when_count++].in_minutes > 0)
            return false;
        *w = without(arena, *w, from, n);
    }
    join_whens(q);
    return true;
}

static enum ask kind_of(struct words w, const struct question *q)
{
    if (q->when_count > 0)
        return ASK_DAY;
    if (has_word(w, "weekend weekends"))
        return ASK_WEEKEND;
    if (has_word(w, "week weekday weekdays days schedule 24 24/7") ||
        (has_word(w, "hours hrs times") && !has_word(w, "now")))
        return ASK_WEEK;
    if (q->yes_no || has_word(w, "now still"))
        return ASK_NOW;
    return has_word(w, "when what whats how until till til") ? ASK_DAY : ASK_NOW;
}

static struct question read_question(struct words w, struct words name, struct arena *arena)
{
    struct question q = { 0 };
    bool asked = words_ask(w);

    if (!take_whens(&w, arena, &q))
        return q;
    for (size_t i = 0; i < w.count; i++) {
        if (!fits(w.at[i].text, name) && !number_fits(w, i) &&
            !word_in(w.at[i].text, "weekend weekends week weekday weekdays"))
            return q;
    }
    if (misleads(w) || !asks_hours(w, asked))
        return q;
    q.yes_no = has_word(w, "open") && !has_word(w, "when what whats which how hours") &&
               !has_word(w, "until till til before after past");
    q.ask = kind_of(w, &q);
    return q;
}

/* Opening hours as facts */

static bool same_day(struct local_day a, struct local_day b)
{
    return day_distance(a, b) == 0;
}

static const struct rule_day *ranges_of(const struct shop *shop, struct local_day day)
{
    static const struct rule_day closed = { 0 };

    for (size_t i = 0; i < shop->settings->closed_count; i++) {
        if (same_day(shop->settings->closed[i], day))
            return &closed;
    }
    return &shop->settings->week[day.weekday];
}

/*
 * Open at `minutes` of the day that is `ahead` days from today? *ret_end: until when, in minutes of
 * that day; a range that starts as the one before ends is run together with it, for a week at most.
 */
static bool open_at(const struct shop *shop, int ahead, int minutes, int *ret_end)
{
    int end = -1;

    for (int d = -1; d <= 7; d++) {
        const struct rule_day *day = ranges_of(shop, day_add(shop->today, ahead + d));

        for (size_t i = 0; i < day->count; i++) {
            int from = day->ranges[i].from + d * DAY_MINUTES;
            int to = day->ranges[i].to + d * DAY_MINUTES;

            if (end < 0 ? (from <= minutes && minutes < to) : (from <= end && to > end))
                end = to;
        }
    }
    *ret_end = end;
    return end >= 0;
}

/* The first opening after `minutes` of today; in days ahead and minutes of that day. */
static bool next_opening(const struct shop *shop, int ahead, int minutes, int *ret_ahead,
                         int *ret_minutes)
{
    for (int d = ahead; d <= ahead + DAYS_AHEAD_MOST; d++) {
        const struct rule_day *day = ranges_of(shop, day_add(shop->today, d));

        for (size_t i = 0; i < day->count; i++) {
            if (d > ahead || day->ranges[i].from > minutes) {
                *ret_ahead = d;
                *ret_minutes = day->ranges[i].from;
                return true;
            }
        }
    }
    return false;
}

/* Saying it */

static void say_time(const struct shop *shop, struct buf *out, int minutes)
{
    when_say_time(out, minutes, shop->settings->clock_24);
}

static void say_ranges(const struct shop *shop, struct buf *out, const struct rule_day *day)
{
    if (day->count == 0)
        buf_add_text(out, "closed");
    for (size_t i = 0; i < day->count; i++) {
        if (i > 0)
            buf_add_text(out, ", ");
        say_time(shop, out, day->ranges[i].from);
        buf_add_char(out, '-');
        say_time(shop, out, day->ranges[i].to);
    }
}

static void say_next(const struct shop *shop, struct buf *out, int ahead, int minutes)
{
    int next_ahead, next_minutes;

    if (!next_opening(shop, ahead, minutes, &next_ahead, &next_minutes))
        return;
    buf_add_text(out, " We open ");
    when_say_day(out, day_add(shop->today, next_ahead), shop->today);
    buf_add_text(out, " at ");
    say_time(shop, out, next_minutes);
    buf_add_char(out, '.');
}

static void answer_now(const struct shop *shop, bool yes_no, struct buf *out)
{
    int end;

    if (!open_at(shop, 0, shop->now, &end)) {
        buf_addf(out, "%s closed now.", yes_no ? "No, we are" : "We are");
        say_next(shop, out, 0, shop->now);
        return;
    }
    buf_addf(out, "%s open now", yes_no ? "Yes, we are" : "We are");
    if (end < 7 * DAY_MINUTES) {
        buf_add_text(out, ", until ");
        say_time(shop, out, end % DAY_MINUTES == 0 ? DAY_MINUTES : end % DAY_MINUTES);
        if (end > DAY_MINUTES + 12 * 60) { /* past tomorrow's noon the hour alone would mislead */
            buf_add_char(out, ' ');
            when_say_day(out, day_add(shop->today, (end - 1) / DAY_MINUTES), shop->today);
        }
    }
    buf_add_char(out, '.');
}

/* "tomorrow at 7 pm": yes or no, and that day's hours. */
static void answer_moment(const struct shop *shop, int ahead, int minutes, struct buf *out)
{
    struct local_day day = day_add(shop->today, ahead);
    int end;
    bool open = open_at(shop, ahead, minutes, &end);

    buf_addf(out, "%s, we are %s ", open ? "Yes" : "No", open ? "open" : "closed");
    when_say_day(out, day, shop->today);
    buf_add_text(out, " at ");
    say_time(shop, out, minutes);
    buf_add_text(out, ". Hours that day: ");
    say_ranges(shop, out, ranges_of(shop, day));
    buf_add_char(out, '.');
}

static void answer_day(const struct shop *shop, int ahead, bool yes_no, struct buf *out)
{
    struct local_day day = day_add(shop->today, ahead);
    const struct rule_day *hours = ranges_of(shop, day);
    bool open = hours->count > 0;

    if (ahead == 0 && open && shop->now >= hours->ranges[hours->count - 1].to) {
        buf_addf(out, "%s closed for today.", yes_no ? "No, we have" : "We have");
        say_next(shop, out, 0, shop->now);
        return;
    }
    buf_addf(out, "%s %s ", yes_no ? (open ? "Yes, we are" : "No, we are") : "We are",
             open ? "open" : "closed");
    when_say_day(out, day, shop->today);
    if (open) {
        buf_add_text(out, ": ");
        say_ranges(shop, out, hours);
    }
    buf_add_char(out, '.');
    if (!open)
        say_next(shop, out, ahead, DAY_MINUTES);
}

static bool same_ranges(const struct rule_day *a, const struct rule_day *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++) {
        if (a->ranges[i].from != b->ranges[i].from || a->ranges[i].to != b->ranges[i].to)
            return false;
    }
    return true;
}

static void say_closures(const struct shop *shop, struct buf *out)
{
    for (int ahead = 0; ahead <= 14; ahead++) {
        struct local_day day = day_add(shop->today, ahead);

        if (ranges_of(shop, day)->count == 0 && shop->settings->week[day.weekday].count > 0) {
            buf_add_text(out, " Closed ");
            when_say_day(out, day, shop->today);
            buf_add_char(out, '.');
        }
    }
}

/* "Mon-Fri 9 am-6 pm; Sat 9 am-1 pm; Sun closed." */
static void answer_week(const struct shop *shop, int first, struct buf *out)
{
    const struct rule_day *week = shop->settings->week;

    for (int day = first, last; day < 7; day = last + 1) {
        last = day;
        while (last < 6 && same_ranges(&week[day], &week[last + 1]))
            last++;
        buf_addf(out, "%s%.3s", day > first ? "; " : "", when_weekday_name(day));
        if (last > day)
            buf_addf(out, "-%.3s", when_weekday_name(last));
        buf_add_char(out, ' ');
        say_ranges(shop, out, &week[day]);
    }
    buf_add_char(out, '.');
    say_closures(shop, out);
}

/* A day and perhaps a time: yes or no for the moment only when it is clear which one is meant. */
static bool answer_when(const struct shop *shop, const struct when *when, bool yes_no,
                        struct buf *out)
{
    struct local_day day;
    int ahead;

    if (when->weekday_each) {
        buf_addf(out, "%ss: ", when_weekday_name(when->weekday));
        say_ranges(shop, out, &shop->settings->week[when->weekday]);
        buf_add_char(out, '.');
        return true;
    }
    if (!when_day(when, shop->today, &day))
        return false;
    ahead = day_distance(shop->today, day);
    if (ahead < 0 || ahead > 3660)
        return false;
    if (yes_no && when->has_time && !when->hour_unsure)
        answer_moment(shop, ahead, when->minutes, out);
    else
        answer_day(shop, ahead, yes_no && !when->has_time && when->part == WHEN_NO_PART, out);
    return true;
}

static bool answer_days(const struct shop *shop, const struct question *q, struct buf *out)
{
    static const struct when today = { 0 };

    if (q->when_count == 0)
        return answer_when(shop, &today, false, out);
    for (size_t i = 0; i < q->when_count; i++) {
        CLEANUP(buf_release) struct buf one = { 0 };

        if (!answer_when(shop, &q->whens[i], q->yes_no && q->when_count == 1, &one))
            return false;
        if (i > 0)
            buf_add_char(out, ' ');
        buf_add(out, buf_view(&one));
    }
    return true;
}

static bool answer(const struct shop *shop, const struct question *q, struct buf *out)
{
    switch (q->ask) {
    case ASK_NOTHING: return false;
    case ASK_NOW: answer_now(shop, q->yes_no, out); return true;
    case ASK_DAY: return answer_days(shop, q, out);
    case ASK_WEEKEND: answer_week(shop, 5, out); return true;
    case ASK_WEEK: answer_week(shop, 0, out); return true;
    }
    die("question of unknown kind %d", (int)q->ask);
}

bool hours_answer(const struct rule_settings *settings, struct words sentence, struct str zone,
                  int64_t now_ms, struct buf *out)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    CLEANUP(buf_release) struct buf text = { 0 };
    struct local_time now = zone_local(zone, now_ms);
    struct shop shop = { settings, now.day, now.minutes };
    struct question q;

    if (!settings->has_hours)
        return false;
    q = read_question(sentence, words_of(&arena, settings->name), &arena);
    if (!answer(&shop, &q, &text))
        return false;
    buf_add(out, buf_view(&text));
    return true;
}
