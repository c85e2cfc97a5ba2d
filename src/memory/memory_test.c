/*
 * memory_test.c - remembering and forgetting over a real store.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "memory/memory.h"

#define NOW_MS INT64_C(1795000000000)

struct fixture {
    char folder[40];
    struct vault *vault;
    struct store *store;
    struct store_tx tx;
    struct arena arena;
    struct chance chance;
    struct id_maker ids;
    struct scope scope;
    struct memory ann, ben; /* two contacts of one user */
};

static int set_up(void **state)
{
    static const unsigned char key[32] = { 3 };
    struct fixture *f = calloc(1, sizeof(*f));
    struct store_config config = { 0 };
    struct err err = { 0 };
    struct id ids[2];

    chance_init_number(&f->chance, 1);
    snprintf(f->folder, sizeof(f->folder), "/tmp/answerback-memory-XXXXXX");
    assert_non_null(mkdtemp(f->folder));
    f->vault = vault_open_bytes(key);
    config.path = arena_printf(&f->arena, "%s/a.db", f->folder).ptr;
    config.vault = f->vault;
    assert_true(store_migrate(&config, NOW_MS, &f->chance, NULL, &err));
    assert_true(store_open(&config, &f->store, &err));
    assert_true(store_begin(f->store, &f->tx, &err));
    ids[0] = id_make(&f->ids, NOW_MS, &f->chance);
    assert_true(store_add_user(&f->tx,
                               &(struct user){ .id = ids[0],
                                               .agent_kind = str_of("rule"),
                                               .agent_settings = str_of("{\"kind\":\"rule\"}"),
                                               .created_ms = NOW_MS },
                               &f->chance, &err));
    assert_true(store_scope(f->store, ids[0], &f->arena, &f->scope, &err));
    for (int i = 0; i < 2; i++) {
        struct contact contact = { .id = id_make(&f->ids, NOW_MS, &f->chance),
                                   .user = f->scope.user,
                                   .phone = arena_printf(&f->arena, "+1202555010%d", i),
                                   .created_ms = NOW_MS };
        struct contact_write row = { &f->scope, &contact };
        struct memory *memory = i == 0 ? &f->ann : &f->ben;

        assert_true(store_add_contacts(&f->tx, &row, 1, &f->chance, &err));
        *memory = (struct memory){ .tx = &f->tx,
                                   .scope = &f->scope,
                                   .contact = contact.id,
                                   .now_ms = NOW_MS,
                                   .chance = &f->chance,
                                   .ids = &f->ids,
                                   .arena = &f->arena };
    }
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    char command[80];

    store_rollback(&f->tx);
    store_close(f->store);
    vault_close(f->vault);
    arena_release(&f->arena);
    snprintf(command, sizeof(command), "rm -r %s", f->folder);
    assert_int_equal(system(command), 0);
    free(f);
    return 0;
}

static size_t facts_of(struct fixture *f, const struct memory *memory, struct fact **ret)
{
    size_t count;

    assert_true(
        store_facts(f->store, &f->scope, memory->contact, 1000, &f->arena, ret, &count, NULL));
    return count;
}

static void newest_comes_first(void **state)
{
    struct fixture *f = *state;
    struct fact *facts;

    assert_true(memory_remember(&f->ann, str_of("the door code is 4411"), NULL));
    assert_true(memory_remember(&f->ann, str_of("the keys are in the shed"), NULL));
    assert_int_equal(facts_of(f, &f->ann, &facts), 2);
    assert_true(str_is(facts[0].text, "the keys are in the shed"));
}

static void the_same_text_is_kept_once_and_moves_to_the_front(void **state)
{
    struct fixture *f = *state;
    struct fact *facts;

    assert_true(memory_remember(&f->ann, str_of("a"), NULL));
    assert_true(memory_remember(&f->ann, str_of("b"), NULL));
    assert_true(memory_remember(&f->ann, str_of("a"), NULL));
    assert_int_equal(facts_of(f, &f->ann, &facts), 2);
    assert_true(str_is(facts[0].text, "a"));
}

static void another_contact_knows_nothing(void **state)
{
    struct fixture *f = *state;
    struct fact *facts;
    size_t count;

    assert_true(memory_remember(&f->ann, str_of("a secret"), NULL));
    assert_int_equal(facts_of(f, &f->ben, &facts), 0);
    assert_true(memory_forget(&f->ben, str_of("a secret"), &count, NULL));
    assert_int_equal(count, 0);
    assert_int_equal(facts_of(f, &f->ann, &facts), 1);
}

static void forgetting_takes_only_what_is_exactly_that(void **state)
{
    struct fixture *f = *state;
    struct fact *facts;
    size_t count;

    assert_true(memory_remember(&f->ann, str_of("milk"), NULL));
    assert_true(memory_remember(&f->ann, str_of("milk and eggs"), NULL));
    assert_true(memory_forget(&f->ann, str_of("milk"), &count, NULL));
    assert_int_equal(count, 1);
    assert_int_equal(facts_of(f, &f->ann, &facts), 1);
    assert_true(str_is(facts[0].text, "milk and eggs"));
}

static void there_is_a_bound(void **state)
{
    struct fixture *f = *state;
    struct err err = { 0 };

    for (int i = 0; i < MEMORY_FACTS_MOST; i++)
        assert_true(memory_remember(&f->ann, arena_printf(&f->arena, "fact %d", i), NULL));
    assert_false(memory_remember(&f->ann, str_of("one too many"), &err));
    assert_int_equal(err.kind, ERR_CONFLICT);
    assert_true(memory_remember(&f->ann, str_of("fact 7"), NULL)); /* known already */
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(newest_comes_first, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_same_text_is_kept_once_and_moves_to_the_front, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(another_contact_knows_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(forgetting_takes_only_what_is_exactly_that, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(there_is_a_bound, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
