/* dispatch.h - find the command that is meant and run it. */
#pragma once

/* Returns the exit code. `environment` is NULL-ended, as main has it. */
int cli_dispatch(int argc, char **argv, const char *const *environment);
