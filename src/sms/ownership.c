/*
 * ownership.c - recognise that the wrong person was texted.
 *
 * Most of it is patterns (patterns.tsv, level owner); "who is this?" alone is no sign, since people
 * ask that of a business they know.
 */
#include "sms/ownership.h"

#include "sms/pattern.h"

/* "Got a new phone, who is this?" - in two clauses, or one. */
static bool is_new_phone(const struct words *w)
{
    bool new_phone = false;

    for (size_t i = 0; i + 1 < w->count; i++) {
        const struct word *next = &w->list[i + 1];

        if (word_is(&w->list[i], WORD_NEW) && word_is(next, WORD_PHONE))
            new_phone = true;
        else if (new_phone && word_is(&w->list[i], WORD_WHO) &&
                 (word_is(next, WORD_THIS) || word_is(next, WORD_YOU) || word_is(next, WORD_ARE)))
            return true;
    }
    return false;
}

bool ownership_doubt(struct str body, const char **ret_rule)
{
    struct pattern_match match;
    struct words words;
    const char *rule;

    words_read(&words, body);
    match = pattern_find(&words, PATTERN_OWNER);
    rule = match.id ? match.id : is_new_phone(&words) ? "new phone: new phone who dis" : NULL;
    if (rule && ret_rule)
        *ret_rule = rule;
    return rule != NULL;
}
