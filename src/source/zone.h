#ifndef SOURCE_ZONE_H
#define SOURCE_ZONE_H

/*
 * zone - the UTC offset of a time zone at a local time, from the tz database.
 *
 * Has the shape of clock_zone (trace/clock.h). The hour that comes twice when
 * summer time ends is taken the first time. Not for several threads at once.
 */

#include "base/str.h"

/* `name` empty: this machine's zone. False: no such zone. `context` is not used. */
bool zone_offset(void *context, struct str name, int64_t local_s, int *ret_offset_s);

/* The UTC offset of a zone at a moment; false: no such zone. */
bool zone_offset_at(struct str name, int64_t utc_s, int *ret_offset_s);

#endif
