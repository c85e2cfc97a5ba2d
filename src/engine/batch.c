/*
 * batch.c - lanes of a batch, and writing what a batch has gathered.
 *
 * A lane is loaded once however many events touch it. Rows leave in the order that foreign keys
 * want: contacts, conversations, messages, turns, sends.
 */
#include "engine/batch.h"

#define DAY_MS INT64_C(86400000)

void batch_init(struct batch *b, struct engine *engine, int64_t now_ms)
{
    memset(b, 0, sizeof(*b));
    b->engine = engine;
    b->arena = &engine->arena;
    b->now_ms = now_ms;
    b->messages_end = &b->messages;
    b->effects_end = &b->effects;
    b->public = (struct engine_tx){ .engine = engine,
                                    .tx = &b->tx,
                                    .arena = b->arena,
                                    .now_ms = now_ms,
                                    .chance = engine->config.chance };
}

struct id batch_id(struct batch *b)
{
    return id_make(&b->engine->ids, b->now_ms, b->engine->config.chance);
}

struct effect *batch_effect(struct batch *b, enum effect_kind kind, struct id user)
{
    struct effect *effect = ARENA_NEW(b->arena, struct effect);

    effect->kind = kind;
    effect->user = user;
    *b->effects_end = effect;
    b->effects_end = &effect->next;
    return effect;
}

bool batch_scope(struct batch *b, struct id user, struct scope **ret, struct err *err)
{
    struct scope *scope = ARENA_NEW(b->arena, struct scope);

    if (!store_scope(b->engine->config.store, user, b->arena, scope, err))
        return false;
    *ret = scope;
    return true;
}

/* ---- lanes ---- */

void lane_key_make(struct batch *b, const struct scope *scope, struct id number, struct str phone,
                   struct lane_key *ret)
{
    const struct vault *vault = b->engine->config.vault;

    ret->scope = scope;
    ret->number = number;
    vault_index(vault, scope->user, "phone", phone, ret->contact_index);
    vault_index(vault, USER_INSTALLATION, "phone", phone, ret->phone_index);
}

/* All lanes of a contact, whatever the number, are in one bucket. */
static struct lane_work **bucket(struct batch *b, const struct lane_key *key)
{
    uint64_t hash;

    memcpy(&hash, key->contact_index, sizeof(hash)); /* already a keyed hash */
    return &b->buckets[hash % LANE_BUCKETS];
}

static bool same_contact(const struct lane_key *a, const struct lane_key *b)
{
    return memcmp(a->contact_index, b->contact_index, VAULT_INDEX_BYTES) == 0 &&
           id_equal(a->scope->user, b->scope->user);
}

struct lane_work *lane_find(struct batch *b, const struct lane_key *key)
{
    struct lane_work *lane = *bucket(b, key);

    while (lane && !(same_contact(&lane->key, key) && id_equal(lane->key.number, key->number)))
        lane = lane->next_same_hash;
    return lane;
}

void lane_allow(struct batch *b, struct lane_work *lane)
{
    for (struct lane_work *each = *bucket(b, &lane->key); each; each = each->next_same_hash) {
        if (same_contact(&each->key, &lane->key))
            each->lane.allowlisted = true;
    }
}

/* Another number's lane in this batch may have made the contact already. */
static void share_contact(struct batch *b, struct lane_work *lane)
{
    for (struct lane_work *each = *bucket(b, &lane->key); each; each = each->next_same_hash) {
        if (each->new_contact && same_contact(&each->key, &lane->key)) {
            lane->lane.contact = each->lane.contact;
            lane->lane.has_contact = true;
        }
    }
}

struct lane_work *lane_insert(struct batch *b, const struct lane_key *key,
                              const struct lane *loaded, const struct number *number,
                              struct str phone)
{
    struct lane_work *lane = ARENA_NEW(b->arena, struct lane_work);
    struct lane_work **first = bucket(b, key);

    lane->key = *key;
    lane->lane = *loaded;
    lane->number = number;
    lane->phone = phone;
    lane->next_same_hash = *first;
    *first = lane;
    lane->next = b->lanes;
    b->lanes = lane;
    return lane;
}

bool lane_open(struct batch *b, const struct scope *scope, const struct number *number,
               struct id number_id, struct str phone, struct lane_work **ret, struct err *err)
{
    struct lane_key key;
    struct lane loaded;

    lane_key_make(b, scope, number_id, phone, &key);
    *ret = lane_find(b, &key);
    if (*ret)
        return true;
    if (!store_lanes(b->engine->config.store, &key, 1, &loaded, err))
        return err_add(err, "load a lane");
    *ret = lane_insert(b, &key, &loaded, number, phone);
    return true;
}

bool lane_open_conversation(struct batch *b, const struct scope *scope, struct id conversation_id,
                            struct lane_work **ret, struct err *err)
{
    struct store *store = b->engine->config.store;
    struct conversation conversation;
    struct contact contact;

    for (struct lane_work *lane = b->lanes; lane; lane = lane->next) {
        if (id_equal(lane->lane.conversation.id, conversation_id) &&
            id_equal(lane->key.scope->user, scope->user)) {
            *ret = lane;
            return true;
        }
    }
    if (!store_conversation(store, scope, conversation_id, &conversation, err) ||
        !store_contact(store, scope, conversation.contact, b->arena, &contact, err))
        return false;
    return lane_open(b, scope, numbers_by_id(b->engine, conversation.number), conversation.number,
                     contact.phone, ret, err);
}

void lane_ensure(struct batch *b, struct lane_work *lane)
{
    struct conversation *conversation = &lane->lane.conversation;

    if (lane->lane.exists)
        return;
    if (!lane->lane.has_contact)
        share_contact(b, lane);
    if (!lane->lane.has_contact) {
        struct contact *contact = ARENA_NEW(b->arena, struct contact);

        *contact = (struct contact){ .id = batch_id(b),
                                     .user = lane->key.scope->user,
                                     .phone = lane->phone,
                                     .created_ms = b->now_ms };
        lane->new_contact = contact;
        lane->lane.contact = contact->id;
        lane->lane.has_contact = true;
    }
    memset(conversation, 0, sizeof(*conversation));
    conversation->id = batch_id(b);
    conversation->user = lane->key.scope->user;
    conversation->number = lane->key.number;
    conversation->contact = lane->lane.contact;
    memcpy(conversation->contact_index, lane->key.contact_index, VAULT_INDEX_BYTES);
    conversation->created_ms = b->now_ms;
    lane->lane.exists = true;
    lane->insert = true;
    lane->dirty = true;
}

/* Today's usage of the conversation; the store moves the day before to usage_daily. */
static void count_usage(struct conversation *c, enum direction direction, int64_t segments,
                        int64_t now_ms)
{
    int64_t today = now_ms / DAY_MS;

    if (c->day != today) {
        c->day = today;
        c->day_in = c->day_out = c->day_segments_in = c->day_segments_out = 0;
    }
    if (direction == DIRECTION_INBOUND) {
        c->messages_in++;
        c->day_in++;
        c->day_segments_in += segments;
        c->last_in_ms = now_ms;
    } else {
        c->messages_out++;
        c->day_out++;
        c->day_segments_out += segments;
        c->last_out_ms = now_ms;
    }
}

struct message *lane_append(struct batch *b, struct lane_work *lane, const struct message *message)
{
    struct conversation *conversation = &lane->lane.conversation;
    struct message_entry *entry = ARENA_NEW(b->arena, struct message_entry);

    lane_ensure(b, lane);
    entry->scope = lane->key.scope;
    entry->message = *message;
    entry->message.user = lane->key.scope->user;
    entry->message.conversation = conversation->id;
    entry->message.number = lane->key.number;
    entry->message.previous = conversation->last_message;
    if (id_is_zero(entry->message.id))
        entry->message.id = batch_id(b);
    *b->messages_end = entry;
    b->messages_end = &entry->next;
    conversation->last_message = entry->message.id;
    if (message->status != STATUS_CANCELED)
        count_usage(conversation, message->direction, message->segments, b->now_ms);
    lane->dirty = true;
    return &entry->message;
}

bool batch_set_outcome(struct batch *b, const struct scope *scope, struct id message,
                       enum outcome outcome, struct id turn, struct id reply, struct err *err)
{
    for (struct message_entry *entry = b->messages; entry; entry = entry->next) {
        if (id_equal(entry->message.id, message)) {
            entry->message.outcome = outcome;
            entry->message.turn = turn;
            entry->message.reply = reply;
            entry->message.done_ms = b->now_ms;
            return true;
        }
    }
    return store_set_outcome(&b->tx, scope, message, outcome, turn, reply, b->now_ms, err);
}

/* ---- writing ---- */

static bool flush_lanes(struct batch *b, struct err *err)
{
    struct contact_write *contacts;
    struct conversation_write *conversations;
    size_t lanes = 0, contact_count = 0, conversation_count = 0;

    for (struct lane_work *lane = b->lanes; lane; lane = lane->next)
        lanes++;
    contacts = ARENA_ARRAY(b->arena, struct contact_write, lanes);
    conversations = ARENA_ARRAY(b->arena, struct conversation_write, lanes);
    for (struct lane_work *lane = b->lanes; lane; lane = lane->next) {
        if (lane->new_contact)
            contacts[contact_count++] =
                (struct contact_write){ lane->key.scope, lane->new_contact };
        if (lane->dirty)
            conversations[conversation_count++] =
                (struct conversation_write){ lane->key.scope, &lane->lane.conversation,
                                             lane->insert };
        if (lane->turn_dirty) {
            struct turn_entry *entry = ARENA_NEW(b->arena, struct turn_entry);

            entry->turn = lane->turn;
            entry->next = b->turns;
            b->turns = entry;
        }
    }
    return store_add_contacts(&b->tx, contacts, contact_count, b->engine->config.chance, err) &&
           store_put_conversations(&b->tx, conversations, conversation_count, err);
}

static bool flush_messages(struct batch *b, struct err *err)
{
    struct message_write *rows;
    size_t count = 0;

    for (struct message_entry *entry = b->messages; entry; entry = entry->next)
        count++;
    rows = ARENA_ARRAY(b->arena, struct message_write, count);
    count = 0;
    for (struct message_entry *entry = b->messages; entry; entry = entry->next)
        rows[count++] = (struct message_write){ entry->scope, &entry->message };
    return store_add_messages(&b->tx, rows, count, b->engine->config.chance, err);
}

static bool flush_owed(struct batch *b, struct err *err)
{
    struct turn *turns;
    struct send *sends;
    size_t turn_count = 0, send_count = 0;

    for (struct turn_entry *entry = b->turns; entry; entry = entry->next)
        turn_count++;
    for (struct send_entry *entry = b->sends; entry; entry = entry->next)
        send_count++;
    turns = ARENA_ARRAY(b->arena, struct turn, turn_count);
    sends = ARENA_ARRAY(b->arena, struct send, send_count);
    turn_count = send_count = 0;
    for (struct turn_entry *entry = b->turns; entry; entry = entry->next)
        turns[turn_count++] = entry->turn;
    for (struct send_entry *entry = b->sends; entry; entry = entry->next)
        sends[send_count++] = entry->send;
    if (turn_count > 0 || send_count > 0)
        b->work_due = true;
    return store_put_turns(&b->tx, turns, turn_count, err) &&
           store_put_sends(&b->tx, sends, send_count, err);
}

bool batch_flush(struct batch *b, struct err *err)
{
    if (!flush_lanes(b, err) || !flush_messages(b, err) || !flush_owed(b, err))
        return err_add(err, "write a batch");
    batch_drop(b);
    return true;
}

void batch_drop(struct batch *b)
{
    if (b->lanes)
        memset(b->buckets, 0, sizeof(b->buckets));
    b->lanes = NULL;
    b->messages = NULL;
    b->messages_end = &b->messages;
    b->turns = NULL;
    b->sends = NULL;
}
