/*
 * notes.c - tools for what a contact asks to be kept: notes and one-time reminders.
 *
 * They check and hand on; keeping and sending is the lane's. A refusal is a sentence that a
 * language model can act on. The limits stand both here and in the schemas, from the same macros.
 */
#include "tool/notes/notes.h"

#include <time.h>

#define NOTE_CHARACTERS 500
#define REMINDER_CHARACTERS 300
#define AHEAD_DAYS 366
#define TEXT_OF(number) TEXT_OF_VALUE(number)
#define TEXT_OF_VALUE(number) #number

/*
 * The member `text`, without blanks at its ends. Refused: blank, longer than `characters_max`, and
 * control characters other than a line break, which no phone types.
 */
static bool get_text(json_t *arguments, size_t characters_max, struct str *ret, struct err *err)
{
    struct str text = { 0 };
    size_t at = 0, count = 0;
    uint32_t c;

    if (!json_get_str(arguments, "text", true, &text, err))
        return false;
    text = str_trim(text);
    if (text.len == 0)
        return err_set_field(err, "text", "text is blank");
    while (str_next_char(text, &at, &c)) {
        if ((c < 0x20 && c != '\n' && c != '\r' && c != '\t') || c == 0x7f)
            return err_set_field(err, "text", "text has a control character");
        count++;
    }
    if (count > characters_max)
        return err_set_field(err, "text", "text has %zu characters; at most %zu are kept", count,
                             characters_max);
    *ret = text;
    return true;
}

static bool check_keys(json_t *arguments, const char *const *known, struct err *err)
{
    if (!json_is_object(arguments))
        return err_set(err, ERR_INVALID, "the arguments must be an object");
    return json_check_keys(arguments, known, err);
}

static bool run_remember(struct tool_lane *lane, json_t *arguments, struct buf *ret_result,
                         struct err *err)
{
    static const char *const known[] = { "text", NULL };
    struct str text = { 0 };

    if (!check_keys(arguments, known, err) || !get_text(arguments, NOTE_CHARACTERS, &text, err))
        return false;
    if (!lane->ops->remember(lane, text, err))
        return err_add(err, "remember");
    buf_add_text(ret_result, "remembered");
    return true;
}

static bool run_forget(struct tool_lane *lane, json_t *arguments, struct buf *ret_result,
                       struct err *err)
{
    static const char *const known[] = { "text", NULL };
    struct str text = { 0 };
    size_t count = 0;

    if (!check_keys(arguments, known, err) || !get_text(arguments, NOTE_CHARACTERS, &text, err))
        return false;
    if (!lane->ops->forget(lane, text, &count, err))
        return err_add(err, "forget");
    if (count > 0)
        buf_addf(ret_result, "forgot %zu", count);
    else
        buf_add_text(ret_result, "nothing is remembered with exactly that text");
    return true;
}

/* `digits` decimal digits at *at, and step over them. */
static bool read_digits(struct str s, size_t *at, size_t digits, int *ret)
{
    int value = 0;

    for (size_t i = 0; i < digits; i++) {
        if (*at >= s.len || s.ptr[*at] < '0' || s.ptr[*at] > '9')
            return false;
        value = value * 10 + (s.ptr[(*at)++] - '0');
    }
    *ret = value;
    return true;
}

static bool read_char(struct str s, size_t *at, const char *any_of, char *ret)
{
    if (*at >= s.len || s.ptr[*at] == '\0' || !strchr(any_of, s.ptr[*at]))
        return false;
    *ret = s.ptr[(*at)++];
    return true;
}

/* "Z", "+hh:mm" or "-hh:mm", and nothing after it; minutes east of Greenwich. */
static bool read_offset(struct str s, size_t at, int *ret_minutes)
{
    int hours = 0, minutes = 0;
    char sign, colon;

    if (!read_char(s, &at, "Zz+-", &sign))
        return false;
    if (sign == '+' || sign == '-') {
        if (!read_digits(s, &at, 2, &hours) || !read_char(s, &at, ":", &colon) ||
            !read_digits(s, &at, 2, &minutes) || hours > 23 || minutes > 59)
            return false;
    }
    *ret_minutes = (hours * 60 + minutes) * (sign == '-' ? -1 : 1);
    return at == s.len;
}

/*
 * A time of RFC 3339, 5.6 with its offset; a fraction of a second is read and dropped. A day that
 * its month does not have is refused, and so is a leap second.
 */
static bool read_time(struct str s, int64_t *ret_ms)
{
    int year, month, day, hour, minute, second, offset;
    char c;
    size_t at = 0;
    struct tm tm, back;
    time_t seconds;

    if (!read_digits(s, &at, 4, &year) || !read_char(s, &at, "-", &c) ||
        !read_digits(s, &at, 2, &month) || !read_char(s, &at, "-", &c) ||
        !read_digits(s, &at, 2, &day) || !read_char(s, &at, "Tt ", &c) ||
        !read_digits(s, &at, 2, &hour) || !read_char(s, &at, ":", &c) ||
        !read_digits(s, &at, 2, &minute) || !read_char(s, &at, ":", &c) ||
        !read_digits(s, &at, 2, &second))
        return false;
    if (read_char(s, &at, ".", &c)) {
        if (!read_char(s, &at, "0123456789", &c))
            return false;
        while (read_char(s, &at, "0123456789", &c))
            ;
    }
    if (!read_offset(s, at, &offset) || hour > 23 || minute > 59 || second > 59)
        return false;
    tm = (struct tm){ .tm_year = year - 1900,
                      .tm_mon = month - 1,
                      .tm_mday = day,
                      .tm_hour = hour,
                      .tm_min = minute,
                      .tm_sec = second };
    seconds = timegm(&tm);
    if (!gmtime_r(&seconds, &back) || back.tm_mon != month - 1 || back.tm_mday != day)
        return false;
    *ret_ms = ((int64_t)seconds - offset * INT64_C(60)) * 1000;
    return true;
}

static bool run_remind(struct tool_lane *lane, json_t *arguments, struct buf *ret_result,
                       struct err *err)
{
    static const char *const known[] = { "at", "text", NULL };
    CLEANUP(buf_release) struct buf body = { 0 };
    struct str text = { 0 }, at = { 0 };
    int64_t at_ms;

    if (!check_keys(arguments, known, err) || !json_get_str(arguments, "at", true, &at, err) ||
        !get_text(arguments, REMINDER_CHARACTERS, &text, err))
        return false;
    if (!read_time(at, &at_ms))
        return err_set_field(err, "at",
                             "at must be a time with its offset, as in "
                             "2026-11-22T09:00:00+01:00");
    if (at_ms <= lane->now_ms)
        return err_set_field(err, "at", "at is in the past");
    if (at_ms - lane->now_ms > AHEAD_DAYS * INT64_C(86400000))
        return err_set_field(err, "at", "at is more than %d days ahead", AHEAD_DAYS);
    buf_add_text(&body, "Reminder: ");
    buf_add(&body, text);
    if (!lane->ops->text_later(lane, at_ms, buf_view(&body), err))
        return err_add(err, "remind");
    buf_add_text(ret_result, "the reminder is set");
    return true;
}

const struct tool tool_remember = {
    .name = "remember",
    .description = "Keep a fact about the person of this conversation for later conversations. "
                   "Use it when they ask for it. One fact a call, in a short sentence.",
    .parameters = "{\"type\":\"object\",\"properties\":{\"text\":{\"type\":\"string\","
                  "\"description\":\"the fact\",\"minLength\":1,\"maxLength\":" TEXT_OF(
                      NOTE_CHARACTERS) "}},"
                                       "\"required\":[\"text\"],\"additionalProperties\":false}",
    .run = run_remember,
};

const struct tool tool_forget = {
    .name = "forget",
    .description = "Forget a fact that is remembered about the person of this conversation.",
    .parameters = "{\"type\":\"object\",\"properties\":{\"text\":{\"type\":\"string\","
                  "\"description\":\"the fact, exactly as it is remembered\",\"minLength\":1,"
                  "\"maxLength\":" TEXT_OF(
                      NOTE_CHARACTERS) "}},"
                                       "\"required\":[\"text\"],\"additionalProperties\":false}",
    .run = run_forget,
};

const struct tool tool_remind = {
    .name = "remind",
    .description =
        "Send the person of this conversation one text at a later time, at most " TEXT_OF(
            AHEAD_DAYS) " days ahead. It will start with \"Reminder: \".",
    .parameters =
        "{\"type\":\"object\",\"properties\":{\"at\":{\"type\":\"string\","
        "\"format\":\"date-time\",\"description\":\"when, RFC 3339 with an offset, "
        "as in 2026-11-22T09:00:00+01:00\"},\"text\":{\"type\":\"string\","
        "\"description\":\"what to remind of\",\"minLength\":1,\"maxLength\":" TEXT_OF(
            REMINDER_CHARACTERS) "}},"
                                 "\"required\":[\"at\",\"text\"],\"additionalProperties\":false}",
    .run = run_remind,
};
