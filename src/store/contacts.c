/*
 * contacts.c - the phones a user knows, and which of them are on the allowlist.
 *
 * One row holds both, because a new conversation usually makes both at once. A row whose id is NULL
 * is on the allowlist only: nobody has texted yet. The phone is sealed under the row's own key, the
 * user's blind index of it.
 */
#include "store/inside.h"

static const struct query add_contact = {
    "INSERT INTO contacts (user_id, contact_index, id, created_ms, phone, name)"
    " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (user_id, contact_index) DO UPDATE"
    " SET id = excluded.id, created_ms = excluded.created_ms, name = excluded.name"
    " WHERE contacts.id IS NULL",
    6
};
static const struct query get_contact = {
    "SELECT contact_index, created_ms, phone, name FROM contacts WHERE user_id = $1 AND id = $2", 2
};
/* The usual case: the contact was made a moment ago. */
static const struct query allow_known = {
    "UPDATE contacts SET allowed_ms = $1, allowed_by = $2"
    " WHERE user_id = $3 AND contact_index = $4 AND allowed_ms IS NULL",
    4
};
static const struct query allow = {
    "INSERT INTO contacts (user_id, contact_index, created_ms, allowed_ms, allowed_by, phone)"
    " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
    6
};
static const struct query disallow = {
    "UPDATE contacts SET allowed_ms = NULL, allowed_by = NULL"
    " WHERE user_id = $1 AND contact_index = $2 AND allowed_ms IS NOT NULL",
    2
};
/* What was on the allowlist only has no reason to stay. */
static const struct query drop_unused = {
    "DELETE FROM contacts WHERE user_id = $1 AND contact_index = $2 AND id IS NULL", 2
};
/* Conversations repeat it, so that a text need not look here. */
static const struct query mark_conversations = {
    "UPDATE conversations SET allowlisted = $1 WHERE user_id = $2 AND contact_index = $3", 3
};
static const struct query list_allowed = {
    "SELECT contact_index, allowed_ms, allowed_by, phone FROM contacts"
    " WHERE user_id = $1 AND allowed_ms IS NOT NULL"
    " ORDER BY allowed_ms, contact_index LIMIT $2 OFFSET $3",
    3
};

bool store_add_contacts(struct store_tx *tx, const struct contact_write *rows, size_t count,
                        struct chance *chance, struct err *err)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    struct value *params = params_new(&arena, &add_contact, count), *p = params;
    size_t *changed = ARENA_ARRAY(&arena, size_t, count);

    for (size_t i = 0; i < count; i++) {
        const struct contact *c = rows[i].contact;
        unsigned char *index = arena_alloc(&arena, VAULT_INDEX_BYTES);
        struct id row;

        if (!check_owner(rows[i].scope, c->user, err))
            return err_add(err, "contact");
        vault_index(tx->store->vault, c->user, "phone", c->phone, index);
        row = id_of_index(index);
        *p++ = value_id(&c->user);
        *p++ = value_index(index);
        *p++ = value_id(&c->id);
        *p++ = value_int(c->created_ms);
        *p++ = seal_value(rows[i].scope, "contacts", "phone", row, c->phone, chance, &arena);
        *p++ = seal_value(rows[i].scope, "contacts", "name", row, c->name, chance, &arena);
    }
    if (!store_write(tx, &add_contact, params, count, changed, err))
        return err_add(err, "contacts");
    for (size_t i = 0; i < count; i++) {
        if (changed[i] == 0)
            return err_set(err, ERR_CONFLICT, "the user knows this contact already");
    }
    return true;
}

bool store_contact(struct store *store, const struct scope *scope, struct id id,
                   struct arena *arena, struct contact *ret, struct err *err)
{
    struct value params[] = { value_id(&scope->user), value_id(&id) };
    struct contact contact = { .id = id, .user = scope->user };
    struct str phone, name;
    struct rows rows;
    struct row row;
    struct id index;

    if (!store_run(store, &get_contact, params, 1, arena, &rows, err))
        return err_add(err, "contact");
    if (rows.count == 0)
        return err_set(err, ERR_NOT_FOUND, "no such contact");
    row = row_at(&rows, 0);
    index = row_id(&row);
    contact.created_ms = row_int(&row);
    phone = row_bytes(&row);
    name = row_bytes(&row);
    if (!row_ok(&row, "contacts", err) ||
        !unseal_cell(scope, "contacts", "phone", index, phone, arena, &contact.phone, err) ||
        !unseal_cell(scope, "contacts", "name", index, name, arena, &contact.name, err))
        return false;
    *ret = contact;
    return true;
}

/* ---- allowlist ---- */

static bool mark(struct store_tx *tx, const struct scope *scope,
                 const unsigned char index[VAULT_INDEX_BYTES], bool allowlisted, struct err *err)
{
    struct value params[] = { value_int(allowlisted), value_id(&scope->user), value_index(index) };

    return store_write_one(tx, &mark_conversations, params, NULL, err);
}

/* The row is on the list already, or not there at all. */
static bool allow_new(struct store_tx *tx, const struct scope *scope,
                      const struct allowlist_entry *entry,
                      const unsigned char index[VAULT_INDEX_BYTES], struct chance *chance,
                      size_t *ret_changed, struct err *err)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    struct value params[] = { value_id(&scope->user),
                              value_index(index),
                              value_int(entry->added_ms),
                              value_int(entry->added_ms),
                              value_text(entry->added_by),
                              seal_value(scope, "contacts", "phone", id_of_index(index),
                                         entry->phone, chance, &arena) };

    return store_write_one(tx, &allow, params, ret_changed, err);
}

bool store_add_allowlist(struct store_tx *tx, const struct scope *scope,
                         const struct allowlist_entry *entry, struct chance *chance,
                         bool *ret_fresh, struct err *err)
{
    unsigned char index[VAULT_INDEX_BYTES];
    struct value params[] = { value_int(entry->added_ms), value_text(entry->added_by),
                              value_id(&scope->user), value_index(index) };
    size_t changed;

    if (!check_owner(scope, entry->user, err))
        return err_add(err, "allowlist");
    vault_index(tx->store->vault, scope->user, "phone", entry->phone, index);
    if (!store_write_one(tx, &allow_known, params, &changed, err) ||
        (changed == 0 && !allow_new(tx, scope, entry, index, chance, &changed, err)) ||
        (changed > 0 && !mark(tx, scope, index, true, err)))
        return err_add(err, "allowlist");
    *ret_fresh = changed > 0;
    return true;
}

bool store_remove_allowlist(struct store_tx *tx, const struct scope *scope, struct str phone,
                            struct err *err)
{
    unsigned char index[VAULT_INDEX_BYTES];
    struct value params[] = { value_id(&scope->user), value_index(index) };
    size_t changed;

    vault_index(tx->store->vault, scope->user, "phone", phone, index);
    if (!store_write_one(tx, &disallow, params, &changed, err))
        return err_add(err, "allowlist");
    if (changed == 0)
        return err_set(err, ERR_NOT_FOUND, "the phone is not on the allowlist");
    return (mark(tx, scope, index, false, err) &&
            store_write_one(tx, &drop_unused, params, NULL, err)) ||
           err_add(err, "allowlist");
}

bool store_allowlist(struct store *store, const struct scope *scope, size_t offset, size_t limit,
                     struct arena *arena, struct allowlist_entry **ret, size_t *ret_count,
                     struct err *err)
{
    struct value params[] = { value_id(&scope->user), value_int((int64_t)limit),
                              value_int((int64_t)offset) };
    struct allowlist_entry *entries;
    struct rows rows;

    if (!store_run(store, &list_allowed, params, 1, arena, &rows, err))
        return err_add(err, "allowlist");
    entries = ARENA_ARRAY(arena, struct allowlist_entry, rows.count);
    for (size_t i = 0; i < rows.count; i++) {
        struct row row = row_at(&rows, i);
        struct id index = row_id(&row);
        struct str phone;

        entries[i].user = scope->user;
        entries[i].added_ms = row_int(&row);
        entries[i].added_by = row_text(&row);
        phone = row_bytes(&row);
        if (!row_ok(&row, "contacts", err) ||
            !unseal_cell(scope, "contacts", "phone", index, phone, arena, &entries[i].phone, err))
            return false;
    }
    *ret = entries;
    *ret_count = rows.count;
    return true;
}
