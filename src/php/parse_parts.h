#ifndef PHP_PARSE_PARTS_H
#define PHP_PARSE_PARTS_H

/*
 * parse_parts - what the files of the parser share. Private to them.
 *
 * Every function that parses begins at parser->word and leaves it behind what it
 * took. It may take nothing, when what stands there does not fit; whoever loops
 * sees to it that each round takes a token. Nobody goes back: a file takes a
 * number of steps linear in its tokens.
 *
 * Depth. `depth` counts the nodes that are open above the one to come, `nested`
 * the calls of the recursive functions. parse_binary refuses to go deeper than the
 * ceilings, taking nothing, and the statement in which that happened is ended there:
 * what follows is parsed as the next one. Blocks and statements that hold others are
 * refused earlier, so that in the deepest block there is always room for expressions:
 * their "if", "{" and the like are passed over there, and what is in them is found. A tree that
 * grows upwards, as "a - b - c" does, is cut in wrap(): what would come to lie too deep is hung
 * into the file's last node, and an empty NODE_ERROR takes its place.
 */

#include "php/parse.h"
#include "php/token.h"

/* Some room for nodes between two calls that look at the ceiling. */
#define DEPTH_MAX (PARSE_DEPTH_MAX - 8)
#define NESTED_MAX PARSE_DEPTH_MAX

/* What is left for an expression in the deepest block. */
#define EXPRESSION_ROOM 64

/* What a word is, in one number: punctuation is its bytes, the others are below. */
#define SIGN(a) ((uint32_t)(a))
#define SIGN2(a, b) ((uint32_t)(a) | (uint32_t)(b) << 8)
#define SIGN3(a, b, c) (SIGN2(a, b) | (uint32_t)(c) << 16)

enum word_code {
    WORD_END = 1 << 24,
    WORD_HTML,
    WORD_CLOSE_TAG,
    WORD_VARIABLE,
    WORD_INTEGER,
    WORD_FLOAT,
    WORD_STRING,
    WORD_TEMPLATE_BEGIN,
    WORD_TEMPLATE_PART,
    WORD_TEMPLATE_END,
    WORD_CAST,
    WORD_NAME, /* this and all above: names */
    WORD_ABSTRACT,
    WORD_AND,
    WORD_ARRAY,
    WORD_AS,
    WORD_BREAK,
    WORD_CASE,
    WORD_CATCH,
    WORD_CLASS,
    WORD_CLONE,
    WORD_CONST,
    WORD_CONTINUE,
    WORD_DECLARE,
    WORD_DEFAULT,
    WORD_DO,
    WORD_ECHO,
    WORD_ELSE,
    WORD_ELSEIF,
    WORD_EMPTY,
    WORD_ENDDECLARE,
    WORD_ENDFOR,
    WORD_ENDFOREACH,
    WORD_ENDIF,
    WORD_ENDSWITCH,
    WORD_ENDWHILE,
    WORD_ENUM,
    WORD_EVAL,
    WORD_EXIT,
    WORD_EXTENDS,
    WORD_FINAL,
    WORD_FINALLY,
    WORD_FN,
    WORD_FOR,
    WORD_FOREACH,
    WORD_FROM,
    WORD_FUNCTION,
    WORD_GLOBAL,
    WORD_GOTO,
    WORD_IF,
    WORD_IMPLEMENTS,
    WORD_INCLUDE,
    WORD_INSTANCEOF,
    WORD_INSTEADOF,
    WORD_INTERFACE,
    WORD_ISSET,
    WORD_LIST,
    WORD_MATCH,
    WORD_NAMESPACE,
    WORD_NEW,
    WORD_OR,
    WORD_PRINT,
    WORD_PRIVATE,
    WORD_PROTECTED,
    WORD_PUBLIC,
    WORD_READONLY,
    WORD_REQUIRE,
    WORD_RETURN,
    WORD_STATIC,
    WORD_SWITCH,
    WORD_THROW,
    WORD_TRAIT,
    WORD_TRY,
    WORD_UNSET,
    WORD_USE,
    WORD_VAR,
    WORD_WHILE,
    WORD_XOR,
    WORD_YIELD,
};

struct word {
    uint32_t code; /* SIGN or enum word_code */
    uint32_t line;
    struct str text;
};

#define AHEAD_MAX 2

/* Where the parser is. */
struct parser_place {
    struct token_reader reader;
    struct word word; /* the current one */
    struct word ahead[AHEAD_MAX];
    uint32_t ahead_count;
};

struct parser {
    struct token_reader reader;
    struct arena *arena;
    struct word word; /* the current one */
    struct word ahead[AHEAD_MAX];
    uint32_t ahead_count;
    struct parser_place *cut_at; /* where the room ended; NULL: not to be kept */
    uint32_t first_line;         /* of the code, less one */
    uint32_t nodes, errors;
    uint32_t depth, nested;
    bool is_cut;
    bool is_new;     /* in the class of new, in which "(" begins the arguments of new */
    bool is_default; /* in the default of a property, behind which "{" begins hooks */
    struct node *torn, *torn_last; /* the file's last node, and the last in that */
    struct node spare; /* in place of nodes that there is no room for; never in the tree */
};

/* A node under construction. */
struct builder {
    struct node *node;
    struct node *last; /* of its children */
};

/* The code of a name: a keyword's, or WORD_NAME. */
uint32_t word_code(struct str name);

/* Words. */
void advance(struct parser *parser);
const struct word *peek(struct parser *parser, uint32_t count); /* 1 is the next, 2 behind it */
bool accept(struct parser *parser, uint32_t code);              /* takes it if it is there */

static inline bool
is_at(const struct parser *parser, uint32_t code)
{
    return parser->word.code == code;
}

/* May no further block, or statement with others in it, be opened? */
static inline bool
is_deep(const struct parser *parser)
{
    return parser->depth >= DEPTH_MAX - EXPRESSION_ROOM ||
           parser->nested >= NESTED_MAX - EXPRESSION_ROOM;
}

static inline bool
is_name(const struct word *word)
{
    return word->code >= WORD_NAME;
}

/* Takes a name of any kind, keywords too; empty where there is none. */
struct str take_name(struct parser *parser);

/* Nodes. node_new and leaf make one without children, the latter taking the current word. */
struct node *node_new(struct parser *parser, enum node_kind kind);
struct node *leaf(struct parser *parser, enum node_kind kind, struct str text);
struct node *error_new(struct parser *parser);
struct builder open_node(struct parser *parser, enum node_kind kind);
struct builder wrap(struct parser *parser, enum node_kind kind, struct node *first);
struct node *tear_off(struct parser *parser, struct node *node); /* what takes its place */
void add(struct parser *parser, struct builder *builder, struct node *child);
void add_none(struct parser *parser, struct builder *builder);
struct node *close_node(struct parser *parser, struct builder *builder);

/* Expressions. */
enum precedence {
    PRECEDENCE_NONE,
    PRECEDENCE_OR_WORD,
    PRECEDENCE_XOR_WORD,
    PRECEDENCE_AND_WORD,
    PRECEDENCE_ASSIGN, /* print, yield, =>, = */
    PRECEDENCE_TERNARY,
    PRECEDENCE_COALESCE,
    PRECEDENCE_OR,
    PRECEDENCE_AND,
    PRECEDENCE_BIT_OR,
    PRECEDENCE_BIT_XOR,
    PRECEDENCE_BIT_AND,
    PRECEDENCE_EQUAL,
    PRECEDENCE_LESS,
    PRECEDENCE_PIPE,
    PRECEDENCE_CONCAT,
    PRECEDENCE_SHIFT,
    PRECEDENCE_ADD,
    PRECEDENCE_MULTIPLY,
    PRECEDENCE_NOT,
    PRECEDENCE_INSTANCEOF,
    PRECEDENCE_SIGN,
    PRECEDENCE_POWER,
};
#define PRECEDENCE_LOWEST PRECEDENCE_OR_WORD

struct node *parse_binary(struct parser *parser, enum precedence least);
struct node *parse_prefix(struct parser *parser); /* an operand with what is before it */
struct node *parse_operand(struct parser *parser);
struct node *parse_postfix(struct parser *parser, struct node *base);
struct node *parse_variable(struct parser *parser); /* $a, $$a, ${expr} */
void parse_arguments(struct parser *parser, struct builder *call);
struct node *parse_new(struct parser *parser);
struct node *parse_string(struct parser *parser);
struct node *parse_template(struct parser *parser);

static inline struct node *
parse_expression(struct parser *parser)
{
    return parse_binary(parser, PRECEDENCE_LOWEST);
}

/* Functions and classes. */
struct node *parse_attributes(struct parser *parser); /* NULL, or what turned out as code */
void skip_attributes(struct parser *parser);
struct node *parse_closure(struct parser *parser);
struct node *parse_function(struct parser *parser);
void parse_class_body(struct parser *parser, struct builder *builder);
bool is_class(struct parser *parser);
struct node *parse_class(struct parser *parser);
void skip_type(struct parser *parser);
bool skip_modifiers(struct parser *parser); /* true: "static" is one */
struct node *parse_parameters(struct parser *parser);
void parse_constants(struct parser *parser, struct builder *builder);
void parse_hooks(struct parser *parser, struct builder *member);

/* Statements. */
struct node *parse_statement(struct parser *parser);
struct node *parse_block(struct parser *parser);
void parse_uses(struct parser *parser, struct builder *builder);

/* Adds statements until `is_end` says so of the word, or the end. Takes all that it meets. */
void parse_statements(struct parser *parser, struct builder *builder,
                      bool (*is_end)(uint32_t code));
bool ends_block(uint32_t code);

/* Adds what stands here, and takes at least one word. */
void add_statement(struct parser *parser, struct builder *builder);

/* ";" or "?>", where it is there. */
void end_statement(struct parser *parser);

#endif
