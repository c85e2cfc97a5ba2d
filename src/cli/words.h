/* words.h - outcomes, screens and delivery in plain words. */
#pragma once
#include "base/str.h"

/* What became of an inbound text, a sentence; the code itself is shown beside it. */
const char *words_outcome(struct str outcome);
/* What a screen looks at; "" for one that is not known here. */
const char *words_layer(struct str layer);
/* How a route was found; NULL for what is not known here. */
const char *words_route(struct str rule);
/* What a delivery status means. */
const char *words_status(struct str status);
/* True when no later status can follow. */
bool words_status_is_last(struct str status);
/* Why the outbound door refuses, for the code that it gives; NULL for what is not one. */
const char *words_refusal(struct str code);
