#ifndef REPORT_AUDIT_GROUP_H
#define REPORT_AUDIT_GROUP_H

/*
 * audit_group - findings that say the same of many subjects, so that one of them tells all.
 *
 *     site1.example  PHP may run in a folder of uploads.
 *     site2.example  PHP may run in a folder of uploads.      →  site1.example and 39 more: PHP may
 * …
 *
 * Two say the same when check, outcome and words are the same, the names of their subjects apart;
 * what was seen, and where, may differ. Pure; quadratic in the findings, which are bounded.
 */

#include "audit/finding.h"

#define AUDIT_GROUP_MIN 4 /* that are worth to be told as one */

/* How many the finding at `at` tells: 1 itself alone; 0 none, an earlier one tells it. */
uint32_t audit_group_size(const struct audit *audit, uint32_t at);

/* The next one behind `at` that says the same; audit->count: none. */
uint32_t audit_group_next(const struct audit *audit, uint32_t at);

/* Whether what is to be done is to the letter the same, too: then it needs telling once. */
bool audit_group_same_fixes(const struct audit_finding *a, const struct audit_finding *b);

#endif
