/*
 * settings.c - what an operator told a rule agent, checked.
 *
 * The limits keep one user's settings from filling memory or from making a text that nobody would
 * pay to send; they stand in docs/agents.md too.
 */
#include "agent/rule/settings.h"

#include <stdlib.h>

#define NAME_BYTES 80
#define QUESTION_BYTES 300
#define ANSWER_BYTES 1600
#define FAQ_MOST 500
#define ALSO_MOST 20
#define RANGES_MOST 8
#define CLOSED_MOST 400
#define HANDOFF_MOST 50
#define DAY_MINUTES 1440

/* Where in the settings we are, for errors: "faq[2].answer". */
struct path {
    char text[48];
};

static struct path path_of(const char *base, size_t index, const char *member)
{
    struct path path;

    snprintf(path.text, sizeof(path.text), "%.20s[%zu]%s%.16s", base, index, *member ? "." : "",
             member);
    return path;
}

/* A text with something in it. NULL or null: *ret stays as it is. */
static bool read_text(json_t *value, const char *field, size_t bytes_max, struct arena *arena,
                      struct str *ret, struct err *err)
{
    struct str text;

    if (!value || json_is_null(value))
        return true;
    if (!json_is_string(value))
        return err_set_field(err, field, "%s must be a text", field);
    text = str_trim(str_make(json_string_value(value), json_string_length(value)));
    if (text.len == 0)
        return err_set_field(err, field, "%s is blank", field);
    if (text.len > bytes_max)
        return err_set_field(err, field, "%s is longer than %zu bytes", field, bytes_max);
    if (memchr(text.ptr, 0, text.len))
        return err_set_field(err, field, "%s has a NUL", field);
    *ret = arena_copy(arena, text);
    return true;
}

/* A list of at most `most`, or nothing. */
static bool read_list(json_t *value, const char *field, size_t most, size_t *ret_count,
                      struct err *err)
{
    *ret_count = 0;
    if (!value || json_is_null(value))
        return true;
    if (!json_is_array(value))
        return err_set_field(err, field, "%s must be a list", field);
    if (json_array_size(value) > most)
        return err_set_field(err, field, "%s has more than %zu entries", field, most);
    *ret_count = json_array_size(value);
    return true;
}

static bool read_faq_entry(json_t *value, size_t index, struct arena *arena, struct rule_faq *ret,
                           struct err *err)
{
    static const char *const known[] = { "question", "also", "answer", NULL };
    struct path entry = path_of("faq", index, ""), at = path_of("faq", index, "also");
    json_t *also = json_object_get(value, "also");
    struct str *questions;
    struct err why;
    size_t count;

    if (!json_is_object(value))
        return err_set_field(err, entry.text, "%s must be an object", entry.text);
    if (!json_check_keys(value, known, &why)) {
        at = path_of("faq", index, why.field);
        return err_set_field(err, at.text, "%s is not a field of this", at.text);
    }
    if (!read_list(also, at.text, ALSO_MOST, &count, err))
        return false;
    questions = ARENA_ARRAY(arena, struct str, count + 1);
    at = path_of("faq", index, "question");
    if (!read_text(json_object_get(value, "question"), at.text, QUESTION_BYTES, arena,
                   &questions[0], err))
        return false;
    if (questions[0].len == 0)
        return err_set_field(err, at.text, "%s is missing", at.text);
    at = path_of("faq", index, "also");
    for (size_t i = 0; i < count; i++) {
        if (!read_text(json_array_get(also, i), at.text, QUESTION_BYTES, arena, &questions[i + 1],
                       err))
            return false;
    }
    at = path_of("faq", index, "answer");
    if (!read_text(json_object_get(value, "answer"), at.text, ANSWER_BYTES, arena, &ret->answer,
                   err))
        return false;
    if (ret->answer.len == 0)
        return err_set_field(err, at.text, "%s is missing", at.text);
    ret->questions = questions;
    ret->question_count = count + 1;
    return true;
}

static bool read_faq(json_t *json, struct arena *arena, struct rule_settings *ret, struct err *err)
{
    json_t *list = json_object_get(json, "faq");
    struct rule_faq *faq;

    if (!read_list(list, "faq", FAQ_MOST, &ret->faq_count, err))
        return false;
    faq = ARENA_ARRAY(arena, struct rule_faq, ret->faq_count);
    for (size_t i = 0; i < ret->faq_count; i++) {
        if (!read_faq_entry(json_array_get(list, i), i, arena, &faq[i], err))
            return false;
    }
    ret->faq = faq;
    return true;
}

/* Exactly two digits of `s` from `at` on, or -1. */
static int two_digits(struct str s, size_t at)
{
    int64_t value;
    struct str part = str_slice(s, at, 2);

    if (part.len != 2 || part.ptr[0] < '0' || part.ptr[0] > '9' || !str_to_int(part, &value))
        return -1;
    return (int)value;
}

/* "09:00" as minutes; 24:00 is allowed. -1 when it is no time. */
static int read_clock(struct str s)
{
    int hour = two_digits(s, 0), minute = two_digits(s, 3);

    if (s.len != 5 || s.ptr[2] != ':' || hour < 0 || minute < 0 || minute > 59 || hour > 24 ||
        (hour == 24 && minute > 0))
        return -1;
    return hour * 60 + minute;
}

static bool read_range(json_t *value, const char *field, struct rule_range *ret, struct err *err)
{
    struct str text = str_make(json_string_value(value), json_string_length(value));
    struct rule_range range = { -1, -1 };

    if (json_is_string(value) && text.len == 11 && text.ptr[5] == '-')
        range = (struct rule_range){ read_clock(str_slice(text, 0, 5)),
                                     read_clock(str_slice(text, 6, 5)) };
    if (range.from < 0 || range.to < 0 || range.from == DAY_MINUTES || range.from == range.to)
        return err_set_field(err, field, "%s must be two times, as in \"09:00-18:00\"", field);
    if (range.to < range.from)
        range.to += DAY_MINUTES;
    *ret = range;
    return true;
}

static bool read_day(json_t *list, const char *day, struct arena *arena, struct rule_day *ret,
                     struct err *err)
{
    struct path path;
    struct rule_range *ranges;
    size_t count;

    snprintf(path.text, sizeof(path.text), "hours.%.20s", day);
    if (!read_list(list, path.text, RANGES_MOST, &count, err))
        return false;
    ranges = ARENA_ARRAY(arena, struct rule_range, count);
    for (size_t i = 0; i < count; i++) {
        struct path at = path_of(path.text, i, "");

        if (!read_range(json_array_get(list, i), at.text, &ranges[i], err))
            return false;
        if (i > 0 && ranges[i].from <= ranges[i - 1].to)
            return err_set_field(err, at.text, "%s does not come after the one before it", at.text);
    }
    *ret = (struct rule_day){ ranges, count };
    return true;
}

static bool read_hours(json_t *json, struct arena *arena, struct rule_settings *ret,
                       struct err *err)
{
    static const char *const days[] = { "mon", "tue", "wed", "thu", "fri", "sat", "sun", NULL };
    json_t *hours = NULL;
    struct err why;

    if (!json_get_object(json, "hours", false, &hours, err))
        return false;
    if (!hours)
        return true;
    if (!json_check_keys(hours, days, &why)) {
        struct path at;

        snprintf(at.text, sizeof(at.text), "hours.%.40s", why.field);
        return err_set_field(err, at.text, "%s is no day: mon, tue, wed, thu, fri, sat, sun",
                             at.text);
    }
    for (size_t i = 0; i < 7; i++) {
        if (!read_day(json_object_get(hours, days[i]), days[i], arena, &ret->week[i], err))
            return false;
        ret->has_hours = ret->has_hours || ret->week[i].count > 0;
    }
    return ret->has_hours || err_set_field(err, "hours", "hours has no day that is open");
}

static bool read_closed(json_t *json, struct arena *arena, struct rule_settings *ret,
                        struct err *err)
{
    json_t *list = json_object_get(json, "closed");
    struct local_day *days;

    if (!read_list(list, "closed", CLOSED_MOST, &ret->closed_count, err))
        return false;
    days = ARENA_ARRAY(arena, struct local_day, ret->closed_count);
    for (size_t i = 0; i < ret->closed_count; i++) {
        json_t *value = json_array_get(list, i);
        struct str text = str_make(json_string_value(value), json_string_length(value));
        struct path at = path_of("closed", i, "");

        if (!json_is_string(value) || text.len != 10 || text.ptr[4] != '-' || text.ptr[7] != '-' ||
            !day_make(two_digits(text, 0) * 100 + two_digits(text, 2), two_digits(text, 5),
                      two_digits(text, 8), &days[i]))
            return err_set_field(err, at.text, "%s must be a date, as in \"2026-12-25\"", at.text);
    }
    ret->closed = days;
    return true;
}

static bool read_handoff(json_t *json, struct arena *arena, struct rule_settings *ret,
                         struct err *err)
{
    /* Phrases that are said to a machine only; a bare "agent" or "manager" has other uses. */
    static const struct str usual[] = {
        STR("human"),
        STR("real person"),
        STR("live person"),
        STR("talk to someone"),
        STR("speak to someone"),
        STR("speak with someone"),
        STR("talk to a person"),
        STR("speak to a person"),
        STR("talk to an agent"),
        STR("speak to an agent"),
        STR("customer service"),
        STR("representative"),
    };
    json_t *list = json_object_get(json, "handoff_words");
    struct str *words;

    ret->handoff_text = (struct str)STR("OK, I am passing this on to a person.");
    if (!read_text(json_object_get(json, "handoff_text"), "handoff_text", ANSWER_BYTES, arena,
                   &ret->handoff_text, err) ||
        !read_list(list, "handoff_words", HANDOFF_MOST, &ret->handoff_count, err))
        return false;
    if (!json_is_array(list)) {
        ret->handoff_words = usual;
        ret->handoff_count = ARRAY_LEN(usual);
        return true;
    }
    words = ARENA_ARRAY(arena, struct str, ret->handoff_count);
    for (size_t i = 0; i < ret->handoff_count; i++) {
        struct path at = path_of("handoff_words", i, "");

        if (!read_text(json_array_get(list, i), at.text, NAME_BYTES, arena, &words[i], err))
            return false;
        if (words[i].len == 0)
            return err_set_field(err, at.text, "%s must be a text", at.text);
    }
    ret->handoff_words = words;
    return true;
}

/* What is said when there is nothing to say: a way to a person when there is one. */
static bool read_fallback(json_t *json, struct arena *arena, struct rule_settings *ret,
                          struct err *err)
{
    json_t *value = json_object_get(json, "fallback");

    if (json_is_null(value))
        return true; /* silence, by choice */
    if (ret->handoff_count > 0)
        ret->fallback = arena_printf(arena,
                                     "Sorry, I have no answer to that. Text \"%.*s\" to reach "
                                     "a person.",
                                     STR_ARGS(ret->handoff_words[0]));
    else
        ret->fallback = (struct str)STR("Sorry, I have no answer to that.");
    return read_text(value, "fallback", ANSWER_BYTES, arena, &ret->fallback, err);
}

static bool read_rest(json_t *json, struct arena *arena, struct rule_settings *ret, struct err *err)
{
    int64_t clock = 12;

    ret->notes = true;
    if (!read_text(json_object_get(json, "name"), "name", NAME_BYTES, arena, &ret->name, err) ||
        !read_text(json_object_get(json, "greeting"), "greeting", ANSWER_BYTES, arena,
                   &ret->greeting, err) ||
        !json_get_bool(json, "notes", false, &ret->notes, err) ||
        !json_get_int(json, "clock", false, &clock, err))
        return false;
    if (clock != 12 && clock != 24)
        return err_set_field(err, "clock", "clock must be 12 or 24");
    ret->clock_24 = clock == 24;
    if (ret->greeting.len == 0 && ret->name.len > 0)
        ret->greeting =
            arena_printf(arena, "Hello! This is %.*s. How can I help?", STR_ARGS(ret->name));
    else if (ret->greeting.len == 0)
        ret->greeting = (struct str)STR("Hello! How can I help?");
    return true;
}

bool rule_settings_read(json_t *json, struct arena *arena, struct rule_settings *ret,
                        struct err *err)
{
    static const char *const known[] = { "kind",     "name",   "greeting",      "faq",
                                         "hours",    "closed", "handoff_words", "handoff_text",
                                         "fallback", "notes",  "clock",         NULL };
    struct rule_settings settings = { 0 };

    if (!json_is_object(json))
        return err_set(err, ERR_INVALID, "the settings must be an object");
    if (!json_check_keys(json, known, err) || !read_rest(json, arena, &settings, err) ||
        !read_faq(json, arena, &settings, err) || !read_hours(json, arena, &settings, err) ||
        !read_closed(json, arena, &settings, err) || !read_handoff(json, arena, &settings, err) ||
        !read_fallback(json, arena, &settings, err))
        return false;
    *ret = settings;
    return true;
}
