/*
 * reply.h - what one turn of a rule agent collects: answers, tool calls, and which rules made them.
 *
 * Lives during one `start`; everything in it is in the turn's arena.
 */
#pragma once
#include "agent/agent.h"
#include "agent/rule/settings.h"
#include "agent/rule/words.h"

#define REPLY_PARTS_MOST 16
#define REPLY_CALLS_MOST 128

struct reply {
    const struct rule_settings *settings;
    const struct agent_request *request;
    struct arena *arena;
    struct str parts[REPLY_PARTS_MOST]; /* answers, in the order of the questions */
    size_t part_count;
    struct agent_call calls[REPLY_CALLS_MOST];
    size_t call_count;
    struct buf detail; /* "greeting, faq 2"; released by who made the turn */
};

/* Add an answer unless the same was given already; `rule` goes into the detail. */
void reply_say(struct reply *reply, const char *rule, struct str text);
void reply_note(struct reply *reply, const char *rule); /* the detail only */
bool reply_has_tool(const struct reply *reply, const char *tool);
/* Does the tool's schema allow so long a `text`? *ret_most: how many characters it takes. */
bool reply_text_fits(const struct reply *reply, const char *tool, struct str text,
                     size_t *ret_most);
/* Call `tool` with {"text": text}, and {"at": at} too when `at` is not empty. */
void reply_call(struct reply *reply, const char *tool, struct str text, struct str at);
