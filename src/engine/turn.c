/*
 * turn.c - turns: when an agent is asked, and what becomes of its answer.
 *
 * At most one turn is owed per conversation. It waits until the conversation has been quiet for the
 * coalescing window, runs, and ends. A text that arrives while it runs supersedes it: its answer is
 * dropped when it comes, and one new turn sees everything.
 */
#include "engine/batch.h"
#include "memory/memory.h"
#include "sms/segment.h"

#define ATTEMPTS_MOST 3 /* that fail */
#define ASKED_MOST 5    /* with those that ended with the process */
#define WINDOWS_MOST                                                             \
    10 /* a conversation that never goes quiet is answered after so many windows \
        */
#define NEW_MESSAGES_MOST 50 /* texts that one turn answers */

static bool load_turn(struct batch *b, struct lane_work *lane, struct err *err)
{
    if (lane->turn_loaded || id_is_zero(lane->lane.conversation.turn))
        return true;
    if (!store_turn(b->engine->config.store, lane->key.scope, lane->lane.conversation.turn,
                    b->arena, &lane->turn, err))
        return err_add(err, "load a turn");
    lane->turn_loaded = true;
    return true;
}

/* Set aside a finished turn; the lane is free for another. */
static void finish(struct batch *b, struct lane_work *lane, enum turn_state state,
                   struct str detail)
{
    struct turn_entry *entry = ARENA_NEW(b->arena, struct turn_entry);

    entry->turn = lane->turn;
    entry->turn.state = state;
    entry->turn.due_ms = 0;
    entry->turn.finished_ms = b->now_ms;
    entry->turn.detail = detail;
    entry->next = b->turns;
    b->turns = entry;
    lane->turn = (struct turn){ 0 };
    lane->turn_loaded = lane->turn_dirty = false;
    lane->lane.conversation.turn = (struct id){ { 0 } };
    lane->dirty = true;
}

bool turn_want(struct batch *b, struct lane_work *lane, struct message *message, struct err *err)
{
    const struct engine_config *config = &b->engine->config;
    struct conversation *conversation = &lane->lane.conversation;
    struct id first = message->id;
    int64_t due_ms = b->now_ms + config->agent_window_ms;

    if (!load_turn(b, lane, err))
        return false;
    if (lane->turn_loaded && lane->turn.state == TURN_RUNNING) {
        first = lane->turn.first_message;
        batch_effect(b, EFFECT_CANCEL, conversation->user)->cancel = lane->turn.id;
        b->counts[METRIC_TURNS_SUPERSEDED]++;
        finish(b, lane, TURN_SUPERSEDED, str_of("another text arrived while the agent worked"));
    }
    if (!lane->turn_loaded) {
        lane->turn = (struct turn){ .id = batch_id(b),
                                    .user = conversation->user,
                                    .conversation = conversation->id,
                                    .state = TURN_WAITING,
                                    .first_message = first,
                                    .created_ms = b->now_ms };
        lane->turn_loaded = true;
        conversation->turn = lane->turn.id;
        lane->dirty = true;
    } else if (due_ms > lane->turn.created_ms + WINDOWS_MOST * config->agent_window_ms) {
        due_ms = lane->turn.created_ms + WINDOWS_MOST * config->agent_window_ms;
    }
    lane->turn.last_message = message->id;
    lane->turn.due_ms = due_ms;
    lane->turn_dirty = true;
    message->turn = lane->turn.id;
    return true;
}

/*
 * Where the stored part of a turn's texts begins, going back: its newest texts may still wait in
 * this batch to be written. Zero when none of them is stored.
 */
static struct id newest_stored(const struct batch *b, const struct turn *turn)
{
    struct id at = turn->last_message;
    bool moved = true;

    while (moved && !id_is_zero(at)) {
        moved = false;
        for (const struct message_entry *entry = b->messages; entry && !moved;
             entry = entry->next) {
            if (id_equal(entry->message.id, at)) {
                at = id_equal(at, turn->first_message) ? (struct id){ { 0 } }
                                                       : entry->message.previous;
                moved = true;
            }
        }
    }
    return at;
}

/* A page of the turn's stored texts, going back from *at, which then is where the next one begins.
 */
static bool set_stored_outcomes(struct batch *b, const struct scope *scope, const struct turn *turn,
                                enum outcome outcome, bool only_pending, struct id *at,
                                struct err *err)
{
    struct message *messages;
    size_t count;

    if (!store_messages_back(b->engine->config.store, scope, turn->conversation, *at,
                             NEW_MESSAGES_MOST, b->arena, &messages, &count, err))
        return false;
    *at = (struct id){ { 0 } };
    for (size_t i = 0; i < count; i++) {
        bool wanted = messages[i].direction == DIRECTION_INBOUND &&
                      (only_pending ? messages[i].outcome == OUTCOME_PENDING
                                    : id_equal(messages[i].turn, turn->id));

        if (wanted && !store_set_outcome(&b->tx, scope, messages[i].id, outcome, turn->id,
                                         (struct id){ { 0 } }, b->now_ms, err))
            return false;
        *at = messages[i].previous;
        if (id_equal(messages[i].id, turn->first_message))
            *at = (struct id){ { 0 } };
        if (id_is_zero(*at))
            return true;
    }
    return true;
}

/* Every inbound text of the turn that still waits, newest first, gets its outcome. */
static bool set_outcomes(struct batch *b, const struct scope *scope, const struct turn *turn,
                         enum outcome outcome, bool only_pending, struct err *err)
{
    struct id from = newest_stored(b, turn);

    for (struct message_entry *entry = b->messages; entry; entry = entry->next) {
        if (id_equal(entry->message.turn, turn->id) &&
            entry->message.direction == DIRECTION_INBOUND &&
            entry->message.outcome == OUTCOME_PENDING) {
            entry->message.outcome = outcome;
            entry->message.done_ms = b->now_ms;
        }
    }
    while (!id_is_zero(from)) {
        if (!set_stored_outcomes(b, scope, turn, outcome, only_pending, &from, err))
            return err_add(err, "end a turn's texts");
    }
    return true;
}

bool turn_set_outcomes(struct batch *b, const struct scope *scope, const struct turn *turn,
                       enum outcome outcome, struct err *err)
{
    return set_outcomes(b, scope, turn, outcome, false, err);
}

bool turn_supersede(struct batch *b, struct lane_work *lane, enum outcome outcome,
                    const char *detail, struct err *err)
{
    struct turn turn;

    if (!load_turn(b, lane, err))
        return false;
    if (!lane->turn_loaded)
        return true;
    turn = lane->turn;
    if (turn.state == TURN_RUNNING)
        batch_effect(b, EFFECT_CANCEL, turn.user)->cancel = turn.id;
    finish(b, lane, TURN_SUPERSEDED, str_of(detail));
    b->counts[METRIC_TURNS_SUPERSEDED]++;
    return set_outcomes(b, lane->key.scope, &turn, outcome, true, err);
}

/* ---- asking ---- */

static struct agent *agent_of_kind(const struct engine *engine, struct str kind)
{
    for (size_t i = 0; engine->config.agents[i]; i++) {
        if (str_is(kind, engine->config.agents[i]->ops->kind))
            return engine->config.agents[i];
    }
    return NULL;
}

const struct agent *engine_agent(const struct engine *engine, struct str kind)
{
    return agent_of_kind(engine, kind);
}

/* The conversation as the agent sees it: what went before, then the new texts. */
static bool gather_messages(struct batch *b, const struct scope *scope, const struct turn *turn,
                            size_t history, struct agent_request *ret, struct err *err)
{
    struct message *messages;
    struct agent_message *list;
    size_t count, kept = 0, first = 0;

    if (!store_messages_back(b->engine->config.store, scope, turn->conversation, turn->last_message,
                             NEW_MESSAGES_MOST + history, b->arena, &messages, &count, err))
        return err_add(err, "read the conversation");
    while (first < count && !id_equal(messages[first].id, turn->first_message))
        first++;
    if (count > first + 1 + history)
        count = first + 1 + history;
    list = ARENA_ARRAY(b->arena, struct agent_message, count);
    for (size_t i = count; i > 0; i--) { /* oldest first */
        const struct message *m = &messages[i - 1];
        bool is_new =
            i - 1 <= first && m->direction == DIRECTION_INBOUND && m->outcome == OUTCOME_PENDING;

        if (!is_new && (history == 0 || m->status == STATUS_CANCELED))
            continue;
        list[kept++] = (struct agent_message){
            .role = m->direction == DIRECTION_INBOUND ? ROLE_CONTACT
                    : str_is(m->origin, "api")        ? ROLE_HUMAN
                                                      : ROLE_AGENT,
            .body = m->body,
            .at_ms = m->at_ms,
            .media_count = m->media.len > 0 ? 1 : 0,
            .is_new = is_new,
        };
    }
    ret->messages = list;
    ret->message_count = kept;
    return true;
}

static bool ask(struct batch *b, const struct scope *scope, struct lane_work *lane,
                struct agent *agent, struct err *err)
{
    const struct engine_config *config = &b->engine->config;
    struct turn *turn = &lane->turn;
    struct effect *effect = batch_effect(b, EFFECT_ASK, scope->user);
    struct agent_request *request = &effect->ask.request;
    struct user user;
    struct fact *facts = NULL;
    struct agent_tool *tools;
    size_t fact_count = 0, tool_count = 0;

    if (!store_user(config->store, scope, b->arena, &user, err) ||
        !gather_messages(b, scope, turn, agent->ops->history_messages, request, err))
        return false;
    if (agent->ops->facts_max > 0 &&
        !store_facts(config->store, scope, lane->lane.conversation.contact, agent->ops->facts_max,
                     b->arena, &facts, &fact_count, err))
        return err_add(err, "read what is remembered");
    while (config->tools[tool_count])
        tool_count++;
    tools = ARENA_ARRAY(b->arena, struct agent_tool, tool_count);
    for (size_t i = 0; i < tool_count; i++)
        tools[i] = (struct agent_tool){ config->tools[i]->name, config->tools[i]->description,
                                        config->tools[i]->parameters };
    turn->state = TURN_RUNNING;
    turn->attempts++;
    turn->started_ms = b->now_ms;
    turn->due_ms = b->now_ms + config->agent_timeout_ms;
    lane->turn_dirty = true;
    effect->ask.agent = agent;
    effect->ask.turn = turn->id;
    effect->ask.attempt = turn->attempts;
    request->turn = turn->id;
    request->user = scope->user;
    request->user_name = user.name;
    request->timezone = user.timezone;
    request->settings = user.agent_settings;
    request->facts = facts;
    request->fact_count = fact_count;
    request->tools = tools;
    request->tool_count = tool_count;
    request->now_ms = b->now_ms;
    request->deadline_ms = turn->due_ms;
    request->segments_max = config->answer_segments_max * config->answer_parts_max;
    return true;
}

/* Try again later, or give up: silence with its reason. */
static bool fail(struct batch *b, struct lane_work *lane, struct str detail, bool retry,
                 struct err *err)
{
    struct turn turn = lane->turn;

    if (retry && turn.attempts < ATTEMPTS_MOST) {
        lane->turn.state = TURN_WAITING;
        lane->turn.due_ms = retry_at_ms(b->now_ms, turn.attempts - 1, b->engine->config.chance);
        lane->turn.detail = detail;
        lane->turn_dirty = true;
        return true;
    }
    b->counts[METRIC_TURNS_FAILED]++;
    finish(b, lane, TURN_FAILED, detail);
    return set_outcomes(b, lane->key.scope, &turn, OUTCOME_AGENT_FAILED, true, err);
}

static const char too_late[] = "the agent did not answer in time";

static bool start_one(struct batch *b, const struct turn *due, struct err *err)
{
    struct scope *scope;
    struct lane_work *lane;
    struct agent *agent;

    if (!batch_scope(b, due->user, &scope, err) ||
        !lane_open_conversation(b, scope, due->conversation, &lane, err) ||
        !load_turn(b, lane, err))
        return false;
    if (!lane->turn_loaded || !id_equal(lane->turn.id, due->id))
        return err_set(err, ERR_INTERNAL, "a turn is owed that its conversation does not know");
    if (due->state == TURN_RUNNING) { /* its deadline is over */
        batch_effect(b, EFFECT_CANCEL, due->user)->cancel = due->id;
        return fail(b, lane, str_of(too_late), true, err);
    }
    if (due->attempts >= ASKED_MOST)
        return fail(b, lane, str_of("the program ended each time while the agent worked"), false,
                    err);
    agent = agent_of_kind(b->engine, scope->agent_kind);
    if (!agent)
        return fail(
            b, lane,
            arena_printf(b->arena, "there is no agent of kind %.*s", STR_ARGS(scope->agent_kind)),
            false, err);
    return ask(b, scope, lane, agent, err);
}

/* With every place taken, the ones over their deadline are told to give theirs back. */
static void cancel_overdue(struct batch *b)
{
    for (size_t i = 0; i < b->engine->turn_count; i++) {
        if (b->engine->turns[i].deadline_ms <= b->now_ms)
            batch_effect(b, EFFECT_CANCEL, (struct id){ { 0 } })->cancel = b->engine->turns[i].id;
    }
}

bool turn_start_due(struct batch *b, struct err *err)
{
    struct engine *engine = b->engine;
    size_t free_places = engine->config.turns_running_max - engine->turn_count;
    struct turn *due;
    size_t count;

    if (engine->careful > 0 && free_places > 1)
        free_places = 1;
    if (free_places == 0) {
        cancel_overdue(b);
        return true;
    }
    if (!store_due_turns(engine->config.store, b->now_ms, free_places, b->arena, &due, &count, err))
        return err_add(err, "look for due turns");
    for (size_t i = 0; i < count; i++) {
        engine->suspect.stage = STAGE_TURN;
        engine->suspect.turn = due[i];
        if (!start_one(b, &due[i], err))
            return err_add(err, "start a turn");
    }
    return count == 0 || batch_flush(b, err);
}

/* ---- answers ---- */

/* The lane that tools act in. */
struct turn_lane {
    struct tool_lane base;
    struct batch *batch;
    struct lane_work *lane;
};

static struct memory memory_of(const struct turn_lane *t)
{
    struct batch *b = t->batch;

    return (struct memory){ .tx = &b->tx,
                            .scope = t->lane->key.scope,
                            .contact = t->lane->lane.conversation.contact,
                            .now_ms = b->now_ms,
                            .chance = b->engine->config.chance,
                            .ids = &b->engine->ids,
                            .arena = b->arena };
}

static bool lane_remember(struct tool_lane *base, struct str text, struct err *err)
{
    struct memory memory = memory_of((struct turn_lane *)base);

    return memory_remember(&memory, text, err);
}

static bool lane_forget(struct tool_lane *base, struct str text, size_t *ret_count, struct err *err)
{
    struct memory memory = memory_of((struct turn_lane *)base);

    return memory_forget(&memory, text, ret_count, err);
}

static bool lane_text_later(struct tool_lane *base, int64_t at_ms, struct str text, struct err *err)
{
    struct turn_lane *t = (struct turn_lane *)base;
    /* The tool's text ends with its call; the message is written at the end of the batch. */
    struct outbox_text later = { .body = arena_copy(t->batch->arena, text),
                                 .origin = "schedule",
                                 .send_at_ms = at_ms };
    const char *reason;

    outbox_queue(t->batch, t->lane, &later, &reason);
    return reason ? err_set(err, ERR_CONFLICT, "%s", reason) : true;
}

static const struct tool_lane_ops lane_ops = {
    .remember = lane_remember,
    .forget = lane_forget,
    .text_later = lane_text_later,
};

/* What an agent asked for beside its text. A call that fails is logged by its tool only. */
static bool carry_out_calls(struct batch *b, struct lane_work *lane,
                            const struct agent_result *result, struct err *err)
{
    const struct engine_config *config = &b->engine->config;
    struct turn_lane t = { .base = { .ops = &lane_ops, .now_ms = b->now_ms },
                           .batch = b,
                           .lane = lane };
    struct user user;

    if (result->call_count == 0)
        return true;
    if (!store_user(config->store, lane->key.scope, b->arena, &user, err))
        return false;
    t.base.timezone = user.timezone;
    for (size_t i = 0; i < result->call_count; i++) {
        const struct agent_call *call = &result->calls[i];
        CLEANUP(json_drop) json_t *arguments = json_read(call->arguments, NULL);
        CLEANUP(buf_release) struct buf said = { 0 };
        const struct tool *tool = NULL;
        struct err why = { 0 };

        for (size_t k = 0; config->tools[k]; k++) {
            if (str_is(call->tool, config->tools[k]->name))
                tool = config->tools[k];
        }
        if (tool && json_is_object(arguments) && tool->run(&t.base, arguments, &said, &why))
            continue;
        if (why.kind == ERR_UNAVAILABLE || why.kind == ERR_INTERNAL) {
            *err = why;
            return err_add(err, "tool %.*s", STR_ARGS(call->tool));
        }
        log_line(config->log, LOG_WARN, "a tool call was refused",
                 log_id("turn", ID_TURN, lane->turn.id), log_str("tool", call->tool),
                 log_text("why", tool ? why.text : "there is no such tool"));
    }
    return true;
}

static enum outcome outcome_of_refusal(const char *reason)
{
    static const struct {
        const char *reason;
        enum outcome outcome;
    } table[] = {
        { "not_allowlisted", OUTCOME_NOT_ALLOWLISTED },
        { "opted_out", OUTCOME_OPTED_OUT },
        { "user_suspended", OUTCOME_SUSPENDED },
    };

    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        if (strcmp(reason, table[i].reason) == 0)
            return table[i].outcome;
    }
    return OUTCOME_AGENT_SILENT;
}

/* Cut the answer into messages and queue them; the outcome of the texts that it answers. */
static enum outcome queue_answer(struct batch *b, struct lane_work *lane, struct str text)
{
    const struct engine_config *config = &b->engine->config;
    struct str *parts;
    size_t count =
        segment_split(segment_smart(text, b->arena), config->answer_segments_max, b->arena, &parts);
    const char *reason = NULL;

    if (count == 0)
        return OUTCOME_AGENT_SILENT;
    if (count > config->answer_parts_max)
        count = config->answer_parts_max;
    for (size_t i = 0; i < count && !reason; i++) {
        struct outbox_text part = {
            .body = parts[i], .origin = "agent", .turn = lane->turn.id, .answer = true
        };
        struct message *message = outbox_queue(b, lane, &part, &reason);

        lane->turn.replies[lane->turn.reply_count++] = message->id;
    }
    if (reason)
        return outcome_of_refusal(reason);
    window_add(&lane->lane.conversation, b->now_ms);
    lane->dirty = true;
    return OUTCOME_ANSWERED;
}

static bool conclude(struct batch *b, struct lane_work *lane, const struct agent_result *result,
                     struct err *err)
{
    enum outcome outcome = OUTCOME_AGENT_SILENT;
    struct turn turn;
    enum turn_state state;

    if (result->verdict == AGENT_FAILED) {
        bool late = lane->turn.due_ms <= b->now_ms; /* and so it was cancelled */

        return fail(b, lane, late ? str_of(too_late) : result->detail, late || result->retry, err);
    }
    if (!carry_out_calls(b, lane, result, err))
        return false;
    if (result->verdict == AGENT_HANDOFF) {
        lane->lane.conversation.handled_by = HANDLED_BY_HUMAN;
        lane->dirty = true;
        outcome = OUTCOME_HUMAN;
    }
    if (result->verdict != AGENT_SILENT && result->text.len > 0)
        outcome = queue_answer(b, lane, result->text);
    turn = lane->turn;
    state = outcome == OUTCOME_ANSWERED ? TURN_ANSWERED : TURN_SILENT;
    b->counts[state == TURN_ANSWERED ? METRIC_TURNS_ANSWERED : METRIC_TURNS_SILENT]++;
    finish(b, lane, state, result->detail);
    return set_outcomes(b, lane->key.scope, &turn, outcome, true, err);
}

bool turn_answered(struct batch *b, struct event *event, struct err *err)
{
    struct scope *scope;
    struct lane_work *lane;
    struct turn turn;
    struct err why = { 0 };

    if (!batch_scope(b, event->user, &scope, &why) ||
        !store_turn(b->engine->config.store, scope, event->answer.turn, b->arena, &turn, &why)) {
        if (why.kind == ERR_NOT_FOUND) /* erased meanwhile */
            return true;
        *err = why;
        return false;
    }
    if (turn.state != TURN_RUNNING || turn.attempts != event->answer.attempt) {
        log_line(b->engine->config.log, LOG_INFO, "a late answer is dropped",
                 log_id("turn", ID_TURN, turn.id), log_text("state", turn_state_name(turn.state)));
        return true;
    }
    return lane_open_conversation(b, scope, turn.conversation, &lane, err) &&
           load_turn(b, lane, err) && conclude(b, lane, &event->answer.result, err) &&
           batch_flush(b, err);
}
