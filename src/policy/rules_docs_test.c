/*
 * rules_docs_test.c - docs/policy.md: its example is read, and its defaults are the program's.
 *
 * Reads the page itself: the first block marked "policy" is the example, the last the defaults.
 */
#include "policy/rules.h"

#include <stdio.h>

// clang-format off
#include <setjmp.h>
#include <cmocka.h>
// clang-format on

static void read_page(struct buf *page)
{
    FILE *file = fopen(TEST_DATA_DIR "/../../docs/policy.md", "rb");
    size_t got;

    assert_non_null(file);
    do {
        got = fread(buf_extend(page, 4096), 1, 4096, file);
        page->len -= 4096 - got;
    } while (got == 4096);
    fclose(file);
}

/* Take the next policy block off `page`. */
static struct str next_block(struct str *page)
{
    static const struct str opening = STR("\n```policy\n"), closing = STR("\n```");
    ptrdiff_t start = str_find(*page, opening), end;
    struct str block;

    assert_true(start >= 0);
    *page = str_slice(*page, (size_t)start + opening.len, page->len);
    end = str_find(*page, closing);
    assert_true(end >= 0);
    block = str_slice(*page, 0, (size_t)end + 1);
    *page = str_slice(*page, (size_t)end + closing.len, page->len);
    return block;
}

static void example_is_read(void **state)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    CLEANUP(buf_release) struct buf page = { 0 };
    struct policy_rules base = rules_default(), rules;
    struct err err = { 0 };
    struct str rest;

    (void)state;
    read_page(&page);
    rest = buf_view(&page);
    if (!rules_parse(next_block(&rest), &base, &arena, &rules, &err))
        fail_msg("%s", err.text);
    assert_int_equal(rules.expect_count, 8);
    assert_int_equal(rules.open_count, 2);
}

static void defaults_are_ours(void **state)
{
    CLEANUP(buf_release) struct buf page = { 0 };
    CLEANUP(buf_release) struct buf ours = { 0 };
    struct policy_rules rules = rules_default();
    struct str rest, block;

    (void)state;
    read_page(&page);
    rest = buf_view(&page);
    next_block(&rest);
    block = next_block(&rest);
    rules_write(&rules, &ours);
    assert_true(str_equal(block, buf_view(&ours)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(example_is_read),
        cmocka_unit_test(defaults_are_ours),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
