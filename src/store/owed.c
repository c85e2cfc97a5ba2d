/*
 * owed.c - turns and sends: the queue of what is still to be done, by due time.
 *
 * A send is a row only while something is owed. A turn's row stays; each names its conversation's
 * turn before it, because that is how the rows of a user are found again without an index that
 * every text would have to pay for.
 */
#include "store/inside.h"

#define TURN_COLUMNS                                                                       \
    "id, user_id, conversation_id, state, first_message, last_message, attempts, due_ms, " \
    "created_ms, started_ms, finished_ms, replies, detail"
#define SEND_COLUMNS                                                                              \
    "message_id, user_id, conversation_id, number_id, state, attempts, repeats, clean_listings, " \
    "due_ms, first_offer_ms, last_offer_ms, expires_ms"

static const struct query put_turn = {
    "INSERT INTO turns (" TURN_COLUMNS ")"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
    " ON CONFLICT (id) DO UPDATE SET state = excluded.state,"
    " first_message = excluded.first_message, last_message = excluded.last_message,"
    " attempts = excluded.attempts, due_ms = excluded.due_ms, started_ms = excluded.started_ms,"
    " finished_ms = excluded.finished_ms, replies = excluded.replies, detail = excluded.detail"
    " WHERE turns.user_id = excluded.user_id",
    13
};
static const struct query get_turn = { "SELECT " TURN_COLUMNS
                                       " FROM turns WHERE id = $1 AND user_id = $2",
                                       2 };
static const struct query due_turns = {
    "SELECT " TURN_COLUMNS " FROM turns WHERE state IN ('waiting', 'running') AND due_ms <= $1"
    " ORDER BY due_ms LIMIT $2",
    2
};
static const struct query put_send = {
    "INSERT INTO sends (" SEND_COLUMNS ")"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
    " ON CONFLICT (message_id) DO UPDATE SET state = excluded.state, attempts = excluded.attempts,"
    " repeats = excluded.repeats, clean_listings = excluded.clean_listings,"
    " due_ms = excluded.due_ms, first_offer_ms = excluded.first_offer_ms,"
    " last_offer_ms = excluded.last_offer_ms, expires_ms = excluded.expires_ms"
    " WHERE sends.user_id = excluded.user_id",
    12
};
static const struct query drop_send = { "DELETE FROM sends WHERE message_id = $1 AND user_id = $2",
                                        2 };
static const struct query get_send = { "SELECT " SEND_COLUMNS
                                       " FROM sends WHERE message_id = $1 AND user_id = $2",
                                       2 };
static const struct query due_sends = {
    "SELECT " SEND_COLUMNS " FROM sends WHERE state IN ('ready', 'unknown') AND due_ms <= $1"
    " AND (state = 'unknown' OR NOT EXISTS (SELECT 1 FROM sends AS earlier"
    "  WHERE earlier.conversation_id = sends.conversation_id"
    "  AND earlier.message_id < sends.message_id"
    "  AND (earlier.state = 'sending' OR (earlier.state = 'ready'"
    "   AND (earlier.attempts > 0 OR earlier.due_ms <= $1)))))"
    " ORDER BY due_ms, message_id LIMIT $2",
    2
};
static const struct query ready_sends = {
    "SELECT " SEND_COLUMNS " FROM sends"
    " WHERE conversation_id = $1 AND user_id = $2 AND state = 'ready' ORDER BY message_id",
    2
};
static const struct query next_due_turn = {
    "SELECT due_ms FROM turns WHERE state IN ('waiting', 'running') ORDER BY due_ms LIMIT 1", 0
};
static const struct query next_due_send = {
    "SELECT due_ms FROM sends WHERE state IN ('ready', 'unknown') ORDER BY due_ms LIMIT 1", 0
};
static const struct query recover_turns = {
    "UPDATE turns SET state = 'waiting', due_ms = $1"
    " WHERE state IN ('waiting', 'running') AND state = 'running'",
    1
};
static const struct query recover_sends = {
    "UPDATE sends SET state = 'unknown', due_ms = $1 WHERE state = 'sending'", 1
};
/* A list that was being fetched is lost with the process: it need not be waited for. */
static const struct query recover_unknown = {
    "UPDATE sends SET due_ms = $1 WHERE state = 'unknown' AND due_ms > $1", 1
};

/* ---- turns ---- */

static struct value replies_of(const struct turn *t)
{
    if (t->reply_count == 0)
        return value_null();
    return value_bytes(t->replies, t->reply_count * sizeof(t->replies[0]));
}

bool store_put_turns(struct store_tx *tx, const struct turn *rows, size_t count, struct err *err)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    struct value *params = params_new(&arena, &put_turn, count), *p = params;
    size_t *changed = ARENA_ARRAY(&arena, size_t, count);

    for (size_t i = 0; i < count; i++) {
        const struct turn *t = &rows[i];

        *p++ = value_id(&t->id);
        *p++ = value_id(&t->user);
        *p++ = value_id(&t->conversation);
        *p++ = value_name(turn_state_name(t->state));
        *p++ = value_id_or_null(&t->first_message);
        *p++ = value_id_or_null(&t->last_message);
        *p++ = value_int(t->attempts);
        *p++ = value_int(t->due_ms);
        *p++ = value_int(t->created_ms);
        *p++ = value_int(t->started_ms);
        *p++ = value_int(t->finished_ms);
        *p++ = replies_of(t);
        *p++ = value_text_or_null(t->detail);
    }
    if (!store_write(tx, &put_turn, params, count, changed, err))
        return err_add(err, "turns");
    for (size_t i = 0; i < count; i++) {
        if (changed[i] == 0)
            return err_set(err, ERR_INTERNAL, "a turn of another user");
    }
    return true;
}

static bool turn_of_row(struct row *row, struct turn *ret, struct err *err)
{
    struct str replies;

    ret->id = row_id(row);
    ret->user = row_id(row);
    ret->conversation = row_id(row);
    ROW_NAME(row, parse_turn_state, &ret->state);
    ret->first_message = row_id(row);
    ret->last_message = row_id(row);
    ret->attempts = row_int(row);
    ret->due_ms = row_int(row);
    ret->created_ms = row_int(row);
    ret->started_ms = row_int(row);
    ret->finished_ms = row_int(row);
    replies = row_bytes(row);
    ret->detail = row_text(row);
    ret->reply_count = replies.len / sizeof(ret->replies[0]);
    if (replies.len % sizeof(ret->replies[0]) != 0 || ret->reply_count > TURN_REPLIES_MOST)
        row->bad = true;
    else if (replies.len > 0)
        memcpy(ret->replies, replies.ptr, replies.len);
    return row_ok(row, "turns", err);
}

bool store_turn(struct store *store, const struct scope *scope, struct id turn, struct arena *arena,
                struct turn *ret, struct err *err)
{
    struct value params[] = { value_id(&turn), value_id(&scope->user) };
    struct turn found = { 0 };
    struct rows rows;
    struct row row;

    if (!store_run(store, &get_turn, params, 1, arena, &rows, err))
        return err_add(err, "turn");
    if (rows.count == 0)
        return err_set(err, ERR_NOT_FOUND, "no such turn");
    row = row_at(&rows, 0);
    if (!turn_of_row(&row, &found, err))
        return false;
    *ret = found;
    return true;
}

bool store_due_turns(struct store *store, int64_t now_ms, size_t limit, struct arena *arena,
                     struct turn **ret, size_t *ret_count, struct err *err)
{
    struct value params[] = { value_int(now_ms), value_int((int64_t)limit) };
    struct turn *turns;
    struct rows rows;

    if (!store_run(store, &due_turns, params, 1, arena, &rows, err))
        return err_add(err, "due turns");
    turns = ARENA_ARRAY(arena, struct turn, rows.count);
    for (size_t i = 0; i < rows.count; i++) {
        struct row row = row_at(&rows, i);

        if (!turn_of_row(&row, &turns[i], err))
            return false;
    }
    *ret = turns;
    *ret_count = rows.count;
    return true;
}

/* ---- sends ---- */

bool store_put_sends(struct store_tx *tx, const struct send *rows, size_t count, struct err *err)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    struct value *puts = params_new(&arena, &put_send, count), *p = puts;
    struct value *drops = params_new(&arena, &drop_send, count), *d = drops;
    size_t *changed = ARENA_ARRAY(&arena, size_t, count);
    size_t put_count = 0, drop_count = 0;

    for (size_t i = 0; i < count; i++) {
        const struct send *s = &rows[i];

        if (s->state == SEND_DONE) {
            *d++ = value_id(&s->message);
            *d++ = value_id(&s->user);
            drop_count++;
            continue;
        }
        *p++ = value_id(&s->message);
        *p++ = value_id(&s->user);
        *p++ = value_id(&s->conversation);
        *p++ = value_id(&s->number);
        *p++ = value_name(send_state_name(s->state));
        *p++ = value_int(s->attempts);
        *p++ = value_int(s->repeats);
        *p++ = value_int(s->clean_listings);
        *p++ = value_int(s->due_ms);
        *p++ = value_int(s->first_offer_ms);
        *p++ = value_int(s->last_offer_ms);
        *p++ = value_int(s->expires_ms);
        put_count++;
    }
    if (!store_write(tx, &put_send, puts, put_count, changed, err) ||
        !store_write(tx, &drop_send, drops, drop_count, NULL, err))
        return err_add(err, "sends");
    for (size_t i = 0; i < put_count; i++) {
        if (changed[i] == 0)
            return err_set(err, ERR_INTERNAL, "a send of another user");
    }
    return true;
}

static bool send_of_row(struct row *row, struct send *ret, struct err *err)
{
    ret->message = row_id(row);
    ret->user = row_id(row);
    ret->conversation = row_id(row);
    ret->number = row_id(row);
    ROW_NAME(row, parse_send_state, &ret->state);
    ret->attempts = row_int(row);
    ret->repeats = row_int(row);
    ret->clean_listings = row_int(row);
    ret->due_ms = row_int(row);
    ret->first_offer_ms = row_int(row);
    ret->last_offer_ms = row_int(row);
    ret->expires_ms = row_int(row);
    return row_ok(row, "sends", err);
}

static bool read_sends(struct store *store, const struct query *query, const struct value *params,
                       struct arena *arena, struct send **ret, size_t *ret_count, struct err *err)
{
    struct send *sends;
    struct rows rows;

    if (!store_run(store, query, params, 1, arena, &rows, err))
        return err_add(err, "sends");
    sends = ARENA_ARRAY(arena, struct send, rows.count);
    for (size_t i = 0; i < rows.count; i++) {
        struct row row = row_at(&rows, i);

        if (!send_of_row(&row, &sends[i], err))
            return false;
    }
    *ret = sends;
    *ret_count = rows.count;
    return true;
}

bool store_send(struct store *store, const struct scope *scope, struct id message, struct send *ret,
                struct err *err)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    struct value params[] = { value_id(&message), value_id(&scope->user) };
    struct send *sends;
    size_t count;

    if (!read_sends(store, &get_send, params, &arena, &sends, &count, err))
        return false;
    if (count == 0)
        return err_set(err, ERR_NOT_FOUND, "nothing is owed for this message");
    *ret = sends[0];
    return true;
}

bool store_due_sends(struct store *store, int64_t now_ms, size_t limit, struct arena *arena,
                     struct send **ret, size_t *ret_count, struct err *err)
{
    struct value params[] = { value_int(now_ms), value_int((int64_t)limit) };

    return read_sends(store, &due_sends, params, arena, ret, ret_count, err);
}

bool store_ready_sends(struct store *store, const struct scope *scope, struct id conversation,
                       struct arena *arena, struct send **ret, size_t *ret_count, struct err *err)
{
    struct value params[] = { value_id(&conversation), value_id(&scope->user) };

    return read_sends(store, &ready_sends, params, arena, ret, ret_count, err);
}

/* ---- both ---- */

static bool earliest(struct store *store, const struct query *query, int64_t *ret, struct err *err)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    struct rows rows;

    if (!store_run(store, query, NULL, 1, &arena, &rows, err))
        return err_add(err, "next due");
    if (rows.count > 0 && rows.cells[0].number < *ret)
        *ret = rows.cells[0].number;
    return true;
}

bool store_next_due(struct store *store, int64_t *ret_ms, struct err *err)
{
    int64_t due_ms = INT64_MAX;

    if (!earliest(store, &next_due_turn, &due_ms, err) ||
        !earliest(store, &next_due_send, &due_ms, err))
        return false;
    *ret_ms = due_ms;
    return true;
}

bool store_recover(struct store_tx *tx, int64_t now_ms, int64_t unknown_due_ms, size_t *ret_turns,
                   size_t *ret_sends, struct err *err)
{
    struct value now = value_int(now_ms), later = value_int(unknown_due_ms);

    return (store_write_one(tx, &recover_turns, &now, ret_turns, err) &&
            store_write_one(tx, &recover_sends, &later, ret_sends, err) &&
            store_write_one(tx, &recover_unknown, &later, NULL, err)) ||
           err_add(err, "recover");
}
