/*
 * echo.h - the agent that says back what it was told.
 *
 * For the first text through a new installation, for demos and for measuring: it needs no settings
 * and no network, keeps no state, and answers before `start` returns. Safe from any thread.
 */
#pragma once
#include "agent/agent.h"

/* Settings: {"kind":"echo"} and nothing else. Destroyed with its ops' destroy. */
struct agent *echo_create(void);
