/*
 * view.h - what the server answered, for people: aligned tables and records.
 *
 * A column is a heading and where its value stands in the JSON. With --json the server's own text
 * is printed instead, one line per document; a list that goes on is several documents.
 */
#pragma once
#include "cli/client.h"

struct column {
    const char *head;
    const char *path; /* "contact.phone"; times (…_at, at) are shown without fractions, in UTC */
};

/* A value for people, safe on a terminal, in `arena`: "-" when absent, lists joined by commas. */
struct str view_value(json_t *object, const char *path, struct arena *arena);

/* Rows of texts, printed when all are there. The last column is cut to fit a terminal. */
struct grid {
    struct arena arena;
    const struct column *columns;
    size_t column_count;
    struct grid_row *first, **last;
};
void grid_init(struct grid *grid, const struct column *columns, size_t column_count);
void grid_add(struct grid *grid, json_t *object);
void grid_print(const struct grid *grid, FILE *out);
void grid_release(struct grid *grid);

/* "name    value", a line for each column. */
void view_record(json_t *object, const struct column *columns, size_t column_count);

struct list_options {
    bool json, all;
    int64_t limit; /* 50 when 0 */
    bool unpaged;  /* the server gives this list whole and takes no limit */
};
#define LIST_OPTIONS(list)                                                            \
    { "--json", OPTION_FLAG, &(list)->json }, { "--all", OPTION_FLAG, &(list)->all }, \
    {                                                                                 \
        "--limit", OPTION_NUMBER, &(list)->limit                                      \
    }
/* Ask for the list at `path`, page by page, and print it. */
int view_list(struct cli *cli, struct str path, const struct list_options *options,
              const struct column *columns, size_t column_count);
/* Ask for one thing and print it. */
int view_show(struct cli *cli, const char *method, struct str path, json_t *body, bool json,
              const struct column *columns, size_t column_count);
/* Print the server's text as a line. */
void view_json(const struct answer *answer);
