/*
 * demo_line.h - what a line of the demo means, typed or from a script.
 *
 *     ann: remember the door code is 4411      text as Ann
 *     ann@bakery: are you open?                to the bakery's number
 *     +12025550199@shared: hello               as anybody
 *     expect: 4411                             what the last text led to must hold this
 *     expect-not: 4411                         and this must not be in it
 *     # comment
 */
#pragma once
#include "base/err.h"

enum demo_line_kind {
    DEMO_NOTHING, /* an empty line */
    DEMO_COMMENT, /* `text` without its # */
    DEMO_TEXT,    /* `from` texts `to` */
    DEMO_EXPECT,
    DEMO_EXPECT_NOT
};
struct demo_line {
    enum demo_line_kind kind;
    struct str from, to, text; /* views of the line, or static */
};

/* A line of a script. ERR_INVALID says what is wrong with it. */
bool demo_line_read(struct str line, struct demo_line *ret, struct err *err);
/* "ann", "ben@bakery", "+12025550199@shared" or "+1202…@+1202…"; false when it is nobody. */
bool demo_who_read(struct str who, struct demo_line *ret);
