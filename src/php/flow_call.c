#include "php/flow_call_parts.h"

void
flow_read_arguments(struct flow *flow, const struct node *first, struct arguments *arguments)
{
    arguments->count = 0;
    arguments->receiver = STR_EMPTY;
    for (const struct node *child = first; child; child = child->next) {
        const struct node *node = child->kind == NODE_ARGUMENT ? node_child(child, 0) : child;
        struct value value = node->kind == NODE_CLOSURE
                                 ? (struct value){.kind = VALUE_CLOSURE, .code = node}
                                 : flow_bareword(flow, node, false);

        if (arguments->count == FLOW_ARGUMENTS_MAX) {
            struct value *last = &arguments->list[FLOW_ARGUMENTS_MAX - 1];

            *last = value_both(*last, value);
            continue;
        }
        arguments->nodes[arguments->count] = node;
        arguments->list[arguments->count++] = value;
    }
}

struct value
flow_together(const struct arguments *arguments)
{
    struct value value = VALUE_NOTHING;

    for (uint32_t i = 0; i < arguments->count; i++)
        value = i ? value_both(value, arguments->list[i]) : arguments->list[i];
    if (arguments->count) {
        value.kind = VALUE_UNKNOWN;
        value.truth = TRUTH_ANY;
        value.text = STR_EMPTY;
    }
    return value;
}

static bool
all_known(const struct arguments *arguments)
{
    bool is_text = false;

    for (uint32_t i = 0; i < arguments->count; i++) {
        if (!value_is_known(arguments->list[i]))
            return false;
        is_text |=
            arguments->list[i].kind == VALUE_STRING || arguments->list[i].kind == VALUE_ARRAY;
    }
    return is_text;
}

/* Places that a function writes to: preg_match($p, $subject, $found), exec($c, $output). */
static void
write_outputs(struct flow *flow, const struct library *row, const struct arguments *arguments)
{
    uint32_t first = row->gives & TAINT_OUTPUT ? 1 : 2;

    for (uint32_t i = first; i < arguments->count && i < first + 1; i++) {
        struct value value = {.taint = row->gives | (first == 2 ? arguments->list[1].taint : 0),
                              .parameters = first == 2 ? arguments->list[1].parameters : 0,
                              .origin = first == 2 ? arguments->list[1].origin : NULL};

        flow_assign(flow, arguments->nodes[i], value);
    }
}

static struct value
row_result(const struct library *row, const struct arguments *arguments)
{
    struct value result = VALUE_NOTHING;
    uint32_t index = row->result - RESULT_FIRST;

    if (row->result == RESULT_ARGUMENTS)
        result = flow_together(arguments);
    else if (row->result >= RESULT_FIRST && index < arguments->count)
        result = arguments->list[index];
    /* A filter leaves the parts of an array where they are. */
    if (result.kind == VALUE_ARRAY && row->result == RESULT_SECOND && !row->cleans)
        return result;
    if (row->result != RESULT_CLEAR && (row->cleans || value_is_known(result))) {
        result.kind = VALUE_UNKNOWN;
        result.text = STR_EMPTY;
    }
    result.taint |= row->gives;
    result.clean |= row->cleans;
    return result;
}

static void
row_facts(struct flow *flow, const struct library *row, const struct arguments *arguments,
          struct facts *when_true, struct facts *when_false)
{
    flow->state.guards |= row->guards_after;
    when_true->guards |= row->guards_true;
    when_false->guards |= row->guards_false;
    if (row->when_true && arguments->count) {
        struct str path = flow_path(flow, arguments->nodes[0]);

        if (path.len)
            facts_add(when_true, path, row->when_true);
    }
    if (row->is_end)
        flow->state.is_dead = true;
}

/* getVar('email'), filter_input(INPUT_POST, 'email'): the field by its name. */
static void
name_by_argument(struct flow *flow, const struct arguments *arguments, struct value *value)
{
    for (uint32_t i = 0; i < arguments->count && i < 2; i++) {
        const struct value *argument = &arguments->list[i];

        if (argument->kind == VALUE_STRING && argument->text.len) {
            flow_name_field(flow, value, argument->text);
            return;
        }
    }
    value->taint |= TAINT_TEXT;
}

/* What a function that is handed a list calls its callback with: all of the items at once. */
struct value
flow_element_of(struct value list)
{
    struct value element = {
        .taint = list.taint, .clean = list.clean, .parameters = list.parameters, .made = list.made};

    if (list.kind != VALUE_ARRAY)
        return list.kind == VALUE_STRING ? list : element;
    if (list.items->count == 1)
        return *list.items->list[0].value;
    return element;
}

/* array_map('assert', $list): the callback runs, and what it is given arrives in it. */
static void
call_back(struct flow *flow, const struct library *row, const struct arguments *arguments,
          const struct node *node)
{
    struct arguments *given;
    const struct value *callee = NULL;
    struct facts when_true = {0}, when_false = {0};

    for (uint32_t i = 0; i < LIBRARY_SINKS_MAX && i < arguments->count; i++) {
        if (row->sinks[i] == SINK_CALLEE)
            callee = &arguments->list[i];
    }
    if (!callee || (callee->kind != VALUE_STRING && callee->kind != VALUE_CLOSURE) ||
        !flow_enter(flow))
        return;
    given = ARENA_NEW(flow->arena, struct arguments);
    for (uint32_t i = 0; given && i < arguments->count; i++) {
        if (i < LIBRARY_SINKS_MAX && row->sinks[i] == SINK_CALLEE_ARGUMENT) {
            given->nodes[given->count] = arguments->nodes[i];
            given->list[given->count++] = flow_element_of(arguments->list[i]);
        }
    }
    if (given && callee->kind == VALUE_CLOSURE)
        (void)flow_closure_call(flow, callee->code, given);
    else if (given)
        (void)flow_call_named(flow, flow_lower(flow, callee->text), given, node, &when_true,
                              &when_false);
    flow_leave(flow);
}

/* `name` for the event; `unit` of the object, 0 for functions. */
struct value
flow_apply_row(struct flow *flow, const struct library *row, struct str name, uint32_t unit,
               const struct arguments *arguments, const struct node *node, struct facts *when_true,
               struct facts *when_false)
{
    struct value result;

    flow_mailer_arrive(flow, row, (struct arrival){.function = name, .node = node, .unit = unit},
                       arguments);
    call_back(flow, row, arguments, node);
    if (row->is_output)
        write_outputs(flow, row, arguments);
    row_facts(flow, row, arguments, when_true, when_false);
    result = row_result(row, arguments);
    if (row->gives & TAINT_REQUEST)
        name_by_argument(flow, arguments, &result);
    result.taint |= flow_verify_taint(arguments) | flow_fetched_taint(name, arguments);
    /* fopen of a page: what is read from it comes from the network. */
    if ((row->gives & TAINT_FILE) && arguments->count)
        result.taint |= arguments->list[0].taint & (TAINT_NETWORK | TAINT_REQUEST);
    if (row->makes) {
        result.kind = VALUE_OBJECT;
        result.text = str_from_cstr(row->makes);
    }
    return result;
}

/* "a\b\name" where only "name" is known. */
struct str
flow_bare_name(struct str name)
{
    for (size_t i = name.len; i-- > 0;) {
        if (name.data[i] == '\\')
            return str_from(name, i + 1);
    }
    return name;
}

/* Does it call, or evaluate, what a constant argument names? Then a sum is too coarse. */
static bool
hangs_on_arguments(const struct summary *sum, const struct arguments *arguments)
{
    for (uint32_t i = 0; i < sum->sink_count; i++) {
        const struct sum_sink *sink = &sum->sinks[i];

        if (sink->sink != SINK_CALLEE && sink->sink != SINK_CODE && sink->sink != SINK_URL)
            continue;
        for (uint32_t at = 0; at < arguments->count; at++) {
            const struct value *value = &arguments->list[at];

            if ((sink->parameters & (1u << at)) &&
                ((sink->sink != SINK_URL && value_is_known(*value)) ||
                 (sink->sink == SINK_URL && flow_is_visitor(*value))))
                return true;
        }
    }
    return false;
}

static bool
holds_blob(const struct arguments *arguments)
{
    for (uint32_t i = 0; i < arguments->count; i++) {
        if (arguments->list[i].kind == VALUE_STRING && arguments->list[i].text.len >= 200)
            return true;
    }
    return false;
}

struct value
flow_call_own(struct flow *flow, struct function *function, struct arguments *arguments,
              const struct node *node, struct facts *when_true, struct facts *when_false)
{
    const struct summary *sum;
    struct value value;

    function->is_called = true;
    if (all_known(arguments) &&
        flow_function_compute(flow, function->node, function->class, arguments, &value))
        return value;
    if (flow_is_visitor(flow_together(arguments)))
        flow->asked = node;
    sum = flow_function_sum(flow, function);
    if (!sum)
        return flow_together(arguments);
    if (hangs_on_arguments(sum, arguments) &&
        flow_function_inline(flow, function, arguments, &value))
        return value;
    value = flow_apply(flow, sum, arguments, node, when_true, when_false);
    /* A decoder of its own, too long to be computed. */
    if (all_known(arguments) && holds_blob(arguments) && !value_is_known(value))
        value.taint |= TAINT_DECODED;
    return value;
}

/* Closures whose callee is known: looked at by themselves. */
void
flow_look_at_closures(struct flow *flow, const struct arguments *arguments)
{
    for (uint32_t i = 0; i < arguments->count; i++) {
        if (arguments->list[i].kind == VALUE_CLOSURE)
            flow_closure_look(flow, arguments->list[i].code);
    }
}

static bool
calls_back(const struct library *row)
{
    for (uint32_t i = 0; row && i < LIBRARY_SINKS_MAX; i++) {
        if (row->sinks[i] == SINK_CALLEE)
            return true;
    }
    return false;
}

/* Functions that give one item of a list after the other. */
static bool
takes_one(struct str name)
{
    return str_eq(name, STR("array_shift")) || str_eq(name, STR("array_pop")) ||
           str_eq(name, STR("each")) || str_eq(name, STR("current")) || str_eq(name, STR("next")) ||
           str_eq(name, STR("strtok"));
}

/* Names that were hidden and are handed on: whoever gets them may call them. */
void
flow_hidden_arguments(struct flow *flow, const struct arguments *arguments, const struct node *node)
{
    for (uint32_t i = 0; i < arguments->count; i++) {
        struct value value = arguments->list[i];

        if (value.kind == VALUE_STRING && value.text.len >= 4 && value.text.len < 24 &&
            (value.made & (uint16_t) ~(MADE_TEMPLATE | MADE_CASE | MADE_JOIN | MADE_LOOP)))
            flow_arrive(
                flow,
                (struct arrival){.sink = SINK_CALLEE, .function = STR("argument"), .node = node},
                value);
    }
}

struct value
flow_call_named(struct flow *flow, struct str name, struct arguments *arguments,
                const struct node *node, struct facts *when_true, struct facts *when_false)
{
    struct str bare = flow_bare_name(name);
    struct function *own = flow_function_find(flow, bare);
    const struct library *row = library_function(bare);
    const struct summary *known;
    struct value value;

    if (!fold_knows(bare))
        flow_hidden_arguments(flow, arguments, node);
    if (own) {
        flow_look_at_closures(flow, arguments);
        return flow_call_own(flow, own, arguments, node, when_true, when_false);
    }
    flow_note_hook(flow, bare, arguments);
    flow->state.guards |= flow_account_mark(bare, arguments);
    if (!calls_back(row))
        flow_closures(flow, bare, 0, arguments);
    flow_check_facts(flow, bare, arguments, when_true, when_false);
    if (flow_call_special(flow, bare, arguments, node, when_true, when_false, &value))
        return value;
    if (fold_call(bare, arguments->list, arguments->count, flow->arena, &value))
        return value;
    if (flow_asserts_truth(bare, arguments)) {
        value = VALUE_NOTHING;
    } else if (row) {
        value = flow_apply_row(flow, row, bare, 0, arguments, node, when_true, when_false);
    } else {
        known = flow_known(flow, bare);
        if (known)
            return flow_apply(flow, known, arguments, node, when_true, when_false);
        flow_guard_by_name(bare, when_true, when_false);
        value = flow_together(arguments);
        value.clean = flow_looks_up(bare) ? CLEAN_OWN : 0;
        value.taint |= flow_verify_taint(arguments) | flow_fetched_taint(bare, arguments) |
                       flow_answer_taint(STR_EMPTY, bare);
    }
    if (flow->frame->loop_depth && takes_one(bare) && flow_is_visitor(value))
        value.taint |= TAINT_LIST;
    value.clean |= flow_cleaned_by(bare, arguments);
    value = flow_mapped(flow, bare, arguments, node, value);
    if (fold_decoder(bare) && arguments->count) {
        value.taint |= TAINT_DECODED;
        value.made |= fold_decoder(bare);
    }
    return value;
}

/* $f(…), "ma"."il"(…), (function () {…})(…) */
static struct value
call_value(struct flow *flow, const struct node *node, struct facts *when_true,
           struct facts *when_false)
{
    struct value callee = flow_expression(flow, node_child(node, 0));
    struct arguments *arguments = ARENA_NEW(flow->arena, struct arguments);
    struct value whole;

    if (!arguments)
        return VALUE_NOTHING;
    flow_read_arguments(flow, node->child ? node->child->next : NULL, arguments);
    whole = flow_together(arguments);
    if (callee.kind == VALUE_CLOSURE)
        return flow_closure_call(flow, callee.code, arguments);
    flow_arrive(flow, (struct arrival){.sink = SINK_CALLEE, .function = STR("()"), .node = node},
                callee);
    if (callee.kind == VALUE_STRING)
        return flow_call_named(flow, flow_lower(flow, callee.text), arguments, node, when_true,
                               when_false);
    if (callee.taint || callee.parameters || callee.made)
        flow_arrive(
            flow,
            (struct arrival){.sink = SINK_CALLEE_ARGUMENT, .function = STR("()"), .node = node},
            whole);
    whole.taint |= callee.taint;
    whole.clean = 0;
    return whole;
}

struct value
flow_call(struct flow *flow, const struct node *node, struct facts *when_true,
          struct facts *when_false)
{
    struct arguments *arguments;

    if (node->kind == NODE_METHOD_CALL)
        return flow_call_on_object(flow, node, when_true, when_false);
    if (node->kind == NODE_STATIC_CALL)
        return flow_call_static(flow, node, when_true, when_false);
    if (node->kind == NODE_NEW)
        return flow_call_new(flow, node, when_true, when_false);
    if (node_child(node, 0)->kind != NODE_NAME)
        return call_value(flow, node, when_true, when_false);
    arguments = ARENA_NEW(flow->arena, struct arguments);
    if (!arguments)
        return VALUE_NOTHING;
    flow_read_arguments(flow, node->child->next, arguments);
    return flow_call_named(flow, flow_lower(flow, node_child(node, 0)->text), arguments, node,
                           when_true, when_false);
}
