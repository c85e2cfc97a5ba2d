/*
 * outbox.c - the one outbound door, and offering texts to the provider without doubles.
 *
 * A text is queued in the transaction that checked it. Before it is offered, SENDING is committed;
 * what comes back settles it: accepted, refused, surely not sent (offered again later), or unknown,
 * which is reconcile.c's to settle. Answers of one conversation leave in order.
 */
#include "engine/batch.h"
#include "sms/segment.h"

#define PROVIDER_MISSING_WAIT_MS 10000

int64_t retry_at_ms(int64_t now_ms, int64_t attempt, struct chance *chance)
{
    int64_t wait_ms = INT64_C(1000) << (attempt < 8 ? attempt : 8);

    return now_ms + wait_ms - chance_below(chance, wait_ms / 2 + 1);
}

static const char *door(struct batch *b, const struct lane_work *lane, bool answer,
                        bool confirmation)
{
    struct user user = { .id = lane->key.scope->user, .suspended = lane->key.scope->suspended };
    struct outbound_input in = { .number = lane->number,
                                 .user = &user,
                                 .to = lane->phone,
                                 .consent = lane_consent(&lane->lane),
                                 .allowlisted = lane->lane.allowlisted,
                                 .answer = answer,
                                 .confirmation = confirmation };
    const char *reason = lane->number ? policy_outbound(&in) : "number_removed";

    if (reason)
        b->counts[METRIC_SUPPRESSED]++;
    return reason;
}

static void owe(struct batch *b, const struct send *send)
{
    struct send_entry *entry = ARENA_NEW(b->arena, struct send_entry);

    entry->send = *send;
    entry->next = b->sends;
    b->sends = entry;
}

struct message *outbox_queue(struct batch *b, struct lane_work *lane,
                             const struct outbox_text *text, const char **ret_reason)
{
    const char *reason = door(b, lane, text->answer, text->confirmation);
    struct segment_count count = segment_count(text->body);
    struct message row = { .direction = DIRECTION_OUTBOUND,
                           .body = text->body,
                           .media = text->media,
                           .status = reason ? STATUS_CANCELED : STATUS_QUEUED,
                           .segments = (int64_t)count.segments,
                           .error = str_of(reason),
                           .turn = text->turn,
                           .origin = str_of(text->origin),
                           .at_ms = b->now_ms,
                           .done_ms = reason ? b->now_ms : 0 };
    struct message *message = lane_append(b, lane, &row);
    int64_t due_ms = text->send_at_ms > b->now_ms ? text->send_at_ms : b->now_ms;

    *ret_reason = reason;
    if (reason)
        return message;
    owe(b, &(struct send){ .message = message->id,
                           .user = message->user,
                           .conversation = message->conversation,
                           .number = message->number,
                           .state = SEND_READY,
                           .due_ms = due_ms,
                           .expires_ms = due_ms + b->engine->config.reply_ttl_ms });
    return message;
}

/* ---- ending a send ---- */

static bool settle(struct batch *b, const struct scope *scope, struct send *send,
                   enum message_status status, int64_t code, struct str error, struct err *err)
{
    send->state = SEND_DONE;
    send->due_ms = 0;
    owe(b, send);
    return store_set_status(&b->tx, scope, send->message, status, (struct str){ 0 }, code, error,
                            b->now_ms, err);
}

/*
 * The door is shut for it, or it is too late. What was offered before, and nobody knows what became
 * of that, is not called canceled: a callback may still tell.
 */
static bool keep_back(struct batch *b, const struct scope *scope, struct send *send,
                      const char *reason, struct err *err)
{
    struct message message;
    int64_t code; /* why the provider would not take it, when it was asked */

    if (!store_message(b->engine->config.store, scope, send->message, b->arena, &message, err))
        return false;
    code = message.error_code;
    if (send->repeats == 0 && code == 0)
        return settle(b, scope, send, STATUS_CANCELED, 0, str_of(reason), err);
    if (send->repeats == 0)
        return settle(b, scope, send, STATUS_CANCELED, code,
                      arena_printf(b->arena, "%s; the provider had refused it: %.*s", reason,
                                   STR_ARGS(message.error)),
                      err);
    return settle(
        b, scope, send, STATUS_UNCONFIRMED, 0,
        arena_printf(b->arena, "nobody can say whether it went out; not offered again: %s", reason),
        err);
}

static bool again_later(struct batch *b, struct send *send, int64_t due_ms)
{
    send->state = SEND_READY;
    send->due_ms = due_ms;
    owe(b, send);
    return true;
}

bool outbox_cancel_ready(struct batch *b, struct lane_work *lane, const char *reason,
                         struct err *err)
{
    struct send *ready;
    size_t count;

    for (struct send_entry *entry = b->sends, **link = &b->sends; entry; entry = entry->next) {
        if (!id_equal(entry->send.conversation, lane->lane.conversation.id) ||
            entry->send.state != SEND_READY) {
            link = &entry->next;
            continue;
        }
        *link = entry->next; /* queued in this very batch: it never was owed */
        for (struct message_entry *m = b->messages; m; m = m->next) {
            if (id_equal(m->message.id, entry->send.message)) {
                m->message.status = STATUS_CANCELED;
                m->message.error = str_of(reason);
                m->message.done_ms = b->now_ms;
            }
        }
    }
    if (!lane->lane.exists || lane->insert)
        return true;
    if (!store_ready_sends(b->engine->config.store, lane->key.scope, lane->lane.conversation.id,
                           b->arena, &ready, &count, err))
        return err_add(err, "look for queued texts");
    for (size_t i = 0; i < count; i++) {
        if (!keep_back(b, lane->key.scope, &ready[i], reason, err))
            return err_add(err, "cancel a queued text");
    }
    return true;
}

bool outbox_claim(struct batch *b, struct id message, struct str sid, struct err *err)
{
    bool fresh;

    return store_claim(&b->tx, &sid, &message, 1, &fresh, err);
}

bool outbox_bind(struct batch *b, const struct scope *scope, struct send *send, struct str sid,
                 enum message_status status, int64_t code, struct err *err)
{
    const struct provider *provider = b->engine->config.provider;
    struct str error = STR(""); /* an earlier refusal is over */

    if (send->state == SEND_UNKNOWN)
        b->counts[METRIC_RECONCILED]++;
    if (!outbox_claim(b, send->message, sid, err))
        return err_add(err, "bind a text");
    if (code != 0)
        error = str_of(provider->ops->error_by_code(provider, code).meaning);
    send->state = SEND_DONE;
    send->due_ms = 0;
    return store_put_sends(&b->tx, send, 1, err) &&
           store_set_status(&b->tx, scope, send->message, status, sid, code, error, b->now_ms, err);
}

bool outbox_learn_opt_out(struct batch *b, struct lane_work *lane, int64_t code, struct err *err)
{
    struct consent_event event = { .id = batch_id(b),
                                   .user = lane->key.scope->user,
                                   .number = lane->key.number,
                                   .phone = lane->phone,
                                   .kind = CONSENT_OPT_OUT,
                                   .source = str_of("provider"),
                                   .evidence = arena_printf(b->arena, "%lld", (long long)code),
                                   .at_ms = b->now_ms };

    if (lane->lane.opted_out)
        return true;
    if (!store_add_consent(&b->tx, lane->key.scope, &event, b->engine->config.chance, err))
        return err_add(err, "learn an opt-out");
    lane->lane.opted_out = true;
    b->counts[METRIC_OPT_OUTS]++;
    return turn_supersede(b, lane, OUTCOME_BLOCKED_BY_PROVIDER, "opted out at the provider", err) &&
           outbox_cancel_ready(b, lane, "opted_out", err);
}

/* ---- offering ---- */

static struct str status_url(struct batch *b, struct id message, int64_t attempt)
{
    char id[ID_TEXT_BYTES], proof[33] = "";
    unsigned char mac[16];

    id_format(ID_MESSAGE, message, id);
    vault_mac(b->engine->config.vault, "status",
              arena_printf(b->arena, "%s/%lld", id, (long long)attempt), mac);
    hex_encode(mac, sizeof(mac), proof);
    return arena_printf(b->arena, "%.*s/sms-router/webhook/status?m=%s&a=%lld&t=%s",
                        STR_ARGS(b->engine->config.public_url), id, (long long)attempt, proof);
}

size_t outbox_media(struct str media, struct arena *arena, const struct str **ret)
{
    CLEANUP(json_drop) json_t *list = media.len > 0 ? json_read(media, NULL) : NULL;
    struct str *urls = ARENA_ARRAY(arena, struct str, json_array_size(list));
    size_t count = 0, i;
    json_t *item;

    json_array_foreach (list, i, item) {
        struct str url = { 0 };

        if (json_get_str(item, "url", true, &url, NULL))
            urls[count++] = arena_copy(arena, url);
    }
    *ret = urls;
    return count;
}

static void make_offer(struct batch *b, const struct lane_work *lane, const struct message *message,
                       const struct send *send)
{
    const struct provider *provider = b->engine->config.provider;
    struct effect *effect = batch_effect(b, EFFECT_OFFER, send->user);
    struct outbound_message out = { .from = lane->number->phone,
                                    .to = lane->phone,
                                    .body = message->body,
                                    .status_callback = status_url(b, send->message, send->attempts),
                                    .validity_s = (send->expires_ms - b->now_ms) / 1000 };

    out.media_count = outbox_media(message->media, b->arena, &out.media_urls);
    if (out.validity_s < 60)
        out.validity_s = 60; /* an answer that is let through gets its chance */
    if (out.validity_s > 36000)
        out.validity_s = 36000; /* the provider's most */
    effect->offer.message = send->message;
    effect->offer.attempt = send->attempts;
    provider->ops->build_send(provider, &out, b->arena, &effect->offer.call);
}

/* Is it the confirmation of a STOP? That one text may leave although the contact is opted out. */
static bool is_confirmation(struct batch *b, const struct scope *scope,
                            const struct message *message, bool *ret, struct err *err)
{
    struct message before;
    struct err why = { 0 };

    *ret = false;
    if (!str_is(message->origin, "reply"))
        return true;
    if (!store_message(b->engine->config.store, scope, message->previous, b->arena, &before,
                       &why)) {
        *err = why;
        return why.kind == ERR_NOT_FOUND;
    }
    *ret = before.outcome == OUTCOME_OPT_OUT && id_equal(before.reply, message->id);
    return true;
}

static bool start_one(struct batch *b, struct send *send, struct err *err)
{
    struct scope *scope;
    struct lane_work *lane;
    struct message message;
    const char *reason;
    bool confirmation;

    if (!batch_scope(b, send->user, &scope, err))
        return false;
    if (send->state == SEND_UNKNOWN)
        return reconcile_start(b, scope, send, err);
    if (!store_message(b->engine->config.store, scope, send->message, b->arena, &message, err) ||
        !lane_open_conversation(b, scope, send->conversation, &lane, err) ||
        !is_confirmation(b, scope, &message, &confirmation, err))
        return false;
    reason = b->now_ms > send->expires_ms
                 ? "expired"
                 : door(b, lane, str_is(message.origin, "agent"), confirmation);
    if (reason)
        return keep_back(b, scope, send, reason, err);
    if (!b->engine->config.provider)
        return again_later(b, send, b->now_ms + PROVIDER_MISSING_WAIT_MS);
    send->state = SEND_SENDING;
    send->attempts++;
    send->last_offer_ms = b->now_ms;
    if (send->first_offer_ms == 0)
        send->first_offer_ms = b->now_ms;
    make_offer(b, lane, &message, send);
    owe(b, send);
    return true;
}

bool outbox_start_due(struct batch *b, struct err *err)
{
    struct engine *engine = b->engine;
    size_t free_places = engine->config.sends_in_flight_max - engine->offer_count;
    struct send *due;
    size_t count;

    if (engine->careful > 0 && free_places > 1)
        free_places = 1;
    if (free_places == 0)
        return true;
    if (!store_due_sends(engine->config.store, b->now_ms, free_places, b->arena, &due, &count, err))
        return err_add(err, "look for due texts");
    for (size_t i = 0; i < count; i++) {
        engine->suspect.stage = STAGE_SEND;
        engine->suspect.send = due[i];
        if (!start_one(b, &due[i], err))
            return err_add(err, "start a send");
    }
    return count == 0 || batch_flush(b, err);
}

/* ---- what came of an offer ---- */

static bool refused(struct batch *b, const struct scope *scope, struct send *send,
                    const struct send_reply *reply, struct err *err)
{
    struct store *store = b->engine->config.store;
    bool again = reply->error.retry == RETRY_BACKOFF || reply->error.retry == RETRY_AFTER_FIX ||
                 (reply->error.retry == RETRY_ONCE && send->attempts < 2);
    struct message message;
    struct turn turn;
    struct lane_work *lane;

    b->counts[METRIC_SEND_REFUSED]++;
    log_line(b->engine->config.log, LOG_WARN, "the provider refused a text",
             log_id("message", ID_MESSAGE, send->message), log_int("code", reply->error.code),
             log_text("meaning", reply->error.meaning), log_text("action", reply->error.action));
    if (again && reply->error.code != 0)
        return store_set_status(&b->tx, scope, send->message, STATUS_QUEUED, (struct str){ 0 },
                                reply->error.code, str_of(reply->error.meaning), b->now_ms, err) &&
               again_later(b, send,
                           retry_at_ms(b->now_ms, send->attempts, b->engine->config.chance));
    if (!settle(b, scope, send, STATUS_FAILED, reply->error.code,
                reply->error.code != 0 ? str_of(reply->error.meaning) : reply->detail, err) ||
        !store_message(store, scope, send->message, b->arena, &message, err) ||
        !lane_open_conversation(b, scope, send->conversation, &lane, err))
        return false;
    if (!id_is_zero(message.turn) &&
        (!store_turn(store, scope, message.turn, b->arena, &turn, err) ||
         !turn_set_outcomes(b, scope, &turn, OUTCOME_BLOCKED_BY_PROVIDER, err)))
        return false;
    if (reply->error.class == ERROR_OPTED_OUT)
        return outbox_learn_opt_out(b, lane, reply->error.code, err);
    return true;
}

static bool apply_reply(struct batch *b, const struct scope *scope, struct send *send,
                        const struct send_reply *reply, struct err *err)
{
    const struct engine_config *config = &b->engine->config;

    switch (reply->outcome) {
    case SENT_ACCEPTED:
        b->counts[METRIC_SEND_ACCEPTED]++;
        return outbox_bind(b, scope, send, reply->sid, reply->status, 0, err);
    case SENT_REFUSED: return refused(b, scope, send, reply, err);
    case SENT_NOT:
        b->counts[METRIC_SEND_NOT_SENT]++;
        return again_later(b, send,
                           reply->retry_after_s > 0
                               ? b->now_ms + reply->retry_after_s * 1000
                               : retry_at_ms(b->now_ms, send->attempts, config->chance));
    case SENT_UNKNOWN:
        b->counts[METRIC_SEND_UNKNOWN]++;
        log_line(config->log, LOG_WARN, "nobody knows yet whether a text went out",
                 log_id("message", ID_MESSAGE, send->message), log_str("why", reply->detail));
        send->state = SEND_UNKNOWN;
        send->clean_listings = 0;
        send->due_ms = b->now_ms + config->unknown_wait_ms;
        owe(b, send);
        return true;
    }
    die("a reply with outcome %d", (int)reply->outcome);
}

bool outbox_offered(struct batch *b, struct event *event, struct err *err)
{
    const struct send_reply *reply = &event->offered.reply;
    struct scope *scope;
    struct send send;
    struct err why = { 0 };

    if (!batch_scope(b, event->user, &scope, &why) ||
        !store_send(b->engine->config.store, scope, event->offered.message, &send, &why)) {
        if (why.kind == ERR_NOT_FOUND) /* a callback settled it before, or it was erased */
            return reply->outcome != SENT_ACCEPTED ||
                   outbox_claim(b, event->offered.message, reply->sid, err);
        *err = why;
        return false;
    }
    if (send.state != SEND_SENDING || send.attempts != event->offered.attempt)
        return true;
    return apply_reply(b, scope, &send, reply, err) && batch_flush(b, err);
}
