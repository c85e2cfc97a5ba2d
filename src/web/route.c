/*
 * route.c - finding the row for a method and a path.
 *
 * The table is short and walked from the top; two rows never match the same method and path, which
 * route_test.c checks. The 405's Allow is computed here, so that it can't disagree with the table.
 */
#include "web/route.h"

static bool match(const char *pattern, struct str path, struct str args[ROUTE_ARGS_MOST])
{
    struct str rest = str_of(pattern), want, have;
    size_t count = 0;

    while (str_cut(&rest, '/', &want)) {
        if (!str_cut(&path, '/', &have))
            return false;
        if (!str_is(want, "{}")) {
            if (!str_equal(want, have))
                return false;
        } else if (have.len == 0) {
            return false;
        } else {
            args[count++] = have;
        }
    }
    return !str_cut(&path, '/', &have);
}

struct route_found route_find(const struct web_route *table, size_t count, unsigned kinds,
                              struct str method, struct str path, struct arena *arena)
{
    struct route_found found = { 0 };

    for (size_t i = 0; i < count; i++) {
        struct str args[ROUTE_ARGS_MOST] = { 0 };

        if (!(table[i].flags & kinds) || !match(table[i].pattern, path, args))
            continue;
        if (str_is(method, table[i].method)) {
            found = (struct route_found){ .route = &table[i] };
            memcpy(found.args, args, sizeof(args));
            return found;
        }
        found.allow = found.allow.len == 0
                          ? str_of(table[i].method)
                          : arena_printf(arena, "%.*s, %s", STR_ARGS(found.allow), table[i].method);
    }
    return found;
}
