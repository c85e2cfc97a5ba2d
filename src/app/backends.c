/*
 * backends.c - every agent and tool there is, by name, sorted.
 */
#include "app/backends.h"

#include "agent/echo/echo.h"
#include "agent/rule/rule.h"
#include "tool/notes/notes.h"

static struct agent *(*const makers[])(void) = {
    echo_create,
    rule_create,
};

const struct tool *const backends_tools[] = {
    &tool_forget,
    &tool_remember,
    &tool_remind,
    NULL,
};

void backends_create(struct agent *ret[AGENTS_MOST])
{
    _Static_assert(ARRAY_LEN(makers) < AGENTS_MOST, "a place for the NULL at the end");
    for (size_t i = 0; i < ARRAY_LEN(makers); i++)
        ret[i] = makers[i]();
    ret[ARRAY_LEN(makers)] = NULL;
}

void backends_destroy(struct agent *agents[AGENTS_MOST])
{
    for (size_t i = 0; agents[i]; i++)
        agents[i]->ops->destroy(agents[i]);
    agents[0] = NULL;
}
