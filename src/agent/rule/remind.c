/*
 * remind.c - "remind me tomorrow at 9 to call Sam".
 *
 * The answer names day and time in words, so that a time that was misread is seen at once.
 */
#include "agent/rule/remind.h"

#include "agent/rule/when.h"

static const char example[] = "For example: remind me tomorrow at 9 to call Sam";

static struct words after(struct words w, const char *list)
{
    return words_part(w, w.count > 0 && word_in(w.at[0].text, list) ? 1 : 0, w.count);
}

/* "tomorrow to call Sam at 5": the day stands in front and the hour at the end. */
static void add_time_at_end(struct when *when, struct words *what)
{
    struct when end;
    size_t n;

    if (when->day == WHEN_NO_DAY || when->has_time || when->part != WHEN_NO_PART)
        return;
    n = when_read_end(*what, &end);
    if (n == 0 || n == what->count || end.day != WHEN_NO_DAY || end.in_minutes > 0 || !end.has_time)
        return;
    when->has_time = true;
    when->minutes = end.minutes;
    when->hour_unsure = end.hour_unsure;
    *what = words_part(*what, 0, what->count - n);
}

/* Cut `what` into the time and the thing. False when there is no time. */
static bool cut_time(struct words *what, struct when *ret)
{
    static const char joins[] = "to that about of for";
    struct words rest;
    size_t n;

    while (what->count > 0 && word_in(what->at[what->count - 1].text, "please pls plz thanks"))
        *what = words_part(*what, 0, what->count - 1);
    rest = after(*what, "for");
    n = when_read_start(rest, ret);

    if (n > 0) {
        *what = after(words_part(rest, n, rest.count), joins);
        add_time_at_end(ret, what);
        return true;
    }
    *what = after(*what, joins);
    n = when_read_end(*what, ret);
    *what = words_part(*what, 0, what->count - n);
    return n > 0;
}

static void say(struct reply *reply, const char *text, const char *more)
{
    CLEANUP(buf_release) struct buf out = { 0 };

    buf_addf(&out, "%s%s%s", text, *more ? " " : "", more);
    reply_say(reply, "remind", buf_view(&out));
}

/* `at_ms` as RFC 3339 with the zone's offset. */
static struct str format_time(struct arena *arena, struct str zone, int64_t at_ms)
{
    struct local_time t = zone_local(zone, at_ms);
    int offset = t.offset_minutes < 0 ? -t.offset_minutes : t.offset_minutes;

    return arena_printf(arena, "%04d-%02d-%02dT%02d:%02d:%02d%c%02d:%02d", t.day.year, t.day.month,
                        t.day.day, t.minutes / 60, t.minutes % 60, t.second,
                        t.offset_minutes < 0 ? '-' : '+', offset / 60, offset % 60);
}

static void set(struct reply *reply, struct str thing, int64_t at_ms)
{
    CLEANUP(buf_release) struct buf out = { 0 };
    struct str zone = reply->request->timezone;
    struct local_time at = zone_local(zone, at_ms);

    reply_call(reply, "remind", thing, format_time(reply->arena, zone, at_ms));
    buf_add_text(&out, "OK, I will remind you ");
    when_say_day(&out, at.day, zone_local(zone, reply->request->now_ms).day);
    buf_add_text(&out, " at ");
    when_say_time(&out, at.minutes, reply->settings->clock_24);
    if (zone.len == 0 || !zone_known(zone))
        buf_add_text(&out, " UTC");
    buf_addf(&out, ": %.*s", STR_ARGS(thing));
    reply_say(reply, "remind", buf_view(&out));
}

void remind_command(struct reply *reply, struct words what)
{
    struct when when = { 0 };
    int64_t at_ms = 0;
    size_t most;

    bool again =
        what.count > 0 && word_in(what.at[0].text, "every each daily weekly monthly always");
    bool timed = !again && cut_time(&what, &when);

    if (again || (timed && when.weekday_each)) {
        say(reply, "I can remind you once, not again and again.", example);
        return;
    }
    if (!timed) {
        say(reply, "When shall I remind you?", example);
        return;
    }
    switch (when_instant(&when, reply->request->timezone, reply->request->now_ms, &at_ms)) {
    case WHEN_OK: break;
    case WHEN_PAST: say(reply, "That time has passed already.", example); return;
    case WHEN_TOO_FAR: say(reply, "I can remind you at most a year ahead.", ""); return;
    case WHEN_NO_TIME: say(reply, "At what time shall I remind you?", example); return;
    case WHEN_NO_SUCH: say(reply, "There is no such day.", example); return;
    }
    if (what.count == 0)
        say(reply, "What shall I remind you of?", example);
    else if (!reply_text_fits(reply, "remind", words_source(what), &most))
        say(reply, "That is too long for a reminder.", "");
    else
        set(reply, words_source(what), at_ms);
}
