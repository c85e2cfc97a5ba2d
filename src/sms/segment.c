/*
 * segment.c - count the segments of a text.
 *
 * A text is packed cluster by cluster: what does not fit the rest of a segment goes whole into the
 * next one. Only a cluster larger than a segment is taken apart, and CR LF, which the provider's
 * calculator takes apart too. segment_split.c packs with the same functions, so that what it cuts
 * counts the same.
 */
#include "sms/segment.h"

#include "sms/grapheme.h"
#include "sms/gsm7.h"
#include "sms/pack.h"

void pack_init(struct pack *p, enum sms_encoding encoding)
{
    *p = (struct pack){ .encoding = encoding, .segments = 1 };
    p->single_max = encoding == SMS_GSM7 ? 160 : 70;
    p->several_max = encoding == SMS_GSM7 ? 153 : 67;
}

static unsigned char_units(enum sms_encoding encoding, uint32_t character)
{
    return encoding == SMS_GSM7 ? gsm7_units(character) : character > 0xFFFF ? 2 : 1;
}

static void pack_units(struct pack *p, size_t units)
{
    if (p->used + units > p->several_max) {
        p->segments++;
        p->used = 0;
    }
    p->used += units;
    p->units += units;
    if (p->ret_units && p->segments <= SEGMENTS_MOST)
        p->ret_units[p->segments - 1] = p->used;
}

void pack_cluster(struct pack *p, struct str cluster)
{
    size_t at = 0, units = 0;
    uint32_t character;

    while (str_next_char(cluster, &at, &character))
        units += char_units(p->encoding, character);
    if (units <= p->several_max && !str_is(cluster, "\r\n")) {
        pack_units(p, units);
        return;
    }
    for (at = 0; str_next_char(cluster, &at, &character);)
        pack_units(p, char_units(p->encoding, character));
}

size_t pack_segments(const struct pack *p)
{
    return p->units <= p->single_max ? 1 : p->segments;
}

bool gsm7_can_write(struct str text)
{
    uint32_t character;

    for (size_t at = 0; str_next_char(text, &at, &character);) {
        if (gsm7_units(character) == 0)
            return false;
    }
    return true;
}

struct segment_count segment_count(struct str text)
{
    struct segment_count count = { .encoding = gsm7_can_write(text) ? SMS_GSM7 : SMS_UCS2 };
    struct pack pack;

    pack_init(&pack, count.encoding);
    pack.ret_units = count.segment_units;
    for (size_t at = 0; at < text.len;) {
        uint32_t character;
        size_t end = at;

        if (count.encoding == SMS_GSM7) { /* has no character that joins others */
            str_next_char(text, &end, &character);
            pack_units(&pack, gsm7_units(character));
        } else {
            end = grapheme_end(text, at);
            pack_cluster(&pack, str_slice(text, at, end - at));
        }
        at = end;
    }
    count.units = pack.units;
    count.segments = pack_segments(&pack);
    if (count.segments == 1) { /* packed for several above */
        memset(count.segment_units, 0, sizeof(count.segment_units));
        count.segment_units[0] = pack.units;
    }
    return count;
}

const char *sms_encoding_name(enum sms_encoding encoding)
{
    return encoding == SMS_GSM7 ? "GSM-7" : "UCS-2";
}
