/*
 * keyword.c - recognise the words people text to leave, come back, or ask who we are.
 *
 * A text is a keyword only when it is the whole message: "STOP" is one, "stop by at six" is not.
 * The provider and carriers act on most of these words before we see them, so the table follows
 * theirs; the law asks for a few more. Another language is more rows, nothing else.
 */
#include "sms/keyword.h"

#include <assert.h>

#include "sms/fold.h"

#define WORDS_CHARS_MOST 32 /* no keyword is longer; an assertion finds a row that is */

/* Any case, with accents where the language has them; a blank stands for any blanks and hyphens. */
static const struct {
    const char *word;
    enum keyword meaning;
} keywords[] = {
    { "STOP", KEYWORD_OPT_OUT },     { "STOPALL", KEYWORD_OPT_OUT },
    { "STOP ALL", KEYWORD_OPT_OUT }, { "UNSUBSCRIBE", KEYWORD_OPT_OUT },
    { "CANCEL", KEYWORD_OPT_OUT },   { "END", KEYWORD_OPT_OUT },
    { "QUIT", KEYWORD_OPT_OUT },     { "REVOKE", KEYWORD_OPT_OUT },
    { "OPTOUT", KEYWORD_OPT_OUT },   { "OPT OUT", KEYWORD_OPT_OUT },
    { "START", KEYWORD_OPT_IN },     { "UNSTOP", KEYWORD_OPT_IN },
    { "YES", KEYWORD_YES },          { "HELP", KEYWORD_HELP },
    { "INFO", KEYWORD_HELP },
};

/* Words folded for comparing, one blank between them. */
struct words {
    uint32_t characters[WORDS_CHARS_MOST];
    size_t count;
};

/*
 * False when there is no word, when something other than blanks and hyphens stands between two, or
 * when they are too long for a keyword. What stands around them all does not matter.
 */
static bool words_fold(struct words *w, struct str s)
{
    bool apart = false, mark = false;
    struct fold fold;

    w->count = 0;
    for (size_t at = 0; fold_next(s, &at, &fold);) {
        if (fold.class != FOLD_LETTER) {
            apart = true;
            mark = mark || (fold.class != FOLD_BLANK && fold.class != FOLD_HYPHEN);
            continue;
        }
        if (w->count > 0 && (mark || w->count + 2 > WORDS_CHARS_MOST))
            return false;
        if (w->count > 0 && apart)
            w->characters[w->count++] = ' ';
        w->characters[w->count++] = fold.character;
        apart = mark = false;
    }
    return w->count > 0;
}

enum keyword keyword_detect(struct str body, const char **ret_word)
{
    struct words words, keyword;

    if (!words_fold(&words, body))
        return KEYWORD_NONE;
    for (size_t i = 0; i < ARRAY_LEN(keywords); i++) {
        bool folded = words_fold(&keyword, str_of(keywords[i].word));

        assert(folded);
        (void)folded;
        if (keyword.count != words.count ||
            memcmp(keyword.characters, words.characters, words.count * sizeof(uint32_t)) != 0)
            continue;
        if (ret_word)
            *ret_word = keywords[i].word;
        return keywords[i].meaning;
    }
    return KEYWORD_NONE;
}
