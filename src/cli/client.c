/*
 * client.c - one HTTP request a question, and its answer or what to do about its absence.
 *
 * Nothing is asked twice: a POST whose answer got lost is told as such, since it may have worked.
 */
#include "cli/client.h"

#include <stdio.h>
#include <stdlib.h>

#include "cli/words.h"

#define ANSWER_BYTES_MOST ((size_t)64 << 20)
#define TIMEOUT_MS 30000

void answer_release(struct answer *answer)
{
    json_decref(answer->json);
    arena_release(&answer->arena);
    *answer = (struct answer){ 0 };
}

struct str client_part(struct arena *arena, struct str part)
{
    CLEANUP(buf_release) struct buf out = { 0 };

    http_encode(&out, part);
    return arena_copy(arena, buf_view(&out));
}

struct str client_query(struct arena *arena, struct str path, const char *name, struct str value)
{
    struct str encoded;

    if (!value.ptr)
        return path;
    encoded = client_part(arena, value);
    return arena_printf(arena, "%.*s%c%s=%.*s", STR_ARGS(path),
                        str_find_char(path, '?') >= 0 ? '&' : '?', name, STR_ARGS(encoded));
}

/* Where the server is: a URL that is set wins over the socket. Looked up once. */
static int find_server(struct cli *cli)
{
    struct str url = cli_variable(cli, "ANSWERBACK_URL");
    struct config config;

    if (cli->server_base.len > 0)
        return CLI_OK;
    if (url.len > 0) {
        if (!str_starts(url, str_of("http://")) && !str_starts(url, str_of("https://")))
            return cli_usage(cli, "ANSWERBACK_URL must start with http:// or https://");
        while (str_ends(url, str_of("/")))
            url.len--;
        cli->server_base = url;
        return CLI_OK;
    }
    if (!cli_config(cli, &config))
        return CLI_USAGE;
    cli->server_base = str_of("http://answerback");
    cli->server_socket = arena_printf(&cli->arena, "%.*s/admin.sock", STR_ARGS(config.data_dir));
    return CLI_OK;
}

int client_call(struct cli *cli, const char *method, struct str path, struct str body,
                struct arena *arena, struct http_call *ret)
{
    struct http_header *headers = ARENA_ARRAY(arena, struct http_header, 2);
    struct str token = str_trim(cli_variable(cli, "ANSWERBACK_TOKEN"));
    size_t count = 0;
    int code = find_server(cli);

    if (code)
        return code;
    if (token.len > 0)
        headers[count++] =
            (struct http_header){ str_of("Authorization"),
                                  arena_printf(arena, "Bearer %.*s", STR_ARGS(token)) };
    if (body.len > 0)
        headers[count++] =
            (struct http_header){ str_of("Content-Type"), str_of("application/json") };
    *ret = (struct http_call){
        .method = method,
        .url = arena_printf(arena, "%.*s%.*s", STR_ARGS(cli->server_base), STR_ARGS(path)),
        .headers = headers,
        .header_count = count,
        .body = body,
        .unix_socket = cli->server_socket,
        .timeout_ms = TIMEOUT_MS,
        .response_bytes_max = ANSWER_BYTES_MOST,
    };
    return CLI_OK;
}

static int tell_unreachable(const struct cli *cli, const struct http_call *call,
                            const struct http_result *result)
{
    cli_print_who(cli);
    if (result->failure == HTTP_UNKNOWN)
        fprintf(stderr, "the server gave no answer (%.*s); what was asked may have been done\n",
                STR_ARGS(result->error));
    else if (call->unix_socket.len > 0)
        fprintf(stderr,
                "no server answers on %.*s; start `answerback serve` there, or set "
                "ANSWERBACK_DATA_DIR, or ANSWERBACK_URL and ANSWERBACK_TOKEN\n",
                STR_ARGS(call->unix_socket));
    else
        fprintf(stderr, "no server answers at ANSWERBACK_URL: %.*s\n", STR_ARGS(result->error));
    return CLI_UNREACHABLE;
}

/* The one sentence of a problem+json. */
static int tell_problem(const struct cli *cli, const struct http_result *result, json_t *json)
{
    struct str detail = { 0 };
    const char *reason;

    json_get_str(json, "detail", false, &detail, NULL);
    if (detail.len == 0)
        json_get_str(json, "title", false, &detail, NULL);
    reason = words_refusal(detail);
    cli_print_who(cli);
    if (detail.len > 0)
        fprintf(stderr, "%.*s%s%s%s\n", STR_ARGS(detail), reason ? ": " : "", reason ? reason : "",
                result->status == 401 ? "; set ANSWERBACK_TOKEN" : "");
    else
        fprintf(stderr, "the server answered with status %d\n", result->status);
    if (result->status == 404)
        return CLI_NOT_FOUND;
    return result->status >= 400 && result->status < 500 && result->status != 429 ? CLI_USAGE
                                                                                  : CLI_FAILED;
}

/* The body as a text; NULL takes no room. */
static struct str write_body(struct arena *arena, json_t *body)
{
    char *text = body ? json_dumps(body, JSON_COMPACT) : NULL;
    struct str copy = arena_copy(arena, str_of(text));

    free(text);
    json_decref(body);
    return copy;
}

int client_ask(struct cli *cli, const char *method, struct str path, json_t *body,
               struct answer *ret)
{
    struct http_result result = { 0 };
    struct http_call call;
    struct err err = { 0 };
    struct str text = write_body(&ret->arena, body);
    int code = client_call(cli, method, path, text, &ret->arena, &call);

    if (code)
        return code;
    if (!http_fetch(&call, &ret->arena, &result, &err))
        return tell_unreachable(cli, &call, &result);
    ret->text = result.body;
    if (result.body.len > 0)
        ret->json = json_read(result.body, &err);
    if (result.status < 200 || result.status > 299)
        return tell_problem(cli, &result, ret->json);
    if (result.body.len > 0 && !ret->json) {
        fprintf(stderr, "answerback %s: what answered there is no Answerback (%s)\n",
                cli->command->name, err.text);
        return CLI_FAILED;
    }
    return CLI_OK;
}
