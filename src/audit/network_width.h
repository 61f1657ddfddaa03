#ifndef AUDIT_NETWORK_WIDTH_H
#define AUDIT_NETWORK_WIDTH_H

/*
 * network_width - whether a network that a mail server trusts holds strangers.
 *
 *     127.0.0.0/8, 10.0.0.0/8, fd00::/8     own: nobody on the internet has such an address
 *     192.0.2.0/28                          narrow: may well be one owner's
 *     192.0.2.0/21                          shared: what providers hand out to many
 *     192.0.0.0/10                          provider: a whole provider, or several
 *     0.0.0.0/0                             everybody
 *
 * Pure.
 */

#include "base/cidr.h"

enum network_width {
    NETWORK_UNREADABLE, /* no address: a file, a table, a name */
    NETWORK_OWN,
    NETWORK_NARROW,
    NETWORK_SHARED,
    NETWORK_PROVIDER,
    NETWORK_EVERYBODY,
};

/* One network, as "192.0.2.0/24", "[2001:db8::]/32" or "2001:db8::1". */
enum network_width network_width_of(struct str text);

/* "*", "0.0.0.0/0" and the like, too: of the widest word of a list; negated words are left out. */
enum network_width network_width_of_list(struct str list, char separator, struct str *ret_widest);

#endif
