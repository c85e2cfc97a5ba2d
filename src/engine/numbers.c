/*
 * numbers.c - our own numbers, kept in memory: every text asks for one.
 *
 * Read again whenever a command changed them, after the lanes that point at the old rows were
 * flushed. Sorted by phone, with a second list sorted by id.
 */
#include <stdlib.h>

#include "engine/batch.h"

static int compare_phone(const void *a, const void *b)
{
    return str_compare(((const struct number *)a)->phone, ((const struct number *)b)->phone);
}

static int compare_id(const void *a, const void *b)
{
    return id_compare((*(struct number *const *)a)->id, (*(struct number *const *)b)->id);
}

bool numbers_load(struct engine *engine, struct err *err)
{
    struct arena arena = { 0 };
    struct number *numbers;
    struct number **by_id;
    size_t count;

    if (!store_numbers(engine->config.store, &arena, &numbers, &count, err)) {
        arena_release(&arena);
        return err_add(err, "read the numbers");
    }
    by_id = ARENA_ARRAY(&arena, struct number *, count);
    if (count > 0)
        qsort(numbers, count, sizeof(*numbers), compare_phone);
    for (size_t i = 0; i < count; i++)
        by_id[i] = &numbers[i];
    if (count > 0)
        qsort(by_id, count, sizeof(struct number *), compare_id);
    arena_release(&engine->numbers_arena);
    engine->numbers_arena = arena;
    engine->numbers = numbers;
    engine->numbers_by_id = by_id;
    engine->number_count = count;
    return true;
}

const struct number *numbers_by_phone(const struct engine *engine, struct str phone)
{
    struct number wanted = { .phone = phone };

    if (engine->number_count == 0)
        return NULL;
    return bsearch(&wanted, engine->numbers, engine->number_count, sizeof(wanted), compare_phone);
}

const struct number *numbers_by_id(const struct engine *engine, struct id id)
{
    struct number number = { .id = id };
    struct number *wanted = &number, **found;

    if (engine->number_count == 0)
        return NULL;
    found = // NOLINTNEXTLINE(bugprone-sizeof-expression): an array of pointers
        bsearch(&wanted, engine->numbers_by_id, engine->number_count, sizeof(wanted), compare_id);
    return found ? *found : NULL;
}
