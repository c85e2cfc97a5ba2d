/*
 * checkpoint.h - keeping the write-ahead log of the spool short without stalling who appends.
 *
 * A checkpoint in the appending thread stalls it for tens of milliseconds. So a thread with a
 * connection of its own copies the log into the database and flushes that, again and again until
 * little is left; the appending thread then finishes between two transactions, and the log starts
 * over.
 */
#pragma once
#include <sqlite3.h>

#include "base/err.h"

struct checkpointer;

bool checkpointer_create(const char *path, struct checkpointer **ret, struct err *err);
void checkpointer_destroy(struct checkpointer *c); /* NULL is fine; after the writer is closed */
/* From the appending thread between two transactions; `frames` is what its log holds. */
void checkpointer_tend(struct checkpointer *c, sqlite3 *writer, int frames);
/*
 * True when the database could not be flushed. What the kernel had taken may be gone then, and only
 * a restart, which copies the whole log again, makes it whole: nothing may be acknowledged any
 * more.
 */
bool checkpointer_failed(const struct checkpointer *c);
