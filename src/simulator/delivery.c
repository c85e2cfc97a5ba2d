/*
 * delivery.c - one webhook or status callback: signed, posted, tried again as its URL's fragment
 * asks.
 *
 * As at Twilio the default is one retry, and only when no connection came about: a 5xx is not
 * repeated unless the fragment says rp=5xx or rp=all. Two things differ: redirects are not
 * followed, and an answer that broke off counts as a read timeout.
 */
#include <stdlib.h>

#include "loop/clock.h"
#include "simulator/state.h"

enum retry_class { RETRY_CONNECT = 1, RETRY_READ = 2, RETRY_4XX = 4, RETRY_5XX = 8 };

/* ---- the URL ---- */

static bool read_number(struct str value, const char *key, int64_t least, int64_t most,
                        int64_t *ret, struct err *err)
{
    if (!str_to_int(value, ret) || *ret < least || *ret > most)
        return err_set(err, ERR_INVALID, "#%s= in the URL must be from %lld to %lld", key,
                       (long long)least, (long long)most);
    return true;
}

static bool read_classes(struct str list, unsigned *ret, struct err *err)
{
    static const struct {
        const char *name;
        unsigned classes;
    } names[] = {
        { "4xx", RETRY_4XX },
        { "5xx", RETRY_5XX },
        { "ct", RETRY_CONNECT },
        { "rt", RETRY_READ },
        { "all", RETRY_CONNECT | RETRY_READ | RETRY_4XX | RETRY_5XX },
    };
    struct str part;

    *ret = 0;
    while (str_cut(&list, ',', &part)) {
        size_t i = 0;

        while (i < ARRAY_LEN(names) && !str_is(part, names[i].name))
            i++;
        if (i == ARRAY_LEN(names))
            return err_set(err, ERR_INVALID, "#rp= in the URL knows 4xx, 5xx, ct, rt and all");
        *ret |= names[i].classes;
    }
    return true;
}

static bool read_fragment(struct str fragment, struct endpoint *endpoint, struct err *err)
{
    struct str part;

    while (str_cut(&fragment, '&', &part)) {
        struct str key, value = part;
        int64_t retries = 0;
        bool fine = true;

        if (!str_cut(&value, '=', &key))
            continue;
        if (str_is(key, "ct"))
            fine = read_number(value, "ct", 100, 10000, &endpoint->connect_ms, err);
        else if (str_is(key, "rt"))
            fine = read_number(value, "rt", 100, 15000, &endpoint->read_ms, err);
        else if (str_is(key, "tt"))
            fine = read_number(value, "tt", 100, 15000, &endpoint->total_ms, err);
        else if (str_is(key, "rp"))
            fine = read_classes(value, &endpoint->retry_on, err);
        else if (str_is(key, "rc")) {
            fine = read_number(value, "rc", 0, 5, &retries, err);
            endpoint->retries = (unsigned)retries;
        }
        if (!fine)
            return false; /* sni and e have no meaning here and pass */
    }
    return true;
}

bool endpoint_parse(struct str url, struct arena *arena, struct endpoint *ret, struct err *err)
{
    struct endpoint endpoint = {
        .connect_ms = 5000,
        .read_ms = 15000,
        .total_ms = 15000,
        .retries = 1,
        .retry_on = RETRY_CONNECT,
    };
    ptrdiff_t hash = str_find_char(url, '#'), scheme_end = str_find(url, str_of("://")), at;
    struct str plain = hash >= 0 ? str_slice(url, 0, (size_t)hash) : url, rest, authority;

    if (!str_starts(url, str_of("http://")) && !str_starts(url, str_of("https://")))
        return err_set(err, ERR_INVALID, "a URL must begin with http:// or https://");
    rest = str_slice(plain, (size_t)scheme_end + 3, plain.len);
    authority = rest;
    for (size_t i = 0; i < rest.len; i++) {
        if (strchr("/?", rest.ptr[i])) {
            authority = str_slice(rest, 0, i);
            break;
        }
    }
    for (size_t i = 0; i < plain.len; i++) {
        if ((unsigned char)plain.ptr[i] <= ' ' || plain.ptr[i] == 0x7F)
            return err_set(err, ERR_INVALID, "a URL must not hold blanks or control characters");
    }
    endpoint.url = arena_copy(arena, plain);
    at = str_find_char(authority, '@');
    if (at >= 0) {
        struct str password = str_slice(authority, 0, (size_t)at), user = { 0 };

        str_cut(&password, ':', &user);
        if (!http_decode(user, false, arena, &endpoint.user) ||
            !http_decode(password, false, arena, &endpoint.password))
            return err_set(err, ERR_INVALID, "the URL's user or password is badly escaped");
        endpoint.url = arena_printf(arena, "%.*s://%.*s", (int)scheme_end, plain.ptr,
                                    STR_ARGS(str_slice(rest, (size_t)at + 1, rest.len)));
        authority = str_slice(authority, (size_t)at + 1, authority.len);
    }
    if (authority.len == 0 || authority.ptr[0] == ':')
        return err_set(err, ERR_INVALID, "the URL names no host");
    if (str_find_char(authority, '_') >= 0)
        return err_set(err, ERR_INVALID, "Twilio takes no host name with an underscore");
    if (hash >= 0 && !read_fragment(str_slice(url, (size_t)hash + 1, url.len), &endpoint, err))
        return false;
    *ret = endpoint;
    return true;
}

/* ---- one delivery ---- */

struct delivery *delivery_create(struct simulator *sim, enum delivery_kind kind,
                                 struct message *message)
{
    struct arena arena = { 0 };
    struct delivery *d = ARENA_NEW(&arena, struct delivery);
    unsigned char token[16];

    d->arena = arena; /* from here on only this copy grows */
    d->posted.kind = POSTED_DELIVERY;
    d->sim = sim;
    d->kind = kind;
    d->message = message;
    chance_bytes(&sim->chance, token, sizeof(token));
    hex_encode(token, sizeof(token), d->token);
    return d;
}

void delivery_param(struct delivery *d, const char *name, struct str value)
{
    if (d->param_count == d->param_capacity) {
        size_t capacity = d->param_capacity ? d->param_capacity * 2 : 32;
        struct param *params = ARENA_ARRAY(&d->arena, struct param, capacity);

        if (d->param_count > 0)
            memcpy(params, d->params, d->param_count * sizeof(params[0]));
        d->params = params;
        d->param_capacity = capacity;
    }
    d->params[d->param_count++] =
        (struct param){ arena_copy(&d->arena, str_of(name)), arena_copy(&d->arena, value) };
}

bool delivery_set_url(struct delivery *d, struct str url, bool get, struct err *err)
{
    if (!endpoint_parse(url, &d->arena, &d->endpoint, err))
        return false;
    d->url = arena_copy(&d->arena, url);
    d->get = get;
    d->tries = 0;
    return true;
}

void delivery_destroy(struct delivery *d)
{
    struct arena arena = d->arena;

    arena_release(&arena);
}

bool delivery_succeeded(const struct delivery *d)
{
    return d->failure == HTTP_OK && d->http_status >= 200 && d->http_status < 300;
}

/* application/x-www-form-urlencoded as Twilio writes it: a blank is '+'. */
static void encode_form(struct buf *out, const struct param *params, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct str value = params[i].value, word;
        bool first = true;

        if (i > 0)
            buf_add_char(out, '&');
        http_encode(out, params[i].name);
        buf_add_char(out, '=');
        while (str_cut(&value, ' ', &word)) {
            if (!first)
                buf_add_char(out, '+');
            http_encode(out, word);
            first = false;
        }
    }
}

/* On the client's thread: only what belongs to this delivery alone is touched. */
static void try_done(void *context, const struct http_result *result)
{
    struct delivery *d = context;
    struct simulator *sim = d->sim; /* once posted, the delivery may be gone */

    d->failure = result->failure;
    d->http_status = result->failure == HTTP_OK ? result->status : 0;
    d->elapsed_us = result->elapsed_us;
    d->content_type = arena_copy(&d->arena, http_result_header(result, "Content-Type"));
    d->body = arena_copy(&d->arena, result->body);
    d->error = arena_copy(&d->arena, result->error);
    mailbox_put(&sim->posted, &d->posted.letter);
    http_server_wake(sim->server);
}

void delivery_start(struct delivery *d)
{
    CLEANUP(buf_release) struct buf form = { 0 };
    char signature[SIGNATURE_BYTES];
    int64_t now_us = clock_mono_us(), left_ms;
    struct http_call call = { .method = d->get ? "GET" : "POST" };

    if (d->tries++ == 0)
        d->started_us = now_us;
    d->started_ms = clock_now_ms();
    encode_form(&form, d->params, d->param_count);
    call.url = d->endpoint.url;
    if (d->get) {
        const char *joint = str_find_char(call.url, '?') >= 0 ? "&" : "?";

        call.url = arena_printf(&d->arena, "%.*s%s%.*s", STR_ARGS(call.url), joint,
                                STR_ARGS(buf_view(&form)));
    } else {
        call.body = buf_view(&form);
    }
    signature_make(d->sim->auth_token, call.url, d->params, d->get ? 0 : d->param_count, signature);
    if (d->bad_signature)
        signature[0] = signature[0] == 'A' ? 'B' : 'A';
    left_ms = d->endpoint.total_ms - (now_us - d->started_us) / 1000;
    call.connect_timeout_ms = d->endpoint.connect_ms;
    call.timeout_ms = d->endpoint.connect_ms + d->endpoint.read_ms;
    if (call.timeout_ms > left_ms)
        call.timeout_ms = left_ms > 1 ? left_ms : 1;
    call.user = d->endpoint.user;
    call.password = d->endpoint.password;
    call.response_bytes_max = (size_t)256 * 1024;
    call.headers = (const struct http_header[]){
        { STR("X-Twilio-Signature"), str_of(signature) },
        { STR("I-Twilio-Idempotency-Token"), str_of(d->token) },
        { STR("User-Agent"), STR("TwilioProxy/1.1") },
        { STR("X-Home-Region"), STR("us1") },
        { STR("Accept"), STR("*/*") },
        { STR("Content-Type"), STR("application/x-www-form-urlencoded; charset=UTF-8") },
    };
    call.header_count = d->get ? 5 : 6;
    http_start(d->sim->client, &call, try_done, d);
}

/* Which bit of #rp= this end of a try falls under; 0 when it is none that is ever repeated. */
static unsigned failure_class(const struct delivery *d)
{
    switch (d->failure) {
    case HTTP_NOT_SENT: return RETRY_CONNECT;
    case HTTP_UNKNOWN: return RETRY_READ;
    case HTTP_CANCELLED: return 0;
    case HTTP_OK:
        if (d->http_status >= 500)
            return RETRY_5XX;
        return d->http_status >= 400 ? RETRY_4XX : 0;
    }
    die("failure of unknown kind %d", (int)d->failure);
}

static void record_try(struct simulator *sim, struct delivery *d)
{
    struct post_record *record = d->record;

    if (!d->message || (d->kind == DELIVERY_CALLBACK && !record))
        return;
    if (d->kind == DELIVERY_TEXT) {
        record = book_post(sim, d->message); /* a webhook has one for each try */
        record->at_ms = d->started_ms;
        record->fallback = d->fallback;
        record->bad_signature = d->bad_signature;
        record->url = arena_copy(&sim->books, d->url);
    }
    record->tries = d->tries;
    record->outcome = delivery_succeeded(d) ? "ok" : "failed";
    record->http_status = d->http_status;
    record->elapsed_us = d->elapsed_us;
    record->error = arena_copy(&sim->books, d->error);
}

void delivery_try_ended(struct simulator *sim, struct delivery *d)
{
    int64_t spent_ms = (clock_mono_us() - d->started_us) / 1000;

    record_try(sim, d);
    if (!sim->draining && d->message && (failure_class(d) & d->endpoint.retry_on) != 0 &&
        d->tries <= d->endpoint.retries && spent_ms < d->endpoint.total_ms)
        delivery_start(d);
    else
        carrier_delivery_ended(sim, d);
}
