/*
 * simulator.c - `answerback simulator`: the pretend Twilio on its own, until a signal ends it.
 *
 * Nothing reaches a real phone. docs/simulator.md has what it answers and how to make it misbehave.
 */
#include "simulator/simulator.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>

#include "cli/options.h"

#define ACCOUNT "AC00000000000000000000000000000001"
#define TOKEN "00000000000000000000000000000001"

struct simulator_options {
    struct str listen, public_url, account, token, api_key, api_secret, webhook;
    struct option_values numbers;
    int64_t sent_ms, delivered_ms, seed;
    bool ignores_opt_out;
};

static const char *text_or(struct cli *cli, struct str value, const char *otherwise)
{
    return value.ptr ? arena_copy(&cli->arena, value).ptr : otherwise;
}

static void *serve(void *sim)
{
    simulator_run(sim);
    return NULL;
}

/* What to give the program that is to use it. */
static void print_how(const struct simulator *sim, const struct simulator_config *config)
{
    fprintf(stderr, "Simulator on port %d. For the program that shall use it:\n",
            simulator_port(sim));
    printf("TWILIO_API_BASE=http://127.0.0.1:%d\nTWILIO_ACCOUNT_SID=%s\nTWILIO_AUTH_TOKEN=%s\n",
           simulator_port(sim), config->account_sid, config->auth_token);
    fflush(stdout);
}

/* Until SIGTERM or SIGINT, which are blocked in every thread. */
static void wait_for_end(struct simulator *sim, const sigset_t *ends)
{
    pthread_t thread;
    int signal_number;

    if (pthread_create(&thread, NULL, serve, sim) != 0)
        die("no thread for the simulator");
    sigwait(ends, &signal_number);
    simulator_stop(sim);
    pthread_join(thread, NULL);
}

static int start(struct cli *cli, const struct simulator_config *config)
{
    struct simulator *sim;
    struct err err = { 0 };
    sigset_t ends;

    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    pthread_sigmask(SIG_BLOCK, &ends, NULL);
    if (!simulator_open(config, &sim, &err))
        return cli_fail(cli, &err);
    print_how(sim, config);
    wait_for_end(sim, &ends);
    simulator_close(sim);
    return CLI_OK;
}

static int read_options(struct cli *cli, struct simulator_options *o)
{
    const struct cli_option options[] = {
        { "--listen", OPTION_TEXT, &o->listen },
        { "--public-url", OPTION_TEXT, &o->public_url },
        { "--account", OPTION_TEXT, &o->account },
        { "--token", OPTION_TEXT, &o->token },
        { "--api-key", OPTION_TEXT, &o->api_key },
        { "--api-secret", OPTION_TEXT, &o->api_secret },
        { "--webhook", OPTION_TEXT, &o->webhook },
        { "--number", OPTION_MANY, &o->numbers },
        { "--sent-after-ms", OPTION_NUMBER, &o->sent_ms },
        { "--delivered-after-ms", OPTION_NUMBER, &o->delivered_ms },
        { "--seed", OPTION_NUMBER, &o->seed },
        { "--ignore-opt-out", OPTION_FLAG, &o->ignores_opt_out },
    };
    int code = options_read(cli, options, ARRAY_LEN(options), 0, 0);

    if (!code && o->numbers.count == 0)
        return cli_usage(cli, "--number is needed: a phone that texts can come to");
    return code;
}

static int run(struct cli *cli)
{
    struct simulator_options o = { 0 };
    struct simulator_number numbers[ARRAY_LEN(o.numbers.at)] = { 0 };
    struct log log = { .least = LOG_WARN, .text = true, .fd = 2 };
    int code = read_options(cli, &o);

    if (code)
        return code;
    for (size_t i = 0; i < o.numbers.count; i++)
        numbers[i].phone = arena_copy(&cli->arena, o.numbers.at[i]).ptr;
    return start(cli, &(struct simulator_config){
                          .listen = text_or(cli, o.listen, "127.0.0.1:8010"),
                          .public_url = text_or(cli, o.public_url, NULL),
                          .account_sid = text_or(cli, o.account, ACCOUNT),
                          .auth_token = text_or(cli, o.token, TOKEN),
                          .api_key = text_or(cli, o.api_key, NULL),
                          .api_secret = text_or(cli, o.api_secret, NULL),
                          .webhook_url = text_or(cli, o.webhook, ""),
                          .numbers = numbers,
                          .number_count = o.numbers.count,
                          .provider_ignores_opt_out = o.ignores_opt_out,
                          .sent_after_ms = o.sent_ms,
                          .delivered_after_ms = o.delivered_ms,
                          .seed = (uint64_t)o.seed,
                          .log = &log,
                      });
}

const struct command command_simulator = {
    .name = "simulator",
    .arguments = "--number PHONE... [--webhook URL] [--listen ADDRESS:PORT] [OPTIONS]",
    .summary = "a pretend Twilio to test against; nothing reaches a real phone",
    .details =
        "Runs until SIGTERM or Ctrl-C; docs/simulator.md has what it answers, how people text\n"
        "through it, and how it is made to fail.\n\n"
        "  --number PHONE           a number that texts come to; several times\n"
        "  --webhook URL            where inbound texts are posted; without it they are only kept\n"
        "  --listen ADDRESS:PORT    127.0.0.1:8010 when not given; port 0 is any free one\n"
        "  --public-url URL         base of media URLs\n"
        "  --account SID, --token T the account; fixed pretend ones when not given\n"
        "  --api-key K, --api-secret S\n"
        "                           a second pair that may sign in\n"
        "  --sent-after-ms N, --delivered-after-ms N\n"
        "                           how long a text takes\n"
        "  --ignore-opt-out         STOP, START and HELP are left to the program\n"
        "  --seed N                 the same ids and faults each time\n\n"
        "example: Answerback against it\n"
        "  answerback simulator --number +12025550100 \\\n"
        "      --webhook http://127.0.0.1:8000/sms-router/webhook/sms > twilio.env &\n"
        "  answerback --config twilio.env serve &\n"
        "  answerback number add +12025550100\n"
        "  curl -d '{\"from\":\"+12025550101\",\"to\":\"+12025550100\",\"body\":\"hi\"}' \\\n"
        "      http://127.0.0.1:8010/simulator/texts\n",
    .run = run,
};
