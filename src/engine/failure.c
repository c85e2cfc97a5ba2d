/*
 * failure.c - after a transaction that failed.
 *
 * Nothing of it was kept, so everything but the commands (their askers are told) comes again. When
 * it is not the store's disk that failed, something in the batch is at fault: the next steps take
 * one thing at a time, and what fails three times alone is set aside with a log line, so that it
 * never blocks the others.
 */
#include "engine/batch.h"

#define FAILURES_MOST 3
#define CAREFUL_STEPS 600
#define POSTPONE_MS 3600000

static void fail_commands(struct engine *engine, const struct err *err)
{
    struct event **link = &engine->pending;

    while (*link) {
        struct event *event = *link;

        if (event->kind != EVENT_COMMAND) {
            link = (struct event **)&event->letter.next;
            continue;
        }
        *link = (struct event *)event->letter.next;
        event->command->done(event->command, false, err);
        event_free(event);
    }
    engine->pending_end = link;
}

/* What is in memory is read again, because a commit that failed may have happened after all. */
static void read_again(struct engine *engine)
{
    struct err err = { 0 };

    engine->next_due_ms = 0;
    if (!numbers_load(engine, &err) ||
        !store_spool_position(engine->config.store, &engine->spool_position, &err))
        log_line(engine->config.log, LOG_ERROR, "the store cannot be read",
                 log_text("why", err.text));
}

bool quarantine(struct engine *engine, struct store_tx *tx, const struct spool_entry *entry,
                struct err *err)
{
    struct vault_key key;
    struct str name, all, sealed;
    struct vault_place place = { .table = "quarantine", .column = "entry" };

    name = arena_printf(&engine->arena, "quarantine/%lld", (long long)entry->position);
    all = arena_printf(&engine->arena, "%d\n%.*s\n%.*s", (int)entry->kind, STR_ARGS(entry->query),
                       STR_ARGS(entry->body));
    vault_spool_key(engine->config.vault, &key);
    sealed = vault_seal(&key, &place, all, engine->config.chance, &engine->arena);
    vault_key_wipe(&key);
    return store_set_setting(tx, name.ptr, sealed, err) || err_add(err, "quarantine");
}

/* Keep the entry that cannot be applied, and go on after it. */
static bool set_entry_aside(struct engine *engine, struct store_tx *tx, struct err *err)
{
    struct spool_entry entry;
    size_t count;

    if (!spool_read(engine->config.spool_reader, engine->spool_position, 1, &engine->arena, &entry,
                    &count, err))
        return false;
    return count == 0 || (quarantine(engine, tx, &entry, err) &&
                          store_set_spool_position(tx, entry.position, err));
}

/*
 * An answer or a list that is forgotten is asked for again when its time is over. What came of an
 * offer would be missed for ever: nobody knows it now, so it is to be found out.
 */
static bool set_event_aside(struct engine *engine, struct store_tx *tx, int64_t now_ms,
                            struct err *err)
{
    const struct event *event = engine->pending;
    struct scope owner = { .user = event->user };
    struct err why = { 0 };
    struct send send;

    if (event->kind != EVENT_OFFERED)
        return true;
    if (!store_send(engine->config.store, &owner, event->offered.message, &send, &why)) {
        *err = why;
        return why.kind == ERR_NOT_FOUND;
    }
    if (send.state != SEND_SENDING)
        return true;
    send.state = SEND_UNKNOWN;
    send.due_ms = now_ms + POSTPONE_MS;
    return store_put_sends(tx, &send, 1, err);
}

static bool set_aside(struct engine *engine, struct store_tx *tx, int64_t now_ms, struct err *err)
{
    struct suspect *suspect = &engine->suspect;

    switch (suspect->stage) {
    case STAGE_SPOOL: return set_entry_aside(engine, tx, err);
    case STAGE_TURN:
        suspect->turn.due_ms = now_ms + POSTPONE_MS;
        return store_put_turns(tx, &suspect->turn, 1, err);
    case STAGE_SEND:
        suspect->send.due_ms = now_ms + POSTPONE_MS;
        return store_put_sends(tx, &suspect->send, 1, err);
    case STAGE_EVENT: return set_event_aside(engine, tx, now_ms, err);
    case STAGE_OTHER: return true;
    }
    die("a suspect of unknown stage %d", (int)suspect->stage);
}

void engine_failed(struct engine *engine, const struct err *err, int64_t now_ms)
{
    static const char *const stages[] = { [STAGE_OTHER] = "other",
                                          [STAGE_SPOOL] = "spool",
                                          [STAGE_EVENT] = "event",
                                          [STAGE_TURN] = "turn",
                                          [STAGE_SEND] = "send" };
    CLEANUP(store_rollback) struct store_tx tx = { 0 };
    struct err why = { 0 };

    fail_commands(engine, err);
    read_again(engine);
    if (err->kind == ERR_UNAVAILABLE)
        return;
    if (engine->careful == 0) {
        engine->careful = CAREFUL_STEPS;
        engine->failures = 0;
        return;
    }
    if (++engine->failures < FAILURES_MOST)
        return;
    engine->failures = 0;
    log_line(engine->config.log, LOG_ERROR, "something cannot be applied and is set aside",
             log_text("what", stages[engine->suspect.stage]),
             log_int("after_position", engine->spool_position), log_text("why", err->text));
    if (!store_begin(engine->config.store, &tx, &why) || !set_aside(engine, &tx, now_ms, &why) ||
        !store_commit(&tx, &why))
        log_line(engine->config.log, LOG_ERROR, "it could not be set aside",
                 log_text("why", why.text));
    else if (engine->suspect.stage == STAGE_EVENT)
        events_release(engine, 1);
    read_again(engine);
}
