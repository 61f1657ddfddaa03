#ifndef SCAN_CLEAN_PIECE_H
#define SCAN_CLEAN_PIECE_H

/*
 * clean_piece - a PHP file in pieces, as coarse as cleaning needs them.
 *
 *     <?php a("x"); // y   →  OPEN BLANK WORD MARK STRING MARK MARK BLANK COMMENT
 *
 * Pure. Pieces cover the file without a gap; each is at least one byte; any bytes are a
 * valid input, read in linear time. For clean.c and nobody else: php/token.h is the
 * lexer.
 */

#include "base/str.h"

enum clean_piece_kind {
    PIECE_END,
    PIECE_HTML,
    PIECE_OPEN, /* "<?php", "<?=", "<?" */
    PIECE_CLOSE,
    PIECE_BLANK,
    PIECE_COMMENT,
    PIECE_STRING, /* quoted or heredoc, with its quotes */
    PIECE_WORD,
    PIECE_MARK, /* one byte of anything else */
    PIECE_DATA, /* what follows __halt_compiler */
};

struct clean_piece {
    enum clean_piece_kind kind;
    size_t begin, end;
};

struct clean_reader {
    struct str source;
    size_t at;
    bool is_php, is_halted;
};

/* The next piece; PIECE_END at the end, again and again. */
struct clean_piece clean_piece_next(struct clean_reader *reader);

bool clean_is_blank(char c);

#endif
