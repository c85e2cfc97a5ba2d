/*
 * page.c - lists: how many, from where, and where to go on.
 *
 * Handlers ask the store for one row more than the limit to learn whether there is a next page.
 */
#include "web/cursor.h"
#include "web/inside.h"

#define LIMIT_DEFAULT 50
#define LIMIT_MOST 200

bool page_read(const struct api_call *call, struct id owner, struct page *ret, struct err *err)
{
    struct str limit = query_value(call, "limit"), cursor = query_value(call, "cursor");
    struct page page = { .limit = LIMIT_DEFAULT, .owner = owner };
    int64_t number;

    if (limit.ptr) {
        if (!str_to_int(limit, &number) || number < 1 || number > LIMIT_MOST)
            return err_set_field(err, "limit", "limit must be a number from 1 to %d", LIMIT_MOST);
        page.limit = (size_t)number;
    }
    if (cursor.len > 0 &&
        !cursor_parse(api_config(call)->vault, call->route->pattern, owner, cursor, &page.at))
        return err_set_field(err, "cursor", "cursor must be the `next` of this same list");
    *ret = page;
    return true;
}

size_t page_offset(const struct page *page)
{
    return (size_t)cursor_to_number(page->at);
}

struct id page_at_offset(size_t offset)
{
    return cursor_number(offset);
}

void page_open(struct api_call *call)
{
    json_open_object(&call->out);
    json_key(&call->out, "data");
    json_open_array(&call->out);
}

void page_close(struct api_call *call, const struct page *page, bool more, struct id last)
{
    char text[CURSOR_TEXT_BYTES];

    json_close_array(&call->out);
    if (more)
        json_field_str(
            &call->out, "next",
            cursor_format(api_config(call)->vault, call->route->pattern, page->owner, last, text));
    else
        json_field_null(&call->out, "next");
    json_close_object(&call->out);
}
