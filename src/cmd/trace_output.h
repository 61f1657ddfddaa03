#ifndef CMD_TRACE_OUTPUT_H
#define CMD_TRACE_OUTPUT_H

/*
 * trace_output - which report the arguments ask for, and where it goes.
 */

#include "cmd/trace_options.h"
#include "cmd/trace_samples.h"
#include "report/advice.h"
#include "source/inputs.h"
#include "trace/trace.h"

struct trace_output {
    const struct trace_arguments *arguments;
    const struct trace *trace;
    const struct input_list *inputs;
    struct arena *arena;
    struct result *result;
};

/* Puts the samples into the result, each with the incident that it is part of. */
bool trace_output_samples(struct result *result, const struct sample_list *samples,
                          struct arena *arena);

/* Whether a page may be written where --html says. False: `err` says why not. */
bool trace_output_check(const struct trace_arguments *arguments, struct err *err)
    __attribute__((warn_unused_result));

/* One sentence on standard error, escaped. */
void trace_output_complain(struct str sentence);

/*
 * The report on standard output, then the page. False: either could not be written;
 * `err` says why.
 */
bool trace_output_write(const struct trace_output *output, struct err *err)
    __attribute__((warn_unused_result));

#endif
