#ifndef SOURCE_JOURNALCTL_H
#define SOURCE_JOURNALCTL_H

/*
 * journalctl - what this host's journal holds of mail and logins.
 */

#include <stdint.h>

#include "base/err.h"

/* Whether there is a journal that this user may read, with something in it. */
bool journalctl_exists(void);

/*
 * Writes the journal's lines of the facilities mail, auth and authpriv from `since_s`
 * on (0: all) into the file `fd`, in export form. Waits until it is done.
 */
bool journalctl_write(int fd, int64_t since_s, struct err *err) __attribute__((warn_unused_result));

#endif
