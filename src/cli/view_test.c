/*
 * view_test.c - values, tables and requests as people and the server get them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "cli/client.h"
#include "cli/view.h"

static const char document[] =
    "{\"name\":\"Ann\",\"empty\":\"\",\"nothing\":null,\"yes\":true,\"no\":false,\"count\":3,"
    "\"at\":\"2026-11-21T08:30:00.123Z\",\"created_at\":\"soon\",\"say\":\"2026-11-21T08:30:00."
    "000Z\","
    "\"phones\":[\"+12025550101\",\"+12025550102\"],\"none\":[],\"numbers\":[1,null],"
    "\"deep\":{\"er\":{\"x\":\"y\"}},\"evil\":\"a\\u001b[2Jb\\nc\"}";

static const struct value_case {
    const char *name, *path, *want;
} value_cases[] = {
    { "a text", "name", "Ann" },
    { "an empty text", "empty", "-" },
    { "null", "nothing", "-" },
    { "absent", "nowhere", "-" },
    { "absent below a text", "name.x", "-" },
    { "true", "yes", "yes" },
    { "false", "no", "no" },
    { "a number", "count", "3" },
    { "a time", "at", "2026-11-21 08:30:00" },
    { "no time where one should be", "created_at", "soon" },
    { "what looks like a time elsewhere", "say", "2026-11-21T08:30:00.000Z" },
    { "a list", "phones", "+12025550101, +12025550102" },
    { "an empty list", "none", "-" },
    { "a list of other things", "numbers", "1, null" },
    { "a member's member", "deep.er.x", "y" },
    { "an object", "deep.er", "{\"x\":\"y\"}" },
    { "an escape sequence and a line end", "evil", "a\uFFFD[2Jb⏎ c" },
};

static void shows(void **state)
{
    const struct value_case *c = *state;
    CLEANUP(arena_release) struct arena arena = { 0 };
    CLEANUP(json_drop) json_t *json = json_read(str_of(document), NULL);

    assert_non_null(json);
    assert_true(str_is(view_value(json, c->path, &arena), c->want));
}

static void aligns_columns(void **state)
{
    static const struct column columns[] = { { "NAME", "n" }, { "X", "x" } };
    CLEANUP(grid_release) struct grid grid;
    CLEANUP(json_drop)
    json_t *rows =
        json_read(str_of("[{\"n\":\"你好\",\"x\":1},{\"n\":\"Zoë Long\",\"x\":22},{}]"), NULL);
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);

    (void)state;
    grid_init(&grid, columns, ARRAY_LEN(columns));
    for (size_t i = 0; i < 3; i++)
        grid_add(&grid, json_array_get(rows, i));
    grid_print(&grid, out);
    fclose(out);
    assert_string_equal(text, "NAME      X\n"
                              "你好      1\n"
                              "Zoë Long  22\n"
                              "-         -\n");
    free(text);
}

static void encodes_queries(void **state)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    struct str path = str_of("/v1/x");

    (void)state;
    path = client_query(&arena, path, "a", (struct str){ 0 });
    assert_true(str_is(path, "/v1/x"));
    path = client_query(&arena, path, "a", str_of("+1 2"));
    path = client_query(&arena, path, "b", str_of("é&=/"));
    assert_true(str_is(path, "/v1/x?a=%2B1%202&b=%C3%A9%26%3D%2F"));
    assert_true(str_is(client_part(&arena, str_of("../a?b")), "..%2Fa%3Fb"));
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(value_cases) + 2];
    size_t count = 0;

    for (size_t i = 0; i < ARRAY_LEN(value_cases); i++)
        tests[count++] =
            (struct CMUnitTest){ value_cases[i].name, shows, NULL, NULL, (void *)&value_cases[i] };
    tests[count++] = (struct CMUnitTest)cmocka_unit_test(aligns_columns);
    tests[count++] = (struct CMUnitTest)cmocka_unit_test(encodes_queries);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
