/*
 * screen_invite.c - the text that is an invite code is answered with a welcome and by no agent.
 *
 * The phone is added to the user by whoever applies the decision; a code that an earlier screen
 * stopped joins nobody. The code is
 * the user's approval, so its sender is no newcomer that a number could hold.
 */
#include "policy/screen.h"

SCREEN_CHECK(invite)
{
    (void)arena;
    if (in->route->kind != ROUTE_JOIN)
        return OUTCOME_PENDING;
    ret->join = true;
    *ret_detail = str_of("joined by invite code");
    ret->admit = !in->allowlisted;
    if (!in->limits.auto_reply_enabled)
        return OUTCOME_AUTO_REPLY_DISABLED;
    ret->reply = in->route->join_reply;
    return OUTCOME_ANSWERED;
}
