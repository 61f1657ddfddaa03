#ifndef PHP_PARSE_H
#define PHP_PARSE_H

/*
 * parse - bytes of a PHP file into its tree. Any bytes give a tree.
 *
 * Recursive descent with PHP's own precedences. What does not fit becomes
 * NODE_ERROR and parsing goes on at the next token that can begin something, so
 * that a broken or deliberately odd file still shows the calls that are in it.
 * Pure; the tree is owned by the arena.
 */

#include "base/arena.h"
#include "php/ast.h"

#define PARSE_DEPTH_MAX 200          /* height of the tree; see ast.h for what lies beyond */
#define PARSE_NODES_MAX (400 * 1000) /* 26 MB */

struct parse_result {
    struct node *root; /* NODE_BLOCK; NULL only when the arena has no room for one node */
    uint32_t nodes;
    uint32_t errors; /* places that did not fit */
    bool is_cut;     /* a ceiling was met: what lies behind it is not in the tree */
};

struct parse_result parse_file(struct str source, struct arena *arena);

/*
 * A file too large for one tree, tree by tree: each begins at the very word where the
 * one before was cut, whatever that word was inside of. Between two the arena may be
 * released to a mark that was made after parse_pieces_new().
 */
struct parse_pieces;

struct parse_pieces *parse_pieces_new(struct str source, struct arena *arena); /* NULL: no room */

/* The next one; the last when it is not cut. */
struct parse_result parse_pieces_next(struct parse_pieces *pieces, struct arena *arena);

/* Code as eval gets it: from inside PHP on. `line` is the first line's number. */
struct parse_result parse_code(struct str code, uint32_t line, struct arena *arena);

#endif
