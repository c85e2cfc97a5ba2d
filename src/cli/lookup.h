/*
 * lookup.h - the user or number that a person means.
 *
 * An id is taken as it is. Otherwise a user goes by name or phone, a number by its phone or name;
 * more than one that fits is refused, never guessed.
 */
#pragma once
#include "cli/client.h"

/* *ret_id in the command's arena. CLI_OK, or it has been printed what is wrong. */
int lookup_user(struct cli *cli, struct str text, struct str *ret_id);
int lookup_number(struct cli *cli, struct str text, struct str *ret_id);
