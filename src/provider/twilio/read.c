/*
 * read.c - what Twilio's webhooks say: inbound texts and status callbacks.
 *
 * Every documented parameter has a row; one without a place in the struct is kept with the unknown
 * ones, in the order received. Twilio adds parameters without notice, so a new name is never an
 * error; a new row is needed only to give it a place or a limit of its own.
 *
 * Source: https://www.twilio.com/docs/messaging/guides/webhook-request,
 * https://www.twilio.com/docs/messaging/guides/track-outbound-message-status.
 */
#include <stdlib.h>

#include "provider/twilio/inside.h"
#include "provider/twilio/pairs.h"

#define BODY_BYTES_MOST 10240  /* 1600 characters are at most 6400 bytes; the rest is goodwill */
#define VALUE_BYTES_MOST 10240 /* of any one: JSON of rich channels */
#define NAME_BYTES_MOST 128
#define FIELDS_MOST 256
#define ADDRESS_BYTES_MOST 64
#define URL_BYTES_MOST 4000
#define SEGMENTS_BELIEVED 100

/* ---- shapes ---- */

static bool is_sid(struct str sid, const char *prefix)
{
    if (sid.len != 34 || !str_starts(sid, str_of(prefix)))
        return false;
    for (size_t i = 2; i < sid.len; i++) {
        char c = sid.ptr[i];

        if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f'))
            return false;
    }
    return true;
}

bool twilio_is_message_sid(struct str sid)
{
    return is_sid(sid, "SM") || is_sid(sid, "MM");
}

/* Something that can be an address: visible characters, blanks only inside. */
static bool is_address(struct str s)
{
    if (s.len == 0 || !str_is_utf8(s) || str_trim(s).len != s.len)
        return false;
    for (size_t i = 0; i < s.len; i++) {
        if ((unsigned char)s.ptr[i] < ' ' || s.ptr[i] == 127)
            return false;
    }
    return true;
}

struct str twilio_clean(struct str s, struct arena *arena)
{
    struct buf out = { 0 };
    uint32_t character;
    struct str copy;

    if (str_find_char(s, '\0') < 0 && str_is_utf8(s))
        return s;
    for (size_t at = 0; str_next_char(s, &at, &character);)
        buf_add_utf8(&out, character == 0 ? 0x2400 : character);
    if (out.failed)
        die("out of memory (a text of %zu bytes)", s.len);
    copy = arena_copy(arena, buf_view(&out));
    buf_release(&out);
    return copy;
}

/* ---- rows ---- */

enum field_kind {
    FIELD_KEPT, /* no place of its own */
    FIELD_MESSAGE_SID,
    FIELD_ACCOUNT, /* must be ours */
    FIELD_ADDRESS,
    FIELD_TEXT,   /* for people */
    FIELD_NUMBER, /* decimal, 0 to `most` */
    FIELD_OPT_OUT_TYPE
};

struct field {
    struct str name; /* followed by a NUL */
    enum field_kind kind;
    size_t most;   /* bytes, or for FIELD_NUMBER the largest value */
    size_t offset; /* of a struct str, an int64_t or an enum opt_out_type in struct found */
};

/* Where the rows put what they read; NULL ptr: absent. */
struct found {
    struct str sid, account, from, to, body, service;
    struct str status, sms_status, error;
    enum opt_out_type opt_out_type;
    int64_t segments, media_count, error_code;
};

#define AT(member) offsetof(struct found, member)

// clang-format off
/* In order of the name by byte value, for the binary search. */
static const struct field inbound_fields[] = {
    { STR("AccountSid"), FIELD_ACCOUNT, 34, AT(account) },
    { STR("AddOns"), FIELD_KEPT, VALUE_BYTES_MOST, 0 },
    { STR("Address"), FIELD_KEPT, 1024, 0 },
    { STR("ApiVersion"), FIELD_KEPT, 32, 0 },
    { STR("Body"), FIELD_TEXT, BODY_BYTES_MOST, AT(body) },
    { STR("ButtonPayload"), FIELD_KEPT, 4096, 0 },
    { STR("ButtonText"), FIELD_KEPT, 1024, 0 },
    { STR("ButtonType"), FIELD_KEPT, 64, 0 },
    { STR("ChannelMetadata"), FIELD_KEPT, VALUE_BYTES_MOST, 0 },
    { STR("ErrorCode"), FIELD_KEPT, 32, 0 },
    { STR("ErrorUrl"), FIELD_KEPT, URL_BYTES_MOST, 0 },
    { STR("FlowData"), FIELD_KEPT, VALUE_BYTES_MOST, 0 },
    { STR("Forwarded"), FIELD_KEPT, 32, 0 },
    { STR("FrequentlyForwarded"), FIELD_KEPT, 32, 0 },
    { STR("From"), FIELD_ADDRESS, ADDRESS_BYTES_MOST, AT(from) },
    { STR("FromCity"), FIELD_KEPT, 256, 0 },
    { STR("FromCountry"), FIELD_KEPT, 256, 0 },
    { STR("FromState"), FIELD_KEPT, 256, 0 },
    { STR("FromZip"), FIELD_KEPT, 64, 0 },
    { STR("InteractiveData"), FIELD_KEPT, VALUE_BYTES_MOST, 0 },
    { STR("Label"), FIELD_KEPT, 1024, 0 },
    { STR("Latitude"), FIELD_KEPT, 64, 0 },
    { STR("Longitude"), FIELD_KEPT, 64, 0 },
    { STR("MessageSid"), FIELD_MESSAGE_SID, 34, AT(sid) },
    { STR("MessageType"), FIELD_KEPT, 64, 0 },
    { STR("MessagingServiceSid"), FIELD_TEXT, 64, AT(service) },
    { STR("NumMedia"), FIELD_NUMBER, MEDIA_MOST, AT(media_count) },
    { STR("NumSegments"), FIELD_NUMBER, SEGMENTS_BELIEVED, AT(segments) },
    { STR("OptOutType"), FIELD_OPT_OUT_TYPE, 32, AT(opt_out_type) },
    { STR("OriginalRepliedMessageSender"), FIELD_KEPT, 64, 0 },
    { STR("OriginalRepliedMessageSid"), FIELD_KEPT, 64, 0 },
    { STR("ProfileName"), FIELD_KEPT, 1024, 0 },
    { STR("ReferralBody"), FIELD_KEPT, 4096, 0 },
    { STR("ReferralCtwaClid"), FIELD_KEPT, 1024, 0 },
    { STR("ReferralHeadline"), FIELD_KEPT, 1024, 0 },
    { STR("ReferralMediaContentType"), FIELD_KEPT, 128, 0 },
    { STR("ReferralMediaId"), FIELD_KEPT, 256, 0 },
    { STR("ReferralMediaUrl"), FIELD_KEPT, URL_BYTES_MOST, 0 },
    { STR("ReferralNumMedia"), FIELD_KEPT, 32, 0 },
    { STR("ReferralSourceId"), FIELD_KEPT, 256, 0 },
    { STR("ReferralSourceType"), FIELD_KEPT, 64, 0 },
    { STR("ReferralSourceUrl"), FIELD_KEPT, URL_BYTES_MOST, 0 },
    { STR("SmsMessageSid"), FIELD_KEPT, 64, 0 },
    { STR("SmsSid"), FIELD_KEPT, 64, 0 },
    { STR("SmsStatus"), FIELD_KEPT, 64, 0 },
    { STR("To"), FIELD_ADDRESS, ADDRESS_BYTES_MOST, AT(to) },
    { STR("ToCity"), FIELD_KEPT, 256, 0 },
    { STR("ToCountry"), FIELD_KEPT, 256, 0 },
    { STR("ToState"), FIELD_KEPT, 256, 0 },
    { STR("ToZip"), FIELD_KEPT, 64, 0 },
    { STR("WaId"), FIELD_KEPT, 64, 0 },
};

static const struct field status_fields[] = {
    { STR("AccountSid"), FIELD_ACCOUNT, 34, AT(account) },
    { STR("ErrorCode"), FIELD_NUMBER, 9999999, AT(error_code) },
    { STR("ErrorMessage"), FIELD_TEXT, 2048, AT(error) },
    { STR("MessageSid"), FIELD_MESSAGE_SID, 34, AT(sid) },
    { STR("MessageStatus"), FIELD_TEXT, 64, AT(status) },
    { STR("SmsStatus"), FIELD_TEXT, 64, AT(sms_status) },
};
// clang-format on

static int compare_name(const void *key, const void *row)
{
    return str_compare(*(const struct str *)key, ((const struct field *)row)->name);
}

static const struct field *find_field(struct str name, const struct field *fields, size_t count)
{
    return bsearch(&name, fields, count, sizeof(*fields), compare_name);
}

/* ---- the form as a list ---- */

struct params {
    struct pair *pairs; /* in the order received */
    bool *kept;         /* which have no place in the struct */
    size_t count;
};

static bool read_params(struct str form, struct arena *arena, struct params *ret, struct err *err)
{
    bool malformed;

    ret->count = pairs_split(form, arena, &ret->pairs, &malformed);
    if (malformed)
        return err_set(err, ERR_INVALID, "the form has a percent sign without two hex digits");
    if (ret->count > FIELDS_MOST)
        return err_set(err, ERR_INVALID, "more than %d parameters", FIELDS_MOST);
    ret->kept = ARENA_ARRAY(arena, bool, ret->count);
    for (size_t i = 0; i < ret->count; i++) {
        if (ret->pairs[i].name.len > NAME_BYTES_MOST)
            return err_set(err, ERR_INVALID, "the name of a parameter is longer than %d bytes",
                           NAME_BYTES_MOST);
        if (ret->pairs[i].value.len > VALUE_BYTES_MOST)
            return err_set(err, ERR_INVALID, "%.*s is longer than %d bytes",
                           STR_ARGS(twilio_clean(ret->pairs[i].name, arena)), VALUE_BYTES_MOST);
    }
    return true;
}

/* Whether the pair came before with another value: the signature does not say which one is meant.
 */
static bool contradicts(const struct params *params, size_t at)
{
    const struct pair *pairs = params->pairs;

    for (size_t i = 0; i < at; i++) {
        if (str_equal(pairs[i].name, pairs[at].name) && !str_equal(pairs[i].value, pairs[at].value))
            return true;
    }
    return false;
}

static bool missing(const char *name, struct err *err)
{
    return err_set_field(err, name, "%s is missing", name);
}

static bool twice(const char *name, struct err *err)
{
    return err_set_field(err, name, "%s is given twice with different values", name);
}

static bool too_long(const char *name, size_t most, struct err *err)
{
    return err_set_field(err, name, "%s is longer than %zu bytes", name, most);
}

/* ---- one value into its place ---- */

static bool put_number(const struct field *field, struct str value, int64_t *place, struct err *err)
{
    int64_t number;

    if (value.len == 0)
        return true;
    if (!str_to_int(value, &number) || value.ptr[0] == '+' || number < 0 ||
        number > (int64_t)field->most)
        return err_set_field(err, field->name.ptr, "%s must be a number from 0 to %zu",
                             field->name.ptr, field->most);
    *place = number;
    return true;
}

/* False when it is not one of the three. */
static bool put_opt_out_type(struct str value, enum opt_out_type *place)
{
    if (str_equal_nocase(value, str_of("STOP")))
        *place = OPT_OUT_TYPE_STOP;
    else if (str_equal_nocase(value, str_of("START")))
        *place = OPT_OUT_TYPE_START;
    else if (str_equal_nocase(value, str_of("HELP")))
        *place = OPT_OUT_TYPE_HELP;
    else
        return false;
    return true;
}

/* The value as the field wants it; false when it does not fit. *ret_kept: it has no place. */
static bool put(const struct twilio *t, const struct field *field, struct str value,
                struct arena *arena, struct found *found, bool *ret_kept, struct err *err)
{
    const char *name = field->name.ptr;
    char *place = (char *)found + field->offset;

    if (field->kind != FIELD_NUMBER && value.len > field->most)
        return too_long(name, field->most, err);
    switch (field->kind) {
    case FIELD_KEPT: *ret_kept = true; return true;
    case FIELD_NUMBER: return put_number(field, value, (int64_t *)(void *)place, err);
    case FIELD_OPT_OUT_TYPE:
        *ret_kept = !put_opt_out_type(value, (enum opt_out_type *)(void *)place);
        return true;
    case FIELD_MESSAGE_SID:
        if (!twilio_is_message_sid(value))
            return err_set_field(err, name, "%s is not SM or MM and 32 hex digits", name);
        break;
    case FIELD_ACCOUNT:
        if (!str_equal(value, t->account_sid))
            return err_set_field(err, name, "%s is not the configured account", name);
        break;
    case FIELD_ADDRESS:
        if (!is_address(value))
            return err_set_field(err, name, "%s is %s", name,
                                 value.len == 0 ? "empty" : "not an address");
        break;
    case FIELD_TEXT: value = twilio_clean(value, arena); break;
    }
    memcpy(place, &value, sizeof(value));
    return true;
}

/* ---- media ---- */

/* True when `name` is `prefix` and an index below `count`, written without leading zeros. */
static bool media_index(struct str name, const char *prefix, size_t count, size_t *ret)
{
    size_t len = strlen(prefix);

    _Static_assert(MEDIA_MOST == 10, "an index is one digit");
    if (name.len != len + 1 || !str_starts(name, str_of(prefix)) || name.ptr[len] < '0' ||
        name.ptr[len] > '9')
        return false;
    *ret = (size_t)(name.ptr[len] - '0');
    return *ret < count;
}

/* Take the media that NumMedia counts; what it does not count is kept like unknown parameters. */
static bool take_media(const struct params *params, size_t media_count, struct arena *arena,
                       struct inbound_message *ret, struct err *err)
{
    char name[sizeof("MediaUrl0")] = "MediaUrl";

    for (size_t i = 0; i < params->count && media_count > 0; i++) {
        const struct pair *pair = &params->pairs[i];
        size_t index;

        if (media_index(pair->name, "MediaUrl", media_count, &index))
            ret->media[index].url = twilio_clean(pair->value, arena);
        else if (media_index(pair->name, "MediaContentType", media_count, &index))
            ret->media[index].content_type = twilio_clean(pair->value, arena);
        else
            continue;
        params->kept[i] = false;
        if (contradicts(params, i))
            return twice(arena_copy(arena, pair->name).ptr, err);
        if (pair->value.len > URL_BYTES_MOST)
            return too_long(arena_copy(arena, pair->name).ptr, URL_BYTES_MOST, err);
    }
    for (size_t i = 0; i < media_count; i++) {
        name[sizeof(name) - 2] = (char)('0' + i);
        if (ret->media[i].url.len == 0)
            return missing(name, err);
    }
    ret->media_count = media_count;
    return true;
}

/* ---- whole requests ---- */

/* Every parameter of the form into `found`, by the rows. */
static bool read_form(const struct twilio *t, const struct field *fields, size_t field_count,
                      const struct params *params, struct arena *arena, struct found *found,
                      struct err *err)
{
    for (size_t i = 0; i < params->count; i++) {
        const struct pair *pair = &params->pairs[i];
        const struct field *field = find_field(pair->name, fields, field_count);

        params->kept[i] = !field;
        if (!field)
            continue;
        if (field->kind != FIELD_KEPT && contradicts(params, i))
            return twice(field->name.ptr, err);
        if (!put(t, field, pair->value, arena, found, &params->kept[i], err))
            return false;
    }
    return found->sid.ptr ? true : missing("MessageSid", err);
}

static bool is_visible_ascii(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] <= ' ' || s.ptr[i] > '~')
            return false;
    }
    return true;
}

/* The pair as it came; encoded anew when it came with bytes that a form may not hold. */
static struct str encoded_pair(const struct pair *pair, struct arena *arena)
{
    CLEANUP(buf_release) struct buf out = { 0 };

    if (is_visible_ascii(pair->raw))
        return pair->raw;
    http_encode(&out, pair->name);
    buf_add_char(&out, '=');
    http_encode(&out, pair->value);
    if (out.failed)
        die("out of memory (a parameter of %zu bytes)", pair->raw.len);
    return arena_copy(arena, buf_view(&out));
}

static struct str join_kept(struct params *params, struct arena *arena)
{
    size_t len = 0;
    char *joined, *to;

    for (size_t i = 0; i < params->count; i++) {
        if (!params->kept[i])
            continue;
        params->pairs[i].raw = encoded_pair(&params->pairs[i], arena);
        len += params->pairs[i].raw.len + 1;
    }
    joined = to = arena_alloc(arena, len);
    for (size_t i = 0; i < params->count; i++) {
        const struct str raw = params->pairs[i].raw;

        if (!params->kept[i])
            continue;
        memcpy(to, raw.ptr, raw.len);
        to += raw.len;
        *to++ = '&';
    }
    return str_make(joined, len > 0 ? len - 1 : 0);
}

bool twilio_read_inbound(const struct provider *p, struct str form, struct arena *arena,
                         struct inbound_message *ret, struct err *err)
{
    const struct twilio *t = twilio_of(p);
    struct found found = { .account = t->account_sid, .segments = 1 };
    struct inbound_message message;
    struct params params;

    if (!read_params(form, arena, &params, err) ||
        !read_form(t, inbound_fields, ARRAY_LEN(inbound_fields), &params, arena, &found, err))
        return false;
    if (!found.from.ptr)
        return missing("From", err);
    if (!found.to.ptr)
        return missing("To", err);
    message = (struct inbound_message){
        .sid = found.sid,
        .account = found.account,
        .from = found.from,
        .to = found.to,
        .body = found.body,
        .service = found.service,
        .opt_out_type = found.opt_out_type,
        .segments = found.segments > 0 ? found.segments : 1,
    };
    if (!take_media(&params, (size_t)found.media_count, arena, &message, err))
        return false;
    message.fields = join_kept(&params, arena);
    *ret = message;
    return true;
}

bool twilio_read_status(const struct provider *p, struct str form, struct arena *arena,
                        struct status_callback *ret, struct err *err)
{
    const struct twilio *t = twilio_of(p);
    struct found found = { .account = t->account_sid };
    struct status_callback callback;
    struct params params;

    if (!read_params(form, arena, &params, err) ||
        !read_form(t, status_fields, ARRAY_LEN(status_fields), &params, arena, &found, err))
        return false;
    callback = (struct status_callback){
        .sid = found.sid,
        .account = found.account,
        .status_text = found.status.len > 0 ? found.status : found.sms_status,
        .error_code = found.error_code,
        .error = found.error,
    };
    if (callback.status_text.len == 0)
        return missing("MessageStatus", err);
    /* "received" tells of an inbound text, and "unconfirmed" is a word of ours alone. */
    callback.known = message_status_parse(callback.status_text, &callback.status) &&
                     callback.status != STATUS_RECEIVED && callback.status != STATUS_UNCONFIRMED;
    *ret = callback;
    return true;
}
