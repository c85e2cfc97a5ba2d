/* errors.h - what Twilio's error codes mean; private to this folder. */
#pragma once
#include "provider/provider.h"

/* An unknown code is told as such, transient and never retried by itself. Texts are static. */
struct provider_error twilio_error(int64_t code);
/* False, with `ret` untouched, for a code that is not in the table. */
bool twilio_error_find(int64_t code, struct provider_error *ret);
