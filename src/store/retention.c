/*
 * retention.c - deleting what a user does not want kept, a few messages at a time.
 *
 * There is no index by user and age: ids grow with time, so for each number of days that some user
 * has, a cursor in the settings walks the messages once, oldest first, up to that age. When a
 * user's days change, the cursor of the new number starts again.
 */
#include "store/inside.h"

#define DAY_MS INT64_C(86400000)
#define DIFFERENT_DAYS_MOST 64

static const struct query list_days = {
    "SELECT DISTINCT retention_days FROM users WHERE retention_days > 0 ORDER BY retention_days"
    " LIMIT $1",
    1
};
static const struct query old_messages = {
    "SELECT m.id, m.user_id, m.turn, u.retention_days,"
    " EXISTS (SELECT 1 FROM sends s WHERE s.message_id = m.id)"
    " FROM messages m JOIN users u ON u.id = m.user_id"
    " WHERE m.id > $1 AND m.id < $2 ORDER BY m.id LIMIT $3",
    3
};
static const struct query delete_events = {
    "DELETE FROM status_events WHERE message_id = $1 AND user_id = $2", 2
};
static const struct query delete_turn = {
    "DELETE FROM turns WHERE id = $1 AND user_id = $2 AND state NOT IN ('waiting', 'running')", 2
};
static const struct query delete_message = { "DELETE FROM messages WHERE id = $1 AND user_id = $2",
                                             2 };

static struct str cursor_name(int64_t days, struct arena *arena)
{
    return arena_printf(arena, "retired/%lld", (long long)days);
}

/* The smallest id that was made at `at_ms` or later. */
static struct id id_at(int64_t at_ms)
{
    struct id id = { { 0 } };

    for (int i = 0; i < 6; i++)
        id.bytes[i] = (unsigned char)((uint64_t)at_ms >> (40 - 8 * i));
    return id;
}

static bool delete_one(struct store_tx *tx, struct id message, struct id user, struct id turn,
                       struct err *err)
{
    struct value of_message[] = { value_id(&message), value_id(&user) };
    struct value of_turn[] = { value_id(&turn), value_id(&user) };

    return store_write(tx, &delete_events, of_message, 1, NULL, err) &&
           (id_is_zero(turn) || store_write(tx, &delete_turn, of_turn, 1, NULL, err)) &&
           store_write(tx, &delete_message, of_message, 1, NULL, err);
}

/*
 * Walk on for users that keep their messages `days` days. *left goes down by what was looked at;
 * *ret_moved is set when the next call will look at something else.
 */
static bool retire_days(struct store_tx *tx, int64_t now_ms, int64_t days, struct arena *arena,
                        size_t *left, size_t *ret_deleted, bool *ret_moved, struct err *err)
{
    struct str name = cursor_name(days, arena), saved;
    struct id cursor = { { 0 } }, end = id_at(now_ms - days * DAY_MS);
    struct value params[3];
    struct rows rows;
    bool waits = false; /* something owed stands in the way of the cursor */

    if (!store_setting(tx->store, name.ptr, arena, &saved, err))
        return false;
    if (saved.len == sizeof(cursor.bytes))
        memcpy(cursor.bytes, saved.ptr, sizeof(cursor.bytes));
    params[0] = value_id(&cursor);
    params[1] = value_id(&end);
    params[2] = value_int((int64_t)*left);
    if (!store_run(tx->store, &old_messages, params, 1, arena, &rows, err))
        return false;
    for (size_t i = 0; i < rows.count; i++) {
        struct row row = row_at(&rows, i);
        struct id message = row_id(&row), user = row_id(&row), turn = row_id(&row);
        bool is_theirs = row_int(&row) == days, is_owed = row_bool(&row);

        if (!row_ok(&row, "messages", err))
            return false;
        waits |= is_theirs && is_owed;
        if (is_theirs && !is_owed) {
            if (!delete_one(tx, message, user, turn, err))
                return false;
            ++*ret_deleted;
            *ret_moved = true;
        }
        if (!waits) {
            cursor = message;
            *ret_moved = true;
        }
    }
    *left -= rows.count;
    return rows.count == 0 || store_set_setting(tx, name.ptr, id_bytes(&cursor), err);
}

bool store_retire(struct store_tx *tx, int64_t now_ms, size_t limit, size_t *ret_deleted,
                  bool *ret_more, struct err *err)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    struct value param = value_int(DIFFERENT_DAYS_MOST);
    size_t left = limit;
    bool moved = false;
    struct rows rows;

    *ret_deleted = 0;
    if (!store_run(tx->store, &list_days, &param, 1, &arena, &rows, err))
        return err_add(err, "retention");
    for (size_t i = 0; i < rows.count && left > 0; i++) {
        struct row row = row_at(&rows, i);
        int64_t days = row_int(&row);

        if (!row_ok(&row, "users", err) ||
            !retire_days(tx, now_ms, days, &arena, &left, ret_deleted, &moved, err))
            return err_add(err, "retention");
    }
    *ret_more = left == 0 && moved;
    return true;
}

bool retention_restart(struct store_tx *tx, int64_t days, struct err *err)
{
    CLEANUP(arena_release) struct arena arena = { 0 };

    return days == 0 ||
           store_set_setting(tx, cursor_name(days, &arena).ptr, (struct str){ 0 }, err);
}
