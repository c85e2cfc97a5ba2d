/*
 * web.h - everything that others reach over HTTP: webhooks, the API, health, metrics.
 *
 * Two kinds of thread: one per listening address, which admits, verifies and answers, and one that
 * owns the reading database connection and does all the work of the API, so that a slow query never
 * keeps a webhook waiting. What a webhook brings is flushed to the spool before it is acknowledged;
 * what the API changes is a command to the engine. docs/api.md is the contract of the API.
 */
#pragma once
#include "base/log.h"
#include "base/metrics.h"
#include "config/config.h"
#include "engine/engine.h"

struct web;

/* Everything is borrowed and outlives the web. */
struct web_config {
    const struct config *config;     /* listen, admin_listen, admin_token, api_base */
    struct policy_limits limits;     /* what explain decides by: the engine's own */
    struct spool *spool;             /* the appending side; the door thread's from web_start on */
    const struct provider *provider; /* NULL: no account is configured; webhooks get 503 */
    struct engine *engine;
    const struct vault *vault;
    struct store *reader;          /* a read-only connection; the API thread's from web_start on */
    const char *admin_socket_path; /* unix socket for the command line, or NULL for none */
    const struct log *log;
    struct metrics *metrics;
};

/*
 * Bind every address; nothing is served before web_start.
 *
 * Errors  ERR_INVALID for a bad address, ERR_UNAVAILABLE for one that is in use.
 */
bool web_create(const struct web_config *config, struct web **ret, struct err *err);
int web_port(const struct web *web);       /* of ANSWERBACK_LISTEN; 0 on a unix socket */
int web_admin_port(const struct web *web); /* of ANSWERBACK_ADMIN_LISTEN; 0 without one */
void web_start(struct web *web);
/*
 * Accept no more, let what is under way finish for at most `grace_ms`, end the threads. The engine
 * must still be running: commands of the API are answered by it. Does nothing when not started.
 */
void web_stop(struct web *web, int64_t grace_ms);
/*
 * After web_stop and after engine_run has returned: a command that outlasted the grace still
 * answers into its request until then. NULL is fine.
 */
void web_destroy(struct web *web);
