/*
 * zone.cc - wall-clock time of an IANA time zone, from Abseil's time library.
 *
 * Abseil opens whatever file a zone's name leads to below the zone database, so the name's shape is
 * checked here first: no way up and no absolute path.
 */
#include "base/zone.h"

#include <absl/time/civil_time.h>
#include <absl/time/time.h>

namespace
{
bool name_is_plain(struct str zone)
{
    if (zone.len == 0 || zone.len > 64 || zone.ptr[0] == '/')
        return false;
    for (size_t i = 0; i < zone.len; i++) {
        char c = zone.ptr[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');

        if (!letter && !(c >= '0' && c <= '9') && (c == 0 || !strchr("/_+-", c)))
            return false;
    }
    return true;
}

bool find_zone(struct str zone, absl::TimeZone *ret)
{
    *ret = absl::UTCTimeZone();
    if (zone.len == 0)
        return true;
    return name_is_plain(zone) && absl::LoadTimeZone(std::string(zone.ptr, zone.len), ret);
}

struct local_day day_of(absl::CivilDay d)
{
    return { static_cast<int>(d.year()), d.month(), d.day(),
             static_cast<int>(absl::GetWeekday(d)) };
}

absl::CivilDay civil(struct local_day d)
{
    return absl::CivilDay(d.year, d.month, d.day);
}
} // namespace

static_assert(static_cast<int>(absl::Weekday::monday) == 0, "weekdays start on Monday");

bool zone_known(struct str zone)
{
    absl::TimeZone tz;

    return find_zone(zone, &tz);
}

struct local_time zone_local(struct str zone, int64_t at_ms)
{
    absl::TimeZone tz;

    if (!find_zone(zone, &tz))
        tz = absl::UTCTimeZone();
    absl::TimeZone::CivilInfo info = tz.At(absl::FromUnixMillis(at_ms));
    return { day_of(absl::CivilDay(info.cs)), info.cs.hour() * 60 + info.cs.minute(),
             info.cs.second(), info.offset / 60 };
}

int64_t zone_instant(struct str zone, struct local_day day, int minutes)
{
    absl::TimeZone tz;

    if (!find_zone(zone, &tz))
        tz = absl::UTCTimeZone();
    /* `pre` reads the time with the offset from before a change: later in a gap, first in an
     * overlap. */
    return absl::ToUnixMillis(
        tz.At(absl::CivilSecond(day.year, day.month, day.day, 0, minutes)).pre);
}

struct local_day day_add(struct local_day day, int days)
{
    return day_of(civil(day) + days);
}

int day_distance(struct local_day from, struct local_day to)
{
    return static_cast<int>(civil(to) - civil(from));
}

bool day_make(int year, int month, int day, struct local_day *ret)
{
    absl::CivilDay d(year, month, day);

    if (year < 1970 || year > 9999 || d.month() != month || d.day() != day)
        return false;
    *ret = day_of(d);
    return true;
}
