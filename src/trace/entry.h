#ifndef TRACE_ENTRY_H
#define TRACE_ENTRY_H

/*
 * entry - how the intruder got in.
 *
 *     mailbox          the guesses, then the first login of a client that sends the spam
 *     uploaded script  who brought the file by FTP or SFTP, that client's login before, and
 *                      its guesses; without a file, a login of the site's user
 *     rogue process    a login of its user
 *
 * A user's own clients are left out: those that used the account long before, and
 * those that were let in before they failed. Other routes need nobody to get in.
 */

#include "trace/compose.h"

/* Fills incident->entry, which has room for ENTRY_MAX lines. */
void entry_collect(const struct compose *compose, const struct suspect *suspect,
                   struct incident *incident);

#endif
