#include "php/parse.h"

#include <stdlib.h>

/*
 * Any bytes give a tree: no higher than its ceiling, no larger than the count says, with
 * heights that are right, lines within the file, and texts that lie in the source, in
 * the arena or are a copy no longer than the source. With little memory the same holds.
 */

static void
require(bool holds)
{
    if (!holds)
        abort();
}

struct facts {
    struct str source;
    uint32_t nodes, errors, lines;
};

/* In the source: inside of it. Elsewhere, in the arena: its bytes can be read. */
static void
check_text(const struct facts *facts, struct str text)
{
    uintptr_t begin = (uintptr_t)facts->source.data, at = (uintptr_t)text.data;
    volatile char sink = 0;

    if (text.len == 0)
        return;
    if (at >= begin && at < begin + facts->source.len)
        require(at + text.len <= begin + facts->source.len);
    sink = text.data[0];
    sink = text.data[text.len - 1];
    (void)sink;
}

static uint32_t
check_node(struct facts *facts, const struct node *node, uint32_t level)
{
    uint32_t height = 0;

    require(level <= PARSE_DEPTH_MAX && node->kind <= NODE_LABEL);
    require(node->line >= 1 && node->line <= facts->lines);
    facts->nodes++;
    facts->errors += node->kind == NODE_ERROR;
    check_text(facts, node->text);
    if (node->kind == NODE_STRING)
        check_text(facts, node->raw);
    for (const struct node *child = node->child; child; child = child->next) {
        uint32_t below = check_node(facts, child, level + 1) + 1;

        height = below > height ? below : height;
    }
    require(height == node->depth);
    return height;
}

static void
check(struct str source, struct parse_result result)
{
    struct facts facts = {.source = source, .lines = 1};

    for (size_t i = 0; i < source.len; i++)
        facts.lines += source.data[i] == '\n' || source.data[i] == '\r';
    if (!result.root) {
        require(result.is_cut);
        return;
    }
    require(result.root->kind == NODE_BLOCK && !result.root->next);
    (void)check_node(&facts, result.root, 0);
    require(facts.nodes <= result.nodes && result.nodes <= PARSE_NODES_MAX);
    require(facts.errors <= result.errors);
    /* No word makes more than a handful of nodes, wherever it stands. */
    require(result.nodes <= 16 + 8 * source.len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct arena *arena, *small;
    struct str source = {(const char *)data, size};

    if (!arena) {
        arena = arena_new(64 << 20);
        small = arena_new(3000);
    }
    arena_reset(arena);
    arena_reset(small);
    check(source, parse_file(source, arena));
    arena_reset(arena);
    check(source, parse_code(source, 1, arena));
    check(source, parse_code(source, 1, small));
    return 0;
}
