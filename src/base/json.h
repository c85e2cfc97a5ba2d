/*
 * json.h - one way to write JSON and one to read it.
 *
 * Writing goes straight into a buffer, commas and escapes by itself. Reading is jansson's, strict:
 * duplicate keys, bad UTF-8 and deep nesting are refused. Accessors name the field at fault in
 * `err`.
 */
#pragma once
#include <jansson.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

/* A zeroed struct with `out` set is ready. Bytes that are not UTF-8 are written as U+FFFD. */
struct json_writer {
    struct buf *out; /* borrowed */
    bool comma;      /* a comma is due before the next value */
};

void json_open_object(struct json_writer *w);
void json_close_object(struct json_writer *w);
void json_open_array(struct json_writer *w);
void json_close_array(struct json_writer *w);
void json_key(struct json_writer *w, const char *key);
void json_write_str(struct json_writer *w, struct str value);
void json_write_text(struct json_writer *w, const char *value); /* NULL is written as null */
void json_write_int(struct json_writer *w, int64_t value);
void json_write_bool(struct json_writer *w, bool value);
void json_write_null(struct json_writer *w);
void json_write_raw(struct json_writer *w, struct str json); /* JSON already; not checked */
/* Milliseconds of Unix time as "2026-11-21T08:30:00.000Z"; 0 is written as null. */
void json_write_time(struct json_writer *w, int64_t time_ms);
/* A key and its value in one. */
void json_field_str(struct json_writer *w, const char *key, struct str value);
void json_field_text(struct json_writer *w, const char *key, const char *value);
void json_field_int(struct json_writer *w, const char *key, int64_t value);
void json_field_bool(struct json_writer *w, const char *key, bool value);
void json_field_null(struct json_writer *w, const char *key);
void json_field_raw(struct json_writer *w, const char *key, struct str json);
void json_field_time(struct json_writer *w, const char *key, int64_t time_ms);

/*
 * Read a whole text as JSON. The result is the caller's: json_decref, or CLEANUP(json_drop). NULL
 * with `err` (ERR_INVALID, with line and column) when it is not JSON. `\u0000` inside a text is
 * allowed.
 */
json_t *json_read(struct str text, struct err *err);
void json_drop(json_t **value);

/*
 * Members of an object. Absent or null leaves *ret as it was and is no error unless `required`; a
 * wrong type is ERR_INVALID naming `key`. Texts are borrowed from `object`.
 */
bool json_get_str(json_t *object, const char *key, bool required, struct str *ret, struct err *err);
bool json_get_int(json_t *object, const char *key, bool required, int64_t *ret, struct err *err);
bool json_get_bool(json_t *object, const char *key, bool required, bool *ret, struct err *err);
bool json_get_object(json_t *object, const char *key, bool required, json_t **ret, struct err *err);
bool json_get_array(json_t *object, const char *key, bool required, json_t **ret, struct err *err);
/* False, naming the first stranger, when `object` has a key that is not in the NULL-ended list. */
bool json_check_keys(json_t *object, const char *const *known, struct err *err);
