#ifndef AUDIT_MAILBOX_FINDINGS_PARTS_H
#define AUDIT_MAILBOX_FINDINGS_PARTS_H

/*
 * mailbox_findings_parts - what the findings about mailboxes share.
 *
 *     mailbox_findings.c   schemes, empty and old ones, what was guessed
 *     mailbox_shared.c     the same password twice; and what is declared here
 */

#include "audit/mailbox_findings.h"

#define NAMES_MAX 8U /* mailboxes quoted in one finding */

/* Mailboxes of one kind within one source. */
struct mailbox_heap {
    uint32_t count, named;
    struct str names[NAMES_MAX];
};

void mailbox_heap_add(struct mailbox_heap *heap, struct str name);

/* "anna, bert and 7 more" */
struct str mailbox_heap_text(const struct mailbox_heap *heap, struct arena *arena);

/* "users:12" */
struct str mailbox_place_of(const struct mailbox_store *store, const struct mailbox *mailbox,
                            struct arena *arena);

/* Groups of mailboxes that have one password. `store` is only read. */
void mailbox_shared_add(struct audit *audit, struct mailbox_store *store);

#endif
