#ifndef STORE_REPORTS_ANSWERS_H
#define STORE_REPORTS_ANSWERS_H

/*
 * reports_answers - what the stored reports say, all of them: who sends, what fails, how it
 * went day by day, TLS, complaints.
 */

#include "base/cidr.h"
#include "feedback/result.h"
#include "store/reports.h"

struct reports_question {
    const struct cidr *own; /* networks of the domains' own */
    uint32_t own_count;
    struct str domain; /* this one alone; empty: all */
};

/* Fills in domains, TLS and complaints of the result. */
bool reports_answer(struct reports *reports, const struct reports_question *question,
                    struct arena *arena, struct feedback_result *result, struct err *err)
    __attribute__((warn_unused_result));

#endif
