/*
 * id_test.c - ids that grow whatever the clock does, and are read strictly.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/id.h"

#define HEX "0123456789abcdef0123456789abcdef"

/* ---- growing: the clock of each next id ---- */

static const struct clock_case {
    const char *name;
    int64_t start_ms, step_ms;
    int count;
} clock_cases[] = {
    { "a clock that runs", 1795251600000, 1, 1000 },
    { "a clock that stands still", 1795251600000, 0, 20000 },
    { "a clock that steps back", 1795251600000, -1000, 5000 },
    { "a clock that jumps", 1795251600000, 86400000, 1000 },
    { "a clock at its start", 0, 0, 100 },
};

static void grows(void **state)
{
    const struct clock_case *c = *state;
    struct id_maker maker = { 0 };
    struct chance chance;
    struct id before = { { 0 } };

    chance_init_number(&chance, 1);
    for (int i = 0; i < c->count; i++) {
        struct id id = id_make(&maker, c->start_ms + i * c->step_ms, &chance);

        assert_true(id_compare(before, id) < 0);
        assert_int_equal(id.bytes[6] >> 4, 7); /* version: RFC 9562, 4.2 */
        assert_int_equal(id.bytes[8] >> 6, 2); /* variant: RFC 9562, 4.1 */
        assert_true(id_time_ms(id) >= c->start_ms);
        before = id;
    }
}

static void tells_its_time(void **state)
{
    struct id_maker maker = { 0 };
    struct chance chance;

    (void)state;
    chance_init_number(&chance, 1);
    assert_true(id_time_ms(id_make(&maker, 1795251600123, &chance)) == 1795251600123);
}

static void two_makers_do_not_meet(void **state)
{
    struct id_maker a = { 0 }, b = { 0 };
    struct chance chance_a, chance_b;

    (void)state;
    chance_init_number(&chance_a, 1);
    chance_init_number(&chance_b, 2);
    assert_false(id_equal(id_make(&a, 5, &chance_a), id_make(&b, 5, &chance_b)));
}

/* ---- printed form ---- */

static const struct parse_case {
    const char *name;
    enum id_kind kind;
    struct str text;
    bool ok;
} parse_cases[] = {
    { "a user", ID_USER, STR("usr_" HEX), true },
    { "a number", ID_NUMBER, STR("num_" HEX), true },
    { "a contact", ID_CONTACT, STR("con_" HEX), true },
    { "a conversation", ID_CONVERSATION, STR("cnv_" HEX), true },
    { "a message", ID_MESSAGE, STR("msg_" HEX), true },
    { "a turn", ID_TURN, STR("trn_" HEX), true },
    { "a token", ID_TOKEN, STR("tok_" HEX), true },
    { "a fact", ID_FACT, STR("fct_" HEX), true },
    { "a consent event", ID_CONSENT, STR("cns_" HEX), true },
    { "another kind", ID_USER, STR("num_" HEX), false },
    { "no prefix", ID_USER, STR(HEX), false },
    { "a prefix alone", ID_USER, STR("usr_"), false },
    { "nothing", ID_USER, STR(""), false },
    { "a digit too few", ID_USER, STR("usr_0123456789abcdef0123456789abcde"), false },
    { "a digit too many", ID_USER, STR("usr_" HEX "0"), false },
    { "no hex", ID_USER, STR("usr_0123456789abcdef0123456789abcdeg"), false },
    { "dashes", ID_USER, STR("usr_01234567-89ab-cdef-0123-456789abcdef"), false },
    { "a blank behind", ID_USER, STR("usr_" HEX " "), false },
    { "a capital prefix", ID_USER, STR("USR_" HEX), false },
    { "a NUL behind", ID_USER, STR("usr_" HEX "\0"), false },
};

static void parses(void **state)
{
    const struct parse_case *c = *state;
    char text[ID_TEXT_BYTES];
    struct id id;

    assert_int_equal(id_parse(c->kind, c->text, &id), c->ok);
    if (!c->ok)
        return;
    assert_true(str_equal(id_format(c->kind, id, text), c->text));
    assert_int_equal(text[ID_TEXT_BYTES - 1], 0);
    assert_false(id_is_zero(id));
    assert_int_equal(id_bytes(&id).len, 16);
}

static void zero_is_zero(void **state)
{
    struct id zero = { { 0 } }, one = { { [15] = 1 } };

    (void)state;
    assert_true(id_is_zero(zero));
    assert_false(id_is_zero(one));
    assert_true(id_equal(one, one));
    assert_true(id_compare(zero, one) < 0 && id_compare(one, zero) > 0);
}

static const struct CMUnitTest plain_tests[] = {
    cmocka_unit_test(tells_its_time),
    cmocka_unit_test(two_makers_do_not_meet),
    cmocka_unit_test(zero_is_zero),
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
        tests[ARRAY_LEN(clock_cases) + ARRAY_LEN(parse_cases) + ARRAY_LEN(plain_tests)];
    size_t count = 0;

    ADD_ROWS(clock_cases, grows);
    ADD_ROWS(parse_cases, parses);
    memcpy(tests + count, plain_tests, sizeof(plain_tests));
    return cmocka_run_group_tests(tests, NULL, NULL);
}
