/*
 * data_dir.h - the folder with everything that must not be lost: key, database, spool, admin
 * socket.
 */
#pragma once
#include "config/config.h"
#include "store/store.h"

struct data_dir {
    const char *database, *spool, *key, *socket; /* paths, in the arena that was given */
    bool made_key, made_database;
    struct vault *vault;
};

/*
 * Make the folder (mode 0700) and, when there is no database yet, the key; open the key; migrate
 * the database. ERR_CONFLICT: there is a database and no key. The vault is the caller's.
 */
bool data_dir_open(const struct config *config, const struct log *log, struct arena *arena,
                   struct data_dir *ret, size_t *ret_applied, struct err *err);
struct store_config data_dir_store(const struct data_dir *dir, const struct log *log,
                                   bool read_only);
