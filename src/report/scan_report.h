#ifndef REPORT_SCAN_REPORT_H
#define REPORT_SCAN_REPORT_H

/*
 * scan_report - what weir scan found, as JSON, on a terminal, and as a page.
 *
 * Pure. Nothing here is kept; texts are foreign until they are escaped here.
 */

#include "base/buf.h"
#include "report/paper.h"
#include "report/scan_action.h"
#include "scan/finding.h"

struct scan_report {
    const struct finding *findings; /* by path and line */
    size_t finding_count;
    const struct str *sites; /* the roots of all that were looked at */
    size_t site_count;
    uint64_t files, bytes, unread;
    uint64_t vanished;  /* deleted by somebody meanwhile */
    uint64_t archives;  /* not looked into */
    uint64_t unchanged; /* of the files: not read again */
    uint64_t allowed;   /* would be malicious, but an administrator vouches for them */
    uint64_t cut;       /* files of which a part was too much */
    uint64_t lost;      /* findings beyond the ceilings */
    uint64_t processes; /* running programs that were judged; 0: none were looked at */
    const struct scan_actions *actions; /* NULL: nothing was to be done */
    int64_t now_s;
    double took_s;
    const char *const *paths; /* what was asked for; none: this host */
    size_t path_count;
};

/* One object, version 1. */
void scan_report_json(const struct scan_report *report, struct buf *buf);

/* The members of one finding, into an object that the caller has begun. */
void scan_report_finding(const struct finding *finding, struct json *json);

/* Of the report's findings: see scan_sites.h. */
struct scan_sites;

/* For people: the answer first, then site by site. Remarks in full only when verbose. */
void scan_report_text(const struct scan_report *report, const struct scan_sites *sites,
                      bool is_verbose, struct paper *paper);

/* The same as a page; `zone` as in page.h. */
void scan_report_html(const struct scan_report *report, const struct scan_sites *sites,
                      figure_zone *zone, const void *zone_context, struct buf *buf);

#endif
