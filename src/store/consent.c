/*
 * consent.c - the ledger of opt-outs and opt-ins, and the state it amounts to.
 *
 * The ledger only grows. Each row's hash covers the hash before it and the row, so a changed or
 * missing row shows; how the chain ends is kept in a setting with a proof that needs the master
 * key, so rows cut off at the end show too. Of the sealed columns the hash of what was sealed is
 * covered: that stays when a user is erased and the columns are emptied. Erasure keeps the state as
 * well, by keyed index only, so that nobody is texted after STOP.
 */
#include <sodium.h>

#include "store/inside.h"

#define HASH_BYTES 32
#define PROOF_BYTES 16
#define HEAD_BYTES (8 + HASH_BYTES) /* rows so far, and the last one's hash */
#define LEDGER_PAGE 500             /* rows verified at a time */

#define EVENT_COLUMNS                                                                  \
    "seq, id, user_id, number_id, phone_index, kind, source, at_ms, phone, evidence, " \
    "sealed_hash, hash"
static const struct query last_event = {
    "SELECT seq, hash FROM consent_events ORDER BY seq DESC LIMIT 1", 0
};
static const struct query add_event = {
    "INSERT INTO consent_events (" EVENT_COLUMNS ")"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    12
};
/*
 * The state names the event that made it so; saying the same once more changes nothing, unless it
 * is the person's or the provider's own word ($7), which stands above ours.
 */
static const struct query put_consent = {
    "INSERT INTO consents (phone_index, scope_id, kind, user_id, event_id, at_ms)"
    " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (phone_index, scope_id) DO UPDATE"
    " SET kind = excluded.kind, user_id = excluded.user_id, event_id = excluded.event_id,"
    " at_ms = excluded.at_ms WHERE consents.kind <> excluded.kind OR $7 = 1",
    7
};
static const struct query list_out = {
    "SELECT e.id, e.number_id, e.source, e.at_ms, e.phone, e.evidence"
    " FROM consents AS c JOIN consent_events AS e ON e.id = c.event_id"
    " WHERE c.user_id = $1 AND c.kind = 'opt_out' AND e.user_id = c.user_id"
    " ORDER BY c.at_ms, c.event_id LIMIT $2 OFFSET $3",
    3
};
static const struct query read_ledger = {
    "SELECT " EVENT_COLUMNS " FROM consent_events WHERE seq > $1 ORDER BY seq LIMIT $2", 2
};

/* ---- hashes ---- */

static void hash_number(crypto_generichash_state *state, uint64_t number)
{
    unsigned char bytes[8];

    for (int i = 0; i < 8; i++)
        bytes[i] = (unsigned char)(number >> 8 * i);
    crypto_generichash_update(state, bytes, sizeof(bytes));
}

static void hash_str(crypto_generichash_state *state, struct str s)
{
    hash_number(state, s.len);
    crypto_generichash_update(state, (const unsigned char *)s.ptr, s.len);
}

static void hash_sealed(struct str phone, struct str evidence, unsigned char ret[HASH_BYTES])
{
    crypto_generichash_state state;

    crypto_generichash_init(&state, NULL, 0, HASH_BYTES);
    hash_str(&state, phone);
    hash_str(&state, evidence);
    crypto_generichash_final(&state, ret, HASH_BYTES);
}

/* A ledger row as it is stored. */
struct entry {
    int64_t seq, at_ms;
    struct id id, user, number;
    struct str kind, source, phone, evidence; /* the last two sealed; empty when erased */
    unsigned char phone_index[VAULT_INDEX_BYTES], sealed_hash[HASH_BYTES], hash[HASH_BYTES];
};

static void hash_entry(const unsigned char before[HASH_BYTES], const struct entry *e,
                       unsigned char ret[HASH_BYTES])
{
    crypto_generichash_state state;

    crypto_generichash_init(&state, NULL, 0, HASH_BYTES);
    crypto_generichash_update(&state, before, HASH_BYTES);
    hash_number(&state, (uint64_t)e->seq);
    hash_str(&state, id_bytes(&e->id));
    hash_str(&state, id_bytes(&e->user));
    hash_str(&state, id_bytes(&e->number));
    hash_str(&state, str_make((const char *)e->phone_index, sizeof(e->phone_index)));
    hash_str(&state, e->kind);
    hash_str(&state, e->source);
    hash_number(&state, (uint64_t)e->at_ms);
    hash_str(&state, str_make((const char *)e->sealed_hash, sizeof(e->sealed_hash)));
    crypto_generichash_final(&state, ret, HASH_BYTES);
}

/* How the chain ends: count and hash, followed by our proof of them. */
static void head_of(struct store *store, int64_t seq, const unsigned char hash[HASH_BYTES],
                    unsigned char ret[HEAD_BYTES + PROOF_BYTES])
{
    for (int i = 0; i < 8; i++)
        ret[i] = (unsigned char)((uint64_t)seq >> 8 * i);
    memcpy(ret + 8, hash, HASH_BYTES);
    vault_mac(store->vault, "ledger", str_make((const char *)ret, HEAD_BYTES), ret + HEAD_BYTES);
}

/* ---- appending ---- */

/* The row before the next one; zeros when the ledger is empty. */
static bool read_last(struct store *store, int64_t *ret_seq, unsigned char ret_hash[HASH_BYTES],
                      struct err *err)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    struct rows rows;
    struct row row;

    *ret_seq = 0;
    memset(ret_hash, 0, HASH_BYTES);
    if (!store_run(store, &last_event, NULL, 1, &arena, &rows, err))
        return false;
    if (rows.count == 0)
        return true;
    row = row_at(&rows, 0);
    *ret_seq = row_int(&row);
    row_fixed(&row, ret_hash, HASH_BYTES);
    return row_ok(&row, "consent_events", err);
}

static bool append(struct store_tx *tx, struct entry *e, struct value phone, struct value evidence,
                   struct err *err)
{
    unsigned char before[HASH_BYTES], head[HEAD_BYTES + PROOF_BYTES];
    int64_t last;

    if (!read_last(tx->store, &last, before, err))
        return false;
    e->seq = last + 1;
    hash_sealed(phone.bytes, evidence.bytes, e->sealed_hash);
    hash_entry(before, e, e->hash);
    head_of(tx->store, e->seq, e->hash, head);

    struct value row[] = { value_int(e->seq),
                           value_id(&e->id),
                           value_id(&e->user),
                           value_id_or_null(&e->number),
                           value_index(e->phone_index),
                           value_text(e->kind),
                           value_text(e->source),
                           value_int(e->at_ms),
                           phone,
                           evidence,
                           value_bytes(e->sealed_hash, HASH_BYTES),
                           value_bytes(e->hash, HASH_BYTES) };

    return store_write_one(tx, &add_event, row, NULL, err) &&
           store_set_setting(tx, SETTING_LEDGER_HEAD, str_make((const char *)head, sizeof(head)),
                             err);
}

bool store_add_consent(struct store_tx *tx, const struct scope *scope,
                       const struct consent_event *event, struct chance *chance, struct err *err)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    struct entry e = { .id = event->id,
                       .user = event->user,
                       .number = event->number,
                       .kind = str_of(consent_kind_name(event->kind)),
                       .source = event->source,
                       .at_ms = event->at_ms };
    struct value phone =
        seal_value(scope, "consent_events", "phone", event->id, event->phone, chance, &arena);
    struct value evidence =
        seal_value(scope, "consent_events", "evidence", event->id, event->evidence, chance, &arena);
    struct value state[] = { value_index(e.phone_index),
                             value_id(id_is_zero(e.number) ? &e.user : &e.number),
                             value_text(e.kind),
                             value_id(&e.user),
                             value_id(&e.id),
                             value_int(e.at_ms),
                             value_int(!str_is(e.source, "api")) };

    if (!check_owner(scope, event->user, err))
        return err_add(err, "consent");
    vault_index(tx->store->vault, USER_INSTALLATION, "phone", event->phone, e.phone_index);
    return (append(tx, &e, phone, evidence, err) &&
            store_write_one(tx, &put_consent, state, NULL, err)) ||
           err_add(err, "consent");
}

/* ---- reading ---- */

bool store_opt_outs(struct store *store, const struct scope *scope, size_t offset, size_t limit,
                    struct arena *arena, struct consent_event **ret, size_t *ret_count,
                    struct err *err)
{
    struct value params[] = { value_id(&scope->user), value_int((int64_t)limit),
                              value_int((int64_t)offset) };
    struct consent_event *events;
    struct rows rows;

    if (!store_run(store, &list_out, params, 1, arena, &rows, err))
        return err_add(err, "opt-outs");
    events = ARENA_ARRAY(arena, struct consent_event, rows.count);
    for (size_t i = 0; i < rows.count; i++) {
        struct consent_event *e = &events[i];
        struct row row = row_at(&rows, i);
        struct str phone, evidence;

        e->user = scope->user;
        e->kind = CONSENT_OPT_OUT;
        e->id = row_id(&row);
        e->number = row_id(&row);
        e->source = row_text(&row);
        e->at_ms = row_int(&row);
        phone = row_bytes(&row);
        evidence = row_bytes(&row);
        if (!row_ok(&row, "consent_events", err) ||
            !unseal_cell(scope, "consent_events", "phone", e->id, phone, arena, &e->phone, err) ||
            !unseal_cell(scope, "consent_events", "evidence", e->id, evidence, arena, &e->evidence,
                         err))
            return false;
    }
    *ret = events;
    *ret_count = rows.count;
    return true;
}

static bool entry_of_row(struct row *row, struct entry *ret)
{
    ret->seq = row_int(row);
    ret->id = row_id(row);
    ret->user = row_id(row);
    ret->number = row_id(row);
    row_fixed(row, ret->phone_index, sizeof(ret->phone_index));
    ret->kind = row_text(row);
    ret->source = row_text(row);
    ret->at_ms = row_int(row);
    ret->phone = row_bytes(row);
    ret->evidence = row_bytes(row);
    row_fixed(row, ret->sealed_hash, sizeof(ret->sealed_hash));
    row_fixed(row, ret->hash, sizeof(ret->hash));
    return !row->bad;
}

/* The entry follows `seq` and `hash`, which then are its own. */
static bool entry_holds(const struct entry *e, int64_t *seq, unsigned char hash[HASH_BYTES])
{
    unsigned char sealed[HASH_BYTES], want[HASH_BYTES];

    hash_sealed(e->phone, e->evidence, sealed);
    hash_entry(hash, e, want);
    if (e->seq != *seq + 1 || memcmp(want, e->hash, HASH_BYTES) != 0 ||
        (e->phone.len > 0 && memcmp(sealed, e->sealed_hash, HASH_BYTES) != 0))
        return false;
    *seq = e->seq;
    memcpy(hash, want, HASH_BYTES);
    return true;
}

/* Go on from `seq` for a page; *ret_end when there was nothing left. */
static bool verify_page(struct store *store, int64_t *seq, unsigned char hash[HASH_BYTES],
                        bool *ret_holds, struct id *ret_broken, bool *ret_end, struct err *err)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    struct value params[] = { value_int(*seq), value_int(LEDGER_PAGE) };
    struct rows rows;

    if (!store_run(store, &read_ledger, params, 1, &arena, &rows, err))
        return false;
    *ret_end = rows.count == 0;
    for (size_t i = 0; i < rows.count; i++) {
        struct row row = row_at(&rows, i);
        struct entry e = { 0 };

        if (!entry_of_row(&row, &e) || !entry_holds(&e, seq, hash)) {
            *ret_holds = false;
            *ret_broken = e.id;
            return true;
        }
    }
    return true;
}

static bool verify_head(struct store *store, int64_t seq, const unsigned char hash[HASH_BYTES],
                        bool *ret_holds, struct err *err)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    unsigned char head[HEAD_BYTES + PROOF_BYTES];
    struct str stored;

    if (!store_setting(store, SETTING_LEDGER_HEAD, &arena, &stored, err))
        return false;
    head_of(store, seq, hash, head);
    *ret_holds =
        seq == 0 ? stored.len == 0 : str_equal(stored, str_make((const char *)head, sizeof(head)));
    return true;
}

bool store_verify_ledger(struct store *store, bool *ret_holds, struct id *ret_broken,
                         size_t *ret_rows, struct err *err)
{
    unsigned char hash[HASH_BYTES] = { 0 };
    struct id broken = { 0 };
    bool holds = true, end = false;
    int64_t seq = 0;

    while (holds && !end) {
        if (!verify_page(store, &seq, hash, &holds, &broken, &end, err))
            return err_add(err, "ledger");
    }
    if (holds && !verify_head(store, seq, hash, &holds, err))
        return err_add(err, "ledger");
    *ret_holds = holds;
    *ret_broken = broken;
    *ret_rows = (size_t)seq;
    return true;
}
