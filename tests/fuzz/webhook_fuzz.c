/*
 * webhook_fuzz.c - any bytes as a webhook: nothing crashes, and what is accepted keeps its
 * promises.
 *
 * Promises: texts are UTF-8 without NUL, media are all there, what is kept of the form is visible
 * ASCII and reads as the same form again. The same bytes also go through the signature, as body and
 * as URL.
 */
#include <stdlib.h>

#include "provider/twilio/signature.h"
#include "provider/twilio/twilio.h"

#define ACCOUNT "AC00000000000000000000000000000001"
#define CHECK(promise)  \
    do {                \
        if (!(promise)) \
            abort();    \
    } while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_text(struct str text)
{
    CHECK(str_is_utf8(text) && str_find_char(text, '\0') < 0);
}

/* The kept fields behind the parameters that must be there: they come out as they went in. */
static void check_fields(const struct provider *p, struct str fields, struct arena *arena)
{
    struct inbound_message again;
    struct str form = arena_printf(
        arena, "MessageSid=SM0123456789abcdef0123456789abcdef&From=1&To=2&%.*s", STR_ARGS(fields));

    for (size_t i = 0; i < fields.len; i++)
        CHECK(fields.ptr[i] > ' ' && fields.ptr[i] <= '~');
    if (p->ops->read_inbound(p, form, arena, &again, NULL)) /* one of 256 parameters may not fit */
        CHECK(str_equal(again.fields, fields));
}

static void try_inbound(const struct provider *p, struct str form, struct arena *arena)
{
    struct inbound_message message;
    struct err err = { 0 };

    if (!p->ops->read_inbound(p, form, arena, &message, &err)) {
        CHECK(err.kind == ERR_INVALID && err.text[0] != '\0');
        return;
    }
    CHECK(message.sid.len == 34 && message.from.len > 0 && message.to.len > 0);
    CHECK(message.segments > 0 && message.media_count <= MEDIA_MOST);
    check_text(message.from);
    check_text(message.to);
    check_text(message.body);
    check_text(message.service);
    for (size_t i = 0; i < message.media_count; i++) {
        CHECK(message.media[i].url.len > 0);
        check_text(message.media[i].url);
        check_text(message.media[i].content_type);
    }
    check_fields(p, message.fields, arena);
}

static void try_status(const struct provider *p, struct str form, struct arena *arena)
{
    struct status_callback status;
    struct err err = { 0 };

    if (!p->ops->read_status(p, form, arena, &status, &err)) {
        CHECK(err.kind == ERR_INVALID && err.text[0] != '\0');
        return;
    }
    CHECK(status.sid.len == 34 && status.status_text.len > 0);
    check_text(status.status_text);
    check_text(status.error);
}

static void try_signature(struct str bytes, struct arena *arena)
{
    struct signature_key *key = signature_key_create((struct str)STR("12345"));
    struct signed_request request = {
        .method = STR("POST"),
        .url = STR("https://a.example/sms"),
        .content_type = STR("application/x-www-form-urlencoded"),
        .body = bytes,
        .signature = STR("AAAAAAAAAAAAAAAAAAAAAAAAAAA="),
    };
    struct signature_finding finding;

    signature_explain(&request, key, arena, &finding);
    CHECK(!finding.valid && finding.reason.len > 0);
    request.url = bytes;
    signature_explain(&request, key, arena, &finding);
    CHECK(!finding.valid);
    signature_key_destroy(key);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    struct str bytes = str_make((const char *)data, size);
    struct provider *p = twilio_create(
        &(struct twilio_config){ .account_sid = STR(ACCOUNT), .auth_token = STR("12345") });

    try_inbound(p, bytes, &arena);
    try_status(p, bytes, &arena);
    try_signature(bytes, &arena);
    p->ops->destroy(p);
    return 0;
}
