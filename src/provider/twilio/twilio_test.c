/*
 * twilio_test.c - the door: whose requests come in, and what is answered.
 *
 * The signatures were made with openssl's command line over the texts in the comments, with token
 * 12345.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "provider/twilio/twilio.h"

#define ACCOUNT "AC00000000000000000000000000000001"
#define FORM "application/x-www-form-urlencoded"

/* https://a.example/sms?x=1AccountSidAC…01Bodyhi */
#define SIGNED_POST "etQ41ACgY9f5MCNJrcAUY/6R+AE="
/* https://a.example/sms?AccountSid=AC…01&Body=hi */
#define SIGNED_GET "PjY12Orh/X1yve5ndepAhofzjKw="
/* https://a.example/sms?x=1AccountSidAC…02Bodyhi */
#define SIGNED_OTHER "LacMzmnh5adPZ95BYD0Ua7kqV1Q="
/* https://a.example/sms?x=1Bodyhi */
#define SIGNED_NONE "3JqqXs3L5Q88Yg2mxsnPxzh07RY="
/* http://127.0.0.1:8000/sms?x=1AccountSidAC…01Bodyhi */
#define SIGNED_LOCAL "gFyFGcXgDKcmQisKkxq0CzEkh+Q="

/* https://a.example/sms?x=1BodyhiParentAccountSidAC…02 */
#define SIGNED_PARENT "k3YM3aVYbZqJYHODkikUEqisu7s="

static const struct door_case {
    const char *name, *token, *secondary, *method, *target, *signature, *body;
    const char *reason; /* a part of it; NULL: let in */
    const char *public_url;
} cases[] = {
    { "a signed POST", "12345", "", "POST", "/sms?x=1", SIGNED_POST,
      "AccountSid=" ACCOUNT "&Body=hi", NULL, NULL },
    { "a signed GET", "12345", "", "GET", "/sms?AccountSid=" ACCOUNT "&Body=hi", SIGNED_GET, "",
      NULL, NULL },
    { "no account named", "12345", "", "POST", "/sms?x=1", SIGNED_NONE, "Body=hi", NULL, NULL },
    { "the secondary token", "new", "12345", "POST", "/sms?x=1", SIGNED_POST,
      "AccountSid=" ACCOUNT "&Body=hi", NULL, NULL },
    { "a public URL with a slash at its end", "12345", "", "POST", "/sms?x=1", SIGNED_POST,
      "AccountSid=" ACCOUNT "&Body=hi", NULL, "https://a.example/" },
    { "a public URL with a port that was not signed", "12345", "", "POST", "/sms?x=1", SIGNED_POST,
      "AccountSid=" ACCOUNT "&Body=hi", NULL, "https://a.example:8443" },
    { "the default public URL", "12345", "", "POST", "/sms?x=1", SIGNED_LOCAL,
      "AccountSid=" ACCOUNT "&Body=hi", NULL, "http://127.0.0.1:8000" },
    { "no header", "12345", "", "POST", "/sms?x=1", NULL, "AccountSid=" ACCOUNT "&Body=hi",
      "header is missing", NULL },
    { "an empty header", "12345", "", "POST", "/sms?x=1", "", "AccountSid=" ACCOUNT "&Body=hi",
      "does not match", NULL },
    { "no token configured", "", "", "POST", "/sms?x=1", SIGNED_POST,
      "AccountSid=" ACCOUNT "&Body=hi", "no auth token", NULL },
    { "a token that was replaced", "new", "newer", "POST", "/sms?x=1", SIGNED_POST,
      "AccountSid=" ACCOUNT "&Body=hi", "does not match", NULL },
    { "a body that was changed", "12345", "", "POST", "/sms?x=1", SIGNED_POST,
      "AccountSid=" ACCOUNT "&Body=ho", "does not match", NULL },
    { "a query that was changed", "12345", "", "POST", "/sms?x=2", SIGNED_POST,
      "AccountSid=" ACCOUNT "&Body=hi", "does not match", NULL },
    { "another path", "12345", "", "POST", "/status?x=1", SIGNED_POST,
      "AccountSid=" ACCOUNT "&Body=hi", "does not match", NULL },
    { "another account, signed all the same", "12345", "", "POST", "/sms?x=1", SIGNED_OTHER,
      "AccountSid=AC00000000000000000000000000000002&Body=hi", "not the configured account", NULL },
    { "another parameter whose name ends alike", "12345", "", "POST", "/sms?x=1", SIGNED_PARENT,
      "ParentAccountSid=AC00000000000000000000000000000002&Body=hi", NULL, NULL },
    { "another host", "12345", "", "POST", "/sms?x=1", SIGNED_POST,
      "AccountSid=" ACCOUNT "&Body=hi", "does not match", "https://b.example" },
    { "a PUT", "12345", "", "PUT", "/sms?x=1", SIGNED_POST, "AccountSid=" ACCOUNT "&Body=hi",
      "GET or POST", NULL },
    { "a POST sent again as a GET", "12345", "", "GET", "/sms?x=1", SIGNED_POST,
      "AccountSid=" ACCOUNT "&Body=hi", "does not match", NULL },
};

static void guards(void **state)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    const struct door_case *c = *state;
    struct provider *p = twilio_create(&(struct twilio_config){
        .account_sid = STR(ACCOUNT),
        .auth_token = str_of(c->token),
        .auth_token_secondary = str_of(c->secondary),
        .api_base = STR("https://api.twilio.com"),
        .public_url = str_of(c->public_url ? c->public_url : "https://a.example"),
    });
    struct http_header headers[] = {
        { STR("Host"), STR("b.example") },
        { STR("content-type"), STR(FORM) },
        { STR("x-twilio-signature"), str_of(c->signature) },
    };
    struct http_request request = {
        .method = str_of(c->method),
        .target = str_of(c->target),
        .headers = headers,
        .header_count = c->signature ? 3 : 2,
        .body = str_of(c->body),
        .arena = &arena,
    };
    ptrdiff_t mark = str_find_char(request.target, '?');
    struct err err = { 0 };
    bool in;

    request.path = str_slice(request.target, 0, (size_t)mark);
    request.query = str_slice(request.target, (size_t)mark + 1, request.target.len);
    in = p->ops->verify(p, &request, &err);
    assert_int_equal(in, c->reason == NULL);
    if (!in) {
        assert_int_equal(err.kind, ERR_DENIED);
        assert_non_null(strstr(err.text, c->reason));
        assert_null(strstr(err.text, "12345")); /* no secrets */
    }
    p->ops->destroy(p);
}

static void acknowledges(void **state)
{
    struct provider *p = twilio_create(&(struct twilio_config){ .account_sid = STR(ACCOUNT) });
    struct http_response response = p->ops->acknowledge(p);

    (void)state;
    assert_string_equal(p->ops->name, "twilio");
    assert_int_equal(response.status, 200);
    assert_string_equal(response.content_type, "text/xml");
    assert_true(str_is(response.body, "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response/>"));
    p->ops->destroy(p);
}

static void names_errors(void **state)
{
    struct provider *p = twilio_create(&(struct twilio_config){ .account_sid = STR(ACCOUNT) });

    (void)state;
    assert_int_equal(p->ops->error_by_code(p, 21610).class, ERROR_OPTED_OUT);
    assert_int_equal(p->ops->error_by_code(p, 20429).retry, RETRY_BACKOFF);
    assert_int_equal(p->ops->error_by_code(p, 12345).retry, RETRY_NEVER);
    p->ops->destroy(p);
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(cases) + 2] = {
        { "the answer to a webhook", acknowledges, NULL, NULL, NULL },
        { "errors by code", names_errors, NULL, NULL, NULL },
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        tests[i + 2] = (struct CMUnitTest){ cases[i].name, guards, NULL, NULL, (void *)&cases[i] };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
