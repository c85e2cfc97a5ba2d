/*
 * date.c - the dates of the REST API.
 *
 * Read by hand: strptime knows months in the locale's language only. Source: RFC 2822, 3.3.
 */
#include "provider/twilio/inside.h"

/* Take a number of `least` to `most` digits off the front. */
static bool take_number(struct str *rest, size_t least, size_t most, int64_t *ret)
{
    size_t len = 0;

    while (len < rest->len && len < most && rest->ptr[len] >= '0' && rest->ptr[len] <= '9')
        len++;
    if (len < least || !str_to_int(str_slice(*rest, 0, len), ret))
        return false;
    *rest = str_slice(*rest, len, rest->len);
    return true;
}

static bool take_char(struct str *rest, char c)
{
    if (rest->len == 0 || rest->ptr[0] != c)
        return false;
    *rest = str_slice(*rest, 1, rest->len);
    return true;
}

static bool take_blanks(struct str *rest)
{
    bool any = false;

    while (take_char(rest, ' '))
        any = true;
    return any;
}

static bool take_month(struct str *rest, int64_t *ret)
{
    const struct str months = STR("JanFebMarAprMayJunJulAugSepOctNovDec");
    ptrdiff_t at = rest->len < 3 ? -1 : str_find(months, str_slice(*rest, 0, 3));

    if (at < 0 || at % 3 != 0)
        return false;
    *ret = at / 3 + 1;
    *rest = str_slice(*rest, 3, rest->len);
    return true;
}

/* Minutes east of Greenwich. */
static bool take_zone(struct str *rest, int64_t *ret)
{
    int64_t hours = 0, minutes = 0, sign = 1;

    if (str_is(*rest, "GMT") || str_is(*rest, "UTC") || str_is(*rest, "UT") || str_is(*rest, "Z")) {
        *rest = (struct str){ 0 };
        *ret = 0;
        return true;
    }
    if (take_char(rest, '-'))
        sign = -1;
    else if (!take_char(rest, '+'))
        return false;
    if (!take_number(rest, 2, 2, &hours) || !take_number(rest, 2, 2, &minutes) || minutes > 59)
        return false;
    *ret = sign * (hours * 60 + minutes);
    return true;
}

/* Days since 1970-01-01 of a day of the Gregorian calendar. */
static int64_t days_of(int64_t year, int64_t month, int64_t day)
{
    int64_t shifted = month <= 2 ? year - 1 : year; /* a year that begins in March */
    int64_t from_march = (month + 9) % 12;

    return shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 +
           (from_march * 153 + 2) / 5 + day - 719469;
}

bool twilio_parse_date(struct str text, int64_t *ret_ms)
{
    struct str rest = str_trim(text);
    ptrdiff_t comma = str_find_char(rest, ',');
    int64_t day, month, year, hour, minute, second = 0, zone;

    if (comma >= 0) {
        if (comma != 3) /* the day's name, which nobody needs */
            return false;
        rest = str_slice(rest, 4, rest.len);
    }
    take_blanks(&rest);
    if (!take_number(&rest, 1, 2, &day) || !take_blanks(&rest) || !take_month(&rest, &month) ||
        !take_blanks(&rest) || !take_number(&rest, 4, 4, &year) || !take_blanks(&rest) ||
        !take_number(&rest, 2, 2, &hour) || !take_char(&rest, ':') ||
        !take_number(&rest, 2, 2, &minute))
        return false;
    if (take_char(&rest, ':') && !take_number(&rest, 2, 2, &second))
        return false;
    if (!take_blanks(&rest) || !take_zone(&rest, &zone) || rest.len > 0)
        return false;
    if (day < 1 || day > 31 || year < 1970 || hour > 23 || minute > 59 || second > 60)
        return false;
    *ret_ms =
        ((days_of(year, month, day) * 24 + hour) * 60 + minute - zone) * 60000 + second * 1000;
    return true;
}
