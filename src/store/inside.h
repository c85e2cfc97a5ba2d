/*
 * inside.h - what the store's own files share: values in and out of queries, and the scope's seal.
 *
 * Not for other rooms. Parameters are laid out by hand, column by column, beside the query that
 * takes them; cells are taken in the order of the query's columns, and one question at the end
 * (row_ok) tells whether all of them were what they should be.
 */
#pragma once
#include "store/driver.h"
#include "store/store.h"

struct store {
    struct driver *driver;
    const struct vault *vault; /* borrowed */
    const struct log *log;
    bool read_only;
    struct scope installation;
};

/* ---- parameters ---- */

static inline struct value value_null(void)
{
    return (struct value){ .kind = VALUE_NULL };
}
static inline struct value value_int(int64_t number)
{
    return (struct value){ .kind = VALUE_INT, .number = number };
}
static inline struct value value_bytes(const void *bytes, size_t len)
{
    return (struct value){ .kind = VALUE_BYTES, .bytes = { bytes, len } };
}
/* The 16 bytes of *id, borrowed. */
static inline struct value value_id(const struct id *id)
{
    return value_bytes(id->bytes, sizeof(id->bytes));
}
/* An id that may be missing: NULL when zero. */
static inline struct value value_id_or_null(const struct id *id)
{
    return id_is_zero(*id) ? value_null() : value_id(id);
}
static inline struct value value_text(struct str text)
{
    return (struct value){ .kind = VALUE_TEXT, .bytes = text };
}
static inline struct value value_name(const char *name)
{
    return value_text(str_of(name));
}
static inline struct value value_text_or_null(struct str text)
{
    return text.len == 0 ? value_null() : value_text(text);
}
static inline struct value value_index(const unsigned char index[VAULT_INDEX_BYTES])
{
    return value_bytes(index, VAULT_INDEX_BYTES);
}

/* Room for `count` rows of parameters of `query`. */
static inline struct value *params_new(struct arena *arena, const struct query *query, size_t count)
{
    return ARENA_ARRAY(arena, struct value, query->params * count);
}

/* ---- running ---- */

bool store_run(struct store *store, const struct query *query, const struct value *params,
               size_t count, struct arena *arena, struct rows *ret, struct err *err);
/* For writes: needs the open transaction. ret_changed (may be NULL): rows changed by each. */
bool store_write(struct store_tx *tx, const struct query *query, const struct value *params,
                 size_t count, size_t *ret_changed, struct err *err);
/* One row of parameters; how many rows it changed. */
bool store_write_one(struct store_tx *tx, const struct query *query, const struct value *params,
                     size_t *ret_changed, struct err *err);

/* ---- cells ---- */

struct row {
    const struct value *next;
    bool bad; /* a cell was not what was asked for */
};
static inline struct row row_at(const struct rows *rows, size_t i)
{
    return (struct row){ .next = rows->cells + i * rows->columns };
}
int64_t row_int(struct row *row);
bool row_bool(struct row *row);
struct str row_text(struct row *row);                                  /* NULL: empty */
struct str row_bytes(struct row *row);                                 /* NULL: empty */
void row_fixed(struct row *row, void *ret, size_t len);                /* exactly `len` bytes */
struct id row_id(struct row *row);                                     /* NULL: zero */
bool row_ok(const struct row *row, const char *what, struct err *err); /* else ERR_INTERNAL */

/* Names back into enum values. False: no such name. */
bool parse_outcome(struct str name, enum outcome *ret);
bool parse_routing(struct str name, enum routing *ret);
bool parse_unknown_policy(struct str name, enum unknown_policy *ret);
bool parse_first_contact(struct str name, enum first_contact *ret);
bool parse_revocation_policy(struct str name, enum revocation_policy *ret);
bool parse_handled_by(struct str name, enum handled_by *ret);
bool parse_turn_state(struct str name, enum turn_state *ret);
bool parse_send_state(struct str name, enum send_state *ret);
bool parse_consent_kind(struct str name, enum consent_kind *ret);
/* Take a name; an unknown one makes the row bad and leaves the first value. */
#define ROW_NAME(row, parse, ret) ((row)->bad |= !(parse)(row_text(row), (ret)))

/* ---- sealed values ---- */

/* Several texts in one sealed value, each behind its length. */
struct str pack(struct arena *arena, const struct str *parts, size_t count);
bool unpack(struct str packed, struct str *ret, size_t count);

/* Parameter: `plain` sealed under the scope for (table, column, row); an empty text is NULL. */
struct value seal_value(const struct scope *scope, const char *table, const char *column,
                        struct id row, struct str plain, struct chance *chance,
                        struct arena *arena);
/* Cell: the text that seal_value sealed; NULL is the empty text. */
bool unseal_cell(const struct scope *scope, const char *table, const char *column, struct id row,
                 struct str sealed, struct arena *arena, struct str *ret, struct err *err);
/* An index where an id is asked for: rows that are keyed by a blind index are sealed under it. */
struct id id_of_index(const unsigned char index[VAULT_INDEX_BYTES]);

/* A row of another user under this scope is a broken promise of the caller: ERR_INTERNAL. */
bool check_owner(const struct scope *scope, struct id user, struct err *err);
/* Below every id / above every id: where a list starts when the cursor is zero. */
struct id id_before_cursor(struct id cursor);

/* A user keeps messages for `days` from now on: those already passed by are looked at again. */
bool retention_restart(struct store_tx *tx, int64_t days, struct err *err);

/* ---- one row of a table, in the columns' order that its file names ---- */

#define CONVERSATION_COLUMNS                                                              \
    "user_id, number_id, contact_index, id, contact_id, last_message, turn, handled_by, " \
    "messages_in, messages_out, last_in_ms, last_out_ms, recent, day, day_in, day_out, "  \
    "day_segments_in, day_segments_out, asked_ms, created_ms"
bool conversation_of_row(struct row *row, struct conversation *ret, struct err *err);

/* Ids and owners, newest first, of a query with parameters (id before, limit). */
bool owned_ids(struct store *store, const struct query *query, struct id before, size_t limit,
               struct arena *arena, struct owned_id **ret, size_t *ret_count, struct err *err);
/* The one id that a query with one id as parameter gives; ERR_NOT_FOUND. */
bool owner_of(struct store *store, const struct query *query, struct id id, struct id *ret,
              struct err *err);

/* ---- schema ---- */

#define SETTING_VAULT_CHECK "vault_check"
#define SETTING_LEDGER_HEAD "ledger_head"

/* What the database says of itself. ERR_CONFLICT when it is newer, or was migrated differently. */
bool migrations_check(struct driver *driver, int64_t *ret_version, struct err *err);
/* Apply the migration after `version`, inside an open transaction. */
bool migrations_apply(struct driver *driver, int64_t version, int64_t now_ms, struct err *err);
int64_t migrations_newest(void);
