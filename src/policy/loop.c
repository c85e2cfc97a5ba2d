/*
 * loop.c - is the other side a machine that answers our answers?
 *
 * The print of a text is a min-hash of its words in eight lanes of a byte: of two texts that share
 * three quarters of their words about six lanes are equal. Case, punctuation and long numbers
 * (ticket numbers, times in milliseconds) do not count. The limits below are what keeps people out:
 * each rule needs several rounds in a row, and each round a wait that a machine has.
 */
#include "policy/loop.h"

#define SAME_ROUNDS 3      /* the same sentence, answered twice, for the third time */
#define SAME_WAIT_MS 60000 /* asking again after minutes is human */
#define SHORT_WORDS_MOST 2 /* "ok", "yes please": people do repeat these */
#define SHORT_WAIT_MS 15000
#define NEAR_WORDS_LEAST 8 /* of fewer words, one changed word is another question */
#define NEAR_LANES_LEAST 6
#define NEAR_BYTES_PER_S 6 /* faster than thumbs, for a text that was typed again */
#define REGULAR_ROUNDS 4
#define REGULAR_WAIT_MS 3600000
#define REGULAR_SPREAD_MS 2000 /* and two hundredths of the wait */
#define PACE_BYTES_LEAST 60    /* shorter texts may be pasted or picked from a keyboard */
#define PACE_BYTES_PER_S 25    /* the fastest typists and dictation stay below 15 */
#define STILL_MS 3600000
#define LONG_NUMBER 4
#define BYTES_MOST 2047
#define WORDS_MOST 15
#define LANES 8

/* ---- Prints ---- */

static uint64_t mix(uint64_t x)
{
    x ^= x >> 32;
    x *= UINT64_C(0xd6e8feb86659fd93);
    x ^= x >> 32;
    return x;
}

struct printer {
    uint64_t lowest[LANES];
    uint64_t hash;
    unsigned words, digits;
    bool in_word;
};

static void add_byte(struct printer *p, unsigned char c)
{
    p->hash = (p->hash ^ c) * UINT64_C(0x100000001b3);
    p->in_word = true;
}

/* Digits are held back until their number is known to be short; a long one counts as "#". */
static void flush_digits(struct printer *p, struct str body, size_t end)
{
    size_t start = end - p->digits;

    if (p->digits >= LONG_NUMBER) {
        add_byte(p, '#');
    } else {
        for (size_t i = start; i < end; i++)
            add_byte(p, (unsigned char)body.ptr[i]);
    }
    p->digits = 0;
}

static void end_word(struct printer *p)
{
    uint64_t hash = mix(p->hash);

    if (!p->in_word)
        return;
    for (unsigned lane = 0; lane < LANES; lane++) {
        uint64_t value = mix(hash + lane * UINT64_C(0x9e3779b97f4a7c15));

        p->lowest[lane] = value < p->lowest[lane] ? value : p->lowest[lane];
    }
    p->words++;
    p->in_word = false;
    p->hash = UINT64_C(0xcbf29ce484222325);
}

static unsigned at_most(size_t value, unsigned most)
{
    return value < most ? (unsigned)value : most;
}

static void print_words(struct printer *p, struct str body)
{
    for (size_t i = 0; i < body.len; i++) {
        unsigned char c = (unsigned char)body.ptr[i];

        if (c >= '0' && c <= '9') {
            p->digits++;
            continue;
        }
        flush_digits(p, body, i);
        if (c >= 'A' && c <= 'Z')
            add_byte(p, (unsigned char)(c - 'A' + 'a'));
        else if ((c >= 'a' && c <= 'z') || c >= 0x80)
            add_byte(p, c);
        else if (c != '\'')
            end_word(p);
    }
    flush_digits(p, body, body.len);
    end_word(p);
}

static struct loop_round round_of(struct str body, int64_t at_ms)
{
    struct printer p = { .hash = UINT64_C(0xcbf29ce484222325) };
    struct loop_round round = { .in_ms = at_ms, .bytes = at_most(body.len, BYTES_MOST) };

    memset(p.lowest, 0xff, sizeof(p.lowest));
    print_words(&p, body);
    round.words = at_most(p.words, WORDS_MOST);
    if (p.words == 0) { /* "?", "..." */
        round.print = mix(str_hash(body));
        return round;
    }
    for (unsigned lane = 0; lane < LANES; lane++)
        round.print |= (p.lowest[lane] & 0xff) << (8 * lane);
    return round;
}

static bool same(const struct loop_round *a, const struct loop_round *b)
{
    return a->print == b->print && a->words == b->words;
}

static bool near(const struct loop_round *a, const struct loop_round *b)
{
    uint64_t differs = a->print ^ b->print;
    int lanes = 0;

    if (a->words < NEAR_WORDS_LEAST || b->words < NEAR_WORDS_LEAST)
        return same(a, b);
    for (unsigned lane = 0; lane < LANES; lane++)
        lanes += (differs >> (8 * lane) & 0xff) == 0;
    return lanes >= NEAR_LANES_LEAST;
}

/* ---- Rules: each says of two neighbouring rounds whether they belong to a machine's exchange ----
 */

/* How long they waited after our answer; negative: they did not see it. */
static int64_t wait_ms(const struct loop_round *before, const struct loop_round *round)
{
    return round->in_ms - before->answered_ms;
}

/* From one text of theirs to the next, so that typing while we answer is not held against them. */
static int64_t bytes_per_s(const struct loop_round *before, const struct loop_round *round)
{
    int64_t ms = round->in_ms - before->in_ms;

    return (int64_t)round->bytes * 1000 / (ms > 0 ? ms : 1);
}

static bool fits_same(const struct loop_round *before, const struct loop_round *round)
{
    return same(before, round) && round->words > SHORT_WORDS_MOST &&
           wait_ms(before, round) <= SAME_WAIT_MS;
}

static bool fits_short(const struct loop_round *before, const struct loop_round *round)
{
    return same(before, round) && round->words <= SHORT_WORDS_MOST &&
           wait_ms(before, round) <= SHORT_WAIT_MS;
}

static bool fits_near(const struct loop_round *before, const struct loop_round *round)
{
    return near(before, round) && wait_ms(before, round) <= SAME_WAIT_MS &&
           bytes_per_s(before, round) >= NEAR_BYTES_PER_S;
}

static bool fits_regular(const struct loop_round *before, const struct loop_round *round)
{
    return same(before, round) && round->words > SHORT_WORDS_MOST &&
           wait_ms(before, round) <= REGULAR_WAIT_MS;
}

static bool fits_pace(const struct loop_round *before, const struct loop_round *round)
{
    return round->bytes >= PACE_BYTES_LEAST && bytes_per_s(before, round) >= PACE_BYTES_PER_S;
}

/* The waits of the newest `texts` rounds: are they as alike as a machine's? */
static bool waits_are_regular(const struct loop_ring *ring, size_t texts)
{
    int64_t least = INT64_MAX, most = 0;

    for (size_t i = ring->count - texts + 1; i < ring->count; i++) {
        int64_t wait = wait_ms(&ring->rounds[i - 1], &ring->rounds[i]);

        least = wait < least ? wait : least;
        most = wait > most ? wait : most;
    }
    return most - least <= REGULAR_SPREAD_MS + most / 50;
}

/* How many of the newest texts fit the rule, each with the one before it. */
static size_t run_length(const struct loop_ring *ring,
                         bool (*fits)(const struct loop_round *, const struct loop_round *))
{
    size_t texts = 1;

    for (size_t i = ring->count - 1; i > 0; i--) {
        const struct loop_round *before = &ring->rounds[i - 1], *round = &ring->rounds[i];

        if (before->answered_ms == 0 || wait_ms(before, round) < 0 || !fits(before, round))
            break;
        texts++;
    }
    return texts;
}

static const struct {
    const char *rule;
    bool (*fits)(const struct loop_round *, const struct loop_round *);
    size_t texts; /* needed in a row; 0: half of loop_after and one more */
    bool regular;
} rules[] = {
    { "same_text", fits_same, SAME_ROUNDS, false },
    { "short_text", fits_short, 0, false },
    { "near_text", fits_near, 0, false },
    { "regular_text", fits_regular, REGULAR_ROUNDS, true },
    { "machine_pace", fits_pace, 0, false },
};

static void measure(const struct loop_ring *ring, size_t texts, struct loop_verdict *ret)
{
    ret->texts = (int64_t)texts;
    ret->bytes_per_s = INT64_MAX;
    for (size_t i = ring->count - texts + 1; i < ring->count; i++) {
        int64_t wait = wait_ms(&ring->rounds[i - 1], &ring->rounds[i]);
        int64_t speed = bytes_per_s(&ring->rounds[i - 1], &ring->rounds[i]);

        ret->delay_ms = wait > ret->delay_ms ? wait : ret->delay_ms;
        ret->bytes_per_s = speed < ret->bytes_per_s ? speed : ret->bytes_per_s;
    }
}

static struct loop_verdict judge(const struct loop_ring *ring, int64_t loop_after)
{
    struct loop_verdict verdict = { 0 };

    for (size_t i = 0; loop_after >= 0 && i < ARRAY_LEN(rules); i++) {
        size_t texts = run_length(ring, rules[i].fits);
        size_t needed = rules[i].texts > 0 ? rules[i].texts : (size_t)loop_after / 2 + 1;

        if (texts < needed || (rules[i].regular && !waits_are_regular(ring, needed)))
            continue;
        verdict.loop = true;
        verdict.rule = rules[i].rule;
        measure(ring, rules[i].regular ? needed : texts, &verdict);
        return verdict;
    }
    return verdict;
}

/* We went silent; a machine goes on, or says the same once more. */
static bool goes_on(const struct loop_round *before, const struct loop_round *round)
{
    return before->looped && round->in_ms - before->in_ms <= STILL_MS &&
           (near(before, round) || fits_pace(before, round));
}

static void push(struct loop_ring *ring, struct loop_round round)
{
    if (ring->count == LOOP_ROUNDS_MOST) {
        ring->count--;
        memmove(ring->rounds, ring->rounds + 1, ring->count * sizeof(ring->rounds[0]));
    }
    ring->rounds[ring->count++] = round;
}

struct loop_verdict loop_text(struct loop_ring *ring, int64_t loop_after, struct str body,
                              int64_t at_ms)
{
    struct loop_round *last = ring->count > 0 ? &ring->rounds[ring->count - 1] : NULL;
    struct loop_round round = round_of(body, at_ms);
    struct loop_verdict verdict = { 0 };

    if (!last || last->answered_ms > 0) {
        push(ring, round);
    } else if (loop_after >= 0 && goes_on(last, &round)) {
        verdict = (struct loop_verdict){
            .loop = true, .rule = "still_looping", .texts = 2, .delay_ms = round.in_ms - last->in_ms
        };
        *last = round;
    } else { /* several texts before one answer are one round */
        if (!last->looped)
            round.bytes = at_most((size_t)round.bytes + last->bytes, BYTES_MOST);
        *last = round;
    }
    if (!verdict.loop)
        verdict = judge(ring, loop_after);
    ring->rounds[ring->count - 1].looped = verdict.loop;
    return verdict;
}

void loop_answer(struct loop_ring *ring, int64_t at_ms)
{
    if (ring->count > 0)
        ring->rounds[ring->count - 1].answered_ms = at_ms;
}

struct str loop_detail(const struct loop_verdict *verdict, struct arena *arena)
{
    double seconds = (double)verdict->delay_ms / 1000;

    if (!verdict->loop)
        return (struct str){ 0 };
    if (str_is(str_of(verdict->rule), "still_looping"))
        return arena_printf(arena, "a machine goes on %.1f s after its last text", seconds);
    if (str_is(str_of(verdict->rule), "machine_pace"))
        return arena_printf(arena,
                            "%lld texts in a row came at %lld letters a second or more, people "
                            "type below %d",
                            (long long)verdict->texts, (long long)verdict->bytes_per_s,
                            PACE_BYTES_PER_S);
    return arena_printf(arena, "%s text %lld times in a row, each within %.1f s of our answer",
                        str_is(str_of(verdict->rule), "near_text") ? "nearly the same" : "the same",
                        (long long)verdict->texts, seconds);
}

/* ---- Packing: the newest time, then for each round print, two ages and a word of the rest ---- */

#define HEAD_BYTES 8
#define ROUND_BYTES 18
#define AGE_MOST UINT32_MAX /* no answer, in the second age */

_Static_assert(HEAD_BYTES + LOOP_ROUNDS_MOST * ROUND_BYTES <= LOOP_BYTES_MOST,
               "a packed ring is too long");

static void put(unsigned char *at, uint64_t value, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        at[i] = (unsigned char)(value >> (8 * i));
}

static uint64_t get(const unsigned char *at, size_t bytes)
{
    uint64_t value = 0;

    for (size_t i = 0; i < bytes; i++)
        value |= (uint64_t)at[i] << (8 * i);
    return value;
}

/* How long before the newest time; a time older than fits is as old as fits. */
static uint64_t age_of(int64_t newest_ms, int64_t at_ms)
{
    int64_t age = newest_ms - at_ms;

    return age < 0 ? 0 : age >= AGE_MOST ? AGE_MOST - 1 : (uint64_t)age;
}

static int64_t newest_of(const struct loop_ring *ring)
{
    int64_t newest_ms = 0;

    for (size_t i = 0; i < ring->count; i++) {
        const struct loop_round *round = &ring->rounds[i];

        newest_ms = round->in_ms > newest_ms ? round->in_ms : newest_ms;
        newest_ms = round->answered_ms > newest_ms ? round->answered_ms : newest_ms;
    }
    return newest_ms;
}

size_t loop_pack(const struct loop_ring *ring, unsigned char ret[LOOP_BYTES_MOST])
{
    int64_t newest_ms = newest_of(ring);
    unsigned char *at = ret + HEAD_BYTES;

    if (ring->count == 0)
        return 0;
    put(ret, (uint64_t)newest_ms, HEAD_BYTES);
    for (size_t i = 0; i < ring->count; i++, at += ROUND_BYTES) {
        const struct loop_round *round = &ring->rounds[i];

        put(at, round->print, 8);
        put(at + 8, age_of(newest_ms, round->in_ms), 4);
        put(at + 12, round->answered_ms ? age_of(newest_ms, round->answered_ms) : AGE_MOST, 4);
        put(at + 16, round->bytes | round->words << 11 | (unsigned)round->looped << 15, 2);
    }
    return (size_t)(at - ret);
}

bool loop_unpack(const void *bytes, size_t len, struct loop_ring *ret)
{
    const unsigned char *at = bytes;
    int64_t newest_ms;

    *ret = (struct loop_ring){ 0 };
    if (len == 0)
        return true;
    if (len < HEAD_BYTES + ROUND_BYTES || len > HEAD_BYTES + LOOP_ROUNDS_MOST * ROUND_BYTES ||
        (len - HEAD_BYTES) % ROUND_BYTES != 0 || get(at, HEAD_BYTES) > INT64_MAX)
        return false;
    newest_ms = (int64_t)get(at, HEAD_BYTES);
    at += HEAD_BYTES;
    for (size_t n = (len - HEAD_BYTES) / ROUND_BYTES; ret->count < n; at += ROUND_BYTES) {
        struct loop_round *round = &ret->rounds[ret->count++];
        uint64_t answered = get(at + 12, 4), rest = get(at + 16, 2);

        round->print = get(at, 8);
        round->in_ms = newest_ms - (int64_t)get(at + 8, 4);
        round->answered_ms = answered == AGE_MOST ? 0 : newest_ms - (int64_t)answered;
        round->bytes = (unsigned)rest & BYTES_MOST;
        round->words = (unsigned)rest >> 11 & WORDS_MOST;
        round->looped = rest >> 15;
    }
    return true;
}
