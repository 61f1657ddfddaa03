#include "audit/seen.h"

#include <stdlib.h>

#include "auth/tags.h"
#include "base/table.h"
#include "mail/address.h"
#include "mail/header.h"
#include "trace/slots.h"

#define NAME_BYTES_MAX ((size_t)1024 * 1024)
#define FLIGHT_SLOTS 65536u
#define NAME_LEN_MAX 253

/* A mail on its way. */
struct flight {
    struct slot slot;
    uint32_t domain; /* name of the envelope sender's domain; 0: not known, or the null sender */
    bool is_own;     /* it began here */
    bool is_counted; /* it has left already: several recipients are one mail */
};

/* What is counted by a name: `table` gives the place in the list, from 1. */
struct counted {
    struct table *table;
    uint32_t counts[SEEN_NAMES_MAX + 1];
};

struct seen {
    struct slots *flights;
    struct counted domains, selectors, relays;
    uint32_t from_counts[SEEN_NAMES_MAX + 1]; /* by the place in `domains` */
    uint64_t outgoing, lost;
    int64_t order; /* a clock of lines: what is oldest is forgotten first */
    struct seen_domain domain_list[SEEN_NAMES_MAX];
    struct seen_selector selector_list[SEEN_NAMES_MAX];
    struct seen_relay relay_list[SEEN_NAMES_MAX];
};

struct seen *
seen_new(void)
{
    struct seen *seen = calloc(1, sizeof(*seen));

    if (!seen)
        abort();
    seen->flights = slots_new(sizeof(struct flight), FLIGHT_SLOTS);
    seen->domains.table = table_new(NAME_BYTES_MAX);
    seen->selectors.table = table_new(NAME_BYTES_MAX);
    seen->relays.table = table_new(NAME_BYTES_MAX);
    return seen;
}

void
seen_free(struct seen *seen)
{
    if (!seen)
        return;
    slots_free(seen->flights);
    table_free(seen->domains.table);
    table_free(seen->selectors.table);
    table_free(seen->relays.table);
    free(seen);
}

/* The place of a name, lower case; 0 when it is too long or does not fit. */
static uint32_t
place_of(struct seen *seen, struct counted *counted, struct str name)
{
    char folded[2 * NAME_LEN_MAX + 2];
    uint32_t place;

    if (name.len == 0 || name.len > sizeof(folded))
        return 0;
    str_fold(name, folded);
    name = (struct str){folded, name.len};
    place = table_find(counted->table, name);
    if (!place && table_count(counted->table) < SEEN_NAMES_MAX)
        place = table_add(counted->table, name);
    seen->lost += place == 0;
    return place;
}

static struct str
domain_of(struct str address)
{
    const char *at = address.len ? memrchr(address.data, '@', address.len) : NULL;

    return at ? str_from(address, (size_t)(at - address.data) + 1) : STR_EMPTY;
}

static struct flight *
flight_of(struct seen *seen, const struct event *event)
{
    struct flight *flight = event->key ? slots_add(seen->flights, event->key) : NULL;

    if (flight)
        flight->slot.time_us = seen->order;
    return flight;
}

static bool
is_loopback(struct str address)
{
    return str_starts(address, STR("127.")) || str_eq(address, STR("::1"));
}

/* A queue id that is used again is another mail. */
static void
on_accept(struct seen *seen, const struct event *event)
{
    const struct event_accept *accept = &event->accept;
    struct flight *flight = event->key ? slots_put(seen->flights, event->key) : NULL;

    if (!flight)
        return;
    flight->slot.time_us = seen->order;
    flight->is_own = accept->via == ACCEPT_LOCAL || accept->login.len > 0 ||
                     (accept->via == ACCEPT_SMTP && is_loopback(accept->client_address));
    if (accept->has_sender)
        flight->domain = place_of(seen, &seen->domains, domain_of(accept->sender));
}

static void
on_queued(struct seen *seen, const struct event *event)
{
    struct flight *flight = flight_of(seen, event);
    struct str domain = domain_of(event->queued.sender);

    if (flight && domain.len)
        flight->domain = place_of(seen, &seen->domains, domain);
}

static void
on_delivery(struct seen *seen, const struct event *event)
{
    const struct event_delivery *delivery = &event->delivery;
    struct flight *flight = flight_of(seen, event);
    uint32_t relay;

    if (!flight || !flight->is_own || flight->is_counted || delivery->status != DELIVERY_SENT ||
        delivery->is_local || !delivery->relay_address.len || is_loopback(delivery->relay_address))
        return;
    flight->is_counted = true;
    seen->outgoing++;
    seen->domains.counts[flight->domain]++;
    relay = place_of(seen, &seen->relays,
                     delivery->relay_host.len ? delivery->relay_host : delivery->relay_address);
    seen->relays.counts[relay]++;
}

static void
count_selector(struct seen *seen, struct str domain, struct str selector)
{
    char both[2 * NAME_LEN_MAX + 2];

    if (!domain.len || domain.len > NAME_LEN_MAX || !selector.len || selector.len > NAME_LEN_MAX)
        return;
    memcpy(both, selector.data, selector.len);
    both[selector.len] = ' ';
    memcpy(both + selector.len + 1, domain.data, domain.len);
    seen->selectors.counts[place_of(seen, &seen->selectors,
                                    (struct str){both, selector.len + 1 + domain.len})]++;
}

void
seen_event(struct seen *seen, const struct event *event)
{
    seen->order++;
    if (event->kind == EVENT_ACCEPT)
        on_accept(seen, event);
    else if (event->kind == EVENT_QUEUED)
        on_queued(seen, event);
    else if (event->kind == EVENT_DELIVERY)
        on_delivery(seen, event);
    else if (event->kind == EVENT_SIGNATURE)
        count_selector(seen, event->signature.domain, event->signature.selector);
}

static void
count_signature(struct seen *seen, struct str signature)
{
    struct str domain, selector;
    struct tags tags;

    (void)tags_read(signature, &tags);
    if (tags_find(&tags, STR("d"), &domain) && tags_find(&tags, STR("s"), &selector))
        count_selector(seen, domain, selector);
}

void
seen_message(struct seen *seen, struct str message)
{
    struct header_reader reader;
    struct header_field field;

    header_init(&reader, message);
    while (header_next(&reader, &field)) {
        if (str_eq_nocase(field.name, STR("DKIM-Signature"))) {
            count_signature(seen, field.value);
        } else if (str_eq_nocase(field.name, STR("From"))) {
            uint32_t place = place_of(seen, &seen->domains, domain_of(address_first(field.value)));

            seen->from_counts[place]++;
        }
    }
}

/* By count, then by name: the same from run to run. */
static int
by_domain(const void *a, const void *b)
{
    const struct seen_domain *x = a, *y = b;
    uint32_t left = x->messages + x->from_messages, right = y->messages + y->from_messages;

    return left != right ? (left < right ? 1 : -1) : str_compare(x->name, y->name);
}

static int
by_selector(const void *a, const void *b)
{
    const struct seen_selector *x = a, *y = b;
    int order = x->messages != y->messages ? (x->messages < y->messages ? 1 : -1)
                                           : str_compare(x->domain, y->domain);

    return order ? order : str_compare(x->selector, y->selector);
}

static int
by_relay(const void *a, const void *b)
{
    const struct seen_relay *x = a, *y = b;

    return x->messages != y->messages ? (x->messages < y->messages ? 1 : -1)
                                      : str_compare(x->host, y->host);
}

const struct seen_domain *
seen_domains(struct seen *seen, uint32_t *ret_count)
{
    uint32_t count = 0;

    for (uint32_t i = 1; i <= table_count(seen->domains.table); i++) {
        if (seen->domains.counts[i] || seen->from_counts[i])
            seen->domain_list[count++] = (struct seen_domain){
                table_name(seen->domains.table, i), seen->domains.counts[i], seen->from_counts[i]};
    }
    qsort(seen->domain_list, count, sizeof(*seen->domain_list), by_domain);
    *ret_count = count;
    return seen->domain_list;
}

const struct seen_selector *
seen_selectors(struct seen *seen, uint32_t *ret_count)
{
    uint32_t count = table_count(seen->selectors.table);

    for (uint32_t i = 1; i <= count; i++) {
        struct str domain = table_name(seen->selectors.table, i), selector = str_cut(&domain, ' ');

        seen->selector_list[i - 1] =
            (struct seen_selector){domain, selector, seen->selectors.counts[i]};
    }
    qsort(seen->selector_list, count, sizeof(*seen->selector_list), by_selector);
    *ret_count = count;
    return seen->selector_list;
}

const struct seen_relay *
seen_relays(struct seen *seen, uint32_t *ret_count)
{
    uint32_t count = table_count(seen->relays.table);

    for (uint32_t i = 1; i <= count; i++)
        seen->relay_list[i - 1] =
            (struct seen_relay){table_name(seen->relays.table, i), seen->relays.counts[i]};
    qsort(seen->relay_list, count, sizeof(*seen->relay_list), by_relay);
    *ret_count = count;
    return seen->relay_list;
}

uint64_t
seen_outgoing(const struct seen *seen)
{
    return seen->outgoing;
}

uint64_t
seen_lost(const struct seen *seen)
{
    return seen->lost;
}
