/*
 * data_dir.c - making and opening the data directory.
 *
 * The key is only ever made together with a new database: a database without its key is told as
 * such, for a new key could open nothing in it.
 */
#include "app/data_dir.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "loop/clock.h"

static bool make_folder(const char *path, struct err *err)
{
    struct stat info;

    if (mkdir(path, 0700) == 0 || errno == EEXIST) {
        if (stat(path, &info) == 0 && S_ISDIR(info.st_mode))
            return true;
        return err_set(err, ERR_INVALID, "ANSWERBACK_DATA_DIR: %s is not a folder", path);
    }
    return err_set(err, ERR_INVALID, "ANSWERBACK_DATA_DIR: cannot make the folder %s: %s", path,
                   strerror(errno));
}

static bool exists(const char *path)
{
    return access(path, F_OK) == 0;
}

struct store_config data_dir_store(const struct data_dir *dir, const struct log *log,
                                   bool read_only)
{
    return (struct store_config){
        .path = dir->database, .vault = dir->vault, .log = log, .read_only = read_only
    };
}

static bool open_key(struct data_dir *dir, struct chance *chance, struct err *err)
{
    dir->made_database = !exists(dir->database);
    if (!exists(dir->key)) {
        if (!dir->made_database)
            return err_set(err, ERR_CONFLICT,
                           "the key file %s is missing, and without it the database %s opens for "
                           "nobody; put it back",
                           dir->key, dir->database);
        if (!vault_create_key(dir->key, chance, err))
            return err_add(err, "make the key");
        dir->made_key = true;
    }
    return vault_open(dir->key, &dir->vault, err);
}

bool data_dir_open(const struct config *config, const struct log *log, struct arena *arena,
                   struct data_dir *ret, size_t *ret_applied, struct err *err)
{
    static const struct str prefix = STR("sqlite:");
    struct str folder = arena_copy(arena, config->data_dir);
    struct chance chance;
    struct store_config store;

    clock_chance(&chance);
    *ret = (struct data_dir){
        .database = arena_copy(arena, str_slice(config->database, prefix.len, SIZE_MAX)).ptr,
        .spool = arena_printf(arena, "%s/spool.db", folder.ptr).ptr,
        .key = arena_copy(arena, config->key_file).ptr,
        .socket = arena_printf(arena, "%s/admin.sock", folder.ptr).ptr,
    };
    if (!make_folder(folder.ptr, err) || !open_key(ret, &chance, err))
        return false;
    store = data_dir_store(ret, log, false);
    if (!store_migrate(&store, clock_now_ms(), &chance, ret_applied, err)) {
        vault_close(ret->vault);
        ret->vault = NULL;
        return false;
    }
    return true;
}
