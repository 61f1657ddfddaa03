#include <stdlib.h>

#include "audit/mailbox_findings_parts.h"

#define PLACE_BYTES_MAX 512U

void
mailbox_heap_add(struct mailbox_heap *heap, struct str name)
{
    heap->count++;
    if (heap->named < NAMES_MAX)
        heap->names[heap->named++] = name;
}

struct str
mailbox_heap_text(const struct mailbox_heap *heap, struct arena *arena)
{
    struct str text = STR_EMPTY;

    for (uint32_t i = 0; i < heap->named; i++)
        text = arena_printf(arena, STR_FMT "%s" STR_FMT, STR_ARG(text), i ? ", " : "",
                            STR_ARG(heap->names[i]));
    if (heap->count > heap->named)
        text =
            arena_printf(arena, STR_FMT " and %u more", STR_ARG(text), heap->count - heap->named);
    return text;
}

struct str
mailbox_place_of(const struct mailbox_store *store, const struct mailbox *mailbox,
                 struct arena *arena)
{
    struct str path = str_first(store->sources[mailbox->source].path, PLACE_BYTES_MAX);

    if (mailbox->line == 0)
        return path;
    return arena_printf(arena, STR_FMT ":%u", STR_ARG(path), mailbox->line);
}

static int
by_fingerprint(const void *a, const void *b, void *context)
{
    const struct mailbox_store *store = context;
    const struct mailbox *x = &store->mailboxes[*(const uint32_t *)a];
    const struct mailbox *y = &store->mailboxes[*(const uint32_t *)b];

    if (x->fingerprint != y->fingerprint)
        return x->fingerprint < y->fingerprint ? -1 : 1;
    return (*(const uint32_t *)a > *(const uint32_t *)b) -
           (*(const uint32_t *)a < *(const uint32_t *)b);
}

struct group {
    uint32_t first; /* the least mailbox: the order of telling must not depend on hashes */
    uint32_t from, count;
};

static int
by_first(const void *a, const void *b)
{
    const struct group *x = a, *y = b;

    return (x->first > y->first) - (x->first < y->first);
}

/* One mailbox may be in two lists, with the same password: that is one mailbox. */
static bool
has_two_names(const struct mailbox_store *store, const uint32_t *members, uint32_t count)
{
    for (uint32_t i = 1; i < count; i++) {
        if (!str_eq(store->mailboxes[members[0]].name, store->mailboxes[members[i]].name))
            return true;
    }
    return false;
}

static void
tell_group(struct audit *audit, const struct mailbox_store *store, const uint32_t *members,
           uint32_t count)
{
    struct mailbox_heap heap = {.count = 0};

    for (uint32_t i = 0; i < count; i++)
        mailbox_heap_add(&heap, store->mailboxes[members[i]].name);
    (void)audit_add(
        audit,
        (struct audit_finding){
            .area = AUDIT_MAILBOX,
            .check = "mailbox-same",
            .outcome = AUDIT_WEAK,
            .subject = heap.names[0],
            .title = arena_printf(audit->arena, "%u mailboxes have the same password.", count),
            .place = mailbox_place_of(store, &store->mailboxes[members[0]], audit->arena),
            .seen = mailbox_heap_text(&heap, audit->arena),
            .why = STR("Who learns one of them gets into all; and it often means that it "
                       "was handed out and never changed."),
        });
}

static void
tell_groups(struct audit *audit, const struct mailbox_store *store, const uint32_t *members,
            struct group *groups, uint32_t group_count)
{
    uint32_t told = 0, more = 0;

    qsort(groups, group_count, sizeof(*groups), by_first);
    for (uint32_t i = 0; i < group_count; i++) {
        if (!has_two_names(store, members + groups[i].from, groups[i].count))
            continue;
        if (told++ < MAILBOX_SHARED_MAX)
            tell_group(audit, store, members + groups[i].from, groups[i].count);
        else
            more += groups[i].count;
    }
    if (more)
        (void)audit_add(audit, (struct audit_finding){
                                   .area = AUDIT_MAILBOX,
                                   .check = "mailbox-same",
                                   .outcome = AUDIT_WEAK,
                                   .subject = STR("mailboxes"),
                                   .title = arena_printf(
                                       audit->arena, "%u more mailboxes share passwords.", more),
                                   .why = STR("Who learns one of them gets into all that have it."),
                               });
}

void
mailbox_shared_add(struct audit *audit, struct mailbox_store *store)
{
    uint32_t *members = calloc((size_t)store->count + 1, sizeof(*members));
    struct group *groups = calloc((size_t)store->count / 2 + 1, sizeof(*groups));
    uint32_t count = 0, group_count = 0;

    if (!members || !groups)
        abort();
    for (uint32_t i = 0; i < store->count; i++) {
        if (store->mailboxes[i].fingerprint && !store->mailboxes[i].is_inactive)
            members[count++] = i;
    }
    qsort_r(members, count, sizeof(*members), by_fingerprint, store);
    for (uint32_t from = 0, to; from < count; from = to) {
        uint64_t fingerprint = store->mailboxes[members[from]].fingerprint;

        for (to = from + 1; to < count && store->mailboxes[members[to]].fingerprint == fingerprint;
             to++) {
        }
        if (to - from > 1)
            groups[group_count++] = (struct group){members[from], from, to - from};
    }
    tell_groups(audit, store, members, groups, group_count);
    free(groups);
    free(members);
}
