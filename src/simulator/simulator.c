/*
 * simulator.c - the simulator's life: open, one thread that serves, stop, close.
 *
 * Everything happens on the thread in simulator_run. The HTTP client's thread and callers of
 * simulator_text only put letters into `posted`; a ticker thread only wakes the server when the
 * soonest timer is due, because the server's loop has no timers of its own.
 */
#include "simulator/simulator.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <time.h>

#include "loop/clock.h"
#include "simulator/segments.h"
#include "simulator/state.h"

#define STOP_GRACE_MS 500
#define CONNECTIONS_MAX 2048
#define CLIENT_CONNECTIONS 64
#define CONTROL_BODY_MAX ((size_t)16 * 1024 * 1024) /* texts come with their media */
#define API_BODY_MAX ((size_t)256 * 1024)
#define MEDIA_MAX 10
#define SENT_AFTER_MS 20
#define DELIVERED_AFTER_MS 30

/* ---- SIDs ---- */

/* Mixes well and maps no two numbers to one. Source: SplitMix64 by Sebastiano Vigna, public domain.
 */
static uint64_t mix(uint64_t x)
{
    x ^= x >> 30;
    x *= UINT64_C(0xBF58476D1CE4E5B9);
    x ^= x >> 27;
    x *= UINT64_C(0x94D049BB133111EB);
    return x ^ (x >> 31);
}

void sid_make(struct simulator *sim, const char prefix[2], char ret[SIMULATOR_SID_BYTES])
{
    uint64_t count = atomic_fetch_add(&sim->sid_count, 1) + 1;
    uint64_t words[2];

    words[0] = mix(sim->sid_seed + count * UINT64_C(0x9E3779B97F4A7C15));
    words[1] = mix(words[0] ^ sim->sid_seed);
    memcpy(ret, prefix, 2);
    hex_encode(words, sizeof(words), ret + 2);
    ret[SIMULATOR_SID_BYTES - 1] = '\0';
}

bool sid_is(struct str sid, const char *prefix)
{
    if (sid.len != SIMULATOR_SID_BYTES - 1 || !str_starts(sid, str_of(prefix)))
        return false;
    for (size_t i = 2; i < sid.len; i++) {
        if (!sid.ptr[i] || !strchr("0123456789abcdef", sid.ptr[i]))
            return false;
    }
    return true;
}

/* ---- time ---- */

static void *tick(void *context)
{
    struct simulator *sim = context;

    pthread_mutex_lock(&sim->alarm_lock);
    while (!sim->ticker_ends) {
        struct timespec until = { .tv_sec = sim->alarm_us / 1000000,
                                  .tv_nsec = sim->alarm_us % 1000000 * 1000 };

        if (sim->alarm_us == INT64_MAX) {
            pthread_cond_wait(&sim->alarm_changed, &sim->alarm_lock);
        } else if (clock_mono_us() >= sim->alarm_us) {
            sim->alarm_us = INT64_MAX;
            http_server_wake(sim->server);
        } else {
            pthread_cond_timedwait(&sim->alarm_changed, &sim->alarm_lock, &until);
        }
    }
    pthread_mutex_unlock(&sim->alarm_lock);
    return NULL;
}

static void set_alarm(struct simulator *sim)
{
    int64_t next_us = timers_next_us(&sim->timers);

    if (next_us >= sim->alarm_known_us)
        return; /* an early wake-up finds nothing due and sets it anew */
    sim->alarm_known_us = next_us;
    pthread_mutex_lock(&sim->alarm_lock);
    sim->alarm_us = next_us;
    pthread_cond_signal(&sim->alarm_changed);
    pthread_mutex_unlock(&sim->alarm_lock);
}

/* Rounded up to whole milliseconds, so that what is due together wakes the thread once. */
void sim_timer_set(struct simulator *sim, struct timer *timer, int64_t after_ms,
                   void (*fire)(struct simulator *sim, struct timer *timer))
{
    timer_set(&sim->timers, timer, (clock_mono_us() / 1000 + 1 + after_ms) * 1000, fire);
}

static void run_timers(struct simulator *sim)
{
    int64_t now_us = clock_mono_us();
    struct timer *timer;

    if (now_us >= sim->alarm_known_us)
        sim->alarm_known_us = INT64_MAX;
    while ((timer = timers_take(&sim->timers, now_us)) != NULL)
        timer->fire(sim, timer);
}

/* ---- answers, now or later ---- */

struct held {
    struct timer timer; /* first */
    struct held *previous, *next;
    struct http_request *request;
    struct http_response response;
};

static void release_held(struct simulator *sim, struct timer *timer)
{
    struct held *held = (struct held *)timer;

    timer_cancel(&sim->timers, timer);
    if (held->previous)
        held->previous->next = held->next;
    else
        sim->held = held->next;
    if (held->next)
        held->next->previous = held->previous;
    http_respond(held->request->exchange, &held->response); /* `held` goes with the request */
}

void sim_answer(struct simulator *sim, struct http_request *request,
                const struct http_response *response, int64_t delay_ms)
{
    struct held *held;

    if (delay_ms <= 0 || sim->draining) {
        http_respond(request->exchange, response);
        return;
    }
    held = ARENA_NEW(request->arena, struct held);
    held->request = request;
    held->response = *response;
    held->response.body = arena_copy(request->arena, response->body);
    held->next = sim->held;
    if (held->next)
        held->next->previous = held;
    sim->held = held;
    sim_timer_set(sim, &held->timer, delay_ms, release_held);
}

void sim_stall(struct simulator *sim, struct http_request *request, int64_t delay_ms)
{
    sim_answer(sim, request, &(struct http_response){ .status = 504, .close = true }, delay_ms);
}

void sim_drain(struct simulator *sim)
{
    sim->draining = true;
    while (sim->held)
        release_held(sim, &sim->held->timer);
    control_release_waiters(sim);
}

void sim_emit(struct simulator *sim, const struct simulator_event *event)
{
    if (sim->on_event)
        sim->on_event(sim->context, event);
}

/* ---- the server's callbacks ---- */

static struct http_admission admit(void *context, const struct http_request *request)
{
    bool control = str_starts(request->path, str_of("/simulator/"));

    (void)context;
    return (struct http_admission){ .body_bytes_max = control ? CONTROL_BODY_MAX : API_BODY_MAX };
}

static void handle(void *context, struct http_request *request)
{
    struct simulator *sim = context;

    sim->counters.requests++;
    if (str_starts(request->path, str_of("/simulator/")))
        control_handle(sim, request);
    else if (str_starts(request->path, str_of("/2010-04-01/")))
        api_handle(sim, request);
    else
        http_respond(request->exchange, &(struct http_response){ .status = 404 });
}

static void take_posted(struct simulator *sim)
{
    struct letter *letter = mailbox_take(&sim->posted);

    while (letter) {
        struct letter *next = letter->next;
        struct posted *posted = (struct posted *)letter;

        if (posted->kind == POSTED_DELIVERY)
            delivery_try_ended(sim, (struct delivery *)(void *)posted);
        else
            carrier_take_order(sim, (struct text_order *)(void *)posted);
        letter = next;
    }
}

static void round_ended(void *context)
{
    struct simulator *sim = context;

    run_timers(sim);
    control_check_waiters(sim);
    set_alarm(sim);
}

static void woken(void *context)
{
    struct simulator *sim = context;

    if (atomic_load(&sim->stopping) && !sim->draining)
        sim_drain(sim);
    take_posted(sim);
    round_ended(sim);
}

/* ---- opening ---- */

static struct str keep(struct simulator *sim, const char *text)
{
    return arena_copy(&sim->lasting, str_of(text));
}

static struct str basic_header(struct simulator *sim, const char *user, const char *password)
{
    struct str plain = arena_printf(&sim->lasting, "%s:%s", user, password);
    char *text = arena_alloc(&sim->lasting, strlen("Basic ") + (plain.len + 2) / 3 * 4 + 1);

    memcpy(text, "Basic ", strlen("Basic "));
    EVP_EncodeBlock((unsigned char *)text + strlen("Basic "), (const unsigned char *)plain.ptr,
                    (int)plain.len);
    return str_of(text);
}

static bool check_url(struct simulator *sim, const char *what, const char *url, struct err *err)
{
    struct endpoint endpoint;

    if (!url || url[0] == '\0' || endpoint_parse(str_of(url), &sim->lasting, &endpoint, err))
        return true;
    return err_add(err, "%s", what);
}

static bool add_numbers(struct simulator *sim, const struct simulator_config *config,
                        struct err *err)
{
    for (size_t i = 0; i < config->number_count; i++) {
        const struct simulator_number *from = &config->numbers[i];
        struct str phone = str_of(from->phone);
        struct number *number;

        if (!phone_is_e164(phone) && !phone_is_short_code(phone))
            return err_set(err, ERR_INVALID, "number %zu is not + and 8 to 15 digits", i + 1);
        if (!check_url(sim, "sms_url", from->sms_url, err) ||
            !check_url(sim, "sms_fallback_url", from->sms_fallback_url, err))
            return false;
        number = number_add(sim, phone);
        if (from->sms_url)
            number->sms_url = keep(sim, from->sms_url);
        number->fallback_url = keep(sim, from->sms_fallback_url);
    }
    return true;
}

static void seed(struct simulator *sim, uint64_t number)
{
    if (number != 0)
        chance_init_number(&sim->chance, number);
    else
        clock_chance(&sim->chance);
    sim->sid_seed = chance_next(&sim->chance);
}

static bool configure(struct simulator *sim, const struct simulator_config *config, struct err *err)
{
    if (!sid_is(str_of(config->account_sid), "AC"))
        return err_set(err, ERR_INVALID, "the account SID must be AC and 32 hex digits");
    if (!config->auth_token || config->auth_token[0] == '\0')
        return err_set(err, ERR_INVALID, "an auth token is needed to sign webhooks");
    if (!check_url(sim, "webhook_url", config->webhook_url, err))
        return false;
    sim->account_sid = keep(sim, config->account_sid);
    sim->auth_token = keep(sim, config->auth_token);
    sim->webhook_url = keep(sim, config->webhook_url);
    sim->basic[0] = basic_header(sim, config->account_sid, config->auth_token);
    if (config->api_key && config->api_secret)
        sim->basic[1] = basic_header(sim, config->api_key, config->api_secret);
    sim->log = config->log;
    sim->on_event = config->on_event;
    sim->context = config->context;
    sim->settings = (struct settings){
        .sent_after_ms = config->sent_after_ms ? config->sent_after_ms : SENT_AFTER_MS,
        .delivered_after_ms =
            config->delivered_after_ms ? config->delivered_after_ms : DELIVERED_AFTER_MS,
        .provider_handles_opt_out = !config->provider_ignores_opt_out,
    };
    sim->settings_first = sim->settings;
    seed(sim, config->seed);
    return add_numbers(sim, config, err);
}

static bool bind_server(struct simulator *sim, const struct simulator_config *config,
                        struct err *err)
{
    struct http_server_config server = {
        .listen = config->listen,
        .connections_max = CONNECTIONS_MAX,
        .context = sim,
        .admit = admit,
        .handle = handle,
        .round = round_ended,
        .woken = woken,
    };
    struct str listen = str_of(config->listen);
    ptrdiff_t colon = -1;

    if (!http_server_open(&server, &sim->server, err))
        return err_add(err, "simulator");
    for (size_t i = 0; i < listen.len; i++) {
        if (listen.ptr[i] == ':')
            colon = (ptrdiff_t)i;
    }
    if (config->public_url)
        sim->base_url = keep(sim, config->public_url);
    else if (colon < 0 || str_starts(listen, str_of("0.0.0.0:")) ||
             str_starts(listen, str_of("unix:")))
        sim->base_url =
            arena_printf(&sim->lasting, "http://127.0.0.1:%d", http_server_port(sim->server));
    else
        sim->base_url = arena_printf(&sim->lasting, "http://%.*s:%d", (int)colon, listen.ptr,
                                     http_server_port(sim->server));
    return true;
}

static void start_ticker(struct simulator *sim)
{
    pthread_condattr_t attributes;

    sim->alarm_us = sim->alarm_known_us = INT64_MAX;
    pthread_mutex_init(&sim->alarm_lock, NULL);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&sim->alarm_changed, &attributes);
    pthread_condattr_destroy(&attributes);
    if (pthread_create(&sim->ticker, NULL, tick, sim) != 0)
        die("no thread for the simulator's timers");
}

static void end_ticker(struct simulator *sim)
{
    pthread_mutex_lock(&sim->alarm_lock);
    sim->ticker_ends = true;
    pthread_cond_signal(&sim->alarm_changed);
    pthread_mutex_unlock(&sim->alarm_lock);
    pthread_join(sim->ticker, NULL);
    pthread_cond_destroy(&sim->alarm_changed);
    pthread_mutex_destroy(&sim->alarm_lock);
}

bool simulator_open(const struct simulator_config *config, struct simulator **ret, struct err *err)
{
    struct simulator *sim = calloc(1, sizeof(*sim));

    if (!sim)
        die("out of memory (a simulator)");
    if (!configure(sim, config, err) || !bind_server(sim, config, err)) {
        table_release(&sim->number_by_phone);
        table_release(&sim->number_by_sid);
        arena_release(&sim->lasting);
        free(sim);
        return false;
    }
    mailbox_init(&sim->posted);
    sim->client = http_client_create(CLIENT_CONNECTIONS);
    start_ticker(sim);
    *ret = sim;
    return true;
}

void simulator_run(struct simulator *sim)
{
    log_line(sim->log, LOG_INFO, "simulator listening",
             log_int("port", http_server_port(sim->server)));
    http_server_wake(sim->server); /* texts may have been handed in before */
    http_server_run(sim->server);
}

void simulator_stop(struct simulator *sim)
{
    atomic_store(&sim->stopping, true);
    http_server_wake(sim->server);
    http_server_stop(sim->server, STOP_GRACE_MS);
}

/* Texts nobody looked at. Deliveries are in the list of deliveries, too. */
static void discard_orders(struct simulator *sim)
{
    take_posted(sim);
    while (sim->orders_first) {
        struct text_order *order = sim->orders_first;

        sim->orders_first = order->next;
        free(order);
    }
}

void simulator_close(struct simulator *sim)
{
    if (!sim)
        return;
    sim_drain(sim);
    http_client_destroy(sim->client);
    book_clear(sim); /* what the client gave up belongs to nobody from here on */
    discard_orders(sim);
    end_ticker(sim);
    while (sim->deliveries) {
        struct delivery *d = sim->deliveries;

        sim->deliveries = d->next;
        delivery_destroy(d);
    }
    http_server_close(sim->server);
    mailbox_release(&sim->posted);
    timers_release(&sim->timers);
    table_release(&sim->number_by_phone);
    table_release(&sim->number_by_sid);
    arena_release(&sim->fault_arena);
    arena_release(&sim->books);
    arena_release(&sim->lasting);
    free(sim);
}

int simulator_port(const struct simulator *sim)
{
    return http_server_port(sim->server);
}

/* ---- texts from other threads ---- */

bool sim_check_text(struct str from, struct str to, struct str body, size_t media_count,
                    struct err *err)
{
    if (!phone_is_e164(from) && !phone_is_short_code(from))
        return err_set_field(err, "from", "from must be + and 8 to 15 digits, or a short code");
    if (!phone_is_e164(to) && !phone_is_short_code(to))
        return err_set_field(err, "to", "to must be + and 8 to 15 digits, or a short code");
    if (text_units(body) > TEXT_UNITS_MAX)
        return err_set_field(err, "body", "body must be at most %d characters", TEXT_UNITS_MAX);
    if (media_count > MEDIA_MAX)
        return err_set_field(err, "media", "media must be at most %d files", MEDIA_MAX);
    return true;
}

static struct str pack(char **room, struct str text)
{
    struct str packed = { *room, text.len };

    if (text.len > 0)
        memcpy(*room, text.ptr, text.len);
    *room += text.len;
    return packed;
}

bool simulator_text(struct simulator *sim, struct str from, struct str to, struct str body,
                    const struct simulator_media *media, size_t media_count,
                    char ret_sid[SIMULATOR_SID_BYTES], struct err *err)
{
    size_t bytes = sizeof(struct text_order) + media_count * sizeof(struct simulator_media) +
                   from.len + to.len + body.len;
    struct text_order *order;
    char *room;

    if (!sim_check_text(from, to, body, media_count, err))
        return false;
    for (size_t i = 0; i < media_count; i++)
        bytes += media[i].content_type.len + media[i].bytes.len;
    order = calloc(1, bytes); /* one block: a burst of texts waits in these */
    if (!order)
        die("out of memory (a text of %zu bytes)", bytes);
    order->posted.kind = POSTED_TEXT;
    order->media = (struct simulator_media *)(void *)(order + 1);
    order->media_count = media_count;
    room = (char *)(order->media + media_count);
    order->from = pack(&room, from);
    order->to = pack(&room, to);
    order->body = pack(&room, body);
    for (size_t i = 0; i < media_count; i++)
        order->media[i] = (struct simulator_media){ pack(&room, media[i].content_type),
                                                    pack(&room, media[i].bytes) };
    sid_make(sim, media_count > 0 ? "MM" : "SM", order->sid);
    if (ret_sid)
        memcpy(ret_sid, order->sid, SIMULATOR_SID_BYTES);
    mailbox_put(&sim->posted, &order->posted.letter);
    http_server_wake(sim->server);
    return true;
}
