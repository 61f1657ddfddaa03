#include "trace/traffic.h"

#include <stdlib.h>

#include "record/event.h"
#include "trace/stats.h"

#define LEAD_S 2  /* the burst's mails follow their requests, */
#define TRAIL_S 2 /* or precede them where the log stamps their ends */

#define OUTSIDE_MIN 0.2

/* A client that asked for so much and read no page of the site is no reader. */
#define VIEWS_LOOKED_AT_MAX 256

struct tally {
    uint32_t client;
    int64_t first_s;
    uint32_t mailing;
};

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

/* Whether the client read a page of the site before its first request of the outbreak. */
static bool
has_viewed(const struct webindex *index, uint32_t site, const struct tally *tally,
           const struct traffic *traffic)
{
    const struct ledger *ledger = index->ledger;

    uint32_t first, until;

    if (tally->client >= index->client_count)
        return false;
    first = index->client_first[tally->client];
    until = index->client_first[tally->client + 1];
    if (until - first > VIEWS_LOOKED_AT_MAX)
        until = first + VIEWS_LOOKED_AT_MAX;
    for (uint32_t i = first; i < until; i++) {
        const struct request *request = ledger_request(ledger, index->by_client[i]);

        if (request->time_s > tally->first_s)
            break;
        if (request->method == METHOD_GET && request->status < 400 &&
            ledger_endpoint(ledger, request->endpoint)->site == site &&
            (request->endpoint != traffic->endpoint || traffic->is_post))
            return true;
    }
    return false;
}

/* One tally a client, in the order of their first requests; the requests are in order of time. */
static uint32_t
tally_clients(const struct webindex *index, const uint32_t *requests, uint32_t request_count,
              uint32_t *of_client, struct traffic *traffic, struct tally *tallies)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < request_count; i++) {
        const struct request *request = ledger_request(index->ledger, requests[i]);
        uint32_t *at = &of_client[request->client];

        if (!is_mailing(traffic, request))
            continue;
        traffic->mailing++;
        if (*at == 0) {
            tallies[count] = (struct tally){request->client, request->time_s, 0};
            *at = ++count;
        }
        tallies[*at - 1].mailing++;
    }
    return count;
}

static int
by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

static bool
count_networks(const struct webindex *index, struct arena *scratch, struct traffic *traffic)
{
    uint64_t *networks = arena_array(scratch, traffic->client_count + 1, sizeof(*networks));

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
              uint32_t request_count, struct traffic_room room, struct traffic *traffic)
{
    struct arena_mark mark = arena_mark(room.scratch);
    struct tally *tallies = arena_array(room.scratch, request_count + 1, sizeof(*tallies));
    uint32_t *of_client = arena_array(room.scratch, index->client_count, sizeof(*of_client));
    uint32_t count;

    if (!tallies || !of_client)
        return false;
    count = tally_clients(index, requests, request_count, of_client, traffic, tallies);
    traffic->clients = arena_array(room.kept, count + 1, sizeof(*traffic->clients));
    if (!traffic->clients)
        return false;
    traffic->client_count = count;
    for (uint32_t i = 0; i < count; i++) {
        bool is_viewer = has_viewed(index, site, &tallies[i], traffic);

        traffic->clients[i] =
            (struct traffic_client){tallies[i].client, tallies[i].mailing, is_viewer};
        traffic->unseen += !is_viewer;
    }
    qsort(traffic->clients, count, sizeof(*traffic->clients), by_mailing);
    if (!count_networks(index, room.scratch, traffic))
        return false;
    arena_release(room.scratch, mark);
    return true;
}

static struct str
file_of(const struct ledger *ledger, uint32_t endpoint)
{
    struct str path = ledger_name(ledger, ledger_endpoint(ledger, endpoint)->path);

    return str_first(path, str_index(path, '?'));
}

/* What came to the site, and to the endpoint's file, outside the window. */
static void
look_around(const struct webindex *index, int64_t from_s, int64_t until_s, struct traffic *traffic)
{
    const struct ledger *ledger = index->ledger;
    uint32_t site = ledger_endpoint(ledger, traffic->endpoint)->site;
    struct str file = file_of(ledger, traffic->endpoint);

    traffic->before_site = webindex_site_before(index, site, from_s);
    for (uint32_t e = 0; e < index->endpoint_count; e++) {
        uint32_t before, after;

        if (ledger_endpoint(ledger, e)->site != site || !str_eq(file_of(ledger, e), file))
            continue;
        before = webindex_lower(index, e, from_s);
        after = webindex_lower(index, e, until_s + 1);
        for (uint32_t i = index->first[e]; i < before; i++)
            traffic->before += request_at(index, i)->status < 400;
        for (uint32_t i = after; i < index->first[e + 1]; i++)
            traffic->after += request_at(index, i)->status < 400;
    }
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
           struct traffic_room room, struct traffic *ret_traffic)
{
    struct traffic traffic = {.endpoint = endpoint};
    uint32_t site = ledger_endpoint(index->ledger, endpoint)->site, outside = 0;
    uint32_t from = webindex_lower(index, endpoint, from_s - LEAD_S);
    uint32_t until = webindex_lower(index, endpoint, until_s + TRAIL_S + 1);

    count_requests(index->ledger, index->index + from, until - from, &traffic);
    traffic.is_post = traffic.posts * 4 >= traffic.requests && traffic.posts > 0;
    if (!count_clients(index, site, index->index + from, until - from, room, &traffic))
        return false;
    look_around(index, from_s - LEAD_S, until_s + TRAIL_S, &traffic);
    for (uint32_t i = index->first[endpoint]; i < index->first[endpoint + 1]; i++)
        outside += (i < from || i >= until) && is_mailing(&traffic, request_at(index, i));
    set_lift(index, from_s, until_s, outside, &traffic);
    *ret_traffic = traffic;
    return true;
}

bool
traffic_of_refused(const struct webindex *index, uint32_t site, int64_t from_s, int64_t until_s,
                   struct traffic_room room, struct traffic *ret_traffic)
{
    uint32_t from = webindex_refused_before(index, site, from_s - LEAD_S);
    uint32_t until = webindex_refused_before(index, site, until_s + TRAIL_S + 1);
    uint32_t all = index->refused_first[site + 1] - index->refused_first[site];
    struct traffic traffic = {.endpoint = UINT32_MAX};

    count_requests(index->ledger, index->refused + from, until - from, &traffic);
    if (!count_clients(index, site, index->refused + from, until - from, room, &traffic))
        return false;
    set_lift(index, from_s, until_s, all - (until - from), &traffic);
    *ret_traffic = traffic;
    return true;
}
