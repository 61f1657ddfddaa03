#include "audit/domain_parts.h"

#include "audit/spf_write.h"
#include "auth/spf_survey.h"
#include "base/internet.h"

#define CHECK "hosted"
#define INCLUDE_DEPTH_MAX 2

static bool
includes_one(const struct spf_survey *survey, const struct provider *provider)
{
    for (uint32_t i = 0; i < survey->target_count; i++) {
        for (size_t k = 0; k < PROVIDER_INCLUDES && provider->includes[k]; k++) {
            if (domain_is_below(survey->targets[i].name, str_from_cstr(provider->includes[k])))
                return true;
        }
    }
    return survey->is_cut;
}

/* An address out of the first network that a provider's record, or what that includes, names. */
static bool
first_address(struct domain *domain, struct str name, unsigned depth, struct str *ret_address)
{
    struct dns_answer answer = domain_ask(domain, name, DNS_TXT);

    for (uint32_t i = 0; i < answer.count; i++) {
        struct str rest = answer.records[i].data;
        struct spf_term term;
        const char *error;

        if (!spf_record_is(rest))
            continue;
        rest = spf_record_terms(rest);
        while (spf_term_next(&rest, &term, &error)) {
            if (term.kind == SPF_TERM_IP4) {
                *ret_address =
                    internet_write((struct str){(const char *)term.network, 4}, domain->arena);
                return true;
            }
            if ((term.kind == SPF_TERM_INCLUDE || term.kind == SPF_TERM_REDIRECT) &&
                depth < INCLUDE_DEPTH_MAX &&
                first_address(domain, term.domain, depth + 1, ret_address))
                return true;
        }
    }
    return false;
}

/* Records are also written without the include: with its networks, or with macros that ask for
 * each. */
static bool
lets_it_send(struct domain *domain, const struct provider *provider)
{
    struct spf_request request = {
        .helo = domain->name,
        .mail_from = arena_printf(domain->arena, "postmaster@" STR_FMT, STR_ARG(domain->name)),
    };

    return first_address(domain, str_from_cstr(provider->includes[0]), 0, &request.ip) &&
           spf_check(&request, domain->resolver, domain->arena, NULL).result == SPF_PASS;
}

static void
check_include(struct domain *domain, const struct provider *provider)
{
    struct spf_survey *survey = ARENA_NEW(domain->arena, struct spf_survey);
    struct str place = arena_printf(domain->arena, STR_FMT " TXT", STR_ARG(domain->name));
    struct audit_finding *finding;

    if (!survey || domain->spf_count != 1 || !provider->includes[0] || domain->spf_says_never)
        return;
    spf_survey(domain->name, domain->resolver, domain->arena, survey);
    if (includes_one(survey, provider) || lets_it_send(domain, provider)) {
        domain_tell(domain, "hosted-spf", AUDIT_FINE, place, domain->spf, NULL,
                    "SPF lets the servers of %s send", provider->name);
        return;
    }
    finding = domain_tell(
        domain, "hosted-spf", provider->is_filter ? AUDIT_NOTE : AUDIT_WEAK, place, domain->spf,
        provider->is_filter ? "If outgoing mail goes through it, too, that mail is not covered."
                            : "What people send from their mailboxes there counts as forged.",
        "SPF does not include %s, where the mail of " STR_FMT " is", provider->name,
        STR_ARG(domain->name));
    domain_fix_record(
        domain, finding, domain->name, "TXT",
        spf_write_with(domain->spf,
                       arena_printf(domain->arena, "include:%s", provider->includes[0]),
                       domain->arena));
}

/* Whether a key stands under one of the provider's selectors: found, or an alias to it. */
static void
check_key(struct domain *domain, const struct provider *provider)
{
    struct audit_finding *finding;

    if (!provider->selectors[0] || provider->is_filter)
        return;
    for (size_t i = 0; i < PROVIDER_SELECTORS && provider->selectors[i]; i++) {
        struct str name = arena_printf(domain->arena, "%s._domainkey." STR_FMT,
                                       provider->selectors[i], STR_ARG(domain->name));
        struct dns_answer answer = domain_ask(domain, name, DNS_TXT);

        if (answer.count || !domain_knows(&answer)) {
            domain_tell(domain, "hosted-dkim", domain_knows(&answer) ? AUDIT_FINE : AUDIT_UNKNOWN,
                        arena_printf(domain->arena, STR_FMT " TXT", STR_ARG(name)), STR_EMPTY,
                        domain_knows(&answer) ? NULL : "the DNS did not answer",
                        "%s has a DKIM key in the zone of " STR_FMT, provider->name,
                        STR_ARG(domain->name));
            return;
        }
    }
    /* Customers can choose others: with any key at all the domain is not accused. */
    finding = domain_tell(
        domain, "hosted-dkim",
        domain->key_count || provider->has_own_selectors ? AUDIT_NOTE : AUDIT_WEAK,
        arena_printf(domain->arena, "%s._domainkey." STR_FMT " TXT", provider->selectors[0],
                     STR_ARG(domain->name)),
        STR_EMPTY,
        "Its mail is then unsigned, or signed as the specialist's own domain, which DMARC does not "
        "count.",
        "No DKIM key of %s stands under its usual selectors", provider->name);
    if (provider->dkim_help)
        domain_fix_text(domain, finding, "Switch it on, and publish the record that is shown: %s.",
                        provider->dkim_help);
}

/* Servers of different hands: mail goes to one or the other by chance. */
static void
check_mixed(struct domain *domain, const struct provider *provider)
{
    struct str others = STR_EMPTY;
    struct audit_finding *finding;

    for (uint32_t i = 0; i < domain->host_count; i++) {
        if (provider_of_host(domain->hosts[i].name) == provider)
            continue;
        others = arena_printf(domain->arena, STR_FMT "%s" STR_FMT, STR_ARG(others),
                              others.len ? ", " : "", STR_ARG(domain->hosts[i].name));
    }
    if (!others.len)
        return;
    finding = domain_tell(
        domain, "hosted-mx", AUDIT_WEAK,
        arena_printf(domain->arena, STR_FMT " MX", STR_ARG(domain->name)),
        domain_quote(domain, &domain->mx, DNS_MX),
        "What the others take does not reach the mailboxes there, unless they forward it; a server "
        "that was forgotten after a move is where spam gets in.",
        "The mail of " STR_FMT " is at %s, but other servers take it, too: " STR_FMT,
        STR_ARG(domain->name), provider->name, STR_ARG(others));
    domain_fix_text(domain, finding, "Remove MX records that are left from before the move.");
}

void
domain_check_hosted(struct domain *domain)
{
    const struct provider *provider = domain->provider;

    if (!provider)
        return;
    domain_tell(domain, CHECK, AUDIT_FINE,
                arena_printf(domain->arena, STR_FMT " MX", STR_ARG(domain->name)),
                domain_quote(domain, &domain->mx, DNS_MX), NULL, "The mail of " STR_FMT " is %s %s",
                STR_ARG(domain->name), provider->is_filter ? "received through" : "at",
                provider->name);
    check_mixed(domain, provider);
    check_include(domain, provider);
    check_key(domain, provider);
}
