#include "php/flow_parts.h"

struct function *
flow_function_find(const struct flow *flow, struct str name)
{
    for (struct function *function = flow->function_buckets[flow_bucket(name)]; function;
         function = function->bucket_next) {
        if (str_eq(function->name, name))
            return function;
    }
    return NULL;
}

struct class *
flow_class_find(const struct flow *flow, struct str name)
{
    for (struct class *class = flow->class_buckets[flow_bucket(name)]; class && name.len;
         class = class->bucket_next) {
        if (str_eq(class->name, name))
            return class;
    }
    return NULL;
}

struct function *
flow_method_find(const struct flow *flow, struct str class, struct str name)
{
    char text[200];

    /* A chain of parents that bites its tail ends here. */
    for (int depth = 0; depth < 16 && class.len; depth++) {
        struct function *function;
        const struct class *found;

        if (class.len + name.len + 2 > sizeof(text))
            return NULL;
        memcpy(text, class.data, class.len);
        memcpy(text + class.len, "::", 2);
        memcpy(text + class.len + 2, name.data, name.len);
        function = flow_function_find(flow, (struct str){text, class.len + 2 + name.len});
        if (function)
            return function;
        found = flow_class_find(flow, class);
        class = found ? found->parent : STR_EMPTY;
    }
    return NULL;
}

const struct summary *
flow_known(const struct flow *flow, struct str name)
{
    if (flow->options->asked)
        names_add(flow->options->asked, names_function(name));
    return summaries_find(flow->options->known, name);
}

const struct summary *
flow_known_method(const struct flow *flow, struct str name)
{
    if (flow->options->asked)
        names_add(flow->options->asked, names_method(name));
    return summaries_find_method(flow->options->known, name);
}

/* What a walk of a function sets aside and takes up again. */
struct aside {
    struct state state;
    struct state *top;
    struct frame *frame;
    uint32_t concrete;
};

static void
enter_frame(struct flow *flow, struct frame *frame, struct aside *aside)
{
    aside->state = flow->state;
    aside->top = flow->top;
    aside->frame = flow->frame;
    aside->concrete = flow->concrete;
    if (!flow->top)
        flow->top = &aside->state;
    frame->id = ++flow->frames;
    frame->caller = flow->frame;
    frame->returned = (struct returned){
        .guards_true = UINT32_MAX, .guards_false = UINT32_MAX, .guards_after = UINT32_MAX};
    for (int i = 0; i < 8; i++)
        frame->returned.clean_true[i] = frame->returned.clean_false[i] =
            frame->returned.clean_after[i] = UINT32_MAX;
    flow->frame = frame;
    state_init(&flow->state, flow->arena);
}

static void
leave_frame(struct flow *flow, struct aside *aside)
{
    flow->state = aside->state;
    flow->top = aside->top;
    flow->frame = aside->frame;
    flow->concrete = aside->concrete;
}

static const struct node *
parameters_of(const struct node *function)
{
    return node_child(function, 0);
}

static const struct node *
body_of(const struct node *function)
{
    return node_child(function, function->kind == NODE_CLOSURE ? 2 : 1);
}

/* Each parameter stands for whatever the caller hands in. */
static void
set_parameters(struct flow *flow, const struct node *function)
{
    uint32_t index = 0;

    for (const struct node *child = parameters_of(function)->child; child; child = child->next) {
        struct value value = {.parameters = index < SUM_PARAMETERS_MAX ? 1u << index : 0};

        (void)state_set(&flow->state, child->text, value);
        index++;
    }
}

static void
set_arguments(struct flow *flow, const struct node *function, const struct arguments *arguments)
{
    uint32_t index = 0;

    for (const struct node *child = parameters_of(function)->child; child; child = child->next) {
        struct value value = index < arguments->count ? arguments->list[index]
                                                      : flow_expression(flow, node_child(child, 0));

        (void)state_set(&flow->state, child->text, value);
        index++;
    }
}

/* What holds of parameter `index` now, beyond what held when it came in. */
static uint32_t
parameter_clean(const struct flow *flow, const struct node *function, uint32_t index,
                const struct facts *facts)
{
    const struct node *parameter = parameters_of(function)->child;
    const struct variable *variable;
    uint32_t clean = 0;

    for (uint32_t i = 0; parameter && i < index; i++)
        parameter = parameter->next;
    if (!parameter)
        return 0;
    variable = state_find(&flow->state, parameter->text);
    /* Only while it still is what came in. */
    if (!variable || variable->value.parameters != 1u << index)
        return 0;
    clean = variable->value.clean;
    for (uint32_t i = 0; facts && i < facts->count; i++) {
        if (str_eq(facts->list[i].path, parameter->text))
            clean |= facts->list[i].clean;
    }
    return clean;
}

static void
note_return(struct flow *flow, struct value value, const struct facts *when_true,
            const struct facts *when_false)
{
    struct frame *frame = flow->frame;
    struct returned *returned = &frame->returned;
    bool truth, is_known = value_truth(value, &truth);
    const struct node *function = frame->function ? frame->function->node : NULL;

    returned->value = returned->is_any ? value_either(returned->value, value) : value;
    returned->is_any = true;
    returned->guards_after &= flow->state.guards;
    for (uint32_t i = 0; function && i < 8; i++)
        returned->clean_after[i] &= parameter_clean(flow, function, i, NULL);
    if (!is_known || truth) {
        returned->may_true = true;
        returned->guards_true &= flow->state.guards | when_true->guards;
        for (uint32_t i = 0; function && i < 8; i++)
            returned->clean_true[i] &= parameter_clean(flow, function, i, when_true);
    }
    if (!is_known || !truth) {
        returned->may_false = true;
        returned->guards_false &= flow->state.guards | when_false->guards;
        for (uint32_t i = 0; function && i < 8; i++)
            returned->clean_false[i] &= parameter_clean(flow, function, i, when_false);
    }
}

void
flow_return(struct flow *flow, const struct node *operand)
{
    struct facts when_true = {0}, when_false = {0};
    struct value value = {.kind = VALUE_NULL};

    if (operand->kind != NODE_NONE)
        value = flow_condition(flow, operand, &when_true, &when_false);
    note_return(flow, value, &when_true, &when_false);
}

/* The body, and the return that stands at every end. */
static void
walk_body(struct flow *flow, const struct node *function)
{
    const struct node *body = body_of(function);
    struct facts nothing = {0};

    if (function->kind == NODE_CLOSURE && body->kind != NODE_BLOCK) {
        flow_return(flow, body); /* fn() => … */
        return;
    }
    flow_statement(flow, body);
    if (!flow->state.is_dead)
        note_return(flow, (struct value){.kind = VALUE_NULL}, &nothing, &nothing);
}

static void
take_returned(const struct returned *returned, struct summary *sum)
{
    sum->is_end = !returned->is_any;
    sum->result = returned->value;
    sum->guards_after = returned->is_any ? returned->guards_after : 0;
    sum->guards_true = returned->may_true ? returned->guards_true : 0;
    sum->guards_false = returned->may_false ? returned->guards_false : 0;
    for (int i = 0; i < 8; i++) {
        sum->clean_after[i] = returned->is_any ? returned->clean_after[i] : 0;
        sum->clean_true[i] = returned->may_true ? returned->clean_true[i] : 0;
        sum->clean_false[i] = returned->may_false ? returned->clean_false[i] : 0;
    }
}

const struct summary *
flow_function_sum(struct flow *flow, struct function *function)
{
    struct frame frame = {.function = function, .class = function->class};
    struct aside aside;

    if (function->status == FUNCTION_DONE)
        return function->sum;
    if (function->status == FUNCTION_ACTIVE || !flow_enter(flow))
        return NULL;
    function->status = FUNCTION_ACTIVE;
    function->sum = ARENA_NEW(flow->arena, struct summary);
    if (function->sum && body_of(function->node)->kind != NODE_NONE) {
        function->sum->name = function->name;
        function->sum->path = flow->options->path;
        frame.sum = function->sum;
        enter_frame(flow, &frame, &aside);
        flow->concrete = 0;
        set_parameters(flow, function->node);
        walk_body(flow, function->node);
        take_returned(&frame.returned, function->sum);
        leave_frame(flow, &aside);
    }
    function->status = FUNCTION_DONE;
    flow_leave(flow);
    return function->sum;
}

/* Parameters by reference: what the function left in them is the caller's. */
static void
give_references(struct flow *flow, const struct node *function, const struct arguments *arguments,
                const struct state *inside)
{
    uint32_t index = 0;

    for (const struct node *child = parameters_of(function)->child;
         child && index < arguments->count; child = child->next, index++) {
        const struct variable *variable = child->op == '&' ? state_find(inside, child->text) : NULL;

        if (variable && arguments->nodes[index])
            flow_assign(flow, arguments->nodes[index], variable->value);
    }
}

bool
flow_function_compute(struct flow *flow, const struct node *node, struct str class,
                      const struct arguments *arguments, struct value *ret_value)
{
    struct frame frame = {.class = class};
    struct aside aside;
    uint32_t begin = flow->steps;
    struct state inside;
    struct value value;

    if (flow->inlined >= FLOW_INLINE_MAX || flow->concrete_steps >= FLOW_CONCRETE_STEPS_MAX ||
        body_of(node)->kind == NODE_NONE || !flow_enter(flow))
        return false;
    flow->inlined++;
    frame.sum = flow->frame->sum;
    enter_frame(flow, &frame, &aside);
    flow->concrete++;
    set_arguments(flow, node, arguments);
    walk_body(flow, node);
    value = frame.returned.is_any ? frame.returned.value : VALUE_NOTHING;
    inside = flow->state;
    leave_frame(flow, &aside);
    give_references(flow, node, arguments, &inside);
    flow->inlined--;
    flow->concrete_steps += flow->steps - begin;
    flow_leave(flow);
    if (!value_is_known(value))
        return false;
    *ret_value = value;
    return true;
}

bool
flow_function_inline(struct flow *flow, struct function *function,
                     const struct arguments *arguments, struct value *ret_value)
{
    struct frame frame = {.class = function->class, .sum = flow->frame->sum};
    struct aside aside;
    struct state inside;

    if (flow->inlined >= FLOW_INLINE_MAX || flow->steps > FLOW_STEPS_MAX / 4 ||
        body_of(function->node)->kind == NODE_NONE || !flow_enter(flow))
        return false;
    flow->inlined++;
    enter_frame(flow, &frame, &aside);
    flow->state.guards = aside.state.guards;
    set_arguments(flow, function->node, arguments);
    walk_body(flow, function->node);
    *ret_value = frame.returned.is_any ? frame.returned.value : VALUE_NOTHING;
    inside = flow->state;
    leave_frame(flow, &aside);
    give_references(flow, function->node, arguments, &inside);
    flow->inlined--;
    flow_leave(flow);
    return true;
}

struct value
flow_closure_call(struct flow *flow, const struct node *closure, const struct arguments *arguments)
{
    struct frame frame = {.class = flow->frame->class, .sum = flow->frame->sum};
    struct aside aside;
    struct value value;

    if (flow->inlined >= FLOW_INLINE_MAX || !flow_enter(flow))
        return VALUE_NOTHING;
    flow->inlined++;
    enter_frame(flow, &frame, &aside);
    flow->state.guards = aside.state.guards;
    set_arguments(flow, closure, arguments);
    for (const struct node *used = node_child(closure, 1)->child; used; used = used->next) {
        const struct node *variable = used->kind == NODE_ITEM ? node_child(used, 1) : used;
        const struct variable *outer = state_find(&aside.state, variable->text);

        if (outer)
            (void)state_set(&flow->state, variable->text, outer->value);
    }
    walk_body(flow, closure);
    value = frame.returned.is_any ? frame.returned.value : VALUE_NOTHING;
    leave_frame(flow, &aside);
    flow->inlined--;
    flow_leave(flow);
    return value;
}

void
flow_closure_look(struct flow *flow, const struct node *closure)
{
    size_t slot = ((uintptr_t)closure >> 6) & (FLOW_CLOSURES_MAX - 1);
    struct arguments *nothing;
    struct state before;

    if (flow->concrete || flow->closures[slot])
        return;
    nothing = ARENA_NEW(flow->arena, struct arguments);
    if (!nothing)
        return;
    flow->closures[slot] = closure;
    before = state_copy(&flow->state);
    for (const struct node *child = parameters_of(closure)->child;
         child && nothing->count < FLOW_ARGUMENTS_MAX; child = child->next)
        nothing->list[nothing->count++] = VALUE_NOTHING;
    (void)flow_closure_call(flow, closure, nothing);
    flow->state = before;
}

/* Is nothing of the mail the caller's? Then the file in which it is put together tells of it. */
static bool
is_mail_of_its_own(const struct flow *flow, const struct summary *sum, const struct sum_sink *sink)
{
    if (!sink_is_mail(sink->sink) || str_eq(sum->path, flow->options->path))
        return false;
    for (uint32_t i = 0; i < sum->sink_count; i++) {
        if (sum->sinks[i].unit == sink->unit && sum->sinks[i].parameters)
            return false;
    }
    return !(sink->unit & SUM_UNIT_OF_OBJECT);
}

static void
apply_sinks(struct flow *flow, const struct summary *sum, const struct arguments *arguments,
            const struct node *node)
{
    for (uint32_t i = 0; i < sum->sink_count; i++) {
        const struct sum_sink *sink = &sum->sinks[i];
        struct value value = flow_object_through(flow, sum, arguments, sink->parameters);
        uint32_t unit = flow_object_unit(flow, sink->unit, arguments->receiver);

        if (is_mail_of_its_own(flow, sum, sink))
            continue;
        /* What the caller cleaned says nothing of what comes from the visitor inside. */
        value.clean = sink->clean | (sink->taint & TAINT_VISITOR ? 0 : value.clean);
        value.taint |= sink->taint;
        if (!value.text.len)
            value.text = sink->text;
        if (!value.origin && sink->origin.len)
            value.origin = &sink->origin;
        flow_arrive(flow,
                    (struct arrival){.sink = sink->sink,
                                     .function = sink->function,
                                     .node = node,
                                     .via = sink,
                                     .guards = sink->guards,
                                     .unit = unit ? unit
                                                  : (sink->unit ^ (uint32_t)(uintptr_t)node) &
                                                        ~SUM_UNIT_OF_OBJECT,
                                     .is_in_loop = sink->is_in_loop},
                    value);
    }
}

static void
apply_facts(struct flow *flow, const struct summary *sum, const struct arguments *arguments,
            struct facts *when_true, struct facts *when_false)
{
    struct facts after = {.guards = sum->guards_after};

    when_true->guards |= sum->guards_true;
    when_false->guards |= sum->guards_false;
    for (uint32_t i = 0; i < arguments->count && i < 8; i++) {
        struct str path;

        if (!(sum->clean_true[i] | sum->clean_false[i] | sum->clean_after[i]) ||
            !arguments->nodes[i])
            continue;
        path = flow_path(flow, arguments->nodes[i]);
        if (!path.len)
            continue;
        facts_add(when_true, path, sum->clean_true[i]);
        facts_add(when_false, path, sum->clean_false[i]);
        facts_add(&after, path, sum->clean_after[i]);
    }
    state_assume(&flow->state, &after);
}

struct value
flow_apply(struct flow *flow, const struct summary *sum, struct arguments *arguments,
           const struct node *node, struct facts *when_true, struct facts *when_false)
{
    struct value result = sum->result, made;

    apply_sinks(flow, sum, arguments, node);
    flow_object_apply(flow, sum, arguments);
    apply_facts(flow, sum, arguments, when_true, when_false);
    if (sum->is_end)
        flow->state.is_dead = true;
    if (!sum->result.parameters)
        return result;
    made = flow_object_through(flow, sum, arguments, sum->result.parameters);
    result.parameters = made.parameters;
    /* What the function does to its parameter comes on top of what it was. */
    if (!(sum->result.taint & TAINT_VISITOR))
        result.clean = sum->result.clean | made.clean;
    result.taint |= made.taint;
    result.made |= made.made;
    if (made.origin)
        result.origin = made.origin;
    if (value_is_known(result) && !value_is_known(made))
        result.kind = VALUE_UNKNOWN;
    return result;
}
