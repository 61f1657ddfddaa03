#include "php/flow_call_parts.h"

/* What a method is called on: its class where known, else what its name says. */
static struct str
receiver_class(struct flow *flow, const struct node *object, struct value value)
{
    struct str name = object->text;

    if (value.kind == VALUE_OBJECT && value.text.len)
        return flow_lower(flow, value.text);
    if (object->kind == NODE_PROPERTY || object->kind == NODE_METHOD_CALL ||
        object->kind == NODE_STATIC_CALL)
        name = node_child(object, 1)->text;
    else if (object->kind == NODE_CALL)
        name = node_child(object, 0)->text;
    else if (object->kind == NODE_NEW)
        name = node_child(object, 0)->text;
    if (str_eq_nocase(name, STR("jinput")))
        return STR("input");
    if (str_eq_nocase(name, STR("req")) || str_eq_nocase(name, STR("getRequest")) ||
        str_eq_nocase(name, STR("query")) || str_eq_nocase(name, STR("request")))
        return STR("request");
    return flow_lower(flow, name);
}

/* A mailer goes on: $message->setTo(…)->setSubject(…). */
static struct value
of_receiver(struct str class, const struct library *row, struct value value)
{
    if (!row->makes && value.kind == VALUE_UNKNOWN && library_is_mailer(class) &&
        row->sinks[0] != SINK_SEND) {
        value.kind = VALUE_OBJECT;
        value.text = class;
    }
    return value;
}

struct value
flow_call_method(struct flow *flow, const struct method_call *call, struct facts *when_true,
                 struct facts *when_false)
{
    struct function *own = flow_method_find(flow, call->class, call->name);
    struct str class = flow_bare_name(call->class);
    const struct library *row;
    const struct summary *known = NULL;
    struct value value;
    char text[200];

    if (own) {
        flow_look_at_closures(flow, call->arguments);
        return flow_call_own(flow, own, call->arguments, call->node, when_true, when_false);
    }
    row = library_method(class, call->name);
    if (row) {
        uint32_t unit = flow_mailer_unit(flow, call->object ? call->object : call->node);

        flow_closures(flow, STR_EMPTY, library_is_mailer(class) ? unit : 0, call->arguments);
        return of_receiver(class, row,
                           flow_apply_row(flow, row, call->name, unit, call->arguments, call->node,
                                          when_true, when_false));
    }
    if (call->is_class_known && class.len && class.len + call->name.len + 2 <= sizeof(text)) {
        memcpy(text, class.data, class.len);
        memcpy(text + class.len, "::", 2);
        memcpy(text + class.len + 2, call->name.data, call->name.len);
        known = flow_known(flow, (struct str){text, class.len + 2 + call->name.len});
    }
    if (!known && !call->is_class_known)
        known = flow_known_method(flow, call->name);
    if (known) {
        flow_look_at_closures(flow, call->arguments);
        return flow_apply(flow, known, call->arguments, call->node, when_true, when_false);
    }
    flow->state.guards |= flow_account_mark(call->name, call->arguments);
    flow_closures(flow, STR_EMPTY, 0, call->arguments);
    flow_guard_by_name(call->name, when_true, when_false);
    value = flow_together(call->arguments);
    value.clean = flow_looks_up(call->name) ? CLEAN_OWN : 0;
    value.taint |= flow_verify_taint(call->arguments) | flow_answer_taint(class, call->name);
    flow->state.guards |= flow_validation_guard(call->name, call->arguments);
    return value;
}

static struct str
method_name(struct flow *flow, const struct node *name, const struct node *call)
{
    struct value value;

    if (name->kind == NODE_NAME)
        return flow_lower(flow, name->text);
    value = flow_expression(flow, name);
    flow_arrive(flow, (struct arrival){.sink = SINK_CALLEE, .function = STR("->"), .node = call},
                value);
    return value.kind == VALUE_STRING ? flow_lower(flow, value.text) : STR_EMPTY;
}

/* (new ReflectionFunction('system'))->invoke(…): the object is known by its function's name. */
static struct value
call_reflected(struct flow *flow, struct value receiver, struct str name,
               struct arguments *arguments, const struct node *node, struct facts *when_true,
               struct facts *when_false)
{
    if (str_eq(name, STR("invokeargs")) && arguments->count) {
        struct value element = flow_element_of(arguments->list[0]);

        if (arguments->list[0].kind == VALUE_ARRAY && arguments->list[0].items->count > 1)
            arguments = flow_spread(flow, &arguments->list[0], arguments->nodes[0]);
        else
            arguments->list[0] = element;
    }
    if (!arguments)
        return VALUE_NOTHING;
    return flow_call_named(flow, flow_lower(flow, receiver.text), arguments, node, when_true,
                           when_false);
}

/* $list->uasort('assert') */
static void
sort_object(struct flow *flow, struct value receiver, const struct arguments *arguments,
            const struct node *node)
{
    struct facts when_true = {0}, when_false = {0};
    struct arguments *given;

    if (!arguments->count)
        return;
    flow_arrive(flow,
                (struct arrival){.sink = SINK_CALLEE, .function = STR("uasort"), .node = node},
                arguments->list[0]);
    given = ARENA_NEW(flow->arena, struct arguments);
    if (arguments->list[0].kind != VALUE_STRING || !given)
        return;
    given->count = 1;
    given->list[0] = (struct value){.taint = receiver.taint, .parameters = receiver.parameters};
    given->nodes[0] = node_child(node, 0);
    (void)flow_call_named(flow, flow_lower(flow, arguments->list[0].text), given, node, &when_true,
                          &when_false);
}

struct value
flow_call_on_object(struct flow *flow, const struct node *node, struct facts *when_true,
                    struct facts *when_false)
{
    const struct node *object = node_child(node, 0);
    struct value receiver = flow_expression(flow, object);
    struct str name = method_name(flow, node_child(node, 1), node), class;
    struct arguments *arguments = ARENA_NEW(flow->arena, struct arguments);
    bool is_this = object->kind == NODE_VARIABLE && str_eq(object->text, STR("this"));
    struct value value;

    if (!arguments)
        return VALUE_NOTHING;
    flow_read_arguments(flow, node->child ? node_child(node, 1)->next : NULL, arguments);
    class = is_this ? flow->frame->class : receiver_class(flow, object, receiver);
    arguments->receiver = object->kind == NODE_NEW ? STR("new") : flow_path(flow, object);
    if (receiver.kind == VALUE_STRING && str_starts(name, STR("invoke")))
        return call_reflected(flow, receiver, name, arguments, node, when_true, when_false);
    value = flow_call_method(
        flow,
        &(struct method_call){.class = class,
                              .name = name,
                              .object = object,
                              .is_class_known = is_this || receiver.kind == VALUE_OBJECT,
                              .arguments = arguments,
                              .node = node},
        when_true, when_false);
    if (str_eq(name, STR("uasort")) || str_eq(name, STR("uksort")))
        sort_object(flow, receiver, arguments, node);
    /* An object that came from the visitor gives what came from the visitor. */
    value.taint |= receiver.taint & (TAINT_VISITOR | TAINT_NETWORK | TAINT_VERIFY | TAINT_DATABASE);
    value.parameters |= receiver.parameters;
    return value;
}

struct value
flow_call_static(struct flow *flow, const struct node *node, struct facts *when_true,
                 struct facts *when_false)
{
    struct str class = flow_lower(flow, node_child(node, 0)->text);
    struct str name = method_name(flow, node_child(node, 1), node);
    struct arguments *arguments = ARENA_NEW(flow->arena, struct arguments);

    if (!arguments)
        return VALUE_NOTHING;
    flow_read_arguments(flow, node->child ? node_child(node, 1)->next : NULL, arguments);
    if (str_eq(class, STR("self")) || str_eq(class, STR("static"))) {
        class = flow->frame->class;
    } else if (str_eq(class, STR("parent"))) {
        const struct class *own = flow_class_find(flow, flow->frame->class);

        class = own ? own->parent : STR_EMPTY;
        arguments->receiver = STR("this");
    }
    return flow_call_method(flow,
                            &(struct method_call){.class = class,
                                                  .name = name,
                                                  .is_class_known = class.len > 0,
                                                  .arguments = arguments,
                                                  .node = node},
                            when_true, when_false);
}

/* What a visitor hands to a constructor stays in the object: the constructor is walked with it. */
static bool
construct(struct flow *flow, struct str class, const struct arguments *arguments)
{
    struct function *function = flow_method_find(flow, class, STR("__construct"));
    struct value ignored;

    if (!function)
        function = flow_method_find(flow, class, class);
    return function && flow_is_visitor(flow_together(arguments)) &&
           flow_function_inline(flow, function, arguments, &ignored);
}

struct value
flow_call_new(struct flow *flow, const struct node *node, struct facts *when_true,
              struct facts *when_false)
{
    const struct node *class_node = node_child(node, 0);
    struct value object = {.kind = VALUE_OBJECT, .text = class_node->text};
    struct arguments *arguments = ARENA_NEW(flow->arena, struct arguments);
    struct str class;
    bool is_walked;

    if (!arguments)
        return VALUE_NOTHING;
    if (class_node->kind != NODE_NAME && class_node->kind != NODE_CLASS) {
        struct value name = flow_expression(flow, class_node);

        flow_arrive(flow,
                    (struct arrival){.sink = SINK_CALLEE, .function = STR("new"), .node = node},
                    name);
        object.text = name.kind == VALUE_STRING ? name.text : STR_EMPTY;
    }
    if (str_eq_nocase(object.text, STR("self")) || str_eq_nocase(object.text, STR("static")))
        object.text = flow->frame->class;
    flow_read_arguments(flow, node->child ? node->child->next : NULL, arguments);
    class = flow_bare_name(flow_lower(flow, object.text));
    if (str_eq(class, STR("reflectionfunction")) && arguments->count)
        flow_arrive(flow,
                    (struct arrival){
                        .sink = SINK_CALLEE, .function = STR("ReflectionFunction"), .node = node},
                    arguments->list[0]);
    if (str_eq(class, STR("reflectionfunction")) && arguments->count &&
        arguments->list[0].kind == VALUE_STRING)
        return arguments->list[0];
    is_walked = class.len && construct(flow, class, arguments);
    state_forget(&flow->state, STR("new"));
    arguments->receiver = STR("new");
    if (class.len)
        (void)flow_call_method(flow,
                               &(struct method_call){.class = class,
                                                     .name = STR("__construct"),
                                                     .is_class_known = true,
                                                     .arguments = arguments,
                                                     .node = node},
                               when_true, when_false);
    if (is_walked || library_is_mailer(class))
        return object;
    object.taint = flow_together(arguments).taint;
    object.parameters = flow_together(arguments).parameters;
    object.origin = flow_together(arguments).origin;
    return object;
}
