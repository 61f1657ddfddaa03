#ifndef REPORT_HTML_H
#define REPORT_HTML_H

/*
 * html - a result as one page that needs nothing else: no script, no font, no
 * picture from elsewhere. Readable on a telephone and on paper.
 */

#include "report/figure.h"
#include "trace/result.h"

struct report_html_options {
    figure_zone *zone; /* NULL: UTC */
    const void *zone_context;
};

void report_html(const struct result *result, struct report_html_options options, struct buf *buf);

#endif
