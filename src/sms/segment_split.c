/*
 * segment_split.c - cut a long text into messages.
 *
 * A part is as long as the limits allow and is then shortened to the last end of a sentence in its
 * second half, else to the last end of a word. Only a word that is longer than a whole message is
 * cut inside, between two clusters, and only a cluster longer than a message between two
 * characters.
 */
#include "sms/grapheme.h"
#include "sms/gsm7.h"
#include "sms/pack.h"

#define PART_UTF16_MOST 1600 /* the provider's limit of a body, in the stricter of its readings */

/* More bytes than a part can have: no UTF-16 unit takes more than three. Looking no further keeps
 * the work in proportion to the text even when it is one endless cluster. */
#define PART_BYTES_SEEN (PART_UTF16_MOST * 3 + 4)

/* How full a part is, in both encodings, since a later character can move it to UCS-2. */
struct fill {
    struct pack gsm7, ucs2;
    bool is_gsm7;
    size_t segments_max;
};

static void fill_init(struct fill *f, size_t segments_max)
{
    pack_init(&f->gsm7, SMS_GSM7);
    pack_init(&f->ucs2, SMS_UCS2);
    f->is_gsm7 = true;
    f->segments_max = segments_max;
}

/* False when the part is over its limits with this cluster. */
static bool fill_add(struct fill *f, struct str cluster)
{
    f->is_gsm7 = f->is_gsm7 && gsm7_can_write(cluster);
    if (f->is_gsm7)
        pack_cluster(&f->gsm7, cluster);
    pack_cluster(&f->ucs2, cluster);
    return f->ucs2.units <= PART_UTF16_MOST &&
           pack_segments(f->is_gsm7 ? &f->gsm7 : &f->ucs2) <= f->segments_max;
}

/* Blanks where a line may break, so not the no-break ones. Source: Unicode Standard Annex 14. */
static bool is_blank(uint32_t character)
{
    return character == ' ' || (character >= '\t' && character <= '\r') || character == 0x85 ||
           character == 0x1680 ||
           (character >= 0x2000 && character <= 0x200A && character != 0x2007) ||
           character == 0x2028 || character == 0x2029 || character == 0x205F || character == 0x3000;
}

/* Whether a cluster is a blank and nothing else (a blank can carry an accent); and its first
 * character. */
static bool blank_cluster(struct str text, size_t at, size_t end, uint32_t *ret)
{
    str_next_char(text, &at, ret);
    return is_blank(*ret) && (at == end || *ret == '\r');
}

static bool is_line_end(uint32_t character)
{
    return character == '\n' || character == '\r' || character == 0x2028 || character == 0x2029;
}

/* Letters of scripts written without blanks, between any two of which a line may break. */
static bool is_ideograph(uint32_t character)
{
    return (character >= 0x3041 && character <= 0x3096) ||
           (character >= 0x30A1 && character <= 0x30FA) ||
           (character >= 0x3400 && character <= 0x9FFF) ||
           (character >= 0xF900 && character <= 0xFAFF) ||
           (character >= 0x20000 && character <= 0x3FFFF);
}

/* What the text just before a cut looks like. */
enum ending {
    ENDING_PLAIN,
    ENDING_DOT,  /* may be an abbreviation's: a small letter behind it tells */
    ENDING_STOP, /* a sentence is over if a blank follows */
    ENDING_WIDE  /* a sentence is over */
};

static enum ending ending_after(enum ending before, uint32_t last, uint32_t character)
{
    switch (character) {
    case '.': /* "2." numbers a list */
        return last >= '0' && last <= '9' ? ENDING_PLAIN : ENDING_DOT;
    case 0x2026: return ENDING_DOT;
    case '!':
    case '?': return ENDING_STOP;
    case 0x3002: /* ideographic full stop, also half-width, and the wide ! and ? */
    case 0xFF61:
    case 0xFF01:
    case 0xFF1F: return ENDING_WIDE;
    case '"':
    case '\'':
    case ')':
    case ']':
    case 0x00BB: /* closing quotes and brackets belong to the sentence */
    case 0x2019:
    case 0x201D:
    case 0x300D:
    case 0x300F:
    case 0xFF09: return before;
    default: return ENDING_PLAIN;
    }
}

struct scan {
    size_t fit_end;      /* the part could end here at most, before this byte */
    size_t word_end;     /* the last end of a word, 0 when none */
    size_t sentence_end; /* the last end of a sentence, 0 when none */
    uint32_t last;       /* the character that the last cluster which is no blank begins with */
    enum ending ending;
    bool blank, line_end; /* a blank, a line end stood since then */
};

/* Note whether the part may end at fit_end, now that the next character is known. */
static void scan_cut(struct scan *s, uint32_t next)
{
    bool small = next >= 'a' && next <= 'z';
    bool closing = ending_after(ENDING_STOP, 0, next) != ENDING_PLAIN;
    bool wide_stop = s->ending == ENDING_WIDE && (s->blank || !closing);
    bool wide = is_ideograph(next) && (is_ideograph(s->last) || s->last == 0x3001);

    if (s->blank || wide || wide_stop)
        s->word_end = s->fit_end;
    if (s->line_end || wide_stop || (s->blank && s->ending == ENDING_STOP) ||
        (s->blank && s->ending == ENDING_DOT && !small))
        s->sentence_end = s->fit_end;
    if (s->blank)
        s->ending = ENDING_PLAIN;
    s->blank = s->line_end = false;
}

/* Where a part ends that begins at `start` with a cluster too large for a message by itself. */
static size_t end_inside_cluster(struct str text, size_t start, size_t segments_max)
{
    struct fill fill;
    size_t at = start, end = 0;
    uint32_t character;

    fill_init(&fill, segments_max);
    while (str_next_char(text, &at, &character)) {
        size_t before = end > 0 ? end : start;

        if (!fill_add(&fill, str_slice(text, before, at - before)) && end > 0)
            break;
        end = at;
    }
    return end;
}

static size_t choose_end(const struct scan *s, struct str text, size_t start, size_t segments_max)
{
    if (s->fit_end == start)
        return end_inside_cluster(text, start, segments_max);
    if (s->sentence_end > start && s->sentence_end - start >= (s->fit_end - start) / 2)
        return s->sentence_end;
    return s->word_end > start ? s->word_end : s->fit_end;
}

/* Where the part ends that begins at `start`, which is no blank. */
static size_t part_end(struct str text, size_t start, size_t segments_max)
{
    struct scan scan = { .fit_end = start };
    struct fill fill;

    text = str_slice(text, 0, start + PART_BYTES_SEEN);
    fill_init(&fill, segments_max);
    for (size_t at = start; at < text.len;) {
        size_t end = grapheme_end(text, at);
        bool fits = fill_add(&fill, str_slice(text, at, end - at));
        uint32_t character = 0;

        if (blank_cluster(text, at, end, &character)) {
            scan.blank = true;
            scan.line_end = scan.line_end || is_line_end(character);
        } else {
            scan_cut(&scan, character);
            if (!fits)
                return choose_end(&scan, text, start, segments_max);
            scan.ending = ending_after(scan.ending, scan.last, character);
            scan.last = character;
            scan.fit_end = end;
        }
        at = end;
    }
    return scan.fit_end;
}

static size_t skip_blanks(struct str text, size_t at)
{
    while (at < text.len) {
        size_t end = grapheme_end(str_slice(text, 0, at + PART_BYTES_SEEN), at);
        uint32_t character = 0;

        if (!blank_cluster(text, at, end, &character))
            break;
        at = end;
    }
    return at;
}

size_t segment_split(struct str text, size_t segments_max, struct arena *arena,
                     struct str **ret_parts)
{
    struct str *parts = NULL;
    size_t count = 0, capacity = 0;

    for (size_t at = skip_blanks(text, 0); at < text.len; at = skip_blanks(text, at)) {
        size_t end = part_end(text, at, segments_max > 0 ? segments_max : 1);

        if (count == capacity) {
            struct str *more = ARENA_ARRAY(arena, struct str, capacity * 2 + 4);

            if (count > 0)
                memcpy(more, parts, count * sizeof(*parts));
            parts = more;
            capacity = capacity * 2 + 4;
        }
        parts[count++] = str_slice(text, at, end - at);
        at = end;
    }
    *ret_parts = parts;
    return count;
}
