/*
 * problem.c - the one place where an error becomes JSON.
 *
 * The detail is shown to whoever asked, so it must not hold anything of another user's; callers see
 * to that by giving PROBLEM_NOT_FOUND and, for faults of ours, an incident number instead of the
 * cause.
 */
#include "web/problem.h"

#include "base/json.h"

static const struct {
    int status;
    const char *title;
} titles[] = {
    { 400, "Bad Request" },
    { 401, "Unauthorized" },
    { 403, "Forbidden" },
    { 404, "Not Found" },
    { 405, "Method Not Allowed" },
    { 409, "Conflict" },
    { 413, "Content Too Large" },
    { 415, "Unsupported Media Type" },
    { 422, "Unprocessable Content" },
    { 429, "Too Many Requests" },
    { 500, "Internal Server Error" },
    { 503, "Service Unavailable" },
};

const char *problem_title(int status)
{
    for (size_t i = 0; i < ARRAY_LEN(titles); i++) {
        if (titles[i].status == status)
            return titles[i].title;
    }
    return "Error";
}

int problem_status(enum err_kind kind)
{
    switch (kind) {
    case ERR_INVALID: return 400;
    case ERR_DENIED: return 403;
    case ERR_NOT_FOUND: return 404;
    case ERR_CONFLICT: return 409;
    case ERR_UNAVAILABLE: return 503;
    case ERR_NONE:
    case ERR_INTERNAL: return 500;
    }
    return 500;
}

struct str problem_json(int status, struct str field, struct str detail, struct arena *arena)
{
    struct buf text = { 0 };
    struct json_writer w = { .out = &text };
    struct str ret;

    json_open_object(&w);
    json_field_text(&w, "type", "about:blank");
    json_field_text(&w, "title", problem_title(status));
    json_field_int(&w, "status", status);
    json_field_str(&w, "detail", detail);
    if (field.len > 0)
        json_field_str(&w, "field", field);
    json_close_object(&w);
    ret = arena_copy(arena, buf_view(&text));
    buf_release(&text);
    return ret;
}
