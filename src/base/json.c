/*
 * json.c - the escaping writer, and strict reading through jansson.
 *
 * The writer keeps no stack: whoever opens an object closes it.
 */
#include "base/json.h"

#include <stdio.h>
#include <time.h>

static void value_starts(struct json_writer *w)
{
    if (w->comma)
        buf_add_char(w->out, ',');
    w->comma = true;
}

static void open_with(struct json_writer *w, char bracket)
{
    value_starts(w);
    buf_add_char(w->out, bracket);
    w->comma = false;
}

static void close_with(struct json_writer *w, char bracket)
{
    buf_add_char(w->out, bracket);
    w->comma = true;
}

void json_open_object(struct json_writer *w)
{
    open_with(w, '{');
}
void json_close_object(struct json_writer *w)
{
    close_with(w, '}');
}
void json_open_array(struct json_writer *w)
{
    open_with(w, '[');
}
void json_close_array(struct json_writer *w)
{
    close_with(w, ']');
}

static void add_escaped(struct buf *out, struct str s)
{
    size_t plain = 0, at = 0;

    buf_add_char(out, '"');
    while (at < s.len) {
        size_t before = at;
        unsigned char c = (unsigned char)s.ptr[at];
        uint32_t character = c;

        if (c >= ' ' && c < 0x7F && c != '"' && c != '\\') {
            at++;
            continue;
        }
        str_next_char(s, &at, &character);
        if (character >= 0xA0 && character != 0xFFFD)
            continue; /* DEL and the C1 controls could start a terminal's escape sequence */
        buf_add(out, str_slice(s, plain, before - plain));
        plain = at;
        switch (character) {
        case '"': buf_add_text(out, "\\\""); break;
        case '\\': buf_add_text(out, "\\\\"); break;
        case '\n': buf_add_text(out, "\\n"); break;
        case '\r': buf_add_text(out, "\\r"); break;
        case '\t': buf_add_text(out, "\\t"); break;
        case 0xFFFD: buf_add_text(out, "\xEF\xBF\xBD"); break;
        default: buf_addf(out, "\\u%04x", (unsigned)character);
        }
    }
    buf_add(out, str_slice(s, plain, s.len));
    buf_add_char(out, '"');
}

void json_key(struct json_writer *w, const char *key)
{
    value_starts(w);
    add_escaped(w->out, str_of(key));
    buf_add_char(w->out, ':');
    w->comma = false;
}

void json_write_str(struct json_writer *w, struct str value)
{
    value_starts(w);
    add_escaped(w->out, value);
}

void json_write_raw(struct json_writer *w, struct str json)
{
    value_starts(w);
    buf_add(w->out, json);
}

void json_write_null(struct json_writer *w)
{
    json_write_raw(w, str_of("null"));
}

void json_write_text(struct json_writer *w, const char *value)
{
    if (value)
        json_write_str(w, str_of(value));
    else
        json_write_null(w);
}

void json_write_int(struct json_writer *w, int64_t value)
{
    value_starts(w);
    buf_addf(w->out, "%lld", (long long)value);
}

void json_write_bool(struct json_writer *w, bool value)
{
    json_write_raw(w, str_of(value ? "true" : "false"));
}

void json_write_time(struct json_writer *w, int64_t time_ms)
{
    time_t seconds = (time_t)(time_ms / 1000);
    struct tm tm;
    char text[40];

    if (time_ms <= 0 || !gmtime_r(&seconds, &tm)) {
        json_write_null(w);
        return;
    }
    strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm);
    snprintf(text + strlen(text), sizeof(text) - strlen(text), ".%03dZ", (int)(time_ms % 1000));
    json_write_text(w, text);
}

void json_field_str(struct json_writer *w, const char *key, struct str value)
{
    json_key(w, key);
    json_write_str(w, value);
}

void json_field_text(struct json_writer *w, const char *key, const char *value)
{
    json_key(w, key);
    json_write_text(w, value);
}

void json_field_int(struct json_writer *w, const char *key, int64_t value)
{
    json_key(w, key);
    json_write_int(w, value);
}

void json_field_bool(struct json_writer *w, const char *key, bool value)
{
    json_key(w, key);
    json_write_bool(w, value);
}

void json_field_null(struct json_writer *w, const char *key)
{
    json_key(w, key);
    json_write_null(w);
}

void json_field_raw(struct json_writer *w, const char *key, struct str json)
{
    json_key(w, key);
    json_write_raw(w, json);
}

void json_field_time(struct json_writer *w, const char *key, int64_t time_ms)
{
    json_key(w, key);
    json_write_time(w, time_ms);
}

json_t *json_read(struct str text, struct err *err)
{
    json_error_t error;
    json_t *value = json_loadb(text.len > 0 ? text.ptr : "", text.len,
                               JSON_REJECT_DUPLICATES | JSON_DECODE_ANY | JSON_ALLOW_NUL, &error);

    if (!value)
        err_set(err, ERR_INVALID, "not JSON (line %d, column %d): %s", error.line, error.column,
                error.text);
    return value;
}

void json_drop(json_t **value)
{
    json_decref(*value);
    *value = NULL;
}

/* The member, or NULL when absent or null. False when it is required and missing. */
static bool member(json_t *object, const char *key, bool required, json_t **ret, struct err *err)
{
    *ret = json_object_get(object, key);
    if (json_is_null(*ret))
        *ret = NULL;
    if (!*ret && required)
        return err_set_field(err, key, "%s is missing", key);
    return true;
}

bool json_get_str(json_t *object, const char *key, bool required, struct str *ret, struct err *err)
{
    json_t *value;

    if (!member(object, key, required, &value, err))
        return false;
    if (value && !json_is_string(value))
        return err_set_field(err, key, "%s must be a text", key);
    if (value)
        *ret = (struct str){ json_string_value(value), json_string_length(value) };
    return true;
}

bool json_get_int(json_t *object, const char *key, bool required, int64_t *ret, struct err *err)
{
    json_t *value;

    if (!member(object, key, required, &value, err))
        return false;
    if (value && !json_is_integer(value))
        return err_set_field(err, key, "%s must be a whole number", key);
    if (value)
        *ret = json_integer_value(value);
    return true;
}

bool json_get_bool(json_t *object, const char *key, bool required, bool *ret, struct err *err)
{
    json_t *value;

    if (!member(object, key, required, &value, err))
        return false;
    if (value && !json_is_boolean(value))
        return err_set_field(err, key, "%s must be true or false", key);
    if (value)
        *ret = json_is_true(value);
    return true;
}

bool json_get_object(json_t *object, const char *key, bool required, json_t **ret, struct err *err)
{
    json_t *value;

    if (!member(object, key, required, &value, err))
        return false;
    if (value && !json_is_object(value))
        return err_set_field(err, key, "%s must be an object", key);
    if (value)
        *ret = value;
    return true;
}

bool json_get_array(json_t *object, const char *key, bool required, json_t **ret, struct err *err)
{
    json_t *value;

    if (!member(object, key, required, &value, err))
        return false;
    if (value && !json_is_array(value))
        return err_set_field(err, key, "%s must be a list", key);
    if (value)
        *ret = value;
    return true;
}

bool json_check_keys(json_t *object, const char *const *known, struct err *err)
{
    const char *key;
    json_t *value;

    json_object_foreach (object, key, value) {
        size_t i = 0;

        while (known[i] && strcmp(known[i], key) != 0)
            i++;
        if (!known[i])
            return err_set_field(err, key, "%s is not a field of this", key);
    }
    return true;
}
