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

static uint32_t
site_of(const struct ledger *ledger, uint32_t request)
{
    return ledger_endpoint(ledger, ledger_request(ledger, request)->endpoint)->site;
}

static bool
index_sites(const struct ledger *ledger, struct arena *arena, struct webindex *index)
{
    uint32_t sites = ledger->sites.count, count = ledger->requests.count;

    index->site_first = arena_array(arena, sites + 2, sizeof(*index->site_first));
    index->site_time_s = arena_array(arena, count + 1, sizeof(*index->site_time_s));
    if (!index->site_first || !index->site_time_s)
        return false;
    for (uint32_t i = 0; i < count; i++)
        index->site_first[site_of(ledger, i) + 2]++;
    for (uint32_t s = 0; s < sites; s++)
        index->site_first[s + 2] += index->site_first[s + 1];
    for (uint32_t i = 0; i < count; i++)
        index->site_time_s[index->site_first[site_of(ledger, i) + 1]++] =
            ledger_request(ledger, i)->time_s;
    for (uint32_t s = 0; s < sites; s++)
        qsort(index->site_time_s + index->site_first[s],
              index->site_first[s + 1] - index->site_first[s], sizeof(int64_t), by_second);
    return true;
}

static int
by_request_time(const void *a, const void *b, void *context)
{
    const struct ledger *ledger = context;
    uint32_t i = *(const uint32_t *)a, j = *(const uint32_t *)b;
    int64_t s = ledger_request(ledger, i)->time_s, t = ledger_request(ledger, j)->time_s;

    if (s != t)
        return s < t ? -1 : 1;
    return (i > j) - (i < j);
}

/* Most clients stand in the log in order of time already. */
static void
sort_by_time(struct ledger *ledger, uint32_t *requests, uint32_t count)
{
    for (uint32_t i = 1; i < count; i++) {
        if (by_request_time(&requests[i - 1], &requests[i], ledger) > 0) {
            qsort_r(requests, count, sizeof(*requests), by_request_time, ledger);
            return;
        }
    }
}

static bool
index_clients(struct ledger *ledger, struct arena *arena, struct webindex *index)
{
    uint32_t count = ledger->requests.count, names = table_count(ledger->names);

    index->client_count = names + 1;
    index->client_first = arena_array(arena, (size_t)names + 3, sizeof(*index->client_first));
    index->by_client = arena_array(arena, count + 1, sizeof(*index->by_client));
    if (!index->client_first || !index->by_client)
        return false;
    for (uint32_t i = 0; i < count; i++)
        index->client_first[ledger_request(ledger, i)->client + 2]++;
    for (uint32_t c = 0; c <= names; c++)
        index->client_first[c + 2] += index->client_first[c + 1];
    for (uint32_t i = 0; i < count; i++)
        index->by_client[index->client_first[ledger_request(ledger, i)->client + 1]++] = i;
    for (uint32_t c = 0; c <= names; c++)
        sort_by_time(ledger, index->by_client + index->client_first[c],
                     index->client_first[c + 1] - index->client_first[c]);
    return true;
}

/* The refused requests of each site, in order of time. */
static bool
index_refused(const struct ledger *ledger, struct arena *arena, struct webindex *index)
{
    uint32_t sites = ledger->sites.count, refused = 0;
    struct keyed *keyed;

    index->refused_first = arena_array(arena, (size_t)sites + 2, sizeof(*index->refused_first));
    if (!index->refused_first)
        return false;
    for (uint32_t i = 0; i < ledger->requests.count; i++) {
        if (request_is_refused(ledger_request(ledger, i))) {
            index->refused_first[site_of(ledger, i) + 2]++;
            refused++;
        }
    }
    index->refused_s = arena_array(arena, refused + 1, sizeof(*index->refused_s));
    index->refused = arena_array(arena, refused + 1, sizeof(*index->refused));
    keyed = arena_array(arena, refused + 1, sizeof(*keyed));
    if (!index->refused_s || !index->refused || !keyed)
        return false;
    for (uint32_t s = 0; s < sites; s++)
        index->refused_first[s + 2] += index->refused_first[s + 1];
    for (uint32_t i = 0; i < ledger->requests.count; i++) {
        const struct request *request = ledger_request(ledger, i);

        if (request_is_refused(request))
            keyed[index->refused_first[site_of(ledger, i) + 1]++] =
                (struct keyed){request->time_s, i};
    }
    for (uint32_t s = 0; s < sites; s++)
        qsort(keyed + index->refused_first[s],
              index->refused_first[s + 1] - index->refused_first[s], sizeof(*keyed), by_time);
    for (uint32_t i = 0; i < refused; i++) {
        index->refused_s[i] = keyed[i].time_s;
        index->refused[i] = keyed[i].index;
    }
    return true;
}

bool
webindex_build(struct ledger *ledger, struct arena *arena, struct webindex *ret_index)
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
    if (!keyed || !at || !index.first || !index.index || !index.time_s || !index.stream_first ||
        !index.stream_s || !index_sites(ledger, arena, &index) ||
        !index_clients(ledger, arena, &index) || !index_refused(ledger, arena, &index))
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
webindex_refused_before(const struct webindex *index, uint32_t site, int64_t time_s)
{
    return first_at(index->refused_s, index->refused_first[site], index->refused_first[site + 1],
                    time_s);
}

uint32_t
webindex_site_before(const struct webindex *index, uint32_t site, int64_t time_s)
{
    uint32_t from = index->site_first[site];

    return first_at(index->site_time_s, from, index->site_first[site + 1], time_s) - from;
}

uint32_t
webindex_lower(const struct webindex *index, uint32_t endpoint, int64_t time_s)
{
    return first_at(index->time_s, index->first[endpoint], index->first[endpoint + 1], time_s);
}
