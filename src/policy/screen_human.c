/*
 * screen_human.c - a conversation that a person has taken over is that person's to answer.
 */
#include "policy/screen.h"

SCREEN_CHECK(human)
{
    (void)arena;
    (void)ret;
    if (!in->conversation || in->conversation->handled_by != HANDLED_BY_HUMAN)
        return OUTCOME_PENDING;
    *ret_detail = str_of("handled by a person");
    return OUTCOME_HUMAN;
}
