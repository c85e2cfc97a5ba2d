/*
 * config_test.c - every default, every bad value, every refused combination, and the file.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "config/config.h"

#define SID "AC0123456789abcdef0123456789abcdef"
#define MOST_VARIABLES 5

/* ---- good: what a field becomes, written as text ---- */

static const struct good_case {
    const char *name;
    const char *environment[MOST_VARIABLES];
    const char *want; /* "field=value", by print_config below */
} good_cases[] = {
    { "default listen", { NULL }, "listen=127.0.0.1:8000" },
    { "default admin listen", { NULL }, "admin_listen=" },
    { "default data dir", { NULL }, "data_dir=./data" },
    { "default database", { NULL }, "database=sqlite:./data/answerback.db" },
    { "default key file", { NULL }, "key_file=./data/key" },
    { "default public URL", { NULL }, "public_url=http://127.0.0.1:8000" },
    { "default ack", { NULL }, "ack=spool" },
    { "default window", { NULL }, "agent_window_ms=1500" },
    { "default timeout", { NULL }, "agent_timeout_ms=30000" },
    { "default level", { NULL }, "log_level=1" },
    { "default format", { NULL }, "log_text=0" },
    { "default API base", { NULL }, "api_base=https://api.twilio.com" },
    { "default rate limit", { NULL }, "rate_limit_max=10" },
    { "default rate window", { NULL }, "rate_limit_window_ms=3600000" },
    { "default auto-reply", { NULL }, "auto_reply_enabled=1" },
    { "default spool entries", { NULL }, "spool_entries_max=200000" },
    { "default spool bytes", { NULL }, "spool_bytes_max=268435456" },
    { "default unknown wait", { NULL }, "unknown_wait_ms=15000" },
    { "default absence window", { NULL }, "absence_window_ms=900000" },
    { "default reply TTL", { NULL }, "reply_ttl_ms=1800000" },
    { "default sends", { NULL }, "sends_in_flight_max=64" },
    { "default turns", { NULL }, "turns_running_max=256" },
    { "the data dir moves the database",
      { "ANSWERBACK_DATA_DIR=/var/lib/answerback" },
      "database=sqlite:/var/lib/answerback/answerback.db" },
    { "the data dir moves the key", { "ANSWERBACK_DATA_DIR=/srv/a/" }, "key_file=/srv/a/key" },
    { "a key elsewhere stays there",
      { "ANSWERBACK_DATA_DIR=/srv/a", "ANSWERBACK_KEY_FILE=/run/credentials/key" },
      "key_file=/run/credentials/key" },
    { "the root as data dir", { "ANSWERBACK_DATA_DIR=/" }, "data_dir=/" },
    { "listen moves the public URL",
      { "ANSWERBACK_LISTEN=[::1]:9000" },
      "public_url=http://[::1]:9000" },
    { "a socket has no URL of its own",
      { "ANSWERBACK_LISTEN=unix:/run/a.sock" },
      "public_url=http://localhost" },
    { "a public URL with a path",
      { "ANSWERBACK_PUBLIC_URL=https://sms.example.com/twilio" },
      "public_url=https://sms.example.com/twilio" },
    { "a host name to listen on", { "ANSWERBACK_LISTEN=localhost:80" }, "listen=localhost:80" },
    { "any port", { "ANSWERBACK_LISTEN=127.0.0.1:0" }, "listen=127.0.0.1:0" },
    { "an account", { "TWILIO_ACCOUNT_SID=" SID, "TWILIO_AUTH_TOKEN=secret" }, "account_sid=" SID },
    { "a token while rotating",
      { "TWILIO_ACCOUNT_SID=" SID, "TWILIO_AUTH_TOKEN=a", "TWILIO_AUTH_TOKEN_SECONDARY=b" },
      "auth_token_secondary=b" },
    { "a number", { "TWILIO_PHONE_NUMBER=+12025550100" }, "phone_number=+12025550100" },
    { "a short code", { "TWILIO_PHONE_NUMBER=12345" }, "phone_number=12345" },
    { "a simulator's base",
      { "TWILIO_API_BASE=http://127.0.0.1:9001" },
      "api_base=http://127.0.0.1:9001" },
    { "an empty value is none", { "ANSWERBACK_LISTEN=" }, "listen=127.0.0.1:8000" },
    { "a value may hold an equals sign", { "ANSWERBACK_ADMIN_TOKEN=a=b" }, "admin_token=a=b" },
    { "no answers at all", { "SMS_RATE_LIMIT_MAX=0" }, "rate_limit_max=0" },
    { "no window", { "ANSWERBACK_AGENT_WINDOW_MS=0" }, "agent_window_ms=0" },
    { "off", { "SMS_AUTO_REPLY_ENABLED=off" }, "auto_reply_enabled=0" },
    { "0 is false", { "SMS_AUTO_REPLY_ENABLED=0" }, "auto_reply_enabled=0" },
    { "True is true", { "SMS_AUTO_REPLY_ENABLED=True" }, "auto_reply_enabled=1" },
    { "a level", { "ANSWERBACK_LOG=error" }, "log_level=3" },
    { "lines for people", { "ANSWERBACK_LOG_FORMAT=text" }, "log_text=1" },
    { "the command line's own are known",
      { "ANSWERBACK_URL=http://x", "ANSWERBACK_TOKEN=t" },
      "listen=127.0.0.1:8000" },
    { "what is not ours is let be",
      { "PATH=/bin", "SMSX=1", "twilio_x=1", "NOTHING" },
      "listen=127.0.0.1:8000" },
};

static struct str print_config(const struct config *c, struct arena *arena)
{
    return arena_printf(
        arena,
        "\nlisten=%.*s\nadmin_listen=%.*s\ndata_dir=%.*s\ndatabase=%.*s\nkey_file=%.*s\n"
        "public_url=%.*s\nadmin_token=%.*s\nack=%.*s\naccount_sid=%.*s\nauth_token=%.*s\n"
        "auth_token_secondary=%.*s\nphone_number=%.*s\napi_base=%.*s\nagent_window_ms=%lld\n"
        "agent_timeout_ms=%lld\nlog_level=%d\nlog_text=%d\nrate_limit_max=%lld\n"
        "rate_limit_window_ms=%lld\nauto_reply_enabled=%d\nspool_entries_max=%lld\n"
        "spool_bytes_max=%lld\nunknown_wait_ms=%lld\nabsence_window_ms=%lld\nreply_ttl_ms=%lld\n"
        "sends_in_flight_max=%lld\nturns_running_max=%lld\n",
        STR_ARGS(c->listen), STR_ARGS(c->admin_listen), STR_ARGS(c->data_dir),
        STR_ARGS(c->database), STR_ARGS(c->key_file), STR_ARGS(c->public_url),
        STR_ARGS(c->admin_token), STR_ARGS(c->ack), STR_ARGS(c->account_sid),
        STR_ARGS(c->auth_token), STR_ARGS(c->auth_token_secondary), STR_ARGS(c->phone_number),
        STR_ARGS(c->api_base), (long long)c->agent_window_ms, (long long)c->agent_timeout_ms,
        (int)c->log_level, c->log_text, (long long)c->rate_limit_max,
        (long long)c->rate_limit_window_ms, c->auto_reply_enabled, (long long)c->spool_entries_max,
        (long long)c->spool_bytes_max, (long long)c->unknown_wait_ms,
        (long long)c->absence_window_ms, (long long)c->reply_ttl_ms,
        (long long)c->sends_in_flight_max, (long long)c->turns_running_max);
}

static void loads(void **state)
{
    const struct good_case *c = *state;
    CLEANUP(arena_release) struct arena arena = { 0 };
    struct config config;
    struct err err = { 0 };
    struct str want = arena_printf(&arena, "\n%s\n", c->want), got;

    if (!config_load(c->environment, NULL, &arena, &config, &err))
        fail_msg("%s", err.text);
    got = print_config(&config, &arena);
    if (str_find(got, want) < 0)
        fail_msg("no %s in %s", c->want, got.ptr);
}

/* ---- bad: each is one line that starts with the variable ---- */

static const struct bad_case {
    const char *name;
    const char *environment[MOST_VARIABLES];
    const char *names, *says; /* the variable, and a part of the sentence */
} bad_cases[] = {
    { "a misspelt name", { "ANSWERBACK_LISTN=x" }, "ANSWERBACK_LISTN", "ANSWERBACK_LISTEN meant?" },
    { "a misspelt limit", { "SMS_RATE_LIMIT=5" }, "SMS_RATE_LIMIT", "SMS_RATE_LIMIT_MAX meant?" },
    { "a misspelt account",
      { "TWILIO_ACCOUNT_ID=x" },
      "TWILIO_ACCOUNT_ID",
      "TWILIO_ACCOUNT_SID meant?" },
    { "a name like no other",
      { "SMS_0123456789012345678901234567890123456789" },
      "SMS_0123456789012345678901234567890123456789",
      "no such setting" },
    { "an account without its token",
      { "TWILIO_ACCOUNT_SID=" SID },
      "TWILIO_AUTH_TOKEN",
      "missing" },
    { "an account with an empty token",
      { "TWILIO_ACCOUNT_SID=" SID, "TWILIO_AUTH_TOKEN=" },
      "TWILIO_AUTH_TOKEN",
      "missing" },
    { "a token without its account", { "TWILIO_AUTH_TOKEN=x" }, "TWILIO_ACCOUNT_SID", "missing" },
    { "only a second token", { "TWILIO_AUTH_TOKEN_SECONDARY=x" }, "TWILIO_AUTH_TOKEN", "missing" },
    { "an API key in place of the account",
      { "TWILIO_ACCOUNT_SID=SK0123456789abcdef0123456789abcdef", "TWILIO_AUTH_TOKEN=x" },
      "TWILIO_ACCOUNT_SID",
      "32 hex" },
    { "an account cut short",
      { "TWILIO_ACCOUNT_SID=AC0123", "TWILIO_AUTH_TOKEN=x" },
      "TWILIO_ACCOUNT_SID",
      "32 hex" },
    { "a database for ack",
      { "ANSWERBACK_ACK=database" },
      "ANSWERBACK_ACK",
      "a sqlite database takes only spool" },
    { "an unknown ack", { "ANSWERBACK_ACK=memory" }, "ANSWERBACK_ACK", "must be spool" },
    { "PostgreSQL",
      { "ANSWERBACK_DATABASE=postgresql://localhost/a" },
      "ANSWERBACK_DATABASE",
      "this build has no PostgreSQL driver" },
    { "PostgreSQL by its other name",
      { "ANSWERBACK_DATABASE=postgres://localhost/a", "ANSWERBACK_ACK=database" },
      "ANSWERBACK_DATABASE",
      "this build has no PostgreSQL driver" },
    { "a path without sqlite:",
      { "ANSWERBACK_DATABASE=/srv/a.db" },
      "ANSWERBACK_DATABASE",
      "sqlite:PATH" },
    { "sqlite: without a path",
      { "ANSWERBACK_DATABASE=sqlite:" },
      "ANSWERBACK_DATABASE",
      "sqlite:PATH" },
    { "a public URL without a scheme",
      { "ANSWERBACK_PUBLIC_URL=sms.example.com" },
      "ANSWERBACK_PUBLIC_URL",
      "http" },
    { "a public URL with a slash at the end",
      { "ANSWERBACK_PUBLIC_URL=https://sms.example.com/" },
      "ANSWERBACK_PUBLIC_URL",
      "slash" },
    { "a public URL with a query",
      { "ANSWERBACK_PUBLIC_URL=https://sms.example.com?a=1" },
      "ANSWERBACK_PUBLIC_URL",
      "query" },
    { "a public URL with a fragment",
      { "ANSWERBACK_PUBLIC_URL=https://sms.example.com#a" },
      "ANSWERBACK_PUBLIC_URL",
      "http" },
    { "a public URL with a password",
      { "ANSWERBACK_PUBLIC_URL=https://u:p@sms.example.com" },
      "ANSWERBACK_PUBLIC_URL",
      "http" },
    { "a public URL without a host",
      { "ANSWERBACK_PUBLIC_URL=https:///sms" },
      "ANSWERBACK_PUBLIC_URL",
      "host" },
    { "a public URL of another scheme",
      { "ANSWERBACK_PUBLIC_URL=ftp://sms.example.com" },
      "ANSWERBACK_PUBLIC_URL",
      "http" },
    { "an API base of another scheme", { "TWILIO_API_BASE=file:///x" }, "TWILIO_API_BASE", "http" },
    { "a number without its plus",
      { "TWILIO_PHONE_NUMBER=12025550100" },
      "TWILIO_PHONE_NUMBER",
      "+12025550100" },
    { "a number with blanks",
      { "TWILIO_PHONE_NUMBER=+1 202 555 0100" },
      "TWILIO_PHONE_NUMBER",
      "+12025550100" },
    { "a number that starts with 0",
      { "TWILIO_PHONE_NUMBER=+02025550100" },
      "TWILIO_PHONE_NUMBER",
      "+12025550100" },
    { "a number of 16 digits",
      { "TWILIO_PHONE_NUMBER=+1202555010012345" },
      "TWILIO_PHONE_NUMBER",
      "+12025550100" },
    { "a name for a number", { "TWILIO_PHONE_NUMBER=ACME" }, "TWILIO_PHONE_NUMBER", "short code" },
    { "a port alone", { "ANSWERBACK_LISTEN=8000" }, "ANSWERBACK_LISTEN", "ADDRESS:PORT" },
    { "no address", { "ANSWERBACK_LISTEN=:8000" }, "ANSWERBACK_LISTEN", "ADDRESS:PORT" },
    { "no port", { "ANSWERBACK_LISTEN=127.0.0.1:" }, "ANSWERBACK_LISTEN", "ADDRESS:PORT" },
    { "a port that is none", { "ANSWERBACK_LISTEN=127.0.0.1:http" }, "ANSWERBACK_LISTEN", "PORT" },
    { "a port too large", { "ANSWERBACK_LISTEN=127.0.0.1:65536" }, "ANSWERBACK_LISTEN", "PORT" },
    { "a URL to listen on", { "ANSWERBACK_LISTEN=http://a:80" }, "ANSWERBACK_LISTEN", "ADDRESS" },
    { "IPv6 without brackets", { "ANSWERBACK_LISTEN=::1:8000" }, "ANSWERBACK_LISTEN", "[IPv6]" },
    { "unix: without a path", { "ANSWERBACK_LISTEN=unix:" }, "ANSWERBACK_LISTEN", "unix:PATH" },
    { "a bad admin address",
      { "ANSWERBACK_ADMIN_LISTEN=x" },
      "ANSWERBACK_ADMIN_LISTEN",
      "ADDRESS:PORT" },
    { "a number that is none",
      { "ANSWERBACK_AGENT_WINDOW_MS=1.5s" },
      "ANSWERBACK_AGENT_WINDOW_MS",
      "from 0 to 60000" },
    { "a number too large",
      { "ANSWERBACK_AGENT_WINDOW_MS=60001" },
      "ANSWERBACK_AGENT_WINDOW_MS",
      "from 0 to 60000" },
    { "a number too small", { "SMS_RATE_LIMIT_MAX=-1" }, "SMS_RATE_LIMIT_MAX", "from 0 to 100" },
    { "a limit beyond what a row keeps",
      { "SMS_RATE_LIMIT_MAX=101" },
      "SMS_RATE_LIMIT_MAX",
      "from 0 to 100" },
    { "a number beyond all numbers",
      { "ANSWERBACK_SPOOL_BYTES_MAX=99999999999999999999" },
      "ANSWERBACK_SPOOL_BYTES_MAX",
      "whole number" },
    { "a switch in the middle",
      { "SMS_AUTO_REPLY_ENABLED=maybe" },
      "SMS_AUTO_REPLY_ENABLED",
      "neither true nor false" },
    { "an unknown level", { "ANSWERBACK_LOG=verbose" }, "ANSWERBACK_LOG", "debug, info" },
    { "an unknown format", { "ANSWERBACK_LOG_FORMAT=xml" }, "ANSWERBACK_LOG_FORMAT", "json" },
    { "a newline in a value",
      { "ANSWERBACK_DATA_DIR=a\nb" },
      "ANSWERBACK_DATA_DIR",
      "control characters" },
};

static void refuses(void **state)
{
    const struct bad_case *c = *state;
    CLEANUP(arena_release) struct arena arena = { 0 };
    struct config config = { .log_level = LOG_ERROR };
    struct err err = { 0 };
    struct str start = arena_printf(&arena, "%s: ", c->names);

    assert_false(config_load(c->environment, NULL, &arena, &config, &err));
    assert_int_equal(err.kind, ERR_INVALID);
    if (!str_starts(str_of(err.text), start) || !strstr(err.text, c->says))
        fail_msg("%s", err.text);
    assert_int_equal(config.log_level, LOG_ERROR); /* left as it was */
}

/* ---- the file ---- */

static const struct file_case {
    const char *name, *content;
    const char *environment[MOST_VARIABLES];
    const char *want; /* a field; NULL: refused */
    const char *says;
} file_cases[] = {
    { "a value", "ANSWERBACK_LISTEN=0.0.0.0:80\n", { NULL }, "listen=0.0.0.0:80", NULL },
    { "no newline at the end",
      "ANSWERBACK_LISTEN=0.0.0.0:80",
      { NULL },
      "listen=0.0.0.0:80",
      NULL },
    { "comments, blank lines and blanks",
      "# a comment\n\n  ANSWERBACK_LISTEN = 0.0.0.0:80  \r\n#ANSWERBACK_X=1\n",
      { NULL },
      "listen=0.0.0.0:80",
      NULL },
    { "double quotes", "ANSWERBACK_DATA_DIR=\" /a b \"\n", { NULL }, "data_dir= /a b ", NULL },
    { "single quotes", "ANSWERBACK_DATA_DIR='/a'\n", { NULL }, "data_dir=/a", NULL },
    { "a quote inside stays", "ANSWERBACK_DATA_DIR=/a'b\n", { NULL }, "data_dir=/a'b", NULL },
    { "the environment wins",
      "ANSWERBACK_LISTEN=0.0.0.0:80\n",
      { "ANSWERBACK_LISTEN=127.0.0.1:1" },
      "listen=127.0.0.1:1",
      NULL },
    { "the environment wins over what is wrong in the file",
      "ANSWERBACK_LOG=loud\n",
      { "ANSWERBACK_LOG=warn" },
      "log_level=2",
      NULL },
    { "an empty value in the environment switches off",
      "TWILIO_PHONE_NUMBER=+12025550100\n",
      { "TWILIO_PHONE_NUMBER=" },
      "phone_number=",
      NULL },
    { "an empty file", "", { NULL }, "listen=127.0.0.1:8000", NULL },
    { "a line without an equals sign", "\nANSWERBACK_LISTEN\n", { NULL }, NULL, "line 2 is not" },
    { "a misspelt name", "\n\nANSWERBACK_LISTN=x\n", { NULL }, NULL, "line 3: ANSWERBACK_LISTN" },
    { "a stranger", "HOME=/root\n", { NULL }, NULL, "line 1: HOME: no such setting" },
    { "a bad value", "\nANSWERBACK_LOG=loud\n", { NULL }, NULL, "ANSWERBACK_LOG (line 2): " },
    { "a bad shape", "ANSWERBACK_LISTEN=80\n", { NULL }, NULL, "ANSWERBACK_LISTEN (line 1): " },
    { "a bad combination",
      "\nANSWERBACK_ACK=database\n",
      { NULL },
      NULL,
      "ANSWERBACK_ACK (line 2)" },
    { "the same twice",
      "ANSWERBACK_LOG=info\nANSWERBACK_LOG=warn\n",
      { NULL },
      NULL,
      "ANSWERBACK_LOG (line 1): set again in line 2" },
    { "shell words", "export ANSWERBACK_LOG=info\n", { NULL }, NULL, "ANSWERBACK_LOG meant?" },
};

static void reads_files(void **state)
{
    const struct file_case *c = *state;
    CLEANUP(arena_release) struct arena arena = { 0 };
    char path[] = "/tmp/config_test.XXXXXX";
    struct config config;
    struct err err = { 0 };
    int fd = mkstemp(path);
    bool ok;

    assert_true(fd >= 0);
    assert_int_equal(write(fd, c->content, strlen(c->content)), strlen(c->content));
    close(fd);
    ok = config_load(c->environment, path, &arena, &config, &err);
    unlink(path);
    if (ok != (c->want != NULL))
        fail_msg("%s", ok ? "it was taken" : err.text);
    if (ok && str_find(print_config(&config, &arena), arena_printf(&arena, "\n%s\n", c->want)) < 0)
        fail_msg("no %s in %s", c->want, print_config(&config, &arena).ptr);
    if (!ok && !strstr(err.text, c->says))
        fail_msg("%s", err.text);
}

static bool load_bytes(const char *bytes, size_t len, struct err *err)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    const char *const none[] = { NULL };
    char path[] = "/tmp/config_test.XXXXXX";
    struct config config;
    int fd = mkstemp(path);
    bool ok;

    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, len), len);
    close(fd);
    ok = config_load(none, path, &arena, &config, err);
    unlink(path);
    return ok;
}

static void a_large_file_is_refused(void **state)
{
    static char bytes[70000];
    struct err err = { 0 };

    (void)state;
    memset(bytes, '\n', sizeof(bytes));
    assert_false(load_bytes(bytes, sizeof(bytes), &err));
    assert_non_null(strstr(err.text, "64 KiB"));
    assert_true(load_bytes(bytes, 65536, &err));
}

static void a_nul_in_a_file_is_refused(void **state)
{
    static const char bytes[] = "ANSWERBACK_DATA_DIR=/a\0b\n";
    struct err err = { 0 };

    (void)state;
    assert_false(load_bytes(bytes, sizeof(bytes) - 1, &err));
    assert_non_null(strstr(err.text, "control characters"));
}

static void a_missing_file_is_told(void **state)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    const char *const none[] = { NULL };
    struct config config;
    struct err err = { 0 };

    (void)state;
    assert_false(config_load(none, "/tmp/no such folder/config", &arena, &config, &err));
    assert_int_equal(err.kind, ERR_INVALID);
    assert_non_null(strstr(err.text, "/tmp/no such folder/config"));
}

static void secrets_are_not_quoted(void **state)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    const char *const environment[] = { "TWILIO_AUTH_TOKEN=canary\001", NULL };
    struct config config;
    struct err err = { 0 };

    (void)state;
    assert_false(config_load(environment, NULL, &arena, &config, &err));
    assert_null(strstr(err.text, "canary"));
}

static const struct CMUnitTest plain_tests[] = {
    cmocka_unit_test(a_large_file_is_refused),
    cmocka_unit_test(a_nul_in_a_file_is_refused),
    cmocka_unit_test(a_missing_file_is_told),
    cmocka_unit_test(secrets_are_not_quoted),
};

#define ADD_ROWS(cases, function)                                        \
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)                        \
        tests[count++] = (struct CMUnitTest)                             \
        {                                                                \
            (cases)[i].name, (function), NULL, NULL, (void *)&(cases)[i] \
        }

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(good_cases) + ARRAY_LEN(bad_cases) + ARRAY_LEN(file_cases) +
                            ARRAY_LEN(plain_tests)];
    size_t count = 0;

    ADD_ROWS(good_cases, loads);
    ADD_ROWS(bad_cases, refuses);
    ADD_ROWS(file_cases, reads_files);
    memcpy(tests + count, plain_tests, sizeof(plain_tests));
    return cmocka_run_group_tests(tests, NULL, NULL);
}
