#include "auth/dmarc_tree.h"

#define LABELS_KEPT (DMARC_WALK_MAX - 1) /* of a long name */

static const struct str prefix = {"_dmarc.", 7};

static uint32_t
label_count(struct str domain)
{
    uint32_t count = 1;

    for (size_t i = 0; i < domain.len; i++)
        count += domain.data[i] == '.';
    return count;
}

/* The last `count` labels. */
static struct str
last_labels(struct str domain, uint32_t count)
{
    for (uint32_t drop = label_count(domain); drop > count; drop--)
        (void)str_cut(&domain, '.');
    return domain;
}

bool
dmarc_is_within(struct str name, struct str above)
{
    return str_eq(name, above) || (name.len > above.len && str_ends(name, above) &&
                                   name.data[name.len - above.len - 1] == '.');
}

static const struct dmarc_record *
read_record(struct str text, struct arena *arena, struct dmarc_step *step)
{
    struct dmarc_record *record = ARENA_NEW(arena, struct dmarc_record);

    if (record && dmarc_record_read(text, arena, record))
        return record;
    step->status = DNS_FAILED;
    step->reason = STR("out of room");
    return NULL;
}

/* Of several records the one that asks for most, so that its owner can keep it. */
static void
read_discarded(const struct dns_answer *answer, struct arena *arena, struct dmarc_step *step)
{
    uint32_t seen = 0;

    for (uint32_t i = 0; i < answer->count && seen < DMARC_DISCARDED_MAX; i++) {
        const struct dmarc_record *record;

        if (!dmarc_record_is(answer->records[i].data))
            continue;
        seen++;
        record = read_record(answer->records[i].data, arena, step);
        if (record && (!step->discarded || record->p > step->discarded->p))
            step->discarded = record;
    }
}

/* What stands at the name: records of other kinds do not count, and several are none. */
static void
read_answer(const struct dns_answer *answer, struct arena *arena, struct dmarc_step *step)
{
    for (uint32_t i = 0; i < answer->count; i++) {
        struct str text = answer->records[i].data;

        if (dmarc_record_is(text)) {
            step->record_count++;
            step->text = text;
        } else if (step->resembling.len == 0 && dmarc_record_resembles(text)) {
            step->resembling = text;
        }
    }
    if (step->record_count == 1) {
        step->record = read_record(step->text, arena, step);
    } else {
        step->text = STR_EMPTY;
        read_discarded(answer, arena, step);
    }
}

static struct dmarc_step
ask(const struct resolver *resolver, struct str domain, struct arena *arena)
{
    struct dmarc_step step = {.domain = domain, .text = STR_EMPTY, .resembling = STR_EMPTY};
    const struct str parts[] = {prefix, domain};
    struct str name = arena_join(arena, parts, 2);
    struct dns_answer answer = {.status = DNS_FAILED, .reason = STR("out of room")};

    if (name.len)
        answer = resolver_ask(resolver, name, DNS_TXT, arena);
    step.status = answer.status;
    step.reason = answer.reason;
    if (answer.status == DNS_FOUND)
        read_answer(&answer, arena, &step);
    return step;
}

static bool
has_failed(enum dns_status status)
{
    return status == DNS_FAILED || status == DNS_TIMED_OUT || status == DNS_BOGUS;
}

static bool
is_end(const struct dmarc_step *step)
{
    return step->record && step->record->psd != DMARC_PSD_UNSAID;
}

/* Section 4.10.2. */
static struct str
choose_organizational(const struct dmarc_walk *walk)
{
    struct str start = walk->steps[0].domain, highest = start;

    for (uint32_t i = 0; i < walk->step_count; i++) {
        const struct dmarc_step *step = &walk->steps[i];

        if (!step->record)
            continue;
        if (step->record->psd == DMARC_PSD_YES && i > 0)
            return last_labels(start, label_count(step->domain) + 1);
        highest = step->domain;
    }
    return highest;
}

void
dmarc_tree_walk(const struct resolver *resolver, struct str domain, struct arena *arena,
                struct dmarc_walk *ret_walk)
{
    struct dmarc_walk walk = {.status = DMARC_WALK_DONE};
    uint32_t left = label_count(domain);

    for (struct str target = domain;;) {
        struct dmarc_step *step = &walk.steps[walk.step_count++];

        *step = ask(resolver, target, arena);
        /* What is above may be asked for at the same time. */
        if (step->status == DNS_PENDING)
            walk.status = DMARC_WALK_PENDING;
        else if (has_failed(step->status) && walk.status != DMARC_WALK_PENDING)
            walk.status = DMARC_WALK_FAILED;
        left = left > DMARC_WALK_MAX ? LABELS_KEPT : left - 1;
        if (walk.status == DMARC_WALK_FAILED || is_end(step) || left == 0)
            break;
        target = last_labels(domain, left);
    }
    walk.organizational = walk.status == DMARC_WALK_DONE ? choose_organizational(&walk) : STR_EMPTY;
    *ret_walk = walk;
}

const struct dmarc_step *
dmarc_walk_policy(const struct dmarc_walk *walk)
{
    const struct dmarc_step *suffix = NULL;

    if (walk->step_count && walk->steps[0].record)
        return &walk->steps[0];
    if (walk->status != DMARC_WALK_DONE)
        return NULL;
    for (uint32_t i = 0; i < walk->step_count; i++) {
        const struct dmarc_step *step = &walk->steps[i];

        if (step->record && str_eq(step->domain, walk->organizational))
            return step;
        if (step->record && step->record->psd == DMARC_PSD_YES)
            suffix = step;
    }
    return suffix;
}

enum dmarc_existence
dmarc_tree_exists(const struct resolver *resolver, const struct dmarc_walk *walk,
                  struct arena *arena)
{
    const struct dmarc_step *first = &walk->steps[0];

    /* A name below which another is exists, RFC 8020. */
    if (first->status == DNS_FOUND || first->status == DNS_NO_DATA)
        return DMARC_EXISTS;
    switch (resolver_ask(resolver, first->domain, DNS_A, arena).status) {
    case DNS_FOUND:
    case DNS_NO_DATA:
        return DMARC_EXISTS;
    case DNS_NO_NAME:
        return DMARC_ABSENT;
    case DNS_PENDING:
        return DMARC_EXISTENCE_PENDING;
    case DNS_FAILED:
    case DNS_TIMED_OUT:
    case DNS_BOGUS:
        return DMARC_UNKNOWN;
    }
    return DMARC_UNKNOWN;
}
