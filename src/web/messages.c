/*
 * messages.c - texts: to be looked up with all that happened to them, and to be sent.
 *
 * Sending goes through the engine's outbound door, which may refuse with a reason of its own; here
 * only the form of the request is checked.
 */
#include "sms/phone.h"
#include "sms/segment.h"
#include "web/inside.h"
#include "web/when.h"

#define BODY_UNITS_MOST 1600
#define URL_BYTES_MOST 2048
#define PAST_ALLOWED_MS INT64_C(60000) /* clocks differ */
#define AHEAD_MOST_MS (INT64_C(366) * 86400000)

/* ---- looking ---- */

static bool render_message_by_id(struct view *view, const struct scope *scope, struct id id,
                                 struct err *err)
{
    struct message message;

    return store_message(view->store, scope, id, view->arena, &message, err) &&
           render_message(view, scope, &message, err);
}

bool message_get(struct api_call *call, struct err *err)
{
    struct view view = view_make(call, api_reader(call), call->arena);
    struct scope scope;
    struct id id;

    return open_message(call, api_reader(call), call->args[0], &scope, &id, err) &&
           render_message_by_id(&view, &scope, id, err);
}

static bool list_of_user(struct api_call *call, const struct scope *scope, struct err *err)
{
    struct view view = view_make(call, api_reader(call), call->arena);
    struct message *rows;
    struct page page;
    size_t count, shown;

    if (!page_read(call, scope->user, &page, err) ||
        !store_messages_of_user(api_reader(call), scope, page.at, page.limit + 1, call->arena,
                                &rows, &count, err))
        return false;
    shown = count < page.limit ? count : page.limit;
    page_open(call);
    for (size_t i = 0; i < shown; i++) {
        if (!render_message(&view, scope, &rows[i], err))
            return false;
    }
    page_close(call, &page, count > shown, shown > 0 ? rows[shown - 1].id : page.at);
    return true;
}

bool user_messages(struct api_call *call, struct err *err)
{
    struct scope scope;

    return open_user(call, api_reader(call), call->args[0], &scope, err) &&
           list_of_user(call, &scope, err);
}

bool messages_list(struct api_call *call, struct err *err)
{
    struct str user = query_value(call, "user");
    struct owned_id *rows;
    struct scope scope;
    struct page page;
    size_t count;

    if (user.ptr)
        return open_user(call, api_reader(call), user, &scope, err) &&
               list_of_user(call, &scope, err);
    if (!call->who.admin)
        return open_owner(call, api_reader(call), call->who.user, &scope, err) &&
               list_of_user(call, &scope, err);
    return page_read(call, (struct id){ 0 }, &page, err) &&
           store_messages_newest(api_reader(call), page.at, page.limit + 1, call->arena, &rows,
                                 &count, err) &&
           list_of_everybody(call, rows, count, &page, render_message_by_id, err);
}

/* ---- sending ---- */

struct send_plan {
    struct id user;
    struct str from; /* of a number of ours, or empty */
    struct str to, body, media_json;
    int64_t send_at_ms;
};

static bool read_body(struct api_call *call, struct send_plan *plan, struct err *err)
{
    if (!json_get_str(call->input, "body", false, &plan->body, err))
        return false;
    if (plan->body.len > 0 && memchr(plan->body.ptr, '\0', plan->body.len))
        return err_set_field(err, "body", "body must not have NUL characters");
    if (utf16_units(plan->body) > BODY_UNITS_MOST)
        return err_set_field(err, "body", "body must have at most %d characters", BODY_UNITS_MOST);
    if (str_trim(plan->body).len == 0 && plan->media_json.len == 0)
        return err_set_field(err, "body", "body is missing");
    return true;
}

static bool is_media_url(const struct api_call *call, struct str url)
{
    bool plain = str_starts(api_config(call)->config->api_base, str_of("http://"));
    bool scheme =
        str_starts(url, str_of("https://")) || (plain && str_starts(url, str_of("http://")));

    for (size_t i = 0; i < url.len; i++) {
        if (url.ptr[i] <= ' ' || url.ptr[i] > '~')
            return false;
    }
    return scheme && url.len > strlen("https://") && url.len <= URL_BYTES_MOST;
}

static bool read_media(struct api_call *call, struct send_plan *plan, struct err *err)
{
    struct buf json = { 0 };
    struct json_writer w = { .out = &json };
    json_t *list = NULL, *each;
    bool ok = true;
    size_t i;

    if (!json_get_array(call->input, "media_urls", false, &list, err))
        return false;
    if (json_array_size(list) == 0)
        return true;
    if (json_array_size(list) > MEDIA_MOST)
        return err_set_field(err, "media_urls", "media_urls must be at most %d", MEDIA_MOST);
    json_open_array(&w);
    json_array_foreach (list, i, each) {
        struct str url = { json_string_value(each), json_string_length(each) };
        struct str field = arena_printf(call->arena, "media_urls[%zu]", i);

        if (ok && !is_media_url(call, url))
            ok = err_set_field(err, field.ptr, "%s must be an https:// address", field.ptr);
        json_open_object(&w);
        json_field_str(&w, "url", url);
        json_close_object(&w);
    }
    json_close_array(&w);
    plan->media_json = arena_copy(call->arena, buf_view(&json));
    buf_release(&json);
    return ok;
}

static bool read_send_at(struct api_call *call, struct send_plan *plan, struct err *err)
{
    struct str text = { 0 };

    if (!json_get_str(call->input, "send_at", false, &text, err))
        return false;
    if (!text.ptr)
        return true;
    if (!when_parse(text, &plan->send_at_ms))
        return err_set_field(err, "send_at",
                             "send_at must be a time such as 2026-11-21T09:30:00+01:00");
    if (plan->send_at_ms < call->now_ms - PAST_ALLOWED_MS)
        return err_set_field(err, "send_at", "send_at lies in the past");
    if (plan->send_at_ms > call->now_ms + AHEAD_MOST_MS)
        return err_set_field(err, "send_at", "send_at is more than a year ahead");
    return true;
}

/* The number to send from, when one is named, and how `to` is to be read. */
static bool read_from(struct api_call *call, const struct scope *scope, struct send_plan *plan,
                      struct str *ret_region, struct err *err)
{
    struct str typed = { 0 };
    struct number *numbers;
    size_t count;

    if (!json_get_str(call->input, "from", false, &typed, err) ||
        !region_of_user(api_reader(call), scope, call->arena, ret_region, err))
        return false;
    if (!typed.ptr)
        return true;
    if (!read_address(typed, *ret_region, "from", call->arena, &plan->from, err) ||
        !store_numbers(api_reader(call), call->arena, &numbers, &count, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (str_equal(numbers[i].phone, plan->from) &&
            (numbers[i].routing == ROUTING_BY_SENDER || id_equal(numbers[i].user, scope->user))) {
            *ret_region = region_of_number(&numbers[i], call->arena);
            return true;
        }
    }
    return err_set_field(err, "from", "from is not a number that this user can send from");
}

static bool read_to(struct api_call *call, struct str region, struct send_plan *plan,
                    struct err *err)
{
    struct str typed;

    if (!json_get_str(call->input, "to", true, &typed, err) ||
        !read_address(typed, region, "to", call->arena, &plan->to, err))
        return false;
    if (phone_kind(plan->to) == PHONE_ALPHANUMERIC)
        return err_set_field(err, "to", "to: nobody can be texted at a name");
    return true;
}

static bool read_user(struct api_call *call, struct scope *ret, struct err *err)
{
    struct str user = { 0 };

    if (!json_get_str(call->input, "user", call->who.admin, &user, err))
        return false;
    if (user.ptr)
        return open_user(call, api_reader(call), user, ret, err);
    return open_owner(call, api_reader(call), call->who.user, ret, err);
}

static bool send_message(struct api_call *call, struct engine_tx *tx, struct err *err)
{
    const struct send_plan *plan = call->plan;
    const struct number *number = NULL;
    struct segment_count count = segment_count(plan->body);
    struct scope *scope =
        ARENA_NEW(tx->arena, struct scope); /* the engine keeps it for the batch */
    struct message message;

    if (!open_owner(call, tx->tx->store, plan->user, scope, err))
        return false;
    if (plan->from.len > 0) {
        number = engine_number_by_phone(tx, plan->from);
        if (!number)
            return err_set_field(err, "from", "from is not a number that this user can send from");
    }
    if (!engine_send_text(tx, scope, number, plan->to, plan->body, plan->media_json,
                          plan->send_at_ms, &message, err))
        return false;
    json_open_object(&call->out);
    render_id(&call->out, "id", ID_MESSAGE, message.id);
    json_field_text(&call->out, "status", message_status_name(message.status));
    json_field_int(&call->out, "segments", message.segments);
    json_field_text(&call->out, "encoding", sms_encoding_name(count.encoding));
    json_close_object(&call->out);
    return true;
}

bool messages_post(struct api_call *call, struct err *err)
{
    static const char *const known[] = {
        "user", "to", "body", "from", "media_urls", "send_at", NULL
    };
    struct send_plan *plan = ARENA_NEW(call->arena, struct send_plan);
    struct scope scope;
    struct str region;

    if (!json_check_keys(call->input, known, err) || !read_user(call, &scope, err) ||
        !read_from(call, &scope, plan, &region, err) || !read_to(call, region, plan, err) ||
        !read_media(call, plan, err) || !read_body(call, plan, err) ||
        !read_send_at(call, plan, err))
        return false;
    plan->user = scope.user;
    call->plan = plan;
    call->write = send_message;
    call->status = 202;
    return true;
}
