/*
 * messages.c - texts: added at the end, linked to the one before, and changed in place.
 *
 * There is no index by user or conversation: a conversation names its last message and each message
 * the previous one, so history is read along those links. A claim of a provider's SID outlives the
 * message; it is 18 bytes (two letters, and 32 hex digits as 16 bytes) in a table of its own.
 */
#include "store/inside.h"

#define SID_LETTERS 2
#define SID_BYTES (SID_LETTERS + 16)

#define MESSAGE_COLUMNS                                                                           \
    "id, conversation_id, number_id, previous, outbound, status, outcome, segments, error_code, " \
    "error, turn, reply, origin, provider_sid, at_ms, done_ms, body, extra"
static const struct query claim = {
    "INSERT INTO claims (sid, message_id) VALUES ($1, $2) ON CONFLICT DO NOTHING", 2
};
static const struct query find_claim = { "SELECT message_id FROM claims WHERE sid = $1", 1 };
static const struct query add_message = {
    "INSERT INTO messages (" MESSAGE_COLUMNS ", user_id) VALUES"
    " ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)",
    19
};
static const struct query get_message = { "SELECT " MESSAGE_COLUMNS
                                          " FROM messages WHERE id = $1 AND user_id = $2",
                                          2 };
static const struct query get_message_of = {
    "SELECT " MESSAGE_COLUMNS
    " FROM messages WHERE id = $1 AND user_id = $2 AND conversation_id = $3",
    3
};
static const struct query message_owner = { "SELECT user_id FROM messages WHERE id = $1", 1 };
static const struct query newest_messages = {
    "SELECT id, user_id FROM messages WHERE id < $1 ORDER BY id DESC LIMIT $2", 2
};
static const struct query last_of_conversation = {
    "SELECT last_message FROM conversations WHERE user_id = $1 AND id = $2", 2
};
static const struct query last_of_all = {
    "SELECT last_message FROM conversations WHERE user_id = $1 AND last_message IS NOT NULL", 1
};
static const struct query get_previous = {
    "SELECT previous FROM messages WHERE id = $1 AND user_id = $2", 2
};
static const struct query set_outcome = {
    "UPDATE messages SET outcome = $1, turn = $2, reply = $3, done_ms = $4"
    " WHERE id = $5 AND user_id = $6 AND outbound = 0",
    6
};
static const struct query set_status = {
    "UPDATE messages SET status = $1, provider_sid = coalesce($2, provider_sid), error_code = $3,"
    " error = coalesce($4, error), done_ms = $5 WHERE id = $6 AND user_id = $7 AND outbound = 1",
    7
};
static const struct query add_status_event = {
    "INSERT INTO status_events (message_id, status, error_code, at_ms, user_id)"
    " VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
    5
};
static const struct query list_status_events = {
    "SELECT status, error_code, at_ms FROM status_events WHERE message_id = $1 AND user_id = $2"
    " ORDER BY at_ms, status, error_code",
    2
};

/* ---- claims ---- */

static bool sid_key(struct str sid, unsigned char ret[SID_BYTES], struct err *err)
{
    bool ok = sid.len == SID_LETTERS + 32;

    for (size_t i = 0; i < SID_LETTERS && ok; i++) {
        ok = sid.ptr[i] >= 'A' && sid.ptr[i] <= 'Z';
        ret[i] = (unsigned char)sid.ptr[i];
    }
    return (ok && hex_decode(str_slice(sid, SID_LETTERS, 32), ret + SID_LETTERS, 16)) ||
           err_set(err, ERR_INVALID, "a SID is two capital letters and 32 hex digits");
}

bool store_claim(struct store_tx *tx, const struct str *sids, const struct id *messages,
                 size_t count, bool *ret_fresh, struct err *err)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    struct value *params = params_new(&arena, &claim, count), *p = params;
    size_t *changed = ARENA_ARRAY(&arena, size_t, count);

    for (size_t i = 0; i < count; i++) {
        unsigned char *key = arena_alloc(&arena, SID_BYTES);

        if (!sid_key(sids[i], key, err))
            return err_add(err, "claim");
        *p++ = value_bytes(key, SID_BYTES);
        *p++ = value_id(&messages[i]);
    }
    if (!store_write(tx, &claim, params, count, changed, err))
        return err_add(err, "claim");
    for (size_t i = 0; i < count; i++)
        ret_fresh[i] = changed[i] > 0;
    return true;
}

bool store_find_sid(struct store *store, struct str sid, struct id *ret_message, struct err *err)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    unsigned char key[SID_BYTES];
    struct value param = value_bytes(key, sizeof(key));
    struct rows rows;
    struct row row;
    struct id message;

    if (!sid_key(sid, key, err) || !store_run(store, &find_claim, &param, 1, &arena, &rows, err))
        return err_add(err, "claim");
    if (rows.count == 0)
        return err_set(err, ERR_NOT_FOUND, "no message has this SID");
    row = row_at(&rows, 0);
    message = row_id(&row);
    if (!row_ok(&row, "claims", err))
        return false;
    *ret_message = message;
    return true;
}

/* ---- adding ---- */

bool store_add_messages(struct store_tx *tx, const struct message_write *rows, size_t count,
                        struct chance *chance, struct err *err)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    struct value *params = params_new(&arena, &add_message, count), *p = params;

    for (size_t i = 0; i < count; i++) {
        const struct message *m = rows[i].message;
        const struct scope *scope = rows[i].scope;
        struct str extra[] = { m->fields, m->media, m->why };
        bool has_extra = m->fields.len + m->media.len + m->why.len > 0;

        if (!check_owner(scope, m->user, err))
            return err_add(err, "messages");
        *p++ = value_id(&m->id);
        *p++ = value_id_or_null(&m->conversation);
        *p++ = value_id_or_null(&m->number);
        *p++ = value_id_or_null(&m->previous);
        *p++ = value_int(m->direction == DIRECTION_OUTBOUND);
        *p++ = value_name(message_status_name(m->status));
        *p++ = value_name(outcome_name(m->outcome));
        *p++ = value_int(m->segments);
        *p++ = value_int(m->error_code);
        *p++ = value_text_or_null(m->error);
        *p++ = value_id_or_null(&m->turn);
        *p++ = value_id_or_null(&m->reply);
        *p++ = value_text_or_null(m->origin);
        *p++ = value_text_or_null(m->provider_sid);
        *p++ = value_int(m->at_ms);
        *p++ = value_int(m->done_ms);
        *p++ = seal_value(scope, "messages", "body", m->id, m->body, chance, &arena);
        *p++ = seal_value(scope, "messages", "extra", m->id,
                          has_extra ? pack(&arena, extra, ARRAY_LEN(extra)) : (struct str){ 0 },
                          chance, &arena);
        *p++ = value_id(&m->user);
    }
    return store_write(tx, &add_message, params, count, NULL, err) || err_add(err, "messages");
}

/* ---- reading ---- */

static bool message_of_row(const struct scope *scope, struct row *row, struct arena *arena,
                           struct message *ret, struct err *err)
{
    struct message m = { .user = scope->user };
    struct str body, extra, parts[3] = { { 0 } };

    m.id = row_id(row);
    m.conversation = row_id(row);
    m.number = row_id(row);
    m.previous = row_id(row);
    m.direction = row_bool(row) ? DIRECTION_OUTBOUND : DIRECTION_INBOUND;
    ROW_NAME(row, message_status_parse, &m.status);
    ROW_NAME(row, parse_outcome, &m.outcome);
    m.segments = row_int(row);
    m.error_code = row_int(row);
    m.error = row_text(row);
    m.turn = row_id(row);
    m.reply = row_id(row);
    m.origin = row_text(row);
    m.provider_sid = row_text(row);
    m.at_ms = row_int(row);
    m.done_ms = row_int(row);
    body = row_bytes(row);
    extra = row_bytes(row);
    if (!row_ok(row, "messages", err) ||
        !unseal_cell(scope, "messages", "body", m.id, body, arena, &m.body, err) ||
        !unseal_cell(scope, "messages", "extra", m.id, extra, arena, &extra, err))
        return false;
    if (extra.len > 0 && !unpack(extra, parts, ARRAY_LEN(parts)))
        return err_set(err, ERR_INTERNAL, "messages.extra is not what it should be");
    m.fields = parts[0];
    m.media = parts[1];
    m.why = parts[2];
    *ret = m;
    return true;
}

/* The message that `query` gives, or *ret_found false. */
static bool read_one(struct store *store, const struct scope *scope, const struct query *query,
                     const struct value *params, struct arena *arena, bool *ret_found,
                     struct message *ret, struct err *err)
{
    struct rows rows;
    struct row row;

    if (!store_run(store, query, params, 1, arena, &rows, err))
        return false;
    *ret_found = rows.count > 0;
    if (rows.count == 0)
        return true;
    row = row_at(&rows, 0);
    return message_of_row(scope, &row, arena, ret, err);
}

bool store_message(struct store *store, const struct scope *scope, struct id id,
                   struct arena *arena, struct message *ret, struct err *err)
{
    struct value params[] = { value_id(&id), value_id(&scope->user) };
    bool found;

    if (!read_one(store, scope, &get_message, params, arena, &found, ret, err))
        return err_add(err, "message");
    return found || err_set(err, ERR_NOT_FOUND, "no such message");
}

bool store_messages_back(struct store *store, const struct scope *scope, struct id conversation,
                         struct id from, size_t limit, struct arena *arena, struct message **ret,
                         size_t *ret_count, struct err *err)
{
    struct value of[] = { value_id(&scope->user), value_id(&conversation) };
    struct message *messages = ARENA_ARRAY(arena, struct message, limit);
    struct rows rows;
    size_t count = 0;

    if (!store_run(store, &last_of_conversation, of, 1, arena, &rows, err))
        return err_add(err, "messages");
    if (rows.count == 0)
        return err_set(err, ERR_NOT_FOUND, "no such conversation");
    if (id_is_zero(from)) {
        struct row row = row_at(&rows, 0);

        from = row_id(&row);
        if (!row_ok(&row, "conversations", err))
            return false;
    }
    /* A link to a message that retention has deleted ends the history. */
    while (count < limit && !id_is_zero(from)) {
        struct value params[] = { value_id(&from), value_id(&scope->user),
                                  value_id(&conversation) };
        bool found;

        if (!read_one(store, scope, &get_message_of, params, arena, &found, &messages[count], err))
            return err_add(err, "messages");
        if (!found)
            break;
        from = messages[count++].previous;
    }
    *ret = messages;
    *ret_count = count;
    return true;
}

/* ---- all conversations of a user, merged: a heap of their newest messages ---- */

static void heap_sink(struct id *heap, size_t count, size_t at)
{
    for (size_t child; (child = 2 * at + 1) < count; at = child) {
        struct id id = heap[at];

        if (child + 1 < count && id_compare(heap[child + 1], heap[child]) > 0)
            child++;
        if (id_compare(heap[child], id) <= 0)
            return;
        heap[at] = heap[child];
        heap[child] = id;
    }
}

static bool heap_fill(struct store *store, const struct scope *scope, struct arena *arena,
                      struct id **ret, size_t *ret_count, struct err *err)
{
    struct value param = value_id(&scope->user);
    struct rows rows;
    struct id *heap;

    if (!store_run(store, &last_of_all, &param, 1, arena, &rows, err))
        return false;
    heap = ARENA_ARRAY(arena, struct id, rows.count);
    for (size_t i = 0; i < rows.count; i++) {
        struct row row = row_at(&rows, i);

        heap[i] = row_id(&row);
        if (!row_ok(&row, "conversations", err))
            return false;
    }
    for (size_t i = rows.count / 2; i-- > 0;)
        heap_sink(heap, rows.count, i);
    *ret = heap;
    *ret_count = rows.count;
    return true;
}

/* What `id` links to; zero when it is gone. */
static bool previous_of(struct store *store, const struct scope *scope, struct id id,
                        struct id *ret, struct err *err)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    struct value params[] = { value_id(&id), value_id(&scope->user) };
    struct rows rows;
    struct row row;

    if (!store_run(store, &get_previous, params, 1, &arena, &rows, err))
        return false;
    *ret = (struct id){ 0 };
    if (rows.count == 0)
        return true;
    row = row_at(&rows, 0);
    *ret = row_id(&row);
    return row_ok(&row, "messages", err);
}

bool store_messages_of_user(struct store *store, const struct scope *scope, struct id before,
                            size_t limit, struct arena *arena, struct message **ret,
                            size_t *ret_count, struct err *err)
{
    CLEANUP(arena_release) struct arena scratch = { 0 };
    struct message *messages = ARENA_ARRAY(arena, struct message, limit);
    struct id cursor = id_before_cursor(before), *heap;
    size_t heap_count, count = 0;

    if (!heap_fill(store, scope, &scratch, &heap, &heap_count, err))
        return err_add(err, "messages");
    while (count < limit && heap_count > 0) {
        struct value params[] = { value_id(&heap[0]), value_id(&scope->user) };
        struct id previous = { 0 };
        bool found = false;

        if (id_compare(heap[0], cursor) >= 0) {
            if (!previous_of(store, scope, heap[0], &previous, err))
                return err_add(err, "messages");
        } else {
            if (!read_one(store, scope, &get_message, params, arena, &found, &messages[count], err))
                return err_add(err, "messages");
            if (found)
                previous = messages[count++].previous;
        }
        heap[0] = id_is_zero(previous) ? heap[--heap_count] : previous;
        heap_sink(heap, heap_count, 0);
    }
    *ret = messages;
    *ret_count = count;
    return true;
}

bool store_messages_newest(struct store *store, struct id before, size_t limit, struct arena *arena,
                           struct owned_id **ret, size_t *ret_count, struct err *err)
{
    return owned_ids(store, &newest_messages, before, limit, arena, ret, ret_count, err) ||
           err_add(err, "messages");
}

bool store_message_owner(struct store *store, struct id message, struct id *ret_user,
                         struct err *err)
{
    return owner_of(store, &message_owner, message, ret_user, err) || err_add(err, "message");
}

/* ---- changes ---- */

bool store_set_outcome(struct store_tx *tx, const struct scope *scope, struct id message,
                       enum outcome outcome, struct id turn, struct id reply, int64_t done_ms,
                       struct err *err)
{
    struct value params[] = { value_name(outcome_name(outcome)),
                              value_id_or_null(&turn),
                              value_id_or_null(&reply),
                              value_int(done_ms),
                              value_id(&message),
                              value_id(&scope->user) };
    size_t changed;

    if (!store_write_one(tx, &set_outcome, params, &changed, err))
        return err_add(err, "outcome");
    return changed > 0 || err_set(err, ERR_NOT_FOUND, "no such inbound message");
}

bool store_set_status(struct store_tx *tx, const struct scope *scope, struct id message,
                      enum message_status status, struct str sid, int64_t error_code,
                      struct str error, int64_t at_ms, struct err *err)
{
    struct value params[] = { value_name(message_status_name(status)),
                              value_text_or_null(sid),
                              value_int(error_code),
                              error.ptr ? value_text(error) : value_null(),
                              value_int(at_ms),
                              value_id(&message),
                              value_id(&scope->user) };
    size_t changed;

    if (!store_write_one(tx, &set_status, params, &changed, err))
        return err_add(err, "status");
    return changed > 0 || err_set(err, ERR_NOT_FOUND, "no such outbound message");
}

bool store_add_status_event(struct store_tx *tx, const struct scope *scope,
                            const struct status_event *event, bool *ret_fresh, struct err *err)
{
    struct value params[] = { value_id(&event->message),
                              value_name(message_status_name(event->status)),
                              value_int(event->error_code), value_int(event->at_ms),
                              value_id(&scope->user) };
    size_t changed;

    if (!store_write_one(tx, &add_status_event, params, &changed, err))
        return err_add(err, "status event");
    *ret_fresh = changed > 0;
    return true;
}

bool store_status_events(struct store *store, const struct scope *scope, struct id message,
                         struct arena *arena, struct status_event **ret, size_t *ret_count,
                         struct err *err)
{
    struct value params[] = { value_id(&message), value_id(&scope->user) };
    struct status_event *events;
    struct rows rows;

    if (!store_run(store, &list_status_events, params, 1, arena, &rows, err))
        return err_add(err, "status events");
    events = ARENA_ARRAY(arena, struct status_event, rows.count);
    for (size_t i = 0; i < rows.count; i++) {
        struct row row = row_at(&rows, i);

        events[i].message = message;
        ROW_NAME(&row, message_status_parse, &events[i].status);
        events[i].error_code = row_int(&row);
        events[i].at_ms = row_int(&row);
        if (!row_ok(&row, "status_events", err))
            return false;
    }
    *ret = events;
    *ret_count = rows.count;
    return true;
}
