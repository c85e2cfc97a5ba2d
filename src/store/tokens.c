/*
 * tokens.c - API tokens by the hash of their secret, and answers kept for repeated requests.
 */
#include "store/inside.h"

#define KEY_BYTES 32
#define ANSWER_KEPT_MS (INT64_C(24) * 3600 * 1000)
#define ANSWERS_DROPPED_MOST 50 /* with each one that is saved */

static const struct query add_token = {
    "INSERT INTO api_tokens (id, user_id, hash, name, created_ms)"
    " VALUES ($1, $2, $3, $4, $5)",
    5
};
#define TOKEN_COLUMNS "id, user_id, name, created_ms"
static const struct query find_token = { "SELECT " TOKEN_COLUMNS " FROM api_tokens WHERE hash = $1",
                                         1 };
static const struct query tokens_of_user = { "SELECT " TOKEN_COLUMNS
                                             " FROM api_tokens WHERE user_id = $1 ORDER BY id",
                                             1 };
static const struct query tokens_of_all = { "SELECT " TOKEN_COLUMNS " FROM api_tokens ORDER BY id",
                                            0 };
static const struct query remove_token = { "DELETE FROM api_tokens WHERE id = $1 AND user_id = $2",
                                           2 };
static const struct query remove_any_token = { "DELETE FROM api_tokens WHERE id = $1", 1 };

static const struct query find_answer = {
    "SELECT status, request_hash, body FROM saved_answers WHERE key = $1", 1
};
static const struct query save_answer = {
    "INSERT INTO saved_answers (key, request_hash, status, created_ms, body)"
    " VALUES ($1, $2, $3, $4, $5)",
    5
};
static const struct query drop_answers = {
    "DELETE FROM saved_answers WHERE key IN (SELECT key FROM saved_answers WHERE created_ms < $1"
    " ORDER BY created_ms LIMIT $2)",
    2
};

/* ---- tokens ---- */

bool store_add_token(struct store_tx *tx, const struct api_token *token, struct str hash,
                     struct err *err)
{
    struct value params[] = { value_id(&token->id), value_id(&token->user),
                              value_bytes(hash.ptr, hash.len), value_text(token->name),
                              value_int(token->created_ms) };

    return store_write_one(tx, &add_token, params, NULL, err) || err_add(err, "token");
}

static bool read_tokens(struct store *store, const struct query *query, const struct value *params,
                        struct arena *arena, struct api_token **ret, size_t *ret_count,
                        struct err *err)
{
    struct api_token *tokens;
    struct rows rows;

    if (!store_run(store, query, params, 1, arena, &rows, err))
        return err_add(err, "tokens");
    tokens = ARENA_ARRAY(arena, struct api_token, rows.count);
    for (size_t i = 0; i < rows.count; i++) {
        struct row row = row_at(&rows, i);

        tokens[i].id = row_id(&row);
        tokens[i].user = row_id(&row);
        tokens[i].name = row_text(&row);
        tokens[i].created_ms = row_int(&row);
        if (!row_ok(&row, "api_tokens", err))
            return false;
    }
    *ret = tokens;
    *ret_count = rows.count;
    return true;
}

bool store_find_token(struct store *store, struct str hash, struct arena *arena,
                      struct api_token *ret, struct err *err)
{
    struct value param = value_bytes(hash.ptr, hash.len);
    struct api_token *tokens;
    size_t count;

    if (!read_tokens(store, &find_token, &param, arena, &tokens, &count, err))
        return false;
    if (count == 0)
        return err_set(err, ERR_NOT_FOUND, "no such token");
    *ret = tokens[0];
    return true;
}

bool store_tokens(struct store *store, struct id user, bool all, struct arena *arena,
                  struct api_token **ret, size_t *ret_count, struct err *err)
{
    struct value param = value_id(&user);

    return read_tokens(store, all ? &tokens_of_all : &tokens_of_user, all ? NULL : &param, arena,
                       ret, ret_count, err);
}

bool store_remove_token(struct store_tx *tx, struct id token, struct id user, bool any_user,
                        struct err *err)
{
    struct value params[] = { value_id(&token), value_id(&user) };
    size_t changed;

    if (!store_write_one(tx, any_user ? &remove_any_token : &remove_token, params, &changed, err))
        return err_add(err, "token");
    return changed > 0 || err_set(err, ERR_NOT_FOUND, "no such token");
}

/* ---- answers ---- */

/* The row is sealed under the first half of its key. */
static bool row_of_key(struct str key, struct id *ret, struct err *err)
{
    if (key.len != KEY_BYTES)
        return err_set(err, ERR_INTERNAL, "a key of a saved answer has %d bytes", KEY_BYTES);
    memcpy(ret->bytes, key.ptr, sizeof(ret->bytes));
    return true;
}

bool store_find_answer(struct store *store, struct str key, struct arena *arena, bool *ret_found,
                       struct saved_answer *ret, struct err *err)
{
    struct value param = value_bytes(key.ptr, key.len);
    struct saved_answer answer;
    struct rows rows;
    struct str body;
    struct row row;
    struct id id;

    if (!row_of_key(key, &id, err) || !store_run(store, &find_answer, &param, 1, arena, &rows, err))
        return err_add(err, "saved answer");
    *ret_found = rows.count > 0;
    if (rows.count == 0)
        return true;
    row = row_at(&rows, 0);
    answer.status = row_int(&row);
    answer.request_hash = row_bytes(&row);
    body = row_bytes(&row);
    if (!row_ok(&row, "saved_answers", err) ||
        !unseal_cell(&store->installation, "saved_answers", "body", id, body, arena, &answer.body,
                     err))
        return false;
    *ret = answer;
    return true;
}

bool store_save_answer(struct store_tx *tx, struct str key, const struct saved_answer *answer,
                       int64_t now_ms, struct chance *chance, struct err *err)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    struct value drop[] = { value_int(now_ms - ANSWER_KEPT_MS), value_int(ANSWERS_DROPPED_MOST) };
    struct id id;

    if (!row_of_key(key, &id, err))
        return err_add(err, "saved answer");

    struct value params[] = { value_bytes(key.ptr, key.len),
                              value_bytes(answer->request_hash.ptr, answer->request_hash.len),
                              value_int(answer->status), value_int(now_ms),
                              seal_value(&tx->store->installation, "saved_answers", "body", id,
                                         answer->body, chance, &arena) };

    return (store_write_one(tx, &drop_answers, drop, NULL, err) &&
            store_write_one(tx, &save_answer, params, NULL, err)) ||
           err_add(err, "saved answer");
}
