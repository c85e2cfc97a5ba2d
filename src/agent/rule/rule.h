/*
 * rule.h - the agent that answers from an operator's list, without a network and without a key.
 *
 * Questions and answers, greetings, opening hours, notes, reminders, and words that ask for a
 * person; docs/agents.md explains the settings and what each rule understands. It never makes up an
 * answer: what no rule covers gets the fallback. It answers before `start` returns; `start` is safe
 * from any thread.
 */
#pragma once
#include "agent/agent.h"

struct agent *rule_create(void);
