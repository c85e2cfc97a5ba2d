/*
 * ledger_test.c - consent: what lanes see of it, and that a ledger that was tampered with shows it.
 */
#include "store/testing.h"

#include <sqlite3.h>

#define PHONE "+15550100001"

/* ---- what lanes see ---- */

/* Events in order, two characters each: o(ut) or i(n); n(umber), a(ll of the user), x (elsewhere).
 */
static const struct consent_case {
    const char *name, *events;
    bool out, in;
} consent_cases[] = {
    { "nothing said", "", false, false },
    { "out on the number", "on", true, false },
    { "out of everything", "oa", true, false },
    { "out and in again", "on in", false, true },
    { "in and out again", "in on", true, false },
    { "in on the number does not end out of everything", "oa in", true, false },
    { "in everywhere does not end out on the number", "on ia", true, false },
    { "both ended", "oa on ia in", false, true },
    { "out on another number", "ox", false, false },
    { "in on another number does not end out here", "on ix", true, false },
    { "out twice, in once", "on on in", false, true },
};

static void add(struct fixture *f, const struct scope *scope, enum consent_kind kind,
                struct id number)
{
    struct consent_event event = { .id = next_id(f),
                                   .user = scope->user,
                                   .number = number,
                                   .phone = STR(PHONE),
                                   .kind = kind,
                                   .source = STR("keyword"),
                                   .evidence = STR("STOP"),
                                   .at_ms = NOW_MS };
    struct store_tx tx = begin(f);

    OK(f, store_add_consent(&tx, scope, &event, &f->chance, &f->err));
    commit(f, &tx);
}

static void lanes_see_consent(void **state)
{
    const struct consent_case *c = *state;
    struct fixture *f = fixture_new();
    struct scope a = new_user(f, "a", PHONE);
    struct id number = next_id(f), elsewhere = next_id(f);
    struct str rest = str_of(c->events), event;
    struct lane lane;

    while (str_cut(&rest, ' ', &event) && event.len == 2)
        add(f, &a, event.ptr[0] == 'o' ? CONSENT_OPT_OUT : CONSENT_OPT_IN,
            event.ptr[1] == 'n'   ? number
            : event.ptr[1] == 'x' ? elsewhere
                                  : (struct id){ 0 });
    lane = lane_of(f, &a, number, PHONE);
    assert_int_equal(lane.opted_out, c->out);
    assert_int_equal(lane.opted_in, c->in);
    fixture_drop(f);
}

static void who_is_out_is_listed(void **state)
{
    struct fixture *f = fixture_new();
    struct scope a = new_user(f, "a", PHONE);
    struct id number = next_id(f), other = next_id(f);
    struct consent_event *events;
    size_t count;
    (void)state;

    add(f, &a, CONSENT_OPT_OUT, number);
    add(f, &a, CONSENT_OPT_OUT, other);
    add(f, &a, CONSENT_OPT_OUT, (struct id){ 0 });
    add(f, &a, CONSENT_OPT_IN, other);
    OK(f, store_opt_outs(f->store, &a, 0, 9, &f->arena, &events, &count, &f->err));
    assert_int_equal(count, 2);
    assert_true(id_equal(events[0].number, number) && id_is_zero(events[1].number));
    assert_true(str_is(events[0].phone, PHONE) && str_is(events[0].evidence, "STOP"));
    assert_true(str_is(events[0].source, "keyword") && events[0].at_ms == NOW_MS);
    OK(f, store_opt_outs(f->store, &a, 1, 9, &f->arena, &events, &count, &f->err));
    assert_int_equal(count, 1);
    fixture_drop(f);
}

/* ---- tampering ---- */

#define LEDGER_ROWS 1200 /* more than are verified in one go */

static const struct tampering {
    const char *name, *sql;
    int64_t broken; /* row that is named; 0: none, as rows are missing at the end; -1: it holds */
} tamperings[] = {
    { "nothing", "SELECT 1", -1 },
    { "a kind", "UPDATE consent_events SET kind = 'opt_in' WHERE seq = 700", 700 },
    { "a time", "UPDATE consent_events SET at_ms = at_ms + 1 WHERE seq = 1", 1 },
    { "a source", "UPDATE consent_events SET source = 'api' WHERE seq = 1200", 1200 },
    { "a user", "UPDATE consent_events SET user_id = zeroblob(16) WHERE seq = 3", 3 },
    { "a number", "UPDATE consent_events SET number_id = NULL WHERE seq = 3", 3 },
    { "an index", "UPDATE consent_events SET phone_index = zeroblob(16) WHERE seq = 3", 3 },
    { "a sealed phone", "UPDATE consent_events SET phone = x'00' WHERE seq = 3", 3 },
    { "a sealed phone of another row",
      "UPDATE consent_events SET phone = (SELECT phone FROM consent_events WHERE seq = 4)"
      " WHERE seq = 3",
      3 },
    { "a hash", "UPDATE consent_events SET hash = zeroblob(32) WHERE seq = 3", 3 },
    { "a hash of another size", "UPDATE consent_events SET hash = x'00' WHERE seq = 3", 3 },
    { "a row gone", "DELETE FROM consent_events WHERE seq = 600", 601 },
    { "the first row gone", "DELETE FROM consent_events WHERE seq = 1", 2 },
    { "the last row gone", "DELETE FROM consent_events WHERE seq = 1200", 0 },
    { "all rows gone", "DELETE FROM consent_events", 0 },
    { "the end forgotten", "DELETE FROM settings WHERE name = 'ledger_head'", 0 },
    { "sealed columns emptied, as erasing does",
      "UPDATE consent_events SET phone = NULL, evidence = NULL WHERE seq < 900", -1 },
};

static void tampering_shows(void **state)
{
    const struct tampering *c = *state;
    struct fixture *f = fixture_new();
    struct scope a = new_user(f, "a", PHONE);
    struct id ids[LEDGER_ROWS + 1] = { { { 0 } } }, broken;
    struct store_tx tx = begin(f);
    sqlite3 *db;
    size_t rows;
    bool holds;

    for (size_t i = 1; i <= LEDGER_ROWS; i++) {
        struct consent_event event = { .id = next_id(f),
                                       .user = a.user,
                                       .number = a.user,
                                       .phone = STR(PHONE),
                                       .source = STR("keyword"),
                                       .at_ms = NOW_MS };

        ids[i] = event.id;
        OK(f, store_add_consent(&tx, &a, &event, &f->chance, &f->err));
    }
    commit(f, &tx);
    assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, c->sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    OK(f, store_verify_ledger(f->store, &holds, &broken, &rows, &f->err));
    assert_int_equal(holds, c->broken < 0);
    if (c->broken < 0)
        assert_int_equal(rows, LEDGER_ROWS);
    else
        assert_true(id_equal(broken, ids[c->broken]));
    fixture_drop(f);
}

static void an_empty_ledger_holds(void **state)
{
    struct fixture *f = fixture_new();
    struct id broken;
    size_t rows = 9;
    bool holds = false;
    (void)state;

    OK(f, store_verify_ledger(f->store, &holds, &broken, &rows, &f->err));
    assert_true(holds && rows == 0);
    fixture_drop(f);
}

int main(void)
{
    static const struct CMUnitTest plain[] = {
        { "who is opted out is listed", who_is_out_is_listed, NULL, NULL, NULL },
        { "an empty ledger holds", an_empty_ledger_holds, NULL, NULL, NULL },
    };
    struct CMUnitTest tests[ARRAY_LEN(plain) + ARRAY_LEN(consent_cases) + ARRAY_LEN(tamperings)];
    size_t count = 0;

    for (size_t i = 0; i < ARRAY_LEN(plain); i++)
        tests[count++] = plain[i];
    for (size_t i = 0; i < ARRAY_LEN(consent_cases); i++)
        tests[count++] = (struct CMUnitTest){ consent_cases[i].name, lanes_see_consent, NULL, NULL,
                                              (void *)&consent_cases[i] };
    for (size_t i = 0; i < ARRAY_LEN(tamperings); i++)
        tests[count++] = (struct CMUnitTest){ tamperings[i].name, tampering_shows, NULL, NULL,
                                              (void *)&tamperings[i] };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
