/*
 * screen_consent.c - people leaving, coming back, asking who we are; and silence for those who
 * left.
 *
 * Keywords count as whole messages only. Where the provider answers a word itself we record and say
 * nothing: a second text would be noise after HELP and refused after STOP. The provider's own
 * verdict (OptOutType) is believed over ours. Whoever takes consent back in their own words is
 * believed when that is clear, and asked once when it is only likely. Source: Twilio's opt-out
 * handling; 47 CFR 64.1200(a)(10) and (12).
 */
#include "policy/screen.h"
#include "sms/keyword.h"
#include "sms/revocation.h"

#define QUESTION_OPEN_MS (7 * INT64_C(86400000)) /* a later text answers no question any more */

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

/* The provider knows its own words only: "stop." or "arrêt" gets neither block nor answer of it. */
static bool provider_answers(const struct policy_input *in, const struct wish *wish)
{
    return in->message->opt_out_type != OPT_OUT_TYPE_NONE ||
           (in->number->provider_handles_opt_out &&
            (wish->keyword == KEYWORD_OPT_IN || /* only its own words lift its block */
             keyword_detect_provider(in->message->body) == wish->keyword));
}

/* True when it is ours to answer this wish to this sender. */
static bool we_answer(const struct policy_input *in, const struct wish *wish)
{
    return in->number && !provider_answers(in, wish) && !screen_sender_unanswerable(in->message);
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
    if (we_answer(in, wish) && in->consent != CONSENT_OUT) { /* one, not one for each STOP */
        ret->reply_despite_opt_out = true;
        ret->reply = in->number->opt_out_text.len > 0
                         ? in->number->opt_out_text
                         : arena_printf(arena,
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
    if (we_answer(in, wish) && screen_within_rate(in, &count))
        ret->reply =
            in->number->opt_in_text.len > 0
                ? in->number->opt_in_text
                : arena_printf(arena,
                               "%.*s: you are opted in. Reply HELP for help, STOP to opt out.",
                               STR_ARGS(name_of(in->number)));
    return OUTCOME_OPT_IN;
}

static enum outcome help(const struct policy_input *in, const struct wish *wish,
                         struct arena *arena, struct policy_decision *ret)
{
    int64_t count;

    ret->admit = in->consent != CONSENT_OUT && screen_admits_newcomer(in);
    if (!we_answer(in, wish) || in->consent == CONSENT_OUT || !screen_within_rate(in, &count))
        return OUTCOME_HELP;
    ret->reply = in->number->help_text.len > 0
                     ? in->number->help_text
                     : arena_printf(arena,
                                    "%.*s: text this number and you get an answer. "
                                    "Reply STOP to opt out. Msg & data rates may apply.",
                                    STR_ARGS(name_of(in->number)));
    return OUTCOME_HELP;
}

/* ---- their own words ---- */

/* True while we have asked whether they want no more texts and they have not said. */
static bool is_asked(const struct policy_input *in)
{
    return in->conversation && in->conversation->asked_ms > 0 &&
           in->now_ms - in->conversation->asked_ms < QUESTION_OPEN_MS;
}

static enum outcome revoke(const struct policy_input *in, const char *rule, struct arena *arena,
                           struct policy_decision *ret, struct str *ret_detail)
{
    struct wish wish = { KEYWORD_OPT_OUT, "revocation", rule };

    *ret_detail = arena_printf(arena, "in their own words: %s", rule);
    return opt_out(in, &wish, arena, ret);
}

/* A likely revocation: what the number's policy says. */
static enum outcome doubt(const struct policy_input *in, const char *rule, struct arena *arena,
                          struct policy_decision *ret, struct str *ret_detail)
{
    switch (in->number->revocation) {
    case REVOCATION_STOP: return revoke(in, rule, arena, ret, ret_detail);
    case REVOCATION_FLAG:
        *ret_detail = arena_printf(arena, "flagged as a likely opt-out: %s", rule);
        return OUTCOME_PENDING;
    case REVOCATION_CONFIRM: break;
    }
    *ret_detail = arena_printf(arena, "a likely opt-out, asked about: %s", rule);
    ret->ask = true;
    ret->cancel_owed = true;
    ret->admit = screen_admits_newcomer(in);
    ret->reply = arena_printf(arena,
                              "%.*s: do you want no more messages from us? Reply STOP and you get "
                              "none. Reply anything else to go on.",
                              STR_ARGS(name_of(in->number)));
    return OUTCOME_REVOCATION_ASKED;
}

static enum outcome own_words(const struct policy_input *in, enum keyword keyword,
                              struct arena *arena, struct policy_decision *ret,
                              struct str *ret_detail)
{
    struct revocation_match match = { 0 };
    enum revocation found = revocation_detect(in->message->body, &match);

    if (is_asked(in)) {
        ret->answered = true;
        if (keyword == KEYWORD_YES)
            return revoke(in, "asked, and confirmed with YES", arena, ret, ret_detail);
        if (found != REVOCATION_NONE)
            return revoke(in, match.rule, arena, ret, ret_detail);
        *ret_detail = str_of("asked whether they want no more texts, and goes on");
        return OUTCOME_PENDING;
    }
    if (found == REVOCATION_CLEAR)
        return revoke(in, match.rule, arena, ret, ret_detail);
    if (found == REVOCATION_LIKELY && in->number && in->route->kind != ROUTE_UNKNOWN &&
        !screen_sender_unanswerable(in->message))
        return doubt(in, match.rule, arena, ret, ret_detail);
    if (keyword == KEYWORD_YES)
        *ret_detail = str_of("YES of somebody who is not opted out is a text like any other");
    return OUTCOME_PENDING;
}

SCREEN_CHECK(consent)
{
    struct wish wish = wish_of(in->message);
    bool out = in->consent == CONSENT_OUT;

    if (wish.keyword != KEYWORD_NONE && (wish.keyword != KEYWORD_YES || out))
        *ret_detail = arena_printf(arena, "%s by %s", wish.word, wish.source);
    switch (wish.keyword) {
    case KEYWORD_OPT_OUT: ret->answered = true; return opt_out(in, &wish, arena, ret);
    case KEYWORD_OPT_IN: ret->answered = true; return opt_in(in, &wish, arena, ret);
    case KEYWORD_HELP: return help(in, &wish, arena, ret);
    case KEYWORD_YES:
        if (out)
            return opt_in(in, &wish, arena, ret);
        break;
    case KEYWORD_NONE: break;
    }
    if (!out)
        return own_words(in, wish.keyword, arena, ret, ret_detail);
    *ret_detail = str_of("the sender is opted out");
    return OUTCOME_OPTED_OUT;
}
