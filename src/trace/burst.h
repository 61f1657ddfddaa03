#ifndef TRACE_BURST_H
#define TRACE_BURST_H

/*
 * burst - when did an origin send far more than at other times?
 *
 * The stretch of time that is least likely under a constant rate (the largest
 * Poisson log-likelihood ratio) is the burst; its edges are then drawn out to
 * the mails that still belong to it.
 *
 * Pure: numbers in, numbers out.
 */

#include <stdbool.h>
#include <stdint.h>

#define BURST_BINS_MAX 512

struct burst {
    uint32_t first, last; /* indices into the times */
    double likelihood;    /* log-likelihood ratio against a constant rate; 0: no burst */
    double lift;          /* rate inside over rate outside; outside at least one mail */
    double rate_per_s;    /* inside */
};

/*
 * `times_us` are sorted; [from_us, until_us] is what the logs cover. With fewer
 * than three mails, or all at the same rate, the burst is everything at
 * likelihood 0.
 */
struct burst burst_find(const int64_t *times_us, uint32_t count, int64_t from_us, int64_t until_us);

#endif
