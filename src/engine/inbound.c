/*
 * inbound.c - spooled texts: claimed, routed, screened, stored, each with exactly one outcome.
 *
 * A batch is handled in steps, each step asking the store once for all of them; then the decisions
 * are made one after the other, so that two texts of one conversation in one batch see each other.
 * After a text that changes more than its own conversation the steps begin anew for the rest.
 */
#include "engine/batch.h"

/* One text on its way through the steps. */
struct arrival {
    const struct spool_entry *entry;
    struct inbound_message in;
    struct id id;
    const struct number *number; /* NULL: not ours */
    struct route route;
    struct scope *scope;
    bool last; /* of its round: it changed what the others were loaded by */
};

/* Entries that can be read; the others, of another account perhaps, are kept aside. */
static bool read_entries(struct batch *b, const struct spool_entry *entries, size_t count,
                         struct arrival *ret, size_t *ret_count, struct err *err)
{
    const struct provider *provider = b->engine->config.provider;
    size_t kept = 0;

    for (size_t i = 0; i < count; i++) {
        struct arrival *a = &ret[kept];
        struct err why = { 0 };

        if (entries[i].kind != SPOOL_INBOUND)
            continue;
        *a = (struct arrival){ .entry = &entries[i] };
        if (!provider->ops->read_inbound(provider, entries[i].body, b->arena, &a->in, &why)) {
            log_line(b->engine->config.log, LOG_ERROR, "a spooled text cannot be read",
                     log_int("position", entries[i].position), log_text("why", why.text));
            if (!quarantine(b->engine, &b->tx, &entries[i], err))
                return false;
            continue;
        }
        a->id = batch_id(b);
        a->number = numbers_by_phone(b->engine, a->in.to);
        kept++;
    }
    *ret_count = kept;
    return true;
}

/* Drop the ones whose SID is claimed already. */
static bool claim(struct batch *b, struct arrival *arrivals, size_t *count, struct err *err)
{
    struct str *sids = ARENA_ARRAY(b->arena, struct str, *count);
    struct id *ids = ARENA_ARRAY(b->arena, struct id, *count);
    bool *fresh = ARENA_ARRAY(b->arena, bool, *count);
    size_t kept = 0;

    for (size_t i = 0; i < *count; i++) {
        sids[i] = arrivals[i].in.sid;
        ids[i] = arrivals[i].id;
    }
    if (!store_claim(&b->tx, sids, ids, *count, fresh, err))
        return err_add(err, "claim");
    for (size_t i = 0; i < *count; i++) {
        if (fresh[i])
            arrivals[kept++] = arrivals[i];
    }
    b->counts[METRIC_INBOUND_DUPLICATE] += (int64_t)(*count - kept);
    *count = kept;
    return true;
}

static bool route(struct batch *b, struct arrival *arrivals, size_t count, struct err *err)
{
    const struct vault *vault = b->engine->config.vault;
    unsigned char(*index)[VAULT_INDEX_BYTES] =
        arena_alloc_array(b->arena, VAULT_INDEX_BYTES, count);
    struct id *senders = ARENA_ARRAY(b->arena, struct id, count);

    for (size_t i = 0; i < count; i++)
        vault_index(vault, USER_INSTALLATION, "phone", arrivals[i].in.from, index[i]);
    if (!store_route_senders(b->engine->config.store,
                             (const unsigned char(*)[VAULT_INDEX_BYTES])index, count, senders, err))
        return err_add(err, "route");
    for (size_t i = 0; i < count; i++) {
        struct arrival *a = &arrivals[i];

        if (!route_text(b->engine->config.store, vault, &a->in, a->number, &senders[i], b->arena,
                        &a->route, err))
            return false;
    }
    return true;
}

/* One scope per user, however many texts it has in the batch. */
static bool load_scopes(struct batch *b, struct arrival *arrivals, size_t count, struct err *err)
{
    size_t slots = 64;
    size_t *slot, unique = 0;
    struct id *users = ARENA_ARRAY(b->arena, struct id, count);
    struct scope *scopes = ARENA_ARRAY(b->arena, struct scope, count);
    size_t *which = ARENA_ARRAY(b->arena, size_t, count);

    while (slots < count * 2)
        slots *= 2;
    slot = ARENA_ARRAY(b->arena, size_t, slots); /* index into users + 1 */
    for (size_t i = 0; i < count; i++) {
        struct id user = arrivals[i].route.user;
        size_t at = str_hash(id_bytes(&user)) & (slots - 1);

        while (slot[at] > 0 && !id_equal(users[slot[at] - 1], user))
            at = (at + 1) & (slots - 1);
        if (slot[at] == 0) {
            users[unique++] = user;
            slot[at] = unique;
        }
        which[i] = slot[at] - 1;
    }
    if (!store_scopes(b->engine->config.store, users, unique, b->arena, scopes, err))
        return err_add(err, "open scopes");
    for (size_t i = 0; i < count; i++) {
        struct arrival *a = &arrivals[i];

        a->scope = &scopes[which[i]];
        if (a->scope->found)
            continue;
        /* The user was erased since its number was set up: nobody's text now. */
        a->route = (struct route){ .kind = ROUTE_UNKNOWN, .rule = "user_erased" };
        if (!batch_scope(b, USER_INSTALLATION, &a->scope, err))
            return err_add(err, "open the installation's scope");
    }
    return true;
}

static bool load_lanes(struct batch *b, struct arrival *arrivals, size_t count,
                       struct lane_work **ret, struct err *err)
{
    struct lane_key *keys = ARENA_ARRAY(b->arena, struct lane_key, count);
    struct lane *loaded = ARENA_ARRAY(b->arena, struct lane, count);

    for (size_t i = 0; i < count; i++) {
        struct arrival *a = &arrivals[i];

        lane_key_make(b, a->scope, a->number ? a->number->id : (struct id){ { 0 } }, a->in.from,
                      &keys[i]);
    }
    if (!store_lanes(b->engine->config.store, keys, count, loaded, err))
        return err_add(err, "load lanes");
    for (size_t i = 0; i < count; i++) {
        ret[i] = lane_find(b, &keys[i]);
        if (!ret[i])
            ret[i] = lane_insert(b, &keys[i], &loaded[i], arrivals[i].number, arrivals[i].in.from);
    }
    return true;
}

static struct str media_json(const struct inbound_message *in, struct arena *arena)
{
    struct buf out = { 0 };
    struct json_writer w = { .out = &out };
    struct str json;

    if (in->media_count == 0)
        return (struct str){ 0 };
    json_open_array(&w);
    for (size_t i = 0; i < in->media_count; i++) {
        json_open_object(&w);
        json_field_str(&w, "url", in->media[i].url);
        json_field_str(&w, "content_type", in->media[i].content_type);
        json_close_object(&w);
    }
    json_close_array(&w);
    json = arena_copy(arena, buf_view(&out));
    buf_release(&out);
    return json;
}

/*
 * Somebody who was opted out of everything and texts START to one of the numbers wants to be texted
 * again; what they texted to another number still stands for that one.
 */
static bool lift_opt_out_of_all(struct batch *b, struct arrival *a, struct lane_work *lane,
                                struct consent_event *event, struct err *err)
{
    struct lane now;

    if (!store_lanes(b->engine->config.store, &lane->key, 1, &now, err))
        return false;
    if (!now.opted_out)
        return true;
    event->id = batch_id(b);
    event->number = (struct id){ { 0 } };
    a->last = true;
    return store_add_consent(&b->tx, a->scope, event, b->engine->config.chance, err);
}

static bool record_consent(struct batch *b, struct arrival *a, struct lane_work *lane,
                           const struct policy_decision *decision, struct err *err)
{
    bool was_out = lane->lane.opted_out;
    struct consent_event event = {
        .id = batch_id(b),
        .user = a->scope->user,
        .number = lane->key.number,
        .phone = a->in.from,
        .kind = decision->consent_kind,
        .source = str_of(decision->consent_source),
        .evidence =
            arena_printf(b->arena, "%.*s %.*s", STR_ARGS(a->in.sid), STR_ARGS(decision->evidence)),
        .at_ms = a->entry->received_ms,
    };

    if (!store_add_consent(&b->tx, a->scope, &event, b->engine->config.chance, err))
        return false;
    lane->lane.opted_out = event.kind == CONSENT_OPT_OUT;
    lane->lane.opted_in = event.kind == CONSENT_OPT_IN;
    if (lane->lane.opted_out)
        b->counts[METRIC_OPT_OUTS]++;
    return !was_out || lane->lane.opted_out || lift_opt_out_of_all(b, a, lane, &event, err);
}

/* Policy's own answer. It counts as one: two machines shall not ask each other for help for ever.
 */
static void queue_reply(struct batch *b, struct lane_work *lane,
                        const struct policy_decision *decision, struct message *message)
{
    struct outbox_text text = { .body = decision->reply,
                                .origin = "reply",
                                .confirmation = decision->reply_despite_opt_out };
    const char *reason;

    message->reply = outbox_queue(b, lane, &text, &reason)->id;
    if (reason)
        return;
    window_add(&lane->lane.conversation, b->now_ms);
    if (decision->ask)
        lane->lane.conversation.asked_ms = b->now_ms;
}

/* What the decision asks for beside storing the text. */
static bool carry_out(struct batch *b, struct arrival *a, struct lane_work *lane,
                      const struct policy_decision *decision, struct message *message,
                      struct err *err)
{
    const struct scope *scope = a->scope;
    struct chance *chance = b->engine->config.chance;

    if (decision->join) {
        if (!store_add_phone(&b->tx, scope, a->in.from, b->now_ms, chance, err))
            return err_add(err, "join");
        a->last = true;
    }
    if (decision->answered) {
        lane->lane.conversation.asked_ms = 0;
        lane->dirty = true;
    }
    if (decision->admit) {
        struct allowlist_entry entry = { .user = scope->user,
                                         .phone = a->in.from,
                                         .added_by = str_of("conversation_init"),
                                         .added_ms = b->now_ms };
        bool fresh;

        if (!store_add_allowlist(&b->tx, scope, &entry, chance, &fresh, err))
            return err_add(err, "admit");
        lane_allow(b, lane);
    }
    if (decision->record_consent && !record_consent(b, a, lane, decision, err))
        return err_add(err, "record consent");
    if (decision->cancel_owed &&
        (!turn_supersede(b, lane, OUTCOME_SUPERSEDED,
                         decision->ask ? "asked about an opt-out" : "opted out", err) ||
         !outbox_cancel_ready(b, lane, decision->ask ? "opt_out_asked" : "opted_out", err)))
        return false;
    if (decision->reply.len > 0)
        queue_reply(b, lane, decision, message);
    return decision->turn ? turn_want(b, lane, message, err) : true;
}

static bool apply_one(struct batch *b, struct arrival *a, struct lane_work *lane, struct err *err)
{
    struct user user = { .id = a->scope->user,
                         .suspended = a->scope->suspended,
                         .agent_kind = a->scope->agent_kind };
    struct policy_input in = { .message = &a->in,
                               .now_ms = b->now_ms,
                               .number = a->number,
                               .route = &a->route,
                               .user = &user,
                               .conversation = lane->lane.exists ? &lane->lane.conversation : NULL,
                               .consent = lane_consent(&lane->lane),
                               .allowlisted = lane->lane.allowlisted,
                               .limits = b->engine->config.limits };
    struct policy_decision decision;
    struct message message = { .id = a->id,
                               .direction = DIRECTION_INBOUND,
                               .body = a->in.body,
                               .fields = a->in.fields,
                               .media = media_json(&a->in, b->arena),
                               .provider_sid = a->in.sid,
                               .status = STATUS_RECEIVED,
                               .segments = a->in.segments,
                               .at_ms = a->entry->received_ms };

    policy_decide(&in, b->arena, &decision);
    message.outcome = decision.outcome;
    message.why = policy_layers_json(&decision, b->arena);
    message.done_ms = decision.turn ? 0 : b->now_ms;
    b->counts[METRIC_INBOUND]++;
    return carry_out(b, a, lane, &decision, lane_append(b, lane, &message), err);
}

/* Apply from the first one on, all of them or up to one that changes what the others go by. */
static bool apply_round(struct batch *b, struct arrival *arrivals, size_t count, size_t *ret_done,
                        struct err *err)
{
    struct lane_work **lanes = ARENA_ARRAY(b->arena, struct lane_work *, count);
    size_t done = 0;
    bool last = false;

    if (!route(b, arrivals, count, err) || !load_scopes(b, arrivals, count, err) ||
        !load_lanes(b, arrivals, count, lanes, err))
        return false;
    while (done < count && !last) {
        struct arrival *a = &arrivals[done];

        if (!apply_one(b, a, lanes[done], err))
            return err_add(err, "text at %lld", (long long)a->entry->position);
        last = a->last;
        done++;
    }
    *ret_done = done;
    return batch_flush(b, err);
}

bool inbound_apply(struct batch *b, const struct spool_entry *entries, size_t count,
                   struct err *err)
{
    struct arrival *arrivals = ARENA_ARRAY(b->arena, struct arrival, count);
    size_t left, done = 0;

    if (!read_entries(b, entries, count, arrivals, &left, err) || !claim(b, arrivals, &left, err))
        return false;
    for (; left > 0; arrivals += done, left -= done) {
        if (!apply_round(b, arrivals, left, &done, err))
            return false;
    }
    return true;
}
