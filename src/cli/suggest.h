/* suggest.h - "is `serve` meant?" */
#pragma once
#include "base/str.h"

/* The name that is most like `typed`, or NULL when none is much like it. */
const char *suggest(struct str typed, const char *const *names, size_t count);
