/*
 * form_test.c - percent-encoding and forms, byte for byte.
 *
 * Values keep their line ends and NULs: a signature is computed over exactly these bytes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http/server.h"

static void assert_str(struct str got, struct str want)
{
    assert_int_equal(got.len, want.len);
    if (want.len > 0)
        assert_memory_equal(got.ptr, want.ptr, want.len);
}

static const struct decode_case {
    const char *name;
    struct str encoded;
    bool plus_is_space, want;
    struct str plain;
} decode_cases[] = {
    { "decode: plain text", STR("abc"), true, true, STR("abc") },
    { "decode: nothing", STR(""), true, true, STR("") },
    { "decode: both cases of hex", STR("%2b%2B"), true, true, STR("++") },
    { "decode: plus is a blank in a form", STR("a+b"), true, true, STR("a b") },
    { "decode: plus is a plus in a path", STR("a+b"), false, true, STR("a+b") },
    { "decode: a line end stays two bytes", STR("a%0D%0Ab"), true, true, STR("a\r\nb") },
    { "decode: a NUL is a byte like any", STR("a%00b"), true, true, STR("a\0b") },
    { "decode: bytes that are no UTF-8", STR("%FF%fe"), true, true, STR("\xff\xfe") },
    { "decode: once only", STR("%2525"), true, true, STR("%25") },
    { "decode: raw bytes stay", STR("\xc3\xa9&="), true, true, STR("\xc3\xa9&=") },
    { "decode: percent at the end", STR("abc%"), true, false, STR("") },
    { "decode: one digit at the end", STR("abc%4"), true, false, STR("") },
    { "decode: no hex", STR("%zz"), true, false, STR("") },
    { "decode: second digit no hex", STR("%4g"), true, false, STR("") },
    { "decode: a sign is no digit", STR("%+4"), true, false, STR("") },
    { "decode: a blank is no digit", STR("% 4"), true, false, STR("") },
    { "decode: two percent signs", STR("%%41"), true, false, STR("") },
    { "decode: the %u form of old browsers", STR("%u0041"), true, false, STR("") },
};

static void decodes(void **state)
{
    const struct decode_case *c = *state;
    CLEANUP(arena_release) struct arena arena = { 0 };
    struct str plain = STR("untouched");

    assert_int_equal(http_decode(c->encoded, c->plus_is_space, &arena, &plain), c->want);
    assert_str(plain, c->want ? c->plain : str_of("untouched"));
}

static const struct form_case {
    const char *name;
    struct str form;
    bool bad;
    size_t count;
    struct {
        struct str name, value;
    } pairs[4];
} form_cases[] = {
    { "form: two pairs",
      STR("a=1&b=2"),
      false,
      2,
      { { STR("a"), STR("1") }, { STR("b"), STR("2") } } },
    { "form: the order and repeats stay",
      STR("b=1&a=2&b=3"),
      false,
      3,
      { { STR("b"), STR("1") }, { STR("a"), STR("2") }, { STR("b"), STR("3") } } },
    { "form: no equals sign",
      STR("a&b="),
      false,
      2,
      { { STR("a"), STR("") }, { STR("b"), STR("") } } },
    { "form: no name", STR("=v"), false, 1, { { STR(""), STR("v") } } },
    { "form: a second equals sign belongs to the value",
      STR("a=b=c"),
      false,
      1,
      { { STR("a"), STR("b=c") } } },
    { "form: nothing between separators", STR("&&a=1&"), false, 1, { { STR("a"), STR("1") } } },
    { "form: names are decoded too",
      STR("a%5B0%5D+x=1"),
      false,
      1,
      { { STR("a[0] x"), STR("1") } } },
    { "form: an encoded separator is text",
      STR("a=1%262%3D3"),
      false,
      1,
      { { STR("a"), STR("1&2=3") } } },
    { "form: a semicolon is no separator",
      STR("a=1;b=2"),
      false,
      1,
      { { STR("a"), STR("1;b=2") } } },
    { "form: a text message with line ends",
      STR("Body=one%0D%0Atwo%0A&From=%2B15550100"),
      false,
      2,
      { { STR("Body"), STR("one\r\ntwo\n") }, { STR("From"), STR("+15550100") } } },
    { "form: empty", STR(""), false, 0, { { STR(""), STR("") } } },
    { "form: a bad value", STR("a=1&b=%2"), true, 1, { { STR("a"), STR("1") } } },
    { "form: a bad name", STR("%x=1&b=2"), true, 0, { { STR(""), STR("") } } },
    { "form: it stops at the bad one", STR("a=%&b=2"), true, 0, { { STR(""), STR("") } } },
};

static void steps_through(void **state)
{
    const struct form_case *c = *state;
    CLEANUP(arena_release) struct arena arena = { 0 };
    struct str rest = c->form, name, value;
    size_t count = 0;
    bool bad = false;

    while (http_form_next(&rest, &arena, &name, &value, &bad)) {
        assert_true(count < c->count);
        assert_str(name, c->pairs[count].name);
        assert_str(value, c->pairs[count].value);
        count++;
    }
    assert_int_equal(count, c->count);
    assert_int_equal(bad, c->bad);
    assert_false(http_form_next(&rest, &arena, &name, &value, &bad));
}

static const struct param_case {
    const char *name;
    struct str query;
    const char *wanted;
    bool found;
    struct str value;
} param_cases[] = {
    { "param: there", STR("limit=10&after=x"), "after", true, STR("x") },
    { "param: the first of two", STR("a=1&a=2"), "a", true, STR("1") },
    { "param: empty is not absent", STR("a=&b=1"), "a", true, STR("") },
    { "param: without equals sign", STR("dry"), "dry", true, STR("") },
    { "param: its name encoded", STR("%61=1"), "a", true, STR("1") },
    { "param: its value decoded", STR("q=a%26b+c"), "q", true, STR("a&b c") },
    { "param: another's bad escape does not matter", STR("x%=%zz&a=1"), "a", true, STR("1") },
    { "param: absent", STR("a=1"), "b", false, STR("") },
    { "param: no query", { NULL, 0 }, "a", false, STR("") },
    { "param: a longer name is another", STR("ab=1"), "a", false, STR("") },
    { "param: case matters", STR("A=1"), "a", false, STR("") },
    { "param: a bad value is none", STR("a=%zz&a=1"), "a", false, STR("") },
    { "param: a NUL does not end the name", STR("a%00b=1"), "a", false, STR("") },
};

static void finds_param(void **state)
{
    const struct param_case *c = *state;
    CLEANUP(arena_release) struct arena arena = { 0 };
    struct str got = http_param(c->query, c->wanted, &arena);

    assert_int_equal(got.ptr != NULL, c->found);
    assert_str(got, c->value);
}

static const struct encode_case {
    const char *name;
    struct str plain;
    const char *encoded;
} encode_cases[] = {
    { "encode: unreserved stay", STR("aZ09-._~"), "aZ09-._~" },
    { "encode: a blank is no plus", STR("a b"), "a%20b" },
    { "encode: what forms use", STR("+&=%"), "%2B%26%3D%25" },
    { "encode: star and slash too", STR("*/"), "%2A%2F" },
    { "encode: bytes above ASCII", STR("\xc3\xa9"), "%C3%A9" },
    { "encode: NUL and line ends", STR("\0\r\n"), "%00%0D%0A" },
    { "encode: nothing", STR(""), "" },
};

static void encodes(void **state)
{
    const struct encode_case *c = *state;
    CLEANUP(buf_release) struct buf out = { 0 };
    CLEANUP(arena_release) struct arena arena = { 0 };
    struct str back;

    http_encode(&out, c->plain);
    assert_str(buf_view(&out), str_of(c->encoded));
    assert_true(http_decode(buf_view(&out), false, &arena, &back));
    assert_str(back, c->plain);
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(decode_cases) + ARRAY_LEN(form_cases) +
                            ARRAY_LEN(param_cases) + ARRAY_LEN(encode_cases)];
    size_t n = 0;

#define ADD(cases, function)                      \
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) \
    tests[n++] =                                  \
        (struct CMUnitTest){ cases[i].name, function, NULL, NULL, (void *)(uintptr_t)&cases[i] }
    ADD(decode_cases, decodes);
    ADD(form_cases, steps_through);
    ADD(param_cases, finds_param);
    ADD(encode_cases, encodes);
#undef ADD
    return cmocka_run_group_tests(tests, NULL, NULL);
}
