/*
 * policy_test.c - every way a text can end, and the traps beside each.
 *
 * A row starts from a plain text of an allowlisted contact with a conversation, on a number whose
 * provider answers STOP and HELP itself; it names only what differs. `layer` is the screen that
 * ended it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/json.h"
#include "policy/policy.h"

#define NOW_MS INT64_C(1700000000000)
#define NUMBER "+12025550100"
#define PERSON "+12025550123"
#define LIKELY "I never signed up for this"

enum traits {
    STRANGER = 1 << 0,     /* not on the allowlist */
    FIRST_TEXT = 1 << 1,   /* no conversation yet */
    TEXTED_FIRST = 1 << 2, /* a conversation with no text of theirs in it */
    HOLD = 1 << 3,         /* the number holds newcomers */
    WE_ANSWER = 1 << 4,    /* STOP and HELP are ours to answer */
    TAKEN_OVER = 1 << 5,   /* handled by a person */
    SUSPENDED = 1 << 6,
    SWITCHED_OFF = 1 << 7, /* SMS_AUTO_REPLY_ENABLED=false */
    TURN_UNDER_WAY = 1 << 8,
    MEDIA = 1 << 9,
    UNKNOWN = 1 << 10,      /* nobody's text; the number has a text for them */
    UNKNOWN_MUTE = 1 << 11, /* nobody's text; ignored */
    NO_NUMBER = 1 << 12,    /* with UNKNOWN_MUTE */
    JOINS = 1 << 13,
    OWN_HELP = 1 << 14, /* the number has a HELP text of its own */
    ASKED = 1 << 15,    /* we asked whether they want no more texts */
    ASKED_LONG_AGO = 1 << 16,
    REVOKES_STOP = 1 << 17, /* the number takes a likely revocation for one */
    REVOKES_FLAG = 1 << 18, /* or only says so */
};

static const struct policy_case {
    const char *name, *body;
    unsigned traits;
    enum outcome want;
    const char *layer; /* NULL when PENDING */
    const char *reply; /* a part of it; NULL: none */
    const char *from;  /* PERSON when NULL */
    enum opt_out_type type;
    enum consent_state consent;
    int64_t recent[3]; /* answers so many ms ago; limit 3 in 1000 ms; unknown senders: 5000 ms */
    bool admit, recorded, cancel;
    enum consent_kind kind;
    const char *evidence;
    bool own_words; /* the source of the consent is "revocation"; evidence is a rule */
    bool asks, answered;
} cases[] = {
    // clang-format off
    { .name = "a plain text is answered by an agent", "are you open today?" },
    { .name = "media without words is something to answer", "", MEDIA },

    /* consent: leaving */
    { .name = "STOP", "STOP", 0, OUTCOME_OPT_OUT, "consent", .recorded = true, .cancel = true,
      .kind = CONSENT_OPT_OUT, .evidence = "STOP" },
    { .name = "STOP where we answer is confirmed once", " stop ", WE_ANSWER, OUTCOME_OPT_OUT, "consent",
      "Corner Bakery", .recorded = true, .cancel = true, .kind = CONSENT_OPT_OUT, .evidence = "STOP" },
    { .name = "a second STOP is recorded without a second confirmation", "STOP", WE_ANSWER,
      OUTCOME_OPT_OUT, "consent", .consent = CONSENT_OUT, .recorded = true, .cancel = true,
      .kind = CONSENT_OPT_OUT, .evidence = "STOP" },
    { .name = "STOP as the very first text admits nobody", "STOP", FIRST_TEXT | STRANGER,
      OUTCOME_OPT_OUT, "consent", .recorded = true, .cancel = true, .kind = CONSENT_OPT_OUT,
      .evidence = "STOP" },
    { .name = "STOP of an unknown sender counts", "STOP", UNKNOWN, OUTCOME_OPT_OUT, "consent",
      .recorded = true, .cancel = true, .kind = CONSENT_OPT_OUT, .evidence = "STOP" },
    { .name = "STOP to a number we do not have", "STOP", UNKNOWN_MUTE | NO_NUMBER, OUTCOME_OPT_OUT,
      "consent", .recorded = true, .cancel = true, .kind = CONSENT_OPT_OUT, .evidence = "STOP" },
    { .name = "STOP counts when a person has taken over", "STOP", TAKEN_OVER, OUTCOME_OPT_OUT, "consent",
      .recorded = true, .cancel = true, .kind = CONSENT_OPT_OUT, .evidence = "STOP" },
    { .name = "STOP counts over the rate limit", "STOP", 0, OUTCOME_OPT_OUT, "consent",
      .recent = { 1, 2, 3 }, .recorded = true, .cancel = true, .kind = CONSENT_OPT_OUT,
      .evidence = "STOP" },
    { .name = "STOP of a name is recorded and not confirmed", "STOP", WE_ANSWER, OUTCOME_OPT_OUT,
      "consent", .from = "ACME", .recorded = true, .cancel = true, .kind = CONSENT_OPT_OUT,
      .evidence = "STOP" },
    { .name = "the provider's STOP is believed whatever the words", "ne plus recevoir", WE_ANSWER,
      OUTCOME_OPT_OUT, "consent", .type = OPT_OUT_TYPE_STOP, .recorded = true, .cancel = true,
      .kind = CONSENT_OPT_OUT, .evidence = "STOP" },
    { .name = "switched off: STOP is recorded in silence", "STOP", WE_ANSWER | SWITCHED_OFF,
      OUTCOME_OPT_OUT, "consent", .recorded = true, .cancel = true, .kind = CONSENT_OPT_OUT,
      .evidence = "STOP" },
    { .name = "stop inside a sentence", "can you stop by at six?" },
    { .name = "stopped is not stop", "it stopped raining" },
    { .name = "end inside weekend", "see you at the weekend" },
    { .name = "cancel my appointment is for the agent", "cancel my appointment" },
    { .name = "quit smoking is for the agent", "how do I quit smoking" },

    /* consent: in their own words. The provider knows nothing of these: we confirm, once. */
    { .name = "a clear revocation", "please stop texting me", 0, OUTCOME_OPT_OUT, "consent",
      "opted out", .recorded = true, .cancel = true, .own_words = true },
    { .name = "a clear revocation in Spanish", "ya no me manden mensajes por favor", 0, OUTCOME_OPT_OUT,
      "consent", "opted out", .recorded = true, .cancel = true, .own_words = true },
    { .name = "STOP with a full stop is no word of the provider's", "stop.", 0, OUTCOME_OPT_OUT, "consent",
      "opted out", .recorded = true, .cancel = true, .evidence = "STOP" },
    { .name = "a keyword of another language is confirmed by us", "ARRÊT", 0, OUTCOME_OPT_OUT, "consent",
      "opted out", .recorded = true, .cancel = true, .evidence = "ARRÊT" },
    { .name = "a clear revocation of an unknown sender counts", "take me off your list", UNKNOWN_MUTE,
      OUTCOME_OPT_OUT, "consent", "opted out", .recorded = true, .cancel = true, .own_words = true },
    { .name = "stop by is no revocation", "please stop by at six" },
    { .name = "do not stop is none", "don't stop texting me, I love these" },
    { .name = "an appointment is cancelled, not the texts", "cancel my 2pm please" },
    { .name = "smoking is quit, not the texts", "I want to quit smoking" },
    { .name = "a likely revocation is asked about", LIKELY, 0, OUTCOME_REVOCATION_ASKED, "consent",
      "do you want no more", .cancel = true, .asks = true },
    { .name = "as the first text it is asked about, and admits", LIKELY, FIRST_TEXT | STRANGER,
      OUTCOME_REVOCATION_ASKED, "consent", "do you want no more", .cancel = true, .asks = true,
      .admit = true },
    { .name = "or taken for one", LIKELY, REVOKES_STOP, OUTCOME_OPT_OUT, "consent", "opted out",
      .recorded = true, .cancel = true, .own_words = true },
    { .name = "or only flagged", LIKELY, REVOKES_FLAG },
    { .name = "with everything switched off nobody is asked", LIKELY, SWITCHED_OFF,
      OUTCOME_REVOCATION_ASKED, "consent", .cancel = true },
    { .name = "an unknown sender is not asked", LIKELY, UNKNOWN_MUTE, OUTCOME_UNKNOWN_SENDER, "sender" },
    { .name = "asked, and YES", "Yes!", ASKED, OUTCOME_OPT_OUT, "consent", "opted out", .recorded = true,
      .cancel = true, .own_words = true, .answered = true },
    { .name = "asked, and likely again", LIKELY, ASKED, OUTCOME_OPT_OUT, "consent", "opted out",
      .recorded = true, .cancel = true, .own_words = true, .answered = true },
    { .name = "asked, and STOP", "STOP", ASKED, OUTCOME_OPT_OUT, "consent", .recorded = true,
      .cancel = true, .evidence = "STOP" },
    { .name = "asked, and something else goes on", "no, what time is dinner?", ASKED, .answered = true },
    { .name = "a YES long after the question answers nothing", "yes", ASKED_LONG_AGO },

    /* consent: coming back */
    { .name = "START of somebody who left", "START", 0, OUTCOME_OPT_IN, "consent",
      .consent = CONSENT_OUT, .recorded = true, .kind = CONSENT_OPT_IN, .evidence = "START" },
    { .name = "START of somebody who never left is recorded too", "start", 0, OUTCOME_OPT_IN, "consent",
      .recorded = true, .kind = CONSENT_OPT_IN, .evidence = "START" },
    { .name = "UNSTOP where we answer is confirmed", "unstop", WE_ANSWER, OUTCOME_OPT_IN, "consent",
      "opted in", .consent = CONSENT_OUT, .recorded = true, .kind = CONSENT_OPT_IN,
      .evidence = "UNSTOP" },
    { .name = "START over the rate limit is recorded in silence", "START", WE_ANSWER, OUTCOME_OPT_IN,
      "consent", .recent = { 1, 2, 3 }, .recorded = true, .kind = CONSENT_OPT_IN, .evidence = "START" },
    { .name = "START as the first text admits", "START", FIRST_TEXT | STRANGER, OUTCOME_OPT_IN, "consent",
      .admit = true, .recorded = true, .kind = CONSENT_OPT_IN, .evidence = "START" },
    { .name = "START after a first text that was STOP admits", "START", STRANGER, OUTCOME_OPT_IN,
      "consent", .consent = CONSENT_OUT, .admit = true, .recorded = true, .kind = CONSENT_OPT_IN,
      .evidence = "START" },
    { .name = "START does not pass a number that holds", "START", STRANGER | HOLD, OUTCOME_OPT_IN,
      "consent", .consent = CONSENT_OUT, .recorded = true, .kind = CONSENT_OPT_IN,
      .evidence = "START" },
    { .name = "START does not undo a removal from the list", "START", STRANGER, OUTCOME_OPT_IN,
      "consent", .recorded = true, .kind = CONSENT_OPT_IN, .evidence = "START" },
    { .name = "the provider's START is believed", "ja", WE_ANSWER, OUTCOME_OPT_IN, "consent",
      .type = OPT_OUT_TYPE_START, .consent = CONSENT_OUT, .recorded = true, .kind = CONSENT_OPT_IN,
      .evidence = "START" },
    { .name = "YES of somebody who left", "yes", 0, OUTCOME_OPT_IN, "consent", .consent = CONSENT_OUT,
      .recorded = true, .kind = CONSENT_OPT_IN, .evidence = "YES" },
    { .name = "YES to a question goes on to the agent", "Yes" },
    { .name = "YES of somebody who opted in goes on too", "YES", .consent = CONSENT_IN },
    { .name = "yes please is no opt-in for anybody", "yes please", 0, OUTCOME_OPTED_OUT, "consent",
      .consent = CONSENT_OUT },
    { .name = "start inside a sentence", "when do we start?" },

    /* consent: help, and silence */
    { .name = "HELP where the provider answers", "HELP", 0, OUTCOME_HELP, "consent" },
    { .name = "HELP where we answer names the number", "info", WE_ANSWER, OUTCOME_HELP, "consent",
      "Corner Bakery" },
    { .name = "HELP with a text of the number's own", "help", WE_ANSWER | OWN_HELP, OUTCOME_HELP,
      "consent", "Call the desk" },
    { .name = "HELP as the first text admits", "HELP", FIRST_TEXT | STRANGER, OUTCOME_HELP, "consent",
      .admit = true },
    { .name = "HELP of an opted-out person is not answered", "HELP", WE_ANSWER, OUTCOME_HELP, "consent",
      .consent = CONSENT_OUT },
    { .name = "HELP over the rate limit is not answered", "HELP", WE_ANSWER, OUTCOME_HELP, "consent",
      .recent = { 1, 2, 3 } },
    { .name = "HELP of a short code is not answered", "HELP", WE_ANSWER, OUTCOME_HELP, "consent",
      .from = "72345" },
    { .name = "the provider's HELP is not answered again", "hulp", WE_ANSWER, OUTCOME_HELP, "consent",
      .type = OPT_OUT_TYPE_HELP },
    { .name = "switched off: HELP is not answered", "HELP", WE_ANSWER | SWITCHED_OFF, OUTCOME_HELP,
      "consent" },
    { .name = "help inside a sentence", "help me choose a cake" },
    { .name = "a text of an opted-out person", "are you open?", 0, OUTCOME_OPTED_OUT, "consent",
      .consent = CONSENT_OUT },
    { .name = "the allowlist does not outweigh an opt-out", "hello", FIRST_TEXT, OUTCOME_OPTED_OUT,
      "consent", .consent = CONSENT_OUT },
    { .name = "an opted-out newcomer is not admitted", "hello", FIRST_TEXT | STRANGER, OUTCOME_OPTED_OUT,
      "consent", .consent = CONSENT_OUT },

    /* machines */
    { .name = "out of office", "I am out of office until Monday.", 0, OUTCOME_AUTO_REPLY, "auto_reply" },
    { .name = "out of office as the first text still admits", "I am out of office until Monday.",
      FIRST_TEXT | STRANGER, OUTCOME_AUTO_REPLY, "auto_reply", .admit = true },
    { .name = "out of office of an unknown sender gets no text", "I am out of office until Monday.",
      UNKNOWN, OUTCOME_AUTO_REPLY, "auto_reply" },
    { .name = "a name as sender", "Your parcel is here", 0, OUTCOME_AUTO_REPLY, "auto_reply",
      .from = "ACME" },
    { .name = "a name as sender is not admitted", "Your parcel is here", FIRST_TEXT | STRANGER,
      OUTCOME_AUTO_REPLY, "auto_reply", .from = "ACME" },
    { .name = "a short code as sender", "Your code is 1234", 0, OUTCOME_AUTO_REPLY, "auto_reply",
      .from = "72345" },
    { .name = "another channel as sender", "hello", 0, OUTCOME_AUTO_REPLY, "auto_reply",
      .from = "whatsapp:" PERSON },
    { .name = "the number itself as sender", "hello", 0, OUTCOME_AUTO_REPLY, "auto_reply",
      .from = NUMBER },
    { .name = "cool holds no ooo", "cool, thanks" },
    { .name = "my office is out of bread is a person", "the office is out of bread" },

    /* nobody's */
    { .name = "an unknown sender is told once", "hi", UNKNOWN | FIRST_TEXT, OUTCOME_UNKNOWN_SENDER,
      "sender", "Who is this" },
    { .name = "an unknown sender told just now is not told again", "hi", UNKNOWN, OUTCOME_UNKNOWN_SENDER,
      "sender", .recent = { 4999 } },
    { .name = "an unknown sender told a window ago is told again", "hi", UNKNOWN, OUTCOME_UNKNOWN_SENDER,
      "sender", "Who is this", .recent = { 5000 } },
    { .name = "an unknown sender that is ignored", "hi", UNKNOWN_MUTE, OUTCOME_UNKNOWN_SENDER, "sender" },
    { .name = "switched off: an unknown sender is not told", "hi", UNKNOWN | FIRST_TEXT | SWITCHED_OFF,
      OUTCOME_UNKNOWN_SENDER, "sender" },
    { .name = "a text to a number we do not have", "hi", UNKNOWN_MUTE | NO_NUMBER | FIRST_TEXT,
      OUTCOME_UNKNOWN_SENDER, "sender" },
    { .name = "an unknown sender's blank text is still unknown", " ", UNKNOWN_MUTE,
      OUTCOME_UNKNOWN_SENDER, "sender" },

    /* joining */
    { .name = "an invite code is welcomed and its sender admitted", "JOIN77", JOINS | FIRST_TEXT | STRANGER,
      OUTCOME_ANSWERED, "invite", "connected", .admit = true },
    { .name = "an invite code is approval where newcomers are held", "JOIN77",
      JOINS | FIRST_TEXT | STRANGER | HOLD, OUTCOME_ANSWERED, "invite", "connected", .admit = true },
    { .name = "an invite code of somebody on the allowlist adds nobody to it", "JOIN77", JOINS | FIRST_TEXT,
      OUTCOME_ANSWERED, "invite", "connected" },
    { .name = "an invite code of somebody opted out admits nobody", "JOIN77", JOINS | FIRST_TEXT | STRANGER,
      OUTCOME_OPTED_OUT, "consent", .consent = CONSENT_OUT },
    { .name = "switched off: joining is silent", "JOIN77", JOINS | FIRST_TEXT | STRANGER | SWITCHED_OFF,
      OUTCOME_AUTO_REPLY_DISABLED, "invite", .admit = true },
    { .name = "an opted-out person joins in silence", "JOIN77", JOINS, OUTCOME_OPTED_OUT, "consent",
      .consent = CONSENT_OUT },

    /* newcomers and the list */
    { .name = "a newcomer is admitted", "hello", FIRST_TEXT | STRANGER, .admit = true },
    { .name = "a newcomer on the list needs no admission", "hello", FIRST_TEXT },
    { .name = "somebody we texted first is a newcomer", "hello", TEXTED_FIRST | STRANGER, .admit = true },
    { .name = "a newcomer is held", "hello", FIRST_TEXT | STRANGER | HOLD, OUTCOME_HELD,
      "first_message" },
    { .name = "a newcomer on the list is not held", "hello", FIRST_TEXT | HOLD },
    { .name = "a second text while held", "anybody?", STRANGER | HOLD, OUTCOME_HELD, "allowlist" },
    { .name = "removed from the list", "hello again", STRANGER, OUTCOME_NOT_ALLOWLISTED, "allowlist" },

    /* rate limit: 3 in 1000 ms */
    { .name = "below the limit", "hello", .recent = { 1, 999 } },
    { .name = "at the limit", "hello", 0, OUTCOME_RATE_LIMITED, "rate_limit", .recent = { 1, 500, 999 } },
    { .name = "one answer exactly a window old", "hello", .recent = { 1, 500, 1000 } },
    { .name = "at the limit with an answer under way", "hello", TURN_UNDER_WAY, .recent = { 1, 2, 3 } },

    /* the rest, each after the ones above */
    { .name = "taken over by a person", "hello", TAKEN_OVER, OUTCOME_HUMAN, "human" },
    { .name = "a suspended user", "hello", SUSPENDED, OUTCOME_SUSPENDED, "suspended" },
    { .name = "taken over is said before suspended", "hello", TAKEN_OVER | SUSPENDED, OUTCOME_HUMAN,
      "human" },
    { .name = "switched off", "hello", SWITCHED_OFF, OUTCOME_AUTO_REPLY_DISABLED,
      "auto_reply_enabled" },
    { .name = "signs of another owner stop nothing", "new phone who dis" },
    { .name = "an empty text", "", 0, OUTCOME_AGENT_SILENT, "content" },
    { .name = "a blank text", " \r\n\t", 0, OUTCOME_AGENT_SILENT, "content" },
    // clang-format on
};

static struct policy_decision decide(const struct policy_case *c, struct arena *arena)
{
    struct inbound_message message = { .from = str_of(c->from ? c->from : PERSON),
                                       .to = STR(NUMBER),
                                       .body = str_of(c->body),
                                       .opt_out_type = c->type,
                                       .media_count = c->traits & MEDIA ? 1 : 0 };
    struct number number = { .phone = STR(NUMBER),
                             .name = STR("Corner Bakery"),
                             .first = c->traits & HOLD ? FIRST_HOLD : FIRST_ADMIT,
                             .revocation = c->traits & REVOKES_STOP   ? REVOCATION_STOP
                                           : c->traits & REVOKES_FLAG ? REVOCATION_FLAG
                                                                      : REVOCATION_CONFIRM,
                             .provider_handles_opt_out = !(c->traits & WE_ANSWER) };
    struct user user = { .suspended = c->traits & SUSPENDED };
    struct route route = { .kind = ROUTE_USER, .rule = "by_number" };
    struct conversation conversation = {
        .handled_by = c->traits & TAKEN_OVER ? HANDLED_BY_HUMAN : HANDLED_BY_AGENT,
        .messages_in = c->traits & TEXTED_FIRST ? 0 : 1,
        .messages_out = 1,
        .asked_ms = c->traits & ASKED            ? NOW_MS - 60000
                    : c->traits & ASKED_LONG_AGO ? NOW_MS - INT64_C(30) * 86400000
                                                 : 0,
    };
    struct policy_input in = {
        .message = &message,
        .now_ms = NOW_MS,
        .number = c->traits & NO_NUMBER ? NULL : &number,
        .route = &route,
        .user = &user,
        .conversation = c->traits & FIRST_TEXT ? NULL : &conversation,
        .consent = c->consent,
        .allowlisted = !(c->traits & (STRANGER | UNKNOWN | UNKNOWN_MUTE)),
        .limits = { .auto_reply_enabled = !(c->traits & SWITCHED_OFF),
                    .answers_max = 3,
                    .window_ms = 1000,
                    .unknown_window_ms = 5000 },
    };
    struct policy_decision decision;

    if (c->traits & OWN_HELP)
        number.help_text = str_of("Call the desk.");
    if (c->traits & TURN_UNDER_WAY)
        conversation.turn.bytes[0] = 1;
    if (c->traits & JOINS)
        route = (struct route){ .kind = ROUTE_JOIN,
                                .rule = "invite_code",
                                .join_reply = STR("You are connected.") };
    if (c->traits & (UNKNOWN | UNKNOWN_MUTE))
        route = (struct route){ .kind = ROUTE_UNKNOWN, .rule = "unknown_sender" };
    if (c->traits & UNKNOWN)
        route.reply = str_of("Who is this?");
    for (size_t i = ARRAY_LEN(c->recent); i-- > 0;) {
        if (c->recent[i] > 0)
            window_add(&conversation, NOW_MS - c->recent[i]);
    }
    policy_decide(&in, arena, &decision);
    return decision;
}

static void decides(void **state)
{
    const struct policy_case *c = *state;
    CLEANUP(arena_release) struct arena arena = { 0 };
    struct policy_decision d = decide(c, &arena);
    const struct layer *last = &d.layers[d.layer_count - 1];

    assert_int_equal(d.outcome, c->want);
    assert_int_equal(d.turn, c->want == OUTCOME_PENDING);
    assert_int_equal(d.admit, c->admit);
    assert_int_equal(d.cancel_owed, c->cancel);
    assert_int_equal(d.ask, c->asks);
    if (c->want == OUTCOME_PENDING || c->own_words)
        assert_int_equal(d.answered, c->answered);
    assert_int_equal(d.record_consent, c->recorded);
    if (c->recorded) {
        assert_int_equal(d.consent_kind, c->kind);
        assert_true(c->own_words ? d.evidence.len > 0 : str_is(d.evidence, c->evidence));
        assert_string_equal(d.consent_source, c->own_words ? "revocation"
                                              : c->type    ? "opt_out_type"
                                                           : "keyword");
    }
    if (c->reply)
        assert_true(str_find(d.reply, str_of(c->reply)) >= 0);
    else
        assert_int_equal(d.reply.len, 0);
    assert_int_equal(d.reply_despite_opt_out, c->reply && c->want == OUTCOME_OPT_OUT);
    if (c->layer) {
        assert_string_equal(last->layer, c->layer);
        assert_string_equal(last->verdict, "stop");
        assert_true(last->detail.len > 0);
    } else {
        assert_string_equal(last->verdict, "pass");
    }
    for (size_t i = 0; i + 1 < d.layer_count; i++)
        assert_string_equal(d.layers[i].verdict, "pass");
}

static void layers_are_json(void **state)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    struct policy_case c = { .body = "hello", .traits = FIRST_TEXT | STRANGER | SUSPENDED };
    struct policy_decision d = decide(&c, &arena);
    struct str text = policy_layers_json(&d, &arena);
    CLEANUP(json_drop) json_t *layers = json_read(text, NULL);

    (void)state;
    assert_true(
        str_is(text, "[{\"layer\":\"consent\",\"verdict\":\"pass\"},"
                     "{\"layer\":\"auto_reply\",\"verdict\":\"pass\"},"
                     "{\"layer\":\"owner\",\"verdict\":\"pass\"},"
                     "{\"layer\":\"sender\",\"verdict\":\"pass\",\"detail\":\"by_number\"},"
                     "{\"layer\":\"invite\",\"verdict\":\"pass\"},"
                     "{\"layer\":\"first_message\",\"verdict\":\"pass\","
                     "\"detail\":\"first text, admitted\"},"
                     "{\"layer\":\"allowlist\",\"verdict\":\"pass\"},"
                     "{\"layer\":\"rate_limit\",\"verdict\":\"pass\",\"detail\":\"0 of 3 in 1 s\"},"
                     "{\"layer\":\"human\",\"verdict\":\"pass\"},"
                     "{\"layer\":\"suspended\",\"verdict\":\"stop\","
                     "\"detail\":\"the user is suspended\"}]"));
    assert_true(json_is_array(layers));
}

static void no_layers_are_an_empty_list(void **state)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    struct policy_decision d = { 0 };

    (void)state;
    assert_true(str_is(policy_layers_json(&d, &arena), "[]"));
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(cases) + 2] = {
        { "layers are written as JSON", layers_are_json, NULL, NULL, NULL },
        { "no layers are an empty list", no_layers_are_an_empty_list, NULL, NULL, NULL },
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        tests[i + 2] = (struct CMUnitTest){ cases[i].name, decides, NULL, NULL, (void *)&cases[i] };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
