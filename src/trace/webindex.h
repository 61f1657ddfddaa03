#ifndef TRACE_WEBINDEX_H
#define TRACE_WEBINDEX_H

/*
 * webindex - the kept requests by endpoint, by site and by client, for counting in windows.
 */

#include "base/arena.h"
#include "trace/ledger.h"

struct webindex {
    const struct ledger *ledger;
    uint32_t endpoint_count;
    uint32_t *first;         /* [endpoint]: where its requests begin in the arrays below */
    uint32_t *index;         /* request index in the ledger */
    int64_t *time_s;         /* sorted within an endpoint */
    uint32_t *site_first;    /* [site]: where its requests begin in site_time_s */
    int64_t *site_time_s;    /* sorted within a site */
    uint32_t client_count;   /* clients are names: these are below it */
    uint32_t *client_first;  /* [client]: where its requests begin in by_client */
    uint32_t *by_client;     /* request indices, sorted by time within a client */
    int64_t from_s, until_s; /* of all kept requests; until < from: none */
    uint32_t *stream_first;  /* [stream]: where its requests begin in stream_s */
    int64_t *stream_s;       /* sorted within a stream */
    uint32_t *refused_first; /* [site]: where its refused requests begin in refused_s */
    int64_t *refused_s;      /* sorted within a site */
    uint32_t *refused;       /* their request indices */
};

/*
 * The requests of an endpoint are two streams: those that hand data in, and the
 * others. A page and the form on it have one URL; only the form mails.
 */
static inline uint32_t
webindex_stream(uint32_t endpoint, bool is_post)
{
    return endpoint * 2 + is_post;
}

static inline uint32_t
webindex_stream_endpoint(uint32_t stream)
{
    return stream / 2;
}

static inline bool
webindex_stream_is_post(uint32_t stream)
{
    return stream % 2;
}

static inline uint32_t
webindex_stream_requests(const struct webindex *index, uint32_t stream)
{
    return index->stream_first[stream + 1] - index->stream_first[stream];
}

/* How many requests of the stream come before `time_s`. */
uint32_t webindex_stream_before(const struct webindex *index, uint32_t stream, int64_t time_s);

/* False at the arena's limit. */
bool webindex_build(struct ledger *ledger, struct arena *arena, struct webindex *ret_index)
    __attribute__((warn_unused_result));

/* How many kept requests of the site lie before that time. */
uint32_t webindex_site_before(const struct webindex *index, uint32_t site, int64_t time_s);

/* Kept requests of an endpoint. */
static inline uint32_t
webindex_requests(const struct webindex *index, uint32_t endpoint)
{
    return index->first[endpoint + 1] - index->first[endpoint];
}

/* Turned away, or it looks like an attack. */
static inline bool
request_is_refused(const struct request *request)
{
    return request->is_attack || request->status == 401 || request->status == 403 ||
           request->status == 404 || request->status == 405 || request->status == 406 ||
           request->status == 418 || request->status == 429;
}

/* How many refused requests of a site lie in [from_s, until_s]. */
uint32_t webindex_refused(const struct webindex *index, uint32_t site, int64_t from_s,
                          int64_t until_s);

/* The first position (in refused_s/refused) of the site whose time is not before `time_s`. */
uint32_t webindex_refused_before(const struct webindex *index, uint32_t site, int64_t time_s);

/* The first position (in index/time_s) of the endpoint whose time is not before `time_s`. */
uint32_t webindex_lower(const struct webindex *index, uint32_t endpoint, int64_t time_s);

/* How many of its requests lie in [from_s, until_s]. */
static inline uint32_t
webindex_count(const struct webindex *index, uint32_t endpoint, int64_t from_s, int64_t until_s)
{
    return webindex_lower(index, endpoint, until_s + 1) - webindex_lower(index, endpoint, from_s);
}

#endif
