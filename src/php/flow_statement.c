#include "php/flow_parts.h"

void
flow_statements(struct flow *flow, const struct node *block)
{
    for (const struct node *child = block->child; child; child = child->next)
        flow_statement(flow, child);
}

/* Is only one of the branches to be walked? Where constants are computed, when it is known which.
 */
static bool
is_decided(const struct flow *flow, struct value condition, bool *ret_truth)
{
    return flow->concrete > 0 && value_truth(condition, ret_truth);
}

/* NODE_IF: condition, then, [condition, then]…, else or NONE. */
static void
if_statement(struct flow *flow, const struct node *node)
{
    struct state after;
    const struct node *child = node->child;

    state_init(&after, flow->arena);
    after.is_dead = true;
    while (child && child->next) {
        struct facts when_true = {0}, when_false = {0};
        struct value condition = flow_condition(flow, child, &when_true, &when_false);
        struct state otherwise;
        bool truth, is_known = is_decided(flow, condition, &truth);

        if (is_known && truth) {
            flow_statement(flow, child->next);
            child = NULL;
            break;
        }
        if (!is_known) {
            otherwise = state_copy(&flow->state);
            state_assume(&flow->state, &when_true);
            flow_statement(flow, child->next);
            state_join(&after, &flow->state);
            flow->state = otherwise;
        }
        state_assume(&flow->state, &when_false);
        child = child->next->next;
    }
    if (child)
        flow_statement(flow, child);
    state_join(&after, &flow->state);
    flow->state = after;
}

static void
loop_enter(struct flow *flow, struct loop *loop)
{
    *loop = (struct loop){.outer = flow->frame->loop};
    state_init(&loop->exit, flow->arena);
    state_init(&loop->again, flow->arena);
    loop->exit.is_dead = loop->again.is_dead = true;
    flow->frame->loop = loop;
}

/* What comes after it: what left by break, and what the state is now. */
static void
loop_leave(struct flow *flow, struct loop *loop)
{
    flow->frame->loop = loop->outer;
    state_join(&flow->state, &loop->exit);
}

/* Body once; continue meets its end. */
static void
loop_round(struct flow *flow, struct loop *loop, const struct node *body, const struct node *step)
{
    flow_statement(flow, body);
    state_join(&flow->state, &loop->again);
    loop->again.is_dead = true;
    loop->again.count = 0;
    if (step)
        flow_statements(flow, step);
}

static struct value
all_conditions(struct flow *flow, const struct node *block, struct facts *when_true,
               struct facts *when_false)
{
    struct value value = value_bool(true);

    if (block->kind != NODE_BLOCK)
        return flow_condition(flow, block, when_true, when_false);
    for (const struct node *child = block->child; child; child = child->next) {
        *when_true = *when_false = (struct facts){0};
        value = flow_condition(flow, child, when_true, when_false);
    }
    return value;
}

static bool
is_literal(const struct node *node)
{
    if (node->kind == NODE_BLOCK)
        return !node->child;
    return node->kind == NODE_INTEGER || node->kind == NODE_STRING || node->kind == NODE_NAME;
}

/* Rounds whose condition is known, as of a decoder. True: the loop came to its known end. */
static bool
loop_compute(struct flow *flow, struct loop *loop, const struct node *condition,
             const struct node *body, const struct node *step)
{
    uint32_t begin = flow->steps;
    bool is_done = false;

    /* while (true) ends by break, which only what is computed comes to for sure. */
    if (is_literal(condition) && !flow->concrete)
        return false;
    flow->concrete++;
    while (!flow->state.is_dead && flow->concrete_steps < FLOW_CONCRETE_STEPS_MAX) {
        struct facts when_true = {0}, when_false = {0};
        struct value value = all_conditions(flow, condition, &when_true, &when_false);
        bool truth;

        if (!value_truth(value, &truth))
            break;
        if (!truth) {
            is_done = true;
            break;
        }
        loop_round(flow, loop, body, step);
        flow->concrete_steps += flow->steps - begin;
        begin = flow->steps;
        if (!flow_enter(flow))
            break;
        flow_leave(flow);
    }
    flow->concrete--;
    return is_done || flow->state.is_dead;
}

/* Two rounds of what is not known, so that what the first leaves arrives in the second. */
static void
loop_unknown(struct flow *flow, struct loop *loop, const struct node *condition,
             const struct node *body, const struct node *step)
{
    struct facts when_true, when_false;

    flow->frame->loop_depth++;
    for (int round = 0; round < 2; round++) {
        struct state before;

        when_true = when_false = (struct facts){0};
        (void)all_conditions(flow, condition, &when_true, &when_false);
        before = state_copy(&flow->state);
        state_assume(&flow->state, &when_true);
        loop_round(flow, loop, body, step);
        state_join(&flow->state, &before);
    }
    flow->frame->loop_depth--;
    state_assume(&flow->state, &when_false);
}

static void
while_statement(struct flow *flow, const struct node *condition, const struct node *body,
                const struct node *step)
{
    struct loop loop;

    loop_enter(flow, &loop);
    if (!loop_compute(flow, &loop, condition, body, step)) {
        loop_unknown(flow, &loop, condition, body, step);
    }
    loop_leave(flow, &loop);
}

static void
do_statement(struct flow *flow, const struct node *body, const struct node *condition)
{
    struct loop loop;

    loop_enter(flow, &loop);
    loop_round(flow, &loop, body, NULL);
    if (!loop_compute(flow, &loop, condition, body, NULL))
        loop_unknown(flow, &loop, condition, body, NULL);
    loop_leave(flow, &loop);
}

/* Each item of a known array in turn. */
static bool
foreach_compute(struct flow *flow, struct loop *loop, struct value subject, const struct node *node)
{
    uint32_t begin;

    if (subject.kind != VALUE_ARRAY || flow->concrete_steps >= FLOW_CONCRETE_STEPS_MAX)
        return false;
    flow->concrete++;
    for (uint32_t i = 0; i < subject.items->count && !flow->state.is_dead; i++) {
        const struct item *item = &subject.items->list[i];

        begin = flow->steps;
        flow_assign(flow, node_child(node, 1),
                    item->is_text_key ? value_string(item->key) : value_integer(item->number));
        flow_assign(flow, node_child(node, 2), *item->value);
        loop_round(flow, loop, node_child(node, 3), NULL);
        flow->concrete_steps += flow->steps - begin;
        if (flow->concrete_steps >= FLOW_CONCRETE_STEPS_MAX || flow->is_cut)
            break;
    }
    flow->concrete--;
    return true;
}

/* Where no round was made there is nothing in the list that could be unclean. */
static void
join_all_done(struct flow *flow, struct str over, const struct state *before)
{
    struct variable *list = over.len ? state_find(&flow->state, over) : NULL;
    uint32_t clean = list && !flow->state.is_dead ? list->value.clean : 0;

    state_join(&flow->state, before);
    list = clean ? state_find(&flow->state, over) : NULL;
    if (list)
        list->value.clean |= clean;
}

static void
foreach_statement(struct flow *flow, const struct node *node)
{
    struct value subject = flow_expression(flow, node_child(node, 0));
    struct value element = {.taint = subject.taint,
                            .parameters = subject.parameters,
                            .clean = subject.clean,
                            .origin = subject.origin};
    struct loop loop;

    if (flow_is_visitor(subject))
        element.taint |= TAINT_LIST;
    loop_enter(flow, &loop);
    loop.over = flow_path(flow, node_child(node, 0));
    if (!foreach_compute(flow, &loop, subject, node)) {
        flow->frame->loop_depth++;
        for (int round = 0; round < 2; round++) {
            struct state before = state_copy(&flow->state);

            flow_assign(flow, node_child(node, 1), element);
            flow_assign(flow, node_child(node, 2), element);
            loop_round(flow, &loop, node_child(node, 3), NULL);
            join_all_done(flow, loop.over, &before);
        }
        flow->frame->loop_depth--;
    }
    loop_leave(flow, &loop);
}

/* Where the subject equals a constant, it is one of a list that the program holds. */
static void
case_facts(struct flow *flow, struct str path, const struct node *condition, struct facts *facts)
{
    struct value value = flow_expression(flow, condition);

    if (path.len && value_is_known(value))
        facts_add(facts, path, CLEAN_LISTED | CLEAN_CRLF | CLEAN_SHELL | CLEAN_PATH);
}

static void
switch_statement(struct flow *flow, const struct node *node)
{
    struct str path = flow_path(flow, node_child(node, 0));
    struct value subject = flow_expression(flow, node_child(node, 0));
    struct state before = state_copy(&flow->state);
    struct loop loop;
    bool has_default = false;

    (void)subject;
    loop_enter(flow, &loop);
    flow->state.is_dead = true;
    for (const struct node *arm = node->child ? node->child->next : NULL; arm; arm = arm->next) {
        struct state fallen = flow->state;
        struct facts facts = {0};

        flow->state = state_copy(&before);
        if (node_child(arm, 0)->kind == NODE_NONE)
            has_default = true;
        else
            case_facts(flow, path, node_child(arm, 0), &facts);
        state_assume(&flow->state, &facts);
        state_join(&flow->state, &fallen);
        flow_statement(flow, node_child(arm, 1));
    }
    if (!has_default)
        state_join(&flow->state, &before);
    loop_leave(flow, &loop);
}

static void
try_statement(struct flow *flow, const struct node *node)
{
    struct state before = state_copy(&flow->state);
    struct state after;

    flow_statement(flow, node_child(node, 0));
    after = flow->state;
    for (const struct node *arm = node->child ? node_child(node, 1)->next : NULL; arm;
         arm = arm->next) {
        flow->state = state_copy(&before);
        state_join(&flow->state, &after);
        /* What was checked before the throw cannot be told from what was not. */
        flow->state.guards = before.guards;
        flow->state.is_dead = before.is_dead;
        flow_statement(flow, node_child(arm, 1));
        state_join(&after, &flow->state);
    }
    flow->state = after;
    if (node_child(node, 1)->kind != NODE_NONE) {
        bool was_dead = flow->state.is_dead;

        flow->state.is_dead = false;
        flow_statement(flow, node_child(node, 1));
        flow->state.is_dead |= was_dead;
    }
}

static struct loop *
loop_at(const struct flow *flow, int64_t levels)
{
    struct loop *loop = flow->frame->loop;

    for (; loop && levels > 1; levels--)
        loop = loop->outer;
    return loop;
}

static void
jump_statement(struct flow *flow, const struct node *node)
{
    struct loop *loop = loop_at(flow, node->number);

    if (loop)
        state_join(node->kind == NODE_BREAK ? &loop->exit : &loop->again, &flow->state);
    flow->state.is_dead = true;
}

static void
global_statement(struct flow *flow, const struct node *node)
{
    for (const struct node *child = node->child; child; child = child->next) {
        const struct variable *variable;

        if (child->kind != NODE_VARIABLE || !flow->top)
            continue;
        variable = state_find(flow->top, child->text);
        (void)state_set(&flow->state, child->text, variable ? variable->value : VALUE_NOTHING);
    }
}

static void
static_statement(struct flow *flow, const struct node *node)
{
    for (const struct node *child = node->child; child; child = child->next) {
        if (child->kind == NODE_ASSIGN)
            (void)flow_expression(flow, child);
    }
}

static void
constant_statement(struct flow *flow, const struct node *node)
{
    (void)state_set(&flow->constants, node->text, flow_expression(flow, node_child(node, 0)));
}

static void
unset_statement(struct flow *flow, const struct node *node)
{
    for (const struct node *child = node->child; child; child = child->next) {
        struct str path = flow_path(flow, child);

        if (path.len)
            state_forget(&flow->state, path);
    }
}

static void
echo_statement(struct flow *flow, const struct node *node)
{
    for (const struct node *child = node->child; child; child = child->next) {
        struct value value = flow_expression(flow, child);

        flow_arrive(flow,
                    (struct arrival){.sink = SINK_OUTPUT, .function = STR("echo"), .node = child},
                    value);
    }
}

static void
one_statement(struct flow *flow, const struct node *node)
{
    switch ((enum node_kind)node->kind) {
    case NODE_NONE:
    case NODE_HTML:
    case NODE_FUNCTION: /* declared before */
    case NODE_CLASS:
    case NODE_USE:
    case NODE_GOTO:
        return;
    case NODE_BLOCK:
    case NODE_ERROR:
    case NODE_NAMESPACE:
    case NODE_DECLARE:
        flow_statements(flow, node);
        return;
    case NODE_ECHO:
        echo_statement(flow, node);
        return;
    case NODE_IF:
        if_statement(flow, node);
        return;
    case NODE_WHILE:
        while_statement(flow, node_child(node, 0), node_child(node, 1), NULL);
        return;
    case NODE_DO:
        do_statement(flow, node_child(node, 0), node_child(node, 1));
        return;
    case NODE_FOR:
        flow_statements(flow, node_child(node, 0));
        while_statement(flow, node_child(node, 1), node_child(node, 3), node_child(node, 2));
        return;
    case NODE_FOREACH:
        foreach_statement(flow, node);
        return;
    case NODE_SWITCH:
        switch_statement(flow, node);
        return;
    case NODE_TRY:
        try_statement(flow, node);
        return;
    case NODE_RETURN:
        flow_return(flow, node_child(node, 0));
        flow->state.is_dead = true;
        return;
    case NODE_BREAK:
    case NODE_CONTINUE:
        jump_statement(flow, node);
        return;
    case NODE_GLOBAL:
        global_statement(flow, node);
        return;
    case NODE_STATIC:
        static_statement(flow, node);
        return;
    case NODE_UNSET:
        unset_statement(flow, node);
        return;
    case NODE_CONSTANT:
        constant_statement(flow, node);
        return;
    case NODE_CALL:
    case NODE_METHOD_CALL:
    case NODE_STATIC_CALL:
        (void)flow_expression(flow, node);
        flow->state.guards |= flow_statement_guard(node);
        return;
    default: /* an expression */
        (void)flow_expression(flow, node);
        return;
    }
}

void
flow_statement(struct flow *flow, const struct node *node)
{
    /* A label can be reached from anywhere; what else lies behind an exit cannot. */
    if (node->kind == NODE_LABEL)
        flow->state.is_dead = false;
    if (flow->state.is_dead || node->kind == NODE_NONE || !flow_enter(flow))
        return;
    one_statement(flow, node);
    flow_leave(flow);
}
