/*
 * rule.c - the agent that answers from an operator's list, without a network and without a key.
 *
 * Rules are tried from the surest to the least sure: the exact question, a person asked for, a
 * command, then sentence by sentence small talk, opening hours, the ranked questions and the
 * contact's notes. Settings are parsed and indexed once and kept for the users seen last.
 */
#include "agent/rule/rule.h"

#include <pthread.h>
#include <stdlib.h>

#include "agent/rule/hours.h"
#include "agent/rule/notes.h"
#include "agent/rule/ranking.h"
#include "agent/rule/reply.h"
#include "sms/segment.h"

#define KEPT_MOST 32
#define FACTS_MOST 100

/*
 * How well a listed question must fit (ranking_match.both). Found by hand on the tables of
 * rule_test.c. Where each side has words that the other lacks, they are likely to be about two
 * different things; a text that asks nothing needs more before it gets an answer.
 */
#define FIT_OF_QUESTION 0.55
#define FIT_OF_STATEMENT 0.65
#define FIT_OF_OVERLAP 0.65
#define SHORT_WORDS 3 /* "gluten free?" is a question even without its mark */

struct kept { /* the settings of one user, ready to use */
    struct str source;
    uint64_t hash, used;
    struct arena arena;
    struct rule_settings settings;
    struct ranking *faq; /* NULL without questions */
};

struct rule {
    struct agent base;    /* first: an agent pointer is a rule pointer */
    pthread_mutex_t lock; /* over all that follows, and over the use of a kept ranking */
    struct kept kept[KEPT_MOST];
    uint64_t uses;
};

/* Settings, parsed once */

static void forget_kept(struct kept *k)
{
    ranking_destroy(k->faq);
    arena_release(&k->arena);
    *k = (struct kept){ 0 };
}

static bool index_faq(struct kept *k, struct err *err)
{
    if (k->settings.faq_count == 0)
        return true;
    k->faq = ranking_create(err);
    for (size_t i = 0; k->faq && i < k->settings.faq_count; i++) {
        const struct rule_faq *faq = &k->settings.faq[i];

        for (size_t j = 0; j < faq->question_count; j++) {
            if (!ranking_add(k->faq, i, faq->questions[j], err))
                return false;
        }
    }
    return k->faq != NULL;
}

/* The settings of `source`, from those kept or in the place of the least recently used. */
static struct kept *keep(struct rule *rule, struct str source, struct err *err)
{
    CLEANUP(json_drop) json_t *json = NULL;
    uint64_t hash = str_hash(source);
    struct kept *oldest = &rule->kept[0];

    for (size_t i = 0; i < KEPT_MOST; i++) {
        struct kept *k = &rule->kept[i];

        if (k->used > 0 && k->hash == hash && str_equal(k->source, source)) {
            k->used = ++rule->uses;
            return k;
        }
        oldest = k->used < oldest->used ? k : oldest;
    }
    json = json_read(source, err);
    if (!json)
        return NULL;
    forget_kept(oldest);
    if (!rule_settings_read(json, &oldest->arena, &oldest->settings, err) ||
        !index_faq(oldest, err)) {
        forget_kept(oldest);
        return NULL;
    }
    oldest->source = arena_copy(&oldest->arena, source);
    oldest->hash = hash;
    oldest->used = ++rule->uses;
    return oldest;
}

/* Answering one text */

struct answering {
    struct reply reply;
    struct ranking *faq;
    bool greeted, thanked, handoff;
    bool unknown; /* a question that no rule knew */
    bool puzzled; /* a remark that no rule knew: matters only when nothing else is said */
};

/* "Hi", "good morning Rosa", "hello, this is Anna": a greeting and nothing that needs another
 * answer. */
static bool is_greeting(const struct rule_settings *s, struct words w, struct arena *arena)
{
    static const char *const greetings[] = {
        "hi",      "hello",     "hey",          "hiya",           "hola",         "howdy",
        "yo",      "greetings", "good morning", "good afternoon", "good evening", "good day",
        "morning", NULL
    };
    static const char *const names[] = { "this is", "my name is", "its me", NULL };
    struct words name = words_of(arena, s->name);
    size_t n = words_start_any(w, greetings);

    if (n == 0)
        return false;
    while (n < w.count) {
        struct words rest = words_part(w, n, w.count);
        size_t more = words_start_any(rest, greetings);

        if (words_start_any(rest, names) > 0)
            return rest.count <= 6 && !words_ask(w);
        if (more == 0 && (word_in(rest.at[0].text, "there all everyone team again sir madam guys "
                                                   "folks to you and how are") ||
                          words_name(name, rest.at[0].text)))
            more = 1;
        if (more == 0)
            return false;
        n += more;
    }
    return true;
}

/* Nothing but thanks or a nod; *ret_thanks tells which. "no thanks" is a nod. */
static bool is_nod(struct words w, bool *ret_thanks)
{
    static const char nods[] =
        "thanks thank thanx thx ty tysm cheers you u so much very a lot lots many again for your "
        "the help everything info that all ok okay k kk great perfect cool nice awesome good fine "
        "super got it sounds see ya soon bye goodbye have lovely day evening weekend one too will "
        "do no problem worries appreciate appreciated i wonderful excellent alright lol haha "
        "understood noted tomorrow today tonight later then service";
    bool thanks = false, refused = w.count > 0 && word_in(w.at[0].text, "no nope");

    for (size_t i = 0; i < w.count; i++) {
        thanks = thanks || word_in(w.at[i].text, "thanks thanx thx ty tysm cheers appreciate") ||
                 (str_is(w.at[i].text, "thank") && i + 1 < w.count &&
                  word_in(w.at[i + 1].text, "you u"));
        if (!word_in(w.at[i].text, nods) || w.at[i].asked)
            return false;
    }
    *ret_thanks = thanks && !refused;
    return thanks ||
           (w.count <= 6 &&
            !word_in(w.at[0].text, "i you a the for your help info have "
                                   "no do day one tomorrow today tonight later then service"));
}

static bool fits(const struct ranking_match *m, struct words w)
{
    size_t topic = 0;
    bool personal = false;

    for (size_t i = 0; i < w.count; i++) {
        topic += word_is_filler(w.at[i].text) ? 0 : 1;
        personal = personal || word_in(w.at[i].text, "my our");
    }
    if (personal && m->covers < 1) /* "is my cake ready" is not about cakes in general */
        return false;
    if (m->asked < 1 && m->covers < 1 && m->both < FIT_OF_OVERLAP)
        return false;
    return m->both >= (words_ask(w) || topic <= SHORT_WORDS ? FIT_OF_QUESTION : FIT_OF_STATEMENT);
}

static void say_faq(struct answering *a, size_t entry)
{
    char rule[32];

    snprintf(rule, sizeof(rule), "faq %zu", entry);
    reply_say(&a->reply, rule, a->reply.settings->faq[entry].answer);
}

/* `w` is word for word a question of the list. */
static bool answer_exact(struct answering *a, struct words w)
{
    size_t entry;

    if (!a->faq || !ranking_exact(a->faq, w, a->reply.arena, &entry))
        return false;
    say_faq(a, entry);
    return true;
}

/* `w` is much like a question of the list. */
static bool answer_like(struct answering *a, struct words w, struct err *err)
{
    struct ranking_match *matches;
    size_t count;

    if (!a->faq || !ranking_find(a->faq, w, a->reply.arena, &matches, &count, err) || count == 0 ||
        !fits(&matches[0], w))
        return false;
    say_faq(a, matches[0].entry);
    return true;
}

/* Does a handoff word stand in `w` as itself, and not after a no? */
static bool asks_person(const struct answering *a, struct words w)
{
    for (size_t i = 0; i < a->reply.settings->handoff_count; i++) {
        struct words phrase = words_of(a->reply.arena, a->reply.settings->handoff_words[i]);
        ptrdiff_t at = words_find(w, phrase);
        bool refused = false;

        for (ptrdiff_t j = at > 5 ? at - 5 : 0; j < at; j++)
            refused =
                refused || word_in(w.at[j].text, "no not dont doesnt didnt never without isnt");
        if (at >= 0 && !refused)
            return true;
    }
    return false;
}

static bool answer_hours(struct answering *a, struct words w)
{
    CLEANUP(buf_release) struct buf out = { 0 };

    if (!hours_answer(a->reply.settings, w, a->reply.request->timezone, a->reply.request->now_ms,
                      &out))
        return false;
    reply_say(&a->reply, "hours", buf_view(&out));
    return true;
}

/* One sentence; true when a rule knew what to do with it. */
static bool answer_sentence(struct answering *a, struct words w, struct err *err)
{
    bool thanks = false;

    if (answer_exact(a, w))
        return true;
    if (is_greeting(a->reply.settings, w, a->reply.arena)) {
        a->greeted = true;
        return true;
    }
    if (is_nod(w, &thanks)) {
        a->thanked = a->thanked || thanks;
        return true;
    }
    return answer_hours(a, w) || answer_like(a, w, err) ||
           notes_recall(&a->reply, w, err) == NOTES_DONE;
}

static void answer_sentences(struct answering *a, struct words text, struct err *err)
{
    struct words rest = text, sentence;
    size_t known = 0, unknown = 0, said = a->reply.part_count;
    bool asked = false;

    while (err->kind == ERR_NONE && words_sentence(&rest, &sentence)) {
        bool answered = answer_sentence(a, sentence, err);

        known += answered ? 1 : 0;
        unknown += answered ? 0 : 1;
        asked = asked || (!answered && words_ask(sentence));
    }
    if (unknown == 0)
        return;
    /* What no sentence says alone, all of them may say together. */
    if (a->reply.part_count == said && known + unknown > 1 && answer_like(a, text, err))
        return;
    a->unknown = a->unknown || asked;
    a->puzzled = true;
}

static void answer_text(struct answering *a, const struct agent_message *m, struct err *err)
{
    struct words text = words_of(a->reply.arena, m->body);
    enum notes_result notes;

    if (text.count == 0) {
        a->unknown = a->unknown || m->media_count > 0;
        return;
    }
    if (answer_exact(a, text))
        return;
    if (asks_person(a, text)) {
        a->handoff = true;
        return;
    }
    notes = notes_command(&a->reply, text, err);
    if (notes == NOTES_NONE)
        answer_sentences(a, text, err);
}

/* Putting the answer together */

/* Small talk is said only when there is nothing else to say. */
static void add_small_talk(struct answering *a)
{
    const struct rule_settings *s = a->reply.settings;

    if (a->puzzled && a->reply.part_count == 0 && !a->greeted)
        a->unknown = true;
    if (a->unknown && s->fallback.len > 0 && !a->handoff)
        reply_say(&a->reply, "fallback", s->fallback);
    else if (a->unknown)
        reply_note(&a->reply, "no rule fits");
    if (a->handoff)
        reply_say(&a->reply, "handoff", s->handoff_text);
    if (a->reply.part_count > 0 || a->unknown)
        return;
    if (a->greeted)
        reply_say(&a->reply, "greeting", s->greeting);
    else if (a->thanked)
        reply_say(&a->reply, "thanks", str_of("You're welcome!"));
}

/* The parts a line each; those that would make the text longer than allowed are left out, the first
 * never. */
static struct str join_parts(struct answering *a)
{
    struct str text = a->reply.parts[0];
    size_t most = a->reply.request->segments_max, left_out = 0;

    for (size_t i = 1; i < a->reply.part_count; i++) {
        struct str longer =
            arena_printf(a->reply.arena, "%.*s\n%.*s", STR_ARGS(text), STR_ARGS(a->reply.parts[i]));

        if (most > 0 && segment_count(longer).segments > most)
            left_out++;
        else
            text = longer;
    }
    if (left_out > 0)
        reply_note(&a->reply, "some answers left out for length");
    return text;
}

static void finish(struct answering *a, struct agent_result *result)
{
    add_small_talk(a);
    result->verdict = a->handoff                ? AGENT_HANDOFF
                      : a->reply.part_count > 0 ? AGENT_TEXT
                                                : AGENT_SILENT;
    if (a->reply.part_count > 0)
        result->text = join_parts(a);
    if (a->reply.detail.len == 0)
        reply_note(&a->reply, "nothing that needs an answer");
    result->detail = arena_copy(a->reply.arena, buf_view(&a->reply.detail));
    result->calls = a->reply.calls;
    result->call_count = a->reply.call_count;
}

static bool rule_check(const struct agent *a, json_t *settings, struct err *err)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    struct rule_settings ignored;

    (void)a;
    return rule_settings_read(settings, &arena, &ignored, err);
}

static uint64_t rule_start(struct agent *agent, const struct agent_request *request,
                           agent_done *done, void *context)
{
    struct rule *rule = (struct rule *)agent;
    CLEANUP(arena_release) struct arena arena = { 0 };
    struct answering *a = ARENA_NEW(&arena, struct answering);
    struct agent_result result = { 0 };
    struct err err = { 0 };
    struct kept *kept;

    a->reply.request = request;
    a->reply.arena = &arena;
    pthread_mutex_lock(&rule->lock);
    kept = keep(rule, request->settings, &err);
    if (kept) {
        a->reply.settings = &kept->settings;
        a->faq = kept->faq;
        for (size_t i = 0; i < request->message_count && err.kind == ERR_NONE; i++) {
            if (request->messages[i].is_new && request->messages[i].role == ROLE_CONTACT)
                answer_text(a, &request->messages[i], &err);
        }
        if (err.kind == ERR_NONE)
            finish(a, &result); /* texts of the kept settings are copied here */
    }
    pthread_mutex_unlock(&rule->lock);
    if (err.kind != ERR_NONE)
        result = (struct agent_result){ .verdict = AGENT_FAILED,
                                        .detail = str_of(err.text),
                                        .retry = err.kind != ERR_INVALID };
    done(context, &result);
    buf_release(&a->reply.detail);
    return 0;
}

/* It has always finished already. */
static void rule_cancel(struct agent *a, uint64_t handle)
{
    (void)a;
    (void)handle;
}

static void rule_destroy(struct agent *agent)
{
    struct rule *rule = (struct rule *)agent;

    for (size_t i = 0; i < KEPT_MOST; i++)
        forget_kept(&rule->kept[i]);
    pthread_mutex_destroy(&rule->lock);
    free(rule);
}

static const struct agent_ops rule_ops = {
    .kind = "rule",
    .facts_max = FACTS_MOST,
    .check = rule_check,
    .start = rule_start,
    .cancel = rule_cancel,
    .destroy = rule_destroy,
};

struct agent *rule_create(void)
{
    struct rule *rule = calloc(1, sizeof(*rule));

    if (!rule)
        die("out of memory");
    rule->base.ops = &rule_ops;
    pthread_mutex_init(&rule->lock, NULL);
    return &rule->base;
}
