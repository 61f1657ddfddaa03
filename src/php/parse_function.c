#include "php/parse_parts.h"

/*
 * #[Name(arguments), …]: attributes do nothing by themselves, so nothing is kept. What
 * does not end as one is code behind a comment of PHP 7: that is handed out.
 */
struct node *
parse_attributes(struct parser *parser)
{
    while (is_at(parser, SIGN2('#', '['))) {
        struct builder builder = open_node(parser, NODE_ERROR);

        advance(parser);
        while (!is_at(parser, SIGN(']')) && !is_at(parser, WORD_END)) {
            add(parser, &builder, parse_expression(parser));
            if (!accept(parser, SIGN(',')))
                break;
        }
        (void)close_node(parser, &builder);
        if (!accept(parser, SIGN(']'))) {
            parser->errors++;
            return builder.node;
        }
    }
    return NULL;
}

/* The same where no statement can begin. */
void
skip_attributes(struct parser *parser)
{
    struct node *code = is_at(parser, SIGN2('#', '[')) ? parse_attributes(parser) : NULL;

    if (code)
        (void)tear_off(parser, code);
}

/* Does "&" belong to the type, as in A&B, and not to the parameter behind it? */
static bool
joins_types(struct parser *parser)
{
    const struct word *next = peek(parser, 1);

    return is_name(next) || next->code == SIGN('(');
}

/* ?A, A|B, (A&B)|null, static, array; taken and forgotten. */
void
skip_type(struct parser *parser)
{
    uint32_t brackets = 0;

    for (;;) {
        switch (parser->word.code) {
        case SIGN('?'):
        case SIGN('|'):
            break;
        case SIGN('('):
            brackets++;
            break;
        case SIGN(')'):
            if (!brackets)
                return;
            brackets--;
            break;
        case SIGN('&'):
            if (!joins_types(parser))
                return;
            break;
        default:
            if (!is_name(&parser->word))
                return;
        }
        advance(parser);
    }
}

/* Visibility and the like, with the "(set)" of PHP 8.4. True: one of them is "static". */
bool
skip_modifiers(struct parser *parser)
{
    bool is_static = false;

    for (;;) {
        switch (parser->word.code) {
        case WORD_STATIC:
            is_static = true;
            break;
        case WORD_ABSTRACT:
        case WORD_FINAL:
        case WORD_PRIVATE:
        case WORD_PROTECTED:
        case WORD_PUBLIC:
        case WORD_READONLY:
        case WORD_VAR:
            break;
        default:
            return is_static;
        }
        advance(parser);
        if (is_at(parser, SIGN('(')) && str_eq_nocase(peek(parser, 1)->text, STR("set")) &&
            peek(parser, 2)->code == SIGN(')')) {
            advance(parser);
            advance(parser);
            advance(parser);
        }
    }
}

static struct node *
parse_parameter(struct parser *parser)
{
    struct builder parameter = open_node(parser, NODE_PARAMETER);
    bool was_default = parser->is_default;

    skip_attributes(parser);
    (void)skip_modifiers(parser);
    skip_type(parser);
    if (accept(parser, SIGN('&')))
        parameter.node->op = '&';
    if (accept(parser, SIGN3('.', '.', '.')))
        parameter.node->op = '.';
    if (is_at(parser, WORD_VARIABLE)) {
        parameter.node->text = str_from(parser->word.text, 1);
        advance(parser);
    }
    parser->is_default = true;
    if (accept(parser, SIGN('=')))
        add(parser, &parameter, parse_expression(parser));
    else
        add_none(parser, &parameter);
    parser->is_default = was_default;
    if (is_at(parser, SIGN('{')))
        parse_hooks(parser, &parameter);
    return close_node(parser, &parameter);
}

struct node *
parse_parameters(struct parser *parser)
{
    struct builder parameters = open_node(parser, NODE_PARAMETERS);

    if (accept(parser, SIGN('('))) {
        while (!is_at(parser, SIGN(')')) && !is_at(parser, WORD_END)) {
            add(parser, &parameters, parse_parameter(parser));
            if (!accept(parser, SIGN(',')))
                break;
        }
        (void)accept(parser, SIGN(')'));
    }
    return close_node(parser, &parameters);
}

/* ": type" behind the parameters. */
static void
skip_return_type(struct parser *parser)
{
    if (accept(parser, SIGN(':')))
        skip_type(parser);
}

/* A body, or none where ";" stands. */
static void
parse_body(struct parser *parser, struct builder *function)
{
    skip_return_type(parser);
    if (is_at(parser, SIGN('{')))
        add(parser, function, parse_block(parser));
    else
        add_none(parser, function);
}

/* From "function" on; a method may have any name. */
struct node *
parse_function(struct parser *parser)
{
    struct builder function = open_node(parser, NODE_FUNCTION);

    advance(parser);
    (void)accept(parser, SIGN('&'));
    function.node->text = take_name(parser);
    add(parser, &function, parse_parameters(parser));
    parse_body(parser, &function);
    if (is_at(parser, SIGN(';')))
        advance(parser);
    return close_node(parser, &function);
}

static void
parse_used(struct parser *parser, struct builder *closure)
{
    struct builder used;

    if (!accept(parser, WORD_USE)) {
        add_none(parser, closure);
        return;
    }
    used = open_node(parser, NODE_ARRAY);
    if (accept(parser, SIGN('('))) {
        while (is_at(parser, SIGN('&')) || is_at(parser, WORD_VARIABLE)) {
            bool is_reference = accept(parser, SIGN('&'));
            struct node *variable = parse_variable(parser);

            variable->op = is_reference ? '&' : 0;
            add(parser, &used, variable);
            if (!accept(parser, SIGN(',')))
                break;
        }
        (void)accept(parser, SIGN(')'));
    }
    add(parser, closure, close_node(parser, &used));
}

/* function (…) use (…) {…}, fn (…) => … */
struct node *
parse_closure(struct parser *parser)
{
    struct builder closure = open_node(parser, NODE_CLOSURE);
    bool is_arrow = is_at(parser, WORD_FN);

    advance(parser);
    (void)accept(parser, SIGN('&'));
    add(parser, &closure, parse_parameters(parser));
    if (!is_arrow) {
        parse_used(parser, &closure);
        parse_body(parser, &closure);
        return close_node(parser, &closure);
    }
    closure.node->op = 'f';
    add_none(parser, &closure);
    skip_return_type(parser);
    if (accept(parser, SIGN2('=', '>')))
        add(parser, &closure, parse_binary(parser, PRECEDENCE_ASSIGN));
    else
        add_none(parser, &closure);
    return close_node(parser, &closure);
}
