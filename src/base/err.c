/*
 * err.c - building the sentence that tells why something failed.
 *
 * Control characters become spaces, so that a text is always one line whatever it quotes.
 */
#include "base/err.h"

#include <stdio.h>
#include <stdlib.h>

PRINTF_LIKE(2, 0) static void set_text(struct err *err, const char *format, va_list args)
{
    vsnprintf(err->text, sizeof(err->text), format, args);
    for (char *c = err->text; *c; c++) {
        if ((unsigned char)*c < ' ' || *c == 127)
            *c = ' ';
    }
}

/* The analyzer's own version of these (err.h). */
#undef err_set
#undef err_set_field
#undef err_add

bool err_set(struct err *err, enum err_kind kind, const char *format, ...)
{
    va_list args;

    if (!err)
        return false;
    err->kind = kind;
    err->field[0] = '\0';
    va_start(args, format);
    set_text(err, format, args);
    va_end(args);
    return false;
}

bool err_set_field(struct err *err, const char *field, const char *format, ...)
{
    va_list args;

    if (!err)
        return false;
    err->kind = ERR_INVALID;
    snprintf(err->field, sizeof(err->field), "%s", field);
    va_start(args, format);
    set_text(err, format, args);
    va_end(args);
    return false;
}

bool err_add(struct err *err, const char *format, ...)
{
    char rest[sizeof(err->text)];
    va_list args;
    size_t len;

    if (!err)
        return false;
    memcpy(rest, err->text, sizeof(rest));
    va_start(args, format);
    set_text(err, format, args);
    va_end(args);
    len = strlen(err->text);
    snprintf(err->text + len, sizeof(err->text) - len, ": %s", rest);
    return false;
}

void die_at(const char *file, int line, const char *format, ...)
{
    va_list args;

    fprintf(stderr, "%s:%d: ", file, line);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    abort();
}
