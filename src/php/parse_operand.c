#include "php/parse_parts.h"

struct node *
parse_variable(struct parser *parser)
{
    struct builder builder;
    struct str name;

    if (is_at(parser, WORD_VARIABLE)) {
        name = str_from(parser->word.text, 1);
        return leaf(parser, NODE_VARIABLE, name);
    }
    if (!is_at(parser, SIGN('$')) || parser->depth >= DEPTH_MAX || parser->nested >= NESTED_MAX)
        return error_new(parser);
    builder = open_node(parser, NODE_VARIABLE_OF);
    parser->nested++;
    advance(parser);
    if (accept(parser, SIGN('{'))) {
        add(parser, &builder, parse_expression(parser));
        (void)accept(parser, SIGN('}'));
    } else {
        add(parser, &builder, parse_variable(parser));
    }
    parser->nested--;
    return close_node(parser, &builder);
}

static void
parse_argument(struct parser *parser, struct builder *call)
{
    struct builder argument = open_node(parser, NODE_ARGUMENT);

    if (accept(parser, SIGN3('.', '.', '.'))) {
        argument.node->op = '.';
    } else if (is_name(&parser->word) && peek(parser, 1)->code == SIGN(':')) {
        argument.node->text = take_name(parser);
        advance(parser);
    }
    if (is_at(parser, SIGN(')')))
        add_none(parser, &argument);
    else
        add(parser, &argument, parse_expression(parser));
    add(parser, call, close_node(parser, &argument));
}

void
parse_arguments(struct parser *parser, struct builder *call)
{
    advance(parser);
    while (!is_at(parser, SIGN(')')) && !is_at(parser, WORD_END)) {
        if (accept(parser, SIGN(',')))
            continue;
        parse_argument(parser, call);
        if (!accept(parser, SIGN(',')))
            break;
    }
    (void)accept(parser, SIGN(')'));
}

/* key => value, …spread, &reference; or nothing, as between the commas of list(, $a). */
static struct node *
parse_item(struct parser *parser)
{
    struct builder item = open_node(parser, NODE_ITEM);
    struct node *first;

    if (is_at(parser, SIGN(',')) || is_at(parser, SIGN(']')) || is_at(parser, SIGN(')')))
        return close_node(parser, &item);
    if (accept(parser, SIGN3('.', '.', '.')))
        item.node->op = '.';
    else if (accept(parser, SIGN('&')))
        item.node->op = '&';
    first = parse_expression(parser);
    if (!accept(parser, SIGN2('=', '>'))) {
        add_none(parser, &item);
        add(parser, &item, first);
        return close_node(parser, &item);
    }
    add(parser, &item, first);
    if (accept(parser, SIGN('&')))
        item.node->op = '&';
    add(parser, &item, parse_expression(parser));
    return close_node(parser, &item);
}

/* From the bracket that opens it, "[" or "(", on. */
static struct node *
parse_array(struct parser *parser)
{
    uint32_t end = is_at(parser, SIGN('[')) ? SIGN(']') : SIGN(')');
    struct builder array = open_node(parser, NODE_ARRAY);

    advance(parser);
    while (!is_at(parser, end) && !is_at(parser, WORD_END)) {
        add(parser, &array, parse_item(parser));
        if (!accept(parser, SIGN(',')))
            break;
    }
    (void)accept(parser, end);
    return close_node(parser, &array);
}

/* Digits of any base; false when they are more than an int holds, which PHP makes a float. */
static bool
read_integer(struct str text, int64_t *ret_number)
{
    unsigned base = 10;
    uint64_t number = 0;

    if (text.len > 1 && *text.data == '0') {
        char second = (char)(text.data[1] | 0x20);

        base = second == 'x' ? 16 : second == 'b' ? 2 : 8;
        text = str_from(text, base == 8 && second != 'o' ? 1 : 2);
    }
    for (size_t i = 0; i < text.len; i++) {
        char c = text.data[i];
        unsigned digit;

        if (c == '_')
            continue;
        digit = str_is_digit(c) ? (unsigned)(c - '0') : (unsigned)((c | 0x20) - 'a') + 10;
        if (number > ((uint64_t)INT64_MAX - digit) / base)
            return false;
        number = number * base + digit;
    }
    *ret_number = (int64_t)number;
    return true;
}

static struct node *
parse_number(struct parser *parser)
{
    enum node_kind kind = is_at(parser, WORD_INTEGER) ? NODE_INTEGER : NODE_FLOAT;
    int64_t number = 0;
    struct node *node;

    if (kind == NODE_INTEGER && !read_integer(parser->word.text, &number))
        kind = NODE_FLOAT;
    node = leaf(parser, kind, parser->word.text);
    node->number = number;
    return node;
}

/* isset(a, b), unset alike. */
static struct node *
parse_isset(struct parser *parser)
{
    struct builder builder = open_node(parser, NODE_ISSET);

    advance(parser);
    if (accept(parser, SIGN('('))) {
        while (!is_at(parser, SIGN(')')) && !is_at(parser, WORD_END)) {
            add(parser, &builder, parse_expression(parser));
            if (!accept(parser, SIGN(',')))
                break;
        }
        (void)accept(parser, SIGN(')'));
    }
    return close_node(parser, &builder);
}

/* empty(…), eval(…), exit(…): one operand in brackets, which may be left out. */
static struct node *
parse_bracketed(struct parser *parser, enum node_kind kind)
{
    struct builder builder = open_node(parser, kind);

    advance(parser);
    if (!accept(parser, SIGN('('))) {
        add_none(parser, &builder);
        return close_node(parser, &builder);
    }
    if (is_at(parser, SIGN(')')))
        add_none(parser, &builder);
    else
        add(parser, &builder, parse_expression(parser));
    (void)accept(parser, SIGN(')'));
    return close_node(parser, &builder);
}

static struct node *
parse_match_arm(struct parser *parser)
{
    struct builder arm = open_node(parser, NODE_MATCH_ARM);

    if (accept(parser, WORD_DEFAULT)) {
        add_none(parser, &arm);
        (void)accept(parser, SIGN(','));
    } else {
        struct builder conditions = open_node(parser, NODE_ARRAY);

        while (!is_at(parser, SIGN2('=', '>')) && !is_at(parser, WORD_END)) {
            add(parser, &conditions, parse_expression(parser));
            if (!accept(parser, SIGN(',')))
                break;
        }
        add(parser, &arm, close_node(parser, &conditions));
    }
    if (accept(parser, SIGN2('=', '>')))
        add(parser, &arm, parse_expression(parser));
    return close_node(parser, &arm);
}

/*
 * match (subject) { a, b => value, default => value }. Before PHP 8 it was a name like
 * any other: what is no "match" then is a call.
 */
static struct node *
parse_match(struct parser *parser)
{
    struct node *name = leaf(parser, NODE_NAME, parser->word.text);
    struct builder match = wrap(parser, NODE_CALL, name);

    parse_arguments(parser, &match);
    if (!is_at(parser, SIGN('{')) || match.node->child != name || !name->next || name->next->next ||
        !name->next->child)
        return close_node(parser, &match);
    match.node->kind = NODE_MATCH;
    match.node->child = name->next->child;
    match.node->depth = (uint16_t)(match.node->child->depth + 1);
    match.last = match.node->child;
    advance(parser);
    while (!is_at(parser, SIGN('}')) && !is_at(parser, WORD_END)) {
        add(parser, &match, parse_match_arm(parser));
        if (!accept(parser, SIGN(',')))
            break;
    }
    (void)accept(parser, SIGN('}'));
    return close_node(parser, &match);
}

/* The class of new: a name, or a variable with its properties but without calls. */
static struct node *
parse_class_reference(struct parser *parser)
{
    struct node *node;

    if (is_name(&parser->word)) {
        node = leaf(parser, NODE_NAME, parser->word.text);
        return is_at(parser, SIGN2(':', ':')) ? parse_postfix(parser, node) : node;
    }
    if (accept(parser, SIGN('('))) {
        node = parse_expression(parser);
        (void)accept(parser, SIGN(')'));
        return node;
    }
    node = parse_variable(parser);
    return node->kind == NODE_ERROR ? node : parse_postfix(parser, node);
}

static struct node *
parse_anonymous_class(struct parser *parser, struct builder *made)
{
    struct builder class = open_node(parser, NODE_CLASS);

    advance(parser);
    add(parser, made, class.node);
    if (is_at(parser, SIGN('('))) {
        parser->depth--;
        parse_arguments(parser, made);
        parser->depth++;
    }
    parse_class_body(parser, &class);
    (void)close_node(parser, &class);
    if (class.node != &parser->spare && made->node->depth <= class.node->depth)
        made->node->depth = (uint16_t)(class.node->depth + 1);
    return close_node(parser, made);
}

struct node *
parse_new(struct parser *parser)
{
    struct builder made = open_node(parser, NODE_NEW);
    bool was_new = parser->is_new;

    advance(parser);
    skip_attributes(parser);
    while (is_at(parser, WORD_READONLY) || is_at(parser, WORD_FINAL))
        advance(parser);
    if (is_at(parser, WORD_CLASS))
        return parse_anonymous_class(parser, &made);
    parser->is_new = true;
    add(parser, &made, parse_class_reference(parser));
    parser->is_new = was_new;
    if (is_at(parser, SIGN('(')))
        parse_arguments(parser, &made);
    return close_node(parser, &made);
}

/* Words with which an expression cannot go on. */
static bool
is_reserved(uint32_t code)
{
    switch (code) {
    case WORD_ARRAY:
    case WORD_ENUM:
    case WORD_EVAL:
    case WORD_FN:
    case WORD_FROM:
    case WORD_LIST:
    case WORD_MATCH:
    case WORD_NAME:
    case WORD_NAMESPACE:
    case WORD_READONLY:
    case WORD_STATIC:
    case WORD_UNSET:
        return false;
    default:
        return code > WORD_NAME;
    }
}

static struct node *
parse_word(struct parser *parser)
{
    uint32_t code = parser->word.code;
    bool is_called;

    switch (code) {
    case WORD_NEW:
        return parse_new(parser);
    case WORD_ISSET:
        return parse_isset(parser);
    case WORD_EMPTY:
        return parse_bracketed(parser, NODE_EMPTY);
    case WORD_EXIT:
        return parse_bracketed(parser, NODE_EXIT);
    case WORD_FUNCTION:
        return parse_closure(parser);
    case WORD_NAME:
        return leaf(parser, NODE_NAME, parser->word.text);
    default:
        break;
    }
    if (is_reserved(code))
        return error_new(parser);
    is_called = peek(parser, 1)->code == SIGN('(');
    if (code == WORD_STATIC) {
        uint32_t next = peek(parser, 1)->code;

        if (next == WORD_FUNCTION || next == WORD_FN) {
            advance(parser);
            return parse_closure(parser);
        }
    } else if (code == WORD_FN && (is_called || peek(parser, 1)->code == SIGN('&'))) {
        return parse_closure(parser);
    } else if (code == WORD_EVAL && is_called) {
        return parse_bracketed(parser, NODE_EVAL);
    } else if (code == WORD_MATCH && is_called) {
        return parse_match(parser);
    } else if (is_called && (code == WORD_ARRAY || code == WORD_LIST)) {
        advance(parser);
        return parse_array(parser);
    }
    return leaf(parser, NODE_NAME, parser->word.text);
}

struct node *
parse_operand(struct parser *parser)
{
    struct node *node;

    skip_attributes(parser);
    switch (parser->word.code) {
    case WORD_VARIABLE:
    case SIGN('$'):
        return parse_variable(parser);
    case WORD_STRING:
        return parse_string(parser);
    case WORD_TEMPLATE_BEGIN:
        return parse_template(parser);
    case WORD_INTEGER:
    case WORD_FLOAT:
        return parse_number(parser);
    case SIGN('['):
        return parse_array(parser);
    case SIGN('('):
        advance(parser);
        node = parse_expression(parser);
        (void)accept(parser, SIGN(')'));
        return node;
    default:
        return is_name(&parser->word) ? parse_word(parser) : error_new(parser);
    }
}
