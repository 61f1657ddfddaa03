#ifndef BASE_CIDR_H
#define BASE_CIDR_H

/*
 * cidr - networks of addresses: "192.0.2.0/28", "2001:db8::/32", "203.0.113.9".
 *
 * IPv4 addresses mapped into IPv6 (::ffff:192.0.2.1) are taken as IPv4.
 */

#include "base/str.h"

struct cidr {
    unsigned char bytes[16];
    unsigned bits; /* of the prefix */
    bool is_ipv4;  /* the first four bytes count */
};

/* False: it is no address and no network. Bits behind the prefix are ignored. */
bool cidr_parse(struct str text, struct cidr *ret_cidr);

bool cidr_contains(const struct cidr *network, const struct cidr *address);

#endif
