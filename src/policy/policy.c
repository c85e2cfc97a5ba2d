/*
 * policy.c - the screens in their order, and the one loop that runs them.
 *
 * The order is the policy: consent comes before all, so that nothing below can answer somebody who
 * left, and machines are told apart before anybody unknown is answered. Tests and `why` know layers
 * by name.
 */
#include "policy/policy.h"

#include <assert.h>

#include "base/json.h"
#include "policy/screen.h"
#include "sms/phone.h"

static const struct screen screens[] = {
    { "consent", screen_consent },
    { "auto_reply", screen_auto_reply },
    { "owner", screen_owner },
    { "sender", screen_sender },
    { "invite", screen_invite },
    { "first_message", screen_first_message },
    { "allowlist", screen_allowlist },
    { "rate_limit", screen_rate_limit },
    { "human", screen_human },
    { "suspended", screen_suspended },
    { "auto_reply_enabled", screen_auto_reply_enabled },
    { "content", screen_content },
};
_Static_assert(ARRAY_LEN(screens) <= LAYERS_MOST, "a decision has no room for every layer");

const char *screen_sender_unanswerable(const struct inbound_message *message)
{
    if (str_equal(message->from, message->to))
        return "the sender cannot be answered: it is the number itself";
    switch (phone_kind(message->from)) {
    case PHONE_E164: return NULL;
    case PHONE_SHORT_CODE: return "the sender is a short code, which is a machine";
    case PHONE_ALPHANUMERIC: return "the sender cannot be answered: it is a name, not a number";
    case PHONE_NONE: break;
    }
    return "the sender cannot be answered: it is not a phone number";
}

bool screen_admits_newcomer(const struct policy_input *in)
{
    bool first = !in->conversation || in->conversation->messages_in == 0;

    return first && !in->allowlisted && in->route->kind == ROUTE_USER && in->number &&
           in->number->first == FIRST_ADMIT;
}

bool screen_within_rate(const struct policy_input *in, int64_t *ret_count)
{
    *ret_count =
        in->conversation ? window_count(in->conversation, in->now_ms, in->limits.window_ms) : 0;
    return *ret_count < in->limits.answers_max;
}

void policy_decide(const struct policy_input *in, struct arena *arena, struct policy_decision *ret)
{
    *ret = (struct policy_decision){ .outcome = OUTCOME_PENDING };
    for (size_t i = 0; i < ARRAY_LEN(screens) && ret->outcome == OUTCOME_PENDING; i++) {
        struct layer *layer = &ret->layers[ret->layer_count++];

        layer->layer = screens[i].layer;
        ret->outcome = screens[i].check(in, arena, ret, &layer->detail);
        layer->verdict = ret->outcome == OUTCOME_PENDING ? "pass" : "stop";
    }
    ret->turn = ret->outcome == OUTCOME_PENDING;
    if (!in->limits.auto_reply_enabled) { /* the switch silences policy's own texts too */
        ret->reply = (struct str){ 0 };
        ret->reply_despite_opt_out = ret->ask = false;
    }
    assert(!ret->turn || in->route->kind == ROUTE_USER);
}

struct str policy_layers_json(const struct policy_decision *decision, struct arena *arena)
{
    CLEANUP(buf_release) struct buf out = { 0 };
    struct json_writer w = { .out = &out };

    json_open_array(&w);
    for (size_t i = 0; i < decision->layer_count; i++) {
        const struct layer *layer = &decision->layers[i];

        json_open_object(&w);
        json_field_text(&w, "layer", layer->layer);
        json_field_text(&w, "verdict", layer->verdict);
        if (layer->detail.len > 0)
            json_field_str(&w, "detail", layer->detail);
        json_close_object(&w);
    }
    json_close_array(&w);
    return arena_copy(arena, buf_view(&out));
}
