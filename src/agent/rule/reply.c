/*
 * reply.c - what one turn of a rule agent collects: answers, tool calls, and which rules made them.
 *
 * The agent sees no tool's code: what a tool takes is read from the schema that the request brings.
 */
#include "agent/rule/reply.h"

void reply_note(struct reply *reply, const char *rule)
{
    if (reply->detail.len > 0)
        buf_add_text(&reply->detail, ", ");
    buf_add_text(&reply->detail, rule);
}

void reply_say(struct reply *reply, const char *rule, struct str text)
{
    reply_note(reply, rule);
    for (size_t i = 0; i < reply->part_count; i++) {
        if (str_equal(reply->parts[i], text))
            return;
    }
    if (reply->part_count < REPLY_PARTS_MOST)
        reply->parts[reply->part_count++] = arena_copy(reply->arena, text);
}

static const struct agent_tool *find_tool(const struct reply *reply, const char *tool)
{
    for (size_t i = 0; i < reply->request->tool_count; i++) {
        if (strcmp(reply->request->tools[i].name, tool) == 0)
            return &reply->request->tools[i];
    }
    return NULL;
}

bool reply_has_tool(const struct reply *reply, const char *tool)
{
    return find_tool(reply, tool);
}

bool reply_text_fits(const struct reply *reply, const char *tool, struct str text, size_t *ret_most)
{
    const struct agent_tool *found = find_tool(reply, tool);
    CLEANUP(json_drop)
    json_t *schema = found && found->parameters ? json_read(str_of(found->parameters), NULL) : NULL;
    json_t *most = json_object_get(json_object_get(json_object_get(schema, "properties"), "text"),
                                   "maxLength");
    size_t count = 0, at = 0;
    uint32_t c;

    *ret_most = 0;
    if (!json_is_integer(most) || json_integer_value(most) < 0)
        return true;
    while (str_next_char(text, &at, &c))
        count++;
    *ret_most = (size_t)json_integer_value(most);
    return count <= *ret_most;
}

void reply_call(struct reply *reply, const char *tool, struct str text, struct str at)
{
    CLEANUP(buf_release) struct buf json = { 0 };
    struct json_writer w = { .out = &json };

    if (reply->call_count == REPLY_CALLS_MOST)
        return;
    json_open_object(&w);
    if (at.len > 0)
        json_field_str(&w, "at", at);
    json_field_str(&w, "text", text);
    json_close_object(&w);
    reply->calls[reply->call_count++] =
        (struct agent_call){ arena_copy(reply->arena, str_of(tool)),
                             arena_copy(reply->arena, buf_view(&json)) };
}
