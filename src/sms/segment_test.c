/*
 * segment_test.c - counting of segments and smart encoding.
 *
 * Every vector of tests/data/twilio/segment-vectors.json is a test by its id; below are the cases
 * that the vectors lack. Units are compared segment by segment.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "sms/segment.h"

static json_t *data_read(const char *name)
{
    char path[512];
    json_t *data;

    snprintf(path, sizeof(path), "%s/twilio/%s", TEST_DATA_DIR, name);
    data = json_load_file(path, JSON_ALLOW_NUL, NULL);
    assert_non_null(data);
    return data;
}

static void vector_holds(void **state)
{
    json_t *vector = *state, *units = json_object_get(vector, "units");
    json_t *text = json_object_get(vector, "text");
    CLEANUP(arena_release) struct arena arena = { 0 };
    struct str body = str_make(json_string_value(text), json_string_length(text));
    struct segment_count count;

    if (json_is_true(json_object_get(vector, "smart")))
        body = segment_smart(body, &arena);
    count = segment_count(body);
    assert_string_equal(sms_encoding_name(count.encoding),
                        json_string_value(json_object_get(vector, "encoding")));
    assert_int_equal(count.segments, json_integer_value(json_object_get(vector, "segments")));
    assert_int_equal(count.segments, json_array_size(units));
    for (size_t i = 0; i < count.segments; i++)
        assert_int_equal(count.segment_units[i], json_integer_value(json_array_get(units, i)));
}

#define ACCENTS_5 "\u0301\u0301\u0301\u0301\u0301"
#define ACCENTS_65                                                                            \
    ACCENTS_5 ACCENTS_5 ACCENTS_5 ACCENTS_5 ACCENTS_5 ACCENTS_5 ACCENTS_5 ACCENTS_5 ACCENTS_5 \
        ACCENTS_5 ACCENTS_5 ACCENTS_5 ACCENTS_5

/* `repeat` times `piece`, then `end`. */
static const struct count_case {
    const char *name, *piece;
    size_t repeat;
    const char *end;
    enum sms_encoding encoding;
    size_t segments, first, last, units; /* units of the first and last segment, and of all */
} count_cases[] = {
    { "160 septets are one segment", "a", 160, "", SMS_GSM7, 1, 160, 160, 160 },
    { "a pair that would end at septet 161", "a", 159, "{", SMS_GSM7, 2, 153, 8, 161 },
    { "70 units are one segment", "ж", 70, "", SMS_UCS2, 1, 70, 70, 70 },
    { "71 units are two", "ж", 71, "", SMS_UCS2, 2, 67, 4, 71 },
    { "CR LF may be cut in two, as the provider counts", "ж", 66, "\r\nжжжж", SMS_UCS2, 2, 67, 5,
      72 },
    { "a flag stays whole", "ж", 65, "🇩🇪жж", SMS_UCS2, 2, 65, 6, 71 },
    { "a family stays whole", "ж", 60, "👨‍👩‍👧‍👦", SMS_UCS2, 2, 60, 11, 71 },
    { "a skin tone stays on its hand", "ж", 65, "👍🏽жж", SMS_UCS2, 2, 65, 6, 71 },
    { "an accent stays on its letter", "ж", 66, "e\u0301жжж", SMS_UCS2, 2, 66, 5, 71 },
    { "a Hangul syllable of parts stays whole", "ж", 65, "\u1112\u1161\u11ABжжж", SMS_UCS2, 2, 65,
      6, 71 },
    { "a cluster larger than a segment is cut", "\u0301", 100, "", SMS_UCS2, 2, 67, 33, 100 },
    { "a cluster of 70 units alone is one segment", "\u0301", 70, "", SMS_UCS2, 1, 70, 70, 70 },
    { "packed for several it would be three, alone it is one", "ж", 2, "e" ACCENTS_65 "жж",
      SMS_UCS2, 1, 70, 70, 70 },
    { "bytes that are not UTF-8 count one each", "\xFF", 71, "", SMS_UCS2, 2, 67, 4, 71 },
    { "half a character counts its bytes", "a", 3, "\xF0\x9F\x91", SMS_UCS2, 1, 6, 6, 6 },
    { "an escape character is not GSM-7", "a", 3, "\x1B", SMS_UCS2, 1, 4, 4, 4 },
    { "small c with cedilla is not GSM-7", "Ç", 3, "ç", SMS_UCS2, 1, 4, 4, 4 },
    { "Greek capitals that look Latin are not GSM-7", "Ω", 3, "Α", SMS_UCS2, 1, 4, 4, 4 },
    { "more segments than are told", "a", 153 * 70, "", SMS_GSM7, 70, 153, 0, 153 * 70 },
};

static void counts(void **state)
{
    const struct count_case *c = *state;
    CLEANUP(buf_release) struct buf text = { 0 };
    struct segment_count count;

    for (size_t i = 0; i < c->repeat; i++)
        buf_add_text(&text, c->piece);
    buf_add_text(&text, c->end);
    count = segment_count(buf_view(&text));
    assert_int_equal(count.encoding, c->encoding);
    assert_int_equal(count.segments, c->segments);
    assert_int_equal(count.units, c->units);
    assert_int_equal(count.segment_units[0], c->first);
    if (count.segments <= SEGMENTS_MOST)
        assert_int_equal(count.segment_units[count.segments - 1], c->last);
    for (size_t i = count.segments; i < SEGMENTS_MOST; i++)
        assert_int_equal(count.segment_units[i], 0);
}

static void empty_view_is_one_segment(void **state)
{
    struct segment_count count = segment_count((struct str){ 0 });

    (void)state;
    assert_int_equal(count.segments, 1);
    assert_int_equal(count.units, 0);
    assert_int_equal(count.encoding, SMS_GSM7);
}

static const struct smart_case {
    const char *name, *text, *want;
} smart_cases[] = {
    { "quotes, dash and dots", "“hi” it’s — ok…", "\"hi\" it's - ok..." },
    { "replaced although an emoji keeps it UCS-2", "it’s 😀", "it's 😀" },
    { "a decomposed letter becomes the GSM-7 one", "Jose\u0301 sen\u0303or", "José señor" },
    { "a decomposed letter that GSM-7 lacks stays", "a\u0301", "a\u0301" },
    { "an accent without a letter that fits is replaced", "g\u0303", "g~" },
    { "a zero-width space alone leaves nothing", "\u200B", "" },
    { "a tab is seven blanks", "a\tb", "a       b" },
    { "letters of other scripts stay", "Привет", "Привет" },
    { "bytes that are not UTF-8 stay", "it’s \xFF", "it's \xFF" },
    { "an accented letter without look-alike stays", "ç á", "ç á" },
};

static void replaces(void **state)
{
    const struct smart_case *c = *state;
    CLEANUP(arena_release) struct arena arena = { 0 };
    struct str got = segment_smart(str_of(c->text), &arena);

    assert_int_equal(got.len, strlen(c->want));
    assert_memory_equal(got.ptr, c->want, got.len);
}

static void plain_text_is_not_copied(void **state)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    struct str text = str_of("See you at 6 😀"), got = segment_smart(text, &arena);

    (void)state;
    assert_ptr_equal(got.ptr, text.ptr);
    assert_int_equal(got.len, text.len);
    assert_null(arena.newest);
}

int main(void)
{
    CLEANUP(json_drop) json_t *vectors = data_read("segment-vectors.json");
    size_t vector_count = json_array_size(vectors), count = 0;
    struct CMUnitTest *tests =
        calloc(vector_count + ARRAY_LEN(count_cases) + ARRAY_LEN(smart_cases) + 2, sizeof(*tests));
    int failed;

    for (size_t i = 0; i < vector_count; i++) {
        json_t *vector = json_array_get(vectors, i);
        const char *id = json_string_value(json_object_get(vector, "id"));

        tests[count++] = (struct CMUnitTest){ id, vector_holds, NULL, NULL, vector };
    }
    for (size_t i = 0; i < ARRAY_LEN(count_cases); i++)
        tests[count++] =
            (struct CMUnitTest){ count_cases[i].name, counts, NULL, NULL, (void *)&count_cases[i] };
    for (size_t i = 0; i < ARRAY_LEN(smart_cases); i++)
        tests[count++] = (struct CMUnitTest){ smart_cases[i].name, replaces, NULL, NULL,
                                              (void *)&smart_cases[i] };
    tests[count++] = (struct CMUnitTest)cmocka_unit_test(empty_view_is_one_segment);
    tests[count++] = (struct CMUnitTest)cmocka_unit_test(plain_text_is_not_copied);
    failed = _cmocka_run_group_tests("segment", tests, count, NULL, NULL);
    free(tests);
    return failed;
}
