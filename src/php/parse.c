#include "php/parse_parts.h"

/* There is no room for more: all that is open is closed at once. */
static struct node *
cut(struct parser *parser)
{
    if (parser->cut_at && !parser->is_cut) {
        parser->cut_at->reader = parser->reader;
        parser->cut_at->word = parser->word;
        memcpy(parser->cut_at->ahead, parser->ahead, sizeof(parser->ahead));
        parser->cut_at->ahead_count = parser->ahead_count;
    }
    parser->is_cut = true;
    parser->reader.at = parser->reader.end;
    parser->ahead_count = 0;
    parser->word.code = WORD_END;
    parser->spare = (struct node){.kind = NODE_ERROR};
    return &parser->spare;
}

struct node *
node_new(struct parser *parser, enum node_kind kind)
{
    struct node *node = NULL;

    if (parser->nodes < PARSE_NODES_MAX)
        node = ARENA_NEW(parser->arena, struct node);
    if (!node)
        return cut(parser);
    parser->nodes++;
    node->kind = (uint8_t)kind;
    node->line = parser->word.line;
    return node;
}

struct node *
leaf(struct parser *parser, enum node_kind kind, struct str text)
{
    struct node *node = node_new(parser, kind);

    node->text = text;
    advance(parser);
    return node;
}

struct node *
error_new(struct parser *parser)
{
    struct node *node = node_new(parser, NODE_ERROR);

    if (node != &parser->spare)
        parser->errors++;
    return node;
}

struct builder
open_node(struct parser *parser, enum node_kind kind)
{
    struct builder builder = {.node = node_new(parser, kind)};
    parser->depth++;
    return builder;
}

void
add(struct parser *parser, struct builder *builder, struct node *child)
{
    if (child == &parser->spare || builder->node == &parser->spare)
        return;
    if (builder->last)
        builder->last->next = child;
    else
        builder->node->child = child;
    builder->last = child;
    if (builder->node->depth <= child->depth)
        builder->node->depth = (uint16_t)(child->depth + 1);
}

void
add_none(struct parser *parser, struct builder *builder)
{
    add(parser, builder, node_new(parser, NODE_NONE));
}

struct node *
close_node(struct parser *parser, struct builder *builder)
{
    parser->depth--;
    return builder->node;
}

/* Hangs a node into the file's last node; what stands in its place is empty. */
struct node *
tear_off(struct parser *parser, struct node *node)
{
    if (!parser->torn) {
        struct node *torn = error_new(parser);

        if (torn == &parser->spare)
            return torn;
        parser->torn = torn;
    }
    if (node != &parser->spare) {
        if (parser->torn_last)
            parser->torn_last->next = node;
        else
            parser->torn->child = node;
        parser->torn_last = node;
        if (parser->torn->depth <= node->depth)
            parser->torn->depth = (uint16_t)(node->depth + 1);
    }
    return error_new(parser);
}

struct builder
wrap(struct parser *parser, enum node_kind kind, struct node *first)
{
    struct builder builder;
    uint32_t line = first->line;

    if (parser->depth + first->depth >= DEPTH_MAX)
        first = tear_off(parser, first);
    builder = open_node(parser, kind);
    builder.node->line = line;
    add(parser, &builder, first);
    return builder;
}

static bool
never_ends(uint32_t code)
{
    (void)code;
    return false;
}

static struct parse_result
parse(struct parser *parser)
{
    struct builder root = open_node(parser, NODE_BLOCK);

    root.node->line = parser->first_line + 1;
    if (root.node == &parser->spare)
        return (struct parse_result){.is_cut = true};
    if (!parser->word.text.data)
        advance(parser);
    parse_statements(parser, &root, never_ends);
    if (parser->torn)
        add(parser, &root, parser->torn);
    (void)close_node(parser, &root);
    return (struct parse_result){root.node, parser->nodes, parser->errors, parser->is_cut};
}

struct parse_result
parse_file(struct str source, struct arena *arena)
{
    struct parser parser = {.arena = arena};

    token_reader_init(&parser.reader, source);
    return parse(&parser);
}

struct parse_result
parse_code(struct str code, uint32_t line, struct arena *arena)
{
    struct parser parser = {.arena = arena, .first_line = line ? line - 1 : 0};

    token_reader_init_code(&parser.reader, code);
    return parse(&parser);
}

/* A file in pieces: the place is all that outlives one. */
struct parse_pieces {
    struct parser_place place;
    struct str source;
    bool is_begun;
};

struct parse_pieces *
parse_pieces_new(struct str source, struct arena *arena)
{
    struct parse_pieces *pieces = ARENA_NEW(arena, struct parse_pieces);

    if (pieces)
        pieces->source = source;
    return pieces;
}

struct parse_result
parse_pieces_next(struct parse_pieces *pieces, struct arena *arena)
{
    struct parser parser = {.arena = arena, .cut_at = &pieces->place};

    if (pieces->is_begun) {
        parser.reader = pieces->place.reader;
        parser.word = pieces->place.word;
        memcpy(parser.ahead, pieces->place.ahead, sizeof(parser.ahead));
        parser.ahead_count = pieces->place.ahead_count;
    } else {
        token_reader_init(&parser.reader, pieces->source);
    }
    pieces->is_begun = true;
    return parse(&parser);
}
