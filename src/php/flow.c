#include "php/flow_parts.h"

bool
flow_enter(struct flow *flow)
{
    if (flow->steps >= FLOW_STEPS_MAX || flow->depth >= FLOW_DEPTH_MAX) {
        flow->is_cut = true;
        return false;
    }
    flow->steps++;
    flow->depth++;
    return true;
}

void
flow_leave(struct flow *flow)
{
    flow->depth--;
}

uint32_t
flow_line(const struct flow *flow, const struct node *node)
{
    return flow->layer ? flow->layer_line : node->line;
}

/* True the first time. The same place tells the same only once, as in a loop. */
static bool
is_news(struct flow *flow, uint64_t key)
{
    uint32_t mask = FLOW_EVENTS_MAX * 2 - 1;

    key |= 1;
    for (uint32_t at = (uint32_t)(key >> 20) & mask;; at = (at + 1) & mask) {
        if (flow->seen[at] == key)
            return false;
        if (!flow->seen[at]) {
            if (flow->seen_count >= FLOW_EVENTS_MAX) {
                flow->is_cut = true;
                return false;
            }
            flow->seen[at] = key;
            flow->seen_count++;
            return true;
        }
    }
}

static uint64_t
event_key(const struct arrival *arrival, struct value value, uint32_t guards, uint32_t layer)
{
    uint64_t parts[6] = {
        (uint64_t)(uintptr_t)arrival->node,
        (uint64_t)arrival->sink | (uint64_t)layer << 32,
        (uint64_t)value.taint | (uint64_t)value.clean << 32,
        guards,
        value_is_known(value) ? str_hash(value.text) : 0,
        (uint64_t)(uintptr_t)arrival->via,
    };

    return str_hash((struct str){(const char *)parts, sizeof(parts)});
}

/* The place where a mail's sinks belong together when no object holds them. */
static uint32_t
unit_of(const struct flow *flow, const struct arrival *arrival)
{
    return arrival->unit ? arrival->unit
                         : ((uint32_t)((uintptr_t)arrival->node >> 4) ^ flow->frame->id << 16) &
                               ~SUM_UNIT_OF_OBJECT;
}

/* A parameter of the function arrives: its callers will know. */
static void
note_in_sum(struct flow *flow, const struct arrival *arrival, struct value value, uint32_t guards)
{
    struct summary *sum = flow->frame->sum;
    struct sum_sink sink = {
        .sink = arrival->sink,
        .parameters = value.parameters,
        .clean = value.clean,
        .guards = guards,
        .taint = value.taint,
        .line = arrival->via ? arrival->via->line : flow_line(flow, arrival->node),
        .is_in_loop = arrival->is_in_loop || flow->frame->loop_depth > 0,
        .path = arrival->via ? arrival->via->path : flow->options->path,
        .function = arrival->function,
        .unit = unit_of(flow, arrival),
        .call_line = flow_line(flow, arrival->node),
        .origin = value.origin ? *value.origin : STR_EMPTY,
        .text = sink_is_mail(arrival->sink) ? str_first(value.text, 120) : STR_EMPTY,
    };

    for (uint32_t i = 0; i < sum->sink_count; i++) {
        struct sum_sink *known = &sum->sinks[i];

        if (known->sink == sink.sink && known->line == sink.line &&
            str_eq(known->path, sink.path)) {
            /* What is no visitor's and no caller's needs no cleaning. */
            if (!(known->taint & TAINT_VISITOR) && !known->parameters)
                known->clean = sink.clean;
            else if ((sink.taint & TAINT_VISITOR) || sink.parameters)
                known->clean &= sink.clean;
            known->parameters |= sink.parameters;
            known->guards &= sink.guards;
            known->taint |= sink.taint;
            if (!known->origin.len)
                known->origin = sink.origin;
            return;
        }
    }
    if (sum->sink_count < SUM_SINKS_MAX)
        sum->sinks[sum->sink_count++] = sink;
}

/* Sinks of which only what is told of a mail's other parts makes sense. */
static bool
always_told(enum sink sink)
{
    return sink_is_mail(sink) || sink == SINK_CALLEE || sink == SINK_CODE || sink == SINK_COMMAND ||
           sink == SINK_PATTERN;
}

void
flow_arrive(struct flow *flow, struct arrival arrival, struct value value)
{
    uint32_t guards = arrival.guards | flow->state.guards;
    struct flow_event event;

    if (arrival.sink == SINK_NONE)
        return;
    /* Objects are told apart too coarsely to accuse anybody of more than a mail. */
    if (!sink_is_mail(arrival.sink))
        value.parameters &= (1u << SUM_PARAMETERS_MAX) - 1;
    /* Parts of a mail that belong together are noted together, constants too. */
    if (flow->frame->sum && arrival.sink != SINK_OUTPUT &&
        (value.parameters || sink_is_mail(arrival.sink)))
        note_in_sum(flow, &arrival, value, guards);
    /* What guards a mail inside a function may stand where the function is called. */
    if (sink_is_mail(arrival.sink) && flow->frame->sum && !flow->layer)
        return;
    if (!flow->options->on_event)
        return;
    if (!value.taint && !value.made && !value_is_known(value) && !always_told(arrival.sink))
        return;
    if (!is_news(flow, event_key(&arrival, value, guards, flow->layer)))
        return;
    event = (struct flow_event){
        .sink = arrival.sink,
        .function = arrival.function,
        .value = value,
        .node = arrival.node,
        .line = flow_line(flow, arrival.node),
        .guards = guards,
        .layer = flow->layer,
        .is_in_loop = arrival.is_in_loop || flow->frame->loop_depth > 0,
        .inside = flow->frame->function ? flow->frame->function->name : STR_EMPTY,
        .via = arrival.via,
        .unit = unit_of(flow, &arrival),
    };
    flow->options->on_event(flow->options->context, &event);
}

static void
declare_function(struct flow *flow, const struct node *node, struct str class)
{
    struct function *function = ARENA_NEW(flow->arena, struct function);
    struct str name = flow_lower(flow, node->text);

    if (!function || !name.len)
        return;
    if (class.len)
        name = arena_printf(flow->arena, STR_FMT "::" STR_FMT, STR_ARG(class), STR_ARG(name));
    *function = (struct function){
        .name = name, .class = class, .node = node, .layer = flow->layer, .next = flow->functions};
    flow->functions = function;
    function->bucket_next = flow->function_buckets[flow_bucket(name)];
    flow->function_buckets[flow_bucket(name)] = function;
}

static void
declare_class(struct flow *flow, const struct node *node)
{
    struct class *class = ARENA_NEW(flow->arena, struct class);

    if (!class)
        return;
    class->name = flow_lower(flow, node->text);
    class->parent = flow_lower(flow, node->parent);
    class->next = flow->classes;
    state_init(&class->properties, flow->arena);
    if (!class->name.len)
        class->name = STR("class@anonymous");
    class->is_mailer = flow_object_is_mailer(flow, node);
    flow->classes = class;
    class->bucket_next = flow->class_buckets[flow_bucket(class->name)];
    flow->class_buckets[flow_bucket(class->name)] = class;
    for (const struct node *member = node->child; member; member = member->next) {
        if (member->kind == NODE_FUNCTION) {
            declare_function(flow, member, class->name);
        } else if (member->kind == NODE_MEMBER && node_child(member, 0)->kind == NODE_STRING) {
            struct str path = arena_printf(flow->arena, "this->" STR_FMT, STR_ARG(member->text));

            (void)state_set(&class->properties, path, value_string(node_child(member, 0)->text));
        }
    }
}

void
flow_declare(struct flow *flow, const struct node *root)
{
    if (!flow_enter(flow))
        return;
    for (const struct node *child = root->child; child; child = child->next) {
        if (child->kind == NODE_FUNCTION)
            declare_function(flow, child, STR_EMPTY);
        else if (child->kind == NODE_CLASS)
            declare_class(flow, child);
        if (child->child && child->kind != NODE_CLASS)
            flow_declare(flow, child);
    }
    flow_leave(flow);
}

static void
sum_up(struct flow *flow)
{
    for (struct function *function = flow->functions; function; function = function->next)
        (void)flow_function_sum(flow, function);
}

/* Once more, now that it is known what methods leave in the object; functions may use one. */
static void
sum_up_again(struct flow *flow)
{
    bool has_properties = false;

    for (const struct class *class = flow->classes; class; class = class->next)
        has_properties |= class->properties.count > 0;
    if (!has_properties)
        return;
    for (struct function *function = flow->functions; function; function = function->next)
        function->status = FUNCTION_NEW;
    sum_up(flow);
}

/* A hook that WordPress calls only for users who are logged in. */
static uint32_t
hook_guards(const struct function *function)
{
    return function->is_hook_private && !function->is_hook_public ? GUARD_LOGIN : 0;
}

/* The mails of functions that nobody calls here: hooks, controllers, libraries. */
static void
tell_uncalled(struct flow *flow)
{
    for (struct function *function = flow->functions; function; function = function->next) {
        const struct summary *sum = function->sum;

        if (!sum || function->is_called || !flow->options->on_event)
            continue;
        for (uint32_t i = 0; i < sum->sink_count; i++) {
            const struct sum_sink *sink = &sum->sinks[i];

            if (!sink_is_mail(sink->sink))
                continue;
            flow->options->on_event(
                flow->options->context,
                &(struct flow_event){.sink = sink->sink,
                                     .function = sink->function,
                                     .value = {.taint = sink->taint,
                                               .clean = sink->clean,
                                               .parameters = sink->parameters,
                                               .text = sink->text,
                                               .origin = sink->origin.len ? &sink->origin : NULL},
                                     .node = function->node,
                                     .line = sink->call_line,
                                     .guards = sink->guards | hook_guards(function),
                                     .is_in_loop = sink->is_in_loop,
                                     .inside = function->name,
                                     .hook = function->hook,
                                     .via = sink,
                                     .unit = sink->unit});
        }
    }
}

/* "setTo($to)" concerns other files where another method of the class sends to $this->to. */
static bool
sets_what_is_sent(const struct flow *flow, const struct function *function)
{
    const struct class *class = flow_class_find(flow, function->class);

    return class && class->is_mailer && function->sum->set_count;
}

static void
give_sums(struct flow *flow)
{
    if (!flow->options->found)
        return;
    for (struct function *function = flow->functions; function; function = function->next) {
        if (function->sum && !function->layer &&
            (summary_matters(function->sum) || sets_what_is_sent(flow, function)))
            (void)summaries_add(flow->options->found, function->sum);
    }
}

void
flow_code(struct flow *flow, struct str code, const struct node *node, struct value value)
{
    struct parse_result parsed;
    uint32_t line = flow_line(flow, node), outer_line = flow->layer_line;

    flow->built += code.len;
    if (flow->layer >= FLOW_LAYERS_MAX || flow->built > FLOW_BUILT_MAX || !code.len) {
        flow->is_cut |= code.len > 0;
        return;
    }
    if (flow->options->on_layer)
        flow->options->on_layer(flow->options->context, code, line, value);
    parsed = parse_code(code, line, flow->arena);
    if (!parsed.root)
        return;
    flow->layer++;
    flow->layers++;
    flow->layer_line = line;
    flow_declare(flow, parsed.root);
    flow_statements(flow, parsed.root);
    /* What the code returns or exits is its own end, not that of who evaluates it. */
    flow->state.is_dead = false;
    flow->layer--;
    flow->layer_line = outer_line;
}

struct value
flow_function_made(struct flow *flow, struct str parameters, struct value code,
                   const struct node *node)
{
    uint32_t line = flow_line(flow, node);
    struct str text = arena_printf(flow->arena, "function (" STR_FMT ") {" STR_FMT "\n};",
                                   STR_ARG(str_first(parameters, 1000)), STR_ARG(code.text));
    struct parse_result parsed;

    flow->built += code.text.len;
    if (flow->layer >= FLOW_LAYERS_MAX || flow->built > FLOW_BUILT_MAX || !code.text.len ||
        text.len <= code.text.len)
        return VALUE_NOTHING;
    if (flow->options->on_layer)
        flow->options->on_layer(flow->options->context, code.text, line, code);
    parsed = parse_code(text, line, flow->arena);
    if (!parsed.root || !parsed.root->child || parsed.root->child->kind != NODE_CLOSURE) {
        flow_code(flow, code.text, node, code);
        return VALUE_NOTHING;
    }
    flow->layers++;
    flow_declare(flow, parsed.root);
    return flow_expression(flow, parsed.root->child);
}

struct flow_result
flow_file(const struct node *root, const struct flow_options *options, struct arena *arena)
{
    struct flow *flow = ARENA_NEW(arena, struct flow);
    struct frame top = {.id = 0};

    if (!flow)
        return (struct flow_result){.is_cut = true};
    flow->options = options;
    flow->arena = arena;
    flow->frame = &top;
    flow->seen = arena_array(arena, FLOW_EVENTS_MAX * 2, sizeof(*flow->seen));
    if (!flow->seen)
        return (struct flow_result){.is_cut = true};
    state_init(&flow->state, arena);
    state_init(&flow->constants, arena);
    flow_declare(flow, root);
    flow_statements(flow, root);
    flow->top = &flow->state;
    flow->state.is_dead = false;
    flow->state.guards = 0;
    sum_up(flow);
    sum_up_again(flow);
    tell_uncalled(flow);
    give_sums(flow);
    return (struct flow_result){flow->steps, flow->layers, flow->is_cut};
}
