#include "trace/detect.h"

#include <stdlib.h>

#define MAILS_TO_EXAMINE 5
#define EDGE_US 2000000
#define SUBJECT_RECURS 3 /* mails of one subject: something sends it time and again */

static int
by_mails(const void *a, const void *b)
{
    const struct suspect *x = a, *y = b;

    if (x->group->count != y->group->count)
        return x->group->count > y->group->count ? -1 : 1;
    return (x->group_index > y->group_index) - (x->group_index < y->group_index);
}

static int
by_weight(const void *a, const void *b)
{
    const struct suspect *const *x = a, *const *y = b;

    if ((*x)->count != (*y)->count)
        return (*x)->count > (*y)->count ? -1 : 1;
    return ((*x)->group_index > (*y)->group_index) - ((*x)->group_index < (*y)->group_index);
}

static bool
is_complained(const struct inquiry *inquiry, uint32_t group)
{
    for (uint32_t i = 0; i < inquiry->complaint_count; i++) {
        if (inquiry->groups->of_mail[inquiry->complaints[i]] == group)
            return true;
    }
    return false;
}

static int64_t
time_of(const struct inquiry *inquiry, uint32_t mail)
{
    return ledger_mail(inquiry->ledger, mail)->time_us;
}

static bool
overlap(const struct inquiry *inquiry, const struct suspect *a, const struct suspect *b)
{
    return time_of(inquiry, a->mails[0]) <= time_of(inquiry, b->mails[b->count - 1]) + EDGE_US &&
           time_of(inquiry, b->mails[0]) <= time_of(inquiry, a->mails[a->count - 1]) + EDGE_US;
}

static bool
is_web(const struct suspect *suspect)
{
    return suspect->group->kind == GROUP_SCRIPT || suspect->group->kind == GROUP_ENDPOINT;
}

/* Whether `small` is what the attribution left over of `big`. */
static bool
belongs_to(const struct inquiry *inquiry, const struct suspect *small, const struct suspect *big)
{
    if (!overlap(inquiry, small, big))
        return false;
    /* Who forges one address of a host mostly forges several: one wave of bounces. */
    if (big->route == ROUTE_BACKSCATTER && small->route == ROUTE_BACKSCATTER)
        return true;
    if (small->group->identity != big->group->identity)
        return false;
    if (big->route == ROUTE_NOTICE_FLOOD && small->route == ROUTE_NOTICE_FLOOD)
        return small->stats.top_recipient == big->stats.top_recipient;
    if (!is_web(big))
        return false;
    if (small->group->kind == GROUP_PROCESS)
        return small->count * 3 <= big->count;
    if (!is_web(small))
        return false;
    if (small->endpoint != INFER_NONE && small->endpoint == big->endpoint &&
        (small->group->kind == GROUP_ENDPOINT || big->group->kind == GROUP_ENDPOINT))
        return true;
    return small->group->kind == GROUP_ENDPOINT && small->count * 5 <= big->count;
}

/* Mails of the same sender in the outbreak's time that nothing else explains better. */
static bool
may_join(const struct inquiry *inquiry, const struct suspect *suspect, uint32_t mail)
{
    const struct infer_answer *answer = &inquiry->groups->answers[mail];
    const struct mail *what = ledger_mail(inquiry->ledger, mail);

    if ((what->flags & MAIL_STATED) && (!suspect->script || what->script != suspect->script))
        return false;
    /* A mail library serves the whole site: only the requests tell its mails apart. */
    if ((what->flags & MAIL_STATED) &&
        !ledger_is_library(inquiry->ledger, ledger_name(inquiry->ledger, what->script)))
        return true;
    if (answer->endpoint == suspect->endpoint)
        return true;
    return answer->endpoint == INFER_NONE && answer->other == suspect->endpoint &&
           answer->other_probability >= 0.05F;
}

static int
by_time(const void *a, const void *b, void *context)
{
    const struct inquiry *inquiry = context;
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    int64_t s = time_of(inquiry, x), t = time_of(inquiry, y);

    if (s != t)
        return s < t ? -1 : 1;
    return (x > y) - (x < y);
}

/* A mail may have been gathered that was there already. */
static void
drop_doubles(struct suspect *suspect)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < suspect->count; i++) {
        if (kept == 0 || suspect->mails[kept - 1] != suspect->mails[i])
            suspect->mails[kept++] = suspect->mails[i];
    }
    suspect->count = kept;
}

static bool
add_mails(const struct inquiry *inquiry, struct suspect *suspect, const uint32_t *mails,
          uint32_t count)
{
    uint32_t *all = arena_array(inquiry->arena, suspect->count + count + 1, sizeof(*all));
    struct inquiry context = *inquiry;

    if (!all)
        return false;
    memcpy(all, suspect->mails, suspect->count * sizeof(*all));
    memcpy(all + suspect->count, mails, count * sizeof(*all));
    suspect->mails = all;
    suspect->count += count;
    qsort_r(suspect->mails, suspect->count, sizeof(*all), by_time, &context);
    drop_doubles(suspect);
    return true;
}

/* The subjects of some mails, in order; 0 where it is not known. */
struct subjects {
    uint32_t *list;
    uint32_t count;
};

static int
by_number(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return (x > y) - (x < y);
}

static bool
sort_subjects(const struct inquiry *inquiry, const uint32_t *mails, uint32_t count,
              struct subjects *ret_subjects)
{
    uint32_t *list = arena_array(inquiry->arena, count + 1, sizeof(*list));

    if (!list)
        return false;
    for (uint32_t i = 0; i < count; i++)
        list[i] = ledger_mail(inquiry->ledger, mails[i])->subject;
    qsort(list, count, sizeof(*list), by_number);
    *ret_subjects = (struct subjects){list, count};
    return true;
}

/* How many of the subjects are smaller than `limit`. */
static uint32_t
count_below(const struct subjects *subjects, uint64_t limit)
{
    uint32_t low = 0, high = subjects->count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (subjects->list[middle] < limit)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static uint32_t
count_of(const struct subjects *subjects, uint32_t subject)
{
    return count_below(subjects, (uint64_t)subject + 1) - count_below(subjects, subject);
}

/* A subject that recurs among the mails left over, more than in the outbreak, is not its own. */
static bool
is_alien(const struct subjects *left, const struct subjects *outbreak, uint32_t subject)
{
    uint32_t count = subject ? count_of(left, subject) : 0;

    return count >= SUBJECT_RECURS && count_of(outbreak, subject) < count;
}

/*
 * Whether a local program's unexplained mails lie in the outbreak's time but for a
 * few, and are few beside it: what the attribution missed of it.
 */
static bool
is_leftover(const struct inquiry *inquiry, const struct suspect *suspect, const struct group *group,
            int64_t from_us, int64_t until_us)
{
    uint32_t inside = 0;

    if (group->kind != GROUP_PROCESS || suspect->group->kind != GROUP_ENDPOINT ||
        group->count * 2 > suspect->count)
        return false;
    for (uint32_t i = 0; i < group->count; i++) {
        int64_t time_us = time_of(inquiry, group->mails[i]);

        inside += time_us >= from_us && time_us <= until_us;
    }
    return inside * 10 >= group->count * 8;
}

/* Mails of a siege: what no page explains, or only one that mostly refuses. */
static bool
is_notice(const struct inquiry *inquiry, const struct suspect *suspect, const struct group *group,
          uint32_t mail)
{
    const struct endpoint *endpoint;

    if (ledger_mail(inquiry->ledger, mail)->recipient != suspect->stats.top_recipient)
        return false;
    if (group->kind == GROUP_PROCESS)
        return true;
    endpoint = ledger_endpoint(inquiry->ledger, group->endpoint);
    return endpoint->refused * 2 > endpoint->requests;
}

/* Puts into `found` the group's mails that are of the outbreak. False at the arena's limit. */
static bool
find_missed(const struct inquiry *inquiry, const struct suspect *suspect, const struct group *group,
            int64_t from_us, int64_t until_us, uint32_t *found, uint32_t *ret_count)
{
    bool is_left = is_leftover(inquiry, suspect, group, from_us, until_us);
    struct subjects left = {NULL, 0}, outbreak = {NULL, 0};
    uint32_t count = 0;

    if (is_left && (!sort_subjects(inquiry, group->mails, group->count, &left) ||
                    !sort_subjects(inquiry, suspect->mails, suspect->count, &outbreak)))
        return false;
    for (uint32_t i = 0; i < group->count; i++) {
        uint32_t mail = group->mails[i];
        int64_t time_us = time_of(inquiry, mail);
        bool is_its_own =
            is_left && !is_alien(&left, &outbreak, ledger_mail(inquiry->ledger, mail)->subject);

        if (time_us >= from_us && time_us <= until_us &&
            (suspect->is_siege ? is_notice(inquiry, suspect, group, mail)
                               : is_its_own || may_join(inquiry, suspect, mail)))
            found[count++] = mail;
    }
    *ret_count = count;
    return true;
}

/* What the groups of the same sender hold of this outbreak, accused or not. */
static bool
gather(const struct inquiry *inquiry, struct suspect *suspect)
{
    const struct groups *groups = inquiry->groups;
    int64_t from_us = time_of(inquiry, suspect->mails[0]) - EDGE_US;
    int64_t until_us = time_of(inquiry, suspect->mails[suspect->count - 1]) + EDGE_US;

    if (!suspect->is_siege && (!is_web(suspect) || suspect->endpoint == INFER_NONE))
        return true;
    for (uint32_t g = 0; g < groups->count; g++) {
        const struct group *group = &groups->list[g];
        uint32_t *found, count;

        if (group == suspect->group || group->identity != suspect->group->identity ||
            (group->kind != GROUP_ENDPOINT && group->kind != GROUP_PROCESS))
            continue;
        found = arena_array(inquiry->arena, group->count + 1, sizeof(*found));
        if (!found || !find_missed(inquiry, suspect, group, from_us, until_us, found, &count))
            return false;
        if (count && !add_mails(inquiry, suspect, found, count))
            return false;
    }
    return true;
}

static bool
merge(const struct inquiry *inquiry, struct suspect **incidents, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        struct suspect *big = incidents[i];

        if (big->is_merged)
            continue;
        for (uint32_t j = 0; j < count; j++) {
            struct suspect *small = incidents[j];

            if (j == i || small->is_merged || small->count > big->count ||
                (small->count == big->count && j < i) || !belongs_to(inquiry, small, big))
                continue;
            small->is_merged = true;
            if (!add_mails(inquiry, big, small->mails, small->count))
                return false;
        }
        if (!gather(inquiry, big))
            return false;
    }
    return true;
}

static bool
choose_incidents(const struct inquiry *inquiry, struct findings *findings)
{
    uint32_t kept = 0;

    findings->incidents =
        arena_array(inquiry->arena, findings->count + 1, sizeof(*findings->incidents));
    if (!findings->incidents)
        return false;
    for (uint32_t i = 0; i < findings->count; i++) {
        if (suspect_is_incident(&findings->suspects[i]))
            findings->incidents[findings->incident_count++] = &findings->suspects[i];
    }
    qsort(findings->incidents, findings->incident_count, sizeof(*findings->incidents), by_weight);
    if (!merge(inquiry, findings->incidents, findings->incident_count))
        return false;
    for (uint32_t i = 0; i < findings->incident_count; i++) {
        if (findings->incidents[i]->is_merged)
            continue;
        if (!suspect_judge(inquiry, findings->incidents[i]))
            return false;
        findings->incidents[kept++] = findings->incidents[i];
    }
    findings->incident_count = kept;
    qsort(findings->incidents, kept, sizeof(*findings->incidents), by_weight);
    return true;
}

static bool
is_worth_a_look(const struct inquiry *inquiry, uint32_t group)
{
    const struct group *what = &inquiry->groups->list[group];

    return what->kind != GROUP_NONE &&
           (what->count >= MAILS_TO_EXAMINE || is_complained(inquiry, group));
}

bool
detect_run(const struct inquiry *inquiry, struct findings *ret_findings)
{
    const struct groups *groups = inquiry->groups;
    struct findings findings = {.count = 0};
    uint32_t count = 0;

    for (uint32_t g = 0; g < groups->count; g++)
        count += is_worth_a_look(inquiry, g);
    findings.suspects = arena_array(inquiry->arena, count + 1, sizeof(struct suspect));
    if (!findings.suspects)
        return false;
    for (uint32_t g = 0; g < groups->count; g++) {
        if (!is_worth_a_look(inquiry, g))
            continue;
        if (!suspect_examine(inquiry, g, &findings.suspects[findings.count]))
            return false;
        findings.count++;
    }
    qsort(findings.suspects, findings.count, sizeof(*findings.suspects), by_mails);
    if (!choose_incidents(inquiry, &findings))
        return false;
    *ret_findings = findings;
    return true;
}
