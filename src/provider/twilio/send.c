/*
 * send.c - the REST API: create a message, list messages, and what the answers mean.
 *
 * There is no idempotency key: whatever may have reached Twilio and was not answered clearly is
 * UNKNOWN, and never offered again before somebody has looked. Only 429 and what never left are
 * known not to have been processed. Answers come from whatever stands in between too, so nothing is
 * assumed to be JSON.
 *
 * Source: https://www.twilio.com/docs/messaging/api/message-resource,
 * https://www.twilio.com/docs/usage/twilios-response.
 */
#include <assert.h>

#include "base/json.h"
#include "provider/twilio/errors.h"
#include "provider/twilio/inside.h"

#define PAGE_SIZE 100
#define RETRY_AFTER_MOST_S 3600
#define DETAIL_BYTES_MOST 200

/* ---- building ---- */

static void add_param(struct buf *form, const char *name, struct str value)
{
    if (value.len == 0)
        return;
    if (form->len > 0)
        buf_add_char(form, '&');
    buf_add_text(form, name);
    buf_add_char(form, '=');
    http_encode(form, value);
}

static struct str take_form(struct buf *form, struct arena *arena)
{
    if (form->failed)
        die("out of memory (a request of %zu bytes)", form->len);
    return arena_copy(arena, buf_view(form));
}

/* Messages.json of our account. */
static struct str messages_url(const struct twilio *t, struct arena *arena)
{
    return arena_printf(arena, "%.*s/2010-04-01/Accounts/%.*s/Messages.json", STR_ARGS(t->api_base),
                        STR_ARGS(t->account_sid));
}

void twilio_build_send(const struct provider *p, const struct outbound_message *message,
                       struct arena *arena, struct http_call *ret)
{
    static const struct http_header headers[] = {
        { STR("Content-Type"), STR("application/x-www-form-urlencoded") },
        { STR("Accept"), STR("application/json") },
    };
    const struct twilio *t = twilio_of(p);
    CLEANUP(buf_release) struct buf form = { 0 };

    add_param(&form, "To", message->to);
    add_param(&form, "From", message->from);
    add_param(&form, "MessagingServiceSid", message->service);
    add_param(&form, "Body", message->body);
    for (size_t i = 0; i < message->media_count; i++)
        add_param(&form, "MediaUrl", message->media_urls[i]);
    add_param(&form, "StatusCallback", message->status_callback);
    if (message->validity_s > 0)
        add_param(&form, "ValidityPeriod",
                  arena_printf(arena, "%lld", (long long)message->validity_s));
    *ret = (struct http_call){
        .method = "POST",
        .url = messages_url(t, arena),
        .headers = headers,
        .header_count = ARRAY_LEN(headers),
        .user = t->account_sid,
        .password = t->auth_token,
        .body = take_form(&form, arena),
    };
}

void twilio_build_list(const struct provider *p, struct str from, struct str to,
                       struct str page_url, struct arena *arena, struct http_call *ret)
{
    static const struct http_header headers[] = { { STR("Accept"), STR("application/json") } };
    const struct twilio *t = twilio_of(p);
    CLEANUP(buf_release) struct buf query = { 0 };

    assert(page_url.len == 0 || str_starts(page_url, t->api_base)); /* credentials go with it */
    add_param(&query, "To", to);
    add_param(&query, "From", from);
    buf_addf(&query, "%sPageSize=%d", query.len > 0 ? "&" : "", PAGE_SIZE);
    *ret = (struct http_call){
        .method = "GET",
        .url = page_url.len > 0 ? page_url
                                : arena_printf(arena, "%.*s?%.*s", STR_ARGS(messages_url(t, arena)),
                                               STR_ARGS(take_form(&query, arena))),
        .headers = headers,
        .header_count = ARRAY_LEN(headers),
        .user = t->account_sid,
        .password = t->auth_token,
    };
}

/* ---- reading what was said to a create ---- */

/* For people: no phone numbers, hence no longer run of digits; one line. */
static struct str without_numbers(struct str text, struct arena *arena)
{
    CLEANUP(buf_release) struct buf out = { 0 };
    struct str clean = str_slice(text, 0, DETAIL_BYTES_MOST);

    for (size_t at = 0; at < clean.len;) {
        size_t digits = 0;
        uint32_t character;

        while (at + digits < clean.len && clean.ptr[at + digits] >= '0' &&
               clean.ptr[at + digits] <= '9')
            digits++;
        if (digits >= 3) {
            buf_add_text(&out, "\u2022\u2022\u2022");
            at += digits;
            continue;
        }
        str_next_char(clean, &at, &character);
        buf_add_utf8(&out, character < ' ' ? ' ' : character);
    }
    return arena_copy(arena, buf_view(&out));
}

static void set_accepted(json_t *message, struct str sid, struct arena *arena,
                         struct send_reply *ret)
{
    struct str word = { 0 };

    json_get_str(message, "status", false, &word, NULL);
    ret->outcome = SENT_ACCEPTED;
    ret->sid = arena_copy(arena, sid);
    if (!message_status_parse(word, &ret->status) || ret->status == STATUS_RECEIVED ||
        ret->status == STATUS_UNCONFIRMED)
        ret->status = STATUS_QUEUED; /* it has the text, whatever it calls that */
}

/* The error in a Twilio answer, and whether there was one. */
static bool set_error(json_t *answer, int status, struct arena *arena, struct send_reply *ret)
{
    struct str message = { 0 };
    int64_t code = 0;

    ret->error = twilio_error(0);
    if (!json_is_object(answer) || !json_get_int(answer, "code", true, &code, NULL)) {
        ret->error.class = status == 401 || status == 403 ? ERROR_ACCOUNT : ERROR_BAD_REQUEST;
        ret->detail = arena_printf(arena, "HTTP %d without an error code", status);
        return false;
    }
    if (twilio_error_find(code, &ret->error)) {
        ret->detail = str_of(ret->error.meaning);
        return true;
    }
    ret->error = twilio_error(code);
    ret->error.class = ERROR_BAD_REQUEST; /* a refusal we do not know is of what we asked for */
    json_get_str(answer, "message", false, &message, NULL);
    ret->detail = without_numbers(message, arena);
    return true;
}

static void read_answer(const struct http_result *result, struct arena *arena,
                        struct send_reply *ret)
{
    CLEANUP(json_drop) json_t *answer = json_read(result->body, NULL);
    struct str sid = { 0 };
    int status = result->status;

    if (status >= 200 && status < 300) {
        json_get_str(answer, "sid", false, &sid, NULL);
        if (twilio_is_message_sid(sid))
            set_accepted(answer, sid, arena, ret);
        else
            ret->detail = arena_printf(arena, "HTTP %d whose body names no message", status);
    } else if (status == 429) {
        ret->outcome = SENT_NOT;
        if (!set_error(answer, status, arena, ret))
            ret->error = twilio_error(20429);
    } else if (status >= 400 && status < 500 && status != 408) {
        ret->outcome = SENT_REFUSED;
        set_error(answer, status, arena, ret);
    } else {
        ret->detail = arena_printf(arena, "HTTP %d", status);
    }
}

/* Seconds of a Retry-After header; a date in it is not heeded, as Twilio sends none. */
static int64_t retry_after_s(const struct http_result *result)
{
    int64_t seconds = 0;

    if (!str_to_int(str_trim(http_result_header(result, "Retry-After")), &seconds) || seconds < 0)
        return 0;
    return seconds < RETRY_AFTER_MOST_S ? seconds : RETRY_AFTER_MOST_S;
}

void twilio_read_send(const struct provider *p, const struct http_result *result,
                      struct arena *arena, struct send_reply *ret)
{
    (void)p;
    *ret = (struct send_reply){ .outcome = SENT_UNKNOWN, .error = twilio_error(0) };
    switch (result->failure) {
    case HTTP_OK:
        read_answer(result, arena, ret);
        ret->retry_after_s = retry_after_s(result);
        return;
    case HTTP_NOT_SENT:
    case HTTP_CANCELLED: ret->outcome = SENT_NOT; break;
    case HTTP_UNKNOWN: break;
    }
    ret->detail = arena_copy(arena, result->error);
}

/* ---- reading lists ---- */

static bool read_row(json_t *row, struct arena *arena, struct listed_message *ret, struct err *err)
{
    struct str created = { 0 }, status = { 0 }, direction = { 0 }, media = { 0 };

    if (!json_is_object(row))
        return err_set(err, ERR_UNAVAILABLE, "a row of the list is no object");
    if (!json_get_str(row, "sid", true, &ret->sid, err) ||
        !json_get_str(row, "from", false, &ret->from, err) ||
        !json_get_str(row, "to", false, &ret->to, err) ||
        !json_get_str(row, "body", false, &ret->body, err) ||
        !json_get_str(row, "status", false, &status, err) ||
        !json_get_str(row, "direction", false, &direction, err) ||
        !json_get_str(row, "num_media", false, &media, err) ||
        !json_get_str(row, "date_created", true, &created, err) ||
        !json_get_int(row, "error_code", false, &ret->error_code, err))
        return false;
    if (!twilio_is_message_sid(ret->sid))
        return err_set_field(err, "sid", "sid is not that of a message");
    if (!twilio_parse_date(created, &ret->created_ms))
        return err_set_field(err, "date_created", "date_created is no date");
    if (!message_status_parse(status, &ret->status) || ret->status == STATUS_UNCONFIRMED)
        ret->status = STATUS_QUEUED; /* it has the text; what became of it will be told */
    if (!str_to_int(media, &ret->media_count))
        ret->media_count = 0;
    ret->outbound = str_starts(direction, str_of("outbound"));
    ret->sid = arena_copy(arena, ret->sid);
    ret->from = arena_copy(arena, ret->from);
    ret->to = arena_copy(arena, ret->to);
    ret->body = arena_copy(arena, ret->body);
    return true;
}

/* The next page is on the same host or nowhere: credentials go with the request. */
static bool read_next(const struct twilio *t, json_t *list, struct arena *arena, struct str *ret,
                      struct err *err)
{
    struct str uri = { 0 };

    if (!json_get_str(list, "next_page_uri", false, &uri, err))
        return false;
    if (uri.len == 0)
        return true;
    if (uri.ptr[0] != '/')
        return err_set_field(err, "next_page_uri", "next_page_uri is not a path");
    *ret = arena_printf(arena, "%.*s%.*s", STR_ARGS(t->api_base), STR_ARGS(uri));
    return true;
}

static bool read_rows(const struct twilio *t, json_t *list, struct arena *arena,
                      struct message_list *ret, struct err *err)
{
    struct message_list read = { 0 };
    json_t *rows = NULL, *row;
    size_t i;

    if (!json_is_object(list))
        return err_set(err, ERR_UNAVAILABLE, "not an object");
    if (!json_get_array(list, "messages", true, &rows, err) ||
        !read_next(t, list, arena, &read.next_url, err))
        return false;
    read.rows = ARENA_ARRAY(arena, struct listed_message, json_array_size(rows));
    json_array_foreach (rows, i, row) {
        if (!read_row(row, arena, &read.rows[i], err))
            return false;
    }
    read.count = json_array_size(rows);
    *ret = read;
    return true;
}

bool twilio_read_list(const struct provider *p, const struct http_result *result,
                      struct arena *arena, struct message_list *ret, struct err *err)
{
    CLEANUP(json_drop) json_t *list = NULL;

    if (result->failure != HTTP_OK)
        return err_set(err, ERR_UNAVAILABLE, "the list of messages was not answered: %.*s",
                       STR_ARGS(result->error));
    if (result->status == 401 || result->status == 403)
        return err_set(err, ERR_DENIED, "the list of messages was denied (HTTP %d)",
                       result->status);
    if (result->status != 200)
        return err_set(err, ERR_UNAVAILABLE, "the list of messages was answered with HTTP %d",
                       result->status);
    list = json_read(result->body, err);
    if (!list || !read_rows(twilio_of(p), list, arena, ret, err)) {
        if (err)
            err->kind = ERR_UNAVAILABLE; /* theirs, not the caller's; asking again may help */
        return err_add(err, "the list of messages cannot be read");
    }
    return true;
}
