/*
 * client.h - asking the running server, as every command that acts on data does.
 *
 * Over the socket in the data directory, where the kernel says who asks, or, when ANSWERBACK_URL is
 * set, over HTTP with ANSWERBACK_TOKEN. docs/api.md is the contract.
 */
#pragma once
#include "base/json.h"
#include "cli/cli.h"
#include "http/client.h"

/* What came back. Release it, or CLEANUP(answer_release). */
struct answer {
    struct arena arena;
    struct str text; /* as the server sent it; empty after 204 */
    json_t *json;    /* the same, read; NULL when there is none */
};
void answer_release(struct answer *answer);

/*
 * One request. `path` with its query, encoded; `body` is taken over, NULL for none. CLI_OK, or what
 * is wrong has been printed and the exit code comes back: 2 refused, 3 no server, 4 no such thing.
 */
int client_ask(struct cli *cli, const char *method, struct str path, json_t *body,
               struct answer *ret);

/*
 * The request to the server's socket or URL, without anything printed; for those who want to look
 * at the result themselves. CLI_USAGE when the configuration is wrong (printed).
 */
int client_call(struct cli *cli, const char *method, struct str path, struct str body,
                struct arena *arena, struct http_call *ret);

/* `part` percent-encoded, to stand in a path or a query. */
struct str client_part(struct arena *arena, struct str part);
/* "?name=value" or "&name=value" after `path`; nothing when `value` has no ptr. */
struct str client_query(struct arena *arena, struct str path, const char *name, struct str value);
