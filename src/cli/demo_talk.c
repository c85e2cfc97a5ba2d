/*
 * demo_talk.c - a text goes out, and everything it leads to is shown.
 *
 * Route, screens and outcome are asked of the server; answers and their delivery are told by the
 * simulator, that is, by the phone they arrive at. Neither side's word is taken for the other's.
 */
#include "cli/demo_talk.h"

#include <poll.h>
#include <stdlib.h>

#include "cli/story.h"
#include "cli/text.h"
#include "cli/words.h"
#include "loop/clock.h"

#define SETTLED_WITHIN_US INT64_C(20000000)
#define LOOK_EVERY_MS 25
#define MARGIN 11 /* columns before what is said */
#define COLUMNS_MOST 80

struct news { /* an event on its way from the simulator's thread */
    struct letter letter;
    enum simulator_event_kind kind;
    struct arena arena;
    struct str sid, from, to, body;
    const char *status; /* static */
    int error_code, http_status;
};

void talk_event(void *context, const struct simulator_event *event)
{
    struct talk *talk = context;
    struct news *news = calloc(1, sizeof(*news));

    if (!news)
        die("out of memory");
    news->kind = event->kind;
    news->sid = arena_copy(&news->arena, event->sid);
    news->from = arena_copy(&news->arena, event->from);
    news->to = arena_copy(&news->arena, event->to);
    news->body = arena_copy(&news->arena, event->body);
    news->status = arena_copy(&news->arena, str_of(event->status)).ptr;
    news->error_code = event->error_code;
    news->http_status = event->http_status;
    mailbox_put(&talk->events, &news->letter);
}

void talk_init(struct talk *talk, const struct style *style, int ends_fd)
{
    *talk = (struct talk){ .style = *style, .ends_fd = ends_fd };
    mailbox_init(&talk->events);
}

static void news_free(struct news *news)
{
    arena_release(&news->arena);
    free(news);
}

void talk_release(struct talk *talk)
{
    struct letter *letter = mailbox_take(&talk->events);

    while (letter) {
        struct letter *next = letter->next;

        news_free((struct news *)letter);
        letter = next;
    }
    mailbox_release(&talk->events);
    buf_release(&talk->shown);
}

struct str talk_name(struct str phone)
{
    for (size_t i = 0; i < demo_people_count; i++) {
        if (str_is(phone, demo_people[i].phone))
            return str_of(demo_people[i].name);
    }
    if (str_is(phone, DEMO_SHARED))
        return str_of("the shared number");
    return str_is(phone, DEMO_BAKERY) ? str_of("Rosa's Bakery") : phone;
}

/* ---- showing ---- */

/* "  outcome  text": on the terminal with colours, in `shown` without. */
static void say(struct talk *talk, const char *what, const char *colour, struct str text)
{
    if (talk->at_prompt)
        printf("\n");
    talk->at_prompt = false;
    printf("  %s%-9s%s%s%.*s%s\n", talk->style.dim, what, talk->style.reset, colour, STR_ARGS(text),
           talk->style.reset);
    if (talk->in_text)
        buf_addf(&talk->shown, "%s %.*s\n", what, STR_ARGS(text));
}

static void say_body(struct talk *talk, const char *what, struct str body)
{
    CLEANUP(buf_release) struct buf text = { 0 };

    story_body(&text, body, MARGIN);
    say(talk, what, talk->style.ours, buf_view(&text));
}

/* The user of a message by name; nobody's is said as such. */
static struct str owner_of(struct talk *talk, json_t *message, struct arena *arena)
{
    CLEANUP(json_drop) json_t *user = NULL;
    struct str id = story_text(message, "user");
    struct err err = { 0 };

    if (id.len == 0)
        return str_of("nobody");
    if (!demo_get(talk->demo, arena_printf(arena, "/v1/users/%.*s", STR_ARGS(id)), &user, &err))
        return id;
    return text_safe(story_text(user, "name"), " ", arena);
}

/* The rule stands in the detail of the sender's layer; a text that ended earlier has none. */
static void show_route(struct talk *talk, json_t *message)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    json_t *layers = json_object_get(json_object_get(message, "why"), "layers"), *each;
    struct str owner = owner_of(talk, message, &arena), rule = { 0 }, rest;
    const char *meaning;
    size_t i;

    json_array_foreach (layers, i, each) {
        if (str_is(story_text(each, "layer"), "sender"))
            rule = story_text(each, "detail");
    }
    rest = rule;
    str_cut(&rest, ',', &rule);
    meaning = words_route(rule);
    if (!meaning)
        say(talk, "route", "", owner);
    else
        say(talk, "route", "",
            arena_printf(&arena, "%.*s (%.*s: %s)", STR_ARGS(owner), STR_ARGS(rule), meaning));
}

/* A comma and a blank, or a new line when the next word would not fit. */
static void add_word(struct buf *line, size_t *column, struct str word)
{
    bool first = *column == 0;

    if (*column + word.len + 2 > COLUMNS_MOST - MARGIN) {
        buf_addf(line, ",\n%*s", MARGIN + 2, "");
        *column = 2;
    } else if (!first) {
        buf_add_text(line, ", ");
    }
    buf_add(line, word);
    *column += word.len + 2;
}

/* Those that let it pass in a row, then the one at which it ended. */
static void show_screens(struct talk *talk, json_t *message)
{
    CLEANUP(buf_release) struct buf passed = { 0 }, ended = { 0 };
    json_t *layers = json_object_get(json_object_get(message, "why"), "layers"), *each;
    size_t i, column = 0;

    json_array_foreach (layers, i, each) {
        struct str name = story_text(each, "layer"), detail = story_text(each, "detail");

        if (str_is(story_text(each, "verdict"), "pass")) {
            buf_add_text(&passed, passed.len == 0 ? "✓ " : "");
            add_word(&passed, &column, name);
        } else {
            buf_addf(&ended, "ends at %.*s%s%.*s", STR_ARGS(name), detail.len > 0 ? ": " : "",
                     STR_ARGS(detail));
        }
    }
    if (passed.len > 0)
        say(talk, "screens", "", buf_view(&passed));
    if (ended.len > 0)
        say(talk, passed.len > 0 ? "" : "screens", "", buf_view(&ended));
}

static void show_outcome(struct talk *talk, json_t *message)
{
    CLEANUP(buf_release) struct buf text = { 0 };
    struct style plain = { "", "", "", "", "", "" };
    struct str rest, line;

    story_outcome(&text, message, &plain);
    rest = str_trim(buf_view(&text));
    str_cut(&rest, '\n', &line);
    say(talk, "outcome", talk->style.bold, line);
    if (str_cut(&rest, '\n', &line))
        say(talk, "", "", str_trim(line));
}

static void show_news(struct talk *talk, const struct news *news)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    struct str to = talk_name(news->to);
    struct str status = str_of(news->status);

    switch (news->kind) {
    case SIMULATOR_OUTBOUND:
        say_body(talk, "answer",
                 str_equal(news->to, talk->from)
                     ? news->body
                     : arena_printf(&arena, "(to %.*s) %.*s", STR_ARGS(to), STR_ARGS(news->body)));
        return;
    case SIMULATOR_STATUS:
        if (news->error_code != 0)
            say(talk, "delivery", talk->style.bad,
                arena_printf(&arena, "%.*s, error %d", STR_ARGS(status), news->error_code));
        else if (words_status_is_last(status))
            say(talk, "delivery", talk->style.good, status);
        return;
    case SIMULATOR_INBOUND:
        if (news->http_status != 200)
            say(talk, "webhook", talk->style.bad,
                arena_printf(&arena, "ended with status %d, error %d", news->http_status,
                             news->error_code));
        return;
    case SIMULATOR_PROVIDER_REPLY: say_body(talk, "carrier", news->body); return;
    }
}

void talk_news(struct talk *talk)
{
    struct letter *letter = mailbox_take(&talk->events);

    while (letter) {
        struct letter *next = letter->next;

        show_news(talk, (struct news *)letter);
        news_free((struct news *)letter);
        letter = next;
    }
}

/* ---- waiting ---- */

/* A moment, or until a signal asks to end. */
static void pause_a_moment(struct talk *talk)
{
    struct pollfd ends = { .fd = talk->ends_fd, .events = POLLIN };

    poll(&ends, 1, LOOK_EVERY_MS);
    talk->ended = talk->ended || ends.revents != 0;
}

static bool get_message(struct talk *talk, struct str id, json_t **ret, struct err *err)
{
    CLEANUP(arena_release) struct arena arena = { 0 };

    return demo_get(talk->demo, arena_printf(&arena, "/v1/messages/%.*s", STR_ARGS(id)), ret, err);
}

/* All answers of it have got to their end, whatever that is. */
static bool answers_are_over(struct talk *talk, json_t *message)
{
    json_t *replies = json_object_get(json_object_get(message, "why"), "replies"), *each;
    struct err err = { 0 };
    size_t i;

    json_array_foreach (replies, i, each) {
        CLEANUP(json_drop) json_t *reply = NULL;

        if (!get_message(talk, str_of(json_string_value(each)), &reply, &err) ||
            !words_status_is_last(story_text(reply, "status")))
            return false;
    }
    return true;
}

/* What the phone cannot tell: what the answer costs, and one that never got to the provider. */
static void show_answer_end(struct talk *talk, json_t *reply)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    CLEANUP(buf_release) struct buf text = { 0 };
    struct style plain = { "", "", "", "", "", "" };
    int64_t segments = 0;

    json_get_int(reply, "segments", false, &segments, NULL);
    if (segments > 1)
        say(talk, "billed", "", arena_printf(&arena, "%lld segments", (long long)segments));
    if (story_text(reply, "provider_sid").len > 0)
        return;
    say_body(talk, "unsent", story_text(reply, "body"));
    story_delivery(&text, reply, &plain);
    say(talk, "delivery", talk->style.bad, str_trim(buf_view(&text)));
}

static void show_answers_end(struct talk *talk, json_t *message)
{
    json_t *replies = json_object_get(json_object_get(message, "why"), "replies"), *each;
    size_t i;

    json_array_foreach (replies, i, each) {
        CLEANUP(json_drop) json_t *reply = NULL;
        struct err err = { 0 };

        if (get_message(talk, str_of(json_string_value(each)), &reply, &err))
            show_answer_end(talk, reply);
    }
}

struct progress {
    bool routed, decided, over;
};

/* Look once, and show what is new. */
static void look(struct talk *talk, struct progress *p)
{
    CLEANUP(json_drop) json_t *message = NULL;
    struct err err = { 0 };

    if (!get_message(talk, str_of(talk->sid), &message, &err))
        return; /* not applied yet */
    if (!p->routed) {
        show_route(talk, message);
        show_screens(talk, message);
        p->routed = true;
    }
    if (!p->decided && !str_is(story_text(json_object_get(message, "why"), "outcome"), "pending")) {
        show_outcome(talk, message);
        p->decided = true;
    }
    if (!p->decided)
        return;
    p->over = answers_are_over(talk, message);
    talk_news(talk);
    if (p->over)
        show_answers_end(talk, message);
}

bool talk_text(struct talk *talk, struct str from, struct str to, struct str body, struct err *err)
{
    struct progress progress = { 0 };
    int64_t until_us;

    talk_news(talk);
    buf_clear(&talk->shown);
    talk->from = from;
    talk->in_text = true;
    if (!demo_text(talk->demo, from, to, body, talk->sid, err)) {
        talk->sid[0] = '\0';
        return false;
    }
    until_us = clock_mono_us() + SETTLED_WITHIN_US;
    while (!progress.over && !talk->ended && clock_mono_us() < until_us) {
        pause_a_moment(talk);
        look(talk, &progress);
        fflush(stdout);
    }
    talk_news(talk);
    talk->in_text = false;
    return progress.over || talk->ended ||
           err_set(err, ERR_UNAVAILABLE, "the text was not settled within %d s",
                   (int)(SETTLED_WITHIN_US / 1000000));
}

bool talk_why(struct talk *talk, struct str id, struct err *err)
{
    CLEANUP(json_drop) json_t *message = NULL;
    CLEANUP(buf_release) struct buf out = { 0 };

    if (id.len == 0 && talk->sid[0] == '\0')
        return err_set(err, ERR_INVALID, "nothing was texted yet");
    if (!get_message(talk, id.len > 0 ? id : str_of(talk->sid), &message, err))
        return false;
    buf_addf(&out, "%.*s: ", STR_ARGS(story_text(message, "id")));
    story_body(&out, story_text(message, "body"), 2);
    buf_add_char(&out, '\n');
    story_screens(&out, message, &talk->style);
    buf_add_text(&out, "  ");
    story_outcome(&out, message, &talk->style);
    fwrite(out.ptr, 1, out.len, stdout);
    return true;
}
