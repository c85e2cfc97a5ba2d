/* pack.h - fill segments one cluster at a time. Private to the sms room: segment.c and
 * segment_split.c. */
#pragma once
#include "sms/segment.h"

struct pack {
    enum sms_encoding encoding;
    size_t single_max, several_max; /* units a segment holds alone, and as one of several */
    size_t units;                   /* packed so far */
    size_t segments, used;          /* as one of several: how many, and units in the last */
    size_t *ret_units;              /* units of the first SEGMENTS_MOST segments; may be NULL */
};

void pack_init(struct pack *p, enum sms_encoding encoding);
/* Characters that the encoding lacks take no room: ask gsm7_can_write before packing as GSM-7. */
void pack_cluster(struct pack *p, struct str cluster);
size_t pack_segments(const struct pack *p);
bool gsm7_can_write(struct str text);
