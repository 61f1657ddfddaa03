#ifndef AUTH_DMARC_REVIEW_H
#define AUTH_DMARC_REVIEW_H

/*
 * dmarc_review - what a domain's owner should know about its DMARC, and what to publish.
 *
 * Pure. Everything lives in the arena. While an answer is missing `is_pending` is set, and the
 * rest may change.
 */

#include "auth/dmarc.h"
#include "auth/dmarc_destination.h"
#include "auth/suffix.h"

#define DMARC_PROBLEMS_MAX 64 /* those behind are dropped */

struct dmarc_problem {
    const char *code; /* "dmarc-missing": lower case, dashes; stable */
    enum dmarc_weight weight;
    struct str text;                /* a sentence */
    struct str fix_name, fix_value; /* a TXT record that mends it; empty: none does */
};

struct dmarc_report_target {
    const char *tag; /* "rua", "ruf" */
    const struct dmarc_uri *uri;
    enum dmarc_destination status;
    struct str override; /* where the destination wants them instead; empty: nowhere else */
};

struct dmarc_review {
    struct str domain;
    struct dmarc_walk walk;
    enum dmarc_existence existence;
    uint32_t policy_step; /* of the walk; step_count: no record applies */
    enum dmarc_tag tag;
    enum dmarc_policy policy, applied; /* as published; with t=y */
    struct str listed;                 /* the organisation by the public suffix list; empty: none */
    struct dmarc_report_target targets[2 * DMARC_URIS_MAX];
    uint32_t target_count;
    struct dmarc_problem problems[DMARC_PROBLEMS_MAX + 1]; /* the last one is read by nobody */
    uint32_t problem_count;
    bool is_pending, has_failed; /* answers are missing; the DNS failed */
};

/* `domain` is as idna_name gives it. NULL: at the arena's limit. */
struct dmarc_review *dmarc_review(const struct resolver *resolver, struct suffixes suffixes,
                                  struct str domain, struct arena *arena);

/* The record that applies; NULL: none. */
const struct dmarc_record *dmarc_review_record(const struct dmarc_review *review);

#endif
