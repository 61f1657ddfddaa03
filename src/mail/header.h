#ifndef MAIL_HEADER_H
#define MAIL_HEADER_H

/*
 * header - the header fields of a mail, one at a time (RFC 5322 section 2.2).
 *
 *     Subject: first line
 *      and its folded rest
 *
 * Pure. Slices point into the message. Lines may end in LF or CR LF. The block
 * ends at an empty line, at a line that is no field, at HEADER_FIELDS_MAX fields
 * or at HEADER_BYTES_MAX bytes, whatever comes first; hostile bytes within a
 * value are passed on as they are.
 */

#include "base/arena.h"
#include "base/str.h"

#define HEADER_FIELDS_MAX 1000
#define HEADER_BYTES_MAX ((size_t)512 * 1024)

struct header_field {
    struct str name;  /* "Subject", as written */
    struct str value; /* raw: still folded, without the last line end */
};

struct header_reader {
    struct str rest;      /* what was not read yet; the body once header_next said false */
    const char *start;    /* where the first field begins */
    uint32_t field_count; /* read so far */
    bool is_over;         /* a limit ended the block */
};

/* Whether the text begins with mbox's "From anna@…" line; "From : anna@…" is a field, as it was
 * written once (RFC 5322 section 4.5). */
bool header_is_separator(struct str text);

/* Starts at the first field: a byte order mark, empty lines and an mbox "From " line are passed. */
void header_init(struct header_reader *reader, struct str message);

/* The next field; false at the end of the block, `rest` is then the body. */
bool header_next(struct header_reader *reader, struct header_field *ret_field);

/* The raw value of the first field of that name, case ignored; empty when there is none. */
struct str header_find(struct str message, struct str name);

/* What follows the header block of a message. */
struct str header_body(struct str message);

/* `value` in one line: line ends are gone, the blanks after them are one. Copied only when folded.
 */
struct str header_unfold(struct str value, struct arena *arena);

/* The next line without its end, CR included; false when `text` is empty. */
bool header_line(struct str *text, struct str *ret_line);

#endif
