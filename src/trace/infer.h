#ifndef TRACE_INFER_H
#define TRACE_INFER_H

/*
 * infer - which endpoint's requests explain the mails of one local sender.
 *
 * The mails are taken as a point process: a rate of its own (cron, a
 * shell, a newsletter) that may differ from one stretch of time to the next, plus, for each
 * endpoint, so many mails after each of its requests, by lag. Rates and the looks of each
 * endpoint's mails (which recurring recipient or a free one, how large) are fitted by expectation
 * maximisation; the share of each endpoint in each mail follows. "No request explains this" is one
 * of the answers, and wins where requests come no more often around the mails than at other times.
 *
 * Time is whole seconds: access logs know no better. Lags reach from 300 s
 * before the stamp (a log that stamps the end of a request) to 300 s after it.
 *
 * Pure; memory from the arena, in size the mails times INFER_ENDPOINTS_MAX.
 */

#include "base/arena.h"
#include "trace/webindex.h"

#define INFER_ENDPOINTS_MAX 32U
#define INFER_MAILS_MAX 3000U /* more are fitted on every n-th, then all assigned */
#define INFER_NONE UINT32_MAX

struct infer_endpoint {
    uint32_t endpoint;
    double per_request; /* mails that a request makes, on average */
    double explained;   /* mails that it explains, in sum of probabilities */
};

struct infer_answer {
    uint32_t endpoint; /* INFER_NONE: no web request explains it */
    float probability;
    uint32_t other; /* the runner-up; INFER_NONE */
    float other_probability;
};

struct infer {
    struct infer_endpoint endpoints[INFER_ENDPOINTS_MAX];
    uint32_t count;
    struct infer_answer *answers; /* one a mail, in the order given */
};

/*
 * `mails` are ledger indices of one `identity`, sorted by time; endpoints of sites
 * that are known to run under another user are not asked. False at the arena's limit. With no
 * requests at all every answer is INFER_NONE at probability 1.
 */
bool infer_run(const struct ledger *ledger, const struct webindex *index, uint32_t identity,
               const uint32_t *mails, uint32_t mail_count, struct arena *arena,
               struct infer *ret_infer) __attribute__((warn_unused_result));

#endif
