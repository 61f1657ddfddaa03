#include "php/parse_parts.h"

/* get => expression; set($value) { … } of PHP 8.4; each becomes a NODE_FUNCTION. */
void
parse_hooks(struct parser *parser, struct builder *member)
{
    if (is_deep(parser))
        return;
    advance(parser);
    while (!is_at(parser, SIGN('}')) && !is_at(parser, WORD_END)) {
        struct builder hook;

        skip_attributes(parser);
        (void)skip_modifiers(parser);
        (void)accept(parser, SIGN('&'));
        if (!is_name(&parser->word))
            break;
        hook = open_node(parser, NODE_FUNCTION);
        hook.node->text = take_name(parser);
        add(parser, &hook, parse_parameters(parser));
        if (accept(parser, SIGN2('=', '>')))
            add(parser, &hook, parse_expression(parser));
        else if (is_at(parser, SIGN('{')))
            add(parser, &hook, parse_block(parser));
        else
            add_none(parser, &hook);
        add(parser, member, close_node(parser, &hook));
        (void)accept(parser, SIGN(';'));
    }
    (void)accept(parser, SIGN('}'));
}

/* $a = 1, $b; behind modifiers and type. */
static void
parse_properties(struct parser *parser, struct builder *class, bool is_static)
{
    do {
        struct builder member = open_node(parser, NODE_MEMBER);

        member.node->op = is_static ? 's' : 0;
        member.node->text = str_from(parser->word.text, 1);
        advance(parser);
        parser->is_default = true;
        if (accept(parser, SIGN('=')))
            add(parser, &member, parse_expression(parser));
        else
            add_none(parser, &member);
        parser->is_default = false;
        if (is_at(parser, SIGN('{')))
            parse_hooks(parser, &member);
        add(parser, class, close_node(parser, &member));
    } while (accept(parser, SIGN(',')) && is_at(parser, WORD_VARIABLE));
    (void)accept(parser, SIGN(';'));
}

/* const A = 1, B = 2; with a type before the name since PHP 8.3. From the name on. */
void
parse_constants(struct parser *parser, struct builder *builder)
{
    do {
        struct builder constant = open_node(parser, NODE_CONSTANT);

        constant.node->text = take_name(parser);
        while (!is_at(parser, SIGN('=')) &&
               (is_name(&parser->word) || is_at(parser, SIGN('?')) || is_at(parser, SIGN('|')))) {
            if (is_name(&parser->word))
                constant.node->text = parser->word.text;
            advance(parser);
        }
        if (accept(parser, SIGN('=')))
            add(parser, &constant, parse_expression(parser));
        else
            add_none(parser, &constant);
        add(parser, builder, close_node(parser, &constant));
    } while (accept(parser, SIGN(',')));
    end_statement(parser);
}

/* use A, B { a as b; A::c insteadof B; } */
static void
parse_traits(struct parser *parser, struct builder *class)
{
    advance(parser);
    while (is_name(&parser->word)) {
        add(parser, class, leaf(parser, NODE_USE, parser->word.text));
        if (!accept(parser, SIGN(',')))
            break;
    }
    if (accept(parser, SIGN('{'))) {
        while (is_name(&parser->word) || is_at(parser, SIGN2(':', ':')) ||
               is_at(parser, SIGN(';')) || is_at(parser, SIGN(',')))
            advance(parser);
        (void)accept(parser, SIGN('}'));
    }
    (void)accept(parser, SIGN(';'));
}

/* One member; takes at least one word. What is none is taken as a statement. */
static void
parse_member(struct parser *parser, struct builder *class)
{
    bool is_static;

    skip_attributes(parser);
    if (is_at(parser, WORD_USE)) {
        parse_traits(parser, class);
        return;
    }
    is_static = skip_modifiers(parser);
    if (is_at(parser, WORD_FUNCTION)) {
        add(parser, class, parse_function(parser));
        return;
    }
    if (accept(parser, WORD_CONST) || accept(parser, WORD_CASE)) {
        parse_constants(parser, class);
        return;
    }
    if (peek(parser, 1)->code != SIGN('(') && !is_at(parser, WORD_ECHO))
        skip_type(parser);
    if (is_at(parser, WORD_VARIABLE))
        parse_properties(parser, class, is_static);
    else if (!is_at(parser, SIGN('}')))
        add_statement(parser, class);
}

/* extends A, B implements C: the first that is extended is the parent. */
static void
parse_heritage(struct parser *parser, struct builder *class)
{
    if (accept(parser, SIGN(':')))
        skip_type(parser);
    if (accept(parser, WORD_EXTENDS)) {
        class->node->parent = take_name(parser);
        while (accept(parser, SIGN(',')))
            (void)take_name(parser);
    }
    if (accept(parser, WORD_IMPLEMENTS)) {
        do {
            (void)take_name(parser);
        } while (accept(parser, SIGN(',')));
    }
}

void
parse_class_body(struct parser *parser, struct builder *class)
{
    bool was_default = parser->is_default;

    parser->is_default = false;
    parse_heritage(parser, class);
    if (!is_deep(parser) && accept(parser, SIGN('{'))) {
        while (!is_at(parser, SIGN('}')) && !is_at(parser, WORD_END))
            parse_member(parser, class);
        (void)accept(parser, SIGN('}'));
    }
    parser->is_default = was_default;
}

/* class, interface, trait or enum with a name, behind what modifiers there are? */
bool
is_class(struct parser *parser)
{
    switch (parser->word.code) {
    case WORD_ABSTRACT:
    case WORD_FINAL:
        return true;
    case WORD_READONLY:
        return is_name(peek(parser, 1));
    case WORD_CLASS:
    case WORD_INTERFACE:
    case WORD_TRAIT:
        return is_name(peek(parser, 1));
    case WORD_ENUM:
        return is_name(peek(parser, 1)) && peek(parser, 1)->code != WORD_EXTENDS &&
               peek(parser, 1)->code != WORD_IMPLEMENTS && peek(parser, 1)->code != WORD_INSTANCEOF;
    default:
        return false;
    }
}

struct node *
parse_class(struct parser *parser)
{
    struct builder class = open_node(parser, NODE_CLASS);

    while (is_at(parser, WORD_ABSTRACT) || is_at(parser, WORD_FINAL) ||
           is_at(parser, WORD_READONLY))
        advance(parser);
    if (is_at(parser, WORD_CLASS) || is_at(parser, WORD_INTERFACE) || is_at(parser, WORD_TRAIT) ||
        is_at(parser, WORD_ENUM)) {
        advance(parser);
        class.node->text = take_name(parser);
        parse_class_body(parser, &class);
    }
    return close_node(parser, &class);
}
