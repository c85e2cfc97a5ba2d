/*
 * parts_test.c - the pieces that need no socket: signature, segments, TwiML, webhook URLs, timers.
 *
 * Signatures are held against vectors whose answers come from Twilio's own libraries, so they check
 * the simulator and not only that it agrees with itself.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "http/server.h"
#include "simulator/segments.h"
#include "simulator/state.h"

/* ---- vectors ---- */

static json_t *read_vectors(const char *name)
{
    CLEANUP(buf_release) struct buf text = { 0 };
    char path[512], piece[4096];
    FILE *file;
    size_t got;
    json_t *vectors;

    snprintf(path, sizeof(path), "%s/twilio/%s", TEST_DATA_DIR, name);
    file = fopen(path, "r");
    assert_non_null(file);
    while ((got = fread(piece, 1, sizeof(piece), file)) > 0)
        buf_add(&text, str_make(piece, got));
    fclose(file);
    vectors = json_read(buf_view(&text), NULL);
    assert_non_null(vectors);
    return vectors;
}

static json_t *find_vector(json_t *vectors, const char *id)
{
    size_t i;
    json_t *vector;

    json_array_foreach (vectors, i, vector) {
        if (strcmp(json_string_value(json_object_get(vector, "id")), id) == 0)
            return vector;
    }
    fail_msg("there is no vector %s", id);
    return NULL;
}

static struct str member(json_t *object, const char *key)
{
    json_t *value = json_object_get(object, key);

    return str_make(json_string_value(value), json_string_length(value));
}

/* `valid` says whether our own signature is the vector's. */
static const struct signature_case {
    const char *id;
    bool valid;
} signatures[] = {
    { "docs-form-1", true },
    { "sdk-form-1", true },
    { "sms-full", true },
    { "sms-ms", true },
    { "mms-2", true },
    { "mms-index-sort", true },
    { "status-undelivered", true },
    { "no-params", true },
    { "empty-values", true },
    { "unicode-emoji", true },
    { "unicode-bidi-zwj", true },
    { "ws-edges", true },
    { "sort-prefix", true },
    { "dup-two", true },
    { "dup-same", true },
    { "dup-empty", true },
    { "https-8443-signed-8443", true },
    { "query-dup", true },
    { "slash-kept", true },
    { "plus-undecoded", false },
    { "dup-first-only", false },
    { "https-none-signed-8443", false },
    { "query-dropped", false },
    { "slash-added", false },
    { "path-case", false },
    { "neg-from", false },
    { "neg-extra", false },
    { "neg-extra-empty", false },
    { "neg-missing", false },
    { "neg-name-case", false },
    { "neg-nfc", false },
    { "neg-sig-empty", false },
    { "neg-sig-nopad", false },
    { "neg-sig-hex", false },
};

static void signs(void **state)
{
    const struct signature_case *c = *state;
    CLEANUP(json_drop) json_t *vectors = read_vectors("signature-vectors.json");
    CLEANUP(arena_release) struct arena arena = { 0 };
    json_t *vector = find_vector(vectors, c->id);
    struct str rest = member(vector, "body");
    struct param params[64];
    size_t count = 0;
    bool bad = false;
    char signature[SIGNATURE_BYTES];

    while (count < ARRAY_LEN(params) &&
           http_form_next(&rest, &arena, &params[count].name, &params[count].value, &bad))
        count++;
    assert_false(bad);
    signature_make(member(vector, "auth_token"), member(vector, "url"), params, count, signature);
    assert_int_equal(str_equal(str_of(signature), member(vector, "signature")), c->valid);
}

static const char *const segment_ids[] = {
    "empty",      "gsm-1",        "gsm-161",       "gsm-305",   "gsm-306",     "gsm-307",
    "gsm-459",    "gsm-460",      "gsm-1600",      "esc-1",     "esc-80",      "esc-81",
    "backtick",   "esc-edge-158", "esc-split-152", "esc-all",   "gsm-accents", "tab",
    "ucs-69",     "ucs-134",      "ucs-mix-70",    "ucs-ext",   "emoji-1",     "emoji-35",
    "emoji-edge", "combining",    "nfc-e",         "curly-off",
};

static void counts_segments(void **state)
{
    CLEANUP(json_drop) json_t *vectors = read_vectors("segment-vectors.json");
    json_t *vector = find_vector(vectors, *state);

    assert_int_equal(text_segments(member(vector, "text")),
                     json_integer_value(json_object_get(vector, "segments")));
}

/* ---- TwiML ---- */

static const struct twiml_case {
    const char *name, *content_type, *body;
    int code;
    size_t replies;
    const char *first; /* body of the first reply */
} twimls[] = {
    { "an empty response", "text/xml", "<Response/>", 0, 0, NULL },
    { "an empty response with a declaration", "text/xml; charset=utf-8",
      "<?xml version=\"1.0\"?>\n<Response></Response>\n", 0, 0, NULL },
    { "a message of plain text", "application/xml",
      "<Response><Message> Hi &amp; bye &#x263A; </Message></Response>", 0, 1,
      "Hi & bye \xE2\x98\xBA" },
    { "bodies are joined, media counted", "text/xml",
      "<Response><Message to='+12025550101'><Body>a</Body><Body>b</Body>"
      "<Media>https://example.com/x.png</Media></Message><Message>c</Message></Response>",
      0, 2, "ab" },
    { "CDATA and comments", "text/xml",
      "<Response><!-- <Message> --><Message><![CDATA[1 < 2]]></Message></Response>", 0, 1,
      "1 < 2" },
    { "a redirect is no reply", "text/xml", "<Response><Redirect>/x</Redirect></Response>", 0, 0,
      NULL },
    { "plain text is texted to the person", "text/plain", "oops", 0, 1, "oops" },
    { "an error page is not TwiML", "text/html", "<html><body>Oops</body></html>", 12200, 0, NULL },
    { "an unclosed error page", "text/html", "<!DOCTYPE html><p>x", 12100, 0, NULL },
    { "no content type", "", "<Response/>", 12300, 0, NULL },
    { "JSON is not understood", "application/json", "{}", 12300, 0, NULL },
    { "names are case-sensitive", "text/xml", "<response/>", 12200, 0, NULL },
    { "a verb of voice", "text/xml", "<Response><Say>x</Say></Response>", 12200, 0, NULL },
    { "cut short", "text/xml", "<Response><Message>x", 12100, 0, NULL },
    { "closed by another name", "text/xml", "<Response><Message>x</Body></Response>", 12100, 0,
      NULL },
    { "a bare ampersand", "text/xml", "<Response><Message>a & b</Message></Response>", 12100, 0,
      NULL },
    { "an unknown entity", "text/xml", "<Response><Message>&nbsp;</Message></Response>", 12100, 0,
      NULL },
    { "a surrogate by number", "text/xml", "<Response><Message>&#xD800;</Message></Response>",
      12100, 0, NULL },
    { "text after the end", "text/xml", "<Response/>x", 12100, 0, NULL },
    { "text before the declaration", "text/xml", "x<?xml version=\"1.0\"?><Response/>", 12100, 0,
      NULL },
    { "an attribute without quotes", "text/xml", "<Response><Message to=1>x</Message></Response>",
      12100, 0, NULL },
    { "only a bracket", "text/xml", "<", 12100, 0, NULL },
};

static void reads_twiml(void **state)
{
    const struct twiml_case *c = *state;
    CLEANUP(arena_release) struct arena arena = { 0 };
    struct twiml_reply *replies = NULL;
    size_t count = 0;

    assert_int_equal(twiml_parse(str_of(c->content_type), str_of(c->body), &arena, &replies),
                     c->code);
    for (const struct twiml_reply *reply = replies; reply; reply = reply->next)
        count++;
    assert_int_equal(count, c->replies);
    if (c->first)
        assert_true(str_is(replies->body, c->first));
}

static void refuses_large_twiml(void **state)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    size_t len = 64 * 1024 + 1;
    char *text = arena_alloc(&arena, len);
    struct twiml_reply *replies = NULL;

    (void)state;
    memset(text, ' ', len);
    assert_int_equal(twiml_parse(str_of("text/xml"), str_make(text, len), &arena, &replies), 11750);
}

/* ---- webhook URLs ---- */

static const struct endpoint_case {
    const char *name, *url;
    bool good;
    const char *called, *user, *password;
    unsigned retries;
    int64_t total_ms;
} endpoints[] = {
    { "plain", "http://example.com/sms", true, "http://example.com/sms", "", "", 1, 15000 },
    { "the fragment is not sent", "https://example.com/sms?a=1#rc=3&rp=all&tt=9000", true,
      "https://example.com/sms?a=1", "", "", 3, 9000 },
    { "the user is not signed", "https://me:p%40ss@example.com:8443/x", true,
      "https://example.com:8443/x", "me", "p@ss", 1, 15000 },
    { "a user alone", "https://me@example.com", true, "https://example.com", "me", "", 1, 15000 },
    { "an @ in the query is no user", "https://example.com/?to=a@b", true,
      "https://example.com/?to=a@b", "", "", 1, 15000 },
    { "an underscore in the path is fine", "https://example.com/a_b", true,
      "https://example.com/a_b", "", "", 1, 15000 },
    { "unknown keys pass", "https://example.com/#e=dublin&sni=n&x", true, "https://example.com/",
      "", "", 1, 15000 },
    { "another scheme", "ftp://example.com/", false, NULL, NULL, NULL, 0, 0 },
    { "no scheme", "example.com/sms", false, NULL, NULL, NULL, 0, 0 },
    { "empty", "", false, NULL, NULL, NULL, 0, 0 },
    { "no host", "http:///sms", false, NULL, NULL, NULL, 0, 0 },
    { "only a port", "http://:80/", false, NULL, NULL, NULL, 0, 0 },
    { "an underscore in the host", "http://my_host/", false, NULL, NULL, NULL, 0, 0 },
    { "a blank", "http://example.com/a b", false, NULL, NULL, NULL, 0, 0 },
    { "a line end", "http://example.com/\r\nX: y", false, NULL, NULL, NULL, 0, 0 },
    { "six retries", "http://example.com/#rc=6", false, NULL, NULL, NULL, 0, 0 },
    { "an unknown reason to retry", "http://example.com/#rp=6xx", false, NULL, NULL, NULL, 0, 0 },
    { "too long a read", "http://example.com/#rt=15001", false, NULL, NULL, NULL, 0, 0 },
    { "too short a connect", "http://example.com/#ct=99", false, NULL, NULL, NULL, 0, 0 },
    { "a badly escaped user", "http://a%zz@example.com/", false, NULL, NULL, NULL, 0, 0 },
};

static void reads_url(void **state)
{
    const struct endpoint_case *c = *state;
    CLEANUP(arena_release) struct arena arena = { 0 };
    struct endpoint endpoint = { 0 };
    struct err err = { 0 };

    assert_int_equal(endpoint_parse(str_of(c->url), &arena, &endpoint, &err), c->good);
    if (!c->good) {
        assert_int_equal(err.kind, ERR_INVALID);
        return;
    }
    assert_true(str_is(endpoint.url, c->called));
    assert_true(str_is(endpoint.user, c->user));
    assert_true(str_is(endpoint.password, c->password));
    assert_int_equal(endpoint.retries, c->retries);
    assert_int_equal(endpoint.total_ms, c->total_ms);
}

/* ---- timers and tables ---- */

static void timers_fire_in_order(void **state)
{
    struct timer timers[200] = { 0 };
    struct timers heap = { 0 };
    struct chance chance;
    struct timer *last = NULL, *next;
    size_t left = 0;

    (void)state;
    chance_init_number(&chance, 7);
    for (size_t i = 0; i < ARRAY_LEN(timers); i++)
        timer_set(&heap, &timers[i], chance_below(&chance, 50), NULL);
    for (size_t i = 0; i < ARRAY_LEN(timers); i += 3)
        timer_cancel(&heap, &timers[i]);
    for (size_t i = 1; i < ARRAY_LEN(timers); i += 3)
        timer_set(&heap, &timers[i], chance_below(&chance, 50), NULL);
    while ((next = timers_take(&heap, INT64_MAX)) != NULL) {
        assert_true(!last || last->due_us < next->due_us ||
                    (last->due_us == next->due_us && last->order < next->order));
        assert_int_equal(next->at, 0);
        last = next;
        left++;
    }
    assert_int_equal(left, 133);
    timers_release(&heap);
}

static void timers_wait_for_their_time(void **state)
{
    struct timer timer = { 0 };
    struct timers heap = { 0 };

    (void)state;
    assert_true(timers_next_us(&heap) == INT64_MAX);
    timer_cancel(&heap, &timer);
    timer_set(&heap, &timer, 10, NULL);
    assert_null(timers_take(&heap, 9));
    assert_ptr_equal(timers_take(&heap, 10), &timer);
    assert_null(timers_take(&heap, 10));
    timers_release(&heap);
}

static void table_keeps_slots_while_growing(void **state)
{
    CLEANUP(arena_release) struct arena arena = { 0 };
    struct table table = { 0 };
    void **first = table_slot(&table, &arena, str_of("first"));
    char key[16];

    (void)state;
    *first = &table;
    for (int i = 0; i < 1000; i++) {
        snprintf(key, sizeof(key), "key %d", i);
        *table_slot(&table, &arena, str_of(key)) = first;
    }
    assert_ptr_equal(table_slot(&table, &arena, str_of("first")), first);
    assert_ptr_equal(table_find(&table, str_of("first")), &table);
    assert_ptr_equal(table_find(&table, str_of("key 999")), first);
    assert_null(table_find(&table, str_of("key 1000")));
    table_release(&table);
    assert_null(table_find(&table, str_of("first")));
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(signatures) + ARRAY_LEN(segment_ids) + ARRAY_LEN(twimls) +
                            ARRAY_LEN(endpoints) + 4];
    size_t n = 0;

    for (size_t i = 0; i < ARRAY_LEN(signatures); i++)
        tests[n++] = (struct CMUnitTest){ signatures[i].id, signs, NULL, NULL,
                                          (void *)(uintptr_t)&signatures[i] };
    for (size_t i = 0; i < ARRAY_LEN(segment_ids); i++)
        tests[n++] = (struct CMUnitTest){ segment_ids[i], counts_segments, NULL, NULL,
                                          (void *)(uintptr_t)segment_ids[i] };
    for (size_t i = 0; i < ARRAY_LEN(twimls); i++)
        tests[n++] = (struct CMUnitTest){ twimls[i].name, reads_twiml, NULL, NULL,
                                          (void *)(uintptr_t)&twimls[i] };
    for (size_t i = 0; i < ARRAY_LEN(endpoints); i++)
        tests[n++] = (struct CMUnitTest){ endpoints[i].name, reads_url, NULL, NULL,
                                          (void *)(uintptr_t)&endpoints[i] };
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(refuses_large_twiml);
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(timers_fire_in_order);
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(timers_wait_for_their_time);
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(table_keeps_slots_while_growing);
    assert_int_equal(n, ARRAY_LEN(tests));
    return cmocka_run_group_tests(tests, NULL, NULL);
}
