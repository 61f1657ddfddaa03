#include "php/field.h"
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

/* `left` with `right` behind it, in a buffer that has room for more. */
static struct str
append(struct flow *flow, struct str left, struct str right)
{
    struct growth *growth = NULL;
    size_t len = left.len + right.len;

    for (size_t i = 0; i < sizeof(flow->growth) / sizeof(flow->growth[0]); i++) {
        if (flow->growth[i].data && flow->growth[i].data == left.data &&
            flow->growth[i].len == left.len)
            growth = &flow->growth[i];
    }
    if (!growth || growth->capacity < len) {
        size_t capacity = len * 2 < 64 ? 64 : len * 2;
        char *data = arena_alloc(flow->arena, capacity);

        if (!data)
            return STR_EMPTY;
        memcpy(data, left.data, left.len);
        if (!growth) {
            growth = &flow->growth[flow->growth_next];
            flow->growth_next =
                (flow->growth_next + 1) % (sizeof(flow->growth) / sizeof(flow->growth[0]));
        }
        growth->data = data;
        growth->capacity = capacity;
    }
    memcpy(growth->data + left.len, right.data, right.len);
    growth->len = len;
    return (struct str){growth->data, len};
}

struct value
flow_concat(struct flow *flow, struct value left, struct value right)
{
    struct value both = value_both(left, right);
    struct str a, b;

    both.made |= MADE_CONCAT;
    if (!value_text(left, flow->arena, &a) || !value_text(right, flow->arena, &b) ||
        left.kind == VALUE_ARRAY || right.kind == VALUE_ARRAY || a.len + b.len > FOLD_BYTES_MAX) {
        /* The beginning of an unknown text still tells a header from a body. */
        both.text =
            value_is_known(left) && left.kind != VALUE_ARRAY && value_text(left, flow->arena, &a)
                ? str_first(a, 256)
                : (left.kind == VALUE_UNKNOWN ? left.text : STR_EMPTY);
        if ((value_is_known(left) && left.kind == VALUE_STRING && left.text.len) ||
            (value_is_known(right) && right.kind == VALUE_STRING && right.text.len))
            both.truth = TRUTH_YES;
        return both;
    }
    both.kind = VALUE_STRING;
    both.text = a.len == 0 ? b : b.len == 0 ? a : append(flow, a, b);
    if (both.text.len != a.len + b.len)
        both = value_both(left, right);
    return both;
}

/* Ends it with "Cc: " at the beginning of a line? */
static bool
announces_copy(struct value value)
{
    struct str text = value.text, line;
    size_t begin;

    if (value.kind != VALUE_STRING)
        return false;
    while (text.len && strchr(" <\"'", text.data[text.len - 1]))
        text.len--;
    for (begin = text.len; begin > 0 && text.data[begin - 1] != '\n';)
        begin--;
    line = str_from(text, begin);
    return str_eq_nocase(line, STR("cc:")) || str_eq_nocase(line, STR("bcc:"));
}

/* What stands behind "Cc:" is a recipient, be it in a header or on its way there. */
static struct value
mark_copied(struct value before, struct value next)
{
    if ((flow_is_visitor(next) || next.parameters) && announces_copy(before))
        next.taint |= TAINT_COPIED;
    return next;
}

/* Writes `base[key]` or `base->name`; empty when it is too long. */
static struct str
join_path(struct flow *flow, struct str base, const char *between, struct str part,
          const char *behind)
{
    if (!base.len || !part.len || base.len + part.len + 4 > FLOW_PATH_MAX)
        return STR_EMPTY;
    return arena_printf(flow->arena, STR_FMT "%s" STR_FMT "%s", STR_ARG(base), between,
                        STR_ARG(part), behind);
}

static bool
is_plain_key(struct str key)
{
    for (size_t i = 0; i < key.len; i++) {
        if (key.data[i] == '[' || key.data[i] == ']' || key.data[i] == '\0')
            return false;
    }
    return key.len > 0 && key.len < 80;
}

static struct str
index_path(struct flow *flow, const struct node *node)
{
    struct str base = flow_path(flow, node_child(node, 0));
    struct value key;
    struct str text;

    if (!base.len || node_child(node, 1)->kind == NODE_NONE)
        return STR_EMPTY;
    key = flow_expression(flow, node_child(node, 1));
    if (!value_is_known(key) || key.kind == VALUE_ARRAY || !value_text(key, flow->arena, &text) ||
        !is_plain_key(text))
        return STR_EMPTY;
    if (str_eq(base, STR("GLOBALS")))
        return text;
    return join_path(flow, base, "[", text, "]");
}

/* ${"GLOBALS"}, $$name where the name is known. */
static struct str
named_path(struct flow *flow, const struct node *node)
{
    struct value name = flow_expression(flow, node_child(node, 0));

    return name.kind == VALUE_STRING && is_plain_key(name.text) ? name.text : STR_EMPTY;
}

struct str
flow_path(struct flow *flow, const struct node *node)
{
    struct str path = STR_EMPTY;

    if (!flow_enter(flow))
        return STR_EMPTY;
    if (node->kind == NODE_VARIABLE)
        path = node->text;
    else if (node->kind == NODE_INDEX)
        path = index_path(flow, node);
    else if (node->kind == NODE_PROPERTY && node_child(node, 1)->kind == NODE_NAME)
        path = join_path(flow, flow_path(flow, node_child(node, 0)), "->",
                         node_child(node, 1)->text, "");
    else if (node->kind == NODE_STATIC_PROPERTY && node_child(node, 1)->kind == NODE_VARIABLE)
        path = join_path(flow, node_child(node, 0)->text, "::$", node_child(node, 1)->text, "");
    else if (node->kind == NODE_VARIABLE_OF)
        path = named_path(flow, node);
    else if (node->kind == NODE_UNARY && node->op == '@')
        path = flow_path(flow, node_child(node, 0));
    flow_leave(flow);
    return path;
}

/* "_SERVER[HTTP_…]" and what of the request stands in others. */
static uint32_t
server_taint(struct str path)
{
    static const char *const of_request[] = {"QUERY_STRING", "REQUEST_URI", "PATH_INFO", "PHP_SELF",
                                             "ORIG_PATH_INFO"};

    if (!str_skip(&path, STR("_SERVER[")) && !str_skip(&path, STR("HTTP_SERVER_VARS[")))
        return 0;
    if (str_starts(path, STR("HTTP_")))
        return TAINT_HEADER;
    for (size_t i = 0; i < sizeof(of_request) / sizeof(of_request[0]); i++) {
        if (str_starts(path, str_from_cstr(of_request[i])))
            return TAINT_REQUEST;
    }
    return 0;
}

static struct str
root_of(struct str path)
{
    size_t at = str_index_any(path, STR("[-"));

    return str_first(path, at);
}

/* Is it a parameter of the function that is walked? */
static bool
is_given(const struct flow *flow, struct str name)
{
    const struct function *function = flow->frame->function;
    const struct node *parameter = function ? node_child(function->node, 0)->child : NULL;

    while (parameter && !str_eq(parameter->text, name))
        parameter = parameter->next;
    return parameter != NULL;
}

/* A form of Drupal, as its submit function gets it. */
static uint32_t
form_taint(const struct flow *flow, struct str path)
{
    /* Laravel: a field of the request that a controller was given. */
    if (str_starts(path, STR("request->")))
        return is_given(flow, STR("request")) ? TAINT_REQUEST : 0;
    return str_starts(path, STR("form_state[values]")) || str_starts(path, STR("form_state[input]"))
               ? TAINT_REQUEST
               : 0;
}

/* Bytes that no header or unescaped part of a URL can hold are none in these. */
static uint32_t
server_clean(struct str path)
{
    if (!str_skip(&path, STR("_SERVER[")))
        return 0;
    return str_starts(path, STR("HTTP_")) || str_starts(path, STR("QUERY_STRING")) ||
                   str_starts(path, STR("REQUEST_URI"))
               ? CLEAN_CRLF
               : 0;
}

void
flow_name_field(struct flow *flow, struct value *value, struct str path)
{
    struct str *origin = ARENA_NEW(flow->arena, struct str);
    bool is_all = path.len > 0 && str_index(path, '[') == path.len;

    if (!flow_is_visitor(*value))
        return;
    value->taint &= ~(uint32_t)TAINT_FIELD;
    value->taint |=
        is_all && path.data[0] == '_' ? (uint32_t)TAINT_TEXT : field_taint(field_name(path));
    if (!origin || !path.len)
        return;
    *origin = path;
    value->origin = origin;
}

/* A part of what came in one piece: $data = $_POST, then $data['email']. */
static void
name_part(struct flow *flow, struct value *value, struct str rest)
{
    struct str whole = value->origin ? *value->origin : STR_EMPTY;

    if (!flow_is_visitor(*value) || rest.len < 3 || rest.data[0] != '[')
        return;
    if (!value->origin || str_ends(whole, STR("]")))
        flow_name_field(flow, value, rest);
    else
        flow_name_field(flow, value,
                        arena_printf(flow->arena, STR_FMT STR_FMT, STR_ARG(whole), STR_ARG(rest)));
}

/* The nearest whole of a path that is known, of which it then is a part. */
static struct value
read_whole(struct flow *flow, struct str path)
{
    struct str whole = path;

    while (whole.len) {
        const struct variable *variable;
        struct value part;

        do {
            whole.len--;
        } while (whole.len && whole.data[whole.len] != '[' && whole.data[whole.len] != '-');
        variable = whole.len ? state_find(&flow->state, whole) : NULL;
        if (!variable)
            continue;
        part = (struct value){.taint = variable->value.taint,
                              .clean = variable->value.clean,
                              .parameters = variable->value.parameters,
                              .origin = variable->value.origin,
                              .made = variable->value.made};
        name_part(flow, &part, str_from(path, whole.len));
        return part;
    }
    return VALUE_NOTHING;
}

/* A property that another method of the class has set. */
static bool
read_property(struct flow *flow, struct str path, struct value *ret_value)
{
    struct class *class;
    const struct variable *variable;

    if (!str_starts(path, STR("this->")))
        return false;
    class = flow_class_find(flow, flow->frame->class);
    variable = class ? state_find(&class->properties, path) : NULL;
    if (!variable)
        return false;
    *ret_value = variable->value;
    /* Another method may have run in between. */
    if (value_is_known(*ret_value) && !flow->concrete)
        ret_value->parameters = 0;
    return true;
}

/* The sender of a mail class: scripts set it, as often as not from a field. */
static bool
is_set_outside(const struct flow *flow, struct str path)
{
    return str_eq(path, STR("this->Sender")) && library_is_mailer(flow->frame->class);
}

/* $_POST = array_map('clean', $_POST): each field of it is clean. */
static uint32_t
whole_clean(const struct flow *flow, struct str path, struct str root)
{
    const struct variable *whole = root.len < path.len ? state_find(&flow->state, root) : NULL;

    return whole ? whole->value.clean : 0;
}

/* Of "this->data[to]", "this->data" is what callers may have set. */
static void
read_object_part(struct flow *flow, struct str path)
{
    struct str name = str_from(path, 6);
    size_t end = str_index_any(name, STR("[-"));

    if (end < name.len)
        (void)flow_read(flow, str_first(path, 6 + end));
}

struct value
flow_read(struct flow *flow, struct str path)
{
    const struct variable *variable = state_find(&flow->state, path);
    struct str root = root_of(path);
    struct value value = VALUE_NOTHING;
    uint32_t taint;

    if (variable)
        return variable->value;
    taint = library_superglobal(root) | server_taint(path) | form_taint(flow, path);
    if (taint) {
        value.taint = taint;
        value.clean = server_clean(path) | whole_clean(flow, path, root);
        flow_name_field(flow, &value, path);
        /* Kept, so that what is checked later has a place. */
        if (root.len < path.len)
            (void)state_set(&flow->state, path, value);
        return value;
    }
    if (is_set_outside(flow, path)) {
        value.taint = TAINT_SETTER;
        (void)state_set(&flow->state, path, value);
        return value;
    }
    if (root.len == path.len)
        return (struct value){.taint = flow->frame->other_taint};
    if (root.len < path.len && str_starts(path, STR("this->")))
        read_object_part(flow, path);
    if (!read_property(flow, path, &value))
        value = read_whole(flow, path);
    value.parameters |= flow_object_bit(flow, path);
    /* Kept as well: $data['email'] is checked here and used there. */
    if (value.parameters || flow_is_visitor(value))
        (void)state_set(&flow->state, path, value);
    return value;
}

static struct value
variable_of(struct flow *flow, const struct node *node)
{
    struct value name = flow_expression(flow, node_child(node, 0));

    if (name.kind == VALUE_STRING) {
        struct value value = flow_read(flow, name.text);

        if (name.made & (uint16_t)~MADE_TEMPLATE)
            value.made |= name.made;
        return value;
    }
    return (struct value){
        .taint = name.taint, .parameters = name.parameters, .origin = name.origin};
}

static struct str
path_root(struct flow *flow, const struct node *node)
{
    return root_of(flow_path(flow, node_child(node, 0)));
}

/* $GLOBALS['x'] inside of a function is a variable of the top level. */
static bool
read_global(struct flow *flow, const struct node *node, struct value *ret_value)
{
    const struct variable *variable;
    struct value key;

    if (!flow->top || !str_eq(flow_path(flow, node_child(node, 0)), STR("GLOBALS")))
        return false;
    key = flow_expression(flow, node_child(node, 1));
    variable = key.kind == VALUE_STRING ? state_find(flow->top, key.text) : NULL;
    if (variable)
        *ret_value = variable->value;
    return variable != NULL;
}

static struct value
index_expression(struct flow *flow, const struct node *node)
{
    struct str path;
    struct value base, key, value;

    if (read_global(flow, node, &value))
        return value;
    path = flow_path(flow, node);
    if (path.len && state_find(&flow->state, path))
        return flow_read(flow, path);
    base = flow_expression(flow, node_child(node, 0));
    key = flow_expression(flow, node_child(node, 1));
    /* An item of which not all is known is more than what all items share. */
    if (base.kind == VALUE_ARRAY && value_is_known(key) && key.kind != VALUE_ARRAY) {
        const struct value *item = items_find(base.items, key);

        if (item && !value_is_known(*item))
            return *item;
    }
    if (fold_index(base, key, flow->arena, &value)) {
        if (base.kind == VALUE_STRING || (base.kind == VALUE_ARRAY && base.items->count >= 8 &&
                                          value.kind == VALUE_STRING && value.text.len == 1))
            value.made |= MADE_PICK;
        return value;
    }
    if (path.len && !value_is_known(base))
        return flow_read(flow, path);
    value = (struct value){.taint = base.taint,
                           .clean = base.clean,
                           .parameters = base.parameters,
                           .origin = base.origin,
                           .made = base.made};
    if (base.taint & TAINT_SESSION)
        value.taint |= TAINT_SESSION;
    /* for ($i = 0; …; $i++) of the lines of one field */
    if (flow_is_visitor(base) && !value_is_known(key) && flow->frame->loop_depth &&
        !library_superglobal(path_root(flow, node)))
        value.taint |= TAINT_LIST;
    return value;
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
        value = flow_concat(flow, value, mark_copied(before, next));
        before = next;
    }
    /* A template is how everybody writes text: it hides nothing by itself. */
    value.made = made | MADE_TEMPLATE;
    return value;
}

/* Literals of which nobody reads a word. */
static uint32_t
literal_taint(struct str text, struct str raw)
{
    size_t odd = 0;

    if (text.len > 400) {
        for (size_t i = 0; i < 400; i++)
            odd += text.data[i] == ' ' || text.data[i] == '\n' || text.data[i] == '<';
        if (odd < 4)
            return TAINT_BLOB;
    }
    /* Mostly escapes: "\x65\x76\141\154". */
    if (text.len >= 4 && raw.len > text.len * 3)
        return TAINT_BUILT;
    return 0;
}

static struct value
string_literal(const struct node *node)
{
    struct value value = value_string(node->text);

    value.taint = literal_taint(node->text, node->raw);
    if (value.taint & TAINT_BUILT)
        value.made = MADE_HEX;
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
            left = flow_concat(flow, left, mark_copied(before, right));
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

static struct value
assign_expression(struct flow *flow, const struct node *node)
{
    const struct node *target = node_child(node, 0);
    struct value value, before;

    if (!node->op) {
        struct facts when_true = {0}, when_false = {0};
        struct str path;

        value = flow_condition(flow, node_child(node, 1), &when_true, &when_false);
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
    before = flow_expression(flow, target);
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

static struct value
one_expression(struct flow *flow, const struct node *node)
{
    struct facts when_true = {0}, when_false = {0};
    struct str path;

    switch ((enum node_kind)node->kind) {
    case NODE_NONE:
        return (struct value){.kind = VALUE_NULL};
    case NODE_STRING:
        return string_literal(node);
    case NODE_INTEGER:
        return value_integer(node->number);
    case NODE_TEMPLATE:
        return template(flow, node);
    case NODE_SHELL:
        return shell_expression(flow, node);
    case NODE_VARIABLE:
        return flow_read(flow, node->text);
    case NODE_VARIABLE_OF:
        return variable_of(flow, node);
    case NODE_NAME:
        return name_expression(flow, node);
    case NODE_ARRAY:
        return array_expression(flow, node);
    case NODE_ITEM:
    case NODE_ARGUMENT:
        return flow_expression(flow, node_child(node, node->kind == NODE_ITEM));
    case NODE_INDEX:
        return index_expression(flow, node);
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
        return flow_call(flow, node, &when_true, &when_false);
    case NODE_BINARY:
        if ((node->op >= OP_AND && node->op <= OP_MORE_EQUAL) || node->op == '<' || node->op == '>')
            return flow_condition(flow, node, &when_true, &when_false);
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
