/*
 * segments_test.c - every vector of Twilio's own calculator, through the command's function.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "base/json.h"
#include "cli/segments.h"

static json_t *vectors_read(void)
{
    json_error_t error;
    json_t *vectors = json_load_file(TEST_DATA_DIR "/twilio/segment-vectors.json", 0, &error);

    if (!vectors)
        die("segment-vectors.json: %s", error.text);
    return vectors;
}

static void agrees_with_vector(void **state)
{
    json_t *vector = *state, *want;
    CLEANUP(buf_release) struct buf out = { 0 };
    CLEANUP(json_drop) json_t *got = NULL;
    json_t *text = json_object_get(vector, "text");

    segments_json(str_make(json_string_value(text), json_string_length(text)),
                  json_is_true(json_object_get(vector, "smart")), &out);
    got = json_read(buf_view(&out), NULL);
    want =
        json_pack("{s:O,s:O,s:O}", "encoding", json_object_get(vector, "encoding"), "segments",
                  json_object_get(vector, "segments"), "units", json_object_get(vector, "units"));
    assert_true(json_equal(got, want));
    json_decref(want);
}

static const struct raw_case {
    const char *name;
    struct str text;
    const char *want;
} raw_cases[] = {
    { "a line end at the end counts", STR("hi\n"),
      "{\"encoding\":\"GSM-7\",\"segments\":1,\"units\":[3]}" },
    { "a NUL is a character", STR("a\0b"),
      "{\"encoding\":\"UCS-2\",\"segments\":1,\"units\":[3]}" },
    { "bytes that are no UTF-8 are characters of UCS-2", STR("a\xFF"),
      "{\"encoding\":\"UCS-2\",\"segments\":1,\"units\":[2]}" },
};

static void counts_bytes_as_they_come(void **state)
{
    const struct raw_case *c = *state;
    CLEANUP(buf_release) struct buf out = { 0 };

    segments_json(c->text, false, &out);
    assert_string_equal(buf_text(&out), c->want);
}

int main(void)
{
    CLEANUP(json_drop) json_t *vectors = vectors_read();
    struct CMUnitTest *tests =
        calloc(json_array_size(vectors) + ARRAY_LEN(raw_cases), sizeof(*tests));
    size_t count = 0, i;
    json_t *vector;
    int failed;

    json_array_foreach (vectors, i, vector)
        tests[count++] = (struct CMUnitTest){ json_string_value(json_object_get(vector, "id")),
                                              agrees_with_vector, NULL, NULL, vector };
    for (i = 0; i < ARRAY_LEN(raw_cases); i++)
        tests[count++] = (struct CMUnitTest){ raw_cases[i].name, counts_bytes_as_they_come, NULL,
                                              NULL, (void *)&raw_cases[i] };
    failed = _cmocka_run_group_tests("segments", tests, count, NULL, NULL);
    free(tests);
    return failed;
}
