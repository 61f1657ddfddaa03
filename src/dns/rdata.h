#ifndef DNS_RDATA_H
#define DNS_RDATA_H

/*
 * rdata - a record's data as it stands on the wire (RFC 1035 section 3.3).
 *
 *     03 'a' 'b' 'c' 02 'd' 'e'   →  TXT "abcde"
 *     00 0a 02 'm' 'x' 00         →  MX 10 "mx"
 *
 * Pure. Names must not be compressed: the resolver has undone that.
 */

#include "dns/resolver.h"

/*
 * Reads the data of one record into `ret_record`; what it holds lives in the arena. False: the
 * bytes are not what the type calls for, or there was no room.
 */
bool rdata_read(struct str wire, enum dns_type type, struct arena *arena,
                struct dns_record *ret_record);

/* A name on the wire as text. False: not one; a label with a dot or a NUL in it is none, either. */
bool rdata_name(struct str *wire, struct arena *arena, struct str *ret_name);

#endif
