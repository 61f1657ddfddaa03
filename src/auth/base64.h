#ifndef AUTH_BASE64_H
#define AUTH_BASE64_H

/*
 * base64 - keys, hashes and signatures as text (RFC 4648 section 4).
 *
 *     "MIIBCg KC\r\n AQ=="  ↔  30 82 01 0a 02 82 01
 *
 * Strict, but for blanks and line ends, which may stand anywhere (RFC 6376 section 2.10), and for
 * padding, which may be missing. Pure.
 */

#include "base/arena.h"
#include "base/buf.h"

/* False: a byte that has no place there, or no room; an empty text is empty. */
bool base64_read(struct str text, struct arena *arena, struct str *ret_bytes);

/* In one line, padded. */
void base64_write(struct str bytes, struct buf *out);

#endif
