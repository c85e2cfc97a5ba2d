/*
 * ownership_test.c - the wrong person was texted, or somebody only says so of something else.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sms/ownership.h"

/* The text is its own name in the report. `rule` is NULL for no sign. */
static const struct ownership_case {
    const char *body, *rule;
} cases[] = {
    { "wrong number", "wrong number: wrong number" },
    { "Sorry, wrong number!", "wrong number: wrong number" },
    { "wrong #", "wrong number: wrong number" },
    { "You have the wrong person", "wrong number: you have the wrong number" },
    { "new phone who dis", "new phone: new phone who dis" },
    { "Got a new phone. Who is this?", "new phone: new phone who dis" },
    { "This is not Sarah", "another person: this isn't Mike" },
    { "this isn't Mike's number anymore", "another person: this is not Mike's number" },
    { "She no longer has this number", "another person: has no longer this number" },
    { "This number has been reassigned", "another person: this number belongs to someone else" },
    { "There is no Linda here", "no such person: there is no Linda here" },
    { "Número equivocado", "wrong number: numero equivocado" },
    { "falsche Nummer", "wrong number: wrong number" },

    { "", NULL },
    { "who is this?", NULL },
    { "wrong order", NULL },
    { "the wrong number of eggs", NULL },
    { "I gave you the wrong number", NULL },
    { "my husband's number is wrong in your system", NULL },
    { "I got a new phone, can you resend the link", NULL },
    { "my new number is in the signature below", NULL },
    { "I'm not sure", NULL },
    { "not Friday", NULL },
    { "This is not what I ordered", NULL },
    { "THIS IS NOT FUNNY", NULL },
    { "I don't know any good restaurants", NULL },
    { "Is this the right number for the clinic?", NULL },
    { "I just got this phone case", NULL },
    { "El número de mesa está equivocado, somos 5", NULL },
};

static void detects(void **state)
{
    const struct ownership_case *c = *state;
    const char *rule = NULL;

    assert_int_equal(ownership_doubt(str_of(c->body), &rule), c->rule != NULL);
    assert_int_equal(ownership_doubt(str_of(c->body), NULL), c->rule != NULL);
    if (c->rule)
        assert_string_equal(rule, c->rule);
    else
        assert_null(rule);
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(cases)];

    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        tests[i] = (struct CMUnitTest){ cases[i].body, detects, NULL, NULL, (void *)&cases[i] };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
