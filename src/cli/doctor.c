/*
 * doctor.c - `answerback doctor`: everything that usually goes wrong, looked at one by one.
 *
 * It changes nothing. A check that depends on one that failed is left out rather than guessed.
 */
#include "cli/doctor.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "base/json.h"
#include "cli/options.h"
#include "cli/style.h"
#include "cli/text.h"
#include "http/client.h"
#include "loop/clock.h"
#include "store/store.h"
#include "vault/vault.h"

#define MIB (INT64_C(1) << 20)
#define DISK_WARN_BYTES (1024 * MIB)
#define DISK_FAIL_BYTES (100 * MIB)
#define CLOCK_APART_MS 60000
#define CLOCK_LEAST_MS INT64_C(1767225600000) /* 2026-01-01: this program is not older */

enum verdict { VERDICT_OK, VERDICT_WARN, VERDICT_FAIL };
static const char *const verdict_names[] = { "ok", "warn", "fail" };

struct finding {
    const char *check;
    enum verdict verdict;
    struct str detail;
};

struct doctor {
    struct cli *cli;
    struct arena *arena;
    struct config config;
    bool configured, has_data_dir;
    struct vault *vault;
    struct str provider_date; /* what the provider's clock says, when it answered */
    struct finding findings[16];
    size_t count;
};

static void note(struct doctor *d, const char *check, enum verdict verdict, const char *format, ...)
    PRINTF_LIKE(4, 5);
static void note(struct doctor *d, const char *check, enum verdict verdict, const char *format, ...)
{
    CLEANUP(buf_release) struct buf text = { 0 };
    va_list args;

    va_start(args, format);
    buf_vaddf(&text, format, args);
    va_end(args);
    if (d->count < ARRAY_LEN(d->findings))
        d->findings[d->count++] =
            (struct finding){ check, verdict, arena_copy(d->arena, buf_view(&text)) };
}

/* ---- this machine ---- */

static void check_configuration(struct doctor *d)
{
    struct err err = { 0 };

    d->configured =
        config_load(d->cli->environment, d->cli->config_path, d->arena, &d->config, &err);
    if (d->configured)
        note(d, "configuration", VERDICT_OK, "every setting is known and has a good value");
    else
        note(d, "configuration", VERDICT_FAIL, "%s", err.text);
}

static void check_data_dir(struct doctor *d)
{
    const char *path = arena_copy(d->arena, d->config.data_dir).ptr;
    struct stat info;

    if (stat(path, &info) != 0) {
        note(d, "data directory", errno == ENOENT ? VERDICT_WARN : VERDICT_FAIL,
             errno == ENOENT ? "%s is not there yet: run `answerback init`"
                             : "%s cannot be looked at; run this as the server's user",
             path);
        return;
    }
    d->has_data_dir = S_ISDIR(info.st_mode);
    if (!S_ISDIR(info.st_mode))
        note(d, "data directory", VERDICT_FAIL, "%s is no folder", path);
    else if (access(path, R_OK | W_OK | X_OK) != 0)
        note(d, "data directory", VERDICT_FAIL, "%s cannot be written by this user", path);
    else if ((info.st_mode & 077) != 0)
        note(d, "data directory", VERDICT_WARN, "others can look into it: chmod 700 %s", path);
    else
        note(d, "data directory", VERDICT_OK, "%s, for its owner only", path);
}

static void check_disk(struct doctor *d)
{
    const char *path = arena_copy(d->arena, d->config.data_dir).ptr;
    struct statvfs info;
    int64_t free_bytes;

    if (!d->has_data_dir || statvfs(path, &info) != 0)
        return;
    free_bytes = (int64_t)info.f_bavail * (int64_t)info.f_frsize;
    note(d, "disk space",
         free_bytes < DISK_FAIL_BYTES   ? VERDICT_FAIL
         : free_bytes < DISK_WARN_BYTES ? VERDICT_WARN
                                        : VERDICT_OK,
         "%lld MiB free%s", (long long)(free_bytes / MIB),
         free_bytes < DISK_WARN_BYTES ? "; a full disk refuses texts, make room" : "");
}

static void check_key(struct doctor *d)
{
    const char *path = arena_copy(d->arena, d->config.key_file).ptr;
    struct err err = { 0 };

    if (!d->has_data_dir && access(path, F_OK) != 0)
        return;
    if (vault_open(path, &d->vault, &err))
        note(d, "key", VERDICT_OK, "%s; keep a copy apart from the backups", path);
    else
        note(d, "key", VERDICT_FAIL, "%s%s", err.text,
             err.kind == ERR_DENIED      ? "; chmod 600 it"
             : err.kind == ERR_NOT_FOUND ? "; `answerback init` makes it on an empty data "
                                           "directory"
                                         : "");
}

static void check_database(struct doctor *d)
{
    struct str path = str_slice(d->config.database, strlen("sqlite:"), SIZE_MAX);
    struct store_config config = { .path = arena_copy(d->arena, path).ptr,
                                   .vault = d->vault,
                                   .read_only = true };
    struct store *store = NULL;
    struct err err = { 0 };

    if (!d->vault)
        return;
    if (access(config.path, F_OK) != 0)
        note(d, "database", VERDICT_WARN, "%s is not there yet: run `answerback init`",
             config.path);
    else if (store_open(&config, &store, &err))
        note(d, "database", VERDICT_OK, "version %lld, which is this program's; the key fits",
             (long long)store_version());
    else
        note(d, "database", VERDICT_FAIL, "%s", err.text);
    store_close(store);
}

static void check_server(struct doctor *d)
{
    struct str socket = arena_printf(d->arena, "%.*s/admin.sock", STR_ARGS(d->config.data_dir));
    struct http_call call = { .method = "GET",
                              .url = str_of("http://answerback/readyz"),
                              .unix_socket = socket,
                              .timeout_ms = 5000 };
    struct http_result result = { 0 };
    struct err err = { 0 };

    if (!d->has_data_dir)
        return;
    if (!http_fetch(&call, d->arena, &result, &err))
        note(d, "server", VERDICT_WARN, "none answers on %.*s: start `answerback serve`",
             STR_ARGS(socket));
    else if (result.status == 200)
        note(d, "server", VERDICT_OK, "it runs and can store texts");
    else
        note(d, "server", VERDICT_FAIL, "it runs and is not ready (%d): %.*s", result.status,
             STR_ARGS(str_trim(text_safe(result.body, " ", d->arena))));
}

/* ---- the way to the provider ---- */

static bool is_local(struct str url)
{
    static const char *const hosts[] = { "://localhost", "://127.", "://[::1]", "://0.0.0.0" };

    for (size_t i = 0; i < ARRAY_LEN(hosts); i++) {
        if (str_find(url, str_of(hosts[i])) >= 0)
            return true;
    }
    return false;
}

static void check_public_url(struct doctor *d)
{
    struct str url = d->config.public_url;

    if (d->config.account_sid.len == 0)
        return;
    if (is_local(url) && !is_local(d->config.api_base))
        note(d, "public URL", VERDICT_FAIL,
             "%.*s is this machine: set ANSWERBACK_PUBLIC_URL to the address that Twilio calls",
             STR_ARGS(url));
    else if (!str_starts(url, str_of("https://")) && !is_local(url))
        note(d, "public URL", VERDICT_WARN, "%.*s: without https texts travel in the clear",
             STR_ARGS(url));
    else
        note(d, "public URL", VERDICT_OK, "webhook at Twilio: %.*s/sms-router/webhook/sms",
             STR_ARGS(url));
}

/* One page of one message: needs the right account and token, changes nothing, costs nothing. */
static void check_provider(struct doctor *d)
{
    const struct config *c = &d->config;
    struct http_call call = {
        .method = "GET",
        .url = arena_printf(d->arena, "%.*s/2010-04-01/Accounts/%.*s/Messages.json?PageSize=1",
                            STR_ARGS(c->api_base), STR_ARGS(c->account_sid)),
        .user = c->account_sid,
        .password = c->auth_token,
    };
    struct http_result result = { 0 };
    struct err err = { 0 };

    if (c->account_sid.len == 0) {
        note(d, "provider", VERDICT_WARN,
             "none: set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN, or try `answerback demo`");
        return;
    }
    if (!http_fetch(&call, d->arena, &result, &err)) {
        note(d, "provider", VERDICT_FAIL, "%.*s does not answer: %s", STR_ARGS(c->api_base),
             err.text);
        return;
    }
    d->provider_date = http_result_header(&result, "Date");
    if (result.status == 200)
        note(d, "provider", VERDICT_OK, "Twilio knows the account and takes the token");
    else if (result.status == 401 || result.status == 403)
        note(d, "provider", VERDICT_FAIL,
             "Twilio refuses the account or its token (%d): look at both in its console",
             result.status);
    else
        note(d, "provider", VERDICT_FAIL, "Twilio answered with status %d", result.status);
}

/* "Sat, 21 Nov 2026 08:30:00 GMT" in milliseconds of Unix time. Source: RFC 9110, 5.6.7. */
static bool read_http_date(struct str date, struct arena *arena, int64_t *ret_ms)
{
    struct tm tm = { 0 };
    const char *text = arena_copy(arena, date).ptr;
    const char *end = date.len > 0 ? strptime(text, "%a, %d %b %Y %H:%M:%S GMT", &tm) : NULL;

    if (!end)
        return false;
    *ret_ms = (int64_t)timegm(&tm) * 1000;
    return true;
}

static void check_clock(struct doctor *d)
{
    int64_t now_ms = clock_now_ms(), theirs_ms;

    if (now_ms < CLOCK_LEAST_MS)
        note(d, "clock", VERDICT_FAIL, "this machine believes it is before 2026: set its clock");
    else if (!read_http_date(d->provider_date, d->arena, &theirs_ms))
        note(d, "clock", VERDICT_OK, "plausible");
    else if (llabs(now_ms - theirs_ms) > CLOCK_APART_MS)
        note(d, "clock", VERDICT_WARN,
             "%lld s apart from the provider's: set up time "
             "synchronisation",
             (long long)(llabs(now_ms - theirs_ms) / 1000));
    else
        note(d, "clock", VERDICT_OK, "agrees with the provider's");
}

/* ---- telling ---- */

static void print_json(const struct doctor *d, bool healthy)
{
    CLEANUP(buf_release) struct buf out = { 0 };
    struct json_writer w = { .out = &out };

    json_open_object(&w);
    json_field_bool(&w, "ok", healthy);
    json_key(&w, "checks");
    json_open_array(&w);
    for (size_t i = 0; i < d->count; i++) {
        json_open_object(&w);
        json_field_text(&w, "check", d->findings[i].check);
        json_field_text(&w, "verdict", verdict_names[d->findings[i].verdict]);
        json_field_str(&w, "detail", d->findings[i].detail);
        json_close_object(&w);
    }
    json_close_array(&w);
    json_close_object(&w);
    printf("%s\n", buf_text(&out));
}

static void print_lines(const struct doctor *d)
{
    struct style style = style_of(stdout, getenv("NO_COLOR"), getenv("TERM"));
    const char *const colours[] = { style.good, style.bold, style.bad };

    for (size_t i = 0; i < d->count; i++) {
        const struct finding *f = &d->findings[i];

        printf("%s%-4s%s  %-15s %.*s\n", colours[f->verdict], verdict_names[f->verdict],
               style.reset, f->check, STR_ARGS(f->detail));
    }
}

static int run(struct cli *cli)
{
    static void (*const checks[])(
        struct doctor *) = { check_data_dir, check_key,        check_database, check_disk,
                             check_server,   check_public_url, check_provider, check_clock };
    struct doctor d = { .cli = cli, .arena = &cli->arena };
    bool json = false, healthy = true;
    const struct cli_option options[] = { { "--json", OPTION_FLAG, &json } };
    int code = options_read(cli, options, ARRAY_LEN(options), 0, 0);

    if (code)
        return code;
    check_configuration(&d);
    for (size_t i = 0; i < ARRAY_LEN(checks) && d.configured; i++)
        checks[i](&d);
    vault_close(d.vault);
    for (size_t i = 0; i < d.count; i++)
        healthy = healthy && d.findings[i].verdict != VERDICT_FAIL;
    if (json)
        print_json(&d, healthy);
    else
        print_lines(&d);
    return healthy ? CLI_OK : CLI_FAILED;
}

static const struct action actions[] = {
    { "signature",
      "--url URL --signature S [--token TOKEN] [--method M] [--content-type T] [--json] < BODY",
      "is a webhook's signature right, and if not, why", doctor_signature },
};

const struct command command_doctor = {
    .name = "doctor",
    .arguments = "[--json]",
    .summary = "check configuration, key, database, disk, server, clock and provider",
    .details =
        "One line a check: ok, warn or fail, with what to do. It changes nothing; at the provider\n"
        "it reads one message of the list. Exit code 1 when a check fails.\n\n"
        "`doctor signature` needs no server. It reads the request's raw body from stdin:\n"
        "  --url URL            as configured at Twilio, with its query\n"
        "  --signature S        the X-Twilio-Signature header\n"
        "  --token TOKEN        the auth token; TWILIO_AUTH_TOKEN when not given, which keeps it\n"
        "                       out of the list of processes\n"
        "  --method M           POST when not given\n"
        "  --content-type T     of the body; a form when not given\n"
        "Exit code 0 when it is valid, 1 when not.\n\n"
        "example:\n"
        "  printf 'Body=hi&From=%2B12025550101' | answerback doctor signature \\\n"
        "      --url https://sms.example.com/sms-router/webhook/sms --signature '…'\n",
    .actions = actions,
    .action_count = ARRAY_LEN(actions),
    .run = run,
};
