#include "audit/domain_parts.h"

#include "auth/idna.h"

/* Each check tells what it found. Later ones use what earlier ones learned. */
static const struct {
    const char *name;
    domain_check *run;
} checks[] = {
    {"mx", domain_check_mx},
    {"spf", domain_check_spf},
    {"dkim", domain_check_dkim},
    {"dmarc", domain_check_dmarc},
    {"alignment", domain_check_align},
    {"silent", domain_check_silent},
    {"hosted", domain_check_hosted},
    {"dnssec", domain_check_dnssec},
    {"dane", domain_check_dane},
    {"mta-sts", domain_check_sts},
    {"tls-rpt", domain_check_tls_reports},
    {"reverse-dns", domain_check_reverse},
    {"wildcard", domain_check_wildcards},
    {"subdomains", domain_check_names_below},
    {"old-host", domain_check_old_hosts},
    {"catch-all", domain_check_catch_all},
    {"blocklist", domain_check_blocklists},
};

/* A domain that is not there has one fault. */
static bool
is_there(struct domain *domain)
{
    struct audit_finding *finding;

    if (!idna_name(domain->input->domain, domain->arena, &domain->name) ||
        str_index(domain->name, '.') == domain->name.len) {
        domain_tell(domain, "domain", AUDIT_UNKNOWN, STR_EMPTY, STR_EMPTY,
                    "a domain has two labels or more of 1 to 63 bytes",
                    "\"" STR_FMT "\" is no domain", STR_ARG(domain->name));
        return false;
    }
    domain_gather(domain);
    if (domain->mx.status != DNS_NO_NAME || domain->txt.status != DNS_NO_NAME)
        return true;
    finding = domain_tell(domain, "domain", AUDIT_SERIOUS, domain->name, STR("NXDOMAIN"),
                          "Mail to it comes back, mail from it is refused, and if it is not "
                          "registered, somebody else can register it.",
                          "The domain " STR_FMT " does not exist", STR_ARG(domain->name));
    domain_fix_text(domain, finding, "Check its registration and its name servers.");
    return false;
}

/* Nobody answers: one finding says so, rather than one for each question. */
static bool
is_dead(struct domain *domain)
{
    const struct dns_answer *answers[] = {&domain->mx, &domain->txt, &domain->v4};

    for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
        if (answers[i]->status != DNS_TIMED_OUT && answers[i]->status != DNS_FAILED)
            return false;
    }
    domain_unanswered(domain, "domain", domain->name, DNS_MX, &domain->mx);
    return true;
}

void
domain_audit(const struct domain_input *input, const struct resolver *resolver, struct audit *audit)
{
    struct domain *domain = ARENA_NEW(audit->arena, struct domain);

    if (!domain) {
        audit_unknown(audit, AUDIT_DOMAIN, "domain", input->domain,
                      STR("The domain was not looked at"), STR("out of room"));
        return;
    }
    domain->input = input;
    domain->resolver = resolver;
    domain->audit = audit;
    domain->first = audit->count;
    domain->arena = audit->arena;
    domain->name = str_trim(input->domain);
    if (!is_there(domain) || is_dead(domain))
        return;
    for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++)
        checks[i].run(domain);
}
