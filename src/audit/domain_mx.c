#include "audit/domain_parts.h"

#include "base/internet.h"

#define CHECK "mx"

static struct str
place_of(struct domain *domain)
{
    return arena_printf(domain->arena, STR_FMT " MX", STR_ARG(domain->name));
}

static struct str
quote_host(struct domain *domain, const struct domain_host *host)
{
    struct dns_answer both = host->v4.count ? host->v4 : host->v6;

    return arena_printf(domain->arena, "MX %u " STR_FMT " → " STR_FMT, host->preference,
                        STR_ARG(host->name),
                        STR_ARG(domain_quote(domain, &both, host->v4.count ? DNS_A : DNS_AAAA)));
}

/* How many of the mail servers can be reached; problems of the others are told. */
static bool
check_literal(struct domain *domain, const struct domain_host *host)
{
    struct audit_finding *finding;

    if (!host->is_literal)
        return false;
    finding = domain_tell(domain, "mx-literal", AUDIT_SERIOUS, place_of(domain), host->name,
                          "An MX record names a host; most servers take an address there for a "
                          "name that does not exist, and the mail comes back.",
                          "An MX record of " STR_FMT " has an address where a name must be",
                          STR_ARG(domain->name));
    domain_fix_record(domain, finding, domain->name, "MX",
                      arena_printf(domain->arena, "%u mail." STR_FMT ".", host->preference,
                                   STR_ARG(domain->name)));
    domain_fix_record(domain, finding, domain_below(domain, "mail"), "A", host->name);
    return true;
}

static void
check_alias(struct domain *domain, const struct domain_host *host)
{
    struct str canonical = host->v4.canonical.len ? host->v4.canonical : host->v6.canonical;
    struct audit_finding *finding;

    if (!host->is_alias)
        return;
    finding = domain_tell(
        domain, "mx-alias", AUDIT_WEAK, place_of(domain),
        arena_printf(domain->arena, STR_FMT " CNAME " STR_FMT, STR_ARG(host->name),
                     STR_ARG(canonical)),
        "The name in an MX record must have addresses of its own (RFC 2181 section 10.3): some "
        "servers refuse to deliver, and certificates and TLSA records are looked for at two names.",
        "The mail server " STR_FMT " is an alias", STR_ARG(host->name));
    domain_fix_record(
        domain, finding, domain->name, "MX",
        arena_printf(domain->arena, "%u " STR_FMT ".", host->preference, STR_ARG(canonical)));
}

static const char *
unreachable_address(const struct dns_answer *answer, struct str *ret_bytes)
{
    for (uint32_t i = 0; i < answer->count && i < DOMAIN_ADDRESSES_MAX; i++) {
        const char *what = internet_unreachable(answer->records[i].data);

        if (what) {
            *ret_bytes = answer->records[i].data;
            return what;
        }
    }
    return NULL;
}

static bool
check_private(struct domain *domain, const struct domain_host *host)
{
    struct str bytes = STR_EMPTY;
    const char *what = unreachable_address(&host->v4, &bytes);
    struct audit_finding *finding;

    if (!what)
        what = unreachable_address(&host->v6, &bytes);
    if (!what)
        return false;
    finding =
        domain_tell(domain, "mx-private", AUDIT_WEAK, place_of(domain), quote_host(domain, host),
                    "Nobody outside can deliver there, and who tries loses time, or delivers "
                    "to a machine of their own.",
                    "The mail server " STR_FMT " has the address " STR_FMT ", which is %s",
                    STR_ARG(host->name), STR_ARG(internet_write(bytes, domain->arena)), what);
    domain_fix_text(domain, finding,
                    "Take that address out of the public zone, or give the name its public one.");
    return true;
}

/* False: its addresses are not known, which was told. */
static void
check_missing(struct domain *domain, const struct domain_host *host)
{
    struct audit_finding *finding;

    if (host->is_literal || domain_has_host(host))
        return;
    if (!domain_knows(&host->v4)) {
        domain_unanswered(domain, CHECK, host->name, DNS_A, &host->v4);
        return;
    }
    finding = domain_tell(
        domain, "mx-address", domain->host_count == 1 ? AUDIT_SERIOUS : AUDIT_WEAK,
        place_of(domain), quote_host(domain, host),
        "Mail cannot be delivered there. If the name's own domain has lapsed, whoever registers it "
        "receives the mail.",
        "The mail server " STR_FMT " has no address (%s)", STR_ARG(host->name),
        dns_status_name(host->v4.status));
    domain_fix_text(domain, finding,
                    "Remove this MX record, or give " STR_FMT " an A or AAAA record.",
                    STR_ARG(host->name));
}

static void
check_null(struct domain *domain)
{
    struct audit_finding *finding;

    if (domain->host_count) {
        finding = domain_tell(
            domain, "mx-null", AUDIT_WEAK, place_of(domain),
            domain_quote(domain, &domain->mx, DNS_MX),
            "A null MX says that the domain takes no mail, and must stand alone (RFC 7505 section "
            "3): beside others it is a broken record, and some senders give up.",
            STR_FMT " has a null MX beside other mail servers", STR_ARG(domain->name));
        domain_fix_text(domain, finding,
                        "Remove the record \"0 .\", or all others if the domain takes no mail.");
        return;
    }
    domain_tell(domain, CHECK, AUDIT_FINE, place_of(domain),
                domain_quote(domain, &domain->mx, DNS_MX), NULL,
                STR_FMT " takes no mail, and says so", STR_ARG(domain->name));
}

/* No MX record: RFC 5321 section 5.1 falls back to the addresses of the name. */
static void
check_none(struct domain *domain)
{
    struct dns_answer answer = domain->v4.count ? domain->v4 : domain->v6;
    struct audit_finding *finding;

    if (!domain->sends) /* told by domain_silent.c, with all that such a domain needs */
        return;
    if (answer.count) {
        finding = domain_tell(
            domain, "mx-fallback", AUDIT_WEAK, place_of(domain),
            domain_quote(domain, &answer, domain->v4.count ? DNS_A : DNS_AAAA),
            "Without an MX record mail goes to the address of the name, which is mostly a web "
            "server. It answers for bounces and complaints, or loses them.",
            STR_FMT " has no MX record: its mail goes to its web address", STR_ARG(domain->name));
    } else {
        finding = domain_tell(
            domain, "mx-none", AUDIT_SERIOUS, place_of(domain), STR_EMPTY,
            "Bounces and answers cannot be delivered, and many servers refuse senders whose domain "
            "cannot be answered.",
            STR_FMT " sends mail but cannot receive any", STR_ARG(domain->name));
    }
    domain_fix_record(domain, finding, domain->name, "MX",
                      arena_printf(domain->arena, "10 mail." STR_FMT ".", STR_ARG(domain->name)));
}

static void
check_hosts(struct domain *domain)
{
    uint32_t counts = 0;

    for (uint32_t i = 0; i < domain->host_count; i++) {
        const struct domain_host *host = &domain->hosts[i];

        check_literal(domain, host);
        check_alias(domain, host);
        check_missing(domain, host);
        if (!check_private(domain, host) && domain_has_host(host))
            counts++;
    }
    if (counts == 0)
        return;
    if (domain->mx.count > DOMAIN_HOSTS_MAX)
        domain_tell(domain, "mx-many", AUDIT_NOTE, place_of(domain),
                    domain_quote(domain, &domain->mx, DNS_MX),
                    "Senders try only some of so many; weir looked at the first ones, too.",
                    STR_FMT " has %u MX records%s", STR_ARG(domain->name), domain->mx.count,
                    domain->mx.is_cut ? " or more" : "");
    if (counts == domain->host_count)
        domain_tell(domain, CHECK, AUDIT_FINE, place_of(domain),
                    domain_quote(domain, &domain->mx, DNS_MX), NULL,
                    "The mail servers of " STR_FMT " have addresses", STR_ARG(domain->name));
}

void
domain_check_mx(struct domain *domain)
{
    if (!domain_knows(&domain->mx))
        domain_unanswered(domain, CHECK, domain->name, DNS_MX, &domain->mx);
    else if (domain->has_null_mx)
        check_null(domain);
    else if (domain->mx.count == 0)
        check_none(domain);
    check_hosts(domain);
}
