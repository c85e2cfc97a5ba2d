/*
 * entry.h - one spool entry as the sealed bytes that stand in the file.
 *
 * Inside the seal: version (1 byte), kind (1), received_ms (8), then account, query, body and
 * dedupe, each with its length (4) before it; numbers little-endian. The position is bound to it,
 * not inside it: an entry that was moved or put twice does not open.
 */
#pragma once
#include "spool/spool.h"

struct str entry_seal(const struct vault_key *key, const struct spool_entry *entry,
                      int64_t position, struct chance *chance, struct arena *arena);
/* The texts of *ret are in `arena`. ERR_INTERNAL when it does not open at this position. */
bool entry_unseal(const struct vault_key *key, struct str sealed, int64_t position,
                  struct arena *arena, struct spool_entry *ret, struct err *err);
