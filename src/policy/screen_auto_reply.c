/*
 * screen_auto_reply.c - texts that machines wrote, and senders that no answer can reach.
 *
 * Answering a machine starts a loop. The phrases are in sms/autoreply; a phrase does not make
 * somebody a stranger, so a newcomer whose phone is on holiday today is admitted all the same.
 */
#include "policy/screen.h"
#include "sms/autoreply.h"

SCREEN_CHECK(auto_reply)
{
    const char *unanswerable = screen_sender_unanswerable(in->message);
    const char *phrase;

    if (unanswerable) {
        *ret_detail = str_of(unanswerable);
        return OUTCOME_AUTO_REPLY;
    }
    phrase = autoreply_detect(in->message->body);
    if (!phrase)
        return OUTCOME_PENDING;
    ret->admit = screen_admits_newcomer(in);
    *ret_detail = arena_printf(arena, "matched \"%s\"", phrase);
    return OUTCOME_AUTO_REPLY;
}
