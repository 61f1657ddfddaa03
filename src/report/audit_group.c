#include "report/audit_group.h"

/* The same text, where each names its own subject. */
static bool
same_but_subject(struct str a, struct str a_subject, struct str b, struct str b_subject)
{
    while (a.len && b.len) {
        if (a_subject.len && b_subject.len && str_starts(a, a_subject) &&
            str_starts(b, b_subject)) {
            a = str_from(a, a_subject.len);
            b = str_from(b, b_subject.len);
            continue;
        }
        if (a.data[0] != b.data[0])
            return false;
        a = str_from(a, 1);
        b = str_from(b, 1);
    }
    return a.len == b.len;
}

static bool
says_same(const struct audit_finding *a, const struct audit_finding *b)
{
    if (a->area != b->area || a->outcome != b->outcome || a->fix_count != b->fix_count ||
        strcmp(a->check, b->check) != 0)
        return false;
    for (uint32_t i = 0; i < a->fix_count; i++) {
        if (a->fixes[i].kind != b->fixes[i].kind)
            return false;
    }
    return same_but_subject(a->title, a->subject, b->title, b->subject) &&
           same_but_subject(a->why, a->subject, b->why, b->subject);
}

uint32_t
audit_group_size(const struct audit *audit, uint32_t at)
{
    uint32_t size = 0, first = at;

    for (uint32_t i = 0; i < audit->count; i++) {
        if (!says_same(&audit->list[i], &audit->list[at]))
            continue;
        size++;
        if (i < first)
            first = i;
    }
    if (size < AUDIT_GROUP_MIN)
        return 1;
    return first == at ? size : 0;
}

uint32_t
audit_group_next(const struct audit *audit, uint32_t at)
{
    uint32_t next = at + 1;

    while (next < audit->count && !says_same(&audit->list[next], &audit->list[at]))
        next++;
    return next;
}

bool
audit_group_same_fixes(const struct audit_finding *a, const struct audit_finding *b)
{
    for (uint32_t i = 0; i < a->fix_count; i++) {
        const struct audit_fix *mine = &a->fixes[i], *theirs = &b->fixes[i];

        if (!str_eq(mine->where, theirs->where) || !str_eq(mine->name, theirs->name) ||
            !str_eq(mine->value, theirs->value))
            return false;
    }
    return true;
}
