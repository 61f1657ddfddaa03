#include "php/summary.h"

/* Open addressing over two kinds of keys: whole names, and methods without their class. */
struct summaries {
    struct arena *arena;
    uint32_t count, capacity;
    struct summary **list;
    bool *is_shared;                /* of list: another class has a method of that name */
    uint32_t slot_count;            /* a power of two */
    uint32_t *slots, *method_slots; /* index + 1 */
};

#define SLOTS_FIRST 512u

struct summaries *
summaries_new(struct arena *arena)
{
    struct summaries *summaries = ARENA_NEW(arena, struct summaries);

    if (!summaries)
        return NULL;
    summaries->arena = arena;
    summaries->slot_count = SLOTS_FIRST;
    summaries->slots = arena_array(arena, SLOTS_FIRST, sizeof(*summaries->slots));
    summaries->method_slots = arena_array(arena, SLOTS_FIRST, sizeof(*summaries->method_slots));
    return summaries->slots && summaries->method_slots ? summaries : NULL;
}

/* Of sinks, those of mail are told to other files: what else a library does with its callers'
 * words accuses neither. */
static bool
has_mail_sink(const struct summary *summary)
{
    for (uint32_t i = 0; i < summary->sink_count; i++) {
        if (sink_is_mail(summary->sinks[i].sink))
            return true;
    }
    return false;
}

bool
summary_matters(const struct summary *summary)
{
    if (has_mail_sink(summary) || summary->is_end || summary->guards_after ||
        summary->guards_true || summary->guards_false)
        return true;
    for (uint32_t i = 0; i < 8; i++) {
        if (summary->clean_true[i] || summary->clean_false[i] || summary->clean_after[i])
            return true;
    }
    return (summary->result.taint & TAINT_VISITOR) != 0;
}

/* "name" of "class::name"; empty for a function. */
static struct str
method_name(struct str name)
{
    size_t at = str_find(name, STR("::"));

    return at < name.len ? str_from(name, at + 2) : STR_EMPTY;
}

static uint32_t *
slot_of(const struct summaries *summaries, struct str name)
{
    uint32_t mask = summaries->slot_count - 1;

    for (uint32_t at = (uint32_t)str_hash(name) & mask;; at = (at + 1) & mask) {
        uint32_t *slot = &summaries->slots[at];

        if (!*slot || str_eq(summaries->list[*slot - 1]->name, name))
            return slot;
    }
}

static uint32_t *
method_slot_of(const struct summaries *summaries, struct str method)
{
    uint32_t mask = summaries->slot_count - 1;

    for (uint32_t at = (uint32_t)str_hash(method) & mask;; at = (at + 1) & mask) {
        uint32_t *slot = &summaries->method_slots[at];

        if (!*slot || str_eq(method_name(summaries->list[*slot - 1]->name), method))
            return slot;
    }
}

static void
copy_texts(struct arena *arena, struct summary *summary)
{
    summary->name = arena_str(arena, summary->name);
    summary->path = arena_str(arena, summary->path);
    summary->result.text = arena_str(arena, summary->result.text);
    if (summary->result.origin) {
        struct str *origin = ARENA_NEW(arena, struct str);

        if (origin)
            *origin = arena_str(arena, *summary->result.origin);
        summary->result.origin = origin;
    }
    for (uint32_t i = 0; i < summary->sink_count; i++) {
        summary->sinks[i].path = arena_str(arena, summary->sinks[i].path);
        summary->sinks[i].function = arena_str(arena, summary->sinks[i].function);
        summary->sinks[i].origin = arena_str(arena, summary->sinks[i].origin);
        summary->sinks[i].text = arena_str(arena, summary->sinks[i].text);
    }
    for (uint32_t i = 0; i < summary->property_count; i++)
        summary->properties[i] = arena_str(arena, summary->properties[i]);
    for (uint32_t i = 0; i < summary->set_count; i++) {
        summary->sets[i].property = arena_str(arena, summary->sets[i].property);
        summary->sets[i].origin = arena_str(arena, summary->sets[i].origin);
    }
}

/* Do both do the same to their objects? */
static bool
same_object(const struct summary *a, const struct summary *b)
{
    if (a->property_count != b->property_count || a->set_count != b->set_count)
        return false;
    for (uint32_t i = 0; i < a->property_count; i++) {
        if (!str_eq(a->properties[i], b->properties[i]))
            return false;
    }
    for (uint32_t i = 0; i < a->set_count; i++) {
        const struct sum_set *x = &a->sets[i], *y = &b->sets[i];

        if (!str_eq(x->property, y->property) || x->parameters != y->parameters ||
            x->taint != y->taint || x->clean != y->clean || x->is_added != y->is_added)
            return false;
    }
    return true;
}

/* Texts are compared by their bytes: two files may hold the same function. */
static bool
same(const struct summary *a, const struct summary *b)
{
    if (a->sink_count != b->sink_count || a->guards_true != b->guards_true ||
        a->guards_false != b->guards_false || a->guards_after != b->guards_after ||
        a->is_end != b->is_end || a->result.taint != b->result.taint ||
        a->result.clean != b->result.clean || a->result.parameters != b->result.parameters ||
        memcmp(a->clean_true, b->clean_true, sizeof(a->clean_true)) != 0 ||
        memcmp(a->clean_false, b->clean_false, sizeof(a->clean_false)) != 0 ||
        memcmp(a->clean_after, b->clean_after, sizeof(a->clean_after)) != 0 || !same_object(a, b))
        return false;
    for (uint32_t i = 0; i < a->sink_count; i++) {
        const struct sum_sink *x = &a->sinks[i], *y = &b->sinks[i];

        if (x->sink != y->sink || x->parameters != y->parameters || x->clean != y->clean ||
            x->guards != y->guards || x->taint != y->taint)
            return false;
    }
    return true;
}

uint64_t
summary_fingerprint(const struct summary *summary)
{
    uint64_t sum = str_fingerprint(summary->name) ^ summary->guards_true ^
                   (uint64_t)summary->guards_false << 16 ^ (uint64_t)summary->guards_after << 32 ^
                   (uint64_t)summary->result.taint << 8 ^ (uint64_t)summary->is_end << 63;

    for (uint32_t i = 0; i < summary->sink_count; i++) {
        const struct sum_sink *sink = &summary->sinks[i];

        sum = sum * 31 + ((uint64_t)sink->sink << 56 ^ (uint64_t)sink->parameters << 24 ^
                          (uint64_t)sink->clean << 8 ^ (uint64_t)sink->guards ^ sink->taint);
    }
    for (uint32_t i = 0; i < 8; i++)
        sum = sum * 31 + summary->clean_true[i] + summary->clean_false[i] + summary->clean_after[i];
    return sum;
}

static struct summary *
copy_new(struct summaries *summaries, const struct summary *summary)
{
    size_t size = offsetof(struct summary, sinks) + summary->sink_count * sizeof(summary->sinks[0]);
    struct summary *copy = arena_alloc(summaries->arena, size);

    if (!copy)
        return NULL;
    memcpy(copy, summary, size);
    /* What the result points to belongs to the file that is about to go. */
    copy->result.kind = summary->result.kind == VALUE_OBJECT ? VALUE_OBJECT : VALUE_UNKNOWN;
    copy->result.number = 0;
    copy_texts(summaries->arena, copy);
    return copy;
}

static void
add_method(struct summaries *summaries, uint32_t index)
{
    struct str method = method_name(summaries->list[index]->name);
    uint32_t *slot;

    if (!method.len)
        return;
    slot = method_slot_of(summaries, method);
    if (*slot)
        summaries->is_shared[*slot - 1] = true;
    else
        *slot = index + 1;
}

/* Keeps half of the slots free, so that every search ends. */
static bool
widen_slots(struct summaries *summaries)
{
    uint32_t slot_count = summaries->slot_count * 2;
    uint32_t *slots, *method_slots;

    if (summaries->count * 2 < summaries->slot_count)
        return true;
    slots = arena_array(summaries->arena, slot_count, sizeof(*slots));
    method_slots = arena_array(summaries->arena, slot_count, sizeof(*method_slots));
    if (!slots || !method_slots)
        return false;
    summaries->slots = slots;
    summaries->method_slots = method_slots;
    summaries->slot_count = slot_count;
    for (uint32_t i = 0; i < summaries->count; i++) {
        *slot_of(summaries, summaries->list[i]->name) = i + 1;
        add_method(summaries, i);
    }
    return true;
}

static bool
grow(struct summaries *summaries)
{
    uint32_t capacity = summaries->capacity ? summaries->capacity * 2 : 64;
    struct summary **list;
    bool *is_shared;

    if (summaries->count >= SUMMARIES_MAX || !widen_slots(summaries))
        return false;
    if (summaries->count < summaries->capacity)
        return true;
    list = arena_array(summaries->arena, capacity, sizeof(*list));
    is_shared = arena_array(summaries->arena, capacity, sizeof(*is_shared));
    if (!list || !is_shared)
        return false;
    if (summaries->count) {
        memcpy(list, summaries->list, summaries->count * sizeof(struct summary *));
        memcpy(is_shared, summaries->is_shared, summaries->count * sizeof(*is_shared));
    }
    summaries->list = list;
    summaries->is_shared = is_shared;
    summaries->capacity = capacity;
    return true;
}

bool
summaries_want(const struct summaries *summaries, const struct summary *summary)
{
    const struct summary *before = summaries_find(summaries, summary->name);

    return !before || (str_compare(before->path, summary->path) >= 0 && !same(before, summary));
}

bool
summaries_add(struct summaries *summaries, const struct summary *summary)
{
    uint32_t *slot = slot_of(summaries, summary->name);
    struct summary *copy;

    if (*slot) {
        if (!summaries_want(summaries, summary))
            return false;
        copy = copy_new(summaries, summary);
        if (copy)
            summaries->list[*slot - 1] = copy;
        return copy != NULL;
    }
    if (!grow(summaries))
        return false;
    copy = copy_new(summaries, summary);
    if (!copy)
        return false;
    summaries->list[summaries->count] = copy;
    *slot_of(summaries, copy->name) = summaries->count + 1;
    add_method(summaries, summaries->count++);
    return true;
}

const struct summary *
summaries_find(const struct summaries *summaries, struct str name)
{
    uint32_t slot = summaries ? *slot_of(summaries, name) : 0;

    return slot ? summaries->list[slot - 1] : NULL;
}

const struct summary *
summaries_find_method(const struct summaries *summaries, struct str name)
{
    uint32_t slot = summaries && name.len ? *method_slot_of(summaries, name) : 0;

    return slot && !summaries->is_shared[slot - 1] ? summaries->list[slot - 1] : NULL;
}

bool
summary_mails(const struct summary *summary)
{
    for (uint32_t i = 0; i < summary->sink_count; i++) {
        if (summary->sinks[i].parameters && sink_is_mail(summary->sinks[i].sink))
            return true;
    }
    return false;
}

void
summary_add_names(const struct summary *summary, struct names *names)
{
    struct str method = method_name(summary->name);

    names_add(names, names_function(summary->name));
    if (method.len)
        names_add(names, names_method(method));
}

uint32_t
summaries_count(const struct summaries *summaries)
{
    return summaries->count;
}

const struct summary *
summaries_at(const struct summaries *summaries, uint32_t index)
{
    return summaries->list[index];
}
