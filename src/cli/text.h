/*
 * text.h - texts of strangers on a terminal: harmless, measured, aligned.
 *
 * A text message may hold escape sequences, line ends and characters two columns wide; what is
 * printed for people goes through here. JSON output does not: its escapes are harmless already.
 */
#pragma once
#include <stdio.h>

#include "base/arena.h"

/* Control and direction-changing characters as spaces or U+FFFD, line ends as `line_end`. */
struct str text_safe(struct str s, const char *line_end, struct arena *arena);
/* Columns that it takes on a terminal. */
size_t text_width(struct str s);
/* Cut to `columns`, with "…" at the end when something is lost. In `arena`. */
struct str text_cut(struct str s, size_t columns, struct arena *arena);
/* Print `s` and spaces up to `columns`. */
void text_pad(FILE *out, struct str s, size_t columns);
/* Columns of the terminal at `fd`; 0 when it is none. */
size_t text_terminal_columns(int fd);
