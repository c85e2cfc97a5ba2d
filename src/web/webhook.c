/*
 * webhook.c - the door: what the provider tells us, safe on disk before it is thanked.
 *
 * A request is verified and parsed as it comes, then waits for the end of the server's round, where
 * all that came are appended with one flush and answered. Nothing unverified takes room in the
 * spool or costs anybody's quota; the log tells why a request was refused, never what it said.
 */
#include <stdlib.h>

#include "loop/clock.h"
#include "web/inside.h"
#include "web/problem.h"

/* Room for every entry that may come in one round is made as needed and kept. */
#define GROW_BY 64

static const char no_provider[] =
    "no provider account is configured: set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN";
static const char is_full[] = "the queue of accepted texts is full; try again";

static bool is_form(const struct http_request *request)
{
    struct str type = http_header_find(request, "Content-Type"), media;

    return str_cut(&type, ';', &media) &&
           str_equal_nocase(str_trim(media), str_of("application/x-www-form-urlencoded"));
}

struct http_admission webhook_admit(struct surface *surface, const struct http_request *request)
{
    struct web *web = surface->web;

    if (!web->config.provider) {
        metric_add(web->config.metrics, METRIC_WEBHOOK_SHED, 1);
        return refuse(request->arena, 503, no_provider, str_of(""));
    }
    if (spool_is_full(web->config.spool, 1, WEBHOOK_BODY_BYTES_MOST)) {
        metric_add(web->config.metrics, METRIC_WEBHOOK_SHED, 1);
        return refuse(request->arena, 503, is_full, str_of(""));
    }
    if (str_is(request->method, "POST") && !is_form(request)) {
        metric_add(web->config.metrics, METRIC_WEBHOOK_INVALID, 1);
        return refuse(request->arena, 415, "a webhook is application/x-www-form-urlencoded",
                      str_of(""));
    }
    return (struct http_admission){ .body_bytes_max = WEBHOOK_BODY_BYTES_MOST };
}

static void turn_away(struct web *web, struct http_request *request, enum metric metric, int status,
                      const char *detail, const char *reason)
{
    metric_add(web->config.metrics, metric, 1);
    log_line(web->config.log, LOG_WARN, "webhook_refused", log_int("status", status),
             log_str("path", request->path), log_str("peer", request->peer),
             log_text("reason", reason));
    respond_problem(request, status, detail);
}

/* Keep it for the end of the round. False when there is no room for one more. */
static bool keep(struct web *web, struct http_request *request, const struct spool_entry *entry)
{
    struct door *door = &web->door;
    size_t bytes = entry->body.len + entry->query.len + entry->account.len + entry->dedupe.len;

    if (spool_is_full(web->config.spool, door->count + 1, door->bytes + bytes))
        return false;
    if (door->count == door->capacity) {
        door->capacity += GROW_BY;
        door->requests =
            reallocarray(door->requests, door->capacity, sizeof(struct http_request *));
        door->entries = reallocarray(door->entries, door->capacity, sizeof(struct spool_entry));
        if (!door->requests || !door->entries)
            die("out of memory (the door)");
    }
    door->requests[door->count] = request;
    door->entries[door->count++] = *entry;
    door->bytes += bytes;
    return true;
}

static struct str form_of(const struct http_request *request)
{
    return str_is(request->method, "GET") ? request->query : request->body;
}

static bool is_signed(struct web *web, struct http_request *request)
{
    const struct provider *provider = web->config.provider;
    struct err err = { 0 };

    if (provider->ops->verify(provider, request, &err))
        return true;
    turn_away(web, request, METRIC_WEBHOOK_DENIED, 403,
              "not signed with a token of the account that is configured here", err.text);
    return false;
}

static void accept(struct web *web, struct http_request *request, enum spool_kind kind,
                   struct str account)
{
    struct spool_entry entry = {
        .kind = kind,
        .account = account,
        .query = request->query,
        .body = form_of(request),
        .dedupe = http_header_find(request, "I-Twilio-Idempotency-Token"),
    };

    if (!keep(web, request, &entry))
        turn_away(web, request, METRIC_WEBHOOK_SHED, 503, is_full, "spool full");
}

void webhook_inbound(struct surface *surface, struct http_request *request)
{
    struct web *web = surface->web;
    const struct provider *provider = web->config.provider;
    struct inbound_message message;
    struct err err = { 0 };

    if (!is_signed(web, request))
        return;
    if (provider->ops->read_inbound(provider, form_of(request), request->arena, &message, &err))
        accept(web, request, SPOOL_INBOUND, message.account);
    else
        turn_away(web, request, METRIC_WEBHOOK_INVALID, 400, err.text, err.field);
}

void webhook_status(struct surface *surface, struct http_request *request)
{
    struct web *web = surface->web;
    const struct provider *provider = web->config.provider;
    struct status_callback status;
    struct err err = { 0 };

    if (!is_signed(web, request))
        return;
    if (provider->ops->read_status(provider, form_of(request), request->arena, &status, &err))
        accept(web, request, SPOOL_STATUS, status.account);
    else
        turn_away(web, request, METRIC_WEBHOOK_INVALID, 400, err.text, err.field);
}

static void thank_all(struct web *web)
{
    const struct provider *provider = web->config.provider;
    struct http_response thanks = provider->ops->acknowledge(provider);
    int64_t now_us = clock_mono_us(), waited_us = 0;

    for (size_t i = 0; i < web->door.count; i++) {
        waited_us += now_us - web->door.requests[i]->received_us;
        http_respond(web->door.requests[i]->exchange, &thanks);
    }
    metric_add(web->config.metrics, METRIC_WEBHOOK_ACCEPTED, (int64_t)web->door.count);
    metric_add(web->config.metrics, METRIC_ACK_MICROS, waited_us);
    metric_add(web->config.metrics, METRIC_SPOOL_FLUSHES, 1);
}

static void refuse_all(struct web *web, const struct err *err)
{
    log_line(web->config.log, LOG_ERROR, "spool_failed", log_text("reason", err->text),
             log_int("requests", (int64_t)web->door.count));
    metric_add(web->config.metrics, METRIC_WEBHOOK_SHED, (int64_t)web->door.count);
    for (size_t i = 0; i < web->door.count; i++)
        respond_problem(web->door.requests[i], 503, "the text could not be stored; try again");
}

void webhook_round(struct surface *surface)
{
    struct web *web = surface->web;
    struct door *door = &web->door;
    int64_t now_ms = clock_now_ms();
    struct err err = { 0 };

    if (door->count > 0) {
        for (size_t i = 0; i < door->count; i++)
            door->entries[i].received_ms = now_ms;
        if (spool_append(web->config.spool, door->entries, door->count, &door->chance, &err)) {
            atomic_store(&web->append_failed_us, 0);
            thank_all(web);
            engine_wake(web->config.engine);
        } else {
            atomic_store(&web->append_failed_us, clock_mono_us());
            refuse_all(web, &err);
        }
        door->count = 0;
        door->bytes = 0;
    }
    spool_tend(web->config.spool);
}

void door_release(struct door *door)
{
    free(door->requests);
    free(door->entries);
    *door = (struct door){ 0 };
}
