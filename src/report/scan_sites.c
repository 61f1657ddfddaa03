#include "report/scan_sites.h"

#include <stdlib.h>
#include <string.h>

#include "base/civil.h"
#include "base/table.h"
#include "report/scan_words.h"

#define TABLE_BYTES_MAX ((size_t)32 << 20)

/* An item with where it belongs, while it is being sorted. */
struct placed {
    struct scan_item item;
    uint32_t site; /* of the table of roots; 0: none */
    enum scan_section section;
    struct placed *last_copy;
    bool is_folded;
};

struct grouping {
    const struct scan_report *report;
    struct arena *arena;
    struct table *roots;
    struct placed *placed;
    uint32_t count;
};

bool
scan_is_stamp_forged(const struct finding_file *file)
{
    return file && file->mtime_s > 0 && file->ctime_s - file->mtime_s > DAY_S;
}

bool
scan_site_is_told(const struct scan_site *site)
{
    for (int i = 0; i < SCAN_SECTION_COUNT; i++) {
        if (i != SCAN_REMARK && site->sections[i].count)
            return true;
    }
    return false;
}

static enum scan_section
section_of(const struct finding *finding)
{
    static const enum scan_section sections[FINDING_KIND_COUNT] = {
        [FINDING_MALICIOUS] = SCAN_MALICIOUS,   [FINDING_VULNERABLE_MAIL] = SCAN_MAIL,
        [FINDING_UNPROTECTED_FORM] = SCAN_FORM, [FINDING_NOTIFICATION] = SCAN_NOTIFICATION,
        [FINDING_OUTDATED] = SCAN_OUTDATED,     [FINDING_ENTRY] = SCAN_REMARK,
        [FINDING_PROCESS] = SCAN_PROCESS,
    };

    if (finding->confidence < FINDING_ACCUSES && finding->kind != FINDING_OUTDATED)
        return SCAN_REMARK;
    return sections[finding->kind];
}

/* The innermost site that the path lies in. */
static uint32_t
site_of(const struct grouping *grouping, const struct finding *finding)
{
    struct str path = finding->path;
    uint32_t site = 0;

    if (finding->kind == FINDING_PROCESS)
        return 0;
    if (finding->file && finding->file->site.len)
        return table_add(grouping->roots, finding->file->site);
    while (!site && path.len) {
        while (path.len && path.data[path.len - 1] != '/')
            path.len--;
        path.len -= path.len > 0;
        site = table_find(grouping->roots, path);
    }
    return site;
}

static struct placed *
place(struct grouping *grouping, const struct finding *finding, enum scan_section section)
{
    struct placed *placed = &grouping->placed[grouping->count++];

    placed->item.finding = finding;
    placed->site = site_of(grouping, finding);
    placed->section = section;
    return placed;
}

static void
tell_entries(struct scan_item *item, const struct finding *run, size_t count)
{
    for (size_t i = 0; i < count && item->entry_count < SCAN_ENTRIES_MAX; i++) {
        if (run[i].kind == FINDING_ENTRY)
            item->entries[item->entry_count++] = &run[i];
    }
}

/* All findings of one path. */
static void
place_file(struct grouping *grouping, const struct finding *run, size_t count)
{
    struct placed *malicious = NULL;

    for (size_t i = 0; i < count; i++) {
        if (run[i].kind != FINDING_MALICIOUS)
            continue;
        if (!malicious)
            malicious = place(grouping, &run[i], section_of(&run[i]));
        else if (run[i].confidence > malicious->item.finding->confidence)
            malicious->item.finding = &run[i];
    }
    if (malicious) {
        malicious->section = section_of(malicious->item.finding);
        malicious->item.others = run;
        malicious->item.other_count = (uint32_t)count;
        tell_entries(&malicious->item, run, count);
    }
    for (size_t i = 0; i < count; i++) {
        if (run[i].kind != FINDING_MALICIOUS && !(run[i].kind == FINDING_ENTRY && malicious))
            (void)place(grouping, &run[i], section_of(&run[i]));
    }
}

static void
place_all(struct grouping *grouping)
{
    const struct finding *list = grouping->report->findings;
    size_t count = grouping->report->finding_count, end;

    for (size_t i = 0; i < count; i = end) {
        for (end = i + 1; end < count && str_eq(list[end].path, list[i].path); end++)
            continue;
        place_file(grouping, &list[i], end - i);
    }
}

/* What makes two findings of one site the same. Bytes where they are known, else the quote. */
static uint32_t
key_of(struct table *keys, const struct placed *placed, bool by_bytes)
{
    const struct finding *finding = placed->item.finding;
    uint64_t hash = str_hash(finding->text);
    struct buf key;
    uint32_t id;

    if (by_bytes ? !finding->file || !finding->file->has_digest : !finding->text.len)
        return 0;
    buf_init(&key, 256);
    buf_printf(&key, "%u %d %d %s ", placed->site, (int)placed->section, (int)by_bytes,
               finding->rule);
    if (by_bytes) {
        buf_printf(&key, "%u ", finding->line);
        buf_add(&key,
                (struct str){(const char *)finding->file->digest, sizeof(finding->file->digest)});
    } else {
        buf_add(&key, (struct str){(const char *)&hash, sizeof(hash)});
    }
    id = table_add(keys, buf_str(&key));
    buf_done(&key);
    return id;
}

static void
fold_into(struct placed *head, struct placed *copy, bool by_bytes)
{
    copy->is_folded = true;
    if (head->item.copy_count++ == 0)
        head->item.is_same_bytes = by_bytes;
    head->item.is_same_bytes &= by_bytes;
    if (head->last_copy)
        head->last_copy->item.copy = &copy->item;
    else
        head->item.copy = &copy->item;
    head->last_copy = copy;
}

/* Folds what is the same by bytes, or by rule and quote where there are more than `most`. */
static bool
fold(struct grouping *grouping, bool by_bytes, uint32_t most)
{
    uint32_t count = grouping->count;
    uint32_t *ids = arena_array(grouping->arena, count + 1, sizeof(*ids));
    uint32_t *counts = arena_array(grouping->arena, count + 2, sizeof(*counts));
    struct placed **heads = arena_array(grouping->arena, count + 2, sizeof(*heads));
    struct table *keys = ids && counts && heads ? table_new(TABLE_BYTES_MAX) : NULL;

    if (!keys)
        return false;
    for (uint32_t i = 0; i < count; i++) {
        struct placed *placed = &grouping->placed[i];

        /* Which software is old is not told by what its version's line looks like. */
        if (!placed->is_folded && !(placed->section == SCAN_OUTDATED && !by_bytes))
            ids[i] = key_of(keys, placed, by_bytes);
        counts[ids[i]] += 1 + (placed->is_folded ? 0 : placed->item.copy_count);
    }
    for (uint32_t i = 0; i < count; i++) {
        struct placed *placed = &grouping->placed[i];
        struct placed **head = &heads[ids[i]];

        if (ids[i] == 0 || counts[ids[i]] <= most)
            continue;
        if (*head && placed->item.copy_count == 0)
            fold_into(*head, placed, by_bytes);
        else if (!*head)
            *head = placed;
    }
    table_free(keys);
    return true;
}

/* By site and section, gravest first; what is folded comes last of all. */
static int
in_order(const void *a, const void *b)
{
    const struct placed *x = *(struct placed *const *)a, *y = *(struct placed *const *)b;
    int rank_x, rank_y;

    if (x->is_folded != y->is_folded)
        return x->is_folded - y->is_folded;
    if (x->site != y->site)
        return x->site < y->site ? -1 : 1;
    if (x->section != y->section)
        return (int)x->section - (int)y->section;
    rank_x = scan_words_rank(x->item.finding->rule);
    rank_y = scan_words_rank(y->item.finding->rule);
    if (x->section == SCAN_MAIL && rank_x != rank_y)
        return rank_x - rank_y;
    if (x->item.finding->confidence > y->item.finding->confidence ||
        x->item.finding->confidence < y->item.finding->confidence)
        return x->item.finding->confidence > y->item.finding->confidence ? -1 : 1;
    return x < y ? -1 : x > y;
}

/* The items in order, in an array of their own. */
static struct placed **
sort_placed(struct grouping *grouping)
{
    struct placed **order =
        arena_array(grouping->arena, grouping->count + 1, sizeof(struct placed *));

    if (!order)
        return NULL;
    for (uint32_t i = 0; i < grouping->count; i++)
        order[i] = &grouping->placed[i];
    qsort(order, grouping->count, sizeof(struct placed *), in_order);
    return order;
}

static void
tell_first(struct scan_site *site, const struct scan_item *item)
{
    for (const struct scan_item *one = item; one; one = one->copy) {
        const struct finding *finding = one->finding;

        if (finding->file && (!site->first || finding->file->ctime_s < site->first->file->ctime_s))
            site->first = finding;
    }
}

static void
add_item(struct scan_sites *sites, struct scan_site *site, const struct placed *placed,
         struct scan_item *slot)
{
    struct scan_items *items = &site->sections[placed->section];

    *slot = placed->item;
    if (items->count++ == 0)
        items->list = slot;
    items->file_count += 1 + slot->copy_count;
    sites->files[placed->section] += 1 + slot->copy_count;
    if (placed->section == SCAN_MALICIOUS) {
        tell_first(site, slot);
        if (placed->site == 0)
            sites->outside += 1 + slot->copy_count;
    }
}

static int
worst_first(const void *a, const void *b)
{
    const struct scan_site *x = a, *y = b;

    for (int i = 0; i < SCAN_SECTION_COUNT; i++) {
        uint32_t in_x = x->sections[i].file_count, in_y = y->sections[i].file_count;

        if (in_x != in_y)
            return in_x > in_y ? -1 : 1;
    }
    return str_compare(x->root, y->root);
}

static bool
make_sites(struct grouping *grouping, struct scan_sites *sites)
{
    uint32_t places = table_count(grouping->roots) + 1;
    struct scan_site *list = arena_array(grouping->arena, places, sizeof(*list));
    struct scan_item *items = arena_array(grouping->arena, grouping->count + 1, sizeof(*items));
    struct placed **order = sort_placed(grouping);
    uint32_t last = UINT32_MAX;

    if (!list || !items || !order)
        return false;
    for (uint32_t i = 0; i < grouping->count && !order[i]->is_folded; i++) {
        if (order[i]->site != last) {
            last = order[i]->site;
            list[sites->count++].root =
                arena_str(grouping->arena, table_name(grouping->roots, last));
        }
        add_item(sites, &list[sites->count - 1], order[i], &items[i]);
    }
    for (uint32_t i = 0; i < sites->count; i++)
        sites->hacked += list[i].root.len && list[i].sections[SCAN_MALICIOUS].count;
    qsort(list, sites->count, sizeof(*list), worst_first);
    sites->list = list;
    return true;
}

bool
scan_sites_group(const struct scan_report *report, struct arena *arena,
                 struct scan_sites *ret_sites)
{
    struct grouping grouping = {.report = report, .arena = arena};
    struct scan_sites sites = {.count = 0};
    bool is_made;

    grouping.placed = arena_array(arena, report->finding_count + 1, sizeof(*grouping.placed));
    if (!grouping.placed)
        return false;
    grouping.roots = table_new(TABLE_BYTES_MAX);
    for (size_t i = 0; i < report->site_count; i++)
        (void)table_add(grouping.roots, report->sites[i]);
    place_all(&grouping);
    sites.total = table_count(grouping.roots);
    is_made = fold(&grouping, true, 1) && fold(&grouping, false, SCAN_ALIKE_MAX) &&
              make_sites(&grouping, &sites);
    table_free(grouping.roots);
    if (is_made)
        *ret_sites = sites;
    return is_made;
}
