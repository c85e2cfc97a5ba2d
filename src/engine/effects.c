/*
 * effects.c - what happens after the commit: agents are asked, texts are offered, lists are
 * fetched.
 *
 * Everything here may be lost by a crash and nothing is: the rows that the commit wrote say what is
 * owed. Results come back as events through the inbox, from whatever thread they end on.
 */
#include <stdlib.h>

#include "engine/batch.h"

static struct event *event_new(struct engine *engine, enum event_kind kind, struct id user)
{
    struct event *event = calloc(1, sizeof(*event));

    if (!event)
        die("out of memory");
    event->kind = kind;
    event->engine = engine;
    event->user = user;
    return event;
}

void event_free(struct event *event)
{
    if (!event)
        return;
    arena_release(&event->arena);
    free(event);
}

static void flight_remove(struct flight *flights, size_t *count, struct id id, int64_t attempt)
{
    for (size_t i = 0; i < *count; i++) {
        if (id_equal(flights[i].id, id) && flights[i].attempt == attempt) {
            flights[i] = flights[--*count];
            return;
        }
    }
}

void events_release(struct engine *engine, size_t count)
{
    while (count-- > 0) {
        struct event *event = engine->pending;

        // NOLINTNEXTLINE(clang-analyzer-core.NullDereference): no more than are pending
        engine->pending = (struct event *)event->letter.next;
        if (!engine->pending)
            engine->pending_end = &engine->pending;
        switch (event->kind) {
        case EVENT_COMMAND:
            event->command->done(event->command, event->command->ok, &event->command->err);
            break;
        case EVENT_ANSWER:
            flight_remove(engine->turns, &engine->turn_count, event->answer.turn,
                          event->answer.attempt);
            break;
        case EVENT_OFFERED:
            flight_remove(engine->offers, &engine->offer_count, event->offered.message,
                          event->offered.attempt);
            break;
        case EVENT_LISTED: break;
        }
        event_free(event);
    }
}

/* Any thread. */
static void agent_is_done(void *context, const struct agent_result *result)
{
    struct event *event = context;
    struct agent_call *calls = ARENA_ARRAY(&event->arena, struct agent_call, result->call_count);

    for (size_t i = 0; i < result->call_count; i++) {
        calls[i].tool = arena_copy(&event->arena, result->calls[i].tool);
        calls[i].arguments = arena_copy(&event->arena, result->calls[i].arguments);
    }
    event->answer.result = *result;
    event->answer.result.text = arena_copy(&event->arena, result->text);
    event->answer.result.detail = arena_copy(&event->arena, result->detail);
    event->answer.result.calls = calls;
    mailbox_put(&event->engine->inbox, &event->letter);
}

static void perform_ask(struct engine *engine, const struct effect *effect)
{
    struct event *event = event_new(engine, EVENT_ANSWER, effect->user);
    struct agent *agent = effect->ask.agent;
    struct flight *flight = &engine->turns[engine->turn_count++];

    event->answer.turn = effect->ask.turn;
    event->answer.attempt = effect->ask.attempt;
    *flight = (struct flight){ .id = effect->ask.turn,
                               .attempt = effect->ask.attempt,
                               .agent = agent,
                               .deadline_ms = effect->ask.request.deadline_ms };
    flight->handle = agent->ops->start(agent, &effect->ask.request, agent_is_done, event);
}

static void perform_cancel(struct engine *engine, struct id turn)
{
    for (size_t i = 0; i < engine->turn_count; i++) {
        struct flight *flight = &engine->turns[i];

        if (id_equal(flight->id, turn))
            flight->agent->ops->cancel(flight->agent, flight->handle);
    }
}

/* The client's thread. */
static void offer_is_done(void *context, const struct http_result *result)
{
    struct event *event = context;
    const struct provider *provider = event->engine->config.provider;

    provider->ops->read_send(provider, result, &event->arena, &event->offered.reply);
    mailbox_put(&event->engine->inbox, &event->letter);
}

static void perform_offer(struct engine *engine, const struct effect *effect)
{
    struct event *event = event_new(engine, EVENT_OFFERED, effect->user);

    event->offered.message = effect->offer.message;
    event->offered.attempt = effect->offer.attempt;
    engine->offers[engine->offer_count++] =
        (struct flight){ .id = effect->offer.message, .attempt = effect->offer.attempt };
    http_start(engine->config.client, &effect->offer.call, offer_is_done, event);
}

/* The client's thread. */
static void list_is_done(void *context, const struct http_result *result)
{
    struct event *event = context;
    const struct provider *provider = event->engine->config.provider;
    struct err err = { 0 };

    event->listed.ok =
        provider->ops->read_list(provider, result, &event->arena, &event->listed.list, &err);
    if (!event->listed.ok)
        log_line(event->engine->config.log, LOG_WARN, "the provider's list could not be read",
                 log_text("why", err.text));
    mailbox_put(&event->engine->inbox, &event->letter);
}

static void perform_list(struct engine *engine, const struct effect *effect)
{
    struct event *event = event_new(engine, EVENT_LISTED, effect->user);

    event->listed.message = effect->list.message;
    http_start(engine->config.client, &effect->list.call, list_is_done, event);
}

void effects_perform(struct batch *b)
{
    for (struct effect *effect = b->effects; effect; effect = effect->next) {
        switch (effect->kind) {
        case EFFECT_ASK: perform_ask(b->engine, effect); break;
        case EFFECT_CANCEL: perform_cancel(b->engine, effect->cancel); break;
        case EFFECT_OFFER: perform_offer(b->engine, effect); break;
        case EFFECT_LIST: perform_list(b->engine, effect); break;
        }
    }
}
