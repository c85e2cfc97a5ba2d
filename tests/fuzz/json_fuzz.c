/*
 * json_fuzz.c - any bytes as a text to write, and any bytes as JSON to read.
 *
 * What we write must be readable and mean the same; reading must never crash, must say why it
 * refuses, and what it takes must come back the same through our writer.
 */
#include <stdlib.h>

#include "base/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool held)
{
    if (!held)
        abort();
}

/* A text as the writer promises it: bytes that are not UTF-8 became U+FFFD. */
static void check_text(struct str text)
{
    CLEANUP(buf_release) struct buf written = { 0 }, want = { 0 };
    struct json_writer w = { .out = &written };
    CLEANUP(json_drop) json_t *object = NULL;
    struct str got = { 0 };
    uint32_t character;
    size_t at = 0;

    while (str_next_char(text, &at, &character))
        buf_add_utf8(&want, character);
    json_open_object(&w);
    json_field_str(&w, "text", text);
    json_close_object(&w);
    require(str_is_utf8(buf_view(&written)));
    object = json_read(buf_view(&written), NULL);
    require(object && json_get_str(object, "text", true, &got, NULL));
    require(str_equal(got, buf_view(&want)));
}

static void write_value(struct json_writer *w, json_t *value);

static void write_members(struct json_writer *w, json_t *object)
{
    const char *key;
    json_t *member;

    json_open_object(w);
    json_object_foreach (object, key, member) {
        json_key(w, key);
        write_value(w, member);
    }
    json_close_object(w);
}

static void write_items(struct json_writer *w, json_t *array)
{
    json_open_array(w);
    for (size_t i = 0; i < json_array_size(array); i++)
        write_value(w, json_array_get(array, i));
    json_close_array(w);
}

/* The writer has no fractions, because we never write any. */
static void write_fraction(struct json_writer *w, json_t *value)
{
    char text[64];

    json_write_raw(w, str_make(text, json_dumpb(value, text, sizeof(text), JSON_ENCODE_ANY)));
}

static void write_value(struct json_writer *w, json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_OBJECT: write_members(w, value); break;
    case JSON_ARRAY: write_items(w, value); break;
    case JSON_STRING:
        json_write_str(w, str_make(json_string_value(value), json_string_length(value)));
        break;
    case JSON_INTEGER: json_write_int(w, json_integer_value(value)); break;
    case JSON_REAL: write_fraction(w, value); break;
    case JSON_TRUE:
    case JSON_FALSE: json_write_bool(w, json_is_true(value)); break;
    case JSON_NULL: json_write_null(w); break;
    }
}

static void check_json(struct str text)
{
    CLEANUP(buf_release) struct buf written = { 0 };
    struct json_writer w = { .out = &written };
    struct err err = { 0 };
    CLEANUP(json_drop) json_t *first = json_read(text, &err);
    CLEANUP(json_drop) json_t *second = NULL;

    require(first ? err.kind == ERR_NONE : err.kind == ERR_INVALID && err.text[0] != '\0');
    if (!first)
        return;
    write_value(&w, first);
    second = json_read(buf_view(&written), &err);
    require(second && json_equal(first, second));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str input = { (const char *)data, size };

    check_text(input);
    check_json(input);
    return 0;
}
