#include "audit/domain_parts.h"

#define CHECK "silent"

/* What a domain that never mails has: RFC 7505, RFC 7208 section 10.1, and DMARC. */
static void
fix_all(struct domain *domain, struct audit_finding *finding)
{
    if (!domain->has_null_mx)
        domain_fix_record(domain, finding, domain->name, "MX", STR("0 ."));
    if (!domain->spf_says_never)
        domain_fix_replace(domain, finding, domain->name, "TXT", domain->spf, STR("v=spf1 -all"));
    if (!domain->is_enforced)
        domain_fix_record(domain, finding, domain_below(domain, "_dmarc"), "TXT",
                          STR("v=DMARC1; p=reject; sp=reject; adkim=s; aspf=s"));
}

/*
 * Nothing takes mail for the domain and nothing is known to send as it: then both must be said,
 * or anybody sends as it. What is said but contradicted is told, too.
 */
void
domain_check_silent(struct domain *domain)
{
    struct str place = arena_printf(domain->arena, STR_FMT " MX, TXT", STR_ARG(domain->name));
    bool takes_mail = domain->host_count > 0;
    struct audit_finding *finding;

    if (!domain_knows(&domain->mx) || !domain_knows(&domain->txt))
        return;
    if (domain->spf_says_never && (domain->input->sender_count || domain->input->use_count)) {
        finding = domain_tell(domain, CHECK, AUDIT_SERIOUS, place, domain->spf,
                              "Everybody refuses that mail, as the record asks them to.",
                              "SPF says that " STR_FMT " never sends, but mail of it was seen",
                              STR_ARG(domain->name));
        domain_fix_text(domain, finding, "Name its servers in SPF, or stop what sends as it.");
        return;
    }
    if (takes_mail || domain->sends)
        return;
    if (domain->has_null_mx && domain->spf_says_never) {
        domain_tell(domain, CHECK, AUDIT_FINE, place, domain->spf, NULL,
                    STR_FMT " neither sends nor takes mail, and says so", STR_ARG(domain->name));
        return;
    }
    finding = domain_tell(
        domain, CHECK, domain->spf_says_never || domain->is_enforced ? AUDIT_NOTE : AUDIT_WEAK,
        place, domain->spf,
        "A domain that never mails is the best one to forge: nothing tells a receiver that its "
        "mail "
        "is false.",
        STR_FMT " seems never to mail, but does not say so", STR_ARG(domain->name));
    fix_all(domain, finding);
}
