/*
 * conversations.c - threads between a number and a contact, and who answers in them.
 *
 * An admin's list goes across users, so each row is read through the scope of its own owner.
 */
#include "web/inside.h"

bool list_of_everybody(struct api_call *call, const struct owned_id *rows, size_t count,
                       const struct page *page,
                       bool (*render)(struct view *view, const struct scope *scope, struct id id,
                                      struct err *err),
                       struct err *err)
{
    size_t shown = count < page->limit ? count : page->limit;
    struct view view = view_make(call, api_reader(call), call->arena);
    struct scope *scopes = ARENA_ARRAY(call->arena, struct scope, shown + 1);
    struct id *owners = ARENA_ARRAY(call->arena, struct id, shown + 1);

    for (size_t i = 0; i < shown; i++)
        owners[i] = rows[i].user;
    if (!store_scopes(api_reader(call), owners, shown, call->arena, scopes, err))
        return false;
    page_open(call);
    for (size_t i = 0; i < shown; i++) {
        if (scopes[i].found && !render(&view, &scopes[i], rows[i].id, err))
            return false;
    }
    page_close(call, page, count > shown, shown > 0 ? rows[shown - 1].id : page->at);
    return true;
}

static bool list_of_user(struct api_call *call, const struct scope *scope, struct err *err)
{
    struct view view = view_make(call, api_reader(call), call->arena);
    struct conversation *rows;
    struct page page;
    size_t count, shown;

    if (!page_read(call, scope->user, &page, err) ||
        !store_conversations(api_reader(call), scope, page.at, page.limit + 1, call->arena, &rows,
                             &count, err))
        return false;
    shown = count < page.limit ? count : page.limit;
    page_open(call);
    for (size_t i = 0; i < shown; i++) {
        if (!render_conversation(&view, scope, rows[i].id, err))
            return false;
    }
    page_close(call, &page, count > shown, shown > 0 ? rows[shown - 1].id : page.at);
    return true;
}

bool user_conversations(struct api_call *call, struct err *err)
{
    struct scope scope;

    return open_user(call, api_reader(call), call->args[0], &scope, err) &&
           list_of_user(call, &scope, err);
}

bool conversations_list(struct api_call *call, struct err *err)
{
    struct owned_id *rows;
    struct scope scope;
    struct page page;
    size_t count;

    if (!call->who.admin)
        return open_owner(call, api_reader(call), call->who.user, &scope, err) &&
               list_of_user(call, &scope, err);
    return page_read(call, (struct id){ 0 }, &page, err) &&
           store_conversations_newest(api_reader(call), page.at, page.limit + 1, call->arena, &rows,
                                      &count, err) &&
           list_of_everybody(call, rows, count, &page, render_conversation, err);
}

bool conversation_get(struct api_call *call, struct err *err)
{
    struct view view = view_make(call, api_reader(call), call->arena);
    struct scope scope;
    struct id id;

    return open_conversation(call, api_reader(call), call->args[0], &scope, &id, err) &&
           render_conversation(&view, &scope, id, err);
}

static bool hand_over(struct api_call *call, struct engine_tx *tx, struct err *err)
{
    const enum handled_by *who = call->plan;
    struct view view = view_make(call, tx->tx->store, tx->arena);
    struct scope *scope =
        ARENA_NEW(tx->arena, struct scope); /* the engine keeps it for the batch */
    struct id id;

    if (!open_conversation(call, tx->tx->store, call->args[0], scope, &id, err) ||
        !engine_set_handled_by(tx, scope, id, *who, err) ||
        !view_conversation(&view, scope, id, err))
        return false;
    view.conversation.handled_by = *who; /* the engine writes it at the end of the command */
    return render_conversation(&view, scope, id, err);
}

bool conversation_patch(struct api_call *call, struct err *err)
{
    static const char *const known[] = { "handled_by", NULL };
    enum handled_by *who = ARENA_NEW(call->arena, enum handled_by);
    struct scope scope;
    struct str name;
    struct id id;

    if (!open_conversation(call, api_reader(call), call->args[0], &scope, &id, err) ||
        !json_check_keys(call->input, known, err) ||
        !json_get_str(call->input, "handled_by", true, &name, err))
        return false;
    if (str_is(name, handled_by_name(HANDLED_BY_HUMAN)))
        *who = HANDLED_BY_HUMAN;
    else if (str_is(name, handled_by_name(HANDLED_BY_AGENT)))
        *who = HANDLED_BY_AGENT;
    else
        return err_set_field(err, "handled_by", "handled_by must be \"agent\" or \"human\"");
    call->plan = who;
    call->write = hand_over;
    return true;
}

bool conversation_messages(struct api_call *call, struct err *err)
{
    struct view view = view_make(call, api_reader(call), call->arena);
    struct message *rows;
    struct scope scope;
    struct page page;
    struct id id;
    size_t count;

    if (!open_conversation(call, api_reader(call), call->args[0], &scope, &id, err) ||
        !page_read(call, id, &page, err) || /* the cursor is this conversation's */
        !store_messages_back(api_reader(call), &scope, id, page.at, page.limit + 1, call->arena,
                             &rows, &count, err))
        return false;
    page_open(call);
    for (size_t i = 0; i < count && i < page.limit; i++) {
        if (!render_message(&view, &scope, &rows[i], err))
            return false;
    }
    page_close(call, &page, count > page.limit,
               count > page.limit ? rows[page.limit].id : page.at); /* where the next one begins */
    return true;
}
