/*
 * demo.c - `answerback demo`: text as one of several people, and watch.
 *
 * Signals end it as /quit does, so that the temporary data directory never stays behind.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "cli/demo_line.h"
#include "cli/demo_talk.h"
#include "cli/options.h"
#include "cli/suggest.h"

#define SCRIPT_BYTES_MOST ((size_t)1 << 20)
#define LINE_BYTES_MOST 65536
#define LOG_BYTES_SHOWN 2000

struct player {
    struct talk talk;
    struct str from, to; /* who is played */
    bool prompts;        /* stdin is a terminal */
    bool quit;
    struct arena arena; /* phones that were typed */
};

/* ---- what is printed around the texts ---- */

static void print_welcome(const struct player *p)
{
    const struct style *s = &p->talk.style;
    struct str url = demo_url(p->talk.demo), dir = demo_data_dir(p->talk.demo);

    printf("%sAnswerback, with a pretend carrier: nothing reaches a real phone.%s\n\n", s->bold,
           s->reset);
    printf("  %s%s%s  the shared number: Ann and Ben text it, each has an agent and notes of their "
           "own\n",
           s->ours, DEMO_SHARED, s->reset);
    printf("  %s%s%s  Rosa's Bakery: anybody texts it, Rosa's receptionist answers\n\n", s->ours,
           DEMO_BAKERY, s->reset);
    printf("  health   curl %.*s/healthz\n", STR_ARGS(url));
    printf("  API      curl --unix-socket %.*s/admin.sock http://x/v1/users\n", STR_ARGS(dir));
    printf("  watch    ANSWERBACK_DATA_DIR=%.*s %s tail\n\n", STR_ARGS(dir),
           program_invocation_name); /* as it was called: it may not be on the PATH */
}

static void print_help(void)
{
    printf("Type a text and press Enter to send it. Try:\n"
           "  remember the door code is 4411      then: what is the door code?\n"
           "  /ben, and ask the same              nobody's notes reach another\n"
           "  /stranger, and: are you open on Sunday?\n"
           "  STOP, then anything, then START     silence, explained\n\n"
           "  /ann /ben /stranger   be somebody; /ann@bakery texts the other number\n"
           "  /as +12025550199      be anybody\n"
           "  /why                  every screen of the last text, and why it ended as it did\n"
           "  /users                who is there\n"
           "  /log                  the end of the server's log\n"
           "  /quit                 or Ctrl-D\n");
}

static void print_users(const struct player *p)
{
    for (size_t i = 0; i < demo_people_count; i++)
        printf("  /%-10s %s → %s  %s %s\n", demo_people[i].key, demo_people[i].phone,
               demo_people[i].number, demo_people[i].name, demo_people[i].about);
    printf("You are %.*s.\n", STR_ARGS(talk_name(p->from)));
}

static void print_log(const struct player *p)
{
    struct str path = demo_log_path(p->talk.demo);
    FILE *file = fopen(path.ptr, "re");
    char bytes[LOG_BYTES_SHOWN];
    struct str text;
    size_t len = 0;

    if (file && (fseek(file, -LOG_BYTES_SHOWN, SEEK_END) == 0 || fseek(file, 0, SEEK_SET) == 0))
        len = fread(bytes, 1, sizeof(bytes), file);
    if (file)
        fclose(file);
    text = str_make(bytes, len);
    if (len == sizeof(bytes)) /* begins in the middle of a line */
        text = str_slice(text, (size_t)(str_find_char(text, '\n') + 1), text.len);
    printf("%.*s%s\n", STR_ARGS(text), path.ptr);
}

static void print_prompt(const struct player *p)
{
    struct str name = talk_name(p->from), to = talk_name(p->to);

    if (p->prompts)
        printf("%s%.*s%s → %.*s› ", p->talk.style.bold, STR_ARGS(name), p->talk.style.reset,
               STR_ARGS(to));
    fflush(stdout);
}

/* ---- commands ---- */

static void be(struct player *p, struct str who)
{
    struct demo_line line;

    if (!demo_who_read(str_trim(who), &line)) {
        printf("Nobody is called \"%.*s\": ann, ben, stranger, or a phone such as +12025550199.\n",
               STR_ARGS(str_slice(who, 0, 40)));
        return;
    }
    p->from = arena_copy(&p->arena, line.from);
    p->to = arena_copy(&p->arena, line.to);
}

static void refuse_command(struct str word)
{
    static const char *const names[] = { "ann",  "ben",   "stranger", "as",  "why",
                                         "help", "users", "log",      "quit" };
    const char *near = suggest(word, names, ARRAY_LEN(names));

    printf("There is no /%.*s; %s%s%s\n", STR_ARGS(word),
           near ? "is /" : "/help lists what there is", near ? near : "", near ? " meant?" : "");
}

static void obey(struct player *p, struct str line)
{
    struct str rest = line, word;
    struct demo_line who;
    struct err err = { 0 };

    str_cut(&rest, ' ', &word);
    if (str_is(word, "quit") || str_is(word, "exit") || str_is(word, "q"))
        p->quit = true;
    else if (str_is(word, "help"))
        print_help();
    else if (str_is(word, "users"))
        print_users(p);
    else if (str_is(word, "log"))
        print_log(p);
    else if (str_is(word, "as"))
        be(p, rest);
    else if (demo_who_read(word, &who))
        be(p, word);
    else if (!str_is(word, "why"))
        refuse_command(word);
    else if (!talk_why(&p->talk, str_trim(rest), &err))
        printf("%s\n", err.text);
}

static void take_line(struct player *p, struct str line)
{
    struct err err = { 0 };

    line = str_trim(line);
    if (line.len == 0)
        return;
    if (line.ptr[0] == '/') {
        obey(p, str_slice(line, 1, line.len));
        return;
    }
    if (!p->prompts) /* show what was piped in */
        printf("\n%s%.*s%s: %.*s\n", p->talk.style.bold, STR_ARGS(talk_name(p->from)),
               p->talk.style.reset, STR_ARGS(line));
    if (!str_is_utf8(line))
        printf("That is not UTF-8 text.\n");
    else if (!talk_text(&p->talk, p->from, p->to, line, &err))
        printf("%s\n", err.text);
}

/* ---- typing ---- */

/* Take the lines out of what was read. */
static void take_lines(struct player *p, struct buf *typed)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    struct str rest = arena_copy(&arena, buf_view(typed)), line;

    while (!p->quit && !p->talk.ended && str_find_char(rest, '\n') >= 0) {
        str_cut(&rest, '\n', &line);
        take_line(p, line);
        print_prompt(p);
    }
    buf_clear(typed);
    buf_add(typed, rest);
}

/* False at the end of what is typed. */
static bool read_typed(struct player *p, struct buf *typed)
{
    char bytes[4096];
    ssize_t n = read(STDIN_FILENO, bytes, sizeof(bytes));

    if (n > 0 && typed->len < LINE_BYTES_MOST)
        buf_add(typed, str_make(bytes, (size_t)n));
    if (n > 0) {
        take_lines(p, typed);
        return true;
    }
    take_line(p, buf_view(typed)); /* a last line without an end */
    return false;
}

/* What came by itself stands on lines of its own, and the prompt comes again below. */
static void show_news(struct player *p)
{
    p->talk.at_prompt = p->prompts;
    talk_news(&p->talk);
    if (p->prompts && !p->talk.at_prompt)
        print_prompt(p);
    p->talk.at_prompt = false;
    fflush(stdout);
}

static void converse(struct player *p)
{
    CLEANUP(buf_release) struct buf typed = { 0 };
    struct pollfd ready[] = { { .fd = STDIN_FILENO, .events = POLLIN },
                              { .fd = p->talk.ends_fd, .events = POLLIN },
                              { .fd = p->talk.events.fd, .events = POLLIN } };
    bool more = true;

    print_welcome(p);
    print_help();
    printf("\n");
    print_prompt(p);
    while (more && !p->quit && !p->talk.ended && poll(ready, ARRAY_LEN(ready), -1) >= 0) {
        p->talk.ended = ready[1].revents != 0;
        if (ready[2].revents)
            show_news(p);
        if (ready[0].revents && !p->talk.ended)
            more = read_typed(p, &typed);
    }
    if (p->prompts && !p->quit)
        printf("\n");
}

/* ---- scripts ---- */

static int fail_script(size_t number, const char *what, struct str text, struct str shown)
{
    fflush(stdout);
    fprintf(stderr, "answerback demo: line %zu: %s \"%.*s\"; the last text led to:\n%.*s", number,
            what, STR_ARGS(text), STR_ARGS(shown));
    return CLI_FAILED;
}

static int play(struct player *p, size_t number, const struct demo_line *line)
{
    struct str shown = buf_view(&p->talk.shown);
    const struct style *s = &p->talk.style;
    struct err err = { 0 };

    switch (line->kind) {
    case DEMO_NOTHING: return CLI_OK;
    case DEMO_COMMENT:
        printf("\n%s# %.*s%s\n", s->dim, STR_ARGS(line->text), s->reset);
        return CLI_OK;
    case DEMO_TEXT:
        printf("\n%s%.*s → %.*s%s: %.*s\n", s->bold, STR_ARGS(talk_name(line->from)),
               STR_ARGS(talk_name(line->to)), s->reset, STR_ARGS(line->text));
        if (talk_text(&p->talk, line->from, line->to, line->text, &err))
            return CLI_OK;
        fprintf(stderr, "answerback demo: line %zu: %s\n", number, err.text);
        return CLI_FAILED;
    case DEMO_EXPECT:
        return str_find(shown, line->text) >= 0
                   ? CLI_OK
                   : fail_script(number, "expected", line->text, shown);
    case DEMO_EXPECT_NOT:
        return str_find(shown, line->text) < 0
                   ? CLI_OK
                   : fail_script(number, "did not expect", line->text, shown);
    }
    return CLI_FAILED;
}

/* Every line is checked before the first is played. */
static int check_script(struct str script, const char *path)
{
    struct demo_line parsed = { 0 };
    struct str line;
    bool texted = false;

    for (size_t number = 1; str_cut(&script, '\n', &line); number++) {
        struct err err = { 0 };

        if (!str_is_utf8(line))
            err_set(&err, ERR_INVALID, "it is not UTF-8 text");
        else if (demo_line_read(line, &parsed, &err) && parsed.kind >= DEMO_EXPECT && !texted)
            err_set(&err, ERR_INVALID, "nothing was texted before that could be expected of");
        if (err.kind != ERR_NONE) {
            fprintf(stderr, "answerback demo: %s: line %zu: %s\n", path, number, err.text);
            return CLI_USAGE;
        }
        texted = texted || parsed.kind == DEMO_TEXT;
    }
    return CLI_OK;
}

static int play_script(struct player *p, struct str script)
{
    struct str line;

    for (size_t number = 1; str_cut(&script, '\n', &line) && !p->talk.ended; number++) {
        struct demo_line parsed;
        struct err err = { 0 };
        int code;

        if (!demo_line_read(line, &parsed, &err))
            die("a line that was checked is bad: %s", err.text);
        code = play(p, number, &parsed);
        if (code)
            return code;
    }
    return p->talk.ended ? CLI_FAILED : CLI_OK;
}

/* ---- the command ---- */

struct demo_options {
    struct str listen, data_dir, script_path, script;
};

static const char *text_of(struct cli *cli, struct str value)
{
    return value.ptr ? arena_copy(&cli->arena, value).ptr : NULL;
}

/* Block the signals that end it in every thread from here on; a descriptor tells of them. */
static int open_ends(void)
{
    sigset_t ends;

    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &ends, NULL);
    return signalfd(-1, &ends, SFD_CLOEXEC | SFD_NONBLOCK);
}

static int run_demo(struct cli *cli, const struct demo_options *o, struct player *p)
{
    struct demo_config config = { .listen = text_of(cli, o->listen),
                                  .data_dir = text_of(cli, o->data_dir),
                                  .on_event = talk_event,
                                  .context = &p->talk };
    struct err err = { 0 };
    int code = CLI_OK;

    if (!demo_start(&config, &p->talk.demo, &err))
        return cli_fail(cli, &err);
    if (o->script_path.ptr)
        code = play_script(p, o->script);
    else
        converse(p);
    fflush(stdout);
    demo_stop(p->talk.demo);
    return code;
}

static int run(struct cli *cli)
{
    struct demo_options o = { 0 };
    const struct cli_option options[] = { { "--listen", OPTION_TEXT, &o.listen },
                                          { "--data-dir", OPTION_TEXT, &o.data_dir },
                                          { "--script", OPTION_TEXT, &o.script_path } };
    struct style style = style_of(stdout, getenv("NO_COLOR"), getenv("TERM"));
    struct player player = { .from = str_of(demo_people[0].phone),
                             .to = str_of(demo_people[0].number) };
    int code = options_read(cli, options, ARRAY_LEN(options), 0, 0);

    if (!code && o.script_path.ptr) {
        if (!options_file(cli, o.script_path, SCRIPT_BYTES_MOST, &o.script))
            return CLI_USAGE;
        code = check_script(o.script, text_of(cli, o.script_path));
    }
    if (code)
        return code;
    player.prompts = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
    talk_init(&player.talk, &style, open_ends());
    code = run_demo(cli, &o, &player);
    talk_release(&player.talk);
    close(player.talk.ends_fd);
    arena_release(&player.arena);
    return code;
}

const struct command command_demo = {
    .name = "demo",
    .arguments = "[--script FILE] [--listen ADDRESS:PORT] [--data-dir DIR]",
    .summary = "see it work: server and pretend carrier in one, text as anybody",
    .details =
        "No account, no network, nothing to set up. You play people on a shared number and a\n"
        "stranger who texts a bakery, and see route, screens, outcome, answer and delivery.\n\n"
        "  --script FILE           play a conversation unattended; - is stdin. Lines are\n"
        "                          `ann: TEXT`, `ann@bakery: TEXT`, `+12025550199@shared: TEXT`,\n"
        "                          `expect: PART`, `expect-not: PART` and `# comment`. Exit code "
        "1\n"
        "                          when an expectation is not met\n"
        "  --listen ADDRESS:PORT   where the server listens; any free port when not given\n"
        "  --data-dir DIR          keep the data there; not one that is in real use\n\n"
        "examples:\n"
        "  answerback demo\n"
        "  answerback demo --script examples/demo.script\n",
    .run = run,
};
