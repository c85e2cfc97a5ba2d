/*
 * pattern.c - match patterns of words, and see what around them takes their meaning away.
 *
 * A pattern stays inside one clause. FILL words ("please", "now") may stand between its pieces.
 * The checks look at the rest of the clause: "stop texting me" is none in "tell Mike to stop
 * texting me". What a check is for stands in patterns.tsv.
 */
#include "sms/pattern.h"

#define PIECES_MOST 12
#define CLASSES_MOST 18

enum {
    CHECK_NEGATED = 1,
    CHECK_OTHERS = 2,
    CHECK_WRITER = 4,
    CHECK_TIMED = 8,
    CHECK_TIMED_LIKELY = 16,
    CHECK_CALLS = 32,
    CHECK_YOU = 64,
    CHECK_QUESTION = 128,
    CHECK_LAUGH = 256,
    CHECK_REPLY = 512
};

struct piece {
    enum piece_way {
        PIECE_ONE,
        PIECE_MAYBE,
        PIECE_MANY,
        PIECE_NOT,
        PIECE_CLAUSE_START,
        PIECE_CLAUSE_END,
        PIECE_TEXT_START,
        PIECE_TEXT_END,
        PIECE_TARGET
    } way;
    unsigned char count;
    unsigned char any[CLASSES_MOST];
};

struct pattern {
    const char *id;
    unsigned checks;
    unsigned char count;
    struct piece pieces[PIECES_MOST];
};

struct pattern_set {
    uint64_t bits[4]; /* by their place in the table */
};

#include "sms/pattern_table.h"

#define NO_WORD SIZE_MAX
/* A text made to be slow to match is given up after this; people's texts need a fiftieth of it. */
#define STEPS_MOST 20000

struct search {
    const struct words *words;
    unsigned steps_left;
};

static bool has(const struct words *w, size_t i, enum word_class class)
{
    return i < w->count && word_is(&w->list[i], class);
}

static bool is_any(const struct word *word, const struct piece *piece)
{
    for (size_t i = 0; i < piece->count; i++) {
        if (word_is(word, piece->any[i]))
            return true;
    }
    return false;
}

/* Whether `at` is past the clause that the word before it belongs to. */
static bool is_past(const struct words *w, size_t at)
{
    return at >= w->count || w->list[at].clause;
}

static size_t clause_first(const struct words *w, size_t at)
{
    while (at > 0 && !w->list[at].clause)
        at--;
    return at;
}

/* The first word from `at` on that is not FILL, in the clause or in the text. */
static size_t fill_skip(const struct words *w, size_t at, bool in_clause, bool first)
{
    while (at < w->count && (first || !in_clause || !w->list[at].clause) && has(w, at, WORD_FILL)) {
        at++;
        first = false;
    }
    return at;
}

static bool ends(const struct words *w, size_t at, bool in_clause)
{
    if (at >= w->count)
        return true;
    return in_clause ? w->list[at].clause || w->list[at].trails : w->list[at].closes;
}

/* The word after the writer's own telephone when that stands at `at`, or NO_WORD. */
static size_t target_end(const struct words *w, size_t at)
{
    size_t i = at;

    for (; !is_past(w, i) && i < at + 2 && has(w, i, WORD_TO) && !has(w, i, WORD_ME);)
        i++;
    if (is_past(w, i) && i != at)
        return NO_WORD;
    if (has(w, i, WORD_ME))
        return i + 1;
    if (!has(w, i, WORD_MY) && !has(w, i, WORD_THIS))
        return NO_WORD;
    for (i++; !is_past(w, i) && has(w, i, WORD_FILL);)
        i++;
    if (is_past(w, i) || !has(w, i, WORD_PHONE))
        return NO_WORD;
    return !is_past(w, i + 1) && has(w, i + 1, WORD_PHONE) ? i + 2 : i + 1;
}

static size_t match(struct search *s, const struct piece *p, size_t count, size_t at);

/* The piece at `at`, and the rest behind it. NO_WORD when they do not match. */
static size_t match_one(struct search *s, const struct piece *p, size_t count, size_t at)
{
    const struct word *word = &s->words->list[at];
    size_t end;

    switch (p->way) {
    case PIECE_ONE:
    case PIECE_MAYBE: return is_any(word, p) ? match(s, p + 1, count - 1, at + 1) : NO_WORD;
    case PIECE_MANY: return is_any(word, p) ? match(s, p, count, at + 1) : NO_WORD;
    case PIECE_TARGET:
        end = target_end(s->words, at);
        return end != NO_WORD ? match(s, p + 1, count - 1, end) : NO_WORD;
    case PIECE_NOT:
    case PIECE_CLAUSE_START:
    case PIECE_CLAUSE_END:
    case PIECE_TEXT_START:
    case PIECE_TEXT_END: break;
    }
    return NO_WORD;
}

static bool is_not(const struct words *w, const struct piece *p, size_t at)
{
    size_t next = fill_skip(w, at, true, false);

    return is_past(w, next) || !is_any(&w->list[next], p);
}

/* The word after the match of all pieces from `at` on, or NO_WORD. */
static size_t match(struct search *s, const struct piece *p, size_t count, size_t at)
{
    const struct words *w = s->words;

    if (count == 0)
        return at;
    if (p->way == PIECE_CLAUSE_END || p->way == PIECE_TEXT_END)
        return ends(w, at, p->way == PIECE_CLAUSE_END) ? at : NO_WORD;
    if (p->way == PIECE_NOT)
        return is_not(w, p, at) ? match(s, p + 1, count - 1, at) : NO_WORD;
    for (size_t i = at; !is_past(w, i) && s->steps_left > 0; i++) {
        size_t end = match_one(s, p, count, i);

        s->steps_left -= s->steps_left > 0;
        if (end != NO_WORD)
            return end;
        if (!has(w, i, WORD_FILL))
            break;
    }
    return p->way == PIECE_MAYBE || p->way == PIECE_MANY ? match(s, p + 1, count - 1, at) : NO_WORD;
}

/* As `match`, for a pattern whose first word is the one at `at`. */
static size_t match_first(struct search *s, const struct pattern *pattern, size_t at)
{
    const struct piece *p = pattern->pieces;
    size_t count = pattern->count;

    if (p->way == PIECE_CLAUSE_START || p->way == PIECE_TEXT_START) {
        const struct word *word = &s->words->list[at];

        if (p->way == PIECE_CLAUSE_START ? !word->leads : !word->opens)
            return NO_WORD;
        p++, count--;
    }
    for (; count > 0; p++, count--) {
        size_t end = match_one(s, p, count, at);

        if (end != NO_WORD || (p->way != PIECE_MAYBE && p->way != PIECE_MANY))
            return end;
    }
    return NO_WORD;
}

static bool is_between(const struct words *w, size_t first, size_t end, enum word_class class)
{
    for (size_t i = first; i < end; i++) {
        if (has(w, i, class))
            return true;
    }
    return false;
}

/* "don't stop", "I do not want you to stop", but not "if you don't stop" or "why won't you stop".
 */
static bool is_negated(const struct words *w, size_t first)
{
    size_t begin = clause_first(w, first), at = first;
    bool wanted = has(w, first, WORD_CEASEDE);

    for (size_t steps = 0; at > begin && steps < 6; steps++) {
        const struct word *word = &w->list[--at];

        if (word_is(word, WORD_NEG) || word_is(word, WORD_NEGX) ||
            (word_is(word, WORD_NO) && wanted)) {
            return !is_between(w, begin, at, WORD_IF) && !is_between(w, begin, at, WORD_WHY);
        }
        wanted = wanted || word_is(word, WORD_WANT);
        if (!word_is(word, WORD_FILL) && !word_is(word, WORD_WANT) && !word_is(word, WORD_TO) &&
            !word_is(word, WORD_TELL) && !word_is(word, WORD_BE) && !word_is(word, WORD_YOU) &&
            !word_is(word, WORD_AGAIN) && !word_is(word, WORD_DE) && !word_is(word, WORD_MEANT) &&
            !word_is(word, WORD_TRY) && !word_is(word, WORD_NEG))
            return false;
    }
    return false;
}

bool pattern_is_of_others(const struct words *w, size_t first)
{
    size_t begin = clause_first(w, first);
    bool told = false, by_writer = false, you = false, third = false;

    for (size_t i = begin; i < first; i++) {
        const struct word *word = &w->list[i];

        third = third || word_is(word, WORD_THIRD);
        if (word_is(word, WORD_DID) && has(w, i + 1, WORD_YOU) &&
            fill_skip(w, i + 2, true, false) >= first)
            return true;
        you = you || (word_is(word, WORD_YOU) && !word_is(word, WORD_TO));
        if (word_is(word, WORD_TELL)) {
            told = true;
            by_writer = by_writer || is_between(w, i > begin + 3 ? i - 3 : begin, i, WORD_I);
            if (i > begin && has(w, i - 1, WORD_DID) && (i < begin + 2 || !has(w, i - 2, WORD_I)))
                return true;
        }
        if (word_is(word, WORD_DID) && is_between(w, i + 1, first, WORD_I) &&
            is_between(w, i + 1, first, WORD_TELL))
            return true;
    }
    if (third) /* "my husband died please stop" is asked of us all the same */
        return told || !has(w, first - 1, WORD_PLEASE);
    return told && !by_writer && !you;
}

/* "I'll stop", "I can stop". */
static bool is_of_writer(const struct words *w, size_t first)
{
    size_t begin = clause_first(w, first), at = first;

    if (is_between(w, begin, first, WORD_HOW))
        return false;
    while (at > begin &&
           (has(w, at - 1, WORD_FILL) || has(w, at - 1, WORD_GOING) ||
            (has(w, at - 1, WORD_TO) && at > begin + 1 && has(w, at - 2, WORD_GOING)))) {
        at--;
        if (has(w, at, WORD_YOU))
            return false;
    }
    return at > begin && (has(w, at - 1, WORD_I) || has(w, at - 1, WORD_IWILL));
}

static bool is_timed(const struct words *w, size_t first, size_t end)
{
    if (is_between(w, first, end, WORD_AGAIN) || is_between(w, first, end, WORD_MORE))
        return false;
    for (size_t i = end; !is_past(w, i) && i < end + 4; i++) {
        if (has(w, i, WORD_SCOPE))
            return true;
        if (has(w, i, WORD_AGAIN))
            return false;
    }
    return false;
}

/* "stop calling me and text instead", "don't call, text me", "don't text, I'll call you". */
static bool is_calls(const struct words *w, size_t first, size_t end)
{
    bool calls = false;

    if (has(w, end, WORD_IWILL) && has(w, end + 1, WORD_CALL) && has(w, end + 2, WORD_YOU))
        return true;
    for (size_t i = first; i < end; i++) {
        calls = calls || has(w, i, WORD_CALL);
        if (!has(w, i, WORD_CALL) && (has(w, i, WORD_CONT) || has(w, i, WORD_CONTV) ||
                                      has(w, i, WORD_CONTME) || has(w, i, WORD_ESCON)))
            return false;
    }
    for (size_t i = 0; calls && i < w->count; i++) {
        if ((i < first || i >= end) && has(w, i, WORD_TEXTCH))
            return true;
    }
    return false;
}

/* "Reply STOP to unsubscribe" is a footer, quoted. */
static bool is_footer(const struct words *w, size_t first)
{
    for (size_t i = clause_first(w, first); i < first; i++) {
        if (has(w, i, WORD_REPLYWORD) && has(w, i + 1, WORD_BARESTOP))
            return true;
    }
    return false;
}

static bool is_laughing(const struct words *w)
{
    return w->laughing || is_between(w, 0, w->count, WORD_LAUGH);
}

/* "you never text me", but not "I'd rather you not text me" or "I don't know you don't text me". */
static bool is_of_you(const struct words *w, size_t first)
{
    size_t begin = clause_first(w, first);

    return first > begin && has(w, first - 1, WORD_YOU) &&
           fill_skip(w, begin, true, true) >= first - 1 && !is_between(w, begin, first, WORD_CANI);
}

/* False when what is around the match takes its meaning away. */
static bool stands(const struct words *w, const struct pattern *p, size_t first, size_t end)
{
    if (((p->checks & CHECK_NEGATED) != 0 && is_negated(w, first)) ||
        ((p->checks & CHECK_OTHERS) != 0 && pattern_is_of_others(w, first)) ||
        ((p->checks & CHECK_WRITER) != 0 && is_of_writer(w, first)) ||
        ((p->checks & CHECK_TIMED) != 0 && is_timed(w, first, end)) ||
        ((p->checks & CHECK_CALLS) != 0 && is_calls(w, first, end)) ||
        ((p->checks & CHECK_REPLY) != 0 && is_footer(w, first)) ||
        ((p->checks & CHECK_QUESTION) != 0 && w->list[first].question) ||
        ((p->checks & CHECK_LAUGH) != 0 && is_laughing(w)))
        return false;
    return (p->checks & CHECK_YOU) == 0 || !is_of_you(w, first);
}

/* Asked how, or asked for with a condition: only likely. */
static bool is_unsure(const struct words *w, const struct pattern *p, size_t first, size_t end)
{
    size_t begin = clause_first(w, first);

    if (((p->checks & CHECK_TIMED_LIKELY) != 0 && is_timed(w, first, end)) ||
        is_between(w, begin, first, WORD_HOW) || has(w, end, WORD_TOPIC))
        return true;
    return w->list[first].question && has(w, begin, WORD_CANI) && has(w, begin + 1, WORD_I);
}

/* The patterns of `level` that the word may begin. */
static struct pattern_set set_of(const struct word *word, enum pattern_level level)
{
    struct pattern_set set = { { 0 } };

    for (size_t part = 0; part < ARRAY_LEN(word->classes); part++) {
        for (uint64_t left = word->classes[part]; left != 0; left &= left - 1) {
            size_t class = part * 64 + (size_t)__builtin_ctzll(left);

            for (size_t i = 0; i < ARRAY_LEN(set.bits); i++)
                set.bits[i] |= begins[class].bits[i] & levels[level].bits[i];
        }
    }
    return set;
}

static bool pattern_stands(struct search *s, const struct pattern *p, size_t at,
                           struct pattern_match *ret)
{
    const struct words *w = s->words;
    size_t end = match_first(s, p, at);

    if (end == NO_WORD || !stands(w, p, at, end))
        return false;
    *ret = (struct pattern_match){ p->id, is_unsure(w, p, at, end), at, end - 1 };
    return true;
}

struct pattern_match pattern_find(const struct words *words, enum pattern_level level)
{
    struct search search = { .words = words, .steps_left = STEPS_MOST };
    struct pattern_match ret = { 0 };

    for (size_t at = 0; at < words->count; at++) {
        struct pattern_set set = set_of(&words->list[at], level);

        for (size_t part = 0; part < ARRAY_LEN(set.bits); part++) {
            for (uint64_t left = set.bits[part]; left != 0; left &= left - 1) {
                size_t i = part * 64 + (size_t)__builtin_ctzll(left);

                if (pattern_stands(&search, &patterns[i], at, &ret))
                    return ret;
            }
        }
    }
    return ret;
}

bool pattern_asks_more(const struct words *w)
{
    for (size_t i = 0; i < w->count; i++) {
        size_t begin = clause_first(w, i);

        if (!has(w, i, WORD_KEEP) || is_past(w, i + 1) || is_between(w, begin, i, WORD_YOU) ||
            is_between(w, begin, i, WORD_THIRD) || is_between(w, begin, i, WORD_WHY) ||
            is_between(w, begin, i, WORD_NEG) || (i > begin && has(w, i - 1, WORD_I)))
            continue;
        for (size_t next = i + 1; !is_past(w, next) && next < i + 5; next++) {
            if (has(w, next, WORD_CONT) || has(w, next, WORD_SENDING) || has(w, next, WORD_MSG))
                return true;
        }
    }
    return false;
}
