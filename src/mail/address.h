#ifndef MAIL_ADDRESS_H
#define MAIL_ADDRESS_H

/*
 * address - read the addresses of a header field (RFC 5322 section 3.4).
 *
 *     "Anna, from sales" <anna@example.org>, list: bob@example.org;, <@a,@b:c@example.org>
 *
 * Pure. Slices point into the text. Lenient: what lacks a "<", a ">" or a quote
 * is read as far as it goes. Each call moves forward, so a list costs one pass.
 */

#include "base/str.h"

struct address {
    struct str display; /* raw: quotes off, encoded words as they are; empty: none */
    struct str mailbox; /* "anna@example.org"; the bare word when there is no "@" */
};

/* Cuts the next address off `list`; false at its end. Empty places are passed over. */
bool address_next(struct str *list, struct address *ret_address);

/* The mailbox of the first address that has one; empty: none. */
struct str address_first(struct str list);

/* Whether `s` is one plausible mailbox@domain without blanks. */
bool address_is_mailbox(struct str s);

/* `s` without one pair of <> around it, and blanks. */
struct str address_unbracket(struct str s);

#endif
