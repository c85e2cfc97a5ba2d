/*
 * ranking.c - which of a list of texts a question is about.
 *
 * Each topic word is looked up by itself: that tells which texts have it, and as bm25 adds up over
 * the words of a query, the sum is the rank of the whole question. Words go into the index as
 * words.c cuts them, so that question and text are cut alike.
 */
#include "agent/rule/ranking.h"

#include <sqlite3.h>
#include <stdlib.h>

#define QUESTION_WORDS_MOST 24
#define COMMON_WEIGHT 0.5

struct row {
    size_t entry;
    double weight;     /* of all its topic words */
    struct str joined; /* all its words, for exact matches */
};

struct ranking {
    sqlite3 *db;
    sqlite3_stmt *insert, *find;
    struct arena arena; /* of the rows' texts */
    struct row *rows;   /* row i has rowid i + 1 */
    size_t count, capacity;
};

/* What one row collects while the words of a question are looked up. */
struct tally {
    double weight, bm25;
};

/*
 * Words that go with every topic and make none: "are you open on Sunday" and "can you open it"
 * share only such a word. They count half, and have a column of their own.
 */
static bool is_common(struct str word)
{
    return word_in(word,
                   "open opens opening openings close closed closes order orders ordering buy "
                   "sell make take use free new work day days time today tomorrow tonight week "
                   "place available help accept offer serve provide carry stock");
}

static bool fail(const struct ranking *r, struct err *err)
{
    return err_set(err, ERR_INTERNAL, "full-text index: %s",
                   r->db ? sqlite3_errmsg(r->db) : "out of memory");
}

static bool open_index(struct ranking *r)
{
    /* One transaction that never ends: nothing is to last, and a commit for each text costs most.
     */
    static const char create[] = "CREATE VIRTUAL TABLE texts USING fts5(topic, common, "
                                 "tokenize = 'porter unicode61 remove_diacritics 2'); BEGIN";

    if (sqlite3_open_v2(":memory:", &r->db,
                        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
                        NULL) != SQLITE_OK)
        return false;
    /* Many small indexes are kept at once: without SQLite's 120 kB of ready memory for each. */
    sqlite3_db_config(r->db, SQLITE_DBCONFIG_LOOKASIDE, NULL, 0, 0);
    return sqlite3_exec(r->db, create, NULL, NULL, NULL) == SQLITE_OK &&
           sqlite3_prepare_v2(r->db, "INSERT INTO texts(rowid, topic, common) VALUES (?1, ?2, ?3)",
                              -1, &r->insert, NULL) == SQLITE_OK &&
           sqlite3_prepare_v2(r->db, "SELECT rowid, bm25(texts) FROM texts WHERE texts MATCH ?1",
                              -1, &r->find, NULL) == SQLITE_OK;
}

struct ranking *ranking_create(struct err *err)
{
    struct ranking *r = calloc(1, sizeof(*r));

    if (!r)
        die("out of memory");
    if (!open_index(r)) {
        fail(r, err);
        ranking_destroy(r);
        return NULL;
    }
    return r;
}

void ranking_destroy(struct ranking *r)
{
    if (!r)
        return;
    sqlite3_finalize(r->insert);
    sqlite3_finalize(r->find);
    sqlite3_close(r->db);
    arena_release(&r->arena);
    free(r->rows);
    free(r);
}

static struct row *new_row(struct ranking *r)
{
    if (r->count == r->capacity) {
        r->capacity = r->capacity > 0 ? r->capacity * 2 : 16;
        r->rows = realloc(r->rows, r->capacity * sizeof(*r->rows));
        if (!r->rows)
            die("out of memory");
    }
    return &r->rows[r->count++];
}

bool ranking_add(struct ranking *r, size_t entry, struct str text, struct err *err)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    CLEANUP(buf_release) struct buf topic = { 0 };
    CLEANUP(buf_release) struct buf common = { 0 };
    struct words w = words_of(&arena, text);
    struct row *row;
    bool ok;

    if (w.count == 0)
        return true;
    row = new_row(r);
    *row = (struct row){ .entry = entry };
    row->joined = arena_copy(&r->arena, words_joined(&arena, w));
    for (size_t i = 0; i < w.count; i++) {
        struct str word = w.at[i].text;

        if (word_is_filler(word))
            continue;
        row->weight += is_common(word) ? COMMON_WEIGHT : 1;
        buf_add(is_common(word) ? &common : &topic, word);
        buf_add_char(is_common(word) ? &common : &topic, ' ');
    }
    sqlite3_bind_int64(r->insert, 1, (sqlite3_int64)r->count);
    sqlite3_bind_text(r->insert, 2, buf_text(&topic), (int)topic.len, SQLITE_STATIC);
    sqlite3_bind_text(r->insert, 3, buf_text(&common), (int)common.len, SQLITE_STATIC);
    ok = sqlite3_step(r->insert) == SQLITE_DONE || fail(r, err);
    sqlite3_reset(r->insert);
    return ok;
}

/* Look `word` up in `column`; every row that has it there counts `weight`. *ret_found: does any? */
static bool look_up_in(struct ranking *r, const char *column, struct str word, double weight,
                       struct tally *tallies, bool *ret_found, struct err *err)
{
    CLEANUP(buf_release) struct buf query = { 0 };
    int step;

    *ret_found = false;
    buf_addf(&query, "%s : \"%.*s\"", column, STR_ARGS(word)); /* a word has no quotes */
    sqlite3_bind_text(r->find, 1, buf_text(&query), (int)query.len, SQLITE_STATIC);
    while ((step = sqlite3_step(r->find)) == SQLITE_ROW) {
        struct tally *t = &tallies[sqlite3_column_int64(r->find, 0) - 1];

        t->weight += weight;
        t->bm25 += sqlite3_column_double(r->find, 1);
        *ret_found = true;
    }
    if (step != SQLITE_DONE)
        fail(r, err);
    sqlite3_reset(r->find);
    return step == SQLITE_DONE;
}

/* Look `word` up; *ret_weight is what it weighs in the question. An unknown word weighs half. */
static bool look_up(struct ranking *r, struct str word, struct tally *tallies, double *ret_weight,
                    struct err *err)
{
    bool topic, common;

    if (!look_up_in(r, "topic", word, 1, tallies, &topic, err) ||
        !look_up_in(r, "common", word, COMMON_WEIGHT, tallies, &common, err))
        return false;
    *ret_weight = topic ? 1 : common ? COMMON_WEIGHT : is_common(word) ? 0.5 * COMMON_WEIGHT : 0.5;
    return true;
}

static struct ranking_match judge(const struct row *row, const struct tally *t, double weight_all,
                                  bool exact)
{
    struct ranking_match m = { .entry = row->entry, .bm25 = t->bm25, .exact = exact };

    m.asked = weight_all > 0 ? t->weight / weight_all : 0;
    m.covers = row->weight > 0 ? t->weight / row->weight : 0;
    if (m.covers > 1) /* two words of the question with one stem */
        m.covers = 1;
    if (exact)
        m.asked = m.covers = 1;
    if (m.asked + m.covers > 0)
        m.both = 2 * m.asked * m.covers / (m.asked + m.covers);
    return m;
}

static int compare_matches(const void *a, const void *b)
{
    const struct ranking_match *x = a, *y = b;

    if (x->exact != y->exact)
        return x->exact ? -1 : 1;
    if (x->both < y->both || x->both > y->both)
        return x->both > y->both ? -1 : 1;
    if (x->bm25 < y->bm25 || x->bm25 > y->bm25)
        return x->bm25 < y->bm25 ? -1 : 1;
    return (x->entry > y->entry) - (x->entry < y->entry);
}

/* Look the distinct topic words of `question` up; the sum of their weights, or -1. */
static double look_up_all(struct ranking *r, struct words question, struct tally *tallies,
                          struct err *err)
{
    struct str seen[QUESTION_WORDS_MOST];
    size_t seen_count = 0;
    double weight = 0;

    for (size_t i = 0; i < question.count && seen_count < QUESTION_WORDS_MOST; i++) {
        struct str word = question.at[i].text;
        bool again = false;
        double of_word;

        for (size_t j = 0; j < seen_count; j++)
            again = again || str_equal(seen[j], word);
        if (again || word_is_filler(word))
            continue;
        seen[seen_count++] = word;
        if (!look_up(r, word, tallies, &of_word, err))
            return -1;
        weight += of_word;
    }
    return weight;
}

bool ranking_exact(const struct ranking *r, struct words question, struct arena *arena,
                   size_t *ret_entry)
{
    struct str joined = words_joined(arena, question);

    for (size_t i = 0; i < r->count; i++) {
        if (str_equal(r->rows[i].joined, joined)) {
            *ret_entry = r->rows[i].entry;
            return true;
        }
    }
    return false;
}

bool ranking_find(struct ranking *r, struct words question, struct arena *arena,
                  struct ranking_match **ret, size_t *ret_count, struct err *err)
{
    struct tally *tallies = ARENA_ARRAY(arena, struct tally, r->count + 1);
    struct ranking_match *matches = ARENA_ARRAY(arena, struct ranking_match, r->count + 1);
    struct str joined = words_joined(arena, question);
    double weight = look_up_all(r, question, tallies, err);
    size_t found = 0, kept = 0;

    if (weight < 0)
        return false;
    for (size_t i = 0; i < r->count; i++) {
        bool exact = str_equal(r->rows[i].joined, joined);

        if (exact || tallies[i].weight > 0)
            matches[found++] = judge(&r->rows[i], &tallies[i], weight, exact);
    }
    qsort(matches, found, sizeof(*matches), compare_matches);
    for (size_t i = 0; i < found; i++) {
        size_t j = 0;

        while (j < kept && matches[j].entry != matches[i].entry)
            j++;
        if (j == kept)
            matches[kept++] = matches[i];
    }
    *ret = matches;
    *ret_count = kept;
    return true;
}
