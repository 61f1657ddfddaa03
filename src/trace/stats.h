#ifndef TRACE_STATS_H
#define TRACE_STATS_H

/*
 * stats - what a set of mails looks like, in numbers.
 *
 * Pure. Memory for sorting comes from the arena.
 */

#include "base/arena.h"
#include "trace/ledger.h"

struct stats {
    uint32_t mails, outgoing; /* outgoing: tried at another host */
    uint32_t tried;           /* recipients of the outgoing mails with a final word or a delay */
    uint32_t sent, bounced, deferred, unknown;
    uint32_t spam_rejected;   /* mails that some server called spam */
    uint32_t foreign_senders; /* mails whose sender's domain is not ours */
    uint32_t null_senders;
    uint32_t senders, sender_domains; /* distinct */
    uint32_t first_recipients;        /* distinct first recipients */
    uint64_t top_recipient;           /* the most frequent first recipient */
    uint32_t top_recipient_mails;
    uint32_t clients, networks; /* distinct; networks: /24 and /64 */
    uint32_t top_client_mails;
    uint32_t subjects_known, top_subject_mails;
    uint32_t local_only; /* mails that never left this host */
    uint32_t queued;     /* still in the queue when the log ends */
    double unknown_low;  /* 95 % lower bound of the share of unknown recipients */
    double spam_low;     /* the same of mails called spam */
};

/* False at the arena's limit. */
bool stats_of(const struct ledger *ledger, const uint32_t *mails, uint32_t count,
              struct arena *arena, struct stats *ret_stats) __attribute__((warn_unused_result));

/* Wilson's lower bound at 95 % of the share `hits` of `all`. */
double stats_lower_bound(double hits, double all);

/* The network of an address, as a hash: /24 for IPv4, /64 for IPv6. */
uint64_t stats_network(struct str address);

#endif
