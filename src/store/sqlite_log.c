/*
 * sqlite_log.c - gathering the small writes of SQLite's log.
 *
 * Only files that are opened as a log are ours; all others are the system's layer untouched. What
 * could not be written is forgotten and reported by the flush: SQLite then rolls the transaction
 * back and writes the same places anew.
 * Source: sqlite.org/vfs.html (shims), sqlite.org/walformat.html.
 */
#include "store/sqlite_log.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GATHERED_MOST (120 * 1024) /* SQLite's unix layer writes less than 128 KB at once */

struct log_file {
    sqlite3_file base;  /* first: a sqlite3_file is a log_file */
    sqlite3_file *real; /* behind this struct, in the same memory */
    char *gathered;
    size_t len;
    sqlite3_int64 at; /* where the gathered bytes belong in the file */
};

static int write_out(struct log_file *log)
{
    size_t len = log->len;

    log->len = 0;
    return len == 0 ? SQLITE_OK
                    : log->real->pMethods->xWrite(log->real, log->gathered, (int)len, log->at);
}

static int log_close(sqlite3_file *file)
{
    struct log_file *log = (struct log_file *)file;
    int written = write_out(log), closed = log->real->pMethods->xClose(log->real);

    free(log->gathered);
    return written != SQLITE_OK ? written : closed;
}

static int log_write(sqlite3_file *file, const void *bytes, int count, sqlite3_int64 at)
{
    struct log_file *log = (struct log_file *)file;
    size_t len = (size_t)count;

    if (at != log->at + (sqlite3_int64)log->len || log->len + len > GATHERED_MOST) {
        int code = write_out(log);

        if (code != SQLITE_OK)
            return code;
        log->at = at;
    }
    if (len > GATHERED_MOST)
        return log->real->pMethods->xWrite(log->real, bytes, count, at);
    memcpy(log->gathered + log->len, bytes, len);
    log->len += len;
    return SQLITE_OK;
}

/* All else goes to the real file once it is up to date. */

static int log_read(sqlite3_file *file, void *bytes, int count, sqlite3_int64 at)
{
    struct log_file *log = (struct log_file *)file;
    int code = write_out(log);

    return code != SQLITE_OK ? code : log->real->pMethods->xRead(log->real, bytes, count, at);
}

static int log_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    struct log_file *log = (struct log_file *)file;
    int code = write_out(log);

    return code != SQLITE_OK ? code : log->real->pMethods->xTruncate(log->real, size);
}

static int log_sync(sqlite3_file *file, int flags)
{
    struct log_file *log = (struct log_file *)file;
    int code = write_out(log);

    return code != SQLITE_OK ? code : log->real->pMethods->xSync(log->real, flags);
}

static int log_file_size(sqlite3_file *file, sqlite3_int64 *ret)
{
    struct log_file *log = (struct log_file *)file;
    int code = write_out(log);

    return code != SQLITE_OK ? code : log->real->pMethods->xFileSize(log->real, ret);
}

static int log_lock(sqlite3_file *file, int level)
{
    struct log_file *log = (struct log_file *)file;

    return log->real->pMethods->xLock(log->real, level);
}

static int log_unlock(sqlite3_file *file, int level)
{
    struct log_file *log = (struct log_file *)file;

    return log->real->pMethods->xUnlock(log->real, level);
}

static int log_check_lock(sqlite3_file *file, int *ret)
{
    struct log_file *log = (struct log_file *)file;

    return log->real->pMethods->xCheckReservedLock(log->real, ret);
}

static int log_control(sqlite3_file *file, int code, void *argument)
{
    struct log_file *log = (struct log_file *)file;

    return log->real->pMethods->xFileControl(log->real, code, argument);
}

static int log_sector_size(sqlite3_file *file)
{
    struct log_file *log = (struct log_file *)file;

    return log->real->pMethods->xSectorSize(log->real);
}

static int log_characteristics(sqlite3_file *file)
{
    struct log_file *log = (struct log_file *)file;

    return log->real->pMethods->xDeviceCharacteristics(log->real);
}

static const sqlite3_io_methods log_methods = {
    .iVersion = 1,
    .xClose = log_close,
    .xRead = log_read,
    .xWrite = log_write,
    .xTruncate = log_truncate,
    .xSync = log_sync,
    .xFileSize = log_file_size,
    .xLock = log_lock,
    .xUnlock = log_unlock,
    .xCheckReservedLock = log_check_lock,
    .xFileControl = log_control,
    .xSectorSize = log_sector_size,
    .xDeviceCharacteristics = log_characteristics,
};

/* Where the real file begins behind ours, aligned for anything. */
#define REAL_OFFSET                                                                  \
    ((sizeof(struct log_file) + _Alignof(max_align_t) - 1) / _Alignof(max_align_t) * \
     _Alignof(max_align_t))

static int layer_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags,
                      int *ret_flags)
{
    sqlite3_vfs *real = ((struct log_layer *)vfs)->real;
    struct log_file *log = (struct log_file *)file;
    int code;

    if (!(flags & SQLITE_OPEN_WAL))
        return real->xOpen(real, path, file, flags, ret_flags);
    *log = (struct log_file){ .real = (sqlite3_file *)((char *)file + REAL_OFFSET) };
    log->gathered = malloc(GATHERED_MOST);
    if (!log->gathered)
        return SQLITE_NOMEM;
    code = real->xOpen(real, path, log->real, flags, ret_flags);
    if (code == SQLITE_OK)
        log->base.pMethods = &log_methods;
    else
        free(log->gathered);
    return code;
}

int log_layer_init(struct log_layer *layer)
{
    sqlite3_vfs *real = sqlite3_vfs_find(NULL);

    if (!real)
        return SQLITE_ERROR;
    *layer = (struct log_layer){ .base = *real, .real = real };
    snprintf(layer->name, sizeof(layer->name), "answerback-%p", (void *)layer);
    layer->base.zName = layer->name;
    layer->base.szOsFile += (int)REAL_OFFSET;
    layer->base.xOpen = layer_open;
    layer->base.pNext = NULL;
    return sqlite3_vfs_register(&layer->base, 0);
}

void log_layer_release(struct log_layer *layer)
{
    if (layer->real)
        sqlite3_vfs_unregister(&layer->base);
    layer->real = NULL;
}
