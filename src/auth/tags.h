#ifndef AUTH_TAGS_H
#define AUTH_TAGS_H

/*
 * tags - lists of tag=value (RFC 6376 section 3.2).
 *
 *     v=1; a=rsa-sha256; d=example.org; h=from : to :
 *      subject; b=dzdVyOfAKC...;
 *
 * DKIM signatures, keys, DMARC records and ARC fields are written so. Names are told apart by
 * case; blanks around names and values are gone, those within a value stay. A value may be
 * empty and may hold bytes beyond ASCII (RFC 8616); control bytes are a fault.
 *
 * Pure. Slices point into the text. A fault does not end the reading, so that whoever is
 * allowed to be lenient can: what is no tag is passed over, of two of a name the first stays.
 */

#include "base/str.h"

#define TAGS_MAX 64 /* of one list; those behind are dropped, and a fault */

enum tags_fault {
    TAGS_FINE,
    TAGS_NO_EQUALS, /* "a=1; b; c=2" */
    TAGS_BAD_NAME,  /* "=1", "1a=1", "_=", nothing between two semicolons */
    TAGS_BAD_VALUE, /* a control byte in it */
    TAGS_TWICE,     /* two tags of a name */
    TAGS_TOO_MANY,
};

struct tag {
    struct str name, value;
};

struct tags {
    struct tag list[TAGS_MAX];
    uint32_t count;
    enum tags_fault fault; /* the first one */
    struct str fault_at;   /* the piece between semicolons that has it */
};

/* Reads all of `text`; the same as ret_tags->fault is returned. An empty text is a list of none. */
enum tags_fault tags_read(struct str text, struct tags *ret_tags);

/* The value of a tag; false: there is none of that name. */
bool tags_find(const struct tags *tags, struct str name, struct str *ret_value);

/* "a tag stands twice", to be followed by the piece. */
const char *tags_fault_text(enum tags_fault fault);

/* The next piece of a value that is a list, blanks around it gone; false at the end. */
bool tags_item(struct str *list, char separator, struct str *ret_item);

/* Whether `item` is a piece of the list, case ignored. */
bool tags_has_item(struct str list, char separator, struct str item);

/* All digits, at most twelve as RFC 6376 section 3.5 has for times; false: something else. */
bool tags_number(struct str value, uint64_t *ret_number);

#endif
