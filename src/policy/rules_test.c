/*
 * rules_test.c - the policy file: what is read, what is refused and with which words.
 *
 * Good rows give the canonical line that comes back; bad rows the whole error.
 */
#include "policy/rules.h"

// clang-format off
#include <setjmp.h>
#include <cmocka.h>
// clang-format on

// clang-format off
static const struct good_case {
    const char *name, *text;
    const char *want; /* a part of what rules_write gives back, from the start of a line */
} good[] = {
    { "an empty file is the defaults", "", "answers 10 per 1h\n" },
    { "comments and blank lines", "# hello\n\n   # there\n", "answers 10 per 1h\n" },
    { "a comment behind a directive", "answers 3 per 90s # few", "answers 3 per 90s\n" },
    { "blanks around, line ends of Windows", "  answers\t3  per 1d \r\n", "answers 3 per 1d\n" },
    { "at most may be said", "answers at most 3 per 60m", "answers 3 per 1h\n" },
    { "a named unit", "answers 3 per minute", "answers 3 per 1m\n" },
    { "no answers at all", "answers 0 per day", "answers 0 per 1d\n" },
    { "the later line wins", "answers 3 per day\nanswers 4 per day", "answers 4 per 1d\n" },
    { "revocation", "revocation flag", "revocation flag\n" },
    { "answers of a user", "answers-per-user 500 per day", "answers-per-user 500 per 1d\n" },
    { "no limit", "answers-per-number none", "answers-per-number none\n" },
    { "in total", "answers-in-total 9000 per hour", "answers-in-total 9000 per 1h\n" },
    { "budget in segments", "budget segments 200 per day", "budget segments 200 per 1d\n" },
    { "budget in money", "budget money 5 per day", "budget money 5.00 per 1d\n" },
    { "a price of fractions of a cent", "price-per-segment 0.0079", "price-per-segment 0.0079\n" },
    { "a price to the millionth", "price-per-segment 12.000001", "price-per-segment 12.000001\n" },
    { "countries are sorted", "countries US CA, GB US", "countries CA GB US\n" },
    { "all countries", "countries all", "countries all\n" },
    { "the number's own country", "countries US\ncountries own", "countries own\n" },
    { "unknown senders", "unknown-senders at most 5 per prefix per day, 70 in total per day",
      "unknown-senders at most 5 per prefix per 1d, 70 in total per 1d\n" },
    { "unknown senders, short", "unknown-senders 7 in total",
      "unknown-senders at most 7 in total per 1d\n" },
    { "unknown senders, no caps", "unknown-senders none", "unknown-senders none\n" },
    { "quiet over midnight", "quiet 22:30-08:00", "quiet 22:30-08:00\n" },
    { "quiet within a day", "quiet 12:00-14:00", "quiet 12:00-14:00\n" },
    { "quiet until midnight", "quiet 20:00-24:00", "quiet 20:00-24:00\n" },
    { "never quiet", "quiet none", "quiet none\n" },
    { "open", "open mon-fri 09:00-17:00", "open mon,tue,wed,thu,fri 09:00-17:00\n" },
    { "open over the week's end", "open sat-mon 10:00-12:00", "open mon,sat,sun 10:00-12:00\n" },
    { "open over midnight", "open Fri, sat 18:00-02:00", "open fri,sat 18:00-02:00\n" },
    { "open daily", "open daily 00:00-24:00", "open mon,tue,wed,thu,fri,sat,sun 00:00-24:00\n" },
    { "open twice a day", "open mon 09:00-12:00\nopen mon 13:00-17:00",
      "open mon 09:00-12:00\nopen mon 13:00-17:00\n" },
    { "always open after all", "open mon 09:00-12:00\nopen always", "open always\n" },
    { "closed", "closed 2026-12-25", "closed 2026-12-25\n" },
    { "after hours", "after-hours \"We open at 9.\"", "after-hours \"We open at 9.\"\n" },
    { "a text with quotes, a backslash and a line end", "help-text \"\\\"A\\\\B\\\"\\nC\"",
      "help-text \"\\\"A\\\\B\\\"\\nC\"\n" },
    { "a text with a number sign", "help-text \"# 1\" # that", "help-text \"# 1\"\n" },
    { "a text taken back", "help-text \"x\"\nhelp-text none", "help-text none\n" },
    { "greet", "first-contact greet \"Welcome!\"", "first-contact greet \"Welcome!\"\n" },
    { "hold", "first-contact hold", "first-contact hold\n" },
    { "dormant", "dormant-after 90d", "dormant-after 90d\n" },
    { "never dormant", "dormant-after never", "dormant-after never\n" },
    { "loop", "loop-after 4", "loop-after 4\n" },
    { "a keyword", "keyword stop \"genug jetzt\"", "keyword stop \"genug jetzt\"\n" },
    { "expect", "expect \"meet at 4, please cancel my 2pm\" -> answered",
      "expect \"meet at 4, please cancel my 2pm\" -> answered\n" },
    { "expect with all", "expect \"yes\" from opted-out at 2026-11-21T22:00 -> opt_in",
      "expect \"yes\" from opted-out at 2026-11-21T22:00 -> opt_in\n" },
    { "expect from a contact says no more", "expect \"x\" from contact -> answered",
      "expect \"x\" -> answered\n" },
};

static const struct bad_case {
    const char *name;
    struct str text;
    const char *want; /* the error */
} bad[] = {
    { "no such directive", STR("# a\n\nanswer 3"), "line 3: there is no directive \"answer\"" },
    { "capitals", STR("Answers 3 per day"), "line 1: there is no directive \"Answers\"" },
    { "a text alone", STR("\"hello\""), "line 1: there is more than fits: \"hello\"" },
    { "words behind", STR("loop-after 6 messages"), "line 1: there is more than fits: messages" },
    { "no number", STR("answers"), "line 1: a number is missing" },
    { "a number in words", STR("answers ten per day"), "line 1: \"ten\" is not a number from 0 to 100" },
    { "more than are remembered", STR("answers 101 per day"), "line 1: \"101\" is not a number from 0 to 100" },
    { "a negative number", STR("answers-per-user -1 per day"), "line 1: \"-1\" is not a number from 0 to 1000000000" },
    { "a number too large", STR("answers-per-user 99999999999999999999 per day"), "line 1: \"99999999999999999999\" is not a number from 0 to 1000000000" },
    { "no window", STR("answers 3"), "line 1: \"per\" is missing" },
    { "no unit", STR("answers 3 per 10"), "line 1: \"10\" is not a time such as 10s, 5m, 1h or 1d" },
    { "a window of nothing", STR("answers 3 per 0s"), "line 1: \"0s\" is not a time such as 10s, 5m, 1h or 1d" },
    { "a window beyond time", STR("answers 3 per 9999999999d"), "line 1: \"9999999999d\" is not a time such as 10s, 5m, 1h or 1d" },
    { "an unlimited conversation", STR("answers none"), "line 1: \"none\" is not a number from 0 to 100" },
    { "no choice", STR("revocation"), "line 1: stop, confirm or flag is missing" },
    { "another choice", STR("revocation ask"), "line 1: \"ask\" is not stop, confirm or flag" },
    { "a budget of nothing known", STR("budget minutes 5 per day"), "line 1: \"minutes\" is not segments, messages or money" },
    { "an amount with a comma", STR("budget money 5,00 per day"), "line 1: \"per\" is missing" },
    { "an amount with a currency", STR("budget money $5 per day"), "line 1: \"$5\" is not an amount such as 5.00" },
    { "an amount below a millionth", STR("price-per-segment 0.0000001"), "line 1: \"0.0000001\" is not an amount such as 5.00" },
    { "an amount that ends at its point", STR("price-per-segment 5."), "line 1: \"5.\" is not an amount such as 5.00" },
    { "a negative amount", STR("price-per-segment -1"), "line 1: \"-1\" is not an amount such as 5.00" },
    { "no countries", STR("countries"), "line 1: countries such as US CA, or own, or all, are missing" },
    { "a country by its wrong letters", STR("countries US UK"), "line 1: \"UK\" is not a country's two letters, such as US" },
    { "all but", STR("countries all US"), "line 1: there is more than fits: US" },
    { "unknown senders per what", STR("unknown-senders 5 per day"), "line 1: \"prefix\" is missing" },
    { "unknown senders, a comma too many", STR("unknown-senders 5 in total,"), "line 1: a number is missing" },
    { "a clock of 25", STR("quiet 25:00-09:00"), "line 1: \"25:00-09:00\" is not a range such as 09:00-17:00" },
    { "a clock without its zero", STR("quiet 9:00-10:00"), "line 1: \"9:00-10:00\" is not a range such as 09:00-17:00" },
    { "a range of nothing", STR("quiet 09:00-09:00"), "line 1: \"09:00-09:00\" is not a range such as 09:00-17:00" },
    { "half a range", STR("quiet 09:00"), "line 1: \"09:00\" is not a range such as 09:00-17:00" },
    { "no hours", STR("open mon-fri"), "line 1: hours such as 09:00-17:00 are missing" },
    { "no days", STR("open 09:00-17:00"), "line 1: \"09:00-17:00\" are not days such as mon-fri" },
    { "no such day", STR("open mon-fry 09:00-17:00"), "line 1: \"mon-fry\" are not days such as mon-fri" },
    { "a list of days with a hole", STR("open mon,,tue 09:00-17:00"), "line 1: \",\" are not days such as mon-fri" },
    { "no such date", STR("closed 2026-02-30"), "line 1: \"2026-02-30\" is not a date such as 2026-12-25" },
    { "a date the other way round", STR("closed 25.12.2026"), "line 1: \"25.12.2026\" is not a date such as 2026-12-25" },
    { "a text without quotes", STR("after-hours closed"), "line 1: a text in quotes is missing" },
    { "a text that does not end", STR("after-hours \"closed"), "line 1: the quote at the end of the text is missing" },
    { "a text that ends in an escape", STR("after-hours \"closed\\"), "line 1: a backslash goes before \", \\ or n only" },
    { "another escape", STR("after-hours \"a\\tb\""), "line 1: a backslash goes before \", \\ or n only" },
    { "a tab in a text", STR("after-hours \"a\tb\""), "line 1: a text holds a control character" },
    { "a greeting without words", STR("first-contact greet"), "line 1: a text in quotes is missing" },
    { "words for a hold", STR("first-contact hold \"x\""), "line 1: there is more than fits: \"x\"" },
    { "a loop of two", STR("loop-after 2"), "line 1: \"2\" is not 4, 5, 6 or never" },
    { "a loop past the provider's guard", STR("loop-after 30"), "line 1: \"30\" is not 4, 5, 6 or never" },
    { "a keyword for nothing", STR("keyword \"adios\""), "line 1: stop, start or help is missing" },
    { "an empty keyword", STR("keyword stop \" \""), "line 1: the word is empty" },
    { "expect nothing", STR("expect \"hi\""), "line 1: \"->\" is missing" },
    { "expect without a text", STR("expect -> answered"), "line 1: a text in quotes is missing" },
    { "expect no such outcome", STR("expect \"hi\" -> answer"), "line 1: \"answer\" is not an outcome" },
    { "expect what is never final", STR("expect \"hi\" -> pending"), "line 1: \"pending\" is not an outcome" },
    { "expect from nobody", STR("expect \"hi\" from mars -> answered"), "line 1: \"mars\" is not contact, newcomer, stranger or opted-out" },
    { "expect at no time", STR("expect \"hi\" at 22:00 -> answered"), "line 1: \"22:00\" is not a time such as 2026-11-21T22:00" },
    { "bytes that are no text", STR("# ok\nhelp-text \"\xff\""), "line 2: this is no UTF-8 text" },
    { "a NUL", STR("help-text \"a\0b\""), "line 1: this is no UTF-8 text" },
};
// clang-format on

static void reads(void **state)
{
    const struct good_case *c = *state;
    CLEANUP(arena_release) struct arena arena = { 0 };
    CLEANUP(buf_release) struct buf once = { 0 };
    CLEANUP(buf_release) struct buf twice = { 0 };
    struct policy_rules base = rules_default(), rules, again;
    struct err err = { 0 };
    const char *found;

    if (!rules_parse(str_of(c->text), &base, &arena, &rules, &err))
        fail_msg("%s", err.text);
    rules_write(&rules, &once);
    found = strstr(buf_text(&once), c->want);
    if (!found || (found > once.ptr && found[-1] != '\n'))
        fail_msg("not in it: %s\n%s", c->want, buf_text(&once));
    assert_true(rules_parse(buf_view(&once), &base, &arena, &again, &err));
    rules_write(&again, &twice);
    assert_string_equal(buf_text(&once), buf_text(&twice));
}

static void refuses(void **state)
{
    const struct bad_case *c = *state;
    CLEANUP(arena_release) struct arena arena = { 0 };
    struct policy_rules base = rules_default(), rules = { .loop_after = 77 };
    struct err err = { 0 };

    assert_false(rules_parse(c->text, &base, &arena, &rules, &err));
    assert_string_equal(err.text, c->want);
    assert_int_equal(err.kind, ERR_INVALID);
    assert_int_equal(rules.loop_after, 77);
}

/* A user's file over the installation's: what it names replaces, keywords add, tests are its own.
 */
static void starts_from_base(void **state)
{
    static const struct str installation =
        STR("answers 3 per day\nopen mon 09:00-12:00\nopen tue 09:00-12:00\nclosed 2026-12-25\n"
            "countries US CA\nkeyword stop \"basta\"\nexpect \"basta\" -> opt_out\nloop-after 5\n");
    static const struct str user = STR("open sat 10:00-11:00\ncountries GB\nkeyword help \"wer\"\n"
                                       "answers-per-user 5 per day\n");
    CLEANUP(arena_release) struct arena arena = { 0 };
    struct policy_rules base = rules_default(), theirs, rules;
    struct err err = { 0 };

    (void)state;
    assert_true(rules_parse(installation, &base, &arena, &theirs, &err));
    assert_true(rules_parse(user, &theirs, &arena, &rules, &err));
    assert_int_equal(rules.answers.most, 3);
    assert_int_equal(rules.loop_after, 5);
    assert_int_equal(rules.open_count, 1);
    assert_int_equal(rules.open[0].days, 1U << 5);
    assert_int_equal(rules.closed_count, 1);
    assert_int_equal(rules.word_count, 2);
    assert_true(str_is(rules.words[0].word, "basta"));
    assert_int_equal(rules.words[1].kind, RULES_WORD_HELP);
    assert_int_equal(rules.expect_count, 0);
    assert_true(rules_country_listed(&rules, (struct str)STR("GB")));
    assert_false(rules_country_listed(&rules, (struct str)STR("US")));
    assert_int_equal(theirs.open_count, 2);
    assert_int_equal(theirs.word_count, 1);
    assert_int_equal(theirs.expects[0].line, 7);
    assert_true(rules_country_listed(&theirs, (struct str)STR("US")));
}

/* However a file is cut, it is read or refused with a line: never worse. */
static void survives_cuts(void **state)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    struct policy_rules base = rules_default(), rules;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(good); i++) {
        for (size_t len = 0; good[i].text[len] != 0; len++) {
            struct err err = { 0 };

            if (!rules_parse(str_make(good[i].text, len), &base, &arena, &rules, &err))
                assert_true(str_starts(str_of(err.text), (struct str)STR("line ")));
        }
    }
}

static void has_size_limit(void **state)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    CLEANUP(buf_release) struct buf text = { 0 };
    struct policy_rules base = rules_default(), rules;
    struct err err = { 0 };

    (void)state;
    while (text.len < RULES_BYTES_MOST)
        buf_add_text(&text, "# 345\n");
    assert_false(rules_parse(buf_view(&text), &base, &arena, &rules, &err));
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(good) + ARRAY_LEN(bad) + 3] = {
        cmocka_unit_test(starts_from_base),
        cmocka_unit_test(survives_cuts),
        cmocka_unit_test(has_size_limit),
    };
    size_t n = 3;

    for (size_t i = 0; i < ARRAY_LEN(good); i++)
        tests[n++] = (struct CMUnitTest){ good[i].name, reads, NULL, NULL, (void *)&good[i] };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        tests[n++] = (struct CMUnitTest){ bad[i].name, refuses, NULL, NULL, (void *)&bad[i] };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
