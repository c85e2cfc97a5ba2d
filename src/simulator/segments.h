/*
 * segments.h - what a text costs: the simulator's own count, apart from src/sms.
 *
 * Characters are never cut between segments; grapheme clusters may be, unlike in Twilio's
 * calculator. Source: 3GPP TS 23.038, 6.2.1; 3GPP TS 23.040, 9.2.3.24.1.
 */
#pragma once
#include "base/str.h"

#define TEXT_UNITS_MAX 1600 /* error 21617 beyond; UTF-16 units, the stricter reading */

unsigned text_segments(struct str text); /* 1 for an empty text, as Twilio counts */
size_t text_units(struct str text);      /* UTF-16 code units */
