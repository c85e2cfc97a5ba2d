/*
 * screen_rate_limit.c - at most so many answers in any window, for each conversation.
 *
 * Answers are counted, not texts: five texts in a row that get one answer cost one. A text that
 * joins an answer which is waiting or being made therefore always passes.
 */
#include "policy/screen.h"

SCREEN_CHECK(rate_limit)
{
    int64_t count;
    bool within = screen_within_rate(in, &count);

    (void)ret;
    *ret_detail =
        arena_printf(arena, "%lld of %lld in %lld s", (long long)count,
                     (long long)in->limits.answers_max, (long long)(in->limits.window_ms / 1000));
    if (within)
        return OUTCOME_PENDING;
    if (in->conversation && !id_is_zero(in->conversation->turn)) {
        *ret_detail =
            arena_printf(arena, "%.*s, joins the answer under way", STR_ARGS(*ret_detail));
        return OUTCOME_PENDING;
    }
    return OUTCOME_RATE_LIMITED;
}
