/*
 * hours.c - when a person may be texted unasked, and when a user's doors are open.
 *
 * Both compare wall clocks, and both find the next moment by instants that zone.h gives, so a
 * change of the clocks moves neither. A range belongs to the day it starts on, also where it ends
 * after midnight.
 */
#include "policy/hours.h"

#include "sms/nanp.h"

#define DAY_MINUTES 1440
#define MINUTE_MS INT64_C(60000)
#define STEPS_MOST 64       /* towards the moment when no zone is quiet */
#define DAYS_AHEAD_MOST 370 /* how far to look for an opening */

/*
 * Hours in which state law allows unasked texts or calls, where it is narrower than the federal
 * 08:00-21:00; from == to: not at all on that day. Lawyers read these laws in more than one way;
 * the table takes the narrow reading, and knows no public holidays.
 *
 * Source: Fla. Stat. 501.616(6) and Tex. Bus. & Com. Code 301.051; the others from compliance
 * vendors' published tables of 2025, which do not always agree. Of Rhode Island the times, and
 * South Dakota, Utah, Washington and Wyoming, were not checked against any text; a row can only
 * narrow.
 */
// clang-format off
static const struct state_hours {
    char state[3];
    const char *law; /* for why */
    short from, to, saturday_from, saturday_to, sunday_from, sunday_to; /* hours */
} states[] = {
    { "AL", "the law of Alabama",  8, 20,  8, 20,  0,  0 },
    { "CT", "the law of Connecticut",  9, 20,  9, 20,  9, 20 },
    { "FL", "the law of Florida",  8, 20,  8, 20,  8, 20 },
    { "KY", "the law of Kentucky", 10, 21, 10, 21, 10, 21 },
    { "LA", "the law of Louisiana",  8, 20,  8, 20,  0,  0 },
    { "MA", "the law of Massachusetts",  8, 20,  8, 20,  8, 20 },
    { "MD", "the law of Maryland",  8, 20,  8, 20,  8, 20 },
    { "MI", "the law of Michigan",  9, 21,  9, 21,  9, 21 },
    { "MN", "the law of Minnesota",  9, 21,  9, 21,  9, 21 },
    { "MS", "the law of Mississippi",  8, 20,  8, 20,  0,  0 },
    { "NM", "the law of New Mexico",  9, 21,  9, 21,  9, 21 },
    { "NV", "the law of Nevada",  9, 20,  9, 20,  9, 20 },
    { "OK", "the law of Oklahoma",  8, 20,  8, 20,  8, 20 },
    { "RI", "the law of Rhode Island",  9, 18, 10, 17,  0,  0 },
    { "SD", "the law of South Dakota",  9, 21,  9, 21,  0,  0 },
    { "TX", "the law of Texas",  9, 21,  9, 21, 12, 21 },
    { "UT", "the law of Utah",  8, 21,  8, 21,  0,  0 },
    { "WA", "the law of Washington",  8, 20,  8, 20,  8, 20 },
    { "WY", "the law of Wyoming",  8, 20,  8, 20,  8, 20 },
};
// clang-format on

static const struct state_hours *find_state(const char *state)
{
    for (size_t i = 0; *state && i < ARRAY_LEN(states); i++) {
        if (strcmp(states[i].state, state) == 0)
            return &states[i];
    }
    return NULL;
}

static void hours_of(const struct state_hours *state, int weekday, int *ret_from, int *ret_to)
{
    if (weekday == 6) {
        *ret_from = state->sunday_from * 60;
        *ret_to = state->sunday_to * 60;
    } else if (weekday == 5) {
        *ret_from = state->saturday_from * 60;
        *ret_to = state->saturday_to * 60;
    } else {
        *ret_from = state->from * 60;
        *ret_to = state->to * 60;
    }
}

/*
 * When the state's law allows it next, in minutes of `day`: `minutes` itself, or a later time that
 * may be past the day's end.
 */
static int lawful_from(const struct state_hours *state, struct local_day day, int minutes)
{
    for (int ahead = 0;; ahead++) {
        int from, to, start = ahead * DAY_MINUTES;

        hours_of(state, (day.weekday + ahead) % 7, &from, &to);
        if (from < to && minutes < start + to)
            return minutes > start + from ? minutes : start + from;
    }
}

/* When the rules' quiet hours are over: `minutes` itself where it is not quiet. */
static int loud_from(const struct policy_rules *rules, int minutes)
{
    int from = rules->quiet_from, to = rules->quiet_to;

    if (minutes >= from && minutes < to)
        return to;
    if (minutes + DAY_MINUTES >= from && minutes + DAY_MINUTES < to)
        return to - DAY_MINUTES;
    return minutes;
}

/* The first moment from `at_ms` on when `zone` may be texted, as far as one step tells. */
static int64_t step(const struct policy_rules *rules, const struct state_hours *state,
                    struct str zone, int64_t at_ms, const char **ret_rule)
{
    struct local_time local = zone_local(zone, at_ms);
    int minutes = loud_from(rules, local.minutes);
    int64_t later_ms;

    *ret_rule = "quiet hours";
    if (minutes == local.minutes && state) {
        minutes = lawful_from(state, local.day, minutes);
        *ret_rule = state->law;
    }
    if (minutes == local.minutes)
        return at_ms;
    later_ms = zone_instant(zone, local.day, minutes);
    /* In the hour that clocks show twice, the instant may be the first of the two: go on by clock
     * minutes. */
    return later_ms > at_ms ? later_ms : at_ms + (minutes - local.minutes) * MINUTE_MS;
}

/* The first moment when none of `zones` is quiet; false when there is none. */
static bool find_moment(const struct policy_rules *rules, const struct state_hours *state,
                        struct str zones, struct quiet *ret)
{
    for (int i = 0; i < STEPS_MOST; i++) {
        struct str rest = zones, zone;
        int64_t before_ms = ret->until_ms;

        while (phone_zone_next(&rest, &zone)) {
            const char *rule;
            int64_t at_ms = step(rules, state, zone, ret->until_ms, &rule);

            if (at_ms > ret->until_ms && !ret->quiet) {
                ret->quiet = true;
                ret->zone = zone;
                ret->rule = rule;
            }
            ret->until_ms = at_ms;
        }
        if (ret->until_ms == before_ms)
            return true;
    }
    return false;
}

struct quiet quiet_check(const struct policy_rules *rules, struct str phone, struct str zone,
                         int64_t now_ms)
{
    struct phone_place place = phone_place(phone);
    bool us = strcmp(place.country, "US") == 0;
    const struct state_hours *state = us ? find_state(place.region) : NULL;
    struct str zones = zone.len > 0 && zone_known(zone) ? zone : str_of(place.zones), main_zone;
    struct quiet quiet = { .until_ms = now_ms };

    if (!rules->has_quiet || find_moment(rules, state, zones, &quiet))
        return quiet;
    quiet = (struct quiet){ .until_ms = now_ms };
    phone_zone_next(&zones, &main_zone);
    find_moment(rules, state, main_zone, &quiet);
    return quiet;
}

/* ---- opening hours ---- */

static bool is_closed_day(const struct policy_rules *rules, struct local_day day)
{
    for (size_t i = 0; i < rules->closed_count; i++) {
        if (day_distance(rules->closed[i], day) == 0)
            return true;
    }
    return false;
}

static const struct rules_hours all_day = { 127, 0, DAY_MINUTES };

static size_t hours_list(const struct policy_rules *rules, const struct rules_hours **ret)
{
    *ret = rules->open_count > 0 ? rules->open : &all_day;
    return rules->open_count > 0 ? rules->open_count : 1;
}

/* Does a range that starts on `day` hold `now_ms`? Otherwise *next_ms: the first start after it. */
static bool open_on(const struct policy_rules *rules, struct str zone, struct local_day day,
                    int64_t now_ms, int64_t *next_ms)
{
    const struct rules_hours *list;
    size_t count = hours_list(rules, &list);

    if (is_closed_day(rules, day))
        return false;
    for (size_t i = 0; i < count; i++) {
        int64_t from_ms;

        if (!(list[i].days & 1U << day.weekday))
            continue;
        from_ms = zone_instant(zone, day, list[i].from);
        if (from_ms > now_ms)
            *next_ms = from_ms < *next_ms ? from_ms : *next_ms;
        else if (now_ms < zone_instant(zone, day, list[i].to))
            return true;
    }
    return false;
}

struct opening opening_check(const struct policy_rules *rules, struct str zone, int64_t now_ms)
{
    struct local_day today = zone_local(zone, now_ms).day;
    int64_t next_ms = OPENING_FOREVER;

    if (rules->open_count == 0 && rules->closed_count == 0)
        return (struct opening){ .open = true, .next_ms = now_ms };
    for (int ahead = -1; ahead <= DAYS_AHEAD_MOST && next_ms == OPENING_FOREVER; ahead++) {
        if (open_on(rules, zone, day_add(today, ahead), now_ms, &next_ms))
            return (struct opening){ .open = true, .next_ms = now_ms };
    }
    return (struct opening){ .next_ms = next_ms, .period = next_ms };
}
