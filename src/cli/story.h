/*
 * story.h - what happened to a message, told for people; `why` and the demo tell it alike.
 *
 * The JSON is the one of GET /v1/messages/{id}. What strangers wrote is made safe here.
 */
#pragma once
#include "base/json.h"
#include "cli/style.h"

/* A member, or the empty view. */
struct str story_text(json_t *object, const char *key);
/* Screens and outcome of an inbound message, a line each, indented by two. */
void story_screens(struct buf *out, json_t *message, const struct style *style);
void story_outcome(struct buf *out, json_t *message, const struct style *style);
/* "delivered after queued, sent: it arrived", with the provider's error when there is one. */
void story_delivery(struct buf *out, json_t *message, const struct style *style);
/* The body, made safe, further lines indented by `indent` columns. */
void story_body(struct buf *out, struct str body, size_t indent);
