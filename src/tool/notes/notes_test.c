/*
 * notes_test.c - what the note tools hand to the lane, and what they refuse.
 *
 * The lane is a pretend one: it writes down what it was asked for as "remember:…", "forget:…" or
 * "later:<ms>:…". Its now is 2026-11-21T08:00:00Z.
 */
#include "tool/notes/notes.h"

// clang-format off
#include <setjmp.h>
#include <cmocka.h>
// clang-format on

#define NOW_MS INT64_C(1795248000000)

struct pretend_lane {
    struct tool_lane base;
    struct buf asked;
    bool broken;
};

static bool pretend_remember(struct tool_lane *lane, struct str text, struct err *err)
{
    struct pretend_lane *p = (struct pretend_lane *)lane;

    if (p->broken)
        return err_set(err, ERR_UNAVAILABLE, "the lane is full");
    buf_addf(&p->asked, "remember:%.*s", STR_ARGS(text));
    return true;
}

static bool pretend_forget(struct tool_lane *lane, struct str text, size_t *ret_count,
                           struct err *err)
{
    struct pretend_lane *p = (struct pretend_lane *)lane;

    if (p->broken)
        return err_set(err, ERR_UNAVAILABLE, "the lane is full");
    buf_addf(&p->asked, "forget:%.*s", STR_ARGS(text));
    *ret_count = str_is(text, "known") ? 2 : 0;
    return true;
}

static bool pretend_text_later(struct tool_lane *lane, int64_t at_ms, struct str text,
                               struct err *err)
{
    struct pretend_lane *p = (struct pretend_lane *)lane;

    if (p->broken)
        return err_set(err, ERR_UNAVAILABLE, "the lane is full");
    buf_addf(&p->asked, "later:%lld:%.*s", (long long)at_ms, STR_ARGS(text));
    return true;
}

static const struct tool_lane_ops pretend_ops = { pretend_remember, pretend_forget,
                                                  pretend_text_later };

#define TEN "1234567890"
#define HUNDRED TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN
#define AT(time) "{\"text\":\"t\",\"at\":\"" time "\"}"

/* Exactly one of `asked` and `field` is set; `field` "-" means an error that names none. */
// clang-format off
static const struct tool_case {
    const char *name;
    const struct tool *tool;
    const char *arguments, *asked, *result, *field;
} cases[] = {
    { "remember hands the text on", &tool_remember, "{\"text\":\"the code is 42\"}",
      "remember:the code is 42", "remembered", NULL },
    { "remember drops blanks around the text", &tool_remember, "{\"text\":\" a\\n\"}",
      "remember:a", "remembered", NULL },
    { "remember takes 500 characters", &tool_remember,
      "{\"text\":\"" HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED "\"}",
      "remember:" HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED, "remembered", NULL },
    { "remember refuses 501", &tool_remember,
      "{\"text\":\"" HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED "1\"}", NULL, NULL, "text" },
    { "remember counts characters, not bytes", &tool_remember, "{\"text\":\"\\u00fc\\ud83d\\ude00\"}",
      "remember:\xc3\xbc\xf0\x9f\x98\x80", "remembered", NULL },
    { "remember refuses a blank text", &tool_remember, "{\"text\":\" \\t \"}", NULL, NULL, "text" },
    { "remember refuses no text", &tool_remember, "{}", NULL, NULL, "text" },
    { "remember refuses a number", &tool_remember, "{\"text\":5}", NULL, NULL, "text" },
    { "remember refuses a NUL", &tool_remember, "{\"text\":\"a\\u0000b\"}", NULL, NULL, "text" },
    { "remember refuses an escape character", &tool_remember, "{\"text\":\"a\\u001bb\"}", NULL, NULL, "text" },
    { "remember keeps a line break", &tool_remember, "{\"text\":\"a\\nb\"}", "remember:a\nb", "remembered", NULL },
    { "no tool takes a recipient", &tool_remember, "{\"text\":\"a\",\"to\":\"+12025550100\"}", NULL, NULL, "to" },
    { "arguments that are no object", &tool_remember, "[\"text\"]", NULL, NULL, "-" },
    { "forget says how many", &tool_forget, "{\"text\":\"known\"}", "forget:known", "forgot 2", NULL },
    { "forget of what is not there is no error", &tool_forget, "{\"text\":\"other\"}", "forget:other",
      "nothing is remembered with exactly that text", NULL },
    { "forget refuses a blank text", &tool_forget, "{\"text\":\"\"}", NULL, NULL, "text" },
    { "forget refuses a stranger", &tool_forget, "{\"text\":\"a\",\"all\":true}", NULL, NULL, "all" },
    { "remind in UTC", &tool_remind, AT("2026-11-21T09:00:00Z"),
      "later:1795251600000:Reminder: t", "the reminder is set", NULL },
    { "remind with an offset east", &tool_remind, AT("2026-11-21T10:00:00+01:00"),
      "later:1795251600000:Reminder: t", "the reminder is set", NULL },
    { "remind with an offset west and half an hour", &tool_remind, AT("2026-11-21T05:30:00-03:30"),
      "later:1795251600000:Reminder: t", "the reminder is set", NULL },
    { "remind drops a fraction", &tool_remind, AT("2026-11-21T09:00:00.75Z"),
      "later:1795251600000:Reminder: t", "the reminder is set", NULL },
    { "remind one second ahead", &tool_remind, AT("2026-11-21T08:00:01Z"),
      "later:1795248001000:Reminder: t", "the reminder is set", NULL },
    { "remind refuses now", &tool_remind, AT("2026-11-21T08:00:00Z"), NULL, NULL, "at" },
    { "remind refuses the past", &tool_remind, AT("2025-11-21T08:00:00Z"), NULL, NULL, "at" },
    { "remind refuses what only looks later by its offset", &tool_remind, AT("2026-11-21T08:30:00+01:00"),
      NULL, NULL, "at" },
    { "remind 366 days ahead", &tool_remind, AT("2027-11-22T08:00:00Z"),
      "later:1826870400000:Reminder: t", "the reminder is set", NULL },
    { "remind refuses a second more", &tool_remind, AT("2027-11-22T08:00:01Z"), NULL, NULL, "at" },
    { "remind refuses a time without offset", &tool_remind, AT("2026-11-22T08:00:00"), NULL, NULL, "at" },
    { "remind refuses words", &tool_remind, AT("tomorrow"), NULL, NULL, "at" },
    { "remind refuses 31 November", &tool_remind, AT("2026-11-31T08:00:00Z"), NULL, NULL, "at" },
    { "remind refuses month 13", &tool_remind, AT("2026-13-01T08:00:00Z"), NULL, NULL, "at" },
    { "remind refuses hour 24", &tool_remind, AT("2026-11-22T24:00:00Z"), NULL, NULL, "at" },
    { "remind refuses bytes after the offset", &tool_remind, AT("2026-11-22T08:00:00Z!"), NULL, NULL, "at" },
    { "remind refuses a NUL in the time", &tool_remind, AT("2026-11-22\\u000008:00:00Z"), NULL, NULL, "at" },
    { "remind refuses an empty fraction", &tool_remind, AT("2026-11-22T08:00:00.Z"), NULL, NULL, "at" },
    { "remind refuses no time", &tool_remind, "{\"text\":\"t\"}", NULL, NULL, "at" },
    { "remind refuses no text", &tool_remind, "{\"at\":\"2026-11-22T08:00:00Z\"}", NULL, NULL, "text" },
    { "remind refuses 301 characters", &tool_remind,
      "{\"at\":\"2026-11-22T08:00:00Z\",\"text\":\"" HUNDRED HUNDRED HUNDRED "1\"}", NULL, NULL, "text" },
};
// clang-format on

static void runs(void **state)
{
    const struct tool_case *c = *state;
    struct pretend_lane lane = { .base = { &pretend_ops, NOW_MS, STR("Europe/Berlin") } };
    CLEANUP(json_drop) json_t *arguments = json_read(str_of(c->arguments), NULL);
    CLEANUP(buf_release) struct buf result = { 0 };
    struct err err = { 0 };
    bool ok = c->tool->run(&lane.base, arguments, &result, &err);

    if (c->asked) {
        assert_true(ok);
        assert_string_equal(buf_text(&lane.asked), c->asked);
        assert_string_equal(buf_text(&result), c->result);
    } else {
        assert_false(ok);
        assert_int_equal(err.kind, ERR_INVALID);
        assert_string_equal(err.field, *c->field == '-' ? "" : c->field);
        assert_int_equal(lane.asked.len, 0);
        assert_int_equal(result.len, 0);
    }
    buf_release(&lane.asked);
}

/* What the lane could not do is the lane's error, its kind kept. */
static void lane_fails(void **state)
{
    const struct tool *tools[] = { &tool_remember, &tool_forget, &tool_remind };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(tools); i++) {
        struct pretend_lane lane = { .base = { &pretend_ops, NOW_MS, { 0 } }, .broken = true };
        CLEANUP(json_drop)
        json_t *arguments =
            json_read(str_of(i == 2 ? AT("2026-11-22T08:00:00Z") : "{\"text\":\"a\"}"), NULL);
        CLEANUP(buf_release) struct buf result = { 0 };
        struct err err = { 0 };

        assert_false(tools[i]->run(&lane.base, arguments, &result, &err));
        assert_int_equal(err.kind, ERR_UNAVAILABLE);
        assert_int_equal(result.len, 0);
    }
}

static void schemas_are_json(void **state)
{
    const struct tool *tools[] = { &tool_remember, &tool_forget, &tool_remind };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(tools); i++) {
        CLEANUP(json_drop) json_t *schema = json_read(str_of(tools[i]->parameters), NULL);
        json_t *text = json_object_get(json_object_get(schema, "properties"), "text");

        assert_non_null(schema);
        assert_int_equal(json_integer_value(json_object_get(text, "maxLength")),
                         i == 2 ? 300 : 500);
        assert_true(json_is_false(json_object_get(schema, "additionalProperties")));
    }
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(cases) + 2];

    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        tests[i] = (struct CMUnitTest){ cases[i].name, runs, NULL, NULL, (void *)&cases[i] };
    tests[ARRAY_LEN(cases)] = (struct CMUnitTest)cmocka_unit_test(lane_fails);
    tests[ARRAY_LEN(cases) + 1] = (struct CMUnitTest)cmocka_unit_test(schemas_are_json);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
