/*
 * event.h - what comes back to the engine: results of its effects, and commands.
 *
 * An event is made when the effect is started, filled when it ends (on whatever thread), put into
 * the inbox, and freed by the engine once its transaction is committed. Texts live in its own
 * arena.
 */
#pragma once
#include "engine/engine.h"

struct event {
    struct letter letter; /* first: the inbox gives letters back */
    enum event_kind { EVENT_COMMAND, EVENT_ANSWER, EVENT_OFFERED, EVENT_LISTED } kind;
    struct engine *engine;
    struct arena arena;
    struct id user;
    union {
        struct engine_command *command; /* EVENT_COMMAND */
        struct {                        /* EVENT_ANSWER: an agent is done with a turn */
            struct id turn;
            int64_t attempt;
            struct agent_result result;
        } answer;
        struct { /* EVENT_OFFERED: the provider answered, or did not */
            struct id message;
            int64_t attempt;
            struct send_reply reply;
        } offered;
        struct { /* EVENT_LISTED: a page of the provider's messages */
            struct id message;
            bool ok;
            struct message_list list;
        } listed;
    };
};

void event_free(struct event *event); /* NULL is fine */
