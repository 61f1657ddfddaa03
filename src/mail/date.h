#ifndef MAIL_DATE_H
#define MAIL_DATE_H

/*
 * date - read the date of a mail (RFC 5322 sections 3.3 and 4.3).
 *
 *     Thu, 8 Mar 2005 14:00:00 EDT
 *     8 Oct 2011 20:15:58 +0000 (GMT)
 *     Tue Mar  8 14:00:00 2005
 *
 * Pure. Accepted beyond the rules: no seconds, no weekday or a wrong one, years
 * of two and three digits, "-" between the parts, the order of ctime, no zone
 * (taken as UTC).
 */

#include "base/str.h"

/* False when `text` is no date; `ret_time_s` is UTC. */
bool date_read(struct str text, int64_t *ret_time_s);

#endif
