/*
 * vault_test.c - sealed values open where they belong and nowhere else; key files are refused in
 * time.
 *
 * Every byte of a sealed value and of a wrapped key is changed in turn, and every shorter length
 * tried: that is cheap and leaves no corner to think about.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "vault/vault.h"

static const unsigned char master[32] = { 1, 2, 3 }, other_master[32] = { 1, 2, 4 };
static const struct id alice = { { 0xA1 } }, bob = { { 0xB0 } };

static void close_vault(struct vault **vault)
{
    vault_close(*vault);
}

/* Alice's key, and a value of hers sealed under it. */
struct sealed {
    struct vault *vault;
    struct chance chance;
    struct arena arena;
    struct vault_key key;
    unsigned char wrapped[VAULT_WRAPPED_BYTES];
};

static void sealed_init(struct sealed *s, const unsigned char key[32])
{
    memset(s, 0, sizeof(*s));
    s->vault = vault_open_bytes(key);
    chance_init_number(&s->chance, 7);
    vault_new_key(s->vault, alice, &s->chance, &s->key, s->wrapped);
}

static void sealed_release(struct sealed *s)
{
    arena_release(&s->arena);
    vault_close(s->vault);
}

/* ---- places ---- */

static const struct vault_place body_1 = { "messages", "body", { { 0xA1 } }, { { 1 } } };

static const struct place_case {
    const char *name;
    struct vault_place opened_at;
    bool ok;
} place_cases[] = {
    { "opens where it was sealed", { "messages", "body", { { 0xA1 } }, { { 1 } } }, true },
    { "not in another table", { "contacts", "body", { { 0xA1 } }, { { 1 } } }, false },
    { "not in another column", { "messages", "fields", { { 0xA1 } }, { { 1 } } }, false },
    { "not for another user", { "messages", "body", { { 0xB0 } }, { { 1 } } }, false },
    { "not in another row", { "messages", "body", { { 0xA1 } }, { { 2 } } }, false },
    { "not with user and row exchanged", { "messages", "body", { { 1 } }, { { 0xA1 } } }, false },
    { "not with a letter moved between the names",
      { "message", "sbody", { { 0xA1 } }, { { 1 } } },
      false },
    { "not with table and column exchanged",
      { "body", "messages", { { 0xA1 } }, { { 1 } } },
      false },
    { "not without names", { "", "", { { 0xA1 } }, { { 1 } } }, false },
};

static void opens_in_place(void **state)
{
    const struct place_case *c = *state;
    CLEANUP(sealed_release) struct sealed s;
    struct str sealed, plain = STR("untouched");
    struct err err = { 0 };
    bool ok;

    sealed_init(&s, master);
    sealed = vault_seal(&s.key, &body_1, str_of("see you at six"), &s.chance, &s.arena);
    ok = vault_unseal(&s.key, &c->opened_at, sealed, &s.arena, &plain, &err);
    assert_int_equal(ok, c->ok);
    assert_int_equal(err.kind, c->ok ? ERR_NONE : ERR_INTERNAL);
    assert_true(str_is(plain, c->ok ? "see you at six" : "untouched"));
}

/* ---- lengths ---- */

static const struct length_case {
    const char *name;
    size_t len, sealed_len; /* 45 bytes of head and tag, and the padded text */
} length_cases[] = {
    { "an empty text", 0, 45 + 16 },
    { "15 bytes fit the first class", 15, 45 + 16 },
    { "16 bytes need the next", 16, 45 + 32 },
    { "a phone", 12, 45 + 16 },
    { "63 bytes", 63, 45 + 64 },
    { "64 bytes", 64, 45 + 96 },
    { "a text of one segment", 160, 45 + 192 },
    { "511 bytes", 511, 45 + 512 },
    { "512 bytes", 512, 45 + 640 },
    { "a megabyte", 1 << 20, 45 + (1 << 20) + 128 },
};

static void hides_lengths(void **state)
{
    const struct length_case *c = *state;
    CLEANUP(sealed_release) struct sealed s;
    struct str plain, sealed, opened = { 0 };
    char *bytes;

    sealed_init(&s, master);
    bytes = arena_alloc(&s.arena, c->len + 1);
    chance_bytes(&s.chance, bytes, c->len);
    if (c->len > 0)
        bytes[c->len - 1] = c->len % 2 ? '\0' : (char)0x80; /* what padding looks like */
    plain = str_make(bytes, c->len);
    sealed = vault_seal(&s.key, &body_1, plain, &s.chance, &s.arena);
    assert_int_equal(sealed.len, c->sealed_len);
    assert_true(vault_unseal(&s.key, &body_1, sealed, &s.arena, &opened, NULL));
    assert_true(str_equal(opened, plain));
    assert_int_equal(opened.ptr[opened.len], '\0');
}

/* ---- changes ---- */

static void changed_bytes_do_not_open(void **state)
{
    CLEANUP(sealed_release) struct sealed s;
    struct str sealed, plain = { 0 };
    char *copy;

    (void)state;
    sealed_init(&s, master);
    sealed = vault_seal(&s.key, &body_1, str_of("at six"), &s.chance, &s.arena);
    for (size_t i = 0; i < sealed.len; i++) {
        copy = arena_alloc(&s.arena, sealed.len);
        memcpy(copy, sealed.ptr, sealed.len);
        copy[i] = (char)(copy[i] ^ 1 << i % 8);
        assert_false(
            vault_unseal(&s.key, &body_1, str_make(copy, sealed.len), &s.arena, &plain, NULL));
    }
    assert_null(plain.ptr);
}

static void other_lengths_do_not_open(void **state)
{
    CLEANUP(sealed_release) struct sealed s;
    struct str sealed, plain = { 0 };
    char *longer;

    (void)state;
    sealed_init(&s, master);
    sealed = vault_seal(&s.key, &body_1, str_of("at six"), &s.chance, &s.arena);
    for (size_t len = 0; len < sealed.len; len++)
        assert_false(
            vault_unseal(&s.key, &body_1, str_slice(sealed, 0, len), &s.arena, &plain, NULL));
    longer = arena_alloc(&s.arena, sealed.len + 1);
    memcpy(longer, sealed.ptr, sealed.len);
    assert_false(
        vault_unseal(&s.key, &body_1, str_make(longer, sealed.len + 1), &s.arena, &plain, NULL));
    assert_null(plain.ptr);
}

static void no_two_seals_are_alike(void **state)
{
    CLEANUP(sealed_release) struct sealed s;
    struct str first, second;

    (void)state;
    sealed_init(&s, master);
    first = vault_seal(&s.key, &body_1, str_of("at six"), &s.chance, &s.arena);
    second = vault_seal(&s.key, &body_1, str_of("at six"), &s.chance, &s.arena);
    assert_int_equal(first.len, second.len);
    assert_false(str_equal(str_slice(first, 5, first.len), str_slice(second, 5, second.len)));
    assert_int_equal(str_find(first, str_of("at six")), -1);
}

static void another_users_key_does_not_open(void **state)
{
    CLEANUP(sealed_release) struct sealed s;
    unsigned char wrapped[VAULT_WRAPPED_BYTES];
    struct vault_key bobs;
    struct str sealed, plain = { 0 };

    (void)state;
    sealed_init(&s, master);
    vault_new_key(s.vault, bob, &s.chance, &bobs, wrapped);
    sealed = vault_seal(&s.key, &body_1, str_of("at six"), &s.chance, &s.arena);
    assert_false(vault_unseal(&bobs, &body_1, sealed, &s.arena, &plain, NULL));
    bobs = s.key;
    bobs.version++;
    assert_false(vault_unseal(&bobs, &body_1, sealed, &s.arena, &plain, NULL));
    assert_null(plain.ptr);
}

/* ---- wrapped keys ---- */

static void a_wrapped_key_opens_again(void **state)
{
    CLEANUP(sealed_release) struct sealed s;
    struct vault_key key;

    (void)state;
    sealed_init(&s, master);
    assert_true(vault_unwrap_key(s.vault, alice,
                                 str_make((const char *)s.wrapped, sizeof(s.wrapped)), &key, NULL));
    assert_int_equal(key.version, s.key.version);
    assert_memory_equal(key.bytes, s.key.bytes, sizeof(key.bytes));
    assert_int_equal(str_find(str_make((const char *)s.wrapped, sizeof(s.wrapped)),
                              str_make((const char *)key.bytes, 8)),
                     -1);
    vault_key_wipe(&key);
    for (size_t i = 0; i < sizeof(key.bytes); i++)
        assert_int_equal(key.bytes[i], 0);
}

static void a_wrapped_key_is_one_users(void **state)
{
    CLEANUP(sealed_release) struct sealed s;
    struct vault_key key = { .version = 99 };
    struct err err = { 0 };

    (void)state;
    sealed_init(&s, master);
    assert_false(vault_unwrap_key(
        s.vault, bob, str_make((const char *)s.wrapped, sizeof(s.wrapped)), &key, &err));
    assert_int_equal(err.kind, ERR_INTERNAL);
    assert_int_equal(key.version, 99);
}

static void a_wrapped_key_is_one_masters(void **state)
{
    CLEANUP(sealed_release) struct sealed s;
    CLEANUP(close_vault) struct vault *other = vault_open_bytes(other_master);
    struct vault_key key;

    (void)state;
    sealed_init(&s, master);
    assert_false(vault_unwrap_key(
        other, alice, str_make((const char *)s.wrapped, sizeof(s.wrapped)), &key, NULL));
}

static void a_changed_wrapped_key_does_not_open(void **state)
{
    CLEANUP(sealed_release) struct sealed s;
    struct str wrapped;
    struct vault_key key;

    (void)state;
    sealed_init(&s, master);
    wrapped = str_make((const char *)s.wrapped, sizeof(s.wrapped));
    for (size_t len = 0; len < wrapped.len; len++)
        assert_false(vault_unwrap_key(s.vault, alice, str_slice(wrapped, 0, len), &key, NULL));
    for (size_t i = 0; i < sizeof(s.wrapped); i++) {
        s.wrapped[i] ^= 0x10;
        assert_false(vault_unwrap_key(s.vault, alice, wrapped, &key, NULL));
        s.wrapped[i] ^= 0x10;
    }
    assert_true(vault_unwrap_key(s.vault, alice, wrapped, &key, NULL));
}

static void the_spool_key_is_the_masters(void **state)
{
    CLEANUP(sealed_release) struct sealed s;
    CLEANUP(close_vault) struct vault *again = vault_open_bytes(master);
    CLEANUP(close_vault) struct vault *other = vault_open_bytes(other_master);
    struct vault_key keys[3];

    (void)state;
    sealed_init(&s, master);
    vault_spool_key(s.vault, &keys[0]);
    vault_spool_key(again, &keys[1]);
    vault_spool_key(other, &keys[2]);
    assert_memory_equal(keys[0].bytes, keys[1].bytes, 32);
    assert_memory_not_equal(keys[0].bytes, keys[2].bytes, 32);
    assert_memory_not_equal(keys[0].bytes, master, 32);
}

static void the_check_value_names_the_master(void **state)
{
    CLEANUP(close_vault) struct vault *vault = vault_open_bytes(master);
    CLEANUP(close_vault) struct vault *again = vault_open_bytes(master);
    CLEANUP(close_vault) struct vault *other = vault_open_bytes(other_master);
    unsigned char values[3][16];

    (void)state;
    vault_check_value(vault, values[0]);
    vault_check_value(again, values[1]);
    vault_check_value(other, values[2]);
    assert_memory_equal(values[0], values[1], 16);
    assert_memory_not_equal(values[0], values[2], 16);
}

/* ---- blind indexes and proofs: each differs from index("phone", alice, +12025550100) ---- */

static const struct index_case {
    const char *name;
    const unsigned char *key;
    struct id user;
    const char *purpose, *value;
    bool same;
} index_cases[] = {
    { "the same again", master, { { 0xA1 } }, "phone", "+12025550100", true },
    { "another phone", master, { { 0xA1 } }, "phone", "+12025550101", false },
    { "another user's", master, { { 0xB0 } }, "phone", "+12025550100", false },
    { "the installation's", master, { { 0 } }, "phone", "+12025550100", false },
    { "another purpose", master, { { 0xA1 } }, "invite", "+12025550100", false },
    { "another master", other_master, { { 0xA1 } }, "phone", "+12025550100", false },
    { "a letter moved from value to purpose",
      master,
      { { 0xA1 } },
      "phone+",
      "12025550100",
      false },
    { "no value", master, { { 0xA1 } }, "phone", "", false },
};

static void indexes(void **state)
{
    const struct index_case *c = *state;
    CLEANUP(close_vault) struct vault *vault = vault_open_bytes(master);
    CLEANUP(close_vault) struct vault *other = vault_open_bytes(c->key);
    unsigned char want[VAULT_INDEX_BYTES], got[VAULT_INDEX_BYTES];

    vault_index(vault, alice, "phone", str_of("+12025550100"), want);
    vault_index(other, c->user, c->purpose, str_of(c->value), got);
    assert_int_equal(memcmp(want, got, sizeof(want)) == 0, c->same);
}

static void proofs_are_of_purpose_and_value(void **state)
{
    CLEANUP(close_vault) struct vault *vault = vault_open_bytes(master);
    CLEANUP(close_vault) struct vault *other = vault_open_bytes(other_master);
    unsigned char want[16], got[16], index[16];

    (void)state;
    vault_mac(vault, "callback", str_of("msg 1"), want);
    vault_mac(vault, "callback", str_of("msg 1"), got);
    assert_memory_equal(want, got, 16);
    vault_mac(vault, "callback", str_of("msg 2"), got);
    assert_memory_not_equal(want, got, 16);
    vault_mac(vault, "cursor", str_of("msg 1"), got);
    assert_memory_not_equal(want, got, 16);
    vault_mac(other, "callback", str_of("msg 1"), got);
    assert_memory_not_equal(want, got, 16);
    vault_index(vault, (struct id){ { 0 } }, "callback", str_of("msg 1"), index);
    assert_memory_not_equal(want, index, 16);
}

/* ---- key files ---- */

#define HEX_32 "0123456789abcdef0123456789ABCDEF"

static const struct file_case {
    const char *name, *content; /* NULL: no file */
    unsigned mode;
    enum err_kind want;
} file_cases[] = {
    { "a key file", "answerback-key-1 " HEX_32 HEX_32 "\n", 0600, ERR_NONE },
    { "read-only is fine", "answerback-key-1 " HEX_32 HEX_32 "\n", 0400, ERR_NONE },
    { "the newline may be missing", "answerback-key-1 " HEX_32 HEX_32, 0600, ERR_NONE },
    { "no file", NULL, 0, ERR_NOT_FOUND },
    { "everybody can read it", "answerback-key-1 " HEX_32 HEX_32 "\n", 0644, ERR_DENIED },
    { "the group can read it", "answerback-key-1 " HEX_32 HEX_32 "\n", 0640, ERR_DENIED },
    { "others can write it", "answerback-key-1 " HEX_32 HEX_32 "\n", 0602, ERR_DENIED },
    { "an empty file", "", 0600, ERR_INVALID },
    { "hex without the word", HEX_32 HEX_32 "\n", 0600, ERR_INVALID },
    { "32 raw bytes", HEX_32, 0600, ERR_INVALID },
    { "the word of another version", "answerback-key-2 " HEX_32 HEX_32 "\n", 0600, ERR_INVALID },
    { "half a key", "answerback-key-1 " HEX_32 "\n", 0600, ERR_INVALID },
    { "a digit too few", "answerback-key-1 " HEX_32 HEX_32 "\b\n", 0600, ERR_INVALID },
    { "a digit too many", "answerback-key-1 " HEX_32 HEX_32 "0\n", 0600, ERR_INVALID },
    { "not hex", "answerback-key-1 x123456789abcdef" HEX_32 "0123456789abcdef\n", 0600,
      ERR_INVALID },
    { "two newlines", "answerback-key-1 " HEX_32 HEX_32 "\n\n", 0600, ERR_INVALID },
    { "an editor's carriage return", "answerback-key-1 " HEX_32 HEX_32 "\r\n", 0600, ERR_INVALID },
    { "two keys", "answerback-key-1 " HEX_32 HEX_32 "\nanswerback-key-1 " HEX_32 HEX_32 "\n", 0600,
      ERR_INVALID },
};

/* A folder of the test's own, and the path of a key in it. */
struct folder {
    char path[64], key[80];
};

static void folder_init(struct folder *folder)
{
    snprintf(folder->path, sizeof(folder->path), "/tmp/vault_test.XXXXXX");
    assert_non_null(mkdtemp(folder->path));
    snprintf(folder->key, sizeof(folder->key), "%s/key", folder->path);
}

static void folder_release(struct folder *folder)
{
    unlink(folder->key);
    assert_int_equal(rmdir(folder->path), 0); /* nothing else was left behind */
}

static void reads_key_files(void **state)
{
    const struct file_case *c = *state;
    CLEANUP(folder_release) struct folder folder;
    CLEANUP(close_vault) struct vault *vault = NULL;
    struct err err = { 0 };

    folder_init(&folder);
    if (c->content) {
        FILE *file = fopen(folder.key, "w");

        assert_non_null(file);
        fputs(c->content, file);
        fclose(file);
        chmod(folder.key, c->mode);
    }
    assert_int_equal(vault_open(folder.key, &vault, &err), c->want == ERR_NONE);
    assert_int_equal(err.kind, c->want);
    if (c->want == ERR_NONE)
        return;
    assert_null(vault);
    assert_non_null(strstr(err.text, folder.key));
    assert_null(strstr(err.text, "0123456789"));
}

/* As systemd hands over a credential to a service with a user of its own; only root can make one.
 */
static void a_credential_of_root_is_a_key_file(void **state)
{
    CLEANUP(folder_release) struct folder folder;
    CLEANUP(close_vault) struct vault *vault = NULL;
    bool root = geteuid() == 0 && getegid() == 0;
    struct chance chance;

    (void)state;
    folder_init(&folder);
    chance_init_number(&chance, 1);
    assert_true(vault_create_key(folder.key, &chance, NULL));
    assert_int_equal(chmod(folder.key, 0440), 0);
    assert_int_equal(vault_open(folder.key, &vault, NULL), root);
}

static void a_folder_is_no_key_file(void **state)
{
    CLEANUP(folder_release) struct folder folder;
    CLEANUP(close_vault) struct vault *vault = NULL;
    struct err err = { 0 };

    (void)state;
    folder_init(&folder);
    assert_false(vault_open(folder.path, &vault, &err));
    assert_int_equal(err.kind, ERR_INVALID);
}

static void a_created_key_opens(void **state)
{
    CLEANUP(folder_release) struct folder folder;
    CLEANUP(close_vault) struct vault *first = NULL;
    CLEANUP(close_vault) struct vault *second = NULL;
    unsigned char values[2][16];
    struct chance chance;
    struct stat st;

    (void)state;
    folder_init(&folder);
    chance_init_number(&chance, 1);
    umask(0);
    assert_true(vault_create_key(folder.key, &chance, NULL));
    assert_int_equal(stat(folder.key, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
    assert_true(vault_open(folder.key, &first, NULL));
    assert_true(vault_open(folder.key, &second, NULL));
    vault_check_value(first, values[0]);
    vault_check_value(second, values[1]);
    assert_memory_equal(values[0], values[1], 16);
}

static void a_key_is_never_overwritten(void **state)
{
    CLEANUP(folder_release) struct folder folder;
    CLEANUP(close_vault) struct vault *before = NULL;
    CLEANUP(close_vault) struct vault *after = NULL;
    unsigned char values[2][16];
    struct chance chance;
    struct err err = { 0 };

    (void)state;
    folder_init(&folder);
    chance_init_number(&chance, 1);
    assert_true(vault_create_key(folder.key, &chance, NULL));
    assert_true(vault_open(folder.key, &before, NULL));
    assert_false(vault_create_key(folder.key, &chance, &err));
    assert_int_equal(err.kind, ERR_CONFLICT);
    assert_true(vault_open(folder.key, &after, NULL));
    vault_check_value(before, values[0]);
    vault_check_value(after, values[1]);
    assert_memory_equal(values[0], values[1], 16);
}

static void a_key_needs_its_folder(void **state)
{
    struct chance chance;
    struct err err = { 0 };

    (void)state;
    chance_init_number(&chance, 1);
    assert_false(vault_create_key("/tmp/no such folder/key", &chance, &err));
    assert_int_equal(err.kind, ERR_INVALID);
}

static const struct CMUnitTest plain_tests[] = {
    cmocka_unit_test(changed_bytes_do_not_open),
    cmocka_unit_test(other_lengths_do_not_open),
    cmocka_unit_test(no_two_seals_are_alike),
    cmocka_unit_test(another_users_key_does_not_open),
    cmocka_unit_test(a_wrapped_key_opens_again),
    cmocka_unit_test(a_wrapped_key_is_one_users),
    cmocka_unit_test(a_wrapped_key_is_one_masters),
    cmocka_unit_test(a_changed_wrapped_key_does_not_open),
    cmocka_unit_test(the_spool_key_is_the_masters),
    cmocka_unit_test(the_check_value_names_the_master),
    cmocka_unit_test(proofs_are_of_purpose_and_value),
    cmocka_unit_test(a_credential_of_root_is_a_key_file),
    cmocka_unit_test(a_folder_is_no_key_file),
    cmocka_unit_test(a_created_key_opens),
    cmocka_unit_test(a_key_is_never_overwritten),
    cmocka_unit_test(a_key_needs_its_folder),
};

#define ADD_ROWS(cases, function)                                        \
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)                        \
        tests[count++] = (struct CMUnitTest)                             \
        {                                                                \
            (cases)[i].name, (function), NULL, NULL, (void *)&(cases)[i] \
        }

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(place_cases) + ARRAY_LEN(length_cases) +
                            ARRAY_LEN(index_cases) + ARRAY_LEN(file_cases) +
                            ARRAY_LEN(plain_tests)];
    size_t count = 0;

    ADD_ROWS(place_cases, opens_in_place);
    ADD_ROWS(length_cases, hides_lengths);
    ADD_ROWS(index_cases, indexes);
    ADD_ROWS(file_cases, reads_key_files);
    memcpy(tests + count, plain_tests, sizeof(plain_tests));
    return cmocka_run_group_tests(tests, NULL, NULL);
}
