#ifndef RECORD_VSFTPD_H
#define RECORD_VSFTPD_H

/*
 * vsftpd - who came in by vsftpd, and which files they brought.
 *
 *     Mon Nov 23 15:21:22 2026 [pid 77] [anna] OK LOGIN: Client "192.0.2.7"
 *     Mon Nov 23 15:21:22 2026 [pid 77] [anna] OK UPLOAD: Client "192.0.2.7", "/srv/x.php", 9
 * bytes, 1.00Kbyte/sec
 *
 * The same without stamp and process through syslog, and PAM's lines. Names are told
 * from words as login.h says. Its xferlog is xferlog.h's.
 *
 * Pure: no I/O, no clock, no allocation; slices point into the record.
 */

#include "record/event.h"

/* Its own log. */
int vsftpd_probe(struct str record);
void vsftpd_read(struct str record, struct event *event);

/* The message of a syslog line. */
void vsftpd_message_read(struct str message, struct event *event);

#endif
