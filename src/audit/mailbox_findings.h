#ifndef AUDIT_MAILBOX_FINDINGS_H
#define AUDIT_MAILBOX_FINDINGS_H

/*
 * mailbox_findings - what is the matter with the passwords of a store.
 *
 * A finding names mailboxes and how weak they are; never a password, its hash or its length,
 * nor which guess it was: "within 40 tries from its own name".
 *
 * Pure.
 */

#include "audit/finding.h"
#include "audit/mailbox_store.h"

#define MAILBOX_GUESSED_MAX 200U /* told one by one; the rest is counted */
#define MAILBOX_SHARED_MAX 50U
#define MAILBOX_OLD_YEARS 5

struct mailbox_facts {
    int64_t now_s;
    bool was_guessed; /* guessing was done at all */
    bool is_time_up;  /* and ended with its budget, not with its guesses */
    uint64_t seconds; /* of the budget */
};

/* `store` is only read. */
void mailbox_findings_add(struct audit *audit, struct mailbox_store *store,
                          const struct mailbox_facts *facts);

#endif
