/*
 * nanp.c - the country, state and clocks behind a phone number, from its first digits.
 *
 * Of the calling codes none is the beginning of another, but for the few that share one and are
 * told apart by further digits; so the longest match wins, and four digits are enough.
 */
#include "sms/nanp.h"

#include "sms/nanp_table.h"

#define CODE_DIGITS_MOST 4

static const struct phone_place nowhere = { "", "", "UTC" };

/* The number that the `count` digits from `start` on write; -1 when there are fewer. */
static int digits(struct str e164, size_t start, size_t count)
{
    int value = 0;

    if (e164.len < start + count)
        return -1;
    for (size_t i = start; i < start + count; i++) {
        if (e164.ptr[i] < '0' || e164.ptr[i] > '9')
            return -1;
        value = value * 10 + (e164.ptr[i] - '0');
    }
    return value;
}

static const struct area *find_area(int code)
{
    size_t low = 0, high = ARRAY_LEN(areas);

    while (low < high) {
        size_t middle = (low + high) / 2;

        if (areas[middle].code == code)
            return &areas[middle];
        if (areas[middle].code < code)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

static const struct calling_code *find_calling_code(int code)
{
    size_t low = 0, high = ARRAY_LEN(calling_codes);

    while (low < high) {
        size_t middle = (low + high) / 2;

        if (calling_codes[middle].code == code)
            return &calling_codes[middle];
        if (calling_codes[middle].code < code)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

/* Twilio's test credentials send from and to these; they reach nobody. */
static bool is_twilio_magic(struct str e164)
{
    return str_starts(e164, (struct str)STR("+1500555"));
}

static struct phone_place place_in_nanp(struct str e164)
{
    const struct area *area = find_area(digits(e164, 2, 3));

    if (!area || is_twilio_magic(e164))
        return (struct phone_place){ "US", "", UNITED_STATES };
    return (struct phone_place){ area->country, area->region, area->zones };
}

struct phone_place phone_place(struct str e164)
{
    if (digits(e164, 1, 1) <= 0 || e164.ptr[0] != '+')
        return nowhere;
    if (e164.ptr[1] == '1')
        return place_in_nanp(e164);
    for (size_t count = CODE_DIGITS_MOST; count > 0; count--) {
        const struct calling_code *code = find_calling_code(digits(e164, 1, count));

        if (code)
            return (struct phone_place){ code->country, "", code->zones };
    }
    return nowhere;
}

const char *phone_country_code(struct str e164)
{
    return phone_place(e164).country;
}

bool phone_zone_next(struct str *zones, struct str *ret)
{
    return str_cut(zones, ' ', ret);
}

bool phone_country_known(struct str code)
{
    for (size_t i = 0; code.len == 2 && i < ARRAY_LEN(calling_codes); i++) {
        if (str_is(code, calling_codes[i].country))
            return true;
    }
    for (size_t i = 0; code.len == 2 && i < ARRAY_LEN(areas); i++) {
        if (str_is(code, areas[i].country))
            return true;
    }
    return false;
}
