#ifndef FEEDBACK_MOMENT_H
#define FEEDBACK_MOMENT_H

/*
 * moment - a moment as reports write it: seconds since 1970, or ISO 8601 in UTC.
 *
 *     1700000000   1700000000.0   2023-11-14T22:13:20Z   2023-11-14
 */

#include "base/str.h"

/* 0: it is none, or none between 1970 and 9999. */
int64_t moment_read(struct str text);

#endif
