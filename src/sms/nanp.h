/*
 * nanp.h - the country, state and clocks behind a phone number, from its first digits.
 *
 * Table look-ups in well under 100 ns, for policy's hot path; phone.h asks libphonenumber, which is
 * slower. +1 is shared by 25 countries: +1 876 is Jamaica. A number says where it was issued, not
 * where its phone is, and people keep numbers when they move.
 */
#pragma once
#include "base/str.h"

struct phone_place {
    const char *country; /* ISO 3166-1 alpha-2; "" for satellites, premium and personal numbers */
    const char *region;  /* of US and CA: state or province, "FL"; "" when unknown */
    const char *zones;   /* IANA names with a blank between, the main one first; never empty */
};

/*
 * Where `e164` was issued. Texts are static.
 *
 * An area code in nobody's hands (555 for films among them) and the toll-free codes count as US:
 * the former reach nobody, and nearly every new code is put into use there. What is no E.164 number
 * at all is in no country, and its clocks count as UTC.
 */
struct phone_place phone_place(struct str e164);
/* phone_place's country alone: "US", "JM", "GB"; "" when it has none. */
const char *phone_country_code(struct str e164);
/* Take the next zone's name off `zones`; false when there is none. */
bool phone_zone_next(struct str *zones, struct str *ret);
/* Is this the code of a country that phone_place can give? */
bool phone_country_known(struct str code);
