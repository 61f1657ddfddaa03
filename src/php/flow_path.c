#include "php/field.h"
#include "php/flow_parts.h"

/* Writes `base[key]` or `base->name`; empty when it is too long. */
static struct str
join_path(struct flow *flow, struct str base, const char *between, struct str part,
          const char *behind)
{
    if (!base.len || !part.len || base.len + part.len + 4 > FLOW_PATH_MAX)
        return STR_EMPTY;
    return arena_join(
        flow->arena,
        (const struct str[]){base, str_from_cstr(between), part, str_from_cstr(behind)}, 4);
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
    struct value name = flow_bareword(flow, node_child(node, 0), false);

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
        return library_is_usual_header(str_first(path, str_index(path, ']'))) ? TAINT_HEADER
                                                                              : TAINT_REQUEST;
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
        flow_name_field(flow, value, arena_join(flow->arena, (const struct str[]){whole, rest}, 2));
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
    size_t arrow = str_find(path, STR("->"));

    if (arrow >= path.len)
        return false;
    if (str_starts(path, STR("this->"))) {
        class = flow_class_find(flow, flow->frame->class);
    } else {
        variable = state_find(&flow->state, str_first(path, arrow));
        class = variable && variable->value.kind == VALUE_OBJECT
                    ? flow_class_find(flow, flow_lower(flow, variable->value.text))
                    : NULL;
        path = arena_printf(flow->arena, "this" STR_FMT, STR_ARG(str_from(path, arrow)));
    }
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

/* Variables that PHP itself sets. */
static bool
is_of_php(struct str name)
{
    static const char *const names[] = {
        "argv",    "argc",         "php_errormsg", "http_response_header",
        "_SERVER", "_ENV",         "GLOBALS",      "HTTP_SERVER_VARS",
        "this",    "HTTP_ENV_VARS"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (str_eq(name, str_from_cstr(names[i])))
            return true;
    }
    return false;
}

/* At the top of a file that has run no other, all that sets variables has been seen. */
static bool
sees_all(const struct flow *flow, struct str name)
{
    return !flow->frame->function && !flow->frame->caller && !flow->is_included && !is_of_php(name);
}

bool
flow_is_unset(const struct flow *flow, const struct node *node)
{
    return node->kind == NODE_VARIABLE && !flow->frame->other_taint &&
           (flow->frame->caller || flow->frame->function || !flow->is_included) &&
           !state_find(&flow->state, node->text) && !library_superglobal(node->text) &&
           !is_of_php(node->text);
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
    if (str_eq(path, STR("_SERVER[COMSPEC]")) || str_eq(path, STR("_ENV[COMSPEC]")))
        return value_string(STR("cmd.exe"));
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
        return (struct value){.taint = flow->frame->other_taint ? flow->frame->other_taint
                                       : sees_all(flow, path)   ? (uint32_t)TAINT_UNSET
                                                                : 0};
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

struct value
flow_variable_of(struct flow *flow, const struct node *node)
{
    struct value name = flow_bareword(flow, node_child(node, 0), false);

    if (name.kind == VALUE_STRING) {
        struct value value = flow_read(flow, name.text);

        if (name.made & (uint16_t)~MADE_TEMPLATE)
            value.made |= name.made;
        return value;
    }
    /* ${'_' . $method}: one of the request's arrays, whichever. */
    return (struct value){.taint =
                              name.taint | (str_starts(name.text, STR("_")) ? TAINT_REQUEST : 0),
                          .parameters = name.parameters,
                          .origin = name.origin};
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

struct value
flow_index(struct flow *flow, const struct node *node)
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
