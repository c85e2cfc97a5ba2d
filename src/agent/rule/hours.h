/*
 * hours.h - "are you open tomorrow?", answered from the opening hours.
 *
 * A sentence counts as a question about the hours only when every word of it fits one: "is the
 * patio open", "open a bottle" and "how close are you" are none, and are left to the other rules.
 */
#pragma once
#include "agent/rule/settings.h"
#include "agent/rule/words.h"

/*
 * Append the answer to `sentence` to `out`; false, and nothing appended, when it does not ask for
 * the hours or `settings` has none. `now_ms` is Unix time, `zone` where the doors are.
 */
bool hours_answer(const struct rule_settings *settings, struct words sentence, struct str zone,
                  int64_t now_ms, struct buf *out);
