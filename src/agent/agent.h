/*
 * agent.h - how an answer is made: given a turn, hand back text, silence, a handoff, or tool calls.
 *
 * An agent has no `to`: what it hands back goes only to the lane it was asked from. It is asked
 * after the commit, may take its time, has a deadline, and can be cancelled; its `done` comes
 * exactly once, from any thread, possibly before `start` has returned. What a contact texted is
 * data, never instructions.
 */
#pragma once
#include "base/json.h"
#include "model/model.h"

enum agent_role { ROLE_CONTACT, ROLE_AGENT, ROLE_HUMAN };

struct agent_message {
    enum agent_role role;
    struct str body;
    int64_t at_ms;
    size_t media_count;
    bool is_new; /* one of the texts this turn answers */
};

struct agent_tool {
    const char *name, *description, *parameters; /* JSON Schema of its arguments */
};

struct agent_request {
    struct id turn, user;
    struct str user_name, timezone;       /* IANA name, or empty for UTC */
    struct str settings;                  /* the user's agent settings, JSON object */
    const struct agent_message *messages; /* oldest first, the new ones last */
    size_t message_count;
    const struct fact *facts; /* what is remembered about this contact, newest first */
    size_t fact_count;
    const struct agent_tool *tools; /* that it may call */
    size_t tool_count;
    int64_t now_ms, deadline_ms; /* Unix time */
    size_t segments_max;         /* of the whole answer */
};

struct agent_call {
    struct str tool;
    struct str arguments; /* JSON object */
};

enum agent_verdict { AGENT_TEXT, AGENT_SILENT, AGENT_HANDOFF, AGENT_FAILED };

struct agent_result {
    enum agent_verdict verdict;
    struct str text; /* TEXT; HANDOFF: said to the contact while a human is fetched, may be empty */
    struct str
        detail; /* for people: which rule matched, why it failed; never shown to the contact */
    bool retry; /* FAILED: trying again may help */
    const struct agent_call *calls; /* to be carried out in this lane, before the text is sent */
    size_t call_count;
};

typedef void agent_done(void *context, const struct agent_result *result);

struct agent {
    const struct agent_ops *ops;
};
struct agent_ops {
    const char *kind;        /* as the API has it: "echo" */
    size_t history_messages; /* how many earlier messages it wants; 0: only the new ones */
    size_t facts_max;
    /* Are these settings (JSON object, "kind" included) usable? ERR_INVALID names the field. */
    bool (*check)(const struct agent *a, json_t *settings, struct err *err);
    /* Everything in `request` is valid during the call only. Returns a handle for cancel. */
    uint64_t (*start)(struct agent *a, const struct agent_request *request, agent_done *done,
                      void *context);
    void (*cancel)(struct agent *a, uint64_t handle); /* unknown or finished handles are fine */
    void (*destroy)(struct agent *a);
};
