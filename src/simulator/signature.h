/*
 * signature.h - how Twilio signs what it posts to us.
 *
 * Source: https://www.twilio.com/docs/usage/security#validating-requests . Written apart from the
 * verifier in src/provider/twilio on purpose; tests/data/twilio/signature-vectors.json joins the
 * two.
 */
#pragma once
#include "base/str.h"

struct param {
    struct str name, value;
};

#define SIGNATURE_BYTES 29 /* base64 of 20 bytes, NUL */

/*
 * Sign `url` (no fragment, no user name) and the parameters of a form, of which there may be none.
 * Sorts `params` in place. A pair that stands there twice counts once.
 */
void signature_make(struct str auth_token, struct str url, struct param *params, size_t count,
                    char ret[SIGNATURE_BYTES]);
