/*
 * cursor.h - where a list goes on, as a text that only we can make.
 *
 * Private to this room. A cursor is good for the list and owner that it was made for, nowhere else,
 * so a page of one user can't be continued in the list of another. It is opaque to clients, and not
 * a secret.
 */
#pragma once
#include "base/id.h"
#include "vault/vault.h"

#define CURSOR_TEXT_BYTES 65

/* list: the route's pattern. owner: whose rows the list has; zero: everybody's. */
struct str cursor_format(const struct vault *vault, const char *list, struct id owner, struct id at,
                         char text[CURSOR_TEXT_BYTES]);
bool cursor_parse(const struct vault *vault, const char *list, struct id owner, struct str text,
                  struct id *ret);
/* Lists by offset keep a number in the place of an id. */
struct id cursor_number(uint64_t number);
uint64_t cursor_to_number(struct id at);
