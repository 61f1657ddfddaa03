#ifndef REPORT_AUDIT_REPORT_H
#define REPORT_AUDIT_REPORT_H

/*
 * audit_report - the result of `weir audit`, rendered: terminal, JSON, page.
 *
 * Findings are sorted (audit_sort). Pure; all foreign text is escaped here.
 */

#include "audit/finding.h"
#include "report/figure.h"
#include "report/paper.h"

struct audit_report {
    const struct audit *audit;
    struct str host;            /* this machine; empty: it was not looked at */
    const struct str *subjects; /* domains, relays, sites */
    uint32_t subject_count;
    struct str suggestions; /* of --suggest: records and rules as text; empty: none */
    int64_t generated_s;
    double seconds; /* it took */
    bool is_verbose;
};

void audit_report_text(const struct audit_report *report, struct paper *paper);

/* {"version":1,…}: see weir-audit(1). */
void audit_report_json(const struct audit_report *report, struct buf *buf);

/* A page in plain language that can be handed to a site's owner. */
void audit_report_html(const struct audit_report *report, figure_zone *zone,
                       const void *zone_context, struct buf *buf);

/* How many findings have this outcome. */
uint32_t audit_report_count(const struct audit_report *report, enum audit_outcome outcome);

/* "2 things let strangers send mail through here now, …": one or two sentences. */
void audit_report_answer(const struct audit_report *report, struct buf *buf);

/* A fix as text that can be pasted: a record of a zone file, a command. Empty for plain words. */
void audit_report_paste(const struct audit_fix *fix, struct buf *buf);

/* "how mail is accepted", …: an area's heading for people. */
const char *audit_report_area(enum audit_area area);

#endif
