/*
 * hours.h - when a person may be texted unasked, and when a user's doors are open.
 *
 * Two different clocks: quiet hours are the recipient's, by the zones of the phone's first digits,
 * and never touch a direct answer; opening hours are the user's, by the user's zone.
 */
#pragma once
#include "policy/rules.h"

/* ---- quiet hours ---- */

struct quiet {
    bool quiet;       /* not now */
    int64_t until_ms; /* when it may leave; now_ms when it is not quiet */
    struct str zone;  /* the first zone that is quiet, for why; empty when none is.
                         Static, or the caller's `zone` */
    const char *rule; /* static: "quiet hours" or "the law of Florida"; NULL when it is not quiet */
};

/*
 * May a text that is no direct answer go to `phone` now? Only when no zone the number may be in has
 * quiet hours and the law of its state allows it. Where a country is so wide that no such moment
 * exists, its main zone decides.
 *
 * zone     the recipient's, when it is known better than by the number; empty: by the number.
 * Source   states: the table in hours.c; the rest of the US: 47 CFR 64.1200(c)(1), which the
 *          default (21:00 to 09:00) keeps.
 */
struct quiet quiet_check(const struct policy_rules *rules, struct str phone, struct str zone,
                         int64_t now_ms);

/* ---- opening hours ---- */

#define OPENING_FOREVER INT64_MAX

struct opening {
    bool open;
    int64_t next_ms; /* closed: when it opens; OPENING_FOREVER: not within a year. Open: now_ms */
    /*
     * Closed: names this stretch of being closed, never 0. Whoever got the after-hours text has
     * the period stored with the conversation and gets it again only when the period differs.
     */
    int64_t period;
};

/* `zone`: the user's, UTC when empty. Rules without opening hours are always open, but on closed
 * days. */
struct opening opening_check(const struct policy_rules *rules, struct str zone, int64_t now_ms);
