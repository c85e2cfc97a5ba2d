/*
 * signature_test.c - the vectors of Twilio's own validators, and what they leave out.
 *
 * A vector that the two official validators judge differently is passed over: either answer will
 * do.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "provider/twilio/signature.h"

#define TOKEN "0123456789abcdef0123456789ABCDEF"
#define FORM "application/x-www-form-urlencoded"
#define VECTORS_MOST 256

static json_t *load(const char *path)
{
    CLEANUP(buf_release) struct buf text = { 0 };
    FILE *file = fopen(path, "rb");
    json_t *json;
    char *at;

    assert_non_null(file);
    while ((at = buf_extend(&text, 65536))) {
        size_t got = fread(at, 1, 65536, file);

        text.len -= 65536 - got;
        if (got == 0)
            break;
    }
    fclose(file);
    json = json_read(buf_view(&text), NULL);
    assert_non_null(json);
    return json;
}

static struct str member(json_t *object, const char *key)
{
    struct str value = { 0 };

    json_get_str(object, key, false, &value, NULL);
    return value;
}

static void agrees_with_vector(void **state)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    json_t *vector = *state;
    struct signature_key *key = signature_key_create(member(vector, "auth_token"));
    struct signed_request request = {
        .method = member(vector, "method"),
        .url = member(vector, "url"),
        .content_type = member(vector, "content_type"),
        .body = member(vector, "body"),
        .signature = member(vector, "signature"),
    };
    const struct signature_key *keys[] = { key };
    bool valid = signature_verify(&request, keys, 1, &arena);
    struct signature_finding finding;

    signature_explain(&request, key, &arena, &finding);
    signature_key_destroy(key);
    assert_int_equal(valid, json_is_true(json_object_get(vector, "valid")));
    assert_int_equal(finding.valid, valid);
    assert_true(finding.reason.len > 0);
    assert_true(!valid || finding.url.len > 0);
}

/* base64(HMAC-SHA1) by OpenSSL in one call: the reference for what signature.c does by halves. */
static struct str sign(struct str token, struct str data, struct arena *arena)
{
    unsigned char digest[EVP_MAX_MD_SIZE], text[64];
    unsigned len = 0;

    HMAC(EVP_sha1(), token.ptr, (int)token.len, (const unsigned char *)data.ptr, data.len, digest,
         &len);
    return arena_copy(arena,
                      str_make((char *)text, (size_t)EVP_EncodeBlock(text, digest, (int)len)));
}

static const struct door_case {
    const char *name, *signed_data, *method, *url, *content_type, *body;
    const char *primary, *secondary; /* ours; signed with TOKEN */
    bool want;
} door_cases[] = {
    { "the primary token", "https://a.example/inBodyhi", "POST", "https://a.example/in", FORM,
      "Body=hi", TOKEN, NULL, true },
    { "the secondary token while rotating", "https://a.example/inBodyhi", "POST",
      "https://a.example/in", FORM, "Body=hi", "another", TOKEN, true },
    { "only a secondary token", "https://a.example/inBodyhi", "POST", "https://a.example/in", FORM,
      "Body=hi", NULL, TOKEN, true },
    { "a token that is neither", "https://a.example/inBodyhi", "POST", "https://a.example/in", FORM,
      "Body=hi", "another", "a third", false },
    { "no token at all", "https://a.example/inBodyhi", "POST", "https://a.example/in", FORM,
      "Body=hi", NULL, NULL, false },
    { "a token that only begins alike", "https://a.example/inBodyhi", "POST",
      "https://a.example/in", FORM, "Body=hi", "0123456789abcdef", NULL, false },
    { "a charset after the type", "https://a.example/inBodyhi", "POST", "https://a.example/in",
      FORM "; charset=UTF-8", "Body=hi", TOKEN, NULL, true },
    { "the type in other letters", "https://a.example/inBodyhi", "POST", "https://a.example/in",
      "Application/X-WWW-Form-Urlencoded", "Body=hi", TOKEN, NULL, true },
    { "no type counts as a form", "https://a.example/inBodyhi", "POST", "https://a.example/in", "",
      "Body=hi", TOKEN, NULL, true },
    { "another type without a hash", "https://a.example/inBodyhi", "POST", "https://a.example/in",
      "text/plain", "Body=hi", TOKEN, NULL, false },
    { "another type signed by its URL alone", "https://a.example/in", "POST",
      "https://a.example/in", "text/plain", "Body=hi", TOKEN, NULL, false },
    { "a GET ignores a body", "https://a.example/in?Body=hi", "GET", "https://a.example/in?Body=hi",
      FORM, "Body=other", TOKEN, NULL, true },
    { "a GET with its query signed as a form", "https://a.example/inBodyhi", "GET",
      "https://a.example/in?Body=hi", "", "", TOKEN, NULL, false },
    { "a plus is a blank", "https://a.example/inBodya b", "POST", "https://a.example/in", FORM,
      "Body=a+b", TOKEN, NULL, true },
    { "an escaped plus is a plus", "https://a.example/inFrom+1", "POST", "https://a.example/in",
      FORM, "From=%2B1", TOKEN, NULL, true },
    { "a plus that was signed as one", "https://a.example/inFrom+1", "POST", "https://a.example/in",
      FORM, "From=+1", TOKEN, NULL, false },
    { "a broken escape is signed as it stands", "https://a.example/inBody100%", "POST",
      "https://a.example/in", FORM, "Body=100%", TOKEN, NULL, true },
    { "empty parts are no parameters", "https://a.example/inA1B2", "POST", "https://a.example/in",
      FORM, "&&B=2&&A=1&", TOKEN, NULL, true },
    { "names of one beginning sort by length", "https://a.example/inSmsMessag1SmsMessage2", "POST",
      "https://a.example/in", FORM, "SmsMessage=2&SmsMessag=1", TOKEN, NULL, true },
    { "names that differ after eight bytes", "https://a.example/inMediaUrl01MediaUrl12", "POST",
      "https://a.example/in", FORM, "MediaUrl1=2&MediaUrl0=1", TOKEN, NULL, true },
    { "lower case sorts after upper", "https://a.example/inB1a2", "POST", "https://a.example/in",
      FORM, "a=2&B=1", TOKEN, NULL, true },
    { "bytes above 127 sort last",
      "https://a.example/inz1\xC3\xA9"
      "2",
      "POST", "https://a.example/in", FORM, "%C3%A9=2&z=1", TOKEN, NULL, true },
    { "the fragment is not signed", "https://a.example/inBodyhi", "POST",
      "https://a.example/in#rc=3&rp=all", FORM, "Body=hi", TOKEN, NULL, true },
    { "user and password are not signed", "https://a.example/inBodyhi", "POST",
      "https://u:p@a.example/in", FORM, "Body=hi", TOKEN, NULL, true },
    { "an at sign in the path is", "https://a.example/@inBodyhi", "POST", "https://a.example/@in",
      FORM, "Body=hi", TOKEN, NULL, true },
    { "an IPv6 address is no port", "https://[2001:db8::1]/inBodyhi", "POST",
      "https://[2001:db8::1]/in", FORM, "Body=hi", TOKEN, NULL, true },
    { "http with its default port", "http://a.example:80/inBodyhi", "POST", "http://a.example/in",
      FORM, "Body=hi", TOKEN, NULL, true },
    { "http with the port of https", "http://a.example:443/inBodyhi", "POST", "http://a.example/in",
      FORM, "Body=hi", TOKEN, NULL, false },
    { "the other scheme", "http://a.example/inBodyhi", "POST", "https://a.example/in", FORM,
      "Body=hi", TOKEN, NULL, false },
    { "a parameter moved into the query", "https://a.example/inBodyhi", "POST",
      "https://a.example/in?Body=hi", FORM, "", TOKEN, NULL, false },
    { "a line break at the end", "https://a.example/inBodyhi", "POST", "https://a.example/in", FORM,
      "Body=hi\n", TOKEN, NULL, false },
};

static void guards(void **state)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    const struct door_case *c = *state;
    struct signature_key *primary = c->primary ? signature_key_create(str_of(c->primary)) : NULL;
    struct signature_key *secondary =
        c->secondary ? signature_key_create(str_of(c->secondary)) : NULL;
    const struct signature_key *keys[] = { primary, secondary };
    struct signed_request request = {
        .method = str_of(c->method),
        .url = str_of(c->url),
        .content_type = str_of(c->content_type),
        .body = str_of(c->body),
        .signature = sign(str_of(TOKEN), str_of(c->signed_data), &arena),
    };

    assert_int_equal(signature_verify(&request, keys, ARRAY_LEN(keys), &arena), c->want);
    signature_key_destroy(primary);
    signature_key_destroy(secondary);
}

static const struct explain_case {
    const char *name, *signed_data, *url, *body;
    bool valid;
    const char *found, *which; /* NULL: no form of the URL */
    const char *reason;        /* a part of it */
} explain_cases[] = {
    { "a valid one", "https://a.example/inBodyhi", "https://a.example/in", "Body=hi", true,
      "https://a.example/in", "as given", "holds" },
    { "a port dropped", "https://a.example/inBodyhi", "https://a.example:8443/in", "Body=hi", true,
      "https://a.example/in", "without the port", "holds" },
    { "a port added", "https://a.example:443/inBodyhi", "https://a.example/in", "Body=hi", true,
      "https://a.example:443/in", "with the default port", "holds" },
    { "TLS ends at the proxy", "https://a.example/inBodyhi", "http://a.example/in", "Body=hi",
      false, "https://a.example/in", "with http and https exchanged", "configure" },
    { "TLS ends at a proxy with a port of its own", "https://a.example/inBodyhi",
      "http://a.example:8000/in", "Body=hi", false, "https://a.example/in",
      "with http and https exchanged, without the port", "configure" },
    { "a slash was added", "https://a.example/inBodyhi", "https://a.example/in/", "Body=hi", false,
      "https://a.example/in", "with the slash at the end of the path added or removed",
      "configure" },
    { "a slash was lost before a query", "https://a.example/in/?a=1Bodyhi",
      "https://a.example/in?a=1", "Body=hi", false, "https://a.example/in/?a=1",
      "with the slash at the end of the path added or removed", "configure" },
    { "both", "https://a.example/in/Bodyhi", "http://a.example/in", "Body=hi", false,
      "https://a.example/in/",
      "with http and https exchanged and the slash at the end of the path added or removed",
      "configure" },
    { "a query that Twilio does not have", "https://a.example/inBodyhi",
      "https://a.example/in?utm=1", "Body=hi", false, "https://a.example/in", "without the query",
      "configure" },
    { "an editor's line break", "https://a.example/inBodyhi", "https://a.example/in", "Body=hi\r\n",
      false, "https://a.example/in", "as given", "line break" },
    { "another parameter", "https://a.example/inBodyhi", "https://a.example/in", "Body=ho", false,
      NULL, NULL, "another token" },
    { "another host", "https://a.example/inBodyhi", "https://b.example/in", "Body=hi", false, NULL,
      NULL, "another URL" },
    { "no URL at all", "https://a.example/inBodyhi", "", "Body=hi", false, NULL, NULL, "another" },
};

static void explains(void **state)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    const struct explain_case *c = *state;
    struct signature_key *key = signature_key_create(str_of(TOKEN));
    struct signed_request request = {
        .method = STR("POST"),
        .url = str_of(c->url),
        .content_type = STR(FORM),
        .body = str_of(c->body),
        .signature = sign(str_of(TOKEN), str_of(c->signed_data), &arena),
    };
    struct signature_finding finding;

    signature_explain(&request, key, &arena, &finding);
    signature_key_destroy(key);
    assert_int_equal(finding.valid, c->valid);
    assert_true(str_is(finding.url, c->found));
    if (c->which)
        assert_string_equal(finding.which, c->which);
    else
        assert_null(finding.which);
    assert_true(str_find(finding.reason, str_of(c->reason)) >= 0);
}

static const struct header_case {
    const char *name, *signature, *content_type, *url, *reason;
} header_cases[] = {
    { "no header", "", FORM, "https://a.example/in", "missing" },
    { "hex", "142fc7de6c8a02d258cc4a0aa1382652f6e5c315", FORM, "https://a.example/in", "hex" },
    { "no padding", "FC/H3myKAtJYzEoKoTgmUvblwxU", FORM, "https://a.example/in", "padding" },
    { "a digest of another length", "QN7+meWHdeIEwWeUh1nNjFKf/BvtLCIHVpXfYPHewVI=", FORM,
      "https://a.example/in", "28 characters" },
    { "the alphabet of URLs", "saHCqrVm7hmi43z31iNzU2TUc-Y=", FORM, "https://a.example/in",
      "URL-safe" },
    { "JSON and no hash", "FC/H3myKAtJYzEoKoTgmUvblwxU=", "application/json",
      "https://a.example/in", "no bodySHA256" },
    { "JSON and the hash of something else", "FC/H3myKAtJYzEoKoTgmUvblwxU=", "application/json",
      "https://a.example/in?bodySHA256=00", "not the one" },
};

static void names_the_fault(void **state)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    const struct header_case *c = *state;
    struct signature_key *key = signature_key_create(str_of(TOKEN));
    struct signed_request request = {
        .method = STR("POST"),
        .url = str_of(c->url),
        .content_type = str_of(c->content_type),
        .body = STR("{}"),
        .signature = str_of(c->signature),
    };
    struct signature_finding finding;

    signature_explain(&request, key, &arena, &finding);
    signature_key_destroy(key);
    assert_false(finding.valid);
    assert_int_equal(finding.url.len, 0);
    assert_true(str_find(finding.reason, str_of(c->reason)) >= 0);
}

/* Keys of every length around SHA-1's block, against OpenSSL's own HMAC. */
static void takes_keys_of_any_length(void **state)
{
    char token[200];

    (void)state;
    for (size_t len = 1; len < sizeof(token); len++) {
        CLEANUP(arena_release) struct arena arena = { 0 };
        struct signature_key *key;
        const struct signature_key *keys[1];
        struct signed_request request = { .method = STR("GET"), .url = STR("https://a.example/") };

        memset(token, (int)('a' + len % 26), len);
        key = signature_key_create(str_make(token, len));
        keys[0] = key;
        request.signature = sign(str_make(token, len), request.url, &arena);
        assert_true(signature_verify(&request, keys, 1, &arena));
        signature_key_destroy(key);
    }
}

/* More parameters than are sorted by insertion, given backwards and with every one repeated. */
static void sorts_many(void **state)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    CLEANUP(buf_release) struct buf data = { 0 }, form = { 0 };
    struct signature_key *key = signature_key_create(str_of(TOKEN));
    const struct signature_key *keys[] = { key };
    struct signed_request request = { .method = STR("POST"), .url = STR("https://a.example/") };

    (void)state;
    buf_add_text(&data, "https://a.example/");
    for (int i = 0; i < 1000; i++) {
        buf_addf(&data, "parameter%03dv", i);
        buf_addf(&form, "parameter%03d=v&parameter%03d=v&", 999 - i, 999 - i);
    }
    request.body = buf_view(&form);
    request.signature = sign(str_of(TOKEN), buf_view(&data), &arena);
    assert_true(signature_verify(&request, keys, 1, &arena));
    form.ptr[form.len - 2] = 'w';
    assert_false(signature_verify(&request, keys, 1, &arena));
    signature_key_destroy(key);
}

int main(void)
{
    static struct CMUnitTest tests[VECTORS_MOST];
    CLEANUP(json_drop) json_t *vectors = load(TEST_DATA_DIR "/twilio/signature-vectors.json");
    size_t count = 0, i;
    json_t *vector;

    tests[count++] =
        (struct CMUnitTest){ "keys of any length", takes_keys_of_any_length, NULL, NULL, NULL };
    tests[count++] = (struct CMUnitTest){ "many parameters", sorts_many, NULL, NULL, NULL };
    for (i = 0; i < ARRAY_LEN(door_cases); i++)
        tests[count++] =
            (struct CMUnitTest){ door_cases[i].name, guards, NULL, NULL, (void *)&door_cases[i] };
    for (i = 0; i < ARRAY_LEN(explain_cases); i++)
        tests[count++] = (struct CMUnitTest){ explain_cases[i].name, explains, NULL, NULL,
                                              (void *)&explain_cases[i] };
    for (i = 0; i < ARRAY_LEN(header_cases); i++)
        tests[count++] = (struct CMUnitTest){ header_cases[i].name, names_the_fault, NULL, NULL,
                                              (void *)&header_cases[i] };
    json_array_foreach (vectors, i, vector) {
        if (json_equal(json_object_get(vector, "valid"), json_object_get(vector, "python_valid")) &&
            count < VECTORS_MOST)
            tests[count++] = (struct CMUnitTest){ json_string_value(json_object_get(vector, "id")),
                                                  agrees_with_vector, NULL, NULL, vector };
    }
    /* The macro counts an array; this one is filled in part. */
    return _cmocka_run_group_tests("signature", tests, count, NULL, NULL);
}
