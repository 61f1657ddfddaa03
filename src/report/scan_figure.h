#ifndef REPORT_SCAN_FIGURE_H
#define REPORT_SCAN_FIGURE_H

/*
 * scan_figure - the sentences that weir scan's report has on a terminal and as a page.
 *
 * What is foreign in them is as it was found: whoever shows them escapes them.
 */

#include "report/scan_sites.h"

/* "3 of 41 sites are hacked." */
void scan_figure_answer(struct buf *buf, const struct scan_report *report,
                        const struct scan_sites *sites);

/* "Visitors can mail through 2 scripts; 4 outdated programs." Nothing where there is nothing. */
void scan_figure_others(struct buf *buf, const struct scan_sites *sites);

/* "hacked: 4 web shells, 1 mass mailer, since 2026-03-03 04:12 at the latest" */
void scan_figure_verdict(struct buf *buf, const struct scan_site *site, figure_zone *zone,
                         const void *zone_context);

/* "changed 2026-03-03 04:12, though its stamp says 2019-01-02 10:00" */
void scan_figure_changed(struct buf *buf, const struct finding_file *file, figure_zone *zone,
                         const void *zone_context);

/* " (12 hidden-calls, 3 form-open)": the rules of remarks, of one site or of those without more. */
void scan_figure_rules(struct buf *buf, const struct scan_sites *sites);
void scan_figure_site_rules(struct buf *buf, const struct scan_site *site);

/* "77,743 files, 1.3 GB, in 12.3 s, 108 MB/s." */
void scan_figure_read(struct buf *buf, const struct scan_report *report);

/* What was not read, cut, lost, allowed. Nothing where there is nothing. */
void scan_figure_caveats(struct buf *buf, const struct scan_report *report);

/*
 * The command that takes the site's malicious files away. Returns how many files no
 * command can name; nothing is written where that is all of them.
 */
uint32_t scan_figure_quarantine(struct buf *buf, const struct scan_site *site);

/* What to do with those. Nothing where there are none. */
void scan_figure_by_hand(struct buf *buf, uint32_t number);

#define SCAN_FIGURE_TRACE "Whether it sent spam, and who drove it, is in the logs."

/* What a section is headed by. */
const char *scan_figure_heading(enum scan_section section);

#endif
