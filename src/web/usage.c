/*
 * usage.c - texts and segments by day (UTC), of one user or of all.
 */
#include "web/inside.h"
#include "web/when.h"

#define MS_PER_DAY INT64_C(86400000)
#define DAYS_DEFAULT 30
#define DAYS_MOST 3660

struct period {
    int64_t from, to; /* days since 1970, both included */
};

static bool read_day(const struct api_call *call, const char *name, int64_t *ret, struct err *err)
{
    struct str text = query_value(call, name);

    if (text.ptr && !when_parse_day(text, ret))
        return err_set_field(err, name, "%s must be a day such as 2026-11-21", name);
    return true;
}

static bool read_period(const struct api_call *call, struct period *ret, struct err *err)
{
    struct period p = { .to = call->now_ms / MS_PER_DAY };

    if (!read_day(call, "to", &p.to, err))
        return false;
    p.from = p.to - (DAYS_DEFAULT - 1);
    if (!read_day(call, "from", &p.from, err))
        return false;
    if (p.from > p.to)
        return err_set_field(err, "from", "from must not be after to");
    if (p.to - p.from >= DAYS_MOST)
        return err_set_field(err, "from", "from and to may be %d days apart at most", DAYS_MOST);
    *ret = p;
    return true;
}

static void render_counts(struct json_writer *w, const struct usage_day *day)
{
    json_field_int(w, "messages_in", day->messages_in);
    json_field_int(w, "messages_out", day->messages_out);
    json_field_int(w, "segments_in", day->segments_in);
    json_field_int(w, "segments_out", day->segments_out);
}

static void render_usage(struct api_call *call, const struct period *period,
                         const struct usage_day *days, size_t count)
{
    struct json_writer *w = &call->out;
    struct usage_day total = { 0 };
    char text[WHEN_DAY_BYTES];

    json_open_object(w);
    json_field_str(w, "from", when_format_day(period->from, text));
    json_field_str(w, "to", when_format_day(period->to, text));
    json_key(w, "days");
    json_open_array(w);
    for (size_t i = 0; i < count; i++) {
        json_open_object(w);
        json_field_str(w, "day", when_format_day(days[i].day, text));
        render_counts(w, &days[i]);
        json_close_object(w);
        total.messages_in += days[i].messages_in;
        total.messages_out += days[i].messages_out;
        total.segments_in += days[i].segments_in;
        total.segments_out += days[i].segments_out;
    }
    json_close_array(w);
    json_key(w, "total");
    json_open_object(w);
    render_counts(w, &total);
    json_close_object(w);
    json_close_object(w);
}

static bool usage_of(struct api_call *call, const struct scope *scope, const struct period *period,
                     struct err *err)
{
    struct usage_day *days;
    size_t count;

    if (!store_usage(api_reader(call), scope, period->from, period->to, call->arena, &days, &count,
                     err))
        return false;
    render_usage(call, period, days, count);
    return true;
}

bool user_usage(struct api_call *call, struct err *err)
{
    struct period period;
    struct scope scope;

    return open_user(call, api_reader(call), call->args[0], &scope, err) &&
           read_period(call, &period, err) && usage_of(call, &scope, &period, err);
}

bool usage_get(struct api_call *call, struct err *err)
{
    struct usage_day *days;
    struct period period;
    struct scope scope;
    size_t count;

    if (!read_period(call, &period, err))
        return false;
    if (!call->who.admin)
        return open_owner(call, api_reader(call), call->who.user, &scope, err) &&
               usage_of(call, &scope, &period, err);
    if (!store_usage_total(api_reader(call), period.from, period.to, call->arena, &days, &count,
                           err))
        return false;
    render_usage(call, &period, days, count);
    return true;
}
