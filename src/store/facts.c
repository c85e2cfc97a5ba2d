/*
 * facts.c - what an agent remembers of a contact.
 */
#include "store/inside.h"

static const struct query add_fact = {
    "INSERT INTO memory_facts (id, user_id, contact_id, created_ms, text)"
    " VALUES ($1, $2, $3, $4, $5)",
    5
};
static const struct query remove_fact = { "DELETE FROM memory_facts WHERE id = $1 AND user_id = $2",
                                          2 };
static const struct query facts_of_contact = {
    "SELECT id, contact_id, created_ms, text FROM memory_facts"
    " WHERE user_id = $1 AND contact_id = $2 ORDER BY id DESC LIMIT $3",
    3
};
static const struct query facts_of_user = {
    "SELECT id, contact_id, created_ms, text FROM memory_facts WHERE user_id = $1"
    " ORDER BY id DESC LIMIT $2",
    2
};

bool store_add_fact(struct store_tx *tx, const struct scope *scope, const struct fact *fact,
                    struct chance *chance, struct err *err)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    struct value params[] = { value_id(&fact->id), value_id(&fact->user), value_id(&fact->contact),
                              value_int(fact->created_ms),
                              seal_value(scope, "memory_facts", "text", fact->id, fact->text,
                                         chance, &arena) };

    return (check_owner(scope, fact->user, err) &&
            store_write_one(tx, &add_fact, params, NULL, err)) ||
           err_add(err, "fact");
}

bool store_remove_fact(struct store_tx *tx, const struct scope *scope, struct id fact,
                       struct err *err)
{
    struct value params[] = { value_id(&fact), value_id(&scope->user) };
    size_t changed;

    if (!store_write_one(tx, &remove_fact, params, &changed, err))
        return err_add(err, "fact");
    return changed > 0 || err_set(err, ERR_NOT_FOUND, "no such fact");
}

bool store_facts(struct store *store, const struct scope *scope, struct id contact, size_t limit,
                 struct arena *arena, struct fact **ret, size_t *ret_count, struct err *err)
{
    struct value of_contact[] = { value_id(&scope->user), value_id(&contact),
                                  value_int((int64_t)limit) };
    struct value of_user[] = { value_id(&scope->user), value_int((int64_t)limit) };
    bool all = id_is_zero(contact);
    struct fact *facts;
    struct rows rows;

    if (!store_run(store, all ? &facts_of_user : &facts_of_contact, all ? of_user : of_contact, 1,
                   arena, &rows, err))
        return err_add(err, "facts");
    facts = ARENA_ARRAY(arena, struct fact, rows.count);
    for (size_t i = 0; i < rows.count; i++) {
        struct row row = row_at(&rows, i);
        struct str text;

        facts[i].user = scope->user;
        facts[i].id = row_id(&row);
        facts[i].contact = row_id(&row);
        facts[i].created_ms = row_int(&row);
        text = row_bytes(&row);
        if (!row_ok(&row, "memory_facts", err) ||
            !unseal_cell(scope, "memory_facts", "text", facts[i].id, text, arena, &facts[i].text,
                         err))
            return false;
    }
    *ret = facts;
    *ret_count = rows.count;
    return true;
}
