#include "audit/domain_parts.h"

#include "auth/dmarc.h"

#define CHECK "alignment"

static struct str
organisation_of(struct domain *domain, struct str name)
{
    struct dmarc_walk *walk = ARENA_NEW(domain->arena, struct dmarc_walk);

    if (!walk)
        return name;
    dmarc_tree_walk(domain->resolver, name, domain->arena, walk);
    return walk->status == DMARC_WALK_DONE ? walk->organizational : name;
}

static bool
is_aligned(struct domain *domain, struct str from, struct str other)
{
    if (!other.len)
        return false;
    if (str_eq_nocase(from, other))
        return true;
    return str_eq_nocase(organisation_of(domain, from), organisation_of(domain, other));
}

/* Strict alignment wants the very name. */
static void
read_strictness(struct domain *domain, bool *ret_spf, bool *ret_dkim)
{
    struct dmarc_walk *walk = ARENA_NEW(domain->arena, struct dmarc_walk);
    const struct dmarc_step *step;

    *ret_spf = *ret_dkim = false;
    if (!walk)
        return;
    dmarc_tree_walk(domain->resolver, domain->name, domain->arena, walk);
    step = dmarc_walk_policy(walk);
    if (!step)
        return;
    *ret_spf = step->record->is_spf_strict;
    *ret_dkim = step->record->is_dkim_strict;
}

static struct str
or_none(struct str text)
{
    return text.len ? text : STR("none");
}

static void
check_use(struct domain *domain, const struct domain_use *use, bool is_spf_strict,
          bool is_dkim_strict)
{
    bool by_spf = is_spf_strict ? str_eq_nocase(use->from, use->envelope)
                                : is_aligned(domain, use->from, use->envelope);
    bool by_dkim = is_dkim_strict ? str_eq_nocase(use->from, use->signer)
                                  : is_aligned(domain, use->from, use->signer);
    struct str seen = arena_printf(
        domain->arena, "From " STR_FMT ", envelope " STR_FMT ", signed by " STR_FMT,
        STR_ARG(use->from), STR_ARG(or_none(use->envelope)), STR_ARG(or_none(use->signer)));
    struct audit_finding *finding;

    if (by_dkim) {
        domain_tell(domain, CHECK, AUDIT_FINE, use->place, seen, NULL,
                    "Mail of " STR_FMT " is signed by its own organisation", STR_ARG(use->from));
        return;
    }
    if (by_spf) {
        finding = domain_tell(domain, CHECK, AUDIT_NOTE, use->place, seen,
                              "SPF alone passes DMARC only until the mail is forwarded; then it "
                              "fails, and a strict policy has it refused.",
                              "Mail of " STR_FMT " is not signed by its own organisation",
                              STR_ARG(use->from));
    } else {
        finding =
            domain_tell(domain, CHECK, domain->has_enforcing_dmarc ? AUDIT_SERIOUS : AUDIT_WEAK,
                        use->place, seen,
                        "Neither the envelope sender nor a signature is of From's "
                        "organisation: DMARC fails whatever SPF and DKIM say, and the mail "
                        "looks like a forgery.",
                        "Mail that is sent as " STR_FMT " does not pass DMARC", STR_ARG(use->from));
    }
    domain_fix_text(domain, finding,
                    "Have it signed with d=" STR_FMT
                    " by whoever sends it (a service calls that \"domain authentication\" or "
                    "\"custom DKIM\"; weir dkim keygen makes a key of your own).",
                    STR_ARG(use->from));
}

void
domain_check_align(struct domain *domain)
{
    const struct domain_input *input = domain->input;
    bool is_spf_strict, is_dkim_strict;

    if (input->use_count == 0)
        return;
    read_strictness(domain, &is_spf_strict, &is_dkim_strict);
    for (uint32_t i = 0; i < input->use_count && i < DOMAIN_USES_MAX; i++) {
        const struct domain_use *use = &input->uses[i];

        /* What is only half known cannot be held against the domain. */
        if (domain_is_below(use->from, domain->name) && (use->envelope.len || use->signer.len))
            check_use(domain, use, is_spf_strict, is_dkim_strict);
    }
}
