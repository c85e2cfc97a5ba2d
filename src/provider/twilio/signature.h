/*
 * signature.h - was a request signed by Twilio with this token, for this URL?
 *
 * The signature is base64(HMAC-SHA1(token, URL + parameters)). The URL is the one configured at
 * Twilio, never one rebuilt from Host or proxy headers. It holds no time: a captured request stays
 * valid for ever, and only deduplication stops a replay. Names and values are joined without a
 * delimiter, so a valid signature does not prove where a name ends.
 *
 * Source: https://www.twilio.com/docs/usage/security#validating-requests;
 * tests/data/twilio/signature-vectors.json.
 */
#pragma once
#include "base/arena.h"
#include "base/str.h"

/* A token made ready for use; does not change, so any thread may use it. */
struct signature_key;
struct signature_key *signature_key_create(struct str auth_token);
void signature_key_destroy(struct signature_key *key); /* wiped; NULL is fine */

struct signed_request {
    struct str method;       /* "GET": parameters stand in the URL only; anything else has a body */
    struct str url;          /* as configured at Twilio, with the query byte for byte as received */
    struct str content_type; /* of the body; empty counts as a form */
    struct str body;         /* raw */
    struct str signature;    /* the X-Twilio-Signature header */
};

/*
 * True when any of the keys signed the request for the URL as it is, or with its port dropped, or
 * with the default port added. A body that is no form counts only when the URL's bodySHA256 is its
 * hash. User and password in the URL, and what follows '#', are not part of what is signed. NULL
 * keys are passed over. Time does not depend on where signatures differ.
 *
 * arena  for the decoded parameters: about twice the body.
 */
bool signature_verify(const struct signed_request *request, const struct signature_key *const *keys,
                      size_t key_count, struct arena *arena);

/* Why a signature holds or not, for a person who configures URLs and proxies. */
struct signature_finding {
    bool valid;        /* as signature_verify says */
    struct str url;    /* the form of the URL that was signed; empty when none that was tried */
    const char *which; /* how that form differs from the given one, as in "without the port"; NULL
                          with an empty url */
    struct str reason; /* one sentence */
};
/*
 * Besides the forms that signature_verify accepts this tries what usually goes wrong: http for
 * https, a slash at the end of the path, both, a query that was lost, a line break at the end of
 * the body. None of these makes a request valid. Texts in `ret` are static or made in `arena`.
 */
void signature_explain(const struct signed_request *request, const struct signature_key *key,
                       struct arena *arena, struct signature_finding *ret);
