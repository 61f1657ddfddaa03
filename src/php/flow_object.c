#include "php/flow_parts.h"

/* "to" of "this->to"; empty for what is no plain property of the object. */
static struct str
own_property(struct str path)
{
    struct str name = path;

    if (!str_skip(&name, STR("this->")))
        return STR_EMPTY;
    return str_index_any(name, STR("[-:")) == name.len ? name : STR_EMPTY;
}

/* Does a mail leave from anywhere in it, by what its calls are named? */
static bool
sends_mail(struct flow *flow, const struct node *node)
{
    bool is_found = false;

    if (!flow_enter(flow))
        return false;
    for (const struct node *child = node->child; child && !is_found; child = child->next) {
        if (child->kind == NODE_CALL || child->kind == NODE_NEW)
            is_found = library_is_mailer(node_child(child, 0)->text);
        is_found = is_found || sends_mail(flow, child);
    }
    flow_leave(flow);
    return is_found;
}

bool
flow_object_is_mailer(struct flow *flow, const struct node *class)
{
    return library_is_mailer(class->text) || library_is_mailer(class->parent) ||
           sends_mail(flow, class);
}

/* The class whose method is walked, where it sends mail. */
static bool
is_in_mailer(const struct flow *flow)
{
    const struct class *class = flow_class_find(flow, flow->frame->class);

    return flow->frame->sum && class && class->is_mailer;
}

/* The bit that stands for a property in the sum that is made; 0 when there is none left. */
static uint32_t
property_bit(struct flow *flow, struct str name)
{
    struct summary *sum = flow->frame->sum;

    for (uint32_t i = 0; i < sum->property_count; i++) {
        if (str_eq(sum->properties[i], name))
            return sum_property_bit(i);
    }
    if (sum->property_count == SUM_PROPERTIES_MAX)
        return 0;
    sum->properties[sum->property_count] = name;
    return sum_property_bit(sum->property_count++);
}

uint32_t
flow_object_bit(struct flow *flow, struct str path)
{
    struct str name = own_property(path);

    if (!name.len || flow->concrete || !is_in_mailer(flow))
        return 0;
    return property_bit(flow, name);
}

void
flow_object_set(struct flow *flow, struct str path, struct value value, bool is_added)
{
    struct summary *sum = flow->frame->sum;
    struct str name = own_property(path);
    struct sum_set set = {
        .property = name,
        .parameters = value.parameters,
        .taint = value.taint,
        .clean = value.clean,
        .is_added = is_added,
        .origin = value.origin ? *value.origin : STR_EMPTY,
    };

    if (!name.len || !is_in_mailer(flow) || (!value.parameters && !flow_is_visitor(value)))
        return;
    for (uint32_t i = 0; i < sum->set_count; i++) {
        struct sum_set *known = &sum->sets[i];

        if (!str_eq(known->property, name))
            continue;
        known->parameters |= set.parameters;
        known->taint |= set.taint;
        known->clean &= set.clean;
        known->is_added |= is_added;
        return;
    }
    if (sum->set_count < SUM_SETS_MAX)
        sum->sets[sum->set_count++] = set;
}

static struct str
property_path(struct flow *flow, struct str receiver, struct str name)
{
    if (!receiver.len || receiver.len + name.len + 2 > FLOW_PATH_MAX)
        return STR_EMPTY;
    return arena_join(flow->arena, (const struct str[]){receiver, STR("->"), name}, 3);
}

struct value
flow_object_through(struct flow *flow, const struct summary *sum, const struct arguments *arguments,
                    uint32_t bits)
{
    struct value value = VALUE_NOTHING;
    bool is_first = true;

    for (uint32_t i = 0; i < arguments->count; i++) {
        if (!(bits & (1u << i)))
            continue;
        value = is_first ? arguments->list[i] : value_both(value, arguments->list[i]);
        is_first = false;
    }
    for (uint32_t i = 0; i < sum->property_count; i++) {
        struct str path;
        struct value property;

        if (!(bits & sum_property_bit(i)))
            continue;
        path = property_path(flow, arguments->receiver, sum->properties[i]);
        if (!path.len)
            continue;
        property = flow_read(flow, path);
        value = is_first ? property : value_both(value, property);
        is_first = false;
    }
    return value;
}

void
flow_object_apply(struct flow *flow, const struct summary *sum, const struct arguments *arguments)
{
    for (uint32_t i = 0; i < sum->set_count; i++) {
        const struct sum_set *set = &sum->sets[i];
        struct value value = flow_object_through(flow, sum, arguments, set->parameters);
        struct str path = property_path(flow, arguments->receiver, set->property);
        const struct variable *before = path.len ? state_find(&flow->state, path) : NULL;

        if (!path.len)
            continue;
        value.clean = set->clean | (set->taint & TAINT_VISITOR ? 0 : value.clean);
        value.taint |= set->taint;
        if (!value.origin && set->origin.len)
            value.origin = &set->origin;
        if (set->is_added && before)
            value = value_both(before->value, value);
        (void)state_set(&flow->state, path, value);
        flow_object_set(flow, path, value, set->is_added);
    }
}

void
flow_object_move(struct flow *flow, struct str from, struct str to)
{
    struct str names[SUM_SETS_MAX];
    struct value values[SUM_SETS_MAX];
    uint32_t count = 0;

    for (uint32_t i = 0; i < flow->state.count && count < SUM_SETS_MAX; i++) {
        struct str path = flow->state.variables[i].path;

        if (!str_skip(&path, from) || !str_skip(&path, STR("->")))
            continue;
        names[count] = path;
        values[count++] = flow->state.variables[i].value;
    }
    for (uint32_t i = 0; i < count; i++) {
        struct str path = property_path(flow, to, names[i]);

        if (path.len)
            (void)state_set(&flow->state, path, values[i]);
    }
    state_forget(&flow->state, from);
}

uint32_t
flow_object_unit(const struct flow *flow, uint32_t unit, struct str receiver)
{
    if (!(unit & SUM_UNIT_OF_OBJECT) || !receiver.len)
        return 0;
    if (str_eq(receiver, STR("this")))
        return unit;
    return (unit ^ (uint32_t)str_hash(receiver) ^ flow->frame->id) & ~SUM_UNIT_OF_OBJECT;
}
