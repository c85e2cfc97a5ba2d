/*
 * erase.c - the end of a user: the key first, then every row.
 *
 * Messages have no index by user, so they are followed along the links that start in the user's
 * conversations, and what hangs on each (turns, status events) goes with it. What stays names no
 * one: claims of SIDs, and of consent the ledger without its sealed columns and the state by keyed
 * index, so that nobody is texted after STOP.
 */
#include "store/inside.h"

static const struct query own_number = {
    "SELECT id FROM numbers WHERE user_id = $1 ORDER BY id LIMIT 1", 1
};
static const struct query drop_key = {
    "UPDATE users SET wrapped_key = $1, profile = NULL WHERE id = $2", 2
};
static const struct query ends_of_threads = {
    "SELECT last_message FROM conversations WHERE user_id = $1 AND last_message IS NOT NULL", 1
};
static const struct query drop_message = {
    "DELETE FROM messages WHERE id = $1 AND user_id = $2 RETURNING previous", 2
};
/* What hangs on one message. */
static const struct query drop_turns = {
    "DELETE FROM turns WHERE first_message = $1 AND user_id = $2", 2
};
static const struct query drop_status_events = {
    "DELETE FROM status_events WHERE message_id = $1 AND user_id = $2", 2
};
/* Tables that are found by user, in an order that references allow; the user's own row is last. */
static const struct query drop_rows[] = {
    { "UPDATE consent_events SET phone = NULL, evidence = NULL WHERE user_id = $1", 1 },
    { "DELETE FROM sends WHERE user_id = $1", 1 },
    { "DELETE FROM turns WHERE user_id = $1 AND first_message IS NULL", 1 },
    { "DELETE FROM conversations WHERE user_id = $1", 1 },
    { "DELETE FROM memory_facts WHERE user_id = $1", 1 },
    { "DELETE FROM contacts WHERE user_id = $1", 1 },
    { "DELETE FROM usage_daily WHERE user_id = $1", 1 },
    { "DELETE FROM api_tokens WHERE user_id = $1", 1 },
    { "DELETE FROM user_phones WHERE user_id = $1", 1 },
    { "DELETE FROM users WHERE id = $1", 1 },
};

static bool check_numbers(struct store_tx *tx, struct id user, struct err *err)
{
    char text[ID_TEXT_BYTES];
    struct err why = { 0 };
    struct id number;

    if (owner_of(tx->store, &own_number, user, &number, &why)) {
        id_format(ID_NUMBER, number, text);
        return err_set(err, ERR_CONFLICT, "number %s still belongs to this user", text);
    }
    return why.kind == ERR_NOT_FOUND || err_set(err, why.kind, "%s", why.text);
}

/* Delete the message `id`, what hangs on it, and all that stand before it. */
static bool drop_thread(struct store_tx *tx, struct id user, struct id id, struct err *err)
{
    while (!id_is_zero(id)) {
        CLEANUP(arena_release) struct arena arena = { 0 };
        struct value params[] = { value_id(&id), value_id(&user) };
        struct rows rows;
        struct row row;

        if (!store_write_one(tx, &drop_status_events, params, NULL, err) ||
            !store_write_one(tx, &drop_turns, params, NULL, err) ||
            !store_run(tx->store, &drop_message, params, 1, &arena, &rows, err))
            return false;
        if (rows.count == 0)
            return true; /* retention was here */
        row = row_at(&rows, 0);
        id = row_id(&row);
        if (!row_ok(&row, "messages", err))
            return false;
    }
    return true;
}

static bool drop_threads(struct store_tx *tx, struct id user, struct err *err)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    struct value param = value_id(&user);
    struct rows rows;

    if (!store_run(tx->store, &ends_of_threads, &param, 1, &arena, &rows, err))
        return false;
    for (size_t i = 0; i < rows.count; i++) {
        struct row row = row_at(&rows, i);
        struct id message = row_id(&row);

        if (!row_ok(&row, "conversations", err) || !drop_thread(tx, user, message, err))
            return false;
    }
    return true;
}

bool store_erase_user(struct store_tx *tx, const struct scope *scope, struct err *err)
{
    static const unsigned char zeros[VAULT_WRAPPED_BYTES];
    struct id user = scope->user;
    struct value key[] = { value_bytes(zeros, sizeof(zeros)), value_id(&user) };
    struct value param = value_id(&user);
    size_t changed;

    if (id_is_zero(user))
        return err_set(err, ERR_CONFLICT, "the installation itself is not erased");
    if (!check_numbers(tx, user, err))
        return err_add(err, "erase");
    if (!store_write_one(tx, &drop_key, key, &changed, err))
        return err_add(err, "erase");
    if (changed == 0)
        return err_set(err, ERR_NOT_FOUND, "no such user");
    if (!drop_threads(tx, user, err))
        return err_add(err, "erase");
    for (size_t i = 0; i < ARRAY_LEN(drop_rows); i++) {
        if (!store_write_one(tx, &drop_rows[i], &param, NULL, err))
            return err_add(err, "erase");
    }
    return true;
}
