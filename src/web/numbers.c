/*
 * numbers.c - the phone numbers we own at the provider, and what happens to texts on them.
 *
 * Admins only change them. A change is checked against the row as it is inside the engine's
 * transaction, so two changes at once can't leave a number that neither would have allowed.
 */
#include <ctype.h>

#include "sms/phone.h"
#include "sms/segment.h"
#include "web/inside.h"

#define NAME_CHARACTERS_MOST 200
#define TEXT_CHARACTERS_MOST 320

/* ---- reading ---- */

/* Which of `count` names the field has; absent leaves *ret as it was. */
static bool read_choice(json_t *object, const char *key, const char *const *names, size_t count,
                        size_t *ret, struct err *err)
{
    struct str value = { 0 };

    if (!json_get_str(object, key, false, &value, err))
        return false;
    if (!value.ptr)
        return true;
    for (size_t i = 0; i < count; i++) {
        if (str_is(value, names[i])) {
            *ret = i;
            return true;
        }
    }
    return err_set_field(err, key, "%s must be one of the words in the documentation, such as %s",
                         key, names[0]);
}

static bool read_owner(const struct api_call *call, struct store *store, json_t *object,
                       const char *field, struct id *ret, struct err *err)
{
    struct str text = { 0 };
    struct scope scope;

    if (!json_get_str(object, "user", false, &text, err))
        return false;
    if (!text.ptr)
        return true;
    if (!open_user(call, store, text, &scope, err))
        return err->kind == ERR_NOT_FOUND
                   ? err_set_field(err, field, "%s: there is no such user", field)
                   : false;
    *ret = scope.user;
    return true;
}

static bool read_unknown_sender(const struct api_call *call, struct store *store,
                                struct number *number, struct err *err)
{
    static const char *const known[] = { "policy", "text", "user", NULL };
    static const char *const names[] = { "ignore", "reply", "invite", "user" };
    json_t *object = NULL;
    size_t policy = (size_t)number->unknown;
    struct id user = { 0 };

    if (!json_get_object(call->input, "unknown_sender", false, &object, err))
        return false;
    if (!object)
        return true;
    if (!json_check_keys(object, known, err) ||
        !read_choice(object, "policy", names, ARRAY_LEN(names), &policy, err) ||
        !read_line(object, "text", TEXT_CHARACTERS_MOST, &number->unknown_text, err) ||
        !read_owner(call, store, object, "unknown_sender.user", &user, err))
        return false;
    number->unknown = (enum unknown_policy)policy;
    if (!id_is_zero(user) && number->routing == ROUTING_BY_SENDER)
        number->user = user;
    return true;
}

static bool read_region(json_t *input, struct arena *arena, struct str *ret, struct err *err)
{
    struct str value = { 0 };

    if (!json_get_str(input, "region", false, &value, err))
        return false;
    if (!value.ptr)
        return true;
    if (value.len != 0 && (value.len != 2 || !isalpha((unsigned char)value.ptr[0]) ||
                           !isalpha((unsigned char)value.ptr[1])))
        return err_set_field(err, "region", "region must be two letters such as GB");
    *ret = value.len == 0 ? value
                          : arena_printf(arena, "%c%c", toupper((unsigned char)value.ptr[0]),
                                         toupper((unsigned char)value.ptr[1]));
    return true;
}

static bool read_routing(const struct api_call *call, struct store *store, struct number *number,
                         struct err *err)
{
    static const char *const names[] = { "by_sender", "by_number" };
    size_t routing = (size_t)number->routing;
    struct id user = { 0 };

    if (!read_choice(call->input, "routing", names, ARRAY_LEN(names), &routing, err) ||
        !read_owner(call, store, call->input, "user", &user, err))
        return false;
    if (routing != (size_t)number->routing)
        number->user = (struct id){ 0 };
    number->routing = (enum routing)routing;
    if (number->routing == ROUTING_BY_SENDER && !id_is_zero(user))
        return err_set_field(err, "user", "user: a number routed by_sender belongs to nobody");
    if (!id_is_zero(user))
        number->user = user;
    return true;
}

/* What must hold of the whole, whatever was changed. */
static bool check_number(const struct number *n, struct err *err)
{
    struct segment_count count = segment_count(n->unknown_text);

    if (n->routing == ROUTING_BY_NUMBER && id_is_zero(n->user))
        return err_set_field(err, "user", "user is missing: a number routed by_number needs one");
    if (n->routing == ROUTING_BY_NUMBER && n->unknown == UNKNOWN_USER)
        return err_set_field(err, "unknown_sender.policy",
                             "unknown_sender.policy: a number routed by_number knows no strangers");
    if (n->unknown == UNKNOWN_USER && id_is_zero(n->user))
        return err_set_field(err, "unknown_sender.user", "unknown_sender.user is missing");
    if (n->unknown == UNKNOWN_REPLY && n->unknown_text.len == 0)
        return err_set_field(err, "unknown_sender.text", "unknown_sender.text is missing");
    if (count.segments > 1)
        return err_set_field(err, "unknown_sender.text",
                             "unknown_sender.text must fit into one segment; it takes %zu",
                             count.segments);
    return true;
}

/* Everything in the body but `phone`, over what `number` has already. */
static bool read_number(const struct api_call *call, struct store *store, struct arena *arena,
                        struct number *number, struct err *err)
{
    static const char *const first_names[] = { "admit", "hold" };
    static const char *const opt_out_names[] = { "answerback", "provider" };
    static const char *const revocation_names[] = { "confirm", "stop", "flag" };
    size_t first = (size_t)number->first, opt_out = number->provider_handles_opt_out;
    size_t revocation = (size_t)number->revocation;

    if (!read_line(call->input, "name", NAME_CHARACTERS_MOST, &number->name, err) ||
        !read_routing(call, store, number, err) || !read_unknown_sender(call, store, number, err) ||
        !read_choice(call->input, "first_contact", first_names, ARRAY_LEN(first_names), &first,
                     err) ||
        !read_choice(call->input, "opt_out_handled_by", opt_out_names, ARRAY_LEN(opt_out_names),
                     &opt_out, err) ||
        !read_choice(call->input, "revocation", revocation_names, ARRAY_LEN(revocation_names),
                     &revocation, err) ||
        !read_line(call->input, "help_text", TEXT_CHARACTERS_MOST, &number->help_text, err) ||
        !read_line(call->input, "opt_out_text", TEXT_CHARACTERS_MOST, &number->opt_out_text, err) ||
        !read_line(call->input, "opt_in_text", TEXT_CHARACTERS_MOST, &number->opt_in_text, err) ||
        !read_region(call->input, arena, &number->region, err))
        return false;
    number->first = (enum first_contact)first;
    number->revocation = (enum revocation_policy)revocation;
    number->provider_handles_opt_out = opt_out == 1;
    if (number->routing == ROUTING_BY_SENDER && number->unknown != UNKNOWN_USER)
        number->user = (struct id){ 0 };
    return check_number(number, err);
}

static bool read_number_phone(const struct api_call *call, struct number *number, struct err *err)
{
    struct str typed;

    if (!json_get_str(call->input, "phone", true, &typed, err) ||
        !read_region(call->input, call->arena, &number->region, err))
        return false;
    if (phone_kind(typed) == PHONE_SHORT_CODE)
        number->phone = typed;
    else if (!read_phone(typed, number->region, "phone", call->arena, &number->phone, err))
        return false;
    /* Providers answer STOP and HELP by themselves on long codes only. */
    number->provider_handles_opt_out = phone_kind(number->phone) == PHONE_E164;
    return true;
}

/* ---- making, changing, removing ---- */

static bool add_number(struct api_call *call, struct engine_tx *tx, struct err *err)
{
    struct number number = *(const struct number *)call->plan;

    number.id = engine_new_id(tx);
    number.created_ms = tx->now_ms;
    if (!read_number(call, tx->tx->store, tx->arena, &number, err))
        return false;
    if (!store_add_number(tx->tx, &number, tx->chance, err))
        return err->kind == ERR_CONFLICT
                   ? err_set(err, ERR_CONFLICT, "phone: that number is there already")
                   : false;
    render_number(&call->out, call, &number);
    return engine_numbers_changed(tx, err);
}

bool numbers_post(struct api_call *call, struct err *err)
{
    static const char *const known[] = { "phone",
                                         "name",
                                         "routing",
                                         "user",
                                         "region",
                                         "unknown_sender",
                                         "first_contact",
                                         "help_text",
                                         "opt_out_text",
                                         "opt_in_text",
                                         "revocation",
                                         "opt_out_handled_by",
                                         NULL };
    struct number *plan = ARENA_NEW(call->arena, struct number);
    struct number whole;

    if (!json_check_keys(call->input, known, err) || !read_number_phone(call, plan, err))
        return false;
    whole = *plan;
    if (!read_number(call, api_reader(call), call->arena, &whole, err))
        return false;
    call->plan = plan;
    call->write = add_number;
    call->status = 201;
    return true;
}

static bool change_number(struct api_call *call, struct engine_tx *tx, struct err *err)
{
    struct number number;

    if (!find_number(call, tx->tx->store, call->args[0], &number, err) ||
        !read_number(call, tx->tx->store, tx->arena, &number, err) ||
        !store_put_number(tx->tx, &number, tx->chance, err))
        return false;
    render_number(&call->out, call, &number);
    return engine_numbers_changed(tx, err);
}

bool number_patch(struct api_call *call, struct err *err)
{
    static const char *const known[] = {
        "name",         "routing",        "user",          "region",
        "help_text",    "unknown_sender", "first_contact", "opt_out_handled_by",
        "opt_out_text", "opt_in_text",    "revocation",    NULL
    };
    struct number number;

    if (!find_number(call, api_reader(call), call->args[0], &number, err) ||
        !json_check_keys(call->input, known, err) ||
        !read_number(call, api_reader(call), call->arena, &number, err))
        return false;
    call->write = change_number;
    return true;
}

static bool remove_number(struct api_call *call, struct engine_tx *tx, struct err *err)
{
    struct number number;

    if (!find_number(call, tx->tx->store, call->args[0], &number, err))
        return false;
    if (!store_remove_number(tx->tx, number.id, err))
        return err->kind == ERR_CONFLICT
                   ? err_set(err, ERR_CONFLICT, "the number has conversations and must stay")
                   : false;
    return engine_numbers_changed(tx, err);
}

bool number_delete(struct api_call *call, struct err *err)
{
    struct number number;

    if (!find_number(call, api_reader(call), call->args[0], &number, err))
        return false;
    call->write = remove_number;
    call->status = 204;
    return true;
}

/* ---- looking ---- */

bool number_get(struct api_call *call, struct err *err)
{
    struct number number;

    if (!find_number(call, api_reader(call), call->args[0], &number, err))
        return false;
    render_number(&call->out, call, &number);
    return true;
}

bool numbers_list(struct api_call *call, struct err *err)
{
    struct page page = { 0 };
    struct number *numbers;
    size_t count;

    if (!store_numbers(api_reader(call), call->arena, &numbers, &count, err))
        return false;
    page_open(call);
    for (size_t i = 0; i < count; i++) {
        if (may_see_number(call, &numbers[i]))
            render_number(&call->out, call, &numbers[i]);
    }
    page_close(call, &page, false, (struct id){ 0 });
    return true;
}
