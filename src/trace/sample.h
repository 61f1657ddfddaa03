#ifndef TRACE_SAMPLE_H
#define TRACE_SAMPLE_H

/*
 * sample - one mail that was given: which mail of the logs it is a copy of, and an
 * incident from its headers alone, where no log holds it.
 *
 * One mail tells where it came from, not what was usual or how many there were:
 * such an incident is never surer than SAMPLE_CONFIDENCE_MAX, and not surer than
 * SAMPLE_HEARSAY_MAX where all of it stands in headers that anybody could write.
 *
 * Pure. Memory from the arena.
 */

#include "trace/ledger.h"
#include "trace/trace.h"

#define SAMPLE_CONFIDENCE_MAX 0.8
#define SAMPLE_HEARSAY_MAX 0.3
#define SAMPLE_NEAR_S 300 /* a recipient alone tells only this close in time */

/*
 * The index of the mail, NO_MAIL: none. By the queue id of its own line or by its
 * Message-ID; else by the id of another line; else by recipient and time. A mail
 * whose Message-ID is known to be another one is never found by the last two.
 */
uint32_t sample_find(struct ledger *ledger, const struct trace_sample *sample,
                     enum sample_match *ret_match);

/* "by its queue id": a clause; empty when it was not found. */
struct str sample_match_words(enum sample_match match);

/* False: the headers state no origin, or the arena is full. */
bool sample_compose(const struct trace_sample *sample, const struct trace_options *options,
                    struct arena *arena, struct incident *ret_incident)
    __attribute__((warn_unused_result));

#endif
