#ifndef RECORD_PROGRAM_H
#define RECORD_PROGRAM_H

/*
 * program - which reader understands the messages of a syslog program.
 *
 *     postfix/submission/smtpd -> postfix_read, instance "postfix"
 *     sshd-session             -> ssh_message_read
 *     systemd                  -> EVENT_NONE
 *
 * The caller has filled host, program, pid and stamp of `event` from the
 * syslog envelope; `message` is what follows "program[pid]: ".
 *
 * Pure: no I/O, no clock, no allocation.
 */

#include "record/event.h"

/*
 * Sets `program` and `instance` of `event` from a syslog tag or identifier: the
 * instance is what stands before the first '/', as Postfix builds its names;
 * "(pam_unix)" and the like at the end are cut off.
 */
void program_name(struct str tag, struct event *event);

typedef void program_reader(struct str message, struct event *event);

/* The reader of the event's program and instance; NULL: none of its own. */
program_reader *program_find(const struct event *event);

/* EVENT_NONE for programs that never matter here; EVENT_UNKNOWN otherwise when not understood. */
void program_read(struct str message, struct event *event);

#endif
