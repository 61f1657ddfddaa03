#include "trace/webindex.h"

#include <stdlib.h>

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

static void
count_endpoints(const struct ledger *ledger, struct webindex *index)
{
    for (uint32_t i = 0; i < ledger->requests.count; i++)
        index->first[ledger_request(ledger, i)->endpoint + 1]++;
    for (uint32_t e = 0; e < index->endpoint_count; e++)
        index->first[e + 1] += index->first[e];
}

static int
by_number(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
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
              index->site_first[s + 1] - index->site_first[s], sizeof(int64_t), by_number);
    return true;
}

static int
by_client(const void *a, const void *b, void *context)
{
    const struct ledger *ledger = context;
    uint32_t i = *(const uint32_t *)a, j = *(const uint32_t *)b;
    const struct request *x = ledger_request(ledger, i), *y = ledger_request(ledger, j);

    if (x->client != y->client)
        return x->client < y->client ? -1 : 1;
    if (x->time_s != y->time_s)
        return x->time_s < y->time_s ? -1 : 1;
    return (i > j) - (i < j);
}

static bool
index_clients(struct ledger *ledger, struct arena *arena, struct webindex *index)
{
    uint32_t count = ledger->requests.count;

    index->by_client = arena_array(arena, count + 1, sizeof(*index->by_client));
    if (!index->by_client)
        return false;
    for (uint32_t i = 0; i < count; i++)
        index->by_client[i] = i;
    qsort_r(index->by_client, count, sizeof(*index->by_client), by_client, ledger);
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
    if (!keyed || !at || !index.first || !index.index || !index.time_s ||
        !index_sites(ledger, arena, &index) || !index_clients(ledger, arena, &index))
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
    *ret_index = index;
    return true;
}

uint32_t
webindex_lower(const struct webindex *index, uint32_t endpoint, int64_t time_s)
{
    uint32_t low = index->first[endpoint], high = index->first[endpoint + 1];

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (index->time_s[middle] < time_s)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

uint32_t
webindex_site_before(const struct webindex *index, uint32_t site, int64_t time_s)
{
    uint32_t first = index->site_first[site], low = first, high = index->site_first[site + 1];

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (index->site_time_s[middle] < time_s)
            low = middle + 1;
        else
            high = middle;
    }
    return low - first;
}

uint32_t
webindex_client_first(const struct webindex *index, uint32_t client)
{
    const struct ledger *ledger = index->ledger;
    uint32_t count = ledger->requests.count, low = 0, high = count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (ledger_request(ledger, index->by_client[middle])->client < client)
            low = middle + 1;
        else
            high = middle;
    }
    return low < count && ledger_request(ledger, index->by_client[low])->client == client ? low
                                                                                          : count;
}
