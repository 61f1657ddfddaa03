#ifndef RECORD_DOVECOT_H
#define RECORD_DOVECOT_H

/*
 * dovecot - Dovecot through syslog or in its own log (log_path).
 *
 *     imap-login: Login: user=<anna>, method=PLAIN, rip=192.0.2.7, ..., session=<s>      (2.3)
 *     imap-login: Logged in: user=<anna>, method=PLAIN, rip=192.0.2.7, ...               (2.4)
 *     imap-login: Disconnected (auth failed, 2 attempts in 5 secs): user=<anna>, ...
 *     imap-login: Login aborted: .. (auth failed, 2 attempts in 5 secs) (auth_failed): user=<anna>
 *     auth: passwd-file(anna,192.0.2.7,<s>): Password mismatch
 *     lmtp(anna)<77><s>: sieve: msgid=<m>: forwarded to <c@d>
 *
 * Which elements a login line has, and in which order, is a setting
 * (login_log_format_elements): they are read as key=value. The user name is
 * whatever a client typed, quotation of elements included: its end is looked for
 * from the right, and what lies within it is no element.
 *
 * A failure may be told twice, by the login process and, with auth_verbose, by
 * auth; `session` is the same in both.
 *
 * Pure: no I/O, no clock, no allocation; slices point into the record.
 */

#include "record/event.h"

/* Dovecot's own log: "2026-11-23 15:21:22 imap-login: Info: ..." and its like. */
int dovecot_probe(struct str record);

void dovecot_read(struct str record, struct event *event);

/* The message of a syslog line. */
void dovecot_message_read(struct str message, struct event *event);

#endif
