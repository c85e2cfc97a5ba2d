/*
 * words.c - cut a text into words and clauses, and look the words up.
 *
 * A clause ends at punctuation, at a line end, and at a dash between blanks; an apostrophe inside a
 * word is passed over ("don't" is "dont"), a hyphen separates words. Only ASCII remains of a word
 * after folding; a letter of another script makes it an unknown word.
 */
#include "sms/words.h"

#include "sms/fold.h"
#include "sms/lexicon_table.h"

#define WORD_CHARS_MOST 24

struct spelling {
    char text[WORD_CHARS_MOST + 1];
    size_t len;
};

static const struct lexicon_row *lexicon_find(const char *text)
{
    uint32_t hash = 2166136261U;
    const struct lexicon_row *row;

    for (const char *c = text; *c != '\0'; c++)
        hash = (hash ^ (unsigned char)*c) * 16777619U;
    for (size_t at = hash;; at++) {
        unsigned number = lexicon_slots[at % ARRAY_LEN(lexicon_slots)];

        if (number == 0)
            return NULL;
        row = &lexicon_rows[number - 1];
        if (strcmp(text, row->word) == 0)
            return row;
    }
}

/* Letters that stand thrice or more stand once: "stoooop". */
static bool collapse(const struct spelling *from, struct spelling *to)
{
    bool changed = false;

    to->len = 0;
    for (size_t i = 0; i < from->len;) {
        size_t run = 1;

        while (i + run < from->len && from->text[i + run] == from->text[i])
            run++;
        to->text[to->len++] = from->text[i];
        if (run == 2)
            to->text[to->len++] = from->text[i];
        changed = changed || run > 2;
        i += run;
    }
    to->text[to->len] = '\0';
    return changed;
}

/* Digits for the letters they look like, in a word that has letters too: "st0p", "5top". */
static bool unmask(const struct spelling *from, struct spelling *to)
{
    static const char letters[] = "oizeas b g"; /* of the digits 0 to 9 */
    bool letter = false, changed = false;

    *to = *from;
    for (size_t i = 0; i < to->len; i++) {
        char *c = &to->text[i];

        letter = letter || *c >= 'a';
        if (*c >= '0' && *c <= '9' && letters[*c - '0'] != ' ') {
            *c = letters[*c - '0'];
            changed = true;
        }
    }
    return changed && letter;
}

/* Whether one letter is missing, too many, another, or has changed places with its neighbour. */
static bool is_slip(const char *a, size_t a_len, const char *b, size_t b_len)
{
    size_t i = 0, at_end = 0;

    if (a_len > b_len + 1 || b_len > a_len + 1)
        return false;
    while (i < a_len && i < b_len && a[i] == b[i])
        i++;
    while (at_end + i < a_len && at_end + i < b_len &&
           a[a_len - 1 - at_end] == b[b_len - 1 - at_end])
        at_end++;
    if (a_len - i - at_end <= 1 && b_len - i - at_end <= 1)
        return true;
    return a_len == b_len && a_len - i - at_end == 2 && a[i] == b[i + 1] && a[i + 1] == b[i];
}

static const struct lexicon_row *slip_find(const struct spelling *word)
{
    if (word->len < 5)
        return NULL;
    for (size_t i = 0; i < ARRAY_LEN(slip_rows); i++) {
        const char *right = slip_rows[i];

        if (right[0] == word->text[0] && is_slip(word->text, word->len, right, strlen(right)))
            return lexicon_find(right);
    }
    return NULL;
}

static const struct lexicon_row *word_find(const struct spelling *word)
{
    const struct lexicon_row *row = lexicon_find(word->text);
    struct spelling other;

    if (!row && collapse(word, &other)) {
        row = lexicon_find(other.text);
        if (!row) { /* "stoop" is another word than "stop", "stooop" is not */
            size_t len = 0;

            for (size_t i = 0; i < other.len; i++) {
                if (len == 0 || other.text[len - 1] != other.text[i])
                    other.text[len++] = other.text[i];
            }
            other.text[len] = '\0';
            row = lexicon_find(other.text);
        }
    }
    if (!row && unmask(word, &other))
        row = lexicon_find(other.text);
    return row ? row : slip_find(word);
}

/* What stands between two words. */
struct gap {
    unsigned blanks, hyphens, quotes;
    bool mark, apart, question;
};

struct reader {
    struct words *words;
    struct spelling word;
    struct gap gap;
    uint32_t start, end;
    size_t clause_start;
    struct spelling letters; /* of the last words, when they have one letter each */
    bool in_word, ascii, capital, small_seen, clause_due;
};

static void clause_end(struct reader *r, bool question)
{
    for (size_t i = r->clause_start; question && i < r->words->count; i++)
        r->words->list[i].question = true;
    r->clause_start = r->words->count;
    r->clause_due = true;
}

static void word_class(struct word *word, const struct lexicon_row *row)
{
    memcpy(word->classes, row->classes, sizeof(word->classes));
}

/* Letters apart, "s t o p": one word of them, when that is a word of ours with at least four. */
static void letters_join(struct reader *r)
{
    struct words *w = r->words;
    const struct lexicon_row *row = NULL;
    size_t count = r->letters.len;

    r->letters.text[count] = '\0';
    if (count >= 4)
        row = lexicon_find(r->letters.text);
    r->letters.len = 0;
    if (!row)
        return;
    word_class(&w->list[w->count - count], row);
    w->list[w->count - count].end = w->list[w->count - 1].end;
    w->count -= count - 1;
    if (r->clause_start > w->count)
        r->clause_start = w->count;
}

static void word_end(struct reader *r)
{
    const struct lexicon_row *row;
    struct word *word;

    if (!r->in_word)
        return;
    r->in_word = false;
    r->word.text[r->word.len] = '\0';
    if (r->word.len != 1 || r->letters.len == WORD_CHARS_MOST)
        letters_join(r);
    if (r->word.len == 1)
        r->letters.text[r->letters.len++] = r->word.text[0];
    row = r->ascii ? word_find(&r->word) : NULL;
    word = &r->words->list[r->words->count++];
    *word = (struct word){ .start = r->start,
                           .end = r->end,
                           .clause = r->clause_due || r->words->count == 1 };
    if (row)
        word_class(word, row);
    else if (r->capital && r->word.len >= 2)
        word->classes[WORD_NAME / 64] |= UINT64_C(1) << (WORD_NAME % 64);
    r->clause_due = false;
}

static void emoji_see(struct words *w, uint32_t c)
{
    static const uint32_t signs[] = { 0x1F6D1, 0x1F6AB, 0x26D4, 0x1F595 };

    w->laughing = w->laughing || (c >= 0x1F600 && c <= 0x1F606) || c == 0x1F923 || c == 0x1F639 ||
                  c == 0x1F61C || c == 0x1F61D || c == 0x1F92A;
    for (size_t i = 0; i < ARRAY_LEN(signs); i++)
        w->hand_sign = w->hand_sign || c == signs[i];
}

static void gap_add(struct reader *r, const struct fold *fold)
{
    struct gap *g = &r->gap;
    uint32_t c = fold->character;

    g->blanks += fold->class == FOLD_BLANK;
    g->hyphens += fold->class == FOLD_HYPHEN;
    g->quotes += fold->class == FOLD_QUOTE;
    g->apart = g->apart || c == '/' || c == '&' || c == '+';
    if (c == '\n' || (fold->class == FOLD_MARK && c != '*' && c != '#' && !g->apart && c < 0x1F000))
        g->mark = true;
    g->question = g->question || c == '?';
    if (c >= 0x2000)
        emoji_see(r->words, c);
}

/* Whether the gap is inside a word: "don't", "f**k", nothing at all. */
static bool gap_joins(const struct gap *g)
{
    return g->blanks == 0 && !g->mark && !g->apart && g->hyphens == 0 && g->quotes <= 1;
}

static void letter_add(struct reader *r, const struct fold *fold)
{
    if (r->in_word && !gap_joins(&r->gap))
        word_end(r);
    if (!r->in_word && (r->gap.mark || (r->gap.hyphens > 0 && r->gap.blanks > 1)) &&
        r->words->count > 0)
        clause_end(r, r->gap.question);
    if (!r->in_word) {
        r->word.len = 0;
        r->in_word = r->ascii = true;
        r->start = (uint32_t)fold->start;
        r->capital = fold->written != fold->character && fold->written < 0x250;
    }
    r->gap = (struct gap){ 0 };
    r->small_seen = r->small_seen || (fold->written >= 'a' && fold->written <= 'z');
    if (fold->character < 0x80 && r->word.len < WORD_CHARS_MOST)
        r->word.text[r->word.len++] = (char)fold->character;
    else
        r->ascii = false;
}

/* A "#" that stands alone is a word: "wrong #". */
static bool is_number_sign(const struct fold *fold, const struct fold_reader *at)
{
    unsigned char next = at->at < at->text.len ? (unsigned char)at->text.ptr[at->at] : ' ';

    return fold->character == '#' && next < '0';
}

static void fill_mark(struct words *w)
{
    bool clause = true, text = true;

    for (size_t i = 0; i < w->count; i++) {
        struct word *word = &w->list[i];

        word->leads = clause || word->clause;
        word->opens = text;
        clause = word->leads && word_is(word, WORD_FILL);
        text = text && word_is(word, WORD_FILL);
    }
    clause = text = true;
    for (size_t i = w->count; i-- > 0;) {
        struct word *word = &w->list[i];

        word->trails = clause && word_is(word, WORD_FILL);
        word->closes = text && word_is(word, WORD_FILL);
        clause = word->trails || word->clause;
        text = word->closes;
    }
}

void words_read(struct words *ret, struct str text)
{
    struct fold_reader folds = { .text = text };
    struct reader r = { .words = ret };
    struct fold fold;

    ret->count = 0;
    ret->laughing = ret->hand_sign = false;
    while (ret->count < WORDS_MOST && fold_next(&folds, &fold)) {
        if (fold.class == FOLD_LETTER || (!r.in_word && is_number_sign(&fold, &folds))) {
            letter_add(&r, &fold);
            r.end = (uint32_t)folds.at;
            continue;
        }
        gap_add(&r, &fold);
        if (!gap_joins(&r.gap))
            word_end(&r);
    }
    if (ret->count < WORDS_MOST)
        word_end(&r);
    letters_join(&r);
    clause_end(&r, r.gap.question);
    for (size_t i = 0; !r.small_seen && i < ret->count;
         i++) /* all in capitals: they mean nothing */
        ret->list[i].classes[WORD_NAME / 64] &= ~(UINT64_C(1) << (WORD_NAME % 64));
    fill_mark(ret);
}
