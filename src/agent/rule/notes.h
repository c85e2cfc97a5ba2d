/*
 * notes.h - "remember …", "what did I tell you about …", "forget …" and "remind me …".
 *
 * Commands stand at the start of a text, after at most a greeting and a please, and take all of it.
 * Keeping, forgetting and reminding are tool calls; recalling reads the facts of the request, which
 * are this contact's only.
 */
#pragma once
#include "agent/rule/reply.h"
#include "base/err.h"

/* What a command came to. */
enum notes_result { NOTES_NONE, NOTES_DONE, NOTES_FAILED /* with err */ };

/* Carry out `text` if it is such a command. */
enum notes_result notes_command(struct reply *reply, struct words text, struct err *err);
/* Answer a question that no rule knew from the facts, if one fits it well. */
enum notes_result notes_recall(struct reply *reply, struct words question, struct err *err);
