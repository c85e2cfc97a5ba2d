/*
 * users.c - users and their phones; and the end of a user.
 *
 * What a user is called and how its agent is set is sealed in one value, `profile`. Erasing follows
 * the links from conversations to messages and turns, because those tables have no index by user.
 */
#include "store/inside.h"

#define USER_COLUMNS "suspended, agent_kind, retention_days, created_ms, profile"
static const struct query add_user = {
    "INSERT INTO users (id, wrapped_key, suspended, agent_kind, retention_days, created_ms,"
    " invite_index, profile) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING",
    8
};
static const struct query put_user = {
    "UPDATE users SET suspended = $1, agent_kind = $2, retention_days = $3, invite_index = $4,"
    " profile = $5 WHERE id = $6",
    6
};
static const struct query get_user = { "SELECT " USER_COLUMNS " FROM users WHERE id = $1", 1 };
static const struct query list_users = { "SELECT id FROM users WHERE id > $1 ORDER BY id LIMIT $2",
                                         2 };
static const struct query find_invite = { "SELECT id FROM users WHERE invite_index = $1", 1 };

static const struct query add_phone = {
    "INSERT INTO user_phones (phone_index, user_id, created_ms, phone) VALUES ($1, $2, $3, $4)"
    " ON CONFLICT DO NOTHING",
    4
};
static const struct query remove_phone = {
    "DELETE FROM user_phones WHERE phone_index = $1 AND user_id = $2", 2
};
static const struct query list_phones = { "SELECT phone_index, phone FROM user_phones WHERE "
                                          "user_id = $1 ORDER BY created_ms, phone_index",
                                          1 };

/* ---- users ---- */

static struct value seal_profile(const struct scope *scope, const struct user *user,
                                 struct chance *chance, struct arena *arena)
{
    struct str parts[] = { user->name, user->timezone, user->agent_settings, user->invite_code };

    return seal_value(scope, "users", "profile", scope->user, pack(arena, parts, ARRAY_LEN(parts)),
                      chance, arena);
}

/* The installation's blind index of an invite code; NULL when there is none. */
static struct value invite_index(struct store *store, struct str code, struct arena *arena)
{
    unsigned char *index = arena_alloc(arena, VAULT_INDEX_BYTES);

    if (code.len == 0)
        return value_null();
    vault_index(store->vault, USER_INSTALLATION, "invite", invite_code_normal(code, arena), index);
    return value_index(index);
}

bool store_add_user(struct store_tx *tx, const struct user *user, struct chance *chance,
                    struct err *err)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    CLEANUP(vault_key_wipe) struct vault_key key = { 0 };
    unsigned char wrapped[VAULT_WRAPPED_BYTES];
    struct scope scope = { .user = user->id };
    struct value *p = params_new(&arena, &add_user, 1), *params = p;
    size_t changed;

    vault_new_key(tx->store->vault, user->id, chance, &key, wrapped);
    scope.key = key;
    *p++ = value_id(&user->id);
    *p++ = value_bytes(wrapped, sizeof(wrapped));
    *p++ = value_int(user->suspended);
    *p++ = value_text(user->agent_kind);
    *p++ = value_int(user->retention_days);
    *p++ = value_int(user->created_ms);
    *p++ = invite_index(tx->store, user->invite_code, &arena);
    *p++ = seal_profile(&scope, user, chance, &arena);
    vault_key_wipe(&scope.key);
    if (!store_write_one(tx, &add_user, params, &changed, err))
        return err_add(err, "user");
    return changed > 0 || err_set(err, ERR_CONFLICT, "the invite code is taken");
}

/* ERR_CONFLICT when another user has this invite code. */
static bool check_invite(struct store_tx *tx, const struct scope *scope, struct value index,
                         struct err *err)
{
    struct id other;

    if (index.kind == VALUE_NULL)
        return true;
    if (!store_find_invite(tx->store, (const unsigned char *)index.bytes.ptr, &other, err))
        return false;
    return id_is_zero(other) || id_equal(other, scope->user) ||
           err_set(err, ERR_CONFLICT, "the invite code is taken");
}

bool store_put_user(struct store_tx *tx, const struct scope *scope, const struct user *user,
                    struct chance *chance, struct err *err)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    struct value *p = params_new(&arena, &put_user, 1), *params = p;
    struct value index = invite_index(tx->store, user->invite_code, &arena);
    size_t changed;

    if (!check_owner(scope, user->id, err) || !check_invite(tx, scope, index, err))
        return err_add(err, "user");
    *p++ = value_int(user->suspended);
    *p++ = value_text(user->agent_kind);
    *p++ = value_int(user->retention_days);
    *p++ = index;
    *p++ = seal_profile(scope, user, chance, &arena);
    *p++ = value_id(&scope->user);
    if (!store_write_one(tx, &put_user, params, &changed, err) ||
        !retention_restart(tx, user->retention_days, err))
        return err_add(err, "user");
    return changed > 0 || err_set(err, ERR_NOT_FOUND, "no such user");
}

bool store_user(struct store *store, const struct scope *scope, struct arena *arena,
                struct user *ret, struct err *err)
{
    struct value param = value_id(&scope->user);
    struct str profile, parts[4] = { { 0 } };
    struct user user = { .id = scope->user };
    struct rows rows;
    struct row row;

    if (!store_run(store, &get_user, &param, 1, arena, &rows, err))
        return err_add(err, "user");
    if (rows.count == 0)
        return err_set(err, ERR_NOT_FOUND, "no such user");
    row = row_at(&rows, 0);
    user.suspended = row_bool(&row);
    user.agent_kind = row_text(&row);
    user.retention_days = row_int(&row);
    user.created_ms = row_int(&row);
    profile = row_bytes(&row);
    if (!row_ok(&row, "users", err) ||
        !unseal_cell(scope, "users", "profile", scope->user, profile, arena, &profile, err))
        return false;
    if (profile.len > 0 && !unpack(profile, parts, ARRAY_LEN(parts)))
        return err_set(err, ERR_INTERNAL, "users.profile is not what it should be");
    user.name = parts[0];
    user.timezone = parts[1];
    user.agent_settings = parts[2];
    user.invite_code = parts[3];
    *ret = user;
    return true;
}

bool store_users(struct store *store, struct id after, size_t limit, struct arena *arena,
                 struct id **ret, size_t *ret_count, struct err *err)
{
    struct value params[] = { value_id(&after), value_int((int64_t)limit) };
    struct rows rows;
    struct id *ids;

    if (!store_run(store, &list_users, params, 1, arena, &rows, err))
        return err_add(err, "users");
    ids = ARENA_ARRAY(arena, struct id, rows.count);
    for (size_t i = 0; i < rows.count; i++) {
        struct row row = row_at(&rows, i);

        ids[i] = row_id(&row);
        if (!row_ok(&row, "users", err))
            return false;
    }
    *ret = ids;
    *ret_count = rows.count;
    return true;
}

bool store_find_invite(struct store *store, const unsigned char index[VAULT_INDEX_BYTES],
                       struct id *ret, struct err *err)
{
    struct err why = { 0 };
    struct id user = { 0 };

    if (!owner_of(store, &find_invite, id_of_index(index), &user, &why) &&
        why.kind != ERR_NOT_FOUND)
        return err_set(err, why.kind, "invite: %s", why.text);
    *ret = user;
    return true;
}

/* ---- phones ---- */

bool store_add_phone(struct store_tx *tx, const struct scope *scope, struct str phone,
                     int64_t now_ms, struct chance *chance, struct err *err)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    unsigned char index[VAULT_INDEX_BYTES];
    size_t changed;

    vault_index(tx->store->vault, USER_INSTALLATION, "phone", phone, index);

    struct value params[] = { value_index(index), value_id(&scope->user), value_int(now_ms),
                              seal_value(scope, "user_phones", "phone", id_of_index(index), phone,
                                         chance, &arena) };

    if (!store_write_one(tx, &add_phone, params, &changed, err))
        return err_add(err, "phone");
    return changed > 0 || err_set(err, ERR_CONFLICT, "the phone is taken");
}

bool store_remove_phone(struct store_tx *tx, const struct scope *scope, struct str phone,
                        struct err *err)
{
    unsigned char index[VAULT_INDEX_BYTES];
    struct value params[] = { value_index(index), value_id(&scope->user) };
    size_t changed;

    vault_index(tx->store->vault, USER_INSTALLATION, "phone", phone, index);
    if (!store_write_one(tx, &remove_phone, params, &changed, err))
        return err_add(err, "phone");
    return changed > 0 || err_set(err, ERR_NOT_FOUND, "the user has no such phone");
}

bool store_phones(struct store *store, const struct scope *scope, struct arena *arena,
                  struct str **ret, size_t *ret_count, struct err *err)
{
    struct value param = value_id(&scope->user);
    struct str *phones;
    struct rows rows;

    if (!store_run(store, &list_phones, &param, 1, arena, &rows, err))
        return err_add(err, "phones");
    phones = ARENA_ARRAY(arena, struct str, rows.count);
    for (size_t i = 0; i < rows.count; i++) {
        struct row row = row_at(&rows, i);
        struct id index = row_id(&row);
        struct str sealed = row_bytes(&row);

        if (!row_ok(&row, "user_phones", err) ||
            !unseal_cell(scope, "user_phones", "phone", index, sealed, arena, &phones[i], err))
            return false;
    }
    *ret = phones;
    *ret_count = rows.count;
    return true;
}
