#include "audit/domain_parts.h"

/* Names that are usual below a domain, and that mail is sent as. */
static const char *const usual_names[] = {
    "www",     "mail",       "smtp",  "webmail",   "mx",     "email",   "ftp", "news",
    "info",    "newsletter", "lists", "list",      "shop",   "blog",    "dev", "test",
    "staging", "support",    "help",  "marketing", "bounce", "bounces", "em",  "m",
    "go",      "links",      "app",   "api",       "forum",  "cloud",   "old",
};
#define NAME_COUNT (sizeof(usual_names) / sizeof(usual_names[0]))

static bool
has_spf(const struct dns_answer *answer)
{
    for (uint32_t i = 0; i < answer->count; i++) {
        if (str_starts_nocase(answer->records[i].data, STR("v=spf1")))
            return true;
    }
    return false;
}

static bool
is_null_mx(const struct dns_answer *answer)
{
    return answer->count == 1 &&
           (answer->records[0].data.len == 0 || str_eq(answer->records[0].data, STR(".")));
}

/* ---- wildcards ---- */

static void
tell_wildcard_mx(struct domain *domain, struct str place, const struct dns_answer *answer)
{
    struct audit_finding *finding = domain_tell(
        domain, "wildcard-mx", domain->has_enforcing_dmarc ? AUDIT_NOTE : AUDIT_WEAK, place,
        domain_quote(domain, answer, DNS_MX),
        "Every name below the domain can be mailed to, and so looks like a sender that exists: "
        "receivers that check whether a sender's domain has mail are none the wiser.",
        "Every name below " STR_FMT " takes mail", STR_ARG(domain->name));

    domain_fix_text(domain, finding, "Replace the wildcard by the names that are in use.");
    if (!domain->has_enforcing_dmarc)
        domain_fix_record(domain, finding,
                          arena_printf(domain->arena, "*." STR_FMT, STR_ARG(domain->name)), "TXT",
                          STR("v=spf1 -all"));
}

void
domain_check_wildcards(struct domain *domain)
{
    struct str name = arena_printf(domain->arena, STR_FMT "." STR_FMT,
                                   STR_ARG(domain->input->token), STR_ARG(domain->name));
    struct str place = arena_printf(domain->arena, "*." STR_FMT, STR_ARG(domain->name));
    struct dns_answer mx = domain_ask(domain, name, DNS_MX);
    struct dns_answer a = domain_ask(domain, name, DNS_A);
    struct dns_answer txt = domain_ask(domain, name, DNS_TXT);
    struct audit_finding *finding;

    domain->has_wildcard_mx = mx.count > 0;
    domain->has_wildcard_a = a.count > 0;
    if (!domain_knows(&mx) || !domain_knows(&a)) {
        domain_unanswered(domain, "wildcard", name, DNS_MX, domain_knows(&mx) ? &a : &mx);
        return;
    }
    if (mx.count && !is_null_mx(&mx) && !has_spf(&txt))
        tell_wildcard_mx(domain, place, &mx);
    else if (a.count && !mx.count && !has_spf(&txt) && !domain->has_enforcing_dmarc) {
        finding = domain_tell(
            domain, "wildcard-a", AUDIT_NOTE, place, domain_quote(domain, &a, DNS_A),
            "Any invented name below the domain exists, and can be forged as a "
            "sender: neither SPF nor DMARC speaks for it.",
            "Every name below " STR_FMT " has an address, and no SPF", STR_ARG(domain->name));
        domain_fix_record(domain, finding, place, "TXT", STR("v=spf1 -all"));
    } else if (!mx.count && !a.count && !txt.count) {
        domain_tell(domain, "wildcard", AUDIT_FINE, place, STR_EMPTY, NULL,
                    "Invented names below " STR_FMT " do not exist", STR_ARG(domain->name));
    }
}

/* ---- names that are there ---- */

/* Names below, by what they lack. */
struct gaps {
    struct str with_mx, with_address;
    struct str first_mx;
    uint32_t mx_count, address_count;
};

static void
add_name(struct domain *domain, struct str *list, struct str name)
{
    *list = arena_printf(domain->arena, STR_FMT "%s" STR_FMT, STR_ARG(*list), list->len ? ", " : "",
                         STR_ARG(name));
}

/* Its own mail servers have addresses because they must. */
static bool
is_mail_server(const struct domain *domain, struct str name)
{
    for (uint32_t i = 0; i < domain->host_count; i++) {
        if (str_eq_nocase(domain->hosts[i].name, name))
            return true;
    }
    return false;
}

static void
look_at(struct domain *domain, struct str name, struct gaps *gaps)
{
    struct dns_answer mx = domain_ask(domain, name, DNS_MX);
    struct dns_answer a, txt;

    if ((mx.status != DNS_FOUND && mx.status != DNS_NO_DATA) ||
        (mx.count == 0 && is_mail_server(domain, name)))
        return;
    if (mx.count && is_null_mx(&mx))
        return;
    a = domain_ask(domain, name, DNS_A);
    if (mx.count == 0 && a.count == 0)
        return;
    txt = domain_ask(domain, name, DNS_TXT);
    if (!domain_knows(&txt) || has_spf(&txt))
        return;
    if (mx.count && !domain->has_wildcard_mx) {
        if (gaps->mx_count++ == 0)
            gaps->first_mx = name;
        add_name(domain, &gaps->with_mx, name);
    } else if (!mx.count && !domain->has_wildcard_a) {
        gaps->address_count++;
        add_name(domain, &gaps->with_address, name);
    }
}

/* With a DMARC policy that covers them, forged mail of names below is refused as it is. */
void
domain_check_names_below(struct domain *domain)
{
    struct gaps gaps = {.with_mx = STR_EMPTY, .with_address = STR_EMPTY};
    struct audit_finding *finding;

    if (domain->has_enforcing_dmarc) {
        domain_tell(domain, "subdomains", AUDIT_FINE, domain_below(domain, "_dmarc"), STR_EMPTY,
                    NULL, "The DMARC policy of " STR_FMT " covers the names below it",
                    STR_ARG(domain->name));
        return;
    }
    for (size_t i = 0; i < NAME_COUNT; i++)
        look_at(domain, domain_below(domain, usual_names[i]), &gaps);
    if (gaps.mx_count) {
        finding = domain_tell(domain, "subdomains", AUDIT_WEAK, STR_EMPTY, gaps.with_mx,
                              "A name that takes mail is believed as a sender. Neither SPF nor a "
                              "DMARC policy says who may send as these.",
                              "%u name%s below " STR_FMT " with mail servers but no SPF",
                              gaps.mx_count, gaps.mx_count == 1 ? "" : "s", STR_ARG(domain->name));
        domain_fix_record(domain, finding, gaps.first_mx, "TXT", STR("v=spf1 mx -all"));
        domain_fix_text(domain, finding,
                        "The same for the others; or a DMARC policy of " STR_FMT
                        " with sp=reject, which covers all.",
                        STR_ARG(domain->name));
    } else if (gaps.address_count) {
        finding = domain_tell(domain, "subdomains", AUDIT_NOTE, STR_EMPTY, gaps.with_address,
                              "They exist, so they can be forged as senders, and nothing tells "
                              "receivers that they never mail.",
                              "%u name%s below " STR_FMT " with an address but no SPF",
                              gaps.address_count, gaps.address_count == 1 ? "" : "s",
                              STR_ARG(domain->name));
        domain_fix_text(domain, finding,
                        "A DMARC policy of " STR_FMT " with sp=reject covers all of them; or "
                        "TXT \"v=spf1 -all\" at each that never mails.",
                        STR_ARG(domain->name));
    }
}
