/*
 * lanes.c - what a text needs to know before it is decided: conversation, contact, allowlist,
 * consent.
 *
 * This is the hot path: a lane costs three look-ups by primary key, each a batch of its own.
 */
#include "store/inside.h"

static const struct query find_conversations = {
    "SELECT allowlisted, " CONVERSATION_COLUMNS " FROM conversations"
    " WHERE user_id = $1 AND number_id = $2 AND contact_index = $3",
    3
};
static const struct query find_contacts = {
    "SELECT id, allowed_ms FROM contacts WHERE user_id = $1 AND contact_index = $2", 2
};
/* All of a phone's rows: they are few, and one range is cheaper than two look-ups. */
static const struct query find_consents = {
    "SELECT scope_id, kind FROM consents WHERE phone_index = $1", 1
};
static const struct query route_senders = {
    "SELECT user_id FROM user_phones WHERE phone_index = $1", 1
};

static bool load_conversations(struct store *store, const struct lane_key *keys, size_t count,
                               struct arena *arena, struct lane *lanes, struct err *err)
{
    struct value *params = params_new(arena, &find_conversations, count), *p = params;
    struct rows rows;

    for (size_t i = 0; i < count; i++) {
        *p++ = value_id(&keys[i].scope->user);
        *p++ = value_id(&keys[i].number);
        *p++ = value_index(keys[i].contact_index);
    }
    if (!store_run(store, &find_conversations, params, count, arena, &rows, err))
        return false;
    for (size_t i = 0; i < rows.count; i++) {
        struct lane *lane = &lanes[rows.from[i]];
        struct row row = row_at(&rows, i);

        lane->allowlisted = row_bool(&row);
        if (!conversation_of_row(&row, &lane->conversation, err))
            return false;
        lane->exists = lane->has_contact = true;
        lane->contact = lane->conversation.contact;
    }
    return true;
}

/* Only where there is no conversation yet: one knows its contact. */
static bool load_contacts(struct store *store, const struct lane_key *keys, size_t count,
                          struct arena *arena, struct lane *lanes, struct err *err)
{
    struct value *params = params_new(arena, &find_contacts, count), *p = params;
    size_t *lane_of = ARENA_ARRAY(arena, size_t, count), asked = 0;
    struct rows rows;

    for (size_t i = 0; i < count; i++) {
        if (lanes[i].exists)
            continue;
        *p++ = value_id(&keys[i].scope->user);
        *p++ = value_index(keys[i].contact_index);
        lane_of[asked++] = i;
    }
    if (!store_run(store, &find_contacts, params, asked, arena, &rows, err))
        return false;
    for (size_t i = 0; i < rows.count; i++) {
        struct lane *lane = &lanes[lane_of[rows.from[i]]];
        struct row row = row_at(&rows, i);

        lane->contact = row_id(&row);
        lane->has_contact = !id_is_zero(lane->contact);
        lane->allowlisted = row.next->kind == VALUE_INT;
        if (!row_ok(&row, "contacts", err))
            return false;
    }
    return true;
}

static bool load_consents(struct store *store, const struct lane_key *keys, size_t count,
                          struct arena *arena, struct lane *lanes, struct err *err)
{
    struct value *params = params_new(arena, &find_consents, count);
    struct rows rows;

    for (size_t i = 0; i < count; i++)
        params[i] = value_index(keys[i].phone_index);
    if (!store_run(store, &find_consents, params, count, arena, &rows, err))
        return false;
    for (size_t i = 0; i < rows.count; i++) {
        const struct lane_key *key = &keys[rows.from[i]];
        struct lane *lane = &lanes[rows.from[i]];
        struct row row = row_at(&rows, i);
        struct id scope_id = row_id(&row);
        enum consent_kind kind = CONSENT_OPT_OUT;

        ROW_NAME(&row, parse_consent_kind, &kind);
        if (!row_ok(&row, "consents", err))
            return false;
        if (!id_equal(scope_id, key->number) && !id_equal(scope_id, key->scope->user))
            continue;
        lane->opted_out |= kind == CONSENT_OPT_OUT;
        lane->opted_in |= kind == CONSENT_OPT_IN;
    }
    for (size_t i = 0; i < count; i++)
        lanes[i].opted_in &= !lanes[i].opted_out;
    return true;
}

bool store_lanes(struct store *store, const struct lane_key *keys, size_t count, struct lane *ret,
                 struct err *err)
{
    CLEANUP(arena_release) struct arena arena = { 0 };

    memset(ret, 0, count * sizeof(*ret));
    return (load_conversations(store, keys, count, &arena, ret, err) &&
            load_contacts(store, keys, count, &arena, ret, err) &&
            load_consents(store, keys, count, &arena, ret, err)) ||
           err_add(err, "lanes");
}

bool store_route_senders(struct store *store, const unsigned char (*phone_index)[VAULT_INDEX_BYTES],
                         size_t count, struct id *ret, struct err *err)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    struct value *params = params_new(&arena, &route_senders, count);
    struct rows rows;

    for (size_t i = 0; i < count; i++)
        params[i] = value_index(phone_index[i]);
    if (!store_run(store, &route_senders, params, count, &arena, &rows, err))
        return err_add(err, "route senders");
    memset(ret, 0, count * sizeof(*ret));
    for (size_t i = 0; i < rows.count; i++) {
        struct row row = row_at(&rows, i);

        ret[rows.from[i]] = row_id(&row);
        if (!row_ok(&row, "user_phones", err))
            return false;
    }
    return true;
}
