#include "auth/dmarc_review.h"

struct reviewer {
    const struct resolver *resolver;
    struct suffixes suffixes;
    struct arena *arena;
    struct dmarc_review *review;
    const struct dmarc_step *policy; /* NULL: no record applies */
};

const struct dmarc_record *
dmarc_review_record(const struct dmarc_review *review)
{
    return review->policy_step < review->walk.step_count
               ? review->walk.steps[review->policy_step].record
               : NULL;
}

/* Returns the place of the new problem, so that a fix can be added. */
static struct dmarc_problem *
add(struct reviewer *reviewer, const char *code, enum dmarc_weight weight, struct str text)
{
    struct dmarc_review *review = reviewer->review;
    struct dmarc_problem *problem = &review->problems[review->problem_count];

    if (review->problem_count < DMARC_PROBLEMS_MAX)
        review->problem_count++;
    *problem = (struct dmarc_problem){code, weight, text, STR_EMPTY, STR_EMPTY};
    return problem;
}

#define ADD(reviewer, code, weight, ...)                                                           \
    add((reviewer), (code), (weight), arena_printf((reviewer)->arena, __VA_ARGS__))

static void
fix(struct reviewer *reviewer, struct dmarc_problem *problem, struct str domain,
    const struct dmarc_record *record)
{
    const struct str name[] = {STR("_dmarc."), domain};

    problem->fix_name = arena_join(reviewer->arena, name, 2);
    problem->fix_value = dmarc_record_write(record, reviewer->arena);
}

/* ---- the names on the way ---- */

static void
look_at_several(struct reviewer *reviewer, const struct dmarc_step *step)
{
    struct dmarc_problem *problem =
        ADD(reviewer, "dmarc-several", DMARC_FAULT,
            "_dmarc." STR_FMT " has %u DMARC records: receivers discard all of them; keep one",
            STR_ARG(step->domain), step->record_count);

    if (step->discarded)
        fix(reviewer, problem, step->domain, step->discarded);
}

static void
look_at_steps(struct reviewer *reviewer)
{
    const struct dmarc_walk *walk = &reviewer->review->walk;

    for (uint32_t i = 0; i < walk->step_count; i++) {
        const struct dmarc_step *step = &walk->steps[i];

        if (step->record_count > 1)
            look_at_several(reviewer, step);
        if (step->resembling.len && step->record_count == 0)
            ADD(reviewer, "dmarc-unreadable", DMARC_FAULT,
                "_dmarc." STR_FMT " has a text that is no DMARC record, because it does not begin "
                "with \"v=DMARC1;\" in these letters",
                STR_ARG(step->domain));
    }
    if (walk->status == DMARC_WALK_FAILED) {
        const struct dmarc_step *last = &walk->steps[walk->step_count - 1];

        ADD(reviewer, "dmarc-dns", DMARC_FAULT,
            "_dmarc." STR_FMT " cannot be asked for: %s%s" STR_FMT, STR_ARG(last->domain),
            dns_status_name(last->status), last->reason.len ? ": " : "", STR_ARG(last->reason));
        reviewer->review->has_failed = true;
    }
}

/* ---- the record that applies ---- */

static void
look_at_remarks(struct reviewer *reviewer)
{
    const struct dmarc_record *record = reviewer->policy->record;

    for (uint32_t i = 0; i < record->remark_count; i++)
        fix(reviewer,
            add(reviewer, "dmarc-record", record->remarks[i].weight, record->remarks[i].text),
            reviewer->policy->domain, record);
}

static void
look_at_policy(struct reviewer *reviewer)
{
    const struct dmarc_record *record = reviewer->policy->record;
    struct str domain = reviewer->policy->domain;
    struct dmarc_record better = *record;

    if (record->is_void || record->is_forced)
        return; /* what to write instead of it was said already */
    if (record->p == DMARC_POLICY_NONE) {
        better.p = DMARC_POLICY_QUARANTINE;
        better.sp = record->has_sp ? record->sp : better.p;
        better.np = DMARC_POLICY_REJECT;
        fix(reviewer,
            ADD(reviewer, "dmarc-policy-none", DMARC_NOTE,
                "p=none stops no forged mail: once the reports show that all of the own mail "
                "passes, ask for more"),
            domain, &better);
        return;
    }
    if (record->sp == DMARC_POLICY_NONE) {
        better.sp = record->p;
        fix(reviewer,
            ADD(reviewer, "dmarc-subdomains-open", DMARC_FAULT,
                "sp=none: mail from every name below " STR_FMT " can be forged", STR_ARG(domain)),
            domain, &better);
    } else if (record->np == DMARC_POLICY_NONE) {
        better.np = DMARC_POLICY_REJECT;
        fix(reviewer,
            ADD(reviewer, "dmarc-absent-open", DMARC_FAULT,
                "np=none: mail from names below " STR_FMT " that do not exist can be forged",
                STR_ARG(domain)),
            domain, &better);
    }
    if (record->is_test) {
        better = *record;
        better.is_test = false;
        fix(reviewer,
            ADD(reviewer, "dmarc-test", DMARC_NOTE,
                "t=y: receivers apply one step less than the policy that is published"),
            domain, &better);
    }
}

static void
look_at_reports(struct reviewer *reviewer)
{
    const struct dmarc_record *record = reviewer->policy->record;
    struct str domain = reviewer->policy->domain;

    if (record->rua_count == 0) {
        struct dmarc_record better = *record;

        better.rua[better.rua_count++].text =
            arena_printf(reviewer->arena, "mailto:dmarc-reports@" STR_FMT, STR_ARG(domain));
        fix(reviewer,
            ADD(reviewer, "dmarc-no-reports", DMARC_NOTE,
                "there is no rua: nobody reports who sends as " STR_FMT, STR_ARG(domain)),
            domain, &better);
    }
}

/* psd=y makes each name below an organisation of its own. */
static void
look_at_suffix(struct reviewer *reviewer)
{
    const struct dmarc_step *step = reviewer->policy;
    struct dmarc_record better = *step->record;
    struct str listed;

    if (better.psd != DMARC_PSD_YES ||
        !suffix_organizational(reviewer->suffixes, step->domain, reviewer->arena, &listed))
        return;
    better.psd = DMARC_PSD_UNSAID;
    fix(reviewer,
        ADD(reviewer, "dmarc-psd", DMARC_FAULT,
            "psd=y says that strangers register names below " STR_FMT
            ", which the public suffix list denies: no name below is aligned with it",
            STR_ARG(step->domain)),
        step->domain, &better);
}

/* ---- the two ways to find the organisation ---- */

static void
compare_organisations(struct reviewer *reviewer)
{
    struct dmarc_review *review = reviewer->review;
    struct str walked = review->walk.organizational;
    struct dmarc_problem *problem;

    if (!suffix_organizational(reviewer->suffixes, review->domain, reviewer->arena,
                               &review->listed))
        review->listed = STR_EMPTY;
    if (!reviewer->policy || walked.len == 0 || str_eq(walked, review->listed))
        return;
    problem = ADD(reviewer, "dmarc-organisation", DMARC_NOTE,
                  "the organisation is " STR_FMT " by the tree walk of RFC 9989 and %s" STR_FMT
                  " by the public suffix list that older receivers use: they may align otherwise",
                  STR_ARG(walked), review->listed.len ? "" : "none", STR_ARG(review->listed));
    /* Somebody above publishes a record without saying psd: say here where the organisation is. */
    if (review->listed.len && dmarc_is_within(review->listed, walked) &&
        str_eq(reviewer->policy->domain, review->listed)) {
        struct dmarc_record better = *reviewer->policy->record;

        better.psd = DMARC_PSD_NO;
        fix(reviewer, problem, review->listed, &better);
    }
}

/* ---- where reports go ---- */

static void
look_at_target(struct reviewer *reviewer, const char *tag, const struct dmarc_uri *uri)
{
    struct dmarc_review *review = reviewer->review;
    struct str domain = reviewer->policy->domain;
    struct str organizational =
        review->walk.organizational.len ? review->walk.organizational : domain;
    struct dmarc_report_target *target = &review->targets[review->target_count++];
    struct dmarc_problem *problem;

    target->tag = tag;
    target->uri = uri;
    target->status = dmarc_destination_check(reviewer->resolver, domain, organizational, uri,
                                             reviewer->arena, &target->override);
    review->is_pending |= target->status == DMARC_DESTINATION_PENDING;
    review->has_failed |= target->status == DMARC_DESTINATION_UNKNOWN;
    if (target->status != DMARC_DESTINATION_REFUSED)
        return;
    problem = ADD(reviewer, "dmarc-report-refused", DMARC_FAULT,
                  "%s: " STR_FMT " does not say that it takes reports about " STR_FMT
                  ": none is sent there until its owner publishes that",
                  tag, STR_ARG(uri->domain), STR_ARG(domain));
    problem->fix_name = dmarc_destination_name(domain, uri->domain, reviewer->arena);
    problem->fix_value = STR("v=DMARC1");
}

static void
look_at_targets(struct reviewer *reviewer)
{
    const struct dmarc_record *record = reviewer->policy->record;

    for (uint32_t i = 0; i < record->rua_count; i++)
        look_at_target(reviewer, "rua", &record->rua[i]);
    for (uint32_t i = 0; i < record->ruf_count; i++)
        look_at_target(reviewer, "ruf", &record->ruf[i]);
}

/* What to begin with: watch first. */
static void
propose_record(struct reviewer *reviewer, struct dmarc_problem *problem, struct str domain)
{
    struct dmarc_record record = {.failure = DMARC_FAILURE_ALL, .rua_count = 1};

    record.rua[0].text =
        arena_printf(reviewer->arena, "mailto:dmarc-reports@" STR_FMT, STR_ARG(domain));
    fix(reviewer, problem, domain, &record);
}

static void
look_at_nothing(struct reviewer *reviewer)
{
    const struct dmarc_review *review = reviewer->review;
    struct dmarc_problem *problem =
        ADD(reviewer, "dmarc-missing", DMARC_FAULT,
            "no DMARC record applies to " STR_FMT ": receivers let forged mail through",
            STR_ARG(review->domain));

    /* Where several stand, one of them is what to publish: that was said. */
    for (uint32_t i = 0; i < review->walk.step_count; i++) {
        if (review->walk.steps[i].discarded)
            return;
    }
    propose_record(reviewer, problem, review->listed.len ? review->listed : review->domain);
}

/* A record that is the public suffix's is not the owner's to mend. */
static bool
is_of_suffix(const struct reviewer *reviewer)
{
    const struct dmarc_review *review = reviewer->review;
    struct str domain = reviewer->policy->domain;

    return !str_eq(domain, review->domain) && !str_eq(domain, review->walk.organizational);
}

static void
look_at_foreign(struct reviewer *reviewer)
{
    struct str own = reviewer->review->walk.organizational;

    propose_record(reviewer,
                   ADD(reviewer, "dmarc-suffix-policy", DMARC_NOTE,
                       STR_FMT " has no record of its own: that of the public suffix " STR_FMT
                               " applies, and its operator gets the reports",
                       STR_ARG(own), STR_ARG(reviewer->policy->domain)),
                   own);
}

static void
look_at_record(struct reviewer *reviewer)
{
    look_at_remarks(reviewer);
    look_at_policy(reviewer);
    look_at_reports(reviewer);
    look_at_suffix(reviewer);
    look_at_targets(reviewer);
}

static void
settle_policy(struct reviewer *reviewer)
{
    struct dmarc_review *review = reviewer->review;
    const struct dmarc_record *record = reviewer->policy->record;

    review->policy_step = (uint32_t)(reviewer->policy - review->walk.steps);
    review->tag = dmarc_tag_for(&review->walk, reviewer->policy, review->existence);
    review->policy = dmarc_policy_of(record, review->tag);
    review->applied = dmarc_policy_applied(record, review->policy);
}

struct dmarc_review *
dmarc_review(const struct resolver *resolver, struct suffixes suffixes, struct str domain,
             struct arena *arena)
{
    struct dmarc_review *review = ARENA_NEW(arena, struct dmarc_review);
    struct reviewer reviewer = {resolver, suffixes, arena, review, NULL};

    if (!review)
        return NULL;
    review->domain = domain;
    dmarc_tree_walk(resolver, domain, arena, &review->walk);
    review->existence = dmarc_tree_exists(resolver, &review->walk, arena);
    review->is_pending =
        review->walk.status == DMARC_WALK_PENDING || review->existence == DMARC_EXISTENCE_PENDING;
    review->policy_step = review->walk.step_count;
    reviewer.policy = dmarc_walk_policy(&review->walk);
    look_at_steps(&reviewer);
    compare_organisations(&reviewer);
    if (reviewer.policy) {
        settle_policy(&reviewer);
        if (is_of_suffix(&reviewer))
            look_at_foreign(&reviewer);
        else
            look_at_record(&reviewer);
    } else if (review->walk.status == DMARC_WALK_DONE) {
        look_at_nothing(&reviewer);
    }
    return review;
}
