#ifndef RECORD_POSTFIX_H
#define RECORD_POSTFIX_H

/*
 * postfix - read the message part of a Postfix log line, from any of its daemons.
 *
 *     postfix/pickup[4005]:  BF206164262: uid=1001 from=<web_shop>
 *     postfix/smtpd[4116]:   C57AF164263: client=h[192.0.2.2], sasl_method=PLAIN, sasl_username=a@b
 *     postfix/smtp[4170]:    C6358164252: to=<c@d>, relay=h[192.0.2.9]:25, ..., status=sent (250
 * Ok)
 *
 * Fields are taken by position, in the order in which Postfix writes them
 * (smtpd.c, qmgr_active.c, log_adhoc.c): what a client says in HELO, MAIL FROM, a
 * header or a login name never becomes another field.
 *
 * Pure: no I/O, no clock, no allocation; slices point into the message.
 */

#include "record/event.h"

/* `message` follows "program[pid]: "; the caller filled in the envelope of `event`. */
void postfix_read(struct str message, struct event *event);

/* The same for postscreen, which holds no mail: only what it refuses says something. */
void postscreen_read(struct str message, struct event *event);

/* How long the queue id at the front of `s` is, up to the first byte that no id holds; 0: none. */
size_t postfix_queue_id_len(struct str s);

/* Whether `s` has the shape of a queue id, short (hexadecimal) or long (base 52 with a z). */
bool postfix_is_queue_id(struct str s);

/*
 * The microseconds within the second at which the queue file was made: the
 * first five digits of a short id, four base 52 digits of a long one. False: none.
 */
bool postfix_queue_id_micros(struct str queue_id, int32_t *ret_us);

/* The second, UTC, at which a long queue id was made; false for short ids. */
bool postfix_queue_id_time(struct str queue_id, int64_t *ret_utc_s);

#endif
