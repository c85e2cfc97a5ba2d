/*
 * arena_test.c - memory that is aligned, zeroed, large when it must be, and gone at once.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "base/arena.h"

static const struct size_case {
    const char *name;
    size_t bytes, count;
} size_cases[] = {
    { "nothing at all", 0, 3 },          { "single bytes", 1, 1000 },
    { "odd sizes", 13, 5000 },           { "just a block", 16384, 3 },
    { "more than a block", 100000, 20 }, { "more than any block", 3 << 20, 2 },
};

/* Every piece must be aligned, zeroed, and its own; then again in memory that was used. */
static void gives(void **state)
{
    const struct size_case *c = *state;
    CLEANUP(arena_release) struct arena arena = { 0 };

    for (int again = 0; again < 2; again++) {
        unsigned char *before = NULL;

        for (size_t i = 0; i < c->count; i++) {
            unsigned char *at = arena_alloc(&arena, c->bytes);

            assert_non_null(at);
            assert_int_equal((uintptr_t)at % _Alignof(max_align_t), 0);
            for (size_t k = 0; k < c->bytes; k++) {
                if (at[k] != 0 || (before && before[k] != 0xAA))
                    fail_msg("byte %zu of piece %zu", k, i);
            }
            memset(at, 0xAA, c->bytes);
            before = at;
        }
        arena_reset(&arena);
    }
}

static void copies_end_in_nul(void **state)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    struct str text = STR("a\0b"), copy = arena_copy(&arena, text);

    (void)state;
    assert_true(str_equal(copy, text));
    assert_ptr_not_equal(copy.ptr, text.ptr);
    assert_int_equal(copy.ptr[copy.len], 0);
    copy = arena_copy(&arena, (struct str){ NULL, 0 });
    assert_string_equal(copy.ptr, "");
}

static void prints_at_any_length(void **state)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    struct str text = arena_printf(&arena, "%0*d", 50000, 7);

    (void)state;
    assert_int_equal(text.len, 50000);
    assert_int_equal(text.ptr[49999], '7');
    assert_int_equal(text.ptr[50000], 0);
    assert_int_equal(arena_printf(&arena, "%s", "").len, 0);
}

static void ends_twice_without_harm(void **state)
{
    struct arena arena = { 0 };

    (void)state;
    arena_reset(&arena);
    arena_release(&arena);
    assert_non_null(ARENA_NEW(&arena, int));
    assert_non_null(ARENA_ARRAY(&arena, int, 0));
    arena_release(&arena);
    arena_release(&arena);
    assert_null(arena.newest);
}

static const struct CMUnitTest plain_tests[] = {
    cmocka_unit_test(copies_end_in_nul),
    cmocka_unit_test(prints_at_any_length),
    cmocka_unit_test(ends_twice_without_harm),
};

#define ADD_ROWS(cases, function)                                        \
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)                        \
        tests[count++] = (struct CMUnitTest)                             \
        {                                                                \
            (cases)[i].name, (function), NULL, NULL, (void *)&(cases)[i] \
        }

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(size_cases) + ARRAY_LEN(plain_tests)];
    size_t count = 0;

    ADD_ROWS(size_cases, gives);
    memcpy(tests + count, plain_tests, sizeof(plain_tests));
    return cmocka_run_group_tests(tests, NULL, NULL);
}
