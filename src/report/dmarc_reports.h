#ifndef REPORT_DMARC_REPORTS_H
#define REPORT_DMARC_REPORTS_H

/*
 * dmarc_reports - what `weir dmarc reports` found, as text, JSON and a page.
 *
 * Pure. The three say the same; the words that text and page share are in
 * report/dmarc_reports_words.h.
 */

#include "feedback/result.h"
#include "report/paper.h"

/* is_verbose: every sender, complaint and problem, not only the first. */
void dmarc_reports_text(const struct feedback_result *result, bool is_verbose, struct paper *paper);

void dmarc_reports_json(const struct feedback_result *result, struct buf *buf);

void dmarc_reports_html(const struct feedback_result *result, struct buf *buf);

/* Whether there is something to do: mail of a domain's own is lost or would be, TLS fails, somebody
 * complained. */
bool dmarc_reports_is_finding(const struct feedback_result *result);

#endif
