#ifndef CMD_DMARC_REPORTS_TRACE_H
#define CMD_DMARC_REPORTS_TRACE_H

/*
 * dmarc_reports_trace - complaints joined to the logs: what `weir trace LOGS COMPLAINTS` says of
 * each, in a sentence.
 */

#include "base/arena.h"
#include "base/err.h"
#include "feedback/result.h"

/*
 * Fills in the traces of the result's complaints. Logs that cannot be read become problems.
 * False: too many files, or the arena's limit.
 */
bool dmarc_reports_trace(struct feedback_result *result, char **logs, int log_count,
                         struct arena *arena, struct err *err) __attribute__((warn_unused_result));

#endif
