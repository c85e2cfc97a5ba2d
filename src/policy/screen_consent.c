/*
 * screen_consent.c - people leaving, coming back, asking who we are; and silence for those who
 * left.
 *
 * Only whole messages count. Where the provider answers these words itself we record and say
 * nothing: a second text would be noise after HELP and refused after STOP. The provider's own
 * verdict (OptOutType) is believed over ours. Source: reference Twilio opt-out handling; 47
 * CFR 64.1200(a)(10) and (12).
 */
#include "policy/screen.h"
#include "sms/keyword.h"

struct wish {
    enum keyword keyword;
    const char *source;
    const char *word;
};

static struct wish wish_of(const struct inbound_message *message)
{
    struct wish wish = { .source = "opt_out_type" };

    switch (message->opt_out_type) {
    case OPT_OUT_TYPE_STOP: return (struct wish){ KEYWORD_OPT_OUT, wish.source, "STOP" };
    case OPT_OUT_TYPE_START: return (struct wish){ KEYWORD_OPT_IN, wish.source, "START" };
    case OPT_OUT_TYPE_HELP: return (struct wish){ KEYWORD_HELP, wish.source, "HELP" };
    case OPT_OUT_TYPE_NONE: break;
    }
    wish.source = "keyword";
    wish.keyword = keyword_detect(message->body, &wish.word);
    return wish;
}

/* True when it is ours to answer these words to this sender. */
static bool we_answer(const struct policy_input *in)
{
    return in->number && !in->number->provider_handles_opt_out &&
           in->message->opt_out_type == OPT_OUT_TYPE_NONE &&
           !screen_sender_unanswerable(in->message);
}

static struct str name_of(const struct number *number)
{
    return number->name.len > 0 ? number->name : number->phone;
}

static void record(struct policy_decision *ret, enum consent_kind kind, const struct wish *wish)
{
    ret->record_consent = true;
    ret->consent_kind = kind;
    ret->consent_source = wish->source;
    ret->evidence = str_of(wish->word);
}

static enum outcome opt_out(const struct policy_input *in, const struct wish *wish,
                            struct arena *arena, struct policy_decision *ret)
{
    record(ret, CONSENT_OPT_OUT, wish);
    ret->cancel_owed = true;
    if (we_answer(in) && in->consent != CONSENT_OUT) { /* one confirmation, not one for each STOP */
        ret->reply_despite_opt_out = true;
        ret->reply = arena_printf(arena,
                                  "%.*s: you are opted out and will get no more messages. "
                                  "Reply START to come back.",
                                  STR_ARGS(name_of(in->number)));
    }
    return OUTCOME_OPT_OUT;
}

static enum outcome opt_in(const struct policy_input *in, const struct wish *wish,
                           struct arena *arena, struct policy_decision *ret)
{
    int64_t count;

    record(ret, CONSENT_OPT_IN, wish);
    /* Who was opted out may have been so since the first text, and so never have been admitted. */
    ret->admit = screen_admits_newcomer(in) ||
                 (in->consent == CONSENT_OUT && !in->allowlisted && in->number &&
                  in->route->kind == ROUTE_USER && in->number->first == FIRST_ADMIT);
    if (we_answer(in) && screen_within_rate(in, &count))
        ret->reply =
            arena_printf(arena, "%.*s: you are opted in. Reply HELP for help, STOP to opt out.",
                         STR_ARGS(name_of(in->number)));
    return OUTCOME_OPT_IN;
}

static enum outcome help(const struct policy_input *in, struct arena *arena,
                         struct policy_decision *ret)
{
    int64_t count;

    ret->admit = in->consent != CONSENT_OUT && screen_admits_newcomer(in);
    if (!we_answer(in) || in->consent == CONSENT_OUT || !screen_within_rate(in, &count))
        return OUTCOME_HELP;
    ret->reply = in->number->help_text.len > 0
                     ? in->number->help_text
                     : arena_printf(arena,
                                    "%.*s: text this number and you get an answer. "
                                    "Reply STOP to opt out. Msg & data rates may apply.",
                                    STR_ARGS(name_of(in->number)));
    return OUTCOME_HELP;
}

SCREEN_CHECK(consent)
{
    struct wish wish = wish_of(in->message);
    bool out = in->consent == CONSENT_OUT;

    if (wish.keyword != KEYWORD_NONE)
        *ret_detail = arena_printf(arena, "%s by %s", wish.word, wish.source);
    switch (wish.keyword) {
    case KEYWORD_OPT_OUT: return opt_out(in, &wish, arena, ret);
    case KEYWORD_OPT_IN: return opt_in(in, &wish, arena, ret);
    case KEYWORD_HELP: return help(in, arena, ret);
    case KEYWORD_YES:
        if (out)
            return opt_in(in, &wish, arena, ret);
        *ret_detail = str_of("YES of somebody who is not opted out is a text like any other");
        return OUTCOME_PENDING;
    case KEYWORD_NONE: break;
    }
    if (!out)
        return OUTCOME_PENDING;
    *ret_detail = str_of("the sender is opted out");
    return OUTCOME_OPTED_OUT;
}
