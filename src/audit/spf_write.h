#ifndef AUDIT_SPF_WRITE_H
#define AUDIT_SPF_WRITE_H

/*
 * spf_write - SPF records as they should be: with what is missing, in the shortest form.
 *
 *     "v=spf1 mx ~all" and 192.0.2.7     →  "v=spf1 mx ip4:192.0.2.7 ~all"
 *     "v=spf1 a +all"                    →  "v=spf1 a -all"
 *
 * Pure; text in the arena. The records that come in may be foreign: what is not understood is kept
 * as it is.
 */

#include "auth/spf_record.h"

/* Puts terms ("ip4:192.0.2.7 include:x") before "all" or redirect; terms that are there already are
 * not. */
struct str spf_write_with(struct str record, struct str terms, struct arena *arena);

/* Ends it with `all` ("~all"), whatever it ended with; a redirect stays, and nothing is added to
 * it. */
struct str spf_write_ending(struct str record, const char *all, struct arena *arena);

/* One of several: terms of all, each once, then the strictest "all" of theirs. */
struct str spf_write_merged(const struct str *records, uint32_t count, struct arena *arena);

/* Without terms that are wrong, stand twice, or are never reached. */
struct str spf_write_clean(struct str record, struct arena *arena);

/* "ip4:192.0.2.7" or "ip6:2001:db8::7"; empty where it is no address. */
struct str spf_write_address(struct str address, struct arena *arena);

#endif
