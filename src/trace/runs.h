#ifndef TRACE_RUNS_H
#define TRACE_RUNS_H

/*
 * runs - mails that follow each other closely, and the request that set them off.
 *
 * A script may send for minutes after one request. Then the lag of most mails
 * says nothing, but each run of mails begins right at a request (or, where a log
 * stamps the end, ends at one), and it does so more often than chance allows.
 *
 * Pure; memory from the arena.
 */

#include "trace/infer.h"
#include "trace/streams.h"

/*
 * Looks at the mails that no request explains, `times_s` sorted, and rewrites the
 * answers of those that a stream's requests set off. False at the arena's limit.
 */
bool runs_explain(const struct webindex *index, const struct streams *streams,
                  const int64_t *times_s, struct infer_answer *answers, uint32_t count,
                  int64_t from_s, int64_t until_s, struct arena *arena)
    __attribute__((warn_unused_result));

#endif
