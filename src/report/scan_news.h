#ifndef REPORT_SCAN_NEWS_H
#define REPORT_SCAN_NEWS_H

/*
 * scan_news - one finding, told the moment it is made: weir scan --watch.
 *
 * Pure.
 */

#include "report/scan_report.h"

struct scan_news {
    const struct finding *finding;
    const struct scan_action *action; /* NULL: nothing was to be done */
    int64_t seen_s;
};

/* One object on one line. */
void scan_news_json(const struct scan_news *news, struct buf *buf);

/* A block of lines. */
void scan_news_text(const struct scan_news *news, struct paper *paper);

/* What was looked at and found from the beginning to the end. */
struct scan_news_totals {
    uint64_t files, bytes, unread, accused, quarantined, cleaned;
    struct str scan; /* the id of this run; empty when nothing was to be done */
};

void scan_news_totals_json(const struct scan_news_totals *totals, struct buf *buf);
void scan_news_totals_text(const struct scan_news_totals *totals, struct buf *buf);

#endif
