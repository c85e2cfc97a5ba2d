/*
 * outbound_test.c - what may leave, and the word for what may not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "policy/policy.h"

#define NUMBER "+12025550100"
#define PERSON "+12025550123"

static const struct outbound_case {
    const char *name, *to;
    enum consent_state consent;
    bool allowlisted, answer, confirmation, suspended;
    const char *want;
} cases[] = {
    { .name = "an answer to somebody on the list", PERSON, .allowlisted = true, .answer = true },
    { .name = "an operator's text to somebody not on it", PERSON },
    { .name = "to somebody who opted in", PERSON, CONSENT_IN },
    { .name = "to a short code", "72345" },
    { .name = "the confirmation of a STOP", PERSON, CONSENT_OUT, .confirmation = true },
    { .name = "a confirmation needs no allowlist",
      PERSON,
      CONSENT_OUT,
      .answer = true,
      .confirmation = true },
    { .name = "an answer to somebody not on the list",
      PERSON,
      .answer = true,
      .want = "not_allowlisted" },
    { .name = "an opt-in does not replace the list",
      PERSON,
      CONSENT_IN,
      .answer = true,
      .want = "not_allowlisted" },
    { .name = "the list does not replace consent",
      PERSON,
      CONSENT_OUT,
      .allowlisted = true,
      .answer = true,
      .want = "opted_out" },
    { .name = "an operator's text after STOP", PERSON, CONSENT_OUT, .want = "opted_out" },
    { .name = "opted out is said before suspended",
      PERSON,
      CONSENT_OUT,
      .suspended = true,
      .want = "opted_out" },
    { .name = "an answer of a suspended user",
      PERSON,
      .allowlisted = true,
      .answer = true,
      .suspended = true,
      .want = "user_suspended" },
    { .name = "an operator's text for a suspended user",
      PERSON,
      .suspended = true,
      .want = "user_suspended" },
    { .name = "a suspended user's confirmation",
      PERSON,
      .confirmation = true,
      .suspended = true,
      .want = "user_suspended" },
    { .name = "to the number itself", NUMBER, .allowlisted = true, .want = "own_number" },
    { .name = "to nobody", "", .want = "invalid_destination" },
    { .name = "to a name", "ACME", .want = "invalid_destination" },
    { .name = "to a national number", "(202) 555-0123", .want = "invalid_destination" },
    { .name = "to another channel", "whatsapp:" PERSON, .want = "invalid_destination" },
    { .name = "to two at once", PERSON "," PERSON, .want = "invalid_destination" },
};

static void judges(void **state)
{
    const struct outbound_case *c = *state;
    struct number number = { .phone = STR(NUMBER) };
    struct user user = { .suspended = c->suspended };
    struct outbound_input in = {
        .number = &number,
        .user = &user,
        .to = str_of(c->to),
        .consent = c->consent,
        .allowlisted = c->allowlisted,
        .answer = c->answer,
        .confirmation = c->confirmation,
    };
    const char *reason = policy_outbound(&in);

    if (c->want) {
        assert_non_null(reason);
        assert_string_equal(reason, c->want);
    } else {
        assert_null(reason);
    }
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(cases)];

    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        tests[i] = (struct CMUnitTest){ cases[i].name, judges, NULL, NULL, (void *)&cases[i] };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
