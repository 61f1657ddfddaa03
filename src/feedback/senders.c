#include "feedback/senders.h"

#include <stdlib.h>

#include "feedback/senders_parts.h"

#define TEXT_BYTES_MAX ((size_t)8 * 1024 * 1024)

struct senders *
senders_new(const struct cidr *own, uint32_t own_count)
{
    struct senders *senders = calloc(1, sizeof(*senders));

    if (!senders)
        abort();
    senders->own = own;
    senders->own_count = own_count;
    senders->keys = table_new(TEXT_BYTES_MAX);
    senders->names = table_new(TEXT_BYTES_MAX);
    return senders;
}

void
senders_free(struct senders *senders)
{
    if (!senders)
        return;
    table_free(senders->keys);
    table_free(senders->names);
    free(senders);
}

uint64_t
senders_lost(const struct senders *senders)
{
    return senders->lost;
}

const char *
sender_verdict_words(enum sender_verdict verdict)
{
    static const char *const words[] = {
        [SENDER_RIGHT] = "yours, and right",
        [SENDER_PARTLY] = "yours, but some mails fail",
        [SENDER_UNALIGNED] = "not aligned: perhaps yours",
        [SENDER_FORWARDER] = "forwards your mail",
        [SENDER_STRANGER] = "a stranger",
    };

    return words[verdict];
}

const char *
sender_verdict_name(enum sender_verdict verdict)
{
    static const char *const names[] = {
        [SENDER_RIGHT] = "right",         [SENDER_PARTLY] = "partly",
        [SENDER_UNALIGNED] = "unaligned", [SENDER_FORWARDER] = "forwarder",
        [SENDER_STRANGER] = "stranger",
    };

    return names[verdict];
}

/* A text that lives as long as the senders do; empty when there are too many. */
static struct str
keep(struct senders *senders, struct str text)
{
    return table_name(senders->names, table_add(senders->names, text));
}

static uint32_t
find_domain(struct senders *senders)
{
    struct str name = senders_domain(senders);
    uint32_t count = senders->domain_count;

    /* Rows are sorted: it is the last one, or a new one. */
    if (count && str_eq(senders->domains[count - 1].name, name))
        return count;
    if (count == SENDERS_DOMAINS_MAX)
        return 0;
    senders->domains[count] = (struct sender_domain){.name = keep(senders, name)};
    return ++senders->domain_count;
}

static void
add_address(struct senders *senders, struct dmarc_sender *sender)
{
    if (sender->address_kept < SENDER_ADDRESSES_MAX)
        sender->addresses[sender->address_kept++] = keep(senders, senders_address(senders));
    sender->address_count++;
}

static void
add_sums(struct senders *senders, struct dmarc_sender *sender, const struct dmarc_sender *sum)
{
    if (sender->address_count == 0 || sum->messages > sender->largest) {
        sender->largest = sum->messages;
        sender->dkim_domain = keep(senders, sum->dkim_domain);
        sender->dkim_selector = keep(senders, sum->dkim_selector);
        sender->spf_domain = keep(senders, sum->spf_domain);
        sender->header_from = keep(senders, sum->header_from);
    }
    sender->messages += sum->messages;
    sender->passed += sum->passed;
    sender->dkim_passed += sum->dkim_passed;
    sender->spf_passed += sum->spf_passed;
    sender->quarantined += sum->quarantined;
    sender->rejected += sum->rejected;
    sender->reasons |= sum->reasons;
    sender->is_certain |= sum->is_certain;
    for (int i = 0; i < FAULT_COUNT; i++)
        sender->faults[i] += sum->faults[i];
    senders_add_period(sender, sum->first_s, sum->last_s);
}

/* The sender of that key; a new one where there is room, else the one for all the rest. */
static struct dmarc_sender *
find_sender(struct senders *senders, uint32_t domain, enum sender_verdict verdict,
            struct str identity, uint32_t most, bool *ret_is_new)
{
    char room[KEY_BYTES_MAX];
    struct str key = senders_key(room, senders_domain(senders), identity,
                                 str_from_cstr(sender_verdict_name(verdict)));
    uint64_t hash = str_hash(key);
    uint32_t at = (uint32_t)hash & (SLOTS - 1);

    *ret_is_new = false;
    for (; senders->slots[at].domain; at = (at + 1) & (SLOTS - 1)) {
        if (senders->slots[at].hash == hash && senders->slots[at].domain == domain)
            return &senders->list[senders->slots[at].sender];
    }
    if (senders->count >= most)
        return NULL;
    *ret_is_new = true;
    senders->slots[at] = (struct slot){hash, domain, senders->count};
    senders->owners[senders->count] = domain;
    return &senders->list[senders->count++];
}

static void
add_to_domain(struct sender_domain *domain, const struct dmarc_sender *sum,
              enum sender_verdict verdict)
{
    domain->messages += sum->messages;
    domain->passed += sum->passed;
    domain->dkim_passed += sum->dkim_passed;
    domain->spf_passed += sum->spf_passed;
    domain->quarantined += sum->quarantined;
    domain->rejected += sum->rejected;
    domain->by_verdict[verdict] += sum->messages;
    if (sum->first_s && (domain->first_s == 0 || sum->first_s < domain->first_s))
        domain->first_s = sum->first_s;
    if (sum->last_s > domain->last_s)
        domain->last_s = sum->last_s;
}

static void
end_address(struct senders *senders)
{
    struct dmarc_sender *sum = &senders->address.sum, *sender;
    enum sender_verdict verdict;
    uint32_t domain;
    bool is_new, is_rest = false;

    if (!senders->has_address)
        return;
    senders->has_address = false;
    domain = find_domain(senders);
    if (domain == 0) {
        senders->lost += sum->messages;
        return;
    }
    sum->service = service_of(sum->spf_domain);
    if (!sum->service)
        sum->service = service_of(sum->dkim_domain);
    verdict = senders_judge(senders);
    add_to_domain(&senders->domains[domain - 1], sum, verdict);
    sender = find_sender(senders, domain, verdict, senders_identity(senders, sum, verdict),
                         SENDERS_MAX, &is_new);
    if (!sender) {
        is_rest = true;
        sender = find_sender(senders, domain, verdict, STR("\1"), LIST_MAX, &is_new);
    }
    if (!sender) {
        senders->lost += sum->messages;
        return;
    }
    if (is_new)
        *sender = (struct dmarc_sender){
            .verdict = verdict, .service = is_rest ? NULL : sum->service, .is_rest = is_rest};
    add_sums(senders, sender, sum);
    add_address(senders, sender);
}

void
senders_add(struct senders *senders, const struct sender_row *row)
{
    struct str domain = str_first(row->domain, sizeof(senders->domain_name));
    struct str address = str_first(row->address, sizeof(senders->address_name));

    if (!senders->has_address || !str_eq(domain, senders_domain(senders)) ||
        !str_eq(address, senders_address(senders))) {
        end_address(senders);
        memset(&senders->address, 0, sizeof(senders->address));
        memcpy(senders->domain_name, domain.data, domain.len);
        memcpy(senders->address_name, address.data, address.len);
        senders->domain_len = domain.len;
        senders->address_len = address.len;
        senders->has_address = true;
    }
    senders_add_row(senders, row);
}

/* --- the answer --- */

static int
by_size(const void *a, const void *b)
{
    const struct dmarc_sender *x = a, *y = b;

    if (x->verdict != y->verdict)
        return x->verdict < y->verdict ? -1 : 1;
    if (x->messages != y->messages)
        return x->messages > y->messages ? -1 : 1;
    return str_compare(x->addresses[0], y->addresses[0]);
}

static int
by_messages(const void *a, const void *b)
{
    const struct sender_domain *x = a, *y = b;

    if (x->messages != y->messages)
        return x->messages > y->messages ? -1 : 1;
    return str_compare(x->name, y->name);
}

static void
copy_texts(struct dmarc_sender *sender, struct arena *arena)
{
    struct str *texts[] = {&sender->dkim_domain, &sender->dkim_selector, &sender->spf_domain,
                           &sender->header_from};

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        *texts[i] = arena_str(arena, *texts[i]);
    for (uint32_t i = 0; i < sender->address_kept; i++)
        sender->addresses[i] = arena_str(arena, sender->addresses[i]);
}

bool
senders_finish(struct senders *senders, struct arena *arena, struct sender_domain **ret_domains,
               uint32_t *ret_count)
{
    uint32_t count;
    struct sender_domain *domains;

    end_address(senders);
    count = senders->domain_count;
    domains = arena_array(arena, count + 1, sizeof(*domains));
    if (!domains)
        return false;
    for (uint32_t i = 0; i < count; i++) {
        domains[i] = senders->domains[i];
        domains[i].name = arena_str(arena, domains[i].name);
        for (uint32_t k = 0; k < senders->count; k++)
            domains[i].sender_count += senders->owners[k] == i + 1;
        domains[i].senders =
            arena_array(arena, domains[i].sender_count + 1, sizeof(struct dmarc_sender));
        if (!domains[i].senders)
            return false;
        domains[i].sender_count = 0;
        for (uint32_t k = 0; k < senders->count; k++) {
            if (senders->owners[k] != i + 1)
                continue;
            copy_texts(&senders->list[k], arena);
            domains[i].senders[domains[i].sender_count++] = senders->list[k];
        }
        qsort(domains[i].senders, domains[i].sender_count, sizeof(struct dmarc_sender), by_size);
    }
    qsort(domains, count, sizeof(*domains), by_messages);
    *ret_domains = domains;
    *ret_count = count;
    return true;
}
