#ifndef RECORD_PUREFTPD_H
#define RECORD_PUREFTPD_H

/*
 * pureftpd - who came in by Pure-FTPd, and which files they brought.
 *
 * Through syslog:
 *
 *     (anna@192.0.2.7) [NOTICE] /srv/x.php uploaded  (9 bytes, 1.00KB/sec)
 *
 * The form that Debian's Pure-FTPd writes by default (AltLog clf:), which looks like
 * an access log but knows the path on disk and no protocol version:
 *
 *     192.0.2.7 - anna [23/Nov/2026:15:21:22 -0000] "PUT /srv/x.php" 200 9
 *
 * and its "stats:" form:
 *
 *     1763911282 5f2a.1b anna 192.0.2.7 U 9 0 /srv/x.php
 *
 * Names are told from words as login.h says. Its "xferlog:" form is xferlog.h's.
 *
 * Pure: no I/O, no clock, no allocation; slices point into the record.
 */

#include "record/event.h"

/* Its AltLog, in either form. */
int pureftpd_probe(struct str record);
void pureftpd_read(struct str record, struct event *event);

/* The message of a syslog line. */
void pureftpd_message_read(struct str message, struct event *event);

#endif
