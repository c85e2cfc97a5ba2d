/*
 * signature.c - Twilio's webhook signature over raw bytes.
 *
 * What every webhook costs stands here, so HMAC is made from two SHA-1 states that a key holds
 * ready: copying them needs no allocation and no lock, which OpenSSL's EVP_MAC cannot offer to many
 * threads. The decoder here takes a broken escape as it stands, as the signer's peers do; whether
 * such a request is acceptable is for the reader of fields to say, which is strict.
 */
#define OPENSSL_SUPPRESS_DEPRECATED /* SHA_CTX: see above */
#include "provider/twilio/signature.h"

#include <stdlib.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/sha.h>

#include "base/err.h"
#include "provider/twilio/pairs.h"

#define BLOCK_BYTES 64
#define SIGNATURE_BYTES 28 /* 20 bytes as base64 */
#define INSERTION_MOST 48  /* more pairs than any real request has; a hostile one gets n log n */

struct signature_key {
    SHA_CTX inner, outer; /* each has taken in its padded key. Source: RFC 2104 */
};

static void absorb_padded(SHA_CTX *sha, const unsigned char *key, unsigned char pad)
{
    unsigned char block[BLOCK_BYTES];

    for (size_t i = 0; i < BLOCK_BYTES; i++)
        block[i] = key[i] ^ pad;
    SHA1_Init(sha);
    SHA1_Update(sha, block, BLOCK_BYTES);
    OPENSSL_cleanse(block, sizeof(block));
}

struct signature_key *signature_key_create(struct str auth_token)
{
    struct signature_key *key = malloc(sizeof(*key));
    unsigned char padded[BLOCK_BYTES] = { 0 };

    if (!key)
        die("out of memory (%zu bytes wanted)", sizeof(*key));
    if (auth_token.len > BLOCK_BYTES)
        SHA1((const unsigned char *)auth_token.ptr, auth_token.len, padded);
    else if (auth_token.len > 0)
        memcpy(padded, auth_token.ptr, auth_token.len);
    absorb_padded(&key->inner, padded, 0x36);
    absorb_padded(&key->outer, padded, 0x5C);
    OPENSSL_cleanse(padded, sizeof(padded));
    return key;
}

void signature_key_destroy(struct signature_key *key)
{
    if (!key)
        return;
    OPENSSL_cleanse(key, sizeof(*key));
    free(key);
}

/* ---- parameters: decoded, sorted, joined ---- */

struct entry {
    uint64_t order; /* first bytes of the name, so that most comparisons look no further */
    const struct pair *pair;
};

static uint64_t order_of(struct str name)
{
    uint64_t order = 0;

    for (size_t i = 0; i < sizeof(order); i++)
        order = order << 8 | (i < name.len ? (unsigned char)name.ptr[i] : 0);
    return order;
}

static int compare_entries(const void *left, const void *right)
{
    const struct entry *a = left, *b = right;
    int order;

    if (a->order != b->order)
        return a->order < b->order ? -1 : 1;
    order = str_compare(a->pair->name, b->pair->name);
    return order != 0 ? order : str_compare(a->pair->value, b->pair->value);
}

static void sort_entries(struct entry *entries, size_t count)
{
    if (count > INSERTION_MOST) {
        qsort(entries, count, sizeof(*entries), compare_entries);
        return;
    }
    for (size_t i = 1; i < count; i++) {
        struct entry entry = entries[i];
        size_t at = i;

        for (; at > 0 && compare_entries(&entry, &entries[at - 1]) < 0; at--)
            entries[at] = entries[at - 1];
        entries[at] = entry;
    }
}

static char *append(char *to, struct str s)
{
    if (s.len > 0)
        memcpy(to, s.ptr, s.len);
    return to + s.len;
}

/* Sorted by name and value, each pair once, value after name without a delimiter. */
static struct str join_form(struct str form, struct arena *arena)
{
    struct pair *pairs;
    bool malformed;
    size_t count = pairs_split(form, arena, &pairs, &malformed);
    struct entry *entries = ARENA_ARRAY(arena, struct entry, count);
    char *joined = arena_alloc(arena, form.len), *to = joined;

    for (size_t i = 0; i < count; i++)
        entries[i] = (struct entry){ order_of(pairs[i].name), &pairs[i] };
    sort_entries(entries, count);
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && compare_entries(&entries[i], &entries[i - 1]) == 0)
            continue;
        to = append(to, entries[i].pair->name);
        to = append(to, entries[i].pair->value);
    }
    return str_make(joined, (size_t)(to - joined));
}

/* ---- URLs ---- */

struct url_parts {
    struct str scheme;      /* with "://" */
    struct str host;        /* without user, password and port */
    struct str port;        /* with ':', or empty */
    struct str path, query; /* query with '?' */
};

static size_t find_any(struct str s, const char *chars)
{
    size_t at = 0;

    for (; at < s.len; at++) {
        for (const char *c = chars; *c; c++) {
            if (s.ptr[at] == *c)
                return at;
        }
    }
    return at;
}

static void split_url(struct str url, struct url_parts *ret)
{
    ptrdiff_t scheme = str_find(url, str_of("://"));
    struct str rest, authority;
    size_t end;

    ret->scheme = str_slice(url, 0, scheme < 0 ? 0 : (size_t)scheme + 3);
    rest = str_slice(url, ret->scheme.len, url.len);
    rest = str_slice(rest, 0, find_any(rest, "#"));
    end = find_any(rest, "/?");
    authority = str_slice(rest, 0, end);
    rest = str_slice(rest, end, rest.len);
    while (str_find_char(authority, '@') >= 0)
        authority = str_slice(authority, (size_t)str_find_char(authority, '@') + 1, authority.len);
    end = authority.len;
    while (end > 0 && authority.ptr[end - 1] >= '0' && authority.ptr[end - 1] <= '9')
        end--;
    if (end == 0 || authority.ptr[end - 1] != ':')
        end = authority.len + 1;
    ret->host = str_slice(authority, 0, end - 1);
    ret->port = str_slice(authority, end - 1, authority.len);
    end = find_any(rest, "?");
    ret->path = str_slice(rest, 0, end);
    ret->query = str_slice(rest, end, rest.len);
}

/* The port that the other accepted form has: none where there is one, the default where there is
 * none. */
static struct str other_port(const struct url_parts *url)
{
    if (url->port.len > 0)
        return (struct str){ 0 };
    return str_of(str_is(url->scheme, "http://") ? ":80" : ":443");
}

static struct str join_url(const struct url_parts *url, struct arena *arena)
{
    return arena_printf(arena, "%.*s%.*s%.*s%.*s%.*s", STR_ARGS(url->scheme), STR_ARGS(url->host),
                        STR_ARGS(url->port), STR_ARGS(url->path), STR_ARGS(url->query));
}

/* ---- signing ---- */

static void absorb(SHA_CTX *sha, struct str s)
{
    if (s.len > 0)
        SHA1_Update(sha, s.ptr, s.len);
}

static bool signed_with(const struct signature_key *key, const struct url_parts *url,
                        struct str params, struct str signature)
{
    unsigned char digest[SHA_DIGEST_LENGTH], want[SIGNATURE_BYTES + 1];
    SHA_CTX sha = key->inner;

    if (signature.len != SIGNATURE_BYTES)
        return false;
    absorb(&sha, url->scheme);
    absorb(&sha, url->host);
    absorb(&sha, url->port);
    absorb(&sha, url->path);
    absorb(&sha, url->query);
    absorb(&sha, params);
    SHA1_Final(digest, &sha);
    sha = key->outer;
    SHA1_Update(&sha, digest, sizeof(digest));
    SHA1_Final(digest, &sha);
    EVP_EncodeBlock(want, digest, sizeof(digest));
    return CRYPTO_memcmp(want, signature.ptr, SIGNATURE_BYTES) == 0;
}

/* ---- what is signed besides the URL ---- */

enum body_mode { BODY_NONE, BODY_FORM, BODY_HASHED };

static enum body_mode body_mode(const struct signed_request *request)
{
    struct str type =
        str_trim(str_slice(request->content_type, 0, find_any(request->content_type, ";")));

    if (str_is(request->method, "GET"))
        return BODY_NONE;
    if (type.len == 0 || str_equal_nocase(type, str_of("application/x-www-form-urlencoded")))
        return BODY_FORM;
    return BODY_HASHED;
}

/* The first bodySHA256 of the query; NULL ptr when there is none. */
static struct str body_hash(const struct url_parts *url)
{
    const struct str name = STR("bodySHA256=");
    struct str query = str_slice(url->query, 1, url->query.len), part;

    while (str_cut(&query, '&', &part)) {
        if (str_starts(part, name))
            return str_slice(part, name.len, part.len);
    }
    return (struct str){ 0 };
}

static bool hash_matches(struct str hash, struct str body)
{
    unsigned char digest[SHA256_DIGEST_LENGTH];
    char hex[2 * SHA256_DIGEST_LENGTH];

    if (hash.len != sizeof(hex))
        return false;
    SHA256((const unsigned char *)(body.ptr ? body.ptr : ""), body.len, digest);
    hex_encode(digest, sizeof(digest), hex);
    return CRYPTO_memcmp(hex, hash.ptr, sizeof(hex)) == 0;
}

bool signature_verify(const struct signed_request *request, const struct signature_key *const *keys,
                      size_t key_count, struct arena *arena)
{
    enum body_mode mode = body_mode(request);
    struct url_parts given, other;
    struct str params = { 0 };

    split_url(request->url, &given);
    if (request->signature.len != SIGNATURE_BYTES)
        return false;
    if (mode == BODY_HASHED && !hash_matches(body_hash(&given), request->body))
        return false;
    if (mode == BODY_FORM)
        params = join_form(request->body, arena);
    other = given;
    other.port = other_port(&given);
    for (size_t i = 0; i < key_count; i++) {
        if (keys[i] && (signed_with(keys[i], &given, params, request->signature) ||
                        signed_with(keys[i], &other, params, request->signature)))
            return true;
    }
    return false;
}

/* ---- explaining ---- */

enum url_change {
    CHANGE_PORT = 1 << 0,
    CHANGE_SCHEME = 1 << 1,
    CHANGE_SLASH = 1 << 2,
    CHANGE_QUERY = 1 << 3, /* dropped */
};

static const struct {
    unsigned changes;
    const char *had_port,
        *had_none; /* how the form is called, by whether the given URL has a port */
} forms[] = {
    { 0, "as given", "as given" },
    { CHANGE_PORT, "without the port", "with the default port" },
    { CHANGE_SCHEME, "with http and https exchanged", "with http and https exchanged" },
    { CHANGE_SCHEME | CHANGE_PORT, "with http and https exchanged, without the port",
      "with http and https exchanged, with the default port" },
    { CHANGE_SLASH, "with the slash at the end of the path added or removed",
      "with the slash at the end of the path added or removed" },
    { CHANGE_SLASH | CHANGE_PORT,
      "with the slash at the end of the path added or removed, without the port",
      "with the slash at the end of the path added or removed, with the default port" },
    { CHANGE_SCHEME | CHANGE_SLASH,
      "with http and https exchanged and the slash at the end of the path added or removed",
      "with http and https exchanged and the slash at the end of the path added or removed" },
    { CHANGE_QUERY, "without the query", "without the query" },
    { CHANGE_QUERY | CHANGE_PORT, "without the query, without the port",
      "without the query, with the default port" },
};

static struct url_parts change_url(struct url_parts url, unsigned changes, struct arena *arena)
{
    if (changes & CHANGE_SCHEME)
        url.scheme = str_of(str_is(url.scheme, "https://") ? "http://" : "https://");
    if (changes & CHANGE_PORT)
        url.port = other_port(&url);
    if (changes & CHANGE_QUERY)
        url.query = (struct str){ 0 };
    if (changes & CHANGE_SLASH)
        url.path = str_ends(url.path, str_of("/"))
                       ? str_slice(url.path, 0, url.path.len - 1)
                       : arena_printf(arena, "%.*s/", STR_ARGS(url.path));
    return url;
}

/* True when one of the forms verifies; `ret` names it then. */
static bool find_form(const struct url_parts *given, struct str params, struct str signature,
                      const struct signature_key *key, struct arena *arena,
                      struct signature_finding *ret)
{
    for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
        struct url_parts url = change_url(*given, forms[i].changes, arena);

        if (!signed_with(key, &url, params, signature))
            continue;
        ret->url = join_url(&url, arena);
        ret->which = given->port.len > 0 ? forms[i].had_port : forms[i].had_none;
        return true;
    }
    return false;
}

/* What is wrong with the header itself; NULL when it could be a signature. */
static const char *header_fault(struct str signature)
{
    if (signature.len == 0)
        return "The X-Twilio-Signature header is missing or empty.";
    if (signature.len == 2 * SHA_DIGEST_LENGTH)
        return "The signature is not base64 of 20 bytes; it looks like hex.";
    if (signature.len == SIGNATURE_BYTES - 1)
        return "The signature is one character short; its base64 padding seems lost.";
    if (signature.len != SIGNATURE_BYTES)
        return "The signature is not base64 of 20 bytes (28 characters).";
    if (str_find_char(signature, '-') >= 0 || str_find_char(signature, '_') >= 0)
        return "The signature is in the URL-safe alphabet of base64; Twilio uses the plain one.";
    return NULL;
}

static const char *hash_fault(const struct url_parts *url, struct str body)
{
    struct str hash = body_hash(url);

    if (!hash.ptr)
        return "The body is not a form and the URL has no bodySHA256 parameter.";
    return hash_matches(hash, body) ? NULL
                                    : "The body is not the one that bodySHA256 in the URL names.";
}

static struct str without_line_break(struct str body)
{
    while (body.len > 0 && (body.ptr[body.len - 1] == '\n' || body.ptr[body.len - 1] == '\r'))
        body.len--;
    return body;
}

void signature_explain(const struct signed_request *request, const struct signature_key *key,
                       struct arena *arena, struct signature_finding *ret)
{
    enum body_mode mode = body_mode(request);
    struct str stripped = without_line_break(request->body), params = { 0 };
    struct url_parts given;
    const char *fault = header_fault(request->signature);

    *ret = (struct signature_finding){ 0 };
    split_url(request->url, &given);
    if (!fault && mode == BODY_HASHED)
        fault = hash_fault(&given, request->body);
    if (fault) {
        ret->reason = str_of(fault);
        return;
    }
    ret->valid = signature_verify(request, &key, 1, arena);
    if (mode == BODY_FORM)
        params = join_form(request->body, arena);
    if (find_form(&given, params, request->signature, key, arena, ret)) {
        ret->reason = ret->valid
                          ? arena_printf(arena, "The signature holds for the URL %s.", ret->which)
                          : arena_printf(arena,
                                         "The signature was made for the URL %s: configure "
                                         "both sides alike.",
                                         ret->which);
        return;
    }
    if (mode == BODY_FORM && stripped.len < request->body.len &&
        find_form(&given, join_form(stripped, arena), request->signature, key, arena, ret)) {
        ret->reason = arena_printf(arena,
                                   "The signature holds for the URL %s when the line break at the "
                                   "end of the body is taken away.",
                                   ret->which);
        return;
    }
    ret->reason = str_of("The signature was made with another token, for another URL, or over "
                         "other parameters.");
}
