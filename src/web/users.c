/*
 * users.c - owners of agents, and their agents' settings.
 *
 * Made and erased by admins; the rest a user's own token may change too, but for `suspended`.
 * Invite codes are kept in capitals, as incoming texts are compared.
 */
#include <ctype.h>

#include "sms/keyword.h"
#include "sms/phone.h"
#include "web/inside.h"

#define NAME_CHARACTERS_MOST 200
#define PHONES_MOST 50
#define RETENTION_DAYS_MOST 36500
#define INVITE_BYTES_LEAST 4
#define INVITE_BYTES_MOST 40

struct user_plan {
    struct user user; /* the fields that were given; the others as for a new user */
    struct str *phones;
    size_t phone_count;
};

/* ---- reading ---- */

static bool is_given(json_t *object, const char *key)
{
    json_t *value = json_object_get(object, key);

    return value && !json_is_null(value);
}

static bool read_invite_code(const struct api_call *call, struct str *ret, struct err *err)
{
    struct str code = { 0 };
    char *capitals;

    if (!read_line(call->input, "invite_code", INVITE_BYTES_MOST, &code, err))
        return false;
    code = str_trim(code);
    if (code.len == 0)
        return true;
    if (code.len < INVITE_BYTES_LEAST)
        return err_set_field(err, "invite_code", "invite_code must have at least %d characters",
                             INVITE_BYTES_LEAST);
    capitals = arena_alloc(call->arena, code.len + 1);
    for (size_t i = 0; i < code.len; i++) {
        if (!isalnum((unsigned char)code.ptr[i]) && code.ptr[i] != '-')
            return err_set_field(err, "invite_code",
                                 "invite_code must be letters, digits and hyphens");
        capitals[i] = (char)toupper((unsigned char)code.ptr[i]);
    }
    if (keyword_detect(code, NULL) != KEYWORD_NONE)
        return err_set_field(err, "invite_code", "invite_code must not be a word such as STOP");
    *ret = str_make(capitals, code.len);
    return true;
}

static bool read_user(const struct api_call *call, struct user *ret, struct err *err)
{
    json_t *agent = NULL;

    if (!read_line(call->input, "name", NAME_CHARACTERS_MOST, &ret->name, err) ||
        !read_line(call->input, "timezone", NAME_CHARACTERS_MOST, &ret->timezone, err) ||
        !read_timezone(ret->timezone, "timezone", err) ||
        !json_get_int(call->input, "retention_days", false, &ret->retention_days, err) ||
        !read_invite_code(call, &ret->invite_code, err) ||
        !json_get_bool(call->input, "suspended", false, &ret->suspended, err) ||
        !json_get_object(call->input, "agent", false, &agent, err))
        return false;
    if (ret->retention_days < 0 || ret->retention_days > RETENTION_DAYS_MOST)
        return err_set_field(err, "retention_days", "retention_days must be 0 to %d",
                             RETENTION_DAYS_MOST);
    return !agent || read_agent(call, agent, "agent", &ret->agent_kind, &ret->agent_settings, err);
}

/* A first phone in international form tells how the others are to be read. */
static bool read_phones(const struct api_call *call, struct user_plan *plan, struct err *err)
{
    json_t *list = NULL, *each;
    struct str region = { 0 };
    size_t i;

    if (!json_get_array(call->input, "phones", false, &list, err))
        return false;
    if (json_array_size(list) > PHONES_MOST)
        return err_set_field(err, "phones", "phones must be at most %d", PHONES_MOST);
    plan->phones = ARENA_ARRAY(call->arena, struct str, json_array_size(list) + 1);
    json_array_foreach (list, i, each) {
        struct str field = arena_printf(call->arena, "phones[%zu]", i);
        struct str typed = { json_string_value(each), json_string_length(each) };

        if (!json_is_string(each))
            return err_set_field(err, field.ptr, "%s must be a text", field.ptr);
        if (!read_phone(typed, region, field.ptr, call->arena, &plan->phones[i], err))
            return false;
        for (size_t j = 0; j < i; j++) {
            if (str_equal(plan->phones[i], plan->phones[j]))
                return err_set_field(err, field.ptr, "%s is there twice", field.ptr);
        }
        if (i == 0)
            region = phone_country(plan->phones[0], call->arena);
        plan->phone_count++;
    }
    return true;
}

/* ---- making, changing, erasing ---- */

static bool add_user(struct api_call *call, struct engine_tx *tx, struct err *err)
{
    struct user_plan *plan = call->plan;
    struct user user = plan->user;
    struct scope scope;

    user.id = engine_new_id(tx);
    user.created_ms = tx->now_ms;
    if (!store_add_user(tx->tx, &user, tx->chance, err))
        return err->kind == ERR_CONFLICT
                   ? err_set(err, ERR_CONFLICT, "invite_code is another user's already")
                   : false;
    if (!store_scope(tx->tx->store, user.id, tx->arena, &scope, err))
        return false;
    for (size_t i = 0; i < plan->phone_count; i++) {
        if (!store_add_phone(tx->tx, &scope, plan->phones[i], tx->now_ms, tx->chance, err))
            return err->kind == ERR_CONFLICT
                       ? err_set(err, ERR_CONFLICT, "phones[%zu]: a user has that phone already", i)
                       : false;
    }
    render_user(&call->out, &user, plan->phones, plan->phone_count);
    return true;
}

bool users_post(struct api_call *call, struct err *err)
{
    static const char *const known[] = { "name",           "phones",      "agent",     "timezone",
                                         "retention_days", "invite_code", "suspended", NULL };
    struct user_plan *plan = ARENA_NEW(call->arena, struct user_plan);

    plan->user.agent_kind = str_of("rule");
    plan->user.agent_settings = str_of("{\"kind\":\"rule\"}");
    if (!json_check_keys(call->input, known, err) || !read_user(call, &plan->user, err) ||
        !read_phones(call, plan, err))
        return false;
    call->plan = plan;
    call->write = add_user;
    call->status = 201;
    return true;
}

/* The stored user with the given fields changed. */
static struct user merge(json_t *given, struct user stored, const struct user *changed)
{
    if (is_given(given, "name"))
        stored.name = changed->name;
    if (is_given(given, "timezone"))
        stored.timezone = changed->timezone;
    if (is_given(given, "retention_days"))
        stored.retention_days = changed->retention_days;
    if (is_given(given, "invite_code"))
        stored.invite_code = changed->invite_code;
    if (is_given(given, "suspended"))
        stored.suspended = changed->suspended;
    if (is_given(given, "agent")) {
        stored.agent_kind = changed->agent_kind;
        stored.agent_settings = changed->agent_settings;
    }
    return stored;
}

static bool put_user(struct engine_tx *tx, const struct scope *scope, const struct user *user,
                     struct err *err)
{
    if (store_put_user(tx->tx, scope, user, tx->chance, err))
        return true;
    return err->kind == ERR_CONFLICT
               ? err_set(err, ERR_CONFLICT, "invite_code is another user's already")
               : false;
}

static bool change_user(struct api_call *call, struct engine_tx *tx, struct err *err)
{
    const struct user_plan *plan = call->plan;
    struct view view = view_make(call, tx->tx->store, tx->arena);
    struct scope scope;
    struct user user;

    if (!open_user(call, tx->tx->store, call->args[0], &scope, err) ||
        !store_user(tx->tx->store, &scope, tx->arena, &user, err))
        return false;
    user = merge(call->input, user, &plan->user);
    return put_user(tx, &scope, &user, err) && render_user_by_scope(&view, &scope, err);
}

bool user_patch(struct api_call *call, struct err *err)
{
    static const char *const known[] = { "name",        "agent",     "timezone", "retention_days",
                                         "invite_code", "suspended", NULL };
    struct user_plan *plan = ARENA_NEW(call->arena, struct user_plan);
    struct scope scope;

    if (!open_user(call, api_reader(call), call->args[0], &scope, err) ||
        !json_check_keys(call->input, known, err) || !read_user(call, &plan->user, err))
        return false;
    if (is_given(call->input, "suspended") && !call->who.admin)
        return err_set(err, ERR_DENIED, "only an admin's token may change suspended");
    call->plan = plan;
    call->write = change_user;
    return true;
}

/* Numbers that lead to the user stay, and lead to nobody. */
static bool detach_numbers(struct engine_tx *tx, struct id user, struct err *err)
{
    struct number *numbers;
    size_t count;

    if (!store_numbers(tx->tx->store, tx->arena, &numbers, &count, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        struct number *number = &numbers[i];

        if (!id_equal(number->user, user))
            continue;
        number->user = (struct id){ 0 };
        if (number->unknown == UNKNOWN_USER)
            number->unknown = UNKNOWN_IGNORE;
        if (!store_put_number(tx->tx, number, tx->chance, err))
            return false;
    }
    return true;
}

static bool erase_user(struct api_call *call, struct engine_tx *tx, struct err *err)
{
    struct scope scope;

    return open_user(call, tx->tx->store, call->args[0], &scope, err) &&
           detach_numbers(tx, scope.user, err) && store_erase_user(tx->tx, &scope, err) &&
           engine_numbers_changed(tx, err);
}

bool user_delete(struct api_call *call, struct err *err)
{
    struct scope scope;

    if (!open_user(call, api_reader(call), call->args[0], &scope, err))
        return false;
    call->write = erase_user;
    call->status = 204;
    return true;
}

/* ---- looking ---- */

bool user_get(struct api_call *call, struct err *err)
{
    struct view view = view_make(call, api_reader(call), call->arena);
    struct scope scope;

    return open_user(call, api_reader(call), call->args[0], &scope, err) &&
           render_user_by_scope(&view, &scope, err);
}

/* A user's token has a list of one. */
static bool list_ids(struct api_call *call, const struct page *page, struct id **ret,
                     size_t *ret_count, struct err *err)
{
    if (call->who.admin)
        return store_users(api_reader(call), page->at, page->limit + 1, call->arena, ret, ret_count,
                           err);
    *ret = &call->who.user;
    *ret_count = id_is_zero(page->at) ? 1 : 0;
    return true;
}

bool users_list(struct api_call *call, struct err *err)
{
    struct view view = view_make(call, api_reader(call), call->arena);
    struct page page;
    struct scope *scopes;
    struct id *ids;
    size_t count, shown;

    if (!page_read(call, call->who.user, &page, err) || !list_ids(call, &page, &ids, &count, err))
        return false;
    shown = count < page.limit ? count : page.limit;
    scopes = ARENA_ARRAY(call->arena, struct scope, shown + 1);
    if (!store_scopes(api_reader(call), ids, shown, call->arena, scopes, err))
        return false;
    page_open(call);
    for (size_t i = 0; i < shown; i++) {
        if (scopes[i].found && !render_user_by_scope(&view, &scopes[i], err))
            return false;
    }
    page_close(call, &page, count > shown, shown > 0 ? ids[shown - 1] : page.at);
    return true;
}

/* ---- the agent ---- */

bool agent_get(struct api_call *call, struct err *err)
{
    struct scope scope;
    struct user user;

    if (!open_user(call, api_reader(call), call->args[0], &scope, err) ||
        !store_user(api_reader(call), &scope, call->arena, &user, err))
        return false;
    buf_add(&call->body, user.agent_settings);
    return true;
}

static bool change_agent(struct api_call *call, struct engine_tx *tx, struct err *err)
{
    const struct user_plan *plan = call->plan;
    struct scope scope;
    struct user user;

    if (!open_user(call, tx->tx->store, call->args[0], &scope, err) ||
        !store_user(tx->tx->store, &scope, tx->arena, &user, err))
        return false;
    user.agent_kind = plan->user.agent_kind;
    user.agent_settings = plan->user.agent_settings;
    buf_add(&call->body, user.agent_settings);
    return put_user(tx, &scope, &user, err);
}

bool agent_put(struct api_call *call, struct err *err)
{
    struct user_plan *plan = ARENA_NEW(call->arena, struct user_plan);
    struct scope scope;

    if (!open_user(call, api_reader(call), call->args[0], &scope, err) ||
        !read_agent(call, call->input, "", &plan->user.agent_kind, &plan->user.agent_settings, err))
        return false;
    call->plan = plan;
    call->write = change_agent;
    return true;
}
