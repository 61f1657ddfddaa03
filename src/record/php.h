#ifndef RECORD_PHP_H
#define RECORD_PHP_H

/*
 * php - PHP's mail.log: one line for each call of mail().
 *
 *     [23-Nov-2026 15:21:22 UTC] mail() on [/srv/x.php:4]: To: a@b -- Headers: H -- Subject: S
 *     mail() on [/srv/x.php:4]: To: a@b -- Headers: H                              (PHP 5.3)
 *     [..] mail() on [/srv/x.php(1826) : eval()'d code:1]: To: ...
 *
 * The zone is that of the script's date.timezone: lines of one file may be in
 * different zones. Everything after "To: " is the attacker's: the script is
 * read from the left and nothing behind it can change it. A folded To or
 * Subject goes on in lines that begin with a blank or a tab; a record starts
 * only at "[dd-Mon-" or, without stamps, at "mail() on [".
 *
 * Pure; slices point into the record.
 */

#include "record/event.h"

int php_probe(struct str record);

void php_read(struct str record, struct event *event);

/* The message of a syslog line (mail.log = syslog). EVENT_NONE when it is no call of mail(). */
void php_message_read(struct str message, struct event *event);

#endif
