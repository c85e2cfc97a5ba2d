/*
 * engine.c - the loop: take what waits, one transaction, then the effects.
 *
 * Batches form by themselves: what arrives while one commit is on its way to the disk is the next
 * batch. When a transaction fails nothing of it happened; its events stay pending and come again.
 * What fails again and again by itself is taken one by one and set aside, so that it never blocks
 * the others.
 */
#include "engine/engine.h"

#include <stdlib.h>

#include "engine/batch.h"
#include "loop/clock.h"

#define SPOOL_BATCH_MOST 256
#define EVENT_BATCH_MOST 256
#define BLOCKED_WAIT_MS \
    200 /* due, but behind something that is under way: results wake us before */
#define IDLE_WAIT_MS 60000
#define FAILURE_WAIT_MS 1000
#define RETIRE_BATCH_MOST 500
#define RETIRE_PAUSE_MS 200 /* between two batches, so that texts come first */
#define RETIRE_EVERY_MS 600000

/* Ids go on after the newest message, also when the clock was set back meanwhile. */
static bool continue_ids(struct engine *engine, struct err *err)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    struct owned_id *newest;
    size_t count;

    if (!store_messages_newest(engine->config.store, (struct id){ { 0 } }, 1, &arena, &newest,
                               &count, err))
        return false;
    if (count > 0)
        engine->ids.last_ms = (uint64_t)id_time_ms(newest[0].id) + 1;
    return true;
}

bool engine_create(const struct engine_config *config, int64_t now_ms, struct engine **ret,
                   struct err *err)
{
    struct engine *engine = calloc(1, sizeof(*engine));
    CLEANUP(store_rollback) struct store_tx tx = { 0 };
    size_t turns, sends;

    if (!engine)
        die("out of memory");
    engine->config = *config;
    engine->pending_end = &engine->pending;
    engine->turns = calloc(config->turns_running_max + 1, sizeof(*engine->turns));
    engine->offers = calloc(config->sends_in_flight_max + 1, sizeof(*engine->offers));
    if (!engine->turns || !engine->offers)
        die("out of memory");
    mailbox_init(&engine->inbox);
    if (!numbers_load(engine, err) || !continue_ids(engine, err) ||
        !store_spool_position(config->store, &engine->spool_position, err) ||
        !store_begin(config->store, &tx, err) ||
        !store_recover(&tx, now_ms, now_ms + config->unknown_wait_ms, &turns, &sends, err) ||
        !store_commit(&tx, err)) {
        engine_destroy(engine);
        return err_add(err, "recover");
    }
    spool_applied(config->spool, engine->spool_position);
    if (turns + sends > 0)
        log_line(config->log, LOG_INFO, "a former run left work under way",
                 log_int("turns", (int64_t)turns), log_int("sends", (int64_t)sends));
    *ret = engine;
    return true;
}

static void take_inbox(struct engine *engine)
{
    for (struct letter *letter = mailbox_take(&engine->inbox); letter;) {
        struct event *event = (struct event *)letter;

        letter = letter->next;
        event->letter.next = NULL;
        *engine->pending_end = event;
        engine->pending_end = (struct event **)&event->letter.next;
    }
}

void engine_destroy(struct engine *engine)
{
    if (!engine)
        return;
    take_inbox(engine);
    while (engine->pending) {
        struct event *event = engine->pending;

        engine->pending = (struct event *)event->letter.next;
        event_free(event);
    }
    mailbox_release(&engine->inbox);
    arena_release(&engine->arena);
    arena_release(&engine->numbers_arena);
    free(engine->turns);
    free(engine->offers);
    free(engine);
}

/* ---- applying ---- */

/* Without an account nobody can read what was spooled for one: it waits. */
static bool spool_waits(const struct engine *engine)
{
    return engine->config.provider &&
           spool_last_position(engine->config.spool) > engine->spool_position;
}

static bool apply_spool(struct batch *b, int64_t *ret_position, size_t most, struct err *err)
{
    struct engine *engine = b->engine;
    struct spool_entry *entries;
    size_t count;

    *ret_position = engine->spool_position;
    if (most == 0 || !spool_waits(engine))
        return true;
    entries = ARENA_ARRAY(b->arena, struct spool_entry, most);
    if (!spool_read(engine->config.spool_reader, engine->spool_position, most, b->arena, entries,
                    &count, err))
        return err_add(err, "read the spool");
    if (count == 0)
        return true;
    engine->suspect.stage = STAGE_SPOOL;
    if (!inbound_apply(b, entries, count, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (entries[i].kind == SPOOL_STATUS && !status_apply(b, &entries[i], err))
            return false;
    }
    b->counts[METRIC_ENGINE_EVENTS] += (int64_t)count;
    b->work_due = true;
    *ret_position = entries[count - 1].position;
    return store_set_spool_position(&b->tx, *ret_position, err);
}

/*
 * A command fails by itself: what it did is undone, the others stay. Unless it is the store that
 * failed, which then may have undone more than that.
 */
static bool apply_command(struct batch *b, struct engine_command *command, struct err *err)
{
    struct effect **effects_end = b->effects_end;

    command->err = (struct err){ 0 };
    if (!store_savepoint(&b->tx, err))
        return false;
    command->ok =
        command->apply(command, &b->public, &command->err) && batch_flush(b, &command->err);
    b->work_due = true;
    if (command->ok)
        return store_savepoint_keep(&b->tx, err);
    if (command->err.kind == ERR_UNAVAILABLE) {
        *err = command->err;
        return false;
    }
    batch_drop(b);
    *effects_end = NULL;
    b->effects_end = effects_end;
    return store_savepoint_undo(&b->tx, err) &&
           (!b->numbers_changed || numbers_load(b->engine, err));
}

static bool apply_event(struct batch *b, struct event *event, struct err *err)
{
    b->counts[METRIC_ENGINE_EVENTS]++;
    b->work_due = true;
    switch (event->kind) {
    case EVENT_COMMAND: return apply_command(b, event->command, err);
    case EVENT_ANSWER: return turn_answered(b, event, err) || err_add(err, "an agent's answer");
    case EVENT_OFFERED: return outbox_offered(b, event, err) || err_add(err, "a send's result");
    case EVENT_LISTED: return reconcile_listed(b, event, err) || err_add(err, "a list");
    }
    die("event of unknown kind %d", (int)event->kind);
}

static bool apply_events(struct batch *b, size_t most, size_t *ret_count, struct err *err)
{
    *ret_count = 0;
    for (struct event *event = b->engine->pending; event && *ret_count < most;
         event = (struct event *)event->letter.next) {
        ++*ret_count;
        /* A command is told that it failed, and does not come again. */
        b->engine->suspect.stage = event->kind == EVENT_COMMAND ? STAGE_OTHER : STAGE_EVENT;
        if (!apply_event(b, event, err))
            return false;
    }
    return true;
}

/* What is due now and may be started. */
static bool start_due(struct batch *b, struct err *err)
{
    if (atomic_load(&b->engine->stopping) || (!b->work_due && b->now_ms < b->engine->next_due_ms))
        return true;
    return turn_start_due(b, err) && outbox_start_due(b, err) &&
           store_next_due(b->engine->config.store, &b->engine->next_due_ms, err);
}

/* Messages that their user keeps no longer, a few at a time. */
static bool retire(struct batch *b, struct err *err)
{
    struct engine *engine = b->engine;
    size_t deleted;
    bool more;

    if (atomic_load(&engine->stopping) || b->now_ms < engine->next_retire_ms)
        return true;
    if (!store_retire(&b->tx, b->now_ms, RETIRE_BATCH_MOST, &deleted, &more, err))
        return false;
    engine->next_retire_ms = b->now_ms + (more ? RETIRE_PAUSE_MS : RETIRE_EVERY_MS);
    if (deleted > 0)
        log_line(engine->config.log, LOG_INFO, "old messages were deleted",
                 log_int("messages", (int64_t)deleted));
    return true;
}

/* ---- after the commit ---- */

static void tell_metrics(struct batch *b)
{
    struct metrics *metrics = b->engine->config.metrics;

    for (size_t i = 0; i < METRIC_COUNT; i++) {
        if (b->counts[i] != 0)
            metric_add(metrics, (enum metric)i, b->counts[i]);
    }
    metric_add(metrics, METRIC_ENGINE_COMMITS, 1);
    metric_set(metrics, METRIC_TURNS_RUNNING, (int64_t)b->engine->turn_count);
    metric_set(metrics, METRIC_SENDS_IN_FLIGHT, (int64_t)b->engine->offer_count);
}

static bool has_work(struct engine *engine, int64_t now_ms)
{
    return engine->pending || spool_waits(engine) ||
           (!atomic_load(&engine->stopping) &&
            (now_ms >= engine->next_due_ms || now_ms >= engine->next_retire_ms));
}

static int64_t next_step_ms(struct engine *engine, int64_t now_ms)
{
    if (engine->pending || spool_waits(engine))
        return now_ms;
    if (atomic_load(&engine->stopping))
        return INT64_MAX; /* nothing new is started; results wake us */
    if (engine->next_due_ms <= now_ms)
        return now_ms + BLOCKED_WAIT_MS;
    return engine->next_due_ms < engine->next_retire_ms ? engine->next_due_ms
                                                        : engine->next_retire_ms;
}

static bool run_batch(struct batch *b, size_t spool_most, size_t event_most, size_t *ret_events,
                      int64_t *ret_position, struct err *err)
{
    b->engine->suspect.stage = STAGE_OTHER;
    if (!store_begin(b->engine->config.store, &b->tx, err))
        return err_add(err, "begin");
    return apply_spool(b, ret_position, spool_most, err) &&
           apply_events(b, event_most, ret_events, err) && start_due(b, err) && retire(b, err) &&
           (store_commit(&b->tx, err) || err_add(err, "commit"));
}

bool engine_step(struct engine *engine, int64_t now_ms, int64_t *ret_next_ms, struct err *err)
{
    bool careful = engine->careful > 0;
    struct batch batch;
    size_t events = 0;
    int64_t position = engine->spool_position;
    size_t spool_most;

    take_inbox(engine);
    *ret_next_ms = next_step_ms(engine, now_ms);
    if (!has_work(engine, now_ms))
        return true;
    spool_most = !careful ? SPOOL_BATCH_MOST : engine->pending ? 0 : 1;
    batch_init(&batch, engine, now_ms);
    engine->batch = &batch;
    if (!run_batch(&batch, spool_most, careful ? 1 : EVENT_BATCH_MOST, &events, &position, err)) {
        store_rollback(&batch.tx);
        engine->batch = NULL;
        metric_add(engine->config.metrics, METRIC_ENGINE_FAILURES, 1);
        engine_failed(engine, err, now_ms);
        arena_reset(&engine->arena);
        *ret_next_ms = now_ms + FAILURE_WAIT_MS;
        return false;
    }
    engine->batch = NULL;
    if (spool_most > 0) /* an event that went well says nothing of a spooled text that did not */
        engine->failures = 0;
    if (careful)
        engine->careful--;
    engine->spool_position = position;
    spool_applied(engine->config.spool, position);
    effects_perform(&batch);
    events_release(engine, events);
    tell_metrics(&batch);
    arena_reset(&engine->arena);
    store_tend(engine->config.store);
    *ret_next_ms = next_step_ms(engine, now_ms);
    return true;
}

/* ---- the thread ---- */

static void step_and_wait(struct engine *engine, int64_t wait_most_ms)
{
    struct err err = { 0 };
    int64_t next_ms, wait_ms;

    if (!engine_step(engine, clock_now_ms(), &next_ms, &err))
        log_line(engine->config.log, LOG_ERROR, "a transaction failed", log_text("why", err.text));
    wait_ms = next_ms - clock_now_ms();
    if (wait_ms > wait_most_ms)
        wait_ms = wait_most_ms;
    if (wait_ms > 0)
        mailbox_wait(&engine->inbox, wait_ms);
}

void engine_run(struct engine *engine)
{
    int64_t end_ms;

    while (!atomic_load(&engine->stopping))
        step_and_wait(engine, IDLE_WAIT_MS);
    end_ms = clock_now_ms() + atomic_load(&engine->stop_grace_ms);
    for (;;) {
        take_inbox(engine);
        if (!has_work(engine, INT64_MIN) && engine->turn_count == 0 && engine->offer_count == 0)
            return;
        if (clock_now_ms() >= end_ms)
            return;
        step_and_wait(engine, end_ms - clock_now_ms());
    }
}

void engine_stop(struct engine *engine, int64_t grace_ms)
{
    atomic_store(&engine->stop_grace_ms, grace_ms);
    atomic_store(&engine->stopping, true);
    mailbox_wake(&engine->inbox);
}

void engine_wake(struct engine *engine)
{
    mailbox_wake(&engine->inbox);
}
