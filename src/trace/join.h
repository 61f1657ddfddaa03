#ifndef TRACE_JOIN_H
#define TRACE_JOIN_H

/*
 * join - many lines about one mail become one mail.
 *
 * Events come in the order of the logs; each finds its mail by (host, queue id)
 * and leaves its facts in the ledger. Edges between mails (re-injected by a
 * content filter, requeued, forwarded, a notice about another) become `parent`,
 * so that one mail is counted once. A re-injection is believed only when the id
 * that the next hop named is itself an origin in these logs.
 */

#include "record/event.h"
#include "trace/ledger.h"

struct join;

/*
 * `smtp_uid` is the user that an SMTP server hands mail in as by calling the MTA's own
 * command (qmaild of qmail); -1: not known, or there is none.
 */
struct join *join_new(struct ledger *ledger, int64_t smtp_uid);
void join_free(struct join *join);

/* `time_us` is UTC. The event's slices may die after the call. */
void join_event(struct join *join, const struct event *event, int64_t time_us, struct place place);

/* The event, which has a key, will come soon: see trace_expect. */
void join_expect(const struct join *join, const struct event *event, bool is_near);

/* No more events may come: edges that only the end decides are drawn. */
void join_finish(struct join *join);

#endif
