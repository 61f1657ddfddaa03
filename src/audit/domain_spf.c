#include "audit/domain_parts.h"

#include "audit/spf_write.h"
#include "auth/spf_survey.h"
#include "base/internet.h"

#define CHECK "spf"
#define RECORDS_MAX 16 /* of several that are joined to one */

enum mend {
    MEND_NOTHING,
    MEND_CLEAN,  /* without what is wrong or in vain */
    MEND_ENDING, /* with an "all" that says no */
};

/* What each issue of a survey means to the domain. Those without a title are told elsewhere. */
static const struct rule {
    const char *check;
    enum audit_outcome outcome;
    enum mend mend;
    const char *title, *why, *advice;
} rules[SPF_ISSUE_KINDS] = {
    [SPF_ISSUE_SYNTAX] =
        {CHECK, AUDIT_SERIOUS, MEND_CLEAN, "The SPF record is faulty",
         "A record with one faulty term is wholly invalid (permerror): most receivers then take "
         "no notice of it, some refuse the mail.",
         NULL},
    [SPF_ISSUE_LOOKUPS] =
        {"spf-lookups", AUDIT_SERIOUS, MEND_NOTHING, "SPF needs more than 10 lookups",
         "Receivers stop at ten and call the record invalid (permerror): mail of whatever "
         "stands behind fails.",
         "Remove includes of services that no longer send, write addresses that are fixed as ip4: "
         "and ip6:, and give services a subdomain of their own."},
    [SPF_ISSUE_VOIDS] =
        {"spf-voids", AUDIT_SERIOUS, MEND_NOTHING,
         "More than two terms of SPF find nothing in the DNS",
         "Receivers stop at the third and call the record invalid (RFC 7208 section 4.6.4).",
         "Remove the terms whose names have no addresses."},
    [SPF_ISSUE_NO_TARGET] = {"spf-include", AUDIT_SERIOUS, MEND_NOTHING,
                             "SPF includes a name that has no SPF record",
                             "It makes the whole record invalid (permerror).",
                             "Remove it, or write the name as the service gives it today."},
    [SPF_ISSUE_LOOP] = {"spf-include", AUDIT_SERIOUS, MEND_NOTHING, "SPF includes itself",
                        "Receivers come to the limit of ten lookups, and call it invalid.",
                        "Remove the include that leads back."},
    [SPF_ISSUE_MANY_MX] = {"spf-lookups", AUDIT_SERIOUS, MEND_NOTHING,
                           "A name in SPF has more than ten mail servers",
                           "Receivers call the record invalid (RFC 7208 section 4.6.4).",
                           "Write the networks of those that send as ip4: and ip6:."},
    [SPF_ISSUE_PASS_ALL] = {"spf-all", AUDIT_SERIOUS, MEND_ENDING,
                            "SPF lets everybody send as the domain",
                            "\"+all\" passes every spammer: worse than no record at all, because "
                            "DMARC passes, too.",
                            NULL},
    [SPF_ISSUE_NEUTRAL_ALL] = {"spf-all", AUDIT_WEAK, MEND_ENDING,
                               "SPF says nothing about strangers (?all)",
                               "Forged mail is treated as if there were no record.", NULL},
    [SPF_ISSUE_NO_ALL] = {"spf-all", AUDIT_WEAK, MEND_ENDING,
                          "SPF says nothing about strangers: it has no \"all\"",
                          "Forged mail is treated as if there were no record.", NULL},
    [SPF_ISSUE_WIDE] = {"spf-wide", AUDIT_WEAK, MEND_NOTHING,
                        "SPF lets a very large network send as the domain",
                        "Whoever rents a machine in it passes as the domain.",
                        "Name the addresses that send."},
    [SPF_ISSUE_BEHIND_ALL] = {"spf-order", AUDIT_WEAK, MEND_CLEAN,
                              "Terms of SPF stand behind \"all\", and are never reached",
                              "What they name may not send.", NULL},
    [SPF_ISSUE_REDIRECT_IGNORED] = {"spf-order", AUDIT_NOTE, MEND_CLEAN,
                                    "SPF has a redirect beside \"all\", which is not followed",
                                    "One of the two is in vain.", NULL},
    [SPF_ISSUE_PTR] = {"spf-ptr", AUDIT_NOTE, MEND_NOTHING, "SPF uses ptr",
                       "It is slow, asks whoever owns the address, and must not be used any "
                       "more (RFC 7208 section 5.5).",
                       "Name the addresses with ip4:, a or mx."},
    [SPF_ISSUE_DEAD_NAME] = {"spf-voids", AUDIT_NOTE, MEND_NOTHING,
                             "SPF names something that is not in the DNS",
                             "It lets nobody send; three of them make the record invalid, and "
                             "whoever registers a lapsed name may send.",
                             "Remove the term."},
    [SPF_ISSUE_TWICE] = {"spf-order", AUDIT_NOTE, MEND_CLEAN, "A term of SPF stands twice",
                         "It costs lookups and room.", NULL},
    [SPF_ISSUE_OTHER_MODIFIER] = {"spf-order", AUDIT_NOTE, MEND_NOTHING,
                                  "SPF has a modifier that nobody knows",
                                  "It is passed over; mostly a term was misspelled.",
                                  "Correct or remove it."},
    [SPF_ISSUE_NO_EXPLANATION] = {"spf-exp", AUDIT_NOTE, MEND_NOTHING,
                                  "The explanation of SPF leads to nothing",
                                  "Refused senders are told nothing of use.",
                                  "Remove exp=, or publish one TXT record there."},
    [SPF_ISSUE_LONG] = {"spf-long", AUDIT_NOTE, MEND_NOTHING, "The SPF record is long",
                        "The answer may not fit into one packet, and some receivers then see none "
                        "(RFC 7208 section 3.4).",
                        "Move part of it behind an include of your own."},
    [SPF_ISSUE_NEARLY] = {CHECK, AUDIT_WEAK, MEND_NOTHING, "A record looks like SPF but is none",
                          "It must begin with \"v=spf1\" and a blank.", "Correct or remove it."},
    [SPF_ISSUE_SENDER_ID] = {"spf-old", AUDIT_NOTE, MEND_NOTHING,
                             "There is a record of Sender ID (spf2.0), which was withdrawn",
                             "Nobody reads it.", "Remove it."},
};

/* One run of the check. */
struct view {
    struct domain *domain;
    struct spf_survey survey;
    struct str place;
    uint32_t faults; /* findings that count */
};

static void
fix_spf(struct view *view, struct audit_finding *finding, struct str record)
{
    domain_fix_replace(view->domain, finding, view->domain->name, "TXT",
                       view->domain->spf_count == 1 ? view->domain->spf : STR_EMPTY, record);
}

/* ---- none, or several ---- */

/* What a first record says: the own mail servers, and the specialist that has the mail. */
static struct str
first_record(const struct domain *domain)
{
    struct str terms = STR("mx");

    if (domain->provider && domain->provider->includes[0] && !domain->provider->is_filter)
        terms = arena_printf(domain->arena, "include:%s", domain->provider->includes[0]);
    for (uint32_t i = 0; i < domain->input->sender_count && i < DOMAIN_SENDERS_MAX; i++)
        terms = arena_printf(domain->arena, STR_FMT " " STR_FMT, STR_ARG(terms),
                             STR_ARG(spf_write_address(domain->input->senders[i], domain->arena)));
    return spf_write_with(STR("v=spf1 ~all"), terms, domain->arena);
}

static void
tell_none(struct view *view)
{
    struct domain *domain = view->domain;
    struct audit_finding *finding;

    /* What never mails is told whole by domain_silent.c. */
    if (!domain->sends && domain->host_count == 0)
        return;
    finding = domain_tell(domain, CHECK, AUDIT_SERIOUS, view->place, STR_EMPTY,
                          "Any machine may use the domain as an envelope sender: nothing tells "
                          "receivers which ones are yours, and the bounces come here.",
                          STR_FMT " has no SPF record", STR_ARG(domain->name));
    fix_spf(view, finding, first_record(domain));
}

static void
tell_many(struct view *view)
{
    struct domain *domain = view->domain;
    struct str records[RECORDS_MAX], seen = STR_EMPTY;
    uint32_t count = 0;
    struct audit_finding *finding;

    for (uint32_t i = 0; i < domain->txt.count && count < RECORDS_MAX; i++) {
        struct str text = domain->txt.records[i].data;

        if (!spf_record_is(text))
            continue;
        seen = arena_printf(domain->arena, STR_FMT "%s" STR_FMT, STR_ARG(seen), count ? "\n" : "",
                            STR_ARG(str_first(text, AUDIT_SEEN_MAX)));
        records[count++] = text;
    }
    finding = domain_tell(domain, CHECK, AUDIT_SERIOUS, view->place, seen,
                          "Two are invalid (permerror): receivers take none of them.",
                          STR_FMT " has %u SPF records", STR_ARG(domain->name), domain->spf_count);
    fix_spf(view, finding, spf_write_merged(records, count, domain->arena));
    domain_fix_text(domain, finding, "Remove all others.");
}

/* ---- what the survey found ---- */

static void
mend(struct view *view, const struct rule *rule, struct audit_finding *finding,
     const struct spf_issue *issue)
{
    struct domain *domain = view->domain;

    if (rule->advice)
        domain_fix_text(domain, finding, "%s", rule->advice);
    if (issue->depth) { /* somebody else's record, mostly */
        if (!rule->advice)
            domain_fix_text(domain, finding, "The record of " STR_FMT " is to be mended.",
                            STR_ARG(issue->domain));
        return;
    }
    if (issue->kind == SPF_ISSUE_SYNTAX)
        domain_fix_text(domain, finding,
                        "Correct the term where it names something that sends. Without it:");
    if (rule->mend == MEND_CLEAN)
        fix_spf(view, finding, spf_write_clean(view->survey.record, domain->arena));
    else if (rule->mend == MEND_ENDING)
        fix_spf(view, finding, spf_write_ending(view->survey.record, "~all", domain->arena));
}

static struct str
quote_issue(struct view *view, const struct spf_issue *issue)
{
    struct arena *arena = view->domain->arena;

    if (issue->kind == SPF_ISSUE_NEARLY)
        return issue->detail;
    if (!issue->term.len)
        return issue->depth ? issue->domain : view->survey.record;
    return issue->depth ? arena_printf(arena, STR_FMT " (in " STR_FMT ")", STR_ARG(issue->term),
                                       STR_ARG(issue->domain))
                        : issue->term;
}

static void
tell_issue(struct view *view, const struct spf_issue *issue)
{
    const struct rule *rule = &rules[issue->kind];
    struct domain *domain = view->domain;
    struct str detail = issue->kind == SPF_ISSUE_NEARLY ? STR_EMPTY : issue->detail;
    enum audit_outcome outcome = rule->outcome;
    struct audit_finding *finding;

    if (!rule->title)
        return;
    /* What a specialist's record includes is the specialist's: nothing that the domain can change.
     */
    if (issue->depth && outcome < AUDIT_SERIOUS)
        return;
    finding =
        domain_tell(domain, rule->check, outcome, view->place, quote_issue(view, issue), rule->why,
                    "%s%s" STR_FMT, rule->title, detail.len ? ": " : "", STR_ARG(detail));
    if (issue->kind == SPF_ISSUE_LOOKUPS)
        finding->title =
            arena_printf(domain->arena, "SPF needs %u lookups at worst, and 10 are allowed",
                         view->survey.lookups);
    view->faults += outcome >= AUDIT_COUNTS;
    mend(view, rule, finding, issue);
}

static void
tell_unanswered(struct view *view, const struct spf_issue *issue)
{
    domain_tell(view->domain, CHECK, AUDIT_UNKNOWN, view->place, quote_issue(view, issue),
                "the DNS did not answer for part of it",
                "SPF could not be read as a whole: " STR_FMT, STR_ARG(issue->detail));
    view->faults++;
}

/* ---- senders ---- */

/* Each address that mail leaves from, held against the record. */
static void
check_senders(struct view *view)
{
    struct domain *domain = view->domain;
    const struct domain_input *input = domain->input;
    struct str terms = STR_EMPTY, seen = STR_EMPTY;
    uint32_t missing = 0, passed = 0;
    struct audit_finding *finding;

    for (uint32_t i = 0; i < input->sender_count && i < DOMAIN_SENDERS_MAX; i++) {
        struct spf_request request = {
            .ip = input->senders[i],
            .helo = domain->name,
            .mail_from = arena_printf(domain->arena, "postmaster@" STR_FMT, STR_ARG(domain->name)),
            .time_s = (uint64_t)input->now_s,
        };
        struct spf_verdict verdict = spf_check(&request, domain->resolver, domain->arena, NULL);

        passed += verdict.result == SPF_PASS;
        if (verdict.result != SPF_FAIL && verdict.result != SPF_SOFTFAIL &&
            verdict.result != SPF_NEUTRAL)
            continue;
        missing++;
        seen = arena_printf(domain->arena, STR_FMT "%s" STR_FMT " %s", STR_ARG(seen),
                            seen.len ? ", " : "", STR_ARG(input->senders[i]),
                            spf_result_name(verdict.result));
        terms =
            arena_printf(domain->arena, STR_FMT "%s" STR_FMT, STR_ARG(terms), terms.len ? " " : "",
                         STR_ARG(spf_write_address(input->senders[i], domain->arena)));
    }
    if (missing == 0) {
        if (passed)
            domain_tell(domain, "spf-senders", AUDIT_FINE, view->place, view->survey.record, NULL,
                        "SPF names the addresses that mail leaves from");
        return;
    }
    finding = domain_tell(domain, "spf-senders", AUDIT_SERIOUS, view->place, seen,
                          "Their mail counts as forged: it lands in spam folders or is refused.",
                          "SPF of " STR_FMT " lacks %u of the addresses that send its mail",
                          STR_ARG(domain->name), missing);
    fix_spf(view, finding, spf_write_with(view->survey.record, terms, domain->arena));
}

void
domain_check_spf(struct domain *domain)
{
    struct view *view = ARENA_NEW(domain->arena, struct view);

    if (!view)
        return;
    view->domain = domain;
    view->place = arena_printf(domain->arena, STR_FMT " TXT", STR_ARG(domain->name));
    if (!domain_knows(&domain->txt)) {
        domain_unanswered(domain, CHECK, domain->name, DNS_TXT, &domain->txt);
        return;
    }
    spf_survey(domain->name, domain->resolver, domain->arena, &view->survey);
    if (domain->spf_count == 0)
        tell_none(view);
    else if (domain->spf_count > 1)
        tell_many(view);
    for (uint32_t i = 0; i < view->survey.issue_count; i++) {
        const struct spf_issue *issue = &view->survey.issues[i];

        if (issue->kind == SPF_ISSUE_NO_ANSWER)
            tell_unanswered(view, issue);
        else
            tell_issue(view, issue);
    }
    if (domain->spf_count != 1)
        return;
    if (view->faults == 0)
        domain_tell(domain, CHECK, AUDIT_FINE, view->place, view->survey.record, NULL,
                    "SPF is in order: %u of 10 lookups at worst, strangers get \"%s\"",
                    view->survey.lookups, spf_result_name(view->survey.all));
    if (!domain->spf_says_never)
        check_senders(view);
}
