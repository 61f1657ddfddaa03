#ifndef TRACE_TRAFFIC_H
#define TRACE_TRAFFIC_H

/*
 * traffic - the requests to one endpoint around a burst of mail.
 *
 * Pure. Memory from the arena.
 */

#include "trace/webindex.h"

struct traffic_client {
    uint32_t client;  /* name */
    uint32_t mailing; /* requests of the method that mails */
    bool has_viewed;  /* it read a page of the site before its first mailing request */
};

struct traffic {
    uint32_t endpoint;
    uint32_t requests; /* in the window */
    uint32_t posts, refused, attacks;
    bool is_post;                   /* the mailing method is POST */
    uint32_t mailing;               /* requests of the mailing method */
    struct traffic_client *clients; /* of the mailing requests, busiest first */
    uint32_t client_count;
    uint32_t networks;
    uint32_t unseen;      /* clients that viewed no page before */
    uint32_t before;      /* served requests to its file before the window, whatever the query */
    uint32_t after;       /* the same after the window */
    uint32_t before_site; /* requests to its site before the window */
    double rate_lift;     /* mailing rate in the window over the rate outside */
};

/* Where the answer lives, and where what leads to it does until then. */
struct traffic_room {
    struct arena *kept, *scratch;
};

/*
 * The requests to a site that were refused or look like an attack, whatever they
 * asked for: `endpoint` is UINT32_MAX. Nothing is looked back at.
 */
bool traffic_of_refused(const struct webindex *index, uint32_t site, int64_t from_s,
                        int64_t until_s, struct traffic_room room, struct traffic *ret_traffic)
    __attribute__((warn_unused_result));

/* The window is in seconds, both ends included. False at the arena's limit. */
bool traffic_of(const struct webindex *index, uint32_t endpoint, int64_t from_s, int64_t until_s,
                struct traffic_room room, struct traffic *ret_traffic)
    __attribute__((warn_unused_result));

#endif
