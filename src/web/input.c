/*
 * input.c - what people write in requests, checked field by field.
 *
 * An error names the field as the caller spelled it. Phones go through the library of the world's
 * numbering plans, which is never the reason to refuse a number that is in international form.
 */
#include <ctype.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "sms/phone.h"
#include "web/inside.h"

#define ZONES "/usr/share/zoneinfo/"
#define ZONE_BYTES_MOST 64

struct str query_value(const struct api_call *call, const char *name)
{
    return http_param(call->request->query, name, call->arena);
}

static bool name_field(const char *field, struct err *err)
{
    snprintf(err->field, sizeof(err->field), "%s", field);
    return err_add(err, "%s", field);
}

bool read_phone(struct str typed, struct str region, const char *field, struct arena *arena,
                struct str *ret, struct err *err)
{
    if (phone_parse(typed, region.len > 0 ? region : str_of("US"), arena, ret, err))
        return true;
    return name_field(field, err);
}

bool read_address(struct str typed, struct str region, const char *field, struct arena *arena,
                  struct str *ret, struct err *err)
{
    enum phone_kind kind = phone_kind(typed);

    if (kind == PHONE_SHORT_CODE || kind == PHONE_ALPHANUMERIC) {
        *ret = typed;
        return true;
    }
    return read_phone(typed, region, field, arena, ret, err);
}

bool region_of_user(struct store *store, const struct scope *scope, struct arena *arena,
                    struct str *ret, struct err *err)
{
    struct str *phones, region = { 0 };
    size_t count;

    if (!store_phones(store, scope, arena, &phones, &count, err))
        return false;
    if (count > 0)
        region = phone_country(phones[0], arena);
    *ret = region.len > 0 ? region : str_of("US");
    return true;
}

struct str region_of_number(const struct number *number, struct arena *arena)
{
    struct str region = number->region;

    if (region.len == 0 && phone_kind(number->phone) == PHONE_E164)
        region = phone_country(number->phone, arena);
    return region.len > 0 ? region : str_of("US");
}

bool read_line(json_t *object, const char *key, size_t characters_most, struct str *ret,
               struct err *err)
{
    struct str value = { 0 };
    size_t at = 0, count = 0;
    uint32_t character;

    if (!json_get_str(object, key, false, &value, err))
        return false;
    if (!value.ptr)
        return true;
    for (; str_next_char(value, &at, &character); count++) {
        if (character < ' ' || (character >= 0x7F && character < 0xA0))
            return err_set_field(err, key, "%s must not have control characters", key);
    }
    if (count > characters_most)
        return err_set_field(err, key, "%s must have at most %zu characters", key, characters_most);
    *ret = value;
    return true;
}

/* A name of the time zone database: its file is there and is one. */
static bool is_zone(const char *path)
{
    char magic[4] = { 0 };
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    bool is = fd >= 0 && read(fd, magic, sizeof(magic)) == sizeof(magic) &&
              memcmp(magic, "TZif", sizeof(magic)) == 0;

    if (fd >= 0)
        close(fd);
    return is;
}

bool read_timezone(struct str name, const char *field, struct err *err)
{
    char path[sizeof(ZONES) + ZONE_BYTES_MOST];
    bool fine = name.len <= ZONE_BYTES_MOST;

    if (name.len == 0)
        return true;
    fine = fine && isalpha((unsigned char)name.ptr[0]);
    for (size_t i = 0; fine && i < name.len; i++) /* no dot, so no way out of the folder */
        fine = isalnum((unsigned char)name.ptr[i]) || strchr("_+-/", name.ptr[i]);
    if (fine) {
        snprintf(path, sizeof(path), "%s%.*s", ZONES, STR_ARGS(name));
        fine = is_zone(path);
    }
    return fine ? true
                : err_set_field(err, field, "%s must be a time zone such as Europe/London", field);
}

static struct str settings_text(json_t *settings, struct arena *arena)
{
    size_t len = json_dumpb(settings, NULL, 0, JSON_COMPACT);
    char *text = arena_alloc(arena, len + 1);

    json_dumpb(settings, text, len, JSON_COMPACT);
    return str_make(text, len);
}

bool read_agent(const struct api_call *call, json_t *settings, const char *prefix,
                struct str *ret_kind, struct str *ret_settings, struct err *err)
{
    struct str kind = { 0 };
    const struct agent *agent;
    char field[sizeof(err->field)];

    if (!json_get_str(settings, "kind", true, &kind, err))
        goto fail;
    agent = engine_agent(api_engine(call), kind);
    if (!agent) {
        err_set_field(err, "kind", "there is no agent of the kind \"%.*s\"",
                      STR_ARGS(str_slice(kind, 0, 40)));
        goto fail;
    }
    if (!agent->ops->check(agent, settings, err))
        goto fail;
    *ret_kind = kind;
    *ret_settings = settings_text(settings, call->arena);
    return true;
fail:
    if (prefix[0] && err->kind == ERR_INVALID) {
        snprintf(field, sizeof(field), "%s", err->field);
        snprintf(err->field, sizeof(err->field), "%s%s%.30s", prefix, field[0] ? "." : "", field);
    }
    return false;
}

size_t utf16_units(struct str text)
{
    size_t at = 0, units = 0;
    uint32_t character;

    while (str_next_char(text, &at, &character))
        units += character > 0xFFFF ? 2 : 1;
    return units;
}
