/*
 * vault.h - sealing what belongs to a user, under a key of that user's own.
 *
 * A master key wraps one random data key per user. A sealed field is bound to its table, column,
 * user and row: moved anywhere else it does not open. Phones are looked up by a keyed hash (blind
 * index). A vault is read-only after opening and may be used from any thread; randomness is each
 * caller's own.
 *
 * Sealed field: version (1 byte), key version (4), nonce (24), XChaCha20-Poly1305 ciphertext of the
 * text padded to a size class. Wrapped key: version (1), nonce (24), ciphertext of 32 bytes bound
 * to the user and key version. Sources: libsodium documentation (AEAD, crypto_generichash).
 */
#pragma once
#include "base/arena.h"
#include "base/chance.h"
#include "base/err.h"
#include "base/id.h"

#define VAULT_INDEX_BYTES 16
#define VAULT_WRAPPED_BYTES 73

struct vault; /* keys in locked memory, wiped on close */

/* Make a new master key file, mode 0600. ERR_CONFLICT when the file exists. */
bool vault_create_key(const char *path, struct chance *chance, struct err *err);
/*
 * Read the master key: a file of one line, "answerback-key-1 " and 64 hex digits. ERR_NOT_FOUND
 * when there is none; ERR_DENIED when others can read it; ERR_INVALID when it is anything else.
 * Mode 0440 of root is a systemd credential (its access list shows as group bits) and is fine.
 */
bool vault_open(const char *path, struct vault **ret, struct err *err);
/* A vault with a given 32-byte master key, for tests. */
struct vault *vault_open_bytes(const unsigned char key[32]);
void vault_close(struct vault *vault); /* NULL is fine */
/* 16 bytes that are the same for the same master key only: stored, and compared at the next start.
 */
void vault_check_value(const struct vault *vault, unsigned char ret[16]);

/* A user's data key, unwrapped. Plain value; wipe it with vault_key_wipe when it outlives a batch.
 */
struct vault_key {
    uint32_t version;
    unsigned char bytes[32];
};
void vault_key_wipe(struct vault_key *key);

/* A new data key for `user`, and its wrapped form to store. */
void vault_new_key(const struct vault *vault, struct id user, struct chance *chance,
                   struct vault_key *ret, unsigned char ret_wrapped[VAULT_WRAPPED_BYTES]);
bool vault_unwrap_key(const struct vault *vault, struct id user, struct str wrapped,
                      struct vault_key *ret, struct err *err);

/* Where a sealed value lives. It opens nowhere else. */
struct vault_place {
    const char *table, *column;
    struct id user, row;
};

/* The sealed form of `plain`, in `arena`. */
struct str vault_seal(const struct vault_key *key, const struct vault_place *place,
                      struct str plain, struct chance *chance, struct arena *arena);
/* ERR_INTERNAL when it was changed, moved, or sealed under another key; nothing is returned then.
 */
bool vault_unseal(const struct vault_key *key, const struct vault_place *place, struct str sealed,
                  struct arena *arena, struct str *ret, struct err *err);

/*
 * The spool's own key: its entries are sealed before any user is known. It is the same for the same
 * master key and never stored; what an entry is bound to is up to the spool, by vault_place.
 */
void vault_spool_key(const struct vault *vault, struct vault_key *ret);

/*
 * Blind index: a keyed hash by which a value is found without being stored in the clear. With a
 * zero `user` it is the installation's (routing by sender); otherwise the user's own, so that equal
 * phones of two users have nothing in common. `purpose` separates indexes ("phone", "invite").
 */
void vault_index(const struct vault *vault, struct id user, const char *purpose, struct str value,
                 unsigned char ret[VAULT_INDEX_BYTES]);
/* A 16-byte proof that we made `value` for `purpose` (status callback tokens, cursors). */
void vault_mac(const struct vault *vault, const char *purpose, struct str value,
               unsigned char ret[16]);
