/*
 * carrier.c - what happens to texts between two phones: webhooks, keywords, statuses, callbacks.
 *
 * Callbacks of one message go out one after the other and in order unless a fault says otherwise;
 * Twilio promises no order at all, so a program must not rely on what it sees here without faults.
 * Keyword answers are, as at Twilio, no messages of the account: they are told as events only.
 */
#include <stdlib.h>
#include <time.h>

#include "loop/clock.h"
#include "simulator/state.h"

#define REPLIES_MAX 10  /* <Message> verbs of one answer; the rest are dropped with 14109 */
#define STARTED_MAX 256 /* deliveries with the HTTP client at once */
#define MAGIC_FROM "+15005550006" /* test credentials: accepted, never sent */

/* ---- keywords ---- */

enum keyword { KEYWORD_NONE, KEYWORD_STOP, KEYWORD_START, KEYWORD_HELP };

/* Source: https://help.twilio.com/articles/223134027 */
static const struct {
    const char *word;
    enum keyword meaning;
} keywords[] = {
    { "CANCEL", KEYWORD_STOP },      { "END", KEYWORD_STOP },     { "HELP", KEYWORD_HELP },
    { "INFO", KEYWORD_HELP },        { "OPTOUT", KEYWORD_STOP },  { "QUIT", KEYWORD_STOP },
    { "REVOKE", KEYWORD_STOP },      { "START", KEYWORD_START },  { "STOP", KEYWORD_STOP },
    { "STOPALL", KEYWORD_STOP },     { "UNSTOP", KEYWORD_START }, { "YES", KEYWORD_START },
    { "UNSUBSCRIBE", KEYWORD_STOP },
};

static enum keyword keyword_of(const struct message *message)
{
    struct str word = str_trim(message->body);

    if (message->opt_out_type.len > 0)
        word = message->opt_out_type;
    if (phone_is_toll_free(message->to) && str_equal_nocase(word, str_of("YES")))
        return KEYWORD_NONE; /* the toll-free network knows START and UNSTOP only */
    for (size_t i = 0; i < ARRAY_LEN(keywords); i++) {
        if (str_equal_nocase(word, str_of(keywords[i].word)))
            return keywords[i].meaning;
    }
    return KEYWORD_NONE;
}

static void provider_reply(struct simulator *sim, struct message *message, const char *keyword,
                           const char *answer)
{
    message->keyword = keyword;
    sim_emit(sim, &(struct simulator_event){ .kind = SIMULATOR_PROVIDER_REPLY,
                                             .sid = str_of(message->sid),
                                             .from = message->to,
                                             .to = message->from,
                                             .body = str_of(answer) });
}

static void handle_keyword(struct simulator *sim, struct message *message)
{
    if (!sim->settings.provider_handles_opt_out || phone_is_short_code(message->to))
        return; /* a short code's application answers for itself */
    switch (keyword_of(message)) {
    case KEYWORD_NONE: return;
    case KEYWORD_STOP:
        if (book_block(sim, message->to, message->from, true))
            provider_reply(sim, message, "STOP",
                           "You have successfully been unsubscribed. You will not receive any "
                           "more messages from this number. Reply START to resubscribe.");
        message->keyword = "STOP";
        return;
    case KEYWORD_START:
        if (book_block(sim, message->to, message->from, false))
            provider_reply(sim, message, "START",
                           "You have successfully been re-subscribed to messages from this "
                           "number. Reply HELP for help. Reply STOP to unsubscribe.");
        return;
    case KEYWORD_HELP:
        provider_reply(sim, message, "HELP",
                       "Reply STOP to unsubscribe. Msg&Data Rates May Apply.");
        return;
    }
}

/* ---- inbound texts ---- */

/* A number's country, and for the United States a place that goes with it: best effort, as ever. */
static void add_place(struct delivery *d, const char *side, struct str phone)
{
    static const struct {
        const char *prefix, *country, *city, *state, *zip;
    } places[] = {
        { "+1202", "US", "WASHINGTON", "DC", "20001" },
        { "+1212", "US", "NEW YORK", "NY", "10001" },
        { "+1415", "US", "SAN FRANCISCO", "CA", "94103" },
        { "+1", "US", "", "", "" },
        { "+44", "GB", "", "", "" },
        { "+", "", "", "", "" },
    };

    for (size_t i = 0; i < ARRAY_LEN(places); i++) {
        const struct {
            const char *name, *value;
        } fields[] = {
            { "City", places[i].city },
            { "State", places[i].state },
            { "Zip", places[i].zip },
            { "Country", places[i].country },
        };

        if (!str_starts(phone, str_of(places[i].prefix)))
            continue;
        for (size_t k = 0; k < ARRAY_LEN(fields); k++) {
            struct str name = arena_printf(&d->arena, "%s%s", side, fields[k].name);

            delivery_param(d, name.ptr, str_of(fields[k].value));
        }
        return;
    }
}

static void add_int(struct delivery *d, const char *name, int64_t value)
{
    delivery_param(d, name, arena_printf(&d->arena, "%lld", (long long)value));
}

static void add_media(struct simulator *sim, struct delivery *d, const struct message *message)
{
    size_t i = 0;

    for (const struct media *media = message->media; media; media = media->next, i++) {
        struct str name = arena_printf(&d->arena, "MediaContentType%zu", i);

        delivery_param(d, name.ptr, media->content_type);
        name = arena_printf(&d->arena, "MediaUrl%zu", i);
        delivery_param(d, name.ptr,
                       arena_printf(&d->arena, "%.*s/2010-04-01/Accounts/%.*s/Messages/%s/Media/%s",
                                    STR_ARGS(sim->base_url), STR_ARGS(sim->account_sid),
                                    message->sid, media->sid));
    }
}

static struct delivery *text_delivery(struct simulator *sim, struct message *message)
{
    struct delivery *d = delivery_create(sim, DELIVERY_TEXT, message);

    add_place(d, "To", message->to);
    add_place(d, "From", message->from);
    delivery_param(d, "SmsMessageSid", str_of(message->sid));
    add_int(d, "NumMedia", (int64_t)message->media_count);
    delivery_param(d, "SmsSid", str_of(message->sid));
    delivery_param(d, "SmsStatus", str_of("received"));
    delivery_param(d, "Body", message->body);
    delivery_param(d, "To", message->to);
    add_int(d, "NumSegments", message->segments);
    delivery_param(d, "MessageSid", str_of(message->sid));
    delivery_param(d, "AccountSid", sim->account_sid);
    delivery_param(d, "From", message->from);
    delivery_param(d, "ApiVersion", str_of("2010-04-01"));
    if (message->opt_out_type.len > 0)
        delivery_param(d, "OptOutType", message->opt_out_type);
    add_media(sim, d, message);
    return d;
}

static void discard(struct simulator *sim, struct delivery *d)
{
    if (d->previous)
        d->previous->next = d->next;
    else
        sim->deliveries = d->next;
    if (d->next)
        d->next->previous = d->previous;
    sim->deliveries_count--;
    delivery_destroy(d);
}

/*
 * A burst waits here and not in the client, which keeps a handle for each call it was given. What
 * the books forgot meanwhile does not go out any more.
 */
static void start_waiting(struct simulator *sim)
{
    while (sim->launches_first && sim->started_count < STARTED_MAX && !sim->draining) {
        struct delivery *d = sim->launches_first;

        sim->launches_first = d->waiting_next;
        d->waiting_next = NULL;
        if (!d->message) {
            discard(sim, d);
            continue;
        }
        sim->started_count++;
        delivery_start(d);
    }
}

static void start_orders(struct simulator *sim)
{
    while (sim->orders_first && sim->started_count < STARTED_MAX && !sim->draining) {
        struct text_order *order = sim->orders_first;

        sim->orders_first = order->next;
        if (!carrier_text(sim, order))
            log_line(sim->log, LOG_WARN, "text dropped: its number is not ours",
                     log_text("sid", order->sid));
        free(order);
    }
}

void carrier_take_order(struct simulator *sim, struct text_order *order)
{
    order->next = NULL;
    if (sim->orders_first)
        sim->orders_last->next = order;
    else
        sim->orders_first = order;
    sim->orders_last = order;
    start_orders(sim);
}

static void launch(struct simulator *sim, struct delivery *d)
{
    d->next = sim->deliveries;
    d->previous = NULL;
    if (d->next)
        d->next->previous = d;
    sim->deliveries = d;
    sim->deliveries_count++;
    if (sim->launches_first)
        sim->launches_last->waiting_next = d;
    else
        sim->launches_first = d;
    sim->launches_last = d;
    start_waiting(sim);
}

static void text_ended(struct simulator *sim, struct message *message, int http_status)
{
    message->webhooks_under_way--;
    message->webhooks_ended++;
    sim->counters.webhooks++;
    if (message->webhook_code != 0) {
        sim->counters.webhooks_failed++;
        log_line(sim->log, LOG_WARN, "webhook failed", log_text("sid", message->sid),
                 log_int("code", message->webhook_code), log_int("http_status", http_status));
    }
    sim_emit(sim, &(struct simulator_event){ .kind = SIMULATOR_INBOUND,
                                             .sid = str_of(message->sid),
                                             .from = message->from,
                                             .to = message->to,
                                             .body = message->body,
                                             .error_code = message->webhook_code,
                                             .http_status = http_status });
}

/* Nobody to call is no failure: the text can still be read through the API. */
static void post_text(struct simulator *sim, struct message *message, struct delivery *d,
                      const struct number *number)
{
    message->webhooks_under_way++;
    message->webhook_code = 0;
    if (number->sms_url.len > 0 &&
        delivery_set_url(d, number->sms_url, str_is(number->sms_method, "GET"), NULL)) {
        launch(sim, d);
        return;
    }
    delivery_destroy(d);
    text_ended(sim, message, 0);
}

struct message *carrier_text(struct simulator *sim, const struct text_order *order)
{
    struct message *message = book_find(sim, str_of(order->sid));
    const struct number *number = number_find(sim, message ? message->to : order->to);
    const struct fault *fault;
    struct delivery *d;

    if (!number || (message && message->direction != DIRECTION_INBOUND))
        return NULL;
    if (!message) {
        message = book_add(sim, &(struct draft){ .direction = DIRECTION_INBOUND,
                                                 .status = STATUS_RECEIVED,
                                                 .sid = str_of(order->sid),
                                                 .to = order->to,
                                                 .from = order->from,
                                                 .body = order->body,
                                                 .media = order->media,
                                                 .media_count = order->media_count });
        message->opt_out_type = arena_copy(&sim->books, order->opt_out_type);
        sim->counters.inbound++;
        handle_keyword(sim, message);
    }
    d = text_delivery(sim, message);
    fault = fault_pick(sim, STAGE_TEXT, message->from, message->to);
    d->bad_signature = fault && fault->kind == FAULT_WRONG_SIGNATURE;
    if (fault && fault->kind == FAULT_DUPLICATE_TEXT) {
        struct delivery *again = text_delivery(sim, message);

        memcpy(again->token, d->token, sizeof(d->token));
        post_text(sim, message, again, number);
    }
    post_text(sim, message, d, number);
    return message;
}

/* ---- outbound messages ---- */

static void queue_callback(struct simulator *sim, struct message *message, struct delivery *d)
{
    struct delivery **last = &message->callbacks_waiting;

    if (!message->callback_under_way) {
        message->callback_under_way = d;
        launch(sim, d);
        return;
    }
    while (*last)
        last = &(*last)->waiting_next;
    *last = d;
}

/* YYMMDDhhmm of some time zone; which one differs even within a carrier, so it follows the message.
 */
static void add_receipt_date(struct delivery *d, const struct message *message)
{
    time_t then = (time_t)(message->updated_ms / 1000) + (time_t)(message->seq % 24 - 12) * 3600;
    struct tm tm;

    if (message->seq % 2 == 0 && gmtime_r(&then, &tm))
        delivery_param(d, "RawDlrDoneDate",
                       arena_printf(&d->arena, "%02d%02d%02d%02d%02d", tm.tm_year % 100,
                                    tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min));
}

static struct delivery *callback_delivery(struct simulator *sim, struct message *message,
                                          const char *sid)
{
    struct delivery *d = delivery_create(sim, DELIVERY_CALLBACK, message);
    struct str status = str_of(status_name(message->status));

    delivery_param(d, "SmsSid", str_of(sid));
    delivery_param(d, "SmsStatus", status);
    delivery_param(d, "MessageStatus", status);
    delivery_param(d, "To", message->to);
    delivery_param(d, "MessageSid", str_of(sid));
    delivery_param(d, "AccountSid", sim->account_sid);
    delivery_param(d, "From", message->from);
    delivery_param(d, "ApiVersion", str_of("2010-04-01"));
    if (message->service_sid.len > 0)
        delivery_param(d, "MessagingServiceSid", message->service_sid);
    if (message->error_code != 0) {
        add_int(d, "ErrorCode", message->error_code);
        if (message->seq % 3 == 0) /* only sometimes there */
            delivery_param(d, "ErrorMessage", str_of("The message was not delivered"));
    }
    if (message->status == STATUS_DELIVERED || message->status == STATUS_UNDELIVERED)
        add_receipt_date(d, message);
    if (!delivery_set_url(d, message->status_callback, false, NULL)) {
        delivery_destroy(d); /* the create was refused for it, so only a TwiML reply gets here */
        return NULL;
    }
    return d;
}

static struct post_record *record_callback(struct simulator *sim, struct message *message)
{
    struct post_record *record = book_post(sim, message);

    record->status = message->status;
    record->error_code = message->error_code;
    return record;
}

/* The same callback once more, or one for a message nobody sent. */
static void queue_extra(struct simulator *sim, struct message *message, const char *token,
                        bool stray)
{
    char sid[SIMULATOR_SID_BYTES];
    struct delivery *d;

    sid_make(sim, "SM", sid);
    d = callback_delivery(sim, message, stray ? sid : message->sid);
    if (!d)
        return;
    d->record = record_callback(sim, message);
    d->record->stray = stray;
    d->record->duplicate = !stray;
    if (!stray)
        memcpy(d->token, token, sizeof(d->token));
    queue_callback(sim, message, d);
}

static void tell_status(struct simulator *sim, struct message *message)
{
    const struct fault *fault;
    struct delivery *d;
    char token[33];

    if (message->status_callback.len == 0)
        return;
    fault = fault_pick(sim, STAGE_CALLBACK, message->from, message->to);
    if (fault && fault->kind == FAULT_DROP_CALLBACK) {
        record_callback(sim, message)->outcome = "dropped";
        sim->counters.callbacks_dropped++;
        return;
    }
    d = callback_delivery(sim, message, message->sid);
    if (!d)
        return;
    d->record = record_callback(sim, message);
    memcpy(token, d->token, sizeof(token));
    if (message->reorder && message->status == STATUS_SENT && message->ending != STATUS_SENT)
        message->stashed = d;
    else
        queue_callback(sim, message, d);
    if (fault)
        queue_extra(sim, message, token, fault->kind == FAULT_STRAY_CALLBACK);
}

static void change_status(struct simulator *sim, struct message *message, enum status status)
{
    message->status = status;
    message->updated_ms = clock_now_ms();
    if (status == STATUS_SENT)
        message->sent_ms = message->updated_ms;
    if (status == message->ending)
        message->error_code = message->ending_code;
    sim_emit(sim, &(struct simulator_event){ .kind = SIMULATOR_STATUS,
                                             .sid = str_of(message->sid),
                                             .from = message->from,
                                             .to = message->to,
                                             .body = message->body,
                                             .status = status_name(status),
                                             .error_code = message->error_code });
    tell_status(sim, message);
    if (message->stashed && status != STATUS_SENT) {
        queue_callback(sim, message, message->stashed);
        message->stashed = NULL;
    }
}

static void step(struct simulator *sim, struct timer *timer);

static void step_after(struct simulator *sim, struct message *message, int64_t after_ms)
{
    if (message->status != STATUS_SCHEDULED)
        sim->steps_count++; /* what is scheduled may be weeks away and keeps nobody from being idle
                             */
    sim_timer_set(sim, &message->step, after_ms, step);
}

static void step(struct simulator *sim, struct timer *timer)
{
    struct message *message =
        (struct message *)(void *)((char *)timer - offsetof(struct message, step));

    if (message->status != STATUS_SCHEDULED)
        sim->steps_count--;
    switch (message->status) {
    case STATUS_SCHEDULED:
    case STATUS_ACCEPTED:
        change_status(sim, message, STATUS_QUEUED);
        step_after(sim, message, sim->settings.sent_after_ms);
        break;
    case STATUS_QUEUED:
        change_status(sim, message, message->ending == STATUS_FAILED ? STATUS_FAILED : STATUS_SENT);
        if (message->status == STATUS_SENT && message->ending != STATUS_SENT)
            step_after(sim, message, sim->settings.delivered_after_ms);
        break;
    case STATUS_SENT: change_status(sim, message, message->ending); break;
    case STATUS_DELIVERED:
    case STATUS_UNDELIVERED:
    case STATUS_FAILED:
    case STATUS_CANCELED:
    case STATUS_RECEIVED: break;
    }
}

static void choose_ending(struct simulator *sim, struct message *message)
{
    const struct fault *fault = fault_pick(sim, STAGE_OUTCOME, message->from, message->to);

    message->ending = STATUS_DELIVERED;
    if (book_is_blocked(sim, message->from, message->to)) {
        message->ending = STATUS_FAILED; /* through a service 21610 can come late */
        message->ending_code = 21610;
    } else if (fault && fault->kind == FAULT_UNDELIVERED) {
        message->ending = STATUS_UNDELIVERED;
        message->ending_code = (int)fault->error_code;
    } else if (fault && fault->kind == FAULT_FAILED) {
        message->ending = STATUS_FAILED;
        message->ending_code = (int)fault->error_code;
    } else if (fault) {
        message->ending = STATUS_SENT;
    }
    message->reorder = fault_pick(sim, STAGE_ORDER, message->from, message->to) != NULL;
}

void carrier_accept(struct simulator *sim, struct message *message, int64_t send_at_ms)
{
    int64_t after_ms = sim->settings.sent_after_ms;

    sim->counters.outbound++;
    sim_emit(sim, &(struct simulator_event){ .kind = SIMULATOR_OUTBOUND,
                                             .sid = str_of(message->sid),
                                             .from = message->from,
                                             .to = message->to,
                                             .body = message->body,
                                             .status = status_name(message->status) });
    if (str_is(message->from, MAGIC_FROM))
        return;
    choose_ending(sim, message);
    if (message->status == STATUS_SCHEDULED)
        after_ms = send_at_ms - message->created_ms;
    else if (message->status == STATUS_ACCEPTED)
        after_ms = 0;
    step_after(sim, message, after_ms);
}

void carrier_cancel(struct simulator *sim, struct message *message)
{
    timer_cancel(&sim->timers, &message->step);
    change_status(sim, message, STATUS_CANCELED);
}

/* ---- what came back ---- */

static void send_replies(struct simulator *sim, const struct message *text,
                         const struct twiml_reply *reply)
{
    for (size_t i = 0; reply && i < REPLIES_MAX; reply = reply->next, i++) {
        struct str from = reply->from.len > 0 ? reply->from : text->to;
        struct str to = reply->to.len > 0 ? reply->to : text->from;
        struct message *message;

        if (book_is_blocked(sim, from, to) || !number_find(sim, from))
            continue;
        message = book_add(sim, &(struct draft){ .direction = DIRECTION_OUTBOUND_REPLY,
                                                 .status = STATUS_QUEUED,
                                                 .to = to,
                                                 .from = from,
                                                 .body = reply->body,
                                                 .status_callback = reply->status_callback,
                                                 .media_urls = reply->media_urls,
                                                 .media_count = reply->media_count });
        carrier_accept(sim, message, 0);
    }
}

/* 0, or what Twilio's console would show. */
static int judge_answer(struct delivery *d, struct twiml_reply **ret)
{
    if (d->failure == HTTP_NOT_SENT)
        return 11205;
    if (d->failure != HTTP_OK)
        return 11200;
    if (d->http_status < 200 || d->http_status >= 300)
        return 11217;
    if (d->body.len == 0)
        return 0;
    return twiml_parse(d->content_type, d->body, &d->arena, ret);
}

/* True when the number's fallback is being called now. */
static bool try_fallback(struct simulator *sim, struct delivery *failed, int code)
{
    const struct number *number = number_find(sim, failed->message->to);
    struct delivery *d;

    if (failed->fallback || !number || number->fallback_url.len == 0 || sim->draining)
        return false;
    d = text_delivery(sim, failed->message);
    d->fallback = true;
    add_int(d, "ErrorCode", code);
    delivery_param(d, "ErrorUrl", failed->endpoint.url);
    if (!delivery_set_url(d, number->fallback_url, str_is(number->fallback_method, "GET"), NULL)) {
        delivery_destroy(d);
        return false;
    }
    launch(sim, d);
    return true;
}

static void text_delivery_ended(struct simulator *sim, struct delivery *d)
{
    struct twiml_reply *replies = NULL;
    int code = judge_answer(d, &replies);

    d->message->webhook_code = code;
    if (code != 0 && try_fallback(sim, d, code))
        return;
    text_ended(sim, d->message, d->http_status);
    send_replies(sim, d->message, replies);
}

static void callback_delivery_ended(struct simulator *sim, struct delivery *d)
{
    struct message *message = d->message;
    struct delivery *next = message->callbacks_waiting;

    sim->counters.callbacks++;
    if (!delivery_succeeded(d))
        sim->counters.callbacks_failed++;
    message->callback_under_way = NULL;
    if (!next || sim->draining)
        return;
    message->callbacks_waiting = next->waiting_next;
    next->waiting_next = NULL;
    message->callback_under_way = next;
    launch(sim, next);
}

void carrier_delivery_ended(struct simulator *sim, struct delivery *d)
{
    if (d->message && d->kind == DELIVERY_TEXT)
        text_delivery_ended(sim, d);
    else if (d->message)
        callback_delivery_ended(sim, d);
    sim->started_count--;
    discard(sim, d);
    start_waiting(sim);
    start_orders(sim);
}
