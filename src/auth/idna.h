#ifndef AUTH_IDNA_H
#define AUTH_IDNA_H

/*
 * idna - names of domains in the form that the DNS has (RFC 5890 section 2.3).
 *
 *     BÜCHER.example.  →  xn--bcher-kva.example
 *
 * Pure.
 */

#include "base/arena.h"

#define IDNA_TEXT_MAX 1000 /* bytes of a name before it is brought to its form */

/*
 * The name in lower case, without the final dot, labels beyond ASCII as A-labels; in the arena.
 * False: none that the DNS can have, an address literal, or a byte that stands in no address.
 */
bool idna_name(struct str text, struct arena *arena, struct str *ret_name);

#endif
