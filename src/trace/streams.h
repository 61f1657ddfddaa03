#ifndef TRACE_STREAMS_H
#define TRACE_STREAMS_H

/*
 * streams - the streams of requests that are worth a look for one sender's mails.
 *
 * Pure; memory from the arena.
 */

#include "base/arena.h"
#include "trace/webindex.h"

struct streams {
    uint32_t *list; /* the most promising ones, best first */
    uint32_t count;
    uint32_t asked; /* of how many that run code and may serve the sender */
};

/*
 * At most `limit` streams of sites that may run as `identity`, ranked by how much
 * more often mail follows right after their requests than at any time.
 * `times_s` are sorted. False at the arena's limit.
 */
bool streams_choose(const struct webindex *index, uint32_t identity, const int64_t *times_s,
                    uint32_t count, double span_s, uint32_t limit, struct arena *arena,
                    struct streams *ret_streams) __attribute__((warn_unused_result));

#endif
