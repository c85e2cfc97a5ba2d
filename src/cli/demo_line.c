/*
 * demo_line.c - what a line of a demo's script means.
 *
 * A text may hold colons and # of its own: only the first colon of a line counts, and # at its
 * beginning.
 */
#include "cli/demo_line.h"

#include "app/demo.h"
#include "sms/phone.h"

static bool number_read(struct str text, struct str *ret)
{
    if (str_equal_nocase(text, str_of("shared")))
        *ret = str_of(DEMO_SHARED);
    else if (str_equal_nocase(text, str_of("bakery")))
        *ret = str_of(DEMO_BAKERY);
    else if (phone_kind(text) == PHONE_E164)
        *ret = text;
    else
        return false;
    return true;
}

bool demo_who_read(struct str who, struct demo_line *ret)
{
    struct str number = who, name;
    bool has_number;

    str_cut(&number, '@', &name);
    has_number = name.len < who.len;
    name = str_trim(name);
    *ret = (struct demo_line){ .kind = DEMO_TEXT };
    for (size_t i = 0; i < demo_people_count; i++) {
        if (str_equal_nocase(name, str_of(demo_people[i].key))) {
            ret->from = str_of(demo_people[i].phone);
            ret->to = str_of(demo_people[i].number);
        }
    }
    if (!ret->from.ptr && phone_kind(name) == PHONE_E164) {
        ret->from = name;
        ret->to = str_of(DEMO_BAKERY);
    }
    return ret->from.ptr && (!has_number || number_read(str_trim(number), &ret->to));
}

bool demo_line_read(struct str line, struct demo_line *ret, struct err *err)
{
    struct str rest = str_trim(line), word;

    *ret = (struct demo_line){ 0 };
    if (rest.len == 0)
        return true;
    if (rest.ptr[0] == '#') {
        *ret = (struct demo_line){ .kind = DEMO_COMMENT,
                                   .text = str_trim(str_slice(rest, 1, rest.len)) };
        return true;
    }
    if (str_find_char(rest, ':') < 0)
        return err_set(err, ERR_INVALID, "a line is \"ann: TEXT\", \"expect: TEXT\" or \"# …\"");
    str_cut(&rest, ':', &word);
    word = str_trim(word);
    if (str_is(word, "expect") || str_is(word, "expect-not"))
        ret->kind = str_is(word, "expect") ? DEMO_EXPECT : DEMO_EXPECT_NOT;
    else if (!demo_who_read(word, ret))
        return err_set(err, ERR_INVALID,
                       "nobody is called \"%.*s\"; there are ann, ben, stranger and phones, with "
                       "@shared or @bakery",
                       STR_ARGS(str_slice(word, 0, 40)));
    ret->text = str_trim(rest);
    if (ret->text.len == 0)
        return err_set(err, ERR_INVALID, "there is nothing after the colon");
    return true;
}
