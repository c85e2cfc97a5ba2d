/*
 * route_test.c - whose text it is.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "policy/policy.h"

static const struct id owner = { { 1 } }, sender = { { 2 } }, inviter = { { 3 } };

static const struct route_case {
    const char *name;
    bool no_number;
    enum routing routing;
    enum unknown_policy unknown;
    bool owned, known, invited; /* whose rows were found */
    const char *body;
    enum route_kind want;
    const char *rule;
    const struct id *user;
    bool reply;
} cases[] = {
    { .name = "a dedicated number is its user's",
      .routing = ROUTING_BY_NUMBER,
      .owned = true,
      .want = ROUTE_USER,
      .rule = "by_number",
      .user = &owner },
    { .name = "on a dedicated number the sender does not matter",
      .routing = ROUTING_BY_NUMBER,
      .owned = true,
      .known = true,
      .want = ROUTE_USER,
      .rule = "by_number",
      .user = &owner },
    { .name = "a dedicated number knows no invite codes",
      .routing = ROUTING_BY_NUMBER,
      .unknown = UNKNOWN_INVITE,
      .owned = true,
      .invited = true,
      .body = "JOIN77",
      .want = ROUTE_USER,
      .rule = "by_number",
      .user = &owner },
    { .name = "a dedicated number nobody owns",
      .routing = ROUTING_BY_NUMBER,
      .want = ROUTE_UNKNOWN,
      .rule = "number_without_user" },
    { .name = "a number we do not have",
      .no_number = true,
      .known = true,
      .want = ROUTE_UNKNOWN,
      .rule = "no_such_number" },
    { .name = "a shared number goes by the sender",
      .known = true,
      .want = ROUTE_USER,
      .rule = "by_sender",
      .user = &sender },
    { .name = "a known sender is not moved by a code",
      .unknown = UNKNOWN_INVITE,
      .known = true,
      .invited = true,
      .body = "JOIN77",
      .want = ROUTE_USER,
      .rule = "by_sender",
      .user = &sender },
    { .name = "a known sender before the default user",
      .unknown = UNKNOWN_USER,
      .owned = true,
      .known = true,
      .want = ROUTE_USER,
      .rule = "by_sender",
      .user = &sender },
    { .name = "an unknown sender is ignored", .want = ROUTE_UNKNOWN, .rule = "unknown_sender" },
    { .name = "an unknown sender is answered",
      .unknown = UNKNOWN_REPLY,
      .want = ROUTE_UNKNOWN,
      .rule = "unknown_sender",
      .reply = true },
    { .name = "an unknown sender is asked for a code",
      .unknown = UNKNOWN_INVITE,
      .body = "hi",
      .want = ROUTE_UNKNOWN,
      .rule = "unknown_sender",
      .reply = true },
    { .name = "a code joins",
      .unknown = UNKNOWN_INVITE,
      .invited = true,
      .body = " JOIN77\n",
      .want = ROUTE_JOIN,
      .rule = "invite_code",
      .user = &inviter },
    { .name = "STOP joins nobody, whatever the codes",
      .unknown = UNKNOWN_INVITE,
      .invited = true,
      .body = "stop",
      .want = ROUTE_UNKNOWN,
      .rule = "unknown_sender",
      .reply = true },
    { .name = "a code where the policy is to ignore",
      .invited = true,
      .body = "JOIN77",
      .want = ROUTE_UNKNOWN,
      .rule = "unknown_sender" },
    { .name = "the default user takes strangers",
      .unknown = UNKNOWN_USER,
      .owned = true,
      .want = ROUTE_USER,
      .rule = "default_user",
      .user = &owner },
    { .name = "a default user that is not set",
      .unknown = UNKNOWN_USER,
      .want = ROUTE_UNKNOWN,
      .rule = "unknown_sender" },
};

static void routes(void **state)
{
    const struct route_case *c = *state;
    struct inbound_message message = { .body = str_of(c->body) };
    struct number number = { .routing = c->routing,
                             .unknown = c->unknown,
                             .unknown_text = STR("Who is this?"),
                             .user = c->owned ? owner : USER_INSTALLATION };
    struct route_input in = { .message = &message,
                              .number = c->no_number ? NULL : &number,
                              .sender_user = c->known ? &sender : NULL,
                              .invited_user = c->invited ? &inviter : NULL };
    struct route route;

    policy_route(&in, &route);
    assert_int_equal(route.kind, c->want);
    assert_string_equal(route.rule, c->rule);
    assert_true(id_equal(route.user, c->user ? *c->user : USER_INSTALLATION));
    assert_int_equal(route.reply.len > 0, c->reply);
    assert_int_equal(route.join_reply.len > 0, c->want == ROUTE_JOIN);
}

static const struct invite_case {
    const char *name;
    enum routing routing;
    enum unknown_policy unknown;
    const char *body;
    bool want;
} invite_cases[] = {
    { "a word on a number with codes", ROUTING_BY_SENDER, UNKNOWN_INVITE, "JOIN77", true },
    { "blanks around it", ROUTING_BY_SENDER, UNKNOWN_INVITE, "  JOIN77 \r\n", true },
    { "codes are off", ROUTING_BY_SENDER, UNKNOWN_REPLY, "JOIN77", false },
    { "a dedicated number", ROUTING_BY_NUMBER, UNKNOWN_INVITE, "JOIN77", false },
    { "an empty text", ROUTING_BY_SENDER, UNKNOWN_INVITE, "", false },
    { "only blanks", ROUTING_BY_SENDER, UNKNOWN_INVITE, " \n ", false },
    { "STOP is no code", ROUTING_BY_SENDER, UNKNOWN_INVITE, "STOP", false },
    { "HELP is no code", ROUTING_BY_SENDER, UNKNOWN_INVITE, "help", false },
    { "a long text", ROUTING_BY_SENDER, UNKNOWN_INVITE,
      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false },
};

static void wants_invite(void **state)
{
    const struct invite_case *c = *state;
    struct number number = { .routing = c->routing, .unknown = c->unknown };

    assert_int_equal(policy_wants_invite(&number, str_of(c->body)), c->want);
    assert_false(policy_wants_invite(NULL, str_of(c->body)));
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(cases) + ARRAY_LEN(invite_cases)];

    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        tests[i] = (struct CMUnitTest){ cases[i].name, routes, NULL, NULL, (void *)&cases[i] };
    for (size_t i = 0; i < ARRAY_LEN(invite_cases); i++)
        tests[ARRAY_LEN(cases) + i] = (struct CMUnitTest){ invite_cases[i].name, wants_invite, NULL,
                                                           NULL, (void *)&invite_cases[i] };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
