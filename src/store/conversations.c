/*
 * conversations.c - threads: one row each, rewritten with every text.
 *
 * The row is found by (user, number, contact), so that a text dirties one page here and the index
 * by id is left alone. Day counters of a day that is over move to usage_daily the moment the row is
 * written with another day; while the day is the same that costs nothing.
 */
#include "store/inside.h"

#define RECENT_BYTES_MOST (10 * RECENT_ANSWERS_MOST) /* ten bytes carry any 64-bit number */

static const struct query insert_conversation = {
    "INSERT INTO conversations (" CONVERSATION_COLUMNS ", allowlisted)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19,"
    " $20, (SELECT count(allowed_ms) FROM contacts WHERE user_id = $1 AND contact_index = $3))",
    20
};
#define UPDATE_CONVERSATION                                                                    \
    "UPDATE conversations SET contact_id = $1, last_message = $2, turn = $3, handled_by = $4," \
    " messages_in = $5, messages_out = $6, last_in_ms = $7, last_out_ms = $8, recent = $9,"    \
    " day = $10, day_in = $11, day_out = $12, day_segments_in = $13, day_segments_out = $14,"  \
    " asked_ms = $15"                                                                          \
    " WHERE user_id = $16 AND number_id = $17 AND contact_index = $18 AND id = $19"
/* Does nothing when the stored row is of another day. */
static const struct query update_same_day = { UPDATE_CONVERSATION " AND day = $10", 19 };
static const struct query update_any_day = { UPDATE_CONVERSATION, 19 };
static const struct query close_day = {
    "INSERT INTO usage_daily"
    " (user_id, day, messages_in, messages_out, segments_in, segments_out)"
    " SELECT user_id, day, day_in, day_out, day_segments_in, day_segments_out FROM conversations"
    " WHERE user_id = $1 AND number_id = $2 AND contact_index = $3 AND day_in + day_out > 0"
    " ON CONFLICT (user_id, day) DO UPDATE SET"
    " messages_in = usage_daily.messages_in + excluded.messages_in,"
    " messages_out = usage_daily.messages_out + excluded.messages_out,"
    " segments_in = usage_daily.segments_in + excluded.segments_in,"
    " segments_out = usage_daily.segments_out + excluded.segments_out",
    3
};
static const struct query use_number = {
    "UPDATE numbers SET in_use = 1 WHERE id = $1 AND in_use = 0", 1
};
static const struct query get_conversation = { "SELECT " CONVERSATION_COLUMNS
                                               " FROM conversations WHERE user_id = $1 AND id = $2",
                                               2 };
static const struct query list_conversations = {
    "SELECT " CONVERSATION_COLUMNS " FROM conversations WHERE user_id = $1 AND id > $2"
    " ORDER BY id LIMIT $3",
    3
};
static const struct query newest_conversations = {
    "SELECT id, user_id FROM conversations WHERE id < $1 ORDER BY id DESC LIMIT $2", 2
};
static const struct query conversation_owner = { "SELECT user_id FROM conversations WHERE id = $1",
                                                 1 };

/* ---- times of recent answers: differences, in as few bytes as each needs ---- */

static struct value pack_recent(const struct conversation *c, struct arena *arena)
{
    unsigned char *bytes, *at;
    uint64_t before = 0;

    if (c->recent_count == 0)
        return value_null();
    bytes = at = arena_alloc(arena, RECENT_BYTES_MOST);
    for (size_t i = 0; i < c->recent_count; i++) {
        uint64_t now = (uint64_t)c->recent_ms[i];
        int64_t step = (int64_t)(now - before);
        /* The sign goes into the lowest bit, so that small steps back stay short too. */
        uint64_t rest = (uint64_t)step << 1 ^ (step < 0 ? UINT64_MAX : 0);

        for (; rest > 0x7F; rest >>= 7)
            *at++ = (unsigned char)(rest | 0x80);
        *at++ = (unsigned char)rest;
        before = now;
    }
    return value_bytes(bytes, (size_t)(at - bytes));
}

static bool unpack_recent(struct str bytes, struct conversation *c)
{
    uint64_t value = 0, number = 0;
    unsigned shift = 0;

    for (size_t i = 0; i < bytes.len; i++) {
        unsigned char byte = (unsigned char)bytes.ptr[i];

        if (shift > 63 || c->recent_count == RECENT_ANSWERS_MOST)
            return false;
        number |= (uint64_t)(byte & 0x7F) << shift;
        shift += 7;
        if (byte & 0x80)
            continue;
        value += number >> 1 ^ (number & 1 ? UINT64_MAX : 0);
        c->recent_ms[c->recent_count++] = (int64_t)value;
        number = 0;
        shift = 0;
    }
    return shift == 0;
}

/* ---- reading ---- */

bool conversation_of_row(struct row *row, struct conversation *ret, struct err *err)
{
    ret->user = row_id(row);
    ret->number = row_id(row);
    row_fixed(row, ret->contact_index, sizeof(ret->contact_index));
    ret->id = row_id(row);
    ret->contact = row_id(row);
    ret->last_message = row_id(row);
    ret->turn = row_id(row);
    ROW_NAME(row, parse_handled_by, &ret->handled_by);
    ret->messages_in = row_int(row);
    ret->messages_out = row_int(row);
    ret->last_in_ms = row_int(row);
    ret->last_out_ms = row_int(row);
    ret->recent_count = 0;
    row->bad |= !unpack_recent(row_bytes(row), ret);
    ret->day = row_int(row);
    ret->day_in = row_int(row);
    ret->day_out = row_int(row);
    ret->day_segments_in = row_int(row);
    ret->day_segments_out = row_int(row);
    ret->asked_ms = row_int(row);
    ret->created_ms = row_int(row);
    return row_ok(row, "conversations", err);
}

bool store_conversation(struct store *store, const struct scope *scope, struct id id,
                        struct conversation *ret, struct err *err)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    struct value params[] = { value_id(&scope->user), value_id(&id) };
    struct conversation conversation = { 0 };
    struct rows rows;
    struct row row;

    if (!store_run(store, &get_conversation, params, 1, &arena, &rows, err))
        return err_add(err, "conversation");
    if (rows.count == 0)
        return err_set(err, ERR_NOT_FOUND, "no such conversation");
    row = row_at(&rows, 0);
    if (!conversation_of_row(&row, &conversation, err))
        return false;
    *ret = conversation;
    return true;
}

bool store_conversations(struct store *store, const struct scope *scope, struct id after,
                         size_t limit, struct arena *arena, struct conversation **ret,
                         size_t *ret_count, struct err *err)
{
    struct value params[] = { value_id(&scope->user), value_id(&after), value_int((int64_t)limit) };
    struct conversation *conversations;
    struct rows rows;

    if (!store_run(store, &list_conversations, params, 1, arena, &rows, err))
        return err_add(err, "conversations");
    conversations = ARENA_ARRAY(arena, struct conversation, rows.count);
    for (size_t i = 0; i < rows.count; i++) {
        struct row row = row_at(&rows, i);

        if (!conversation_of_row(&row, &conversations[i], err))
            return false;
    }
    *ret = conversations;
    *ret_count = rows.count;
    return true;
}

bool store_conversations_newest(struct store *store, struct id before, size_t limit,
                                struct arena *arena, struct owned_id **ret, size_t *ret_count,
                                struct err *err)
{
    return owned_ids(store, &newest_conversations, before, limit, arena, ret, ret_count, err) ||
           err_add(err, "conversations");
}

bool store_conversation_owner(struct store *store, struct id conversation, struct id *ret_user,
                              struct err *err)
{
    return owner_of(store, &conversation_owner, conversation, ret_user, err) ||
           err_add(err, "conversation");
}

/* ---- writing ---- */

/* The columns that a text may change, in the order of both queries. */
static struct value *put_changing(struct value *p, const struct conversation *c,
                                  struct arena *arena)
{
    *p++ = value_int(c->messages_in);
    *p++ = value_int(c->messages_out);
    *p++ = value_int(c->last_in_ms);
    *p++ = value_int(c->last_out_ms);
    *p++ = pack_recent(c, arena);
    *p++ = value_int(c->day);
    *p++ = value_int(c->day_in);
    *p++ = value_int(c->day_out);
    *p++ = value_int(c->day_segments_in);
    *p++ = value_int(c->day_segments_out);
    *p++ = value_int(c->asked_ms);
    return p;
}

static struct value *put_insert(struct value *p, const struct conversation *c, struct arena *arena)
{
    *p++ = value_id(&c->user);
    *p++ = value_id(&c->number);
    *p++ = value_index(c->contact_index);
    *p++ = value_id(&c->id);
    *p++ = value_id(&c->contact);
    *p++ = value_id_or_null(&c->last_message);
    *p++ = value_id_or_null(&c->turn);
    *p++ = value_name(handled_by_name(c->handled_by));
    p = put_changing(p, c, arena);
    *p++ = value_int(c->created_ms);
    return p;
}

static struct value *put_update(struct value *p, const struct conversation *c, struct arena *arena)
{
    *p++ = value_id(&c->contact);
    *p++ = value_id_or_null(&c->last_message);
    *p++ = value_id_or_null(&c->turn);
    *p++ = value_name(handled_by_name(c->handled_by));
    p = put_changing(p, c, arena);
    *p++ = value_id(&c->user);
    *p++ = value_id(&c->number);
    *p++ = value_index(c->contact_index);
    *p++ = value_id(&c->id);
    return p;
}

/* The stored row is of another day, or not there. `params` are those of the update. */
static bool update_new_day(struct store_tx *tx, const struct conversation *c,
                           const struct value *params, struct err *err)
{
    struct value key[] = { value_id(&c->user), value_id(&c->number),
                           value_index(c->contact_index) };
    size_t changed;

    if (!store_write_one(tx, &close_day, key, NULL, err) ||
        !store_write_one(tx, &update_any_day, params, &changed, err))
        return false;
    return changed > 0 || err_set(err, ERR_NOT_FOUND, "no such conversation");
}

static bool update_all(struct store_tx *tx, const struct conversation **rows, size_t count,
                       struct arena *arena, struct err *err)
{
    struct value *params = params_new(arena, &update_same_day, count), *p = params;
    size_t *changed = ARENA_ARRAY(arena, size_t, count);

    for (size_t i = 0; i < count; i++)
        p = put_update(p, rows[i], arena);
    if (!store_write(tx, &update_same_day, params, count, changed, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (changed[i] == 0 &&
            !update_new_day(tx, rows[i], params + i * update_same_day.params, err))
            return false;
    }
    return true;
}

static bool insert_all(struct store_tx *tx, const struct conversation **rows, size_t count,
                       struct arena *arena, struct err *err)
{
    struct value *params = params_new(arena, &insert_conversation, count), *p = params;

    for (size_t i = 0; i < count; i++) {
        struct value number = value_id(&rows[i]->number);

        p = put_insert(p, rows[i], arena);
        if ((i == 0 || !id_equal(rows[i]->number, rows[i - 1]->number)) &&
            !store_write_one(tx, &use_number, &number, NULL, err))
            return false;
    }
    return store_write(tx, &insert_conversation, params, count, NULL, err);
}

bool store_put_conversations(struct store_tx *tx, const struct conversation_write *rows,
                             size_t count, struct err *err)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    const struct conversation **inserts = ARENA_ARRAY(&arena, const struct conversation *, count);
    const struct conversation **updates = ARENA_ARRAY(&arena, const struct conversation *, count);
    size_t insert_count = 0, update_count = 0;

    for (size_t i = 0; i < count; i++) {
        if (!check_owner(rows[i].scope, rows[i].conversation->user, err))
            return err_add(err, "conversations");
        if (rows[i].insert)
            inserts[insert_count++] = rows[i].conversation;
        else
            updates[update_count++] = rows[i].conversation;
    }
    return (insert_all(tx, inserts, insert_count, &arena, err) &&
            update_all(tx, updates, update_count, &arena, err)) ||
           err_add(err, "conversations");
}
