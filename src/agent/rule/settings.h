/*
 * settings.h - what an operator told a rule agent, checked.
 *
 * The JSON is the one that docs/agents.md explains. A check that fails names the field at fault by
 * its path ("faq[2].answer"); unknown fields are refused, so that a slip of the pen is not silently
 * ignored.
 */
#pragma once
#include "base/json.h"
#include "base/zone.h"

struct rule_range {
    int from, to; /* minutes since the day's 00:00; `to` is above 1440 when it ends the next day */
};

struct rule_day {
    const struct rule_range *ranges; /* in order, none touching the next */
    size_t count;                    /* 0: closed */
};

struct rule_faq {
    const struct str *questions; /* at least one */
    size_t question_count;
    struct str answer;
};

struct rule_settings {
    struct str name;     /* may be empty */
    struct str greeting; /* never empty */
    const struct rule_faq *faq;
    size_t faq_count;
    bool has_hours;
    struct rule_day week[7]; /* Monday first */
    const struct local_day *closed;
    size_t closed_count;
    const struct str *handoff_words;
    size_t handoff_count;
    struct str handoff_text;
    struct str fallback; /* empty: silence */
    bool notes;
    bool clock_24; /* say 17:00 instead of 5 pm */
};

/* Everything in *ret is in `arena`; `json` may go. ERR_INVALID names the field. */
bool rule_settings_read(json_t *json, struct arena *arena, struct rule_settings *ret,
                        struct err *err);
