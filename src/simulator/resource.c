/*
 * resource.c - messages, media and numbers as Twilio's REST API writes them.
 *
 * Counts are texts, absent values are null, dates are RFC 2822 in UTC: see
 * tests/data/twilio/openapi-v2010-messages.json. A new field belongs there first.
 */
#include <time.h>

#include "simulator/state.h"

const char *status_name(enum status status)
{
    switch (status) {
    case STATUS_ACCEPTED: return "accepted";
    case STATUS_SCHEDULED: return "scheduled";
    case STATUS_QUEUED: return "queued";
    case STATUS_SENT: return "sent";
    case STATUS_DELIVERED: return "delivered";
    case STATUS_UNDELIVERED: return "undelivered";
    case STATUS_FAILED: return "failed";
    case STATUS_CANCELED: return "canceled";
    case STATUS_RECEIVED: return "received";
    }
    die("status %d has no name", (int)status);
}

const char *direction_name(enum direction direction)
{
    switch (direction) {
    case DIRECTION_INBOUND: return "inbound";
    case DIRECTION_OUTBOUND_API: return "outbound-api";
    case DIRECTION_OUTBOUND_REPLY: return "outbound-reply";
    }
    die("direction %d has no name", (int)direction);
}

void write_rfc2822(struct json_writer *w, const char *key, int64_t time_ms)
{
    static const char *const days[] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
    static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
    time_t seconds = (time_t)(time_ms / 1000);
    CLEANUP(buf_release) struct buf text = { 0 };
    struct tm tm;

    if (time_ms <= 0 || !gmtime_r(&seconds, &tm)) {
        json_field_null(w, key);
        return;
    }
    buf_addf(&text, "%s, %02d %s %04d %02d:%02d:%02d +0000", days[tm.tm_wday], tm.tm_mday,
             months[tm.tm_mon], tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
    json_field_str(w, key, buf_view(&text));
}

static void field_or_null(struct json_writer *w, const char *key, struct str value)
{
    if (value.len > 0)
        json_field_str(w, key, value);
    else
        json_field_null(w, key);
}

static void field_number_text(struct json_writer *w, const char *key, uint64_t number)
{
    char text[24];
    size_t at = sizeof(text);

    text[--at] = '\0';
    do {
        text[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    json_field_text(w, key, text + at);
}

static void write_uri(struct simulator *sim, struct json_writer *w, const char *key,
                      const char *collection, const char *sid, const char *tail)
{
    CLEANUP(buf_release) struct buf uri = { 0 };

    buf_addf(&uri, "/2010-04-01/Accounts/%.*s/%s/%s%s.json", STR_ARGS(sim->account_sid), collection,
             sid, tail);
    json_field_str(w, key, buf_view(&uri));
}

void write_message(struct simulator *sim, struct json_writer *w, const struct message *message)
{
    bool undecided = message->status == STATUS_ACCEPTED || message->status == STATUS_SCHEDULED;
    struct str nothing = { 0 };

    json_open_object(w);
    json_field_str(w, "body", message->redacted ? nothing : message->body);
    field_number_text(w, "num_segments", undecided ? 0 : message->segments);
    json_field_text(w, "direction", direction_name(message->direction));
    field_or_null(w, "from", undecided ? nothing : message->from);
    write_rfc2822(w, "date_updated", message->updated_ms);
    json_field_null(w, "price");
    json_field_null(w, "error_message");
    write_uri(sim, w, "uri", "Messages", message->sid, "");
    json_field_str(w, "account_sid", sim->account_sid);
    field_number_text(w, "num_media", message->media_count);
    json_field_str(w, "to", message->to);
    write_rfc2822(w, "date_created", message->created_ms);
    json_field_text(w, "status", status_name(message->status));
    json_field_text(w, "sid", message->sid);
    write_rfc2822(w, "date_sent", message->sent_ms);
    field_or_null(w, "messaging_service_sid", message->service_sid);
    if (message->error_code != 0)
        json_field_int(w, "error_code", message->error_code);
    else
        json_field_null(w, "error_code");
    json_field_text(w, "price_unit", "USD");
    json_field_text(w, "api_version", "2010-04-01");
    json_key(w, "subresource_uris");
    json_open_object(w);
    write_uri(sim, w, "media", "Messages", message->sid, "/Media");
    write_uri(sim, w, "feedback", "Messages", message->sid, "/Feedback");
    json_close_object(w);
    json_close_object(w);
}

void write_media(struct simulator *sim, struct json_writer *w, const struct message *message,
                 const struct media *media)
{
    CLEANUP(buf_release) struct buf tail = { 0 };

    buf_addf(&tail, "/Media/%s", media->sid);
    json_open_object(w);
    json_field_str(w, "account_sid", sim->account_sid);
    json_field_str(w, "content_type", media->content_type);
    write_rfc2822(w, "date_created", message->created_ms);
    write_rfc2822(w, "date_updated", message->created_ms);
    json_field_text(w, "parent_sid", message->sid);
    json_field_text(w, "sid", media->sid);
    write_uri(sim, w, "uri", "Messages", message->sid, buf_text(&tail));
    json_close_object(w);
}

void write_number(struct simulator *sim, struct json_writer *w, const struct number *number)
{
    json_open_object(w);
    json_field_text(w, "sid", number->sid);
    json_field_str(w, "account_sid", sim->account_sid);
    json_field_str(w, "phone_number", number->phone);
    json_field_str(w, "friendly_name", number->friendly_name);
    json_field_text(w, "api_version", "2010-04-01");
    json_field_bool(w, "beta", false);
    json_key(w, "capabilities");
    json_open_object(w);
    json_field_bool(w, "sms", true);
    json_field_bool(w, "mms", true);
    json_field_bool(w, "voice", false);
    json_field_bool(w, "fax", false);
    json_close_object(w);
    json_field_str(w, "sms_url", number->sms_url);
    json_field_str(w, "sms_method", number->sms_method);
    json_field_str(w, "sms_fallback_url", number->fallback_url);
    json_field_str(w, "sms_fallback_method", number->fallback_method);
    json_field_text(w, "sms_application_sid", "");
    json_field_str(w, "status_callback", number->status_callback);
    json_field_text(w, "status_callback_method", "POST");
    json_field_text(w, "status", "in-use");
    json_field_text(w, "origin", "twilio");
    write_rfc2822(w, "date_created", number->created_ms);
    write_rfc2822(w, "date_updated", number->updated_ms);
    write_uri(sim, w, "uri", "IncomingPhoneNumbers", number->sid, "");
    json_close_object(w);
}
