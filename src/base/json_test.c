/*
 * json_test.c - what is written can be read by anybody; what is read is strict.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/json.h"

/* ---- writing ---- */

static void nothing(struct json_writer *w)
{
    json_open_object(w), json_close_object(w);
}
static void empty_list(struct json_writer *w)
{
    json_open_array(w), json_close_array(w);
}

static void nested(struct json_writer *w)
{
    json_open_object(w);
    json_field_text(w, "a", "x");
    json_key(w, "b");
    json_open_array(w);
    json_write_int(w, 1);
    json_open_object(w);
    json_close_object(w);
    json_open_array(w);
    json_close_array(w);
    json_write_bool(w, false);
    json_close_array(w);
    json_field_null(w, "c");
    json_close_object(w);
}

static void every_field(struct json_writer *w)
{
    json_open_object(w);
    json_field_str(w, "s", str_of("x"));
    json_field_text(w, "t", NULL);
    json_field_int(w, "i", INT64_MIN);
    json_field_bool(w, "b", true);
    json_field_raw(w, "r", str_of("[1]"));
    json_field_time(w, "d", 0);
    json_close_object(w);
}

static void key_with_quotes(struct json_writer *w)
{
    json_open_object(w);
    json_field_int(w, "a\"b", INT64_MAX);
    json_close_object(w);
}

static const struct write_case {
    const char *name;
    void (*write)(struct json_writer *w);
    const char *want;
} write_cases[] = {
    { "an empty object", nothing, "{}" },
    { "an empty list", empty_list, "[]" },
    { "commas come by themselves", nested, "{\"a\":\"x\",\"b\":[1,{},[],false],\"c\":null}" },
    { "every kind of field", every_field,
      "{\"s\":\"x\",\"t\":null,\"i\":-9223372036854775808,\"b\":true,\"r\":[1],\"d\":null}" },
    { "a key is escaped", key_with_quotes, "{\"a\\\"b\":9223372036854775807}" },
};

static void writes(void **state)
{
    const struct write_case *c = *state;
    CLEANUP(buf_release) struct buf out = { 0 };
    struct json_writer w = { .out = &out };

    c->write(&w);
    assert_string_equal(buf_text(&out), c->want);
}

static const struct text_case {
    const char *name;
    struct str text;
    const char *want;
    struct str read; /* what a reader gets */
} text_cases[] = {
    { "plain", STR("hello"), "\"hello\"", STR("hello") },
    { "nothing", STR(""), "\"\"", STR("") },
    { "quote and backslash", STR("\"\\"), "\"\\\"\\\\\"", STR("\"\\") },
    { "a slash is left alone", STR("</script>"), "\"</script>\"", STR("</script>") },
    { "named controls", STR("\n\r\t"), "\"\\n\\r\\t\"", STR("\n\r\t") },
    { "other controls", STR("\x01\x1F\b\f"), "\"\\u0001\\u001f\\u0008\\u000c\"",
      STR("\x01\x1F\b\f") },
    { "NUL", STR("a\0b"), "\"a\\u0000b\"", STR("a\0b") },
    { "two, three and four bytes", STR("\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80"),
      "\"\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80\"", STR("\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80") },
    { "a bad byte at the start",
      STR("\x80"
          "a"),
      "\"\xEF\xBF\xBD"
      "a\"",
      STR("\xEF\xBF\xBD"
          "a") },
    { "a bad byte at the end", STR("a\xC3"), "\"a\xEF\xBF\xBD\"", STR("a\xEF\xBF\xBD") },
    { "a bad byte between good ones", STR("\xC3\xA4\xFF\xC3\xA4"),
      "\"\xC3\xA4\xEF\xBF\xBD\xC3\xA4\"", STR("\xC3\xA4\xEF\xBF\xBD\xC3\xA4") },
    { "overlong NUL", STR("\xC0\x80"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\"",
      STR("\xEF\xBF\xBD\xEF\xBF\xBD") },
    { "U+FFFD that was there before", STR("\xEF\xBF\xBD"), "\"\xEF\xBF\xBD\"",
      STR("\xEF\xBF\xBD") },
};

static void texts_come_back(void **state)
{
    const struct text_case *c = *state;
    CLEANUP(buf_release) struct buf out = { 0 };
    struct json_writer w = { .out = &out };
    CLEANUP(json_drop) json_t *value = NULL;

    json_write_str(&w, c->text);
    assert_string_equal(buf_text(&out), c->want);
    value = json_read(buf_view(&out), NULL);
    assert_true(json_is_string(value));
    assert_true(str_equal(str_make(json_string_value(value), json_string_length(value)), c->read));
}

static const struct time_case {
    const char *name;
    int64_t time_ms;
    const char *want;
} time_cases[] = {
    { "a time", 1795251600123, "\"2026-11-21T09:00:00.123Z\"" },
    { "the first millisecond", 1, "\"1970-01-01T00:00:00.001Z\"" },
    { "a leap day", 1709164800000, "\"2024-02-29T00:00:00.000Z\"" },
    { "no time", 0, "null" },
    { "before 1970 is no time", -1, "null" },
};

static void times(void **state)
{
    const struct time_case *c = *state;
    CLEANUP(buf_release) struct buf out = { 0 };
    struct json_writer w = { .out = &out };

    json_write_time(&w, c->time_ms);
    assert_string_equal(buf_text(&out), c->want);
}

/* ---- reading ---- */

static const struct read_case {
    const char *name;
    struct str text;
    bool ok;
} read_cases[] = {
    { "an object", STR("{\"a\":[1,2.5,true,null,\"x\"]}"), true },
    { "a number alone", STR("5"), true },
    { "blanks around it", STR(" \n{} \t"), true },
    { "an escaped NUL", STR("\"\\u0000\""), true },
    { "a pair of surrogates", STR("\"\\ud83d\\ude00\""), true },
    { "nothing", STR(""), false },
    { "blanks alone", STR(" \n"), false },
    { "a view of nothing", { NULL, 0 }, false },
    { "cut short", STR("{\"a\":"), false },
    { "a second value", STR("{} {}"), false },
    { "a key twice", STR("{\"a\":1,\"a\":2}"), false },
    { "a trailing comma", STR("[1,]"), false },
    { "a comment", STR("[1] // one"), false },
    { "single quotes", STR("{'a':1}"), false },
    { "a bare key", STR("{a:1}"), false },
    { "not a number", STR("[NaN]"), false },
    { "a leading zero", STR("[01]"), false },
    { "a leading plus", STR("[+1]"), false },
    { "a number beyond 64 bits", STR("[99999999999999999999]"), false },
    { "half a pair of surrogates", STR("\"\\ud83d\""), false },
    { "a line end in a text", STR("\"a\nb\""), false },
    { "what is not UTF-8", STR("\"\xFF\""), false },
    { "a byte order mark", STR("\xEF\xBB\xBF{}"), false },
    { "a NUL behind", STR("{}\0"), false },
};

static void reads(void **state)
{
    const struct read_case *c = *state;
    struct err err = { 0 };
    CLEANUP(json_drop) json_t *value = json_read(c->text, &err);

    assert_int_equal(value != NULL, c->ok);
    assert_int_equal(err.kind, c->ok ? ERR_NONE : ERR_INVALID);
    if (!c->ok)
        assert_non_null(strstr(err.text, "not JSON (line "));
}

static void deep_nesting_is_refused(void **state)
{
    static char deep[100000];

    (void)state;
    memset(deep, '[', sizeof(deep));
    assert_null(json_read(str_make(deep, sizeof(deep)), NULL));
}

/* ---- members of {"s":"x","n":"","i":5,"f":1.5,"b":false,"o":{},"l":[],"z":null} ---- */

enum getter { GET_STR, GET_INT, GET_BOOL, GET_OBJECT, GET_ARRAY };

static const struct get_case {
    const char *name;
    enum getter getter;
    const char *key;
    bool required, ok, set; /* set: *ret is changed */
} get_cases[] = {
    { "a text", GET_STR, "s", true, true, true },
    { "an empty text", GET_STR, "n", true, true, true },
    { "a whole number", GET_INT, "i", true, true, true },
    { "a switch", GET_BOOL, "b", true, true, true },
    { "an object", GET_OBJECT, "o", true, true, true },
    { "a list", GET_ARRAY, "l", true, true, true },
    { "an absent text", GET_STR, "x", false, true, false },
    { "a text that is null", GET_STR, "z", false, true, false },
    { "an absent number", GET_INT, "x", false, true, false },
    { "an absent switch", GET_BOOL, "x", false, true, false },
    { "an absent object", GET_OBJECT, "x", false, true, false },
    { "an absent list", GET_ARRAY, "x", false, true, false },
    { "a required text is missing", GET_STR, "x", true, false, false },
    { "a required text is null", GET_STR, "z", true, false, false },
    { "a required number is missing", GET_INT, "x", true, false, false },
    { "a required switch is missing", GET_BOOL, "x", true, false, false },
    { "a required object is missing", GET_OBJECT, "x", true, false, false },
    { "a required list is missing", GET_ARRAY, "x", true, false, false },
    { "a number for a text", GET_STR, "i", false, false, false },
    { "a text for a number", GET_INT, "s", false, false, false },
    { "a fraction for a number", GET_INT, "f", false, false, false },
    { "a number for a switch", GET_BOOL, "i", false, false, false },
    { "a list for an object", GET_OBJECT, "l", false, false, false },
    { "an object for a list", GET_ARRAY, "o", false, false, false },
};

static void gets(void **state)
{
    const struct get_case *c = *state;
    static const char text[] = "{\"s\":\"x\",\"n\":\"\",\"i\":5,\"f\":1.5,\"b\":false,\"o\":{},"
                               "\"l\":[],\"z\":null}";
    CLEANUP(json_drop) json_t *object = json_read(str_of(text), NULL);
    struct str string = { NULL, 99 };
    int64_t number = 99;
    bool flag = true, ok = false, set = false;
    json_t *member = NULL;
    struct err err = { 0 };

    switch (c->getter) {
    case GET_STR:
        ok = json_get_str(object, c->key, c->required, &string, &err);
        set = string.ptr != NULL;
        break;
    case GET_INT:
        ok = json_get_int(object, c->key, c->required, &number, &err);
        set = number == 5;
        break;
    case GET_BOOL:
        ok = json_get_bool(object, c->key, c->required, &flag, &err);
        set = !flag;
        break;
    case GET_OBJECT:
        ok = json_get_object(object, c->key, c->required, &member, &err);
        set = json_is_object(member);
        break;
    case GET_ARRAY:
        ok = json_get_array(object, c->key, c->required, &member, &err);
        set = json_is_array(member);
        break;
    }
    assert_int_equal(ok, c->ok);
    assert_int_equal(set, c->set);
    assert_string_equal(err.field, c->ok ? "" : c->key);
    assert_int_equal(err.kind, c->ok ? ERR_NONE : ERR_INVALID);
}

static const struct keys_case {
    const char *name, *text, *stranger; /* NULL: none */
} keys_cases[] = {
    { "known keys", "{\"a\":1,\"b\":2}", NULL }, { "no keys", "{}", NULL },
    { "a stranger", "{\"a\":1,\"c\":2}", "c" },  { "an empty key", "{\"\":1}", "" },
    { "another case", "{\"A\":1}", "A" },        { "not an object has no keys", "[1]", NULL },
};

static void checks_keys(void **state)
{
    const struct keys_case *c = *state;
    static const char *const known[] = { "a", "b", NULL };
    CLEANUP(json_drop) json_t *object = json_read(str_of(c->text), NULL);
    struct err err = { 0 };

    assert_int_equal(json_check_keys(object, known, &err), c->stranger == NULL);
    if (c->stranger)
        assert_string_equal(err.field, c->stranger);
}

static void a_key_with_nul_is_refused(void **state)
{
    (void)state; /* it would be another key to whoever reads it as a C string */
    assert_null(json_read(str_of("{\"a\\u0000b\":1}"), NULL));
}

static const struct CMUnitTest plain_tests[] = {
    cmocka_unit_test(deep_nesting_is_refused),
    cmocka_unit_test(a_key_with_nul_is_refused),
};

#define ADD_ROWS(cases, function)                                        \
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)                        \
        tests[count++] = (struct CMUnitTest)                             \
        {                                                                \
            (cases)[i].name, (function), NULL, NULL, (void *)&(cases)[i] \
        }

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(write_cases) + ARRAY_LEN(text_cases) + ARRAY_LEN(time_cases) +
                            ARRAY_LEN(read_cases) + ARRAY_LEN(get_cases) + ARRAY_LEN(keys_cases) +
                            ARRAY_LEN(plain_tests)];
    size_t count = 0;

    ADD_ROWS(write_cases, writes);
    ADD_ROWS(text_cases, texts_come_back);
    ADD_ROWS(time_cases, times);
    ADD_ROWS(read_cases, reads);
    ADD_ROWS(get_cases, gets);
    ADD_ROWS(keys_cases, checks_keys);
    memcpy(tests + count, plain_tests, sizeof(plain_tests));
    return cmocka_run_group_tests(tests, NULL, NULL);
}
