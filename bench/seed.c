/*
 * seed.c - a data directory with many users, made through the store as the program would make it.
 *
 * Each user has one phone (texts_phone) and the echo agent, on one shared number. With --messages
 * each also has a conversation with so many texts, all with their outcome. Rows are added in the
 * order of their keys wherever a table has another order than time: the same rows, in minutes
 * instead of hours.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "loop/clock.h"
#include "store/store.h"
#include "texts.h"

#define ROWS_A_TRANSACTION 5000
#define DAY_MS INT64_C(86400000)
#define WHY                                                                                      \
    "[{\"layer\":\"sender\",\"verdict\":\"pass\"},{\"layer\":\"consent\",\"verdict\":\"pass\"}," \
    "{\"layer\":\"auto_reply\",\"verdict\":\"pass\"},{\"layer\":\"allowlist\",\"verdict\":"      \
    "\"pass\"},"                                                                                 \
    "{\"layer\":\"auto_reply_enabled\",\"verdict\":\"stop\",\"detail\":\"automatic answers are " \
    "off\"}]"

struct person {
    struct scope scope;
    struct id contact, conversation, last_message;
    unsigned char phone_index[VAULT_INDEX_BYTES];
    uint32_t at; /* which phone */
};

struct claim {
    char sid[TEXTS_SID_BYTES];
    struct id message;
};

struct seed {
    const char *dir;
    struct str number_phone;
    size_t users, messages, days_ago; /* messages of each user; the day on which they came */
    struct vault *vault;
    struct store *store;
    struct chance chance;
    struct id_maker ids;
    int64_t now_ms;
    struct id number;
    struct person *people;
    struct claim *claims;
    struct arena arena; /* of a transaction */
    bool progress;
};

static void check(bool ok, const struct err *err)
{
    if (!ok)
        die("%s", err->text);
}

/* ---- rows in transactions ---- */

typedef void (*put_rows)(struct seed *s, struct store_tx *tx, size_t first, size_t count);

static void put_all(struct seed *s, const char *what, size_t count, put_rows put)
{
    struct err err = { 0 };

    for (size_t first = 0; first < count; first += ROWS_A_TRANSACTION) {
        CLEANUP(store_rollback) struct store_tx tx = { 0 };
        size_t rows = count - first < ROWS_A_TRANSACTION ? count - first : ROWS_A_TRANSACTION;

        check(store_begin(s->store, &tx, &err), &err);
        put(s, &tx, first, rows);
        check(store_commit(&tx, &err), &err);
        store_tend(s->store);
        arena_reset(&s->arena);
        if (s->progress)
            fprintf(stderr, "\r%-14s %3zu %%  ", what, (first + rows) * 100 / count);
    }
    if (s->progress)
        fprintf(stderr, "\r%30s\r", "");
}

static void put_users(struct seed *s, struct store_tx *tx, size_t first, size_t count)
{
    struct err err = { 0 };

    for (size_t i = first; i < first + count; i++) {
        struct person *p = &s->people[i];
        char phone[TEXTS_PHONE_BYTES], name[32];
        struct user user = { .id = id_make(&s->ids, s->now_ms, &s->chance),
                             .agent_kind = STR("echo"),
                             .agent_settings = STR("{}"),
                             .created_ms = s->now_ms };

        snprintf(name, sizeof(name), "Person %zu", i);
        user.name = str_of(name);
        check(store_add_user(tx, &user, &s->chance, &err), &err);
        p->scope.user = user.id;
        p->at = (uint32_t)i;
        vault_index(s->vault, USER_INSTALLATION, "phone", texts_phone(i, phone), p->phone_index);
    }
}

static void load_scopes(struct seed *s)
{
    struct err err = { 0 };

    for (size_t i = 0; i < s->users; i++) {
        check(store_scope(s->store, s->people[i].scope.user, &s->arena, &s->people[i].scope, &err),
              &err);
        s->people[i].scope.agent_kind = (struct str){ 0 };
        arena_reset(&s->arena);
    }
}

static void put_phones(struct seed *s, struct store_tx *tx, size_t first, size_t count)
{
    struct err err = { 0 };

    for (size_t i = first; i < first + count; i++) {
        char phone[TEXTS_PHONE_BYTES];

        check(store_add_phone(tx, &s->people[i].scope, texts_phone(s->people[i].at, phone),
                              s->now_ms, &s->chance, &err),
              &err);
    }
}

static void put_contacts(struct seed *s, struct store_tx *tx, size_t first, size_t count)
{
    struct contact *contacts = ARENA_ARRAY(&s->arena, struct contact, count);
    struct contact_write *rows = ARENA_ARRAY(&s->arena, struct contact_write, count);
    struct err err = { 0 };
    bool fresh;

    for (size_t i = 0; i < count; i++) {
        struct person *p = &s->people[first + i];
        char *phone = arena_alloc(&s->arena, TEXTS_PHONE_BYTES);

        p->contact = id_make(&s->ids, s->now_ms, &s->chance);
        p->conversation = id_make(&s->ids, s->now_ms, &s->chance);
        contacts[i] = (struct contact){ .id = p->contact,
                                        .user = p->scope.user,
                                        .phone = texts_phone(p->at, phone),
                                        .created_ms = s->now_ms };
        rows[i] = (struct contact_write){ &p->scope, &contacts[i] };
    }
    check(store_add_contacts(tx, rows, count, &s->chance, &err), &err);
    for (size_t i = 0; i < count; i++) {
        struct allowlist_entry entry = { .user = contacts[i].user,
                                         .phone = contacts[i].phone,
                                         .added_by = STR("conversation_init"),
                                         .added_ms = s->now_ms };

        check(store_add_allowlist(tx, rows[i].scope, &entry, &s->chance, &fresh, &err), &err);
    }
}

/* The first text of everybody, then the second of everybody: as if they had come over weeks. */
static void put_messages(struct seed *s, struct store_tx *tx, size_t first, size_t count)
{
    struct message *messages = ARENA_ARRAY(&s->arena, struct message, count);
    struct message_write *rows = ARENA_ARRAY(&s->arena, struct message_write, count);
    struct err err = { 0 };

    for (size_t i = 0; i < count; i++) {
        struct person *p = &s->people[(first + i) % s->users];
        struct claim *claim = &s->claims[first + i];

        claim->message = id_make(&s->ids, s->now_ms, &s->chance);
        messages[i] = (struct message){ .id = claim->message,
                                        .user = p->scope.user,
                                        .conversation = p->conversation,
                                        .number = s->number,
                                        .previous = p->last_message,
                                        .direction = DIRECTION_INBOUND,
                                        .body = str_of(texts_body(first + i)),
                                        .fields = str_of(texts_geography),
                                        .why = STR(WHY),
                                        .provider_sid = texts_sid(&s->chance, claim->sid),
                                        .status = STATUS_RECEIVED,
                                        .segments = 1,
                                        .outcome = OUTCOME_AUTO_REPLY_DISABLED,
                                        .at_ms = s->now_ms,
                                        .done_ms = s->now_ms };
        rows[i] = (struct message_write){ &p->scope, &messages[i] };
        p->last_message = claim->message;
    }
    check(store_add_messages(tx, rows, count, &s->chance, &err), &err);
}

static void put_claims(struct seed *s, struct store_tx *tx, size_t first, size_t count)
{
    struct str *sids = ARENA_ARRAY(&s->arena, struct str, count);
    struct id *messages = ARENA_ARRAY(&s->arena, struct id, count);
    bool *fresh = ARENA_ARRAY(&s->arena, bool, count);
    struct err err = { 0 };

    for (size_t i = 0; i < count; i++) {
        sids[i] = str_of(s->claims[first + i].sid);
        messages[i] = s->claims[first + i].message;
    }
    check(store_claim(tx, sids, messages, count, fresh, &err), &err);
}

static void put_conversations(struct seed *s, struct store_tx *tx, size_t first, size_t count)
{
    struct conversation *conversations = ARENA_ARRAY(&s->arena, struct conversation, count);
    struct conversation_write *rows = ARENA_ARRAY(&s->arena, struct conversation_write, count);
    int64_t messages = (int64_t)s->messages;
    struct err err = { 0 };

    for (size_t i = 0; i < count; i++) {
        struct person *p = &s->people[first + i];
        char phone[TEXTS_PHONE_BYTES];

        conversations[i] = (struct conversation){ .id = p->conversation,
                                                  .user = p->scope.user,
                                                  .number = s->number,
                                                  .contact = p->contact,
                                                  .last_message = p->last_message,
                                                  .messages_in = messages,
                                                  .last_in_ms = s->now_ms,
                                                  .day = s->now_ms / DAY_MS,
                                                  .day_in = messages,
                                                  .day_segments_in = messages,
                                                  .created_ms = s->now_ms };
        vault_index(s->vault, p->scope.user, "phone", texts_phone(p->at, phone),
                    conversations[i].contact_index);
        rows[i] = (struct conversation_write){ &p->scope, &conversations[i], true };
    }
    check(store_put_conversations(tx, rows, count, &err), &err);
}

/* ---- orders ---- */

static int by_phone_index(const void *a, const void *b)
{
    const struct person *x = a, *y = b;

    return memcmp(x->phone_index, y->phone_index, VAULT_INDEX_BYTES);
}

static int by_user(const void *a, const void *b)
{
    const struct person *x = a, *y = b;

    return id_compare(x->scope.user, y->scope.user);
}

static int by_sid(const void *a, const void *b)
{
    const struct claim *x = a, *y = b;

    return memcmp(x->sid, y->sid, TEXTS_SID_BYTES);
}

/*
 * SIDs have no order, and pages that were filled in order are full to the brim, as they never are
 * in real life. So two thirds go in by order, and then the last third, which parts every page.
 */
static void order_claims(struct seed *s, size_t count)
{
    size_t most = count * 2 / 3;

    qsort(s->claims, most, sizeof(*s->claims), by_sid);
    qsort(s->claims + most, count - most, sizeof(*s->claims), by_sid);
}

/* ---- all of it ---- */

static void open_store(struct seed *s, struct arena *arena)
{
    const char *key = arena_printf(arena, "%s/key", s->dir).ptr;
    struct store_config config = { .path = arena_printf(arena, "%s/answerback.db", s->dir).ptr };
    struct err err = { 0 };

    if (mkdir(s->dir, 0700) != 0)
        die("cannot make %s: %s", s->dir, strerror(errno));
    check(vault_create_key(key, &s->chance, &err) && vault_open(key, &s->vault, &err), &err);
    config.vault = s->vault;
    check(store_migrate(&config, s->now_ms, &s->chance, NULL, &err), &err);
    check(store_open(&config, &s->store, &err), &err);
}

static void put_number(struct seed *s)
{
    CLEANUP(store_rollback) struct store_tx tx = { 0 };
    struct number number = { .id = id_make(&s->ids, s->now_ms, &s->chance),
                             .phone = s->number_phone,
                             .routing = ROUTING_BY_SENDER,
                             .provider_handles_opt_out = true,
                             .created_ms = s->now_ms };
    struct err err = { 0 };

    s->number = number.id;
    check(store_begin(s->store, &tx, &err) && store_add_number(&tx, &number, &s->chance, &err) &&
              store_commit(&tx, &err),
          &err);
}

static void fill(struct seed *s)
{
    size_t texts = s->users * s->messages;

    s->people = calloc(s->users, sizeof(*s->people));
    s->claims = calloc(texts + 1, sizeof(*s->claims));
    if (!s->people || !s->claims)
        die("out of memory");
    put_number(s);
    put_all(s, "users", s->users, put_users);
    load_scopes(s);
    qsort(s->people, s->users, sizeof(*s->people), by_phone_index);
    put_all(s, "phones", s->users, put_phones);
    if (texts > 0) {
        qsort(s->people, s->users, sizeof(*s->people), by_user);
        put_all(s, "contacts", s->users, put_contacts);
        put_all(s, "messages", texts, put_messages);
        order_claims(s, texts);
        put_all(s, "claims", texts, put_claims);
        put_all(s, "conversations", s->users, put_conversations);
    }
    free(s->people);
    free(s->claims);
}

static _Noreturn void refuse(void)
{
    fprintf(stderr,
            "usage: seed --dir DIR [--users N] [--messages N] [--days-ago N] [--number PHONE]\n"
            "  DIR must not exist. Messages are so many for each user, of one day: today, or "
            "before.\n");
    exit(2);
}

static size_t count_of(const char *text, int64_t most)
{
    int64_t value;

    if (!str_to_int(str_of(text), &value) || value < 0 || value > most)
        refuse();
    return (size_t)value;
}

int main(int argc, char **argv)
{
    static const struct option names[] = {
        { "dir", 1, NULL, 'd' },      { "users", 1, NULL, 'u' },  { "messages", 1, NULL, 'm' },
        { "days-ago", 1, NULL, 'a' }, { "number", 1, NULL, 'n' }, { NULL, 0, NULL, 0 },
    };
    struct seed s = { .number_phone = STR("+12025550100"),
                      .users = 10000,
                      .progress = isatty(STDERR_FILENO) };
    CLEANUP(arena_release) struct arena arena = { 0 };
    int which;

    while ((which = getopt_long(argc, argv, "", names, NULL)) >= 0) {
        switch (which) {
        case 'd': s.dir = optarg; break;
        case 'u': s.users = count_of(optarg, TEXTS_USERS_MOST); break;
        case 'm': s.messages = count_of(optarg, 100); break;
        case 'a': s.days_ago = count_of(optarg, 10000); break;
        case 'n': s.number_phone = str_of(optarg); break;
        default: refuse();
        }
    }
    if (optind < argc || !s.dir || s.users == 0)
        refuse();
    clock_chance(&s.chance);
    s.now_ms = clock_now_ms() - (int64_t)s.days_ago * DAY_MS;
    open_store(&s, &arena);
    fill(&s);
    store_close(s.store);
    vault_close(s.vault);
    arena_release(&s.arena);
    return 0;
}
