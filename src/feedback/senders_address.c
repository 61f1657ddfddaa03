#include "feedback/row_facts.h"
#include "feedback/senders_parts.h"

/* Three names in one, at most KEY_BYTES_MAX bytes. */
struct str
senders_key(char *room, struct str a, struct str b, struct str c)
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

    (void)table_add(senders->keys, senders_key(room, domain, dkim_domain, selector));
}

struct str
senders_domain(const struct senders *senders)
{
    return (struct str){senders->domain_name, senders->domain_len};
}

struct str
senders_address(const struct senders *senders)
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

void
senders_add_period(struct dmarc_sender *sum, int64_t begin_s, int64_t end_s)
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

void
senders_add_row(struct senders *senders, const struct sender_row *row)
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
    senders_add_period(sum, row->begin_s, row->end_s);
    if (!has_passed)
        add_faults(row, sum);
    keep_names(senders, row, !has_passed);
    address->has_own_signature |= row_facts_is_near(row->dkim_domain, row->domain);
    if (!row->is_dkim_aligned)
        return;
    if (table_find(senders->keys,
                   senders_key(room, row->domain, row->dkim_domain, row->dkim_selector)))
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

enum sender_verdict
senders_judge(struct senders *senders)
{
    struct address *address = &senders->address;
    struct dmarc_sender *sum = &address->sum;
    const uint32_t forwarded = ROW_FORWARDED | ROW_MAILING_LIST | ROW_ARC;

    if (sum->spf_passed || is_declared(senders, senders_address(senders)))
        return judge_own(sum);
    if (address->has_own_key || (sum->reasons & forwarded))
        return SENDER_FORWARDER;
    if (address->has_foreign_key)
        return judge_own(sum);
    if (service_is_tenant(sum->dkim_domain, senders_domain(senders)) ||
        service_is_tenant(sum->spf_domain, senders_domain(senders))) {
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
struct str
senders_identity(const struct senders *senders, const struct dmarc_sender *sum,
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
    return network_of(senders_address(senders));
}
