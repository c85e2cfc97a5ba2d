/*
 * testing.h - what the store's tests share: a database in a folder of its own, and rows to put in
 * it.
 *
 * Included by *_test.c only. Time is fixed and chance is seeded, so every run makes the same rows.
 */
#pragma once
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "store/store.h"

#define NOW_MS INT64_C(1763715600000)
#define TODAY (NOW_MS / 86400000)

struct fixture {
    char folder[64], path[96];
    struct vault *vault;
    struct chance chance;
    struct id_maker ids;
    struct store_config config;
    struct store *store;
    struct arena arena;
    struct err err;
};

/* A call that must succeed; on failure its reason is printed. */
#define OK(f, call)                             \
    do {                                        \
        if (!(call)) {                          \
            print_error("%s\n", (f)->err.text); \
            fail();                             \
        }                                       \
    } while (0)
/* A call that must fail, and how. */
#define FAILS(f, want, call)                     \
    do {                                         \
        assert_false(call);                      \
        assert_int_equal((f)->err.kind, (want)); \
    } while (0)

static inline struct id next_id(struct fixture *f)
{
    return id_make(&f->ids, NOW_MS, &f->chance);
}

static inline void fixture_open(struct fixture *f)
{
    OK(f, store_open(&f->config, &f->store, &f->err));
}

static inline void fixture_close(struct fixture *f)
{
    store_close(f->store);
    f->store = NULL;
}

/* A folder with a migrated, empty database. */
static inline struct fixture *fixture_new(void)
{
    static const unsigned char master[32] = "the master key of all the tests";
    struct fixture *f = calloc(1, sizeof(*f));

    assert_non_null(f);
    snprintf(f->folder, sizeof(f->folder), "/tmp/answerback-store-XXXXXX");
    assert_non_null(mkdtemp(f->folder));
    snprintf(f->path, sizeof(f->path), "%s/store.db", f->folder);
    f->vault = vault_open_bytes(master);
    chance_init_number(&f->chance, 17);
    f->config = (struct store_config){ .path = f->path, .vault = f->vault };
    OK(f, store_migrate(&f->config, NOW_MS, &f->chance, NULL, &f->err));
    fixture_open(f);
    return f;
}

static inline void fixture_drop(struct fixture *f)
{
    static const char *const ends[] = { "", "-wal", "-shm", ".lock" };

    fixture_close(f);
    for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
        char name[128];

        snprintf(name, sizeof(name), "%s%s", f->path, ends[i]);
        unlink(name);
    }
    rmdir(f->folder);
    vault_close(f->vault);
    arena_release(&f->arena);
    free(f);
}

/* One transaction around each of these. */
static inline struct store_tx begin(struct fixture *f)
{
    struct store_tx tx;

    OK(f, store_begin(f->store, &tx, &f->err));
    return tx;
}

static inline void commit(struct fixture *f, struct store_tx *tx)
{
    OK(f, store_commit(tx, &f->err));
}

static inline struct scope scope_of(struct fixture *f, struct id user)
{
    struct scope scope = { 0 };

    OK(f, store_scope(f->store, user, &f->arena, &scope, &f->err));
    return scope;
}

/* A user with one phone. */
static inline struct scope new_user(struct fixture *f, const char *name, const char *phone)
{
    struct user user = { .id = next_id(f),
                         .name = str_of(name),
                         .timezone = STR("Europe/Berlin"),
                         .agent_kind = STR("echo"),
                         .agent_settings = STR("{}"),
                         .created_ms = NOW_MS };
    struct store_tx tx = begin(f);
    struct scope scope;

    OK(f, store_add_user(&tx, &user, &f->chance, &f->err));
    scope = scope_of(f, user.id);
    OK(f, store_add_phone(&tx, &scope, str_of(phone), NOW_MS, &f->chance, &f->err));
    commit(f, &tx);
    return scope;
}

static inline struct id new_number(struct fixture *f, const char *phone, struct id user)
{
    struct number number = { .id = next_id(f),
                             .phone = str_of(phone),
                             .name = STR("front desk"),
                             .routing = id_is_zero(user) ? ROUTING_BY_SENDER : ROUTING_BY_NUMBER,
                             .user = user,
                             .created_ms = NOW_MS };
    struct store_tx tx = begin(f);

    OK(f, store_add_number(&tx, &number, &f->chance, &f->err));
    commit(f, &tx);
    return number.id;
}

static inline struct lane_key lane_key(struct fixture *f, const struct scope *scope,
                                       struct id number, struct str phone)
{
    struct lane_key key = { .scope = scope, .number = number };

    vault_index(f->vault, scope->user, "phone", phone, key.contact_index);
    vault_index(f->vault, USER_INSTALLATION, "phone", phone, key.phone_index);
    return key;
}

static inline struct lane lane_of(struct fixture *f, const struct scope *scope, struct id number,
                                  const char *phone)
{
    struct lane_key key = lane_key(f, scope, number, str_of(phone));
    struct lane lane;

    OK(f, store_lanes(f->store, &key, 1, &lane, &f->err));
    return lane;
}

/* A conversation with its contact, and `texts` messages in it. */
struct thread {
    struct scope scope;
    struct contact contact;
    struct conversation conversation;
};

static inline struct id add_text(struct fixture *f, struct store_tx *tx, struct thread *t,
                                 enum direction direction, const char *body)
{
    bool in = direction == DIRECTION_INBOUND;
    struct message message = { .id = next_id(f),
                               .user = t->scope.user,
                               .conversation = t->conversation.id,
                               .number = t->conversation.number,
                               .previous = t->conversation.last_message,
                               .direction = direction,
                               .body = str_of(body),
                               .fields = in ? str_of("NumSegments=1") : str_of(""),
                               .why = in ? str_of("[]") : str_of(""),
                               .status = in ? STATUS_RECEIVED : STATUS_QUEUED,
                               .segments = 1,
                               .origin = in ? str_of("") : str_of("agent"),
                               .at_ms = NOW_MS };
    struct message_write message_write = { &t->scope, &message };
    struct conversation_write conversation_write = { &t->scope, &t->conversation, false };

    t->conversation.last_message = message.id;
    if (in) {
        t->conversation.messages_in++;
        t->conversation.day_in++;
        t->conversation.day_segments_in++;
    } else {
        t->conversation.messages_out++;
        t->conversation.day_out++;
        t->conversation.day_segments_out++;
    }
    OK(f, store_add_messages(tx, &message_write, 1, &f->chance, &f->err));
    OK(f, store_put_conversations(tx, &conversation_write, 1, &f->err));
    return message.id;
}

static inline struct thread new_thread(struct fixture *f, struct scope scope, struct id number,
                                       const char *phone, size_t texts)
{
    struct thread t = { .scope = scope };
    struct contact_write contact_write = { &t.scope, &t.contact };
    struct conversation_write conversation_write = { &t.scope, &t.conversation, true };
    struct store_tx tx = begin(f);

    t.contact = (struct contact){
        .id = next_id(f), .user = scope.user, .phone = str_of(phone), .created_ms = NOW_MS
    };
    t.conversation = (struct conversation){ .id = next_id(f),
                                            .user = scope.user,
                                            .number = number,
                                            .contact = t.contact.id,
                                            .day = TODAY,
                                            .created_ms = NOW_MS };
    vault_index(f->vault, scope.user, "phone", t.contact.phone, t.conversation.contact_index);
    OK(f, store_add_contacts(&tx, &contact_write, 1, &f->chance, &f->err));
    OK(f, store_put_conversations(&tx, &conversation_write, 1, &f->err));
    for (size_t i = 0; i < texts; i++) {
        char body[32];

        snprintf(body, sizeof(body), "text %zu", i + 1);
        add_text(f, &tx, &t, i % 2 ? DIRECTION_OUTBOUND : DIRECTION_INBOUND, body);
    }
    commit(f, &tx);
    return t;
}
