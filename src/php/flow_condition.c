#include "php/field.h"
#include "php/flow_parts.h"

static void
swap(struct facts *a, struct facts *b)
{
    struct facts kept = *a;

    *a = *b;
    *b = kept;
}

/* Fields that say what to do are empty without being a trap. */
static bool
is_action_field(struct str path)
{
    static const char *const names[] = {"submit", "action", "act",  "step", "preview", "page",
                                        "id",     "cmd",    "do",   "op",   "mode",    "lang",
                                        "debug",  "error",  "copy", "cc",   "send",    "task",
                                        "view",   "type",   "save", "sent", "go",      "ajax"};
    size_t at = str_index(path, '[');
    struct str name = str_from(path, at + 1);

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (str_starts_nocase(name, str_from_cstr(names[i])))
            return true;
    }
    return false;
}

/* $user->id, $this->current_user->ID: 0 for visitors. */
static bool
is_user_id(struct str path)
{
    size_t at = str_find_nocase(path, STR("user->"));

    if (at < path.len)
        return str_eq_nocase(str_from(path, at + 6), STR("id"));
    at = str_find_nocase(path, STR("user][id]"));
    return at < path.len && at + 9 == path.len;
}

/* What a place says by being true or false. */
static void
place_facts(struct flow *flow, struct str path, struct value value, struct facts *when_true,
            struct facts *when_false)
{
    const struct variable *variable = path.len ? state_find(&flow->state, path) : NULL;
    bool is_negative = false;
    uint32_t guard;

    if (variable) {
        facts_and(when_true, variable->when_true);
        facts_and(when_false, variable->when_false);
    }
    if (value.taint & TAINT_SESSION)
        when_true->guards |= GUARD_LOGIN;
    if (value.taint & TAINT_VERIFY)
        when_true->guards |= GUARD_CAPTCHA;
    if ((value.taint & TAINT_REQUEST) && str_index(path, '[') < path.len && !is_action_field(path))
        when_false->guards |= GUARD_HONEYPOT;
    /* $user->guest, $this->isAdmin: a request's own field says nothing. */
    if (flow_is_visitor(value) || str_find(path, STR("->")) == path.len)
        return;
    guard = library_guard_by_name(path, &is_negative);
    if (!guard && is_user_id(path))
        guard = GUARD_LOGIN;
    if (!guard && str_ends(path, STR("->guest"))) {
        guard = GUARD_LOGIN;
        is_negative = true;
    }
    *(is_negative ? &when_false->guards : &when_true->guards) |= guard;
}

static bool
speaks_of_token(struct str path)
{
    bool is_negative;

    return library_guard_by_name(path, &is_negative) == GUARD_TOKEN ||
           str_find_nocase(path, STR("token")) < path.len;
}

/* A field of the request equals what the session holds: the answer to a captcha, or a token. */
static uint32_t
session_guard(struct value left, struct str left_path, struct value right, struct str right_path)
{
    bool is_match = (flow_is_visitor(left) && (right.taint & TAINT_SESSION)) ||
                    (flow_is_visitor(right) && (left.taint & TAINT_SESSION));

    if (!is_match)
        return 0;
    return speaks_of_token(left_path) || speaks_of_token(right_path) ? GUARD_TOKEN : GUARD_CAPTCHA;
}

static bool
has_word(struct str text, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (str_find_nocase(text, str_from_cstr(words[i])) < text.len)
            return true;
    }
    return false;
}

struct side {
    const struct node *node;
    struct value value;
    struct str path;
    struct facts when_true, when_false;
};

/* $_POST['human'] == 5, $_SERVER['REMOTE_ADDR'] == '127.0.0.1': what is asked of everybody. */
static uint32_t
answer_guard(const struct side *side)
{
    static const char *const words[] = {"human",    "captcha",   "answer",    "quiz", "robot",
                                        "antispam", "anti_spam", "spamcheck", "math", "sum"};
    struct str name = side->value.origin ? field_name(*side->value.origin) : side->path;

    if (str_eq(side->path, STR("_SERVER[REMOTE_ADDR]")))
        return GUARD_CONSOLE;
    return (side->value.taint & TAINT_REQUEST) &&
                   has_word(name, words, sizeof(words) / sizeof(words[0]))
               ? GUARD_HONEYPOT
               : 0;
}

/* $_GET['key'] == CRON_KEY, == $config['secret']: who knows it is no stranger. */
static uint32_t
secret_guard(const struct side *asked, const struct side *kept)
{
    static const char *const words[] = {"key", "secret", "pass", "token"};
    struct str name = kept->node->kind == NODE_NAME ? kept->node->text : kept->path;

    return flow_is_visitor(asked->value) && !flow_is_visitor(kept->value) &&
                   !(kept->value.taint & TAINT_SESSION) && !value_is_known(kept->value) &&
                   has_word(name, words, sizeof(words) / sizeof(words[0]))
               ? GUARD_PASSWORD
               : 0;
}

/* Is a visitor's text among what a digest is made of: md5($_POST['code'])? */
static bool
digests_visitor(struct flow *flow, const struct node *node)
{
    if (node->kind != NODE_CALL || !node->child)
        return false;
    for (const struct node *child = node->child->next; child; child = child->next) {
        if (flow_is_visitor(
                flow_expression(flow, child->kind == NODE_ARGUMENT ? node_child(child, 0) : child)))
            return true;
    }
    return false;
}

/* `side` was found equal to a constant. */
static void
constant_facts(const struct side *side, struct value constant, struct facts *equal,
               struct facts *other)
{
    bool truth;

    if (!value_truth(constant, &truth))
        return;
    if (truth)
        equal->guards |= answer_guard(side);
    facts_and(equal, truth ? &side->when_true : &side->when_false);
    /* Not false is true, not empty is true, not 0 is true; not "x" says nothing. */
    if (!truth || constant.kind == VALUE_BOOL)
        facts_and(other, truth ? &side->when_false : &side->when_true);
    if (truth && is_user_id(side->path) && !flow_is_visitor(side->value))
        equal->guards |= GUARD_LOGIN | GUARD_ADMIN; /* one certain user */
    if (truth && constant.kind == VALUE_STRING && side->path.len)
        facts_add(equal, side->path, CLEAN_LISTED | CLEAN_CRLF | CLEAN_SHELL | CLEAN_PATH);
}

/* clean($x) == $x: then $x is what clean() makes. */
static void
unchanged_facts(struct flow *flow, const struct side *made, const struct side *from,
                struct facts *equal)
{
    uint32_t clean = made->value.clean;

    /* Nothing in it had to be escaped. */
    if (made->node->kind == NODE_CALL &&
        str_eq_nocase(node_child(made->node, 0)->text, STR("escapeshellcmd")))
        clean |= CLEAN_SHELL;
    if (!from->path.len || !clean)
        return;
    for (const struct node *child = made->node->child; child; child = child->next) {
        const struct node *argument = child->kind == NODE_ARGUMENT ? node_child(child, 0) : child;

        if (made->node->kind == NODE_CALL && argument != made->node->child &&
            str_eq(flow_path(flow, argument), from->path))
            facts_add(equal, from->path, clean);
    }
}

/* php_sapi_name() == 'cli', PHP_SAPI == 'cli' */
static uint32_t
console_guard(const struct side *asked, const struct side *answer)
{
    struct str name =
        asked->node->kind == NODE_CALL ? node_child(asked->node, 0)->text : asked->node->text;

    return answer->value.kind == VALUE_STRING && str_eq(answer->value.text, STR("cli")) &&
                   (str_eq_nocase(name, STR("php_sapi_name")) || str_eq(name, STR("PHP_SAPI")))
               ? GUARD_CONSOLE
               : 0;
}

static void
equal_facts(struct flow *flow, struct side *left, struct side *right, struct facts *equal,
            struct facts *other)
{
    if (value_is_known(right->value))
        constant_facts(left, right->value, equal, other);
    else if (value_is_known(left->value))
        constant_facts(right, left->value, equal, other);
    equal->guards |= console_guard(left, right) | console_guard(right, left);
    unchanged_facts(flow, left, right, equal);
    unchanged_facts(flow, right, left, equal);
    equal->guards |= session_guard(left->value, left->path, right->value, right->path) |
                     secret_guard(left, right) | secret_guard(right, left);
    if (((left->value.taint & TAINT_SESSION) && digests_visitor(flow, right->node)) ||
        ((right->value.taint & TAINT_SESSION) && digests_visitor(flow, left->node)))
        equal->guards |= speaks_of_token(left->path) || speaks_of_token(right->path)
                             ? GUARD_TOKEN
                             : GUARD_CAPTCHA;
    if ((left->value.taint | right->value.taint) & TAINT_VERIFY)
        equal->guards |= GUARD_CAPTCHA;
}

static void
side_read(struct flow *flow, const struct node *node, struct side *side)
{
    *side = (struct side){.node = node};
    side->path = flow_path(flow, node);
    side->value = flow_condition(flow, node, &side->when_true, &side->when_false);
}

/* left > 0: of "$user->id > 0", "count($errors) > 0". */
static void
greater_facts(const struct side *greater, const struct side *smaller, struct facts *when_true,
              struct facts *when_false)
{
    int64_t number;

    if (greater->value.taint & TAINT_VERIFY)
        when_true->guards |= GUARD_CAPTCHA;
    /* time() - $_SESSION['last'] > 60 */
    if ((greater->value.taint & TAINT_SESSION) && value_is_known(smaller->value))
        when_true->guards |= GUARD_LIMIT;
    if ((smaller->value.taint & TAINT_SESSION) && value_is_known(greater->value))
        when_false->guards |= GUARD_LIMIT;
    /* count($errors) < 1 */
    if (value_is_known(greater->value) && value_number(greater->value, &number) && number == 1) {
        facts_and(when_true, &smaller->when_false);
        facts_and(when_false, &smaller->when_true);
    }
    if (!value_is_known(smaller->value) || !value_number(smaller->value, &number) || number != 0)
        return;
    facts_and(when_true, &greater->when_true);
    facts_and(when_false, &greater->when_false);
}

static struct value
comparison(struct flow *flow, const struct node *node, struct facts *when_true,
           struct facts *when_false)
{
    struct side *sides = arena_array(flow->arena, 2, sizeof(*sides));
    struct value folded;

    if (!sides)
        return VALUE_NOTHING;
    side_read(flow, node_child(node, 0), &sides[0]);
    side_read(flow, node_child(node, 1), &sides[1]);
    switch (node->op) {
    case OP_EQUAL:
    case OP_SAME:
        equal_facts(flow, &sides[0], &sides[1], when_true, when_false);
        break;
    case OP_NOT_EQUAL:
    case OP_NOT_SAME:
        equal_facts(flow, &sides[0], &sides[1], when_false, when_true);
        break;
    case '>':
    case OP_MORE_EQUAL:
        greater_facts(&sides[0], &sides[1], when_true, when_false);
        break;
    case '<':
    case OP_LESS_EQUAL:
        greater_facts(&sides[1], &sides[0], when_true, when_false);
        break;
    default:
        break;
    }
    if (fold_binary(node->op, sides[0].value, sides[1].value, flow->arena, &folded))
        return folded;
    return VALUE_NOTHING;
}

/* Can the walk of it end in an exit, or is it a call, which may? */
static bool
may_end(const struct node *node)
{
    return node->kind == NODE_EXIT || node->kind == NODE_THROW || node->kind == NODE_CALL ||
           node->kind == NODE_METHOD_CALL || node->kind == NODE_STATIC_CALL ||
           node->kind == NODE_RETURN;
}

/* One operand behind the first: true when who comes out of it never returns. */
static bool
later_operand(struct flow *flow, const struct node *child, const struct facts *holds,
              struct facts *child_true, struct facts *child_false, struct value *ret_value)
{
    bool is_copied = holds->count > 0 || may_end(child);
    uint32_t guards = flow->state.guards;
    struct state before = flow->state;

    if (is_copied)
        before = state_copy(&flow->state);
    state_assume(&flow->state, holds);
    *ret_value = flow_condition(flow, child, child_true, child_false);
    if (flow->state.is_dead) {
        if (!is_copied) {
            before.count = flow->state.count;
            before.capacity = flow->state.capacity;
            before.hashes = flow->state.hashes;
            before.variables = flow->state.variables;
        }
        flow->state = before;
        return true;
    }
    if (is_copied)
        state_join(&flow->state, &before);
    flow->state.guards = guards;
    return false;
}

/* a && b && …: each is looked at where all before it hold. */
static struct value
conjunction(struct flow *flow, const struct node *node, bool is_and, struct facts *when_true,
            struct facts *when_false)
{
    struct facts *holds = is_and ? when_true : when_false; /* all of them */
    struct facts *fails = is_and ? when_false : when_true; /* the first that decides */
    bool is_known = true;

    for (const struct node *child = node->child; child; child = child->next) {
        struct facts child_true = {0}, child_false = {0}, end;
        struct value operand;
        bool truth;

        if (child == node->child) {
            operand = flow_condition(flow, child, &child_true, &child_false);
            *fails = is_and ? child_false : child_true;
        } else {
            if (later_operand(flow, child, holds, &child_true, &child_false, &operand)) {
                /* captcha() or die(): who comes by here was not let in. */
                state_assume(&flow->state, fails);
                return value_bool(!is_and);
            }
            end = is_and ? child_false : child_true;
            facts_and(&end, holds);
            facts_or(fails, &end);
        }
        facts_and(holds, is_and ? &child_true : &child_false);
        if (!value_truth(operand, &truth))
            is_known = false;
        else if (truth != is_and && flow->concrete && is_known)
            return value_bool(!is_and);
    }
    return is_known ? value_bool(is_and) : VALUE_NOTHING;
}

static struct value
isset_condition(struct flow *flow, const struct node *node, struct facts *when_true,
                struct facts *when_false)
{
    for (const struct node *child = node->child; child; child = child->next) {
        struct str path = flow_path(flow, child);
        struct value value = path.len ? flow_read(flow, path) : flow_expression(flow, child);
        struct facts own_true = {0}, own_false = {0};

        if (child->kind == NODE_INDEX &&
            !flow_is_visitor(flow_expression(flow, node_child(child, 0)))) {
            /* isset($allowed[$x]): $x is one of the program's own keys. */
            struct str key = flow_path(flow, node_child(child, 1));

            if (key.len)
                facts_add(when_true, key, CLEAN_LISTED | CLEAN_CRLF | CLEAN_SHELL | CLEAN_PATH);
        }
        place_facts(flow, path, value, &own_true, &own_false);
        when_true->guards |= own_true.guards & (GUARD_LOGIN | GUARD_ADMIN);
        when_false->guards |= own_false.guards & GUARD_HONEYPOT;
    }
    return VALUE_NOTHING;
}

/* count($errors) is as true as $errors, strlen($error) as $error. */
static void
measured_facts(struct flow *flow, const struct node *call, struct facts *when_true,
               struct facts *when_false)
{
    static const char *const names[] = {"count", "sizeof", "strlen", "mb_strlen", "trim"};
    const struct node *argument = call->child ? call->child->next : NULL;
    const struct variable *variable;

    if (!argument || call->kind != NODE_CALL)
        return;
    if (argument->kind == NODE_ARGUMENT)
        argument = node_child(argument, 0);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (!str_eq_nocase(node_child(call, 0)->text, str_from_cstr(names[i])))
            continue;
        variable = state_find(&flow->state, flow_path(flow, argument));
        if (variable) {
            facts_and(when_true, variable->when_true);
            facts_and(when_false, variable->when_false);
        }
    }
}

static struct value
one_condition(struct flow *flow, const struct node *node, struct facts *when_true,
              struct facts *when_false)
{
    struct value value;
    bool truth;

    switch ((enum node_kind)node->kind) {
    case NODE_UNARY:
        if (node->op != '!' && node->op != '@')
            break;
        value = flow_condition(flow, node_child(node, 0), when_true, when_false);
        if (node->op == '@')
            return value;
        swap(when_true, when_false);
        return value_truth(value, &truth) ? value_bool(!truth) : VALUE_NOTHING;
    case NODE_BINARY:
        if (node->op == OP_AND || node->op == OP_OR)
            return conjunction(flow, node, node->op == OP_AND, when_true, when_false);
        if ((node->op >= OP_EQUAL && node->op <= OP_MORE_EQUAL) || node->op == '<' ||
            node->op == '>')
            return comparison(flow, node, when_true, when_false);
        break;
    case NODE_CALL:
    case NODE_METHOD_CALL:
    case NODE_STATIC_CALL:
    case NODE_NEW:
        value = flow_call(flow, node, when_true, when_false);
        measured_facts(flow, node, when_true, when_false);
        if (value.taint & TAINT_VERIFY)
            when_true->guards |= GUARD_CAPTCHA;
        return value;
    case NODE_ISSET:
        return isset_condition(flow, node, when_true, when_false);
    case NODE_EMPTY:
        value = flow_condition(flow, node_child(node, 0), when_true, when_false);
        swap(when_true, when_false);
        return value_truth(value, &truth) ? value_bool(!truth) : VALUE_NOTHING;
    case NODE_CAST:
        if (node->op == CAST_BOOL)
            return flow_condition(flow, node_child(node, 0), when_true, when_false);
        break;
    case NODE_VARIABLE:
    case NODE_INDEX:
    case NODE_PROPERTY:
    case NODE_STATIC_PROPERTY:
        value = flow_expression(flow, node);
        place_facts(flow, flow_path(flow, node), value, when_true, when_false);
        return value;
    case NODE_ASSIGN:
        value = flow_expression(flow, node);
        place_facts(flow, flow_path(flow, node_child(node, 0)), value, when_true, when_false);
        return value;
    default:
        break;
    }
    return flow_expression(flow, node);
}

struct value
flow_condition(struct flow *flow, const struct node *node, struct facts *when_true,
               struct facts *when_false)
{
    struct value value;

    if (!flow_enter(flow))
        return VALUE_NOTHING;
    value = one_condition(flow, node, when_true, when_false);
    flow_leave(flow);
    return value;
}
