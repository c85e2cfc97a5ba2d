/*
 * screen_first_message.c - a newcomer: admitted and put on the allowlist, or held for approval.
 *
 * Somebody that a user texted first is a newcomer too when the first text of theirs arrives.
 */
#include "policy/screen.h"

SCREEN_CHECK(first_message)
{
    (void)arena;
    if (in->conversation && in->conversation->messages_in > 0)
        return OUTCOME_PENDING;
    if (in->allowlisted) {
        *ret_detail = str_of("first text, on the allowlist already");
        return OUTCOME_PENDING;
    }
    if (screen_admits_newcomer(in)) {
        ret->admit = true;
        *ret_detail = str_of("first text, admitted");
        return OUTCOME_PENDING;
    }
    *ret_detail = str_of("first text, held for approval");
    return OUTCOME_HELD;
}
