#ifndef RECORD_XFERLOG_H
#define RECORD_XFERLOG_H

/*
 * xferlog - files that came in by FTP.
 *
 * wu-ftpd's form, which ProFTPD (TransferLog), vsftpd (xferlog_std_format) and
 * Pure-FTPd (AltLog xferlog:) write; xferlog(5):
 *
 *     Mon Nov 23 15:21:22 2026 1 192.0.2.7 9 /srv/x.php b _ i r anna ftp 0 * c
 *
 * and the form that Debian's Pure-FTPd writes by default (AltLog clf:), which
 * looks like an access log but knows the path on disk and no protocol version:
 *
 *     192.0.2.7 - anna [23/Nov/2026:15:21:22 -0000] "PUT /srv/x.php" 200 9
 *
 * and Pure-FTPd's "stats:" form:
 *
 *     1763911282 5f2a.1b anna 192.0.2.7 U 9 0 /srv/x.php
 *
 * A file name may hold blanks and anything else: what stands around it is read
 * from both ends, by position.
 *
 * Pure: no I/O, no clock, no allocation; slices point into the record.
 */

#include "record/event.h"

int xferlog_probe(struct str record);
void xferlog_read(struct str record, struct event *event);

int pureftpd_probe(struct str record);
void pureftpd_read(struct str record, struct event *event);

#endif
