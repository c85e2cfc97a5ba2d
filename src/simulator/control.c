/*
 * control.c - /simulator: how tests and people steer the simulator and read its books.
 *
 * It asks for no credentials, so bind the simulator where only those may reach it who shall. What
 * it shows is what happened, not what Twilio would show: redacted and deleted messages stay
 * readable here.
 */
#include <openssl/evp.h>

#include "loop/clock.h"
#include "simulator/segments.h"
#include "simulator/state.h"

#define LIMIT_DEFAULT 1000
#define LIMIT_MAX 100000
#define WAIT_DEFAULT_MS 10000
#define WAIT_MAX_MS 600000
#define MEDIA_MAX 10

/* ---- answers ---- */

static void answer_problem(struct simulator *sim, struct http_request *request, int status,
                           const char *field, struct str detail)
{
    CLEANUP(buf_release) struct buf json = { 0 };
    struct json_writer w = { .out = &json };

    json_open_object(&w);
    json_field_text(&w, "type", "about:blank");
    json_field_text(&w, "title",
                    status == 404   ? "Not Found"
                    : status == 405 ? "Method Not Allowed"
                                    : "Bad Request");
    json_field_int(&w, "status", status);
    json_field_str(&w, "detail", detail);
    if (field && field[0] != '\0')
        json_field_text(&w, "field", field);
    json_close_object(&w);
    sim_answer(sim, request,
               &(struct http_response){ .status = status,
                                        .content_type = "application/problem+json",
                                        .body = buf_view(&json) },
               0);
}

static void answer_err(struct simulator *sim, struct http_request *request, const struct err *err)
{
    answer_problem(sim, request, err->kind == ERR_NOT_FOUND ? 404 : 400, err->field,
                   str_of(err->text));
}

/* The body as an object; an empty body is an empty object. NULL after an answer was given. */
static json_t *read_body(struct simulator *sim, struct http_request *request)
{
    struct err err = { 0 };
    struct str text = request->body.len > 0 ? request->body : str_of("{}");
    json_t *object = json_read(text, &err);

    if (object && !json_is_object(object)) {
        json_drop(&object);
        err_set(&err, ERR_INVALID, "the body must be a JSON object");
    }
    if (!object)
        answer_err(sim, request, &err);
    return object;
}

/* ---- texts ---- */

static bool decode_base64(struct str text, struct arena *arena, struct str *ret)
{
    unsigned char *bytes = arena_alloc(arena, text.len / 4 * 3 + 3);
    int len;

    if (text.len % 4 != 0 || text.len > INT32_MAX)
        return false;
    len = EVP_DecodeBlock(bytes, (const unsigned char *)text.ptr, (int)text.len);
    if (len < 0)
        return false;
    for (size_t i = 1; i <= 2 && i <= text.len && text.ptr[text.len - i] == '='; i++)
        len--;
    *ret = (struct str){ (const char *)bytes, (size_t)len };
    return true;
}

static bool read_media(json_t *list, struct arena *arena, struct text_order *order, struct err *err)
{
    static const char *const known[] = { "content_type", "data", NULL };
    size_t i;
    json_t *item;

    order->media_count = json_array_size(list);
    if (order->media_count > MEDIA_MAX)
        return err_set_field(err, "media", "media must be at most %d files", MEDIA_MAX);
    order->media = ARENA_ARRAY(arena, struct simulator_media, order->media_count + 1);
    json_array_foreach (list, i, item) {
        struct simulator_media *media = &order->media[i];
        struct str data = { 0 };

        if (!json_is_object(item))
            return err_set_field(err, "media", "media must be a list of objects");
        if (!json_check_keys(item, known, err) ||
            !json_get_str(item, "content_type", true, &media->content_type, err) ||
            !json_get_str(item, "data", true, &data, err))
            return err_add(err, "media[%zu]", i);
        if (!decode_base64(data, arena, &media->bytes))
            return err_set_field(err, "media", "media[%zu]: data is not base64", i);
    }
    return true;
}

static bool read_text(struct simulator *sim, json_t *object, struct arena *arena,
                      struct text_order *order, struct err *err)
{
    static const char *const known[] = {
        "from", "to", "body", "media", "sid", "opt_out_type", NULL
    };
    struct str sid = { 0 };
    json_t *media = NULL;
    const struct message *replayed;

    if (!json_check_keys(object, known, err) || !json_get_str(object, "sid", false, &sid, err))
        return false;
    if (sid.len > 0 && !sid_is(sid, "SM") && !sid_is(sid, "MM"))
        return err_set_field(err, "sid", "sid must be SM or MM and 32 hex digits");
    replayed = book_find(sim, sid);
    if (replayed && replayed->direction != DIRECTION_INBOUND)
        return err_set_field(err, "sid", "sid is that of an outbound message");
    if (sid.len > 0)
        memcpy(order->sid, sid.ptr, sid.len);
    if (replayed)
        return true;
    if (!json_get_str(object, "from", true, &order->from, err) ||
        !json_get_str(object, "to", true, &order->to, err) ||
        !json_get_str(object, "body", false, &order->body, err) ||
        !json_get_str(object, "opt_out_type", false, &order->opt_out_type, err) ||
        !json_get_array(object, "media", false, &media, err) ||
        (media && !read_media(media, arena, order, err)) ||
        !sim_check_text(order->from, order->to, order->body, order->media_count, err))
        return false;
    if (!number_find(sim, order->to)) {
        err_set_field(err, "to",
                      "to is not one of our numbers; add it with POST /simulator/numbers");
        err->kind = ERR_NOT_FOUND;
        return false;
    }
    if (sid.len == 0)
        sid_make(sim, order->media_count > 0 ? "MM" : "SM", order->sid);
    return true;
}

static void post_text(struct simulator *sim, struct http_request *request)
{
    CLEANUP(json_drop) json_t *object = read_body(sim, request);
    CLEANUP(buf_release) struct buf json = { 0 };
    struct json_writer w = { .out = &json };
    struct text_order order = { 0 };
    const struct message *message;
    struct err err = { 0 };

    if (!object)
        return;
    if (!read_text(sim, object, request->arena, &order, &err)) {
        answer_err(sim, request, &err);
    } else {
        message = carrier_text(sim, &order);
        json_open_object(&w);
        json_field_text(&w, "sid", message->sid);
        json_field_int(&w, "seq", (int64_t)message->seq);
        json_close_object(&w);
        answer_json(sim, request, 201, &json, 0);
    }
}

static void field_optional(struct json_writer *w, const char *key, struct str value)
{
    if (value.len > 0)
        json_field_str(w, key, value);
}

static void write_webhook_tries(struct json_writer *w, const struct message *message)
{
    json_key(w, "attempts");
    json_open_array(w);
    for (const struct post_record *try = message->posts.first; try; try = try->next) {
        json_open_object(w);
        json_field_str(w, "url", try->url);
        json_field_time(w, "at", try->at_ms);
        json_field_text(w, "outcome", try->outcome);
        if (try->http_status != 0)
            json_field_int(w, "http_status", try->http_status);
        field_optional(w, "error", try->error);
        json_field_int(w, "elapsed_us", try->elapsed_us);
        if (try->fallback)
            json_field_bool(w, "fallback", true);
        if (try->bad_signature)
            json_field_bool(w, "bad_signature", true);
        json_close_object(w);
    }
    json_close_array(w);
}

static void get_text(struct simulator *sim, struct http_request *request, struct str sid)
{
    CLEANUP(buf_release) struct buf json = { 0 };
    struct json_writer w = { .out = &json };
    const struct message *message = book_find(sim, sid);

    if (!message || message->direction != DIRECTION_INBOUND) {
        answer_problem(sim, request, 404, NULL, str_of("there is no inbound text of that SID"));
        return;
    }
    json_open_object(&w);
    json_field_int(&w, "seq", (int64_t)message->seq);
    json_field_text(&w, "sid", message->sid);
    json_field_str(&w, "from", message->from);
    json_field_str(&w, "to", message->to);
    json_field_str(&w, "body", message->body);
    json_field_time(&w, "at", message->created_ms);
    if (message->keyword)
        json_field_text(&w, "keyword_handled", message->keyword);
    json_field_text(&w, "webhook",
                    message->webhooks_under_way > 0 ? "pending"
                    : message->webhook_code != 0    ? "failed"
                    : message->posts.count > 0      ? "ok"
                                                    : "none");
    json_field_int(&w, "error_code", message->webhook_code);
    write_webhook_tries(&w, message);
    json_close_object(&w);
    answer_json(sim, request, 200, &json, 0);
}

/* ---- books ---- */

struct range {
    int64_t after, limit;
    struct str to, from, direction;
};

static bool read_range(struct http_request *request, struct range *range, struct err *err)
{
    struct str rest = request->query, name, value;
    bool bad = false;

    range->limit = LIMIT_DEFAULT;
    range->direction = str_of("outbound");
    while (http_form_next(&rest, request->arena, &name, &value, &bad)) {
        if (str_is(name, "to"))
            range->to = value;
        else if (str_is(name, "from"))
            range->from = value;
        else if (str_is(name, "direction"))
            range->direction = value;
        else if (str_is(name, "after") && (!str_to_int(value, &range->after) || range->after < 0))
            return err_set_field(err, "after", "after must be a sequence number");
        else if (str_is(name, "limit") && (!str_to_int(value, &range->limit) || range->limit < 1 ||
                                           range->limit > LIMIT_MAX))
            return err_set_field(err, "limit", "limit must be from 1 to %d", LIMIT_MAX);
    }
    if (!str_is(range->direction, "outbound") && !str_is(range->direction, "inbound") &&
        !str_is(range->direction, "all"))
        return err_set_field(err, "direction", "direction must be outbound, inbound or all");
    return bad ? err_set(err, ERR_INVALID, "the query is badly escaped") : true;
}

static bool range_takes(const struct range *range, bool inbound, struct str from, struct str to)
{
    return (str_is(range->direction, "all") || str_is(range->direction, "inbound") == inbound) &&
           (range->from.len == 0 || str_equal(range->from, from)) &&
           (range->to.len == 0 || str_equal(range->to, to));
}

static void write_callbacks(struct json_writer *w, const struct message *message)
{
    json_key(w, "callbacks");
    json_open_array(w);
    for (const struct post_record *one = message->posts.first; one; one = one->next) {
        json_open_object(w);
        json_field_text(w, "status", status_name(one->status));
        if (one->error_code != 0)
            json_field_int(w, "error_code", one->error_code);
        json_field_time(w, "at", one->at_ms);
        json_field_text(w, "outcome", one->outcome);
        if (one->http_status != 0)
            json_field_int(w, "http_status", one->http_status);
        json_field_int(w, "tries", one->tries);
        if (one->duplicate)
            json_field_bool(w, "duplicate", true);
        if (one->stray)
            json_field_bool(w, "stray", true);
        json_close_object(w);
    }
    json_close_array(w);
}

static void write_booked(struct json_writer *w, const struct message *message)
{
    json_open_object(w);
    json_field_int(w, "seq", (int64_t)message->seq);
    json_field_text(w, "sid", message->sid);
    json_field_text(w, "direction", direction_name(message->direction));
    json_field_str(w, "from", message->from);
    json_field_str(w, "to", message->to);
    json_field_str(w, "body", message->body);
    json_field_int(w, "media", (int64_t)message->media_count);
    json_field_int(w, "segments", message->segments);
    json_field_time(w, "at", message->created_ms);
    json_field_text(w, "status", status_name(message->status));
    if (message->error_code != 0)
        json_field_int(w, "error_code", message->error_code);
    if (message->redacted)
        json_field_bool(w, "redacted", true);
    if (message->deleted)
        json_field_bool(w, "deleted", true);
    if (message->direction != DIRECTION_INBOUND) {
        json_field_str(w, "status_callback", message->status_callback);
        write_callbacks(w, message);
    }
    json_close_object(w);
}

/* Close the list and say where the next one starts. */
static void end_list(struct json_writer *w, uint64_t last, bool more)
{
    json_close_array(w);
    json_field_int(w, "last", (int64_t)last);
    json_field_bool(w, "more", more);
    json_close_object(w);
}

static void list_booked(struct simulator *sim, struct http_request *request)
{
    CLEANUP(buf_release) struct buf json = { 0 };
    struct json_writer w = { .out = &json };
    struct range range = { 0 };
    struct err err = { 0 };
    int64_t shown = 0;
    size_t i;

    if (!read_range(request, &range, &err)) {
        answer_err(sim, request, &err);
        return;
    }
    json_open_object(&w);
    json_key(&w, "messages");
    json_open_array(&w);
    for (i = (size_t)range.after; i < sim->message_count && shown < range.limit; i++) {
        const struct message *message = sim->messages[i];

        if (!range_takes(&range, message->direction == DIRECTION_INBOUND, message->from,
                         message->to))
            continue;
        write_booked(&w, message);
        shown++;
    }
    end_list(&w, i, i < sim->message_count);
    answer_json(sim, request, 200, &json, 0);
}

static void write_attempt(struct json_writer *w, const struct attempt *attempt)
{
    json_open_object(w);
    json_field_int(w, "seq", (int64_t)attempt->seq);
    json_field_time(w, "at", attempt->at_ms);
    json_field_text(w, "result", attempt->result);
    json_field_text(w, "fault", fault_name(attempt->fault));
    if (attempt->http_status != 0)
        json_field_int(w, "http_status", attempt->http_status);
    if (attempt->error_code != 0)
        json_field_int(w, "error_code", attempt->error_code);
    json_field_text(w, "sid", attempt->message ? attempt->message->sid : NULL);
    json_field_str(w, "from", attempt->from);
    json_field_str(w, "to", attempt->to);
    json_field_str(w, "body", attempt->body);
    json_close_object(w);
}

static void list_attempts(struct simulator *sim, struct http_request *request)
{
    CLEANUP(buf_release) struct buf json = { 0 };
    struct json_writer w = { .out = &json };
    struct range range = { 0 };
    struct err err = { 0 };
    int64_t shown = 0;
    size_t i;

    if (!read_range(request, &range, &err)) {
        answer_err(sim, request, &err);
        return;
    }
    json_open_object(&w);
    json_key(&w, "attempts");
    json_open_array(&w);
    for (i = (size_t)range.after; i < sim->attempt_count && shown < range.limit; i++) {
        const struct attempt *attempt = sim->attempts[i];

        if (!range_takes(&range, false, attempt->from, attempt->to))
            continue;
        write_attempt(&w, attempt);
        shown++;
    }
    end_list(&w, i, i < sim->attempt_count);
    answer_json(sim, request, 200, &json, 0);
}

/* ---- faults, settings, numbers ---- */

static void post_fault(struct simulator *sim, struct http_request *request)
{
    CLEANUP(json_drop) json_t *object = read_body(sim, request);
    CLEANUP(buf_release) struct buf json = { 0 };
    struct json_writer w = { .out = &json };
    const struct fault *fault = NULL;
    struct err err = { 0 };

    if (!object)
        return;
    if (!fault_add(sim, object, &fault, &err)) {
        answer_err(sim, request, &err);
        return;
    }
    fault_write(&w, fault);
    answer_json(sim, request, 201, &json, 0);
}

static void list_faults(struct simulator *sim, struct http_request *request)
{
    CLEANUP(buf_release) struct buf json = { 0 };
    struct json_writer w = { .out = &json };

    json_open_object(&w);
    json_key(&w, "faults");
    json_open_array(&w);
    for (const struct fault *fault = sim->faults; fault; fault = fault->next)
        fault_write(&w, fault);
    json_close_array(&w);
    json_close_object(&w);
    answer_json(sim, request, 200, &json, 0);
}

static void delete_faults(struct simulator *sim, struct http_request *request)
{
    faults_clear(sim);
    sim_answer(sim, request, &(struct http_response){ .status = 204 }, 0);
}

static void get_settings(struct simulator *sim, struct http_request *request)
{
    CLEANUP(buf_release) struct buf json = { 0 };
    struct json_writer w = { .out = &json };

    json_open_object(&w);
    json_field_int(&w, "sent_after_ms", sim->settings.sent_after_ms);
    json_field_int(&w, "delivered_after_ms", sim->settings.delivered_after_ms);
    json_field_bool(&w, "provider_handles_opt_out", sim->settings.provider_handles_opt_out);
    json_field_bool(&w, "media_redirect", sim->settings.media_redirect);
    json_close_object(&w);
    answer_json(sim, request, 200, &json, 0);
}

static bool read_settings(json_t *object, struct settings *settings, struct err *err)
{
    static const char *const known[] = { "sent_after_ms", "delivered_after_ms",
                                         "provider_handles_opt_out", "media_redirect", NULL };

    if (!json_check_keys(object, known, err) ||
        !json_get_int(object, "sent_after_ms", false, &settings->sent_after_ms, err) ||
        !json_get_int(object, "delivered_after_ms", false, &settings->delivered_after_ms, err) ||
        !json_get_bool(object, "provider_handles_opt_out", false,
                       &settings->provider_handles_opt_out, err) ||
        !json_get_bool(object, "media_redirect", false, &settings->media_redirect, err))
        return false;
    if (settings->sent_after_ms < 0 || settings->sent_after_ms > WAIT_MAX_MS)
        return err_set_field(err, "sent_after_ms", "sent_after_ms must be from 0 to %d",
                             WAIT_MAX_MS);
    if (settings->delivered_after_ms < 0 || settings->delivered_after_ms > WAIT_MAX_MS)
        return err_set_field(err, "delivered_after_ms", "delivered_after_ms must be from 0 to %d",
                             WAIT_MAX_MS);
    return true;
}

static void post_settings(struct simulator *sim, struct http_request *request)
{
    CLEANUP(json_drop) json_t *object = read_body(sim, request);
    struct settings settings = sim->settings;
    struct err err = { 0 };

    if (!object)
        return;
    if (!read_settings(object, &settings, &err)) {
        answer_err(sim, request, &err);
        return;
    }
    sim->settings = settings;
    get_settings(sim, request);
}

static bool read_number(struct simulator *sim, struct http_request *request, json_t *object,
                        struct number **ret, struct err *err)
{
    static const char *const known[] = { "phone", "sms_url", "sms_fallback_url", NULL };
    struct str phone = { 0 }, urls[2] = { { 0 }, { 0 } };
    struct endpoint endpoint;

    if (!json_check_keys(object, known, err) || !json_get_str(object, "phone", true, &phone, err) ||
        !json_get_str(object, "sms_url", false, &urls[0], err) ||
        !json_get_str(object, "sms_fallback_url", false, &urls[1], err))
        return false;
    if (!phone_is_e164(phone) && !phone_is_short_code(phone))
        return err_set_field(err, "phone", "phone must be + and 8 to 15 digits, or a short code");
    for (size_t i = 0; i < ARRAY_LEN(urls); i++) {
        if (urls[i].len > 0 && !endpoint_parse(urls[i], request->arena, &endpoint, err))
            return err_add(err, "%s", known[i + 1]);
    }
    *ret = number_add(sim, phone);
    if (urls[0].ptr)
        (*ret)->sms_url = arena_copy(&sim->lasting, urls[0]);
    if (urls[1].ptr)
        (*ret)->fallback_url = arena_copy(&sim->lasting, urls[1]);
    return true;
}

static void post_number(struct simulator *sim, struct http_request *request)
{
    CLEANUP(json_drop) json_t *object = read_body(sim, request);
    CLEANUP(buf_release) struct buf json = { 0 };
    struct json_writer w = { .out = &json };
    struct number *number = NULL;
    struct err err = { 0 };

    if (!object)
        return;
    if (!read_number(sim, request, object, &number, &err)) {
        answer_err(sim, request, &err);
        return;
    }
    write_number(sim, &w, number);
    answer_json(sim, request, 201, &json, 0);
}

/* ---- waiting ---- */

struct waiter {
    struct timer timer; /* first */
    struct waiter *previous, *next;
    struct http_request *request;
    int64_t outbound, webhooks, callbacks;
    bool idle;
};

static bool is_idle(const struct simulator *sim)
{
    return sim->deliveries_count == 0 && sim->steps_count == 0 && !sim->orders_first;
}

static void write_counters(const struct simulator *sim, struct json_writer *w)
{
    const struct counters *c = &sim->counters;
    const struct {
        const char *name;
        uint64_t value;
    } rows[] = {
        { "requests", c->requests },
        { "attempts", c->attempts },
        { "outbound", c->outbound },
        { "refused", c->refused },
        { "faulted", c->faulted },
        { "inbound", c->inbound },
        { "webhooks", c->webhooks },
        { "webhooks_failed", c->webhooks_failed },
        { "callbacks", c->callbacks },
        { "callbacks_failed", c->callbacks_failed },
        { "callbacks_dropped", c->callbacks_dropped },
        { "opted_out", sim->blocks_count },
        { "under_way", sim->deliveries_count },
        { "unfinished", sim->steps_count },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        json_field_int(w, rows[i].name, (int64_t)rows[i].value);
}

static bool is_met(const struct simulator *sim, const struct waiter *waiter)
{
    return (int64_t)sim->counters.outbound >= waiter->outbound &&
           (int64_t)sim->counters.webhooks >= waiter->webhooks &&
           (int64_t)sim->counters.callbacks >= waiter->callbacks && (!waiter->idle || is_idle(sim));
}

static void end_wait(struct simulator *sim, struct waiter *waiter)
{
    CLEANUP(buf_release) struct buf json = { 0 };
    struct json_writer w = { .out = &json };

    timer_cancel(&sim->timers, &waiter->timer);
    if (waiter->previous)
        waiter->previous->next = waiter->next;
    else
        sim->waiters = waiter->next;
    if (waiter->next)
        waiter->next->previous = waiter->previous;
    json_open_object(&w);
    json_field_bool(&w, "met", is_met(sim, waiter));
    write_counters(sim, &w);
    json_close_object(&w);
    answer_json(sim, waiter->request, 200, &json, 0); /* the waiter goes with it */
}

static void wait_is_over(struct simulator *sim, struct timer *timer)
{
    end_wait(sim, (struct waiter *)timer);
}

void control_check_waiters(struct simulator *sim)
{
    struct waiter *waiter = sim->waiters;

    while (waiter) {
        struct waiter *next = waiter->next;

        if (is_met(sim, waiter))
            end_wait(sim, waiter);
        waiter = next;
    }
}

void control_release_waiters(struct simulator *sim)
{
    while (sim->waiters)
        end_wait(sim, sim->waiters);
}

static bool read_wait(json_t *object, struct waiter *waiter, int64_t *ret_timeout_ms,
                      struct err *err)
{
    static const char *const known[] = { "outbound", "webhooks",   "callbacks",
                                         "idle",     "timeout_ms", NULL };

    *ret_timeout_ms = WAIT_DEFAULT_MS;
    if (!json_check_keys(object, known, err) ||
        !json_get_int(object, "outbound", false, &waiter->outbound, err) ||
        !json_get_int(object, "webhooks", false, &waiter->webhooks, err) ||
        !json_get_int(object, "callbacks", false, &waiter->callbacks, err) ||
        !json_get_bool(object, "idle", false, &waiter->idle, err) ||
        !json_get_int(object, "timeout_ms", false, ret_timeout_ms, err))
        return false;
    if (*ret_timeout_ms < 0 || *ret_timeout_ms > WAIT_MAX_MS)
        return err_set_field(err, "timeout_ms", "timeout_ms must be from 0 to %d", WAIT_MAX_MS);
    return true;
}

static void post_wait(struct simulator *sim, struct http_request *request)
{
    CLEANUP(json_drop) json_t *object = read_body(sim, request);
    struct waiter *waiter = ARENA_NEW(request->arena, struct waiter);
    struct err err = { 0 };
    int64_t timeout_ms;

    if (!object)
        return;
    if (!read_wait(object, waiter, &timeout_ms, &err)) {
        answer_err(sim, request, &err);
        return;
    }
    waiter->request = request;
    waiter->next = sim->waiters;
    if (waiter->next)
        waiter->next->previous = waiter;
    sim->waiters = waiter;
    if (is_met(sim, waiter) || sim->draining)
        end_wait(sim, waiter);
    else
        sim_timer_set(sim, &waiter->timer, timeout_ms, wait_is_over);
}

/* ---- the rest ---- */

static void get_stats(struct simulator *sim, struct http_request *request)
{
    CLEANUP(buf_release) struct buf json = { 0 };
    struct json_writer w = { .out = &json };

    json_open_object(&w);
    write_counters(sim, &w);
    json_close_object(&w);
    answer_json(sim, request, 200, &json, 0);
}

/* Numbers and their webhooks stay; whoever waits is told now, because what it waited for is gone.
 */
static void post_reset(struct simulator *sim, struct http_request *request)
{
    control_release_waiters(sim);
    book_clear(sim);
    faults_clear(sim);
    sim->settings = sim->settings_first;
    sim_answer(sim, request, &(struct http_response){ .status = 204 }, 0);
}

/* Where a media redirect leads: open to all, and as at a CDN closed to who still sends credentials.
 */
static void get_media(struct simulator *sim, struct http_request *request, struct str sid)
{
    const struct media *media = table_find(&sim->media_by_sid, sid);

    if (!media || media->deleted)
        answer_problem(sim, request, 404, NULL, str_of("there is no media of that SID"));
    else if (http_header_find(request, "Authorization").ptr)
        answer_problem(sim, request, 400, NULL,
                       str_of("credentials were sent on to the media host"));
    else
        sim_answer(sim, request,
                   &(struct http_response){ .status = 200,
                                            .content_type = media->content_type.ptr,
                                            .body = media->bytes },
                   0);
}

static const struct {
    const char *method, *path;
    void (*handle)(struct simulator *sim, struct http_request *request);
} routes[] = {
    { "DELETE", "/simulator/faults", delete_faults },
    { "GET", "/simulator/attempts", list_attempts },
    { "GET", "/simulator/faults", list_faults },
    { "GET", "/simulator/messages", list_booked },
    { "GET", "/simulator/settings", get_settings },
    { "GET", "/simulator/stats", get_stats },
    { "POST", "/simulator/faults", post_fault },
    { "POST", "/simulator/numbers", post_number },
    { "POST", "/simulator/reset", post_reset },
    { "POST", "/simulator/settings", post_settings },
    { "POST", "/simulator/texts", post_text },
    { "POST", "/simulator/wait", post_wait },
};

void control_handle(struct simulator *sim, struct http_request *request)
{
    static const struct str text = STR("/simulator/texts/"), media = STR("/simulator/media/");
    bool known = false, reading = str_is(request->method, "GET");

    if (reading && str_starts(request->path, text)) {
        get_text(sim, request, str_slice(request->path, text.len, request->path.len));
        return;
    }
    if (reading && str_starts(request->path, media)) {
        get_media(sim, request, str_slice(request->path, media.len, request->path.len));
        return;
    }
    for (size_t i = 0; i < ARRAY_LEN(routes); i++) {
        if (!str_is(request->path, routes[i].path))
            continue;
        known = true;
        if (str_is(request->method, routes[i].method)) {
            routes[i].handle(sim, request);
            return;
        }
    }
    if (known)
        answer_problem(sim, request, 405, NULL, str_of("this path does not know that method"));
    else
        answer_problem(sim, request, 404, NULL,
                       str_of("there is no such path; docs/simulator.md lists those there are"));
}
