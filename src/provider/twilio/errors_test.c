/*
 * errors_test.c - the table is the data file, row by row, and unknown codes never retry.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include "base/json.h"
#include "provider/twilio/errors.h"

static const char *const classes[] = {
    [ERROR_PERMANENT_RECIPIENT] = "permanent_recipient",
    [ERROR_OPTED_OUT] = "opted_out",
    [ERROR_SENDER_CONFIG] = "sender_config",
    [ERROR_TRANSIENT] = "transient",
    [ERROR_THROTTLED] = "throttled",
    [ERROR_CONTENT_FILTERED] = "content_filtered",
    [ERROR_ACCOUNT] = "account",
    [ERROR_BAD_REQUEST] = "bad_request",
    [ERROR_WEBHOOK] = "webhook",
    [ERROR_INFO] = "info",
};
static const char *const retries[] = {
    [RETRY_NEVER] = "never",         [RETRY_ONCE] = "once",         [RETRY_BACKOFF] = "backoff",
    [RETRY_RECONCILE] = "reconcile", [RETRY_NEXT_DAY] = "next_day", [RETRY_AFTER_FIX] = "after_fix",
};

static const char *text_of(json_t *row, const char *key)
{
    return json_string_value(json_object_get(row, key));
}

static void equals_the_data_file(void **state)
{
    CLEANUP(json_drop)
    json_t *rows = json_load_file(TEST_DATA_DIR "/twilio/error-codes.json", 0, NULL);
    json_t *row;
    size_t i, found = 0;

    (void)state;
    assert_true(json_array_size(rows) > 100);
    json_array_foreach (rows, i, row) {
        struct provider_error error;

        assert_true(twilio_error_find(json_integer_value(json_object_get(row, "code")), &error));
        assert_string_equal(classes[error.class], text_of(row, "class"));
        assert_string_equal(retries[error.retry], text_of(row, "retry"));
        assert_string_equal(error.meaning, text_of(row, "meaning"));
        assert_string_equal(error.action, text_of(row, "action"));
    }
    for (int64_t code = -1; code < 1000000; code++) {
        struct provider_error error;

        found += twilio_error_find(code, &error);
    }
    assert_int_equal(found, json_array_size(rows));
}

static void unknown_never_retries(void **state)
{
    static const int64_t codes[] = { INT64_MIN, -1, 0, 1, 21609999, 99999, INT64_MAX };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(codes); i++) {
        struct provider_error error = twilio_error(codes[i]);

        assert_int_equal(error.code, codes[i]);
        assert_int_equal(error.retry, RETRY_NEVER);
        assert_int_not_equal(error.class, ERROR_OPTED_OUT);
        assert_non_null(error.meaning);
        assert_non_null(error.action);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "the table equals the data file", equals_the_data_file, NULL, NULL, NULL },
        { "an unknown code is told as such", unknown_never_retries, NULL, NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
