#include "php/parse_parts.h"

struct operator
{
    uint8_t precedence;
    uint8_t op; /* as in ast.h */
};

/* Operators between two operands, and "?" and instanceof. */
static struct operator operator_of(uint32_t code)
{
    switch (code) {
    case WORD_OR:
        return (struct operator){PRECEDENCE_OR_WORD, OP_OR};
    case WORD_XOR:
        return (struct operator){PRECEDENCE_XOR_WORD, OP_XOR};
    case WORD_AND:
        return (struct operator){PRECEDENCE_AND_WORD, OP_AND};
    case SIGN('?'):
        return (struct operator){PRECEDENCE_TERNARY, '?'};
    case SIGN2('?', '?'):
        return (struct operator){PRECEDENCE_COALESCE, OP_COALESCE};
    case SIGN2('|', '|'):
        return (struct operator){PRECEDENCE_OR, OP_OR};
    case SIGN2('&', '&'):
        return (struct operator){PRECEDENCE_AND, OP_AND};
    case SIGN('|'):
        return (struct operator){PRECEDENCE_BIT_OR, '|'};
    case SIGN('^'):
        return (struct operator){PRECEDENCE_BIT_XOR, '^'};
    case SIGN('&'):
        return (struct operator){PRECEDENCE_BIT_AND, '&'};
    case SIGN2('=', '='):
        return (struct operator){PRECEDENCE_EQUAL, OP_EQUAL};
    case SIGN2('!', '='):
    case SIGN2('<', '>'):
        return (struct operator){PRECEDENCE_EQUAL, OP_NOT_EQUAL};
    case SIGN3('=', '=', '='):
        return (struct operator){PRECEDENCE_EQUAL, OP_SAME};
    case SIGN3('!', '=', '='):
        return (struct operator){PRECEDENCE_EQUAL, OP_NOT_SAME};
    case SIGN3('<', '=', '>'):
        return (struct operator){PRECEDENCE_EQUAL, OP_SPACESHIP};
    case SIGN('<'):
        return (struct operator){PRECEDENCE_LESS, '<'};
    case SIGN('>'):
        return (struct operator){PRECEDENCE_LESS, '>'};
    case SIGN2('<', '='):
        return (struct operator){PRECEDENCE_LESS, OP_LESS_EQUAL};
    case SIGN2('>', '='):
        return (struct operator){PRECEDENCE_LESS, OP_MORE_EQUAL};
    case SIGN2('|', '>'):
        return (struct operator){PRECEDENCE_PIPE, OP_PIPE};
    case SIGN('.'):
        return (struct operator){PRECEDENCE_CONCAT, '.'};
    case SIGN2('<', '<'):
        return (struct operator){PRECEDENCE_SHIFT, OP_SHIFT_LEFT};
    case SIGN2('>', '>'):
        return (struct operator){PRECEDENCE_SHIFT, OP_SHIFT_RIGHT};
    case SIGN('+'):
        return (struct operator){PRECEDENCE_ADD, '+'};
    case SIGN('-'):
        return (struct operator){PRECEDENCE_ADD, '-'};
    case SIGN('*'):
        return (struct operator){PRECEDENCE_MULTIPLY, '*'};
    case SIGN('/'):
        return (struct operator){PRECEDENCE_MULTIPLY, '/'};
    case SIGN('%'):
        return (struct operator){PRECEDENCE_MULTIPLY, '%'};
    case WORD_INSTANCEOF:
        return (struct operator){PRECEDENCE_INSTANCEOF, 0};
    case SIGN2('*', '*'):
        return (struct operator){PRECEDENCE_POWER, OP_POWER};
    default:
        return (struct operator){PRECEDENCE_NONE, 0};
    }
}

/* What "op=" computes; false where the word assigns nothing. "=" itself has no operator. */
static bool
is_assignment(uint32_t code, uint8_t *ret_op)
{
    switch (code) {
    case SIGN('='):
        *ret_op = 0;
        return true;
    case SIGN2('+', '='):
    case SIGN2('-', '='):
    case SIGN2('*', '='):
    case SIGN2('/', '='):
    case SIGN2('.', '='):
    case SIGN2('%', '='):
    case SIGN2('&', '='):
    case SIGN2('|', '='):
    case SIGN2('^', '='):
        *ret_op = (uint8_t)(code & 0xff);
        return true;
    case SIGN3('<', '<', '='):
        *ret_op = OP_SHIFT_LEFT;
        return true;
    case SIGN3('>', '>', '='):
        *ret_op = OP_SHIFT_RIGHT;
        return true;
    case SIGN3('*', '*', '='):
        *ret_op = OP_POWER;
        return true;
    case SIGN3('?', '?', '='):
        *ret_op = OP_COALESCE;
        return true;
    default:
        return false;
    }
}

static struct node *
parse_ternary(struct parser *parser, struct node *condition)
{
    struct builder ternary = wrap(parser, NODE_TERNARY, condition);

    advance(parser);
    if (is_at(parser, SIGN(':')))
        add_none(parser, &ternary);
    else
        add(parser, &ternary, parse_expression(parser));
    if (accept(parser, SIGN(':')))
        add(parser, &ternary, parse_binary(parser, PRECEDENCE_TERNARY + 1));
    else
        add_none(parser, &ternary);
    return close_node(parser, &ternary);
}

/* a . b . c is one node, however long; so are chains of "and" and of "or". */
static struct node *
parse_chain(struct parser *parser, struct node *left, struct operator operator)
{
    uint32_t code = parser->word.code;
    struct builder chain = wrap(parser, NODE_BINARY, left);

    chain.node->op = operator.op;
    while (accept(parser, code))
        add(parser, &chain, parse_binary(parser, operator.precedence + 1u));
    return close_node(parser, &chain);
}

static struct node *
parse_pair(struct parser *parser, struct node *left, struct operator operator)
{
    bool is_right = operator.op == OP_COALESCE || operator.op == OP_POWER;
    struct builder pair = wrap(parser, NODE_BINARY, left);

    pair.node->op = operator.op;
    advance(parser);
    add(parser, &pair, parse_binary(parser, operator.precedence +(is_right ? 0u : 1u)));
    return close_node(parser, &pair);
}

static struct node *
parse_instanceof(struct parser *parser, struct node *left)
{
    struct builder test = wrap(parser, NODE_INSTANCEOF, left);

    advance(parser);
    add(parser, &test, parse_binary(parser, PRECEDENCE_INSTANCEOF + 1));
    return close_node(parser, &test);
}

static struct node *
parse_operators(struct parser *parser, struct node *left, enum precedence least)
{
    for (;;) {
        struct operator operator= operator_of(parser->word.code);

        if (operator.precedence == PRECEDENCE_NONE || operator.precedence<least)
            return left;
        if (operator.precedence == PRECEDENCE_TERNARY)
            left = parse_ternary(parser, left);
        else if (operator.precedence == PRECEDENCE_INSTANCEOF)
            left = parse_instanceof(parser, left);
        else if (operator.op == '.' || operator.op == OP_AND || operator.op == OP_OR)
            left = parse_chain(parser, left, operator);
        else
            left = parse_pair(parser, left, operator);
    }
}

struct node *
parse_binary(struct parser *parser, enum precedence least)
{
    bool was_new = parser->is_new;
    struct node *node;

    if (parser->depth >= DEPTH_MAX || parser->nested >= NESTED_MAX)
        return error_new(parser);
    parser->is_new = false;
    parser->nested++;
    node = parse_operators(parser, parse_prefix(parser), least);
    parser->nested--;
    parser->is_new = was_new;
    return node;
}

/* Whatever is before it, "$a = …" binds as one: !$a = f(). */
static struct node *
parse_assignment(struct parser *parser, struct node *target, uint8_t op)
{
    struct builder assign = wrap(parser, NODE_ASSIGN, target);

    advance(parser);
    assign.node->op = op;
    if (!op && accept(parser, SIGN('&')))
        assign.node->kind = NODE_ASSIGN_REFERENCE;
    add(parser, &assign, parse_binary(parser, PRECEDENCE_ASSIGN));
    return close_node(parser, &assign);
}

/* A node with one operand, behind the word that stands here. */
static struct node *
parse_unary(struct parser *parser, enum node_kind kind, uint8_t op, enum precedence least)
{
    struct builder unary = open_node(parser, kind);

    unary.node->op = op;
    advance(parser);
    add(parser, &unary, parse_binary(parser, least));
    return close_node(parser, &unary);
}

static uint8_t
cast_of(struct str text)
{
    static const struct {
        struct str name;
        uint8_t cast;
    } casts[] = {
        {{"int", 3}, CAST_INTEGER}, {{"bool", 4}, CAST_BOOL},     {{"float", 5}, CAST_FLOAT},
        {{"real", 4}, CAST_FLOAT},  {{"double", 6}, CAST_FLOAT},  {{"string", 6}, CAST_STRING},
        {{"array", 5}, CAST_ARRAY}, {{"binary", 6}, CAST_STRING}, {{"object", 6}, CAST_OBJECT},
        {{"unset", 5}, CAST_UNSET},
    };

    text = str_from(text, 1);
    while (text.len && (*text.data == ' ' || *text.data == '\t'))
        text = str_from(text, 1);
    for (size_t i = 0; i < sizeof(casts) / sizeof(casts[0]); i++) {
        if (str_starts_nocase(text, casts[i].name))
            return casts[i].cast;
    }
    return CAST_STRING;
}

/* yield, yield $value, yield $key => $value, yield from $values */
static struct node *
parse_yield(struct parser *parser)
{
    struct builder yield = open_node(parser, NODE_YIELD);
    struct node *first;

    advance(parser);
    (void)accept(parser, WORD_FROM);
    switch (parser->word.code) {
    case SIGN(';'):
    case SIGN(','):
    case SIGN(')'):
    case SIGN(']'):
    case SIGN('}'):
    case WORD_CLOSE_TAG:
    case WORD_END:
        add_none(parser, &yield);
        return close_node(parser, &yield);
    default:
        break;
    }
    first = parse_binary(parser, PRECEDENCE_ASSIGN);
    if (accept(parser, SIGN2('=', '>')))
        add(parser, &yield, parse_binary(parser, PRECEDENCE_ASSIGN));
    add(parser, &yield, first);
    return close_node(parser, &yield);
}

struct node *
parse_prefix(struct parser *parser)
{
    uint32_t code = parser->word.code;
    struct node *node;
    uint8_t op;

    switch (code) {
    case SIGN('!'):
        return parse_unary(parser, NODE_UNARY, '!', PRECEDENCE_INSTANCEOF);
    case SIGN('-'):
    case SIGN('+'):
    case SIGN('~'):
    case SIGN('@'):
    case SIGN('&'):
        return parse_unary(parser, NODE_UNARY, (uint8_t)code, PRECEDENCE_SIGN);
    case SIGN2('+', '+'):
    case SIGN2('-', '-'):
        return parse_unary(parser, NODE_STEP, (uint8_t)(code & 0xff), PRECEDENCE_SIGN);
    case WORD_CAST:
        return parse_unary(parser, NODE_CAST, cast_of(parser->word.text), PRECEDENCE_SIGN);
    case WORD_INCLUDE:
        return parse_unary(parser, NODE_INCLUDE, 'i', PRECEDENCE_LOWEST);
    case WORD_REQUIRE:
        return parse_unary(parser, NODE_INCLUDE, 'r', PRECEDENCE_LOWEST);
    case WORD_THROW:
        return parse_unary(parser, NODE_THROW, 0, PRECEDENCE_LOWEST);
    case WORD_PRINT:
        return parse_unary(parser, NODE_PRINT, 0, PRECEDENCE_ASSIGN);
    case WORD_CLONE:
        return parse_unary(parser, NODE_CLONE, 0, PRECEDENCE_POWER);
    case WORD_YIELD:
        return parse_yield(parser);
    default:
        break;
    }
    node = parse_postfix(parser, parse_operand(parser));
    if (is_assignment(parser->word.code, &op))
        node = parse_assignment(parser, node, op);
    return node;
}
