#include "trace/traffic.h"

#include <stdlib.h>

#include "record/event.h"
#include "trace/stats.h"

#define LEAD_S 2  /* the burst's mails follow their requests, */
#define TRAIL_S 2 /* or precede them where the log stamps their ends */

#define OUTSIDE_MIN 0.2

struct tally {
    uint32_t client;
    int64_t first_s;
    uint32_t requests, mailing;
};

static int
by_client(const void *a, const void *b)
{
    const struct tally *x = a, *y = b;

    if (x->client != y->client)
        return x->client < y->client ? -1 : 1;
    return (x->first_s > y->first_s) - (x->first_s < y->first_s);
}

static int
by_mailing(const void *a, const void *b)
{
    const struct traffic_client *x = a, *y = b;

    if (x->mailing != y->mailing)
        return x->mailing > y->mailing ? -1 : 1;
    return (x->client > y->client) - (x->client < y->client);
}

static const struct request *
request_at(const struct webindex *index, uint32_t position)
{
    return ledger_request(index->ledger, index->index[position]);
}

static void
count_requests(const struct ledger *ledger, const uint32_t *requests, uint32_t count,
               struct traffic *traffic)
{
    for (uint32_t i = 0; i < count; i++) {
        const struct request *request = ledger_request(ledger, requests[i]);

        traffic->requests++;
        traffic->posts += request->method == METHOD_POST;
        traffic->attacks += request->is_attack;
        traffic->refused += request_is_refused(request);
    }
}

static bool
is_mailing(const struct traffic *traffic, const struct request *request)
{
    return !traffic->is_post || request->method == METHOD_POST;
}

/* Which of the clients read a page of the site before: one pass over the site's requests. */
static void
find_views(const struct webindex *index, uint32_t site, struct tally *tallies, uint32_t count,
           struct traffic *traffic)
{
    const struct ledger *ledger = index->ledger;

    for (uint32_t i = 0; i < ledger->requests.count; i++) {
        const struct request *request = ledger_request(ledger, i);
        struct tally key = {.client = request->client};
        uint32_t low = 0, high = count;

        if (request->method != METHOD_GET || request->status >= 400 ||
            ledger_endpoint(ledger, request->endpoint)->site != site)
            continue;
        while (low < high) {
            uint32_t middle = low + (high - low) / 2;

            if (tallies[middle].client < key.client)
                low = middle + 1;
            else
                high = middle;
        }
        if (low < count && tallies[low].client == key.client &&
            request->time_s <= tallies[low].first_s &&
            !(request->endpoint == traffic->endpoint && !traffic->is_post))
            traffic->clients[low].has_viewed = true;
    }
}

/* Folds one tally a request into one a client; returns how many. */
static uint32_t
merge_tallies(struct tally *tallies, uint32_t count)
{
    uint32_t clients = 0;

    qsort(tallies, count, sizeof(*tallies), by_client);
    for (uint32_t i = 0; i < count; i++) {
        if (clients && tallies[clients - 1].client == tallies[i].client) {
            tallies[clients - 1].requests++;
            tallies[clients - 1].mailing += tallies[i].mailing;
        } else {
            tallies[clients++] = tallies[i];
        }
    }
    return clients;
}

static int
by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

static bool
count_networks(const struct webindex *index, struct arena *arena, struct traffic *traffic)
{
    uint64_t *networks = arena_array(arena, traffic->client_count + 1, sizeof(*networks));

    if (!networks)
        return false;
    for (uint32_t i = 0; i < traffic->client_count; i++)
        networks[i] = stats_network(ledger_name(index->ledger, traffic->clients[i].client));
    qsort(networks, traffic->client_count, sizeof(*networks), by_value);
    for (uint32_t i = 0; i < traffic->client_count; i++)
        traffic->networks += i == 0 || networks[i] != networks[i - 1];
    return true;
}

/* Who made the requests; `site`: where they may have read a page before. */
static bool
count_clients(const struct webindex *index, uint32_t site, const uint32_t *requests,
              uint32_t request_count, struct arena *arena, struct traffic *traffic)
{
    struct tally *tallies = arena_array(arena, request_count + 1, sizeof(*tallies));
    uint32_t count = 0;

    if (!tallies)
        return false;
    for (uint32_t i = 0; i < request_count; i++) {
        const struct request *request = ledger_request(index->ledger, requests[i]);

        if (is_mailing(traffic, request))
            tallies[count++] = (struct tally){request->client, request->time_s, 1, 1};
    }
    traffic->mailing = count;
    count = merge_tallies(tallies, count);
    traffic->clients = arena_array(arena, count + 1, sizeof(*traffic->clients));
    if (!traffic->clients)
        return false;
    traffic->client_count = count;
    for (uint32_t i = 0; i < count; i++)
        traffic->clients[i] = (struct traffic_client){tallies[i].client, tallies[i].requests,
                                                      tallies[i].mailing, false};
    find_views(index, site, tallies, count, traffic);
    for (uint32_t i = 0; i < count; i++)
        traffic->unseen += !traffic->clients[i].has_viewed;
    qsort(traffic->clients, count, sizeof(*traffic->clients), by_mailing);
    return count_networks(index, arena, traffic);
}

static struct str
file_of(const struct ledger *ledger, uint32_t endpoint)
{
    struct str path = ledger_name(ledger, ledger_endpoint(ledger, endpoint)->path);

    return str_first(path, str_index(path, '?'));
}

/* What came to the site, and to the endpoint's file, outside the window. */
static bool
look_around(const struct webindex *index, int64_t from_s, int64_t until_s, struct arena *arena,
            struct traffic *traffic)
{
    const struct ledger *ledger = index->ledger;
    uint32_t site = ledger_endpoint(ledger, traffic->endpoint)->site;
    struct str file = file_of(ledger, traffic->endpoint);
    bool *is_same = arena_array(arena, ledger->endpoints.count + 1, sizeof(*is_same));

    if (!is_same)
        return false;
    for (uint32_t e = 0; e < ledger->endpoints.count; e++)
        is_same[e] = ledger_endpoint(ledger, e)->site == site && str_eq(file_of(ledger, e), file);
    for (uint32_t i = 0; i < ledger->requests.count; i++) {
        const struct request *request = ledger_request(ledger, i);
        bool is_served = is_same[request->endpoint] && request->status < 400;

        if (request->time_s < from_s) {
            traffic->before_site += ledger_endpoint(ledger, request->endpoint)->site == site;
            traffic->before += is_served;
        } else if (request->time_s > until_s) {
            traffic->after += is_served;
        }
    }
    return true;
}

static void
set_lift(const struct webindex *index, int64_t from_s, int64_t until_s, uint32_t outside,
         struct traffic *traffic)
{
    double inside_s = (double)(until_s - from_s + LEAD_S + 1);
    double outside_s = (double)(index->until_s - index->from_s) - inside_s;

    /* A window that is nearly all of the logs has nothing to be compared with. */
    if (outside_s > inside_s * OUTSIDE_MIN)
        traffic->rate_lift =
            traffic->mailing / inside_s / ((outside > 0 ? outside : 1.0) / outside_s);
}

bool
traffic_of(const struct webindex *index, uint32_t endpoint, int64_t from_s, int64_t until_s,
           struct arena *arena, struct traffic *ret_traffic)
{
    struct traffic traffic = {.endpoint = endpoint};
    uint32_t site = ledger_endpoint(index->ledger, endpoint)->site, outside = 0;
    uint32_t from = webindex_lower(index, endpoint, from_s - LEAD_S);
    uint32_t until = webindex_lower(index, endpoint, until_s + TRAIL_S + 1);

    count_requests(index->ledger, index->index + from, until - from, &traffic);
    traffic.is_post = traffic.posts * 4 >= traffic.requests && traffic.posts > 0;
    if (!count_clients(index, site, index->index + from, until - from, arena, &traffic) ||
        !look_around(index, from_s - LEAD_S, until_s + TRAIL_S, arena, &traffic))
        return false;
    for (uint32_t i = index->first[endpoint]; i < index->first[endpoint + 1]; i++)
        outside += (i < from || i >= until) && is_mailing(&traffic, request_at(index, i));
    set_lift(index, from_s, until_s, outside, &traffic);
    *ret_traffic = traffic;
    return true;
}

bool
traffic_of_refused(const struct webindex *index, uint32_t site, int64_t from_s, int64_t until_s,
                   struct arena *arena, struct traffic *ret_traffic)
{
    const struct ledger *ledger = index->ledger;
    struct traffic traffic = {.endpoint = UINT32_MAX};
    uint32_t *inside = arena_array(arena, ledger->requests.count + 1, sizeof(*inside));
    uint32_t count = 0, outside = 0;

    if (!inside)
        return false;
    for (uint32_t i = 0; i < ledger->requests.count; i++) {
        const struct request *request = ledger_request(ledger, i);

        if (!request_is_refused(request) ||
            ledger_endpoint(ledger, request->endpoint)->site != site)
            continue;
        if (request->time_s >= from_s - LEAD_S && request->time_s <= until_s + TRAIL_S)
            inside[count++] = i;
        else
            outside++;
    }
    count_requests(ledger, inside, count, &traffic);
    if (!count_clients(index, site, inside, count, arena, &traffic))
        return false;
    set_lift(index, from_s, until_s, outside, &traffic);
    *ret_traffic = traffic;
    return true;
}
