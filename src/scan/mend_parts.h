#ifndef SCAN_MEND_PARTS_H
#define SCAN_MEND_PARTS_H

/*
 * mend_parts - what the parts of mend share; for src/scan/mend*.c alone.
 *
 *     mend.c        again and again: find, cut, examine
 *     mend_code.c   pieces, statements, scopes
 *     mend_grow.c   an injection grown over what belongs to it
 *     mend_work.c   is this somebody's work?
 */

#include "scan/clean_piece.h"
#include "scan/mend.h"

/* A piece of code, of a tag or of HTML; blanks and comments are left out. */
struct mend_piece {
    struct clean_piece piece;
    uint32_t scope; /* of variables: 0 outside of functions */
};

struct mend_code {
    struct str source;
    struct mend_piece *pieces;
    uint32_t count;
    bool is_halted; /* __halt_compiler: offsets in the file mean something */
};

/* Pieces from first to last. */
struct mend_run {
    uint32_t first, last;
};

/* False: too many pieces, or no room. */
bool mend_code_read(struct str source, struct arena *arena, struct mend_code *ret_code);

struct str mend_text(const struct mend_code *code, uint32_t at);
bool mend_is_mark(const struct mend_code *code, uint32_t at, char mark);
bool mend_is_code(const struct mend_code *code, uint32_t at);

/* The innermost statement that a piece of code is in. */
struct mend_run mend_statement(const struct mend_code *code, uint32_t at);

/*
 * The statement with what belongs to it. False: other code of the file uses it, or is
 * used by it, so that it is no injection.
 */
bool mend_grow(const struct mend_code *code, struct mend_run *run, struct arena *arena);

/* A program or a page that a site would miss. `was_inside`: the injection was in a function. */
bool mend_is_work(const struct mend_code *code, bool was_inside);

/* By its name and by what only that file says. */
bool mend_is_needed(const struct subject *subject);

#endif
