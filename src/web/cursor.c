/*
 * cursor.c - making and checking cursors: 16 bytes of position, 16 bytes of proof, in hex.
 *
 * The proof covers list, owner and position; it is compared in constant time.
 */
#include "web/cursor.h"

#include <sodium.h>

#define PROOF_BYTES 16
#define LIST_BYTES_MOST 64

static void prove(const struct vault *vault, const char *list, struct id owner, struct id at,
                  unsigned char ret[PROOF_BYTES])
{
    char claim[LIST_BYTES_MOST + 2 * sizeof(struct id)] = { 0 };
    size_t len = strlen(list);

    if (len > LIST_BYTES_MOST)
        die("the pattern %s is too long for a cursor", list);
    memcpy(claim, list, len);
    memcpy(claim + LIST_BYTES_MOST, owner.bytes, sizeof(owner.bytes));
    memcpy(claim + LIST_BYTES_MOST + sizeof(struct id), at.bytes, sizeof(at.bytes));
    vault_mac(vault, "cursor", str_make(claim, sizeof(claim)), ret);
}

struct str cursor_format(const struct vault *vault, const char *list, struct id owner, struct id at,
                         char text[CURSOR_TEXT_BYTES])
{
    unsigned char proof[PROOF_BYTES];

    prove(vault, list, owner, at, proof);
    hex_encode(at.bytes, sizeof(at.bytes), text);
    hex_encode(proof, sizeof(proof), text + 2 * sizeof(at.bytes));
    text[CURSOR_TEXT_BYTES - 1] = '\0';
    return str_make(text, CURSOR_TEXT_BYTES - 1);
}

bool cursor_parse(const struct vault *vault, const char *list, struct id owner, struct str text,
                  struct id *ret)
{
    struct {
        struct id at;
        unsigned char proof[PROOF_BYTES];
    } said;
    unsigned char proof[PROOF_BYTES];

    if (!hex_decode(text, &said, sizeof(said)))
        return false;
    prove(vault, list, owner, said.at, proof);
    if (sodium_memcmp(proof, said.proof, sizeof(proof)) != 0)
        return false;
    *ret = said.at;
    return true;
}

struct id cursor_number(uint64_t number)
{
    struct id id = { 0 };

    for (size_t i = sizeof(id.bytes); i-- > 8; number >>= 8)
        id.bytes[i] = (unsigned char)number;
    return id;
}

uint64_t cursor_to_number(struct id at)
{
    uint64_t number = 0;

    for (size_t i = 8; i < sizeof(at.bytes); i++)
        number = number << 8 | at.bytes[i];
    return number;
}
