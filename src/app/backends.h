/*
 * backends.h - the lists of everything that can be plugged in. A new backend is a line in
 * backends.c.
 */
#pragma once
#include "agent/agent.h"
#include "tool/tool.h"

#define AGENTS_MOST 8

/* Make one of each kind of agent; `ret` is NULL-ended. Destroy them with backends_destroy. */
void backends_create(struct agent *ret[AGENTS_MOST]);
void backends_destroy(struct agent *agents[AGENTS_MOST]);

extern const struct tool *const backends_tools[]; /* NULL-ended */
