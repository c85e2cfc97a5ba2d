/*
 * cli_test.c - exit codes of calls, good and bad, without a server.
 *
 * What is printed goes nowhere: only how a call ends is looked at here.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/dispatch.h"

#define TOUR TEST_DATA_DIR "/../../examples/demo.script"

static const struct call_case {
    const char *name, *arguments; /* one a blank */
    const char *input;            /* stdin; NULL: empty */
    int want;
} cases[] = {
    { "no command", "", NULL, CLI_USAGE },
    { "help", "help", NULL, CLI_OK },
    { "--help", "--help", NULL, CLI_OK },
    { "help of a command", "help user", NULL, CLI_OK },
    { "--help behind an action", "user add --help", NULL, CLI_OK },
    { "help of no command", "help frobnicate", NULL, CLI_USAGE },
    { "version", "version", NULL, CLI_OK },
    { "--version", "--version", NULL, CLI_OK },
    { "an unknown command", "frobnicate", NULL, CLI_USAGE },
    { "a command that needs an action", "user", NULL, CLI_USAGE },
    { "an unknown action", "user lst", NULL, CLI_USAGE },
    { "half of an action of two words", "user phone", NULL, CLI_USAGE },
    { "an unknown option", "user list --jsn", NULL, CLI_USAGE },
    { "an option without its value", "send --to", NULL, CLI_USAGE },
    { "an option twice", "send --to a --to b hi", NULL, CLI_USAGE },
    { "a flag with a value", "user list --json=yes", NULL, CLI_USAGE },
    { "a number that is none", "user list --limit many", NULL, CLI_USAGE },
    { "a number below 0", "user list --limit -1", NULL, CLI_USAGE },
    { "an argument too many", "user show a b", NULL, CLI_USAGE },
    { "an argument too few", "user show", NULL, CLI_USAGE },
    { "an argument that is not UTF-8", "user show \xFF", NULL, CLI_USAGE },
    { "serve takes nothing", "serve now", NULL, CLI_USAGE },
    { "a configuration file that is not there", "--config /nonexistent/file user list", NULL,
      CLI_USAGE },
    { "no server", "user list", NULL, CLI_UNREACHABLE },
    { "no server for a change", "number add +12025550100", NULL, CLI_UNREACHABLE },
    { "no server to look a name up", "usage --user Ann", NULL, CLI_UNREACHABLE },
    { "no server to follow", "tail", NULL, CLI_UNREACHABLE },
    { "removing a user wants --yes", "user remove usr_0", NULL, CLI_USAGE },
    { "an opt-out wants evidence", "opt-out add usr_0 +12025550101", NULL, CLI_USAGE },
    { "a text wants somebody to go to", "send --user usr_0 hi", NULL, CLI_USAGE },
    { "a text that is not UTF-8", "send --user usr_0 --to +12025550101 -", "\xFF", CLI_USAGE },
    { "explain wants both ends", "explain --from +12025550101 hi", NULL, CLI_USAGE },
    { "agent settings that are no JSON", "user agent set usr_0 --file -", "{", CLI_USAGE },
    { "agent settings that are no object", "user agent set usr_0 --file -", "[]", CLI_USAGE },
    { "segments of nothing", "segments", NULL, CLI_OK },
    { "segments as JSON", "segments --json --smart", "hi", CLI_OK },
    { "segments takes no argument", "segments hi", NULL, CLI_USAGE },
    { "a signature that does not hold",
      "doctor signature --url https://a.example/ --signature AAAA --token t", "Body=hi",
      CLI_FAILED },
    { "a signature that is not given", "doctor signature --url https://a.example/ --token t", NULL,
      CLI_USAGE },
    { "doctor on nothing at all has only warnings", "doctor --json", NULL, CLI_OK },
    { "an unknown check", "doctor everything", NULL, CLI_USAGE },
    { "a simulator without a number", "simulator --listen 127.0.0.1:0", NULL, CLI_USAGE },
    { "a simulator on a bad address", "simulator --number +12025550100 --listen nowhere", NULL,
      CLI_USAGE },
    { "the demo ends with its input", "demo", NULL, CLI_OK },
    { "the demo obeys /quit", "demo", "/users\n/log\n/why\n/nonsense\n/as nobody\n/quit\n",
      CLI_OK },
    { "the demo's tour", "demo --script " TOUR, NULL, CLI_OK },
    { "a script whose expectation fails", "demo --script -", "ben: hi\nexpect: good day\n",
      CLI_FAILED },
    { "a script that expects too little", "demo --script -", "ben: hi\nexpect-not: hi\n",
      CLI_FAILED },
    { "a script with a bad line", "demo --script -", "ann: hi\nbob: hi\n", CLI_USAGE },
    { "a script that expects before it texts", "demo --script -", "expect: hi\n", CLI_USAGE },
    { "a script that is not there", "demo --script /nonexistent/file", NULL, CLI_USAGE },
    { "the demo wants a port", "demo --listen 127.0.0.1", NULL, CLI_USAGE },
};

/* Put `fd` in the place of `target` and return what was there. */
static int redirect(int fd, int target)
{
    int before = dup(target);

    fflush(NULL);
    dup2(fd, target);
    close(fd);
    return before;
}

static int input_open(const char *text)
{
    int fd = memfd_create("input", MFD_CLOEXEC);

    if (fd < 0 || (text && write(fd, text, strlen(text)) < 0))
        die("no file in memory");
    lseek(fd, 0, SEEK_SET);
    return fd;
}

static int split(struct arena *arena, const char *arguments, char **argv, size_t most)
{
    struct str rest = str_of(arguments), word;
    int argc = 0;

    argv[argc++] = (char *)(uintptr_t)arena_copy(arena, str_of("answerback")).ptr;
    while (str_cut(&rest, ' ', &word) && (size_t)argc + 1 < most) {
        if (word.len > 0)
            argv[argc++] = (char *)(uintptr_t)arena_copy(arena, word).ptr;
    }
    return argc;
}

static void ends(void **state)
{
    static const char *const environment[] = { "ANSWERBACK_DATA_DIR=/nonexistent/answerback",
                                               NULL };
    const struct call_case *c = *state;
    CLEANUP(arena_release) struct arena arena = { 0 };
    char *argv[16] = { 0 };
    int argc = split(&arena, c->arguments, argv, ARRAY_LEN(argv)), code, in, out, errors;

    in = redirect(input_open(c->input), STDIN_FILENO);
    out = redirect(open("/dev/null", O_WRONLY | O_CLOEXEC), STDOUT_FILENO);
    errors = redirect(open("/dev/null", O_WRONLY | O_CLOEXEC), STDERR_FILENO);
    clearerr(stdin);
    code = cli_dispatch(argc, argv, environment);
    redirect(in, STDIN_FILENO);
    redirect(out, STDOUT_FILENO);
    redirect(errors, STDERR_FILENO);
    assert_int_equal(code, c->want);
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(cases)];

    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        tests[i] = (struct CMUnitTest){ cases[i].name, ends, NULL, NULL, (void *)&cases[i] };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
