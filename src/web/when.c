/*
 * when.c - RFC 3339 times and dates.
 *
 * The C library's strptime follows the locale and mktime the local zone, so the few sums are done
 * here. Sources: RFC 3339, 5.6; the days-from-civil sum is H. Hinnant's "chrono-Compatible
 * Low-Level Date Algorithms".
 */
#include "web/when.h"

#include <stdio.h>

#define MS_PER_DAY INT64_C(86400000)

static int64_t days_from_civil(int64_t year, int64_t month, int64_t day)
{
    int64_t y = month <= 2 ? year - 1 : year;
    int64_t era = y / 400;
    int64_t year_of_era = y - era * 400;
    int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;

    return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year -
           719468;
}

static int64_t days_in_month(int64_t year, int64_t month)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

    return month == 2 && leap ? 29 : days[month - 1];
}

/* Exactly `digits` digits at *at, which is stepped over. */
static bool take_number(struct str text, size_t *at, size_t digits, int64_t *ret)
{
    *ret = 0;
    for (size_t i = 0; i < digits; i++, (*at)++) {
        if (*at >= text.len || text.ptr[*at] < '0' || text.ptr[*at] > '9')
            return false;
        *ret = *ret * 10 + (text.ptr[*at] - '0');
    }
    return true;
}

static bool take_char(struct str text, size_t *at, const char *one_of)
{
    if (*at >= text.len || text.ptr[*at] == '\0' || !strchr(one_of, text.ptr[*at]))
        return false;
    (*at)++;
    return true;
}

static bool take_day(struct str text, size_t *at, int64_t *ret_day)
{
    int64_t year, month, day;

    if (!take_number(text, at, 4, &year) || !take_char(text, at, "-") ||
        !take_number(text, at, 2, &month) || !take_char(text, at, "-") ||
        !take_number(text, at, 2, &day))
        return false;
    if (year < 1970 || month < 1 || month > 12 || day < 1 || day > days_in_month(year, month))
        return false;
    *ret_day = days_from_civil(year, month, day);
    return true;
}

/* ".5", ".123456": as milliseconds; nothing there is 0. */
static bool take_fraction(struct str text, size_t *at, int64_t *ret_ms)
{
    int64_t digit, scale = 100;

    *ret_ms = 0;
    if (!take_char(text, at, "."))
        return true;
    if (!take_number(text, at, 1, &digit))
        return false;
    do {
        *ret_ms += digit * scale;
        scale /= 10;
    } while (take_number(text, at, 1, &digit));
    return true;
}

static bool take_offset(struct str text, size_t *at, int64_t *ret_minutes)
{
    int64_t sign, hours, minutes;

    *ret_minutes = 0;
    if (take_char(text, at, "Zz"))
        return true;
    if (!take_char(text, at, "+-"))
        return false;
    sign = text.ptr[*at - 1] == '-' ? -1 : 1;
    if (!take_number(text, at, 2, &hours) || !take_char(text, at, ":") ||
        !take_number(text, at, 2, &minutes) || hours > 23 || minutes > 59)
        return false;
    *ret_minutes = sign * (hours * 60 + minutes);
    return true;
}

bool when_parse(struct str text, int64_t *ret_ms)
{
    int64_t day, hour, minute, second, fraction, offset;
    size_t at = 0;

    if (!take_day(text, &at, &day) || !take_char(text, &at, "Tt ") ||
        !take_number(text, &at, 2, &hour) || !take_char(text, &at, ":") ||
        !take_number(text, &at, 2, &minute) || !take_char(text, &at, ":") ||
        !take_number(text, &at, 2, &second) || !take_fraction(text, &at, &fraction) ||
        !take_offset(text, &at, &offset) || at != text.len)
        return false;
    if (hour > 23 || minute > 59 || second > 60)
        return false;
    *ret_ms = day * MS_PER_DAY + ((hour * 60 + minute - offset) * 60 + second) * 1000 + fraction;
    return true;
}

bool when_parse_day(struct str text, int64_t *ret_day)
{
    size_t at = 0;

    return take_day(text, &at, ret_day) && at == text.len;
}

struct str when_format_day(int64_t day, char text[WHEN_DAY_BYTES])
{
    int64_t z = day + 719468, era = z / 146097, day_of_era = z - era * 146097;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month_from_march = (5 * day_of_year + 2) / 153;
    int64_t month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
    char whole[80];

    snprintf(whole, sizeof(whole), "%04d-%02d-%02d",
             (int)(year_of_era + era * 400 + (month <= 2 ? 1 : 0)), (int)month,
             (int)(day_of_year - (153 * month_from_march + 2) / 5 + 1));
    memcpy(text, whole, WHEN_DAY_BYTES - 1);
    text[WHEN_DAY_BYTES - 1] = '\0';
    return str_of(text);
}
