/*
 * words.c - outcomes, screens and delivery in plain words.
 *
 * A new outcome or screen is a row here; one that is missing shows as its bare code.
 */
#include "cli/words.h"

struct word {
    const char *code, *meaning;
};

static const struct word outcomes[] = {
    { "after_hours", "It came outside the hours and was kept." },
    { "agent_failed", "The agent failed; nobody answered." },
    { "agent_silent", "The agent saw no need to answer." },
    { "answered", "It was answered." },
    { "auto_reply", "A machine seems to have written it, so nobody answers: two machines would "
                    "go on for ever." },
    { "auto_reply_disabled", "Answering is switched off (SMS_AUTO_REPLY_ENABLED)." },
    { "blocked_by_provider", "The provider does not take answers to this phone." },
    { "duplicate", "It had come before; nothing was done twice." },
    { "held", "A newcomer: kept until an operator approves (`answerback allowlist add`)." },
    { "help", "They asked for help; that was answered as the law asks." },
    { "human", "A person has taken this conversation over; the agent is silent." },
    { "loop", "Two machines seem to be talking; we stop." },
    { "not_allowlisted", "The sender is not on the allowlist: kept, not answered." },
    { "opt_in", "They want texts again; that is recorded." },
    { "opt_out", "They want no more texts; that is recorded, and what was queued is cancelled." },
    { "opted_out", "They opted out earlier, so nothing may be sent. Only their START ends this." },
    { "over_budget", "The budget is spent; kept, not answered." },
    { "pending", "An answer is owed and on its way." },
    { "rate_limited", "Too many answers went to this contact lately; kept, not answered." },
    { "revocation_asked", "They were asked whether they want no more texts." },
    { "superseded", "A later text of theirs was answered together with this one." },
    { "suspended", "The user is suspended; kept, not answered." },
    { "unknown_sender", "Nobody here has this phone; kept for the operator." },
};

static const struct word layers[] = {
    { "allowlist", "may this contact be answered" },
    { "auto_reply", "did a machine write it" },
    { "auto_reply_enabled", "is answering switched on" },
    { "consent", "STOP, START, HELP, earlier opt-outs" },
    { "content", "is there anything to answer" },
    { "first_message", "is the contact new" },
    { "human", "has a person taken over" },
    { "invite", "is it an invite code" },
    { "owner", "is it still the same person's phone" },
    { "rate_limit", "answers of late" },
    { "sender", "is the sender known" },
    { "suspended", "is the user suspended" },
};

static const struct word routes[] = {
    { "by_number", "the number is this user's own" },
    { "by_sender", "the sender's phone is this user's" },
    { "default_user", "strangers on this number are this user's" },
    { "invite_code", "it is this user's invite code" },
    { "no_such_number", "we do not have this number" },
    { "number_without_user", "the number belongs to nobody" },
    { "unknown_sender", "nobody here has this phone" },
};

static const struct word statuses[] = {
    { "canceled", "kept back; nothing was sent" },
    { "delivered", "it arrived" },
    { "failed", "it could not be sent" },
    { "queued", "it waits to be sent" },
    { "read", "it was read" },
    { "received", "it came in" },
    { "sending", "it is being handed to the provider" },
    { "sent", "the provider has passed it on" },
    { "unconfirmed", "nobody can say whether it went out; look at the provider's log" },
    { "undelivered", "the carrier could not deliver it" },
};

static const struct word refusals[] = {
    { "invalid_destination", "that is no phone that texts can go to" },
    { "not_allowlisted", "this phone is not on the user's allowlist" },
    { "own_number", "that is a number of ours" },
    { "opted_out", "this person opted out; only their START ends that" },
    { "user_suspended", "the user is suspended" },
};

static const char *find(const struct word *words, size_t count, struct str code)
{
    for (size_t i = 0; i < count; i++) {
        if (str_is(code, words[i].code))
            return words[i].meaning;
    }
    return NULL;
}

const char *words_outcome(struct str outcome)
{
    const char *meaning = find(outcomes, ARRAY_LEN(outcomes), outcome);

    return meaning ? meaning : "";
}

const char *words_layer(struct str layer)
{
    const char *meaning = find(layers, ARRAY_LEN(layers), layer);

    return meaning ? meaning : "";
}

const char *words_route(struct str rule)
{
    return find(routes, ARRAY_LEN(routes), rule);
}

const char *words_status(struct str status)
{
    const char *meaning = find(statuses, ARRAY_LEN(statuses), status);

    return meaning ? meaning : "";
}

bool words_status_is_last(struct str status)
{
    return !str_is(status, "queued") && !str_is(status, "sending") && !str_is(status, "sent");
}

const char *words_refusal(struct str code)
{
    return find(refusals, ARRAY_LEN(refusals), code);
}
