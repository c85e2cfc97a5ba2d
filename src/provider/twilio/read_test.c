/*
 * read_test.c - inbound texts and status callbacks, well-formed and not.
 *
 * A row's form is whole: what the row does not care about comes from GOOD or FROM_TO.
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
#define MMS "MM0123456789abcdef0123456789abcdef"
#define GOOD \
    "MessageSid=" SID "&AccountSid=" ACCOUNT "&From=%2B12025550123&To=%2B12025550100&Body=hello"

static struct provider *provider(void)
{
    return twilio_create(&(struct twilio_config){ .account_sid = STR(ACCOUNT),
                                                  .auth_token = STR("12345"),
                                                  .api_base = STR("https://api.twilio.com"),
                                                  .public_url = STR("https://a.example") });
}

static const struct good_case {
    const char *name, *form;
    const char *from, *body, *fields, *service; /* NULL: not looked at, but for fields: empty */
    enum opt_out_type type;
    int64_t segments; /* 0 stands for 1 */
    size_t media;
    const char *last_url, *last_type; /* of the last media */
} good_cases[] = {
    { .name = "the least there can be", .form = GOOD, .from = "+12025550123", .body = "hello" },
    { .name = "no account named",
      .body = "",
      .form = "MessageSid=" SID "&From=%2B12025550123&To=%2B12025550100" },
    { .name = "an MMS without words",
      .body = "",
      .form = "MessageSid=" MMS "&From=%2B12025550123&To=%2B12025550100&NumMedia=1"
              "&MediaUrl0=https%3A%2F%2Fapi.twilio.com%2F1&MediaContentType0=image%2Fpng",
      .media = 1,
      .last_url = "https://api.twilio.com/1",
      .last_type = "image/png" },
    { .name = "ten media, in any order",
      .media = 10,
      .last_url = "https://m/9",
      .last_type = "",
      .form = GOOD "&MediaUrl9=https%3A%2F%2Fm%2F9&MediaUrl8=m8&MediaUrl7=m7&MediaUrl6=m6"
                   "&MediaUrl5=m5&MediaUrl4=m4&MediaUrl3=m3&MediaUrl2=m2&MediaUrl1=m1&MediaUrl0=m0"
                   "&NumMedia=10" },
    { .name = "media that are not counted are kept",
      .media = 1,
      .last_url = "m0",
      .last_type = "t",
      .form = GOOD "&MediaUrl1=m1&NumMedia=1&MediaUrl0=m0&MediaContentType0=t&MediaUrl10=m10",
      .fields = "MediaUrl1=m1&MediaUrl10=m10" },
    { .name = "no NumMedia, no media", .form = GOOD "&MediaUrl0=m0", .fields = "MediaUrl0=m0" },
    { .name = "an empty NumMedia", .form = GOOD "&NumMedia=" },
    { .name = "a plus is kept as a plus", .form = GOOD "&A=a+b", .fields = "A=a+b" },
    { .name = "an escaped plus is kept escaped",
      .form = GOOD "&A=a%2Bb%2bc",
      .fields = "A=a%2Bb%2bc" },
    { .name = "a plus in a text is a blank",
      .body = "a b+c",
      .form = "MessageSid=" SID "&From=%2B12025550123&To=%2B12025550100&Body=a+b%2Bc" },
    { .name = "an emoji",
      .body = "\xF0\x9F\x91\x8D\xF0\x9F\x8F\xBD",
      .form = "MessageSid=" SID "&From=%2B12025550123&To=%2B12025550100"
              "&Body=%F0%9F%91%8D%F0%9F%8F%BD" },
    { .name = "blanks and line ends stay",
      .body = " a\r\n b ",
      .form = "MessageSid=" SID "&From=%2B12025550123&To=%2B12025550100&Body=+a%0D%0A+b+" },
    { .name = "bytes that are not UTF-8",
      .body = "a\xEF\xBF\xBD\xEF\xBF\xBD"
              "b",
      .form = "MessageSid=" SID "&From=%2B12025550123&To=%2B12025550100&Body=a%FF%C3b" },
    { .name = "a NUL is shown",
      .body = "a\xE2\x90\x80"
              "b",
      .form = "MessageSid=" SID "&From=%2B12025550123&To=%2B12025550100&Body=a%00b" },
    { .name = "unknown ones are kept as they came, in order",
      .form = "Zebra=1&" GOOD "&Apple=%F0%9F%8D%8E&Empty=&NoSign&Apple=2",
      .fields = "Zebra=1&Apple=%F0%9F%8D%8E&Empty=&NoSign&Apple=2" },
    { .name = "unknown bytes are kept as they came",
      .form = GOOD "&A=%FF%00",
      .fields = "A=%FF%00" },
    { .name = "bytes that were not encoded are",
      .form = GOOD "&A=\xC3\xA9 \x01&B=1",
      .fields = "A=%C3%A9%20%01&B=1" },
    { .name = "documented ones without a place are kept",
      .form = "ToCountry=US&SmsMessageSid=" SID "&" GOOD "&FromCity=ST.+PAUL&ApiVersion=2010-04-01",
      .fields = "ToCountry=US&SmsMessageSid=" SID "&FromCity=ST.+PAUL&ApiVersion=2010-04-01" },
    { .name = "through a Messaging Service",
      .type = OPT_OUT_TYPE_STOP,
      .segments = 2,
      .form = GOOD "&MessagingServiceSid=MG00000000000000000000000000000001&OptOutType=STOP"
                   "&NumSegments=2",
      .service = "MG00000000000000000000000000000001" },
    { .name = "OptOutType START", .form = GOOD "&OptOutType=START", .type = OPT_OUT_TYPE_START },
    { .name = "OptOutType help", .form = GOOD "&OptOutType=help", .type = OPT_OUT_TYPE_HELP },
    { .name = "an OptOutType nobody knows is kept",
      .form = GOOD "&OptOutType=PAUSE",
      .fields = "OptOutType=PAUSE" },
    { .name = "no segments are one", .form = GOOD "&NumSegments=0" },
    { .name = "the same parameter twice alike", .form = GOOD "&Body=hello", .body = "hello" },
    { .name = "a name that only begins like one",
      .form = GOOD "&BodyX=1&Fro=2&media=3",
      .fields = "BodyX=1&Fro=2&media=3" },
    { .name = "another case is another name",
      .form = GOOD "&body=x",
      .body = "hello",
      .fields = "body=x" },
    { .name = "a short code",
      .from = "72345",
      .form = "MessageSid=" SID "&From=72345&To=%2B12025550100&Body=x" },
    { .name = "a name as sender",
      .from = "Acme & Co",
      .form = "MessageSid=" SID "&From=Acme+%26+Co&To=%2B12025550100&Body=x" },
    { .name = "another channel",
      .from = "whatsapp:+12025550123",
      .form = "MessageSid=" SID "&From=whatsapp%3A%2B12025550123&To=whatsapp%3A%2B12025550100"
              "&ProfileName=Ann&ChannelMetadata=%7B%22a%22%3A1%7D",
      .fields = "ProfileName=Ann&ChannelMetadata=%7B%22a%22%3A1%7D" },
    { .name = "stray ampersands", .form = "&&" GOOD "&&&A=1&", .fields = "A=1" },
    { .name = "an empty name", .form = GOOD "&=x", .fields = "=x" },
};

static void reads(void **state)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    const struct good_case *c = *state;
    struct provider *p = provider();
    struct inbound_message m;
    struct err err = { 0 };

    if (!p->ops->read_inbound(p, str_of(c->form), &arena, &m, &err))
        fail_msg("%s", err.text);
    assert_true(str_equal(m.sid, str_of(SID)) || str_equal(m.sid, str_of(MMS)));
    assert_true(str_is(m.account, ACCOUNT));
    assert_true(!c->from || str_is(m.from, c->from));
    assert_true(!c->body || str_is(m.body, c->body));
    assert_true(str_is(m.fields, c->fields ? c->fields : ""));
    assert_true(str_is(m.service, c->service ? c->service : ""));
    assert_int_equal(m.opt_out_type, c->type);
    assert_int_equal(m.segments, c->segments ? c->segments : 1);
    assert_int_equal(m.media_count, c->media);
    if (c->media > 0) {
        assert_true(str_is(m.media[c->media - 1].url, c->last_url));
        assert_true(str_is(m.media[c->media - 1].content_type, c->last_type));
    }
    p->ops->destroy(p);
}

#define FROM_TO "&From=%2B12025550123&To=%2B12025550100"

static const struct bad_case {
    const char *name, *form, *field; /* field: as in err.field; NULL: none */
} bad_cases[] = {
    { "nothing at all", "", "MessageSid" },
    { "no MessageSid", "SmsSid=" SID FROM_TO, "MessageSid" },
    { "an empty MessageSid", "MessageSid=" FROM_TO, "MessageSid" },
    { "a call's SID", "MessageSid=CA0123456789abcdef0123456789abcdef" FROM_TO, "MessageSid" },
    { "a SID with capitals", "MessageSid=SM0123456789ABCDEF0123456789ABCDEF" FROM_TO,
      "MessageSid" },
    { "a SID that is short", "MessageSid=SM0123456789abcdef0123456789abcde" FROM_TO, "MessageSid" },
    { "a SID that is long", "MessageSid=" SID "0" FROM_TO, "MessageSid" },
    { "a SID that is a path", "MessageSid=SM..%2F..%2F0123456789abcdef01234567" FROM_TO,
      "MessageSid" },
    { "a SID with a NUL behind it", "MessageSid=" SID "%00" FROM_TO, "MessageSid" },
    { "two SIDs", GOOD "&MessageSid=SM00000000000000000000000000000000", "MessageSid" },
    { "no From", "MessageSid=" SID "&To=%2B12025550100", "From" },
    { "an empty From", "MessageSid=" SID "&From=&To=%2B12025550100", "From" },
    { "no To", "MessageSid=" SID "&From=%2B12025550123", "To" },
    { "an empty To", "MessageSid=" SID "&From=%2B12025550123&To=", "To" },
    { "a plus that was not escaped", "MessageSid=" SID "&From=+12025550123&To=%2B12025550100",
      "From" },
    { "a From of two lines", "MessageSid=" SID "&From=%2B1202%0A5550123&To=%2B12025550100",
      "From" },
    { "a From with a NUL", "MessageSid=" SID "&From=%2B1202%005550123&To=%2B12025550100", "From" },
    { "a From that is not UTF-8", "MessageSid=" SID "&From=%FF&To=%2B12025550100", "From" },
    { "a From of 65 bytes",
      "MessageSid=" SID "&To=%2B12025550100&From="
      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
      "From" },
    { "two Froms", GOOD "&From=%2B12025550124", "From" },
    { "two bodies", GOOD "&Body=bye", "Body" },
    { "another account", GOOD "&AccountSid=AC00000000000000000000000000000002", "AccountSid" },
    { "another account alone",
      "MessageSid=" SID FROM_TO "&AccountSid=AC00000000000000000000000000000002", "AccountSid" },
    { "an empty account", "MessageSid=" SID FROM_TO "&AccountSid=", "AccountSid" },
    { "eleven media", GOOD "&NumMedia=11", "NumMedia" },
    { "fewer than no media", GOOD "&NumMedia=-1", "NumMedia" },
    { "media in words", GOOD "&NumMedia=two", "NumMedia" },
    { "a signed number of media", GOOD "&NumMedia=%2B1", "NumMedia" },
    { "a number of media that overflows", GOOD "&NumMedia=18446744073709551617", "NumMedia" },
    { "a number of media with a blank", GOOD "&NumMedia=+1", "NumMedia" },
    { "media that are missing", GOOD "&NumMedia=1", "MediaUrl0" },
    { "the second of two is missing", GOOD "&NumMedia=2&MediaUrl0=m0&MediaContentType1=t",
      "MediaUrl1" },
    { "an empty media URL", GOOD "&NumMedia=1&MediaUrl0=", "MediaUrl0" },
    { "a media index with a zero before it", GOOD "&NumMedia=1&MediaUrl00=m0", "MediaUrl0" },
    { "two URLs for one media", GOOD "&NumMedia=1&MediaUrl0=a&MediaUrl0=b", "MediaUrl0" },
    { "segments in words", GOOD "&NumSegments=many", "NumSegments" },
    { "segments beyond belief", GOOD "&NumSegments=101", "NumSegments" },
    { "a percent sign at the end", GOOD "&A=100%", NULL },
    { "half an escape", GOOD "&A=%4", NULL },
    { "an escape of other letters", GOOD "&A=%zz", NULL },
    { "a broken escape in a name", GOOD "&%A=1", NULL },
    { "a broken escape in a place of ours",
      "MessageSid=" SID "&From=%2B12025550123&To=%2B12025550100&Body=100%", NULL },
    { "a city of 300 bytes",
      GOOD "&FromCity="
           "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
           "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
           "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
           "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
      "FromCity" },
};

static void refuses(void **state)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    const struct bad_case *c = *state;
    struct provider *p = provider();
    struct inbound_message m = { .segments = -7 };
    struct err err = { 0 };

    assert_false(p->ops->read_inbound(p, str_of(c->form), &arena, &m, &err));
    assert_int_equal(err.kind, ERR_INVALID);
    assert_string_equal(err.field, c->field ? c->field : "");
    assert_true(strlen(err.text) > 0);
    assert_int_equal(m.segments, -7); /* untouched */
    assert_false(p->ops->read_inbound(p, str_of(c->form), &arena, &m, NULL));
    p->ops->destroy(p);
}

static const struct length_case {
    const char *name, *unit; /* repeated in Body */
    size_t times;
    bool want;
} length_cases[] = {
    { "1600 characters", "a", 1600, true },
    { "1600 emoji", "%F0%9F%98%80", 1600, true },
    { "more than a provider sends, within reason", "a", 10240, true },
    { "one byte more", "a", 10241, false },
    { "a megabyte", "a", 1048576, false },
};

static void limits_the_body(void **state)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    CLEANUP(buf_release) struct buf form = { 0 };
    const struct length_case *c = *state;
    struct provider *p = provider();
    struct inbound_message m;
    struct err err = { 0 };

    buf_add_text(&form, "MessageSid=" SID FROM_TO "&Body=");
    for (size_t i = 0; i < c->times; i++)
        buf_add_text(&form, c->unit);
    assert_int_equal(p->ops->read_inbound(p, buf_view(&form), &arena, &m, &err), c->want);
    if (c->want)
        assert_int_equal(m.body.len, c->times * (c->unit[0] == '%' ? 4 : 1));
    else
        assert_int_equal(err.kind, ERR_INVALID);
    p->ops->destroy(p);
}

static const struct count_case {
    const char *name;
    int count; /* of parameters besides those of GOOD */
    bool want;
} count_cases[] = {
    { "as many parameters as we take", 251, true },
    { "one more", 252, false },
    { "far more", 30000, false },
};

static void limits_the_count(void **state)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    CLEANUP(buf_release) struct buf form = { 0 };
    const struct count_case *c = *state;
    struct provider *p = provider();
    struct inbound_message m;

    buf_add_text(&form, GOOD);
    for (int i = 0; i < c->count; i++)
        buf_addf(&form, "&p%d=", i);
    assert_int_equal(p->ops->read_inbound(p, buf_view(&form), &arena, &m, NULL), c->want);
    p->ops->destroy(p);
}

/* What is kept can be read as a form again, and gives the same. */
static void keeps_stably(void **state)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    CLEANUP(buf_release) struct buf again = { 0 };
    struct provider *p = provider();
    struct inbound_message first, second;

    (void)state;
    assert_true(p->ops->read_inbound(
        p, str_of(GOOD "&a%26b=c%3Dd&%20=%2B+%25&%C3%A9=%FF&MediaUrl3=%F0%9F%98%80"), &arena,
        &first, NULL));
    buf_add_text(&again, GOOD "&");
    buf_add(&again, first.fields);
    assert_true(p->ops->read_inbound(p, buf_view(&again), &arena, &second, NULL));
    assert_true(str_equal(first.fields, second.fields));
    p->ops->destroy(p);
}

static const struct status_case {
    const char *name, *form;
    const char *field; /* of the error; NULL: it is good */
    const char *word;
    bool known;
    enum message_status status;
    int64_t code;
    const char *error;
} status_cases[] = {
    { "delivered", "MessageSid=" SID "&AccountSid=" ACCOUNT "&MessageStatus=delivered", NULL,
      "delivered", true, STATUS_DELIVERED, 0, "" },
    { "undelivered with its code",
      "SmsSid=" SID "&SmsStatus=undelivered&MessageStatus=undelivered&ErrorCode=30003&To="
      "%2B12025550123&From=%2B12025550100&MessageSid=" SID "&RawDlrDoneDate=2611201200",
      NULL, "undelivered", true, STATUS_UNDELIVERED, 30003, "" },
    { "failed with a sentence",
      "MessageSid=" SID "&MessageStatus=failed&ErrorCode=30007"
      "&ErrorMessage=Message+filtered",
      NULL, "failed", true, STATUS_FAILED, 30007, "Message filtered" },
    { "the old name alone", "MessageSid=" SID "&SmsStatus=sent", NULL, "sent", true, STATUS_SENT, 0,
      "" },
    { "accepted is queued", "MessageSid=" SID "&MessageStatus=accepted", NULL, "accepted", true,
      STATUS_QUEUED, 0, "" },
    { "read", "MessageSid=" SID "&MessageStatus=read&EventType=READ", NULL, "read", true,
      STATUS_READ, 0, "" },
    { "no code but its name", "MessageSid=" SID "&MessageStatus=sent&ErrorCode=", NULL, "sent",
      true, STATUS_SENT, 0, "" },
    { "a word nobody knows", "MessageSid=" SID "&MessageStatus=teleported", NULL, "teleported",
      false, 0, 0, "" },
    { "a word in capitals is not known", "MessageSid=" SID "&MessageStatus=DELIVERED", NULL,
      "DELIVERED", false, 0, 0, "" },
    { "a word of ours is not theirs", "MessageSid=" SID "&MessageStatus=unconfirmed", NULL,
      "unconfirmed", false, 0, 0, "" },
    { "received is for inbound texts", "MessageSid=" SID "&MessageStatus=received", NULL,
      "received", false, 0, 0, "" },
    { "nothing", "", "MessageSid", NULL, false, 0, 0, NULL },
    { "no SID", "MessageStatus=sent", "MessageSid", NULL, false, 0, 0, NULL },
    { "a SID that is none", "MessageSid=SM1&MessageStatus=sent", "MessageSid", NULL, false, 0, 0,
      NULL },
    { "no status", "MessageSid=" SID, "MessageStatus", NULL, false, 0, 0, NULL },
    { "an empty status", "MessageSid=" SID "&MessageStatus=", "MessageStatus", NULL, false, 0, 0,
      NULL },
    { "two statuses", "MessageSid=" SID "&MessageStatus=sent&MessageStatus=delivered",
      "MessageStatus", NULL, false, 0, 0, NULL },
    { "another account",
      "MessageSid=" SID "&MessageStatus=sent&AccountSid=AC00000000000000000000000000000002",
      "AccountSid", NULL, false, 0, 0, NULL },
    { "a code in words", "MessageSid=" SID "&MessageStatus=failed&ErrorCode=oops", "ErrorCode",
      NULL, false, 0, 0, NULL },
    { "a broken escape", "MessageSid=" SID "&MessageStatus=sent&A=%", "", NULL, false, 0, 0, NULL },
};

static void reads_status(void **state)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    const struct status_case *c = *state;
    struct provider *p = provider();
    struct status_callback s;
    struct err err = { 0 };
    bool good = p->ops->read_status(p, str_of(c->form), &arena, &s, &err);

    assert_int_equal(good, c->field == NULL);
    if (good) {
        assert_true(str_is(s.sid, SID));
        assert_true(str_is(s.account, ACCOUNT));
        assert_true(str_is(s.status_text, c->word));
        assert_int_equal(s.known, c->known);
        assert_true(!c->known || s.status == c->status);
        assert_int_equal(s.error_code, c->code);
        assert_true(str_is(s.error, c->error));
    } else {
        assert_int_equal(err.kind, ERR_INVALID);
        assert_string_equal(err.field, c->field);
    }
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
    struct CMUnitTest tests[1 + ARRAY_LEN(good_cases) + ARRAY_LEN(bad_cases) +
                            ARRAY_LEN(length_cases) + ARRAY_LEN(count_cases) +
                            ARRAY_LEN(status_cases)];
    size_t count = 0;

    tests[count++] =
        (struct CMUnitTest){ "what is kept reads the same again", keeps_stably, NULL, NULL, NULL };
    ADD(good_cases, reads);
    ADD(bad_cases, refuses);
    ADD(length_cases, limits_the_body);
    ADD(count_cases, limits_the_count);
    ADD(status_cases, reads_status);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
