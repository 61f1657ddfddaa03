#ifndef RECORD_STAMP_H
#define RECORD_STAMP_H

/*
 * stamp - read the time at the front of a log line.
 *
 *     Feb  3 01:02:03                    STAMP_YEARLESS
 *     Feb  3 2026 01:02:03.123           STAMP_LOCAL, no zone
 *     2026-02-03T01:02:03.185246+01:00   STAMP_UTC
 *     2026-02-03 01:02:03.123            STAMP_LOCAL, no zone
 *     [23/Nov/2026:15:21:22 +0000]       STAMP_UTC
 *     [23-Nov-2026 15:21:22 Asia/Tokyo]  STAMP_LOCAL, zone "Asia/Tokyo"
 *     @4000000065b1c2d30a1b2c3d          STAMP_UTC
 *
 * A function that finds its form returns true, drops it from the front of `s`
 * (the blank that follows is left) and sets stamp_form, stamp_us, resolution_us
 * and zone of `event`. Otherwise it returns false and changes nothing.
 *
 * Every part is checked: no thirteenth month, no 30 Feb, no 25 o'clock; second
 * 60 is allowed. Pure; the slice in `zone` points into `s`.
 */

#include "record/event.h"

/*
 * "Feb  3 01:02:03", day with blank, zero or nothing before it, with or without
 * a fraction; with a year before the month, after the day or at the end it is LOCAL.
 */
bool stamp_read_syslog(struct str *s, struct event *event);

/*
 * "2026-02-03T01:02:03": 'T' or a blank; then maybe a fraction ('.' or ','), then
 * maybe a zone: "Z", "+01:00", "+0100", or after a blank "+0100", "UTC", "GMT".
 */
bool stamp_read_iso(struct str *s, struct event *event);

/* "[23/Nov/2026:15:21:22 +0000]", brackets included, maybe with a fraction. */
bool stamp_read_access(struct str *s, struct event *event);

/* The same without the brackets. */
bool stamp_read_clf(struct str *s, struct event *event);

/* "[11/23/2026:15:21:22 -0000]", brackets included: cPanel's, month first. */
bool stamp_read_american(struct str *s, struct event *event);

/* "[23-Nov-2026 15:21:22 Europe/Berlin]", brackets included; "UTC" and "+02:00" are UTC. */
bool stamp_read_php(struct str *s, struct event *event);

/* "Mon Nov 23 15:21:22 2026", as ctime(3) writes it: LOCAL. */
bool stamp_read_ctime(struct str *s, struct event *event);

/*
 * "@4000000065b1c2d30a1b2c3d" (multilog): TAI64N as daemontools counts it, ten
 * seconds ahead of UTC and without a table of leap seconds.
 */
bool stamp_read_tai64n(struct str *s, struct event *event);

/* "1763911282" or "1763911282.485": seconds since 1970, nine to eleven digits. */
bool stamp_read_epoch(struct str *s, struct event *event);

/* The first of syslog, iso and tai64n that fits: what may open a line of a mail log. */
bool stamp_read_line(struct str *s, struct event *event);

#endif
