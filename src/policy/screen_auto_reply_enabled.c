/*
 * screen_auto_reply_enabled.c - the one switch that makes the whole installation only listen.
 */
#include "policy/screen.h"

SCREEN_CHECK(auto_reply_enabled)
{
    (void)arena;
    (void)ret;
    if (in->limits.auto_reply_enabled)
        return OUTCOME_PENDING;
    *ret_detail = str_of("SMS_AUTO_REPLY_ENABLED is false");
    return OUTCOME_AUTO_REPLY_DISABLED;
}
