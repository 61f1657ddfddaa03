#include "trace/streams.h"

#include <math.h>
#include <stdlib.h>

#include "base/order.h"

#define REQUESTS_LOOKED_MAX 2000U
#define NEAR_S 3 /* "right after": the second of the request and two more */
#define POST_FAVOUR 3.0

struct candidate {
    uint32_t stream;
    double score;
};

static int
by_score(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;

    if (x->score > y->score)
        return -1;
    return x->score < y->score ? 1 : (x->stream > y->stream) - (x->stream < y->stream);
}

/*
 * How many of its requests mail follows, times how much more than chance brings:
 * a rough rank, the fit decides.
 */
static double
rank_stream(const struct webindex *index, uint32_t stream, const int64_t *times, uint32_t count,
            double span_s)
{
    const int64_t *requests = index->stream_s + index->stream_first[stream];
    uint32_t all = webindex_stream_requests(index, stream), looked = 0, hit = 0;
    uint32_t step = (all + REQUESTS_LOOKED_MAX - 1) / REQUESTS_LOOKED_MAX;
    double mails = 0, chance = fmax((double)count / span_s * NEAR_S, 0.01);

    for (uint32_t i = 0; i < all; i += step) {
        uint32_t near = order_first_i64(times, 0, count, requests[i] + NEAR_S) -
                        order_first_i64(times, 0, count, requests[i]);

        looked++;
        hit += near > 0;
        mails += near;
    }
    if (hit == 0)
        return 0;
    return (double)hit * step * (1.0 + log1p(mails / looked / chance)) *
           (webindex_stream_is_post(stream) ? POST_FAVOUR : 1.0);
}

bool
streams_choose(const struct webindex *index, uint32_t identity, const int64_t *times_s,
               uint32_t count, double span_s, uint32_t limit, struct arena *arena,
               struct streams *ret_streams)
{
    const struct ledger *ledger = index->ledger;
    uint32_t all = index->endpoint_count * 2, found = 0;
    struct candidate *ranked = arena_array(arena, all + 1, sizeof(*ranked));
    struct streams streams = {.count = 0};

    streams.list = arena_array(arena, limit, sizeof(*streams.list));
    if (!ranked || !streams.list)
        return false;
    for (uint32_t stream = 0; stream < all; stream++) {
        const struct endpoint *endpoint;
        double score;

        if (webindex_stream_requests(index, stream) == 0)
            continue;
        endpoint = ledger_endpoint(ledger, webindex_stream_endpoint(stream));
        if (!endpoint->is_script || !ledger_site_may_serve(ledger, endpoint->site, identity))
            continue;
        streams.asked++;
        score = rank_stream(index, stream, times_s, count, span_s);
        if (score > 0)
            ranked[found++] = (struct candidate){stream, score};
    }
    qsort(ranked, found, sizeof(*ranked), by_score);
    while (streams.count < found && streams.count < limit) {
        streams.list[streams.count] = ranked[streams.count].stream;
        streams.count++;
    }
    *ret_streams = streams;
    return true;
}
