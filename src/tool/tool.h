/*
 * tool.h - what an agent may do besides answering, always within its own lane.
 *
 * A tool never sees a phone number or a user id: the lane it is given fills them in. It runs inside
 * the engine's transaction, so it must be quick and make no calls.
 */
#pragma once
#include "base/json.h"

/* One conversation's lane. The engine makes it; a test may make its own. */
struct tool_lane {
    const struct tool_lane_ops *ops;
    int64_t now_ms;
    struct str timezone;
};
struct tool_lane_ops {
    bool (*remember)(struct tool_lane *lane, struct str text, struct err *err);
    /* Forget every remembered text that is exactly `text`; *ret_count of them. */
    bool (*forget)(struct tool_lane *lane, struct str text, size_t *ret_count, struct err *err);
    /* Text `text` to the contact of this lane at `at_ms`, through the outbound door. */
    bool (*text_later)(struct tool_lane *lane, int64_t at_ms, struct str text, struct err *err);
};

struct tool {
    const char *name;        /* "remember" */
    const char *description; /* for a language model */
    const char *parameters;  /* JSON Schema */
    /* `arguments` is an object. ERR_INVALID goes back to the agent as text. */
    bool (*run)(struct tool_lane *lane, json_t *arguments, struct buf *ret_result, struct err *err);
};
