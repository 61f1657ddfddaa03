#ifndef TRACE_WEBINDEX_H
#define TRACE_WEBINDEX_H

/*
 * webindex - the kept requests by endpoint and time, for counting in windows.
 */

#include "base/arena.h"
#include "trace/ledger.h"

struct webindex {
    const struct ledger *ledger;
    uint32_t endpoint_count;
    uint32_t *first;         /* [endpoint]: where its requests begin in the arrays below */
    uint32_t *index;         /* request index in the ledger */
    int64_t *time_s;         /* sorted within an endpoint */
    int64_t from_s, until_s; /* of all kept requests; until < from: none */
};

/* False at the arena's limit. */
bool webindex_build(const struct ledger *ledger, struct arena *arena, struct webindex *ret_index)
    __attribute__((warn_unused_result));

/* Kept requests of an endpoint. */
static inline uint32_t
webindex_requests(const struct webindex *index, uint32_t endpoint)
{
    return index->first[endpoint + 1] - index->first[endpoint];
}

/* The first position (in index/time_s) of the endpoint whose time is not before `time_s`. */
uint32_t webindex_lower(const struct webindex *index, uint32_t endpoint, int64_t time_s);

/* How many of its requests lie in [from_s, until_s]. */
static inline uint32_t
webindex_count(const struct webindex *index, uint32_t endpoint, int64_t from_s, int64_t until_s)
{
    return webindex_lower(index, endpoint, until_s + 1) - webindex_lower(index, endpoint, from_s);
}

#endif
