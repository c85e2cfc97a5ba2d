/*
 * explain.c - what would happen to a text, with no effect: the live path's two decisions over the
 * same rows.
 */
#include "engine/batch.h"

static const struct number *find_number(struct number *numbers, size_t count, struct str phone)
{
    for (size_t i = 0; i < count; i++) {
        if (str_equal(numbers[i].phone, phone))
            return &numbers[i];
    }
    return NULL;
}

/* Whose text it would be. */
static bool explain_route(struct store *store, const struct vault *vault,
                          const struct inbound_message *message, const struct number *number,
                          struct arena *arena, struct route *ret, struct err *err)
{
    unsigned char index[1][VAULT_INDEX_BYTES];
    struct id sender;

    vault_index(vault, USER_INSTALLATION, "phone", message->from, index[0]);
    return store_route_senders(store, (const unsigned char(*)[VAULT_INDEX_BYTES])index, 1, &sender,
                               err) &&
           route_text(store, vault, message, number, &sender, arena, ret, err);
}

bool engine_explain(struct store *store, const struct vault *vault,
                    const struct policy_limits *limits, const struct inbound_message *message,
                    struct id only_user, int64_t now_ms, struct arena *arena,
                    struct explanation *ret, struct err *err)
{
    struct number *numbers;
    const struct number *number;
    size_t count;
    struct scope scope;
    struct lane_key key = { .scope = &scope };
    struct lane lane;
    struct user user;

    if (!store_numbers(store, arena, &numbers, &count, err))
        return err_add(err, "explain");
    number = find_number(numbers, count, message->to);
    if (!explain_route(store, vault, message, number, arena, &ret->route, err))
        return err_add(err, "explain");
    if (!id_is_zero(only_user) && !id_equal(only_user, ret->route.user))
        return err_set(err, ERR_NOT_FOUND, "that text would not be this user's");
    if (!store_scope(store, ret->route.user, arena, &scope, err))
        return err_add(err, "explain");
    key.number = number ? number->id : (struct id){ { 0 } };
    vault_index(vault, scope.user, "phone", message->from, key.contact_index);
    vault_index(vault, USER_INSTALLATION, "phone", message->from, key.phone_index);
    if (!store_lanes(store, &key, 1, &lane, err))
        return err_add(err, "explain");
    user = (struct user){ .id = scope.user,
                          .suspended = scope.suspended,
                          .agent_kind = scope.agent_kind };
    policy_decide(&(struct policy_input){ .message = message,
                                          .now_ms = now_ms,
                                          .number = number,
                                          .route = &ret->route,
                                          .user = &user,
                                          .conversation = lane.exists ? &lane.conversation : NULL,
                                          .consent = lane_consent(&lane),
                                          .allowlisted = lane.allowlisted,
                                          .limits = *limits },
                  arena, &ret->decision);
    ret->number_found = number != NULL;
    if (number)
        ret->number = *number;
    return true;
}
