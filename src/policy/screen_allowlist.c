/*
 * screen_allowlist.c - who is not on the user's allowlist is not answered.
 *
 * On a number that holds newcomers, somebody not on the list is one who still waits for approval.
 */
#include "policy/screen.h"

SCREEN_CHECK(allowlist)
{
    (void)arena;
    if (in->allowlisted || ret->admit)
        return OUTCOME_PENDING;
    if (in->number->first == FIRST_HOLD) {
        *ret_detail = str_of("waits for approval");
        return OUTCOME_HELD;
    }
    *ret_detail = str_of("not on the allowlist");
    return OUTCOME_NOT_ALLOWLISTED;
}
