#ifndef TRACE_COMPOSE_H
#define TRACE_COMPOSE_H

/*
 * compose - a suspect becomes an incident of the report: named, timed, proven.
 *
 * Pure. Memory from the arena.
 */

#include "trace/detect.h"
#include "trace/trace.h"

/* What compose needs to know besides the inquiry. */
struct compose {
    const struct inquiry *inquiry;
    const struct trace_options *options;
    struct str host;
    const struct findings *findings;
};

/* False at the arena's limit. */
bool compose_incident(const struct compose *compose, const struct suspect *suspect,
                      struct incident *ret_incident) __attribute__((warn_unused_result));

/* One row of the senders' table. */
struct sender compose_sender(const struct compose *compose, const struct suspect *suspect);

/* The name of a group's origin, for people: a script, a URL, a mailbox, a user. */
struct str compose_name(const struct compose *compose, const struct suspect *suspect);

/*
 * Whether people may mean this suspect by `name`: what reports call it, and its user,
 * uid ("1002", "uid 1002"), script, URL with or without its site, or a client of its.
 */
bool compose_is_called(const struct compose *compose, const struct suspect *suspect,
                       struct str name);

/* The name of a local user: from passwd, else from the log, else empty. */
struct str compose_user(const struct compose *compose, uint32_t identity);

#endif
