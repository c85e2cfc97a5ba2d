/*
 * options.c - sorting out what was typed.
 *
 * An option that is not known is refused with the one that was probably meant: a misspelt --user
 * must never act on everybody.
 */
#include "cli/options.h"

#include <errno.h>
#include <stdio.h>

#include "cli/suggest.h"

static const struct cli_option *find(const struct cli_option *options, size_t count,
                                     struct str name)
{
    for (size_t i = 0; i < count; i++) {
        if (str_is(name, options[i].name))
            return &options[i];
    }
    return NULL;
}

static int refuse_option(const struct cli *cli, const struct cli_option *options, size_t count,
                         struct str name)
{
    const char *names[32];
    const char *near;

    for (size_t i = 0; i < count && i < ARRAY_LEN(names); i++)
        names[i] = options[i].name;
    near = suggest(name, names, count);
    if (near)
        return cli_usage(cli, "there is no option %.*s; is %s meant?", STR_ARGS(name), near);
    return cli_usage(cli, "there is no option %.*s", STR_ARGS(name));
}

static int keep(const struct cli *cli, const struct cli_option *option, struct str value)
{
    struct option_values *values = option->to;
    struct str *text = option->to;
    int64_t *number = option->to;

    switch (option->kind) {
    case OPTION_FLAG: *(bool *)option->to = true; return CLI_OK;
    case OPTION_TEXT:
        if (text->ptr)
            return cli_usage(cli, "%s is there twice", option->name);
        *text = value;
        return CLI_OK;
    case OPTION_NUMBER:
        if (str_to_int(value, number) && *number >= 0)
            return CLI_OK;
        return cli_usage(cli, "%s takes a number, not \"%.*s\"", option->name, STR_ARGS(value));
    case OPTION_MANY:
        if (values->count == ARRAY_LEN(values->at))
            return cli_usage(cli, "%s is there too often", option->name);
        values->at[values->count++] = value;
        return CLI_OK;
    }
    return CLI_USAGE;
}

/* The option at argv[*at]; its value may be the next argument. */
static int read_option(struct cli *cli, const struct cli_option *options, size_t count, int *at)
{
    struct str value = str_of(cli->argv[*at]), name;
    bool joined = str_find_char(value, '=') >= 0;
    const struct cli_option *option;

    str_cut(&value, '=', &name);
    option = find(options, count, name);
    if (!option)
        return refuse_option(cli, options, count, name);
    if (option->kind == OPTION_FLAG && joined)
        return cli_usage(cli, "%s takes no value", option->name);
    if (option->kind != OPTION_FLAG && !joined) {
        if (*at + 1 >= cli->argc)
            return cli_usage(cli, "%s needs a value", option->name);
        value = str_of(cli->argv[++*at]);
    }
    return keep(cli, option, value);
}

int options_read(struct cli *cli, const struct cli_option *options, size_t count, int least,
                 int most)
{
    char **rest = arena_alloc_array(&cli->arena, sizeof(*rest), (size_t)cli->argc + 1);
    bool all_arguments = false;
    int left = 0, code;

    for (int i = 0; i < cli->argc; i++) {
        struct str argument = str_of(cli->argv[i]);

        if (!str_is_utf8(argument))
            return cli_usage(cli, "argument %d is not UTF-8 text", i + 1);
        if (all_arguments || argument.len < 2 || !str_starts(argument, str_of("--"))) {
            rest[left++] = cli->argv[i];
        } else if (argument.len == 2) {
            all_arguments = true;
        } else {
            code = read_option(cli, options, count, &i);
            if (code)
                return code;
        }
    }
    cli->argc = left;
    cli->argv = rest;
    if (left < least)
        return cli_usage(cli, "something is missing: %s",
                         cli->action ? cli->action->arguments : cli->command->arguments);
    if (left > most)
        return cli_usage(cli, "\"%s\" is too much", rest[most]);
    return CLI_OK;
}

struct str options_argument(const struct cli *cli, int at)
{
    return at < cli->argc ? str_of(cli->argv[at]) : (struct str){ 0 };
}

static bool read_all(struct cli *cli, FILE *file, const char *what, size_t bytes_max,
                     struct str *ret)
{
    CLEANUP(buf_release) struct buf bytes = { 0 };
    char block[8192];
    size_t n;

    while (bytes.len <= bytes_max && (n = fread(block, 1, sizeof(block), file)) > 0)
        buf_add(&bytes, str_make(block, n));
    if (ferror(file)) {
        cli_print_who(cli);
        fprintf(stderr, "%s cannot be read: %s\n", what, strerror(errno));
        return false;
    }
    if (bytes.len > bytes_max) {
        cli_print_who(cli);
        fprintf(stderr, "%s is larger than %zu bytes\n", what, bytes_max);
        return false;
    }
    *ret = arena_copy(&cli->arena, buf_view(&bytes));
    return true;
}

bool options_stdin(struct cli *cli, size_t bytes_max, struct str *ret)
{
    return read_all(cli, stdin, "stdin", bytes_max, ret);
}

bool options_file(struct cli *cli, struct str path, size_t bytes_max, struct str *ret)
{
    const char *name = arena_copy(&cli->arena, path).ptr;
    FILE *file;
    bool ok;

    if (str_is(path, "-"))
        return options_stdin(cli, bytes_max, ret);
    file = fopen(name, "re");
    if (!file) {
        cli_print_who(cli);
        fprintf(stderr, "%s: %s\n", name, strerror(errno));
        return false;
    }
    ok = read_all(cli, file, name, bytes_max, ret);
    fclose(file);
    return ok;
}
