/*
 * model.c - the names of things, and which delivery status may follow which.
 *
 * Names go into the database and the API: a changed word is a migration. Statuses arrive late,
 * twice and out of order, so a status is taken for its rank and never for the time at which it
 * came.
 */
#include "model/model.h"

#include "base/err.h"

static const char *const status_names[] = {
    [STATUS_RECEIVED] = "received",   [STATUS_QUEUED] = "queued",
    [STATUS_SENDING] = "sending",     [STATUS_SENT] = "sent",
    [STATUS_DELIVERED] = "delivered", [STATUS_UNDELIVERED] = "undelivered",
    [STATUS_FAILED] = "failed",       [STATUS_CANCELED] = "canceled",
    [STATUS_READ] = "read",           [STATUS_UNCONFIRMED] = "unconfirmed",
};

/* Twilio's finer words for what is one status here. Source: twilio.com, Message resource, status.
 */
static const struct {
    const char *word;
    enum message_status status;
} provider_words[] = {
    { "accepted", STATUS_QUEUED },
    { "receiving", STATUS_RECEIVED },
    { "scheduled", STATUS_QUEUED },
};

static const char *const outcome_names[] = {
    [OUTCOME_PENDING] = "pending",
    [OUTCOME_ANSWERED] = "answered",
    [OUTCOME_DUPLICATE] = "duplicate",
    [OUTCOME_UNKNOWN_SENDER] = "unknown_sender",
    [OUTCOME_OPT_OUT] = "opt_out",
    [OUTCOME_OPT_IN] = "opt_in",
    [OUTCOME_HELP] = "help",
    [OUTCOME_REVOCATION_ASKED] = "revocation_asked",
    [OUTCOME_OPTED_OUT] = "opted_out",
    [OUTCOME_AUTO_REPLY] = "auto_reply",
    [OUTCOME_LOOP] = "loop",
    [OUTCOME_HELD] = "held",
    [OUTCOME_NOT_ALLOWLISTED] = "not_allowlisted",
    [OUTCOME_RATE_LIMITED] = "rate_limited",
    [OUTCOME_OVER_BUDGET] = "over_budget",
    [OUTCOME_AFTER_HOURS] = "after_hours",
    [OUTCOME_HUMAN] = "human",
    [OUTCOME_SUSPENDED] = "suspended",
    [OUTCOME_AUTO_REPLY_DISABLED] = "auto_reply_disabled",
    [OUTCOME_AGENT_SILENT] = "agent_silent",
    [OUTCOME_AGENT_FAILED] = "agent_failed",
    [OUTCOME_SUPERSEDED] = "superseded",
    [OUTCOME_BLOCKED_BY_PROVIDER] = "blocked_by_provider",
};
_Static_assert(ARRAY_LEN(outcome_names) == OUTCOME_COUNT, "every outcome has a name");

/* A number that is in none of our enums came from memory or a database that is broken. */
static const char *name_of(const char *const *names, size_t count, unsigned value)
{
    if (value >= count)
        die("no name for value %u of %zu", value, count);
    return names[value];
}
#define NAME_OF(names, value) name_of((names), ARRAY_LEN(names), (unsigned)(value))

const char *message_status_name(enum message_status status)
{
    return NAME_OF(status_names, status);
}

bool message_status_parse(struct str name, enum message_status *ret)
{
    for (size_t i = 0; i < ARRAY_LEN(status_names); i++) {
        if (str_is(name, status_names[i])) {
            *ret = (enum message_status)i;
            return true;
        }
    }
    for (size_t i = 0; i < ARRAY_LEN(provider_words); i++) {
        if (str_is(name, provider_words[i].word)) {
            *ret = provider_words[i].status;
            return true;
        }
    }
    return false;
}

static int rank_of(enum message_status status)
{
    switch (status) {
    case STATUS_UNCONFIRMED: return 0; /* any word of the provider proves that it has the text */
    case STATUS_QUEUED: return 1;
    case STATUS_SENDING: return 2;
    case STATUS_SENT: return 3;
    case STATUS_DELIVERED:
    case STATUS_UNDELIVERED:
    case STATUS_FAILED:
    case STATUS_CANCELED: return 4;
    case STATUS_READ: return 5;
    case STATUS_RECEIVED: break;
    }
    die("status %d has no rank", (int)status);
}

bool message_status_may_follow(enum message_status before, enum message_status after)
{
    /* An inbound text has been received and stays so; no outbound one ever is. */
    if (before == STATUS_RECEIVED || after == STATUS_RECEIVED)
        return false;
    /* Doubt is for what was at most offered; a text that the provider named is past it. */
    if (after == STATUS_UNCONFIRMED)
        return before == STATUS_QUEUED || before == STATUS_SENDING;
    /* Only what was delivered can be read. */
    if (rank_of(before) >= rank_of(STATUS_DELIVERED))
        return before == STATUS_DELIVERED && after == STATUS_READ;
    return rank_of(after) > rank_of(before);
}

const char *outcome_name(enum outcome outcome)
{
    return NAME_OF(outcome_names, outcome);
}

const char *routing_name(enum routing routing)
{
    static const char *const names[] = {
        [ROUTING_BY_SENDER] = "by_sender", [ROUTING_BY_NUMBER] = "by_number"
    };

    return NAME_OF(names, routing);
}

const char *unknown_policy_name(enum unknown_policy policy)
{
    static const char *const names[] = { [UNKNOWN_IGNORE] = "ignore",
                                         [UNKNOWN_REPLY] = "reply",
                                         [UNKNOWN_INVITE] = "invite",
                                         [UNKNOWN_USER] = "user" };

    return NAME_OF(names, policy);
}

const char *first_contact_name(enum first_contact policy)
{
    static const char *const names[] = { [FIRST_ADMIT] = "admit", [FIRST_HOLD] = "hold" };

    return NAME_OF(names, policy);
}

const char *revocation_policy_name(enum revocation_policy policy)
{
    static const char *const names[] = {
        [REVOCATION_CONFIRM] = "confirm", [REVOCATION_STOP] = "stop", [REVOCATION_FLAG] = "flag"
    };

    return NAME_OF(names, policy);
}

const char *handled_by_name(enum handled_by who)
{
    static const char *const names[] = {
        [HANDLED_BY_AGENT] = "agent", [HANDLED_BY_HUMAN] = "human"
    };

    return NAME_OF(names, who);
}

const char *turn_state_name(enum turn_state state)
{
    static const char *const names[] = {
        [TURN_WAITING] = "waiting", [TURN_RUNNING] = "running", [TURN_ANSWERED] = "answered",
        [TURN_SILENT] = "silent",   [TURN_FAILED] = "failed",   [TURN_SUPERSEDED] = "superseded",
    };

    return NAME_OF(names, state);
}

const char *send_state_name(enum send_state state)
{
    static const char *const names[] = { [SEND_READY] = "ready",
                                         [SEND_SENDING] = "sending",
                                         [SEND_UNKNOWN] = "unknown",
                                         [SEND_DONE] = "done" };

    return NAME_OF(names, state);
}

const char *consent_kind_name(enum consent_kind kind)
{
    static const char *const names[] = {
        [CONSENT_OPT_OUT] = "opt_out", [CONSENT_OPT_IN] = "opt_in"
    };

    return NAME_OF(names, kind);
}
