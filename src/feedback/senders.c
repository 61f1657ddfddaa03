#include "feedback/senders.h"

#include <stdlib.h>

#include "base/table.h"
#include "feedback/row_facts.h"

#define TEXT_BYTES_MAX ((size_t)8 * 1024 * 1024)
#define KEY_BYTES_MAX 600 /* of names put together */
#define RESTS_MAX 1000U   /* senders that stand for all the rest of a domain */
#define LIST_MAX (SENDERS_MAX + RESTS_MAX)
#define SLOTS 16384U /* a power of two, well above LIST_MAX */

enum name {
    NAME_DKIM_DOMAIN,
    NAME_DKIM_SELECTOR,
    NAME_SPF_DOMAIN,
    NAME_HEADER_FROM,
    NAME_COUNT,
};

/* One address of one domain, as its rows come. */
struct address {
    struct dmarc_sender sum;
    char names[NAME_COUNT][256];       /* of the row that speaks for it; sum's slices point here */
    uint64_t largest;                  /* the row that the names are from */
    bool has_own_key, has_foreign_key; /* signed aligned: with a key of own servers, with another */
    bool has_own_signature;            /* of the domain, broken or not */
};

struct slot {
    uint64_t hash;
    uint32_t domain; /* from 1; 0: free */
    uint32_t sender;
};

struct senders {
    const struct cidr *own;
    uint32_t own_count;
    struct table *keys;  /* "domain dkim_domain selector" */
    struct table *names; /* texts of senders, each once */
    struct sender_domain domains[SENDERS_DOMAINS_MAX];
    uint32_t domain_count;
    struct dmarc_sender list[LIST_MAX];
    uint32_t owners[LIST_MAX]; /* domain of each, from 1 */
    uint32_t count;
    struct slot slots[SLOTS];
    char domain_name[256], address_name[64]; /* of the current address */
    size_t domain_len, address_len;
    struct address address;
    bool has_address;
    uint64_t lost;
};

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

/* Three names in one, at most KEY_BYTES_MAX bytes. */
static struct str
join(char *room, struct str a, struct str b, struct str c)
{
    struct str parts[] = {str_first(a, 199), str_first(b, 199), str_first(c, 199)};
    size_t len = 0;

    for (size_t i = 0; i < 3; i++) {
        if (parts[i].len)
            memcpy(room + len, parts[i].data, parts[i].len);
        len += parts[i].len;
        room[len++] = ' ';
    }
    return (struct str){room, len};
}

void
senders_know_key(struct senders *senders, struct str domain, struct str dkim_domain,
                 struct str selector)
{
    char room[KEY_BYTES_MAX];

    (void)table_add(senders->keys, join(room, domain, dkim_domain, selector));
}

/* --- one address --- */

static struct str
current_domain(const struct senders *senders)
{
    return (struct str){senders->domain_name, senders->domain_len};
}

static struct str
current_address(const struct senders *senders)
{
    return (struct str){senders->address_name, senders->address_len};
}

static void
add_faults(const struct sender_row *row, struct dmarc_sender *sum)
{
    bool is_ours = row_facts_is_near(row->dkim_domain, row->domain);

    if (row->dkim_domain.len == 0 || str_eq(row->dkim_result, STR("none")))
        sum->faults[FAULT_NO_SIGNATURE] += row->count;
    else if (is_ours)
        sum->faults[FAULT_BROKEN_SIGNATURE] += row->count;
    else if (str_eq(row->dkim_result, STR("pass")))
        sum->faults[FAULT_OTHER_SIGNATURE] += row->count;
    else
        sum->faults[FAULT_NO_SIGNATURE] += row->count;
    sum->faults[str_eq(row->spf_result, STR("pass")) ? FAULT_SPF_OTHER : FAULT_SPF_FAIL] +=
        row->count;
}

static void
add_period(struct dmarc_sender *sum, int64_t begin_s, int64_t end_s)
{
    if (begin_s && (sum->first_s == 0 || begin_s < sum->first_s))
        sum->first_s = begin_s;
    if (end_s > sum->last_s)
        sum->last_s = end_s;
}

/* The names of the row with most mails speak for the address; a failing row before a good one. */
static void
keep_names(struct senders *senders, const struct sender_row *row, bool has_failed)
{
    struct address *address = &senders->address;
    struct dmarc_sender *sum = &address->sum;
    uint64_t weight = row->count + (has_failed ? (uint64_t)1 << 50 : 0);
    const struct str *const from[NAME_COUNT] = {&row->dkim_domain, &row->dkim_selector,
                                                &row->spf_domain, &row->header_from};
    struct str *const to[NAME_COUNT] = {&sum->dkim_domain, &sum->dkim_selector, &sum->spf_domain,
                                        &sum->header_from};

    if (address->largest && weight <= address->largest)
        return;
    address->largest = weight;
    for (int i = 0; i < NAME_COUNT; i++) {
        struct str name = str_first(*from[i], sizeof(address->names[i]));

        if (name.len)
            memcpy(address->names[i], name.data, name.len);
        *to[i] = (struct str){address->names[i], name.len};
    }
}

static void
add_row(struct senders *senders, const struct sender_row *row)
{
    struct address *address = &senders->address;
    struct dmarc_sender *sum = &address->sum;
    bool has_passed = row->is_dkim_aligned || row->is_spf_aligned;
    char room[KEY_BYTES_MAX];

    sum->messages += row->count;
    sum->passed += has_passed ? row->count : 0;
    sum->dkim_passed += row->is_dkim_aligned ? row->count : 0;
    sum->spf_passed += row->is_spf_aligned ? row->count : 0;
    sum->quarantined += str_eq(row->disposition, STR("quarantine")) ? row->count : 0;
    sum->rejected += str_eq(row->disposition, STR("reject")) ? row->count : 0;
    sum->reasons |= row->reasons;
    add_period(sum, row->begin_s, row->end_s);
    if (!has_passed)
        add_faults(row, sum);
    keep_names(senders, row, !has_passed);
    address->has_own_signature |= row_facts_is_near(row->dkim_domain, row->domain);
    if (!row->is_dkim_aligned)
        return;
    if (table_find(senders->keys, join(room, row->domain, row->dkim_domain, row->dkim_selector)))
        address->has_own_key = true;
    else
        address->has_foreign_key = true;
}

static bool
is_declared(const struct senders *senders, struct str text)
{
    struct cidr address;

    if (!cidr_parse(text, &address))
        return false;
    for (uint32_t i = 0; i < senders->own_count; i++) {
        if (cidr_contains(&senders->own[i], &address))
            return true;
    }
    return false;
}

static enum sender_verdict
judge_own(const struct dmarc_sender *sum)
{
    return sum->passed < sum->messages ? SENDER_PARTLY : SENDER_RIGHT;
}

static enum sender_verdict
judge(struct senders *senders)
{
    struct address *address = &senders->address;
    struct dmarc_sender *sum = &address->sum;
    const uint32_t forwarded = ROW_FORWARDED | ROW_MAILING_LIST | ROW_ARC;

    if (sum->spf_passed || is_declared(senders, current_address(senders)))
        return judge_own(sum);
    if (address->has_own_key || (sum->reasons & forwarded))
        return SENDER_FORWARDER;
    if (address->has_foreign_key)
        return judge_own(sum);
    if (service_is_tenant(sum->dkim_domain, current_domain(senders)) ||
        service_is_tenant(sum->spf_domain, current_domain(senders))) {
        sum->is_certain = true;
        return SENDER_UNALIGNED;
    }
    /* A signature of the domain's own that broke on a way that SPF knows: a mailing list. */
    if (address->has_own_signature && sum->faults[FAULT_SPF_OTHER])
        return SENDER_FORWARDER;
    if (sum->service && sum->faults[FAULT_SPF_OTHER] + sum->faults[FAULT_OTHER_SIGNATURE])
        return SENDER_UNALIGNED;
    return SENDER_STRANGER;
}

/* --- addresses that belong together --- */

/* The network of an address as text: enough to tell neighbours. */
static struct str
network_of(struct str address)
{
    size_t at = str_index(address, ':'), groups = 0;

    if (at == address.len) {
        while (address.len && address.data[address.len - 1] != '.')
            address.len--;
        return address;
    }
    for (at = 0; at < address.len; at++) {
        groups += address.data[at] == ':';
        if (groups == 3)
            break;
    }
    return str_first(address, at);
}

/* What makes two addresses of one verdict the same sender. */
static struct str
identity_of(const struct senders *senders, const struct dmarc_sender *sum,
            enum sender_verdict verdict)
{
    bool has_identity = sum->faults[FAULT_SPF_OTHER] + sum->faults[FAULT_OTHER_SIGNATURE] > 0;

    if (sum->service && verdict != SENDER_STRANGER)
        return str_from_cstr(sum->service->name);
    if ((verdict == SENDER_RIGHT || verdict == SENDER_PARTLY) && sum->dkim_passed &&
        !sum->spf_passed)
        return sum->dkim_selector;
    if (verdict == SENDER_FORWARDER && sum->spf_domain.len)
        return sum->spf_domain;
    if (verdict == SENDER_STRANGER)
        return has_identity && sum->spf_domain.len ? sum->spf_domain : STR_EMPTY;
    return network_of(current_address(senders));
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
    struct str name = current_domain(senders);
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
        sender->addresses[sender->address_kept++] = keep(senders, current_address(senders));
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
    add_period(sender, sum->first_s, sum->last_s);
}

/* The sender of that key; a new one where there is room, else the one for all the rest. */
static struct dmarc_sender *
find_sender(struct senders *senders, uint32_t domain, enum sender_verdict verdict,
            struct str identity, uint32_t most, bool *ret_is_new)
{
    char room[KEY_BYTES_MAX];
    struct str key =
        join(room, current_domain(senders), identity, str_from_cstr(sender_verdict_name(verdict)));
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
    verdict = judge(senders);
    add_to_domain(&senders->domains[domain - 1], sum, verdict);
    sender = find_sender(senders, domain, verdict, identity_of(senders, sum, verdict), SENDERS_MAX,
                         &is_new);
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

    if (!senders->has_address || !str_eq(domain, current_domain(senders)) ||
        !str_eq(address, current_address(senders))) {
        end_address(senders);
        memset(&senders->address, 0, sizeof(senders->address));
        memcpy(senders->domain_name, domain.data, domain.len);
        memcpy(senders->address_name, address.data, address.len);
        senders->domain_len = domain.len;
        senders->address_len = address.len;
        senders->has_address = true;
    }
    add_row(senders, row);
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
