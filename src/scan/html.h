#ifndef SCAN_HTML_H
#define SCAN_HTML_H

/*
 * html - tags of a page or template, however broken it is.
 *
 *     <form action="/send.php"> <input name='phone' required> Телефон </form>
 *
 * Pure; a reader allocates nothing. Any bytes are a valid input: what is no tag is
 * text. Pieces cover the input without a gap and without overlap; each is at least
 * one byte. A file takes a number of steps linear in its bytes.
 *
 * Of PHP, html_flatten leaves what gets onto the page as far as it is written there:
 * HTML, and strings that hold tags or addresses. All other code is blanks, so that offsets
 * and lines stay those of the file.
 */

#include "base/arena.h"

/* A longer tag is text. */
#define HTML_TAG_BYTES_MAX 16384

enum html_kind {
    HTML_END, /* behind the last byte; empty */
    HTML_TEXT,
    HTML_OPEN,
    HTML_CLOSE,
    HTML_COMMENT, /* "<!-- … -->", "<!doctype …>" */
    HTML_CODE,    /* all that is in a script or style element */
};

struct html_piece {
    enum html_kind kind;
    size_t offset;
    struct str text;       /* all of it */
    struct str name;       /* OPEN, CLOSE: of the element; CODE: "script" or "style" */
    struct str attributes; /* OPEN: what stands behind the name */
};

struct html_reader {
    struct str source;
    size_t at;
    size_t plain_until; /* up to here, quotes in tags are letters */
    struct str code;    /* the element whose text comes next and is no HTML */
};

void html_reader_init(struct html_reader *reader, struct str source);

/* The next piece. At the end HTML_END, again and again. */
struct html_piece html_next(struct html_reader *reader);

/* Takes the first attribute off `attributes`; false when there is none. A value is without quotes,
 * blanks and backslashes around it; empty without one. */
bool html_attribute_next(struct str *attributes, struct str *ret_name, struct str *ret_value);

/* The value of an attribute, named in lower case; false without such an attribute. */
bool html_attribute(struct str attributes, const char *name, struct str *ret_value);

/* As long as `source`, which is returned itself where it has no PHP, or where the arena is full. */
struct str html_flatten(struct str source, struct arena *arena);

#endif
