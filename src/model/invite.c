/*
 * invite.c - the one form in which invite codes are compared.
 */
#include "model/model.h"

struct str invite_code_normal(struct str code, struct arena *arena)
{
    struct str trimmed = str_trim(code);
    char *copy = arena_alloc(arena, trimmed.len + 1);

    for (size_t i = 0; i < trimmed.len; i++) {
        char c = trimmed.ptr[i];

        copy[i] = c >= 'a' && c <= 'z' ? (char)(c - 32) : c;
    }
    return str_make(copy, trimmed.len);
}
