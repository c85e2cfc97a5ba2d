/*
 * usage.c - texts and segments a day: days that are over, and what conversations still hold.
 *
 * A conversation counts its current day itself (conversations.c). The total over everybody reads
 * every conversation: it is for an operator's question, on a reader of its own.
 */
#include "store/inside.h"

#define SUMS                                                                           \
    "SELECT day, CAST(SUM(messages_in) AS BIGINT), CAST(SUM(messages_out) AS BIGINT)," \
    " CAST(SUM(segments_in) AS BIGINT), CAST(SUM(segments_out) AS BIGINT) FROM ("
#define CLOSED "SELECT day, messages_in, messages_out, segments_in, segments_out FROM usage_daily"
#define OPEN "SELECT day, day_in, day_out, day_segments_in, day_segments_out FROM conversations"
#define GROUPED \
    ") AS used GROUP BY day HAVING SUM(messages_in) + SUM(messages_out) > 0 ORDER BY day"

static const struct query usage_of_user = {
    SUMS CLOSED " WHERE user_id = $1 AND day BETWEEN $2 AND $3 UNION ALL " OPEN
                " WHERE user_id = $1 AND day BETWEEN $2 AND $3" GROUPED,
    3
};
static const struct query usage_of_all = { SUMS CLOSED
                                           " WHERE day BETWEEN $1 AND $2 UNION ALL " OPEN
                                           " WHERE day BETWEEN $1 AND $2" GROUPED,
                                           2 };

static bool read_days(struct store *store, const struct query *query, const struct value *params,
                      struct arena *arena, struct usage_day **ret, size_t *ret_count,
                      struct err *err)
{
    struct usage_day *days;
    struct rows rows;

    if (!store_run(store, query, params, 1, arena, &rows, err))
        return err_add(err, "usage");
    days = ARENA_ARRAY(arena, struct usage_day, rows.count);
    for (size_t i = 0; i < rows.count; i++) {
        struct row row = row_at(&rows, i);

        days[i].day = row_int(&row);
        days[i].messages_in = row_int(&row);
        days[i].messages_out = row_int(&row);
        days[i].segments_in = row_int(&row);
        days[i].segments_out = row_int(&row);
        if (!row_ok(&row, "usage_daily", err))
            return false;
    }
    *ret = days;
    *ret_count = rows.count;
    return true;
}

bool store_usage(struct store *store, const struct scope *scope, int64_t from_day, int64_t to_day,
                 struct arena *arena, struct usage_day **ret, size_t *ret_count, struct err *err)
{
    struct value params[] = { value_id(&scope->user), value_int(from_day), value_int(to_day) };

    return read_days(store, &usage_of_user, params, arena, ret, ret_count, err);
}

bool store_usage_total(struct store *store, int64_t from_day, int64_t to_day, struct arena *arena,
                       struct usage_day **ret, size_t *ret_count, struct err *err)
{
    struct value params[] = { value_int(from_day), value_int(to_day) };

    return read_days(store, &usage_of_all, params, arena, ret, ret_count, err);
}
