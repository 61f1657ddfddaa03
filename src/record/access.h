#ifndef RECORD_ACCESS_H
#define RECORD_ACCESS_H

/*
 * access - the access logs of Apache, nginx, lighttpd and LiteSpeed, one request a line.
 *
 *     192.0.2.7 - anna [23/Nov/2026:15:21:22 +0000] "POST /x.php HTTP/1.1" 200 5 "-" "curl"
 *     shop.example:443 192.0.2.7 - - [..] "GET / HTTP/2.0" 304 - "https://a/" "Mozilla" 1834
 *     192.0.2.7 shop.example - [..] "GET / HTTP/1.1" 200 5 "-" "M" "203.0.113.9" 0.003
 *
 * Known: common, combined, a host name before or after the client, and what is
 * often added at the end: X-Forwarded-For in quotes, seconds with three
 * decimals ($request_time), one lone integer (%D, microseconds), "**0/1834**".
 * Any other addition is passed over.
 *
 * Everything but the client address and the numbers is the visitor's to choose:
 * the parts are found from the left, and a quote that the server escaped ends
 * nothing. Pure; slices point into the record, escapes are left as logged.
 */

#include "record/event.h"

int access_probe(struct str record);

/* EVENT_REQUEST, or EVENT_UNKNOWN for a line without stamp, request or status. */
void access_read(struct str record, struct event *event);

/* Splits "POST /x.php HTTP/1.1": blanks inside the target and a missing version are allowed. */
void access_request_read(struct str request, struct event_request *ret_request);

/* "GET" and its like; METHOD_OTHER for the rest. */
enum request_method access_method(struct str name);

/* Without port and without the brackets of an IPv6 address; empty for "-". */
struct str access_host(struct str host);

#endif
