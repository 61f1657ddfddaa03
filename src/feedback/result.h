#ifndef FEEDBACK_RESULT_H
#define FEEDBACK_RESULT_H

/*
 * result - what all the reports together say: the value that the renderers show.
 *
 * All memory is the arena's that it was made with.
 */

#include "feedback/complaint.h"
#include "feedback/move.h"
#include "feedback/senders.h"

#define FEEDBACK_DAYS_MAX 400U /* the newest of them */
#define FEEDBACK_TLS_MAX 500U  /* domains, and failures of each */
#define FEEDBACK_COMPLAINTS_MAX 1000U
#define FEEDBACK_PROBLEMS_MAX 100U

struct feedback_day {
    int64_t day; /* since 1970-01-01 */
    uint64_t passed, failed;
};

struct feedback_domain {
    struct sender_domain sums;
    struct move_policy policy;
    struct move move;
    struct feedback_day *days;
    uint32_t day_count;
    uint64_t report_count, reporter_count;
};

/* One kind of TLS failure of a domain. */
struct feedback_tls_failure {
    struct str type, host, reason; /* host: the mail host that was tried */
    struct str reporter;           /* who could not; the one with most */
    uint64_t count, reporter_count;
};

struct feedback_tls {
    struct str domain, policies; /* "sts tlsa" */
    uint64_t successes, failures, report_count;
    int64_t first_s, last_s;
    struct feedback_tls_failure *details;
    uint32_t detail_count;
};

struct feedback_complaint {
    struct complaint about;
    struct str trace; /* what the logs say of it, a sentence; empty: no logs were given */
    bool is_traced;   /* it is part of an incident that the logs show */
};

struct feedback_deviation {
    const char *words;
    uint64_t count;
};

struct feedback_result {
    int64_t generated_s;
    uint64_t file_count, byte_count;                                 /* read */
    uint64_t aggregate_count, tls_count, complaint_count, row_count; /* taken in this run */
    uint64_t known_count;                                            /* were there already */
    uint64_t passed_over; /* files and mails without a report */
    uint64_t problem_count;
    struct str *problems; /* the first FEEDBACK_PROBLEMS_MAX, a sentence each */
    struct feedback_deviation *deviations;
    uint32_t deviation_count;
    struct feedback_domain *domains;
    uint32_t domain_count;
    struct feedback_tls *tls;
    uint32_t tls_domain_count;
    struct feedback_complaint *complaints;
    uint32_t complaint_shown;
    uint64_t complaints_stored;
    uint64_t lost; /* messages beyond the ceilings on domains and senders */
    double seconds;
};

/* What a result type of RFC 8460 section 4.3 means, and what to do about it: sentences. */
struct str feedback_tls_remedy(struct str type);

#endif
