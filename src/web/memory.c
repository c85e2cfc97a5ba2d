/*
 * memory.c - what a user's agent remembers of each contact, to be seen and forgotten.
 */
#include "web/inside.h"

#define FACTS_MOST 100000

bool memory_list(struct api_call *call, struct err *err)
{
    struct scope scope;
    struct page page;
    struct fact *facts;
    size_t count, first = 0, shown = 0;

    if (!open_user(call, api_reader(call), call->args[0], &scope, err) ||
        !page_read(call, scope.user, &page, err) ||
        !store_facts(api_reader(call), &scope, (struct id){ 0 }, FACTS_MOST, call->arena, &facts,
                     &count, err))
        return false;
    while (!id_is_zero(page.at) && first < count && id_compare(facts[first].id, page.at) >= 0)
        first++; /* newest first: the cursor's own fact may be gone by now */
    page_open(call);
    for (; shown < page.limit && first + shown < count; shown++) {
        const struct fact *fact = &facts[first + shown];

        json_open_object(&call->out);
        render_id(&call->out, "id", ID_FACT, fact->id);
        render_id(&call->out, "contact", ID_CONTACT, fact->contact);
        json_field_str(&call->out, "text", fact->text);
        json_field_time(&call->out, "created_at", fact->created_ms);
        json_close_object(&call->out);
    }
    page_close(call, &page, first + shown<count, shown> 0 ? facts[first + shown - 1].id : page.at);
    return true;
}

static bool remove_fact(struct api_call *call, struct engine_tx *tx, struct err *err)
{
    const struct id *fact = call->plan;
    struct scope scope;

    return open_user(call, tx->tx->store, call->args[0], &scope, err) &&
           store_remove_fact(tx->tx, &scope, *fact, err);
}

bool fact_delete(struct api_call *call, struct err *err)
{
    struct id *fact = ARENA_NEW(call->arena, struct id);
    struct scope scope;

    if (!open_user(call, api_reader(call), call->args[0], &scope, err))
        return false;
    if (!id_parse(ID_FACT, call->args[1], fact))
        return not_found(err);
    call->plan = fact;
    call->write = remove_fact;
    call->status = 204;
    return true;
}
