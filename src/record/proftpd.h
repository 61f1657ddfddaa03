#ifndef RECORD_PROFTPD_H
#define RECORD_PROFTPD_H

/*
 * proftpd - who came in by ProFTPD, and which files they brought.
 *
 * Its own log, and its ExtendedLog, which looks like an access log:
 *
 *     2026-11-23 15:21:22,123 web7 proftpd[77] shop.example (h[192.0.2.7]): USER anna: Login ...
 *     192.0.2.7 UNKNOWN anna [23/Nov/2026:15:21:22 +0000] "STOR x.php" 226 1234
 *
 * Through syslog, the text from "web7 (h[192.0.2.7])" on, and PAM's lines. Names are
 * told from words as login.h says. Its TransferLog is xferlog.h's.
 *
 * Pure: no I/O, no clock, no allocation; slices point into the record.
 */

#include "record/event.h"

/* Its own log and its ExtendedLog. */
int proftpd_probe(struct str record);
void proftpd_read(struct str record, struct event *event);

/* The message of a syslog line. */
void proftpd_message_read(struct str message, struct event *event);

#endif
