/*
 * screen_sender.c - what a sender nobody knows gets: the number's text, once in a while, or
 * nothing.
 *
 * Counting is by the conversation that the installation keeps with that phone.
 */
#include "policy/screen.h"

SCREEN_CHECK(sender)
{
    bool answered;

    *ret_detail = str_of(in->route->rule);
    if (in->route->kind != ROUTE_UNKNOWN)
        return OUTCOME_PENDING;
    if (in->route->reply.len == 0)
        return OUTCOME_UNKNOWN_SENDER;
    answered = in->conversation &&
               window_count(in->conversation, in->now_ms, in->limits.unknown_window_ms) > 0;
    if (answered)
        *ret_detail =
            arena_printf(arena, "%s, answered already in the last %lld s", in->route->rule,
                         (long long)(in->limits.unknown_window_ms / 1000));
    else
        ret->reply = in->route->reply;
    return OUTCOME_UNKNOWN_SENDER;
}
