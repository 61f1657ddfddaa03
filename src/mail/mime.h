#ifndef MAIL_MIME_H
#define MAIL_MIME_H

/*
 * mime - walk over the parts of a mail (RFC 2045, RFC 2046).
 *
 * Leaves come in the order of the message; a multipart is entered, a
 * message/rfc822 is a leaf. One pass: a part ends at the first boundary of any
 * multipart it lies in, so a missing end boundary costs nothing.
 *
 * Pure. Slices point into the message. A mail that is no multipart is one part.
 */

#include "base/arena.h"
#include "base/str.h"

#define MIME_DEPTH_MAX 8
#define MIME_PARTS_MAX 200

struct mime_part {
    struct str headers;     /* the part's own header block, and what follows it */
    struct str type;        /* "text/plain", as written; empty: not stated */
    struct str parameters;  /* what follows the type: "; charset=utf-8" */
    struct str encoding;    /* Content-Transfer-Encoding */
    struct str description; /* Content-Description */
    struct str body;        /* not decoded */
    uint32_t depth;         /* multiparts around it */
};

struct mime_walk {
    struct str rest;
    struct str boundaries[MIME_DEPTH_MAX];
    uint32_t depth, part_count;
    bool is_over; /* a limit ended the walk */
};

void mime_init(struct mime_walk *walk, struct str message);

/* The next leaf; false at the end. */
bool mime_next(struct mime_walk *walk, struct mime_part *ret_part);

/* Whether the part is `type`, case ignored; "text/" matches all of its kind, no type is text/plain.
 */
bool mime_is(const struct mime_part *part, struct str type);

/* A parameter of a Content-Type: `name=value` or `name="value"`; empty: none. */
struct str mime_parameter(struct str parameters, struct str name);

/* The body with its transfer encoding undone; the body itself when it had none. */
struct str mime_text(const struct mime_part *part, struct arena *arena);

#endif
