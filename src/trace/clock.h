#ifndef TRACE_CLOCK_H
#define TRACE_CLOCK_H

/*
 * clock - what moment a log's own stamp means.
 *
 * RFC 3164 stamps lack the year and the zone, others the zone. A year comes
 * from the file's mtime, counts up when December turns into January, and is
 * corrected by any line that states an absolute time (a long queue id, a
 * Message-ID that the queue made, an Exim id). The same lines give the zone:
 * the difference between the stamp and the stated time, to the quarter hour.
 * Where no line of any log tells, this machine's zone is assumed.
 *
 * Pure: zones come through a function that the edge hands in.
 */

#include "record/event.h"

/* The UTC offset in seconds of a zone (empty: this machine's) at a local time; false: unknown. */
typedef bool clock_zone(void *context, struct str zone, int64_t local_s, int *ret_offset_s);

#define CLOCK_OFFSETS_MAX 64

/* Offsets that log lines proved, by time: what one log knows serves the others of the host. */
struct clock_offsets {
    struct {
        int64_t utc_s;
        int offset_s;
    } known[CLOCK_OFFSETS_MAX];
    uint32_t count;
};

struct clock {
    clock_zone *zone;
    void *zone_context;
    struct str default_zone; /* --zone; empty: this machine's, unless `offsets` knows better */
    bool is_zone_fixed;      /* --zone was given: no line overrides it */
    struct clock_offsets *offsets;
    int year; /* of the last yearless stamp; 0: not known yet */
    int64_t mtime_s;
    int64_t last_stamp_s; /* of the last yearless stamp, in its 1972 calendar */
    struct {
        int year;
        int64_t stamp_s, local_s;
    } placed; /* cache: where a yearless stamp lies in a year; many lines share one */
    bool has_offset;
    int offset_s;      /* proven by this log */
    int64_t zone_hour; /* cache: the local hour that zone_offset_s belongs to */
    int zone_offset_s;
};

/* A clock for one input. `default_zone` empty: no --zone was given. */
void clock_init(struct clock *clock, clock_zone *zone, void *context, struct clock_offsets *offsets,
                struct str default_zone, int64_t mtime_s);

/*
 * Chooses the year so that the log's last line is not after its mtime:
 * `first_stamp_s` and `last_stamp_s` (-1: not known) in the 1972 calendar.
 */
void clock_set_year(struct clock *clock, int64_t first_stamp_s, int64_t last_stamp_s);

/* Learns from a line that states an absolute time besides its stamp; others are ignored. */
void clock_learn(struct clock *clock, const struct event *event);

/* Microseconds since 1970 UTC; 0 when the event carries no time. */
int64_t clock_resolve(struct clock *clock, const struct event *event);

#endif
