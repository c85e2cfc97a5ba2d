/*
 * keyword.c - recognise the words people text to leave, come back, or ask who we are.
 *
 * A text is a keyword only when it is the whole message: "STOP" is one, "stop by at six" is not.
 * The provider and carriers act on some of these words before we see them, so the table follows
 * theirs; the law asks for a few more. Another word is a row of keywords.tsv, nothing else.
 */
#include "sms/keyword.h"

#include "sms/fold.h"
#include "sms/keyword_table.h"

#define KEYWORD_CHARS_MOST 32

/*
 * Words folded for comparing, one blank between them. False when there is no word, when something
 * other than blanks and hyphens stands between two, when they are too long for a keyword, or in a
 * script of another kind. What stands around them all does not matter.
 */
static bool fold_words(struct str s, uint32_t ret[KEYWORD_CHARS_MOST], size_t *ret_count)
{
    struct fold_reader reader = { .text = s };
    bool apart = false, mark = false;
    struct fold fold;
    size_t count = 0;

    while (fold_next(&reader, &fold)) {
        if (fold.class != FOLD_LETTER) {
            apart = true;
            mark = mark || (fold.class != FOLD_BLANK && fold.class != FOLD_HYPHEN);
            continue;
        }
        if (count > 0 && (mark || count + 2 > KEYWORD_CHARS_MOST))
            return false;
        if (count > 0 && apart)
            ret[count++] = ' ';
        ret[count++] = fold.character;
        apart = mark = false;
    }
    *ret_count = count;
    return count > 0;
}

static const struct keyword_row *row_find(const uint32_t *text, size_t count)
{
    char folded[KEYWORD_CHARS_MOST + 1];
    size_t low = 0, high = ARRAY_LEN(keyword_rows);

    for (size_t i = 0; i < count; i++) {
        if (text[i] > 0x7F)
            return NULL;
        folded[i] = (char)text[i];
    }
    folded[count] = '\0';
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(folded, keyword_rows[middle].folded);

        if (order == 0)
            return &keyword_rows[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

static const struct keyword_extra *extra_find(const struct keyword_list *extra,
                                              const uint32_t *text, size_t count)
{
    uint32_t other[KEYWORD_CHARS_MOST];
    size_t other_count;

    for (size_t i = 0; extra && i < extra->count; i++) {
        if (fold_words(str_of(extra->items[i].word), other, &other_count) && other_count == count &&
            memcmp(other, text, count * sizeof(*text)) == 0)
            return &extra->items[i];
    }
    return NULL;
}

enum keyword keyword_detect_also(struct str body, const struct keyword_list *extra,
                                 const char **ret_word)
{
    const struct keyword_row *row;
    const struct keyword_extra *own = NULL;
    uint32_t text[KEYWORD_CHARS_MOST];
    enum keyword meaning;
    size_t count;

    if (!fold_words(body, text, &count))
        return KEYWORD_NONE;
    row = row_find(text, count);
    if (!row || row->origin == KEYWORD_OF_LANGUAGE)
        own = extra_find(extra, text, count);
    if (!own && !row)
        return KEYWORD_NONE;
    meaning = own ? own->meaning : row->meaning;
    if (ret_word && meaning != KEYWORD_NONE)
        *ret_word = own ? own->word : row->word;
    return meaning;
}

enum keyword keyword_detect(struct str body, const char **ret_word)
{
    return keyword_detect_also(body, NULL, ret_word);
}

bool keyword_is_possible(struct str word)
{
    uint32_t text[KEYWORD_CHARS_MOST];
    size_t count;

    return fold_words(word, text, &count);
}

enum keyword_origin keyword_origin(const char *word)
{
    for (size_t i = 0; i < ARRAY_LEN(keyword_rows); i++) {
        if (keyword_rows[i].word == word)
            return keyword_rows[i].origin;
    }
    return KEYWORD_OF_OPERATOR;
}

enum keyword keyword_detect_provider(struct str body)
{
    struct str word = str_trim(body);

    for (size_t i = 0; i < ARRAY_LEN(keyword_rows); i++) {
        if (keyword_rows[i].origin == KEYWORD_OF_PROVIDER &&
            str_equal_nocase(word, str_of(keyword_rows[i].word)))
            return keyword_rows[i].meaning;
    }
    return KEYWORD_NONE;
}
