#ifndef AUTH_DMARC_TREE_H
#define AUTH_DMARC_TREE_H

/*
 * dmarc_tree - the walk up the DNS that finds policy and organisation (RFC 9989 section 4.10).
 *
 *     _dmarc.a.mail.example.com, _dmarc.mail.example.com, _dmarc.example.com, _dmarc.com
 *
 * At most DMARC_WALK_MAX questions: of a name with more labels those between it and its last
 * seven are passed over. A name with several records has none. An error of the DNS ends
 * the walk, because what stands above it cannot be known.
 *
 * Pure. Everything lives in the arena.
 */

#include "auth/dmarc_record.h"
#include "dns/resolver.h"

#define DMARC_WALK_MAX 8
#define DMARC_DISCARDED_MAX 16 /* of several records at a name so many are read */

struct dmarc_step {
    struct str domain; /* "mail.example.com": asked with _dmarc. before it */
    enum dns_status status;
    struct str reason;                 /* of a failure, in the resolver's words */
    uint32_t record_count;             /* that begin with v=DMARC1 */
    struct str text;                   /* of the one record; empty: none, or several */
    struct str resembling;             /* a text that may have been meant as a record; else empty */
    const struct dmarc_record *record; /* NULL: none, or several */
    const struct dmarc_record *discarded; /* of several one that asks for most; else NULL */
};

enum dmarc_walk_status {
    DMARC_WALK_DONE,
    DMARC_WALK_FAILED, /* the last step failed; those before it hold */
    DMARC_WALK_PENDING,
};

struct dmarc_walk {
    enum dmarc_walk_status status;
    struct dmarc_step steps[DMARC_WALK_MAX];
    uint32_t step_count;
    struct str organizational; /* the domain itself when nothing is published; DONE only */
};

/* Walks up from `domain`, which is as idna_name gives it. */
void dmarc_tree_walk(const struct resolver *resolver, struct str domain, struct arena *arena,
                     struct dmarc_walk *ret_walk);

/*
 * The step whose record applies to mail from the domain where the walk began: its own, its
 * organisation's, or its public suffix's (section 4.10.1). NULL: none. Of a walk that is not
 * DONE only the domain's own.
 */
const struct dmarc_step *dmarc_walk_policy(const struct dmarc_walk *walk);

/* Whether a name is `above`, or lies below it. */
bool dmarc_is_within(struct str name, struct str above);

enum dmarc_existence {
    DMARC_EXISTS,
    DMARC_ABSENT,  /* NXDOMAIN, RFC 9989 section 3.2.13 */
    DMARC_UNKNOWN, /* the DNS failed */
    DMARC_EXISTENCE_PENDING,
};

/* Asks whether the domain exists; `walk`, which began there, may know already. */
enum dmarc_existence dmarc_tree_exists(const struct resolver *resolver,
                                       const struct dmarc_walk *walk, struct arena *arena);

#endif
