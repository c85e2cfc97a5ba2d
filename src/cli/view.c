/*
 * view.c - JSON as aligned tables and records.
 *
 * Everything printed goes through text_safe: names and bodies were written by strangers.
 */
#include "cli/view.h"

#include <stdio.h>
#include <unistd.h>

#include "cli/text.h"

#define PAGE_MOST 200
#define LIMIT_DEFAULT 50
#define GAP 2
#define LAST_COLUMN_LEAST 20

struct grid_row {
    struct grid_row *next;
    struct str *cells;
};

static json_t *value_at(json_t *object, const char *path)
{
    struct str rest = str_of(path), name;

    while (object && str_cut(&rest, '.', &name))
        object = json_object_getn(object, name.ptr, name.len);
    return object;
}

/* "2026-11-21T08:30:00.000Z" as "2026-11-21 08:30:00". */
static struct str show_time(struct str time, struct arena *arena)
{
    if (time.len < 19 || time.ptr[10] != 'T')
        return time;
    return arena_printf(arena, "%.10s %.8s", time.ptr, time.ptr + 11);
}

static bool is_time(const char *path)
{
    struct str s = str_of(path);

    return str_ends(s, str_of("_at")) || str_is(s, "at");
}

static struct str show_list(json_t *list, struct arena *arena)
{
    CLEANUP(buf_release) struct buf out = { 0 };
    json_t *each;
    size_t i;

    json_array_foreach (list, i, each) {
        char *text = json_is_string(each) ? NULL : json_dumps(each, JSON_COMPACT | JSON_ENCODE_ANY);

        buf_add_text(&out, i > 0 ? ", " : "");
        buf_add(&out,
                text ? str_of(text) : str_make(json_string_value(each), json_string_length(each)));
        free(text);
    }
    return out.len > 0 ? text_safe(buf_view(&out), " ", arena) : str_of("-");
}

struct str view_value(json_t *object, const char *path, struct arena *arena)
{
    json_t *value = value_at(object, path);
    struct str text = { 0 };
    char *dumped;

    if (json_is_string(value)) {
        text = str_make(json_string_value(value), json_string_length(value));
        if (text.len == 0)
            return str_of("-");
        return text_safe(is_time(path) ? show_time(text, arena) : text, "⏎ ", arena);
    }
    if (!value || json_is_null(value))
        return str_of("-");
    if (json_is_boolean(value))
        return str_of(json_is_true(value) ? "yes" : "no");
    if (json_is_array(value))
        return show_list(value, arena);
    dumped = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
    text = text_safe(str_of(dumped), " ", arena);
    free(dumped);
    return text;
}

void grid_init(struct grid *grid, const struct column *columns, size_t column_count)
{
    *grid = (struct grid){ .columns = columns, .column_count = column_count };
    grid->last = &grid->first;
}

void grid_add(struct grid *grid, json_t *object)
{
    struct grid_row *row = ARENA_NEW(&grid->arena, struct grid_row);

    row->cells = ARENA_ARRAY(&grid->arena, struct str, grid->column_count);
    for (size_t i = 0; i < grid->column_count; i++)
        row->cells[i] = view_value(object, grid->columns[i].path, &grid->arena);
    *grid->last = row;
    grid->last = &row->next;
}

static size_t column_width(const struct grid *grid, size_t column)
{
    size_t width = text_width(str_of(grid->columns[column].head));

    for (const struct grid_row *row = grid->first; row; row = row->next) {
        size_t cell = text_width(row->cells[column]);

        width = cell > width ? cell : width;
    }
    return width;
}

void grid_print(const struct grid *grid, FILE *out)
{
    struct arena arena = { 0 };
    size_t *widths = ARENA_ARRAY(&arena, size_t, grid->column_count);
    size_t terminal = text_terminal_columns(fileno(out)), used = 0, last = grid->column_count - 1;

    for (size_t i = 0; i < last; i++) {
        widths[i] = column_width(grid, i) + GAP;
        used += widths[i];
        text_pad(out, str_of(grid->columns[i].head), widths[i]);
    }
    fprintf(out, "%s\n", grid->columns[last].head);
    for (const struct grid_row *row = grid->first; row; row = row->next) {
        struct str cell = row->cells[last];

        for (size_t i = 0; i < last; i++)
            text_pad(out, row->cells[i], widths[i]);
        if (terminal > used + LAST_COLUMN_LEAST)
            cell = text_cut(cell, terminal - used, &arena);
        fprintf(out, "%.*s\n", STR_ARGS(cell));
    }
    arena_release(&arena);
}

void grid_release(struct grid *grid)
{
    arena_release(&grid->arena);
}

void view_record(json_t *object, const struct column *columns, size_t column_count)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    size_t width = 0;

    for (size_t i = 0; i < column_count; i++) {
        size_t head = strlen(columns[i].head);

        width = head > width ? head : width;
    }
    for (size_t i = 0; i < column_count; i++) {
        struct str value = view_value(object, columns[i].path, &arena);

        text_pad(stdout, str_of(columns[i].head), width + GAP);
        printf("%.*s\n", STR_ARGS(value));
    }
}

void view_json(const struct answer *answer)
{
    if (answer->text.len > 0)
        printf("%.*s\n", STR_ARGS(str_trim(answer->text)));
}

/* One page; *cursor is the next one's, with NULL ptr at the end. */
static int list_page(struct cli *cli, struct str path, const struct list_options *options,
                     struct grid *grid, struct str *cursor, int64_t *left)
{
    CLEANUP(answer_release) struct answer answer = { 0 };
    int64_t limit = *left < PAGE_MOST ? *left : PAGE_MOST;
    json_t *data = NULL, *each;
    struct str next = { 0 };
    struct err err = { 0 };
    size_t i;
    int code;

    if (!options->unpaged)
        path = client_query(&cli->arena, path, "limit",
                            arena_printf(&cli->arena, "%lld", (long long)limit));
    path = client_query(&cli->arena, path, "cursor", *cursor);
    code = client_ask(cli, "GET", path, NULL, &answer);
    if (code)
        return code;
    if (!json_get_array(answer.json, "data", true, &data, &err) ||
        !json_get_str(answer.json, "next", false, &next, &err))
        return cli_fail(cli, &err);
    if (options->json)
        view_json(&answer);
    json_array_foreach (data, i, each)
        grid_add(grid, each);
    *left -= (int64_t)json_array_size(data);
    *cursor = next.ptr ? arena_copy(&cli->arena, next) : (struct str){ 0 };
    return CLI_OK;
}

int view_list(struct cli *cli, struct str path, const struct list_options *options,
              const struct column *columns, size_t column_count)
{
    CLEANUP(grid_release) struct grid grid;
    struct str cursor = { 0 };
    int64_t left = options->all ? INT64_MAX : options->limit > 0 ? options->limit : LIMIT_DEFAULT;

    grid_init(&grid, columns, column_count);
    do {
        int code = list_page(cli, path, options, &grid, &cursor, &left);

        if (code)
            return code;
    } while (cursor.ptr && left > 0);
    if (options->json)
        return CLI_OK;
    if (grid.first)
        grid_print(&grid, stdout);
    else
        fprintf(stderr, "none\n");
    if (cursor.ptr)
        fprintf(stderr, "There is more: --limit NUMBER or --all.\n");
    return CLI_OK;
}

int view_show(struct cli *cli, const char *method, struct str path, json_t *body, bool json,
              const struct column *columns, size_t column_count)
{
    CLEANUP(answer_release) struct answer answer = { 0 };
    int code = client_ask(cli, method, path, body, &answer);

    if (code)
        return code;
    if (json)
        view_json(&answer);
    else
        view_record(answer.json, columns, column_count);
    return CLI_OK;
}
