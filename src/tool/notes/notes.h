/*
 * notes.h - tools for what a contact asks to be kept: notes and one-time reminders.
 *
 * All three act on the lane they are given and name no one. Their parameters' schemas say every
 * limit, so an agent that reads a schema (a language model, or agent/rule) knows what will be
 * accepted.
 */
#pragma once
#include "tool/tool.h"

/* {"text"}: keep it about this contact. At most 500 characters. */
extern const struct tool tool_remember;
/* {"text"}: forget what is remembered with exactly this text. Finding nothing is no error. */
extern const struct tool tool_forget;
/*
 * {"at","text"}: text "Reminder: <text>" to this contact at that time, at most 300 characters. `at`
 * is RFC 3339 with an offset ("2026-11-22T09:00:00+01:00"), later than the lane's now, and no more
 * than 366 days later.
 */
extern const struct tool tool_remind;
