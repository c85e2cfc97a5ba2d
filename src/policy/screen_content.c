/*
 * screen_content.c - a text without words or pictures gives an agent nothing to answer.
 */
#include "policy/screen.h"

SCREEN_CHECK(content)
{
    (void)arena;
    (void)ret;
    if (in->message->media_count > 0 || str_trim(in->message->body).len > 0)
        return OUTCOME_PENDING;
    *ret_detail = str_of("nothing to answer");
    return OUTCOME_AGENT_SILENT;
}
