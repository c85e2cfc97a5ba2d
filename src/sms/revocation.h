/*
 * revocation.h - whether somebody takes back their consent in their own words.
 *
 * For texts that are no keyword: "please stop texting me", "take me off your list", "no me manden
 * más mensajes". By tables of words and patterns, with no network and the same result every time.
 * "stop by at six", "don't stop", "tell Mike to stop texting me" are none. English and Spanish are
 * covered well, French and German in their common forms, seven other languages lightly.
 */
#pragma once
#include "base/str.h"

enum revocation {
    REVOCATION_NONE,
    REVOCATION_LIKELY, /* a reasonable person may read it so: ask, or let policy decide */
    REVOCATION_CLEAR   /* a reasonable person would read it so */
};

struct revocation_match {
    const char *rule; /* static and lasting, "kind: example"; fit for the ledger */
    struct str span;  /* the words that matched; borrowed from the body */
};

/*
 * body    UTF-8; the first 400 words are read.
 * ret     filled unless the result is REVOCATION_NONE; may be NULL.
 * Source  47 CFR 64.1200(a)(10): words by which a reasonable person would understand a wish to
 *         revoke. docs/opt-out.md says what is recognised and how well.
 */
enum revocation revocation_detect(struct str body, struct revocation_match *ret);
