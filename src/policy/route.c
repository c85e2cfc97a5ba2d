/*
 * route.c - whose text it is: by number, then by sender.
 *
 * On a dedicated number the sender never matters; on a shared one the number only says what happens
 * to people nobody knows. A keyword is never looked up as an invite code: STOP must not join
 * anybody.
 */
#include "policy/policy.h"
#include "sms/keyword.h"

#define INVITE_CODE_BYTES_MOST 64

static const struct str join_text =
    STR("You are connected. Just text this number. Reply STOP to opt out, HELP for help.");

bool policy_wants_invite(const struct number *number, struct str body)
{
    struct str code = str_trim(body);

    return number && number->routing == ROUTING_BY_SENDER && number->unknown == UNKNOWN_INVITE &&
           code.len > 0 && code.len <= INVITE_CODE_BYTES_MOST &&
           keyword_detect(code, NULL) == KEYWORD_NONE;
}

static void route_to(struct route *ret, enum route_kind kind, struct id user, const char *rule)
{
    *ret = (struct route){ .kind = kind, .user = user, .rule = rule };
}

static void route_by_sender(const struct route_input *in, struct route *ret)
{
    const struct number *number = in->number;

    if (in->sender_user) {
        route_to(ret, ROUTE_USER, *in->sender_user, "by_sender");
    } else if (in->invited_user && policy_wants_invite(number, in->message->body)) {
        route_to(ret, ROUTE_JOIN, *in->invited_user, "invite_code");
        ret->join_reply = join_text;
    } else if (number->unknown == UNKNOWN_USER && !id_is_zero(number->user)) {
        route_to(ret, ROUTE_USER, number->user, "default_user");
    } else {
        route_to(ret, ROUTE_UNKNOWN, USER_INSTALLATION, "unknown_sender");
        if (number->unknown == UNKNOWN_REPLY || number->unknown == UNKNOWN_INVITE)
            ret->reply = number->unknown_text;
    }
}

void policy_route(const struct route_input *in, struct route *ret)
{
    if (!in->number) {
        route_to(ret, ROUTE_UNKNOWN, USER_INSTALLATION, "no_such_number");
        return;
    }
    switch (in->number->routing) {
    case ROUTING_BY_SENDER: route_by_sender(in, ret); return;
    case ROUTING_BY_NUMBER:
        if (id_is_zero(in->number->user))
            route_to(ret, ROUTE_UNKNOWN, USER_INSTALLATION, "number_without_user");
        else
            route_to(ret, ROUTE_USER, in->number->user, "by_number");
        return;
    }
}
