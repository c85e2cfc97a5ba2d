/*
 * access.c - the one way from an id in a request to a user's rows.
 *
 * What is missing, what belongs to another user and what is no id at all give the same error, and
 * api.c answers it in the same words. Handlers come to a scope only through here.
 */
#include "web/inside.h"
#include "web/problem.h"

bool not_found(struct err *err)
{
    return err_set(err, ERR_NOT_FOUND, PROBLEM_NOT_FOUND);
}

bool open_owner(const struct api_call *call, struct store *store, struct id owner,
                struct scope *ret, struct err *err)
{
    if (!call->who.admin && !id_equal(owner, call->who.user))
        return not_found(err);
    return store_scope(store, owner, call->arena, ret, err);
}

bool open_user(const struct api_call *call, struct store *store, struct str id, struct scope *ret,
               struct err *err)
{
    struct id user;

    if (!id_parse(ID_USER, id, &user) || id_equal(user, USER_INSTALLATION))
        return not_found(err);
    return open_owner(call, store, user, ret, err);
}

bool open_conversation(const struct api_call *call, struct store *store, struct str id,
                       struct scope *ret, struct id *ret_id, struct err *err)
{
    struct id conversation, owner;

    if (!id_parse(ID_CONVERSATION, id, &conversation))
        return not_found(err);
    if (!store_conversation_owner(store, conversation, &owner, err) ||
        !open_owner(call, store, owner, ret, err))
        return false;
    *ret_id = conversation;
    return true;
}

bool open_message(const struct api_call *call, struct store *store, struct str id_or_sid,
                  struct scope *ret, struct id *ret_id, struct err *err)
{
    struct id message, owner;

    if (!id_parse(ID_MESSAGE, id_or_sid, &message)) {
        if (id_or_sid.len != 34) /* two letters and 32 hex digits */
            return not_found(err);
        if (!store_find_sid(store, id_or_sid, &message, err))
            return false;
    }
    if (!store_message_owner(store, message, &owner, err) ||
        !open_owner(call, store, owner, ret, err))
        return false;
    *ret_id = message;
    return true;
}

bool may_see_number(const struct api_call *call, const struct number *number)
{
    return call->who.admin || number->routing == ROUTING_BY_SENDER ||
           id_equal(number->user, call->who.user);
}

bool find_number(const struct api_call *call, struct store *store, struct str id,
                 struct number *ret, struct err *err)
{
    struct number *numbers;
    struct id number;
    size_t count;

    if (!id_parse(ID_NUMBER, id, &number))
        return not_found(err);
    if (!store_numbers(store, call->arena, &numbers, &count, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (id_equal(numbers[i].id, number) && may_see_number(call, &numbers[i])) {
            *ret = numbers[i];
            return true;
        }
    }
    return not_found(err);
}
