/*
 * notes.c - "remember …", "what did I tell you about …", "forget …" and "remind me …".
 *
 * Each command is a function that gets the words after its opening phrase. Nothing is forgotten
 * unless exactly one note is meant or the text says "everything". Reminders are in remind.c.
 */
#include "agent/rule/notes.h"

#include <stdlib.h>

#include "agent/rule/ranking.h"
#include "agent/rule/remind.h"

#define LISTED_MOST 5
#define RECALL_ASKED 0.5 /* of what is asked for by name */
#define ANSWER_ASKED 0.6 /* of a question that does not say it asks for a note */

/* The text from the first word on to the end, with its punctuation but no blanks. */
static struct str source_from(struct words w)
{
    if (w.count == 0)
        return (struct str){ 0 };
    return str_trim(str_slice(w.source, w.at[0].from, w.source.len));
}

static bool asked_at_end(struct words w)
{
    return w.count > 0 && w.at[w.count - 1].asked;
}

static void say_list(struct reply *reply, const char *rule, const char *title,
                     const size_t *entries, size_t count)
{
    CLEANUP(buf_release) struct buf out = { 0 };

    buf_add_text(&out, title);
    if (count == 1) {
        buf_add_char(&out, ' ');
        buf_add(&out, reply->request->facts[entries[0]].text);
    }
    for (size_t i = 0; count > 1 && i < count && i < LISTED_MOST; i++)
        buf_addf(&out, "\n- %.*s", STR_ARGS(reply->request->facts[entries[i]].text));
    if (count > LISTED_MOST)
        buf_addf(&out, "\n(and %zu more)", count - LISTED_MOST);
    reply_say(reply, rule, buf_view(&out));
}

static int compare_entries(const void *a, const void *b)
{
    const size_t *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

/*
 * The facts that have the most of `topic`, and at least `least` of it, the newest first among
 * equals: *ret_count entries in the arena.
 */
static bool rank_facts(struct reply *reply, struct words topic, double least, size_t **ret,
                       size_t *ret_count, struct err *err)
{
    struct ranking *ranking = ranking_create(err);
    struct ranking_match *matches = NULL;
    size_t found = 0;
    double best = 0;
    bool ok = ranking != NULL;

    for (size_t i = 0; ok && i < reply->request->fact_count; i++)
        ok = ranking_add(ranking, i, reply->request->facts[i].text, err);
    ok = ok && ranking_find(ranking, topic, reply->arena, &matches, &found, err);
    ranking_destroy(ranking);
    if (!ok)
        return false;
    for (size_t i = 0; i < found; i++)
        best = matches[i].asked > best ? matches[i].asked : best;
    *ret = ARENA_ARRAY(reply->arena, size_t, found + 1);
    *ret_count = 0;
    for (size_t i = 0; i < found; i++) {
        if (matches[i].exact) { /* they come first: nothing else can be meant */
            (*ret)[0] = matches[i].entry;
            *ret_count = 1;
            return true;
        }
        if (matches[i].asked >= least && matches[i].asked >= best - 0.001)
            (*ret)[(*ret_count)++] = matches[i].entry;
    }
    qsort(*ret, *ret_count, sizeof(**ret), compare_entries);
    return true;
}

static bool has_topic(struct words w)
{
    for (size_t i = 0; i < w.count; i++) {
        if (!word_is_filler(w.at[i].text))
            return true;
    }
    return false;
}

static enum notes_result list_all(struct reply *reply)
{
    size_t *all = ARENA_ARRAY(reply->arena, size_t, reply->request->fact_count + 1);

    for (size_t i = 0; i < reply->request->fact_count; i++)
        all[i] = i;
    if (reply->request->fact_count == 0)
        reply_say(reply, "recall", str_of("You have not asked me to remember anything yet."));
    else
        say_list(reply, "recall", "You told me:", all, reply->request->fact_count);
    return NOTES_DONE;
}

static enum notes_result recall(struct reply *reply, struct words topic, struct err *err)
{
    size_t *entries, count;

    if (!has_topic(topic))
        return list_all(reply);
    if (!rank_facts(reply, topic, RECALL_ASKED, &entries, &count, err))
        return NOTES_FAILED;
    if (count == 0)
        reply_say(reply, "recall", str_of("I have no note about that."));
    else
        say_list(reply, "recall", "You told me:", entries, count);
    return NOTES_DONE;
}

static bool already_known(const struct reply *reply, struct str text)
{
    for (size_t i = 0; i < reply->request->fact_count; i++) {
        if (str_equal_nocase(reply->request->facts[i].text, text))
            return true;
    }
    return false;
}

static enum notes_result remember(struct reply *reply, struct words what, struct err *err)
{
    CLEANUP(buf_release) struct buf out = { 0 };
    bool that = what.count > 0 && str_is(what.at[0].text, "that");
    struct str text;
    size_t most;

    if (what.count > 0 && word_in(what.at[0].text, "when how why who"))
        return NOTES_NONE; /* "remember when we met" tells nothing */
    if (asked_at_end(what) && !that)
        return recall(reply, what, err);
    what = words_part(what, that ? 1 : 0, what.count);
    text = source_from(what);
    if (asked_at_end(what)) /* "can you remember that …?" */
        text = words_source(what);
    if (what.count == 0) {
        reply_say(reply, "remember",
                  str_of("What shall I remember? For example: remember that my "
                         "bike is in the cellar"));
    } else if (!reply_text_fits(reply, "remember", text, &most)) {
        buf_addf(&out, "That is too long for a note. I can keep %zu characters.", most);
        reply_say(reply, "remember", buf_view(&out));
    } else if (already_known(reply, text)) {
        reply_say(reply, "remember", str_of("I have that note already."));
    } else {
        reply_call(reply, "remember", text, (struct str){ 0 });
        buf_addf(&out, "Noted: %.*s", STR_ARGS(text));
        reply_say(reply, "remember", buf_view(&out));
    }
    return NOTES_DONE;
}

static enum notes_result forget_all(struct reply *reply)
{
    CLEANUP(buf_release) struct buf out = { 0 };

    for (size_t i = 0; i < reply->request->fact_count; i++)
        reply_call(reply, "forget", reply->request->facts[i].text, (struct str){ 0 });
    buf_add_text(&out, reply->request->fact_count > 0 ? "OK, I have forgotten all your notes."
                                                      : "I have no notes of yours.");
    reply_say(reply, "forget", buf_view(&out));
    return NOTES_DONE;
}

static bool means_all(struct reply *reply, struct words what)
{
    static const char *const all[] = { "everything",
                                       "all",
                                       "all of it",
                                       "all notes",
                                       "all my notes",
                                       "my notes",
                                       "everything about me",
                                       "everything i told you",
                                       "everything i said",
                                       "everything you know",
                                       "everything you know about me",
                                       "me" };
    struct str joined = words_joined(reply->arena, what);

    for (size_t i = 0; i < ARRAY_LEN(all); i++) {
        if (str_is(joined, all[i]))
            return true;
    }
    return false;
}

static enum notes_result forget(struct reply *reply, struct words what, struct err *err)
{
    CLEANUP(buf_release) struct buf out = { 0 };
    size_t *entries, count;

    if (means_all(reply, what))
        return forget_all(reply);
    if (what.count == 0 || words_all_in(what, "it that this about please"))
        return NOTES_DONE; /* "forget it": never mind */
    if (!rank_facts(reply, what, ANSWER_ASKED, &entries, &count, err))
        return NOTES_FAILED;
    if (count == 0) {
        reply_say(reply, "forget", str_of("I have no note about that."));
    } else if (count > 1) {
        say_list(reply, "forget", "Which one? Text forget and the whole note:", entries, count);
    } else {
        struct str text = reply->request->facts[entries[0]].text;

        reply_call(reply, "forget", text, (struct str){ 0 });
        buf_addf(&out, "Forgotten: %.*s", STR_ARGS(text));
        reply_say(reply, "forget", buf_view(&out));
    }
    return NOTES_DONE;
}

static enum notes_result remind(struct reply *reply, struct words what, struct err *err)
{
    (void)err;
    remind_command(reply, what);
    return NOTES_DONE;
}

typedef enum notes_result command(struct reply *reply, struct words rest, struct err *err);

// clang-format off
static const struct { const char *phrase, *tool; command *run; } commands[] = {
    { "remember", "remember", remember },
    { "dont forget that", "remember", remember },
    { "dont forget", "remember", remember },
    { "do not forget", "remember", remember },
    { "note that", "remember", remember },
    { "note to self", "remember", remember },
    { "make a note of", "remember", remember },
    { "make a note", "remember", remember },
    { "take a note", "remember", remember },
    { "add a note", "remember", remember },
    { "what do you remember about", NULL, recall },
    { "what do you remember", NULL, recall },
    { "what did i tell you about", NULL, recall },
    { "what did i tell you", NULL, recall },
    { "what did i say about", NULL, recall },
    { "what have i told you about", NULL, recall },
    { "what have i told you", NULL, recall },
    { "what did i ask you to remember", NULL, recall },
    { "do you remember", NULL, recall },
    { "where did i put", NULL, recall },
    { "where did i leave", NULL, recall },
    { "where did i park", NULL, recall },
    { "where have i put", NULL, recall },
    { "remind me what", NULL, recall },
    { "remind me where", NULL, recall },
    { "remind me who", NULL, recall },
    { "remind me which", NULL, recall },
    { "remind me how", NULL, recall },
    { "show my notes", NULL, recall },
    { "list my notes", NULL, recall },
    { "what are my notes", NULL, recall },
    { "forget about", "forget", forget },
    { "forget that", "forget", forget },
    { "forget", "forget", forget },
    { "delete the note about", "forget", forget },
    { "delete my note about", "forget", forget },
    { "delete the note", "forget", forget },
    { "remind me", "remind", remind },
    { "set a reminder", "remind", remind },
    { "set reminder", "remind", remind },
};
// clang-format on

/* "note: …" is a command, "note paper?" is not. */
static bool is_note_colon(struct words w)
{
    return w.count > 0 && str_is(w.at[0].text, "note") && w.at[0].to < w.source.len &&
           w.source.ptr[w.at[0].to] == ':';
}

/* Without "hi", "please", "could you" and the like. */
static struct words after_courtesy(struct words w)
{
    static const char *const polite[] = { "hi",
                                          "hello",
                                          "hey",
                                          "hi there",
                                          "hello there",
                                          "good morning",
                                          "please",
                                          "pls",
                                          "plz",
                                          "good afternoon",
                                          "good evening",
                                          "ok",
                                          "okay",
                                          "and",
                                          "also",
                                          "can you",
                                          "could you",
                                          "would you",
                                          "will you",
                                          "can u",
                                          "i want you to",
                                          "i need you to",
                                          "id like you to",
                                          "thanks",
                                          "thank you",
                                          "can you please",
                                          NULL };
    size_t n;

    while ((n = words_start_any(w, polite)) > 0)
        w = words_part(w, n, w.count);
    return w;
}

/* A topic that needs its first word: the phrases "where did I park" and "my notes" say enough
 * without. */
enum notes_result notes_command(struct reply *reply, struct words text, struct err *err)
{
    struct words w = after_courtesy(text);
    size_t best = 0, most = 0;

    if (!reply->settings->notes)
        return NOTES_NONE;
    if (is_note_colon(w) && reply_has_tool(reply, "remember"))
        return remember(reply, words_part(w, 1, w.count), err);
    for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
        size_t n = words_start(w, commands[i].phrase);

        if (n > most) {
            most = n;
            best = i;
        }
    }
    if (most == 0 || (commands[best].tool && !reply_has_tool(reply, commands[best].tool)))
        return NOTES_NONE;
    return commands[best].run(reply, words_part(w, most, w.count), err);
}

enum notes_result notes_recall(struct reply *reply, struct words question, struct err *err)
{
    size_t *entries, count;

    if (!reply->settings->notes || reply->request->fact_count == 0 || !words_ask(question) ||
        !has_topic(question))
        return NOTES_NONE;
    if (!rank_facts(reply, question, ANSWER_ASKED, &entries, &count, err))
        return NOTES_FAILED;
    if (count == 0)
        return NOTES_NONE;
    say_list(reply, "recall", "You told me:", entries, count);
    return NOTES_DONE;
}
