/*
 * log_test.c - a line is one line, whatever it quotes, and shows no whole phone.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "base/json.h"
#include "base/log.h"

/* What `log` writes for one field, or nothing. */
static struct str logged(struct log *log, enum log_level level, struct log_field field,
                         struct arena *arena)
{
    char *line = arena_alloc(arena, 4096);
    int fds[2];
    ssize_t len;

    assert_int_equal(pipe(fds), 0);
    log->fd = fds[1];
    log_line(log, level, "event", field, log_int("n", -5));
    close(fds[1]);
    len = read(fds[0], line, 4096); /* one read, because a line is one write */
    close(fds[0]);
    assert_true(len >= 0);
    return str_make(line, (size_t)len);
}

/* ---- values ---- */

#define FIFTY "12345678901234567890123456789012345678901234567890"

static const struct value_case {
    const char *name;
    struct str value;
    const char *json; /* as it stands in the line */
} value_cases[] = {
    { "plain", STR("hello"), "\"v\":\"hello\"" },
    { "nothing", STR(""), "\"v\":\"\"" },
    { "quotes", STR("a\"b\\"), "\"v\":\"a\\\"b\\\\\"" },
    { "line ends", STR("a\r\nb"), "\"v\":\"a\\r\\nb\"" },
    { "a forged line", STR("x\"}\n{\"level\":\"error"), "\"v\":\"x\\\"}\\n{" },
    { "NUL and escape", STR("\0\x1B[31m"), "\"v\":\"\\u0000\\u001b[31m\"" },
    { "UTF-8", STR("\xC3\xA4\xE2\x82\xAC"), "\"v\":\"\xC3\xA4\xE2\x82\xAC\"" },
    { "what is not UTF-8", STR("a\xFF\xC3"), "\"v\":\"a\xEF\xBF\xBD\xEF\xBF\xBD\"" },
    { "a surrogate", STR("\xED\xA0\x80"), "\"v\":\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"" },
    { "a long value is cut", STR(FIFTY FIFTY FIFTY FIFTY "cut"),
      "\"v\":\"" FIFTY FIFTY FIFTY FIFTY "\"" },
};

static void json_lines(void **state)
{
    const struct value_case *c = *state;
    CLEANUP(arena_release) struct arena arena = { 0 };
    struct log log = { .least = LOG_DEBUG };
    struct str line = logged(&log, LOG_WARN, log_str("v", c->value), &arena), text = { 0 };
    CLEANUP(json_drop) json_t *object = json_read(line, NULL);
    int64_t number = 0;

    assert_non_null(object);
    assert_int_equal(str_find_char(line, '\n'), line.len - 1);
    if (str_find(line, str_of(c->json)) < 0)
        fail_msg("%.*s", STR_ARGS(line));
    assert_true(json_get_str(object, "level", true, &text, NULL));
    assert_true(str_is(text, "warn"));
    assert_true(json_get_str(object, "event", true, &text, NULL));
    assert_true(str_is(text, "event"));
    assert_true(json_get_str(object, "time", true, &text, NULL));
    assert_int_equal(text.len, 24);
    assert_true(json_get_int(object, "n", true, &number, NULL));
    assert_int_equal(number, -5);
}

static void text_lines(void **state)
{
    const struct value_case *c = *state;
    CLEANUP(arena_release) struct arena arena = { 0 };
    struct log log = { .least = LOG_DEBUG, .text = true };
    struct str line = logged(&log, LOG_WARN, log_str("v", c->value), &arena);

    assert_int_equal(str_find_char(line, '\n'), line.len - 1);
    assert_true(str_find(line, str_of(" warn  event v=\"")) > 0);
    assert_true(str_ends(line, str_of(" n=-5\n")));
    assert_true(str_is_utf8(line));
    for (size_t i = 0; i + 1 < line.len; i++)
        assert_true((unsigned char)line.ptr[i] >= ' ');
}

static void ids_are_printed(void **state)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    struct log log = { .least = LOG_DEBUG };
    struct str line =
        logged(&log, LOG_INFO, log_id("user", ID_USER, (struct id){ { 0xAB } }), &arena);

    (void)state;
    assert_true(str_find(line, str_of("\"user\":\"usr_ab000000000000000000000000000000\"")) > 0);
    log.text = true;
    line = logged(&log, LOG_INFO, log_id("user", ID_USER, (struct id){ { 0xAB } }), &arena);
    assert_true(str_find(line, str_of(" user=usr_ab000000000000000000000000000000 ")) > 0);
}

/* ---- levels ---- */

static const struct level_case {
    const char *name;
    enum log_level least, level;
    bool written;
} level_cases[] = {
    { "the least is written", LOG_INFO, LOG_INFO, true },
    { "more is written", LOG_INFO, LOG_ERROR, true },
    { "less is not", LOG_INFO, LOG_DEBUG, false },
    { "only errors", LOG_ERROR, LOG_WARN, false },
};

static void levels(void **state)
{
    const struct level_case *c = *state;
    CLEANUP(arena_release) struct arena arena = { 0 };
    struct log log = { .least = c->least };

    assert_int_equal(logged(&log, c->level, log_text("v", "x"), &arena).len > 0, c->written);
}

static void no_log_is_no_line(void **state)
{
    (void)state;
    log_line((const struct log *)NULL, LOG_ERROR, "event");
}

static const struct name_case {
    const char *name, *text;
    bool ok;
    enum log_level want;
} name_cases[] = {
    { "debug", "debug", true, LOG_DEBUG },
    { "info", "info", true, LOG_INFO },
    { "warn", "warn", true, LOG_WARN },
    { "error", "error", true, LOG_ERROR },
    { "capitals", "INFO", false, LOG_ERROR },
    { "nothing", "", false, LOG_ERROR },
    { "a long name", "warning", false, LOG_ERROR },
};

static void level_names(void **state)
{
    const struct name_case *c = *state;
    enum log_level level = LOG_ERROR;

    assert_int_equal(log_level_parse(str_of(c->text), &level), c->ok);
    assert_int_equal(level, c->want);
}

/* ---- phones ---- */

static const struct phone_case {
    const char *name, *phone, *want;
} phone_cases[] = {
    { "a long number", "+12025550100",
      "+1202\xE2\x80\xA2\xE2\x80\xA2\xE2\x80\xA2"
      "0100" },
    { "of another country", "+447700900123",
      "+4477\xE2\x80\xA2\xE2\x80\xA2\xE2\x80\xA2"
      "0123" },
    { "the longest", "+123456789012345",
      "+1234\xE2\x80\xA2\xE2\x80\xA2\xE2\x80\xA2"
      "2345" },
    { "a short code is hidden whole", "12345", "\xE2\x80\xA2\xE2\x80\xA2\xE2\x80\xA2" },
    { "a short number is hidden whole", "+123456789", "\xE2\x80\xA2\xE2\x80\xA2\xE2\x80\xA2" },
    { "a name is hidden whole", "ANSWERBACK INC", "\xE2\x80\xA2\xE2\x80\xA2\xE2\x80\xA2" },
    { "nothing", "", "\xE2\x80\xA2\xE2\x80\xA2\xE2\x80\xA2" },
};

static void phones(void **state)
{
    const struct phone_case *c = *state;
    char text[32];

    assert_true(str_is(log_phone(str_of(c->phone), text), c->want));
}

static const struct CMUnitTest plain_tests[] = {
    cmocka_unit_test(ids_are_printed),
    cmocka_unit_test(no_log_is_no_line),
};

#define ADD_ROWS(cases, function)                                        \
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)                        \
        tests[count++] = (struct CMUnitTest)                             \
        {                                                                \
            (cases)[i].name, (function), NULL, NULL, (void *)&(cases)[i] \
        }

int main(void)
{
    struct CMUnitTest tests[2 * ARRAY_LEN(value_cases) + ARRAY_LEN(level_cases) +
                            ARRAY_LEN(name_cases) + ARRAY_LEN(phone_cases) +
                            ARRAY_LEN(plain_tests)];
    size_t count = 0;

    ADD_ROWS(value_cases, json_lines);
    ADD_ROWS(value_cases, text_lines);
    ADD_ROWS(level_cases, levels);
    ADD_ROWS(name_cases, level_names);
    ADD_ROWS(phone_cases, phones);
    memcpy(tests + count, plain_tests, sizeof(plain_tests));
    return cmocka_run_group_tests(tests, NULL, NULL);
}
