#include "php/flow_parts.h"

struct str
flow_lower(struct flow *flow, struct str name)
{
    char *lower;

    (void)str_skip(&name, STR("\\"));
    lower = name.len ? arena_alloc(flow->arena, name.len) : NULL;
    if (!lower)
        return STR_EMPTY;
    str_fold(name, lower);
    return (struct str){lower, name.len};
}

static struct value template(struct flow *flow, const struct node *node)
{
    struct value value = value_string(STR_EMPTY), before = VALUE_NOTHING;
    uint16_t made = 0;

    for (const struct node *part = node->child; part; part = part->next) {
        struct value next = flow_expression(flow, part);

        if (next.kind == VALUE_ARRAY)
            next = value_string(STR("Array"));
        made |= next.made;
        value = flow_concat(flow, value, flow_mark_copied(before, next));
        before = next;
    }
    /* A template is how everybody writes text: it hides nothing by itself. */
    value.made = made | MADE_TEMPLATE;
    return value;
}

static struct value
name_expression(struct flow *flow, const struct node *node)
{
    struct str name = node->text;
    const struct variable *constant;
    struct value known;

    (void)str_skip(&name, STR("\\"));
    if (str_eq_nocase(name, STR("true")))
        return value_bool(true);
    if (str_eq_nocase(name, STR("false")))
        return value_bool(false);
    if (str_eq_nocase(name, STR("null")))
        return (struct value){.kind = VALUE_NULL};
    if (str_eq(name, STR("__CLASS__")))
        return value_string(flow->frame->class);
    if (str_eq(name, STR("__FUNCTION__")) && flow->frame->function)
        return value_string(flow->frame->function->node->text);
    if (str_eq(name, STR("__LINE__")))
        return value_integer(node->line);
    if (str_eq(name, STR("PHP_EOL")))
        return value_string(STR("\n"));
    if (str_eq(name, STR("DIRECTORY_SEPARATOR")))
        return value_string(STR("/"));
    constant = state_find(&flow->constants, name);
    if (constant)
        return constant->value;
    if (fold_constant(name, &known))
        return known;
    /* PHP 7 took an unknown name for its own text, and old obfuscators count on it. */
    return (struct value){.kind = VALUE_UNKNOWN, .text = name};
}

static struct value
array_expression(struct flow *flow, const struct node *node)
{
    uint32_t count = node_count(node), used = 0;
    struct item *list = NULL;
    struct items *items;
    struct value whole = {.kind = VALUE_ARRAY};
    int64_t next_number = 0;
    bool is_known = count <= VALUE_ITEMS_MAX;

    if (is_known && count)
        list = arena_array(flow->arena, count, sizeof(*list));
    for (const struct node *child = node->child; child; child = child->next) {
        struct value key = flow_expression(flow, node_child(child, 0));
        struct value value = flow_expression(flow, node_child(child, 1));
        struct value *kept;

        whole = value_both(whole, value);
        whole.taint |= key.taint & TAINT_VISITOR;
        if (flow_asks_bot_check(value))
            whole.taint |= TAINT_VERIFY;
        if (node_child(child, 0)->kind == NODE_NONE)
            key = value_integer(next_number);
        if (!value_is_known(key) || key.kind == VALUE_ARRAY || child->op == '.' || !list ||
            !is_known) {
            is_known = false;
            continue;
        }
        kept = ARENA_NEW(flow->arena, struct value);
        if (!kept) {
            is_known = false;
            continue;
        }
        *kept = value;
        list[used].value = kept;
        list[used].is_text_key = key.kind == VALUE_STRING;
        if (key.kind == VALUE_STRING) {
            list[used].key = key.text;
        } else {
            (void)value_number(key, &list[used].number);
            next_number = list[used].number + 1;
        }
        used++;
    }
    whole.kind = VALUE_UNKNOWN;
    whole.truth = count ? TRUTH_YES : TRUTH_NO;
    items = is_known ? ARENA_NEW(flow->arena, struct items) : NULL;
    if (!items)
        return whole;
    items->count = used;
    items->list = list;
    whole.kind = VALUE_ARRAY;
    whole.items = items;
    whole.taint |= flow_callable_taint(flow, node, items);
    return whole;
}

static bool
is_bit_operator(uint8_t op)
{
    return op == '^' || op == '|' || op == '&';
}

/* A constant's name in small letters: PHP 7 and older took it for text, and so do those who hide
 * names between operators: 'c{' . wwtw . '}' & 'sw}'. */
struct value
flow_bareword(struct flow *flow, const struct node *node, bool is_operand)
{
    struct value value = flow_expression(flow, node);
    bool has_small = false, has_line = false;

    if (node->kind != NODE_NAME || value.kind != VALUE_UNKNOWN || !value.text.len)
        return value;
    for (size_t i = 0; i < value.text.len; i++) {
        has_small |= value.text.data[i] >= 'a' && value.text.data[i] <= 'z';
        has_line |= value.text.data[i] == '_';
    }
    /* LOCK_EX and the like stay constants. */
    if (!has_small && (!is_operand || has_line))
        return value;
    return value_string(value.text);
}

/* $_GET + $_POST: arrays joined, not numbers added. */
static bool
is_array_union(const struct node *node, struct value left, struct value right)
{
    const struct node *other = node_child(node, 1);

    if (node->op != '+')
        return false;
    return left.kind == VALUE_ARRAY || right.kind == VALUE_ARRAY ||
           (other->kind == NODE_VARIABLE && library_superglobal(other->text));
}

static uint32_t
string_operator_taint(uint8_t op, struct value value)
{
    if (value.kind == VALUE_STRING && (op == '^' || op == '|' || op == '&'))
        return TAINT_BUILT;
    return 0;
}

static struct value
binary_expression(struct flow *flow, const struct node *node)
{
    bool is_bits = is_bit_operator(node->op), is_text = is_bits || node->op == '.';
    struct value left = is_text ? flow_bareword(flow, node_child(node, 0), is_bits)
                                : flow_expression(flow, node_child(node, 0)),
                 before = left, value;

    if (node->op == OP_COALESCE) {
        struct value right = flow_expression(flow, node_child(node, 1));

        if (left.kind == VALUE_NULL)
            return right;
        return value_is_known(left) ? left : value_either(left, right);
    }
    for (const struct node *child = node->child ? node->child->next : NULL; child;
         child = child->next) {
        struct value right =
            is_text ? flow_bareword(flow, child, is_bits) : flow_expression(flow, child);

        if (node->op == '.') {
            left = flow_concat(flow, left, flow_mark_copied(before, right));
            before = right;
            continue;
        }
        if (!fold_binary(node->op, left, right, flow->arena, &value)) {
            value = value_both(left, right);
            if (is_array_union(node, left, right))
                value.kind = VALUE_UNKNOWN;
            else if (!is_bits)
                value = (struct value){.taint = value.taint & ~(uint32_t)TAINT_VISITOR,
                                       .truth = TRUTH_ANY};
            else if (value.taint & ~(uint32_t)TAINT_SESSION)
                value.taint |= TAINT_DECODED;
        }
        value.taint |= string_operator_taint(node->op, value);
        left = value;
    }
    return left;
}

static struct value
cast_expression(struct flow *flow, const struct node *node)
{
    struct value operand = flow_expression(flow, node_child(node, 0)), value;

    if (fold_cast(node->op, operand, flow->arena, &value))
        return value;
    if (node->op == CAST_INTEGER || node->op == CAST_FLOAT || node->op == CAST_BOOL)
        return (struct value){.taint = operand.taint,
                              .parameters = operand.parameters,
                              .clean = CLEAN_NUMBER | CLEAN_CRLF | CLEAN_HTML | CLEAN_SHELL |
                                       CLEAN_PATH};
    return operand;
}

static struct value
step_expression(struct flow *flow, const struct node *node)
{
    struct value before = flow_expression(flow, node_child(node, 0)), after;

    if (!fold_step(node->op, before, flow->arena, &after))
        after = (struct value){.taint = before.taint, .parameters = before.parameters};
    else if (before.kind == VALUE_STRING)
        after.made |= MADE_STEP;
    flow_assign(flow, node_child(node, 0), after);
    /* Before or after: the tree does not tell, and only letters counted up matter. */
    return before.kind == VALUE_INTEGER ? before : after;
}

static struct value
ternary(struct flow *flow, const struct node *node)
{
    struct facts when_true = {0}, when_false = {0};
    struct value condition = flow_condition(flow, node_child(node, 0), &when_true, &when_false);
    bool is_short = node_child(node, 1)->kind == NODE_NONE, truth;
    struct state otherwise;
    struct value then, other;

    if (flow->concrete && value_truth(condition, &truth)) {
        if (truth)
            return is_short ? condition : flow_expression(flow, node_child(node, 1));
        return flow_expression(flow, node_child(node, 2));
    }
    otherwise = state_copy(&flow->state);
    state_assume(&flow->state, &when_true);
    then = is_short ? condition : flow_expression(flow, node_child(node, 1));
    {
        struct state after = flow->state;

        flow->state = otherwise;
        state_assume(&flow->state, &when_false);
        other = flow_expression(flow, node_child(node, 2));
        state_join(&flow->state, &after);
    }
    return value_either(then, other);
}

static struct value
match_expression(struct flow *flow, const struct node *node)
{
    struct value value = {.kind = VALUE_NULL};
    bool is_first = true;

    (void)flow_expression(flow, node_child(node, 0));
    for (const struct node *arm = node->child ? node->child->next : NULL; arm; arm = arm->next) {
        struct state before = state_copy(&flow->state);
        struct value result;

        (void)flow_expression(flow, node_child(arm, 0));
        result = flow_expression(flow, node_child(arm, 1));
        state_join(&flow->state, &before);
        value = is_first ? result : value_either(value, result);
        is_first = false;
    }
    return value;
}

/* Code is evaluated: what it is, if that is known, is walked here. */
static struct value
eval_expression(struct flow *flow, const struct node *node, struct value operand)
{
    const struct node *from = node_child(node, 0);

    while (from->kind == NODE_UNARY && from->op == '@')
        from = node_child(from, 0);
    /* What a function of this file made of the visitor's text, letter by letter. */
    if (from->kind == NODE_CALL && from == flow->asked && !value_is_known(operand))
        operand.taint |= TAINT_REQUEST;
    flow_arrive(flow, (struct arrival){.sink = SINK_CODE, .function = STR("eval"), .node = node},
                operand);
    if (operand.kind == VALUE_STRING)
        flow_code(flow, operand.text, node, operand);
    /* What it gives back is as foreign as its code was. */
    return (struct value){.taint = operand.taint, .parameters = operand.parameters};
}

static struct value
arrive_one(struct flow *flow, const struct node *node, enum sink sink, struct str name)
{
    struct value operand = flow_expression(flow, node_child(node, 0));

    flow_arrive(flow, (struct arrival){.sink = sink, .function = name, .node = node}, operand);
    return operand;
}

static struct value
shell_expression(struct flow *flow, const struct node *node)
{
    struct value command = template(flow, node);

    flow_arrive(flow, (struct arrival){.sink = SINK_COMMAND, .function = STR("`"), .node = node},
                command);
    return (struct value){.taint = TAINT_OUTPUT};
}

static struct value
isset_expression(struct flow *flow, const struct node *node)
{
    struct facts when_true = {0}, when_false = {0};

    return flow_condition(flow, node, &when_true, &when_false);
}

/* $f = system; */
static bool
is_function_name(struct flow *flow, const struct node *node)
{
    struct str name = node->kind == NODE_NAME ? flow_lower(flow, node->text) : STR_EMPTY;

    return name.len && (library_function(name) || fold_knows(name));
}

/* $out = $out . …, where nothing was before. */
static bool
appends_to_nothing(struct flow *flow, const struct node *target, const struct node *from)
{
    const struct node *first = node_child(from, 0);

    return from->kind == NODE_BINARY && from->op == '.' && first->kind == NODE_VARIABLE &&
           str_eq(first->text, target->text) && flow_is_unset(flow, target);
}

static struct value
assign_expression(struct flow *flow, const struct node *node)
{
    const struct node *target = node_child(node, 0);
    struct value value, before;

    if (!node->op) {
        struct facts when_true = {0}, when_false = {0};
        struct str path;

        if (appends_to_nothing(flow, target, node_child(node, 1)))
            (void)state_set(&flow->state, target->text, value_string(STR_EMPTY));
        value = flow_condition(flow, node_child(node, 1), &when_true, &when_false);
        if (is_function_name(flow, node_child(node, 1)))
            value = flow_bareword(flow, node_child(node, 1), false);
        flow_assign(flow, target, value);
        if (node_child(node, 1)->kind == NODE_NEW)
            flow_object_move(flow, STR("new"), flow_path(flow, target));
        path = target->kind == NODE_VARIABLE ? target->text : STR_EMPTY;
        if (path.len &&
            (when_true.guards | when_true.count | when_false.guards | when_false.count)) {
            struct variable *variable = state_find(&flow->state, path);
            struct facts *kept = arena_array(flow->arena, 2, sizeof(*kept));

            if (variable && kept) {
                kept[0] = when_true;
                kept[1] = when_false;
                variable->when_true = &kept[0];
                variable->when_false = &kept[1];
            }
        }
        return value;
    }
    /* $out .= …, where nothing was before. */
    before = node->op == '.' && flow_is_unset(flow, target) ? value_string(STR_EMPTY)
                                                            : flow_expression(flow, target);
    value = flow_expression(flow, node_child(node, 1));
    if (node->op == '.') {
        value = flow_concat(flow, before, value);
    } else if (node->op == OP_COALESCE) {
        value = value_is_known(before) && before.kind != VALUE_NULL ? before
                                                                    : value_either(before, value);
    } else {
        struct value folded;

        if (fold_binary(node->op, before, value, flow->arena, &folded))
            value = folded;
        else
            value = (struct value){.taint = value_both(before, value).taint};
        value.taint |= string_operator_taint(node->op, value);
    }
    flow_assign(flow, target, value);
    return value;
}

static struct value
each_child(struct flow *flow, const struct node *node)
{
    struct value value = VALUE_NOTHING;

    for (const struct node *child = node->child; child; child = child->next)
        value = value_both(value, flow_expression(flow, child));
    return value;
}

static struct value
exit_expression(struct flow *flow, const struct node *node)
{
    const struct node *operand = node_child(node, 0);

    if (operand->kind != NODE_NONE)
        flow_arrive(flow,
                    (struct arrival){.sink = SINK_OUTPUT, .function = STR("exit"), .node = node},
                    flow_expression(flow, operand));
    flow->state.is_dead = true;
    return VALUE_NOTHING;
}

static struct value
unary_expression(struct flow *flow, const struct node *node)
{
    struct facts when_true = {0}, when_false = {0};
    struct value operand, value;

    if (node->op == '!')
        return flow_condition(flow, node, &when_true, &when_false);
    operand = node->op == '~' ? flow_bareword(flow, node_child(node, 0), true)
                              : flow_expression(flow, node_child(node, 0));
    if (node->op == '@' || node->op == '&')
        return operand;
    if (!fold_unary(node->op, operand, flow->arena, &value))
        return (struct value){.taint = operand.taint, .parameters = operand.parameters};
    if (value.kind == VALUE_STRING)
        value.taint |= TAINT_BUILT;
    return value;
}

/* Facts are large: only those expressions pay for them that may tell any. */
static __attribute__((noinline)) struct value
without_facts(struct flow *flow, const struct node *node,
              struct value (*read)(struct flow *flow, const struct node *node,
                                   struct facts *when_true, struct facts *when_false))
{
    struct facts when_true = {0}, when_false = {0};

    return read(flow, node, &when_true, &when_false);
}

static struct value
one_expression(struct flow *flow, const struct node *node)
{
    struct str path;

    switch ((enum node_kind)node->kind) {
    case NODE_NONE:
        return (struct value){.kind = VALUE_NULL};
    case NODE_STRING:
        return flow_string_literal(node);
    case NODE_INTEGER:
        return value_integer(node->number);
    case NODE_TEMPLATE:
        return template(flow, node);
    case NODE_SHELL:
        return shell_expression(flow, node);
    case NODE_VARIABLE:
        return flow_read(flow, node->text);
    case NODE_VARIABLE_OF:
        return flow_variable_of(flow, node);
    case NODE_NAME:
        return name_expression(flow, node);
    case NODE_ARRAY:
        return array_expression(flow, node);
    case NODE_ITEM:
    case NODE_ARGUMENT:
        return flow_expression(flow, node_child(node, node->kind == NODE_ITEM));
    case NODE_INDEX:
        return flow_index(flow, node);
    case NODE_PROPERTY:
    case NODE_STATIC_PROPERTY:
        path = flow_path(flow, node);
        if (path.len)
            return flow_read(flow, path);
        return each_child(flow, node);
    case NODE_CALL:
    case NODE_METHOD_CALL:
    case NODE_STATIC_CALL:
    case NODE_NEW:
        return without_facts(flow, node, flow_call);
    case NODE_BINARY:
        if ((node->op >= OP_AND && node->op <= OP_MORE_EQUAL) || node->op == '<' || node->op == '>')
            return without_facts(flow, node, flow_condition);
        return binary_expression(flow, node);
    case NODE_UNARY:
        return unary_expression(flow, node);
    case NODE_ASSIGN:
        return assign_expression(flow, node);
    case NODE_ASSIGN_REFERENCE: {
        struct value value = flow_expression(flow, node_child(node, 1));

        flow_assign(flow, node_child(node, 0), value);
        return value;
    }
    case NODE_STEP:
        return step_expression(flow, node);
    case NODE_TERNARY:
        return ternary(flow, node);
    case NODE_CAST:
        return cast_expression(flow, node);
    case NODE_ISSET:
    case NODE_EMPTY:
        return isset_expression(flow, node);
    case NODE_EXIT:
        return exit_expression(flow, node);
    case NODE_PRINT:
        return arrive_one(flow, node, SINK_OUTPUT, STR("print"));
    case NODE_EVAL:
        return eval_expression(flow, node, flow_expression(flow, node_child(node, 0)));
    case NODE_INCLUDE:
        (void)arrive_one(flow, node, SINK_INCLUDE, STR("include"));
        flow->is_included = true;
        return VALUE_NOTHING;
    case NODE_THROW:
        (void)each_child(flow, node);
        flow->state.is_dead = true;
        return VALUE_NOTHING;
    case NODE_INSTANCEOF:
        (void)each_child(flow, node);
        return VALUE_NOTHING;
    case NODE_CLONE:
    case NODE_YIELD:
        return each_child(flow, node);
    case NODE_MATCH:
        return match_expression(flow, node);
    case NODE_CLOSURE:
        flow_closure_look(flow, node);
        return (struct value){.kind = VALUE_CLOSURE, .code = node};
    case NODE_CLASS_CONSTANT:
        return (struct value){.text = node->text};
    default: /* a statement inside an expression, or an error: what is in it still counts */
        flow_statement(flow, node);
        return VALUE_NOTHING;
    }
}

struct value
flow_expression(struct flow *flow, const struct node *node)
{
    struct value value;

    if (node->kind == NODE_NONE)
        return (struct value){.kind = VALUE_NULL};
    if (!flow_enter(flow))
        return VALUE_NOTHING;
    value = one_expression(flow, node);
    flow_leave(flow);
    return value;
}
