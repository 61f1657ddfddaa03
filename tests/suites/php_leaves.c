/*
 * php_leaves - what show_tokens.c prints, from the leaves of tree-sitter's PHP grammar.
 *
 * Not part of the build: php_tokens.py compiles it together with the grammar, where it
 * finds both. Files in which the grammar sees an error are printed as "! path".
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tree_sitter/api.h>

const TSLanguage *tree_sitter_php(void);

static const char *bytes;

/* The type "string" is a leaf of that name too, but not a named one. */
static bool
is_kind(TSNode node, const char *kind)
{
    return ts_node_is_named(node) && strcmp(ts_node_type(node), kind) == 0;
}

static void
print(char kind, size_t begin, size_t end)
{
    if (begin < end)
        printf("%c %zu %zu\n", kind, begin, end);
}

static bool
is_word(size_t begin, size_t end)
{
    for (size_t i = begin; i < end; i++) {
        unsigned char c = (unsigned char)bytes[i], lower = c | 0x20;

        if (!((lower >= 'a' && lower <= 'z') || c == '_' || c >= 0x80 ||
              (i > begin && c >= '0' && c <= '9')))
            return false;
    }
    return end > begin;
}

/* Has it nothing in it but text? */
static bool
is_plain(TSNode string)
{
    uint32_t count = ts_node_named_child_count(string);

    for (uint32_t i = 0; i < count; i++) {
        TSNode child = ts_node_named_child(string, i);

        if (!is_kind(child, "string_content") && !is_kind(child, "escape_sequence"))
            return false;
    }
    return true;
}

static bool
is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/*
 * Without blanks at both ends: the grammar gives those of text to nobody, and the line
 * end behind a comment that ends in "?" to the comment.
 */
static void
print_trimmed(char kind, size_t begin, size_t end)
{
    while (begin < end && is_blank(bytes[begin]))
        begin++;
    while (begin < end && is_blank(bytes[end - 1]))
        end--;
    print(kind, begin, end);
}

/* Prints the node if it is a piece of its own; false: look at what is in it. */
static bool
print_piece(TSNode node)
{
    size_t begin = ts_node_start_byte(node), end = ts_node_end_byte(node);

    if (is_kind(node, "text"))
        print_trimmed('t', begin, end);
    else if (is_kind(node, "comment"))
        print_trimmed('c', begin, end);
    else if (is_kind(node, "integer") || is_kind(node, "float"))
        print('d', begin, end);
    else if (is_kind(node, "variable_name"))
        print('v', begin, end);
    else if (is_kind(node, "string") || is_kind(node, "nowdoc"))
        print(is_kind(node, "string") ? 's' : 'h', begin, end);
    else if (is_kind(node, "encapsed_string") && is_plain(node))
        print('s', begin, end);
    else if (is_kind(node, "php_tag") || is_kind(node, "string_content") ||
             is_kind(node, "escape_sequence") || is_kind(node, "nowdoc_string") ||
             is_kind(node, "heredoc_start") || is_kind(node, "heredoc_end"))
        return true;
    else if (ts_node_child_count(node) == 0 && is_word(begin, end))
        print('n', begin, end);
    else
        return false;
    return true;
}

static void
walk(TSNode root)
{
    TSTreeCursor cursor = ts_tree_cursor_new(root);
    bool more = true;

    while (more) {
        TSNode node = ts_tree_cursor_current_node(&cursor);

        if (is_kind(node, "heredoc"))
            print('h', ts_node_start_byte(node), ts_node_end_byte(node));
        if (!print_piece(node) && ts_tree_cursor_goto_first_child(&cursor))
            continue;
        while (!ts_tree_cursor_goto_next_sibling(&cursor)) {
            more = ts_tree_cursor_goto_parent(&cursor);
            if (!more)
                break;
        }
    }
    ts_tree_cursor_delete(&cursor);
}

int
main(void)
{
    static char buffer[16 << 20], path[4096];
    TSParser *parser = ts_parser_new();

    if (!ts_parser_set_language(parser, tree_sitter_php()))
        return 1;
    bytes = buffer;
    while (fgets(path, sizeof(path), stdin)) {
        FILE *file;
        TSTree *tree;

        path[strcspn(path, "\n")] = '\0';
        file = fopen(path, "r");
        if (!file)
            continue;
        tree = ts_parser_parse_string(parser, NULL, buffer,
                                      (uint32_t)fread(buffer, 1, sizeof(buffer), file));
        fclose(file);
        printf("%c %s\n", ts_node_has_error(ts_tree_root_node(tree)) ? '!' : '=', path);
        walk(ts_tree_root_node(tree));
        ts_tree_delete(tree);
    }
    ts_parser_delete(parser);
    return 0;
}
