/*
 * problem.h - errors as application/problem+json.
 *
 * Private to this room. Source: RFC 9457; docs/api.md says which statuses there are.
 */
#pragma once
#include "base/arena.h"
#include "base/err.h"

#define PROBLEM_TYPE "application/problem+json"

/* What of missing and of others' things is told alike: nobody learns which it was. */
#define PROBLEM_NOT_FOUND "there is no such thing here"

const char *problem_title(int status);
int problem_status(enum err_kind kind);
/* The document, in `arena`. field: "" for none. */
struct str problem_json(int status, struct str field, struct str detail, struct arena *arena);
