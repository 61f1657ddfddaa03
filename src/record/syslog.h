#ifndef RECORD_SYSLOG_H
#define RECORD_SYSLOG_H

/*
 * syslog - the envelope that syslogd, rsyslog, syslog-ng and postlogd put around a message.
 *
 *     Feb  3 01:02:03 web7 postfix/smtpd[4005]: connect from unknown[192.0.2.7]
 *     <22>Feb  3 2026 01:02:03 web7 exim[12]: ...
 *     2026-02-03T01:02:03.185246+01:00 web7 dovecot: imap-login: ...
 *     <22>1 2026-02-03T01:02:03Z web7 postfix/qmgr 77 - [origin x="y"] ...
 *
 * A file may change its form in the middle (an upgrade, a new rsyslog template),
 * so each line is decided anew. The message goes to program_read.
 *
 *     web7 last message repeated 3 times         EVENT_REPEAT
 *     web7 tag: message repeated 2 times: [ m]   what m says, `repeats` 2
 *
 * Pure; slices point into the record.
 */

#include "record/event.h"

int syslog_probe(struct str record);

void syslog_read(struct str record, struct event *event);

#endif
