#include "trace/clock.h"

#include <stdlib.h>

#include "base/civil.h"

#define HALF_YEAR_S (183 * DAY_S)
#define QUARTER_S 900
#define SLACK_S 120 /* how far a stated time and its line's stamp may lie apart */

/* Yearless stamps count from 1972-01-01; its 1 March. */
#define MARCH_S (60 * DAY_S)

void
clock_init(struct clock *clock, clock_zone *zone, void *context, struct clock_offsets *offsets,
           struct str default_zone, int64_t mtime_s)
{
    *clock = (struct clock){
        .zone = zone,
        .zone_context = context,
        .offsets = offsets,
        .default_zone = default_zone,
        .is_zone_fixed = default_zone.len > 0,
        .mtime_s = mtime_s,
        .last_stamp_s = -1,
        .placed.stamp_s = -1,
        .zone_hour = INT64_MIN,
    };
}

/* A stamp of the 1972 calendar, moved into `year`. 29 Feb of a common year becomes 1 March. */
static int64_t
place_in_year(int64_t stamp_s, int year)
{
    if (stamp_s >= MARCH_S && !civil_is_leap_year(year))
        stamp_s -= DAY_S;
    return civil_days(year, 1, 1) * DAY_S + stamp_s;
}

static bool
is_leap_day(int64_t stamp_s)
{
    return stamp_s >= MARCH_S - DAY_S && stamp_s < MARCH_S;
}

/* The latest year in which the stamp is not after `limit_s`, a day of slack for zones. */
static int
latest_year(int64_t stamp_s, int64_t limit_s)
{
    int year = civil_from_seconds(limit_s).year;

    while (place_in_year(stamp_s, year) > limit_s + DAY_S ||
           (is_leap_day(stamp_s) && !civil_is_leap_year(year)))
        year--;
    return year;
}

void
clock_set_year(struct clock *clock, int64_t first_stamp_s, int64_t last_stamp_s)
{
    if (first_stamp_s < 0)
        return;
    if (last_stamp_s < 0) {
        clock->year = latest_year(first_stamp_s, clock->mtime_s);
    } else {
        clock->year = latest_year(last_stamp_s, clock->mtime_s);
        if (first_stamp_s > last_stamp_s + DAY_S)
            clock->year--;
        while (is_leap_day(first_stamp_s) && !civil_is_leap_year(clock->year))
            clock->year--;
    }
    clock->last_stamp_s = first_stamp_s;
}

static void
keep_offset(struct clock_offsets *offsets, int64_t utc_s, int offset_s)
{
    uint32_t n = offsets->count;

    if (n && offsets->known[n - 1].offset_s == offset_s)
        return;
    if (n == CLOCK_OFFSETS_MAX)
        return;
    offsets->known[n].utc_s = utc_s;
    offsets->known[n].offset_s = offset_s;
    offsets->count++;
}

/* The proven offset that was in force at a local time: of the nearest proof. */
static bool
find_offset(const struct clock_offsets *offsets, int64_t local_s, int *ret_offset_s)
{
    int64_t best = INT64_MAX;

    for (uint32_t i = 0; i < offsets->count; i++) {
        int64_t distance = llabs(local_s - offsets->known[i].utc_s);

        if (distance < best) {
            best = distance;
            *ret_offset_s = offsets->known[i].offset_s;
        }
    }
    return offsets->count > 0;
}

/*
 * Which year a yearless stamp is in, following the calendar forward. Logs are
 * nearly sorted: a step back of more than half a year is a new year, a step
 * forward of as much is a straggler from the old one.
 */
static int
year_of(struct clock *clock, int64_t stamp_s)
{
    if (clock->year == 0)
        clock->year = latest_year(stamp_s, clock->mtime_s);
    if (clock->last_stamp_s >= 0) {
        int64_t step = stamp_s - clock->last_stamp_s;

        if (step > HALF_YEAR_S)
            return clock->year - 1;
        if (step < -HALF_YEAR_S)
            clock->year++;
    }
    while (is_leap_day(stamp_s) && !civil_is_leap_year(clock->year))
        clock->year--;
    clock->last_stamp_s = stamp_s;
    return clock->year;
}

static int64_t
local_seconds(struct clock *clock, const struct event *event)
{
    if (event->stamp_form == STAMP_YEARLESS) {
        int64_t stamp_s = event->stamp_us / SECOND_US;
        int year = year_of(clock, stamp_s);

        if (clock->placed.stamp_s != stamp_s || clock->placed.year != year) {
            clock->placed.stamp_s = stamp_s;
            clock->placed.year = year;
            clock->placed.local_s = place_in_year(stamp_s, year);
        }
        return clock->placed.local_s;
    }
    return event->stamp_us / SECOND_US;
}

void
clock_learn(struct clock *clock, const struct event *event)
{
    int64_t local_s, gap_s, offset_s;

    if (event->known_utc_s <= 0 || event->stamp_form == STAMP_NONE)
        return;
    local_s = local_seconds(clock, event);
    gap_s = local_s - event->known_utc_s;
    if (event->stamp_form == STAMP_UTC)
        return;
    if (event->stamp_form == STAMP_YEARLESS && llabs(gap_s) > HALF_YEAR_S) {
        int years = (int)((gap_s + (gap_s > 0 ? HALF_YEAR_S : -HALF_YEAR_S)) / (365 * DAY_S));

        clock->year -= years;
        local_s = place_in_year(event->stamp_us / SECOND_US, clock->year);
        gap_s = local_s - event->known_utc_s;
    }
    if (llabs(gap_s) > 15 * 3600 || clock->is_zone_fixed)
        return;
    offset_s = (gap_s + (gap_s >= 0 ? QUARTER_S / 2 : -QUARTER_S / 2)) / QUARTER_S * QUARTER_S;
    if (llabs(gap_s - offset_s) > SLACK_S)
        return;
    clock->has_offset = true;
    clock->offset_s = (int)offset_s;
    keep_offset(clock->offsets, event->known_utc_s, (int)offset_s);
}

/* The offset of a zone, looked up once an hour of log time. */
static int
cached_zone_offset(struct clock *clock, int64_t local_s)
{
    int64_t hour = local_s / 3600;
    int offset_s = 0;

    if (hour == clock->zone_hour)
        return clock->zone_offset_s;
    if (clock->is_zone_fixed || !find_offset(clock->offsets, local_s, &offset_s)) {
        if (!clock->zone ||
            !clock->zone(clock->zone_context, clock->default_zone, local_s, &offset_s))
            offset_s = 0;
    }
    clock->zone_hour = hour;
    clock->zone_offset_s = offset_s;
    return offset_s;
}

int64_t
clock_resolve(struct clock *clock, const struct event *event)
{
    int64_t local_s, fraction_us;
    int offset_s;

    if (event->stamp_form == STAMP_NONE)
        return 0;
    if (event->stamp_form == STAMP_UTC)
        return event->stamp_us;
    local_s = local_seconds(clock, event);
    fraction_us = event->stamp_us % SECOND_US;
    if (event->zone.len) {
        if (!clock->zone || !clock->zone(clock->zone_context, event->zone, local_s, &offset_s))
            offset_s = cached_zone_offset(clock, local_s);
    } else if (clock->has_offset) {
        offset_s = clock->offset_s;
    } else {
        offset_s = cached_zone_offset(clock, local_s);
    }
    return (local_s - offset_s) * SECOND_US + fraction_us;
}
