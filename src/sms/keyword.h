/*
 * keyword.h - the words people text to leave, come back, or ask who we are.
 *
 * A text is a keyword only when it is the whole message: "STOP" is one, "stop by at six" is not.
 * The words are in keywords.tsv, in eleven languages; what stays in a sentence is revocation.h's.
 */
#pragma once
#include "base/str.h"

enum keyword {
    KEYWORD_NONE,
    KEYWORD_OPT_OUT, /* STOP STOPALL UNSUBSCRIBE CANCEL END QUIT REVOKE OPTOUT, and more */
    KEYWORD_OPT_IN,  /* START UNSTOP, and more */
    KEYWORD_YES,     /* YES and its like: opts in only somebody who is opted out */
    KEYWORD_HELP     /* HELP INFO, and more */
};

/*
 * body    UTF-8. Compared after Unicode's compatibility folding of letters, case and accents, and
 *         trimming of blanks, invisible characters, quotes, punctuation and emoji at both ends.
 * ret_word  the word of the table that matched (static), for the evidence; may be NULL.
 * Source  Twilio's keywords (tests/data/twilio); 47 CFR 64.1200(a)(10); keywords.tsv for the rest.
 */
enum keyword keyword_detect(struct str body, const char **ret_word);

/* Whose word it is: of the provider, which acts on it by itself; of the law; or of a language. */
enum keyword_origin {
    KEYWORD_OF_PROVIDER,
    KEYWORD_OF_LAW,
    KEYWORD_OF_LANGUAGE,
    KEYWORD_OF_OPERATOR
};

/* An operator's words for one number. */
struct keyword_list {
    const struct keyword_extra {
        const char *word;     /* UTF-8, any case; a blank stands for any blanks and hyphens */
        enum keyword meaning; /* KEYWORD_NONE takes a language's word back */
    } * items;
    size_t count;
};

/*
 * As keyword_detect, with an operator's words. They come before those of the languages, but cannot
 * take back or change a word of the provider or of the law.
 *
 * extra   may be NULL. *ret_word may then be a word of it, valid as long as the list.
 */
enum keyword keyword_detect_also(struct str body, const struct keyword_list *extra,
                                 const char **ret_word);
/* Whether `word` can be one of a keyword_list: it has letters, and no more than a keyword may. */
bool keyword_is_possible(struct str word);
/* Where a word comes from that keyword_detect_also gave. */
enum keyword_origin keyword_origin(const char *word);
/*
 * What the provider itself makes of the text: only its own words, in any case, with nothing but
 * blanks around them. "stop." is none, so there the provider neither blocks nor answers.
 */
enum keyword keyword_detect_provider(struct str body);
