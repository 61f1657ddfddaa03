#ifndef AUDIT_MAILBOX_GUESSING_H
#define AUDIT_MAILBOX_GUESSING_H

/*
 * mailbox_guessing - guesses held against a store, fairly and within a budget.
 *
 * Work goes in rounds. In each, every mailbox gets a few more guesses than in the last, likely
 * ones first, cheap schemes before costly ones; so whenever time is up, all have had about as
 * many. A text that stands twice is tried once. Where no salt is used, a guess that anybody may
 * have is computed once for all mailboxes.
 *
 * Units of one round may run on several threads: each writes into its own mailbox only. A found
 * password is kept nowhere: what stays is that it was found, from what, and a fingerprint.
 *
 * Pure but for the memory of its _new: time is the caller's, asked through `is_over`.
 */

#include "audit/mailbox_store.h"
#include "audit/password_check.h"

typedef bool mailbox_guessing_is_over(void *context);

struct mailbox_guessing;

/* `year` is the present one. The store has been paired. */
struct mailbox_guessing *mailbox_guessing_new(struct mailbox_store *store, int year);
void mailbox_guessing_free(struct mailbox_guessing *guessing);

/* Before the rounds: what anybody may have, against all that use no salt. */
void mailbox_guessing_common(struct mailbox_guessing *guessing, struct password_workspace *work,
                             mailbox_guessing_is_over *is_over, void *context);

/* How many units a round has. */
uint32_t mailbox_guessing_units(const struct mailbox_guessing *guessing);

/* True: there is more to try in the next round. */
bool mailbox_guessing_unit(struct mailbox_guessing *guessing, uint32_t unit, uint32_t round,
                           struct password_workspace *work, mailbox_guessing_is_over *is_over,
                           void *context);

/* At the end: those with the same text get the same outcome. */
void mailbox_guessing_finish(struct mailbox_guessing *guessing);

#endif
