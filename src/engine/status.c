/*
 * status.c - status callbacks: late, early, twice or never, each is recorded once and never goes
 * back.
 *
 * The URL carries our message id, the attempt and a proof that we made it, so a callback settles an
 * unknown outcome even when the answer to the create call never came.
 */
#include "engine/batch.h"

/* "m=msg_…&a=1&t=<hex>": the message, when the proof holds. */
static bool message_of_query(struct batch *b, struct str query, struct id *ret)
{
    struct str m = http_param(query, "m", b->arena), a = http_param(query, "a", b->arena);
    struct str t = http_param(query, "t", b->arena);
    unsigned char wanted[16], given[16];
    unsigned char difference = 0;

    if (!id_parse(ID_MESSAGE, m, ret) || !hex_decode(t, given, sizeof(given)))
        return false;
    vault_mac(b->engine->config.vault, "status",
              arena_printf(b->arena, "%.*s/%.*s", STR_ARGS(m), STR_ARGS(a)), wanted);
    for (size_t i = 0; i < sizeof(wanted); i++)
        difference |= wanted[i] ^ given[i];
    return difference == 0;
}

static bool record(struct batch *b, const struct scope *scope,
                   const struct status_callback *callback, const struct message *message,
                   int64_t at_ms, struct err *err)
{
    const struct provider *provider = b->engine->config.provider;
    struct status_event event = { .message = message->id,
                                  .status = callback->status,
                                  .error_code = callback->error_code,
                                  .at_ms = at_ms };
    struct provider_error error = { 0 };
    bool fresh;

    if (!store_add_status_event(&b->tx, scope, &event, &fresh, err))
        return false;
    if (!fresh)
        return true;
    b->counts[METRIC_STATUS]++;
    if (callback->error_code != 0)
        error = provider->ops->error_by_code(provider, callback->error_code);
    if (message_status_may_follow(message->status, callback->status) &&
        !store_set_status(&b->tx, scope, message->id, callback->status, callback->sid,
                          callback->error_code, str_of(error.meaning), at_ms, err))
        return false;
    if (error.class == ERROR_OPTED_OUT && callback->error_code != 0) {
        struct lane_work *lane;

        return lane_open_conversation(b, scope, message->conversation, &lane, err) &&
               outbox_learn_opt_out(b, lane, callback->error_code, err) && batch_flush(b, err);
    }
    return true;
}

bool status_apply(struct batch *b, const struct spool_entry *entry, struct err *err)
{
    struct store *store = b->engine->config.store;
    const struct provider *provider = b->engine->config.provider;
    const struct log *log = b->engine->config.log;
    struct status_callback callback;
    struct message message;
    struct scope *scope;
    struct send send;
    struct id id, user;
    struct err why = { 0 };

    if (!provider->ops->read_status(provider, entry->body, b->arena, &callback, &why)) {
        log_line(log, LOG_ERROR, "a spooled status callback cannot be read",
                 log_int("position", entry->position), log_text("why", why.text));
        return quarantine(b->engine, &b->tx, entry, err);
    }
    if (!message_of_query(b, entry->query, &id) &&
        !store_find_sid(store, callback.sid, &id, &why)) {
        if (why.kind != ERR_NOT_FOUND) {
            *err = why;
            return err_add(err, "status callback");
        }
        log_line(log, LOG_WARN, "a status callback for a message that is not ours",
                 log_str("sid", callback.sid), log_str("status", callback.status_text));
        return true;
    }
    if (!store_message_owner(store, id, &user, &why) || !batch_scope(b, user, &scope, &why) ||
        !store_message(store, scope, id, b->arena, &message, &why)) {
        if (why.kind == ERR_NOT_FOUND) /* erased */
            return true;
        *err = why;
        return err_add(err, "status callback");
    }
    if (message.direction != DIRECTION_OUTBOUND)
        return true;
    if (message.provider_sid.len > 0 && !str_equal(message.provider_sid, callback.sid)) {
        log_line(log, LOG_ERROR, "the provider has one text of ours twice",
                 log_id("message", ID_MESSAGE, id), log_str("sid", message.provider_sid),
                 log_str("other_sid", callback.sid));
        return outbox_claim(b, id, callback.sid, err) || err_add(err, "status callback");
    }
    if (store_send(store, scope, id, &send, &why)) {
        /* Proof that the provider has it, whatever became of our call. */
        if (send.state != SEND_READY || send.attempts > 0) {
            if (!outbox_bind(b, scope, &send, callback.sid, STATUS_QUEUED, 0, err))
                return err_add(err, "status callback");
        }
    } else if (why.kind != ERR_NOT_FOUND) {
        *err = why;
        return err_add(err, "status callback");
    } else if (message.provider_sid.len == 0 && /* given up as unconfirmed, and yet it arrived */
               !outbox_claim(b, id, callback.sid, err)) {
        return err_add(err, "status callback");
    }
    if (!callback.known) {
        log_line(log, LOG_WARN, "a status that we do not know", log_id("message", ID_MESSAGE, id),
                 log_str("status", callback.status_text));
        return true;
    }
    return record(b, scope, &callback, &message, entry->received_ms, err) ||
           err_add(err, "status callback");
}
