#include "audit/domain_parts.h"

#include "base/internet.h"

#define PROBED_MAX 3 /* mail servers that are tried until one answers */

static struct domain_probed
ask_server(struct domain *domain, struct str host, struct str local)
{
    struct domain_probed probed = {.taken = DOMAIN_UNREACHABLE, .reply = STR_EMPTY};

    domain->input->probe(
        domain->input->edge, host,
        arena_printf(domain->arena, STR_FMT "@" STR_FMT, STR_ARG(local), STR_ARG(domain->name)),
        domain->arena, &probed);
    return probed;
}

static struct str
quote_reply(struct domain *domain, struct str local, const struct domain_probed *probed)
{
    return arena_printf(domain->arena, "RCPT TO:<" STR_FMT "@" STR_FMT "> → " STR_FMT,
                        STR_ARG(local), STR_ARG(domain->name), STR_ARG(probed->reply));
}

/* ---- a host that had the mail before ---- */

static bool
is_mail_host(const struct domain *domain, struct str host)
{
    struct str bytes;
    bool is_address = internet_read(host, domain->arena, &bytes);

    for (uint32_t i = 0; i < domain->host_count; i++) {
        const struct dns_answer *v4 = &domain->hosts[i].v4;

        if (str_eq_nocase(domain->hosts[i].name, host))
            return true;
        for (uint32_t k = 0; is_address && k < v4->count; k++) {
            if (str_eq(v4->records[k].data, bytes))
                return true;
        }
    }
    return false;
}

static void
check_old_host(struct domain *domain, struct str host)
{
    struct domain_probed probed;
    struct audit_finding *finding;

    if (is_mail_host(domain, host))
        return;
    probed = ask_server(domain, host, STR("postmaster"));
    if (probed.taken != DOMAIN_TAKEN) {
        domain_tell_of(domain, host, "old-host", AUDIT_FINE,
                       arena_printf(domain->arena, STR_FMT ":25", STR_ARG(host)),
                       quote_reply(domain, STR("postmaster"), &probed), NULL,
                       STR_FMT " takes no mail for " STR_FMT, STR_ARG(host), STR_ARG(domain->name));
        return;
    }
    finding = domain_tell_of(
        domain, host, "old-host", AUDIT_WEAK,
        arena_printf(domain->arena, STR_FMT ":25", STR_ARG(host)),
        quote_reply(domain, STR("postmaster"), &probed),
        "It is no mail server of the domain any more. What its sites and neighbours send to the "
        "domain stays there in forgotten mailboxes, whose passwords still let somebody send.",
        STR_FMT " still takes mail for " STR_FMT, STR_ARG(host), STR_ARG(domain->name));
    domain_fix_text(domain, finding,
                    "Take " STR_FMT
                    " out of its local and virtual domains (Postfix: mydestination, "
                    "virtual_mailbox_domains; Exim: local_domains; cPanel: Email Routing, Remote "
                    "Mail Exchanger), and remove its mailboxes there.",
                    STR_ARG(domain->name));
}

void
domain_check_old_hosts(struct domain *domain)
{
    const struct domain_input *input = domain->input;

    if (!input->probe || domain->host_count == 0)
        return;
    for (uint32_t i = 0; i < input->old_host_count && i < DOMAIN_OLD_HOSTS_MAX; i++)
        check_old_host(domain, input->old_hosts[i]);
    if (!input->probes_own)
        return;
    /* A site's own host is where the mail was before it went to a specialist. */
    for (uint32_t i = 0; i < domain->v4.count && i < 2; i++)
        check_old_host(domain, internet_write(domain->v4.records[i].data, domain->arena));
}

/* ---- an address that nobody has ---- */

void
domain_check_catch_all(struct domain *domain)
{
    struct domain_probed probed = {.taken = DOMAIN_UNREACHABLE, .reply = STR_EMPTY};
    struct str local = domain->input->token, host = STR_EMPTY;
    struct str place;
    struct audit_finding *finding;

    if (!domain->input->probe || !domain->input->probes_own || domain->host_count == 0)
        return;
    for (uint32_t i = 0;
         i < domain->host_count && i < PROBED_MAX && probed.taken == DOMAIN_UNREACHABLE; i++) {
        if (!domain_has_host(&domain->hosts[i]))
            continue;
        host = domain->hosts[i].name;
        probed = ask_server(domain, host, local);
    }
    if (!host.len) /* none has an address, which was told */
        return;
    place = arena_printf(domain->arena, STR_FMT ":25", STR_ARG(host));
    switch (probed.taken) {
    case DOMAIN_TAKEN:
        finding = domain_tell(
            domain, "catch-all", AUDIT_NOTE, place, quote_reply(domain, local, &probed),
            "It takes mail for addresses that nobody has: a catch-all, in which bounces of forged "
            "mail and guessing pile up unseen, or a server that bounces later, to senders that are "
            "mostly forged.",
            STR_FMT " takes mail for any address of " STR_FMT, STR_ARG(host),
            STR_ARG(domain->name));
        domain_fix_text(domain, finding,
                        "Name the addresses that exist and have all others refused at RCPT "
                        "(Postfix: relay_recipient_maps, no \"@" STR_FMT
                        "\" in virtual_alias_maps).",
                        STR_ARG(domain->name));
        break;
    case DOMAIN_REFUSED:
        domain_tell(domain, "catch-all", AUDIT_FINE, place, quote_reply(domain, local, &probed),
                    NULL, "Addresses that do not exist are refused at once");
        break;
    case DOMAIN_DEFERRED:
    case DOMAIN_UNREACHABLE:
        audit_unknown(domain->audit, AUDIT_DOMAIN, "catch-all", domain->name,
                      STR("Whether addresses that nobody has are refused could not be seen"),
                      probed.reply.len ? probed.reply : STR("the server said nothing"));
        break;
    }
}
