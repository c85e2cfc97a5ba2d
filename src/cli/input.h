/* input.h - the JSON that a command sends: only what was given stands in it. */
#pragma once
#include "base/json.h"

/* Does nothing when `value` has no ptr: the option was not given. */
void input_text(json_t *object, const char *key, struct str value);
/* An empty or "none" value becomes null. */
void input_text_or_null(json_t *object, const char *key, struct str value);
/* "true", "yes", "on" and their opposites; false when it is neither. Absent is fine. */
bool input_switch(json_t *object, const char *key, struct str value);
