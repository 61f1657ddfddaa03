#ifndef RECORD_PROGRAM_H
#define RECORD_PROGRAM_H

/*
 * program - which reader understands the messages of a syslog program.
 *
 * The caller has filled host, program, pid and stamp of `event` from the
 * syslog envelope; `message` is what follows "program[pid]: ".
 *
 * Pure: no I/O, no clock, no allocation.
 */

#include "record/event.h"

/* EVENT_NONE for programs that never matter here; EVENT_UNKNOWN otherwise when not understood. */
void program_read(struct str message, struct event *event);

#endif
