/*
 * send_test.c - requests to the REST API byte by byte, and every kind of answer to them.
 *
 * What matters most is which answers are not UNKNOWN: calling a text refused or not sent that went
 * out makes somebody get it twice.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "provider/twilio/inside.h"
#include "provider/twilio/twilio.h"

#define ACCOUNT "AC00000000000000000000000000000001"
#define SID "SM0123456789abcdef0123456789abcdef"
#define URL "https://api.twilio.com/2010-04-01/Accounts/" ACCOUNT "/Messages.json"

static struct provider *provider(void)
{
    return twilio_create(&(struct twilio_config){ .account_sid = STR(ACCOUNT),
                                                  .auth_token = STR("12345"),
                                                  .api_base = STR("https://api.twilio.com/"),
                                                  .public_url = STR("https://a.example") });
}

static const struct str two_media[] = { STR("https://a.example/media/1?a=b&c"),
                                        STR("https://a.example/media/2") };

static const struct build_case {
    const char *name;
    struct outbound_message message;
    const char *body;
} build_cases[] = {
    { "a plain text",
      { .from = STR("+12025550100"), .to = STR("+12025550123"), .body = STR("hello") },
      "To=%2B12025550123&From=%2B12025550100&Body=hello" },
    { "everything else is escaped",
      { .from = STR("72345"), .to = STR("+12025550123"), .body = STR("a b+c&d=e%\r\n\xC3\xA9") },
      "To=%2B12025550123&From=72345&Body=a%20b%2Bc%26d%3De%25%0D%0A%C3%A9" },
    { "media are repeated in order",
      { .from = STR("+12025550100"),
        .to = STR("+12025550123"),
        .media_urls = two_media,
        .media_count = 2 },
      "To=%2B12025550123&From=%2B12025550100&MediaUrl=https%3A%2F%2Fa.example%2Fmedia%2F1%3Fa%3Db"
      "%26c&MediaUrl=https%3A%2F%2Fa.example%2Fmedia%2F2" },
    { "through a service with a callback and a validity",
      { .from = STR("+12025550100"),
        .to = STR("+12025550123"),
        .body = STR("x"),
        .service = STR("MG00000000000000000000000000000001"),
        .status_callback = STR("https://a.example/s?m=1"),
        .validity_s = 600 },
      "To=%2B12025550123&From=%2B12025550100&MessagingServiceSid=MG0000000000000000000000000000000"
      "1&Body=x&StatusCallback=https%3A%2F%2Fa.example%2Fs%3Fm%3D1&ValidityPeriod=600" },
    { "a sender of the service's choice",
      { .to = STR("+12025550123"),
        .body = STR("x"),
        .service = STR("MG00000000000000000000000000000001") },
      "To=%2B12025550123&MessagingServiceSid=MG00000000000000000000000000000001&Body=x" },
};

static void builds(void **state)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    const struct build_case *c = *state;
    struct provider *p = provider();
    struct http_call call;

    p->ops->build_send(p, &c->message, &arena, &call);
    assert_string_equal(call.method, "POST");
    assert_true(str_is(call.url, URL));
    assert_true(str_is(call.user, ACCOUNT));
    assert_true(str_is(call.password, "12345"));
    assert_true(str_is(call.body, c->body));
    assert_true(str_is(call.headers[0].value, "application/x-www-form-urlencoded"));
    p->ops->destroy(p);
}

static const struct answer_case {
    const char *name;
    enum http_failure failure;
    int status;
    const char *body, *retry_after;
    enum send_outcome want;
    enum message_status message_status;
    int64_t code;
    enum error_class class;
    int64_t retry_after_s;
} answer_cases[] = {
    /* accepted */
    { "queued", HTTP_OK, 201, "{\"sid\":\"" SID "\",\"status\":\"queued\"}", NULL, SENT_ACCEPTED,
      .message_status = STATUS_QUEUED },
    { "accepted by a service", HTTP_OK, 201,
      "{\"status\":\"accepted\",\"sid\":\"" SID "\",\"from\":null,\"num_segments\":\"0\"}", NULL,
      SENT_ACCEPTED, .message_status = STATUS_QUEUED },
    { "sent already", HTTP_OK, 201, "{\"sid\":\"" SID "\",\"status\":\"sent\"}", NULL,
      SENT_ACCEPTED, .message_status = STATUS_SENT },
    { "a status nobody knows", HTTP_OK, 201, "{\"sid\":\"" SID "\",\"status\":\"dreaming\"}", NULL,
      SENT_ACCEPTED, .message_status = STATUS_QUEUED },
    { "no status", HTTP_OK, 201, "{\"sid\":\"" SID "\"}", NULL, SENT_ACCEPTED,
      .message_status = STATUS_QUEUED },
    { "200 for 201", HTTP_OK, 200, "{\"sid\":\"" SID "\",\"status\":\"queued\"}", NULL,
      SENT_ACCEPTED, .message_status = STATUS_QUEUED },

    /* refused */
    { "not a number", HTTP_OK, 400,
      "{\"code\":21211,\"message\":\"The 'To' number +12025550123 is not a valid phone number.\","
      "\"more_info\":\"https://www.twilio.com/docs/errors/21211\",\"status\":400}",
      NULL, SENT_REFUSED, .code = 21211, .class = ERROR_PERMANENT_RECIPIENT },
    { "opted out", HTTP_OK, 400, "{\"code\":21610,\"message\":\"m\",\"status\":400}", NULL,
      SENT_REFUSED, .code = 21610, .class = ERROR_OPTED_OUT },
    { "queue full", HTTP_OK, 400, "{\"code\":21611}", NULL, SENT_REFUSED, .code = 21611,
      .class = ERROR_THROTTLED },
    { "wrong token", HTTP_OK, 401, "{\"code\":20003,\"message\":\"Authenticate\"}", NULL,
      SENT_REFUSED, .code = 20003, .class = ERROR_ACCOUNT },
    { "wrong token, said by a proxy", HTTP_OK, 401, "<html>no</html>", NULL, SENT_REFUSED,
      .class = ERROR_ACCOUNT },
    { "a code nobody knows", HTTP_OK, 400,
      "{\"code\":29999,\"message\":\"No, +12025550123, (202) 555-0123!\"}", NULL, SENT_REFUSED,
      .code = 29999, .class = ERROR_BAD_REQUEST },
    { "a proxy's 403", HTTP_OK, 403, "<html>forbidden</html>", NULL, SENT_REFUSED,
      .class = ERROR_ACCOUNT },
    { "a proxy's 413", HTTP_OK, 413, "", NULL, SENT_REFUSED, .class = ERROR_BAD_REQUEST },
    { "404 with JSON that is no error", HTTP_OK, 404, "[21610]", NULL, SENT_REFUSED,
      .class = ERROR_BAD_REQUEST },
    { "a code as text is no code", HTTP_OK, 400, "{\"code\":\"21610\"}", NULL, SENT_REFUSED,
      .class = ERROR_BAD_REQUEST },

    /* not processed */
    { "too many at once", HTTP_OK, 429, "{\"code\":20429,\"message\":\"Too Many Requests\"}", NULL,
      SENT_NOT, .code = 20429, .class = ERROR_THROTTLED },
    { "too many, and when to return", HTTP_OK, 429, "", "30", SENT_NOT, .code = 20429,
      .class = ERROR_THROTTLED, .retry_after_s = 30 },
    { "a return in the far future is cut", HTTP_OK, 429, "", "999999", SENT_NOT, .code = 20429,
      .class = ERROR_THROTTLED, .retry_after_s = 3600 },
    { "a return in the past", HTTP_OK, 429, "", "-5", SENT_NOT, .code = 20429,
      .class = ERROR_THROTTLED },
    { "a return by date", HTTP_OK, 429, "", "Fri, 13 Aug 2010 01:16:22 GMT", SENT_NOT,
      .code = 20429, .class = ERROR_THROTTLED },
    { "never left", HTTP_NOT_SENT, 0, "", NULL, SENT_NOT, .class = ERROR_TRANSIENT },
    { "cancelled before it left", HTTP_CANCELLED, 0, "", NULL, SENT_NOT, .class = ERROR_TRANSIENT },

    /* may have gone out */
    { "a timeout", HTTP_UNKNOWN, 0, "", NULL, SENT_UNKNOWN, .class = ERROR_TRANSIENT },
    { "500", HTTP_OK, 500, "{\"code\":20500,\"message\":\"Internal\"}", NULL, SENT_UNKNOWN,
      .class = ERROR_TRANSIENT },
    { "500 that names a refusal", HTTP_OK, 500, "{\"code\":21610}", NULL, SENT_UNKNOWN,
      .class = ERROR_TRANSIENT },
    { "502 of a proxy", HTTP_OK, 502, "<html>bad gateway</html>", NULL, SENT_UNKNOWN,
      .class = ERROR_TRANSIENT },
    { "503 and when to return", HTTP_OK, 503, "", "7", SENT_UNKNOWN, .class = ERROR_TRANSIENT,
      .retry_after_s = 7 },
    { "504", HTTP_OK, 504, "", NULL, SENT_UNKNOWN, .class = ERROR_TRANSIENT },
    { "408 is a timeout too", HTTP_OK, 408, "<html>timeout</html>", NULL, SENT_UNKNOWN,
      .class = ERROR_TRANSIENT },
    { "a redirect", HTTP_OK, 307, "", NULL, SENT_UNKNOWN, .class = ERROR_TRANSIENT },
    { "201 cut short", HTTP_OK, 201, "{\"sid\":\"" SID "\",\"sta", NULL, SENT_UNKNOWN,
      .class = ERROR_TRANSIENT },
    { "201 in XML", HTTP_OK, 201, "<TwilioResponse/>", NULL, SENT_UNKNOWN,
      .class = ERROR_TRANSIENT },
    { "201 with nothing", HTTP_OK, 201, "", NULL, SENT_UNKNOWN, .class = ERROR_TRANSIENT },
    { "201 with a SID that is none", HTTP_OK, 201, "{\"sid\":\"SM1\",\"status\":\"queued\"}", NULL,
      SENT_UNKNOWN, .class = ERROR_TRANSIENT },
    { "201 with a SID that is a number", HTTP_OK, 201, "{\"sid\":7}", NULL, SENT_UNKNOWN,
      .class = ERROR_TRANSIENT },
    { "201 with a list", HTTP_OK, 201, "[{\"sid\":\"" SID "\"}]", NULL, SENT_UNKNOWN,
      .class = ERROR_TRANSIENT },
    { "204", HTTP_OK, 204, "", NULL, SENT_UNKNOWN, .class = ERROR_TRANSIENT },
};

static void reads_answer(void **state)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    const struct answer_case *c = *state;
    struct provider *p = provider();
    struct http_header header = { STR("Retry-After"), str_of(c->retry_after) };
    struct http_result result = { .failure = c->failure,
                                  .status = c->status,
                                  .body = str_of(c->body),
                                  .headers = &header,
                                  .header_count = c->retry_after ? 1 : 0,
                                  .error = STR("no answer") };
    struct send_reply reply;

    p->ops->read_send(p, &result, &arena, &reply);
    assert_int_equal(reply.outcome, c->want);
    assert_int_equal(reply.retry_after_s, c->retry_after_s);
    if (c->want == SENT_ACCEPTED) {
        assert_true(str_is(reply.sid, SID));
        assert_int_equal(reply.status, c->message_status);
    } else {
        assert_int_equal(reply.sid.len, 0);
        assert_int_equal(reply.error.code, c->code);
        assert_int_equal(reply.error.class, c->class);
        assert_true(reply.detail.len > 0);
        assert_int_equal(str_find(reply.detail, str_of("0123")), -1); /* no phone number */
    }
    p->ops->destroy(p);
}

static void builds_list(void **state)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    struct provider *p = provider();
    struct http_call call;

    (void)state;
    p->ops->build_list(p, str_of("+12025550100"), str_of("+12025550123"), (struct str){ 0 }, &arena,
                       &call);
    assert_string_equal(call.method, "GET");
    assert_true(str_is(call.url, URL "?To=%2B12025550123&From=%2B12025550100&PageSize=100"));
    assert_true(str_is(call.user, ACCOUNT));
    assert_int_equal(call.body.len, 0);
    p->ops->build_list(p, str_of("+12025550100"), str_of("+12025550123"), str_of(URL "?Page=1"),
                       &arena, &call);
    assert_true(str_is(call.url, URL "?Page=1"));
    p->ops->destroy(p);
}

#define ROW                                                                                   \
    "{\"sid\":\"" SID "\",\"from\":\"+12025550100\",\"to\":\"+12025550123\",\"body\":\"hi\"," \
    "\"status\":\"undelivered\",\"error_code\":30003,\"num_media\":\"2\","                    \
    "\"direction\":\"outbound-api\",\"date_created\":\"Fri, 13 Aug 2010 01:16:22 +0000\","    \
    "\"date_sent\":null,\"price\":null}"
#define LISTED(rows) "{\"messages\":[" rows "],\"next_page_uri\":null,\"page\":0}"

static const struct list_case {
    const char *name;
    enum http_failure failure;
    int status;
    const char *body;
    enum err_kind want; /* ERR_NONE: it can be read */
    size_t count;
    const char *next;
} list_cases[] = {
    { "one row", HTTP_OK, 200, LISTED(ROW), ERR_NONE, 1, "" },
    { "none", HTTP_OK, 200, LISTED(""), ERR_NONE, 0, "" },
    { "two, and more to come", HTTP_OK, 200,
      "{\"messages\":[" ROW "," ROW "],\"next_page_uri\":\"/2010-04-01/Accounts/" ACCOUNT
      "/Messages.json?Page=1&PageToken=PASM1\"}",
      ERR_NONE, 2, URL "?Page=1&PageToken=PASM1" },
    { "a row with only what must be", HTTP_OK, 200,
      LISTED("{\"sid\":\"" SID "\",\"from\":null,\"date_created\":\"Fri, 13 Aug 2010 01:16:22 "
             "+0000\"}"),
      ERR_NONE, 1, "" },
    { "a page elsewhere", HTTP_OK, 200,
      "{\"messages\":[],\"next_page_uri\":\"https://evil.example/\"}", .want = ERR_UNAVAILABLE },
    { "a page that would change the host", HTTP_OK, 200,
      "{\"messages\":[],\"next_page_uri\":\"@evil.example/\"}", .want = ERR_UNAVAILABLE },
    { "a page that is a number", HTTP_OK, 200, "{\"messages\":[],\"next_page_uri\":1}",
      .want = ERR_UNAVAILABLE },
    { "a row without a SID", HTTP_OK, 200,
      LISTED("{\"date_created\":\"Fri, 13 Aug 2010 01:16:22 +0000\"}"), .want = ERR_UNAVAILABLE },
    { "a row without a date", HTTP_OK, 200, LISTED("{\"sid\":\"" SID "\"}"),
      .want = ERR_UNAVAILABLE },
    { "a row with another kind of date", HTTP_OK, 200,
      LISTED("{\"sid\":\"" SID "\",\"date_created\":\"2010-08-13\"}"), .want = ERR_UNAVAILABLE },
    { "a row that is a text", HTTP_OK, 200, LISTED("\"" SID "\""), .want = ERR_UNAVAILABLE },
    { "one bad row among good ones", HTTP_OK, 200, LISTED(ROW ",{}"), .want = ERR_UNAVAILABLE },
    { "no messages", HTTP_OK, 200, "{}", .want = ERR_UNAVAILABLE },
    { "a list at the top", HTTP_OK, 200, "[]", .want = ERR_UNAVAILABLE },
    { "an empty body must not look like an empty list", HTTP_OK, 200, "", .want = ERR_UNAVAILABLE },
    { "HTML", HTTP_OK, 200, "<html></html>", .want = ERR_UNAVAILABLE },
    { "cut short", HTTP_OK, 200, "{\"messages\":[" ROW, .want = ERR_UNAVAILABLE },
    { "denied", HTTP_OK, 401, "{\"code\":20003}", .want = ERR_DENIED },
    { "too many", HTTP_OK, 429, "", .want = ERR_UNAVAILABLE },
    { "a fault of theirs", HTTP_OK, 500, "", .want = ERR_UNAVAILABLE },
    { "no answer", HTTP_UNKNOWN, 0, "", .want = ERR_UNAVAILABLE },
    { "no connection", HTTP_NOT_SENT, 0, "", .want = ERR_UNAVAILABLE },
};

static void reads_list(void **state)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    const struct list_case *c = *state;
    struct provider *p = provider();
    struct http_result result = { .failure = c->failure,
                                  .status = c->status,
                                  .body = str_of(c->body) };
    struct message_list list = { .count = 77 };
    struct err err = { 0 };

    assert_int_equal(p->ops->read_list(p, &result, &arena, &list, &err), c->want == ERR_NONE);
    assert_int_equal(err.kind, c->want);
    assert_false(c->want != ERR_NONE && p->ops->read_list(p, &result, &arena, &list, NULL));
    assert_int_equal(list.count, c->want == ERR_NONE ? c->count : 77);
    if (c->want == ERR_NONE) {
        assert_true(str_is(list.next_url, c->next));
        for (size_t i = 0; i < list.count; i++) {
            assert_true(str_is(list.rows[i].sid, SID));
            assert_true(list.rows[i].created_ms == INT64_C(1281662182000));
        }
    }
    p->ops->destroy(p);
}

static void reads_every_column(void **state)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    struct provider *p = provider();
    struct http_result result = { .failure = HTTP_OK, .status = 200, .body = STR(LISTED(ROW)) };
    struct message_list list;
    const struct listed_message *row;

    (void)state;
    assert_true(p->ops->read_list(p, &result, &arena, &list, NULL));
    row = &list.rows[0];
    assert_true(str_is(row->from, "+12025550100"));
    assert_true(str_is(row->to, "+12025550123"));
    assert_true(str_is(row->body, "hi"));
    assert_int_equal(row->status, STATUS_UNDELIVERED);
    assert_int_equal(row->error_code, 30003);
    assert_int_equal(row->media_count, 2);
    assert_true(row->outbound);
    p->ops->destroy(p);
}

#define ADD(table, function)                                       \
    for (size_t i = 0; i < ARRAY_LEN(table); i++)                  \
        tests[count++] = (struct CMUnitTest)                       \
        {                                                          \
            table[i].name, function, NULL, NULL, (void *)&table[i] \
        }

int main(void)
{
    struct CMUnitTest
        tests[2 + ARRAY_LEN(build_cases) + ARRAY_LEN(answer_cases) + ARRAY_LEN(list_cases)] = {
            { "the request for a list", builds_list, NULL, NULL, NULL },
            { "every column of a list", reads_every_column, NULL, NULL, NULL },
        };
    size_t count = 2;

    ADD(build_cases, builds);
    ADD(answer_cases, reads_answer);
    ADD(list_cases, reads_list);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
