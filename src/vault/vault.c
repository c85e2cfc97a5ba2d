/*
 * vault.c - the master key and what is derived from it, users' keys, sealing, blind indexes.
 *
 * The master key itself seals nothing: each purpose has a subkey, so no two uses can meet. Lengths
 * stand before everything that is bound or hashed, so no two places or values can be written alike.
 * A user's data key has version 1: a second one would need room for its number in the wrapped form.
 * What this file writes is on disks for years; any change of it is a new format version and a
 * migration.
 */
#include "vault/vault.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define KEY_BYTES 32
#define NONCE_BYTES crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG_BYTES crypto_aead_xchacha20poly1305_ietf_ABYTES
#define FORMAT_VERSION 1
#define DATA_KEY_VERSION 1
#define SEALED_HEAD_BYTES (1 + 4 + NONCE_BYTES)
#define NAME_BYTES_MOST 64 /* of a table, column or purpose: they are constants of ours */

#define KEY_FILE_WORD "answerback-key-1 "
#define KEY_FILE_BYTES (sizeof(KEY_FILE_WORD) - 1 + 2 * KEY_BYTES) /* without the newline */

_Static_assert(KEY_BYTES == crypto_aead_xchacha20poly1305_ietf_KEYBYTES, "one key size");
_Static_assert(VAULT_WRAPPED_BYTES == 1 + NONCE_BYTES + KEY_BYTES + TAG_BYTES, "as in the header");
_Static_assert(VAULT_INDEX_BYTES >= crypto_generichash_BYTES_MIN, "BLAKE2b gives no less");

struct vault {
    unsigned char wrap[KEY_BYTES], spool[KEY_BYTES], index[KEY_BYTES], mac[KEY_BYTES];
    unsigned char check[16];
};

/* Numbers of the subkeys; stored data depends on them. */
enum subkey { SUBKEY_WRAP = 1, SUBKEY_SPOOL, SUBKEY_INDEX, SUBKEY_MAC, SUBKEY_CHECK };

static void derive(unsigned char *ret, size_t len, enum subkey which, const unsigned char *master)
{
    static const char context[crypto_kdf_CONTEXTBYTES] = { 'a', 'n', 's', 'w', 'r', 'b', 'c', 'k' };

    crypto_kdf_derive_from_key(ret, len, which, context, master);
}

struct vault *vault_open_bytes(const unsigned char key[32])
{
    struct vault *vault;

    if (sodium_init() < 0 || !(vault = sodium_malloc(sizeof(*vault))))
        die("libsodium does not start, or there is no memory for keys");
    derive(vault->wrap, KEY_BYTES, SUBKEY_WRAP, key);
    derive(vault->spool, KEY_BYTES, SUBKEY_SPOOL, key);
    derive(vault->index, KEY_BYTES, SUBKEY_INDEX, key);
    derive(vault->mac, KEY_BYTES, SUBKEY_MAC, key);
    derive(vault->check, sizeof(vault->check), SUBKEY_CHECK, key);
    sodium_mprotect_readonly(vault);
    return vault;
}

void vault_close(struct vault *vault)
{
    sodium_free(vault); /* wipes it first */
}

void vault_check_value(const struct vault *vault, unsigned char ret[16])
{
    memcpy(ret, vault->check, sizeof(vault->check));
}

/* ---- the key file ---- */

static bool write_all(int fd, const char *text, size_t len)
{
    while (len > 0) {
        ssize_t written = write(fd, text, len);

        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        text += written;
        len -= (size_t)written;
    }
    return true;
}

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

static bool sync_folder_of(const char *path)
{
    char copy[PATH_MAX];
    CLEANUP(close_fd) int fd = -1;

    if (snprintf(copy, sizeof(copy), "%s", path) >= (int)sizeof(copy))
        return false;
    fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return fd >= 0 && fsync(fd) == 0;
}

/* Under a name of its own first, then linked: a crash leaves a whole key file or none. */
static bool write_key_file(const char *path, const char *beside, const char *line, size_t len,
                           struct err *err)
{
    CLEANUP(close_fd) int fd = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    if (fd < 0)
        return err_set(err, ERR_INVALID, "key file %s cannot be made: %s", path, strerror(errno));
    if (!write_all(fd, line, len) || fsync(fd) != 0)
        err_set(err, ERR_UNAVAILABLE, "key file %s cannot be written: %s", path, strerror(errno));
    else if (link(beside, path) == 0 && sync_folder_of(path))
        return true;
    else if (errno == EEXIST)
        err_set(err, ERR_CONFLICT, "key file %s exists already; it is never overwritten", path);
    else
        err_set(err, ERR_UNAVAILABLE, "key file %s cannot be made: %s", path, strerror(errno));
    return false;
}

bool vault_create_key(const char *path, struct chance *chance, struct err *err)
{
    unsigned char key[KEY_BYTES];
    char line[KEY_FILE_BYTES + 1] = KEY_FILE_WORD, beside[PATH_MAX];
    bool ok;

    if (snprintf(beside, sizeof(beside), "%s.%016llx", path,
                 (unsigned long long)chance_next(chance)) >= (int)sizeof(beside))
        return err_set(err, ERR_INVALID, "the path of the key file is too long");
    chance_bytes(chance, key, sizeof(key));
    hex_encode(key, sizeof(key), line + sizeof(KEY_FILE_WORD) - 1);
    line[KEY_FILE_BYTES] = '\n';
    ok = write_key_file(path, beside, line, sizeof(line), err);
    unlink(beside);
    sodium_memzero(key, sizeof(key));
    sodium_memzero(line, sizeof(line));
    return ok;
}

static bool check_mode(int fd, const char *path, struct err *err)
{
    struct stat st;

    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
        return err_set(err, ERR_INVALID, "key file %s is not a file", path);
    /* How systemd shows a credential that only the service may read: github.com/systemd/systemd
     * issue 29435. */
    if ((st.st_mode & 07777) == 0440 && st.st_uid == 0 && st.st_gid == 0)
        return true;
    if ((st.st_mode & 0077) != 0)
        return err_set(err, ERR_DENIED,
                       "key file %s is open to others (mode %04o): chmod 600 it, and think of the "
                       "key as known if others were there",
                       path, (unsigned)st.st_mode & 07777U);
    return true;
}

static bool read_key(int fd, unsigned char key[KEY_BYTES])
{
    char line[KEY_FILE_BYTES + 2]; /* a newline, and one more to see that there is no more */
    size_t len = 0;
    ssize_t got;
    struct str text;
    bool ok;

    while (len < sizeof(line) && (got = read(fd, line + len, sizeof(line) - len)) != 0) {
        if (got < 0 && errno != EINTR)
            break;
        len += got > 0 ? (size_t)got : 0;
    }
    text = str_make(line, len);
    if (len == KEY_FILE_BYTES + 1 && line[len - 1] == '\n')
        text.len--;
    ok = str_starts(text, str_of(KEY_FILE_WORD)) &&
         hex_decode(str_slice(text, sizeof(KEY_FILE_WORD) - 1, text.len), key, KEY_BYTES);
    sodium_memzero(line, sizeof(line));
    return ok;
}

bool vault_open(const char *path, struct vault **ret, struct err *err)
{
    CLEANUP(close_fd) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    unsigned char key[KEY_BYTES] = { 0 };

    if (fd < 0)
        return err_set(err, errno == ENOENT ? ERR_NOT_FOUND : ERR_INVALID,
                       "key file %s cannot be read: %s", path, strerror(errno));
    if (!check_mode(fd, path, err))
        return false;
    if (!read_key(fd, key)) {
        sodium_memzero(key, sizeof(key));
        return err_set(
            err, ERR_INVALID,
            "%s is not a key file: it is one line, \"" KEY_FILE_WORD "\" and 64 hex digits", path);
    }
    *ret = vault_open_bytes(key);
    sodium_memzero(key, sizeof(key));
    return true;
}

/* ---- what is bound to a sealed value ---- */

struct bound {
    unsigned char bytes[2 * (1 + NAME_BYTES_MOST) + 64];
    size_t len;
};

static void bind_bytes(struct bound *bound, const void *bytes, size_t len)
{
    if (len > NAME_BYTES_MOST || sizeof(bound->bytes) - bound->len < len + 1)
        die("a name of %zu bytes is too long to be bound", len);
    bound->bytes[bound->len] = (unsigned char)len;
    memcpy(bound->bytes + bound->len + 1, bytes, len);
    bound->len += 1 + len;
}

static void put_u32(unsigned char *to, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        to[i] = (unsigned char)(value >> (8 * i));
}

static uint32_t get_u32(const unsigned char *from)
{
    return (uint32_t)from[0] | (uint32_t)from[1] << 8 | (uint32_t)from[2] << 16 |
           (uint32_t)from[3] << 24;
}

/* The format and key version are bound too: neither can be changed from outside. */
static struct bound bind_place(const struct vault_place *place, uint32_t key_version)
{
    struct bound bound = { .len = 0 };
    unsigned char head[5] = { FORMAT_VERSION };

    put_u32(head + 1, key_version);
    bind_bytes(&bound, head, sizeof(head));
    bind_bytes(&bound, place->table, strlen(place->table));
    bind_bytes(&bound, place->column, strlen(place->column));
    bind_bytes(&bound, place->user.bytes, sizeof(place->user.bytes));
    bind_bytes(&bound, place->row.bytes, sizeof(place->row.bytes));
    return bound;
}

static struct bound bind_user(struct id user)
{
    struct bound bound = { .len = 0 };
    unsigned char head[5] = { FORMAT_VERSION };

    put_u32(head + 1, DATA_KEY_VERSION);
    bind_bytes(&bound, head, sizeof(head));
    bind_bytes(&bound, "data key", 8);
    bind_bytes(&bound, user.bytes, sizeof(user.bytes));
    return bound;
}

/* `bytes` is encrypted where it stands; the tag comes behind it. */
static void encrypt(unsigned char *bytes, size_t len, const struct bound *bound,
                    const unsigned char *nonce, const unsigned char *key)
{
    crypto_aead_xchacha20poly1305_ietf_encrypt(bytes, NULL, bytes, len, bound->bytes, bound->len,
                                               NULL, nonce, key);
}

/* `len` is that of the ciphertext with its tag. */
static bool decrypt(unsigned char *plain, const unsigned char *bytes, size_t len,
                    const struct bound *bound, const unsigned char *nonce, const unsigned char *key)
{
    return crypto_aead_xchacha20poly1305_ietf_decrypt(plain, NULL, NULL, bytes, len, bound->bytes,
                                                      bound->len, nonce, key) == 0;
}

/* ---- users' keys ---- */

void vault_key_wipe(struct vault_key *key)
{
    sodium_memzero(key, sizeof(*key));
}

void vault_new_key(const struct vault *vault, struct id user, struct chance *chance,
                   struct vault_key *ret, unsigned char ret_wrapped[VAULT_WRAPPED_BYTES])
{
    struct bound bound = bind_user(user);
    unsigned char *nonce = ret_wrapped + 1, *key = nonce + NONCE_BYTES;

    ret->version = DATA_KEY_VERSION;
    chance_bytes(chance, ret->bytes, sizeof(ret->bytes));
    ret_wrapped[0] = FORMAT_VERSION;
    chance_bytes(chance, nonce, NONCE_BYTES);
    memcpy(key, ret->bytes, KEY_BYTES);
    encrypt(key, KEY_BYTES, &bound, nonce, vault->wrap);
}

bool vault_unwrap_key(const struct vault *vault, struct id user, struct str wrapped,
                      struct vault_key *ret, struct err *err)
{
    struct bound bound = bind_user(user);
    const unsigned char *bytes = (const unsigned char *)wrapped.ptr;
    struct vault_key key = { .version = DATA_KEY_VERSION };

    if (wrapped.len != VAULT_WRAPPED_BYTES || bytes[0] != FORMAT_VERSION)
        return err_set(err, ERR_INTERNAL, "a wrapped key of unknown form (%zu bytes)", wrapped.len);
    if (!decrypt(key.bytes, bytes + 1 + NONCE_BYTES, KEY_BYTES + TAG_BYTES, &bound, bytes + 1,
                 vault->wrap))
        return err_set(err, ERR_INTERNAL,
                       "a user's key does not open: it is another user's, or was wrapped under "
                       "another master key");
    *ret = key;
    vault_key_wipe(&key);
    return true;
}

void vault_spool_key(const struct vault *vault, struct vault_key *ret)
{
    ret->version = DATA_KEY_VERSION;
    memcpy(ret->bytes, vault->spool, KEY_BYTES);
}

/* ---- sealing ---- */

/* Room for a text and the byte that ends it, so that a length tells little about the text. */
static size_t padded_len(size_t len)
{
    size_t step = len < 64 ? 16 : len < 512 ? 32 : 128;

    return (len / step + 1) * step;
}

struct str vault_seal(const struct vault_key *key, const struct vault_place *place,
                      struct str plain, struct chance *chance, struct arena *arena)
{
    struct bound bound = bind_place(place, key->version);
    size_t padded = padded_len(plain.len), len = SEALED_HEAD_BYTES + padded + TAG_BYTES;
    unsigned char *sealed = arena_alloc(arena, len), *text = sealed + SEALED_HEAD_BYTES;

    sealed[0] = FORMAT_VERSION;
    put_u32(sealed + 1, key->version);
    chance_bytes(chance, sealed + 5, NONCE_BYTES);
    if (plain.len > 0)
        memcpy(text, plain.ptr, plain.len);
    text[plain.len] = 0x80; /* then zeros, which the arena gave (ISO/IEC 7816-4) */
    encrypt(text, padded, &bound, sealed + 5, key->bytes);
    return (struct str){ (const char *)sealed, len };
}

bool vault_unseal(const struct vault_key *key, const struct vault_place *place, struct str sealed,
                  struct arena *arena, struct str *ret, struct err *err)
{
    const unsigned char *bytes = (const unsigned char *)sealed.ptr;
    struct bound bound = bind_place(place, key->version);
    unsigned char *plain;
    size_t len;

    if (sealed.len < SEALED_HEAD_BYTES + TAG_BYTES || bytes[0] != FORMAT_VERSION)
        return err_set(err, ERR_INTERNAL, "sealed %s.%s has an unknown form (%zu bytes)",
                       place->table, place->column, sealed.len);
    if (get_u32(bytes + 1) != key->version)
        return err_set(err, ERR_INTERNAL, "sealed %s.%s wants key version %u, not %u", place->table,
                       place->column, get_u32(bytes + 1), key->version);
    len = sealed.len - SEALED_HEAD_BYTES;
    plain = arena_alloc(arena, len - TAG_BYTES + 1); /* and a NUL, as texts in an arena have */
    if (!decrypt(plain, bytes + SEALED_HEAD_BYTES, len, &bound, bytes + 5, key->bytes))
        return err_set(err, ERR_INTERNAL,
                       "sealed %s.%s does not open: changed, moved, or of another key",
                       place->table, place->column);
    for (len -= TAG_BYTES; len > 0 && plain[len - 1] == 0; len--)
        continue;
    if (len == 0 || plain[len - 1] != 0x80)
        return err_set(err, ERR_INTERNAL, "sealed %s.%s is not padded as we pad", place->table,
                       place->column);
    plain[len - 1] = '\0';
    *ret = (struct str){ (const char *)plain, len - 1 };
    return true;
}

/* ---- keyed hashes ---- */

/* The value comes last, so what stands before it is all that needs a length. */
static void keyed_hash(const unsigned char key[KEY_BYTES], const struct bound *before,
                       struct str value, unsigned char ret[16])
{
    crypto_generichash_state state;

    crypto_generichash_init(&state, key, KEY_BYTES, 16);
    crypto_generichash_update(&state, before->bytes, before->len);
    if (value.len > 0)
        crypto_generichash_update(&state, (const unsigned char *)value.ptr, value.len);
    crypto_generichash_final(&state, ret, 16);
}

void vault_index(const struct vault *vault, struct id user, const char *purpose, struct str value,
                 unsigned char ret[VAULT_INDEX_BYTES])
{
    struct bound before = { .len = 0 };

    bind_bytes(&before, user.bytes, sizeof(user.bytes));
    bind_bytes(&before, purpose, strlen(purpose));
    keyed_hash(vault->index, &before, value, ret);
}

void vault_mac(const struct vault *vault, const char *purpose, struct str value,
               unsigned char ret[16])
{
    struct bound before = { .len = 0 };

    bind_bytes(&before, purpose, strlen(purpose));
    keyed_hash(vault->mac, &before, value, ret);
}
