/*
 * loop_test.c - machines that answer answers, and people who look like them.
 *
 * A row is the other side's texts, how long it waits after each answer of ours, and which of the
 * texts, counted from 1, must be the one that is not answered any more; 0: all are answered.
 */
#include "policy/loop.h"

// clang-format off
#include <setjmp.h>
#include <cmocka.h>
// clang-format on

#define START INT64_C(1795248000000)
#define SECOND INT64_C(1000)
#define MINUTE (60 * SECOND)
#define TEXTS_MOST 10
#define OOO "Thank you for your message. I am out of the office until Monday and will reply then."
#define TICKET(n)                                           \
    "Thank you for contacting Acme Support! Your ticket " n \
    " was received, we will be in touch soon."
#define QUOTE(s)                                          \
    "Sorry, I could not understand your request about " s \
    " so please pick one of the options in our menu"
#define BOT_1                                                                                \
    "That sounds wonderful! I would love to hear more about what you have planned for this " \
    "weekend."
#define BOT_2                                                                                     \
    "Great question! There are many things to consider here, so let me walk you through each of " \
    "them."
#define BOT_3                                                                                    \
    "Absolutely, I completely understand your point of view, and thanks for sharing it with me " \
    "today."
#define BOT_4                                                                                     \
    "You are very welcome! If there is anything else that you need, just let me know and I will " \
    "help."

// clang-format off
static const struct loop_case {
    const char *name, *texts[TEXTS_MOST];
    int64_t wait_ms[TEXTS_MOST]; /* after our answer, or after their last text when it got none; the first does not count */
    int64_t answer_ms;           /* how long we take */
    unsigned unanswered;         /* bits of texts that get no answer, bit 0 the first */
    int64_t loop_after;
    size_t want;
    const char *rule;
} cases[] = {
    /* machines */
    { "an out-of-office text thrice", { OOO, OOO, OOO }, { 0, 3000, 3000 }, 2000, 0, 6, 3, "same_text" },
    { "with a slow carrier between", { OOO, OOO, OOO }, { 0, 40000, 55000 }, 2000, 0, 6, 3, "same_text" },
    { "after a person's own words", { "are you open tomorrow?", OOO, OOO, OOO }, { 0, 90000, 4000, 4000 }, 2000, 0, 6, 4, "same_text" },
    { "ticket numbers do not hide it", { TICKET("48213"), TICKET("48214"), TICKET("48215") }, { 0, 2000, 2000 }, 2000, 0, 6, 3, "same_text" },
    { "case and punctuation do not hide it", { "Message received, thanks", "MESSAGE RECEIVED. Thanks!", "message received thanks" }, { 0, 2000, 2000 }, 2000, 0, 6, 3, "same_text" },
    { "near-same templates", { QUOTE("opening hours"), QUOTE("opening times"), QUOTE("parking spaces"), QUOTE("opening hours") }, { 0, 2000, 2000, 2000 }, 2000, 0, 6, 4, "near_text" },
    { "a machine of one word", { "Received", "Received", "Received", "Received" }, { 0, 1000, 1000, 1000 }, 2000, 0, 6, 4, "short_text" },
    { "a machine of one emoji", { "\xf0\x9f\x91\x8d", "\xf0\x9f\x91\x8d", "\xf0\x9f\x91\x8d", "\xf0\x9f\x91\x8d" }, { 0, 1000, 1000, 1000 }, 2000, 0, 6, 4, "short_text" },
    { "a chat bot with ever new words", { BOT_1, BOT_2, BOT_3, BOT_4 }, { 0, 900, 900, 900 }, 2000, 0, 6, 4, "machine_pace" },
    { "that is met within four messages", { BOT_1, BOT_2, BOT_3 }, { 0, 900, 900 }, 2000, 0, 4, 3, "machine_pace" },
    { "an answering service that polls every ten minutes", { OOO, OOO, OOO, OOO }, { 0, 600000, 600400, 599800 }, 2000, 0, 6, 4, "regular_text" },
    { "German, with umlauts", { "Ich bin au\xc3\x9f" "er Haus", "Ich bin au\xc3\x9f" "er Haus", "Ich bin au\xc3\x9f" "er Haus" }, { 0, 3000, 3000 }, 2000, 0, 6, 3, "same_text" },
    { "texts that are no UTF-8", { "\xff\xfe a b c", "\xff\xfe a b c", "\xff\xfe a b c" }, { 0, 3000, 3000 }, 2000, 0, 6, 3, "same_text" },
    /* people */
    { "ok, ok", { "ok", "ok" }, { 0, 2000 }, 2000, 0, 6, 0, NULL },
    { "yes, yes, yes", { "yes", "yes", "yes" }, { 0, 4000, 3000 }, 2000, 0, 6, 0, NULL },
    { "yes to four questions, read first", { "yes", "yes", "yes", "yes" }, { 0, 20000, 18000, 25000 }, 2000, 0, 6, 0, NULL },
    { "the same question twice at once", { "what are your hours", "what are your hours" }, { 0, 5000 }, 2000, 0, 6, 0, NULL },
    { "the same question again after minutes", { "what are your hours", "what are your hours", "what are your hours" }, { 0, 3 * MINUTE, 7 * MINUTE }, 2000, 0, 6, 0, NULL },
    { "every morning the same question", { "what is on the menu today", "what is on the menu today", "what is on the menu today", "what is on the menu today" }, { 0, 1440 * MINUTE, 1440 * MINUTE, 1440 * MINUTE }, 2000, 0, 6, 0, NULL },
    { "the same question at uneven times of an hour", { "is my order ready yet", "is my order ready yet", "is my order ready yet", "is my order ready yet" }, { 0, 5 * MINUTE, 12 * MINUTE, 6 * MINUTE }, 2000, 0, 6, 0, NULL },
    { "chatting fast", { "hi", "you there?", "cool", "so about tonight", "can we do 8", "or 9", "ok 9 then", "see you" }, { 0, 1500, 1200, 2500, 1800, 900, 1500, 1000 }, 1000, 0, 6, 0, NULL },
    { "chatting fast in whole sentences", { "I would like to book a table for tonight if you can", "we are five people and one of them is a small child", "no it should be inside because it is getting cold", "great, and is there a place to park the car near you" }, { 0, 9000, 8000, 11000 }, 2000, 0, 6, 0, NULL },
    { "one word of the question changed", { "can you do 3pm on monday", "can you do 4pm on monday", "can you do 5pm on monday", "can you do 6pm on monday" }, { 0, 6000, 5000, 6000 }, 2000, 0, 6, 0, NULL },
    { "another day each time", { "are you open on friday", "are you open on saturday", "are you open on sunday", "are you open on monday" }, { 0, 5000, 5000, 5000 }, 2000, 0, 6, 0, NULL },
    { "short texts as quick as a script", { "test message 1", "test message 2", "test message 3", "test message 4", "test message 5", "test message 6" }, { 0, 100, 100, 100, 100, 100 }, 100, 0, 6, 0, NULL },
    { "long texts pasted twice", { BOT_1, BOT_2 }, { 0, 900, 900 }, 2000, 0, 6, 0, NULL },
    { "long texts at the pace of reading", { BOT_1, BOT_2, BOT_3, BOT_4 }, { 0, 20000, 25000, 30000 }, 2000, 0, 6, 0, NULL },
    { "sent again and again without an answer", { OOO, OOO, OOO, OOO, OOO }, { 0, 1000, 1000, 1000, 1000 }, 2000, 31, 6, 0, NULL },
    { "impatient, answered once", { "hello is anybody there", "hello is anybody there", "hello is anybody there" }, { 0, 4000, 4000 }, 2000, 3, 6, 0, NULL },
    { "question marks", { "?", "?", "?" }, { 0, 3000, 3000 }, 2000, 0, 6, 0, NULL },
    { "empty texts with pictures", { "", "", "" }, { 0, 3000, 3000 }, 2000, 0, 6, 0, NULL },
    { "their text crossed our answer", { OOO, OOO, OOO }, { 0, -1000, -1000 }, 2000, 0, 6, 0, NULL },
    { "no guard", { OOO, OOO, OOO, OOO, OOO }, { 0, 3000, 3000, 3000, 3000 }, 2000, 0, -1, 0, NULL },
    { "no three in a row", { OOO, "thanks", OOO, "thanks", OOO, "thanks" }, { 0, 20000, 20000, 20000, 20000, 20000 }, 2000, 0, 6, 0, NULL },
};
// clang-format on

static struct loop_verdict play(const struct loop_case *c, struct loop_ring *ring, size_t *ret_text,
                                int64_t *ret_now)
{
    struct loop_verdict verdict = { 0 };
    int64_t now_ms = START;

    for (*ret_text = 0; *ret_text < TEXTS_MOST && c->texts[*ret_text]; ++*ret_text) {
        size_t i = *ret_text;

        now_ms += i > 0 ? c->wait_ms[i] : 0;
        verdict = loop_text(ring, c->loop_after, str_of(c->texts[i]), now_ms);
        if (verdict.loop)
            break;
        if (!(c->unanswered & 1U << i)) {
            now_ms += c->answer_ms;
            loop_answer(ring, now_ms);
        }
    }
    *ret_now = now_ms;
    return verdict;
}

static void guards(void **state)
{
    const struct loop_case *c = *state;
    struct loop_ring ring = { 0 };
    size_t text;
    int64_t now_ms;
    struct loop_verdict verdict = play(c, &ring, &text, &now_ms);

    assert_int_equal(verdict.loop, c->want > 0);
    if (!verdict.loop)
        return;
    assert_int_equal(text + 1, c->want);
    assert_string_equal(verdict.rule, c->rule);
}

/* A ring that is packed and unpacked between any two events judges the same. */
static void packs(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct loop_ring ring = { 0 }, again;
        unsigned char bytes[LOOP_BYTES_MOST], twice[LOOP_BYTES_MOST];
        int64_t now_ms;
        size_t text, len;

        play(&cases[i], &ring, &text, &now_ms);
        len = loop_pack(&ring, bytes);
        assert_in_range(len, 1, LOOP_BYTES_MOST);
        assert_true(loop_unpack(bytes, len, &again));
        assert_int_equal(loop_pack(&again, twice), len);
        assert_memory_equal(bytes, twice, len);
        assert_int_equal(again.count, ring.count);
        assert_int_equal(loop_text(&again, 6, (struct str)STR(OOO), now_ms + 3000).loop,
                         loop_text(&ring, 6, (struct str)STR(OOO), now_ms + 3000).loop);
    }
}

static void refuses_bytes(void **state)
{
    unsigned char bytes[LOOP_BYTES_MOST + 1];
    struct loop_ring ring = { .count = 3 };

    (void)state;
    memset(bytes, 0xff, sizeof(bytes));
    assert_true(loop_unpack(NULL, 0, &ring));
    assert_int_equal(ring.count, 0);
    for (size_t len = 1; len <= sizeof(bytes); len++)
        assert_false(loop_unpack(bytes, len, &ring));
    memset(bytes, 0, sizeof(bytes));
    for (size_t len = 1; len <= sizeof(bytes); len++)
        assert_int_equal(loop_unpack(bytes, len, &ring),
                         len >= 26 && (len - 8) % 18 == 0 && len < 116);
}

static void stays_silent(void **state)
{
    struct loop_case c = cases[0];
    struct loop_ring ring = { 0 };
    struct loop_verdict verdict;
    size_t text;
    int64_t now_ms;

    (void)state;
    verdict = play(&c, &ring, &text, &now_ms);
    assert_true(verdict.loop);
    for (int i = 0; i < 5; i++) {
        now_ms += 10 * MINUTE;
        verdict = loop_text(&ring, 6, (struct str)STR(OOO), now_ms);
        assert_true(verdict.loop);
        assert_string_equal(verdict.rule, "still_looping");
    }
    now_ms += MINUTE;
    assert_false(loop_text(&ring, 6, (struct str)STR("I am back, what did I miss?"), now_ms).loop);
}

/* Next week's holiday text is a first one again. */
static void forgets(void **state)
{
    struct loop_ring ring = { 0 };
    size_t text;
    int64_t now_ms;

    (void)state;
    play(&cases[0], &ring, &text, &now_ms);
    assert_false(loop_text(&ring, 6, (struct str)STR(OOO), now_ms + 7 * 1440 * MINUTE).loop);
}

static void keeps_old_times(void **state)
{
    struct loop_ring ring = { 0 }, again;
    unsigned char bytes[LOOP_BYTES_MOST];
    int64_t year = 365 * 1440 * MINUTE;

    (void)state;
    loop_text(&ring, 6, (struct str)STR("a"), START);
    loop_answer(&ring, START + 1);
    loop_text(&ring, 6, (struct str)STR("b"), START + year);
    assert_true(loop_unpack(bytes, loop_pack(&ring, bytes), &again));
    assert_int_equal(again.rounds[1].in_ms, START + year);
    assert_int_equal(again.rounds[1].answered_ms, 0);
    assert_true(again.rounds[0].in_ms < START + year - 49 * 1440 * MINUTE);
    assert_true(again.rounds[0].answered_ms > 0);
}

static void explains(void **state)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    struct loop_ring ring = { 0 };
    struct loop_verdict verdict;
    size_t text;
    int64_t now_ms;

    (void)state;
    assert_int_equal(loop_detail(&(struct loop_verdict){ 0 }, &arena).len, 0);
    verdict = play(&cases[0], &ring, &text, &now_ms);
    assert_true(str_is(loop_detail(&verdict, &arena),
                       "the same text 3 times in a row, each within 3.0 s of our answer"));
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(cases) + 6] = {
        cmocka_unit_test(packs),           cmocka_unit_test(refuses_bytes),
        cmocka_unit_test(stays_silent),    cmocka_unit_test(forgets),
        cmocka_unit_test(keeps_old_times), cmocka_unit_test(explains),
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        tests[i + 6] = (struct CMUnitTest){ cases[i].name, guards, NULL, NULL, (void *)&cases[i] };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
