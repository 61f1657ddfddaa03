#ifndef PHP_AST_H
#define PHP_AST_H

/*
 * ast - the tree of a PHP file.
 *
 * A node has a kind, a text and children in a fixed order, given below; where an
 * optional child is absent stands a NODE_NONE, so that positions hold. The tree
 * lives in the arena of the file; texts point into the source or the arena.
 *
 * No tree is higher than PARSE_DEPTH_MAX, so that consumers may recurse. Therefore
 * long chains are flat: "a . b . c" is one NODE_BINARY with three operands, left to
 * right, and so are chains of "and" and of "or" (without brackets in between: those
 * of "a . (b . c)" are two nodes). What would still grow too high, as a long
 * "a - b - c" or "$a->b()->c()" does, is cut: an empty NODE_ERROR stands where the
 * lower part was, and that part is in a NODE_ERROR at the end of the file.
 */

#include "base/str.h"

enum node_kind {
    NODE_NONE,
    NODE_ERROR, /* what could not be parsed; children: what could be, inside it */

    /* Expressions */
    NODE_STRING,          /* text: its bytes, escapes resolved. raw: as written, with quotes */
    NODE_INTEGER,         /* number; text as written */
    NODE_FLOAT,           /* text as written */
    NODE_TEMPLATE,        /* "a$b": parts, NODE_STRING and expressions */
    NODE_SHELL,           /* `…`: parts */
    NODE_VARIABLE,        /* text: name without "$" */
    NODE_VARIABLE_OF,     /* $$x, ${expr}: expr */
    NODE_NAME,            /* a constant, class or function name as written; leading "\" kept */
    NODE_ARRAY,           /* items; also list(…) and […] as a target */
    NODE_ITEM,            /* key or NONE, value or NONE. op: '&' by reference, '.' spread */
    NODE_INDEX,           /* base, index or NONE */
    NODE_PROPERTY,        /* object, name: NODE_NAME or an expression. op '?' null-safe */
    NODE_STATIC_PROPERTY, /* class, NODE_VARIABLE or expression */
    NODE_CLASS_CONSTANT,  /* class; text: name ("class" for Foo::class). Foo::{expr}: class, expr */
    NODE_CALL,            /* callee: NODE_NAME or an expression; arguments */
    NODE_METHOD_CALL,     /* object, name: NODE_NAME or an expression; arguments. op '?' */
    NODE_STATIC_CALL,     /* class, name: NODE_NAME or an expression; arguments */
    NODE_NEW,             /* class: NODE_NAME, expression or NODE_CLASS; arguments */
    NODE_ARGUMENT,        /* value, NONE in f(...). text: name of a named one. op: '.' spread */
    NODE_BINARY,          /* left, right; of '.', OP_AND, OP_OR two or more. op: enum node_op */
    NODE_UNARY,           /* operand; op: '!', '-', '+', '~', '@', '&' */
    NODE_ASSIGN,          /* target, value; op: 0 or the operator of a compound assignment */
    NODE_ASSIGN_REFERENCE, /* target, source */
    NODE_STEP,             /* operand; op '+' or '-': ++ and -- of either side */
    NODE_TERNARY,          /* condition, then or NONE for ?:, else */
    NODE_CAST,             /* operand; op: enum node_cast */
    NODE_ISSET,            /* operands */
    NODE_EMPTY,            /* operand */
    NODE_EXIT,             /* exit, die: operand or NONE */
    NODE_PRINT,            /* operand */
    NODE_EVAL,             /* operand */
    NODE_INCLUDE,          /* operand; op 'i' include or 'r' require, _once alike */
    NODE_CLONE,            /* operand */
    NODE_THROW,            /* operand */
    NODE_YIELD,            /* operand or NONE, key where there is one */
    NODE_MATCH,            /* subject, NODE_MATCH_ARM… */
    NODE_MATCH_ARM,        /* NODE_ARRAY of conditions (no items) or NONE for default, value */
    NODE_INSTANCEOF,       /* operand, class */
    /*
     * NODE_PARAMETERS, NODE_ARRAY of used variables (no items; op '&' by reference) or
     * NONE, body. op 'f' for fn () => body, whose body is the expression it returns.
     */
    NODE_CLOSURE,

    /* Statements; an expression stands as a statement by itself */
    NODE_BLOCK,      /* statements */
    NODE_HTML,       /* text: outside of PHP */
    NODE_ECHO,       /* operands; also <?= */
    NODE_IF,         /* condition, then, [condition, then]… for elseif, else or NONE */
    NODE_WHILE,      /* condition, body */
    NODE_DO,         /* body, condition */
    NODE_FOR,        /* NODE_BLOCK of first, of condition, of step; body */
    NODE_FOREACH,    /* subject, key or NONE, value, body */
    NODE_SWITCH,     /* subject, NODE_CASE… */
    NODE_CASE,       /* condition or NONE for default, NODE_BLOCK */
    NODE_TRY,        /* block, finally or NONE, NODE_CATCH… */
    NODE_CATCH,      /* NODE_VARIABLE or NONE, block; text: the first class named */
    NODE_RETURN,     /* operand or NONE */
    NODE_BREAK,      /* number: levels, 1 when not written */
    NODE_CONTINUE,   /* number: levels */
    NODE_GLOBAL,     /* variables */
    NODE_STATIC,     /* NODE_ASSIGN or NODE_VARIABLE each: static variables */
    NODE_UNSET,      /* operands */
    NODE_FUNCTION,   /* NODE_PARAMETERS, body or NONE; text: name. Methods, property hooks alike */
    NODE_PARAMETERS, /* NODE_PARAMETER… */
    NODE_PARAMETER,  /* default or NONE, hooks; text: name. op '&' by reference, '.' variadic */
    NODE_CLASS,      /* members; text: name, empty for an anonymous one. parent: text */
    NODE_MEMBER,     /* property: default or NONE, hooks; text: name without "$". op 's' static */
    NODE_CONSTANT,   /* value or NONE; text: name. const (in a file in a NODE_BLOCK), enum case */
    NODE_NAMESPACE,  /* block or NONE; text: name */
    NODE_USE,        /* text: as imported, parent: alias; in a NODE_BLOCK. In a class: a trait */
    NODE_DECLARE,    /* statement or NONE */
    NODE_GOTO,       /* text: label */
    NODE_LABEL,      /* text: label */
};

/* Operators of one character are that character; the others: */
enum node_op {
    OP_AND = 128, /* &&, and */
    OP_OR,        /* ||, or */
    OP_XOR,       /* xor */
    OP_EQUAL,     /* == */
    OP_NOT_EQUAL, /* !=, <> */
    OP_SAME,      /* === */
    OP_NOT_SAME,  /* !== */
    OP_LESS_EQUAL,
    OP_MORE_EQUAL,
    OP_SPACESHIP,
    OP_SHIFT_LEFT,
    OP_SHIFT_RIGHT,
    OP_POWER,
    OP_COALESCE, /* ?? */
    OP_PIPE,     /* |> of PHP 8.5 */
};

enum node_cast {
    CAST_INTEGER = 1,
    CAST_FLOAT,
    CAST_STRING,
    CAST_BOOL,
    CAST_ARRAY,
    CAST_OBJECT,
    CAST_UNSET,
};

/* 56 bytes; the arena gives it 64. */
struct node {
    uint8_t kind; /* enum node_kind */
    uint8_t op;
    uint16_t depth; /* height of the tree below it, capped at UINT16_MAX */
    uint32_t line;
    struct str text;
    union {
        int64_t number;    /* NODE_INTEGER, NODE_BREAK, NODE_CONTINUE */
        struct str raw;    /* NODE_STRING: as written */
        struct str parent; /* NODE_CLASS: what it extends; NODE_USE: alias. Empty without */
    };
    struct node *child, *next;
};

/* The child at `index`; a NODE_NONE that nobody owns where there are fewer. Never NULL. */
const struct node *node_child(const struct node *node, uint32_t index);

uint32_t node_count(const struct node *node);

#endif
