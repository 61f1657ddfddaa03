#ifndef TRACE_STATED_H
#define TRACE_STATED_H

/*
 * stated - which mail each call of PHP's mail() made.
 *
 * PHP's mail.log states the script but no queue id. A call and its mail share
 * the first recipient and the moment; where several fit (a shop's owner is
 * mailed by two scripts in one second), the size that each script's mails
 * usually have decides, then the order.
 */

#include "base/arena.h"
#include "trace/ledger.h"

/*
 * Sets call->mail and mail->script. Returns how many calls found their mail, or
 * false at the arena's limit.
 */
bool stated_match(struct ledger *ledger, struct arena *arena, uint32_t *ret_matched)
    __attribute__((warn_unused_result));

#endif
