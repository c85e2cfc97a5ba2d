/*
 * config.c - every variable one row, then the combinations.
 *
 * A name that starts like ours and is not in the table is refused: a misspelt setting that is
 * silently ignored is found out when it is too late. Values of secrets are never quoted in an
 * error. A new row needs a field in config.h and a line in the documentation of the environment.
 */
#include "config/config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define FILE_BYTES_MOST 65536
#define LIMIT INT64_C(1000000000000)

struct row {
    const char *name;
    enum kind {
        KIND_TEXT,
        KIND_SECRET,
        KIND_NUMBER,
        KIND_SWITCH,
        KIND_LEVEL,
        KIND_FORMAT,
        KIND_OTHER
    } kind;
    size_t offset; /* in struct config; KIND_OTHER has none */
    const char *preset;
    int64_t least, most; /* KIND_NUMBER */
};

#define AT(field) offsetof(struct config, field)
// clang-format off
static const struct row rows[] = {
    { "ANSWERBACK_ABSENCE_WINDOW_MS", KIND_NUMBER, AT(absence_window_ms), "900000", 0, LIMIT },
    { "ANSWERBACK_ACK", KIND_TEXT, AT(ack), "spool", 0, 0 },
    { "ANSWERBACK_ADMIN_LISTEN", KIND_TEXT, AT(admin_listen), "", 0, 0 },
    { "ANSWERBACK_ADMIN_TOKEN", KIND_SECRET, AT(admin_token), "", 0, 0 },
    { "ANSWERBACK_AGENT_TIMEOUT_MS", KIND_NUMBER, AT(agent_timeout_ms), "30000", 1, 3600000 },
    { "ANSWERBACK_AGENT_WINDOW_MS", KIND_NUMBER, AT(agent_window_ms), "1500", 0, 60000 },
    { "ANSWERBACK_DATABASE", KIND_TEXT, AT(database), "", 0, 0 },
    { "ANSWERBACK_DATA_DIR", KIND_TEXT, AT(data_dir), "./data", 0, 0 },
    { "ANSWERBACK_KEY_FILE", KIND_TEXT, AT(key_file), "", 0, 0 },
    { "ANSWERBACK_LISTEN", KIND_TEXT, AT(listen), "127.0.0.1:8000", 0, 0 },
    { "ANSWERBACK_LOG", KIND_LEVEL, AT(log_level), "info", 0, 0 },
    { "ANSWERBACK_LOG_FORMAT", KIND_FORMAT, AT(log_text), "json", 0, 0 },
    { "ANSWERBACK_PUBLIC_URL", KIND_TEXT, AT(public_url), "", 0, 0 },
    { "ANSWERBACK_REPLY_TTL_MS", KIND_NUMBER, AT(reply_ttl_ms), "1800000", 1000, LIMIT },
    { "ANSWERBACK_SENDS_IN_FLIGHT", KIND_NUMBER, AT(sends_in_flight_max), "64", 1, 10000 },
    { "ANSWERBACK_SPOOL_BYTES_MAX", KIND_NUMBER, AT(spool_bytes_max), "268435456", 65536, LIMIT },
    { "ANSWERBACK_SPOOL_ENTRIES_MAX", KIND_NUMBER, AT(spool_entries_max), "200000", 1, LIMIT },
    { "ANSWERBACK_TOKEN", KIND_OTHER, 0, "", 0, 0 }, /* of the command line */
    { "ANSWERBACK_TURNS_RUNNING", KIND_NUMBER, AT(turns_running_max), "256", 1, 10000 },
    { "ANSWERBACK_UNKNOWN_WAIT_MS", KIND_NUMBER, AT(unknown_wait_ms), "15000", 0, LIMIT },
    { "ANSWERBACK_URL", KIND_OTHER, 0, "", 0, 0 }, /* of the command line */
    { "SMS_AUTO_REPLY_ENABLED", KIND_SWITCH, AT(auto_reply_enabled), "true", 0, 0 },
    { "SMS_RATE_LIMIT_MAX", KIND_NUMBER, AT(rate_limit_max), "10", 0, 100 },
    { "SMS_RATE_LIMIT_WINDOW_MS", KIND_NUMBER, AT(rate_limit_window_ms), "3600000", 1, LIMIT },
    { "TWILIO_ACCOUNT_SID", KIND_TEXT, AT(account_sid), "", 0, 0 },
    { "TWILIO_API_BASE", KIND_TEXT, AT(api_base), "https://api.twilio.com", 0, 0 },
    { "TWILIO_AUTH_TOKEN", KIND_SECRET, AT(auth_token), "", 0, 0 },
    { "TWILIO_AUTH_TOKEN_SECONDARY", KIND_SECRET, AT(auth_token_secondary), "", 0, 0 },
    { "TWILIO_PHONE_NUMBER", KIND_TEXT, AT(phone_number), "", 0, 0 },
};
// clang-format on

/* What a variable was set to, and where: line 0 is the environment. */
struct setting {
    struct str value;
    size_t line;
    bool set;
};

/* ---- names ---- */

static const struct row *row_of(struct str name)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if (str_is(name, rows[i].name))
            return &rows[i];
    }
    return NULL;
}

static bool is_ours(struct str name)
{
    static const char *const starts[] = { "ANSWERBACK_", "SMS_", "TWILIO_" };

    for (size_t i = 0; i < ARRAY_LEN(starts); i++) {
        if (str_starts(name, str_of(starts[i])))
            return true;
    }
    return false;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* How many letters must be put, dropped or changed to make one name of the other (Levenshtein). */
static size_t distance(struct str a, struct str b)
{
    size_t costs[64];

    if (a.len >= ARRAY_LEN(costs) || b.len >= ARRAY_LEN(costs))
        return ARRAY_LEN(costs);
    for (size_t j = 0; j <= b.len; j++)
        costs[j] = j;
    for (size_t i = 1; i <= a.len; i++) {
        size_t before = costs[0];

        costs[0] = i;
        for (size_t j = 1; j <= b.len; j++) {
            size_t changed = before + (a.ptr[i - 1] != b.ptr[j - 1]);

            before = costs[j];
            costs[j] = least(changed, least(costs[j], costs[j - 1]) + 1);
        }
    }
    return costs[b.len];
}

/* The known name that is most like it, or NULL when none is much like it. */
static const char *nearest(struct str name)
{
    const char *best = rows[0].name;

    for (size_t i = 1; i < ARRAY_LEN(rows); i++) {
        if (distance(name, str_of(rows[i].name)) < distance(name, str_of(best)))
            best = rows[i].name;
    }
    return distance(name, str_of(best)) <= name.len / 2 ? best : NULL;
}

/* ---- reading ---- */

/* Every error names its variable, and the line when it stands in the file. */
static bool refuse(const struct setting *settings, const char *name, struct err *err,
                   const char *format, ...) PRINTF_LIKE(4, 5);
static bool refuse(const struct setting *settings, const char *name, struct err *err,
                   const char *format, ...)
{
    CLEANUP(buf_release) struct buf text = { 0 };
    size_t line = settings[row_of(str_of(name)) - rows].line;
    va_list args;

    va_start(args, format);
    buf_vaddf(&text, format, args);
    va_end(args);
    if (line > 0)
        return err_set_field(err, name, "%s (line %zu): %s", name, line, buf_text(&text));
    return err_set_field(err, name, "%s: %s", name, buf_text(&text));
}

static bool refuse_name(struct str name, size_t line, struct err *err)
{
    const char *known = nearest(name);

    err_set(err, ERR_INVALID, "%.*s: no such setting%s%s%s", STR_ARGS(str_slice(name, 0, 64)),
            known ? "; is " : "", known ? known : "", known ? " meant?" : "");
    return line > 0 ? err_add(err, "line %zu", line) : false;
}

/* Keep a setting. An empty value is as good as none, so that a file or a unit can switch one off.
 */
static bool keep(struct setting *settings, struct str name, struct str value, size_t line,
                 struct err *err)
{
    const struct row *row = row_of(name);

    if (!row)
        return refuse_name(name, line, err);
    settings[row - rows] = (struct setting){ value, line, true };
    for (size_t i = 0; i < value.len; i++) {
        if ((unsigned char)value.ptr[i] < ' ' || value.ptr[i] == 127)
            return refuse(settings, row->name, err, "control characters are not allowed");
    }
    return true;
}

static struct str without_quotes(struct str value)
{
    if (value.len >= 2 && (value.ptr[0] == '"' || value.ptr[0] == '\'') &&
        value.ptr[value.len - 1] == value.ptr[0])
        return str_slice(value, 1, value.len - 2);
    return value;
}

static bool read_line(struct str line, size_t number, struct setting *settings, struct err *err)
{
    const struct row *row;
    struct str name;

    line = str_trim(line);
    if (line.len == 0 || line.ptr[0] == '#')
        return true;
    if (str_find_char(line, '=') < 0)
        return err_set(err, ERR_INVALID, "line %zu is not NAME=VALUE", number);
    str_cut(&line, '=', &name);
    row = row_of(str_trim(name));
    if (row && settings[row - rows].set)
        return refuse(settings, row->name, err, "set again in line %zu", number);
    return keep(settings, str_trim(name), without_quotes(str_trim(line)), number, err);
}

static bool read_file(const char *path, struct arena *arena, struct setting *settings,
                      struct err *err)
{
    FILE *file = fopen(path, "re");
    char *bytes = arena_alloc(arena, FILE_BYTES_MOST + 1);
    struct str rest = { bytes, 0 }, line;
    bool failed;

    if (!file)
        return err_set(err, ERR_INVALID, "configuration file %s: %s", path, strerror(errno));
    rest.len = fread(bytes, 1, FILE_BYTES_MOST + 1, file);
    failed = ferror(file) != 0;
    fclose(file);
    if (failed || rest.len > FILE_BYTES_MOST)
        return err_set(err, ERR_INVALID, "configuration file %s %s", path,
                       failed ? "cannot be read" : "is larger than 64 KiB");
    for (size_t number = 1; str_cut(&rest, '\n', &line); number++) {
        if (!read_line(line, number, settings, err))
            return err_add(err, "%s", path);
    }
    return true;
}

/* The environment holds much that is none of ours. */
static bool read_environment(const char *const *environment, struct arena *arena,
                             struct setting *settings, struct err *err)
{
    for (; *environment; environment++) {
        struct str value = str_of(*environment), name;

        str_cut(&value, '=', &name);
        if (is_ours(name) && !keep(settings, name, arena_copy(arena, value), 0, err))
            return false;
    }
    return true;
}

/* ---- values ---- */

static bool parse_switch(struct str value, bool *ret)
{
    static const char *const yes[] = { "true", "1", "yes", "on" };
    static const char *const no[] = { "false", "0", "no", "off" };

    for (size_t i = 0; i < ARRAY_LEN(yes); i++) {
        if (str_equal_nocase(value, str_of(yes[i])) || str_equal_nocase(value, str_of(no[i]))) {
            *ret = str_equal_nocase(value, str_of(yes[i]));
            return true;
        }
    }
    return false;
}

static bool parse(const struct row *row, const struct setting *settings, struct config *ret,
                  struct err *err)
{
    void *field = (char *)ret + row->offset;
    struct str set = settings[row - rows].value, value = set.len > 0 ? set : str_of(row->preset);
    int64_t *number = field;

    switch (row->kind) {
    case KIND_TEXT:
    case KIND_SECRET: *(struct str *)field = value; return true;
    case KIND_OTHER: return true;
    case KIND_NUMBER:
        if (str_to_int(value, number) && *number >= row->least && *number <= row->most)
            return true;
        return refuse(settings, row->name, err, "\"%.*s\" is not a whole number from %lld to %lld",
                      STR_ARGS(value), (long long)row->least, (long long)row->most);
    case KIND_SWITCH:
        return parse_switch(value, field) ||
               refuse(settings, row->name, err, "\"%.*s\" is neither true nor false",
                      STR_ARGS(value));
    case KIND_LEVEL:
        return log_level_parse(value, field) ||
               refuse(settings, row->name, err, "\"%.*s\" is none of debug, info, warn, error",
                      STR_ARGS(value));
    case KIND_FORMAT:
        *(bool *)field = str_is(value, "text");
        return str_is(value, "text") || str_is(value, "json") ||
               refuse(settings, row->name, err, "\"%.*s\" is neither json nor text",
                      STR_ARGS(value));
    }
    die("setting %s of unknown kind", row->name);
}

/* ---- shapes and combinations ---- */

static bool is_digits(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] < '0' || s.ptr[i] > '9')
            return false;
    }
    return s.len > 0;
}

/* "host:port", "[v6]:port", ":port" is not one, or "unix:PATH". */
static bool is_address(struct str s)
{
    struct str host = s;
    int64_t port;

    if (str_starts(s, str_of("unix:")))
        return s.len > 5;
    while (host.len > 0 && host.ptr[host.len - 1] != ':')
        host.len--;
    if (host.len < 2 || !is_digits(str_slice(s, host.len, s.len)) ||
        !str_to_int(str_slice(s, host.len, s.len), &port) || port > 65535)
        return false;
    host.len--;
    if (host.ptr[0] == '[')
        return host.len > 2 && host.ptr[host.len - 1] == ']';
    return str_find_char(host, ':') < 0 && str_find_char(host, ' ') < 0 &&
           str_find_char(host, '/') < 0;
}

static bool is_base_url(struct str s)
{
    struct str rest;

    if (str_starts(s, str_of("https://")))
        rest = str_slice(s, 8, s.len);
    else if (str_starts(s, str_of("http://")))
        rest = str_slice(s, 7, s.len);
    else
        return false;
    return rest.len > 0 && rest.ptr[0] != '/' && rest.ptr[rest.len - 1] != '/' &&
           str_find_char(rest, '?') < 0 && str_find_char(rest, '#') < 0 &&
           str_find_char(rest, ' ') < 0 && str_find_char(rest, '@') < 0;
}

/* "AC" and 32 hex digits. Source: twilio.com, String Identifier. */
static bool is_account_sid(struct str s)
{
    unsigned char bytes[16];

    return str_starts(s, str_of("AC")) && hex_decode(str_slice(s, 2, s.len), bytes, 16);
}

/* E.164 as the wire has it, or a short code. Source: ITU-T E.164, 6; 3 to 8 digits are in use. */
static bool is_phone(struct str s)
{
    struct str digits = str_slice(s, 1, s.len);

    if (s.len > 0 && s.ptr[0] == '+')
        return is_digits(digits) && digits.len >= 8 && digits.len <= 15 && digits.ptr[0] != '0';
    return is_digits(s) && s.len >= 3 && s.len <= 8;
}

static const char address_wanted[] = "must be ADDRESS:PORT, [IPv6]:PORT or unix:PATH";
static const char url_wanted[] =
    "must be http:// or https://, a host and at most a path: no query, no slash at the end";

/* A text that must have a shape when it is set. */
static const struct {
    const char *name;
    size_t offset;
    bool (*fits)(struct str value);
    const char *wanted;
} shapes[] = {
    { "ANSWERBACK_ADMIN_LISTEN", AT(admin_listen), is_address, address_wanted },
    { "ANSWERBACK_LISTEN", AT(listen), is_address, address_wanted },
    { "ANSWERBACK_PUBLIC_URL", AT(public_url), is_base_url, url_wanted },
    { "TWILIO_ACCOUNT_SID", AT(account_sid), is_account_sid, "must be AC and 32 hex digits" },
    { "TWILIO_API_BASE", AT(api_base), is_base_url, url_wanted },
    { "TWILIO_PHONE_NUMBER", AT(phone_number), is_phone,
      "must be like +12025550100 (a plus sign, country code and number) or a short code" },
};

static bool check_shapes(const struct config *config, const struct setting *settings,
                         struct err *err)
{
    for (size_t i = 0; i < ARRAY_LEN(shapes); i++) {
        struct str value = *(const struct str *)((const char *)config + shapes[i].offset);

        if (value.len > 0 && !shapes[i].fits(value))
            return refuse(settings, shapes[i].name, err, "%s", shapes[i].wanted);
    }
    return true;
}

static bool check_database(const struct config *config, const struct setting *settings,
                           struct err *err)
{
    if (str_starts(config->database, str_of("postgresql:")) ||
        str_starts(config->database, str_of("postgres:")))
        return refuse(settings, "ANSWERBACK_DATABASE", err, "this build has no PostgreSQL driver");
    if (!str_starts(config->database, str_of("sqlite:")) || config->database.len == 7)
        return refuse(settings, "ANSWERBACK_DATABASE", err, "must be sqlite:PATH");
    if (str_is(config->ack, "database"))
        return refuse(settings, "ANSWERBACK_ACK", err,
                      "a sqlite database takes only spool; database is for PostgreSQL");
    if (!str_is(config->ack, "spool"))
        return refuse(settings, "ANSWERBACK_ACK", err, "must be spool");
    return true;
}

static bool check_account(const struct config *config, const struct setting *settings,
                          struct err *err)
{
    if (config->account_sid.len > 0 && config->auth_token.len == 0)
        return refuse(settings, "TWILIO_AUTH_TOKEN", err,
                      "is missing: without it no webhook of TWILIO_ACCOUNT_SID can be verified");
    if (config->account_sid.len == 0 && config->auth_token.len > 0)
        return refuse(settings, "TWILIO_ACCOUNT_SID", err,
                      "is missing, but TWILIO_AUTH_TOKEN is set");
    if (config->auth_token_secondary.len > 0 && config->auth_token.len == 0)
        return refuse(settings, "TWILIO_AUTH_TOKEN", err,
                      "is missing, but TWILIO_AUTH_TOKEN_SECONDARY is set");
    return true;
}

/* What follows from other settings when it is not set itself. */
static void derive(struct config *config, struct arena *arena)
{
    if (config->database.len == 0)
        config->database =
            arena_printf(arena, "sqlite:%.*s/answerback.db", STR_ARGS(config->data_dir));
    if (config->key_file.len == 0)
        config->key_file = arena_printf(arena, "%.*s/key", STR_ARGS(config->data_dir));
    if (config->public_url.len > 0)
        return;
    if (str_starts(config->listen, str_of("unix:")))
        config->public_url = str_of("http://localhost"); /* whoever stands before it has a name */
    else
        config->public_url = arena_printf(arena, "http://%.*s", STR_ARGS(config->listen));
}

bool config_load(const char *const *environment, const char *path, struct arena *arena,
                 struct config *ret, struct err *err)
{
    struct setting settings[ARRAY_LEN(rows)] = { 0 };
    struct config config = { 0 };

    if ((path && !read_file(path, arena, settings, err)) ||
        !read_environment(environment, arena, settings, err))
        return false;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if (!parse(&rows[i], settings, &config, err))
            return false;
    }
    if (config.data_dir.len > 1 && config.data_dir.ptr[config.data_dir.len - 1] == '/')
        config.data_dir.len--;
    if (!check_shapes(&config, settings, err))
        return false;
    derive(&config, arena);
    if (!check_database(&config, settings, err) || !check_account(&config, settings, err))
        return false;
    *ret = config;
    return true;
}
