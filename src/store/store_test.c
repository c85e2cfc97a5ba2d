/*
 * store_test.c - what the store's header promises, call by call, over the interface alone.
 */
#include "store/testing.h"

#define PHONE "+15550100001"
#define OTHER_PHONE "+15550100002"
#define NUMBER_PHONE "+15550100100"
#define SID_A "SM0123456789abcdef0123456789abcdef"
#define SID_B "SM0123456789abcdef0123456789abcdee"

/* ---- claims ---- */

static void claims_are_for_ever(struct fixture *f)
{
    struct str sids[] = { STR(SID_A), STR(SID_B), STR(SID_A) };
    struct id messages[] = { next_id(f), next_id(f), next_id(f) }, found;
    bool fresh[3];
    struct store_tx tx = begin(f);

    OK(f, store_claim(&tx, sids, messages, 3, fresh, &f->err));
    assert_true(fresh[0] && fresh[1]);
    assert_false(fresh[2]);
    commit(f, &tx);
    tx = begin(f);
    OK(f, store_claim(&tx, sids, messages, 1, fresh, &f->err));
    assert_false(fresh[0]);
    commit(f, &tx);
    OK(f, store_find_sid(f->store, sids[2], &found, &f->err));
    assert_true(id_equal(found, messages[0]));
}

static void an_unclaimed_sid_is_not_found(struct fixture *f)
{
    struct id found;

    FAILS(f, ERR_NOT_FOUND, store_find_sid(f->store, str_of(SID_A), &found, &f->err));
}

static void odd_sids_are_refused(struct fixture *f)
{
    static const char *const odd[] = { "",
                                       "SM",
                                       "SM0123",
                                       "sm0123456789abcdef0123456789abcdef",
                                       "SM0123456789abcdef0123456789abcdeg",
                                       SID_A "0",
                                       "S10123456789abcdef0123456789abcdef" };
    struct id message = next_id(f);
    CLEANUP(store_rollback) struct store_tx tx = begin(f);

    for (size_t i = 0; i < ARRAY_LEN(odd); i++) {
        struct str sid = str_of(odd[i]);
        bool fresh;

        FAILS(f, ERR_INVALID, store_claim(&tx, &sid, &message, 1, &fresh, &f->err));
    }
}

/* ---- users, phones, invites ---- */

static void a_user_comes_back(struct fixture *f)
{
    struct user user = { .id = next_id(f),
                         .name = STR("Ada"),
                         .timezone = STR("Europe/London"),
                         .agent_kind = STR("rule"),
                         .agent_settings = STR("{\"a\":1}"),
                         .invite_code = STR("blue-fox"),
                         .retention_days = 30,
                         .created_ms = NOW_MS };
    unsigned char index[VAULT_INDEX_BYTES];
    struct user got;
    struct scope scope;
    struct id who;
    struct store_tx tx = begin(f);

    OK(f, store_add_user(&tx, &user, &f->chance, &f->err));
    commit(f, &tx);
    scope = scope_of(f, user.id);
    assert_true(str_is(scope.agent_kind, "rule"));
    user.name = (struct str)STR("Ada L");
    user.suspended = true;
    tx = begin(f);
    OK(f, store_put_user(&tx, &scope, &user, &f->chance, &f->err));
    commit(f, &tx);
    OK(f, store_user(f->store, &scope, &f->arena, &got, &f->err));
    assert_true(str_is(got.name, "Ada L") && str_is(got.timezone, "Europe/London"));
    assert_true(str_is(got.agent_settings, "{\"a\":1}") && str_is(got.invite_code, "blue-fox"));
    assert_true(got.suspended && got.retention_days == 30 && got.created_ms == NOW_MS);
    assert_true(scope_of(f, user.id).suspended);
    vault_index(f->vault, USER_INSTALLATION, "invite", str_of("BLUE-FOX"), index);
    OK(f, store_find_invite(f->store, index, &who, &f->err));
    assert_true(id_equal(who, user.id));
    index[0] ^= 1;
    OK(f, store_find_invite(f->store, index, &who, &f->err));
    assert_true(id_is_zero(who));
}

static void an_invite_code_is_one_users(struct fixture *f)
{
    struct user a = { .id = next_id(f), .agent_kind = STR("echo"), .invite_code = STR("owl") };
    struct user b = a;
    struct scope scope;
    CLEANUP(store_rollback) struct store_tx tx = begin(f);

    b.id = next_id(f);
    OK(f, store_add_user(&tx, &a, &f->chance, &f->err));
    FAILS(f, ERR_CONFLICT, store_add_user(&tx, &b, &f->chance, &f->err));
    b.invite_code = (struct str)STR("");
    OK(f, store_add_user(&tx, &b, &f->chance, &f->err));
    scope = scope_of(f, b.id);
    b.invite_code = (struct str)STR(" OWL ");
    FAILS(f, ERR_CONFLICT, store_put_user(&tx, &scope, &b, &f->chance, &f->err));
}

static void users_are_listed_in_order(struct fixture *f)
{
    struct scope a = new_user(f, "a", PHONE), b = new_user(f, "b", OTHER_PHONE);
    struct id *ids;
    size_t count;

    OK(f, store_users(f->store, (struct id){ 0 }, 10, &f->arena, &ids, &count, &f->err));
    assert_int_equal(count, 2);
    assert_true(id_equal(ids[0], a.user) && id_equal(ids[1], b.user));
    OK(f, store_users(f->store, a.user, 10, &f->arena, &ids, &count, &f->err));
    assert_int_equal(count, 1);
    OK(f, store_users(f->store, b.user, 10, &f->arena, &ids, &count, &f->err));
    assert_int_equal(count, 0);
}

static void scopes_come_in_order(struct fixture *f)
{
    struct scope a = new_user(f, "a", PHONE);
    struct id users[] = { next_id(f), a.user, USER_INSTALLATION, a.user };
    struct scope scopes[4], none;

    OK(f, store_scopes(f->store, users, 4, &f->arena, scopes, &f->err));
    assert_false(scopes[0].found);
    assert_true(scopes[1].found && scopes[2].found && scopes[3].found);
    assert_memory_equal(scopes[1].key.bytes, a.key.bytes, sizeof(a.key.bytes));
    FAILS(f, ERR_NOT_FOUND, store_scope(f->store, users[0], &f->arena, &none, &f->err));
}

static void a_phone_is_one_users(struct fixture *f)
{
    struct scope a = new_user(f, "a", PHONE), b = new_user(f, "b", OTHER_PHONE);
    unsigned char index[3][VAULT_INDEX_BYTES];
    struct id who[3];
    struct str *phones;
    size_t count;
    struct store_tx tx = begin(f);

    FAILS(f, ERR_CONFLICT, store_add_phone(&tx, &b, str_of(PHONE), NOW_MS, &f->chance, &f->err));
    FAILS(f, ERR_NOT_FOUND, store_remove_phone(&tx, &b, str_of(PHONE), &f->err));
    vault_index(f->vault, USER_INSTALLATION, "phone", str_of(PHONE), index[0]);
    vault_index(f->vault, USER_INSTALLATION, "phone", str_of("+15550100009"), index[1]);
    vault_index(f->vault, USER_INSTALLATION, "phone", str_of(OTHER_PHONE), index[2]);
    OK(f, store_route_senders(f->store, (const unsigned char(*)[VAULT_INDEX_BYTES])index, 3, who,
                              &f->err));
    assert_true(id_equal(who[0], a.user) && id_is_zero(who[1]) && id_equal(who[2], b.user));
    OK(f, store_remove_phone(&tx, &a, str_of(PHONE), &f->err));
    OK(f, store_add_phone(&tx, &b, str_of(PHONE), NOW_MS + 1, &f->chance, &f->err));
    commit(f, &tx);
    OK(f, store_phones(f->store, &b, &f->arena, &phones, &count, &f->err));
    assert_int_equal(count, 2);
    assert_true(str_is(phones[0], OTHER_PHONE) && str_is(phones[1], PHONE));
    OK(f, store_phones(f->store, &a, &f->arena, &phones, &count, &f->err));
    assert_int_equal(count, 0);
}

static void numbers_come_back(struct fixture *f)
{
    struct id number = new_number(f, NUMBER_PHONE, USER_INSTALLATION);
    struct number *numbers, changed, same;
    size_t count;
    struct store_tx tx = begin(f);

    OK(f, store_numbers(f->store, &f->arena, &numbers, &count, &f->err));
    assert_int_equal(count, 1);
    assert_true(str_is(numbers[0].phone, NUMBER_PHONE) && str_is(numbers[0].name, "front desk"));
    changed = numbers[0];
    changed.unknown = UNKNOWN_INVITE;
    changed.unknown_text = (struct str)STR("text us your code");
    changed.first = FIRST_HOLD;
    changed.region = (struct str)STR("DE");
    changed.provider_handles_opt_out = true;
    OK(f, store_put_number(&tx, &changed, &f->chance, &f->err));
    OK(f, store_numbers(f->store, &f->arena, &numbers, &count, &f->err));
    assert_true(numbers[0].unknown == UNKNOWN_INVITE && numbers[0].first == FIRST_HOLD);
    assert_true(numbers[0].provider_handles_opt_out && str_is(numbers[0].region, "DE"));
    assert_true(str_is(numbers[0].unknown_text, "text us your code"));
    same = changed;
    same.id = next_id(f);
    FAILS(f, ERR_CONFLICT, store_add_number(&tx, &same, &f->chance, &f->err));
    FAILS(f, ERR_CONFLICT, store_put_number(&tx, &same, &f->chance, &f->err));
    same.phone = (struct str)STR("+15550100101");
    FAILS(f, ERR_NOT_FOUND, store_put_number(&tx, &same, &f->chance, &f->err));
    FAILS(f, ERR_NOT_FOUND, store_remove_number(&tx, same.id, &f->err));
    OK(f, store_remove_number(&tx, number, &f->err));
    commit(f, &tx);
}

static void a_number_with_conversations_stays(struct fixture *f)
{
    struct id number = new_number(f, NUMBER_PHONE, USER_INSTALLATION);
    struct scope a = new_user(f, "a", PHONE);
    struct store_tx tx;

    new_thread(f, a, number, PHONE, 1);
    tx = begin(f);
    FAILS(f, ERR_CONFLICT, store_remove_number(&tx, number, &f->err));
    OK(f, store_erase_user(&tx, &a, &f->err));
    OK(f, store_remove_number(&tx, number, &f->err));
    commit(f, &tx);
}

/* ---- lanes, contacts, allowlist ---- */

static void an_empty_lane_has_nothing(struct fixture *f)
{
    struct scope a = new_user(f, "a", PHONE);
    struct lane lane = lane_of(f, &a, next_id(f), PHONE);

    assert_false(lane.exists || lane.has_contact || lane.opted_out || lane.opted_in ||
                 lane.allowlisted);
}

static void a_lane_knows_its_conversation(struct fixture *f)
{
    struct id number = new_number(f, NUMBER_PHONE, USER_INSTALLATION), other = next_id(f);
    struct scope a = new_user(f, "a", PHONE);
    struct thread t = new_thread(f, a, number, PHONE, 3);
    struct lane_key keys[] = { lane_key(f, &a, number, str_of(OTHER_PHONE)),
                               lane_key(f, &a, number, str_of(PHONE)),
                               lane_key(f, &a, other, str_of(PHONE)) };
    struct lane lanes[3];

    OK(f, store_lanes(f->store, keys, 3, lanes, &f->err));
    assert_false(lanes[0].exists || lanes[0].has_contact);
    assert_true(lanes[1].exists && lanes[1].has_contact);
    assert_memory_equal(&lanes[1].conversation, &t.conversation, sizeof(t.conversation));
    assert_true(!lanes[2].exists && lanes[2].has_contact);
    assert_true(id_equal(lanes[2].contact, t.contact.id));
}

static void the_allowlist_shows_in_lanes(struct fixture *f)
{
    struct id number = new_number(f, NUMBER_PHONE, USER_INSTALLATION);
    struct scope a = new_user(f, "a", PHONE);
    struct allowlist_entry entry = { a.user, STR(PHONE), STR("manual"), NOW_MS }, *list;
    struct thread t;
    struct contact contact;
    size_t count;
    bool fresh;
    struct store_tx tx = begin(f);

    OK(f, store_add_allowlist(&tx, &a, &entry, &f->chance, &fresh, &f->err));
    assert_true(fresh);
    OK(f, store_add_allowlist(&tx, &a, &entry, &f->chance, &fresh, &f->err));
    assert_false(fresh);
    commit(f, &tx);
    assert_true(lane_of(f, &a, number, PHONE).allowlisted);
    assert_false(lane_of(f, &a, number, PHONE).has_contact);
    t = new_thread(f, a, number, PHONE, 0); /* the contact joins the row that is there */
    assert_true(lane_of(f, &a, number, PHONE).has_contact);
    OK(f, store_contact(f->store, &a, t.contact.id, &f->arena, &contact, &f->err));
    assert_true(str_is(contact.phone, PHONE));
    OK(f, store_allowlist(f->store, &a, 0, 10, &f->arena, &list, &count, &f->err));
    assert_int_equal(count, 1);
    assert_true(str_is(list[0].phone, PHONE) && str_is(list[0].added_by, "manual"));
    tx = begin(f);
    OK(f, store_remove_allowlist(&tx, &a, str_of(PHONE), &f->err));
    FAILS(f, ERR_NOT_FOUND, store_remove_allowlist(&tx, &a, str_of(PHONE), &f->err));
    commit(f, &tx);
    assert_false(lane_of(f, &a, number, PHONE).allowlisted);
    assert_true(lane_of(f, &a, number, PHONE).has_contact);
}

/* Steps: c(onversation of the first number), d (of the second), +(allow), -(disallow). */
static const struct allow_case {
    const char *name, *steps;
    bool first, second; /* allowlisted, as the lanes of the two numbers see it */
} allow_cases[] = {
    { "allowed before the conversation", "+c", true, true },
    { "allowed after the conversation", "c+", true, true },
    { "never allowed", "cd", false, false },
    { "no longer allowed", "c+d-", false, false },
    { "allowed between two conversations", "c+d", true, true },
    { "disallowed between two conversations", "+c-d", false, false },
    { "allowed again", "+c-d+", true, true },
    { "disallowed without any conversation", "+-", false, false },
    { "allowed twice, disallowed once", "c++-", false, false },
};

static void step_allow(struct fixture *f, const struct scope *scope, bool add)
{
    struct allowlist_entry entry = { scope->user, STR(PHONE), STR("manual"), NOW_MS };
    struct store_tx tx = begin(f);
    bool fresh;

    if (add)
        OK(f, store_add_allowlist(&tx, scope, &entry, &f->chance, &fresh, &f->err));
    else
        OK(f, store_remove_allowlist(&tx, scope, str_of(PHONE), &f->err));
    commit(f, &tx);
}

/* A second conversation of the same contact, on another number. */
static void step_conversation(struct fixture *f, const struct scope *scope, struct id number)
{
    struct lane lane = lane_of(f, scope, number, PHONE);
    struct conversation c = { .id = next_id(f), .user = scope->user, .number = number };
    struct conversation_write write = { scope, &c, true };
    struct store_tx tx;

    if (!lane.has_contact) {
        new_thread(f, *scope, number, PHONE, 1);
        return;
    }
    c.contact = lane.contact;
    vault_index(f->vault, scope->user, "phone", str_of(PHONE), c.contact_index);
    tx = begin(f);
    OK(f, store_put_conversations(&tx, &write, 1, &f->err));
    commit(f, &tx);
}

static void lanes_agree_on_the_allowlist(void **state)
{
    const struct allow_case *c = *state;
    struct fixture *f = fixture_new();
    struct scope a = new_user(f, "a", PHONE);
    struct id numbers[] = { next_id(f), next_id(f) };

    for (const char *step = c->steps; *step; step++) {
        if (*step == '+' || *step == '-')
            step_allow(f, &a, *step == '+');
        else
            step_conversation(f, &a, numbers[*step == 'd']);
    }
    assert_int_equal(lane_of(f, &a, numbers[0], PHONE).allowlisted, c->first);
    assert_int_equal(lane_of(f, &a, numbers[1], PHONE).allowlisted, c->second);
    fixture_drop(f);
}

static void the_allowlist_is_paged_by_time(struct fixture *f)
{
    struct scope a = new_user(f, "a", PHONE);
    struct allowlist_entry *list;
    size_t count;
    bool fresh;
    struct store_tx tx = begin(f);

    for (int i = 0; i < 7; i++) {
        struct allowlist_entry entry = { a.user, arena_printf(&f->arena, "+1555010020%d", i),
                                         STR("system"), NOW_MS - i };

        OK(f, store_add_allowlist(&tx, &a, &entry, &f->chance, &fresh, &f->err));
    }
    commit(f, &tx);
    OK(f, store_allowlist(f->store, &a, 5, 5, &f->arena, &list, &count, &f->err));
    assert_int_equal(count, 2);
    assert_true(str_is(list[1].phone, "+15550100200"));
}

static void the_same_contact_twice_is_refused(struct fixture *f)
{
    struct scope a = new_user(f, "a", PHONE);
    struct thread t = new_thread(f, a, next_id(f), PHONE, 0);
    struct contact again = t.contact;
    struct contact_write write = { &a, &again };
    CLEANUP(store_rollback) struct store_tx tx = begin(f);

    again.id = next_id(f);
    FAILS(f, ERR_CONFLICT, store_add_contacts(&tx, &write, 1, &f->chance, &f->err));
}

static void recent_answers_come_back(struct fixture *f)
{
    struct scope a = new_user(f, "a", PHONE);
    struct thread t = new_thread(f, a, next_id(f), PHONE, 0);
    struct conversation_write write = { &a, &t.conversation, false };
    struct conversation got;
    struct store_tx tx = begin(f);

    t.conversation.recent_count = RECENT_ANSWERS_MOST;
    for (size_t i = 0; i < RECENT_ANSWERS_MOST; i++)
        t.conversation.recent_ms[i] = i % 7 ? NOW_MS + (int64_t)(i * i * i) : (int64_t)i - 3;
    t.conversation.recent_ms[50] = INT64_MIN;
    t.conversation.recent_ms[51] = INT64_MAX;
    t.conversation.handled_by = HANDLED_BY_HUMAN;
    OK(f, store_put_conversations(&tx, &write, 1, &f->err));
    commit(f, &tx);
    OK(f, store_conversation(f->store, &a, t.conversation.id, &got, &f->err));
    assert_memory_equal(&got, &t.conversation, sizeof(got));
}

static void an_unknown_conversation_is_not_updated(struct fixture *f)
{
    struct scope a = new_user(f, "a", PHONE);
    struct conversation none = { .id = next_id(f), .user = a.user, .number = next_id(f) };
    struct conversation_write write = { &a, &none, false };
    CLEANUP(store_rollback) struct store_tx tx = begin(f);

    FAILS(f, ERR_NOT_FOUND, store_put_conversations(&tx, &write, 1, &f->err));
}

static void conversations_are_listed(struct fixture *f)
{
    struct scope a = new_user(f, "a", PHONE), b = new_user(f, "b", OTHER_PHONE);
    struct id number = next_id(f);
    struct thread first = new_thread(f, a, number, PHONE, 0);
    struct thread second = new_thread(f, b, number, OTHER_PHONE, 0);
    struct thread third = new_thread(f, a, number, "+15550100003", 0);
    struct conversation *list;
    struct owned_id *ids;
    struct id owner;
    size_t count;

    OK(f,
       store_conversations(f->store, &a, (struct id){ 0 }, 10, &f->arena, &list, &count, &f->err));
    assert_int_equal(count, 2);
    assert_true(id_equal(list[0].id, first.conversation.id));
    OK(f, store_conversations(f->store, &a, first.conversation.id, 10, &f->arena, &list, &count,
                              &f->err));
    assert_int_equal(count, 1);
    assert_true(id_equal(list[0].id, third.conversation.id));
    OK(f, store_conversations_newest(f->store, third.conversation.id, 10, &f->arena, &ids, &count,
                                     &f->err));
    assert_int_equal(count, 2);
    assert_true(id_equal(ids[0].id, second.conversation.id) && id_equal(ids[0].user, b.user));
    OK(f, store_conversation_owner(f->store, third.conversation.id, &owner, &f->err));
    assert_true(id_equal(owner, a.user));
    FAILS(f, ERR_NOT_FOUND, store_conversation_owner(f->store, next_id(f), &owner, &f->err));
}

/* ---- messages ---- */

static void a_message_comes_back(struct fixture *f)
{
    struct scope a = new_user(f, "a", PHONE);
    struct thread t = new_thread(f, a, next_id(f), PHONE, 0);
    struct message m = { .id = next_id(f),
                         .user = a.user,
                         .conversation = t.conversation.id,
                         .number = t.conversation.number,
                         .body = STR("hello \xF0\x9F\x91\x8B"),
                         .fields = STR("FromCity=X"),
                         .media = STR("[{\"url\":\"u\"}]"),
                         .why = STR("[{\"layer\":\"consent\"}]"),
                         .provider_sid = STR(SID_A),
                         .status = STATUS_RECEIVED,
                         .segments = 2,
                         .outcome = OUTCOME_PENDING,
                         .at_ms = NOW_MS };
    struct message_write write = { &a, &m };
    struct message got;
    struct id turn = next_id(f), reply = next_id(f), owner;
    struct store_tx tx = begin(f);

    OK(f, store_add_messages(&tx, &write, 1, &f->chance, &f->err));
    commit(f, &tx);
    OK(f, store_message(f->store, &a, m.id, &f->arena, &got, &f->err));
    assert_true(str_equal(got.body, m.body) && str_equal(got.fields, m.fields));
    assert_true(str_equal(got.media, m.media) && str_equal(got.why, m.why));
    assert_true(str_is(got.provider_sid, SID_A) && got.segments == 2 && got.origin.len == 0);
    assert_true(got.direction == DIRECTION_INBOUND && got.status == STATUS_RECEIVED);
    assert_true(id_equal(got.conversation, m.conversation) && id_is_zero(got.previous));
    tx = begin(f);
    OK(f, store_set_outcome(&tx, &a, m.id, OUTCOME_HELP, turn, reply, NOW_MS + 5, &f->err));
    FAILS(f, ERR_NOT_FOUND,
          store_set_status(&tx, &a, m.id, STATUS_SENT, str_of(""), 0, (struct str){ 0 }, NOW_MS,
                           &f->err));
    commit(f, &tx);
    OK(f, store_message(f->store, &a, m.id, &f->arena, &got, &f->err));
    assert_true(got.outcome == OUTCOME_HELP && got.done_ms == NOW_MS + 5);
    assert_true(id_equal(got.turn, turn) && id_equal(got.reply, reply));
    OK(f, store_message_owner(f->store, m.id, &owner, &f->err));
    assert_true(id_equal(owner, a.user));
    FAILS(f, ERR_NOT_FOUND, store_message(f->store, &a, turn, &f->arena, &got, &f->err));
    FAILS(f, ERR_NOT_FOUND, store_message_owner(f->store, turn, &owner, &f->err));
}

static void a_status_keeps_what_is_not_given(struct fixture *f)
{
    struct scope a = new_user(f, "a", PHONE);
    struct thread t = new_thread(f, a, next_id(f), PHONE, 2);
    struct id id = t.conversation.last_message;
    struct message got;
    struct store_tx tx = begin(f);

    OK(f, store_set_status(&tx, &a, id, STATUS_SENT, str_of(SID_A), 0, (struct str){ 0 },
                           NOW_MS + 1, &f->err));
    OK(f, store_set_status(&tx, &a, id, STATUS_UNDELIVERED, str_of(""), 30003,
                           str_of("unreachable"), NOW_MS + 2, &f->err));
    OK(f, store_set_status(&tx, &a, id, STATUS_UNDELIVERED, str_of(""), 30003, (struct str){ 0 },
                           NOW_MS + 3, &f->err));
    commit(f, &tx);
    OK(f, store_message(f->store, &a, id, &f->arena, &got, &f->err));
    assert_true(str_is(got.provider_sid, SID_A) && str_is(got.error, "unreachable"));
    assert_true(got.status == STATUS_UNDELIVERED && got.error_code == 30003);
    assert_int_equal(got.done_ms, NOW_MS + 3);
    assert_true(str_is(got.origin, "agent") && got.direction == DIRECTION_OUTBOUND);
}

static void status_events_are_recorded_once(struct fixture *f)
{
    struct scope a = new_user(f, "a", PHONE);
    struct thread t = new_thread(f, a, next_id(f), PHONE, 2);
    struct status_event sent = { t.conversation.last_message, STATUS_SENT, 0, NOW_MS };
    struct status_event failed = { t.conversation.last_message, STATUS_FAILED, 30003, NOW_MS + 1 };
    struct status_event *events;
    size_t count;
    bool fresh[3];
    struct store_tx tx = begin(f);

    OK(f, store_add_status_event(&tx, &a, &failed, &fresh[0], &f->err));
    OK(f, store_add_status_event(&tx, &a, &sent, &fresh[1], &f->err));
    OK(f, store_add_status_event(&tx, &a, &failed, &fresh[2], &f->err));
    commit(f, &tx);
    assert_true(fresh[0] && fresh[1] && !fresh[2]);
    OK(f, store_status_events(f->store, &a, sent.message, &f->arena, &events, &count, &f->err));
    assert_int_equal(count, 2);
    assert_true(events[0].status == STATUS_SENT && events[1].error_code == 30003);
}

static void history_goes_back_along_the_links(struct fixture *f)
{
    struct scope a = new_user(f, "a", PHONE);
    struct thread t = new_thread(f, a, next_id(f), PHONE, 5);
    struct message *m;
    size_t count;

    OK(f, store_messages_back(f->store, &a, t.conversation.id, (struct id){ 0 }, 3, &f->arena, &m,
                              &count, &f->err));
    assert_int_equal(count, 3);
    assert_true(str_is(m[0].body, "text 5") && str_is(m[2].body, "text 3"));
    OK(f, store_messages_back(f->store, &a, t.conversation.id, m[2].previous, 9, &f->arena, &m,
                              &count, &f->err));
    assert_int_equal(count, 2);
    assert_true(str_is(m[1].body, "text 1"));
    FAILS(f, ERR_NOT_FOUND,
          store_messages_back(f->store, &a, next_id(f), (struct id){ 0 }, 9, &f->arena, &m, &count,
                              &f->err));
}

static void a_users_conversations_are_merged(struct fixture *f)
{
    struct scope a = new_user(f, "a", PHONE);
    struct thread threads[5];
    struct id order[30], before = { 0 };
    struct owned_id *newest;
    size_t seen = 0, count;
    struct store_tx tx;

    for (size_t i = 0; i < 5; i++)
        threads[i] =
            new_thread(f, a, next_id(f), arena_printf(&f->arena, "+1555010030%zu", i).ptr, 0);
    tx = begin(f);
    for (size_t i = 0; i < 30; i++)
        order[i] = add_text(f, &tx, &threads[i * i % 5], DIRECTION_INBOUND, "x");
    commit(f, &tx);
    while (true) {
        struct message *m;

        OK(f, store_messages_of_user(f->store, &a, before, 7, &f->arena, &m, &count, &f->err));
        for (size_t i = 0; i < count; i++)
            assert_true(id_equal(m[i].id, order[29 - seen++]));
        if (count == 0)
            break;
        before = m[count - 1].id;
    }
    assert_int_equal(seen, 30);
    OK(f, store_messages_newest(f->store, order[2], 9, &f->arena, &newest, &count, &f->err));
    assert_int_equal(count, 2);
    assert_true(id_equal(newest[0].id, order[1]) && id_equal(newest[1].user, a.user));
}

/* ---- what is owed ---- */

static struct send send_row(struct fixture *f, struct id conversation, enum send_state state,
                            int64_t due_ms)
{
    return (struct send){ .message = next_id(f),
                          .user = USER_INSTALLATION,
                          .conversation = conversation,
                          .number = conversation,
                          .state = state,
                          .due_ms = due_ms };
}

static void put_sends(struct fixture *f, const struct send *sends, size_t count)
{
    struct store_tx tx = begin(f);

    OK(f, store_put_sends(&tx, sends, count, &f->err));
    commit(f, &tx);
}

/* Which of a conversation's two sends, oldest first, are due at time 10. */
static const struct order_case {
    const char *name;
    enum send_state first_state;
    int64_t first_due, first_attempts;
    enum send_state second_state;
    int64_t second_due;
    const char *want;
} order_cases[] = {
    { "both ready: the first leaves first", SEND_READY, 5, 0, SEND_READY, 5, "1" },
    { "the first is overdue longer", SEND_READY, 1, 0, SEND_READY, 9, "1" },
    { "the first waits for its time", SEND_READY, 11, 0, SEND_READY, 5, "2" },
    { "nothing while the first is being sent", SEND_SENDING, 5, 0, SEND_READY, 5, "" },
    { "a send that is due later is not blocked by one sending, but not due", SEND_SENDING, 0, 0,
      SEND_READY, 20, "" },
    { "an unknown one does not hold others back", SEND_UNKNOWN, 50, 0, SEND_READY, 5, "2" },
    { "an unknown one is looked at beside a ready one", SEND_UNKNOWN, 4, 0, SEND_READY, 5, "12" },
    { "an unknown one is not held back", SEND_READY, 5, 0, SEND_UNKNOWN, 5, "12" },
    { "an unknown one waits for its time", SEND_READY, 50, 0, SEND_UNKNOWN, 50, "" },
    { "the first waits to be offered again", SEND_READY, 50, 1, SEND_READY, 5, "" },
    { "due at this very moment", SEND_READY, 10, 0, SEND_UNKNOWN, 10, "12" },
};

static void sends_leave_in_order(void **state)
{
    const struct order_case *c = *state;
    struct fixture *f = fixture_new();
    struct id conversation = next_id(f), other = next_id(f);
    struct send sends[] = { send_row(f, conversation, c->first_state, c->first_due),
                            send_row(f, conversation, c->second_state, c->second_due),
                            send_row(f, other, SEND_READY, 100) };
    char got[4] = { 0 };
    struct send *due;
    size_t count;

    sends[0].attempts = c->first_attempts;
    put_sends(f, sends, ARRAY_LEN(sends));
    OK(f, store_due_sends(f->store, 10, 10, &f->arena, &due, &count, &f->err));
    for (size_t i = 0; i < count; i++)
        got[i] = id_equal(due[i].message, sends[0].message) ? '1' : '2';
    assert_string_equal(got, c->want);
    fixture_drop(f);
}

static void a_send_comes_back_until_it_is_done(struct fixture *f)
{
    struct send send = send_row(f, next_id(f), SEND_READY, 5), got, *ready;
    struct scope scope = scope_of(f, USER_INSTALLATION);
    size_t count;

    put_sends(f, &send, 1);
    OK(f,
       store_ready_sends(f->store, &scope, send.conversation, &f->arena, &ready, &count, &f->err));
    assert_int_equal(count, 1);
    send.state = SEND_SENDING;
    send.attempts = 1;
    send.repeats = 2;
    send.clean_listings = 3;
    send.first_offer_ms = 4;
    send.last_offer_ms = 5;
    send.expires_ms = 6;
    put_sends(f, &send, 1);
    OK(f, store_send(f->store, &scope, send.message, &got, &f->err));
    assert_memory_equal(&got, &send, sizeof(got));
    OK(f,
       store_ready_sends(f->store, &scope, send.conversation, &f->arena, &ready, &count, &f->err));
    assert_int_equal(count, 0);
    send.state = SEND_DONE;
    put_sends(f, &send, 1);
    FAILS(f, ERR_NOT_FOUND, store_send(f->store, &scope, send.message, &got, &f->err));
}

static struct turn turn_row(struct fixture *f, const struct thread *t, enum turn_state state,
                            int64_t due_ms)
{
    return (struct turn){ .id = next_id(f),
                          .user = t->scope.user,
                          .conversation = t->conversation.id,
                          .state = state,
                          .due_ms = due_ms,
                          .first_message = t->conversation.last_message,
                          .last_message = t->conversation.last_message,
                          .created_ms = NOW_MS };
}

static void put_turn(struct fixture *f, const struct turn *turn)
{
    struct store_tx tx = begin(f);

    OK(f, store_put_turns(&tx, turn, 1, &f->err));
    commit(f, &tx);
}

static void a_turn_comes_back(struct fixture *f)
{
    struct scope a = new_user(f, "a", PHONE);
    struct thread t = new_thread(f, a, next_id(f), PHONE, 1);
    struct turn turn = turn_row(f, &t, TURN_WAITING, 5), got;

    put_turn(f, &turn);
    turn.state = TURN_ANSWERED;
    turn.due_ms = 0;
    turn.attempts = 2;
    turn.started_ms = 6;
    turn.finished_ms = 7;
    turn.reply_count = TURN_REPLIES_MOST;
    for (size_t i = 0; i < TURN_REPLIES_MOST; i++)
        turn.replies[i] = next_id(f);
    put_turn(f, &turn);
    OK(f, store_turn(f->store, &a, turn.id, &f->arena, &got, &f->err));
    assert_memory_equal(got.replies, turn.replies, sizeof(got.replies));
    assert_true(got.reply_count == TURN_REPLIES_MOST && got.state == TURN_ANSWERED);
    assert_true(got.attempts == 2 && got.started_ms == 6 && got.finished_ms == 7);
    assert_true(id_equal(got.first_message, turn.first_message) && got.detail.len == 0);
    FAILS(f, ERR_NOT_FOUND, store_turn(f->store, &a, next_id(f), &f->arena, &got, &f->err));
}

static void what_is_due_first_is_known(struct fixture *f)
{
    struct scope a = new_user(f, "a", PHONE);
    struct thread t = new_thread(f, a, next_id(f), PHONE, 1);
    struct turn waiting = turn_row(f, &t, TURN_WAITING, 30), *due;
    struct turn finished = turn_row(f, &t, TURN_SILENT, 0);
    struct turn running = turn_row(f, &t, TURN_RUNNING, 20);
    struct send sends[] = { send_row(f, next_id(f), SEND_SENDING, 1),
                            send_row(f, next_id(f), SEND_UNKNOWN, 25) };
    size_t count;
    int64_t next;

    OK(f, store_next_due(f->store, &next, &f->err));
    assert_true(next == INT64_MAX);
    put_turn(f, &waiting);
    put_turn(f, &finished);
    OK(f, store_next_due(f->store, &next, &f->err));
    assert_int_equal(next, 30);
    put_sends(f, sends, 2);
    OK(f, store_next_due(f->store, &next, &f->err));
    assert_int_equal(next, 25);
    put_turn(f, &running);
    OK(f, store_next_due(f->store, &next, &f->err));
    assert_int_equal(next, 20);
    OK(f, store_due_turns(f->store, 29, 10, &f->arena, &due, &count, &f->err));
    assert_int_equal(count, 1);
    OK(f, store_due_turns(f->store, 30, 10, &f->arena, &due, &count, &f->err));
    assert_int_equal(count, 2);
    assert_true(id_equal(due[0].id, running.id) && id_equal(due[1].id, waiting.id));
}

static void a_start_finds_what_was_under_way(struct fixture *f)
{
    struct scope a = new_user(f, "a", PHONE);
    struct thread t = new_thread(f, a, next_id(f), PHONE, 1);
    struct turn running = turn_row(f, &t, TURN_RUNNING, 900), got_turn;
    struct turn waiting = turn_row(f, &t, TURN_WAITING, 800);
    struct send sends[] = { send_row(f, next_id(f), SEND_SENDING, 1),
                            send_row(f, next_id(f), SEND_READY, 700) };
    struct send got;
    struct scope zero = scope_of(f, USER_INSTALLATION);
    size_t turn_count, send_count;
    struct store_tx tx;

    put_turn(f, &running);
    put_turn(f, &waiting);
    put_sends(f, sends, 2);
    tx = begin(f);
    OK(f, store_recover(&tx, 100, 200, &turn_count, &send_count, &f->err));
    commit(f, &tx);
    assert_true(turn_count == 1 && send_count == 1);
    OK(f, store_turn(f->store, &a, running.id, &f->arena, &got_turn, &f->err));
    assert_true(got_turn.state == TURN_WAITING && got_turn.due_ms == 100);
    OK(f, store_send(f->store, &zero, sends[0].message, &got, &f->err));
    assert_true(got.state == SEND_UNKNOWN && got.due_ms == 200);
    OK(f, store_send(f->store, &zero, sends[1].message, &got, &f->err));
    assert_true(got.state == SEND_READY && got.due_ms == 700);
}

/* ---- transactions, position, settings ---- */

static void a_rollback_leaves_nothing(struct fixture *f)
{
    struct store_tx tx = begin(f);
    int64_t position;

    OK(f, store_set_spool_position(&tx, 7, &f->err));
    store_rollback(&tx);
    store_rollback(&tx);
    OK(f, store_spool_position(f->store, &position, &f->err));
    assert_int_equal(position, 0);
    tx = begin(f);
    OK(f, store_set_spool_position(&tx, 7, &f->err));
    commit(f, &tx);
    store_rollback(&tx);
    OK(f, store_spool_position(f->store, &position, &f->err));
    assert_int_equal(position, 7);
}

static void a_savepoint_undoes_one_command(struct fixture *f)
{
    struct str value;
    struct store_tx tx = begin(f);

    OK(f, store_savepoint(&tx, &f->err));
    OK(f, store_set_setting(&tx, "kept", str_of("yes"), &f->err));
    OK(f, store_savepoint_keep(&tx, &f->err));
    OK(f, store_savepoint(&tx, &f->err));
    OK(f, store_set_setting(&tx, "undone", str_of("yes"), &f->err));
    OK(f, store_savepoint_undo(&tx, &f->err));
    OK(f, store_set_setting(&tx, "after", str_of(""), &f->err));
    commit(f, &tx);
    OK(f, store_setting(f->store, "kept", &f->arena, &value, &f->err));
    assert_true(str_is(value, "yes"));
    OK(f, store_setting(f->store, "undone", &f->arena, &value, &f->err));
    assert_int_equal(value.len, 0);
}

/* ---- usage ---- */

static void usage_is_kept_when_the_day_changes(struct fixture *f)
{
    struct scope a = new_user(f, "a", PHONE), b = new_user(f, "b", OTHER_PHONE);
    struct id number = next_id(f);
    struct thread one = new_thread(f, a, number, PHONE, 4); /* two in, two out */
    struct thread two = new_thread(f, a, number, "+15550100003", 1);
    struct conversation_write write = { &a, &one.conversation, false };
    struct usage_day *days;
    size_t count;
    struct store_tx tx;

    new_thread(f, b, number, OTHER_PHONE, 2);
    one.conversation.day = TODAY + 1;
    one.conversation.day_in = 5;
    one.conversation.day_out = one.conversation.day_segments_out = 0;
    one.conversation.day_segments_in = 9;
    tx = begin(f);
    OK(f, store_put_conversations(&tx, &write, 1, &f->err));
    OK(f, store_put_conversations(&tx, &write, 1, &f->err)); /* the same day again adds nothing */
    commit(f, &tx);
    OK(f, store_usage(f->store, &a, TODAY, TODAY + 5, &f->arena, &days, &count, &f->err));
    assert_int_equal(count, 2);
    assert_true(days[0].day == TODAY && days[0].messages_in == 3 && days[0].messages_out == 2);
    assert_true(days[0].segments_in == 3 && days[0].segments_out == 2);
    assert_true(days[1].messages_in == 5 && days[1].segments_in == 9);
    OK(f, store_usage(f->store, &a, TODAY + 1, TODAY + 1, &f->arena, &days, &count, &f->err));
    assert_int_equal(count, 1);
    OK(f, store_usage_total(f->store, TODAY - 9, TODAY, &f->arena, &days, &count, &f->err));
    assert_int_equal(count, 1);
    assert_true(days[0].messages_in == 4 && days[0].messages_out == 3);
    write.conversation = &two.conversation; /* a second one of the same user joins the same row */
    two.conversation.day = TODAY + 1;
    tx = begin(f);
    OK(f, store_put_conversations(&tx, &write, 1, &f->err));
    commit(f, &tx);
    OK(f, store_usage(f->store, &a, TODAY, TODAY, &f->arena, &days, &count, &f->err));
    assert_true(count == 1 && days[0].messages_in == 3);
}

/* ---- facts, tokens, answers ---- */

static void facts_belong_to_a_contact(struct fixture *f)
{
    struct scope a = new_user(f, "a", PHONE);
    struct fact one = { next_id(f), a.user, next_id(f), STR("likes tea"), NOW_MS };
    struct fact two = { next_id(f), a.user, next_id(f), STR("has a dog"), NOW_MS }, *facts;
    size_t count;
    struct store_tx tx = begin(f);

    OK(f, store_add_fact(&tx, &a, &one, &f->chance, &f->err));
    OK(f, store_add_fact(&tx, &a, &two, &f->chance, &f->err));
    commit(f, &tx);
    OK(f, store_facts(f->store, &a, one.contact, 9, &f->arena, &facts, &count, &f->err));
    assert_int_equal(count, 1);
    assert_true(str_is(facts[0].text, "likes tea"));
    OK(f, store_facts(f->store, &a, (struct id){ 0 }, 9, &f->arena, &facts, &count, &f->err));
    assert_int_equal(count, 2);
    assert_true(str_is(facts[0].text, "has a dog"));
    tx = begin(f);
    OK(f, store_remove_fact(&tx, &a, one.id, &f->err));
    FAILS(f, ERR_NOT_FOUND, store_remove_fact(&tx, &a, one.id, &f->err));
    commit(f, &tx);
}

static void tokens_are_found_by_hash(struct fixture *f)
{
    struct scope a = new_user(f, "a", PHONE);
    struct str hash = STR("0123456789abcdef0123456789abcdef");
    struct str admin_hash = STR("1123456789abcdef0123456789abcdef");
    struct api_token token = { next_id(f), a.user, STR("phone app"), NOW_MS }, got, *list;
    struct api_token admin = { next_id(f), USER_INSTALLATION, STR("root"), NOW_MS };
    size_t count;
    struct store_tx tx = begin(f);

    OK(f, store_add_token(&tx, &token, hash, &f->err));
    OK(f, store_add_token(&tx, &admin, admin_hash, &f->err));
    commit(f, &tx);
    OK(f, store_find_token(f->store, hash, &f->arena, &got, &f->err));
    assert_true(id_equal(got.id, token.id) && id_equal(got.user, a.user));
    assert_true(str_is(got.name, "phone app"));
    FAILS(f, ERR_NOT_FOUND, store_find_token(f->store, str_of("x"), &f->arena, &got, &f->err));
    OK(f, store_tokens(f->store, a.user, false, &f->arena, &list, &count, &f->err));
    assert_int_equal(count, 1);
    OK(f, store_tokens(f->store, a.user, true, &f->arena, &list, &count, &f->err));
    assert_int_equal(count, 2);
    tx = begin(f);
    FAILS(f, ERR_NOT_FOUND, store_remove_token(&tx, admin.id, a.user, false, &f->err));
    OK(f, store_remove_token(&tx, token.id, a.user, false, &f->err));
    OK(f, store_remove_token(&tx, admin.id, a.user, true, &f->err));
    commit(f, &tx);
}

static void saved_answers_last_a_day(struct fixture *f)
{
    struct str keys[] = { STR("k123456789abcdef0123456789abcdef"),
                          STR("l123456789abcdef0123456789abcdef") };
    struct saved_answer answer = { 201, STR("r123456789abcdef0123456789abcdef"), STR("{}") }, got;
    int64_t day_ms = INT64_C(86400000);
    bool found;
    struct store_tx tx = begin(f);

    OK(f, store_save_answer(&tx, keys[0], &answer, NOW_MS, &f->chance, &f->err));
    FAILS(f, ERR_CONFLICT, store_save_answer(&tx, keys[0], &answer, NOW_MS, &f->chance, &f->err));
    FAILS(f, ERR_INTERNAL,
          store_save_answer(&tx, str_of("short"), &answer, NOW_MS, &f->chance, &f->err));
    OK(f, store_find_answer(f->store, keys[0], &f->arena, &found, &got, &f->err));
    assert_true(found && got.status == 201 && str_is(got.body, "{}"));
    assert_true(str_equal(got.request_hash, answer.request_hash));
    OK(f, store_save_answer(&tx, keys[1], &answer, NOW_MS + day_ms + 1, &f->chance, &f->err));
    OK(f, store_find_answer(f->store, keys[0], &f->arena, &found, &got, &f->err));
    assert_false(found);
    commit(f, &tx);
}

static const struct plain_case {
    const char *name;
    void (*run)(struct fixture *f);
} cases[] = {
    { "a SID is claimed for ever", claims_are_for_ever },
    { "an unclaimed SID is not found", an_unclaimed_sid_is_not_found },
    { "SIDs of another shape are refused", odd_sids_are_refused },
    { "a user comes back as it was put", a_user_comes_back },
    { "an invite code is one user's", an_invite_code_is_one_users },
    { "users are listed in order, the installation left out", users_are_listed_in_order },
    { "scopes come in order", scopes_come_in_order },
    { "a phone is one user's", a_phone_is_one_users },
    { "numbers come back as they were put", numbers_come_back },
    { "a number with conversations is not removed", a_number_with_conversations_stays },
    { "an empty lane has nothing", an_empty_lane_has_nothing },
    { "a lane knows its conversation", a_lane_knows_its_conversation },
    { "the allowlist shows in lanes", the_allowlist_shows_in_lanes },
    { "the allowlist is paged by time", the_allowlist_is_paged_by_time },
    { "the same contact twice is refused", the_same_contact_twice_is_refused },
    { "times of recent answers come back", recent_answers_come_back },
    { "an unknown conversation is not updated", an_unknown_conversation_is_not_updated },
    { "conversations are listed", conversations_are_listed },
    { "a message comes back as it was put", a_message_comes_back },
    { "a status keeps what is not given", a_status_keeps_what_is_not_given },
    { "status events are recorded once", status_events_are_recorded_once },
    { "history goes back along the links", history_goes_back_along_the_links },
    { "a user's conversations are merged by time", a_users_conversations_are_merged },
    { "a send comes back until it is done", a_send_comes_back_until_it_is_done },
    { "a turn comes back as it was put", a_turn_comes_back },
    { "what is due first is known", what_is_due_first_is_known },
    { "a start finds what was under way", a_start_finds_what_was_under_way },
    { "a rollback leaves nothing", a_rollback_leaves_nothing },
    { "a savepoint undoes one command", a_savepoint_undoes_one_command },
    { "usage is kept when the day changes", usage_is_kept_when_the_day_changes },
    { "facts belong to a contact", facts_belong_to_a_contact },
    { "tokens are found by hash", tokens_are_found_by_hash },
    { "saved answers last a day", saved_answers_last_a_day },
};

static void runs(void **state)
{
    const struct plain_case *c = *state;
    struct fixture *f = fixture_new();

    c->run(f);
    fixture_drop(f);
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(cases) + ARRAY_LEN(order_cases) + ARRAY_LEN(allow_cases)];
    size_t count = 0;

    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        tests[count++] = (struct CMUnitTest){ cases[i].name, runs, NULL, NULL, (void *)&cases[i] };
    for (size_t i = 0; i < ARRAY_LEN(order_cases); i++)
        tests[count++] = (struct CMUnitTest){ order_cases[i].name, sends_leave_in_order, NULL, NULL,
                                              (void *)&order_cases[i] };
    for (size_t i = 0; i < ARRAY_LEN(allow_cases); i++)
        tests[count++] = (struct CMUnitTest){ allow_cases[i].name, lanes_agree_on_the_allowlist,
                                              NULL, NULL, (void *)&allow_cases[i] };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
