/*
 * err.h - why something failed: a kind for the program, a sentence for the person.
 *
 * What can fail returns bool and takes `struct err *` last (NULL when the caller does not care).
 * The text grows as it rises, outermost first. Code below the top reports and does not log.
 */
#pragma once
#include "base/str.h"

enum err_kind {
    ERR_NONE,
    ERR_INVALID,     /* the caller's input is wrong: HTTP 400, exit 2 */
    ERR_NOT_FOUND,   /* no such thing, or not this user's: 404 */
    ERR_DENIED,      /* 401/403 */
    ERR_CONFLICT,    /* it is taken, or its state forbids this: 409 */
    ERR_UNAVAILABLE, /* try again later: 503 */
    ERR_INTERNAL     /* our fault: 500 */
};

struct err {
    enum err_kind kind;
    char field[48]; /* the input field at fault, as in "phones[0]", or empty */
    char text[256]; /* one line, no secrets and no message bodies; cut short when too long */
};

/* All return false, for `return err_set(…)`. err_add keeps the kind and puts "what: " in front. */
bool err_set(struct err *err, enum err_kind kind, const char *format, ...) PRINTF_LIKE(3, 4);
bool err_set_field(struct err *err, const char *field, const char *format, ...) PRINTF_LIKE(3, 4);
bool err_add(struct err *err, const char *format, ...) PRINTF_LIKE(2, 3);

/* clang's analyzer looks into one file at a time and would take "true" for possible. */
#ifdef __clang_analyzer__
#define err_set(...) (err_set(__VA_ARGS__), false)
#define err_set_field(...) (err_set_field(__VA_ARGS__), false)
#define err_add(...) (err_add(__VA_ARGS__), false)
#endif

/* A promise of ours is broken: print where and why on stderr and abort. */
#define die(...) die_at(__FILE__, __LINE__, __VA_ARGS__)
_Noreturn void die_at(const char *file, int line, const char *format, ...) PRINTF_LIKE(3, 4);
