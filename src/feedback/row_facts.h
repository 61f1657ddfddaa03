#ifndef FEEDBACK_ROW_FACTS_H
#define FEEDBACK_ROW_FACTS_H

/*
 * row_facts - what one row of an aggregate report comes down to: the signature and the SPF
 * result that matter, whether each is aligned, and why the receiver made an exception.
 *
 * Pure. Slices point into the row.
 */

#include "feedback/aggregate.h"

enum row_reason {
    ROW_FORWARDED = 1,    /* forwarded, trusted_forwarder */
    ROW_MAILING_LIST = 2, /* mailing_list */
    ROW_LOCAL_POLICY = 4, /* local_policy, policy_test_mode, sampled_out */
    ROW_OTHER_REASON = 8,
    ROW_ARC = 16, /* a comment that tells of a valid ARC chain: forwarded, too */
};

struct row_facts {
    bool is_dkim_aligned, is_spf_aligned;
    struct aggregate_auth dkim, spf; /* empty: none was reported */
    uint32_t reasons;                /* of enum row_reason */
};

/* `domain` is the one that the report is about. */
struct row_facts row_facts_of(struct str domain, const struct aggregate_row *row);

/* Whether one of two names is the other or lies below it: the same owner, near enough. */
bool row_facts_is_near(struct str a, struct str b);

#endif
