#include "trace/webindex.h"

#include <stdlib.h>

#include "record/event.h"

struct keyed {
    int64_t time_s;
    uint32_t index;
};

static int
by_time(const void *a, const void *b)
{
    const struct keyed *x = a, *y = b;

    if (x->time_s != y->time_s)
        return x->time_s < y->time_s ? -1 : 1;
    return (x->index > y->index) - (x->index < y->index);
}

static int
by_second(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

static void
count_endpoints(const struct ledger *ledger, struct webindex *index)
{
    for (uint32_t i = 0; i < ledger->requests.count; i++)
        index->first[ledger_request(ledger, i)->endpoint + 1]++;
    for (uint32_t e = 0; e < index->endpoint_count; e++)
        index->first[e + 1] += index->first[e];
}

/* Parts each endpoint's requests by method; they stay in order of time. */
static void
part_streams(struct webindex *index)
{
    uint32_t at = 0;

    for (uint32_t stream = 0; stream < index->endpoint_count * 2; stream++) {
        uint32_t endpoint = webindex_stream_endpoint(stream);

        index->stream_first[stream] = at;
        for (uint32_t i = index->first[endpoint]; i < index->first[endpoint + 1]; i++) {
            uint8_t method = ledger_request(index->ledger, index->index[i])->method;

            if ((method == METHOD_POST || method == METHOD_PUT) == webindex_stream_is_post(stream))
                index->stream_s[at++] = index->time_s[i];
        }
    }
    index->stream_first[index->endpoint_count * 2] = at;
}

/* The refused requests of each site, in order of time. */
static void
list_refused(struct webindex *index)
{
    const struct ledger *ledger = index->ledger;
    uint32_t at = 0;

    for (uint32_t site = 0; site < ledger->sites.count; site++) {
        index->refused_first[site] = at;
        for (uint32_t e = 0; e < index->endpoint_count; e++) {
            for (uint32_t i = index->first[e];
                 ledger_endpoint(ledger, e)->site == site && i < index->first[e + 1]; i++) {
                if (request_is_refused(ledger_request(ledger, index->index[i])))
                    index->refused_s[at++] = index->time_s[i];
            }
        }
        qsort(index->refused_s + index->refused_first[site], at - index->refused_first[site],
              sizeof(*index->refused_s), by_second);
    }
    index->refused_first[ledger->sites.count] = at;
}

bool
webindex_build(const struct ledger *ledger, struct arena *arena, struct webindex *ret_index)
{
    uint32_t count = ledger->requests.count, endpoints = ledger->endpoints.count;
    struct webindex index = {.ledger = ledger, .endpoint_count = endpoints, .until_s = -1};
    struct keyed *keyed = arena_array(arena, count + 1, sizeof(*keyed));
    uint32_t *at = arena_array(arena, endpoints + 1, sizeof(*at));

    index.first = arena_array(arena, endpoints + 2, sizeof(*index.first));
    index.index = arena_array(arena, count + 1, sizeof(*index.index));
    index.time_s = arena_array(arena, count + 1, sizeof(*index.time_s));
    index.stream_first = arena_array(arena, endpoints * 2 + 1, sizeof(*index.stream_first));
    index.stream_s = arena_array(arena, count + 1, sizeof(*index.stream_s));
    index.refused_first = arena_array(arena, ledger->sites.count + 1, sizeof(*index.refused_first));
    index.refused_s = arena_array(arena, count + 1, sizeof(*index.refused_s));
    if (!index.refused_first || !index.refused_s || !keyed || !at || !index.first || !index.index ||
        !index.time_s || !index.stream_first || !index.stream_s)
        return false;
    count_endpoints(ledger, &index);
    memcpy(at, index.first, (endpoints + 1) * sizeof(*at));
    for (uint32_t i = 0; i < count; i++) {
        const struct request *request = ledger_request(ledger, i);

        keyed[at[request->endpoint]++] = (struct keyed){request->time_s, i};
        if (index.until_s < 0 || request->time_s < index.from_s)
            index.from_s = request->time_s;
        if (request->time_s > index.until_s)
            index.until_s = request->time_s;
    }
    for (uint32_t e = 0; e < endpoints; e++)
        qsort(keyed + index.first[e], index.first[e + 1] - index.first[e], sizeof(*keyed), by_time);
    for (uint32_t i = 0; i < count; i++) {
        index.index[i] = keyed[i].index;
        index.time_s[i] = keyed[i].time_s;
    }
    part_streams(&index);
    list_refused(&index);
    *ret_index = index;
    return true;
}

static uint32_t
first_at(const int64_t *times, uint32_t low, uint32_t high, int64_t time_s)
{
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (times[middle] < time_s)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

uint32_t
webindex_stream_before(const struct webindex *index, uint32_t stream, int64_t time_s)
{
    uint32_t from = index->stream_first[stream];

    return first_at(index->stream_s, from, index->stream_first[stream + 1], time_s) - from;
}

uint32_t
webindex_refused(const struct webindex *index, uint32_t site, int64_t from_s, int64_t until_s)
{
    uint32_t from = index->refused_first[site], until = index->refused_first[site + 1];

    return first_at(index->refused_s, from, until, until_s + 1) -
           first_at(index->refused_s, from, until, from_s);
}

uint32_t
webindex_lower(const struct webindex *index, uint32_t endpoint, int64_t time_s)
{
    return first_at(index->time_s, index->first[endpoint], index->first[endpoint + 1], time_s);
}
