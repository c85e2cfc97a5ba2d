/*
 * demo_talk.h - playing people in the demo: a text goes out, and everything it leads to is shown.
 *
 * What is shown of the last text is kept without colours, so that a script can expect something of
 * it. One thread, but for talk_event.
 */
#pragma once
#include "app/demo.h"
#include "cli/style.h"
#include "loop/mailbox.h"

struct talk {
    struct demo *demo;
    struct style style;
    int ends_fd;                   /* readable when a signal asks to end */
    bool ended;                    /* it did */
    struct mailbox events;         /* from the simulator's thread */
    char sid[SIMULATOR_SID_BYTES]; /* of the last text; empty before the first */
    struct str from;               /* who sent it; a view that outlives the talk */
    struct buf shown;              /* of the last text, plain */
    bool in_text;                  /* what is shown belongs to the last text */
    bool at_prompt; /* the cursor stands behind a prompt; cleared when something is shown */
};

void talk_init(struct talk *talk, const struct style *style, int ends_fd);
void talk_release(struct talk *talk);
/* For struct demo_config: on_event, with the talk as context. Any thread. */
void talk_event(void *talk, const struct simulator_event *event);

/*
 * Text, and show what happens until it is settled. `from` must outlive the talk. ERR_INVALID when
 * the simulator does not take it; ERR_UNAVAILABLE when it was not settled in good time.
 */
bool talk_text(struct talk *talk, struct str from, struct str to, struct str body, struct err *err);
/* Show what has come since: reminders, for one. */
void talk_news(struct talk *talk);
/* "Ann" for a phone of somebody who can be played, "shared" for a number; else as it is. */
struct str talk_name(struct str phone);
/* The whole story of the last text, or of `id`. */
bool talk_why(struct talk *talk, struct str id, struct err *err);
