#ifndef PHP_TOKEN_H
#define PHP_TOKEN_H

/*
 * token - a PHP file cut into tokens, as PHP's own lexer cuts it.
 *
 *     <?php $a = 'x' . "y$b";   →  OPEN_TAG VARIABLE '=' STRING '.' TEMPLATE_BEGIN … ';'
 *
 * Pure: no allocation. A token is a slice of the caller's bytes. Any bytes are a
 * valid input: what PHP would refuse becomes TOKEN_BAD, one byte long, and the
 * lexer goes on behind it. Tokens cover the file without a gap and without
 * overlap, blanks and comments being tokens too; each is at least one byte.
 * Source of the rules: Zend/zend_language_scanner.l of PHP 8.4, and what older
 * versions took (`<%` is not PHP since 7.0 and is read as HTML; `<script language="php">`,
 * `${expr}` and `$a{0}` are read). "<?" is taken for PHP as where short
 * tags are on, but for "<?xml". A file takes a number of steps linear in its bytes.
 */

#include "base/str.h"

enum token_kind {
    TOKEN_END, /* behind the last byte; empty */
    TOKEN_HTML,
    TOKEN_OPEN_TAG,  /* "<?php" with the one blank behind it, "<?" */
    TOKEN_OPEN_ECHO, /* "<?=" */
    TOKEN_CLOSE_TAG, /* "?>" with the newline that PHP swallows */
    TOKEN_BLANK,
    TOKEN_COMMENT,  /* #, //, and block comments; an attribute "#[" is punctuation */
    TOKEN_VARIABLE, /* "$name" */
    TOKEN_NAME,     /* identifiers, keywords, and names with backslashes: "Foo\Bar" */
    TOKEN_INTEGER,
    TOKEN_FLOAT,
    TOKEN_STRING, /* '…', or "…" and heredoc without variables: one token with its quotes */
    /*
     * `"` of a string with variables, "<<<X\n" of a heredoc, "`" in any case. Then parts,
     * variables, "$a[0]" and "$a->b" as VARIABLE and what belongs to it, "{" or "${", code
     * and "}".
     */
    TOKEN_TEMPLATE_BEGIN,
    TOKEN_TEMPLATE_PART, /* literal bytes inside a template, as written */
    TOKEN_TEMPLATE_END,  /* the closing quote; of a heredoc "\n  X" */
    TOKEN_PUNCTUATION,   /* operators and brackets, the longest that fits: "===", "??=", "->" */
    TOKEN_CAST,          /* "(int)" with its blanks */
    TOKEN_BAD,
};

struct token {
    enum token_kind kind;
    uint32_t line; /* of its first byte, from 1 */
    struct str text;
};

/* How deep templates and the braces in them may nest; beyond, a template is read as a string. */
#define TOKEN_DEPTH_MAX 64

struct token_reader {
    const char *begin, *at, *end;
    uint32_t line;
    uint32_t depth;
    uint8_t halt;   /* how much of "__halt_compiler();" was read */
    bool is_member; /* behind "->": what follows is no keyword */
    struct token_frame {
        uint8_t state;    /* the reader's own */
        uint32_t braces;  /* open in this frame */
        struct str label; /* of a heredoc */
    } frames[TOKEN_DEPTH_MAX];
};

/* Reads `source` as a file, that is from HTML on. */
void token_reader_init(struct token_reader *reader, struct str source);

/* The same from inside PHP: for code that was a string, as eval gets it. */
void token_reader_init_code(struct token_reader *reader, struct str code);

/* The next token. At the end TOKEN_END, again and again. */
struct token token_next(struct token_reader *reader);

#endif
