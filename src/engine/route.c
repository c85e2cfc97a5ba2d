/*
 * route.c - what policy needs to say whose text it is, looked up for the live path and for explain
 * alike.
 */
#include "engine/batch.h"

bool route_text(struct store *store, const struct vault *vault,
                const struct inbound_message *message, const struct number *number,
                const struct id *sender, struct arena *arena, struct route *ret, struct err *err)
{
    struct route_input in = { .message = message, .number = number };
    struct id invited;

    if (!id_is_zero(*sender)) {
        in.sender_user = sender;
    } else if (number && policy_wants_invite(number, message->body)) {
        unsigned char code[VAULT_INDEX_BYTES];

        vault_index(vault, USER_INSTALLATION, "invite", invite_code_normal(message->body, arena),
                    code);
        if (!store_find_invite(store, code, &invited, err))
            return err_add(err, "look up an invite code");
        if (!id_is_zero(invited))
            in.invited_user = &invited;
    }
    policy_route(&in, ret);
    return true;
}
