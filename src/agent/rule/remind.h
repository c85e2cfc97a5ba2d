/*
 * remind.h - "remind me tomorrow at 9 to call Sam".
 *
 * The time may stand before or after what is to be done. Whatever cannot be understood is asked
 * back with an example; nothing is set unless both a time and a thing were found.
 */
#pragma once
#include "agent/rule/reply.h"

/* `what` is what follows "remind me". Adds an answer, and a call of `remind` when all is clear. */
void remind_command(struct reply *reply, struct words what);
