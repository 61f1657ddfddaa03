#ifndef NET_OWN_ADDRESS_H
#define NET_OWN_ADDRESS_H

/*
 * own_address - the addresses from which this machine reaches others.
 *
 * EDGE: asks the kernel which address it would take; nothing is sent. Behind a NAT that is a
 * private one, which nobody outside sees: such are left out.
 */

#include "base/arena.h"

#define OWN_ADDRESSES_MAX 2 /* one of each family */

/* Numeric, in the arena; how many there are. */
uint32_t own_addresses(struct arena *arena, struct str ret_addresses[OWN_ADDRESSES_MAX]);

#endif
