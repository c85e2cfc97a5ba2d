/*
 * command.c - what commands may do inside the engine's transaction.
 *
 * The web room writes users, numbers and lists through the store itself; whatever touches a
 * conversation, a turn or the outbound door goes through here, so that a batch and its lanes stay
 * one view.
 */
#include <stdlib.h>

#include "engine/batch.h"

void engine_submit(struct engine *engine, struct engine_command *command)
{
    struct event *event = calloc(1, sizeof(*event));

    if (!event)
        die("out of memory");
    event->kind = EVENT_COMMAND;
    event->engine = engine;
    event->command = command;
    mailbox_put(&engine->inbox, &event->letter);
}

struct id engine_new_id(struct engine_tx *tx)
{
    return batch_id(tx->engine->batch);
}

bool engine_numbers_changed(struct engine_tx *tx, struct err *err)
{
    struct batch *b = tx->engine->batch;

    b->numbers_changed = true;
    return batch_flush(b, err) && numbers_load(tx->engine, err);
}

const struct number *engine_number(struct engine_tx *tx, struct id number)
{
    return numbers_by_id(tx->engine, number);
}

const struct number *engine_number_by_phone(struct engine_tx *tx, struct str phone)
{
    return numbers_by_phone(tx->engine, phone);
}

/* The user's own number, else the only shared one. */
static const struct number *default_number(const struct engine *engine, struct id user,
                                           struct err *err)
{
    const struct number *own = NULL, *shared = NULL;
    size_t own_count = 0, shared_count = 0;

    for (size_t i = 0; i < engine->number_count; i++) {
        const struct number *number = &engine->numbers[i];

        if (number->routing == ROUTING_BY_SENDER) {
            shared = number;
            shared_count++;
        } else if (id_equal(number->user, user)) {
            own = number;
            own_count++;
        }
    }
    if (own_count == 1)
        return own;
    if (own_count == 0 && shared_count == 1)
        return shared;
    err_set_field(err, "from",
                  own_count + shared_count == 0
                      ? "from: there is no number to send from"
                      : "from: there are several numbers it could be; name one");
    return NULL;
}

/*
 * On a shared number a phone's answers go to the user who has it, so nobody else may text it there.
 * A phone that nobody has may be texted.
 */
static bool may_text(struct batch *b, const struct scope *scope, const struct number *number,
                     struct str to, struct err *err)
{
    unsigned char index[1][VAULT_INDEX_BYTES];
    struct id owner;

    if (number->routing == ROUTING_BY_NUMBER)
        return id_equal(number->user, scope->user) ||
               err_set_field(err, "from", "from: that number is not this user's");
    vault_index(b->engine->config.vault, USER_INSTALLATION, "phone", to, index[0]);
    if (!store_route_senders(b->engine->config.store,
                             (const unsigned char(*)[VAULT_INDEX_BYTES])index, 1, &owner, err))
        return false;
    return id_is_zero(owner) || id_equal(owner, scope->user) ||
           err_set_field(err, "to", "to: this user cannot text that phone from a shared number");
}

bool engine_send_text(struct engine_tx *tx, const struct scope *scope, const struct number *number,
                      struct str to, struct str body, struct str media_json, int64_t send_at_ms,
                      struct message *ret, struct err *err)
{
    struct batch *b = tx->engine->batch;
    struct outbox_text text = {
        .body = body, .media = media_json, .origin = "api", .send_at_ms = send_at_ms
    };
    struct lane_work *lane;
    struct message *message;
    const char *reason;

    if (!number && !(number = default_number(tx->engine, scope->user, err)))
        return false;
    if (!may_text(b, scope, number, to, err) ||
        !lane_open(b, scope, number, number->id, to, &lane, err))
        return false;
    message = outbox_queue(b, lane, &text, &reason);
    if (reason)
        return err_set(err, ERR_CONFLICT, "%s", reason);
    *ret = *message;
    return true;
}

bool engine_record_consent(struct engine_tx *tx, const struct scope *scope,
                           const struct number *number, struct str phone, enum consent_kind kind,
                           const char *source, struct str evidence, struct err *err)
{
    struct batch *b = tx->engine->batch;
    struct consent_event event = { .id = batch_id(b),
                                   .user = scope->user,
                                   .number = number ? number->id : (struct id){ { 0 } },
                                   .phone = phone,
                                   .kind = kind,
                                   .source = str_of(source),
                                   .evidence = evidence,
                                   .at_ms = b->now_ms };

    if (!store_add_consent(&b->tx, scope, &event, tx->chance, err))
        return err_add(err, "record consent");
    if (kind == CONSENT_OPT_IN)
        return true;
    b->counts[METRIC_OPT_OUTS]++;
    for (size_t i = 0; i < tx->engine->number_count; i++) {
        const struct number *each = &tx->engine->numbers[i];
        struct lane_work *lane;

        if (number && !id_equal(number->id, each->id))
            continue;
        if (!number && each->routing == ROUTING_BY_NUMBER && !id_equal(each->user, scope->user))
            continue;
        if (!lane_open(b, scope, each, each->id, phone, &lane, err))
            return false;
        lane->lane.opted_out = true;
        if (lane->lane.exists && (!turn_supersede(b, lane, OUTCOME_SUPERSEDED, "opted out", err) ||
                                  !outbox_cancel_ready(b, lane, "opted_out", err)))
            return false;
    }
    return true;
}

bool engine_set_handled_by(struct engine_tx *tx, const struct scope *scope, struct id conversation,
                           enum handled_by who, struct err *err)
{
    struct batch *b = tx->engine->batch;
    struct lane_work *lane;

    if (!lane_open_conversation(b, scope, conversation, &lane, err))
        return false;
    lane->lane.conversation.handled_by = who;
    lane->dirty = true;
    return who == HANDLED_BY_AGENT ||
           turn_supersede(b, lane, OUTCOME_HUMAN, "a human took over", err);
}
