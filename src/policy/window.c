/*
 * window.c - the exact sliding window of recent answers.
 *
 * The times live in the conversation's row, so the window survives restarts and holds across nodes.
 * It remembers RECENT_ANSWERS_MOST answers; a limit above that many is never reached.
 */
#include "policy/policy.h"

int64_t window_count(const struct conversation *conversation, int64_t now_ms, int64_t window_ms)
{
    int64_t count = 0;

    for (size_t i = 0; i < conversation->recent_count; i++) {
        int64_t at_ms = conversation->recent_ms[i];

        count += at_ms > now_ms - window_ms && at_ms <= now_ms;
    }
    return count;
}

void window_add(struct conversation *conversation, int64_t now_ms)
{
    if (conversation->recent_count == RECENT_ANSWERS_MOST) {
        conversation->recent_count--;
        memmove(conversation->recent_ms, conversation->recent_ms + 1,
                conversation->recent_count * sizeof(conversation->recent_ms[0]));
    }
    conversation->recent_ms[conversation->recent_count++] = now_ms;
}
