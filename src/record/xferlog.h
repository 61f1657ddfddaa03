#ifndef RECORD_XFERLOG_H
#define RECORD_XFERLOG_H

/*
 * xferlog - files that came in by FTP, as xferlog(5) has them.
 *
 * wu-ftpd's form, which ProFTPD (TransferLog), vsftpd (xferlog_std_format) and
 * Pure-FTPd (AltLog xferlog:) write; xferlog(5):
 *
 *     Mon Nov 23 15:21:22 2026 1 192.0.2.7 9 /srv/x.php b _ i r anna ftp 0 * c
 *
 * A file name may hold blanks and anything else: what stands around it is read
 * from both ends, by position.
 *
 * Pure: no I/O, no clock, no allocation; slices point into the record.
 */

#include "record/event.h"

int xferlog_probe(struct str record);
void xferlog_read(struct str record, struct event *event);

#endif
