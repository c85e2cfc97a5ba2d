/*
 * api.h - one API request on its way, and what its handlers share. Private to this room.
 *
 * A request is taken in by a server's thread, worked on by the API thread, and, when it changes
 * something, by the engine's thread; always by one of them at a time. Everything made on the way
 * lives in the request's arena and is gone when the answer is given.
 */
#pragma once
#include "base/json.h"
#include "web/route.h"
#include "web/web.h"

struct surface;

struct identity {
    bool admin;
    struct id user;  /* whose token it is; zero for an admin */
    struct id token; /* zero: the admin token of the configuration, or the admin socket */
};

struct api_call {
    struct engine_command command; /* first: its letter carries the call between the threads */
    struct web *web;
    struct surface *surface;
    struct http_request *request;
    struct arena *arena; /* the request's */
    const struct web_route *route;
    struct str args[ROUTE_ARGS_MOST]; /* decoded */
    struct identity who;
    int64_t now_ms;
    uint64_t incident; /* names this call in the log and in a 500 */
    json_t *input;     /* the body; NULL when the route has none */
    bool idempotent;   /* it carried an Idempotency-Key: */
    unsigned char key_hash[32], request_hash[32];
    int status;       /* of the answer; 200 unless the handler says otherwise */
    int error_status; /* overrides what the kind of the error gives; 0: it does not */
    struct buf body;  /* the answer, JSON unless content_type says otherwise; empty with 204 */
    struct json_writer out; /* into body */
    const char *content_type;
    /*
     * Set by a handler that changes something. Runs on the engine's thread, possibly more than once
     * when a commit fails: it reads what the handler has left in `plan` and writes the answer.
     */
    bool (*write)(struct api_call *call, struct engine_tx *tx, struct err *err);
    void *plan;
};

/* What the handlers see of the web. */
struct store *api_reader(const struct api_call *call);
struct engine *api_engine(const struct api_call *call);
const struct web_config *api_config(const struct api_call *call);

/* ---- who may see what (access.c) ---- */

/* ERR_NOT_FOUND, always in the same words, for what is not there or not the caller's. */
bool not_found(struct err *err);
/*
 * The user that the path or a field names, when the caller may see it. `store` is the reader, or
 * the writer inside a write.
 */
bool open_user(const struct api_call *call, struct store *store, struct str id, struct scope *ret,
               struct err *err);
/* By its id; USER_INSTALLATION is for admins. */
bool open_owner(const struct api_call *call, struct store *store, struct id owner,
                struct scope *ret, struct err *err);
/* Of a conversation or message, by its id text. */
bool open_conversation(const struct api_call *call, struct store *store, struct str id,
                       struct scope *ret, struct id *ret_id, struct err *err);
bool open_message(const struct api_call *call, struct store *store, struct str id_or_sid,
                  struct scope *ret, struct id *ret_id, struct err *err);
/* True when an admin asks, or the number is the caller's own or shared. */
bool may_see_number(const struct api_call *call, const struct number *number);
/* A number from the store; ERR_NOT_FOUND. */
bool find_number(const struct api_call *call, struct store *store, struct str id,
                 struct number *ret, struct err *err);

/* ---- reading requests (input.c) ---- */

struct str query_value(const struct api_call *call, const char *name); /* NULL ptr: absent */
/* What a person typed as a phone, in E.164. region: empty for "US". `field` is named in errors. */
bool read_phone(struct str typed, struct str region, const char *field, struct arena *arena,
                struct str *ret, struct err *err);
/* As read_phone, and short codes and alphanumeric senders as they are. */
bool read_address(struct str typed, struct str region, const char *field, struct arena *arena,
                  struct str *ret, struct err *err);
/* The country that the user's phones are read in: that of the first one, or "US". */
bool region_of_user(struct store *store, const struct scope *scope, struct arena *arena,
                    struct str *ret, struct err *err);
struct str region_of_number(const struct number *number, struct arena *arena);
/* A text of at most `characters_most`, without control characters. Absent leaves *ret as it was. */
bool read_line(json_t *object, const char *key, size_t characters_most, struct str *ret,
               struct err *err);
bool read_timezone(struct str name, const char *field, struct err *err);
/* Agent settings: kind and JSON text, checked by the agent itself. Made in `arena`. */
bool read_agent(const struct api_call *call, json_t *settings, const char *prefix,
                struct str *ret_kind, struct str *ret_settings, struct err *err);
/* Length in UTF-16 code units, as providers count. */
size_t utf16_units(struct str text);

/* ---- lists (page.c) ---- */

struct page {
    size_t limit;
    struct id at; /* go on from here; zero: the beginning */
    struct id owner;
};
bool page_read(const struct api_call *call, struct id owner, struct page *ret, struct err *err);
size_t page_offset(const struct page *page); /* for lists by offset */
struct id page_at_offset(size_t offset);     /* `last` of such a list: the offset to go on from */
void page_open(struct api_call *call);
/* `more`: there are further rows after the one at `last`. */
void page_close(struct api_call *call, const struct page *page, bool more, struct id last);

/* ---- resources as JSON (render.c) ---- */

/* What is looked up while a list is written, kept for its next rows. */
struct view {
    const struct api_call *call;
    struct store *store; /* the reader, or the writer inside a write */
    struct arena *arena;
    struct json_writer *out;
    struct number *numbers;
    size_t number_count;
    bool numbers_loaded;
    struct conversation conversation; /* the last one looked up, and its contact */
    struct contact contact;
};
struct view view_make(struct api_call *call, struct store *store, struct arena *arena);
/* Fill view->conversation and view->contact, unless they are that conversation's already. */
bool view_conversation(struct view *view, const struct scope *scope, struct id conversation,
                       struct err *err);
void render_id(struct json_writer *w, const char *key, enum id_kind kind,
               struct id id); /* zero: null */
void render_user(struct json_writer *w, const struct user *user, const struct str *phones,
                 size_t phone_count);
bool render_user_by_scope(struct view *view, const struct scope *scope, struct err *err);
void render_number(struct json_writer *w, const struct api_call *call, const struct number *number);
bool render_conversation(struct view *view, const struct scope *scope, struct id conversation,
                         struct err *err);
bool render_message(struct view *view, const struct scope *scope, const struct message *message,
                    struct err *err);

/* A page of what belongs to different users, each row rendered through its own owner's scope. */
bool list_of_everybody(struct api_call *call, const struct owned_id *rows, size_t count,
                       const struct page *page,
                       bool (*render)(struct view *view, const struct scope *scope, struct id id,
                                      struct err *err),
                       struct err *err);

/* ---- handlers, one for each row of the table in routes.c ---- */

#define API_HANDLER(name) bool name(struct api_call *call, struct err *err)
API_HANDLER(metrics_get);
API_HANDLER(users_list);
API_HANDLER(users_post);
API_HANDLER(user_get);
API_HANDLER(user_patch);
API_HANDLER(user_delete);
API_HANDLER(phones_list);
API_HANDLER(phones_post);
API_HANDLER(phone_delete);
API_HANDLER(agent_get);
API_HANDLER(agent_put);
API_HANDLER(allowlist_list);
API_HANDLER(allowlist_post);
API_HANDLER(allowlist_delete);
API_HANDLER(opt_outs_list);
API_HANDLER(opt_outs_post);
API_HANDLER(opt_out_delete);
API_HANDLER(memory_list);
API_HANDLER(fact_delete);
API_HANDLER(user_usage);
API_HANDLER(user_conversations);
API_HANDLER(user_messages);
API_HANDLER(numbers_list);
API_HANDLER(numbers_post);
API_HANDLER(number_get);
API_HANDLER(number_patch);
API_HANDLER(number_delete);
API_HANDLER(conversations_list);
API_HANDLER(conversation_get);
API_HANDLER(conversation_patch);
API_HANDLER(conversation_messages);
API_HANDLER(messages_list);
API_HANDLER(messages_post);
API_HANDLER(message_get);
API_HANDLER(explain_post);
API_HANDLER(usage_get);
API_HANDLER(tokens_list);
API_HANDLER(tokens_post);
API_HANDLER(token_delete);
