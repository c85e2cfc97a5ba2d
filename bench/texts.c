/*
 * texts.c - building and signing the webhooks.
 *
 * Written from Twilio's documents and not from src/provider/twilio, so that a mistake there is not
 * repeated here: a server that refuses these requests is told at once by its 403s. Source:
 * twilio.com/docs/messaging/guides/webhook-request; twilio.com/docs/usage/security.
 */
#include "texts.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>

#include "base/err.h"

#define SHA1_BYTES 20
#define SIGNED_BYTES_MOST 2048

static const char *const bodies[] = {
    "Are you open on Saturday?",
    "Running ten minutes late, sorry!",
    "Can we move my appointment to half past three tomorrow? Something came up at work and I can't "
    "make the "
    "morning.",
    "What time does the last bus leave from the station, and is there one later on Sundays and "
    "holidays?",
    "Please send me the address again, I can't find it. I am at the corner by the library, on the "
    "left side of "
    "the street.",
    "Thanks, see you then! Tell the others that I am bringing the salad, two bottles of juice and "
    "the folding "
    "chairs from the garage.",
    "How much is the large one with delivery to the door, and how long would it take if I ordered "
    "it today "
    "before noon?",
    "I would like to book a table for four people on Friday evening, by the window if that is "
    "possible. One of "
    "us eats no meat, and one comes half an hour later.",
};

/* In the order in which Twilio sends them. */
enum field {
    TO_COUNTRY,
    TO_STATE,
    SMS_MESSAGE_SID,
    NUM_MEDIA,
    TO_CITY,
    FROM_ZIP,
    SMS_SID,
    FROM_STATE,
    SMS_STATUS,
    FROM_CITY,
    BODY,
    FROM_COUNTRY,
    TO,
    TO_ZIP,
    NUM_SEGMENTS,
    MESSAGE_SID,
    ACCOUNT_SID,
    FROM,
    API_VERSION,
    MESSAGING_SERVICE,
    FIELD_COUNT
};
static const struct {
    const char *name, *value; /* NULL: different for each text */
} fields[FIELD_COUNT] = {
    [TO_COUNTRY] = { "ToCountry", "US" },
    [TO_STATE] = { "ToState", "CA" },
    [SMS_MESSAGE_SID] = { "SmsMessageSid", NULL },
    [NUM_MEDIA] = { "NumMedia", "0" },
    [TO_CITY] = { "ToCity", "SAN FRANCISCO" },
    [FROM_ZIP] = { "FromZip", "94107" },
    [SMS_SID] = { "SmsSid", NULL },
    [FROM_STATE] = { "FromState", "CA" },
    [SMS_STATUS] = { "SmsStatus", "received" },
    [FROM_CITY] = { "FromCity", "SAN FRANCISCO" },
    [BODY] = { "Body", NULL },
    [FROM_COUNTRY] = { "FromCountry", "US" },
    [TO] = { "To", NULL },
    [TO_ZIP] = { "ToZip", "94103" },
    [NUM_SEGMENTS] = { "NumSegments", "1" },
    [MESSAGE_SID] = { "MessageSid", NULL },
    [ACCOUNT_SID] = { "AccountSid", NULL },
    [FROM] = { "From", NULL },
    [API_VERSION] = { "ApiVersion", "2010-04-01" },
    [MESSAGING_SERVICE] = { "MessagingServiceSid", "MG00000000000000000000000000000001" },
};
/* By name, which is how they are signed. */
static const enum field signing_order[FIELD_COUNT] = {
    ACCOUNT_SID,     API_VERSION,       BODY,       FROM,
    FROM_CITY,       FROM_COUNTRY,      FROM_STATE, FROM_ZIP,
    MESSAGE_SID,     MESSAGING_SERVICE, NUM_MEDIA,  NUM_SEGMENTS,
    SMS_MESSAGE_SID, SMS_SID,           SMS_STATUS, TO,
    TO_CITY,         TO_COUNTRY,        TO_STATE,   TO_ZIP,
};
const char texts_geography[] =
    "ToCountry=US&ToState=CA&NumMedia=0&ToCity=SAN+FRANCISCO&FromZip=94107"
    "&FromState=CA&SmsStatus=received&FromCity=SAN+FRANCISCO&FromCountry=US"
    "&ToZip=94103&NumSegments=1&ApiVersion=2010-04-01"
    "&MessagingServiceSid=MG00000000000000000000000000000001";

struct str texts_phone(size_t user, char room[TEXTS_PHONE_BYTES])
{
    snprintf(room, TEXTS_PHONE_BYTES, "+1555%07zu", user % TEXTS_USERS_MOST);
    return str_of(room);
}

struct str texts_sid(struct chance *chance, char room[TEXTS_SID_BYTES])
{
    unsigned char bytes[16];

    chance_bytes(chance, bytes, sizeof(bytes));
    memcpy(room, "SM", 2);
    hex_encode(bytes, sizeof(bytes), room + 2);
    room[TEXTS_SID_BYTES - 1] = '\0';
    return str_of(room);
}

const char *texts_body(uint64_t which)
{
    return bodies[which % ARRAY_LEN(bodies)];
}

static void add_encoded(struct buf *out, struct str s)
{
    static const char plain[] = "-_.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == ' ')
            buf_add_char(out, '+');
        else if (memchr(plain, s.ptr[i], sizeof(plain) - 1))
            buf_add_char(out, s.ptr[i]);
        else
            buf_addf(out, "%%%02X", (unsigned char)s.ptr[i]);
    }
}

static void sign(const struct texts *texts, const struct str values[FIELD_COUNT],
                 unsigned char ret[29])
{
    char room[SIGNED_BYTES_MOST];
    struct buf text = { .ptr = room, .capacity = sizeof(room), .limit = sizeof(room) - 1 };
    unsigned char digest[SHA1_BYTES];

    buf_add(&text, texts->url);
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        buf_add_text(&text, fields[signing_order[i]].name);
        buf_add(&text, values[signing_order[i]]);
    }
    HMAC(EVP_sha1(), texts->auth_token.ptr, (int)texts->auth_token.len, (unsigned char *)text.ptr,
         text.len, digest, NULL);
    EVP_EncodeBlock(ret, digest, SHA1_BYTES);
}

void texts_request(struct texts *texts, struct buf *out)
{
    char phone[TEXTS_PHONE_BYTES], sid[TEXTS_SID_BYTES], token[33] = { 0 },
                                                         form_room[SIGNED_BYTES_MOST];
    struct buf form = { .ptr = form_room,
                        .capacity = sizeof(form_room),
                        .limit = sizeof(form_room) - 1 };
    struct str values[FIELD_COUNT];
    unsigned char signature[29], bytes[16];

    for (size_t i = 0; i < FIELD_COUNT; i++)
        values[i] = str_of(fields[i].value);
    values[MESSAGE_SID] = values[SMS_SID] = values[SMS_MESSAGE_SID] =
        texts_sid(&texts->chance, sid);
    values[FROM] =
        texts_phone(texts->in_turn ? texts->next++ % texts->users
                                   : (size_t)chance_below(&texts->chance, (int64_t)texts->users),
                    phone);
    values[TO] = texts->number;
    values[ACCOUNT_SID] = texts->account;
    values[BODY] = str_of(texts_body(chance_next(&texts->chance)));
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        if (i > 0)
            buf_add_char(&form, '&');
        buf_add_text(&form, fields[i].name);
        buf_add_char(&form, '=');
        add_encoded(&form, values[i]);
    }
    sign(texts, values, signature);
    chance_bytes(&texts->chance, bytes, sizeof(bytes));
    hex_encode(bytes, sizeof(bytes), token);
    buf_addf(
        out,
        "POST %.*s HTTP/1.1\r\nHost: %.*s\r\nUser-Agent: TwilioProxy/1.1\r\nAccept: */*\r\n"
        "Content-Type: application/x-www-form-urlencoded; charset=UTF-8\r\nContent-Length: %zu\r\n"
        "X-Twilio-Signature: %s\r\nI-Twilio-Idempotency-Token: %s\r\n\r\n",
        STR_ARGS(texts->path), STR_ARGS(texts->host), form.len, signature, token);
    buf_add(out, buf_view(&form));
    if (form.failed)
        die("a text of more than %d bytes", SIGNED_BYTES_MOST);
}
