/*
 * screen_suspended.c - texts of a suspended user are kept and not answered.
 */
#include "policy/screen.h"

SCREEN_CHECK(suspended)
{
    (void)arena;
    (void)ret;
    if (!in->user || !in->user->suspended)
        return OUTCOME_PENDING;
    *ret_detail = str_of("the user is suspended");
    return OUTCOME_SUSPENDED;
}
