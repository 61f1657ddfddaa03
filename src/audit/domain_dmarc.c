#include "audit/domain_parts.h"

#include "auth/dmarc.h"
#include "auth/dmarc_destination.h"
#include "auth/suffix.h"

#define CHECK "dmarc"

static struct str
record_name(struct domain *domain, struct str at)
{
    return arena_printf(domain->arena, "_dmarc." STR_FMT, STR_ARG(at));
}

static struct str
place_of(struct domain *domain, struct str at)
{
    return arena_printf(domain->arena, "_dmarc." STR_FMT " TXT", STR_ARG(at));
}

/* Whether a mailbox of the name can get reports; what the DNS did not tell is taken for yes. */
static bool
takes_mail(struct domain *domain, struct str name)
{
    struct dns_answer mx = domain_ask(domain, name, DNS_MX);

    if (!domain_knows(&mx))
        return true;
    return mx.count && mx.records[0].data.len && !str_eq(mx.records[0].data, STR("."));
}

/* With a mailbox for reports, where there is none and the name has one to give. */
static struct str
with_reports(struct domain *domain, const struct dmarc_step *step, struct str record)
{
    if (step->record->rua_count || !takes_mail(domain, step->domain))
        return record;
    return arena_printf(domain->arena, STR_FMT "; rua=mailto:dmarc@" STR_FMT, STR_ARG(record),
                        STR_ARG(step->domain));
}

static void
fix_step(struct domain *domain, struct audit_finding *finding, const struct dmarc_step *step,
         struct str record)
{
    domain_fix_replace(domain, finding, record_name(domain, step->domain), "TXT", step->text,
                       with_reports(domain, step, record));
}

static void
advise_mailbox(struct domain *domain, struct audit_finding *finding, struct str name)
{
    domain_fix_text(domain, finding,
                    STR_FMT
                    " takes no mail: for reports, name in rua= a mailbox of another domain, "
                    "and publish TXT \"v=DMARC1\" at " STR_FMT "._report._dmarc of that one.",
                    STR_ARG(name), STR_ARG(name));
}

/* What a domain without DMARC begins with: to see, before anything is refused. */
static void
fix_first(struct domain *domain, struct audit_finding *finding, struct str old)
{
    bool has_mailbox = takes_mail(domain, domain->name);
    struct str reports =
        arena_printf(domain->arena, "; rua=mailto:dmarc@" STR_FMT, STR_ARG(domain->name));

    domain_fix_replace(domain, finding, record_name(domain, domain->name), "TXT", old,
                       arena_printf(domain->arena, "v=DMARC1; p=none" STR_FMT,
                                    STR_ARG(has_mailbox ? reports : STR_EMPTY)));
    if (!has_mailbox)
        advise_mailbox(domain, finding, domain->name);
    domain_fix_text(domain, finding,
                    "Read the reports (weir dmarc reports), mend what is yours, and go on to "
                    "p=quarantine and p=reject.");
}

/* ---- no record ---- */

static void
tell_missing(struct domain *domain, const struct dmarc_walk *walk)
{
    const struct dmarc_step *own = &walk->steps[0];
    struct audit_finding *finding;

    if (own->record_count > 1) {
        finding =
            domain_tell(domain, CHECK, AUDIT_SERIOUS, place_of(domain, domain->name), own->text,
                        "Receivers take none of them (RFC 9989 section 4.7).",
                        STR_FMT " has %u DMARC records", STR_ARG(domain->name), own->record_count);
        domain_fix_text(domain, finding, "Leave one.");
        return;
    }
    if (own->resembling.len) {
        finding = domain_tell(
            domain, CHECK, AUDIT_SERIOUS, place_of(domain, domain->name), own->resembling,
            "A record counts only when it begins with \"v=DMARC1;\", in this "
            "case.",
            "The DMARC record of " STR_FMT " does not count", STR_ARG(domain->name));
        fix_first(domain, finding, own->resembling);
        return;
    }
    /* What never mails is told whole by domain_silent.c. */
    if (!domain->sends && domain->host_count == 0 && !domain->spf_says_never)
        return;
    finding = domain_tell(domain, CHECK, AUDIT_SERIOUS, place_of(domain, domain->name), STR_EMPTY,
                          "Anybody can write the domain into From: SPF and DKIM say nothing about "
                          "that line, which is "
                          "the one that people see. Bounces and complaints about it come here.",
                          STR_FMT " has no DMARC record", STR_ARG(domain->name));
    if (domain->sends || domain->host_count)
        fix_first(domain, finding, STR_EMPTY);
    else
        domain_fix_record(domain, finding, record_name(domain, domain->name), "TXT",
                          STR("v=DMARC1; p=reject; sp=reject; adkim=s; aspf=s"));
}

/* ---- the policy ---- */

/* The record with one step more; the end of a test is one. */
struct str
domain_dmarc_next(struct domain *domain, const struct dmarc_record *record)
{
    struct dmarc_record next = *record;

    next.has_p = true;
    if (record->p == DMARC_POLICY_NONE)
        next.p = DMARC_POLICY_QUARANTINE;
    else if (!record->is_test)
        next.p = DMARC_POLICY_REJECT;
    next.is_test = false;
    if (!next.has_sp || next.sp < next.p) {
        next.has_sp = false;
        next.sp = next.p;
    }
    if (!next.has_np || next.np < next.sp) {
        next.has_np = false;
        next.np = next.sp;
    }
    return dmarc_record_write(&next, domain->arena);
}

static void
check_policy(struct domain *domain, const struct dmarc_step *step)
{
    const struct dmarc_record *record = step->record;
    bool is_own = str_eq_nocase(step->domain, domain->name);
    enum dmarc_policy policy = is_own ? record->p : record->sp;
    enum dmarc_policy applied = dmarc_policy_applied(record, policy);
    struct str place = place_of(domain, step->domain);
    struct audit_finding *finding;

    domain->is_enforced = applied != DMARC_POLICY_NONE;
    domain->has_enforcing_dmarc = dmarc_policy_applied(record, record->sp) != DMARC_POLICY_NONE &&
                                  dmarc_policy_applied(record, record->np) != DMARC_POLICY_NONE;
    if (applied == DMARC_POLICY_NONE) {
        finding = domain_tell(
            domain, "dmarc-policy", AUDIT_WEAK, place, step->text,
            "Forged mail is delivered as if there were no DMARC: the policy only asks for reports.",
            "The DMARC policy of " STR_FMT " refuses nothing (%s=%s%s)", STR_ARG(domain->name),
            is_own ? "p" : "sp", dmarc_policy_name(policy), record->is_test ? ", t=y" : "");
        domain_fix_text(domain, finding,
                        "First see in the reports that all of its own mail passes (weir dmarc "
                        "reports FILE|MAILDIR); then:");
        fix_step(domain, finding, step, domain_dmarc_next(domain, record));
        return;
    }
    domain_tell(domain, "dmarc-policy", AUDIT_FINE, place, step->text, NULL,
                "Forged mail of " STR_FMT " is to be %s", STR_ARG(domain->name),
                applied == DMARC_POLICY_REJECT ? "rejected" : "put into quarantine");
}

static void
check_below(struct domain *domain, const struct dmarc_step *step)
{
    const struct dmarc_record *record = step->record;
    bool is_np = record->np < record->sp;
    enum dmarc_policy policy = is_np ? record->np : record->sp;
    struct dmarc_record level = *record;
    struct audit_finding *finding;

    if (!str_eq_nocase(step->domain, domain->name) || policy >= record->p)
        return;
    finding = domain_tell(
        domain, "dmarc-subdomains", policy == DMARC_POLICY_NONE ? AUDIT_WEAK : AUDIT_NOTE,
        place_of(domain, step->domain), step->text,
        "Forgers take the weaker one: a name below looks as good as the domain itself.",
        "%s below " STR_FMT " have a weaker DMARC policy (%s=%s)",
        is_np ? "Invented names" : "Names", STR_ARG(domain->name), is_np ? "np" : "sp",
        dmarc_policy_name(policy));
    level.has_sp = level.has_np = false;
    level.sp = level.np = level.p;
    fix_step(domain, finding, step, dmarc_record_write(&level, domain->arena));
}

/* ---- reports ---- */

static void
check_mailbox(struct domain *domain, const struct dmarc_step *step, const struct dmarc_uri *uri,
              struct str organizational)
{
    struct str override = STR_EMPTY;
    struct str place = place_of(domain, step->domain);
    enum dmarc_destination destination = dmarc_destination_check(
        domain->resolver, step->domain, organizational, uri, domain->arena, &override);
    struct dns_answer mx, a;
    struct audit_finding *finding;

    if (destination == DMARC_DESTINATION_REFUSED) {
        struct str name = dmarc_destination_name(step->domain, uri->domain, domain->arena);

        finding = domain_tell(domain, "dmarc-reports", AUDIT_WEAK, place, uri->text,
                              "Nobody sends reports to a stranger who did not ask for them: they "
                              "are lost.",
                              STR_FMT " does not say that it takes reports about " STR_FMT,
                              STR_ARG(uri->domain), STR_ARG(step->domain));
        domain_fix_record(domain, finding, name, "TXT", STR("v=DMARC1"));
        return;
    }
    mx = domain_ask(domain, uri->domain, DNS_MX);
    if (mx.status != DNS_NO_NAME && mx.status != DNS_NO_DATA)
        return;
    a = domain_ask(domain, uri->domain, DNS_A);
    if (a.status != DNS_NO_NAME && a.status != DNS_NO_DATA)
        return;
    finding = domain_tell(domain, "dmarc-reports", AUDIT_WEAK, place, uri->text,
                          "The reports come back to their senders: nobody sees who forges.",
                          "DMARC reports of " STR_FMT " go to " STR_FMT ", which takes no mail",
                          STR_ARG(step->domain), STR_ARG(uri->domain));
    domain_fix_text(domain, finding, "Name a mailbox that exists in rua=.");
}

static void
check_reports(struct domain *domain, const struct dmarc_step *step, struct str organizational)
{
    const struct dmarc_record *record = step->record;
    struct audit_finding *finding;

    for (uint32_t i = 0; i < record->rua_count; i++) {
        if (record->rua[i].domain.len)
            check_mailbox(domain, step, &record->rua[i], organizational);
    }
    if (record->rua_count)
        return;
    finding =
        domain_tell(domain, "dmarc-reports", AUDIT_NOTE, place_of(domain, step->domain), step->text,
                    "Nobody is told who sends as the domain, nor when its own mail fails.",
                    STR_FMT " asks for no DMARC reports", STR_ARG(step->domain));
    if (takes_mail(domain, step->domain))
        fix_step(domain, finding, step, dmarc_record_write(record, domain->arena));
    else
        advise_mailbox(domain, finding, step->domain);
}

static void
tell_remarks(struct domain *domain, const struct dmarc_step *step)
{
    const struct dmarc_record *record = step->record;

    for (uint32_t i = 0; i < record->remark_count; i++) {
        const struct dmarc_remark *remark = &record->remarks[i];
        struct audit_finding *finding = domain_tell(
            domain, "dmarc-record", remark->weight == DMARC_FAULT ? AUDIT_WEAK : AUDIT_NOTE,
            place_of(domain, step->domain), step->text,
            remark->weight == DMARC_FAULT ? "Receivers do something else than what was meant."
                                          : "Harmless, and read differently by older receivers.",
            STR_FMT, STR_ARG(remark->text));

        fix_step(domain, finding, step, dmarc_record_write(record, domain->arena));
    }
}

/* Receivers that still read the public suffix list may take another domain for the organisation. */
static void
check_suffix(struct domain *domain, const struct dmarc_walk *walk)
{
    struct str listed;
    struct audit_finding *finding;

    if (walk->status != DMARC_WALK_DONE || !dmarc_walk_policy(walk) ||
        !suffix_organizational((struct suffixes){NULL}, domain->name, domain->arena, &listed) ||
        str_eq_nocase(listed, walk->organizational))
        return;
    finding = domain_tell(
        domain, "dmarc-organisation", AUDIT_NOTE, place_of(domain, walk->organizational),
        arena_printf(domain->arena, "RFC 9989: " STR_FMT "; public suffix list: " STR_FMT,
                     STR_ARG(walk->organizational), STR_ARG(listed)),
        "Older receivers read the list, newer ones walk up the DNS: alignment and policy can "
        "differ.",
        "Two readings of DMARC take different domains for the organisation of " STR_FMT,
        STR_ARG(domain->name));
    domain_fix_text(domain, finding,
                    "A DMARC record at " STR_FMT " of its own makes both agree on it.",
                    STR_ARG(listed));
}

void
domain_check_dmarc(struct domain *domain)
{
    struct dmarc_walk *walk = ARENA_NEW(domain->arena, struct dmarc_walk);
    const struct dmarc_step *step;

    if (!walk)
        return;
    dmarc_tree_walk(domain->resolver, domain->name, domain->arena, walk);
    step = dmarc_walk_policy(walk);
    if (!step && walk->status != DMARC_WALK_DONE) {
        const struct dmarc_step *last = &walk->steps[walk->step_count ? walk->step_count - 1 : 0];
        struct dns_answer answer = {.status = last->status, .reason = last->reason};

        domain_unanswered(domain, CHECK, record_name(domain, last->domain), DNS_TXT, &answer);
        return;
    }
    if (!step || step->record->is_void) {
        tell_missing(domain, walk);
        if (step)
            tell_remarks(domain, step);
        return;
    }
    tell_remarks(domain, step);
    check_policy(domain, step);
    check_below(domain, step);
    check_reports(domain, step, walk->organizational);
    check_suffix(domain, walk);
}
