#ifndef TRACE_TIMELINE_H
#define TRACE_TIMELINE_H

/*
 * timeline - the axis of an incident's picture: its time and what lies around it.
 *
 * Pure: numbers in, numbers out.
 */

#include "trace/result.h"

/* Empty buckets around [from_s, until_s], with a margin as far as the logs go. */
struct timeline timeline_make(int64_t from_s, int64_t until_s, int64_t log_from_s,
                              int64_t log_until_s);

/* The bucket of that moment; -1: it lies outside. */
int timeline_bucket(const struct timeline *timeline, int64_t time_s);

#endif
