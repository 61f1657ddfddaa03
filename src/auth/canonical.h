#ifndef AUTH_CANONICAL_H
#define AUTH_CANONICAL_H

/*
 * canonical - the form in which a mail is hashed (RFC 6376 section 3.4).
 *
 *     "Subject:  Rechnung \r\n  4711\r\n"  relaxed→  "subject:Rechnung 4711\r\n"
 *     "a \t b  \n\n\n"                     relaxed→  "a b\r\n"
 *
 * Both forms end lines with CR LF; a bare LF ends a line, too, so that files read as what was
 * sent. A bare CR is a byte like others. Bodies come in pieces of any size: the result
 * is that of the whole, and no line has a length that matters.
 *
 * Pure; what is written goes to the caller's function in pieces of at most CANONICAL_PIECE.
 */

#include "base/str.h"

#define CANONICAL_PIECE 4096

enum canonical_form {
    CANONICAL_SIMPLE,
    CANONICAL_RELAXED,
};
#define CANONICAL_FORMS 2

struct canonical_writer {
    void (*put)(void *context, struct str bytes);
    void *context;
    size_t len;
    char room[CANONICAL_PIECE];
};

void canonical_writer_init(struct canonical_writer *writer,
                           void (*put)(void *context, struct str bytes), void *context);

/* Hands over what waits in the room. */
void canonical_flush(struct canonical_writer *writer);

/*
 * One header field: `field` is "Name: value", folded as it came, without its last line end. Of
 * it `hole`, a slice of the value, is left out: where a signature's own b= stands. Writes no
 * line end behind it.
 */
void canonical_header(struct canonical_writer *writer, enum canonical_form form, struct str field,
                      struct str hole);

/* The line end behind a field. */
void canonical_line_end(struct canonical_writer *writer);

struct canonical_body {
    struct canonical_writer writer;
    enum canonical_form form;
    uint64_t length;      /* bytes written */
    uint64_t empty_lines; /* seen, and written only when something follows */
    bool has_cr;          /* the last byte was a CR: an LF may follow */
    bool has_blank;       /* relaxed: blanks were seen in this line, and not written */
    bool has_line;        /* something of this line was written */
};

void canonical_body_init(struct canonical_body *body, enum canonical_form form,
                         void (*put)(void *context, struct str bytes), void *context);
void canonical_body_add(struct canonical_body *body, struct str piece);
/* `length` is final then. */
void canonical_body_end(struct canonical_body *body);

#endif
