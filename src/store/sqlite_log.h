/*
 * sqlite_log.h - SQLite's write-ahead log, written in large pieces.
 *
 * SQLite writes each page of a transaction with two small writes. For the writer's connection this
 * puts a file layer between it and the system's that gathers them, and writes them out when SQLite
 * asks for a flush or looks at the file. Nobody sees a difference: pages of a transaction count for
 * other connections only after the flush that commits them. Needs synchronous=FULL for that.
 */
#pragma once
#include <sqlite3.h>

struct log_layer {
    sqlite3_vfs base;  /* first: what SQLite gets is the layer itself */
    sqlite3_vfs *real; /* the system's own */
    char name[40];
};

/* `layer` stays where it is until log_layer_release, after the connections that use it are closed.
 */
int log_layer_init(struct log_layer *layer);
void log_layer_release(struct log_layer *layer); /* fine on a zeroed one */
