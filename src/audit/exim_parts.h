#ifndef AUDIT_EXIM_PARTS_H
#define AUDIT_EXIM_PARTS_H

/*
 * exim_parts - which part of exim_settings.h is where.
 *
 *     exim_config.c     sections and lines of the configuration
 *     exim_list.c       does a list hold a stranger?
 *     exim_acl.c        walks the ACL
 *     exim_settings.c   the checks
 */

#include "audit/exim_settings.h"

enum exim_truth {
    EXIM_NO,
    EXIM_MAYBE,
    EXIM_YES,
};

static inline enum exim_truth
exim_not(enum exim_truth truth)
{
    return (enum exim_truth)(EXIM_YES - truth);
}

/* What a list is about: who or what the stranger is in it. */
enum exim_matter {
    EXIM_HOSTS,   /* an address anywhere */
    EXIM_DOMAINS, /* a domain that is none of ours */
    EXIM_SENDERS, /* whatever the list wants */
};

/* The lines of "begin NAME"; empty: there is no such section. */
struct str exim_section(struct str config, struct str name);

/* The next line, continued ones joined, comments and macros left out; empty at the end. */
struct str exim_line(struct str *text, struct arena *arena);

enum exim_truth exim_list_holds(const struct exim_facts *facts, struct str list,
                                enum exim_matter matter, int depth);

/* The next item of a list: "a : b", "<; a ; b". False at its end. */
bool exim_list_next(struct str *list, char *separator, struct str *ret_item);

#endif
