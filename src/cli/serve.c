/*
 * serve.c - `answerback serve`: the server, until a signal ends it.
 *
 * SIGTERM and SIGINT end it gracefully: it stops accepting, finishes, commits, and exits 0.
 */
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>

#include "app/app.h"
#include "cli/cli.h"

#define GRACE_MS 15000

static int run(struct cli *cli)
{
    static const struct rlimit no_core = { 0, 0 }; /* keys are in memory */
    struct config config;
    struct log log;
    struct app *app;
    struct err err = { 0 };
    sigset_t ends;
    int signal_number;

    if (cli->argc > 0)
        return cli_usage(cli, "it takes no arguments");
    if (!cli_config(cli, &config))
        return CLI_USAGE;
    log = cli_log(&config);
    setrlimit(RLIMIT_CORE, &no_core);
    /* Blocked in every thread made from here on; this one waits for them. */
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    pthread_sigmask(SIG_BLOCK, &ends, NULL);
    if (!app_start(&config, &log, &app, &err))
        return cli_fail(cli, &err);
    log_line(&log, LOG_INFO, "listening", log_str("address", config.listen),
             log_int("port", app_port(app)), log_str("public_url", config.public_url),
             log_text("provider", config.account_sid.len > 0 ? "twilio" : "none"));
    sigwait(&ends, &signal_number);
    log_line(&log, LOG_INFO, "stopping", log_int("signal", signal_number));
    app_stop(app, GRACE_MS);
    log_line(&log, LOG_INFO, "stopped");
    return CLI_OK;
}

const struct command command_serve = {
    .name = "serve",
    .arguments = "",
    .summary = "run the server until SIGTERM or Ctrl-C",
    .details =
        "Configuration comes from the environment (see `man answerback`) and `--config FILE`, a\n"
        "file of NAME=VALUE lines; the environment wins. A mistake in it is one line and exit "
        "code\n"
        "2, before anything listens. Without a Twilio account it serves the API and takes no "
        "texts.\n\n"
        "example:\n"
        "  TWILIO_ACCOUNT_SID=AC… TWILIO_AUTH_TOKEN=… TWILIO_PHONE_NUMBER=+12025550100 \\\n"
        "      ANSWERBACK_PUBLIC_URL=https://sms.example.com answerback serve\n",
    .run = run,
};
