/*
 * grapheme.h - where one user-perceived character ends: a letter with its accents, a flag, a
 * family.
 *
 * Private to the sms room. Extended grapheme clusters of Unicode Standard Annex 29; the rule for
 * Indic conjuncts (GB9c, newer than our table) is not applied, as in the provider's own calculator.
 */
#pragma once
#include "base/str.h"

enum grapheme_class {
    GRAPHEME_OTHER,
    GRAPHEME_CN, /* controls, line ends and format characters: always alone, but for CR LF */
    GRAPHEME_EX, /* extends what stands before it: accents, skin tones, variation selectors */
    GRAPHEME_ZW, /* zero-width joiner */
    GRAPHEME_RI, /* regional indicator: two make a flag */
    GRAPHEME_PP, /* joins what follows */
    GRAPHEME_SM, /* spacing mark */
    GRAPHEME_L,  /* Hangul: leading consonant, vowel, trailing consonant, syllables of two kinds */
    GRAPHEME_V,
    GRAPHEME_T,
    GRAPHEME_LV,
    GRAPHEME_LVT,
    GRAPHEME_XP /* pictograph, which a joiner can join to another */
};

struct grapheme_range {
    uint32_t first, last;
    enum grapheme_class class;
};

/*
 * The byte after the cluster that begins at byte `at` of `s`; s.len when `at` is at or past the
 * end. Bytes that are not UTF-8 are clusters of one byte.
 */
size_t grapheme_end(struct str s, size_t at);
