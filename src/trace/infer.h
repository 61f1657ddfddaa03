#ifndef TRACE_INFER_H
#define TRACE_INFER_H

/*
 * infer - which endpoint's requests explain the mails of one local sender.
 *
 * The mails are taken as a point process: a rate of its own (cron, a shell, a
 * newsletter) that is constant in each of a few blocks of time, plus, for some
 * endpoints, so many mails after each of their requests, by lag. An endpoint is
 * taken in only where it makes the mails' times so much more likely that chance
 * over all endpoints cannot (forward selection at the price of its parameters).
 * Rates and the looks of each endpoint's mails (which recurring recipient or a
 * free one, which recurring subject, how large) are fitted by expectation
 * maximisation; the share of each endpoint in each mail follows. What is left over
 * is looked at once more as runs: a script may send for minutes after one request.
 * "No request explains this" is the answer where nothing is taken in.
 *
 * Access logs know whole seconds. Lags reach from 300 s before the stamp (a log
 * that stamps the end of a request) to 300 s after it; where the mail's time is
 * known more exactly, the second after a request is parted finer.
 *
 * Pure; memory from the arena, in size the mails times INFER_STREAMS_MAX.
 */

#include "base/arena.h"
#include "trace/webindex.h"

#define INFER_STREAMS_MAX 32U
#define INFER_MAILS_MAX 3000U /* more are fitted on every n-th, then all assigned */
#define INFER_NONE UINT32_MAX

struct infer_answer {
    uint32_t endpoint; /* INFER_NONE: no web request explains it */
    float probability;
    uint32_t other; /* the runner-up; INFER_NONE */
    float other_probability;
};

struct infer {
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
