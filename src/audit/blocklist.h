#ifndef AUDIT_BLOCKLIST_H
#define AUDIT_BLOCKLIST_H

/*
 * blocklist - lists of addresses and domains that are asked through the DNS, and their codes.
 *
 *     9.113.0.203.zen.spamhaus.org  A  127.0.0.3   →  Spamhaus CSS
 *
 * A table: a list is a row, and so is each code. Only lists that many receivers use; none that is
 * dead, that sells delisting alone, or that names whole countries. Pure.
 */

#include "base/str.h"

#define BLOCKLIST_CODES 16

enum blocklist_meaning {
    BLOCKLIST_LISTED,
    BLOCKLIST_POLICY,  /* listed because of what the address is, not of what it did */
    BLOCKLIST_REFUSED, /* the list does not answer this resolver: unknown, never listed */
};

struct blocklist_code {
    const char *address; /* "127.0.0.2" */
    enum blocklist_meaning meaning;
    const char *text;
};

struct blocklist {
    const char *name, *zone;
    const char *delisting;  /* a page */
    const char *test;       /* a name below the zone that is always listed */
    const char *test_clean; /* and one that never is: a list that has it lists everything */
    bool is_of_domains, has_ipv6;
    bool is_minor;       /* few receivers refuse by it alone */
    const char *silence; /* what it means when the test is not listed */
    struct blocklist_code codes[BLOCKLIST_CODES];
};

/* Goes through the table; NULL behind its end. */
const struct blocklist *blocklist_at(size_t index);

/*
 * What an answer of four bytes means. NULL: a code that nobody documents, which is no listing where
 * it is not in 127.0.0.0/8 (a zone that was sold, a provider's page for names that do not exist).
 */
const struct blocklist_code *blocklist_code(const struct blocklist *list, struct str address);

#endif
