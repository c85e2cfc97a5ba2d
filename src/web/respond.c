/*
 * respond.c - answers that a server's thread gives by itself.
 *
 * Refusals before the body is read close the connection, so that nobody uploads what is not wanted.
 */
#include "web/inside.h"
#include "web/problem.h"

static const struct http_header retry_after = { STR("Retry-After"), STR("5") };

void respond_problem(struct http_request *request, int status, const char *detail)
{
    struct http_response response = {
        .status = status,
        .content_type = PROBLEM_TYPE,
        .body = problem_json(status, str_of(""), str_of(detail), request->arena),
        .headers = status == 503 ? &retry_after : NULL,
        .header_count = status == 503 ? 1 : 0,
    };

    http_respond(request->exchange, &response);
}

struct http_admission refuse(struct arena *arena, int status, const char *detail, struct str allow)
{
    struct http_header *header = ARENA_NEW(arena, struct http_header);
    struct http_admission admission = {
        .refuse_status = status,
        .refuse_body = problem_json(status, str_of(""), str_of(detail), arena),
        .refuse_content_type = PROBLEM_TYPE,
        .refuse_headers = header,
        .refuse_header_count = 1,
    };

    switch (status) {
    case 401: *header = (struct http_header){ STR("WWW-Authenticate"), STR("Bearer") }; break;
    case 405: *header = (struct http_header){ STR("Allow"), allow }; break;
    case 503: *header = retry_after; break;
    default: admission.refuse_header_count = 0;
    }
    return admission;
}
