#ifndef BENCH_WEBFLOW_H
#define BENCH_WEBFLOW_H

/*
 * webflow - what Apache logs about one request.
 *
 * Stamped when it begins, written when it ends, so that the file is not quite
 * in order. All sites share one file, without their name in combined form.
 */

#include <stdbool.h>

#include "spool.h"
#include "world.h"

struct webflow {
    const struct world *world;
    struct dice *dice;
    struct spool *access;
    bool has_vhost; /* vhost_combined: "site.example:443 " comes first */
    uint64_t requests;
};

/* A visitor, a bot or a scanner looks at something. */
void webflow_visit(struct webflow *flow, int64_t at_us);

/* That very request, which took `took_us`. */
void webflow_request(struct webflow *flow, int64_t at_us, int64_t took_us, uint32_t site,
                     const char *client, const char *method, const char *target, unsigned status);

#endif
