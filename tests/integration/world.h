/*
 * world.h - the engine over a real store and spool, in a world that a test writes line by line.
 *
 * Nothing happens by itself: the clock moves when told to, the provider answers when told to, and
 * the agent of kind "slow" answers when told to ("echo" answers at once). Phones of people are
 * fictional; user "ann" has +12025550111, the others count on from there.
 */
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/engine.h"

#define ACCOUNT "AC0123456789abcdef0123456789abcdef"
#define SHARED "+12025550100" /* routed by sender; the provider answers STOP and HELP there */
#define NOW_MS INT64_C(1795000000000)
#define CALLS_MOST 200

#define MUST(call) must((call), &err, #call)
void must(bool ok, const struct err *err, const char *what);

/* A request to the provider. */
struct call {
    bool is_list, answered;
    struct str to, body, query; /* of a create; query: of its status callback */
    http_done *done;
    void *context;
};

/* A question to the slow agent. */
struct question {
    bool answered, cancelled;
    struct id turn;
    size_t new_texts;
    agent_done *done;
    void *context;
};

struct world {
    struct http_client client; /* first: the engine's client is the world */
    struct agent slow;
    struct engine_config config; /* changed before world_restart it counts for the next engine */
    struct engine *engine;
    struct store *store;
    struct spool *spool;
    struct spool_reader *reader;
    struct vault *vault;
    struct provider *provider;
    struct agent *agents[3];
    struct chance chance, engine_chance;
    struct arena arena;
    struct metrics metrics;
    int64_t now_ms;
    int sids;
    struct call calls[CALLS_MOST];
    struct question questions[CALLS_MOST];
    size_t call_count, question_count;
    char folder[64], database[100], spool_path[100];
};

/* setup and teardown for cmocka: *state is the world. */
int world_open(void **state);
int world_close(void **state);
void world_restart(struct world *w); /* the engine only, without a word to anybody */

/* ---- what the engine is given ---- */

/* All that wants to be done now. Fails the test when the engine spins or a step fails. */
void settle(struct world *w);
void pass(struct world *w, int64_t ms); /* the clock moves on, then settle */
/* A user whose agent is of this kind, with this phone (NULL: none). */
struct id add_user(struct world *w, const char *kind, const char *phone);
/* `number.id` and created_ms are set here. */
struct id add_number(struct world *w, struct number number);
/* Spooled only; settle applies. Returns nothing: sids count up from 1. */
void text(struct world *w, const char *from, const char *to, const char *body);
void status(struct world *w, struct str query, const char *sid, const char *word, int code);
/* A command like the API's, in a step of its own. */
typedef bool command_apply(struct world *w, struct engine_tx *tx, const void *context,
                           struct err *err);
bool command(struct world *w, command_apply *apply, const void *context, struct err *err);
/* The same, waiting for the next step, which must take it. */
void command_later(struct world *w, command_apply *apply, const void *context);
struct scope *scope_of(struct world *w, struct store *store, struct id user);

/* ---- what it asked for, and answers ---- */

/* The open call of this kind that was made first. */
struct call *next_call(struct world *w, bool is_list);
size_t open_calls(const struct world *w);
size_t creates(const struct world *w, const char *body); /* offered with this body, NULL: any */
const char *sid_of(struct world *w, int number);         /* of texts the provider took */
void answer_call(struct world *w, struct call *call, enum http_failure failure, int http_status,
                 const char *body);
void accept_call(struct world *w, struct call *call, int sid); /* 201 */
/* Every open create is accepted, and those that follow. */
void accept_all(struct world *w);
void answer_question(struct world *w, size_t which, enum agent_verdict verdict, const char *text);

/* ---- what became of it ---- */

/* All of a user's messages, oldest first; a zero id: the installation's. */
struct message *messages_of(struct world *w, struct id user, size_t *ret_count);
/* The text of or to a contact with this body; fails the test unless there is exactly one. */
struct message received(struct world *w, struct id user, const char *body);
struct message sent(struct world *w, struct id user, const char *body);
enum outcome outcome_of(struct world *w, struct id user, const char *body);
