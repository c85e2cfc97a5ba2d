/*
 * outbound.c - the one door for everything that leaves.
 *
 * Asked when a text is queued and again when its send starts. The reasons are stored with the
 * message and read by people and programs, so their words do not change.
 */
#include "policy/policy.h"
#include "sms/phone.h"

const char *policy_outbound(const struct outbound_input *in)
{
    enum phone_kind kind = phone_kind(in->to);

    if (kind != PHONE_E164 && kind != PHONE_SHORT_CODE)
        return "invalid_destination";
    if (in->number && str_equal(in->to, in->number->phone))
        return "own_number";
    if (in->consent == CONSENT_OUT && !in->confirmation)
        return "opted_out";
    if (in->user && in->user->suspended)
        return "user_suspended";
    if (in->answer && !in->confirmation && !in->allowlisted)
        return "not_allowlisted";
    return NULL;
}
