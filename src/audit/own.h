#ifndef AUDIT_OWN_H
#define AUDIT_OWN_H

/*
 * own - the domains that this machine sends mail for.
 *
 *     /etc/mailname, mydestination, envelope senders seen in the logs  →  shop.example,
 * club.example
 *
 * A name that nobody outside can look up, such as web7.localdomain, is none. Each is taken once, in
 * the order in which they are given.
 *
 * Pure.
 */

#include "base/arena.h"

#define AUDIT_OWN_MAX 50u

struct audit_own {
    struct arena *arena;
    const char *names[AUDIT_OWN_MAX]; /* NUL-terminated, lower case, owned by the arena */
    uint32_t count;
    uint32_t left_out; /* beyond AUDIT_OWN_MAX */
};

/* One name; what is no domain is passed over. */
void own_add(struct audit_own *own, struct str name);

/* Names with commas or blanks between, as in Postfix's mydestination; maps ("hash:/x") are passed
 * over. */
void own_add_list(struct audit_own *own, struct str list);

/* Whether the DNS of everybody could hold it: two labels or more, and no private ending. */
bool own_is_public(struct str name);

#endif
