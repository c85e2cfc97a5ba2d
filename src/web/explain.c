/*
 * explain.c - what would happen to a text, with no effect.
 *
 * The engine decides by the same functions as for a real text, over the reading connection. To a
 * user's token a text that would be anybody else's, or nobody's, does not exist.
 */
#include "web/inside.h"

static const char *would(enum outcome outcome)
{
    switch (outcome) {
    case OUTCOME_PENDING:
    case OUTCOME_ANSWERED:
    case OUTCOME_AGENT_SILENT:
    case OUTCOME_AGENT_FAILED:
    case OUTCOME_SUPERSEDED: return "ask the agent";
    case OUTCOME_DUPLICATE: return "do nothing: it was there before";
    case OUTCOME_UNKNOWN_SENDER: return "store it for the installation: nobody has this phone";
    case OUTCOME_OPT_OUT: return "opt the person out";
    case OUTCOME_OPT_IN: return "opt the person in again";
    case OUTCOME_HELP: return "give help";
    case OUTCOME_REVOCATION_ASKED: return "ask whether the person wants no more texts";
    case OUTCOME_OPTED_OUT: return "store it: the person opted out";
    case OUTCOME_AUTO_REPLY: return "store it: a machine wrote it";
    case OUTCOME_LOOP: return "store it: two machines are talking";
    case OUTCOME_HELD: return "hold it until the contact is approved";
    case OUTCOME_NOT_ALLOWLISTED: return "store it: the contact is not on the allowlist";
    case OUTCOME_RATE_LIMITED: return "store it: too many answers went to this contact lately";
    case OUTCOME_OVER_BUDGET: return "store it: the budget is spent";
    case OUTCOME_AFTER_HOURS: return "store it: outside opening hours";
    case OUTCOME_HUMAN: return "leave it to the person who answers";
    case OUTCOME_SUSPENDED: return "store it: the user is suspended";
    case OUTCOME_AUTO_REPLY_DISABLED: return "store it: answering is switched off";
    case OUTCOME_BLOCKED_BY_PROVIDER: return "store it: the provider takes no answer";
    case OUTCOME_COUNT: break;
    }
    return "store it";
}

static void render_explanation(struct api_call *call, const struct explanation *ex)
{
    struct json_writer *w = &call->out;

    json_open_object(w);
    json_field_text(w, "outcome", outcome_name(ex->decision.outcome));
    json_field_text(w, "would", would(ex->decision.outcome));
    json_key(w, "route");
    json_open_object(w);
    json_field_text(w, "rule", ex->route.rule);
    render_id(w, "user", ID_USER, ex->route.user);
    render_id(w, "number", ID_NUMBER, ex->number_found ? ex->number.id : (struct id){ 0 });
    json_close_object(w);
    json_field_raw(w, "layers", policy_layers_json(&ex->decision, call->arena));
    if (ex->decision.reply.len > 0)
        json_field_str(w, "reply", ex->decision.reply);
    else
        json_field_null(w, "reply");
    json_close_object(w);
}

/* People's phones are read in the region of the number that they text. */
static bool region_of_to(const struct api_call *call, struct str to, struct str *ret,
                         struct err *err)
{
    struct number *numbers;
    size_t count;

    if (!store_numbers(api_reader(call), call->arena, &numbers, &count, err))
        return false;
    *ret = str_of("US");
    for (size_t i = 0; i < count; i++) {
        if (str_equal(numbers[i].phone, to) && may_see_number(call, &numbers[i]))
            *ret = region_of_number(&numbers[i], call->arena);
    }
    return true;
}

bool explain_post(struct api_call *call, struct err *err)
{
    static const char *const known[] = { "from", "to", "body", NULL };
    const struct web_config *config = api_config(call);
    struct inbound_message message = { .segments = 1 };
    struct explanation explanation = { 0 };
    struct str from, to, region;

    if (!json_check_keys(call->input, known, err) ||
        !json_get_str(call->input, "from", true, &from, err) ||
        !json_get_str(call->input, "to", true, &to, err) ||
        !json_get_str(call->input, "body", true, &message.body, err) ||
        !read_address(to, str_of("US"), "to", call->arena, &message.to, err) ||
        !region_of_to(call, message.to, &region, err) ||
        !read_address(from, region, "from", call->arena, &message.from, err))
        return false;
    if (!engine_explain(api_reader(call), config->vault, &config->limits, &message, call->who.user,
                        call->now_ms, call->arena, &explanation, err))
        return false;
    render_explanation(call, &explanation);
    return true;
}
