#ifndef CMD_TRACE_FEED_H
#define CMD_TRACE_FEED_H

/*
 * trace_feed - logs into a trace: which first, how they are dated, how far it is.
 *
 * Mail logs come before logins and PHP's log, access logs last; within each, the
 * older before the newer. The input numbers of the trace are the places in the
 * list.
 */

#include "cmd/progress.h"
#include "source/inputs.h"
#include "trace/trace.h"

/* Announces every input, reads the logs, and writes down what could not be read. */
void trace_feed_logs(struct trace *trace, const struct input_list *inputs,
                     struct progress *progress);

#endif
