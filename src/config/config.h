/*
 * config.h - environment and configuration file as one checked struct.
 *
 * The environment wins over the file. Every variable has one row in the table in config.c; an
 * unknown ANSWERBACK_, SMS_ or TWILIO_ name, a bad value or a forbidden combination is one clear
 * line.
 */
#pragma once
#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"

struct config {
    struct str listen;        /* ANSWERBACK_LISTEN "127.0.0.1:8000" or "unix:PATH" */
    struct str admin_listen;  /* ANSWERBACK_ADMIN_LISTEN, empty when unset */
    struct str data_dir;      /* ANSWERBACK_DATA_DIR "./data" */
    struct str database;      /* ANSWERBACK_DATABASE "sqlite:DATA_DIR/answerback.db" */
    struct str key_file;      /* ANSWERBACK_KEY_FILE "DATA_DIR/key" */
    struct str public_url;    /* ANSWERBACK_PUBLIC_URL "http://LISTEN", no slash at the end */
    struct str admin_token;   /* ANSWERBACK_ADMIN_TOKEN, empty when unset */
    struct str ack;           /* ANSWERBACK_ACK "spool" */
    int64_t agent_window_ms;  /* ANSWERBACK_AGENT_WINDOW_MS 1500, 0 to 60000 */
    int64_t agent_timeout_ms; /* ANSWERBACK_AGENT_TIMEOUT_MS 30000 */
    enum log_level log_level; /* ANSWERBACK_LOG "info" */
    bool log_text;            /* ANSWERBACK_LOG_FORMAT "json" or "text" */
    struct str account_sid, auth_token, auth_token_secondary, phone_number; /* TWILIO_… */
    struct str api_base;          /* TWILIO_API_BASE "https://api.twilio.com" */
    int64_t rate_limit_max;       /* SMS_RATE_LIMIT_MAX 10, 0 to 100 */
    int64_t rate_limit_window_ms; /* SMS_RATE_LIMIT_WINDOW_MS 3600000 */
    bool auto_reply_enabled;      /* SMS_AUTO_REPLY_ENABLED true */
    int64_t spool_entries_max; /* ANSWERBACK_SPOOL_ENTRIES_MAX 200000: beyond it webhooks get 503 */
    int64_t spool_bytes_max;   /* ANSWERBACK_SPOOL_BYTES_MAX 268435456 */
    int64_t
        unknown_wait_ms; /* ANSWERBACK_UNKNOWN_WAIT_MS 15000: wait for a callback before listing */
    int64_t absence_window_ms; /* ANSWERBACK_ABSENCE_WINDOW_MS 900000: before an unseen text is
                                  offered again */
    int64_t
        reply_ttl_ms; /* ANSWERBACK_REPLY_TTL_MS 1800000: an older answer is not sent any more */
    int64_t sends_in_flight_max; /* ANSWERBACK_SENDS_IN_FLIGHT 64 */
    int64_t turns_running_max;   /* ANSWERBACK_TURNS_RUNNING 256 */
};

/*
 * environ-style `environment` (NULL-ended "NAME=value") over the file at `path` (NULL for none).
 * All texts live in `arena`. Errors: ERR_INVALID, one line that names the variable (and the file's
 * line).
 */
bool config_load(const char *const *environment, const char *path, struct arena *arena,
                 struct config *ret, struct err *err);
