#ifndef CMD_AUDIT_GUESS_H
#define CMD_AUDIT_GUESS_H

/*
 * audit_guess - guesses against a store of mailboxes, on all cores, until CPU time is used up.
 */

#include "audit/mailbox_store.h"

/*
 * Guesses for `seconds` of CPU time, all threads together. True: all guesses were tried; false:
 * time was up before. The store has been paired.
 */
bool audit_guess(struct mailbox_store *store, int year, uint64_t seconds);

#endif
