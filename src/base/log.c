/*
 * log.c - writing log lines.
 *
 * A line is built in a buffer of its own and leaves in one write, so lines of several threads do
 * not mix. What cannot be written is dropped: logging never stops the work.
 */
#include "base/log.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "base/json.h"

#define VALUE_BYTES_MOST 200

static const char *const level_names[] = {
    [LOG_DEBUG] = "debug", [LOG_INFO] = "info", [LOG_WARN] = "warn", [LOG_ERROR] = "error"
};

struct log_field log_str(const char *key, struct str value)
{
    return (struct log_field){ .key = key, .text = str_slice(value, 0, VALUE_BYTES_MOST) };
}

struct log_field log_text(const char *key, const char *value)
{
    return log_str(key, str_of(value));
}

struct log_field log_int(const char *key, int64_t value)
{
    return (struct log_field){ .key = key, .number = value, .is_number = true };
}

struct log_field log_id(const char *key, enum id_kind kind, struct id id)
{
    struct log_field field = { .key = key };

    id_format(kind, id, field.id);
    return field;
}

static void add_json(struct buf *out, int64_t now_ms, enum log_level level, const char *event,
                     const struct log_field *fields)
{
    struct json_writer w = { .out = out };

    json_open_object(&w);
    json_field_time(&w, "time", now_ms);
    json_field_text(&w, "level", level_names[level]);
    json_field_text(&w, "event", event);
    for (; fields->key; fields++) {
        if (fields->is_number)
            json_field_int(&w, fields->key, fields->number);
        else
            json_field_str(&w, fields->key, fields->id[0] ? str_of(fields->id) : fields->text);
    }
    json_close_object(&w);
}

static void add_text(struct buf *out, int64_t now_ms, enum log_level level, const char *event,
                     const struct log_field *fields)
{
    time_t seconds = (time_t)(now_ms / 1000);
    struct tm tm = { 0 };
    char when[16];

    localtime_r(&seconds, &tm);
    strftime(when, sizeof(when), "%H:%M:%S", &tm);
    buf_addf(out, "%s %-5s %s", when, level_names[level], event);
    for (; fields->key; fields++) {
        struct json_writer w = { .out = out };

        buf_addf(out, " %s=", fields->key);
        if (fields->is_number)
            json_write_int(&w, fields->number);
        else if (fields->id[0])
            buf_add_text(out, fields->id);
        else
            json_write_str(&w, fields->text);
    }
}

void log_line_fields(const struct log *log, enum log_level level, const char *event,
                     const struct log_field *fields)
{
    CLEANUP(buf_release) struct buf line = { 0 };
    struct timespec now;
    ssize_t written;

    if (!log || level < log->least)
        return;
    /* The time of the line, not a decision: the one clock reading outside the loop room. */
    clock_gettime(CLOCK_REALTIME, &now);
    (log->text ? add_text : add_json)(&line, now.tv_sec * INT64_C(1000) + now.tv_nsec / 1000000,
                                      level, event, fields);
    buf_add_char(&line, '\n');
    written = write(log->fd, line.ptr, line.len);
    (void)written;
}

bool log_level_parse(struct str name, enum log_level *ret)
{
    for (size_t i = 0; i < ARRAY_LEN(level_names); i++) {
        if (str_is(name, level_names[i])) {
            *ret = (enum log_level)i;
            return true;
        }
    }
    return false;
}

struct str log_phone(struct str phone, char text[32])
{
    struct str first = str_slice(phone, 0, 5), last = str_slice(phone, phone.len - 4, 4);
    int len;

    if (phone.len < 11 || phone.ptr[0] != '+')
        len = snprintf(text, 32, "•••");
    else
        len = snprintf(text, 32, "%.*s•••%.*s", STR_ARGS(first), STR_ARGS(last));
    return (struct str){ text, (size_t)len };
}
