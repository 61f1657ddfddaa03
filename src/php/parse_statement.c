#include "php/parse_parts.h"

void
end_statement(struct parser *parser)
{
    if (!accept(parser, SIGN(';')))
        (void)accept(parser, WORD_CLOSE_TAG);
}

bool
ends_block(uint32_t code)
{
    return code == SIGN('}');
}

void
parse_statements(struct parser *parser, struct builder *builder, bool (*is_end)(uint32_t code))
{
    while (!is_at(parser, WORD_END) && !is_end(parser->word.code))
        add_statement(parser, builder);
}

/* What begins nothing: a run of it is one node. */
static void
skip_stray(struct parser *parser, struct builder *builder)
{
    const struct node *last = builder->last;

    if (!last || last->kind != NODE_ERROR || last->child)
        add(parser, builder, error_new(parser));
    advance(parser);
}

void
add_statement(struct parser *parser, struct builder *builder)
{
    const char *before = parser->word.text.data;
    uint32_t code = parser->word.code;
    struct node *node;

    if (code == SIGN(';') || code == WORD_CLOSE_TAG) {
        advance(parser);
        return;
    }
    node = parse_statement(parser);
    if (parser->word.text.data == before && !is_at(parser, WORD_END))
        skip_stray(parser, builder);
    else if (node)
        add(parser, builder, node);
}

struct node *
parse_block(struct parser *parser)
{
    struct builder block;

    if (is_deep(parser))
        return error_new(parser);
    block = open_node(parser, NODE_BLOCK);
    advance(parser);
    parse_statements(parser, &block, ends_block);
    (void)accept(parser, SIGN('}'));
    return close_node(parser, &block);
}

/* The one statement of a loop or branch; NODE_NONE for ";". */
static void
add_body(struct parser *parser, struct builder *builder)
{
    struct node *node = NULL;

    if (is_at(parser, SIGN(';')) || is_at(parser, WORD_CLOSE_TAG))
        advance(parser);
    else
        node = parse_statement(parser);
    if (node)
        add(parser, builder, node);
    else
        add_none(parser, builder);
}

/* The statements of "if: … endif;" up to the word that ends them. */
static void
add_until(struct parser *parser, struct builder *builder, bool (*is_end)(uint32_t code))
{
    struct builder block = open_node(parser, NODE_BLOCK);

    parse_statements(parser, &block, is_end);
    add(parser, builder, close_node(parser, &block));
}

/* A body in either syntax; `end` is the word that ends the one with ":". */
static void
add_any_body(struct parser *parser, struct builder *builder, bool (*is_end)(uint32_t code),
             uint32_t end)
{
    if (!accept(parser, SIGN(':'))) {
        add_body(parser, builder);
        return;
    }
    add_until(parser, builder, is_end);
    if (accept(parser, end))
        end_statement(parser);
}

static void
add_condition(struct parser *parser, struct builder *builder)
{
    bool is_open = accept(parser, SIGN('('));

    add(parser, builder, parse_expression(parser));
    if (is_open)
        (void)accept(parser, SIGN(')'));
}

static bool
ends_branch(uint32_t code)
{
    return code == WORD_ELSE || code == WORD_ELSEIF || code == WORD_ENDIF || code == SIGN('}');
}

/* "elseif", "else if": takes it. */
static bool
accept_elseif(struct parser *parser)
{
    if (accept(parser, WORD_ELSEIF))
        return true;
    if (!is_at(parser, WORD_ELSE) || peek(parser, 1)->code != WORD_IF)
        return false;
    advance(parser);
    advance(parser);
    return true;
}

/* condition, then, condition, then, …, else: in a loop, for chains may be long. */
static struct node *
parse_if(struct parser *parser)
{
    struct builder branches = open_node(parser, NODE_IF);
    bool has_colon = false;

    advance(parser);
    do {
        add_condition(parser, &branches);
        if (accept(parser, SIGN(':'))) {
            has_colon = true;
            add_until(parser, &branches, ends_branch);
        } else {
            add_body(parser, &branches);
        }
    } while (accept_elseif(parser));
    if (!accept(parser, WORD_ELSE)) {
        add_none(parser, &branches);
    } else if (accept(parser, SIGN(':'))) {
        has_colon = true;
        add_until(parser, &branches, ends_branch);
    } else {
        add_body(parser, &branches);
    }
    if (has_colon && accept(parser, WORD_ENDIF))
        end_statement(parser);
    return close_node(parser, &branches);
}

static bool
ends_while(uint32_t code)
{
    return code == WORD_ENDWHILE || code == SIGN('}');
}

static struct node *
parse_while(struct parser *parser)
{
    struct builder loop = open_node(parser, NODE_WHILE);

    advance(parser);
    add_condition(parser, &loop);
    add_any_body(parser, &loop, ends_while, WORD_ENDWHILE);
    return close_node(parser, &loop);
}

static struct node *
parse_do(struct parser *parser)
{
    struct builder loop = open_node(parser, NODE_DO);

    advance(parser);
    add_body(parser, &loop);
    if (accept(parser, WORD_WHILE))
        add_condition(parser, &loop);
    end_statement(parser);
    return close_node(parser, &loop);
}

/* Expressions with "," between them, as a node of their own. */
static void
add_list(struct parser *parser, struct builder *builder, uint32_t end)
{
    struct builder list = open_node(parser, NODE_BLOCK);

    while (!is_at(parser, end) && !is_at(parser, WORD_END)) {
        add(parser, &list, parse_expression(parser));
        if (!accept(parser, SIGN(',')))
            break;
    }
    (void)accept(parser, end);
    add(parser, builder, close_node(parser, &list));
}

static bool
ends_for(uint32_t code)
{
    return code == WORD_ENDFOR || code == SIGN('}');
}

static struct node *
parse_for(struct parser *parser)
{
    struct builder loop = open_node(parser, NODE_FOR);

    advance(parser);
    (void)accept(parser, SIGN('('));
    add_list(parser, &loop, SIGN(';'));
    add_list(parser, &loop, SIGN(';'));
    add_list(parser, &loop, SIGN(')'));
    add_any_body(parser, &loop, ends_for, WORD_ENDFOR);
    return close_node(parser, &loop);
}

static bool
ends_foreach(uint32_t code)
{
    return code == WORD_ENDFOREACH || code == SIGN('}');
}

static struct node *
parse_foreach(struct parser *parser)
{
    struct builder loop = open_node(parser, NODE_FOREACH);
    struct node *first;

    advance(parser);
    (void)accept(parser, SIGN('('));
    add(parser, &loop, parse_expression(parser));
    (void)accept(parser, WORD_AS);
    first = parse_expression(parser);
    if (accept(parser, SIGN2('=', '>'))) {
        add(parser, &loop, first);
        add(parser, &loop, parse_expression(parser));
    } else {
        add_none(parser, &loop);
        add(parser, &loop, first);
    }
    (void)accept(parser, SIGN(')'));
    add_any_body(parser, &loop, ends_foreach, WORD_ENDFOREACH);
    return close_node(parser, &loop);
}

static bool
ends_case(uint32_t code)
{
    return code == WORD_CASE || code == WORD_DEFAULT || code == WORD_ENDSWITCH || code == SIGN('}');
}

/* What stands before the first case is kept as a case of its own. */
static struct node *
parse_case(struct parser *parser)
{
    struct builder branch = open_node(parser, NODE_CASE);

    if (accept(parser, WORD_CASE)) {
        add(parser, &branch, parse_expression(parser));
    } else {
        add_none(parser, &branch);
        (void)accept(parser, WORD_DEFAULT);
    }
    if (!accept(parser, SIGN(':')))
        (void)accept(parser, SIGN(';'));
    add_until(parser, &branch, ends_case);
    return close_node(parser, &branch);
}

static struct node *
parse_switch(struct parser *parser)
{
    struct builder branches = open_node(parser, NODE_SWITCH);
    uint32_t end;

    advance(parser);
    add_condition(parser, &branches);
    end = is_at(parser, SIGN(':')) ? WORD_ENDSWITCH : SIGN('}');
    if (!is_at(parser, SIGN(':')) && !is_at(parser, SIGN('{')))
        return close_node(parser, &branches);
    advance(parser);
    while (accept(parser, SIGN(';')) || accept(parser, WORD_CLOSE_TAG))
        continue;
    while (!is_at(parser, WORD_ENDSWITCH) && !is_at(parser, SIGN('}')) && !is_at(parser, WORD_END))
        add(parser, &branches, parse_case(parser));
    if (accept(parser, end) && end == WORD_ENDSWITCH)
        end_statement(parser);
    return close_node(parser, &branches);
}

/* catch (A | B $e) {…} */
static struct node *
parse_catch(struct parser *parser)
{
    struct builder handler = open_node(parser, NODE_CATCH);

    advance(parser);
    if (accept(parser, SIGN('('))) {
        handler.node->text = take_name(parser);
        while (accept(parser, SIGN('|')))
            (void)take_name(parser);
    }
    if (is_at(parser, WORD_VARIABLE))
        add(parser, &handler, parse_variable(parser));
    else
        add_none(parser, &handler);
    (void)accept(parser, SIGN(')'));
    if (is_at(parser, SIGN('{')))
        add(parser, &handler, parse_block(parser));
    return close_node(parser, &handler);
}

/* The place of "finally" comes before those of "catch": it is filled when it is seen. */
static struct node *
parse_try(struct parser *parser)
{
    struct builder attempt = open_node(parser, NODE_TRY);
    struct node *last;

    advance(parser);
    if (!is_at(parser, SIGN('{')))
        return close_node(parser, &attempt);
    add(parser, &attempt, parse_block(parser));
    last = node_new(parser, NODE_NONE);
    add(parser, &attempt, last);
    while (is_at(parser, WORD_CATCH))
        add(parser, &attempt, parse_catch(parser));
    if (accept(parser, WORD_FINALLY) && is_at(parser, SIGN('{'))) {
        struct node *next = last->next, *block = parse_block(parser);

        if (last != &parser->spare && block != &parser->spare) {
            *last = *block;
            last->next = next;
            if (attempt.node->depth <= last->depth)
                attempt.node->depth = (uint16_t)(last->depth + 1);
        }
    }
    return close_node(parser, &attempt);
}

/* Expressions up to the end of the statement: echo a, b; global $a, $b; */
static struct node *
parse_operands(struct parser *parser, enum node_kind kind)
{
    struct builder builder = open_node(parser, kind);

    advance(parser);
    do {
        add(parser, &builder, parse_expression(parser));
    } while (accept(parser, SIGN(',')));
    end_statement(parser);
    return close_node(parser, &builder);
}

static struct node *
parse_unset(struct parser *parser)
{
    struct builder builder = open_node(parser, NODE_UNSET);

    advance(parser);
    advance(parser);
    while (!is_at(parser, SIGN(')')) && !is_at(parser, WORD_END)) {
        add(parser, &builder, parse_expression(parser));
        if (!accept(parser, SIGN(',')))
            break;
    }
    (void)accept(parser, SIGN(')'));
    end_statement(parser);
    return close_node(parser, &builder);
}

static bool
is_statement_end(const struct parser *parser)
{
    return is_at(parser, SIGN(';')) || is_at(parser, WORD_CLOSE_TAG) || is_at(parser, SIGN('}')) ||
           is_at(parser, WORD_END);
}

static struct node *
parse_return(struct parser *parser)
{
    struct builder builder = open_node(parser, NODE_RETURN);

    advance(parser);
    if (is_statement_end(parser))
        add_none(parser, &builder);
    else
        add(parser, &builder, parse_expression(parser));
    end_statement(parser);
    return close_node(parser, &builder);
}

/* break 2; */
static struct node *
parse_break(struct parser *parser, enum node_kind kind)
{
    struct builder builder = open_node(parser, kind);

    builder.node->number = 1;
    advance(parser);
    if (!is_statement_end(parser)) {
        struct node *levels = parse_expression(parser);

        if (levels->kind == NODE_INTEGER)
            builder.node->number = levels->number;
        else
            add(parser, &builder, levels);
    }
    end_statement(parser);
    return close_node(parser, &builder);
}

static struct node *
parse_goto(struct parser *parser)
{
    struct node *node = node_new(parser, NODE_GOTO);

    advance(parser);
    node->text = take_name(parser);
    end_statement(parser);
    return node;
}

static struct node *
parse_label(struct parser *parser)
{
    struct node *node = leaf(parser, NODE_LABEL, parser->word.text);

    advance(parser);
    return node;
}

static bool
ends_declare(uint32_t code)
{
    return code == WORD_ENDDECLARE || code == SIGN('}');
}

/* declare(ticks=1) {…}; what is declared is not kept. */
static struct node *
parse_declare(struct parser *parser)
{
    struct builder builder = open_node(parser, NODE_DECLARE);

    advance(parser);
    if (accept(parser, SIGN('('))) {
        do {
            (void)parse_expression(parser);
        } while (accept(parser, SIGN(',')));
        (void)accept(parser, SIGN(')'));
    }
    if (is_statement_end(parser)) {
        add_none(parser, &builder);
        end_statement(parser);
    } else {
        add_any_body(parser, &builder, ends_declare, WORD_ENDDECLARE);
    }
    return close_node(parser, &builder);
}

/* namespace A; namespace A {…} namespace {…} */
static struct node *
parse_namespace(struct parser *parser)
{
    struct builder builder = open_node(parser, NODE_NAMESPACE);

    advance(parser);
    builder.node->text = take_name(parser);
    if (is_at(parser, SIGN('{'))) {
        add(parser, &builder, parse_block(parser));
    } else {
        add_none(parser, &builder);
        end_statement(parser);
    }
    return close_node(parser, &builder);
}

/* One imported name, with the group's prefix before it: use A\{B as C}; */
static struct node *
parse_import(struct parser *parser, struct str prefix)
{
    struct node *node = node_new(parser, NODE_USE);
    struct str name;

    if (is_at(parser, WORD_FUNCTION) || is_at(parser, WORD_CONST))
        advance(parser);
    name = take_name(parser);
    node->text = prefix.len ? arena_printf(parser->arena, STR_FMT "\\" STR_FMT, STR_ARG(prefix),
                                           STR_ARG(name))
                            : name;
    if (accept(parser, WORD_AS))
        node->parent = take_name(parser);
    return node;
}

static void
parse_import_group(struct parser *parser, struct builder *builder, struct str prefix)
{
    (void)accept(parser, SIGN('{'));
    while (is_name(&parser->word)) {
        add(parser, builder, parse_import(parser, prefix));
        if (!accept(parser, SIGN(',')))
            break;
    }
    (void)accept(parser, SIGN('}'));
}

void
parse_uses(struct parser *parser, struct builder *builder)
{
    advance(parser);
    if ((is_at(parser, WORD_FUNCTION) || is_at(parser, WORD_CONST)) && is_name(peek(parser, 1)))
        advance(parser);
    while (is_name(&parser->word)) {
        if (peek(parser, 1)->code == SIGN('\\')) {
            struct str prefix = take_name(parser);

            advance(parser);
            parse_import_group(parser, builder, prefix);
        } else {
            add(parser, builder, parse_import(parser, STR_EMPTY));
        }
        if (!accept(parser, SIGN(',')))
            break;
    }
    end_statement(parser);
}

/* Several nodes of one statement. */
static struct node *
parse_several(struct parser *parser, void (*parse)(struct parser *, struct builder *))
{
    struct builder block = open_node(parser, NODE_BLOCK);

    parse(parser, &block);
    return close_node(parser, &block);
}

static struct node *
parse_expression_statement(struct parser *parser)
{
    struct node *node = parse_expression(parser);

    end_statement(parser);
    return node;
}

/* A name with which a statement begins that is not known by its first word alone. */
static struct node *
parse_word_statement(struct parser *parser)
{
    uint32_t code = parser->word.code;
    const struct word *next = peek(parser, 1);

    if (is_class(parser))
        return parse_class(parser);
    if (code == WORD_NAME && next->code == SIGN(':'))
        return parse_label(parser);
    if (code == WORD_FUNCTION &&
        (is_name(next) || (next->code == SIGN('&') && is_name(peek(parser, 2)))))
        return parse_function(parser);
    if (code == WORD_STATIC && next->code == WORD_VARIABLE)
        return parse_operands(parser, NODE_STATIC);
    if (code == WORD_UNSET && next->code == SIGN('('))
        return parse_unset(parser);
    if (code == WORD_NAMESPACE)
        return parse_namespace(parser);
    return parse_expression_statement(parser);
}

static struct node *
parse_any_statement(struct parser *parser)
{
    switch (parser->word.code) {
    case SIGN('{'):
        return parse_block(parser);
    case WORD_HTML:
        return leaf(parser, NODE_HTML, parser->word.text);
    case WORD_ECHO:
        return parse_operands(parser, NODE_ECHO);
    case WORD_IF:
        return parse_if(parser);
    case WORD_WHILE:
        return parse_while(parser);
    case WORD_DO:
        return parse_do(parser);
    case WORD_FOR:
        return parse_for(parser);
    case WORD_FOREACH:
        return parse_foreach(parser);
    case WORD_SWITCH:
        return parse_switch(parser);
    case WORD_TRY:
        return parse_try(parser);
    case WORD_RETURN:
        return parse_return(parser);
    case WORD_BREAK:
        return parse_break(parser, NODE_BREAK);
    case WORD_CONTINUE:
        return parse_break(parser, NODE_CONTINUE);
    case WORD_GLOBAL:
        return parse_operands(parser, NODE_GLOBAL);
    case WORD_GOTO:
        return parse_goto(parser);
    case WORD_DECLARE:
        return parse_declare(parser);
    case WORD_USE:
        return parse_several(parser, parse_uses);
    case WORD_CONST:
        advance(parser);
        return parse_several(parser, parse_constants);
    default:
        if (is_name(&parser->word))
            return parse_word_statement(parser);
        return parse_expression_statement(parser);
    }
}

static bool
holds_statements(uint32_t code)
{
    switch (code) {
    case SIGN('{'):
    case WORD_ABSTRACT:
    case WORD_CLASS:
    case WORD_DECLARE:
    case WORD_DO:
    case WORD_ENUM:
    case WORD_FINAL:
    case WORD_FOR:
    case WORD_FOREACH:
    case WORD_FUNCTION:
    case WORD_IF:
    case WORD_INTERFACE:
    case WORD_NAMESPACE:
    case WORD_SWITCH:
    case WORD_TRAIT:
    case WORD_TRY:
    case WORD_WHILE:
        return true;
    default:
        return false;
    }
}

struct node *
parse_statement(struct parser *parser)
{
    struct node *node;

    if (is_at(parser, SIGN2('#', '['))) {
        node = parse_attributes(parser);
        if (node)
            return node;
    }
    if (is_deep(parser) && holds_statements(parser->word.code))
        return error_new(parser);
    parser->nested++;
    node = parse_any_statement(parser);
    parser->nested--;
    return node;
}
