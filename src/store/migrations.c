/*
 * migrations.c - the schema, as numbered steps that are never changed once they are out.
 *
 * A step's text is remembered by its checksum: a database that was made by another text is refused.
 * Words with an @ are the driver's (driver.h). What decided the shape is how many random pages a
 * text dirties: messages only grow at the end; a conversation's row, found by its own key, carries
 * all that changes with each text; a contact and its place on the allowlist are one row.
 */
#include <sodium.h>

#include "store/inside.h"

/* clang-format off */
static const char *const first[] = {
    "CREATE TABLE settings ("
    "  name @text NOT NULL PRIMARY KEY,"
    "  value @bytes NOT NULL"
    ") @clustered",

    /* A row of its own: it changes with every transaction. */
    "CREATE TABLE spool_position ("
    "  id @int NOT NULL PRIMARY KEY CHECK (id = 1),"
    "  position @int NOT NULL"
    ") @heap",
    "INSERT INTO spool_position (id, position) VALUES (1, 0)",

    "CREATE TABLE users ("
    "  id @bytes NOT NULL PRIMARY KEY CHECK (length(id) = 16),"
    "  wrapped_key @bytes NOT NULL,"
    "  suspended @int NOT NULL,"
    "  agent_kind @text NOT NULL,"
    "  retention_days @int NOT NULL,"
    "  created_ms @int NOT NULL,"
    "  invite_index @bytes,"
    "  profile @bytes"                    /* sealed: name, timezone, agent settings, invite code */
    ") @clustered",
    "CREATE UNIQUE INDEX users_invite ON users (invite_index) WHERE invite_index IS NOT NULL",
    "CREATE INDEX users_retention ON users (retention_days) WHERE retention_days > 0",

    "CREATE TABLE user_phones ("
    "  phone_index @bytes NOT NULL PRIMARY KEY,"  /* the installation's index: one user a phone */
    "  user_id @bytes NOT NULL REFERENCES users (id),"
    "  created_ms @int NOT NULL,"
    "  phone @bytes NOT NULL"             /* sealed */
    ") @clustered",
    "CREATE INDEX user_phones_user ON user_phones (user_id)",

    "CREATE TABLE numbers ("
    "  id @bytes NOT NULL PRIMARY KEY,"
    "  phone_index @bytes NOT NULL UNIQUE,"
    "  user_id @bytes NOT NULL REFERENCES users (id),"
    "  routing @text NOT NULL,"
    "  unknown_policy @text NOT NULL,"
    "  first_contact @text NOT NULL,"
    "  revocation @text NOT NULL,"
    "  provider_handles_opt_out @int NOT NULL,"
    "  region @text NOT NULL,"
    "  created_ms @int NOT NULL,"
    "  in_use @int NOT NULL,"             /* a conversation was made on it once */
    "  texts @bytes NOT NULL"             /* sealed: phone, name, and the texts for people */
    ") @heap",

    /* A phone that a user knows: by a conversation (id), by the allowlist (allowed_ms), or both. */
    "CREATE TABLE contacts ("
    "  user_id @bytes NOT NULL REFERENCES users (id),"
    "  contact_index @bytes NOT NULL,"
    "  id @bytes,"
    "  created_ms @int NOT NULL,"
    "  allowed_ms @int,"
    "  allowed_by @text,"
    "  phone @bytes NOT NULL,"            /* sealed */
    "  name @bytes,"                      /* sealed */
    "  PRIMARY KEY (user_id, contact_index)"
    ") @heap",
    "CREATE UNIQUE INDEX contacts_id ON contacts (id) WHERE id IS NOT NULL",

    "CREATE TABLE conversations ("
    "  user_id @bytes NOT NULL,"
    "  number_id @bytes NOT NULL,"
    "  contact_index @bytes NOT NULL,"
    "  id @bytes NOT NULL UNIQUE,"
    "  contact_id @bytes NOT NULL,"
    "  allowlisted @int NOT NULL,"        /* as the contact's row says: saves each text a look-up */
    "  last_message @bytes,"
    "  turn @bytes,"
    "  handled_by @text NOT NULL,"
    "  messages_in @int NOT NULL,"
    "  messages_out @int NOT NULL,"
    "  last_in_ms @int NOT NULL,"
    "  last_out_ms @int NOT NULL,"
    "  recent @bytes,"                    /* times of recent answers, packed */
    "  day @int NOT NULL,"
    "  day_in @int NOT NULL,"
    "  day_out @int NOT NULL,"
    "  day_segments_in @int NOT NULL,"
    "  day_segments_out @int NOT NULL,"
    "  asked_ms @int NOT NULL,"
    "  created_ms @int NOT NULL,"
    "  PRIMARY KEY (user_id, contact_index, number_id)"
    ") @heap",

    "CREATE TABLE messages ("
    "  id @bytes NOT NULL PRIMARY KEY,"
    "  user_id @bytes NOT NULL,"
    "  conversation_id @bytes,"
    "  number_id @bytes,"
    "  previous @bytes,"
    "  outbound @int NOT NULL,"
    "  status @text NOT NULL,"
    "  outcome @text NOT NULL,"
    "  segments @int NOT NULL,"
    "  error_code @int NOT NULL,"
    "  error @text,"
    "  turn @bytes,"
    "  reply @bytes,"
    "  origin @text,"
    "  provider_sid @text,"
    "  at_ms @int NOT NULL,"
    "  done_ms @int NOT NULL,"
    "  body @bytes,"                      /* sealed */
    "  extra @bytes"                      /* sealed: fields, media, why */
    ") @heap",

    /* Seen for ever; it names no one. */
    "CREATE TABLE claims ("
    "  sid @bytes NOT NULL PRIMARY KEY,"
    "  message_id @bytes NOT NULL"
    ") @clustered",

    "CREATE TABLE status_events ("
    "  message_id @bytes NOT NULL,"
    "  status @text NOT NULL,"
    "  error_code @int NOT NULL,"
    "  at_ms @int NOT NULL,"
    "  user_id @bytes NOT NULL,"
    "  PRIMARY KEY (message_id, status, error_code)"
    ") @clustered",

    "CREATE TABLE turns ("
    "  id @bytes NOT NULL PRIMARY KEY,"
    "  user_id @bytes NOT NULL,"
    "  conversation_id @bytes NOT NULL,"
    "  state @text NOT NULL,"
    "  first_message @bytes,"
    "  last_message @bytes,"
    "  attempts @int NOT NULL,"
    "  due_ms @int NOT NULL,"
    "  created_ms @int NOT NULL,"
    "  started_ms @int NOT NULL,"
    "  finished_ms @int NOT NULL,"
    "  replies @bytes,"
    "  detail @text"
    ") @clustered",
    "CREATE INDEX turns_due ON turns (due_ms) WHERE state IN ('waiting', 'running')",
    /* A user's turns are found from the user's messages: both of these only grow at the end. */
    "CREATE INDEX turns_first ON turns (first_message) WHERE first_message IS NOT NULL",
    "CREATE INDEX turns_alone ON turns (user_id) WHERE first_message IS NULL",

    "CREATE TABLE sends ("
    "  message_id @bytes NOT NULL PRIMARY KEY,"
    "  user_id @bytes NOT NULL,"
    "  conversation_id @bytes NOT NULL,"
    "  number_id @bytes NOT NULL,"
    "  state @text NOT NULL,"
    "  attempts @int NOT NULL,"
    "  repeats @int NOT NULL,"
    "  clean_listings @int NOT NULL,"
    "  due_ms @int NOT NULL,"
    "  first_offer_ms @int NOT NULL,"
    "  last_offer_ms @int NOT NULL,"
    "  expires_ms @int NOT NULL"
    ") @clustered",
    "CREATE INDEX sends_due ON sends (due_ms) WHERE state IN ('ready', 'unknown')",
    "CREATE INDEX sends_conversation ON sends (conversation_id, message_id)",

    /* The ledger only grows. Erasing a user empties its sealed columns, never a row. */
    "CREATE TABLE consent_events ("
    "  seq @int NOT NULL PRIMARY KEY,"
    "  id @bytes NOT NULL UNIQUE,"
    "  user_id @bytes NOT NULL,"
    "  number_id @bytes,"
    "  phone_index @bytes NOT NULL,"
    "  kind @text NOT NULL,"
    "  source @text NOT NULL,"
    "  at_ms @int NOT NULL,"
    "  phone @bytes,"                     /* sealed */
    "  evidence @bytes,"                  /* sealed */
    "  sealed_hash @bytes NOT NULL,"      /* of the two sealed columns, outlives them */
    "  hash @bytes NOT NULL"              /* of the hash before and this row */
    ") @heap",
    "CREATE INDEX consent_events_user ON consent_events (user_id)",

    /* What the ledger amounts to: per phone, for a number or (its id) for all of a user's. */
    "CREATE TABLE consents ("
    "  phone_index @bytes NOT NULL,"
    "  scope_id @bytes NOT NULL,"
    "  kind @text NOT NULL,"
    "  user_id @bytes NOT NULL,"
    "  event_id @bytes NOT NULL,"
    "  at_ms @int NOT NULL,"
    "  PRIMARY KEY (phone_index, scope_id)"
    ") @clustered",
    "CREATE INDEX consents_out ON consents (user_id, at_ms) WHERE kind = 'opt_out'",

    "CREATE TABLE memory_facts ("
    "  id @bytes NOT NULL PRIMARY KEY,"
    "  user_id @bytes NOT NULL REFERENCES users (id),"
    "  contact_id @bytes NOT NULL,"
    "  created_ms @int NOT NULL,"
    "  text @bytes"                       /* sealed */
    ") @heap",
    "CREATE INDEX memory_facts_contact ON memory_facts (user_id, contact_id, id)",

    "CREATE TABLE usage_daily ("
    "  user_id @bytes NOT NULL,"
    "  day @int NOT NULL,"
    "  messages_in @int NOT NULL,"
    "  messages_out @int NOT NULL,"
    "  segments_in @int NOT NULL,"
    "  segments_out @int NOT NULL,"
    "  PRIMARY KEY (user_id, day)"
    ") @clustered",
    "CREATE INDEX usage_daily_day ON usage_daily (day)",

    "CREATE TABLE api_tokens ("
    "  id @bytes NOT NULL PRIMARY KEY,"
    "  user_id @bytes NOT NULL REFERENCES users (id),"
    "  hash @bytes NOT NULL UNIQUE,"
    "  name @text NOT NULL,"
    "  created_ms @int NOT NULL"
    ") @heap",
    "CREATE INDEX api_tokens_user ON api_tokens (user_id)",

    "CREATE TABLE saved_answers ("
    "  key @bytes NOT NULL PRIMARY KEY,"
    "  request_hash @bytes NOT NULL,"
    "  status @int NOT NULL,"
    "  created_ms @int NOT NULL,"
    "  body @bytes"                       /* sealed by the installation */
    ") @heap",
    "CREATE INDEX saved_answers_created ON saved_answers (created_ms)",
    NULL
};
/* clang-format on */

static const struct migration {
    const char *name;
    const char *const *statements; /* ends with NULL */
} migrations[] = {
    { "first", first },
};

static const char *const own_table = "CREATE TABLE schema_migrations ("
                                     "  version @int NOT NULL PRIMARY KEY,"
                                     "  name @text NOT NULL,"
                                     "  checksum @bytes NOT NULL,"
                                     "  applied_ms @int NOT NULL"
                                     ") @heap";

#define CHECKSUM_BYTES 32

static const struct query applied = {
    "SELECT version, checksum FROM schema_migrations ORDER BY version", 0
};
static const struct query record = {
    "INSERT INTO schema_migrations (version, name, checksum, applied_ms) VALUES ($1, $2, $3, $4)", 4
};

int64_t migrations_newest(void)
{
    return (int64_t)ARRAY_LEN(migrations);
}

static void checksum_of(const struct migration *m, unsigned char ret[CHECKSUM_BYTES])
{
    crypto_generichash_state state;

    crypto_generichash_init(&state, NULL, 0, CHECKSUM_BYTES);
    for (const char *const *sql = m->statements; *sql; sql++) /* with its NUL, as a separator */
        crypto_generichash_update(&state, (const unsigned char *)*sql, strlen(*sql) + 1);
    crypto_generichash_final(&state, ret, CHECKSUM_BYTES);
}

bool migrations_check(struct driver *driver, int64_t *ret_version, struct err *err)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    struct rows rows;
    bool exists, others;

    if (!driver->ops->has_table(driver, "schema_migrations", &exists, err))
        return false;
    if (!exists) {
        if (!driver->ops->has_table(driver, NULL, &others, err))
            return false;
        if (others)
            return err_set(err, ERR_CONFLICT, "this is another program's database");
        *ret_version = 0;
        return true;
    }
    if (!driver->ops->run(driver, &applied, NULL, 1, &arena, &rows, NULL, err))
        return false;
    if (rows.count == 0)
        return err_set(err, ERR_CONFLICT, "the list of the database's migrations is empty");
    if (rows.count > ARRAY_LEN(migrations))
        return err_set(err, ERR_CONFLICT,
                       "the database is of a newer version (%zu, this program knows %zu)",
                       rows.count, ARRAY_LEN(migrations));
    for (size_t i = 0; i < rows.count; i++) {
        struct row row = row_at(&rows, i);
        unsigned char had[CHECKSUM_BYTES] = { 0 }, want[CHECKSUM_BYTES];
        int64_t version = row_int(&row);

        row_fixed(&row, had, sizeof(had));
        checksum_of(&migrations[i], want);
        if (row.bad || version != (int64_t)i + 1 || memcmp(had, want, sizeof(want)) != 0)
            return err_set(err, ERR_CONFLICT,
                           "migration %zu of the database is not the one this program knows",
                           i + 1);
    }
    *ret_version = (int64_t)rows.count;
    return true;
}

/* `sql` with each of the driver's words replaced. */
static void translate(const struct driver_ops *ops, const char *sql, struct buf *out)
{
    while (*sql) {
        const struct dialect *d = ops->dialect;

        while (*sql == '@' && d->word && strncmp(sql + 1, d->word, strlen(d->word)) != 0)
            d++;
        if (*sql == '@' && d->word) {
            buf_add_text(out, d->sql);
            sql += 1 + strlen(d->word);
        } else {
            buf_add_char(out, *sql++);
        }
    }
}

static bool run_statement(struct driver *driver, const char *sql, struct err *err)
{
    CLEANUP(buf_release) struct buf out = { 0 };

    translate(driver->ops, sql, &out);
    return driver->ops->script(driver, buf_text(&out), err);
}

bool migrations_apply(struct driver *driver, int64_t version, int64_t now_ms, struct err *err)
{
    const struct migration *m = &migrations[version];
    CLEANUP(arena_release) struct arena arena = { 0 };
    unsigned char checksum[CHECKSUM_BYTES];
    struct value params[] = { value_int(version + 1), value_name(m->name),
                              value_bytes(checksum, sizeof(checksum)), value_int(now_ms) };

    checksum_of(m, checksum);
    if (version == 0 && !run_statement(driver, own_table, err))
        return err_add(err, "migrations");
    for (const char *const *sql = m->statements; *sql; sql++) {
        if (!run_statement(driver, *sql, err))
            return err_add(err, "migration %d (%s)", (int)version + 1, m->name);
    }
    return driver->ops->run(driver, &record, params, 1, &arena, NULL, NULL, err) ||
           err_add(err, "migration %d (%s)", (int)version + 1, m->name);
}
