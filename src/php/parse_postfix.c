#include "php/parse_parts.h"

/* Is "{" behind it an index, as PHP before 8 had it, and not the begin of a block? */
static bool
takes_brace(const struct parser *parser, const struct node *base)
{
    if (parser->is_default)
        return false;
    switch (base->kind) {
    case NODE_VARIABLE:
    case NODE_VARIABLE_OF:
    case NODE_INDEX:
    case NODE_PROPERTY:
    case NODE_STATIC_PROPERTY:
    case NODE_STRING:
        return true;
    default:
        return false;
    }
}

static struct node *
parse_index(struct parser *parser, struct node *base)
{
    uint32_t end = is_at(parser, SIGN('[')) ? SIGN(']') : SIGN('}');
    struct builder index = wrap(parser, NODE_INDEX, base);

    advance(parser);
    if (is_at(parser, end))
        add_none(parser, &index);
    else
        add(parser, &index, parse_expression(parser));
    (void)accept(parser, end);
    return close_node(parser, &index);
}

/* What stands behind "->" or "::": a name, a variable, or {an expression}. */
static struct node *
parse_member_name(struct parser *parser)
{
    struct node *node;

    if (is_name(&parser->word))
        return leaf(parser, NODE_NAME, parser->word.text);
    if (accept(parser, SIGN('{'))) {
        node = parse_expression(parser);
        (void)accept(parser, SIGN('}'));
        return node;
    }
    return parse_variable(parser);
}

static bool
is_call(const struct parser *parser)
{
    return is_at(parser, SIGN('(')) && !parser->is_new;
}

static struct node *
parse_member(struct parser *parser, struct node *object)
{
    struct builder member = wrap(parser, NODE_PROPERTY, object);

    if (*parser->word.text.data == '?')
        member.node->op = '?';
    advance(parser);
    add(parser, &member, parse_member_name(parser));
    if (is_call(parser)) {
        member.node->kind = NODE_METHOD_CALL;
        parse_arguments(parser, &member);
    }
    return close_node(parser, &member);
}

static struct node *
parse_static_member(struct parser *parser, struct node *class)
{
    struct builder member = wrap(parser, NODE_CLASS_CONSTANT, class);
    struct node *name;
    bool is_named, is_variable;

    advance(parser);
    is_named = is_name(&parser->word);
    is_variable = is_at(parser, WORD_VARIABLE) || is_at(parser, SIGN('$'));
    if (is_named && peek(parser, 1)->code != SIGN('(')) {
        member.node->text = take_name(parser);
        return close_node(parser, &member);
    }
    name = parse_member_name(parser);
    if (is_call(parser))
        member.node->kind = NODE_STATIC_CALL;
    else if (is_variable)
        member.node->kind = NODE_STATIC_PROPERTY;
    if (member.node->kind == NODE_CLASS_CONSTANT && is_named)
        member.node->text = name->text;
    else
        add(parser, &member, name);
    if (member.node->kind == NODE_STATIC_CALL)
        parse_arguments(parser, &member);
    return close_node(parser, &member);
}

static struct node *
parse_call(struct parser *parser, struct node *callee)
{
    struct builder call = wrap(parser, NODE_CALL, callee);

    parse_arguments(parser, &call);
    return close_node(parser, &call);
}

struct node *
parse_postfix(struct parser *parser, struct node *base)
{
    for (;;) {
        struct builder step;

        switch (parser->word.code) {
        case SIGN('['):
            base = parse_index(parser, base);
            continue;
        case SIGN('{'):
            if (!takes_brace(parser, base))
                return base;
            base = parse_index(parser, base);
            continue;
        case SIGN2('-', '>'):
        case SIGN3('?', '-', '>'):
            base = parse_member(parser, base);
            continue;
        case SIGN2(':', ':'):
            base = parse_static_member(parser, base);
            continue;
        case SIGN('('):
            if (parser->is_new)
                return base;
            base = parse_call(parser, base);
            continue;
        case SIGN2('+', '+'):
        case SIGN2('-', '-'):
            if (parser->is_new)
                return base;
            step = wrap(parser, NODE_STEP, base);
            step.node->op = (uint8_t)(parser->word.code & 0xff);
            advance(parser);
            return close_node(parser, &step);
        default:
            return base;
        }
    }
}
