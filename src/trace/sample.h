#ifndef TRACE_SAMPLE_H
#define TRACE_SAMPLE_H

/*
 * sample - an incident from the headers of one mail alone, where no log holds it.
 *
 * One mail tells where it came from, not what was usual or how many there were:
 * such an incident is never surer than SAMPLE_CONFIDENCE_MAX.
 *
 * Pure. Memory from the arena.
 */

#include "trace/trace.h"

#define SAMPLE_CONFIDENCE_MAX 0.8

/* False: the headers state no origin, or the arena is full. */
bool sample_compose(const struct trace_sample *sample, const struct trace_options *options,
                    struct arena *arena, struct incident *ret_incident)
    __attribute__((warn_unused_result));

#endif
