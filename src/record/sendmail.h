#ifndef RECORD_SENDMAIL_H
#define RECORD_SENDMAIL_H

/*
 * sendmail - read the message part of a line of Sendmail: sendmail, sm-mta, sm-msp-queue.
 *
 *     Q1: from=www-data, size=9, class=0, nrcpts=1, msgid=<m@web7>, relay=www-data@localhost
 *     Q1: to=c@d, ctladdr=www-data (33/33), ..., stat=Sent (Q2 Message accepted for delivery)
 *     Q2: from=<a@b>, size=9, ..., proto=ESMTP, daemon=MTA, relay=localhost [127.0.0.1]
 *     AUTH=server, relay=h [192.0.2.7], authid=anna, mech=PLAIN, bits=0
 *
 * Mail of a local program has two ids: Q1 in the submission queue, then Q2. A
 * login is a line without the id: the process joins it to the mail.
 *
 * Addresses, Message-ID and login are the sender's own text: fields in front of
 * them are read from the left, fields behind them from the right.
 *
 * Pure: no I/O, no clock, no allocation; slices point into the message.
 */

#include "record/event.h"

/* `message` follows "program[pid]: "; the caller filled in the envelope of `event`. */
void sendmail_read(struct str message, struct event *event);

#endif
