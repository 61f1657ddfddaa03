#include "php/flow_parts.h"

static void
read_arguments(struct flow *flow, const struct node *first, struct arguments *arguments)
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

static struct value
together(const struct arguments *arguments)
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
        result = together(arguments);
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

static bool
names_bot_check(struct value value)
{
    static const char *const marks[] = {"siteverify", "recaptcha",       "hcaptcha",
                                        "turnstile",  "friendlycaptcha", "altcha"};

    for (size_t i = 0; value.text.len && i < sizeof(marks) / sizeof(marks[0]); i++) {
        if (str_find_nocase(str_first(value.text, 512), str_from_cstr(marks[i])) <
            str_first(value.text, 512).len)
            return true;
    }
    return false;
}

bool
flow_asks_bot_check(struct value value)
{
    return str_starts_nocase(value.text, STR("http")) && names_bot_check(value);
}

/* The answer of a server that was asked whether this is a person. */
static uint32_t
verify_taint(const struct arguments *arguments)
{
    for (uint32_t i = 0; i < arguments->count; i++) {
        const struct value *value = &arguments->list[i];

        if ((value->taint & TAINT_VERIFY) || names_bot_check(*value))
            return TAINT_VERIFY;
    }
    return 0;
}

/* A fetch of what is no URL is the reading of a file. */
static uint32_t
fetched_taint(struct str name, const struct arguments *arguments)
{
    struct str url = arguments->count ? arguments->list[0].text : STR_EMPTY;

    if (str_eq(name, STR("getenv")))
        return str_starts_nocase(url, STR("HTTP_"))          ? TAINT_HEADER
               : str_starts_nocase(url, STR("QUERY_STRING")) ? TAINT_REQUEST
                                                             : 0;

    if (!str_eq(name, STR("file_get_contents")) && !str_eq(name, STR("file")) &&
        !str_eq(name, STR("fopen")) && !str_eq(name, STR("readfile")))
        return 0;
    if (str_starts_nocase(url, STR("php://input")))
        return TAINT_REQUEST;
    if (str_starts_nocase(url, STR("http")) || str_starts_nocase(url, STR("ftp:")) ||
        (arguments->count && flow_is_visitor(arguments->list[0])))
        return TAINT_NETWORK;
    return 0;
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

/* assert($x->isOpen()), assert(Foo::all($x)): a truth, and no code since PHP 8. */
static bool
asserts_truth(struct str name, const struct arguments *arguments)
{
    const struct node *node = arguments->count ? arguments->nodes[0] : NULL;

    return node && str_eq(name, STR("assert")) &&
           (node->kind == NODE_METHOD_CALL || node->kind == NODE_STATIC_CALL ||
            node->kind == NODE_ISSET || (node->kind == NODE_UNARY && node->op == '!') ||
            (node->kind == NODE_BINARY && node->op != '.'));
}

/* What a function that is handed a list calls its callback with: all of the items at once. */
static struct value
element_of(struct value list)
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
            given->list[given->count++] = element_of(arguments->list[i]);
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
static struct value
apply_row(struct flow *flow, const struct library *row, struct str name, uint32_t unit,
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
    result.taint |= verify_taint(arguments) | fetched_taint(name, arguments);
    /* fopen of a page: what is read from it comes from the network. */
    if ((row->gives & TAINT_FILE) && arguments->count)
        result.taint |= arguments->list[0].taint & (TAINT_NETWORK | TAINT_REQUEST);
    if (row->makes) {
        result.kind = VALUE_OBJECT;
        result.text = str_from_cstr(row->makes);
    }
    return result;
}

/* What checks with arguments of their own say: preg_match, filter_var, strpos, in_array. */
static void
check_facts(struct flow *flow, struct str name, const struct arguments *arguments,
            struct facts *when_true, struct facts *when_false)
{
    struct str subject;

    if (arguments->count < 2)
        return;
    if (str_starts(name, STR("preg_match")) || str_starts(name, STR("ereg"))) {
        if (arguments->list[0].kind == VALUE_STRING)
            flow_pattern_facts(arguments->list[0].text, flow_path(flow, arguments->nodes[1]),
                               when_true, when_false);
        return;
    }
    subject = flow_path(flow, arguments->nodes[0]);
    if (!subject.len)
        return;
    if (str_eq(name, STR("filter_var")) && str_has(arguments->list[1].text, STR("EMAIL")) &&
        str_has(arguments->list[1].text, STR("VALIDATE")))
        facts_add(when_true, subject, CLEAN_ADDRESS | CLEAN_CRLF);
    else if (str_eq(name, STR("filter_var")) &&
             str_has(arguments->list[1].text, STR("VALIDATE_INT")))
        facts_add(when_true, subject, CLEAN_NUMBER | CLEAN_CRLF);
    else if ((str_has(name, STR("strpos")) || str_has(name, STR("stristr")) ||
              str_has(name, STR("strstr")) || str_eq(name, STR("str_contains"))) &&
             arguments->list[1].kind == VALUE_STRING &&
             (str_has(arguments->list[1].text, STR("\n")) ||
              str_has(arguments->list[1].text, STR("\r")) ||
              str_find_nocase(arguments->list[1].text, STR("cc:")) < arguments->list[1].text.len ||
              str_find_nocase(arguments->list[1].text, STR("content-type")) <
                  arguments->list[1].text.len))
        facts_add(when_false, subject, CLEAN_CRLF);
}

/* Results of PHP's functions that clean depending on their arguments. */
static uint32_t
cleaned_by(struct str name, const struct arguments *arguments)
{
    const struct value *list = arguments->list;
    uint32_t count = arguments->count;

    if (str_eq(name, STR("filter_var")) && count > 1 && str_has(list[1].text, STR("EMAIL")))
        return CLEAN_CRLF | (str_has(list[1].text, STR("VALIDATE")) ? CLEAN_ADDRESS : 0);
    if (str_eq(name, STR("filter_var")) && count > 1 && str_has(list[1].text, STR("INT")))
        return CLEAN_NUMBER | CLEAN_CRLF;
    if (str_eq(name, STR("filter_input")) && count > 2 && str_has(list[2].text, STR("EMAIL")))
        return CLEAN_CRLF | (str_has(list[2].text, STR("VALIDATE")) ? CLEAN_ADDRESS : 0);
    if ((str_eq(name, STR("str_replace")) || str_eq(name, STR("str_ireplace"))) && count > 2) {
        bool cr = false, lf = false;

        for (uint32_t i = 0; list[0].kind == VALUE_ARRAY && i < list[0].items->count; i++) {
            const struct value *item = list[0].items->list[i].value;

            cr |= item->kind == VALUE_STRING && str_has(item->text, STR("\r"));
            lf |= item->kind == VALUE_STRING && str_has(item->text, STR("\n"));
        }
        if (list[0].kind == VALUE_STRING) {
            lf = str_eq(list[0].text, STR("\n"));
            cr = lf && (list[2].clean & CLEAN_CRLF);
            if (str_eq(list[0].text, STR("\n")) || str_eq(list[0].text, STR("\r")))
                return CLEAN_CRLF; /* either alone begins no header for most servers */
        }
        return cr || lf ? CLEAN_CRLF : 0;
    }
    /* One line of several. */
    if (str_eq(name, STR("explode")) && count > 1 && list[0].kind == VALUE_STRING &&
        (str_eq(list[0].text, STR("\n")) || str_eq(list[0].text, STR("\r\n"))))
        return CLEAN_CRLF;
    if ((str_starts(name, STR("preg_replace")) || str_starts(name, STR("ereg"))) && count > 2 &&
        list[0].kind == VALUE_STRING) {
        struct facts when_true = {0}, when_false = {0};

        flow_pattern_facts(list[0].text, STR("x"), &when_true, &when_false);
        if (when_false.count)
            return CLEAN_CRLF;
        /* All but a class is taken out: [^a-z0-9@.] */
        if (str_find(list[0].text, STR("[^")) < list[0].text.len &&
            !str_has(list[0].text, STR("\\s")) && !str_has(list[0].text, STR("\\n")))
            return CLEAN_CRLF;
    }
    return 0;
}

/* add_action('wp_ajax_x', 'handler'): for whom is the handler? */
static void
note_hook(struct flow *flow, struct str name, const struct arguments *arguments)
{
    struct str hook, callback = STR_EMPTY;
    struct function *function;
    const struct value *second;

    if (arguments->count < 2 || arguments->list[0].kind != VALUE_STRING)
        return;
    if (!str_eq(name, STR("add_action")) && !str_eq(name, STR("add_filter")))
        return;
    hook = arguments->list[0].text;
    second = &arguments->list[1];
    if (second->kind == VALUE_STRING)
        callback = second->text;
    else if (arguments->nodes[1]->kind == NODE_ARRAY && node_count(arguments->nodes[1]) == 2)
        callback = node_child(node_child(arguments->nodes[1], 1), 1)->text;
    if (!callback.len)
        return;
    function = flow->frame->class.len
                   ? flow_method_find(flow, flow->frame->class, flow_lower(flow, callback))
                   : flow_function_find(flow, flow_lower(flow, callback));
    if (!function)
        return;
    if (!function->hook.len)
        function->hook = hook;
    if (flow_hook_is_private(hook))
        function->is_hook_private = true;
    else
        function->is_hook_public = true;
}

/* The items of a list as arguments. */
static struct arguments *
spread(struct flow *flow, const struct value *whole, const struct node *node)
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
    pattern = element_of(list[is_mb ? 3 : 0]);
    if (pattern.kind != VALUE_STRING ||
        !(is_mb ? str_has(pattern.text, STR("e")) : evaluates(pattern.text)))
        return;
    code = element_of(list[1]);
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
    given->list[0] = element_of(arguments->list[0]);
    given->nodes[0] = arguments->nodes[0];
    (void)flow_call_named(flow, flow_lower(flow, callee->text), given, node, &when_true,
                          &when_false);
}

/* Functions that work on the program itself. True: done. */
static bool
call_special(struct flow *flow, struct str name, struct arguments *arguments,
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
    if (str_starts(name, STR("curl_setopt")) && arguments->count && verify_taint(arguments)) {
        struct value handle = list[0];

        handle.taint |= TAINT_VERIFY;
        flow_assign(flow, arguments->nodes[0], handle);
        return false;
    }
    if ((str_eq(name, STR("array_push")) || str_eq(name, STR("array_unshift"))) &&
        arguments->count > 1) {
        struct value whole = value_both(list[0], together(arguments));

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
        struct arguments *rest = spread(flow, &list[1], arguments->nodes[1]);

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

/* "a\b\name" where only "name" is known. */
static struct str
without_namespace(struct str name)
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

static struct value
call_own(struct flow *flow, struct function *function, struct arguments *arguments,
         const struct node *node, struct facts *when_true, struct facts *when_false)
{
    const struct summary *sum;
    struct value value;

    function->is_called = true;
    if (all_known(arguments) &&
        flow_function_compute(flow, function->node, function->class, arguments, &value))
        return value;
    if (flow_is_visitor(together(arguments)))
        flow->asked = node;
    sum = flow_function_sum(flow, function);
    if (!sum)
        return together(arguments);
    if (hangs_on_arguments(sum, arguments) &&
        flow_function_inline(flow, function, arguments, &value))
        return value;
    value = flow_apply(flow, sum, arguments, node, when_true, when_false);
    /* A decoder of its own, too long to be computed. */
    if (all_known(arguments) && holds_blob(arguments) && !value_is_known(value))
        value.taint |= TAINT_DECODED;
    return value;
}

/* "INSERT INTO users …": an account was opened. */
static uint32_t
account_mark(struct str name, const struct arguments *arguments)
{
    static const char *const tables[] = {"user", "member", "account", "customer", "client"};
    uint32_t index = str_starts(name, STR("mysqli_")) || str_starts(name, STR("pg_")) ? 1 : 0;
    struct str text;

    if (index >= arguments->count || (str_find(name, STR("query")) == name.len &&
                                      !str_eq(name, STR("prepare")) && !str_eq(name, STR("exec"))))
        return 0;
    text = str_first(str_trim(arguments->list[index].text), 60);
    if (!str_starts_nocase(text, STR("insert into")))
        return 0;
    text = str_first(text, str_index(text, '('));
    for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
        if (str_find_nocase(text, str_from_cstr(tables[i])) < text.len)
            return MARK_REGISTERED;
    }
    return 0;
}

/* What a function finds by the visitor's word is the site's own: findUser($_POST['email']). */
static bool
looks_up(struct str name)
{
    static const char *const words[] = {"find",        "fetch",   "select",  "lookup", "query",
                                        "getrow",      "get_row", "get_var", "getone", "getall",
                                        "get_results", "getdata", "load_by", "loadby", "getuser",
                                        "get_user",    "getby",   "get_by",  "_assoc"};

    name = str_first(name, 64);
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (str_find_nocase(name, str_from_cstr(words[i])) < name.len)
            return true;
    }
    return false;
}

static void
guard_by_name(struct str name, struct facts *when_true, struct facts *when_false)
{
    bool is_negative = false;
    uint32_t guard = library_guard_by_name(name, &is_negative);

    *(is_negative ? &when_false->guards : &when_true->guards) |= guard;
}

/* Closures whose callee is known: looked at by themselves. */
static void
look_at_closures(struct flow *flow, const struct arguments *arguments)
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

/* recaptcha_check_answer(…), $securimage->check(…): what it gives says whether it is a person. */
static uint32_t
answer_taint(struct str class, struct str name)
{
    static const char *const words[] = {"check", "verif", "valid", "answer", "success", "test"};
    bool is_negative;

    name = str_first(name, 64);
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (str_find_nocase(name, str_from_cstr(words[i])) == name.len)
            continue;
        return library_guard_by_name(name, &is_negative) == GUARD_CAPTCHA ||
                       library_guard_by_name(class, &is_negative) == GUARD_CAPTCHA
                   ? TAINT_VERIFY
                   : 0;
    }
    return 0;
}

/* $request->validate(array('answer' => 'required|captcha')): goes on only when it holds. */
static uint32_t
validation_guard(struct str name, const struct arguments *arguments)
{
    for (uint32_t i = 0; i < arguments->count && str_starts(name, STR("validate")); i++) {
        const struct value *rules = &arguments->list[i];

        for (uint32_t j = 0; rules->kind == VALUE_ARRAY && j < rules->items->count; j++) {
            struct str text = rules->items->list[j].value->text;

            if (text.len && str_find_nocase(text, STR("captcha")) < text.len)
                return GUARD_CAPTCHA;
        }
    }
    return 0;
}

uint32_t
flow_statement_guard(const struct node *call)
{
    static const char *const words[] = {"require", "check", "ensure", "must", "force", "protect"};
    struct str name = node_child(call, call->kind == NODE_CALL ? 0 : 1)->text;
    bool is_negative = false;
    uint32_t guard;

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (!str_starts_nocase(name, str_from_cstr(words[i])))
            continue;
        guard = library_guard_by_name(name, &is_negative);
        return is_negative ? 0 : guard & (GUARD_LOGIN | GUARD_ADMIN);
    }
    return 0;
}

/* Functions that give one item of a list after the other. */
static bool
takes_one(struct str name)
{
    return str_eq(name, STR("array_shift")) || str_eq(name, STR("array_pop")) ||
           str_eq(name, STR("each")) || str_eq(name, STR("current")) || str_eq(name, STR("next")) ||
           str_eq(name, STR("strtok"));
}

struct value
flow_call_named(struct flow *flow, struct str name, struct arguments *arguments,
                const struct node *node, struct facts *when_true, struct facts *when_false)
{
    struct str bare = without_namespace(name);
    struct function *own = flow_function_find(flow, bare);
    const struct library *row = library_function(bare);
    const struct summary *known;
    struct value value;

    if (own) {
        look_at_closures(flow, arguments);
        return call_own(flow, own, arguments, node, when_true, when_false);
    }
    note_hook(flow, bare, arguments);
    flow->state.guards |= account_mark(bare, arguments);
    if (!calls_back(row))
        flow_closures(flow, bare, 0, arguments);
    check_facts(flow, bare, arguments, when_true, when_false);
    if (call_special(flow, bare, arguments, node, when_true, when_false, &value))
        return value;
    if (fold_call(bare, arguments->list, arguments->count, flow->arena, &value))
        return value;
    if (asserts_truth(bare, arguments)) {
        value = VALUE_NOTHING;
    } else if (row) {
        value = apply_row(flow, row, bare, 0, arguments, node, when_true, when_false);
    } else {
        known = summaries_find(flow->options->known, bare);
        if (known)
            return flow_apply(flow, known, arguments, node, when_true, when_false);
        guard_by_name(bare, when_true, when_false);
        value = together(arguments);
        value.clean = looks_up(bare) ? CLEAN_OWN : 0;
        value.taint |= verify_taint(arguments) | fetched_taint(bare, arguments) |
                       answer_taint(STR_EMPTY, bare);
    }
    if (flow->frame->loop_depth && takes_one(bare) && flow_is_visitor(value))
        value.taint |= TAINT_LIST;
    value.clean |= cleaned_by(bare, arguments);
    value = flow_mapped(flow, bare, arguments, node, value);
    if (fold_decoder(bare) && arguments->count) {
        value.taint |= TAINT_DECODED;
        value.made |= fold_decoder(bare);
    }
    return value;
}

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
    struct str class = without_namespace(call->class);
    const struct library *row;
    const struct summary *known = NULL;
    struct value value;
    char text[200];

    if (own) {
        look_at_closures(flow, call->arguments);
        return call_own(flow, own, call->arguments, call->node, when_true, when_false);
    }
    row = library_method(class, call->name);
    if (row) {
        uint32_t unit = flow_mailer_unit(flow, call->object ? call->object : call->node);

        flow_closures(flow, STR_EMPTY, library_is_mailer(class) ? unit : 0, call->arguments);
        return of_receiver(class, row,
                           apply_row(flow, row, call->name, unit, call->arguments, call->node,
                                     when_true, when_false));
    }
    if (call->is_class_known && class.len && class.len + call->name.len + 2 <= sizeof(text)) {
        memcpy(text, class.data, class.len);
        memcpy(text + class.len, "::", 2);
        memcpy(text + class.len + 2, call->name.data, call->name.len);
        known = summaries_find(flow->options->known,
                               (struct str){text, class.len + 2 + call->name.len});
    }
    if (!known && !call->is_class_known)
        known = summaries_find_method(flow->options->known, call->name);
    if (known) {
        look_at_closures(flow, call->arguments);
        return flow_apply(flow, known, call->arguments, call->node, when_true, when_false);
    }
    flow->state.guards |= account_mark(call->name, call->arguments);
    flow_closures(flow, STR_EMPTY, 0, call->arguments);
    guard_by_name(call->name, when_true, when_false);
    value = together(call->arguments);
    value.clean = looks_up(call->name) ? CLEAN_OWN : 0;
    value.taint |= verify_taint(call->arguments) | answer_taint(class, call->name);
    flow->state.guards |= validation_guard(call->name, call->arguments);
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
        struct value element = element_of(arguments->list[0]);

        if (arguments->list[0].kind == VALUE_ARRAY && arguments->list[0].items->count > 1)
            arguments = spread(flow, &arguments->list[0], arguments->nodes[0]);
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

static struct value
call_on_object(struct flow *flow, const struct node *node, struct facts *when_true,
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
    read_arguments(flow, node->child ? node_child(node, 1)->next : NULL, arguments);
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

static struct value
call_static(struct flow *flow, const struct node *node, struct facts *when_true,
            struct facts *when_false)
{
    struct str class = flow_lower(flow, node_child(node, 0)->text);
    struct str name = method_name(flow, node_child(node, 1), node);
    struct arguments *arguments = ARENA_NEW(flow->arena, struct arguments);

    if (!arguments)
        return VALUE_NOTHING;
    read_arguments(flow, node->child ? node_child(node, 1)->next : NULL, arguments);
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
    return function && flow_is_visitor(together(arguments)) &&
           flow_function_inline(flow, function, arguments, &ignored);
}

static struct value
call_new(struct flow *flow, const struct node *node, struct facts *when_true,
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
    read_arguments(flow, node->child ? node->child->next : NULL, arguments);
    class = without_namespace(flow_lower(flow, object.text));
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
    object.taint = together(arguments).taint;
    object.parameters = together(arguments).parameters;
    object.origin = together(arguments).origin;
    return object;
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
    read_arguments(flow, node->child ? node->child->next : NULL, arguments);
    whole = together(arguments);
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
        return call_on_object(flow, node, when_true, when_false);
    if (node->kind == NODE_STATIC_CALL)
        return call_static(flow, node, when_true, when_false);
    if (node->kind == NODE_NEW)
        return call_new(flow, node, when_true, when_false);
    if (node_child(node, 0)->kind != NODE_NAME)
        return call_value(flow, node, when_true, when_false);
    arguments = ARENA_NEW(flow->arena, struct arguments);
    if (!arguments)
        return VALUE_NOTHING;
    read_arguments(flow, node->child->next, arguments);
    return flow_call_named(flow, flow_lower(flow, node_child(node, 0)->text), arguments, node,
                           when_true, when_false);
}
