#include "audit/domain_parts.h"

#include "base/internet.h"

struct dns_answer
domain_ask(const struct domain *domain, struct str name, enum dns_type type)
{
    return resolver_ask(domain->resolver, name, type, domain->arena);
}

struct str
domain_below(const struct domain *domain, const char *label)
{
    return arena_printf(domain->arena, "%s." STR_FMT, label, STR_ARG(domain->name));
}

bool
domain_is_below(struct str name, struct str parent)
{
    struct str end;

    if (name.len == parent.len)
        return str_eq_nocase(name, parent);
    if (name.len < parent.len + 1)
        return false;
    end = str_from(name, name.len - parent.len);
    return name.data[name.len - parent.len - 1] == '.' && str_eq_nocase(end, parent);
}

static void
gather_host(struct domain *domain, const struct dns_record *record)
{
    struct domain_host *host = &domain->hosts[domain->host_count++];
    struct str bytes;

    *host = (struct domain_host){.name = record->data, .preference = record->preference};
    host->is_literal = internet_read(record->data, domain->arena, &bytes);
    if (host->is_literal)
        return;
    host->v4 = domain_ask(domain, host->name, DNS_A);
    host->v6 = domain_ask(domain, host->name, DNS_AAAA);
    host->is_alias = host->v4.canonical.len > 0 || host->v6.canonical.len > 0;
}

/* The most wanted first. */
static void
sort_hosts(struct dns_answer *mx)
{
    for (uint32_t i = 1; i < mx->count && mx->count <= DNS_RECORDS_MAX; i++) {
        struct dns_record record = mx->records[i];
        uint32_t at = i;

        /* Only the front is looked at: a long answer is not worth the time that sorting it takes.
         */
        if (i >= 4 * DOMAIN_HOSTS_MAX)
            return;
        for (; at > 0 && mx->records[at - 1].preference > record.preference; at--)
            mx->records[at] = mx->records[at - 1];
        mx->records[at] = record;
    }
}

static void
gather_mx(struct domain *domain)
{
    domain->mx = domain_ask(domain, domain->name, DNS_MX);
    sort_hosts(&domain->mx);
    for (uint32_t i = 0; i < domain->mx.count; i++) {
        const struct dns_record *record = &domain->mx.records[i];

        if (str_eq(record->data, STR(".")) || record->data.len == 0)
            domain->has_null_mx = true;
        else if (domain->host_count < DOMAIN_HOSTS_MAX)
            gather_host(domain, record);
    }
    for (uint32_t i = 0; i < domain->host_count && !domain->provider; i++)
        domain->provider = provider_of_host(domain->hosts[i].name);
}

static bool
is_spf(struct str text)
{
    return str_eq_nocase(text, STR("v=spf1")) || str_starts_nocase(text, STR("v=spf1 "));
}

/* A record that lets nobody send, whatever it says of strangers. */
static bool
names_nobody(struct str spf)
{
    static const char *const endings[] = {"", "-all", "~all", "?all"};
    struct str terms = str_trim(str_from(spf, STR("v=spf1").len));

    for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
        if (str_eq_nocase(terms, str_from_cstr(endings[i])))
            return true;
    }
    return false;
}

static void
gather_spf(struct domain *domain)
{
    domain->txt = domain_ask(domain, domain->name, DNS_TXT);
    for (uint32_t i = 0; i < domain->txt.count; i++) {
        if (!is_spf(domain->txt.records[i].data))
            continue;
        if (domain->spf_count++ == 0)
            domain->spf = domain->txt.records[i].data;
    }
    domain->spf_says_never =
        domain->spf_count == 1 &&
        str_eq_nocase(str_trim(str_from(domain->spf, STR("v=spf1").len)), STR("-all"));
    if (domain->spf_count == 1 && !names_nobody(domain->spf))
        domain->sends = true;
}

void
domain_gather(struct domain *domain)
{
    domain->sends =
        domain->input->sender_count || domain->input->use_count || domain->input->selector_count;
    gather_mx(domain);
    gather_spf(domain);
    domain->v4 = domain_ask(domain, domain->name, DNS_A);
    domain->v6 = domain_ask(domain, domain->name, DNS_AAAA);
}
