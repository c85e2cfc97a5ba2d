/*
 * promises_test.c - what the engine promises, in the corners where parts of a batch meet.
 *
 * Each test is one story: texts, commands, callbacks and answers in an order that once lost
 * something or may again. The simulation (tests/simulation) plays such stories at random; here they
 * are spelled out.
 */
#include "world.h"

#include <stdio.h>

#define ANN "+12025550111"
#define BOB "+12025550112"
#define SHOP "+12025550101"
#define OTHER_SHOP "+12025550102"
#define STRANGER "+12025550150"

static struct id zero;

/* ---- every text ends ---- */

static void a_flood_in_one_turn_ends_whole(void **state)
{
    struct world *w = *state;
    struct id ann = add_user(w, "slow", ANN);
    size_t count;
    struct message *messages;
    char body[20];

    for (int i = 0; i < 130; i++) {
        snprintf(body, sizeof(body), "flood %d", i);
        text(w, ANN, SHARED, body);
        if (i % 40 == 0)
            settle(w);
    }
    settle(w);
    pass(w, 15000);
    answer_question(w, w->question_count - 1, AGENT_TEXT, "calm down");
    accept_all(w);
    messages = messages_of(w, ann, &count);
    assert_int_equal(count, 131);
    for (size_t i = 0; i < count; i++)
        assert_true(messages[i].direction == DIRECTION_OUTBOUND ||
                    messages[i].outcome == OUTCOME_ANSWERED);
}

static void hung_agents_do_not_take_all_places_for_ever(void **state)
{
    struct world *w = *state;
    struct id ann = add_user(w, "slow", ANN), bob = add_user(w, "echo", BOB);

    w->config.turns_running_max = 1;
    world_restart(w);
    text(w, ANN, SHARED, "hello?");
    settle(w);
    pass(w, 2000);
    assert_int_equal(w->question_count, 1); /* and it is never answered */
    text(w, BOB, SHARED, "and me?");
    settle(w);
    for (int i = 0; i < 60; i++)
        pass(w, 5000);
    assert_true(w->questions[0].cancelled);
    assert_int_equal(outcome_of(w, ann, "hello?"), OUTCOME_AGENT_FAILED);
    assert_int_equal(w->question_count, 3);
    assert_int_equal(creates(w, "and me?"), 1);
    (void)bob;
}

static void a_turn_that_kills_the_process_is_given_up(void **state)
{
    struct world *w = *state;
    struct id ann = add_user(w, "slow", ANN);

    text(w, ANN, SHARED, "poison");
    settle(w);
    for (int i = 0; i < 10; i++) {
        pass(w, 2000);
        world_restart(w);
    }
    pass(w, 2000);
    assert_int_equal(w->question_count, 5);
    assert_int_equal(outcome_of(w, ann, "poison"), OUTCOME_AGENT_FAILED);
}

static void a_late_answer_of_an_earlier_attempt_is_dropped(void **state)
{
    struct world *w = *state;
    struct id ann = add_user(w, "slow", ANN);

    text(w, ANN, SHARED, "one");
    settle(w);
    pass(w, 2000);
    text(w, ANN, SHARED, "two"); /* the first answer is stale now */
    settle(w);
    assert_true(w->questions[0].cancelled);
    pass(w, 2000);
    assert_int_equal(w->questions[1].new_texts, 2);
    answer_question(w, 1, AGENT_TEXT, "both");
    accept_all(w);
    assert_int_equal(outcome_of(w, ann, "one"), OUTCOME_ANSWERED);
    assert_int_equal(outcome_of(w, ann, "two"), OUTCOME_ANSWERED);
    assert_true(id_equal(received(w, ann, "one").turn, received(w, ann, "two").turn));
    assert_int_equal(creates(w, NULL), 1);
}

static void without_an_account_spooled_texts_wait(void **state)
{
    struct world *w = *state;
    struct id ann = add_user(w, "echo", ANN);
    const struct provider *provider = w->config.provider;

    text(w, ANN, SHARED, "accepted");
    w->config.provider = NULL; /* started again without the account */
    world_restart(w);
    settle(w);
    pass(w, 60000);
    assert_int_equal(spool_entries(w->spool), 1);
    w->config.provider = provider;
    world_restart(w);
    settle(w);
    pass(w, 2000);
    assert_int_equal(outcome_of(w, ann, "accepted"), OUTCOME_ANSWERED);
}

static void a_spooled_text_that_cannot_be_read_is_kept(void **state)
{
    struct world *w = *state;
    struct spool_entry entry = { .kind = SPOOL_INBOUND,
                                 .received_ms = NOW_MS,
                                 .account = str_of("AC00"),
                                 .body = str_of("AccountSid=AC00&Body=of+another+account") };
    struct str kept;
    struct err err = { 0 };

    MUST(spool_append(w->spool, &entry, 1, &w->chance, &err));
    entry.kind = SPOOL_STATUS;
    MUST(spool_append(w->spool, &entry, 1, &w->chance, &err));
    settle(w);
    assert_int_equal(spool_entries(w->spool), 0);
    for (int i = 1; i <= 2; i++) {
        char name[40];

        snprintf(name, sizeof(name), "quarantine/%d", i);
        MUST(store_setting(w->store, name, &w->arena, &kept, &err));
        assert_true(kept.len > 0);
    }
}

/* ---- texts that meet in one batch ---- */

static void a_stranger_texts_two_numbers_of_one_user_at_once(void **state)
{
    struct world *w = *state;
    struct id ann = add_user(w, "echo", ANN);

    add_number(w,
               (struct number){ .phone = str_of(SHOP), .routing = ROUTING_BY_NUMBER, .user = ann });
    add_number(w, (struct number){ .phone = str_of(OTHER_SHOP),
                                   .routing = ROUTING_BY_NUMBER,
                                   .user = ann,
                                   .first = FIRST_HOLD });
    text(w, STRANGER, SHOP, "are you open?");
    text(w, STRANGER, OTHER_SHOP, "and you?");
    settle(w);
    assert_int_equal(metric_get(&w->metrics, METRIC_ENGINE_FAILURES), 0);
    pass(w, 2000);
    assert_int_equal(outcome_of(w, ann, "are you open?"), OUTCOME_ANSWERED);
    assert_int_equal(outcome_of(w, ann, "and you?"), OUTCOME_ANSWERED); /* no stranger any more */
}

static void a_code_and_a_first_text_come_together(void **state)
{
    struct world *w = *state;
    struct id club = add_user(w, "echo", NULL);

    add_number(w, (struct number){ .phone = str_of(SHOP),
                                   .unknown = UNKNOWN_INVITE,
                                   .unknown_text = str_of("Ask us for a code.") });
    text(w, STRANGER, SHOP, "join-us");
    text(w, STRANGER, SHOP, "when do we meet?");
    text(w, STRANGER, SHOP, "JOIN-US");
    settle(w);
    pass(w, 2000);
    accept_all(w);
    assert_int_equal(outcome_of(w, club, "join-us"), OUTCOME_ANSWERED);
    assert_int_equal(outcome_of(w, club, "when do we meet?"), OUTCOME_ANSWERED);
    assert_int_equal(outcome_of(w, club, "JOIN-US"), OUTCOME_ANSWERED); /* a text like any other */
    assert_int_equal(creates(w, "Ask us for a code."), 0);
    assert_int_equal(creates(w, NULL), 2);
}

static void a_code_of_somebody_opted_out_joins_nobody(void **state)
{
    struct world *w = *state;
    struct id club = add_user(w, "echo", NULL);
    size_t count;

    add_number(w, (struct number){ .phone = str_of(SHOP), .unknown = UNKNOWN_INVITE });
    text(w, STRANGER, SHOP, "STOP");
    settle(w);
    text(w, STRANGER, SHOP, "JOIN-US");
    settle(w);
    text(w, STRANGER, SHOP, "START");
    settle(w);
    accept_all(w);
    text(w, STRANGER, SHOP, "hello");
    settle(w);
    pass(w, 2000);
    (void)messages_of(w, club, &count);
    assert_int_equal(count, 1); /* the code itself */
    assert_int_equal(outcome_of(w, club, "JOIN-US"), OUTCOME_OPTED_OUT);
    assert_int_equal(outcome_of(w, zero, "hello"), OUTCOME_UNKNOWN_SENDER);
}

/* ---- consent ---- */

struct consent_change {
    struct id user;
    const char *phone;
    bool all; /* numbers of the user */
    enum consent_kind kind;
};

static bool apply_consent(struct world *w, struct engine_tx *tx, const void *context,
                          struct err *err)
{
    const struct consent_change *c = context;

    return engine_record_consent(tx, scope_of(w, tx->tx->store, c->user),
                                 c->all ? NULL : engine_number_by_phone(tx, str_of(SHARED)),
                                 str_of(c->phone), c->kind, "api", str_of("asked by mail"), err);
}

static void start_ends_an_opt_out_of_all_numbers(void **state)
{
    struct world *w = *state;
    struct id ann = add_user(w, "echo", ANN);
    struct consent_change out = { ann, ANN, true, CONSENT_OPT_OUT };
    struct err err = { 0 };

    MUST(command(w, apply_consent, &out, &err));
    text(w, ANN, SHARED, "anybody?");
    settle(w);
    assert_int_equal(outcome_of(w, ann, "anybody?"), OUTCOME_OPTED_OUT);
    text(w, ANN, SHARED, "START");
    text(w, ANN, SHARED, "and now?");
    settle(w);
    pass(w, 2000);
    accept_all(w);
    assert_int_equal(outcome_of(w, ann, "and now?"), OUTCOME_ANSWERED);
    assert_int_equal(creates(w, "and now?"), 1);
}

static size_t opt_outs(struct world *w, struct id user, const char *source)
{
    struct consent_event *events;
    size_t count, found = 0;
    struct err err = { 0 };

    MUST(store_opt_outs(w->store, scope_of(w, w->store, user), 0, 100, &w->arena, &events, &count,
                        &err));
    for (size_t i = 0; i < count; i++)
        found += str_is(events[i].source, source);
    return found;
}

/* The API lifts only what it made itself: it goes by the event that made somebody opted out. */
static void an_opt_out_by_text_stays_one_by_text(void **state)
{
    struct world *w = *state;
    struct id ann = add_user(w, "echo", ANN), bob = add_user(w, "echo", BOB);
    struct consent_change again = { ann, ANN, false, CONSENT_OPT_OUT };
    struct consent_change by_another = { bob, ANN, false, CONSENT_OPT_OUT };
    struct err err = { 0 };

    text(w, ANN, SHARED, "STOP");
    settle(w);
    MUST(command(w, apply_consent, &again, &err));
    MUST(command(w, apply_consent, &by_another, &err));
    assert_int_equal(opt_outs(w, ann, "keyword"), 1);
    assert_int_equal(opt_outs(w, ann, "api"), 0);
    assert_int_equal(opt_outs(w, bob, "api"), 0);
}

static void an_opt_out_by_text_takes_the_place_of_one_by_api(void **state)
{
    struct world *w = *state;
    struct id ann = add_user(w, "echo", ANN);
    struct consent_change out = { ann, ANN, false, CONSENT_OPT_OUT };
    struct err err = { 0 };

    MUST(command(w, apply_consent, &out, &err));
    text(w, ANN, SHARED, "STOP");
    settle(w);
    assert_int_equal(opt_outs(w, ann, "keyword"), 1);
    assert_int_equal(opt_outs(w, ann, "api"), 0);
}

static void help_that_was_throttled_does_not_follow_a_stop(void **state)
{
    struct world *w = *state;
    struct id ann = add_user(w, "echo", ANN);

    add_number(w, (struct number){ .phone = str_of(SHOP),
                                   .routing = ROUTING_BY_NUMBER,
                                   .user = ann,
                                   .help_text = str_of("We sell bread.") });
    text(w, STRANGER, SHOP, "HELP");
    settle(w);
    text(w, STRANGER, SHOP, "STOP");
    settle(w);
    answer_call(w, next_call(w, false), HTTP_OK, 429, "{\"code\":20429,\"status\":429}");
    for (int i = 0; i < 10; i++)
        pass(w, 1000);
    assert_int_equal(creates(w, "We sell bread."), 1);
    assert_int_equal(sent(w, ann, "We sell bread.").status, STATUS_CANCELED);
    assert_int_equal(creates(w, NULL), 2); /* the one confirmation of the STOP goes out */
}

static void a_confirmation_that_was_throttled_goes_out_all_the_same(void **state)
{
    struct world *w = *state;
    struct id ann = add_user(w, "echo", ANN);

    add_number(w,
               (struct number){ .phone = str_of(SHOP), .routing = ROUTING_BY_NUMBER, .user = ann });
    text(w, STRANGER, SHOP, "STOP");
    settle(w);
    answer_call(w, next_call(w, false), HTTP_OK, 429, "{\"code\":20429,\"status\":429}");
    for (int i = 0; i < 10; i++)
        pass(w, 1000);
    assert_int_equal(creates(w, NULL), 2);
}

static void machines_that_ask_for_help_get_tired(void **state)
{
    struct world *w = *state;
    struct id ann = add_user(w, "echo", ANN);

    add_number(w, (struct number){ .phone = str_of(SHOP),
                                   .routing = ROUTING_BY_NUMBER,
                                   .user = ann,
                                   .help_text = str_of("We sell bread.") });
    for (int i = 0; i < 30; i++) {
        text(w, STRANGER, SHOP, "HELP");
        accept_all(w);
        pass(w, 1000);
    }
    assert_int_equal(creates(w, "We sell bread."), 5);
}

static void a_stop_in_the_batch_of_the_answer_wins(void **state)
{
    struct world *w = *state;
    struct id ann = add_user(w, "slow", ANN);

    text(w, ANN, SHARED, "question");
    settle(w);
    pass(w, 2000);
    answer_question(w, 0, AGENT_TEXT, "answer");
    text(w, ANN, SHARED, "STOP");
    settle(w);
    pass(w, 2000);
    assert_int_equal(creates(w, NULL), 0);
    assert_int_equal(outcome_of(w, ann, "question"), OUTCOME_SUPERSEDED);
    assert_int_equal(outcome_of(w, ann, "STOP"), OUTCOME_OPT_OUT);
}

/* ---- commands in the batch of texts ---- */

struct takeover {
    struct id user, conversation;
    enum handled_by who;
};

static bool apply_takeover(struct world *w, struct engine_tx *tx, const void *context,
                           struct err *err)
{
    const struct takeover *t = context;

    return engine_set_handled_by(tx, scope_of(w, tx->tx->store, t->user), t->conversation, t->who,
                                 err);
}

static void a_takeover_in_the_batch_of_a_text_ends_it(void **state)
{
    struct world *w = *state;
    struct id ann = add_user(w, "slow", ANN);
    struct takeover over = { .user = ann, .who = HANDLED_BY_HUMAN };

    text(w, ANN, SHARED, "one");
    settle(w);
    over.conversation = received(w, ann, "one").conversation;
    text(w, ANN, SHARED, "two");
    command_later(w, apply_takeover, &over);
    settle(w);
    text(w, ANN, SHARED, "three");
    settle(w);
    pass(w, 5000);
    assert_int_equal(w->question_count, 0);
    assert_int_equal(outcome_of(w, ann, "one"), OUTCOME_HUMAN);
    assert_int_equal(outcome_of(w, ann, "two"), OUTCOME_HUMAN);
    assert_int_equal(outcome_of(w, ann, "three"), OUTCOME_HUMAN);
}

static bool apply_failing(struct world *w, struct engine_tx *tx, const void *context,
                          struct err *err)
{
    return apply_takeover(w, tx, context, err) && err_set(err, ERR_CONFLICT, "on second thought");
}

static void a_command_that_fails_leaves_nothing(void **state)
{
    struct world *w = *state;
    struct id ann = add_user(w, "slow", ANN);
    struct takeover over = { .user = ann, .who = HANDLED_BY_HUMAN };
    struct err err = { 0 };

    text(w, ANN, SHARED, "one");
    settle(w);
    pass(w, 2000);
    over.conversation = received(w, ann, "one").conversation;
    assert_false(command(w, apply_failing, &over, &err));
    assert_int_equal(err.kind, ERR_CONFLICT);
    assert_false(w->questions[0].cancelled);
    answer_question(w, 0, AGENT_TEXT, "answer");
    accept_all(w);
    assert_int_equal(outcome_of(w, ann, "one"), OUTCOME_ANSWERED);
}

static bool apply_erase(struct world *w, struct engine_tx *tx, const void *context, struct err *err)
{
    const struct id *user = context;

    return store_erase_user(tx->tx, scope_of(w, tx->tx->store, *user), err);
}

static void erased_while_everything_is_under_way(void **state)
{
    struct world *w = *state;
    struct id ann = add_user(w, "slow", ANN), bob = add_user(w, "echo", BOB);
    struct id carl = add_user(w, "echo", "+12025550113");
    struct str query;
    struct err err = { 0 };

    text(w, ANN, SHARED, "asked");
    text(w, BOB, SHARED, "offered");
    text(w, "+12025550113", SHARED, "unknown");
    settle(w);
    pass(w, 2000);
    for (size_t i = 0; i < w->call_count; i++) {
        if (str_is(w->calls[i].body, "unknown"))
            answer_call(w, &w->calls[i], HTTP_UNKNOWN, 0, "");
    }
    settle(w);
    pass(w, 20000);
    query = next_call(w, false)->query;
    MUST(command(w, apply_erase, &ann, &err));
    MUST(command(w, apply_erase, &bob, &err));
    MUST(command(w, apply_erase, &carl, &err));
    answer_question(w, 0, AGENT_TEXT, "to nobody");
    accept_call(w, next_call(w, false), 1);
    answer_call(w, next_call(w, true), HTTP_OK, 200, "{\"messages\":[]}");
    status(w, query, sid_of(w, 1), "delivered", 0);
    settle(w);
    text(w, BOB, SHARED, "who am I?");
    settle(w);
    pass(w, 100000);
    assert_int_equal(metric_get(&w->metrics, METRIC_ENGINE_FAILURES), 0);
    assert_int_equal(creates(w, NULL), 2);
    assert_int_equal(outcome_of(w, zero, "who am I?"), OUTCOME_UNKNOWN_SENDER);
}

/* ---- sends ---- */

struct api_text {
    struct id user;
    const char *to, *body;
    int64_t send_at_ms;
};

static bool apply_send(struct world *w, struct engine_tx *tx, const void *context, struct err *err)
{
    const struct api_text *t = context;
    struct message message;

    return engine_send_text(tx, scope_of(w, tx->tx->store, t->user), NULL, str_of(t->to),
                            str_of(t->body), (struct str){ 0 }, t->send_at_ms, &message, err);
}

static void send_text(struct world *w, struct id user, const char *to, const char *body,
                      int64_t send_at_ms)
{
    struct api_text t = { user, to, body, send_at_ms };
    struct err err = { 0 };

    MUST(command(w, apply_send, &t, &err));
}

static void a_throttled_part_keeps_its_place(void **state)
{
    struct world *w = *state;
    struct id ann = add_user(w, "echo", ANN);

    send_text(w, ann, ANN, "scheduled", NOW_MS + 3600000); /* stands in nobody's way */
    send_text(w, ann, ANN, "first", 0);
    send_text(w, ann, ANN, "second", 0);
    assert_true(str_is(next_call(w, false)->body, "first"));
    answer_call(w, next_call(w, false), HTTP_OK, 429, "{\"code\":20429,\"status\":429}");
    settle(w);
    assert_int_equal(creates(w, "second"), 0);
    pass(w, 5000);
    assert_int_equal(creates(w, "first"), 2);
    assert_int_equal(creates(w, "second"), 0);
    accept_all(w);
    assert_int_equal(creates(w, "second"), 1);
    assert_int_equal(creates(w, "scheduled"), 0);
    pass(w, 3600000);
    assert_int_equal(creates(w, "scheduled"), 1);
}

static void an_unknown_outcome_stands_in_nobodys_way(void **state)
{
    struct world *w = *state;
    struct id ann = add_user(w, "echo", ANN);

    send_text(w, ann, ANN, "first", 0);
    send_text(w, ann, ANN, "second", 0);
    answer_call(w, next_call(w, false), HTTP_UNKNOWN, 0, "");
    settle(w);
    assert_int_equal(creates(w, "second"), 1);
}

/* Offer, lose the answer, see it nowhere twice: then it is offered once more. */
static void make_absent(struct world *w)
{
    answer_call(w, next_call(w, false), HTTP_UNKNOWN, 0, "");
    settle(w);
    pass(w, 16000);
    answer_call(w, next_call(w, true), HTTP_OK, 200, "{\"messages\":[]}");
    settle(w);
    pass(w, 900000);
    answer_call(w, next_call(w, true), HTTP_OK, 200, "{\"messages\":[]}");
    settle(w);
}

static void what_was_offered_twice_is_never_called_canceled(void **state)
{
    struct world *w = *state;
    struct id ann = add_user(w, "echo", ANN);
    struct str query;

    send_text(w, ann, ANN, "bread is ready", 0);
    query = next_call(w, false)->query;
    text(w, ANN, SHARED, "STOP");
    make_absent(w);
    assert_int_equal(creates(w, NULL), 1); /* no repeat after the STOP */
    assert_int_equal(sent(w, ann, "bread is ready").status, STATUS_UNCONFIRMED);
    status(w, query, sid_of(w, 1), "delivered", 0); /* it had arrived after all */
    settle(w);
    assert_int_equal(sent(w, ann, "bread is ready").status, STATUS_DELIVERED);
    assert_true(str_is(sent(w, ann, "bread is ready").provider_sid, sid_of(w, 1)));
}

static void two_sids_of_one_text_are_both_its_own(void **state)
{
    struct world *w = *state;
    struct id ann = add_user(w, "echo", ANN), owner = { { 0 } };
    struct str first, second;
    struct message message;
    struct err err = { 0 };

    send_text(w, ann, ANN, "bread is ready", 0);
    first = next_call(w, false)->query;
    make_absent(w);
    assert_int_equal(creates(w, NULL), 2);
    second = next_call(w, false)->query;
    status(w, first, sid_of(w, 1), "sent", 0); /* the list was wrong */
    settle(w);
    accept_call(w, next_call(w, false), 2);
    settle(w);
    message = sent(w, ann, "bread is ready");
    MUST(store_find_sid(w->store, str_of(sid_of(w, 2)), &owner, &err));
    assert_true(id_equal(owner, message.id));
    status(w, second, sid_of(w, 2), "failed", 30003);
    settle(w);
    message = sent(w, ann, "bread is ready");
    assert_int_equal(message.status, STATUS_SENT); /* of the one that it is bound to */
    assert_true(str_is(message.provider_sid, sid_of(w, 1)));
}

/* Our clock is half an hour ahead, and the provider tells an error. */
static void a_list_finds_it_by_another_clock(void **state)
{
    struct world *w = *state;
    struct id ann = add_user(w, "echo", ANN);

    send_text(w, ann, ANN, "bread is ready", 0);
    answer_call(w, next_call(w, false), HTTP_UNKNOWN, 0, "");
    settle(w);
    pass(w, 16000);
    answer_call(w, next_call(w, true), HTTP_OK, 200,
                arena_printf(&w->arena,
                             "{\"messages\":[{\"sid\":\"%s\",\"to\":\"" ANN "\",\"from\":\"" SHARED
                             "\",\"body\":\"bread is ready\",\"status\":\"undelivered\","
                             "\"direction\":\"outbound-api\",\"num_media\":\"0\","
                             "\"date_created\":\"Wed, 18 Nov 2026 10:36:41 +0000\","
                             "\"error_code\":30003}]}",
                             sid_of(w, 1))
                    .ptr);
    settle(w);
    assert_int_equal(sent(w, ann, "bread is ready").status, STATUS_UNDELIVERED);
    assert_int_equal(sent(w, ann, "bread is ready").error_code, 30003);
}

/* ---- stopping and starting ---- */

static void stopping_with_work_under_way_does_not_spin(void **state)
{
    struct world *w = *state;
    struct id ann = add_user(w, "echo", ANN);
    int64_t next_ms = 0;
    struct err err = { 0 };

    send_text(w, ann, ANN, "first", 0);
    send_text(w, ann, ANN, "second", 0); /* due, but behind the first */
    w->now_ms += 1000;
    engine_stop(w->engine, 1000);
    settle(w);
    MUST(engine_step(w->engine, w->now_ms, &next_ms, &err));
    assert_true(next_ms > w->now_ms);
    accept_call(w, next_call(w, false), 1);
    settle(w);
    assert_int_equal(sent(w, ann, "first").status, STATUS_QUEUED);
    assert_int_equal(creates(w, "second"), 0); /* the next run's */
    world_restart(w);
    settle(w);
    assert_int_equal(creates(w, "second"), 1);
}

static void ids_go_on_when_the_clock_went_back(void **state)
{
    struct world *w = *state;
    struct id ann = add_user(w, "echo", ANN);

    text(w, ANN, SHARED, "before");
    settle(w);
    w->now_ms -= 3600000;
    world_restart(w);
    text(w, ANN, SHARED, "after");
    settle(w);
    assert_true(id_compare(received(w, ann, "before").id, received(w, ann, "after").id) < 0);
}

static void usage_is_counted_on_its_own_day(void **state)
{
    struct world *w = *state;
    struct id ann = add_user(w, "echo", ANN);
    struct usage_day *days;
    size_t count;
    int64_t today = NOW_MS / 86400000;
    struct err err = { 0 };

    text(w, ANN, SHARED, "one");
    settle(w);
    w->now_ms += 86400000;
    text(w, ANN, SHARED, "two");
    text(w, ANN, SHARED, "three");
    accept_all(w);
    pass(w, 2000);
    accept_all(w);
    MUST(store_usage(w->store, scope_of(w, w->store, ann), 0, 100000, &w->arena, &days, &count,
                     &err));
    assert_int_equal(count, 2);
    assert_true(days[0].day == today && days[0].messages_in == 1 && days[0].messages_out == 0);
    assert_true(days[1].day == today + 1 && days[1].messages_in == 2 && days[1].messages_out > 0);
}

static bool text_from_shared(struct world *w, struct engine_tx *tx, const void *context,
                             struct err *err)
{
    const struct id *user = context;
    struct message message;

    return engine_send_text(tx, scope_of(w, tx->tx->store, *user),
                            engine_number_by_phone(tx, str_of(SHARED)), str_of(ANN), str_of("psst"),
                            (struct str){ 0 }, 0, &message, err);
}

/* What Ann answers on the shared number reaches Ann's agent: nobody else may start it. */
static void nobody_texts_anothers_phone_from_a_shared_number(void **state)
{
    struct world *w = *state;
    struct id ann = add_user(w, "echo", ANN), ben = add_user(w, "echo", "+12025550112");
    struct err err = { 0 };

    assert_false(command(w, text_from_shared, &ben, &err));
    assert_int_equal(err.kind, ERR_INVALID);
    assert_string_equal(err.field, "to");
    MUST(command(w, text_from_shared, &ann, &err));
}

/* A text that waits for somebody to mend the account says why, and goes on saying it when it
 * expires. */
static void a_refusal_that_waits_for_a_fix_is_told(void **state)
{
    struct world *w = *state;
    struct id ann = add_user(w, "echo", ANN);

    text(w, ANN, SHARED, "hello");
    settle(w);
    pass(w, 2000);
    answer_call(w, next_call(w, false), HTTP_OK, 401, "{\"code\":20003,\"status\":401}");
    settle(w);
    assert_int_equal(sent(w, ann, "hello").status, STATUS_QUEUED);
    assert_int_equal(sent(w, ann, "hello").error_code, 20003);
    w->now_ms += INT64_C(7) * 86400000;
    pass(w, 1000);
    assert_int_equal(sent(w, ann, "hello").status, STATUS_CANCELED);
    assert_int_equal(sent(w, ann, "hello").error_code, 20003);
}

/* A likely opt-out is asked about once; until it is answered no agent is, and YES is one. */
static void a_likely_opt_out_is_asked_about(void **state)
{
    struct world *w = *state;
    struct id ann = add_user(w, "echo", ANN);

    text(w, ANN, SHARED, "hello");
    text(w, ANN, SHARED, "I never signed up for this");
    settle(w);
    accept_all(w);
    pass(w, 5000); /* the turn of the first text was given up, too */
    assert_int_equal(outcome_of(w, ann, "I never signed up for this"), OUTCOME_REVOCATION_ASKED);
    assert_int_equal(outcome_of(w, ann, "hello"), OUTCOME_SUPERSEDED);
    assert_int_equal(creates(w, NULL), 1); /* the question */
    text(w, ANN, SHARED, "YES");
    settle(w);
    accept_all(w);
    assert_int_equal(outcome_of(w, ann, "YES"), OUTCOME_OPT_OUT);
    assert_int_equal(creates(w, NULL), 2); /* one confirmation: the provider knows nothing of it */
    text(w, ANN, SHARED, "are you there?");
    settle(w);
    pass(w, 5000);
    assert_int_equal(outcome_of(w, ann, "are you there?"), OUTCOME_OPTED_OUT);
    assert_int_equal(creates(w, NULL), 2);
}

static void who_is_asked_and_goes_on_is_answered(void **state)
{
    struct world *w = *state;
    struct id ann = add_user(w, "echo", ANN);

    text(w, ANN, SHARED, "I never signed up for this");
    settle(w);
    accept_all(w);
    text(w, ANN, SHARED, "oh, it is you. what time is dinner?");
    settle(w);
    pass(w, 5000);
    accept_all(w);
    assert_int_equal(outcome_of(w, ann, "oh, it is you. what time is dinner?"), OUTCOME_ANSWERED);
    text(w, ANN, SHARED, "yes"); /* to the answer, not to the old question */
    settle(w);
    pass(w, 5000);
    assert_int_equal(outcome_of(w, ann, "yes"), OUTCOME_ANSWERED);
}

/* A row of the table: its name is the story's. */
#define STORY(function)                                    \
    {                                                      \
#function, function, world_open, world_close, NULL \
    }

int main(void)
{
    static const struct CMUnitTest tests[] = {
        STORY(nobody_texts_anothers_phone_from_a_shared_number),
        STORY(a_refusal_that_waits_for_a_fix_is_told),
        STORY(a_likely_opt_out_is_asked_about),
        STORY(who_is_asked_and_goes_on_is_answered),
        STORY(a_flood_in_one_turn_ends_whole),
        STORY(hung_agents_do_not_take_all_places_for_ever),
        STORY(a_turn_that_kills_the_process_is_given_up),
        STORY(a_late_answer_of_an_earlier_attempt_is_dropped),
        STORY(without_an_account_spooled_texts_wait),
        STORY(a_spooled_text_that_cannot_be_read_is_kept),
        STORY(a_stranger_texts_two_numbers_of_one_user_at_once),
        STORY(a_code_and_a_first_text_come_together),
        STORY(a_code_of_somebody_opted_out_joins_nobody),
        STORY(start_ends_an_opt_out_of_all_numbers),
        STORY(an_opt_out_by_text_stays_one_by_text),
        STORY(an_opt_out_by_text_takes_the_place_of_one_by_api),
        STORY(help_that_was_throttled_does_not_follow_a_stop),
        STORY(a_confirmation_that_was_throttled_goes_out_all_the_same),
        STORY(machines_that_ask_for_help_get_tired),
        STORY(a_stop_in_the_batch_of_the_answer_wins),
        STORY(a_takeover_in_the_batch_of_a_text_ends_it),
        STORY(a_command_that_fails_leaves_nothing),
        STORY(erased_while_everything_is_under_way),
        STORY(a_throttled_part_keeps_its_place),
        STORY(an_unknown_outcome_stands_in_nobodys_way),
        STORY(what_was_offered_twice_is_never_called_canceled),
        STORY(two_sids_of_one_text_are_both_its_own),
        STORY(a_list_finds_it_by_another_clock),
        STORY(stopping_with_work_under_way_does_not_spin),
        STORY(ids_go_on_when_the_clock_went_back),
        STORY(usage_is_counted_on_its_own_day),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
