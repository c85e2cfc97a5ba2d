/*
 * chance_test.c - the same seed gives the same bytes, however they are asked for.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/chance.h"

/* ChaCha20 with an all-zero key and nonce. Source: RFC 8439, A.1, test vector 1; its first 32 bytes
 * become the next key and are never given out. */
static void the_stream_is_chacha20(void **state)
{
    static const unsigned char zero_seed[32];
    static const char want[] = "da41597c5157488d7724e03fb8d84a376a43b8f41518a11cc387b669b2ee6586";
    struct chance chance;
    unsigned char bytes[32];
    char text[65] = { 0 };

    (void)state;
    chance_init(&chance, zero_seed);
    chance_bytes(&chance, bytes, sizeof(bytes));
    hex_encode(bytes, sizeof(bytes), text);
    assert_string_equal(text, want);
}

static const struct split_case {
    const char *name;
    size_t piece;
} split_cases[] = {
    { "a byte at a time", 1 },
    { "seven at a time", 7 },
    { "a block at a time", 480 },
    { "more than a block at a time", 1000 },
};

static void pieces_make_the_same_stream(void **state)
{
    const struct split_case *c = *state;
    static unsigned char whole[3000], pieces[3000];
    struct chance chance;

    chance_init_number(&chance, 99);
    chance_bytes(&chance, whole, sizeof(whole));
    chance_init_number(&chance, 99);
    for (size_t at = 0; at < sizeof(pieces); at += c->piece) {
        size_t len = sizeof(pieces) - at < c->piece ? sizeof(pieces) - at : c->piece;

        chance_bytes(&chance, pieces + at, len);
    }
    assert_memory_equal(whole, pieces, sizeof(whole));
}

static void other_seeds_give_other_bytes(void **state)
{
    struct chance a, b;

    (void)state;
    chance_init_number(&a, 1);
    chance_init_number(&b, 2);
    assert_true(chance_next(&a) != chance_next(&b));
}

static void what_was_given_out_is_forgotten(void **state)
{
    struct chance chance;
    unsigned char bytes[64];

    (void)state;
    chance_init_number(&chance, 1);
    chance_bytes(&chance, bytes, sizeof(bytes));
    assert_int_equal(str_find(str_make((const char *)&chance, sizeof(chance)),
                              str_make((const char *)bytes, 16)),
                     -1);
}

static const struct below_case {
    const char *name;
    int64_t below;
} below_cases[] = {
    { "below one", 1 },
    { "below two", 2 },
    { "below six", 6 },
    { "below the largest", INT64_MAX },
};

static void stays_below(void **state)
{
    const struct below_case *c = *state;
    int64_t lowest = INT64_MAX, highest = -1;
    struct chance chance;

    chance_init_number(&chance, 5);
    for (int i = 0; i < 1000; i++) {
        int64_t draw = chance_below(&chance, c->below);

        assert_true(draw >= 0 && draw < c->below);
        lowest = draw < lowest ? draw : lowest;
        highest = draw > highest ? draw : highest;
    }
    if (c->below <= 6) { /* both ends are reached */
        assert_int_equal(lowest, 0);
        assert_int_equal(highest, c->below - 1);
    }
}

static const struct CMUnitTest plain_tests[] = {
    cmocka_unit_test(the_stream_is_chacha20),
    cmocka_unit_test(other_seeds_give_other_bytes),
    cmocka_unit_test(what_was_given_out_is_forgotten),
};

#define ADD_ROWS(cases, function)                                        \
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)                        \
        tests[count++] = (struct CMUnitTest)                             \
        {                                                                \
            (cases)[i].name, (function), NULL, NULL, (void *)&(cases)[i] \
        }

int main(void)
{
    struct CMUnitTest
        tests[ARRAY_LEN(split_cases) + ARRAY_LEN(below_cases) + ARRAY_LEN(plain_tests)];
    size_t count = 0;

    ADD_ROWS(split_cases, pieces_make_the_same_stream);
    ADD_ROWS(below_cases, stays_below);
    memcpy(tests + count, plain_tests, sizeof(plain_tests));
    return cmocka_run_group_tests(tests, NULL, NULL);
}
