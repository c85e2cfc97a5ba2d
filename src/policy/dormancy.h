/*
 * dormancy.h - is this still the person we knew? Phones change owners.
 *
 * A pure decision: after a long silence, or signs that the phone is somebody else's, what was said
 * before is kept apart and shown to nobody until the person proves to be the same. Carriers give a
 * number to somebody new after as little as 45 days (47 CFR 52.15); the default of 270 days is
 * Answerback's balance between that and asking too often.
 */
#pragma once
#include "policy/rules.h"

enum ownership_doubt {
    DOUBT_NONE,
    DOUBT_TEXT,   /* the person says so: dormancy_text_doubt */
    DOUBT_CARRIER /* a permanent error: dormancy_error_doubt */
};

struct dormancy_input {
    const struct policy_rules *rules;
    int64_t now_ms;
    int64_t last_ms;            /* the last text from the person; 0: there was none */
    bool by_sender;             /* the phone opens a user's own memory */
    bool has_secret;            /* that user has a PIN, or another way to get a code */
    enum ownership_doubt doubt; /* noted since the person was last sure; this text's too */
    const char *doubt_evidence; /* what matched; NULL without doubt */
    int64_t doubt_code;         /* DOUBT_CARRIER: the provider's error */
};

enum dormancy_verdict {
    DORMANCY_SAME,  /* go on */
    DORMANCY_FRESH, /* a new conversation; the old one is shown to nobody */
    DORMANCY_ASK,   /* the same, and old memory opens only with the PIN or a code */
    DORMANCY_LOCKED /* as DORMANCY_ASK, but there is no secret to ask for: an operator decides */
};

struct dormancy {
    enum dormancy_verdict verdict;
    const char *rule;  /* static: "silence", "text", "carrier"; NULL when it is the same person */
    struct str detail; /* for why; in the arena */
};

struct dormancy dormancy_check(const struct dormancy_input *in, struct arena *arena);

/*
 * Does the person say that this phone is not whose we think? "wrong number", "new phone who dis".
 * English and Spanish. "Is this the wrong number for the bakery?" does not. Returns the phrase that
 * matched, static, or NULL.
 */
const char *dormancy_text_doubt(struct str body);
/* Do the carriers say that nobody has this phone any more? Source: Twilio's errors 30005, 30006. */
bool dormancy_error_doubt(int64_t error_code);
