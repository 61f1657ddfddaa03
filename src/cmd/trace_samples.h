#ifndef CMD_TRACE_SAMPLES_H
#define CMD_TRACE_SAMPLES_H

/*
 * trace_samples - mails given as input: what their headers state, for the trace and
 * for the report.
 */

#include "source/inputs.h"
#include "trace/trace.h"

#define SAMPLES_MAX 5000U
#define SAMPLE_BYTES_MAX ((size_t)64 * 1024 * 1024) /* of a file */

struct sample_list {
    struct trace_sample *samples; /* for the trace */
    struct result_sample *facts;  /* for the report, in the same order */
    uint32_t count;
    uint32_t left_out; /* mails beyond SAMPLES_MAX */
};

/* A mail that cannot be read gets a problem in its input. False: the arena's limit. */
bool samples_read(struct input_list *inputs, struct str host, struct arena *arena,
                  struct sample_list *ret_list, struct err *err)
    __attribute__((warn_unused_result));

/* Whether some sample came through this very machine, by its own name. */
bool samples_name_this_host(const struct sample_list *list);

#endif
