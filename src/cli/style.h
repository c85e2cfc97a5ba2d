/* style.h - colour, when a person is looking and wants it. */
#pragma once
#include <stdio.h>

struct style { /* escape sequences, or all empty */
    const char *bold, *dim, *good, *bad, *ours, *reset;
};

/* Colours when `out` is a terminal, NO_COLOR is unset or empty, and TERM is not "dumb". */
struct style style_of(FILE *out, const char *no_color, const char *term);
