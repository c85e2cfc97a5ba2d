/*
 * demo.h - the server and the pretend Twilio in one process, with people to play.
 *
 * Real code on both sides of a real wire on this machine; nothing reaches a phone. The caller's
 * environment is not looked at, so a Twilio account in it is never used.
 */
#pragma once
#include "base/json.h"
#include "simulator/simulator.h"

#define DEMO_SHARED "+12025550100"
#define DEMO_BAKERY "+12025550110"

/* Who can be played. */
struct demo_person {
    const char *key;    /* "ann", as typed */
    const char *name;   /* "Ann" */
    const char *phone;  /* texts come from here … */
    const char *number; /* … and go to this number of ours */
    const char *about;
};
extern const struct demo_person demo_people[];
extern const size_t demo_people_count;

struct demo_config {
    const char *listen;   /* "127.0.0.1:8000"; NULL: any free port */
    const char *data_dir; /* NULL: a temporary one, removed at the end */
    /* As in struct simulator_config; may be NULL. */
    void (*on_event)(void *context, const struct simulator_event *event);
    void *context;
};

struct demo;

/* Start both and make the users and numbers that are not there yet. */
bool demo_start(const struct demo_config *config, struct demo **ret, struct err *err);
void demo_stop(struct demo *demo); /* NULL is fine */

/* Valid until demo_stop. */
struct str demo_url(const struct demo *demo);
struct str demo_data_dir(const struct demo *demo);
struct str demo_log_path(const struct demo *demo);
bool demo_is_temporary(const struct demo *demo);

/* Text as somebody; as simulator_text. */
bool demo_text(struct demo *demo, struct str from, struct str to, struct str body,
               char ret_sid[SIMULATOR_SID_BYTES], struct err *err);
/*
 * GET over the admin socket. *ret is the caller's to json_decref. ERR_NOT_FOUND for a 404,
 * ERR_INTERNAL for another status.
 */
bool demo_get(struct demo *demo, struct str path, json_t **ret, struct err *err);
