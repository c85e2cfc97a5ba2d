/*
 * keyword.h - the words people text to leave, come back, or ask who we are.
 *
 * A text is a keyword only when it is the whole message: "STOP" is one, "stop by at six" is not.
 */
#pragma once
#include "base/str.h"

enum keyword {
    KEYWORD_NONE,
    KEYWORD_OPT_OUT, /* STOP STOPALL UNSUBSCRIBE CANCEL END QUIT REVOKE OPTOUT, and "OPT OUT" */
    KEYWORD_OPT_IN,  /* START UNSTOP */
    KEYWORD_YES,     /* YES: opts in only somebody who is opted out */
    KEYWORD_HELP     /* HELP INFO */
};

/*
 * body    UTF-8. Compared after folding of full-width forms and case, and trimming of blanks,
 *         invisible characters, quotes and punctuation at both ends.
 * ret_word  the word of the table that matched (static), for the evidence; may be NULL.
 * Source  Twilio's keywords (tests/data/twilio); 47 CFR 64.1200(a)(10).
 */
enum keyword keyword_detect(struct str body, const char **ret_word);
