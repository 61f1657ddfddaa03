#ifndef SCAN_NOTIFICATION_H
#define SCAN_NOTIFICATION_H

/*
 * notification - mails to the site's own that strangers cause, as many as they like.
 *
 *     mail-per-registration   each new account mails the administrator: bots open thousands
 *     mail-per-attack         each failed login, blocked request or missing page does
 *
 * Remarks, never accusations: the code does what it was written for. Pure.
 */

#include "scan/mailing.h"

void notification_judge(const struct mailing *mailing, struct findings *findings);

#endif
