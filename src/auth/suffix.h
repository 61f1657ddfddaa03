#ifndef AUTH_SUFFIX_H
#define AUTH_SUFFIX_H

/*
 * suffix - the organisation's domain by the public suffix list, as RFC 7489 had it.
 *
 *     www.example.co.uk  →  example.co.uk
 *
 * A cross-check: RFC 9989 asks the DNS instead, and where both differ older receivers apply
 * another policy. Pure; source/suffixes.h finds a newer list than the one that is built in.
 */

#include "base/arena.h"

/* A list of the library; NULL: the one built into it. Not owned. */
struct suffixes {
    const void *list;
};

/*
 * One label more than the longest suffix that fits; in the arena. A suffix that nobody lists is
 * one label. False: the name is a suffix itself, or no name. Letters beyond ASCII stay as they are.
 */
bool suffix_organizational(struct suffixes suffixes, struct str domain, struct arena *arena,
                           struct str *ret_domain);

#endif
