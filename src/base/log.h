/*
 * log.h - log lines: one JSON object a line on stderr, or text for people.
 *
 * A line says what happened and to which ids; never a phone number, a message body, a token or a
 * URL with a query. Where a phone helps, log_phone gives "+1555•••0101". Safe from any thread: a
 * line is one write.
 */
#pragma once
#include "base/id.h"
#include "base/str.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

struct log {
    enum log_level least;
    bool text; /* for people instead of JSON */
    int fd;    /* 2, but for tests */
};

struct log_field {
    const char *key; /* NULL ends the list */
    struct str text;
    int64_t number;
    bool is_number;
    char id[ID_TEXT_BYTES];
};

struct log_field log_str(const char *key, struct str value); /* cut to 200 bytes */
struct log_field log_text(const char *key, const char *value);
struct log_field log_int(const char *key, int64_t value);
struct log_field log_id(const char *key, enum id_kind kind, struct id id);

/* log_line(log, LOG_INFO, "listening", log_text("address", a), log_int("port", p)); `log` may be
 * NULL. */
#define log_line(log, level, ...)                              \
    log_line_fields((log), (level), LOG_FIRST(__VA_ARGS__, 0), \
                    (const struct log_field[]){ LOG_REST(__VA_ARGS__, (struct log_field){ 0 }) })
#define LOG_FIRST(first, ...) first
#define LOG_REST(first, ...) __VA_ARGS__
void log_line_fields(const struct log *log, enum log_level level, const char *event,
                     const struct log_field *fields);

/* "debug", "info", "warn", "error"; false for anything else. */
bool log_level_parse(struct str name, enum log_level *ret);
/* The country code and area shown, the middle hidden: "+1555•••0101"; short ones are hidden whole.
 */
struct str log_phone(struct str phone, char text[32]);
