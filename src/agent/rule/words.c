/*
 * words.c - a text as words, so that rules compare words and never pieces of them.
 *
 * The lists are English; words of other languages pass through as they are, and are only without
 * the help of the lists. Folding beyond ASCII is left to the full-text index (ranking.c).
 */
#include "agent/rule/words.h"

static bool is_digit(uint32_t c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(uint32_t c)
{
    if (c < 0x80)
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (c < 0xC0)
        return c == 0xAA || c == 0xB5 || c == 0xBA;
    return c != 0xD7 && c != 0xF7 && !(c >= 0x2000 && c <= 0x2BFF) &&
           !(c >= 0x3000 && c <= 0x3003) && c != 0xFE0F && !(c >= 0x1F000 && c <= 0x1FAFF);
}

static bool is_apostrophe(uint32_t c)
{
    return c == '\'' || c == 0x2019;
}

/* The character at `at`, or 0 at the end; *ret_next is behind it. */
static uint32_t char_at(struct str s, size_t at, size_t *ret_next)
{
    uint32_t c = 0;

    *ret_next = at;
    return str_next_char(s, ret_next, &c) ? c : 0;
}

/* Does the character at `at`, no letter itself, hold two sides of one word together? */
static bool joins(struct str s, size_t word_from, size_t at, uint32_t c, uint32_t before)
{
    size_t next;
    uint32_t after;

    char_at(s, at, &next);
    after = char_at(s, next, &next);
    if (is_apostrophe(c))
        return is_letter(before) && is_letter(after);
    if (c == '.' && at - word_from == 1 && ((before | 0x20) == 'a' || (before | 0x20) == 'p'))
        return (after | 0x20) == 'm';
    return (c == ':' || c == '.' || c == '/' || c == '-') && is_digit(before) && is_digit(after);
}

/* One word from `*at` on, which is at a letter or digit; *at is behind it afterwards. */
static struct word read_word(struct arena *arena, struct str s, size_t *at)
{
    struct word word = { .from = *at };
    char *text;
    uint32_t before = 0;
    size_t len = 0, next;

    for (;; *at = next) {
        uint32_t c = char_at(s, *at, &next);

        if (next == *at || (!is_letter(c) && !is_digit(c) && !joins(s, word.from, *at, c, before)))
            break;
        before = c;
    }
    word.to = *at;
    text = arena_alloc(arena, word.to - word.from + 1);
    for (size_t i = word.from; i < word.to; i = next) {
        uint32_t c = char_at(s, i, &next);

        if (is_apostrophe(c) ||
            (c == '.' && i - word.from == 1 && !is_digit((uint8_t)s.ptr[i - 1])))
            continue;
        if (c >= 'A' && c <= 'Z')
            text[len++] = (char)(c | 0x20);
        else
            for (size_t j = i; j < next; j++)
                text[len++] = s.ptr[j];
    }
    word.text = (struct str){ text, len };
    return word;
}

/* The last dot of "a.m." and "p.m." ends no sentence. */
static bool ends_noon(const struct words *w, struct word *words, size_t at)
{
    const struct word *last = w->count > 0 ? &words[w->count - 1] : NULL;

    return last && last->to == at && at - last->from == 3 && last->text.len == 2 &&
           last->text.ptr[1] == 'm';
}

struct words words_of(struct arena *arena, struct str source)
{
    struct words w = { .source = source };
    struct word *words = ARENA_ARRAY(arena, struct word, source.len / 2 + 1);
    bool starts = true;

    for (size_t at = 0, next; at < source.len;) {
        uint32_t c = char_at(source, at, &next);

        if (is_letter(c) || is_digit(c)) {
            words[w.count] = read_word(arena, source, &at);
            words[w.count++].starts = starts;
            starts = false;
            continue;
        }
        if (c == '?' && w.count > 0)
            words[w.count - 1].asked = true;
        if (c == '?' || c == '!' || c == '\n' || (c == '.' && !ends_noon(&w, words, at)))
            starts = true;
        at = next;
    }
    w.at = words;
    return w;
}

struct words words_part(struct words w, size_t from, size_t to)
{
    return (struct words){ w.at + from, to - from, w.source };
}

struct str words_source(struct words w)
{
    if (w.count == 0)
        return (struct str){ 0 };
    return str_slice(w.source, w.at[0].from, w.at[w.count - 1].to - w.at[0].from);
}

struct str words_joined(struct arena *arena, struct words w)
{
    size_t len = 0;
    char *text;

    for (size_t i = 0; i < w.count; i++)
        len += w.at[i].text.len + 1;
    text = arena_alloc(arena, len + 1);
    len = 0;
    for (size_t i = 0; i < w.count; i++) {
        if (i > 0)
            text[len++] = ' ';
        memcpy(text + len, w.at[i].text.ptr, w.at[i].text.len);
        len += w.at[i].text.len;
    }
    return (struct str){ text, len };
}

bool word_in(struct str word, const char *list)
{
    struct str rest = str_of(list), one;

    while (str_cut(&rest, ' ', &one)) {
        if (str_equal(one, word))
            return true;
    }
    return false;
}

size_t words_skip(struct words w, const char *list)
{
    size_t n = 0;

    while (n < w.count && word_in(w.at[n].text, list))
        n++;
    return n;
}

bool words_all_in(struct words w, const char *list)
{
    return words_skip(w, list) == w.count;
}

size_t words_start(struct words w, const char *phrase)
{
    struct str rest = str_of(phrase), one;
    size_t n = 0;

    while (str_cut(&rest, ' ', &one)) {
        if (n >= w.count || !str_equal(w.at[n].text, one))
            return 0;
        n++;
    }
    return n;
}

size_t words_start_any(struct words w, const char *const *phrases)
{
    size_t most = 0;

    for (; *phrases; phrases++) {
        size_t n = words_start(w, *phrases);

        most = n > most ? n : most;
    }
    return most;
}

ptrdiff_t words_find(struct words w, struct words phrase)
{
    for (size_t i = 0; phrase.count > 0 && i + phrase.count <= w.count; i++) {
        size_t n = 0;

        while (n < phrase.count && str_equal(w.at[i + n].text, phrase.at[n].text))
            n++;
        if (n == phrase.count)
            return (ptrdiff_t)i;
    }
    return -1;
}

bool words_name(struct words name, struct str word)
{
    for (size_t i = 0; i < name.count; i++) {
        struct str part = name.at[i].text;

        if (str_equal(part, word) ||
            (part.len == word.len + 1 && str_starts(part, word) && part.ptr[word.len] == 's'))
            return true;
    }
    return false;
}

bool word_is_filler(struct str word)
{
    return word_in(
        word,
        "a about all also am an and any anybody anyone anything are arent as at be been but "
        "by can cant could d did do does doesnt doing dont for from get give go going good "
        "got guys had has have havent having he hello her here hey hi him his how i id if ill "
        "im in into is isnt it its ive just kind kindly know like ll looking m many may me "
        "might much my need no not of ok okay on or our out over please possible question r "
        "re s say she should so some somebody someone something sort t tell than thank thanks "
        "that thats the their them then there theres these they theyre this those to too u up "
        "ur us ve very want wanted was we well were what whats when whens where wheres which "
        "who whos why will with wondering would yall yes you your youre yours");
}

bool words_ask(struct words w)
{
    size_t skip =
        words_skip(w, "hi hello hey so and ok okay please good morning afternoon evening");

    for (size_t i = 0; i < w.count; i++) {
        if (w.at[i].asked)
            return true;
    }
    w = words_part(w, skip, w.count);
    return w.count > 0 &&
           word_in(w.at[0].text, "what whats when whens where wheres who whos which why how hows "
                                 "is are am r do does did "
                                 "can could may will would should have has any whose");
}

bool words_sentence(struct words *rest, struct words *ret)
{
    size_t n = 1;

    if (rest->count == 0)
        return false;
    for (; n < rest->count && !rest->at[n].starts; n++) {
        if (n + 1 < rest->count && word_in(rest->at[n].text, "and also") &&
            word_in(rest->at[n + 1].text,
                    "what whats when where wheres how who which is are do does "
                    "did can could will would"))
            break;
    }
    *ret = words_part(*rest, 0, n);
    *rest = words_part(*rest, n, rest->count);
    if (rest->count > 0 && !rest->at[0].starts) /* the "and" belongs to neither */
        *rest = words_part(*rest, 1, rest->count);
    return true;
}
