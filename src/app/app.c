/*
 * app.c - opening everything in order, and ending it in the order that loses nothing.
 *
 * Ending: the web stops accepting and finishes its requests, the engine applies what is spooled and
 * waits for what is under way, then the client and the agents end (their results land in the
 * engine's inbox and are the next run's to ask for again), and last the files close.
 */
#include "app/app.h"

#include <pthread.h>
#include <stdlib.h>

#include "app/backends.h"
#include "app/data_dir.h"
#include "engine/engine.h"
#include "loop/clock.h"
#include "provider/twilio/twilio.h"
#include "web/web.h"

#define CONNECTIONS_TO_PROVIDER 64
#define DAY_MS INT64_C(86400000)
#define ANSWER_SEGMENTS_MOST 4
#define ANSWER_PARTS_MOST 3

struct app {
    const struct config *config;
    const struct log *log;
    struct metrics metrics;
    struct arena arena;
    struct data_dir dir;
    struct store *store, *reader;
    struct spool *spool;
    struct spool_reader *spool_reader;
    struct http_client *client;
    struct provider *provider;
    struct agent *agents[AGENTS_MOST];
    struct chance chance; /* the engine's */
    struct engine *engine;
    pthread_t engine_thread;
    struct web *web;
};

static struct policy_limits limits_of(const struct config *config)
{
    return (struct policy_limits){ .auto_reply_enabled = config->auto_reply_enabled,
                                   .answers_max = config->rate_limit_max,
                                   .window_ms = config->rate_limit_window_ms,
                                   .unknown_window_ms = DAY_MS };
}

static bool open_files(struct app *app, struct err *err)
{
    const struct config *config = app->config;
    struct store_config writer, reader;
    size_t applied;

    if (!data_dir_open(config, app->log, &app->arena, &app->dir, &applied, err))
        return false;
    writer = data_dir_store(&app->dir, app->log, false);
    reader = data_dir_store(&app->dir, app->log, true);
    return store_open(&writer, &app->store, err) && store_open(&reader, &app->reader, err) &&
           spool_open(app->dir.spool, app->dir.vault, config->spool_entries_max,
                      config->spool_bytes_max, &app->spool, err) &&
           spool_reader_open(app->dir.spool, app->dir.vault, &app->spool_reader, err);
}

/* With TWILIO_PHONE_NUMBER and no number yet, that number is a shared one. */
static bool ensure_number(struct app *app, struct err *err)
{
    CLEANUP(store_rollback) struct store_tx tx = { 0 };
    CLEANUP(arena_release) struct arena arena = { 0 };
    struct id_maker ids = { 0 };
    struct number *numbers;
    size_t count;
    int64_t now_ms = clock_now_ms();

    if (app->config->phone_number.len == 0)
        return true;
    if (!store_numbers(app->store, &arena, &numbers, &count, err))
        return false;
    if (count > 0)
        return true;
    return store_begin(app->store, &tx, err) &&
           store_add_number(&tx,
                            &(struct number){ .id = id_make(&ids, now_ms, &app->chance),
                                              .phone = app->config->phone_number,
                                              .routing = ROUTING_BY_SENDER,
                                              .provider_handles_opt_out = true,
                                              .created_ms = now_ms },
                            &app->chance, err) &&
           store_commit(&tx, err);
}

static bool open_engine(struct app *app, struct err *err)
{
    const struct config *config = app->config;
    struct engine_config engine = {
        .store = app->store,
        .spool = app->spool,
        .spool_reader = app->spool_reader,
        .vault = app->dir.vault,
        .client = app->client,
        .provider = app->provider,
        .agents = app->agents,
        .tools = backends_tools,
        .log = app->log,
        .metrics = &app->metrics,
        .chance = &app->chance,
        .public_url = config->public_url,
        .limits = limits_of(config),
        .agent_window_ms = config->agent_window_ms,
        .agent_timeout_ms = config->agent_timeout_ms,
        .unknown_wait_ms = config->unknown_wait_ms,
        .absence_window_ms = config->absence_window_ms,
        .reply_ttl_ms = config->reply_ttl_ms,
        .sends_in_flight_max = (size_t)config->sends_in_flight_max,
        .turns_running_max = (size_t)config->turns_running_max,
        .answer_segments_max = ANSWER_SEGMENTS_MOST,
        .answer_parts_max = ANSWER_PARTS_MOST,
    };

    return engine_create(&engine, clock_now_ms(), &app->engine, err);
}

static bool open_web(struct app *app, struct err *err)
{
    struct web_config web = { .config = app->config,
                              .limits = limits_of(app->config),
                              .spool = app->spool,
                              .provider = app->provider,
                              .engine = app->engine,
                              .vault = app->dir.vault,
                              .reader = app->reader,
                              .admin_socket_path = app->dir.socket,
                              .log = app->log,
                              .metrics = &app->metrics };

    return web_create(&web, &app->web, err);
}

static void *engine_main(void *context)
{
    engine_run(context);
    return NULL;
}

/* Free whatever there is; nothing runs any more. */
static void release(struct app *app)
{
    web_destroy(app->web);
    http_client_destroy(app->client);
    if (app->agents[0])
        backends_destroy(app->agents);
    engine_destroy(app->engine);
    if (app->provider)
        app->provider->ops->destroy(app->provider);
    spool_reader_close(app->spool_reader);
    spool_close(app->spool);
    store_close(app->reader);
    store_close(app->store);
    vault_close(app->dir.vault);
    arena_release(&app->arena);
    free(app);
}

bool app_start(const struct config *config, const struct log *log, struct app **ret,
               struct err *err)
{
    struct app *app = calloc(1, sizeof(*app));

    if (!app)
        die("out of memory");
    app->config = config;
    app->log = log;
    clock_chance(&app->chance);
    if (!open_files(app, err) || !ensure_number(app, err)) {
        release(app);
        return false;
    }
    app->client = http_client_create(CONNECTIONS_TO_PROVIDER);
    if (config->account_sid.len > 0)
        app->provider = twilio_create(
            &(struct twilio_config){ .account_sid = config->account_sid,
                                     .auth_token = config->auth_token,
                                     .auth_token_secondary = config->auth_token_secondary,
                                     .api_base = config->api_base,
                                     .public_url = config->public_url });
    backends_create(app->agents);
    if (!open_engine(app, err) || !open_web(app, err)) {
        release(app);
        return false;
    }
    if (pthread_create(&app->engine_thread, NULL, engine_main, app->engine) != 0)
        die("no thread for the engine");
    web_start(app->web);
    *ret = app;
    return true;
}

int app_port(const struct app *app)
{
    return web_port(app->web);
}

void app_stop(struct app *app, int64_t grace_ms)
{
    web_stop(app->web, grace_ms);
    engine_stop(app->engine, grace_ms);
    pthread_join(app->engine_thread, NULL);
    release(app);
}
