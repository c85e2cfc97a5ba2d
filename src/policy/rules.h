/*
 * rules.h - the policy file: limits, hours and texts as data, with its own tests in it.
 *
 * One directive a line; docs/policy.md has the format. The installation has one file and a user may
 * have another, which starts from the installation's and changes what it names. Nothing here
 * decides anything: the numbers are read by caps, hours, loop and dormancy, and by the screens.
 */
#pragma once
#include "base/arena.h"
#include "base/err.h"
#include "base/zone.h"
#include "model/model.h"

#define RULES_BYTES_MOST (256 * 1024)
#define RULES_NO_LIMIT INT64_C(-1)
#define RULES_NEVER INT64_C(-1)

/* At most `most` in any `window_ms`; RULES_NO_LIMIT: as many as come. */
struct rules_limit {
    int64_t most, window_ms;
};

/* What a text that only looks like a revocation does. */
enum rules_revocation { RULES_REVOKE_STOP, RULES_REVOKE_CONFIRM, RULES_REVOKE_FLAG };

enum rules_countries { RULES_COUNTRIES_OWN, RULES_COUNTRIES_LISTED, RULES_COUNTRIES_ALL };

enum rules_first {
    RULES_FIRST_AS_NUMBER, /* what the number's own row says */
    RULES_FIRST_ADMIT,
    RULES_FIRST_GREET, /* admit, and send first_text before anything else */
    RULES_FIRST_HOLD,
    RULES_FIRST_INVITE
};

/* Open on the days of the bits (bit 0: Monday); minutes since 00:00 of the day it starts on. */
struct rules_hours {
    unsigned days;
    int from, to; /* `to` is above 1440 when it ends on the next day */
};

enum rules_word_kind { RULES_WORD_STOP, RULES_WORD_START, RULES_WORD_HELP };
struct rules_word {
    enum rules_word_kind kind;
    struct str word; /* as written; the matcher folds it */
};

/* Who sends the text of an `expect` line. */
enum rules_sender {
    RULES_FROM_CONTACT,  /* on the allowlist, has texted before */
    RULES_FROM_NEWCOMER, /* a user's number, never heard of before */
    RULES_FROM_STRANGER, /* a shared number, nobody's phone */
    RULES_FROM_OPTED_OUT /* a contact who texted STOP */
};
struct rules_expect {
    int line; /* of the file, from 1 */
    struct str text;
    enum rules_sender from;
    bool has_at;          /* without: the checker picks a time within opening hours */
    struct local_day day; /* wall clock in the user's zone */
    int minutes;
    enum outcome want;
};

struct policy_rules {
    enum rules_revocation revocation;

    struct rules_limit answers; /* of one conversation; at most RECENT_ANSWERS_MOST */
    struct rules_limit answers_per_user, answers_per_number, answers_in_total;
    struct rules_limit budget_segments, budget_messages, budget_money; /* of one user; micros */
    int64_t price_micros; /* of a segment, for budget_money */

    enum rules_countries countries;
    unsigned char country_bits[85]; /* RULES_COUNTRIES_LISTED; see rules_country_listed */
    struct rules_limit unknown_per_prefix, unknown_in_total;

    bool has_quiet; /* false: no quiet hours, state rules neither */
    int quiet_from, quiet_to;
    const struct rules_hours *open; /* none: always open */
    size_t open_count;
    const struct local_day *closed;
    size_t closed_count;
    struct str after_hours_text; /* empty: silence */

    enum rules_first first;
    struct str first_text;   /* RULES_FIRST_GREET */
    int64_t dormant_ms;      /* RULES_NEVER: conversations do not go dormant */
    int64_t loop_after;      /* messages, 4 to 6; RULES_NEVER: no loop guard */
    struct str opt_out_text; /* these four: empty for the built-in text that names the business */
    struct str opt_in_text, help_text, confirm_text;

    const struct rules_word *words; /* besides the built-in keywords */
    size_t word_count;
    const struct rules_expect *expects; /* of this file alone, not of the one it starts from */
    size_t expect_count;
};

/* What holds where no file says otherwise. Static, no memory needed. */
struct policy_rules rules_default(void);

/*
 * Read a policy file.
 *
 * text    UTF-8; may go afterwards.
 * base    what it starts from: rules_default() or the installation's rules; must outlive *ret.
 * ret     its lists and texts are in `arena`, or still the base's.
 * Errors  ERR_INVALID: "line 7: …", the first line at fault.
 */
bool rules_parse(struct str text, const struct policy_rules *base, struct arena *arena,
                 struct policy_rules *ret, struct err *err);
/* The canonical form: every directive once, which parses back to the same rules. */
void rules_write(const struct policy_rules *rules, struct buf *out);

/* Is the country in the list? `code` is two capitals; false for "". */
bool rules_country_listed(const struct policy_rules *rules, struct str code);
const char *rules_sender_name(enum rules_sender sender); /* "contact", "opted-out" … */
