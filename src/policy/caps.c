/*
 * caps.c - may one more answer go out: the emergency stop, countries, pumping guard, caps, budgets.
 *
 * What costs money without bound is checked first. Whoever pumps texts through ranges of numbers
 * rents the ranges in blocks, so the guard counts a phone without its last four digits: one block
 * of ten thousand numbers, +1 202 555 in North America.
 */
#include "policy/caps.h"

#include <stdio.h>

#include "sms/nanp.h"
#include "sms/phone.h"

#define PREFIX_DROPS 4
#define UNKNOWN_SEGMENTS_MOST 1

/* Rows in the order of enum cap_kind. */
static const struct {
    const char *name, *reason, *what;
    enum outcome outcome;
} kinds[] = {
    [CAP_UNKNOWN_PREFIX] = { "unknown_prefix", "unknown_sender_cap",
                             "answers to unknown senders of one number range",
                             OUTCOME_RATE_LIMITED },
    [CAP_UNKNOWN_TOTAL] = { "unknown_total", "unknown_sender_cap", "answers to unknown senders",
                            OUTCOME_RATE_LIMITED },
    [CAP_USER] = { "user", "user_cap", "answers of the user", OUTCOME_RATE_LIMITED },
    [CAP_NUMBER] = { "number", "number_cap", "answers of the number", OUTCOME_RATE_LIMITED },
    [CAP_TOTAL] = { "total", "total_cap", "answers in total", OUTCOME_RATE_LIMITED },
    [CAP_SEGMENTS] = { "segments", "over_budget", "segments of the user", OUTCOME_OVER_BUDGET },
    [CAP_MESSAGES] = { "messages", "over_budget", "messages of the user", OUTCOME_OVER_BUDGET },
    [CAP_MONEY] = { "money", "over_budget", "millionths of money of the user",
                    OUTCOME_OVER_BUDGET },
};

const char *cap_kind_name(enum cap_kind kind)
{
    return kinds[kind].name;
}

bool caps_country_open(const struct policy_rules *rules, struct str own_phone,
                       struct str own_region, struct str to)
{
    struct str country = str_of(phone_country_code(to)), own = own_region;

    if (rules->countries == RULES_COUNTRIES_ALL)
        return true;
    if (phone_kind(to) == PHONE_SHORT_CODE) /* these work only where they are issued */
        return true;
    if (rules->countries == RULES_COUNTRIES_LISTED)
        return rules_country_listed(rules, country);
    if (own.len == 0)
        own = str_of(phone_country_code(own_phone));
    /* A number whose own country nobody knows, a short code, has nothing to be compared with. */
    return own.len == 0 || str_equal(country, own);
}

static void add_use(struct cap_use *ret, size_t *count, enum cap_kind kind, struct id id,
                    struct rules_limit limit, int64_t add, int64_t now_ms)
{
    struct cap_use *use = &ret[*count];

    if (limit.most == RULES_NO_LIMIT)
        return;
    *use = (struct cap_use){ .key = { .kind = kind, .id = id }, .add = add, .limit = limit.most };
    use->key.period_start_ms = now_ms - now_ms % limit.window_ms;
    use->key.period_end_ms = use->key.period_start_ms + limit.window_ms;
    ++*count;
}

static void set_prefix(struct cap_key *key, struct str to)
{
    size_t len = to.len > PREFIX_DROPS ? to.len - PREFIX_DROPS : 0;

    if (len >= CAP_PREFIX_BYTES)
        len = CAP_PREFIX_BYTES - 1;
    if (len > 0)
        memcpy(key->prefix, to.ptr, len);
}

size_t caps_list(const struct caps_input *in, struct cap_use ret[CAPS_MOST])
{
    const struct policy_rules *rules = in->rules, *all = in->installation;
    const struct id none = { { 0 } };
    size_t n = 0;

    if (in->unknown) {
        add_use(ret, &n, CAP_UNKNOWN_PREFIX, none, all->unknown_per_prefix, 1, in->now_ms);
        if (n > 0)
            set_prefix(&ret[0].key, in->to);
        add_use(ret, &n, CAP_UNKNOWN_TOTAL, none, all->unknown_in_total, 1, in->now_ms);
    }
    add_use(ret, &n, CAP_USER, in->user, rules->answers_per_user, 1, in->now_ms);
    add_use(ret, &n, CAP_NUMBER, in->number, all->answers_per_number, 1, in->now_ms);
    add_use(ret, &n, CAP_TOTAL, none, all->answers_in_total, 1, in->now_ms);
    add_use(ret, &n, CAP_SEGMENTS, in->user, rules->budget_segments, in->segments, in->now_ms);
    add_use(ret, &n, CAP_MESSAGES, in->user, rules->budget_messages, 1, in->now_ms);
    add_use(ret, &n, CAP_MONEY, in->user, rules->budget_money, in->segments * rules->price_micros,
            in->now_ms);
    return n;
}

static struct cap_verdict refuse(const char *reason, enum outcome outcome, struct str detail)
{
    return (struct cap_verdict){ .reason = reason, .outcome = outcome, .detail = detail };
}

static struct cap_verdict refuse_stopped(enum cap_stop stop)
{
    static const char *const texts[] = {
        [CAP_STOP_NUMBER] = "the emergency stop of the number is on",
        [CAP_STOP_USER] = "the emergency stop of the user is on",
        [CAP_STOP_ALL] = "the emergency stop of everything is on",
    };

    return refuse("emergency_stop", OUTCOME_SUSPENDED, str_of(texts[stop]));
}

static struct cap_verdict refuse_country(const struct caps_input *in, struct arena *arena)
{
    const char *country = phone_country_code(in->to);
    struct str detail = *country ? arena_printf(arena, "texts to %s are not allowed", country)
                                 : str_of("the phone is in no country: satellite, premium or "
                                          "personal number");

    return refuse("country_closed", OUTCOME_RATE_LIMITED, detail);
}

static void money_text(int64_t micros, char text[32])
{
    snprintf(text, 32, "%lld.%06lld", (long long)(micros / 1000000), (long long)(micros % 1000000));
}

static struct cap_verdict refuse_use(const struct cap_use *use, struct arena *arena)
{
    int64_t seconds = (use->key.period_end_ms - use->key.period_start_ms) / 1000;
    struct cap_verdict verdict =
        refuse(kinds[use->key.kind].reason, kinds[use->key.kind].outcome, (struct str){ 0 });

    if (use->key.kind == CAP_MONEY) {
        char used[32], add[32], limit[32];

        money_text(use->used, used);
        money_text(use->add, add);
        money_text(use->limit, limit);
        verdict.detail = arena_printf(arena,
                                      "money of the user: %s used of %s in %lld s, "
                                      "this text costs %s",
                                      used, limit, (long long)seconds, add);
    } else {
        verdict.detail =
            arena_printf(arena, "%s: %lld used of %lld in %lld s, this text adds %lld",
                         kinds[use->key.kind].what, (long long)use->used, (long long)use->limit,
                         (long long)seconds, (long long)use->add);
    }
    if (use->add <= use->limit)
        verdict.retry_ms = use->key.period_end_ms;
    return verdict;
}

struct cap_verdict caps_check(const struct caps_input *in, const struct cap_use *uses, size_t count,
                              struct arena *arena)
{
    if (in->stop != CAP_RUNNING)
        return refuse_stopped(in->stop);
    if (!caps_country_open(in->rules, in->own_phone, in->own_region, in->to))
        return refuse_country(in, arena);
    if (in->unknown && !in->compliance && in->segments > UNKNOWN_SEGMENTS_MOST)
        return refuse("unknown_sender_length", OUTCOME_UNKNOWN_SENDER,
                      arena_printf(arena, "an unknown sender gets one segment; the text takes %lld",
                                   (long long)in->segments));
    for (size_t i = 0; i < count; i++) {
        bool waived = in->compliance && uses[i].key.kind > CAP_UNKNOWN_TOTAL;

        if (!waived && uses[i].used > uses[i].limit - uses[i].add)
            return refuse_use(&uses[i], arena);
    }
    return (struct cap_verdict){ .pass = true };
}

struct str cap_key_text(const struct cap_key *key, char text[CAP_KEY_BYTES])
{
    char hex[2 * sizeof(key->id.bytes)];
    int len;

    hex_encode(key->id.bytes, sizeof(key->id.bytes), hex);
    len = snprintf(text, CAP_KEY_BYTES, "%s/%.*s/%s/%lld", kinds[key->kind].name, (int)sizeof(hex),
                   hex, key->prefix, (long long)key->period_start_ms);
    return str_make(text, (size_t)len);
}
