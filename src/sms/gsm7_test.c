/*
 * gsm7_test.c - the alphabet and the look-alikes are those of tests/data/twilio/gsm7.json, all of
 * them and no others.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "sms/gsm7.h"

#define CHARACTERS 0x110000U

/* What the file says of every character. */
struct expected {
    unsigned char units[CHARACTERS];
    const char *lookalike[CHARACTERS];
    json_t *file;
};

/* "U+00E9" */
static size_t code_of(json_t *row, const char *key)
{
    const char *text = json_string_value(json_object_get(row, key));
    unsigned long code;

    assert_non_null(text);
    code = strtoul(text + 2, NULL, 16);
    assert_true(code < CHARACTERS);
    return code;
}

static int read_expected(void **state)
{
    struct expected *e = calloc(1, sizeof(*e));
    json_t *row;
    size_t i;

    assert_non_null(e);
    e->file = json_load_file(TEST_DATA_DIR "/twilio/gsm7.json", JSON_ALLOW_NUL, NULL);
    assert_non_null(e->file);
    json_array_foreach (json_object_get(e->file, "basic"), i, row) {
        e->units[code_of(row, "cp")] = 1;
    }
    json_array_foreach (json_object_get(e->file, "extension"), i, row) {
        e->units[code_of(row, "cp")] = 2;
    }
    json_array_foreach (json_object_get(e->file, "smart_encoding"), i, row) {
        e->lookalike[code_of(row, "from")] = json_string_value(json_object_get(row, "to"));
    }
    *state = e;
    return 0;
}

static int drop_expected(void **state)
{
    struct expected *e = *state;

    json_decref(e->file);
    free(e);
    return 0;
}

static void alphabet_is_the_file_s(void **state)
{
    const struct expected *e = *state;

    for (uint32_t c = 0; c < CHARACTERS; c++) {
        if (gsm7_units(c) != e->units[c])
            fail_msg("U+%04X takes %u, not %u", c, gsm7_units(c), e->units[c]);
    }
}

static void lookalikes_are_the_file_s(void **state)
{
    const struct expected *e = *state;

    for (uint32_t c = 0; c < CHARACTERS; c++) {
        const char *got = gsm7_lookalike(c);

        if (!got != !e->lookalike[c] || (got && strcmp(got, e->lookalike[c]) != 0))
            fail_msg("U+%04X becomes \"%s\"", c, got ? got : "itself");
    }
}

static void lookalikes_are_gsm7(void **state)
{
    (void)state;
    for (uint32_t c = 0; c < CHARACTERS; c++) {
        const char *got = gsm7_lookalike(c);

        assert_true(!got || gsm7_units(c) == 0);
        for (; got && *got != '\0'; got++)
            assert_int_not_equal(gsm7_units((unsigned char)*got), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(alphabet_is_the_file_s),
        cmocka_unit_test(lookalikes_are_the_file_s),
        cmocka_unit_test(lookalikes_are_gsm7),
    };

    return cmocka_run_group_tests(tests, read_expected, drop_expected);
}
