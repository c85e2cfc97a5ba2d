/*
 * doctor_signature_test.c - every vector on which the validators agree, through the command's
 * function.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "base/json.h"
#include "cli/doctor.h"

static json_t *vectors_read(void)
{
    json_error_t error;
    json_t *vectors =
        json_load_file(TEST_DATA_DIR "/twilio/signature-vectors.json", JSON_ALLOW_NUL, &error);

    if (!vectors)
        die("signature-vectors.json: %s", error.text);
    return vectors;
}

static struct str member(json_t *object, const char *key)
{
    json_t *value = json_object_get(object, key);

    return str_make(json_string_value(value), json_string_length(value));
}

static struct signed_request request_of(json_t *vector)
{
    return (struct signed_request){ .method = member(vector, "method"),
                                    .url = member(vector, "url"),
                                    .content_type = member(vector, "content_type"),
                                    .body = member(vector, "body"),
                                    .signature = member(vector, "signature") };
}

static void agrees_with_vector(void **state)
{
    json_t *vector = *state;
    CLEANUP(buf_release) struct buf out = { 0 };
    CLEANUP(json_drop) json_t *got = NULL;
    struct signed_request request = request_of(vector);
    bool valid = doctor_signature_json(&request, member(vector, "auth_token"), &out);

    got = json_read(buf_view(&out), NULL);
    assert_int_equal(valid, json_is_true(json_object_get(vector, "valid")));
    assert_true(json_equal(json_object_get(got, "valid"), json_object_get(vector, "valid")));
    if (valid) {
        assert_true(json_is_string(json_object_get(got, "url")));
        assert_true(json_is_null(json_object_get(got, "reason")));
    } else {
        assert_true(member(got, "reason").len > 0);
    }
}

static bool validators_agree(json_t *vector)
{
    return json_equal(json_object_get(vector, "valid"), json_object_get(vector, "python_valid")) !=
           0;
}

int main(void)
{
    CLEANUP(json_drop) json_t *vectors = vectors_read();
    struct CMUnitTest *tests = calloc(json_array_size(vectors) + 1, sizeof(*tests));
    size_t count = 0, i;
    json_t *vector;
    int failed;

    json_array_foreach (vectors, i, vector) {
        if (validators_agree(vector))
            tests[count++] = (struct CMUnitTest){ json_string_value(json_object_get(vector, "id")),
                                                  agrees_with_vector, NULL, NULL, vector };
    }
    failed = _cmocka_run_group_tests("doctor_signature", tests, count, NULL, NULL);
    free(tests);
    return failed;
}
