/*
 * memory.c - remembering and forgetting, on the store's facts.
 */
#include "memory/memory.h"

static bool all_facts(const struct memory *memory, struct fact **ret, size_t *ret_count,
                      struct err *err)
{
    return store_facts(memory->tx->store, memory->scope, memory->contact, MEMORY_FACTS_MOST,
                       memory->arena, ret, ret_count, err);
}

bool memory_forget(const struct memory *memory, struct str text, size_t *ret_count, struct err *err)
{
    struct fact *facts;
    size_t count;

    *ret_count = 0;
    if (!all_facts(memory, &facts, &count, err))
        return err_add(err, "forget");
    for (size_t i = 0; i < count; i++) {
        if (!str_equal(facts[i].text, text))
            continue;
        if (!store_remove_fact(memory->tx, memory->scope, facts[i].id, err))
            return err_add(err, "forget");
        (*ret_count)++;
    }
    return true;
}

bool memory_remember(const struct memory *memory, struct str text, struct err *err)
{
    struct fact *facts;
    size_t count, forgotten;

    if (!memory_forget(memory, text, &forgotten, err) || !all_facts(memory, &facts, &count, err))
        return err_add(err, "remember");
    if (count >= MEMORY_FACTS_MOST)
        return err_set(err, ERR_CONFLICT, "there are %d notes already", MEMORY_FACTS_MOST);
    return store_add_fact(
        memory->tx, memory->scope,
        &(struct fact){ .id = id_make(memory->ids, memory->now_ms, memory->chance),
                        .user = memory->scope->user,
                        .contact = memory->contact,
                        .text = text,
                        .created_ms = memory->now_ms },
        memory->chance, err);
}
