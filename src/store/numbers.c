/*
 * numbers.c - the phone numbers that are ours. They belong to the installation, which seals them.
 */
#include "store/inside.h"

#define NUMBER_COLUMNS                                                  \
    "id, user_id, routing, unknown_policy, first_contact, revocation, " \
    "provider_handles_opt_out, region, created_ms, texts"
static const struct query add_number = {
    "INSERT INTO numbers (" NUMBER_COLUMNS ", phone_index, in_use)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0) ON CONFLICT DO NOTHING",
    11
};
static const struct query put_number = {
    "UPDATE numbers SET user_id = $1, routing = $2, unknown_policy = $3, first_contact = $4,"
    " revocation = $5, provider_handles_opt_out = $6, region = $7, texts = $8, phone_index = $9"
    " WHERE id = $10",
    10
};
static const struct query find_number = { "SELECT id FROM numbers WHERE phone_index = $1", 1 };
static const struct query list_numbers = { "SELECT " NUMBER_COLUMNS " FROM numbers ORDER BY id",
                                           0 };
static const struct query number_in_use = { "SELECT in_use FROM numbers WHERE id = $1", 1 };
/* Reads every conversation when there is none, so it is asked only of a number that once had some.
 */
static const struct query any_conversation = {
    "SELECT 1 FROM conversations WHERE number_id = $1 LIMIT 1", 1
};
static const struct query remove_number = { "DELETE FROM numbers WHERE id = $1", 1 };

static struct value seal_texts(struct store *store, const struct number *n, struct chance *chance,
                               struct arena *arena)
{
    struct str parts[] = { n->phone,     n->name,         n->unknown_text,
                           n->help_text, n->opt_out_text, n->opt_in_text };

    return seal_value(&store->installation, "numbers", "texts", n->id,
                      pack(arena, parts, ARRAY_LEN(parts)), chance, arena);
}

bool store_add_number(struct store_tx *tx, const struct number *number, struct chance *chance,
                      struct err *err)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    unsigned char index[VAULT_INDEX_BYTES];
    size_t changed;

    vault_index(tx->store->vault, USER_INSTALLATION, "phone", number->phone, index);

    struct value params[] = { value_id(&number->id),
                              value_id(&number->user),
                              value_name(routing_name(number->routing)),
                              value_name(unknown_policy_name(number->unknown)),
                              value_name(first_contact_name(number->first)),
                              value_name(revocation_policy_name(number->revocation)),
                              value_int(number->provider_handles_opt_out),
                              value_text(number->region),
                              value_int(number->created_ms),
                              seal_texts(tx->store, number, chance, &arena),
                              value_index(index) };

    if (!store_write_one(tx, &add_number, params, &changed, err))
        return err_add(err, "number");
    return changed > 0 || err_set(err, ERR_CONFLICT, "the number is there already");
}

bool store_put_number(struct store_tx *tx, const struct number *number, struct chance *chance,
                      struct err *err)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    unsigned char index[VAULT_INDEX_BYTES];
    struct err why = { 0 };
    struct id other;
    size_t changed;

    vault_index(tx->store->vault, USER_INSTALLATION, "phone", number->phone, index);
    if (owner_of(tx->store, &find_number, id_of_index(index), &other, &why)) {
        if (!id_equal(other, number->id))
            return err_set(err, ERR_CONFLICT, "another number has this phone");
    } else if (why.kind != ERR_NOT_FOUND) {
        return err_set(err, why.kind, "number: %s", why.text);
    }

    struct value params[] = { value_id(&number->user),
                              value_name(routing_name(number->routing)),
                              value_name(unknown_policy_name(number->unknown)),
                              value_name(first_contact_name(number->first)),
                              value_name(revocation_policy_name(number->revocation)),
                              value_int(number->provider_handles_opt_out),
                              value_text(number->region),
                              seal_texts(tx->store, number, chance, &arena),
                              value_index(index),
                              value_id(&number->id) };

    if (!store_write_one(tx, &put_number, params, &changed, err))
        return err_add(err, "number");
    return changed > 0 || err_set(err, ERR_NOT_FOUND, "no such number");
}

bool store_remove_number(struct store_tx *tx, struct id number, struct err *err)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    struct value param = value_id(&number);
    struct rows rows;

    if (!store_run(tx->store, &number_in_use, &param, 1, &arena, &rows, err))
        return err_add(err, "number");
    if (rows.count == 0)
        return err_set(err, ERR_NOT_FOUND, "no such number");
    if (rows.cells[0].number != 0) {
        if (!store_run(tx->store, &any_conversation, &param, 1, &arena, &rows, err))
            return err_add(err, "number");
        if (rows.count > 0)
            return err_set(err, ERR_CONFLICT, "the number has conversations");
    }
    return store_write_one(tx, &remove_number, &param, NULL, err) || err_add(err, "number");
}

static bool number_of_row(struct store *store, struct row *row, struct arena *arena,
                          struct number *ret, struct err *err)
{
    struct str texts, parts[6];

    ret->id = row_id(row);
    ret->user = row_id(row);
    ROW_NAME(row, parse_routing, &ret->routing);
    ROW_NAME(row, parse_unknown_policy, &ret->unknown);
    ROW_NAME(row, parse_first_contact, &ret->first);
    ROW_NAME(row, parse_revocation_policy, &ret->revocation);
    ret->provider_handles_opt_out = row_bool(row);
    ret->region = row_text(row);
    ret->created_ms = row_int(row);
    texts = row_bytes(row);
    if (!row_ok(row, "numbers", err) ||
        !unseal_cell(&store->installation, "numbers", "texts", ret->id, texts, arena, &texts, err))
        return false;
    if (!unpack(texts, parts, ARRAY_LEN(parts)))
        return err_set(err, ERR_INTERNAL, "numbers.texts is not what it should be");
    ret->phone = parts[0];
    ret->name = parts[1];
    ret->unknown_text = parts[2];
    ret->help_text = parts[3];
    ret->opt_out_text = parts[4];
    ret->opt_in_text = parts[5];
    return true;
}

bool store_numbers(struct store *store, struct arena *arena, struct number **ret, size_t *ret_count,
                   struct err *err)
{
    struct number *numbers;
    struct rows rows;

    if (!store_run(store, &list_numbers, NULL, 1, arena, &rows, err))
        return err_add(err, "numbers");
    numbers = ARENA_ARRAY(arena, struct number, rows.count);
    for (size_t i = 0; i < rows.count; i++) {
        struct row row = row_at(&rows, i);

        if (!number_of_row(store, &row, arena, &numbers[i], err))
            return false;
    }
    *ret = numbers;
    *ret_count = rows.count;
    return true;
}
