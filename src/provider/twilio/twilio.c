/*
 * twilio.c - the provider's life, and its door: is this request Twilio's, and for our account?
 *
 * The URL that was signed is the configured public one and the target as it came in; Host and proxy
 * headers are never asked. The struct does not change after twilio_create, so any thread may use
 * it.
 */
#include "provider/twilio/twilio.h"

#include <stdlib.h>

#include "provider/twilio/errors.h"
#include "provider/twilio/inside.h"

static struct str join(struct arena *arena, struct str a, struct str b)
{
    char *joined = arena_alloc(arena, a.len + b.len);

    if (a.len > 0)
        memcpy(joined, a.ptr, a.len);
    if (b.len > 0)
        memcpy(joined + a.len, b.ptr, b.len);
    return str_make(joined, a.len + b.len);
}

/*
 * The AccountSid as Twilio writes it; NULL ptr when there is none. Spelled with escapes it is not
 * found here, and refused when the fields are read.
 */
static struct str find_account(struct str form)
{
    const struct str name = STR("AccountSid=");
    ptrdiff_t at = str_find(form, name);

    while (at > 0 && form.ptr[at - 1] != '&') {
        form = str_slice(form, (size_t)at + 1, form.len);
        at = str_find(form, name);
    }
    if (at < 0)
        return (struct str){ 0 };
    form = str_slice(form, (size_t)at + name.len, form.len);
    at = str_find_char(form, '&');
    return at < 0 ? form : str_slice(form, 0, (size_t)at);
}

static bool twilio_verify(const struct provider *p, const struct http_request *request,
                          struct err *err)
{
    const struct twilio *t = twilio_of(p);
    const struct signature_key *keys[] = { t->keys[0], t->keys[1] };
    bool get = str_is(request->method, "GET");
    struct signed_request sr = {
        .method = request->method,
        .url = join(request->arena, t->public_url, request->target),
        .content_type = http_header_find(request, "Content-Type"),
        .body = request->body,
        .signature = http_header_find(request, "X-Twilio-Signature"),
    };
    struct str account;

    if (!keys[0] && !keys[1])
        return err_set(err, ERR_DENIED, "there is no auth token to check signatures with");
    if (!get && !str_is(request->method, "POST"))
        return err_set(err, ERR_DENIED, "webhooks come by GET or POST");
    if (!sr.signature.ptr)
        return err_set(err, ERR_DENIED, "the X-Twilio-Signature header is missing");
    if (!signature_verify(&sr, keys, ARRAY_LEN(keys), request->arena))
        return err_set(err, ERR_DENIED, "the signature does not match");
    account = find_account(get ? request->query : request->body);
    if (account.ptr && !str_equal(account, t->account_sid))
        return err_set(err, ERR_DENIED, "AccountSid is not the configured account");
    return true;
}

static struct http_response twilio_acknowledge(const struct provider *p)
{
    (void)p;
    return (struct http_response){
        .status = 200,
        .content_type = "text/xml",
        .body = STR("<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response/>"),
    };
}

static struct provider_error twilio_error_by_code(const struct provider *p, int64_t code)
{
    (void)p;
    return twilio_error(code);
}

static void twilio_destroy(struct provider *p)
{
    struct twilio *t = (struct twilio *)p;

    if (!t)
        return;
    for (size_t i = 0; i < ARRAY_LEN(t->keys); i++)
        signature_key_destroy(t->keys[i]);
    arena_release(&t->arena);
    free(t);
}

static const struct provider_ops twilio_ops = {
    .name = "twilio",
    .verify = twilio_verify,
    .read_inbound = twilio_read_inbound,
    .read_status = twilio_read_status,
    .build_send = twilio_build_send,
    .read_send = twilio_read_send,
    .build_list = twilio_build_list,
    .read_list = twilio_read_list,
    .error_by_code = twilio_error_by_code,
    .acknowledge = twilio_acknowledge,
    .destroy = twilio_destroy,
};

static struct str copy_base(struct arena *arena, struct str url)
{
    while (str_ends(url, str_of("/")))
        url.len--;
    return arena_copy(arena, url);
}

struct provider *twilio_create(const struct twilio_config *config)
{
    struct twilio *t = calloc(1, sizeof(*t));

    if (!t)
        die("out of memory (%zu bytes wanted)", sizeof(*t));
    t->base.ops = &twilio_ops;
    t->account_sid = arena_copy(&t->arena, config->account_sid);
    t->auth_token = arena_copy(&t->arena, config->auth_token);
    t->api_base = copy_base(&t->arena, config->api_base);
    t->public_url = copy_base(&t->arena, config->public_url);
    if (config->auth_token.len > 0)
        t->keys[0] = signature_key_create(config->auth_token);
    if (config->auth_token_secondary.len > 0)
        t->keys[1] = signature_key_create(config->auth_token_secondary);
    return &t->base;
}
