/*
 * init.c - what is done to a data directory while no server runs on it.
 */
#include "app/app.h"

#include "app/data_dir.h"
#include "loop/clock.h"
#include "web/token.h"

bool app_migrate(const struct config *config, const struct log *log, size_t *ret_applied,
                 struct err *err)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    struct data_dir dir;

    if (!data_dir_open(config, log, &arena, &dir, ret_applied, err))
        return false;
    vault_close(dir.vault);
    return true;
}

static bool add_admin_token(struct store *store, struct str token, struct chance *chance,
                            struct err *err)
{
    CLEANUP(store_rollback) struct store_tx tx = { 0 };
    struct id_maker ids = { 0 };
    int64_t now_ms = clock_now_ms();
    struct api_token row = { .id = id_make(&ids, now_ms, chance),
                             .name = str_of("init"),
                             .created_ms = now_ms };
    unsigned char hash[TOKEN_HASH_BYTES];

    token_hash(token, hash);
    return store_begin(store, &tx, err) &&
           store_add_token(&tx, &row, str_make((const char *)hash, sizeof(hash)), err) &&
           store_commit(&tx, err);
}

bool app_init(const struct config *config, const struct log *log, struct arena *arena,
              struct app_init *ret, struct err *err)
{
    struct data_dir dir;
    struct store_config config_store;
    struct store *store = NULL;
    struct chance chance;
    size_t applied;
    bool ok;

    if (!data_dir_open(config, log, arena, &dir, &applied, err))
        return false;
    if (!dir.made_database) {
        vault_close(dir.vault);
        return err_set(err, ERR_CONFLICT,
                       "%.*s is set up already; further tokens come from `answerback token create`",
                       STR_ARGS(config->data_dir));
    }
    clock_chance(&chance);
    config_store = data_dir_store(&dir, log, false);
    ret->made_key = dir.made_key;
    ret->made_database = true;
    ret->admin_token = token_make(&chance, arena);
    ok = store_open(&config_store, &store, err) &&
         add_admin_token(store, ret->admin_token, &chance, err);
    store_close(store);
    vault_close(dir.vault);
    return ok;
}
