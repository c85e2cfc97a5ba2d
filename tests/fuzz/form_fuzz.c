/*
 * form_fuzz.c - any bytes as a form, and any bytes through encode and decode.
 *
 * Decoding must never read past its input, encoding then decoding must give the same bytes, and
 * what a form's steps return must be found again by name.
 */
#include <stdlib.h>

#include "http/server.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool held)
{
    if (!held)
        abort();
}

static void check_round_trip(struct str plain, struct arena *arena)
{
    CLEANUP(buf_release) struct buf encoded = { 0 };
    struct str back;

    http_encode(&encoded, plain);
    require(http_decode(buf_view(&encoded), false, arena, &back));
    require(str_equal(back, plain));
    require(http_decode(buf_view(&encoded), true, arena, &back));
    require(str_equal(back, plain));
}

static void check_form(struct str form, struct arena *arena)
{
    CLEANUP(buf_release) struct buf again = { 0 };
    struct str rest = form, name, value, first_name = { 0 }, first_value = { 0 };
    size_t count = 0;
    bool bad = false;

    while (http_form_next(&rest, arena, &name, &value, &bad)) {
        if (count++ == 0) {
            first_name = name;
            first_value = value;
        }
        require(name.len + value.len <= form.len);
    }
    require(rest.len == 0);
    if (count > 0 && !memchr(first_name.ptr, '\0', first_name.len)) {
        struct str found = http_param(form, arena_copy(arena, first_name).ptr, arena);

        require(found.ptr && str_equal(found, first_value));
        http_encode(&again, first_name);
        buf_add_char(&again, '=');
        http_encode(&again, first_value);
        rest = buf_view(&again);
        require(http_form_next(&rest, arena, &name, &value, &bad));
        require(str_equal(name, first_name) && str_equal(value, first_value));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    struct str input = { (const char *)data, size };
    struct str plain;

    check_round_trip(input, &arena);
    if (http_decode(input, true, &arena, &plain))
        require(plain.len <= size);
    if (size > 0)
        check_form(input, &arena);
    return 0;
}
