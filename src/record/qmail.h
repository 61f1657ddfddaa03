#ifndef RECORD_QMAIL_H
#define RECORD_QMAIL_H

/*
 * qmail - what qmail-send says, under multilog (TAI64N stamps) or through splogger and syslog.
 *
 *     @4000000067b1c2d30a1b2c3d info msg 123: bytes 512 from <a@b> qp 4711 uid 1001
 *     @4000000067b1c2d30b1b2c3d starting delivery 7: msg 123 to remote c@d
 *     @4000000067b1c2d30c1b2c3d delivery 7: success: 192.0.2.9_accepted_message./.../
 *     @4000000067b1c2d30d1b2c3d end msg 123
 *     Nov 23 15:21:22 web7 qmail: 1157520813.485077 bounce msg 123 qp 4712
 *
 * The queue id is the inode, which is used again after "end msg". What became of a
 * recipient is told by the number of the delivery alone (EVENT_STARTED says whose it
 * is), and a bounce or forward by the process that queued it (`session` of its
 * ACCEPT). Mail over SMTP has the uid of qmaild: no log line names its client.
 *
 * qmail replaces blanks and control bytes of foreign text with '_', so that an
 * address ends at a blank; '<' and '>' it leaves.
 *
 * Pure: no I/O, no clock, no allocation; slices point into the record.
 */

#include "record/event.h"

/* A file of multilog's. */
int qmail_probe(struct str record);

void qmail_read(struct str record, struct event *event);

/* The message of a syslog line: the time that qmail states is taken for the stamp. */
void qmail_message_read(struct str message, struct event *event);

#endif
