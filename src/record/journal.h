#ifndef RECORD_JOURNAL_H
#define RECORD_JOURNAL_H

/*
 * journal - what journalctl writes with -o json (an object a line) and -o export (blocks).
 *
 *     {"__REALTIME_TIMESTAMP":"1763911282000000","_HOSTNAME":"web7",
 *      "SYSLOG_IDENTIFIER":"postfix/smtpd","_PID":"77","MESSAGE":"connect from ..."}
 *
 *     __REALTIME_TIMESTAMP=1763911282000000
 *     SYSLOG_IDENTIFIER=postfix/smtpd
 *     MESSAGE                       <- a field that is not plain text: eight bytes
 *     ........connect from ...         of length, little endian, then the bytes
 *     (a blank line ends the block)
 *
 * MESSAGE goes to program_read. In JSON it may be a string, an array of byte
 * values (when it is not UTF-8), an array of strings (the first counts) or
 * null (too long for journalctl).
 *
 * Pure, but for one buffer of RECORD_BYTES_MAX bytes a thread: text with JSON
 * escapes is decoded into it, so that slices of an event may point into the
 * buffer and die with the next read on the same thread.
 */

#include "record/event.h"

int journal_json_probe(struct str record);
void journal_json_read(struct str record, struct event *event);

int journal_export_probe(struct str record);
void journal_export_read(struct str record, struct event *event);

/* See struct frame. Blank lines before a block belong to it. */
size_t journal_export_split(struct str text);

/* The buffer that decoded slices point into. */
struct str journal_scratch(void);

#endif
