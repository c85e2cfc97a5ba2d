/*
 * screen.h - what a screen is: private to this room.
 *
 * A screen looks at one text and passes it on or ends it with an outcome. It may note effects in
 * the decision (an opt-out to record, a text of policy's own); it never undoes those of an earlier
 * screen. A new screen is a file screen_<name>.c, a line here and a row in the table in policy.c.
 */
#pragma once
#include "policy/policy.h"

struct screen {
    const char *layer;
    /*
     * OUTCOME_PENDING to pass, otherwise how the text ends.
     *
     * ret         effects noted so far, to be added to; outcome, layers and turn are the caller's.
     * ret_detail  empty when called; what `why` says of this layer.
     */
    enum outcome (*check)(const struct policy_input *in, struct arena *arena,
                          struct policy_decision *ret, struct str *ret_detail);
};

#define SCREEN_CHECK(name)                                                         \
    enum outcome screen_##name(const struct policy_input *in, struct arena *arena, \
                               struct policy_decision *ret, struct str *ret_detail)
SCREEN_CHECK(consent);
SCREEN_CHECK(auto_reply);
SCREEN_CHECK(owner);
SCREEN_CHECK(sender);
SCREEN_CHECK(invite);
SCREEN_CHECK(first_message);
SCREEN_CHECK(allowlist);
SCREEN_CHECK(rate_limit);
SCREEN_CHECK(human);
SCREEN_CHECK(suspended);
SCREEN_CHECK(auto_reply_enabled);
SCREEN_CHECK(content);

/* NULL when an answer to the sender can arrive at a person; otherwise why not, static. */
const char *screen_sender_unanswerable(const struct inbound_message *message);

/*
 * True when this is the first text of somebody who may become a contact without being asked about.
 * Screens before first_message use it too, so that a newcomer whose first text is HELP is no
 * stranger with the second.
 */
bool screen_admits_newcomer(const struct policy_input *in);

/* Answers counted against the contact's limit so far, and whether one more is within it. */
bool screen_within_rate(const struct policy_input *in, int64_t *ret_count);
