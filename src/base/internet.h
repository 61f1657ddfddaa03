#ifndef BASE_INTERNET_H
#define BASE_INTERNET_H

/*
 * internet - addresses of IPv4 and IPv6 as text and as bytes, and which of them are nobody's.
 *
 * Pure.
 */

#include "base/arena.h"

/* 4 or 16 bytes of text; an IPv4 address mapped into IPv6 is 4. False: no address. */
bool internet_read(struct str text, struct arena *arena, struct str *ret_bytes);

/* "192.0.2.1", "2001:db8::1" of 4 or 16 bytes; empty of others. */
struct str internet_write(struct str bytes, struct arena *arena);

/*
 * NULL, or what an address is that no other host can reach: "private (RFC 1918)",
 * "loopback". Networks of documentation are not told apart from real ones.
 */
const char *internet_unreachable(struct str bytes);

#endif
