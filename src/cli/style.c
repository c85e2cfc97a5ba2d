/*
 * style.c - colour, when a person is looking and wants it. Source: no-color.org.
 */
#include "cli/style.h"

#include <string.h>
#include <unistd.h>

struct style style_of(FILE *out, const char *no_color, const char *term)
{
    if ((no_color && no_color[0]) || (term && strcmp(term, "dumb") == 0) || !isatty(fileno(out)))
        return (struct style){ "", "", "", "", "", "" };
    return (struct style){ .bold = "\033[1m",
                           .dim = "\033[2m",
                           .good = "\033[32m",
                           .bad = "\033[31m",
                           .ours = "\033[36m",
                           .reset = "\033[0m" };
}
