/*
 * twiml.c - read what a webhook answered: how many replies, to whom, saying what.
 *
 * A small scanner of the XML that messaging TwiML needs: elements, attributes, text, CDATA,
 * comments and the five entities with numeric references. <Redirect> is not followed and counts as
 * an answer without replies. Source: https://www.twilio.com/docs/messaging/twiml .
 */
#include "simulator/state.h"

#define TWIML_BYTES_MAX (64 * 1024)
#define CODE_TOO_LARGE 11750
#define CODE_PARSE 12100
#define CODE_SCHEMA 12200
#define CODE_CONTENT_TYPE 12300

struct scanner {
    struct str text;
    size_t at;
    struct arena *arena;
    bool failed;
};

struct tag {
    struct str name;
    struct str to, from, status_callback;
    bool closing, empty; /* </x>, <x/> */
};

static bool looking_at(const struct scanner *s, const char *text)
{
    return str_starts(str_slice(s->text, s->at, s->text.len), str_of(text));
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void skip_blanks(struct scanner *s)
{
    while (s->at < s->text.len && is_blank(s->text.ptr[s->at]))
        s->at++;
}

/* The text up to `end`, which is stepped over; fails when it does not come. */
static struct str take_until(struct scanner *s, const char *end)
{
    struct str rest = str_slice(s->text, s->at, s->text.len);
    ptrdiff_t found = str_find(rest, str_of(end));

    if (found < 0) {
        s->failed = true;
        return (struct str){ 0 };
    }
    s->at += (size_t)found + strlen(end);
    return str_slice(rest, 0, (size_t)found);
}

/* One entity, after its '&' and without its ';'. False when there is none of that name. */
static bool add_entity(struct buf *out, struct str name)
{
    static const struct {
        const char *name;
        char character;
    } named[] = { { "amp", '&' }, { "lt", '<' }, { "gt", '>' }, { "quot", '"' }, { "apos", '\'' } };
    uint32_t character = 0;
    bool hex = name.len > 2 && name.ptr[0] == '#' && name.ptr[1] == 'x';

    for (size_t i = 0; i < ARRAY_LEN(named); i++) {
        if (str_is(name, named[i].name)) {
            buf_add_char(out, named[i].character);
            return true;
        }
    }
    if (name.len < 2 || name.len > 9 || name.ptr[0] != '#')
        return false;
    for (size_t i = hex ? 2 : 1; i < name.len; i++) {
        char c = name.ptr[i];
        const char *digits = "0123456789abcdef";
        const char *digit = c ? strchr(digits, c >= 'A' && c <= 'F' ? c + 32 : c) : NULL;

        if (!digit || (!hex && digit - digits > 9))
            return false;
        character = character * (hex ? 16 : 10) + (uint32_t)(digit - digits);
    }
    if (character == 0 || character > 0x10FFFF || (character >= 0xD800 && character <= 0xDFFF))
        return false;
    buf_add_utf8(out, character);
    return true;
}

static void add_plain(struct scanner *s, struct buf *out, struct str raw)
{
    while (raw.len > 0) {
        ptrdiff_t amp = str_find_char(raw, '&'), semicolon;

        if (amp < 0) {
            buf_add(out, raw);
            return;
        }
        buf_add(out, str_slice(raw, 0, (size_t)amp));
        raw = str_slice(raw, (size_t)amp + 1, raw.len);
        semicolon = str_find_char(raw, ';');
        if (semicolon < 0 || !add_entity(out, str_slice(raw, 0, (size_t)semicolon))) {
            s->failed = true;
            return;
        }
        raw = str_slice(raw, (size_t)semicolon + 1, raw.len);
    }
}

static struct str unescape(struct scanner *s, struct str raw)
{
    CLEANUP(buf_release) struct buf out = { 0 };

    add_plain(s, &out, raw);
    return arena_copy(s->arena, buf_view(&out));
}

static struct str take_name(struct scanner *s)
{
    size_t start = s->at;

    while (s->at < s->text.len && !is_blank(s->text.ptr[s->at]) &&
           !strchr("/>=<\"'", s->text.ptr[s->at]))
        s->at++;
    if (s->at == start)
        s->failed = true;
    return str_slice(s->text, start, s->at - start);
}

static void take_attribute(struct scanner *s, struct tag *tag)
{
    struct str name = take_name(s), value;
    char quote[2] = { 0 };

    skip_blanks(s);
    if (s->failed || !looking_at(s, "=")) {
        s->failed = true;
        return;
    }
    s->at++;
    skip_blanks(s);
    if (!looking_at(s, "\"") && !looking_at(s, "'")) {
        s->failed = true;
        return;
    }
    quote[0] = s->text.ptr[s->at++];
    value = unescape(s, take_until(s, quote));
    if (str_is(name, "to"))
        tag->to = value;
    else if (str_is(name, "from"))
        tag->from = value;
    else if (str_is(name, "statusCallback"))
        tag->status_callback = value;
}

/* The scanner stands on '<'. */
static struct tag take_tag(struct scanner *s)
{
    struct tag tag = { 0 };

    s->at++;
    if (looking_at(s, "/")) {
        tag.closing = true;
        s->at++;
    }
    tag.name = take_name(s);
    while (!s->failed) {
        skip_blanks(s);
        if (looking_at(s, ">")) {
            s->at++;
            return tag;
        }
        if (looking_at(s, "/>") && !tag.closing) {
            s->at += 2;
            tag.empty = true;
            return tag;
        }
        take_attribute(s, &tag);
    }
    return tag;
}

/* Text into `out` up to the next tag, which is returned; comments are stepped over. */
static struct tag take_content(struct scanner *s, struct buf *out)
{
    while (!s->failed) {
        size_t start = s->at;

        while (s->at < s->text.len && s->text.ptr[s->at] != '<')
            s->at++;
        add_plain(s, out, str_slice(s->text, start, s->at - start));
        if (looking_at(s, "<!--")) {
            take_until(s, "-->");
        } else if (looking_at(s, "<![CDATA[")) {
            s->at += strlen("<![CDATA[");
            buf_add(out, take_until(s, "]]>"));
        } else if (looking_at(s, "<")) {
            return take_tag(s);
        } else {
            s->failed = true;
        }
    }
    return (struct tag){ 0 };
}

/* The text of an element whose opening tag was read, up to its closing one; no elements inside. */
static struct str take_leaf(struct scanner *s, const struct tag *open)
{
    CLEANUP(buf_release) struct buf out = { 0 };
    struct tag close;

    if (open->empty)
        return (struct str){ 0 };
    close = take_content(s, &out);
    if (!close.closing || !str_equal(close.name, open->name))
        s->failed = true;
    return arena_copy(s->arena, str_trim(buf_view(&out)));
}

static void add_media_url(struct scanner *s, struct twiml_reply *reply, struct str url)
{
    struct str *urls = ARENA_ARRAY(s->arena, struct str, reply->media_count + 1);

    if (reply->media_count > 0)
        memcpy(urls, reply->media_urls, reply->media_count * sizeof(urls[0]));
    urls[reply->media_count++] = url;
    reply->media_urls = urls;
}

static struct twiml_reply *take_message(struct scanner *s, const struct tag *open)
{
    CLEANUP(buf_release) struct buf plain = { 0 };
    CLEANUP(buf_release) struct buf bodies = { 0 };
    struct twiml_reply *reply = ARENA_NEW(s->arena, struct twiml_reply);

    reply->to = open->to;
    reply->from = open->from;
    reply->status_callback = open->status_callback;
    while (!open->empty && !s->failed) {
        struct tag tag = take_content(s, &plain);

        if (tag.closing) {
            s->failed = s->failed || !str_equal(tag.name, open->name);
            break;
        }
        if (str_is(tag.name, "Body"))
            buf_add(&bodies, take_leaf(s, &tag));
        else if (str_is(tag.name, "Media"))
            add_media_url(s, reply, take_leaf(s, &tag));
        else
            s->failed = true;
    }
    reply->body =
        arena_copy(s->arena, bodies.len > 0 ? buf_view(&bodies) : str_trim(buf_view(&plain)));
    return reply;
}

/* What stands inside <Response>. 0, or the code of what is wrong. */
static int take_verbs(struct scanner *s, struct twiml_reply **last)
{
    CLEANUP(buf_release) struct buf between = { 0 };

    while (!s->failed) {
        struct tag tag = take_content(s, &between);

        if (tag.closing)
            return str_is(tag.name, "Response") ? 0 : CODE_PARSE;
        if (str_is(tag.name, "Message") || str_is(tag.name, "Sms")) {
            *last = take_message(s, &tag);
            last = &(*last)->next;
        } else if (str_is(tag.name, "Redirect")) {
            take_leaf(s, &tag);
        } else if (!s->failed) {
            return CODE_SCHEMA;
        }
    }
    return CODE_PARSE;
}

static int parse_document(struct scanner *s, struct twiml_reply **ret)
{
    struct tag root;
    int code = 0;

    if (looking_at(s, "\xEF\xBB\xBF"))
        s->at += 3;
    if (looking_at(s, "<?xml"))
        take_until(s, "?>");
    skip_blanks(s);
    while (looking_at(s, "<!--")) {
        take_until(s, "-->");
        skip_blanks(s);
    }
    if (s->failed || !looking_at(s, "<"))
        return CODE_PARSE;
    root = take_tag(s);
    if (s->failed || root.closing)
        return CODE_PARSE;
    if (!str_is(root.name, "Response"))
        return CODE_SCHEMA;
    if (!root.empty)
        code = take_verbs(s, ret);
    skip_blanks(s);
    return code == 0 && s->at < s->text.len ? CODE_PARSE : code;
}

static bool type_is(struct str content_type, const char *type)
{
    struct str first = { 0 };

    str_cut(&content_type, ';', &first);
    return str_equal_nocase(str_trim(first), str_of(type));
}

int twiml_parse(struct str content_type, struct str body, struct arena *arena,
                struct twiml_reply **ret)
{
    struct scanner s = { .text = body, .arena = arena };
    struct twiml_reply *replies = NULL;
    int code;

    if (body.len > TWIML_BYTES_MAX)
        return CODE_TOO_LARGE;
    if (type_is(content_type, "text/plain")) {
        replies = ARENA_NEW(arena, struct twiml_reply);
        replies->body = arena_copy(arena, body);
        *ret = replies;
        return 0;
    }
    if (!type_is(content_type, "text/xml") && !type_is(content_type, "application/xml") &&
        !type_is(content_type, "text/html"))
        return CODE_CONTENT_TYPE;
    code = parse_document(&s, &replies);
    if (code == 0)
        *ret = replies;
    return code;
}
