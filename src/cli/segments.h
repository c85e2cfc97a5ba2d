/* segments.h - the answer of `answerback segments`, apart from reading and printing. */
#pragma once
#include "base/str.h"

/* {"encoding":"GSM-7","segments":1,"units":[5]}; with `smart` look-alikes are put in first. */
void segments_json(struct str text, bool smart, struct buf *out);
