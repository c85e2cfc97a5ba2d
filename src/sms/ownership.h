/*
 * ownership.h - signs that the telephone has another owner than we think.
 *
 * "wrong number", "new phone who dis", "this isn't Mike's number anymore". Not a revocation, but
 * the history of the conversation may be somebody else's.
 */
#pragma once
#include "base/str.h"

/*
 * body      UTF-8; the first 400 words are read.
 * ret_rule  the rule that matched (static and lasting, "kind: example"); may be NULL.
 */
bool ownership_doubt(struct str body, const char **ret_rule);
