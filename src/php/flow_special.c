#include "php/flow_call_parts.h"

/* The items of a list as arguments. */
struct arguments *
flow_spread(struct flow *flow, const struct value *whole, const struct node *node)
{
    struct arguments *arguments = ARENA_NEW(flow->arena, struct arguments);

    for (uint32_t i = 0;
         arguments && i < whole->items->count && arguments->count < FLOW_ARGUMENTS_MAX; i++) {
        arguments->nodes[arguments->count] = node;
        arguments->list[arguments->count++] = *whole->items->list[i].value;
    }
    return arguments;
}

/* "/…/ie": the replacement is code. */
static bool
evaluates(struct str pattern)
{
    static const char pairs[] = "(){}[]<>";
    const char *open;
    char close;
    size_t at;

    pattern = str_trim(pattern);
    if (pattern.len < 3)
        return false;
    close = pattern.data[0];
    open = memchr(pairs, close, sizeof(pairs) - 1);
    if (open)
        close = pairs[((open - pairs) | 1)];
    for (at = pattern.len; at-- > 1;) {
        char c = pattern.data[at];

        if (c == close)
            return str_has(str_from(pattern, at + 1), STR("e"));
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')))
            return false;
    }
    return false;
}

static bool
refers_back(struct value replacement)
{
    for (size_t i = 0; i + 1 < replacement.text.len; i++) {
        char c = replacement.text.data[i], next = replacement.text.data[i + 1];

        if ((c == '\\' || c == '$') && ((next >= '0' && next <= '9') || next == '{'))
            return true;
    }
    return false;
}

/* preg_replace('/x/e', $code, $subject), mb_ereg_replace($p, $code, $subject, 'e'). */
static void
replace_code(struct flow *flow, struct str name, const struct arguments *arguments,
             const struct node *node)
{
    const struct value *list = arguments->list;
    struct value pattern, code;
    bool is_mb = str_starts(name, STR("mb_"));

    if (arguments->count < (is_mb ? 4u : 2u) || str_has(name, STR("callback")) ||
        str_has(name, STR("match")))
        return;
    pattern = flow_element_of(list[is_mb ? 3 : 0]);
    if (pattern.kind != VALUE_STRING ||
        !(is_mb ? str_has(pattern.text, STR("e")) : evaluates(pattern.text)))
        return;
    code = flow_element_of(list[1]);
    if (arguments->count > 2 && (code.kind != VALUE_STRING || refers_back(code)))
        code.taint |= list[2].taint & (TAINT_VISITOR | TAINT_NETWORK | TAINT_DECODED);
    code.parameters |= arguments->count > 2 ? list[2].parameters : 0;
    code.made |= pattern.made;
    flow_arrive(flow, (struct arrival){.sink = SINK_CODE, .function = name, .node = node}, code);
    if (code.kind == VALUE_STRING)
        flow_code(flow, code.text, node, code);
}

/* filter_var($x, FILTER_CALLBACK, array('options' => 'assert')) */
static void
filter_callback(struct flow *flow, const struct arguments *arguments, const struct node *node)
{
    struct facts when_true = {0}, when_false = {0};
    const struct value *options = &arguments->list[2], *callee;
    struct arguments *given;

    if (options->kind != VALUE_ARRAY ||
        !(str_has(arguments->list[1].text, STR("CALLBACK")) || arguments->list[1].number == 1024))
        return;
    callee = items_find(options->items, value_string(STR("options")));
    if (!callee)
        return;
    flow_arrive(flow,
                (struct arrival){.sink = SINK_CALLEE, .function = STR("filter_var"), .node = node},
                *callee);
    given = ARENA_NEW(flow->arena, struct arguments);
    if (callee->kind != VALUE_STRING || !given)
        return;
    given->count = 1;
    given->list[0] = flow_element_of(arguments->list[0]);
    given->nodes[0] = arguments->nodes[0];
    (void)flow_call_named(flow, flow_lower(flow, callee->text), given, node, &when_true,
                          &when_false);
}

/* Functions that work on the program itself. True: done. */
bool
flow_call_special(struct flow *flow, struct str name, struct arguments *arguments,
                  const struct node *node, struct facts *when_true, struct facts *when_false,
                  struct value *ret_value)
{
    const struct value *list = arguments->list;

    *ret_value = VALUE_NOTHING;
    if (str_eq(name, STR("define")) && arguments->count > 1 && list[0].kind == VALUE_STRING) {
        (void)state_set(&flow->constants, list[0].text, list[1]);
        return true;
    }
    if (str_eq(name, STR("constant")) && arguments->count && list[0].kind == VALUE_STRING) {
        const struct variable *constant = state_find(&flow->constants, list[0].text);

        if (constant)
            *ret_value = constant->value;
        return true;
    }
    if (str_eq(name, STR("extract")) || str_eq(name, STR("parse_str"))) {
        if (arguments->count && (str_eq(name, STR("extract")) || arguments->count == 1))
            flow->frame->other_taint |= list[0].taint;
        return false;
    }
    /* The handle knows whom it will ask. */
    if (str_starts(name, STR("curl_setopt")) && arguments->count && flow_verify_taint(arguments)) {
        struct value handle = list[0];

        handle.taint |= TAINT_VERIFY;
        flow_assign(flow, arguments->nodes[0], handle);
        return false;
    }
    if ((str_eq(name, STR("array_push")) || str_eq(name, STR("array_unshift"))) &&
        arguments->count > 1) {
        struct value whole = value_both(list[0], flow_together(arguments));

        whole.truth = TRUTH_YES;
        flow_assign(flow, arguments->nodes[0], whole);
        return true;
    }
    if ((str_eq(name, STR("call_user_func")) || str_eq(name, STR("forward_static_call"))) &&
        arguments->count && list[0].kind == VALUE_STRING) {
        struct arguments rest = {.count = arguments->count - 1};

        memcpy(rest.list, list + 1, rest.count * sizeof(*list));
        memcpy(rest.nodes, arguments->nodes + 1, rest.count * sizeof(*rest.nodes));
        flow_arrive(flow, (struct arrival){.sink = SINK_CALLEE, .function = name, .node = node},
                    list[0]);
        *ret_value = flow_call_named(flow, flow_lower(flow, list[0].text), &rest, node, when_true,
                                     when_false);
        return true;
    }
    if (str_eq(name, STR("call_user_func_array")) && arguments->count > 1 &&
        list[0].kind == VALUE_STRING && list[1].kind == VALUE_ARRAY) {
        struct arguments *rest = flow_spread(flow, &list[1], arguments->nodes[1]);

        flow_arrive(flow, (struct arrival){.sink = SINK_CALLEE, .function = name, .node = node},
                    list[0]);
        if (rest)
            *ret_value = flow_call_named(flow, flow_lower(flow, list[0].text), rest, node,
                                         when_true, when_false);
        return true;
    }
    if (str_starts(name, STR("preg_")) || str_starts(name, STR("mb_ereg")))
        replace_code(flow, name, arguments, node);
    if (str_eq(name, STR("filter_var")) && arguments->count > 2)
        filter_callback(flow, arguments, node);
    if ((str_eq(name, STR("assert")) || str_eq(name, STR("create_function"))) && arguments->count) {
        const struct value *code = &list[arguments->count > 1 && name.data[0] == 'c' ? 1 : 0];

        if (name.data[0] == 'c' && code->kind == VALUE_STRING && list[0].kind == VALUE_STRING) {
            flow_arrive(flow, (struct arrival){.sink = SINK_CODE, .function = name, .node = node},
                        *code);
            *ret_value = flow_function_made(flow, list[0].text, *code, node);
            return true;
        }
        if (code->kind == VALUE_STRING) {
            flow_arrive(flow, (struct arrival){.sink = SINK_CODE, .function = name, .node = node},
                        *code);
            flow_code(flow, code->text, node, *code);
            return true;
        }
    }
    return false;
}
