/*
 * render.c - every resource as JSON, in one place.
 *
 * docs/api.md describes what is written here. Names and phones of another user never come in: a
 * view reads through the scope that its caller opened.
 */
#include "web/inside.h"

struct view view_make(struct api_call *call, struct store *store, struct arena *arena)
{
    return (struct view){ .call = call, .store = store, .arena = arena, .out = &call->out };
}

void render_id(struct json_writer *w, const char *key, enum id_kind kind, struct id id)
{
    char text[ID_TEXT_BYTES];

    if (id_is_zero(id))
        json_field_null(w, key);
    else
        json_field_str(w, key, id_format(kind, id, text));
}

/* Empty is null. */
static void render_text(struct json_writer *w, const char *key, struct str text)
{
    if (text.len > 0)
        json_field_str(w, key, text);
    else
        json_field_null(w, key);
}

/* JSON that is there already, or what stands for none. */
static void render_raw(struct json_writer *w, const char *key, struct str json, const char *none)
{
    json_field_raw(w, key, json.len > 0 ? json : str_of(none));
}

/* ---- users and numbers ---- */

void render_user(struct json_writer *w, const struct user *user, const struct str *phones,
                 size_t phone_count)
{
    json_open_object(w);
    render_id(w, "id", ID_USER, user->id);
    json_field_str(w, "name", user->name);
    json_key(w, "phones");
    json_open_array(w);
    for (size_t i = 0; i < phone_count; i++)
        json_write_str(w, phones[i]);
    json_close_array(w);
    render_raw(w, "agent", user->agent_settings, "{}");
    json_field_str(w, "timezone", user->timezone);
    json_field_int(w, "retention_days", user->retention_days);
    json_field_str(w, "invite_code", user->invite_code);
    json_field_bool(w, "suspended", user->suspended);
    json_field_time(w, "created_at", user->created_ms);
    json_close_object(w);
}

bool render_user_by_scope(struct view *view, const struct scope *scope, struct err *err)
{
    struct user user;
    struct str *phones;
    size_t count;

    if (!store_user(view->store, scope, view->arena, &user, err) ||
        !store_phones(view->store, scope, view->arena, &phones, &count, err))
        return false;
    render_user(view->out, &user, phones, count);
    return true;
}

/* Which user a shared number falls back on is nobody else's business. */
static struct id visible_user(const struct api_call *call, struct id user)
{
    return call->who.admin || id_equal(user, call->who.user) ? user : (struct id){ 0 };
}

void render_number(struct json_writer *w, const struct api_call *call, const struct number *number)
{
    bool by_number = number->routing == ROUTING_BY_NUMBER;
    struct id user = visible_user(call, number->user);

    json_open_object(w);
    render_id(w, "id", ID_NUMBER, number->id);
    json_field_str(w, "phone", number->phone);
    json_field_str(w, "name", number->name);
    json_field_text(w, "routing", routing_name(number->routing));
    render_id(w, "user", ID_USER, by_number ? user : (struct id){ 0 });
    json_key(w, "unknown_sender");
    json_open_object(w);
    json_field_text(w, "policy", unknown_policy_name(number->unknown));
    json_field_str(w, "text", number->unknown_text);
    render_id(w, "user", ID_USER, by_number ? (struct id){ 0 } : user);
    json_close_object(w);
    json_field_text(w, "first_contact", first_contact_name(number->first));
    json_field_text(w, "opt_out_handled_by",
                    number->provider_handles_opt_out ? "provider" : "answerback");
    json_field_text(w, "revocation", revocation_policy_name(number->revocation));
    json_field_str(w, "help_text", number->help_text);
    json_field_str(w, "opt_out_text", number->opt_out_text);
    json_field_str(w, "opt_in_text", number->opt_in_text);
    json_field_str(w, "region", number->region);
    json_field_time(w, "created_at", number->created_ms);
    json_close_object(w);
}

/* ---- conversations ---- */

bool view_conversation(struct view *view, const struct scope *scope, struct id conversation,
                       struct err *err)
{
    if (id_equal(view->conversation.id, conversation))
        return true;
    view->conversation.id = (struct id){ 0 };
    return store_conversation(view->store, scope, conversation, &view->conversation, err) &&
           store_contact(view->store, scope, view->conversation.contact, view->arena,
                         &view->contact, err);
}

bool render_conversation(struct view *view, const struct scope *scope, struct id conversation,
                         struct err *err)
{
    const struct conversation *c = &view->conversation;
    struct json_writer *w = view->out;

    if (!view_conversation(view, scope, conversation, err))
        return false;
    json_open_object(w);
    render_id(w, "id", ID_CONVERSATION, c->id);
    render_id(w, "user", ID_USER, c->user);
    render_id(w, "number", ID_NUMBER, c->number);
    json_key(w, "contact");
    json_open_object(w);
    render_id(w, "id", ID_CONTACT, view->contact.id);
    json_field_str(w, "phone", view->contact.phone);
    json_field_str(w, "name", view->contact.name);
    json_close_object(w);
    json_field_text(w, "handled_by", handled_by_name(c->handled_by));
    json_field_int(w, "messages_in", c->messages_in);
    json_field_int(w, "messages_out", c->messages_out);
    json_field_time(w, "last_in_at", c->last_in_ms);
    json_field_time(w, "last_out_at", c->last_out_ms);
    json_field_time(w, "created_at", c->created_ms);
    json_close_object(w);
    return true;
}

/* ---- messages ---- */

/* The phone of a number of ours, or empty when it is not one any more. */
static bool load_number_phone(struct view *view, struct id number, struct str *ret, struct err *err)
{
    if (!view->numbers_loaded &&
        !store_numbers(view->store, view->arena, &view->numbers, &view->number_count, err))
        return false;
    view->numbers_loaded = true;
    *ret = (struct str){ 0 };
    for (size_t i = 0; i < view->number_count; i++) {
        if (id_equal(view->numbers[i].id, number))
            *ret = view->numbers[i].phone;
    }
    return true;
}

/* The provider's other fields as an object; a name that came again keeps its first value. */
static void render_fields(struct view *view, struct str fields)
{
    json_t *seen = json_object();
    struct str rest = fields, name, value;
    struct json_writer *w = view->out;
    bool bad = false;

    json_key(w, "fields");
    json_open_object(w);
    while (http_form_next(&rest, view->arena, &name, &value, &bad)) {
        const char *key = arena_copy(view->arena, name).ptr;

        if (json_object_get(seen, key))
            continue;
        json_object_set_new_nocheck(seen, key, json_true());
        json_field_str(w, key, value);
    }
    json_close_object(w);
    json_decref(seen);
}

static bool render_status_events(struct view *view, const struct scope *scope,
                                 const struct message *message, struct err *err)
{
    struct json_writer *w = view->out;
    struct status_event *events = NULL;
    size_t count = 0;

    if (message->direction == DIRECTION_OUTBOUND &&
        !store_status_events(view->store, scope, message->id, view->arena, &events, &count, err))
        return false;
    json_key(w, "status_events");
    json_open_array(w);
    for (size_t i = 0; i < count; i++) {
        json_open_object(w);
        json_field_text(w, "status", message_status_name(events[i].status));
        if (events[i].error_code != 0)
            json_field_int(w, "error_code", events[i].error_code);
        else
            json_field_null(w, "error_code");
        json_field_time(w, "at", events[i].at_ms);
        json_close_object(w);
    }
    json_close_array(w);
    return true;
}

/* A duration between two times, null when either has not come. */
static void render_span(struct json_writer *w, const char *key, int64_t from_ms, int64_t to_ms)
{
    if (from_ms != 0 && to_ms != 0)
        json_field_int(w, key, to_ms - from_ms);
    else
        json_field_null(w, key);
}

static void render_replies(struct json_writer *w, const struct message *message,
                           const struct turn *turn)
{
    char text[ID_TEXT_BYTES];

    json_key(w, "replies");
    json_open_array(w);
    if (!id_is_zero(message->reply))
        json_write_str(w, id_format(ID_MESSAGE, message->reply, text));
    for (size_t i = 0; i < turn->reply_count; i++)
        json_write_str(w, id_format(ID_MESSAGE, turn->replies[i], text));
    json_close_array(w);
}

static bool render_why(struct view *view, const struct scope *scope, const struct message *message,
                       struct err *err)
{
    struct json_writer *w = view->out;
    struct turn turn = { 0 }; /* none: its times are 0 and come out as null */

    if (!id_is_zero(message->turn) &&
        !store_turn(view->store, scope, message->turn, view->arena, &turn, err))
        return false;
    json_key(w, "why");
    json_open_object(w);
    json_field_text(w, "outcome", outcome_name(message->outcome));
    render_raw(w, "layers", message->why, "[]");
    render_id(w, "turn", ID_TURN, message->turn);
    render_text(w, "agent", id_is_zero(message->turn) ? str_of("") : scope->agent_kind);
    render_replies(w, message, &turn);
    render_text(w, "detail", turn.detail);
    json_key(w, "ms");
    json_open_object(w);
    render_span(w, "queued", message->at_ms, turn.started_ms);
    render_span(w, "agent", turn.started_ms, turn.finished_ms);
    render_span(w, "total", message->at_ms, message->done_ms);
    json_close_object(w);
    json_close_object(w);
    return true;
}

bool render_message(struct view *view, const struct scope *scope, const struct message *m,
                    struct err *err)
{
    bool inbound = m->direction == DIRECTION_INBOUND;
    struct json_writer *w = view->out;
    struct str ours;

    if (!view_conversation(view, scope, m->conversation, err) ||
        !load_number_phone(view, m->number, &ours, err))
        return false;
    json_open_object(w);
    render_id(w, "id", ID_MESSAGE, m->id);
    render_id(w, "conversation", ID_CONVERSATION, m->conversation);
    render_id(w, "user", ID_USER, m->user);
    render_id(w, "number", ID_NUMBER, m->number);
    json_field_text(w, "direction", inbound ? "inbound" : "outbound");
    render_text(w, "from", inbound ? view->contact.phone : ours);
    render_text(w, "to", inbound ? ours : view->contact.phone);
    json_field_str(w, "body", m->body);
    render_raw(w, "media", m->media, "[]");
    json_field_text(w, "status", message_status_name(m->status));
    render_text(w, "provider_sid", m->provider_sid);
    json_field_int(w, "segments", m->segments);
    if (m->error_code != 0)
        json_field_int(w, "error_code", m->error_code);
    else
        json_field_null(w, "error_code");
    render_text(w, "error", m->error);
    render_text(w, "origin", inbound ? str_of("") : m->origin);
    json_field_time(w, "at", m->at_ms);
    json_field_time(w, "done_at", m->done_ms);
    render_fields(view, m->fields);
    if (!render_status_events(view, scope, m, err))
        return false;
    if (inbound && !render_why(view, scope, m, err))
        return false;
    if (!inbound)
        json_field_null(w, "why");
    json_close_object(w);
    return true;
}
