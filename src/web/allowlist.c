/*
 * allowlist.c - phones that a user's agent answers.
 *
 * Being on the list never lifts an opt-out: consent is its own ledger.
 */
#include "web/inside.h"

#define ENTRIES_MOST 1000000 /* read in one go to find one that is there */

static void render_entry(struct json_writer *w, const struct allowlist_entry *entry)
{
    json_open_object(w);
    json_field_str(w, "phone", entry->phone);
    json_field_str(w, "added_by", entry->added_by);
    json_field_time(w, "added_at", entry->added_ms);
    json_close_object(w);
}

bool allowlist_list(struct api_call *call, struct err *err)
{
    struct allowlist_entry *entries;
    struct scope scope;
    struct page page;
    size_t count, shown, offset;

    if (!open_user(call, api_reader(call), call->args[0], &scope, err) ||
        !page_read(call, scope.user, &page, err))
        return false;
    offset = page_offset(&page);
    if (!store_allowlist(api_reader(call), &scope, offset, page.limit + 1, call->arena, &entries,
                         &count, err))
        return false;
    shown = count < page.limit ? count : page.limit;
    page_open(call);
    for (size_t i = 0; i < shown; i++)
        render_entry(&call->out, &entries[i]);
    page_close(call, &page, count > shown, page_at_offset(offset + shown));
    return true;
}

/* The entry that is there already, to be shown as it is. */
static bool find_entry(const struct api_call *call, const struct scope *scope, struct str phone,
                       struct allowlist_entry *ret, struct err *err)
{
    struct allowlist_entry *entries;
    size_t count;

    if (!store_allowlist(api_reader(call), scope, 0, ENTRIES_MOST, call->arena, &entries, &count,
                         err))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (str_equal(entries[i].phone, phone))
            *ret = entries[i];
    }
    return true;
}

static bool is_allowed(const struct api_call *call, const struct scope *scope, struct str phone,
                       bool *ret, struct err *err)
{
    const struct vault *vault = api_config(call)->vault;
    struct lane_key key = { .scope = scope };
    struct lane lane;

    vault_index(vault, scope->user, "phone", phone, key.contact_index);
    vault_index(vault, USER_INSTALLATION, "phone", phone, key.phone_index);
    if (!store_lanes(api_reader(call), &key, 1, &lane, err))
        return false;
    *ret = lane.allowlisted;
    return true;
}

static bool add_entry(struct api_call *call, struct engine_tx *tx, struct err *err)
{
    struct allowlist_entry entry = *(const struct allowlist_entry *)call->plan;
    struct scope scope;
    bool fresh;

    if (!open_user(call, tx->tx->store, call->args[0], &scope, err))
        return false;
    entry.user = scope.user;
    entry.added_ms = tx->now_ms;
    if (!store_add_allowlist(tx->tx, &scope, &entry, tx->chance, &fresh, err))
        return false;
    call->status = fresh ? 201 : 200;
    render_entry(&call->out, &entry);
    return true;
}

static bool read_entry(struct api_call *call, const struct scope *scope, struct str typed,
                       struct allowlist_entry *ret, struct err *err)
{
    struct str region;

    return region_of_user(api_reader(call), scope, call->arena, &region, err) &&
           read_phone(typed, region, "phone", call->arena, &ret->phone, err);
}

bool allowlist_post(struct api_call *call, struct err *err)
{
    static const char *const known[] = { "phone", NULL };
    struct allowlist_entry *entry = ARENA_NEW(call->arena, struct allowlist_entry);
    struct scope scope;
    struct str typed;
    bool allowed;

    entry->added_by = str_of("manual");
    if (!open_user(call, api_reader(call), call->args[0], &scope, err) ||
        !json_check_keys(call->input, known, err) ||
        !json_get_str(call->input, "phone", true, &typed, err) ||
        !read_entry(call, &scope, typed, entry, err) ||
        !is_allowed(call, &scope, entry->phone, &allowed, err))
        return false;
    if (allowed) {
        if (!find_entry(call, &scope, entry->phone, entry, err))
            return false;
        render_entry(&call->out, entry);
        return true;
    }
    call->plan = entry;
    call->write = add_entry;
    return true;
}

static bool remove_entry(struct api_call *call, struct engine_tx *tx, struct err *err)
{
    const struct allowlist_entry *entry = call->plan;
    struct scope scope;

    return open_user(call, tx->tx->store, call->args[0], &scope, err) &&
           store_remove_allowlist(tx->tx, &scope, entry->phone, err);
}

bool allowlist_delete(struct api_call *call, struct err *err)
{
    struct allowlist_entry *entry = ARENA_NEW(call->arena, struct allowlist_entry);
    struct scope scope;

    call->plan = entry;
    call->write = remove_entry;
    call->status = 204;
    return open_user(call, api_reader(call), call->args[0], &scope, err) &&
           read_entry(call, &scope, call->args[1], entry, err);
}
