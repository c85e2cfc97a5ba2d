/*
 * model_test.c - every name, the provider's words, and the whole table of status changes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model/model.h"

static const struct parse_case {
    const char *name, *word;
    bool ok;
    enum message_status want;
} parse_cases[] = {
    { "accepted is queued at the provider", "accepted", true, STATUS_QUEUED },
    { "scheduled is queued at the provider", "scheduled", true, STATUS_QUEUED },
    { "queued", "queued", true, STATUS_QUEUED },
    { "sending", "sending", true, STATUS_SENDING },
    { "sent", "sent", true, STATUS_SENT },
    { "delivered", "delivered", true, STATUS_DELIVERED },
    { "undelivered", "undelivered", true, STATUS_UNDELIVERED },
    { "failed", "failed", true, STATUS_FAILED },
    { "canceled", "canceled", true, STATUS_CANCELED },
    { "read", "read", true, STATUS_READ },
    { "receiving is received", "receiving", true, STATUS_RECEIVED },
    { "received", "received", true, STATUS_RECEIVED },
    { "our own unconfirmed", "unconfirmed", true, STATUS_UNCONFIRMED },
    { "nothing is no status", "", false, STATUS_READ },
    { "capitals are not the provider's", "Delivered", false, STATUS_READ },
    { "a blank around it", "sent ", false, STATUS_READ },
    { "the beginning of a word", "deliver", false, STATUS_READ },
    { "a longer word", "sentinel", false, STATUS_READ },
    { "the other spelling of canceled", "cancelled", false, STATUS_READ },
    { "a word of calls", "completed", false, STATUS_READ },
    { "the deprecated partially_delivered", "partially_delivered", false, STATUS_READ },
};

static void parses(void **state)
{
    const struct parse_case *c = *state;
    enum message_status status = STATUS_READ;

    assert_int_equal(message_status_parse(str_of(c->word), &status), c->ok);
    assert_int_equal(status, c->want);
}

/* Columns: received queued sending sent delivered undelivered failed canceled read unconfirmed. */
static const struct follow_case {
    const char *name;
    enum message_status before;
    const char *may; /* 1: may follow */
} follow_cases[] = {
    { "what was received stays received", STATUS_RECEIVED, "0000000000" },
    { "from queued everything outbound is ahead", STATUS_QUEUED, "0011111111" },
    { "sending does not go back to queued", STATUS_SENDING, "0001111111" },
    { "sent waits for a receipt only", STATUS_SENT, "0000111110" },
    { "delivered can only be read", STATUS_DELIVERED, "0000000010" },
    { "undelivered is the end, a late delivered too", STATUS_UNDELIVERED, "0000000000" },
    { "failed is the end, a late delivered too", STATUS_FAILED, "0000000000" },
    { "canceled was never offered and stays so", STATUS_CANCELED, "0000000000" },
    { "read is the end", STATUS_READ, "0000000000" },
    { "unconfirmed gives way to any word of the provider", STATUS_UNCONFIRMED, "0111111110" },
};

static void follows(void **state)
{
    const struct follow_case *c = *state;
    char may[11] = { 0 };

    for (int after = STATUS_RECEIVED; after <= STATUS_UNCONFIRMED; after++)
        may[after] = message_status_may_follow(c->before, (enum message_status)after) ? '1' : '0';
    assert_string_equal(may, c->may);
}

static const char *status_name(int value)
{
    return message_status_name((enum message_status)value);
}
static const char *outcome(int value)
{
    return outcome_name((enum outcome)value);
}
static const char *routing(int value)
{
    return routing_name((enum routing)value);
}
static const char *unknown(int value)
{
    return unknown_policy_name((enum unknown_policy)value);
}
static const char *first(int value)
{
    return first_contact_name((enum first_contact)value);
}
static const char *handled(int value)
{
    return handled_by_name((enum handled_by)value);
}
static const char *turn(int value)
{
    return turn_state_name((enum turn_state)value);
}
static const char *send_state(int value)
{
    return send_state_name((enum send_state)value);
}
static const char *consent(int value)
{
    return consent_kind_name((enum consent_kind)value);
}

/* The words as they stand in databases out there, in the order of the enum. */
static const struct name_case {
    const char *name;
    const char *(*name_of)(int value);
    const char *words; /* each followed by a blank */
} name_cases[] = {
    { "names of statuses", status_name,
      "received queued sending sent delivered undelivered failed canceled read unconfirmed " },
    { "names of outcomes", outcome,
      "pending answered duplicate unknown_sender opt_out opt_in help revocation_asked opted_out "
      "auto_reply loop held not_allowlisted rate_limited over_budget after_hours human suspended "
      "auto_reply_disabled agent_silent agent_failed superseded blocked_by_provider " },
    { "names of routings", routing, "by_sender by_number " },
    { "names of policies for unknown senders", unknown, "ignore reply invite user " },
    { "names of policies for first contacts", first, "admit hold " },
    { "names of who handles", handled, "agent human " },
    { "names of turn states", turn, "waiting running answered silent failed superseded " },
    { "names of send states", send_state, "ready sending unknown done " },
    { "names of consent", consent, "opt_out opt_in " },
};

static void names(void **state)
{
    const struct name_case *c = *state;
    struct str rest = str_of(c->words), word;

    for (int value = 0; str_cut(&rest, ' ', &word) && word.len > 0; value++)
        assert_true(str_is(word, c->name_of(value)));
}

int main(void)
{
    struct CMUnitTest
        tests[ARRAY_LEN(parse_cases) + ARRAY_LEN(follow_cases) + ARRAY_LEN(name_cases)];
    size_t count = 0;

    for (size_t i = 0; i < ARRAY_LEN(parse_cases); i++)
        tests[count++] =
            (struct CMUnitTest){ parse_cases[i].name, parses, NULL, NULL, (void *)&parse_cases[i] };
    for (size_t i = 0; i < ARRAY_LEN(follow_cases); i++)
        tests[count++] = (struct CMUnitTest){ follow_cases[i].name, follows, NULL, NULL,
                                              (void *)&follow_cases[i] };
    for (size_t i = 0; i < ARRAY_LEN(name_cases); i++)
        tests[count++] =
            (struct CMUnitTest){ name_cases[i].name, names, NULL, NULL, (void *)&name_cases[i] };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
