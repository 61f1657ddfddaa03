#include "trace/traffic.h"

#include <stdlib.h>

#include "record/event.h"
#include "trace/stats.h"

#define LEAD_S 2 /* the burst's mails follow their requests */

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
count_requests(const struct webindex *index, uint32_t from, uint32_t until, struct traffic *traffic)
{
    for (uint32_t i = from; i < until; i++) {
        const struct request *request = request_at(index, i);

        traffic->requests++;
        traffic->posts += request->method == METHOD_POST;
        traffic->attacks += request->is_attack;
        traffic->refused += request->is_attack || request->status == 401 ||
                            request->status == 403 || request->status == 404 ||
                            request->status == 405 || request->status == 406 ||
                            request->status == 429 || request->status == 418;
    }
    traffic->is_post = traffic->posts * 4 >= traffic->requests && traffic->posts > 0;
}

static bool
is_mailing(const struct traffic *traffic, const struct request *request)
{
    return !traffic->is_post || request->method == METHOD_POST;
}

/* Whether the client read a page of the site before its first request of the outbreak. */
static bool
has_viewed(const struct webindex *index, uint32_t site, const struct tally *tally,
           const struct traffic *traffic)
{
    const struct ledger *ledger = index->ledger;

    for (uint32_t i = webindex_client_first(index, tally->client); i < ledger->requests.count;
         i++) {
        const struct request *request = ledger_request(ledger, index->by_client[i]);

        if (request->client != tally->client || request->time_s > tally->first_s)
            break;
        if (request->method == METHOD_GET && request->status < 400 &&
            ledger_endpoint(ledger, request->endpoint)->site == site &&
            (request->endpoint != traffic->endpoint || traffic->is_post))
            return true;
    }
    return false;
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

static bool
count_clients(const struct webindex *index, uint32_t from, uint32_t until, struct arena *arena,
              struct traffic *traffic)
{
    struct tally *tallies = arena_array(arena, until - from + 1, sizeof(*tallies));
    uint32_t count = 0, site = ledger_endpoint(index->ledger, traffic->endpoint)->site;

    if (!tallies)
        return false;
    for (uint32_t i = from; i < until; i++) {
        const struct request *request = request_at(index, i);

        if (is_mailing(traffic, request))
            tallies[count++] = (struct tally){request->client, request->time_s, 1, 1};
    }
    traffic->mailing = count;
    count = merge_tallies(tallies, count);
    traffic->clients = arena_array(arena, count + 1, sizeof(*traffic->clients));
    if (!traffic->clients)
        return false;
    traffic->client_count = count;
    for (uint32_t i = 0; i < count; i++) {
        bool is_viewer = has_viewed(index, site, &tallies[i], traffic);

        traffic->clients[i] = (struct traffic_client){tallies[i].client, tallies[i].requests,
                                                      tallies[i].mailing, is_viewer};
        traffic->unseen += !is_viewer;
    }
    qsort(traffic->clients, count, sizeof(*traffic->clients), by_mailing);
    return count_networks(index, arena, traffic);
}

static void
look_back(const struct webindex *index, int64_t from_s, struct traffic *traffic)
{
    uint32_t site = ledger_endpoint(index->ledger, traffic->endpoint)->site;
    uint32_t first = index->first[traffic->endpoint];
    uint32_t until = webindex_lower(index, traffic->endpoint, from_s);

    traffic->before_site = webindex_site_before(index, site, from_s);
    for (uint32_t i = first; i < until; i++)
        traffic->before += request_at(index, i)->status < 400;
}

bool
traffic_of(const struct webindex *index, uint32_t endpoint, int64_t from_s, int64_t until_s,
           struct arena *arena, struct traffic *ret_traffic)
{
    struct traffic traffic = {.endpoint = endpoint};
    uint32_t from = webindex_lower(index, endpoint, from_s - LEAD_S);
    uint32_t until = webindex_lower(index, endpoint, until_s + 1), outside = 0;
    double inside_s, outside_s;

    count_requests(index, from, until, &traffic);
    if (!count_clients(index, from, until, arena, &traffic))
        return false;
    look_back(index, from_s - LEAD_S, &traffic);
    for (uint32_t i = index->first[endpoint]; i < index->first[endpoint + 1]; i++)
        outside += (i < from || i >= until) && is_mailing(&traffic, request_at(index, i));
    inside_s = (double)(until_s - from_s + LEAD_S + 1);
    outside_s = (double)(index->until_s - index->from_s) - inside_s;
    if (outside_s > 0)
        traffic.rate_lift =
            traffic.mailing / inside_s / ((outside > 0 ? outside : 1.0) / outside_s);
    *ret_traffic = traffic;
    return true;
}
