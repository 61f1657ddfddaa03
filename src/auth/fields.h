#ifndef AUTH_FIELDS_H
#define AUTH_FIELDS_H

/*
 * fields - the header of a mail as signatures see it: whole fields, counted from the bottom.
 *
 *     h=received:from:from    the last Received, the last From, and the one above it, if any
 *
 * Pure. Slices point into the message; the list lives in the arena.
 */

#include "auth/canonical.h"
#include "auth/crypto.h"
#include "mail/header.h"

#define FIELDS_NAMES_MAX 256 /* of one h= */

struct field {
    struct str name;  /* as written */
    struct str whole; /* "Name: value", folded, without its last line end */
    struct str value;
    uint64_t key; /* of the name without case */
    bool is_taken;
};

struct fields {
    struct field *list;
    uint32_t count;
    bool is_over;    /* the header is longer than mail/header.h reads: nothing may pass */
    struct str body; /* what follows the header in the text that was given */
};

/*
 * Reads the header at the front of `message`. An mbox "From " line before it is passed over. False:
 * no room in the arena.
 */
bool fields_read(struct str message, struct arena *arena, struct fields *ret_fields);

/* How many fields of the name there are, case ignored. */
uint32_t fields_count(const struct fields *fields, struct str name);

/* Whether there is one From, and none more hides behind a bare CR of any field. */
bool fields_has_one_from(const struct fields *fields);

/*
 * The lowest field of the name that was not taken yet, which is taken with it; NULL: none is left.
 * RFC 6376 section 5.4.2: names for which there is none stand for nothing.
 */
struct field *fields_take(struct fields *fields, struct str name);
void fields_untake(struct fields *fields);

#endif
