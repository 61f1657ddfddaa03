#include "php/flow_parts.h"

/* array($this, 'method'), array('Class', 'method'): the class. */
static struct str
callback_class(struct flow *flow, struct value first, const struct node *node)
{
    const struct node *object = node->kind == NODE_ARRAY && node_count(node) == 2
                                    ? node_child(node_child(node, 0), 1)
                                    : NULL;

    if (object && object->kind == NODE_VARIABLE && str_eq(object->text, STR("this")))
        return flow->frame->class;
    if (first.kind == VALUE_OBJECT || first.kind == VALUE_STRING)
        return flow_lower(flow, first.text);
    return STR_EMPTY;
}

static bool
call_method_back(struct flow *flow, const struct items *items, const struct node *named,
                 struct arguments *arguments, const struct node *node, struct value *ret_value)
{
    struct facts when_true = {0}, when_false = {0};
    struct value name = items->count == 2 ? *items->list[1].value : VALUE_NOTHING;
    struct str class;

    if (name.kind != VALUE_STRING)
        return false;
    class = callback_class(flow, *items->list[0].value, named);
    if (!class.len)
        return false;
    *ret_value = flow_call_method(flow,
                                  &(struct method_call){.class = class,
                                                        .name = flow_lower(flow, name.text),
                                                        .is_class_known = class.len > 0,
                                                        .arguments = arguments,
                                                        .node = node},
                                  &when_true, &when_false);
    return true;
}

bool
flow_call_back(struct flow *flow, struct value callback, const struct node *named,
               struct arguments *arguments, const struct node *node, struct value *ret_value)
{
    struct facts when_true = {0}, when_false = {0};

    if (callback.kind == VALUE_CLOSURE) {
        *ret_value = flow_closure_call(flow, callback.code, arguments);
        return true;
    }
    if (callback.kind == VALUE_ARRAY)
        return call_method_back(flow, callback.items, named, arguments, node, ret_value);
    if (callback.kind != VALUE_STRING || !callback.text.len)
        return false;
    *ret_value = flow_call_named(flow, flow_lower(flow, callback.text), arguments, node, &when_true,
                                 &when_false);
    return true;
}

uint32_t
flow_callable_taint(struct flow *flow, const struct node *array, const struct items *items)
{
    const struct summary *sum;
    struct function *own;

    if (items->count != 2 || items->list[1].value->kind != VALUE_STRING ||
        node_child(node_child(array, 0), 1)->kind != NODE_VARIABLE ||
        !str_eq(node_child(node_child(array, 0), 1)->text, STR("this")))
        return 0;
    own = flow_method_find(flow, flow->frame->class, flow_lower(flow, items->list[1].value->text));
    sum = own ? flow_function_sum(flow, own) : NULL;
    return sum && (sum->result.taint & TAINT_VISITOR) ? TAINT_GIVES : 0;
}

/* For whom is what hangs on a hook of WordPress? */
bool
flow_hook_is_private(struct str hook)
{
    return (str_starts(hook, STR("wp_ajax_")) && !str_starts(hook, STR("wp_ajax_nopriv_"))) ||
           (str_starts(hook, STR("admin_")) && !str_starts(hook, STR("admin_post_nopriv_")));
}

void
flow_closures(struct flow *flow, struct str name, uint32_t unit, const struct arguments *arguments)
{
    uint32_t guards = flow->state.guards, outer_unit = flow->closure_unit;
    bool is_hook = str_eq(name, STR("add_action")) || str_eq(name, STR("add_filter"));

    for (uint32_t i = 0; i < arguments->count; i++) {
        struct arguments nothing = {.count = 0};

        if (unit) {
            nothing.list[nothing.count] = (struct value){.kind = VALUE_OBJECT};
            nothing.list[nothing.count++].text = STR("mailer");
        }
        if (arguments->list[i].kind != VALUE_CLOSURE)
            continue;
        if (is_hook && arguments->list[0].kind == VALUE_STRING &&
            flow_hook_is_private(arguments->list[0].text))
            flow->state.guards |= GUARD_LOGIN;
        flow->closure_unit = unit;
        (void)flow_closure_call(flow, arguments->list[i].code, &nothing);
        flow->closure_unit = outer_unit;
        flow->state.guards = guards;
    }
}

/* What the callback makes of one element of `subject`. */
static struct value
mapped(struct flow *flow, const struct arguments *arguments, uint32_t callback, uint32_t subject,
       const struct node *node, struct value value)
{
    struct arguments *one = ARENA_NEW(flow->arena, struct arguments);
    struct value made;

    if (!one)
        return value;
    one->count = 1;
    one->list[0] = arguments->list[subject];
    one->list[0].kind = VALUE_UNKNOWN;
    one->list[0].text = STR_EMPTY;
    one->nodes[0] = arguments->nodes[subject];
    if (!flow_call_back(flow, arguments->list[callback], arguments->nodes[callback], one, node,
                        &made)) {
        if (arguments->list[callback].taint & TAINT_GIVES)
            value.taint |= TAINT_REQUEST | TAINT_TEXT;
        return value;
    }
    made.kind = VALUE_UNKNOWN;
    made.text = STR_EMPTY;
    return made;
}

struct value
flow_mapped(struct flow *flow, struct str name, const struct arguments *arguments,
            const struct node *node, struct value value)
{
    const struct value *list = arguments->list;

    if (str_eq(name, STR("array_map")) && arguments->count == 2 &&
        (flow_is_visitor(list[1]) || list[1].parameters))
        return mapped(flow, arguments, 0, 1, node, value);
    if (str_eq(name, STR("preg_replace_callback")) && arguments->count > 2) {
        struct value made = mapped(flow, arguments, 1, 2, node, VALUE_NOTHING);

        if (flow_is_visitor(made) && !flow_is_visitor(value))
            made.taint |= TAINT_PUT_IN;
        return value_both(value, made);
    }
    if ((str_eq(name, STR("apply_filters_deprecated")) ||
         str_eq(name, STR("apply_filters_ref_array"))) &&
        arguments->count > 1 && list[1].kind == VALUE_ARRAY && list[1].items->count)
        return *list[1].items->list[0].value;
    /* What is put in stands in the result as well as what it is put into. */
    if ((str_eq(name, STR("str_replace")) || str_eq(name, STR("str_ireplace")) ||
         str_eq(name, STR("preg_replace")) || str_eq(name, STR("ereg_replace")) ||
         str_eq(name, STR("eregi_replace")) || str_eq(name, STR("mb_ereg_replace")) ||
         str_eq(name, STR("substr_replace"))) &&
        arguments->count > 2 && (flow_is_visitor(list[1]) || list[1].parameters)) {
        struct value both = value_both(value, list[1]);

        if (!flow_is_visitor(value))
            both.taint |= TAINT_PUT_IN;
        return both;
    }
    return value;
}
