/*
 * screen_owner.c - signs that the phone belongs to somebody else now: "wrong number", "new phone
 * who dis".
 *
 * It stops nothing; `why` shows the sign to whoever looks after the conversation.
 */
#include "policy/screen.h"
#include "sms/ownership.h"

SCREEN_CHECK(owner)
{
    const char *rule;

    (void)ret;
    if (ownership_doubt(in->message->body, &rule))
        *ret_detail = arena_printf(arena, "perhaps another person's phone: %s", rule);
    return OUTCOME_PENDING;
}
