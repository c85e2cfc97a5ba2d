/*
 * route_test.c - which row a method and a path mean, and that the real table has no two for one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "web/inside.h"

static const struct web_route table[] = {
    { .method = "GET", .pattern = "/a", .flags = ROUTE_API },
    { .method = "POST", .pattern = "/a", .flags = ROUTE_API },
    { .method = "GET", .pattern = "/a/{}", .flags = ROUTE_API },
    { .method = "DELETE", .pattern = "/a/{}/b/{}", .flags = ROUTE_API },
    { .method = "POST", .pattern = "/hook", .flags = ROUTE_WEBHOOK },
};

static const struct route_case {
    const char *name, *method, *path;
    int want; /* index into the table; -1: none */
    const char *arg, *allow;
} cases[] = {
    { "a literal path", "GET", "/a", 0, "", "" },
    { "another method of it", "POST", "/a", 1, "", "" },
    { "an argument", "GET", "/a/x%2Fy", 2, "x%2Fy", "" },
    { "two arguments", "DELETE", "/a/1/b/2", 3, "1", "" },
    { "a method it does not have", "PUT", "/a", -1, "", "GET, POST" },
    { "methods are spelled in capitals", "get", "/a", -1, "", "GET, POST" },
    { "no such path", "GET", "/b", -1, "", "" },
    { "an empty argument is none", "GET", "/a/", -1, "", "" },
    { "a slash at the end is another path", "DELETE", "/a/1/b/2/", -1, "", "" },
    { "more segments than the pattern", "GET", "/a/1/2", -1, "", "" },
    { "fewer segments than the pattern", "DELETE", "/a/1/b", -1, "", "" },
    { "a doubled slash", "GET", "//a", -1, "", "" },
    { "no slash in front", "GET", "a", -1, "", "" },
    { "an empty path", "GET", "", -1, "", "" },
    { "a kind that is not served here", "POST", "/hook", -1, "", "" },
};

static void finds(void **state)
{
    const struct route_case *c = *state;
    struct arena arena = { 0 };
    struct route_found found =
        route_find(table, ARRAY_LEN(table), ROUTE_API, str_of(c->method), str_of(c->path), &arena);

    assert_ptr_equal(found.route, c->want < 0 ? NULL : &table[c->want]);
    assert_true(str_is(found.args[0], c->arg));
    assert_true(str_is(found.allow, c->allow));
    arena_release(&arena);
}

/* The pattern with something in the place of each argument. */
static struct str example(const char *pattern, struct arena *arena)
{
    struct str path = arena_copy(arena, str_of(pattern));
    char *at = (char *)(uintptr_t)path.ptr;

    for (at = strstr(at, "{}"); at; at = strstr(at, "{}"))
        memcpy(at, "xx", 2);
    return path;
}

static void every_row_is_found_as_itself(void **state)
{
    struct arena arena = { 0 };

    (void)state;
    for (size_t i = 0; i < route_count; i++) {
        struct str path = example(routes[i].pattern, &arena);
        struct route_found found =
            route_find(routes, route_count, ROUTE_KINDS, str_of(routes[i].method), path, &arena);

        assert_ptr_equal(found.route, &routes[i]);
        assert_int_equal(!routes[i].handle, !!routes[i].direct);
        assert_true(strlen(routes[i].pattern) <= 64); /* what cursor.c has room for */
    }
    arena_release(&arena);
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(cases) + 1];

    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        tests[i] = (struct CMUnitTest){ cases[i].name, finds, NULL, NULL, (void *)&cases[i] };
    tests[ARRAY_LEN(cases)] = (struct CMUnitTest)cmocka_unit_test(every_row_is_found_as_itself);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
