#ifndef TRACE_DETECT_H
#define TRACE_DETECT_H

/*
 * detect - from groups of mails to incidents: examine each, keep those that
 * several signals accuse, and make one of what is one.
 */

#include "trace/suspect.h"

struct findings {
    struct suspect *suspects; /* all that were examined, busiest first */
    uint32_t count;
    struct suspect **incidents; /* surest first */
    uint32_t incident_count;
};

/* False at the arena's limit. */
bool detect_run(const struct inquiry *inquiry, struct findings *ret_findings)
    __attribute__((warn_unused_result));

#endif
