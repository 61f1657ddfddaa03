#ifndef RECORD_OPENSMTPD_H
#define RECORD_OPENSMTPD_H

/*
 * opensmtpd - read the message part of a line of OpenSMTPD's smtpd (6.6 and later).
 *
 *     a1b2c3d4e5f60718 smtp connected address=192.0.2.7 host=mail.example
 *     a1b2c3d4e5f60718 smtp authentication user=anna result=ok
 *     a1b2c3d4e5f60718 smtp message msgid=5a1b2c3d size=912 nrcpt=1 proto=ESMTP
 *     a1b2c3d4e5f60718 smtp envelope evpid=5a1b2c3d00112233 from=<a@b> to=<c@d>
 *     b1b2c3d4e5f60719 mta delivery evpid=5a1b2c3d00112233 from=<a@b> to=<c@d> rcpt=<->
 *         source="192.0.2.1" relay="192.0.2.9 (mx)" delay=1s result="Ok" stat="250 Ok"
 *
 * The queue id is the msgid, which the first eight digits of an evpid repeat. Who
 * sent a message is said by the lines of its session. The order of fields is
 * fixed; addresses, user and result are what a client chose, and are read so
 * that they become no other field.
 *
 * Pure: no I/O, no clock, no allocation; slices point into the message.
 */

#include "record/event.h"

/* `message` follows "smtpd[pid]: "; the caller filled in the envelope of `event`. */
void opensmtpd_read(struct str message, struct event *event);

#endif
