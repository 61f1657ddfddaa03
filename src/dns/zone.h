#ifndef DNS_ZONE_H
#define DNS_ZONE_H

/*
 * zone - a resolver whose answers stand in memory.
 *
 *     example.com            TXT    "v=spf1 mx -all"
 *     example.com            MX     10 mx.example.com
 *     mx.example.com         A      192.0.2.1
 *     slow.example.com       ANY    timeout
 *     www.example.com        CNAME  example.com
 *
 * One record a line: name, type, data, with blanks between; a `;` or `#` begins a comment line.
 * TXT data may be several quoted strings, which are joined, `\"` `\\` and `\DDD` as in RFC 1035
 * section 5.1; `\DDD` in names, too. "timeout", "failed" and "bogus" in place of data are answers
 * of that kind; "secure" as a word before the type makes the answer validated. CNAMEs are followed,
 * at most ZONE_CHAIN_MAX. A name below which others stand exists.
 *
 * Pure. For keys that are given in a file, for tests, fuzzing and measuring.
 */

#include "base/err.h"
#include "dns/resolver.h"

#define ZONE_CHAIN_MAX 8

struct zone;

/* Lives in the arena, with copies of its text. False: `err` names the line. */
bool zone_read(struct str text, struct arena *arena, struct zone **ret_zone, struct err *err)
    __attribute__((warn_unused_result));

/* Asks it; lives as long as the zone. */
struct resolver zone_resolver(struct zone *zone);

/* How many questions it was asked. */
uint32_t zone_asked(const struct zone *zone);

#endif
