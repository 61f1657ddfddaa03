#include "php/state.h"

static uint32_t
path_hash(struct str path)
{
    return (uint32_t)str_hash(path);
}

void
state_init(struct state *state, struct arena *arena)
{
    *state = (struct state){.arena = arena};
}

/* False at the ceiling, or when the arena is full. */
static bool
state_reserve(struct state *state, uint32_t count)
{
    uint32_t capacity = state->capacity ? state->capacity * 2 : 16;
    uint32_t *hashes;
    struct variable *variables;

    if (count <= state->capacity)
        return true;
    if (count > STATE_VARIABLES_MAX)
        return false;
    while (capacity < count)
        capacity *= 2;
    hashes = arena_array(state->arena, capacity, sizeof(*hashes));
    variables = arena_array(state->arena, capacity, sizeof(*variables));
    if (!hashes || !variables)
        return false;
    if (state->count) {
        memcpy(hashes, state->hashes, state->count * sizeof(*hashes));
        memcpy(variables, state->variables, state->count * sizeof(*variables));
    }
    state->hashes = hashes;
    state->variables = variables;
    state->capacity = capacity;
    return true;
}

struct state
state_copy(const struct state *state)
{
    struct state copy = *state;

    copy.capacity = 0;
    copy.count = 0;
    copy.hashes = NULL;
    copy.variables = NULL;
    if (state->count && state_reserve(&copy, state->count)) {
        memcpy(copy.hashes, state->hashes, state->count * sizeof(*copy.hashes));
        memcpy(copy.variables, state->variables, state->count * sizeof(*copy.variables));
        copy.count = state->count;
    }
    return copy;
}

static struct variable *
find_hashed(const struct state *state, struct str path, uint32_t hash)
{
    for (uint32_t i = 0; i < state->count; i++) {
        if (state->hashes[i] == hash && str_eq(state->variables[i].path, path))
            return &state->variables[i];
    }
    return NULL;
}

struct variable *
state_find(const struct state *state, struct str path)
{
    return find_hashed(state, path, path_hash(path));
}

/* "a[b]" and "a->b" are parts of "a". */
static bool
is_part_of(struct str path, struct str whole)
{
    return path.len > whole.len && (path.data[whole.len] == '[' || path.data[whole.len] == '-') &&
           str_starts(path, whole);
}

static void
drop(struct state *state, uint32_t index)
{
    state->count--;
    state->hashes[index] = state->hashes[state->count];
    state->variables[index] = state->variables[state->count];
}

static void
forget_parts(struct state *state, struct str path)
{
    for (uint32_t i = state->count; i-- > 0;) {
        if (is_part_of(state->variables[i].path, path))
            drop(state, i);
    }
}

void
state_forget(struct state *state, struct str path)
{
    struct variable *variable = state_find(state, path);

    if (variable)
        drop(state, (uint32_t)(variable - state->variables));
    forget_parts(state, path);
}

struct variable *
state_set(struct state *state, struct str path, struct value value)
{
    uint32_t hash = path_hash(path);
    struct variable *variable;

    forget_parts(state, path);
    variable = find_hashed(state, path, hash);
    if (!variable) {
        if (!state_reserve(state, state->count + 1))
            return NULL;
        state->hashes[state->count] = hash;
        variable = &state->variables[state->count++];
    }
    *variable = (struct variable){.path = path, .value = value};
    return variable;
}

void
facts_add(struct facts *facts, struct str path, uint32_t clean)
{
    for (uint32_t i = 0; i < facts->count; i++) {
        if (str_eq(facts->list[i].path, path)) {
            facts->list[i].clean |= clean;
            return;
        }
    }
    if (clean && facts->count < FACTS_MAX)
        facts->list[facts->count++] = (struct refinement){path, clean};
}

void
facts_and(struct facts *facts, const struct facts *other)
{
    if (!other)
        return;
    facts->guards |= other->guards;
    for (uint32_t i = 0; i < other->count; i++)
        facts_add(facts, other->list[i].path, other->list[i].clean);
}

static uint32_t
facts_clean(const struct facts *facts, struct str path)
{
    for (uint32_t i = 0; i < facts->count; i++) {
        if (str_eq(facts->list[i].path, path))
            return facts->list[i].clean;
    }
    return 0;
}

void
facts_or(struct facts *facts, const struct facts *other)
{
    static const struct facts nothing;
    uint32_t kept = 0;

    if (!other)
        other = &nothing;
    facts->guards &= other->guards;
    for (uint32_t i = 0; i < facts->count; i++) {
        struct refinement refinement = facts->list[i];

        refinement.clean &= facts_clean(other, refinement.path);
        if (refinement.clean)
            facts->list[kept++] = refinement;
    }
    facts->count = kept;
}

void
state_assume(struct state *state, const struct facts *facts)
{
    if (!facts)
        return;
    state->guards |= facts->guards;
    for (uint32_t i = 0; i < facts->count; i++) {
        struct variable *variable = state_find(state, facts->list[i].path);

        if (variable)
            variable->value.clean |= facts->list[i].clean;
    }
}

/* What holds in `state` and not in `other`, as facts. */
static void
facts_beyond(const struct state *state, const struct state *other, struct facts *ret_facts)
{
    ret_facts->guards = state->guards;
    ret_facts->count = 0;
    for (uint32_t i = 0; i < state->count; i++) {
        const struct variable *own = &state->variables[i];
        const struct variable *theirs;

        if (!own->value.clean)
            continue;
        theirs = find_hashed(other, own->path, state->hashes[i]);
        if (theirs && (own->value.clean & ~theirs->value.clean))
            facts_add(ret_facts, own->path, own->value.clean);
    }
}

/* What follows where a variable of `state` is `truth`, if it can be: false when it cannot. */
static bool
implied(const struct variable *variable, const struct facts *beyond, bool truth,
        struct facts *ret_facts)
{
    bool known;

    if (value_truth(variable->value, &known) && known != truth)
        return false;
    *ret_facts = *beyond;
    facts_and(ret_facts, truth ? variable->when_true : variable->when_false);
    return true;
}

static const struct facts *
facts_keep(struct arena *arena, const struct facts *facts)
{
    struct facts *kept;

    if (!facts->guards && !facts->count)
        return NULL;
    kept = ARENA_NEW(arena, struct facts);
    if (kept)
        *kept = *facts;
    return kept;
}

static const struct facts *
join_implied(struct arena *arena, const struct variable *a, const struct facts *a_beyond,
             const struct variable *b, const struct facts *b_beyond, bool truth)
{
    struct facts from_a, from_b;
    bool is_a = implied(a, a_beyond, truth, &from_a);
    bool is_b = implied(b, b_beyond, truth, &from_b);

    if (is_a && is_b) {
        facts_or(&from_a, &from_b);
        return facts_keep(arena, &from_a);
    }
    if (is_a)
        return facts_keep(arena, &from_a);
    if (is_b)
        return facts_keep(arena, &from_b);
    return NULL;
}

static bool
same_variable(const struct variable *a, const struct variable *b)
{
    return memcmp(&a->value, &b->value, sizeof(a->value)) == 0 && a->when_true == b->when_true &&
           a->when_false == b->when_false;
}

/* A variable that only one side has: on the other it is what it was before, nothing. */
static void
join_missing(struct state *state, struct variable *variable, const struct facts *beyond,
             const struct facts *other_beyond)
{
    struct variable missing = {.path = variable->path, .value = {.kind = VALUE_NULL}};
    struct variable own = *variable;

    /* A part that was not looked at on the other side has its whole's taint, not none. */
    if (str_index(variable->path, '[') < variable->path.len ||
        str_find(variable->path, STR("->")) < variable->path.len) {
        variable->value.clean = 0;
        variable->when_true = variable->when_false = NULL;
        if (value_is_known(variable->value))
            variable->value =
                (struct value){.taint = variable->value.taint, .origin = variable->value.origin};
        return;
    }
    variable->value = value_either(own.value, missing.value);
    variable->value.clean = own.value.clean;
    variable->when_true = join_implied(state->arena, &own, beyond, &missing, other_beyond, true);
    variable->when_false = join_implied(state->arena, &own, beyond, &missing, other_beyond, false);
}

/* Can the truth of the variable tell on which side it was? */
static bool
tells(const struct variable *a, const struct variable *b)
{
    bool truth;

    return a->when_true || a->when_false || b->when_true || b->when_false ||
           value_truth(a->value, &truth) || value_truth(b->value, &truth);
}

static void
join_both(struct state *state, struct variable *own, const struct facts *own_beyond,
          const struct variable *theirs, const struct facts *other_beyond)
{
    struct variable before = *own;

    own->when_true = own->when_false = NULL;
    if (tells(&before, theirs)) {
        own->when_true =
            join_implied(state->arena, &before, own_beyond, theirs, other_beyond, true);
        own->when_false =
            join_implied(state->arena, &before, own_beyond, theirs, other_beyond, false);
    }
    own->value = value_either(before.value, theirs->value);
}

static void
join_variables(struct state *state, const struct state *other)
{
    struct facts own_beyond, other_beyond;
    uint32_t count = state->count;

    facts_beyond(state, other, &own_beyond);
    facts_beyond(other, state, &other_beyond);
    for (uint32_t i = 0; i < count; i++) {
        struct variable *own = &state->variables[i];
        const struct variable *theirs = find_hashed(other, own->path, state->hashes[i]);

        if (!theirs)
            join_missing(state, own, &own_beyond, &other_beyond);
        else if (!same_variable(own, theirs))
            join_both(state, own, &own_beyond, theirs, &other_beyond);
    }
    for (uint32_t i = 0; i < other->count; i++) {
        const struct variable *theirs = &other->variables[i];
        struct variable *added;

        if (find_hashed(state, theirs->path, other->hashes[i]))
            continue;
        if (!state_reserve(state, state->count + 1))
            break;
        state->hashes[state->count] = other->hashes[i];
        added = &state->variables[state->count++];
        *added = *theirs;
        join_missing(state, added, &other_beyond, &own_beyond);
    }
}

void
state_join(struct state *state, const struct state *other)
{
    if (other->is_dead)
        return;
    if (state->is_dead) {
        *state = state_copy(other);
        return;
    }
    join_variables(state, other);
    state->guards &= other->guards;
}
