#include "auth/dmarc.h"

#include "auth/idna.h"

/* How an identifier stands to the domain of From. */
enum alignment {
    ALIGNED,
    NOT_ALIGNED,
    ALIGNMENT_UNKNOWN, /* the DNS failed */
    ALIGNMENT_PENDING,
};

struct evaluator {
    const struct resolver *resolver;
    struct arena *arena;
    struct dmarc_walk walk; /* up from From's domain */
    struct dmarc_evaluation *evaluation;
    bool is_pending, is_unknown; /* an identifier that might pass */
};

const char *
dmarc_result_name(enum dmarc_result result)
{
    static const char *const names[] = {"none",      "pass",      "fail",
                                        "temperror", "permerror", "pending"};

    return names[result];
}

const char *
dmarc_tag_name(enum dmarc_tag tag)
{
    static const char *const names[] = {"p", "sp", "np"};

    return names[tag];
}

enum dmarc_policy
dmarc_policy_of(const struct dmarc_record *record, enum dmarc_tag tag)
{
    switch (tag) {
    case DMARC_TAG_P:
        return record->p;
    case DMARC_TAG_SP:
        return record->sp;
    case DMARC_TAG_NP:
        return record->np;
    }
    return record->p;
}

enum dmarc_policy
dmarc_policy_applied(const struct dmarc_record *record, enum dmarc_policy policy)
{
    return record->is_test && policy != DMARC_POLICY_NONE ? policy - 1 : policy;
}

enum dmarc_tag
dmarc_tag_for(const struct dmarc_walk *walk, const struct dmarc_step *policy,
              enum dmarc_existence existence)
{
    if (str_eq(policy->domain, walk->steps[0].domain))
        return DMARC_TAG_P;
    return existence == DMARC_ABSENT ? DMARC_TAG_NP : DMARC_TAG_SP;
}

/* ---- alignment ---- */

/*
 * Relaxed: both have the same organisation. Each organisation is above its domain, so what
 * does not lie below From's needs no walk.
 */
static enum alignment
align_relaxed(struct evaluator *evaluator, struct str domain)
{
    const struct dmarc_walk *own = &evaluator->walk;
    struct dmarc_walk walk;

    if (own->status == DMARC_WALK_FAILED)
        return ALIGNMENT_UNKNOWN;
    if (own->status == DMARC_WALK_DONE && !dmarc_is_within(domain, own->organizational))
        return NOT_ALIGNED;
    dmarc_tree_walk(evaluator->resolver, domain, evaluator->arena, &walk);
    if (own->status == DMARC_WALK_PENDING || walk.status == DMARC_WALK_PENDING)
        return ALIGNMENT_PENDING;
    if (walk.status == DMARC_WALK_FAILED)
        return ALIGNMENT_UNKNOWN;
    return str_eq(walk.organizational, own->organizational) ? ALIGNED : NOT_ALIGNED;
}

static enum alignment
align(struct evaluator *evaluator, struct str text, bool is_strict)
{
    struct str domain;

    /* Either it is no name, or there is no room: what cannot be held is not known. */
    if (!idna_name(text, evaluator->arena, &domain))
        return arena_alloc(evaluator->arena, IDNA_TEXT_MAX) ? NOT_ALIGNED : ALIGNMENT_UNKNOWN;
    if (str_eq(domain, evaluator->evaluation->author))
        return ALIGNED;
    return is_strict ? NOT_ALIGNED : align_relaxed(evaluator, domain);
}

/* Whether it passed and is aligned; one that cannot be judged now is noted. */
static bool
passes(struct evaluator *evaluator, const struct dmarc_identifier *identifier, bool is_strict)
{
    enum alignment alignment;

    if (identifier->check != DMARC_CHECK_PASS && identifier->check != DMARC_CHECK_TEMPERROR)
        return false;
    alignment = align(evaluator, identifier->domain, is_strict);
    evaluator->is_pending |= alignment == ALIGNMENT_PENDING;
    evaluator->is_unknown |= alignment == ALIGNMENT_UNKNOWN;
    if (alignment != ALIGNED)
        return false;
    if (identifier->check == DMARC_CHECK_TEMPERROR)
        evaluator->is_unknown = true;
    return identifier->check == DMARC_CHECK_PASS;
}

static void
look_at_identifiers(struct evaluator *evaluator, const struct dmarc_mail *mail,
                    const struct dmarc_record *record)
{
    struct dmarc_evaluation *evaluation = evaluator->evaluation;
    uint32_t count =
        mail->dkim_count < DMARC_SIGNATURES_MAX ? mail->dkim_count : DMARC_SIGNATURES_MAX;

    evaluation->is_spf_aligned = passes(evaluator, &mail->spf, record->is_spf_strict);
    for (uint32_t i = 0; i < count && !evaluation->is_dkim_aligned; i++) {
        evaluation->is_dkim_aligned = passes(evaluator, &mail->dkim[i], record->is_dkim_strict);
        evaluation->dkim_index = evaluation->is_dkim_aligned ? i : 0;
    }
}

/* ---- policy ---- */

static void
set_error(struct evaluator *evaluator, enum dmarc_result result, struct str reason)
{
    evaluator->evaluation->result = result;
    evaluator->evaluation->reason = reason;
}

static struct str
failure_text(struct evaluator *evaluator)
{
    const struct dmarc_step *step = &evaluator->walk.steps[evaluator->walk.step_count - 1];

    if (evaluator->walk.status != DMARC_WALK_FAILED)
        return STR("an answer that SPF, DKIM or the walk needed did not come");
    return arena_printf(evaluator->arena, "_dmarc." STR_FMT ": %s%s" STR_FMT, STR_ARG(step->domain),
                        dns_status_name(step->status), step->reason.len ? ": " : "",
                        STR_ARG(step->reason));
}

/* The policy that speaks for From's domain. False: not known yet, or not to be known. */
static bool
find_policy(struct evaluator *evaluator, const struct dmarc_step *step)
{
    struct dmarc_evaluation *evaluation = evaluator->evaluation;
    enum dmarc_existence existence = DMARC_EXISTS;

    /* Whether the domain exists matters only where the record tells the two apart. */
    if (step->record->np != step->record->sp && !str_eq(step->domain, evaluation->author))
        existence = dmarc_tree_exists(evaluator->resolver, &evaluator->walk, evaluator->arena);
    evaluation->tag = dmarc_tag_for(&evaluator->walk, step, existence);
    evaluation->policy = dmarc_policy_of(step->record, evaluation->tag);
    evaluator->is_pending |= existence == DMARC_EXISTENCE_PENDING;
    return existence == DMARC_EXISTS || existence == DMARC_ABSENT;
}

static void
settle(struct evaluator *evaluator, const struct dmarc_step *step, bool has_policy)
{
    struct dmarc_evaluation *evaluation = evaluator->evaluation;

    if (evaluation->is_spf_aligned || evaluation->is_dkim_aligned) {
        evaluation->result = evaluator->is_pending ? DMARC_PENDING : DMARC_PASS;
    } else if (evaluator->is_pending) {
        evaluation->result = DMARC_PENDING;
    } else if (evaluator->is_unknown || !has_policy) {
        set_error(evaluator, DMARC_TEMPERROR, failure_text(evaluator));
    } else {
        evaluation->result = DMARC_FAIL;
        evaluation->disposition = dmarc_policy_applied(step->record, evaluation->policy);
    }
}

void
dmarc_evaluate(const struct resolver *resolver, const struct dmarc_mail *mail, struct arena *arena,
               struct dmarc_evaluation *ret_evaluation)
{
    struct dmarc_evaluation evaluation = {.result = DMARC_NONE};
    struct evaluator evaluator = {.resolver = resolver, .arena = arena, .evaluation = &evaluation};
    const struct dmarc_step *step;

    if (!idna_name(mail->from, arena, &evaluation.author)) {
        set_error(&evaluator, DMARC_PERMERROR, STR("From names no domain that the DNS can have"));
        *ret_evaluation = evaluation;
        return;
    }
    dmarc_tree_walk(resolver, evaluation.author, arena, &evaluator.walk);
    evaluation.organizational = evaluator.walk.organizational;
    step = dmarc_walk_policy(&evaluator.walk);
    if (step && !step->record->is_void) {
        bool has_policy;

        evaluation.record = step->record;
        evaluation.policy_domain = step->domain;
        has_policy = find_policy(&evaluator, step);
        look_at_identifiers(&evaluator, mail, step->record);
        settle(&evaluator, step, has_policy);
    } else if (evaluator.walk.status == DMARC_WALK_PENDING) {
        evaluation.result = DMARC_PENDING;
    } else if (!step && evaluator.walk.status == DMARC_WALK_FAILED) {
        set_error(&evaluator, DMARC_TEMPERROR, failure_text(&evaluator));
    }
    *ret_evaluation = evaluation;
}
