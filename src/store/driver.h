/*
 * driver.h - what the store needs of a database engine, and no more.
 *
 * A query is a text that both SQLite and PostgreSQL accept, with $1, $2 … for its parameters. It is
 * always run with a whole batch of rows of parameters, in order: one engine steps a prepared
 * statement for each, another sends them all down its pipeline before it reads an answer. Results
 * are copied out, so nothing of the engine leaves the driver. The words that differ between engines
 * (column types of the migrations) are the driver's own.
 */
#pragma once
#include "base/arena.h"
#include "base/err.h"
#include "base/id.h"
#include "base/log.h"

enum value_kind { VALUE_NULL, VALUE_INT, VALUE_BYTES, VALUE_TEXT };

/* A parameter or a cell of a result. Texts and bytes are borrowed. */
struct value {
    enum value_kind kind;
    int64_t number;
    struct str bytes;
};

/* Prepared at its first use and kept; known by its address, so it must be static. */
struct query {
    const char *sql;
    size_t params;
};

/* Result rows of a batch, in the order of the parameter rows that gave them. */
struct rows {
    size_t count, columns;
    const struct value *cells; /* count times columns */
    const size_t *from;        /* for each row: the index of its parameter row */
};

struct driver {
    const struct driver_ops *ops;
};

struct driver_config {
    const char *path;
    const struct log *log;
    bool read_only; /* nothing is written, and missing files are not made */
    bool create;    /* make the database when there is none */
};

struct driver_ops {
    const char *name;
    /* Words of the migrations and what this engine says for them; ends with a NULL word. */
    const struct dialect {
        const char *word, *sql;
    } * dialect;

    /* A writer holds the database alone: ERR_CONFLICT when another one has it. */
    bool (*open)(const struct driver_config *config, struct driver **ret, struct err *err);
    void (*close)(struct driver *driver);
    /* Whether a table of this name exists, or any table at all when `name` is NULL. */
    bool (*has_table)(struct driver *driver, const char *name, bool *ret, struct err *err);
    /* Several statements without parameters or results. */
    bool (*script)(struct driver *driver, const char *sql, struct err *err);
    /*
     * Run `query` once for each of `count` rows of parameters. ret_rows (may be NULL) is made in
     * `arena`; ret_changed (may be NULL) has for each parameter row how many rows it changed. A
     * unique key that is taken is ERR_CONFLICT. After a failure the transaction is good for nothing
     * but a rollback, to its start or to a savepoint.
     */
    bool (*run)(struct driver *driver, const struct query *query, const struct value *params,
                size_t count, struct arena *arena, struct rows *ret_rows, size_t *ret_changed,
                struct err *err);

    bool (*begin)(struct driver *driver, struct err *err);
    bool (*commit)(struct driver *driver, struct err *err);
    void (*rollback)(struct driver *driver); /* fine when there is no transaction any more */
    bool (*savepoint)(struct driver *driver, struct err *err);
    bool (*savepoint_keep)(struct driver *driver, struct err *err);
    bool (*savepoint_undo)(struct driver *driver, struct err *err);
    /* Upkeep between two transactions of the writer; quick when there is nothing to do. */
    void (*tend)(struct driver *driver);
};

extern const struct driver_ops sqlite_driver;
