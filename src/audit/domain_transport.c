#include "audit/domain_parts.h"

#include "audit/sts.h"

#define CHECK_STS "mta-sts"
#define CHECK_REPORTS "tls-rpt"
#define DAY_S 86400

#define WHY_STS                                                                                    \
    "Without MTA-STS or DANE, whoever sits on the way can strip TLS from mail to this domain, or " \
    "answer in place of its mail servers."

/* A TXT record that is looked for: how many there are, and the first. */
struct found {
    struct str name, text;
    uint32_t count;
    struct dns_answer answer;
};

static struct found
find_record(struct domain *domain, const char *label, bool (*is_one)(struct str text))
{
    struct found found = {.name = domain_below(domain, label), .text = STR_EMPTY};

    found.answer = domain_ask(domain, found.name, DNS_TXT);
    for (uint32_t i = 0; i < found.answer.count; i++) {
        if (!is_one(found.answer.records[i].data))
            continue;
        if (found.count++ == 0)
            found.text = found.answer.records[i].data;
    }
    return found;
}

static struct str
place_of(const struct domain *domain, struct str name)
{
    return arena_printf(domain->arena, STR_FMT " TXT", STR_ARG(name));
}

/* ---- the record and the policy ---- */

static struct str
policy_url(const struct domain *domain)
{
    return arena_printf(domain->arena, "https://mta-sts." STR_FMT "/.well-known/mta-sts.txt",
                        STR_ARG(domain->name));
}

static struct str
policy_text(const struct domain *domain, const char *mode)
{
    struct str text = arena_printf(domain->arena, "version: STSv1\nmode: %s\n", mode);

    for (uint32_t i = 0; i < domain->host_count; i++)
        text = arena_printf(domain->arena, STR_FMT "mx: " STR_FMT "\n", STR_ARG(text),
                            STR_ARG(domain->hosts[i].name));
    return arena_printf(domain->arena, STR_FMT "max_age: 604800\n", STR_ARG(text));
}

static void
fix_policy(struct domain *domain, struct audit_finding *finding, const char *mode)
{
    audit_fix(domain->audit, finding,
              (struct audit_fix){.kind = AUDIT_FIX_FILE,
                                 .where = policy_url(domain),
                                 .value = policy_text(domain, mode)});
}

static void
fix_record(struct domain *domain, struct audit_finding *finding)
{
    domain_fix_record(
        domain, finding, domain_below(domain, "_mta-sts"), "TXT",
        arena_printf(domain->arena, "v=STSv1; id=%lld", (long long)domain->input->now_s));
}

static void
tell_missing(struct domain *domain, const struct found *found)
{
    struct audit_finding *finding = domain_tell(
        domain, CHECK_STS, AUDIT_NOTE, place_of(domain, found->name), STR_EMPTY, WHY_STS,
        STR_FMT " does not ask for TLS on its incoming mail (no MTA-STS)", STR_ARG(domain->name));

    fix_record(domain, finding);
    fix_policy(domain, finding, "testing");
    domain_fix_text(domain, finding,
                    "Serve the policy with a valid certificate for mta-sts." STR_FMT
                    "; when a week of TLS reports is clean, say \"mode: enforce\" and change id.",
                    STR_ARG(domain->name));
}

static void
tell_unmatched(struct domain *domain, const struct sts_policy *policy, struct str host,
               struct str body)
{
    bool is_enforced = policy->mode == STS_MODE_ENFORCE;
    struct audit_finding *finding = domain_tell(
        domain, "mta-sts-mx", is_enforced ? AUDIT_SERIOUS : AUDIT_WEAK, policy_url(domain), body,
        is_enforced ? "Senders that honour MTA-STS do not deliver to a mail server that the policy "
                      "does not name."
                    : "Once the policy is enforced, senders that honour it do not deliver there.",
        "The MTA-STS policy does not name the mail server " STR_FMT, STR_ARG(host));

    fix_policy(domain, finding, sts_mode_name(policy->mode));
    fix_record(domain, finding);
}

/* False: an MX is not covered. */
static bool
check_hosts(struct domain *domain, const struct sts_policy *policy, struct str body)
{
    for (uint32_t i = 0; i < domain->host_count; i++) {
        bool is_named = policy->is_cut;

        for (uint32_t k = 0; k < policy->mx_count && !is_named; k++)
            is_named = sts_matches(policy->mx[k], domain->hosts[i].name);
        if (!is_named) {
            tell_unmatched(domain, policy, domain->hosts[i].name, body);
            return false;
        }
    }
    return true;
}

static void
judge_policy(struct domain *domain, const struct domain_fetched *fetched)
{
    struct sts_policy policy;
    const char *error = sts_policy_read(fetched->body, &policy);
    struct audit_finding *finding;

    if (error) {
        finding = domain_tell(domain, CHECK_STS, AUDIT_WEAK, policy_url(domain), fetched->body,
                              "A policy that cannot be read protects nothing.",
                              "The MTA-STS policy is faulty: %s", error);
        fix_policy(domain, finding, "testing");
        return;
    }
    if (policy.mode != STS_MODE_NONE && !check_hosts(domain, &policy, fetched->body))
        return;
    if (policy.mode != STS_MODE_ENFORCE) {
        finding = domain_tell(domain, CHECK_STS, AUDIT_NOTE, policy_url(domain), fetched->body,
                              WHY_STS, "The MTA-STS policy is not enforced: its mode is %s",
                              sts_mode_name(policy.mode));
        fix_policy(domain, finding, "enforce");
        fix_record(domain, finding);
        return;
    }
    if (policy.max_age_s < DAY_S) {
        finding = domain_tell(domain, CHECK_STS, AUDIT_NOTE, policy_url(domain), fetched->body,
                              "A sender forgets it before its next mail, and can then be told that "
                              "there is none. Weeks are usual.",
                              "The MTA-STS policy lasts for %llu seconds only",
                              (unsigned long long)policy.max_age_s);
        fix_policy(domain, finding, "enforce");
        return;
    }
    domain_tell(domain, CHECK_STS, AUDIT_FINE, policy_url(domain), fetched->body, NULL,
                "MTA-STS is enforced for all mail servers");
}

static void
check_policy(struct domain *domain)
{
    struct domain_fetched fetched = {0};
    struct str why = STR_EMPTY;
    struct audit_finding *finding;

    if (!domain->input->fetch) {
        audit_unknown(domain->audit, AUDIT_DOMAIN, CHECK_STS, domain->name,
                      STR("There is an MTA-STS record; its policy was not fetched"),
                      STR("no connections were to be made"));
        return;
    }
    domain->input->fetch(domain->input->edge, policy_url(domain), domain->arena, &fetched);
    if (fetched.is_fetched && fetched.status == 200) {
        judge_policy(domain, &fetched);
        return;
    }
    if (fetched.is_ours) {
        audit_unknown(domain->audit, AUDIT_DOMAIN, CHECK_STS, domain->name,
                      STR("There is an MTA-STS record; its policy could not be fetched from here"),
                      fetched.problem);
        return;
    }
    why = fetched.is_fetched
              ? arena_printf(domain->arena, "the server answered with status %u%s", fetched.status,
                             fetched.status >= 300 && fetched.status < 400
                                 ? "; redirects are not followed (RFC 8461 section 3.3)"
                                 : "")
              : fetched.problem;
    finding =
        domain_tell(domain, "mta-sts-policy", AUDIT_WEAK, policy_url(domain), why,
                    "The record promises a policy. Senders cannot fetch it, so it protects "
                    "nothing; those that know it from before go on as it said.",
                    "The MTA-STS policy of " STR_FMT " cannot be fetched", STR_ARG(domain->name));
    fix_policy(domain, finding, "testing");
    if (fetched.is_certificate_bad)
        domain_fix_text(domain, finding,
                        "The web server needs a valid certificate for mta-sts." STR_FMT ".",
                        STR_ARG(domain->name));
}

void
domain_check_sts(struct domain *domain)
{
    struct found found;
    struct str id;
    const char *error;
    struct audit_finding *finding;

    if (domain->host_count == 0)
        return;
    found = find_record(domain, "_mta-sts", sts_record_is);
    if (!domain_knows(&found.answer)) {
        domain_unanswered(domain, CHECK_STS, found.name, DNS_TXT, &found.answer);
        return;
    }
    if (found.count == 0) {
        tell_missing(domain, &found);
        return;
    }
    error = found.count > 1 ? "there are several, and then none counts"
                            : sts_record_error(found.text, &id);
    if (error) {
        finding = domain_tell(domain, CHECK_STS, AUDIT_WEAK, place_of(domain, found.name),
                              found.text, WHY_STS, "The MTA-STS record is faulty: %s", error);
        fix_record(domain, finding);
        return;
    }
    check_policy(domain);
}

/* ---- TLS-RPT ---- */

void
domain_check_tls_reports(struct domain *domain)
{
    struct found found;
    struct str uris = STR_EMPTY, title;
    const char *error;
    struct audit_finding *finding;

    if (domain->host_count == 0)
        return;
    found = find_record(domain, "_smtp._tls", sts_report_is);
    if (!domain_knows(&found.answer)) {
        domain_unanswered(domain, CHECK_REPORTS, found.name, DNS_TXT, &found.answer);
        return;
    }
    error = found.count == 0  ? NULL
            : found.count > 1 ? "there are several, and then none counts"
                              : sts_report_error(found.text, &uris);
    if (found.count && !error) {
        domain_tell(domain, CHECK_REPORTS, AUDIT_FINE, place_of(domain, found.name), found.text,
                    NULL, "Failures of TLS are reported");
        return;
    }
    title = error ? arena_printf(domain->arena, "The TLS-RPT record is faulty: %s", error)
                  : arena_printf(domain->arena, STR_FMT " asks for no reports on TLS",
                                 STR_ARG(domain->name));
    finding =
        domain_tell(domain, CHECK_REPORTS, error ? AUDIT_WEAK : AUDIT_NOTE,
                    place_of(domain, found.name), found.text,
                    "Senders that cannot deliver over TLS tell nobody: a certificate that has "
                    "expired is noticed when mail is missing.",
                    STR_FMT, STR_ARG(title));
    domain_fix_record(domain, finding, found.name, "TXT",
                      arena_printf(domain->arena, "v=TLSRPTv1; rua=mailto:postmaster@" STR_FMT,
                                   STR_ARG(domain->name)));
}
