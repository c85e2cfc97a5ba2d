/*
 * autoreply.h - signs that a machine wrote the text: out of office, driving, failed delivery.
 *
 * Phrases match on word boundaries only: "ooo" is one, "cool" is not; "weekend" ends in no keyword.
 * What people say as well counts only where a machine puts it, or in a text that asks no question.
 */
#pragma once
#include "base/str.h"

/* The phrase of the table that matched (static), or NULL when a person seems to have written it. */
const char *autoreply_detect(struct str body);
