/*
 * auth.c - who asks: an admin, or the holder of one user's token.
 *
 * Only the SHA-256 of a token is ever compared or stored. On the admin socket the kernel has said
 * which user runs the client; a token given there still counts, so that the command line can act as
 * a user.
 */
#include <sodium.h>
#include <unistd.h>

#include "web/inside.h"
#include "web/token.h"

static struct str bearer(const struct http_request *request)
{
    struct str value = http_header_find(request, "Authorization"), scheme;

    if (!str_cut(&value, ' ', &scheme) || !str_equal_nocase(scheme, str_of("Bearer")))
        return (struct str){ 0 };
    return str_trim(value);
}

static bool has_token_in_url(const struct http_request *request)
{
    return http_param(request->query, "token", request->arena).ptr ||
           http_param(request->query, "access_token", request->arena).ptr;
}

/* Scraping needs no token from this machine, unless a proxy has passed on who knows whose request.
 */
static bool is_local_scrape(const struct surface *surface, const struct http_request *request)
{
    static const char *const proxy_headers[] = { "Forwarded", "X-Forwarded-For", "X-Real-IP",
                                                 "Via" };

    if (!str_is(request->path, "/metrics"))
        return false;
    if (surface->admin_listen)
        return true;
    for (size_t i = 0; i < ARRAY_LEN(proxy_headers); i++) {
        if (http_header_find(request, proxy_headers[i]).ptr)
            return false;
    }
    return str_starts(request->peer, str_of("127.")) || str_is(request->peer, "::1") ||
           str_starts(request->peer, str_of("::ffff:127.")) || str_is(request->peer, "unix");
}

static bool needs_no_token(const struct surface *surface, const struct http_request *request)
{
    if (surface->peer_is_admin)
        return request->peer_uid == 0 || request->peer_uid == (int)geteuid();
    return is_local_scrape(surface, request);
}

const char *auth_refusal(const struct surface *surface, const struct http_request *request)
{
    if (http_header_find(request, "Authorization").ptr || needs_no_token(surface, request))
        return NULL;
    if (surface->peer_is_admin)
        return "only the server's own user may use this socket";
    if (has_token_in_url(request))
        return "a token belongs in the Authorization header, never in a URL";
    return "a token is needed: Authorization: Bearer …";
}

void auth_note_refusal(const struct web *web, const struct http_request *request, const char *why)
{
    metric_add(web->config.metrics, METRIC_API_REFUSED, 1);
    log_line(web->config.log, LOG_WARN, "api_refused", log_str("method", request->method),
             log_str("peer", request->peer), log_text("reason", why));
}

static bool refuse_token(struct api_call *call, struct err *err, const char *why)
{
    auth_note_refusal(call->web, call->request, why);
    call->error_status = 401;
    return err_set(err, ERR_DENIED, "%s", why);
}

static bool is_admin_token(const struct web *web, const unsigned char hash[32])
{
    return web->has_admin_token &&
           sodium_memcmp(hash, web->admin_token_hash, TOKEN_HASH_BYTES) == 0;
}

static bool find_token(struct api_call *call, const unsigned char hash[32], struct err *err)
{
    struct api_token token;
    struct scope scope;

    if (!store_find_token(api_reader(call), str_make((const char *)hash, 32), call->arena, &token,
                          err))
        return false;
    if (!id_is_zero(token.user) &&
        !store_scope(api_reader(call), token.user, call->arena, &scope, err))
        return false;
    call->who =
        (struct identity){ .admin = id_is_zero(token.user), .user = token.user, .token = token.id };
    return true;
}

bool auth_identify(struct api_call *call, struct err *err)
{
    struct str token = bearer(call->request);
    unsigned char hash[TOKEN_HASH_BYTES];
    const char *why;

    if (!http_header_find(call->request, "Authorization").ptr) {
        why = auth_refusal(call->surface, call->request);
        call->who = (struct identity){ .admin = !why };
        return why ? refuse_token(call, err, why) : true;
    }
    if (token.len == 0)
        return refuse_token(call, err, "Authorization must be \"Bearer\" and a token");
    token_hash(token, hash);
    if (is_admin_token(call->web, hash)) {
        call->who = (struct identity){ .admin = true };
        return true;
    }
    if (!token_is_one(token))
        return refuse_token(call, err, "this token is not known here");
    if (find_token(call, hash, err))
        return true;
    if (err->kind != ERR_NOT_FOUND)
        return false;
    return refuse_token(call, err, "this token is not known here");
}
