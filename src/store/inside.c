/*
 * inside.c - values out of rows, names back into enums, and sealing for the store's own files.
 *
 * A cell that is not what the query promised makes its row bad rather than failing at once, so that
 * a whole row is read in one go and asked about at the end.
 */
#include "store/inside.h"

#include <assert.h>

bool store_run(struct store *store, const struct query *query, const struct value *params,
               size_t count, struct arena *arena, struct rows *ret, struct err *err)
{
    return store->driver->ops->run(store->driver, query, params, count, arena, ret, NULL, err);
}

bool store_write(struct store_tx *tx, const struct query *query, const struct value *params,
                 size_t count, size_t *ret_changed, struct err *err)
{
    struct driver *driver = tx->store->driver;

    assert(tx->open);
    return driver->ops->run(driver, query, params, count, NULL, NULL, ret_changed, err);
}

bool store_write_one(struct store_tx *tx, const struct query *query, const struct value *params,
                     size_t *ret_changed, struct err *err)
{
    return store_write(tx, query, params, 1, ret_changed, err);
}

/* ---- cells ---- */

int64_t row_int(struct row *row)
{
    const struct value *v = row->next++;

    row->bad |= v->kind != VALUE_INT && v->kind != VALUE_NULL;
    return v->kind == VALUE_INT ? v->number : 0;
}

bool row_bool(struct row *row)
{
    return row_int(row) != 0;
}

static struct str row_str(struct row *row, enum value_kind kind)
{
    const struct value *v = row->next++;

    row->bad |= v->kind != kind && v->kind != VALUE_NULL;
    return v->kind == kind ? v->bytes : (struct str){ 0 };
}

struct str row_text(struct row *row)
{
    return row_str(row, VALUE_TEXT);
}
struct str row_bytes(struct row *row)
{
    return row_str(row, VALUE_BYTES);
}

void row_fixed(struct row *row, void *ret, size_t len)
{
    struct str bytes = row_bytes(row);

    if (bytes.len == len)
        memcpy(ret, bytes.ptr, len);
    else
        row->bad = true;
}

struct id row_id(struct row *row)
{
    struct id id = { 0 };

    if (row->next->kind == VALUE_NULL)
        row->next++;
    else
        row_fixed(row, id.bytes, sizeof(id.bytes));
    return id;
}

bool row_ok(const struct row *row, const char *what, struct err *err)
{
    return !row->bad || err_set(err, ERR_INTERNAL, "a row of %s is not what it should be", what);
}

#define PARSER(function, type, name_of, count)                                         \
    bool function(struct str name, type *ret) /* NOLINT(bugprone-macro-parentheses) */ \
    {                                                                                  \
        for (int i = 0; i < (int)(count); i++) {                                       \
            if (str_is(name, name_of((type)i))) {                                      \
                *ret = (type)i;                                                        \
                return true;                                                           \
            }                                                                          \
        }                                                                              \
        return false;                                                                  \
    }

PARSER(parse_outcome, enum outcome, outcome_name, OUTCOME_COUNT)
PARSER(parse_routing, enum routing, routing_name, ROUTING_BY_NUMBER + 1)
PARSER(parse_unknown_policy, enum unknown_policy, unknown_policy_name, UNKNOWN_USER + 1)
PARSER(parse_first_contact, enum first_contact, first_contact_name, FIRST_HOLD + 1)
PARSER(parse_revocation_policy, enum revocation_policy, revocation_policy_name, REVOCATION_FLAG + 1)
PARSER(parse_handled_by, enum handled_by, handled_by_name, HANDLED_BY_HUMAN + 1)
PARSER(parse_turn_state, enum turn_state, turn_state_name, TURN_SUPERSEDED + 1)
PARSER(parse_send_state, enum send_state, send_state_name, SEND_DONE + 1)
PARSER(parse_consent_kind, enum consent_kind, consent_kind_name, CONSENT_OPT_IN + 1)

/* ---- sealed values ---- */

struct str pack(struct arena *arena, const struct str *parts, size_t count)
{
    size_t len = 0;
    char *at, *start;

    for (size_t i = 0; i < count; i++)
        len += 4 + parts[i].len;
    at = start = arena_alloc(arena, len);
    for (size_t i = 0; i < count; i++) {
        for (int shift = 0; shift < 32; shift += 8)
            *at++ = (char)(parts[i].len >> shift & 0xFF);
        if (parts[i].len > 0)
            memcpy(at, parts[i].ptr, parts[i].len);
        at += parts[i].len;
    }
    return (struct str){ start, len };
}

bool unpack(struct str packed, struct str *ret, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t len = 0;

        if (packed.len < 4)
            return false;
        for (int b = 0; b < 4; b++)
            len |= (size_t)(unsigned char)packed.ptr[b] << 8 * b;
        packed = str_slice(packed, 4, packed.len);
        if (packed.len < len)
            return false;
        ret[i] = str_slice(packed, 0, len);
        packed = str_slice(packed, len, packed.len);
    }
    return packed.len == 0;
}

struct value seal_value(const struct scope *scope, const char *table, const char *column,
                        struct id row, struct str plain, struct chance *chance, struct arena *arena)
{
    struct vault_place place = { table, column, scope->user, row };
    struct str sealed;

    if (plain.len == 0)
        return value_null();
    sealed = vault_seal(&scope->key, &place, plain, chance, arena);
    return value_bytes(sealed.ptr, sealed.len);
}

bool unseal_cell(const struct scope *scope, const char *table, const char *column, struct id row,
                 struct str sealed, struct arena *arena, struct str *ret, struct err *err)
{
    struct vault_place place = { table, column, scope->user, row };

    if (sealed.len == 0) {
        *ret = (struct str){ 0 };
        return true;
    }
    return vault_unseal(&scope->key, &place, sealed, arena, ret, err) ||
           err_add(err, "%s.%s", table, column);
}

struct id id_of_index(const unsigned char index[VAULT_INDEX_BYTES])
{
    struct id id;

    memcpy(id.bytes, index, sizeof(id.bytes));
    return id;
}
_Static_assert(VAULT_INDEX_BYTES == sizeof(struct id), "an index stands where an id does");

bool check_owner(const struct scope *scope, struct id user, struct err *err)
{
    return id_equal(scope->user, user) ||
           err_set(err, ERR_INTERNAL, "a row of another user under this scope");
}

struct id id_before_cursor(struct id cursor)
{
    if (id_is_zero(cursor))
        memset(cursor.bytes, 0xFF, sizeof(cursor.bytes));
    return cursor;
}

bool owned_ids(struct store *store, const struct query *query, struct id before, size_t limit,
               struct arena *arena, struct owned_id **ret, size_t *ret_count, struct err *err)
{
    struct id cursor = id_before_cursor(before);
    struct value params[] = { value_id(&cursor), value_int((int64_t)limit) };
    struct owned_id *ids;
    struct rows rows;

    if (!store_run(store, query, params, 1, arena, &rows, err))
        return false;
    ids = ARENA_ARRAY(arena, struct owned_id, rows.count);
    for (size_t i = 0; i < rows.count; i++) {
        struct row row = row_at(&rows, i);

        ids[i].id = row_id(&row);
        ids[i].user = row_id(&row);
        if (!row_ok(&row, "ids", err))
            return false;
    }
    *ret = ids;
    *ret_count = rows.count;
    return true;
}

bool owner_of(struct store *store, const struct query *query, struct id id, struct id *ret,
              struct err *err)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    struct value param = value_id(&id);
    struct rows rows;
    struct row row;
    struct id owner;

    if (!store_run(store, query, &param, 1, &arena, &rows, err))
        return false;
    if (rows.count == 0)
        return err_set(err, ERR_NOT_FOUND, "no such row");
    row = row_at(&rows, 0);
    owner = row_id(&row);
    if (!row_ok(&row, "ids", err))
        return false;
    *ret = owner;
    return true;
}
