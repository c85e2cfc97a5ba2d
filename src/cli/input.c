/*
 * input.c - the JSON that a command sends.
 *
 * Texts were checked to be UTF-8 when the options were read, so adding them cannot fail.
 */
#include "cli/input.h"

void input_text(json_t *object, const char *key, struct str value)
{
    if (value.ptr)
        json_object_set_new(object, key, json_stringn(value.ptr, value.len));
}

void input_text_or_null(json_t *object, const char *key, struct str value)
{
    if (value.ptr && (value.len == 0 || str_is(value, "none")))
        json_object_set_new(object, key, json_null());
    else
        input_text(object, key, value);
}

bool input_switch(json_t *object, const char *key, struct str value)
{
    bool yes = str_is(value, "yes") || str_is(value, "true") || str_is(value, "on");
    bool no = str_is(value, "no") || str_is(value, "false") || str_is(value, "off");

    if (value.ptr && (yes || no))
        json_object_set_new(object, key, json_boolean(yes));
    return !value.ptr || yes || no;
}
