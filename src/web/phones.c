/*
 * phones.c - a user's own phones: whose texts on a shared number are this user's.
 *
 * Adding one is for admins: who holds a phone gets what it texts, and the refusal of a phone that
 * is taken would tell a user of other users.
 */
#include "web/inside.h"

bool phones_list(struct api_call *call, struct err *err)
{
    struct page page = { 0 };
    struct scope scope;
    struct str *phones;
    size_t count;

    if (!open_user(call, api_reader(call), call->args[0], &scope, err) ||
        !store_phones(api_reader(call), &scope, call->arena, &phones, &count, err))
        return false;
    page_open(call);
    for (size_t i = 0; i < count; i++)
        json_write_str(&call->out, phones[i]);
    page_close(call, &page, false, (struct id){ 0 });
    return true;
}

static bool add_phone(struct api_call *call, struct engine_tx *tx, struct err *err)
{
    const struct str *phone = call->plan;
    struct scope scope;

    if (!open_user(call, tx->tx->store, call->args[0], &scope, err))
        return false;
    if (!store_add_phone(tx->tx, &scope, *phone, tx->now_ms, tx->chance, err))
        return err->kind == ERR_CONFLICT
                   ? err_set(err, ERR_CONFLICT, "phone: a user has that phone already")
                   : false;
    json_open_object(&call->out);
    json_field_str(&call->out, "phone", *phone);
    json_close_object(&call->out);
    return true;
}

bool phones_post(struct api_call *call, struct err *err)
{
    static const char *const known[] = { "phone", NULL };
    struct str *phone = ARENA_NEW(call->arena, struct str);
    struct str typed, region;
    struct scope scope;

    if (!open_user(call, api_reader(call), call->args[0], &scope, err) ||
        !json_check_keys(call->input, known, err) ||
        !json_get_str(call->input, "phone", true, &typed, err) ||
        !region_of_user(api_reader(call), &scope, call->arena, &region, err) ||
        !read_phone(typed, region, "phone", call->arena, phone, err))
        return false;
    call->plan = phone;
    call->write = add_phone;
    call->status = 201;
    return true;
}

static bool remove_phone(struct api_call *call, struct engine_tx *tx, struct err *err)
{
    const struct str *phone = call->plan;
    struct scope scope;

    return open_user(call, tx->tx->store, call->args[0], &scope, err) &&
           store_remove_phone(tx->tx, &scope, *phone, err);
}

bool phone_delete(struct api_call *call, struct err *err)
{
    struct str *phone = ARENA_NEW(call->arena, struct str);
    struct scope scope;
    struct str region;

    if (!open_user(call, api_reader(call), call->args[0], &scope, err) ||
        !region_of_user(api_reader(call), &scope, call->arena, &region, err) ||
        !read_phone(call->args[1], region, "phone", call->arena, phone, err))
        return false;
    call->plan = phone;
    call->write = remove_phone;
    call->status = 204;
    return true;
}
