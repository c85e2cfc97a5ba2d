/*
 * store.c - opening the database, its transactions, and the scopes that lead to users' rows.
 *
 * A database is looked at read-only before anything of it is opened for writing, so that a wrong
 * key or a newer schema leaves it as it was. The installation is user zero: its row is made by
 * store_migrate and its scope is kept open.
 */
#include <stdlib.h>

#include "store/inside.h"

#define VAULT_CHECK_BYTES 16

static const struct query get_setting = { "SELECT value FROM settings WHERE name = $1", 1 };
static const struct query put_setting = {
    "INSERT INTO settings (name, value) VALUES ($1, $2)"
    " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
    2
};
static const struct query add_installation = {
    "INSERT INTO users (id, wrapped_key, suspended, agent_kind, retention_days, created_ms)"
    " VALUES ($1, $2, 0, '', 0, $3)",
    3
};
static const struct query get_scope = {
    "SELECT wrapped_key, suspended, agent_kind FROM users WHERE id = $1", 1
};
static const struct query get_position = { "SELECT position FROM spool_position WHERE id = 1", 0 };
static const struct query set_position = { "UPDATE spool_position SET position = $1 WHERE id = 1",
                                           1 };

int64_t store_version(void)
{
    return migrations_newest();
}

/* ---- opening ---- */

/* The master key is the one whose check value is stored; a database without one is not ours. */
static bool check_key(struct store *store, struct err *err)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    unsigned char want[VAULT_CHECK_BYTES];
    struct str had;

    vault_check_value(store->vault, want);
    if (!store_setting(store, SETTING_VAULT_CHECK, &arena, &had, err))
        return false;
    return str_equal(had, str_make((const char *)want, sizeof(want))) ||
           err_set(err, ERR_CONFLICT, "the master key is not the one of this database");
}

static bool open_driver(struct store *store, const struct store_config *config, bool read_only,
                        bool create, struct err *err)
{
    struct driver_config driver = {
        .path = config->path, .log = config->log, .read_only = read_only, .create = create
    };

    store->read_only = read_only;
    return sqlite_driver.open(&driver, &store->driver, err);
}

static void close_driver(struct store *store)
{
    if (store->driver)
        store->driver->ops->close(store->driver);
    store->driver = NULL;
}

/* Version and key, by a reader that can change nothing. */
static bool look(struct store *store, const struct store_config *config, int64_t *ret_version,
                 struct err *err)
{
    bool ok = open_driver(store, config, true, false, err) &&
              migrations_check(store->driver, ret_version, err) &&
              (*ret_version == 0 || check_key(store, err));

    close_driver(store);
    return ok;
}

static bool open_checked(struct store *store, const struct store_config *config, struct err *err)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    int64_t version;

    if (!look(store, config, &version, err))
        return false;
    if (version < migrations_newest())
        return err_set(err, ERR_CONFLICT,
                       "the database is of version %d, this program needs %d: run migrate",
                       (int)version, (int)migrations_newest());
    return open_driver(store, config, config->read_only, false, err) &&
           store_scope(store, USER_INSTALLATION, &arena, &store->installation, err);
}

static struct store *store_new(const struct store_config *config)
{
    struct store *store = calloc(1, sizeof(*store));

    if (!store)
        die("out of memory");
    store->vault = config->vault;
    store->log = config->log;
    return store;
}

bool store_open(const struct store_config *config, struct store **ret, struct err *err)
{
    struct store *store = store_new(config);

    if (!open_checked(store, config, err)) {
        store_close(store);
        return false;
    }
    store->installation.agent_kind = (struct str){ 0 };
    *ret = store;
    return true;
}

void store_close(struct store *store)
{
    if (!store)
        return;
    close_driver(store);
    vault_key_wipe(&store->installation.key);
    free(store);
}

static bool store_exists(const struct store_config *config)
{
    struct store probe = { 0 };
    bool exists = open_driver(&probe, config, true, false, NULL);

    close_driver(&probe);
    return exists;
}

static bool begin_installation(struct store_tx *tx, int64_t now_ms, struct chance *chance,
                               struct err *err)
{
    unsigned char check[VAULT_CHECK_BYTES], wrapped[VAULT_WRAPPED_BYTES];
    struct id zero = USER_INSTALLATION;
    struct value params[] = { value_id(&zero), value_bytes(wrapped, sizeof(wrapped)),
                              value_int(now_ms) };
    struct vault_key key;

    vault_new_key(tx->store->vault, zero, chance, &key, wrapped);
    vault_key_wipe(&key);
    vault_check_value(tx->store->vault, check);
    return store_write_one(tx, &add_installation, params, NULL, err) &&
           store_set_setting(tx, SETTING_VAULT_CHECK, str_make((const char *)check, sizeof(check)),
                             err);
}

static bool migrate_from(struct store *store, int64_t version, int64_t now_ms,
                         struct chance *chance, size_t *ret_applied, struct err *err)
{
    size_t applied = 0;

    for (; version < migrations_newest(); version++, applied++) {
        CLEANUP(store_rollback) struct store_tx tx = { 0 };

        if (!store_begin(store, &tx, err) ||
            !migrations_apply(store->driver, version, now_ms, err) ||
            (version == 0 && !begin_installation(&tx, now_ms, chance, err)) ||
            !store_commit(&tx, err))
            return false;
    }
    if (ret_applied)
        *ret_applied = applied;
    return true;
}

bool store_migrate(const struct store_config *config, int64_t now_ms, struct chance *chance,
                   size_t *ret_applied, struct err *err)
{
    struct store *store = store_new(config);
    int64_t version = 0;
    bool ok = (!store_exists(config) || look(store, config, &version, err)) &&
              open_driver(store, config, false, true, err) &&
              migrations_check(store->driver, &version, err) &&
              migrate_from(store, version, now_ms, chance, ret_applied, err);

    store_close(store);
    return ok || err_add(err, "migrate");
}

/* ---- transactions ---- */

bool store_begin(struct store *store, struct store_tx *ret, struct err *err)
{
    if (store->read_only)
        return err_set(err, ERR_INTERNAL, "a transaction on a reader");
    if (!store->driver->ops->begin(store->driver, err))
        return err_add(err, "begin");
    *ret = (struct store_tx){ .store = store, .open = true };
    return true;
}

bool store_commit(struct store_tx *tx, struct err *err)
{
    tx->open = false;
    return tx->store->driver->ops->commit(tx->store->driver, err) || err_add(err, "commit");
}

void store_rollback(struct store_tx *tx)
{
    if (tx->open)
        tx->store->driver->ops->rollback(tx->store->driver);
    tx->open = false;
}

bool store_savepoint(struct store_tx *tx, struct err *err)
{
    return tx->store->driver->ops->savepoint(tx->store->driver, err);
}

bool store_savepoint_keep(struct store_tx *tx, struct err *err)
{
    return tx->store->driver->ops->savepoint_keep(tx->store->driver, err);
}

bool store_savepoint_undo(struct store_tx *tx, struct err *err)
{
    return tx->store->driver->ops->savepoint_undo(tx->store->driver, err);
}

void store_tend(struct store *store)
{
    store->driver->ops->tend(store->driver);
}

/* ---- scopes ---- */

bool store_scopes(struct store *store, const struct id *users, size_t count, struct arena *arena,
                  struct scope *ret, struct err *err)
{
    struct value *params = params_new(arena, &get_scope, count);
    struct rows rows;

    for (size_t i = 0; i < count; i++) {
        params[i] = value_id(&users[i]);
        ret[i] = (struct scope){ .user = users[i] };
    }
    if (!store_run(store, &get_scope, params, count, arena, &rows, err))
        return err_add(err, "scopes");
    for (size_t i = 0; i < rows.count; i++) {
        struct scope *scope = &ret[rows.from[i]];
        struct row row = row_at(&rows, i);
        struct str wrapped = row_bytes(&row);

        scope->suspended = row_bool(&row);
        scope->agent_kind = row_text(&row);
        if (!row_ok(&row, "users", err) ||
            !vault_unwrap_key(store->vault, scope->user, wrapped, &scope->key, err))
            return err_add(err, "scopes");
        scope->found = true;
    }
    return true;
}

bool store_scope(struct store *store, struct id user, struct arena *arena, struct scope *ret,
                 struct err *err)
{
    struct scope scope;

    if (!store_scopes(store, &user, 1, arena, &scope, err))
        return false;
    if (!scope.found)
        return err_set(err, ERR_NOT_FOUND, "no such user");
    *ret = scope;
    return true;
}

/* ---- the spool's position and settings ---- */

bool store_spool_position(struct store *store, int64_t *ret, struct err *err)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    struct rows rows;

    if (!store_run(store, &get_position, NULL, 1, &arena, &rows, err))
        return err_add(err, "spool position");
    if (rows.count != 1 || rows.cells[0].kind != VALUE_INT)
        return err_set(err, ERR_INTERNAL, "the spool position is missing");
    *ret = rows.cells[0].number;
    return true;
}

bool store_set_spool_position(struct store_tx *tx, int64_t position, struct err *err)
{
    struct value param = value_int(position);

    return store_write_one(tx, &set_position, &param, NULL, err) || err_add(err, "spool position");
}

bool store_setting(struct store *store, const char *name, struct arena *arena, struct str *ret,
                   struct err *err)
{
    struct value param = value_name(name);
    struct rows rows;

    if (!store_run(store, &get_setting, &param, 1, arena, &rows, err))
        return err_add(err, "setting %s", name);
    *ret = rows.count > 0 ? rows.cells[0].bytes : (struct str){ 0 };
    return true;
}

bool store_set_setting(struct store_tx *tx, const char *name, struct str value, struct err *err)
{
    struct value params[] = { value_name(name), value_bytes(value.ptr, value.len) };

    return store_write_one(tx, &put_setting, params, NULL, err) || err_add(err, "setting %s", name);
}
