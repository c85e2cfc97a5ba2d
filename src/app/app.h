/*
 * app.h - the program put together: data directory, store, spool, engine, web, and the one list of
 * backends.
 *
 * An app is everything `serve` runs, on threads of its own, so that the demo and tests can have one
 * beside other things. It reads no environment and handles no signals; that is the command's.
 */
#pragma once
#include "base/err.h"
#include "base/log.h"
#include "base/metrics.h"
#include "config/config.h"

struct app;

/*
 * Open everything and start serving. On an empty data directory the key and the database are made;
 * an older database is migrated. `config` and `log` are borrowed for as long as the app lives.
 * Errors  ERR_INVALID, ERR_CONFLICT, ERR_DENIED: the person must change something (exit 2); others:
 * exit 1.
 */
bool app_start(const struct config *config, const struct log *log, struct app **ret,
               struct err *err);
int app_port(const struct app *app); /* of ANSWERBACK_LISTEN; 0 on a unix socket */
/* Stop accepting, finish what is under way for at most grace_ms, commit, and free everything. */
void app_stop(struct app *app, int64_t grace_ms);

/* What `init` did. */
struct app_init {
    bool made_key, made_database;
    struct str admin_token; /* shown this once; in `arena` */
};
/*
 * Make the data directory, key and database where they are missing, and an admin token. Refused
 * (ERR_CONFLICT) when they are all there already. Not while a server runs on it.
 */
bool app_init(const struct config *config, const struct log *log, struct arena *arena,
              struct app_init *ret, struct err *err);
/* Apply the migrations that are missing. *ret_applied of them. Not while a server runs on it. */
bool app_migrate(const struct config *config, const struct log *log, size_t *ret_applied,
                 struct err *err);
