/*
 * tokens.c - bearer tokens: 256 random bits, shown once, kept as a hash.
 *
 * A user's token makes and sees tokens of its own user only, so it can't be traded up.
 */
#include "web/inside.h"
#include "web/token.h"

#define NAME_CHARACTERS_MOST 100

struct token_plan {
    struct str name;
    struct id user; /* zero: an admin's */
};

static void render_token(struct json_writer *w, const struct api_token *token, struct str secret)
{
    json_open_object(w);
    render_id(w, "id", ID_TOKEN, token->id);
    if (secret.len > 0)
        json_field_str(w, "token", secret);
    json_field_str(w, "name", token->name);
    render_id(w, "user", ID_USER, token->user);
    json_field_time(w, "created_at", token->created_ms);
    json_close_object(w);
}

static bool add_token(struct api_call *call, struct engine_tx *tx, struct err *err)
{
    const struct token_plan *plan = call->plan;
    struct api_token token = { .user = plan->user, .name = plan->name };
    unsigned char hash[TOKEN_HASH_BYTES];
    struct scope scope;
    struct str text;

    if (!id_is_zero(plan->user) && !open_owner(call, tx->tx->store, plan->user, &scope, err))
        return false;
    token.id = engine_new_id(tx);
    token.created_ms = tx->now_ms;
    text = token_make(tx->chance, tx->arena);
    token_hash(text, hash);
    if (!store_add_token(tx->tx, &token, str_make((const char *)hash, sizeof(hash)), err))
        return false;
    render_token(&call->out, &token, text);
    return true;
}

bool tokens_post(struct api_call *call, struct err *err)
{
    static const char *const known[] = { "name", "user", NULL };
    struct token_plan *plan = ARENA_NEW(call->arena, struct token_plan);
    struct str user = { 0 };
    struct scope scope;

    plan->user = call->who.user;
    if (!json_check_keys(call->input, known, err) ||
        !read_line(call->input, "name", NAME_CHARACTERS_MOST, &plan->name, err) ||
        !json_get_str(call->input, "user", false, &user, err))
        return false;
    if (user.ptr) {
        if (!open_user(call, api_reader(call), user, &scope, err))
            return false;
        plan->user = scope.user;
    }
    call->plan = plan;
    call->write = add_token;
    call->status = 201;
    return true;
}

bool tokens_list(struct api_call *call, struct err *err)
{
    struct page page = { 0 };
    struct api_token *tokens;
    size_t count;

    if (!store_tokens(api_reader(call), call->who.user, call->who.admin, call->arena, &tokens,
                      &count, err))
        return false;
    page_open(call);
    for (size_t i = 0; i < count; i++)
        render_token(&call->out, &tokens[i], str_of(""));
    page_close(call, &page, false, (struct id){ 0 });
    return true;
}

static bool remove_token(struct api_call *call, struct engine_tx *tx, struct err *err)
{
    const struct id *token = call->plan;

    return store_remove_token(tx->tx, *token, call->who.user, call->who.admin, err);
}

bool token_delete(struct api_call *call, struct err *err)
{
    struct id *token = ARENA_NEW(call->arena, struct id);

    if (!id_parse(ID_TOKEN, call->args[0], token))
        return not_found(err);
    call->plan = token;
    call->write = remove_token;
    call->status = 204;
    return true;
}
