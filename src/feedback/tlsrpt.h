#ifndef FEEDBACK_TLSRPT_H
#define FEEDBACK_TLSRPT_H

/*
 * tlsrpt - read an SMTP TLS report (RFC 8460 section 4) piece by piece.
 *
 *     {"organization-name":"receiver.example","date-range":{...},"policies":[{"policy":{...},
 *      "summary":{...},"failure-details":[{"result-type":"certificate-expired",...}]}]}
 *
 * A push parser: bytes go in as they come, failures and policies come out through the
 * handler one at a time, whatever the order of the members, and memory does not grow with
 * the report. Members that are unknown are passed over; what is missing is counted.
 *
 * Pure. Slices of a report live until tlsrpt_free, those of a policy or a failure until the
 * handler returns.
 */

#include "base/err.h"
#include "base/str.h"

#define TLSRPT_LIST_MAX 32U /* strings of a policy, hosts */
#define TLSRPT_COUNT_MAX UINT64_C(1000000000000)
#define TLSRPT_PIECES_MAX UINT64_C(10000000)

enum tlsrpt_deviation {
    TLSRPT_NO_ORG,
    TLSRPT_NO_ID,
    TLSRPT_NO_DATES,
    TLSRPT_NO_COUNT, /* a count that is no number within its ceiling */
    TLSRPT_LONG,     /* text or a list beyond its ceiling */
    TLSRPT_BEHIND,   /* bytes behind the document */
    TLSRPT_CUT,      /* the document ends early */
    TLSRPT_DEVIATION_COUNT,
};

const char *tlsrpt_deviation_words(enum tlsrpt_deviation deviation);

struct tlsrpt_report {
    struct str organization, contact, report_id, start_text, end_text;
    int64_t begin_s, end_s; /* 0: not stated */
    uint64_t policy_count, failure_count;
    uint64_t deviations[TLSRPT_DEVIATION_COUNT];
    bool is_whole, has_policies; /* has_policies: there is a member of that name */
};

struct tlsrpt_policy {
    uint64_t number; /* from 0; what failures name */
    struct str type, domain;
    struct str strings[TLSRPT_LIST_MAX], hosts[TLSRPT_LIST_MAX];
    uint32_t string_count, host_count;
    uint64_t success_count, failure_count;
};

struct tlsrpt_failure {
    uint64_t policy; /* its number */
    struct str result_type, sending_ip, receiving_ip, receiving_host, receiving_helo;
    struct str information, reason_code;
    uint64_t count;
};

/* Both return false to read no further. A policy comes after its failures. */
struct tlsrpt_handler {
    bool (*policy)(void *context, const struct tlsrpt_report *report,
                   const struct tlsrpt_policy *policy);
    bool (*failure)(void *context, const struct tlsrpt_report *report,
                    const struct tlsrpt_failure *failure);
    void *context;
};

struct tlsrpt;

/* The handler's functions may be NULL. Aborts when malloc fails. */
struct tlsrpt *tlsrpt_new(struct tlsrpt_handler handler);
void tlsrpt_free(struct tlsrpt *tlsrpt); /* NULL is fine */

/* False: it is no JSON, or broken from here on. */
bool tlsrpt_feed(struct tlsrpt *tlsrpt, struct str chunk, struct err *err)
    __attribute__((warn_unused_result));

/* The end of the bytes. False: it is no report. One cut off within is none when it has no policy.
 */
bool tlsrpt_finish(struct tlsrpt *tlsrpt, struct err *err) __attribute__((warn_unused_result));

const struct tlsrpt_report *tlsrpt_report(const struct tlsrpt *tlsrpt);

/* Whether these first bytes of a document may be a TLS report's. */
bool tlsrpt_is_likely(struct str head);

#endif
