#include "php/flow_parts.h"

/* The text of an item's key. */
static bool
same_key(const struct item *item, struct value key)
{
    int64_t number;

    if (key.kind == VALUE_STRING)
        return item->is_text_key && str_eq(item->key, key.text);
    return !item->is_text_key && value_number(key, &number) && item->number == number;
}

static struct value
next_key(const struct items *items)
{
    int64_t next = 0;

    for (uint32_t i = 0; i < items->count; i++) {
        if (!items->list[i].is_text_key && items->list[i].number >= next)
            next = items->list[i].number + 1;
    }
    return value_integer(next);
}

/* A known array with one more item, or another in its place; NULL when it grows too large. */
static const struct items *
with_item(struct flow *flow, const struct items *before, struct value key, struct value value)
{
    uint32_t count = before ? before->count : 0, at = 0;
    struct items *items;
    struct item *list;
    struct value *kept;

    while (at < count && !same_key(&before->list[at], key))
        at++;
    if (count >= 512)
        return NULL;
    items = ARENA_NEW(flow->arena, struct items);
    list = arena_array(flow->arena, count + 1, sizeof(*list));
    kept = ARENA_NEW(flow->arena, struct value);
    if (!items || !list || !kept)
        return NULL;
    if (count)
        memcpy(list, before->list, count * sizeof(*list));
    *kept = value;
    list[at] = (struct item){.is_text_key = key.kind == VALUE_STRING, .value = kept};
    if (key.kind == VALUE_STRING)
        list[at].key = key.text;
    else
        (void)value_number(key, &list[at].number);
    items->list = list;
    items->count = at == count ? count + 1 : count;
    return items;
}

/* The whole that a part was assigned to: it holds the new value's taint, and is not empty. */
static void
weaken_whole(struct flow *flow, struct str base, struct value key, struct value value)
{
    struct variable *variable = state_find(&flow->state, base);
    struct value whole = variable ? variable->value : (struct value){.kind = VALUE_NULL};
    const struct items *items = NULL;

    if (library_superglobal(base))
        return;
    if (!variable && flow->frame->other_taint)
        whole = (struct value){.taint = flow->frame->other_taint};
    if (whole.kind == VALUE_ARRAY && key.kind == VALUE_UNKNOWN && key.truth == TRUTH_NO)
        key = next_key(whole.items);
    else if (whole.kind == VALUE_NULL && key.kind == VALUE_UNKNOWN && key.truth == TRUTH_NO)
        key = value_integer(0);
    if ((whole.kind == VALUE_ARRAY || whole.kind == VALUE_NULL) && value_is_known(key) &&
        key.kind != VALUE_ARRAY)
        items = with_item(flow, whole.kind == VALUE_ARRAY ? whole.items : NULL, key, value);
    whole = value_both(whole, value);
    whole.truth = TRUTH_YES;
    if (items) {
        whole.kind = VALUE_ARRAY;
        whole.items = items;
    }
    if (!variable)
        variable = state_set(&flow->state, base, whole);
    if (variable) {
        variable->value = whole;
        variable->when_true = variable->when_false = NULL;
    }
}

/* What a method keeps in the object, other methods find there. */
static void
keep_property(struct flow *flow, struct str path, struct value value, bool is_added)
{
    struct class *class;
    const struct variable *before;
    size_t arrow = str_find(path, STR("->"));

    if (str_starts(path, STR("this->"))) {
        flow_object_set(flow, path, value, is_added);
        class = flow_class_find(flow, flow->frame->class);
    } else {
        /* $object->x = …: the methods of its class find it. */
        const struct variable *object =
            arrow < path.len ? state_find(&flow->state, str_first(path, arrow)) : NULL;

        class = object && object->value.kind == VALUE_OBJECT
                    ? flow_class_find(flow, flow_lower(flow, object->value.text))
                    : NULL;
        path = arena_printf(flow->arena, "this" STR_FMT, STR_ARG(str_from(path, arrow)));
    }
    if (!class)
        return;
    /* Parameters of this method are none of another's. */
    value.parameters = 0;
    before = state_find(&class->properties, path);
    (void)state_set(&class->properties, path, before ? value_either(before->value, value) : value);
}

/* What an array holds of an item that was put into it. */
static struct value
whole_of(struct value value)
{
    value.kind = VALUE_UNKNOWN;
    value.truth = TRUTH_YES;
    value.text = STR_EMPTY;
    value.items = NULL;
    return value;
}

/* foreach ($_POST as $key => $value) $_POST[$key] = clean($value): all of them. */
static bool
is_every(const struct flow *flow, struct str base)
{
    for (const struct loop *loop = flow->frame->loop; loop; loop = loop->outer) {
        if (loop->over.len && str_eq(loop->over, base))
            return true;
    }
    return false;
}

static void
assign_index(struct flow *flow, const struct node *target, struct value value)
{
    const struct node *base_node = node_child(target, 0), *key_node = node_child(target, 1);
    struct str base = flow_path(flow, base_node);
    struct value key = key_node->kind == NODE_NONE
                           ? (struct value){.kind = VALUE_UNKNOWN, .truth = TRUTH_NO}
                           : flow_expression(flow, key_node);
    struct str path = key_node->kind == NODE_NONE ? STR_EMPTY : flow_path(flow, target);

    if (!base.len)
        return;
    if (str_eq(base, STR("GLOBALS"))) {
        if (path.len)
            (void)state_set(flow->top ? flow->top : &flow->state, path, value);
        return;
    }
    if (path.len)
        (void)state_set(&flow->state, path, value);
    if (!path.len && is_every(flow, base)) {
        (void)state_set(&flow->state, base, whole_of(value));
        return;
    }
    weaken_whole(flow, base, key, value);
    if (flow_is_visitor(value) || value.parameters)
        flow_object_set(flow, base, whole_of(value), true);
}

/* $mail->Body = …: a mail sink where the object is a mailer by class or name. */
static void
assign_mailer(struct flow *flow, const struct node *target, struct value value)
{
    const struct node *object = node_child(target, 0), *name = node_child(target, 1);
    struct value receiver;
    enum sink sink = name->kind == NODE_NAME ? library_property(name->text) : SINK_NONE;

    if (sink == SINK_NONE)
        return;
    receiver = flow_expression(flow, object);
    if (!(receiver.kind == VALUE_OBJECT && library_is_mailer(receiver.text)) &&
        !(object->text.len && library_is_mailer(object->text)) &&
        !(object->kind == NODE_PROPERTY && library_is_mailer(node_child(object, 1)->text)))
        return;
    flow_arrive(flow,
                (struct arrival){.sink = sink,
                                 .function = name->text,
                                 .node = target,
                                 .unit = flow_mailer_unit(flow, object)},
                value);
}

static void
assign_list(struct flow *flow, const struct node *target, struct value value)
{
    int64_t number = 0;

    for (const struct node *item = target->child; item; item = item->next) {
        struct value key = value_integer(number++), part;

        if (node_child(item, 0)->kind != NODE_NONE)
            key = flow_expression(flow, node_child(item, 0));
        if (!fold_index(value, key, flow->arena, &part))
            part = (struct value){.taint = value.taint,
                                  .parameters = value.parameters,
                                  .clean = value.clean,
                                  .origin = value.origin};
        flow_assign(flow, node_child(item, 1), part);
    }
}

static void
assign_variable_of(struct flow *flow, const struct node *target, struct value value)
{
    struct value name = flow_expression(flow, node_child(target, 0));

    if (name.kind == VALUE_STRING) {
        (void)state_set(&flow->state, name.text, value);
        return;
    }
    /* The request names the variable, as register_globals did. */
    if (flow_is_visitor(name) && flow_is_visitor(value))
        flow->frame->other_taint |= value.taint;
}

void
flow_assign(struct flow *flow, const struct node *target, struct value value)
{
    struct str path;

    switch ((enum node_kind)target->kind) {
    case NODE_VARIABLE:
        (void)state_set(&flow->state, target->text, value);
        return;
    case NODE_INDEX:
        assign_index(flow, target, value);
        return;
    case NODE_PROPERTY:
    case NODE_STATIC_PROPERTY:
        if (target->kind == NODE_PROPERTY)
            assign_mailer(flow, target, value);
        path = flow_path(flow, target);
        if (path.len) {
            (void)state_set(&flow->state, path, value);
            keep_property(flow, path, value, false);
        }
        return;
    case NODE_ARRAY:
        assign_list(flow, target, value);
        return;
    case NODE_VARIABLE_OF:
        assign_variable_of(flow, target, value);
        return;
    default:
        return;
    }
}
