#ifndef REPORT_EXCERPT_H
#define REPORT_EXCERPT_H

/*
 * excerpt - what a quoted log line says, without what every line repeats.
 *
 *     Nov 23 15:22:08 web7 postfix/pickup[5073]: B71E31642F9: uid=1002 from=<web_blog>
 *     B71E31642F9: uid=1002 from=<web_blog>
 *
 *     203.0.113.9 - - [23/Nov/2026:15:22:08 +0000] "POST /x.php HTTP/1.1" 200 187 "-" "curl"
 *     203.0.113.9 "POST /x.php" 200
 *
 * Stamp, host and program go; of a request client, request and status stay; of a
 * Postfix delivery how it ended stays, and "…" stands for relay and delays. A
 * line of another form stays as it is. Pure; for people, never for programs: file
 * and line number lead to the whole of it.
 */

#include "base/buf.h"
#include "base/str.h"

void excerpt_write(struct buf *buf, struct str line);

#endif
