/*
 * reconcile.c - settling unknown outcomes: did the provider take the text or not?
 *
 * A callback may have settled it already. Otherwise the provider's messages of this pair are
 * listed, newest first, until older than the first offer; a text of ours there that no message of
 * ours owns yet is it. Only when two listings a while apart show nothing, and the absence window is
 * over, is the text offered again, once; after that it is `unconfirmed` and a person decides.
 */
#include "engine/batch.h"

/* By how much our clock may be ahead of the provider's. Generous: what is overlooked is sent twice,
 * and older texts of ours are all known by their SIDs. */
#define CLOCK_SKEW_MS 3600000
#define LISTING_LEASE_MS \
    60000                    /* a listing that is lost with the process is made again after this */
#define LISTING_GAP_MS 60000 /* between two listings that may prove absence */
#define REPEATS_MOST 1

static struct str number_phone(const struct lane_work *lane)
{
    return lane->number ? lane->number->phone : (struct str){ 0 };
}

static void list_page(struct batch *b, const struct lane_work *lane, const struct send *send,
                      struct str page_url)
{
    const struct provider *provider = b->engine->config.provider;
    struct effect *effect = batch_effect(b, EFFECT_LIST, send->user);

    effect->list.message = send->message;
    provider->ops->build_list(provider, number_phone(lane), lane->phone, page_url, b->arena,
                              &effect->list.call);
}

bool reconcile_start(struct batch *b, const struct scope *scope, struct send *send, struct err *err)
{
    struct lane_work *lane;

    if (!lane_open_conversation(b, scope, send->conversation, &lane, err))
        return false;
    send->due_ms = b->now_ms + LISTING_LEASE_MS;
    if (b->engine->config.provider && lane->number)
        list_page(b, lane, send, (struct str){ 0 });
    return store_put_sends(&b->tx, send, 1, err);
}

/* Is this row of the list our text, and nobody's yet? */
static bool is_ours(struct batch *b, const struct listed_message *row, const struct lane_work *lane,
                    const struct message *message, const struct send *send, bool *ret,
                    struct err *err)
{
    const struct str *urls;
    struct id owner;
    struct err why = { 0 };

    *ret = false;
    if (!row->outbound || !str_equal(row->to, lane->phone) ||
        !str_equal(row->body, message->body) ||
        row->media_count != (int64_t)outbox_media(message->media, b->arena, &urls) ||
        row->created_ms < send->first_offer_ms - CLOCK_SKEW_MS)
        return true;
    if (store_find_sid(b->engine->config.store, row->sid, &owner, &why))
        return true; /* it belongs to another message of ours */
    if (why.kind != ERR_NOT_FOUND) {
        *err = why;
        return false;
    }
    *ret = true;
    return true;
}

/* Nothing there: look again, offer again, or leave it to a person. */
static bool absent(struct batch *b, const struct scope *scope, struct send *send, struct err *err)
{
    const struct engine_config *config = &b->engine->config;
    int64_t gap_ms = config->absence_window_ms / 2 < LISTING_GAP_MS ? config->absence_window_ms / 2
                                                                    : LISTING_GAP_MS;
    int64_t window_end_ms = send->last_offer_ms + config->absence_window_ms;

    send->clean_listings++;
    if (send->clean_listings < 2 || b->now_ms < window_end_ms) {
        send->due_ms = b->now_ms + gap_ms;
        if (send->clean_listings >= 1 && send->due_ms < window_end_ms)
            send->due_ms = window_end_ms;
        return store_put_sends(&b->tx, send, 1, err);
    }
    b->counts[METRIC_RECONCILED]++;
    if (send->repeats < REPEATS_MOST && b->now_ms <= send->expires_ms) {
        send->repeats++;
        send->state = SEND_READY;
        send->due_ms = b->now_ms;
        return store_put_sends(&b->tx, send, 1, err);
    }
    send->state = SEND_DONE;
    send->due_ms = 0;
    return store_put_sends(&b->tx, send, 1, err) &&
           store_set_status(&b->tx, scope, send->message, STATUS_UNCONFIRMED, (struct str){ 0 }, 0,
                            str_of("nobody can say whether it went out"), b->now_ms, err);
}

static bool look_through(struct batch *b, const struct scope *scope, struct send *send,
                         const struct message_list *list, struct err *err)
{
    struct lane_work *lane;
    struct message message;

    if (!store_message(b->engine->config.store, scope, send->message, b->arena, &message, err) ||
        !lane_open_conversation(b, scope, send->conversation, &lane, err))
        return false;
    for (size_t i = list->count; i > 0; i--) { /* oldest first: equal texts bind in order */
        const struct listed_message *row = &list->rows[i - 1];
        bool ours;

        if (!is_ours(b, row, lane, &message, send, &ours, err))
            return false;
        if (ours)
            return outbox_bind(b, scope, send, row->sid, row->status, row->error_code, err);
    }
    if (list->next_url.len > 0 && list->count > 0 &&
        list->rows[list->count - 1].created_ms >= send->first_offer_ms - CLOCK_SKEW_MS) {
        list_page(b, lane, send, list->next_url);
        return true;
    }
    return absent(b, scope, send, err);
}

bool reconcile_listed(struct batch *b, struct event *event, struct err *err)
{
    struct scope *scope;
    struct send send;
    struct err why = { 0 };

    if (!batch_scope(b, event->user, &scope, &why) ||
        !store_send(b->engine->config.store, scope, event->listed.message, &send, &why)) {
        if (why.kind == ERR_NOT_FOUND)
            return true;
        *err = why;
        return false;
    }
    if (send.state != SEND_UNKNOWN)
        return true;
    b->work_due = true;
    if (!event->listed.ok) {
        send.due_ms = retry_at_ms(b->now_ms, 3, b->engine->config.chance);
        return store_put_sends(&b->tx, &send, 1, err);
    }
    return look_through(b, scope, &send, &event->listed.list, err) && batch_flush(b, err);
}
