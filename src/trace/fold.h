#ifndef TRACE_FOLD_H
#define TRACE_FOLD_H

/*
 * fold - one mail is counted once.
 *
 * What a content filter, a requeue or Sendmail's second id made of a mail is
 * folded into the mail that came first: its fate is the last one's. Forwards
 * are recognised: they carry somebody else's mail on and accuse nobody. Senders
 * of foreign domains are marked.
 */

#include "base/arena.h"
#include "trace/ledger.h"

/* After join_finish. False at the arena's limit. */
bool fold_ledger(struct ledger *ledger, struct arena *arena) __attribute__((warn_unused_result));

/* The mail that a duplicate is counted as; itself when it is none. */
uint32_t fold_root(const struct ledger *ledger, uint32_t mail);

#endif
