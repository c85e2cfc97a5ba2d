/*
 * lookup.c - looking a user or number up by what people call it.
 *
 * The server has no search by name (names are sealed), so the list is walked, and not for ever: an
 * installation with many users is addressed by ids.
 */
#include "cli/lookup.h"

#include <stdio.h>

#define WALK_MOST 5000

/* "(202) 555-0101" and "+12025550101" mean the same when the digits at the end agree. */
static bool same_phone(struct str typed, struct str phone)
{
    size_t at = phone.len, matched = 0;

    for (size_t i = typed.len; i > 0; i--) {
        char c = typed.ptr[i - 1];

        if (strchr(" ()-.+/", c) && c != '\0')
            continue;
        if (at == 0 || phone.ptr[at - 1] != c)
            return false;
        at--;
        matched++;
    }
    return matched >= 7 || (matched > 0 && matched == phone.len);
}

static bool is_named(json_t *row, struct str text)
{
    json_t *phones = json_object_get(row, "phones"), *each;
    struct str name = { 0 }, phone = { 0 };
    size_t i;

    json_get_str(row, "name", false, &name, NULL);
    json_get_str(row, "phone", false, &phone, NULL);
    if (str_equal_nocase(name, text) || (phone.len > 0 && same_phone(text, phone)))
        return true;
    json_array_foreach (phones, i, each) {
        if (same_phone(text, str_make(json_string_value(each), json_string_length(each))))
            return true;
    }
    return false;
}

struct search {
    struct cli *cli;
    const char *what, *path, *prefix;
    struct str text, found;
    size_t matches, walked;
};

static int walk_page(struct search *search, struct str *cursor)
{
    CLEANUP(answer_release) struct answer answer = { 0 };
    struct arena *arena = &search->cli->arena;
    struct str path = client_query(arena, str_of(search->path), "cursor", *cursor), next = { 0 };
    json_t *data = NULL, *each;
    size_t i;
    int code = client_ask(search->cli, "GET", path, NULL, &answer);

    if (code)
        return code;
    json_get_array(answer.json, "data", false, &data, NULL);
    json_get_str(answer.json, "next", false, &next, NULL);
    json_array_foreach (data, i, each) {
        struct str id = { 0 };

        search->walked++;
        if (!is_named(each, search->text) || !json_get_str(each, "id", true, &id, NULL))
            continue;
        search->matches++;
        search->found = arena_copy(arena, id);
    }
    *cursor = next.ptr ? arena_copy(arena, next) : (struct str){ 0 };
    return CLI_OK;
}

static int find(struct search *search, struct str *ret_id)
{
    struct str cursor = { 0 };

    if (str_starts(search->text, str_of(search->prefix))) {
        *ret_id = client_part(&search->cli->arena, search->text);
        return CLI_OK;
    }
    if (search->text.len == 0)
        return cli_usage(search->cli, "which %s? the name is empty", search->what);
    do {
        int code = walk_page(search, &cursor);

        if (code)
            return code;
    } while (cursor.ptr && search->walked < WALK_MOST);
    if (search->matches > 1)
        return cli_usage(search->cli, "%zu %ss are called %.*s; give the id (%s…)", search->matches,
                         search->what, STR_ARGS(search->text), search->prefix);
    if (search->matches == 0 && cursor.ptr)
        return cli_usage(search->cli, "no %s called %.*s among the first %d; give the id (%s…)",
                         search->what, STR_ARGS(search->text), WALK_MOST, search->prefix);
    if (search->matches == 0) {
        cli_print_who(search->cli);
        fprintf(stderr, "there is no %s called %.*s\n", search->what, STR_ARGS(search->text));
        return CLI_NOT_FOUND;
    }
    *ret_id = search->found;
    return CLI_OK;
}

int lookup_user(struct cli *cli, struct str text, struct str *ret_id)
{
    struct search search = {
        .cli = cli, .what = "user", .path = "/v1/users?limit=200", .prefix = "usr_", .text = text
    };

    return find(&search, ret_id);
}

int lookup_number(struct cli *cli, struct str text, struct str *ret_id)
{
    struct search search = {
        .cli = cli, .what = "number", .path = "/v1/numbers", .prefix = "num_", .text = text
    };

    return find(&search, ret_id);
}
