/* pairs.h - a form taken apart, for the signature and for the reader of fields; private to this
 * folder. */
#pragma once
#include "base/arena.h"
#include "base/str.h"

struct pair {
    struct str raw;         /* as received, borrowed from the form */
    struct str name, value; /* decoded, in the arena */
};

/*
 * Every pair of a form in the order received, in one piece of `arena`: each webhook passes here
 * twice, so this takes two allocations however many pairs there are. Nothing between two '&' is no
 * pair; without
 * '=' the value is empty. Bytes need not be UTF-8.
 *
 * ret_malformed  true when an escape is no '%' and two hex digits; it stays as it stands then,
 * which is what Twilio's own validators sign. Returns        the number of pairs.
 */
size_t pairs_split(struct str form, struct arena *arena, struct pair **ret, bool *ret_malformed);
