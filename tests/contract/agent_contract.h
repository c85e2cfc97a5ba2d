/*
 * agent_contract.h - what every agent must keep, whatever it answers.
 *
 * The suite of agent.h: one table of checks, run against each implementation that is named in
 * agent_test.c. A check knows nothing of wording, only of what the engine relies on.
 */
#pragma once
#include "agent/agent.h"

struct agent_subject {
    const char *kind;     /* as ops->kind must say */
    const char *settings; /* usable ones, JSON */
    const char *text;     /* one that gets an answer under these settings */
    struct agent *(*create)(void);
    /* Wait until the agent had time to finish what was started; NULL when start is enough. */
    void (*wait)(struct agent *a);
};

/* Run all checks; the number that failed, as cmocka's runner gives it. */
int agent_contract_run(const struct agent_subject *subject);
